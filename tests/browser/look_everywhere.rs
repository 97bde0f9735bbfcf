//! Every page at every size, light and dark, in both languages.

use anyhow::{Context as _, Result};

use crate::driver::{SIZES, Scheme, scenario};

const PAGES: [(&str, &str); 5] = [
    ("ranking", ".rank [data-code]"),
    ("weights", ".rank [data-code]"),
    ("village", "[data-testid=dossier] td"),
    ("data", ".matrix__row"),
    ("method", ".table tr"),
];

#[test]
fn every_page_fits_in_both_languages() -> Result<()> {
    scenario("look_everywhere", async |page| {
        for language in ["zh", "en"] {
            page.open("").await?;
            let set = "localStorage.setItem('dhi-language', JSON.stringify(arguments[0]));";
            page.script(set, vec![language.into()]).await?;
            page.client.refresh().await?;
            for (name, ready) in PAGES {
                page.open(&format!("#/{name}")).await?;
                page.css(ready).await?;
                page.fits_everywhere()
                    .await
                    .with_context(|| format!("{name}, {language}"))?;
                for scheme in [Scheme::Light, Scheme::Dark] {
                    page.prefer(scheme).await?;
                    page.client.refresh().await?;
                    page.css(ready).await?;
                    for (width, height) in SIZES {
                        page.resize((width, height)).await?;
                        let picture = format!("{name}-{language}-{scheme:?}-{width}x{height}");
                        page.picture(&picture.to_lowercase()).await?;
                    }
                }
                page.prefer(Scheme::Light).await?;
                page.client.refresh().await?;
            }
        }
        page.console_is_quiet().await
    })
}

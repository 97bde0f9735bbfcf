//! Every page at every size, light and dark, in both languages.

use anyhow::{Context as _, Result};

use dhi_engine::scheme::default_scheme;

use crate::driver::{Page, SIZES, Scheme, scenario};

/// Every page, and what is there once it is complete.
pub(crate) const PAGES: [(&str, &str); 9] = [
    ("overview", "[data-testid=undetermined] .names"),
    ("ranking", "[data-testid=certainty][data-state=present]"),
    ("weights", ".stay__strip"),
    ("village", "[data-testid=certain] .odds"),
    ("letter", "[data-testid=letter]"),
    ("review", "[data-testid=certain] .odds"),
    ("signoff", "#so-role"),
    ("data", ".matrix__row"),
    ("method", ".table tr"),
];

/// A specification with something in every kind of field.
const FULL: &str = r#"{
    "denominate": { "a_staffing_rate": { "by": "population" } },
    "screen": { "min_present": 0.5, "keep": ["%UNIT%"] },
    "impute": { "method": "median", "indicators": { "a_staffing_rate": { "nearest_neighbours": {} } } },
    "treat": { "method": { "jrc": {} } },
    "normalise": { "method": { "z_score": { "mean": 50, "sd": 10 } }, "range": [0, 10],
        "indicators": { "a_staffing_rate": { "distance_to_reference": { "unit": "%UNIT%" } } } },
    "weigh": { "nodes": {
        "%ROOT%": { "ahp": { "matrix": [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]] } },
        "%PILLAR%": { "budget_allocation": [{}, {}] } } },
    "aggregate": { "method": { "power": 0.5 }, "levels": { "0": { "promethee": { "preference":
        { "linear": { "indifference": 0, "preference": 10 } } } } } }
}"#;

/// Opens the app in this language.
pub(crate) async fn choose_language(page: &Page, language: &str) -> Result<()> {
    page.open("").await?;
    let set = "localStorage.setItem('dhi-language', JSON.stringify(arguments[0]));";
    page.script(set, vec![language.into()]).await?;
    page.client.refresh().await?;
    Ok(())
}

/// The form with every step open and every kind of field in it.
async fn method_form(page: &Page) -> Result<()> {
    page.open("#/method").await?;
    page.css(".table tr").await?;
    let framework = default_scheme();
    let root = framework.node(framework.composite());
    let pillar = framework.node(root.children[0]).id.as_str();
    let unit = page
        .script(
            "return document.querySelector('#spec-units option').value;",
            vec![],
        )
        .await?;
    let text = FULL
        .replace("%UNIT%", unit.as_str().unwrap_or_default())
        .replace("%ROOT%", root.id.as_str())
        .replace("%PILLAR%", pillar);
    // As a draft: the two experts have no points yet.
    let toggle = "document.querySelector('[data-testid=spec] [aria-pressed]').click();";
    page.script(toggle, vec![]).await?;
    page.css(".spec__json").await?;
    let paste = "const box = document.querySelector('.spec__json');
        box.value = arguments[0];
        box.dispatchEvent(new Event('input', { bubbles: true }));";
    page.script(paste, vec![text.into()]).await?;
    page.script(toggle, vec![]).await?;
    page.css("[data-step=weigh] [aria-label]").await?;
    let open = "document.querySelectorAll('details').forEach((d) => d.open = true);";
    page.script(open, vec![]).await?;
    Ok(())
}

#[test]
fn the_method_form_fits_with_every_kind_of_field() -> Result<()> {
    scenario("look_method", async |page| {
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            method_form(page).await?;
            page.fits_everywhere()
                .await
                .with_context(|| format!("the form, {language}"))?;
            for (width, height) in SIZES {
                page.resize((width, height)).await?;
                for step in ["treat", "weigh", "aggregate"] {
                    let show =
                        "document.querySelector(`[data-step=${arguments[0]}]`).scrollIntoView();";
                    page.script(show, vec![step.into()]).await?;
                    let picture = format!("form-{step}-{language}-{width}x{height}");
                    page.picture(&picture).await?;
                }
            }
        }
        page.console_is_quiet().await
    })
}

#[test]
fn every_page_fits_in_both_languages() -> Result<()> {
    scenario("look_everywhere", async |page| {
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
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

//! Every page against the rules of axe-core for WCAG 2.2 AA.

use std::io::{Write as _, stderr};
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::look_everywhere::{PAGES, choose_language};

/// What breaks a rule, one line for each element: the rule, a selector and the reason.
const VIOLATIONS: &str = r"
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
return axe.run({ runOnly: tags, resultTypes: ['violations'] }).then((found) =>
    found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.flat().join(' ')}: ${failureSummary.split('\n')[1].trim()}`)));";

/// What is folded away is on the page too.
const UNFOLD: &str = "document.querySelectorAll('details').forEach((d) => { d.open = true; });";

impl Page {
    /// Goes to a page as a link does, without loading the app again.
    async fn visit(&self, name: &str, ready: &str) -> Result<()> {
        let go = "location.hash = arguments[0];";
        self.script(go, vec![json!(format!("#/{name}"))]).await?;
        self.css(ready).await?;
        self.script(UNFOLD, vec![]).await?;
        Ok(())
    }

    /// Fails when what is shown breaks a rule, on a phone or a desktop.
    async fn obeys_wcag(&self, place: &str) -> Result<()> {
        for size in [SIZES[0], SIZES[2]] {
            self.resize(size).await?;
            let found = self.script(VIOLATIONS, vec![]).await?;
            let faults: Vec<String> = serde_json::from_value(found)?;
            ensure!(faults.is_empty(), "{place} at {size:?}: {faults:#?}");
        }
        Ok(())
    }
}

/// Runs `body` in each language and colour scheme with axe-core in the page, unless
/// there is no axe-core.
fn under_axe<F>(name: &str, mut body: F) -> Result<()>
where
    F: AsyncFnMut(&Page, &str) -> Result<()>,
{
    let Some(path) = env::var_os("DHI_AXE_CORE") else {
        // Past the test harness, which keeps what a passing test prints to itself.
        let why = "DHI_AXE_CORE names no axe-core; `cargo xtask setup` installs it";
        writeln!(stderr(), "skipped {name}: {why}")?;
        return Ok(());
    };
    let axe = fs::read_to_string(&path).context("reading axe-core")?;
    scenario(name, async |page| {
        for language in ["zh", "en"] {
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                choose_language(page, language).await?;
                // By the driver: the page's own policy lets no foreign script in.
                page.script(&axe, vec![]).await?;
                body(page, &format!("{language}, {scheme:?}")).await?;
            }
        }
        page.console_is_quiet().await
    })
}

#[test]
fn no_page_breaks_a_rule_of_wcag() -> Result<()> {
    under_axe("accessibility", async |page, way| {
        for (name, ready) in PAGES {
            page.visit(name, ready).await?;
            page.obeys_wcag(&format!("{name}, {way}")).await?;
        }
        Ok(())
    })
}

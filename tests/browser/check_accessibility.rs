//! Every page against the rules of axe-core for WCAG 2.2 AA, enlarged, and at rest.

use std::io::{Write as _, stderr};
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};
use dhi_engine::signoff::Role;
use fantoccini::key::Key;
use serde_json::json;

use crate::arrange_ranking::act;
use crate::decide_rules::{TABLES, local_tables, part, press, send};
use crate::driver::{Page, SIZES, Scheme, scenario, scenario_within};
use crate::honest_ranks::demonstration;
use crate::look_everywhere::{PAGES, choose_language};
use crate::rank_villages::wait_for_rows;
use crate::sign_off::become_;

/// What breaks a rule, one line for each element: the rule, a selector and the reason.
const VIOLATIONS: &str = r"
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
return axe.run({ runOnly: tags, resultTypes: ['violations'] }).then((found) =>
    found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.flat().join(' ')}: ${failureSummary.split('\n')[1].trim()}`)));";

/// What is folded away is on the page too.
const UNFOLD: &str = "document.querySelectorAll('details').forEach((d) => { d.open = true; });";

/// A window of 1280 px at 200 % and at 400 %: what WCAG 1.4.4 and 1.4.10 ask for.
const ENLARGED: [(u32, u32); 2] = [(640, 450), (320, 256)];

/// What moves, each with the longest time it takes.
const MOTION: &str = r"
const longest = (list) => Math.max(...list.split(',').map((time) => parseFloat(time)));
const faults = document.getAnimations().map((a) => `an animation of ${a.effect?.target?.className}`);
for (const element of document.querySelectorAll('*')) {
    for (const part of [null, '::before', '::after']) {
        const style = getComputedStyle(element, part);
        const time = Math.max(longest(style.animationDuration), longest(style.transitionDuration));
        if (time > 0.01 || style.scrollBehavior === 'smooth') {
            faults.push(`<${element.localName} class=${element.className}>${part ?? ''} ${time} s`);
        }
    }
}
return faults.slice(0, 20);";

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
    // Every page four times over, of which several are long.
    let (whole, patience) = (Duration::from_mins(8), Duration::from_secs(20));
    scenario_within(name, whole, patience, async |page| {
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

/// Presses the button of a part that works something out, and waits for its answer.
async fn ask(page: &Page, part: &str, answer: &str) -> Result<()> {
    let press = "document.querySelector(arguments[0]).click();";
    let button = format!("[data-testid={part}] .toolbar button");
    page.css(&button).await?;
    page.script(press, vec![json!(button)]).await?;
    page.css(&format!("[data-testid={part}] {answer}")).await?;
    Ok(())
}

/// A register with a village twice, so that there is a finding beside the preview.
const FAULTY: &str = "村代码,村名,镇,村类\nA1,甲村,东镇,川区\nA1,乙村,东镇,川区\n";

#[test]
fn no_dialog_or_waiting_import_breaks_a_rule_of_wcag() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("register.csv");
    fs::write(&file, FAULTY)?;
    under_axe("accessible_states", async |page, way| {
        page.visit("ranking", "[data-testid=certainty][data-state=present]")
            .await?;
        wait_for_rows(page).await?;
        // Marks stay over a reload: what the way before marked is marked already.
        let mark = "const rows = [...document.querySelectorAll('.rank [data-code]')]
                .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex);
            for (const place of [0, 2]) {
                const button = rows[place].querySelector('[data-act=compare]');
                if (button.ariaPressed !== 'true') button.click();
            }";
        page.script(mark, vec![]).await?;
        let open = "document.querySelector('#compare-dialog').showModal();";
        page.css("#compare-dialog table").await?;
        page.script(open, vec![]).await?;
        page.obeys_wcag(&format!("compare, {way}")).await?;
        let close = "document.querySelector('#compare-dialog').close();";
        page.script(close, vec![]).await?;
        act(page, 1, "open").await?;
        page.css(".rank__detail .odds__bar").await?;
        page.obeys_wcag(&format!("an open row, {way}")).await?;

        page.visit("data", "[data-testid=import-files]").await?;
        page.choose_file("[data-testid=import-files]", &file)
            .await?;
        page.css("[data-testid=draft] .table").await?;
        page.script(UNFOLD, vec![]).await?;
        page.obeys_wcag(&format!("a waiting import, {way}")).await?;

        page.visit("weights", ".stay__strip").await?;
        page.css("[data-testid=lab] .table").await?;
        page.obeys_wcag(&format!("weights by methods, {way}"))
            .await?;
        let press = "document.querySelectorAll('[data-testid=lab] [aria-pressed]')[1].click();";
        page.script(press, vec![]).await?;
        page.css("[data-testid=consistency]").await?;
        page.obeys_wcag(&format!("judgements, {way}")).await?;
        for part in 2..6 {
            let press = format!(
                "document.querySelectorAll('[data-testid=lab] [aria-pressed]')[{part}].click();"
            );
            page.script(&press, vec![]).await?;
            page.css("[data-testid=lab] .written > *").await?;
            page.obeys_wcag(&format!("part {part} of the lab, {way}"))
                .await?;
        }
        page.visit("village", "[data-testid=trend] .chart").await?;
        let read = "document.querySelector('[data-testid=trend] .chart').focus();";
        page.script(read, vec![]).await?;
        page.press(Key::Right).await?;
        page.css("[data-testid=trend] [data-read]").await?;
        page.obeys_wcag(&format!("a chart being read, {way}"))
            .await?;
        for (part, answer) in [("since", ".chart"), ("certain", "h3")] {
            ask(page, part, answer).await?;
        }
        page.obeys_wcag(&format!("a village asked about, {way}"))
            .await?;

        page.visit("method", "[data-testid=audit] button").await?;
        for part in ["audit", "leave-out"] {
            ask(page, part, ".table").await?;
        }
        page.obeys_wcag(&format!("a method asked about, {way}"))
            .await?;
        for dialog in ["palette", "terms", "reset-dialog"] {
            let open = format!("document.getElementById('{dialog}').showModal();");
            page.script(&open, vec![]).await?;
            page.obeys_wcag(&format!("{dialog}, {way}")).await?;
            let close = open.replace("showModal", "close");
            page.script(&close, vec![]).await?;
        }
        Ok(())
    })
}

/// What an office keeps beside its items, with lists of all kinds.
#[test]
fn no_part_of_the_sign_off_page_breaks_a_rule_of_wcag() -> Result<()> {
    let dataset = demonstration()?;
    let units = dataset.units().list();
    let villages = [0, 1, 2].map(|at| units[at].code.as_str());
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(TABLES);
    local_tables(&path, villages)?;
    let mut is_taken = false;
    under_axe("accessible_parts", async |page, way| {
        page.visit("signoff", "#so-role").await?;
        if !is_taken {
            become_(page, Role::Inspection, "").await?;
            part(page, "office", "一切按默认建议").await?;
            page.choose_file("#so-decide", &path).await?;
            // What a file with a hold is called for who may not see why.
            part(page, "office", "移除 暂缓应用").await?;
            part(page, "plan", "0 / 3").await?;
            let fields = [("teams", "一组、二组"), ("start", "2026-09-28")];
            send(page, "propose", &fields).await?;
            part(page, "plan", "3 / 3").await?;
            is_taken = true;
        }
        for id in ["checklist", "plan", "advice", "office"] {
            press(page, "part", id).await?;
            page.css(&format!("#so-part-{id}[aria-pressed=true]"))
                .await?;
            page.script(UNFOLD, vec![]).await?;
            page.obeys_wcag(&format!("{id}, {way}")).await?;
        }
        Ok(())
    })
}

#[test]
fn every_page_reflows_when_it_is_enlarged() -> Result<()> {
    scenario("enlarge", async |page| {
        let mut faults = Vec::new();
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            for (name, ready) in PAGES {
                page.visit(name, ready).await?;
                for size in ENLARGED {
                    page.resize(size).await?;
                    let found = page.misfits().await?;
                    faults.extend(
                        found
                            .into_iter()
                            .map(|f| format!("{name}, {language}, {size:?}: {f}")),
                    );
                    page.picture(&format!("enlarged-{name}-{language}-{}", size.0))
                        .await?;
                }
            }
        }
        ensure!(faults.is_empty(), "{faults:#?}");
        page.console_is_quiet().await
    })
}

#[test]
fn nothing_moves_for_those_who_prefer_so() -> Result<()> {
    scenario("reduced_motion", async |page| {
        page.open("").await?;
        for (name, ready) in PAGES {
            page.visit(name, ready).await?;
            let reduced = "return matchMedia('(prefers-reduced-motion: reduce)').matches;";
            let is_reduced = page.script(reduced, vec![]).await?;
            ensure!(
                is_reduced == json!(true),
                "no motion is asked to be reduced"
            );
            let moving: Vec<String> = serde_json::from_value(page.script(MOTION, vec![]).await?)?;
            ensure!(moving.is_empty(), "{name}: {moving:#?}");
        }
        page.console_is_quiet().await
    })
}

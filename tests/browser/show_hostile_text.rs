//! Whatever stands in a file is text: it runs nothing, breaks no page, and leaves in an
//! export what a spreadsheet will not compute.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use calamine::{Data, Reader as _, Xlsx};
use dhi_engine::scheme::default_scheme;
use serde_json::{Value, json};

use crate::decide_nominations::press;
use crate::drag_weights::accept;
use crate::driver::{Page, SIZES, scenario};
use crate::edit_framework::{open_node, set};
use crate::pdf_text::words;
use crate::picture::sheets;
use crate::rank_villages::{exported, wait_for_rows};

/// Names as nobody should have them.
pub(crate) fn names() -> [String; 10] {
    [
        "<img src=x onerror=\"window.hacked=1\">".into(),
        "<script>window.hacked=2</script>".into(),
        "=HYPERLINK(\"http://127.0.0.1/\",\"点我\")".into(),
        "+1+cmd|' /C calc'!A0".into(),
        "\u{202e}倒着写的村\u{202c}".into(),
        "👩‍👩‍👧‍👦🏳️‍🌈村".into(),
        "𠮷𡈽𪚥村".into(),
        "\"';--&amp;<!--".into(),
        "长".repeat(10_000),
        // Nothing closes it: what follows would be read from right to left.
        UNCLOSED.into(),
    ]
}

/// A name that turns whatever stands beside it.
const UNCLOSED: &str = "翻过来的村\u{202e}";

/// All but the one that is as long as a book page.
pub(crate) fn short_names() -> impl Iterator<Item = String> {
    names().into_iter().filter(|name| name.len() < 1000)
}

/// Fails where digits in a paragraph with a name that turns what follows do not stand from
/// left to right; says how many pairs of digits were looked at.
pub(crate) async fn reads_forward(page: &Page, place: &str) -> Result<u64> {
    let script = "const paragraph = (node) => {
            let at = node.parentElement;
            const isInline = (e) => getComputedStyle(e).display.startsWith('inline');
            while (at.localName !== 'text' && isInline(at)) { at = at.parentElement; }
            return at;
        };
        const digits = new Map();
        const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (nodes.nextNode()) {
            const node = nodes.currentNode;
            const at = paragraph(node);
            if (!at.textContent.includes('\\u202e')) { continue; }
            if (!digits.has(at)) { digits.set(at, []); }
            for (const found of node.data.matchAll(/\\d/g)) {
                const range = document.createRange();
                range.setStart(node, found.index);
                range.setEnd(node, found.index + 1);
                digits.get(at).push(...[...range.getClientRects()].slice(0, 1));
            }
        }
        let pairs = 0;
        const wrong = [];
        for (const [at, places] of digits) {
            for (let i = 1; i < places.length; i += 1) {
                if (Math.abs(places[i].top - places[i - 1].top) > 1) { continue; }
                pairs += 1;
                if (places[i].left <= places[i - 1].left) { wrong.push(at.textContent); }
            }
        }
        return [pairs, wrong];";
    let found = page.script(script, vec![]).await?;
    ensure!(found[1] == json!([]), "read backwards on {place}: {found}");
    found[0].as_u64().context("not counted")
}

/// A register and values in which every text is hostile.
pub(crate) async fn import(page: &Page) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let framework = default_scheme();
    let mut units = String::from("村代码,村名,镇,村类\n");
    let mut values = String::from("村代码");
    for (node, _) in framework.indicators() {
        values = format!("{values},{}", node.id);
    }
    for (i, name) in names().iter().enumerate() {
        let name = quoted(name);
        let code = 999_900_100_200 + i;
        units = format!("{units}{code},{name},{name},{name}\n");
        values = format!("{values}\n{code}");
        for (at, (_, indicator)) in framework.indicators().enumerate() {
            let ends = indicator.goalposts.context("no goalposts")?;
            let share = ((i * 7 + at * 3) % 11) as f64 / 10.0;
            values = format!(
                "{values},{}",
                (ends.lower() + (ends.upper() - ends.lower()) * share).round()
            );
        }
    }
    for (file, text) in [("u.csv", units), ("v.csv", values)] {
        let path = folder.path().join(file);
        fs::write(&path, text)?;
        page.open("#/data").await?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        accept(page).await?;
    }
    Ok(())
}

/// Fails where a table has a cell that a spreadsheet would compute.
fn computes_nothing(csv: &str) -> Result<()> {
    let table = csv.trim_start_matches('\u{feff}');
    let table = table.lines().filter(|line| !line.starts_with("# "));
    let table = table.collect::<Vec<_>>().join("\n");
    for record in csv::Reader::from_reader(table.as_bytes()).records() {
        for cell in &record? {
            let is_number = cell.parse::<f64>().is_ok();
            ensure!(
                is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "a spreadsheet would compute {cell}"
            );
        }
    }
    Ok(())
}

/// Fails where a text became an element or ran.
pub(crate) async fn is_only_text(page: &Page, place: &str) -> Result<()> {
    let script = "return [window.hacked ?? null,
        document.querySelectorAll('main img, main script, main [onerror]').length];";
    let found = page.script(script, vec![]).await?;
    ensure!(found == json!([null, 0]), "{place}: {found}");
    Ok(())
}

#[test]
fn hostile_names_are_shown_as_text_exported_safely_and_printed() -> Result<()> {
    scenario("show_hostile_text", async |page| {
        import(page).await?;
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        for name in short_names() {
            let shown = "return [...document.querySelectorAll('.rank__unit')]
                .some((cell) => cell.textContent.includes(arguments[0]));";
            let shown = page.script(shown, vec![json!(name)]).await?;
            ensure!(shown == json!(true), "{name} is not among the rows");
        }
        computes_nothing(&exported(page).await?)?;
        page.click("button", "导出 XLSX").await?;
        let mut book: Xlsx<_> = calamine::open_workbook(page.downloaded(".xlsx").await?)?;
        for sheet in book.sheet_names() {
            let formulas = book.worksheet_formula(&sheet)?;
            ensure!(formulas.used_cells().count() == 0, "a formula in {sheet}");
            let cells = book.worksheet_range(&sheet)?;
            let has = |name: &str| {
                cells.used_cells().any(|(_, _, cell)| match cell {
                    Data::String(text) => text.contains(name),
                    _ => false,
                })
            };
            ensure!(
                has("<script>") && has("HYPERLINK"),
                "{sheet} has not the names"
            );
        }
        for route in [
            "overview",
            "ranking",
            "weights",
            "village/999900100200",
            "village/999900100208",
            "letter/999900100201",
            "letter/999900100208",
            "village/999900100209",
            "letter/999900100209",
            "review",
            "data",
            "method",
        ] {
            page.open(&format!("#/{route}")).await?;
            is_only_text(page, route).await?;
            reads_forward(page, route).await?;
            page.fits_everywhere()
                .await
                .with_context(|| format!("on {route}"))?;
            page.picture(&format!("hostile-{}", route.replace('/', "-")))
                .await?;
            on_paper(page, route)
                .await
                .with_context(|| format!("{route} on paper"))?;
        }
        let hacked: Value = page.script("return window.hacked ?? null;", vec![]).await?;
        ensure!(hacked.is_null(), "something ran");
        numbers_beside_a_name_that_turns_are_read_forward(page).await?;
        page.console_is_quiet().await
    })
}

/// Among what the keyboard finds, a code of twelve digits follows the name and the town;
/// and where nothing is isolated, the check finds it.
async fn numbers_beside_a_name_that_turns_are_read_forward(page: &Page) -> Result<()> {
    page.open("#/overview").await?;
    let find = "document.getElementById('palette').showModal();
        const field = document.querySelector('#palette input');
        field.value = '翻过来';
        field.dispatchEvent(new Event('input', { bubbles: true }));";
    page.script(find, vec![]).await?;
    page.css("#act-0").await?;
    page.until("the village is found", async || {
        Ok((reads_forward(page, "what is found").await? >= 11).then_some(()))
    })
    .await?;
    let unclosed = "const line = document.createElement('p');
        line.id = 'unclosed';
        line.textContent = arguments[0] + ' 12 → 7';
        document.getElementById('palette').append(line);";
    page.script(unclosed, vec![json!(UNCLOSED)]).await?;
    let found = reads_forward(page, "purpose").await;
    ensure!(found.is_err(), "digits that run backwards are not found");
    page.script("document.getElementById('unclosed').remove();", vec![])
        .await?;
    Ok(())
}

/// On paper hostile names are words like others, no line is wider than the sheet, and
/// ten thousand characters do not make it a book.
async fn on_paper(page: &Page, route: &str) -> Result<()> {
    let wide = "return [...document.querySelectorAll('main, main *')]
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
            && getComputedStyle(part).overflowX === 'visible'
            && getComputedStyle(part).display !== 'inline')
        .filter((part) => part.getBoundingClientRect().left + part.scrollWidth > innerWidth + 1)
        .map((part) => part.className + ' ' + part.tagName);";
    let paper = json!({ "media": "print" });
    page.cdp("Emulation.setEmulatedMedia", paper).await?;
    // A4 without its margins, at 96 pixels an inch.
    page.resize((700, 1000)).await?;
    let wide = page.script(wide, vec![]).await?;
    page.cdp("Emulation.setEmulatedMedia", json!({ "media": "" }))
        .await?;
    page.resize(SIZES[0]).await?;
    ensure!(wide == json!([]), "wider than the paper: {wide}");
    let pdf = page.printed().await?;
    let sheets = sheets(&pdf);
    ensure!((1..=60).contains(&sheets), "{sheets} sheets");
    if route.starts_with("village") || route.starts_with("letter") || route == "ranking" {
        // A font may have the radical in place of the character.
        let words = words(&pdf)?.replace('⻓', "长");
        let name = match route.rsplit_once('/') {
            Some((_, "999900100200")) => "onerror=",
            Some((_, "999900100201")) => "<script>",
            Some((_, "999900100209")) => "村",
            Some(_) => "长长长长长长",
            None => "HYPERLINK(",
        };
        let is_there = words.contains(name);
        ensure!(
            is_there,
            "no {name} is printed in {} characters",
            words.len()
        );
    }
    Ok(())
}

/// Reasons in letters that turn, that are several or rare, or ten thousand, which a paste
/// may bring: each is a decision about the next committee. Says how many.
async fn strange_reasons(page: &Page) -> Result<usize> {
    let reasons = &names()[4..];
    for (at, reason) in (2..).zip(reasons) {
        let write = "const field = document.getElementById('decision-reason');
            if (field.value !== '') { return false; }
            field.value = arguments[0];
            field.dispatchEvent(new Event('input', { bubbles: true }));
            document.querySelectorAll('[name=decision]')[1].click();
            return true;";
        page.until("the next committee is looked at", async || {
            let done = page.script(write, vec![json!(reason)]).await?;
            Ok((done == json!(true)).then_some(()))
        })
        .await?;
        page.click("button", "记录决定").await?;
        page.text(&format!("已决定 {at} / 85")).await?;
    }
    // Back to the last, whose reason nothing closes, and to the longest before it.
    for reason in reasons.iter().rev().take(2) {
        press(page, "k").await?;
        let past = "return document.querySelector('[data-testid=decisions]')?.textContent;";
        page.until("the decision before is looked at", async || {
            let past = page.script(past, vec![]).await?;
            Ok(past.as_str().filter(|past| past.contains(reason)).map(drop))
        })
        .await?;
        is_only_text(page, "a decision").await?;
        reads_forward(page, "a decision").await?;
        page.fits_everywhere().await.context("a decision")?;
    }
    Ok(reasons.len())
}

/// Everything a user writes: names of a framework and of a scenario, reasons, a search.
#[test]
fn hostile_words_of_users_are_text_as_well() -> Result<()> {
    scenario("type_hostile_text", async |page| {
        let [image, script, formula, ..] = names();
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.fill("textbox", "方案名称", &image).await?;
        page.click("button", "存为方案").await?;
        page.text("window.hacked=1").await?;
        is_only_text(page, "a scenario").await?;

        open_node(page, "a_staffing_rate").await?;
        set(page, "zh", &image).await?;
        set(page, "source", &script).await?;
        page.type_into("#fw-reason", &formula).await?;
        page.click("button", "采用指标体系").await?;
        page.text("set_framework").await?;
        is_only_text(page, "the framework").await?;

        page.open("#/data").await?;
        page.css("#cell-2-3").await?.click().await?;
        page.css("[data-testid=cell]").await?;
        page.type_into("#correct-value", "12.5").await?;
        page.type_into("#correct-reason", &formula).await?;
        let make = "[data-testid=trial] [data-correct]";
        page.css(make).await?.click().await?;
        page.text("HYPERLINK").await?;
        is_only_text(page, "a correction").await?;
        page.click("button", "导出更正记录").await?;
        let file = page.downloaded(".csv").await?;
        let table = fs::read_to_string(&file)?;
        ensure!(table.contains("HYPERLINK"), "{table}");
        computes_nothing(&table)?;
        fs::remove_file(file)?;

        page.open("#/review").await?;
        page.fill("textbox", "理由（必填）", &formula).await?;
        let choose = "document.querySelectorAll('[name=decision]')[1].click();";
        page.script(choose, vec![]).await?;
        page.click("button", "记录决定").await?;
        page.text("已决定 1 / 85").await?;
        let n = strange_reasons(page).await?;
        page.fill("searchbox", "查找", &script).await?;
        page.text("显示 0").await?;
        is_only_text(page, "a decision").await?;
        page.click("button", "导出决定清单").await?;
        let table = fs::read_to_string(page.downloaded(".csv").await?)?;
        ensure!(table.contains("HYPERLINK"), "{table}");
        computes_nothing(&table)?;
        for reason in names().into_iter().skip(names().len() - n) {
            let cell = format!("\"{}\"", reason.replace('"', "\"\""));
            let is_there = table.contains(&cell) || table.contains(&format!(",{reason},"));
            ensure!(is_there, "{reason:.100} is not among the decisions");
        }

        for route in [
            "overview", "ranking", "village", "weights", "data", "method",
        ] {
            page.open(&format!("#/{route}")).await?;
            is_only_text(page, route).await?;
            page.fits_everywhere()
                .await
                .with_context(|| format!("on {route}"))?;
        }
        page.console_is_quiet().await
    })
}

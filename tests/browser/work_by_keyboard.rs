//! The three main jobs by keys alone, with the focus always to be seen.

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::demo_files;
use crate::driver::{Page, scenario};
use crate::honest_ranks::demonstration;
use crate::rank_villages::{first_rows, wait_for_rows};

/// More stops than any page has.
const MOST_STOPS: usize = 400;

/// Whether the focus is on what is looked for, and why it could not be seen.
const FOCUS: &str = r"
const [selector, text] = arguments;
const e = document.activeElement;
if (!e || e === document.body) return [false, null];
const box = e.getBoundingClientRect();
const style = getComputedStyle(e);
const fits = (from, to, size) => to - from > size ? from < size && to > 0 : from >= -2 && to <= size + 2;
const inside = fits(box.left, box.right, innerWidth) && fits(box.top, box.bottom, innerHeight);
const on_top = document.elementFromPoint(
    Math.min(Math.max((box.left + box.right) / 2, 0), innerWidth - 1),
    Math.min(Math.max((box.top + box.bottom) / 2, 0), innerHeight - 1));
let fault = null;
if (!e.matches(':focus-visible')) fault = 'is not :focus-visible';
else if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) fault = 'has no outline';
else if (!inside) fault = `is outside the window: ${JSON.stringify(box)}`;
else if (!on_top || !(e.contains(on_top) || on_top.contains(e) || e.parentElement.contains(on_top))) {
    fault = `is covered by ${on_top?.outerHTML.slice(0, 80)}`;
}
const name = `${e.ariaLabel ?? ''} ${e.innerText ?? ''}`;
return [e.matches(selector) && name.includes(text), fault && `${e.outerHTML.slice(0, 160)} ${fault}`];";

/// A key, held down together with others.
pub(crate) async fn chord(page: &Page, keys: &[char]) -> Result<()> {
    let down = keys.iter().map(|&value| KeyAction::Down { value });
    let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
    let pressed = down
        .chain(up)
        .fold(KeyActions::new("keys".to_owned()), KeyActions::then);
    page.client
        .perform_actions(pressed)
        .await
        .context("pressing keys")
}

async fn key(page: &Page, key: Key) -> Result<()> {
    chord(page, &[key.into()]).await
}

/// Goes from stop to stop by `keys` until the focus is on what matches; every stop
/// on the way must be seen.
async fn go_by(page: &Page, keys: &[char], selector: &str, text: &str) -> Result<()> {
    for _ in 0..MOST_STOPS {
        chord(page, keys).await?;
        let focus = page
            .script(FOCUS, vec![json!(selector), json!(text)])
            .await?;
        let (is_there, fault): (bool, Option<String>) = serde_json::from_value(focus)?;
        if let Some(fault) = fault {
            bail!("on the way to `{selector}` “{text}” the focus cannot be seen: {fault}");
        }
        if is_there {
            return Ok(());
        }
    }
    bail!("no key leads to `{selector}` “{text}”")
}

async fn tab_to(page: &Page, selector: &str, text: &str) -> Result<()> {
    go_by(page, &[Key::Tab.into()], selector, text).await
}

async fn tab_back_to(page: &Page, selector: &str, text: &str) -> Result<()> {
    go_by(page, &[Key::Shift.into(), Key::Tab.into()], selector, text).await
}

/// Waits until a script returns true.
async fn holds(page: &Page, what: &str, script: &str, arguments: Vec<Value>) -> Result<()> {
    page.until(what, async || {
        let answer = page.script(script, arguments.clone()).await?;
        Ok((answer == json!(true)).then_some(()))
    })
    .await
}

#[test]
fn files_are_imported_and_a_village_opened_by_keys() -> Result<()> {
    scenario("import_by_keys", async |page| {
        let folder = tempfile::tempdir()?;
        let (units, values) = demo_files::write(folder.path(), 60)?;
        // The system's own dialog is no part of the page.
        page.cdp(
            "Page.setInterceptFileChooserDialog",
            json!({ "enabled": true }),
        )
        .await?;
        page.open("").await?;
        wait_for_rows(page).await?;
        tab_to(page, ".nav__link", "数据").await?;
        key(page, Key::Enter).await?;
        let field = "[data-testid=import-files]";
        page.css(field).await?;
        let listen = "window.asked = 0; document.querySelector(arguments[0])
            .addEventListener('click', () => { window.asked += 1; });";
        page.script(listen, vec![json!(field)]).await?;
        for (nth, file) in [units, values].iter().enumerate() {
            tab_to(page, "button", "选择文件").await?;
            key(page, Key::Enter).await?;
            let asked = "return window.asked === arguments[0];";
            holds(page, "files are asked for", asked, vec![json!(nth + 1)]).await?;
            page.choose_file(field, file).await?;
            page.css("[data-testid=accept]:not([disabled])").await?;
            tab_to(page, "[data-testid=accept]", "接受导入").await?;
            key(page, Key::Enter).await?;
            let done = "return document.querySelector('[data-testid=draft]') === null;";
            holds(page, "the import is done", done, vec![]).await?;
        }
        tab_back_to(page, ".nav__link", "排名").await?;
        key(page, Key::Enter).await?;
        page.text("显示 60 共 60").await?;
        wait_for_rows(page).await?;
        let second = first_rows(page, 2).await?.pop().context("two rows")?.0;
        tab_to(page, ".rank [data-row]", "").await?;
        key(page, Key::Down).await?;
        key(page, Key::Enter).await?;
        let opened = "return location.hash === arguments[0];";
        let address = format!("#/village/{second}");
        holds(
            page,
            "the second village is open",
            opened,
            vec![json!(address)],
        )
        .await?;
        page.text("得分构成").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_weight_is_changed_and_the_change_undone_by_keys() -> Result<()> {
    scenario("weigh_by_keys", async |page| {
        page.open("").await?;
        tab_to(page, ".nav__link", "权重").await?;
        key(page, Key::Enter).await?;
        page.css(".weights__slider").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        let share = "return document.querySelector('[aria-label=\"群众评价 %\"]').value";
        let old = page.script(share, vec![]).await?;
        tab_to(page, ".weights__slider", "群众评价").await?;
        key(page, Key::PageUp).await?;
        let same = format!("{share} === arguments[0];");
        page.until("the weight and the ranking follow", async || {
            let is_same = page.script(&same, vec![old.clone()]).await? == json!(true);
            Ok((!is_same && first_rows(page, 8).await? != before).then_some(()))
        })
        .await?;
        page.text("合计 100.0%").await?;
        // Who listens hears who leads now, and that ranks moved.
        let leads = first_rows(page, 1).await?.pop().context("no row")?.0;
        let dataset = demonstration()?;
        let mut units = dataset.units().list().iter();
        let leader = units.find(|unit| unit.code.as_str() == leads);
        let leader = &leader.context("the leader is no village")?.name;
        let said = "const said = document.querySelector('[data-testid=spoken][role=status]');
            const [, leader, moved] = /^居第一：(.+)；名次与基准不同的村：(\\d+)$/.exec(said.textContent);
            return leader === arguments[0] && (moved > 0) === arguments[1];";
        let said_of = |is_moved: bool| vec![json!(leader), json!(is_moved)];
        holds(page, "the change is said", said, said_of(true)).await?;
        tab_back_to(page, ".header__tools button", "撤销").await?;
        chord(page, &[' ']).await?;
        holds(page, "the weight is as before", &same, vec![old.clone()]).await?;
        page.until("the ranking is as before", async || {
            Ok((first_rows(page, 8).await? == before).then_some(()))
        })
        .await?;
        let none =
            "return document.querySelector('[data-testid=spoken]').textContent.endsWith('：0');";
        holds(page, "nothing moved is said", none, vec![]).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_nomination_is_decided_with_a_reason_by_keys() -> Result<()> {
    scenario("decide_by_keys", async |page| {
        page.open("").await?;
        tab_to(page, ".nav__link", "连任提名").await?;
        key(page, Key::Enter).await?;
        page.css("[data-testid=decision]").await?;
        let chosen =
            "return document.querySelector('.queue__row[aria-selected=true]')?.ariaPosInSet
            === arguments[0];";
        for (pressed, at) in [('j', "2"), ('j', "3"), ('k', "2")] {
            chord(page, &[pressed]).await?;
            holds(page, "the row follows", chosen, vec![json!(at)]).await?;
        }
        tab_to(page, "[name=decision]", "").await?;
        chord(page, &[' ']).await?;
        go_by(page, &[Key::Down.into()], "[name=decision]:checked", "").await?;
        let label = "return document.querySelector('[name=decision]:checked').parentElement.innerText.trim();";
        let choice = page.script(label, vec![]).await?;
        tab_to(page, "textarea", "").await?;
        for letter in "材料已核实".chars() {
            chord(page, &[letter]).await?;
        }
        tab_to(page, "[data-testid=decide]", "记录决定").await?;
        key(page, Key::Enter).await?;
        page.text("已决定 1 / 85").await?;
        // The next one is up; the one decided is a step back.
        holds(page, "the next is chosen", chosen, vec![json!("3")]).await?;
        chord(page, &['k']).await?;
        holds(page, "the decided is chosen", chosen, vec![json!("2")]).await?;
        let written = page.css("[data-testid=decisions]").await?.text().await?;
        let choice = choice.as_str().context("no choice")?;
        ensure!(
            written.contains(choice) && written.contains("材料已核实"),
            "{written}"
        );
        page.console_is_quiet().await
    })
}

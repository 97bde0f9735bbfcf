//! A clerk's workbook whose headers nobody knows: mapped by hand, it is read as natively
//! by the same plan.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::frame::{Cell, Dataset, Unit};
use dhi_engine::ids::UnitCode;
use dhi_engine::input::{Field, Import, TableKind, decode, read, recognise};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::json;

use crate::drag_weights::accept;
use crate::driver::{Page, scenario};
use crate::honest_ranks::demonstration;
use crate::rank_villages::{exported, same_as_run, wait_for_rows};

const FILE: &str = "台账.xlsx";
const CODE: &str = "辖区编号";
/// Headers of the two columns of values that nobody knows, and the indicators they hold.
const VOTES: [(&str, usize); 2] = [("得票A", 0), ("得票B", 5)];

/// The register afterwards: the second village has become part of the first, which has
/// another name, the last is gone, and one is new.
fn register(base: &Dataset) -> Result<Vec<Unit>> {
    let mut units = base.units().list().to_vec();
    units.pop();
    let gone = units.remove(1);
    units[0].name = format!("{}并{}", units[0].name, gone.name);
    let mut new = units[3].clone();
    new.code = UnitCode::new("999900199200")?;
    new.name = "新设村".into();
    units.push(new);
    Ok(units)
}

fn write_register(sheet: &mut Worksheet, units: &[Unit]) -> Result<()> {
    for (column, head) in [CODE, "地方", "归口", "型别", "人头"]
        .into_iter()
        .enumerate()
    {
        sheet.write(0, u16::try_from(column)?, head)?;
    }
    for (row, unit) in (1..).zip(units) {
        sheet
            .write(row, 0, unit.code.as_str())?
            .write(row, 1, &unit.name)?
            .write(row, 2, &unit.town)?
            .write(row, 3, &unit.class)?;
        if let Some(people) = unit.population {
            sheet.write(row, 4, people)?;
        }
    }
    // As such files are made: one town over the rows of two villages.
    sheet.merge_range(5, 2, 6, 2, &units[4].town, &Format::new())?;
    Ok(())
}

/// The values of the latest period with some changed, some taken out, and some of the new
/// village; of a village that is gone there is nothing.
fn write_values(sheet: &mut Worksheet, base: &Dataset, units: &[Unit]) -> Result<()> {
    let (_, observations) = base.latest().context("no period")?;
    sheet.write(0, 0, CODE)?;
    for (at, (node, _)) in base.framework().indicators().enumerate() {
        let unknown = VOTES.iter().find(|(_, column)| *column == at);
        let head = unknown.map_or(node.id.as_str(), |(head, _)| head);
        sheet.write(0, u16::try_from(at + 1)?, head)?;
    }
    let n_columns = base.framework().n_indicators();
    sheet.write(0, u16::try_from(n_columns + 1)?, "经办备忘")?;
    for (row, unit) in units.iter().enumerate() {
        let line = u32::try_from(row + 1)?;
        sheet.write(line, 0, unit.code.as_str())?;
        sheet.write(line, u16::try_from(n_columns + 1)?, "已核")?;
        let known = base.units().find(&unit.code);
        for at in 0..n_columns {
            let column = u16::try_from(at + 1)?;
            let cell = known.map_or(Cell::Value(1.0), |i| observations.frame().cell(i.at(), at));
            match (row, at, cell) {
                (0..15, 0, Cell::Value(x)) => {
                    sheet.write(line, column, (x - 1.0 - row as f64).max(0.0))?;
                }
                (20..27, 5, Cell::Value(_)) => {}
                (3, 7, _) | (_, _, Cell::NotApplicable) => {
                    sheet.write(line, column, "不适用")?;
                }
                (_, _, Cell::Value(x)) => {
                    sheet.write(line, column, x)?;
                }
                (_, _, Cell::Missing) => {}
            }
        }
    }
    Ok(())
}

/// What the clerk says of a column: its sheet, its header and what it holds, with the words
/// on the page.
type Mapped = (usize, &'static str, Field, String);

fn mapping(base: &Dataset) -> Vec<Mapped> {
    let fixed = [
        (0, CODE, Field::Code, "村代码"),
        (0, "地方", Field::Name, "村名"),
        (0, "归口", Field::Town, "镇(街道)"),
        (0, "型别", Field::Class, "村类"),
        (0, "人头", Field::Population, "人口"),
        (1, CODE, Field::Code, "村代码"),
    ];
    let mut all: Vec<Mapped> = fixed
        .into_iter()
        .map(|(sheet, head, field, words)| (sheet, head, field, words.to_owned()))
        .collect();
    for (at, (node, _)) in base.framework().indicators().enumerate() {
        if let Some((head, _)) = VOTES.iter().find(|(_, column)| *column == at) {
            let field = Field::ValueOf(node.id.to_string());
            all.push((1, head, field, node.name.zh.clone()));
        }
    }
    all
}

/// The same file read natively by a plan with so much of the mapping.
fn native(base: &Dataset, bytes: &[u8], mapping: &[Mapped]) -> Result<(Dataset, Import)> {
    let books = [decode(FILE, bytes, None).workbook];
    let mut plans = recognise(&books, Some(base.framework()));
    // Otherwise nobody would have to say anything.
    let kinds: Vec<TableKind> = plans.iter().map(|plan| plan.kind).collect();
    ensure!(kinds == [TableKind::Ignored; 2], "{kinds:?}");
    (plans[0].kind, plans[1].kind) = (TableKind::Units, TableKind::Wide);
    for (sheet, head, field, _) in mapping {
        let columns = &mut plans[*sheet].columns;
        let column = columns.iter_mut().find(|column| column.header == *head);
        let column = column.context("no such column")?;
        ensure!(column.field == Field::Ignored, "{head} is known");
        column.field = field.clone();
    }
    let (period, _) = base.latest().context("no period")?;
    let import = read(&books, &plans, Some(base), period);
    let dataset = import.dataset.clone().context("refused")?;
    Ok((dataset, import))
}

/// Chooses by the words of an option in one of the lists of a sheet; the lists are written
/// anew after every choice.
async fn choose(page: &Page, sheet: usize, label: &str, words: &str) -> Result<()> {
    let script = "const sheet = document.querySelectorAll('[data-testid=sheet]')[arguments[0]];
        const lists = [...sheet?.querySelectorAll('select') ?? []];
        const list = lists.find((list) =>
            (list.ariaLabel ?? list.labels[0].textContent).startsWith(arguments[1]));
        if (!list) return false;
        if (list.selectedOptions[0]?.label === arguments[2]) return true;
        const option = [...list.options].find((option) => option.label === arguments[2]);
        if (!option) return false;
        list.value = option.value;
        list.dispatchEvent(new Event('change', { bubbles: true }));
        return false;";
    page.until(&format!("“{words}” is chosen as {label}"), async || {
        let arguments = vec![json!(sheet), json!(label), json!(words)];
        Ok((page.script(script, arguments).await? == json!(true)).then_some(()))
    })
    .await
}

/// How many villages, and which, as the page says it.
fn villages<'u>(units: impl Iterator<Item = &'u Unit>) -> String {
    let names: Vec<&str> = units.map(|unit| unit.name.as_str()).collect();
    match names.len() {
        0 => "0".to_owned(),
        n => format!("{n}：{}", names.join("、")),
    }
}

/// What the page says would change, counted here over the villages that stay: the facts,
/// and by indicator what is changed, filled in, missing and not applicable.
fn expected(before: &Dataset, after: &Dataset) -> Result<serde_json::Value> {
    let old = before.latest().context("no period")?.1;
    let new = after.latest().context("no period")?.1;
    let (from, to) = (before.units(), after.units());
    let mut rows = Vec::new();
    let (mut total, mut others) = ([0; 4], 0);
    for (at, (node, _)) in after.framework().indicators().enumerate() {
        let mut counts = [0; 4];
        for (j, unit) in to.list().iter().enumerate() {
            let Some(i) = from.find(&unit.code) else {
                continue;
            };
            let i = i.at();
            let kind = match (old.frame().cell(i, at), new.frame().cell(j, at)) {
                (was, is) if was == is => {
                    let is_same = old.ratio(i, at) == new.ratio(j, at)
                        && old.standard_error(i, at) == new.standard_error(j, at);
                    others += usize::from(!is_same);
                    continue;
                }
                (Cell::Value(_), Cell::Value(_)) => 0,
                (_, Cell::Value(_)) => 1,
                (_, Cell::Missing) => 2,
                (_, Cell::NotApplicable) => 3,
            };
            counts[kind] += 1;
            total[kind] += 1;
        }
        if counts != [0; 4] {
            rows.push((node.id.to_string(), counts));
        }
    }
    let is_in = |unit: &&Unit, other: &Dataset| other.units().find(&unit.code).is_some();
    let added = to.list().iter().filter(|unit| !is_in(unit, before));
    let removed = from.list().iter().filter(|unit| !is_in(unit, after));
    let described = to.list().iter().filter(|unit| {
        let known = from.find(&unit.code).map(|i| &from.list()[i.at()]);
        known.is_some_and(|known| known != *unit)
    });
    let mut facts = vec![villages(added), villages(removed), villages(described)];
    facts.extend(total.iter().chain([&others]).map(ToString::to_string));
    Ok(json!([facts, rows]))
}

async fn says(page: &Page, before: &Dataset, (after, import): &(Dataset, Import)) -> Result<()> {
    let native = expected(before, after)?;
    let script = "const all = (s) => [...document.querySelectorAll(`[data-testid=changes] ${s}`)];
        return [all('dl.facts dd').map((e) => e.textContent).slice(0, 8),
            all('[data-indicator]').map((row) => [row.dataset.indicator,
                [...row.querySelectorAll('td')].map((td) => Number(td.innerText))])];";
    page.until("the dry run is that of a native reading", async || {
        let shown = page.script(script, vec![]).await?;
        ensure!(shown == native, "{shown}, natively {native}");
        Ok(Some(()))
    })
    .await?;
    let sum = &import.summary;
    let mut words = format!(
        "接受后: {} 个村(+{} / −{}), {} 项指标",
        sum.n_units, sum.new_units, sum.removed_units, sum.n_indicators
    );
    for (period, n) in &sum.periods {
        words = format!("{words} · {period}: {n} 个数值");
    }
    page.text(&words).await?;
    Ok(())
}

#[test]
fn unknown_headers_mapped_by_hand_are_read_as_natively() -> Result<()> {
    scenario("map_headers", async |page| {
        let base = demonstration()?;
        let units = register(&base)?;
        let mut book = Workbook::new();
        write_register(book.add_worksheet().set_name("花名")?, &units)?;
        write_values(book.add_worksheet().set_name("得票")?, &base, &units)?;
        let bytes = book.save_to_buffer()?;
        let mapping = mapping(&base);
        let (last, but_one) = mapping.split_last().context("nothing to map")?;
        let without = native(&base, &bytes, but_one)?;
        let whole = native(&base, &bytes, &mapping)?;
        ensure!(without.0 != whole.0, "the last column says nothing");

        let folder = tempfile::tempdir()?;
        let path = folder.path().join(FILE);
        fs::write(&path, &bytes)?;
        page.open("#/data").await?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        // Of unknown tables nothing is read, and nothing can be accepted.
        page.text("没有找到可识别的表").await?;
        page.css("[data-testid=sheet] ~ [data-testid=sheet]")
            .await?;
        let button = page.css("[data-testid=accept]").await?;
        ensure!(!button.is_enabled().await?, "unknown tables are accepted");
        choose(page, 0, "表的种类", "名册").await?;
        choose(page, 1, "表的种类", "指标数据（宽表）").await?;
        for (sheet, head, _, words) in but_one {
            choose(page, *sheet, &format!("列对应 {head}"), words).await?;
        }
        // Values of a column that nobody has named yet would be lost.
        says(page, &base, &without).await?;
        let (sheet, head, _, words) = last;
        choose(page, *sheet, &format!("列对应 {head}"), words).await?;
        says(page, &base, &whole).await?;
        page.fits_everywhere().await?;
        page.picture("map-headers").await?;

        accept(page).await?;
        page.open("#/ranking").await?;
        page.text("共 84").await?;
        wait_for_rows(page).await?;
        let weights = WeightSet::from_framework(whole.0.framework())?;
        let text = exported(page).await?;
        same_as_run(&text, &whole.0, &weights, &Spec::default())?;
        page.console_is_quiet().await
    })
}

//! A county's 整改台账 as a table, a row an item: it becomes the events that open the
//! items, by the same checks as those recorded by hand.

use super::ProcessError;
use super::tables::{Cells, ITEMS, tables};
use crate::calendar::Day;
use crate::frame::Units;
use crate::framework::Language;
use crate::input::{Decoded, RawCell};
use crate::packet::Store;
use crate::signoff::{Actor, Event, Fields, KINDS, Refusal, Rules, What, fields_of};

/// A sum as it is typed, in units of so many decimals, as one in the smallest parts: of
/// 元 with 2 in 分, of 万元 with 6. No arithmetic is done; what is no such sum stays as
/// it is, and is refused as what it is read for.
///
/// ```
/// use dhi_engine::process::in_parts;
/// assert_eq!(in_parts("12.5", 2), "1250");
/// assert_eq!(in_parts("12.5", 6), "12500000");
/// assert_eq!(in_parts("1.005", 2), "1.005");
/// ```
pub fn in_parts(text: &str, decimals: usize) -> String {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let Some(zeros) = "000000".get(..decimals).and_then(|z| z.get(part.len()..)) else {
        return text.to_owned();
    };
    let parts = [whole, part, zeros].concat();
    parts.trim_start_matches('0').to_owned()
}

/// A copy of the records in which the items of a ledger (CSV, XLSX or XLS, decoded) are
/// set up, and assigned where their rows say so. Villages must be those of the register,
/// and towns follow from it; without one every row says its town.
///
/// # Errors
/// With sheet, row and column, where a cell cannot be read, there is an item of that
/// number already, or the procedure refuses an event.
pub fn with_items(
    store: &Store,
    rules: &Rules,
    by: &Actor,
    file: &Decoded,
    units: Option<&Units>,
) -> Result<Store, ProcessError> {
    let mut after = store.clone();
    let mut is_any = false;
    for table in tables(file)? {
        for cells in table.filled() {
            if table.form != ITEMS {
                return Err(table.is_elsewhere());
            }
            is_any = true;
            open(&mut after, rules, by, &cells, units)?;
        }
    }
    if is_any {
        Ok(after)
    } else {
        Err(ProcessError::NoItems)
    }
}

/// Records the events of a row.
fn open(
    store: &mut Store,
    rules: &Rules,
    by: &Actor,
    cells: &Cells<'_>,
    units: Option<&Units>,
) -> Result<(), ProcessError> {
    let mut fields = read(cells)?;
    let id = fields.remove("item").unwrap_or_default();
    let refused = |name: &str, why: &Refusal| {
        let words =
            [Language::Chinese, Language::English].map(|l| ["：", &why.message(rules, l)].concat());
        cells.because(name, Some(words))
    };
    if let Some(units) = units {
        let strange = |name: &str| {
            let words = ["与名册不符", "is not what the register says"];
            cells.because(name, Some(words.map(str::to_owned)))
        };
        let unit = fields.get("village").and_then(|code| units.unit(code));
        let unit = unit.ok_or_else(|| strange("village"))?;
        let town = fields.insert("town".into(), unit.town.clone());
        if town.is_some_and(|town| town != unit.town) {
            return Err(strange("town"));
        }
    } else {
        cells.text("town")?;
    }
    // Where two set up the same number there is no item yet, but the number is taken.
    if !store.item(rules, &id).1.is_empty() {
        return Err(refused("item", &Refusal::Setup));
    }
    let mut record = |action: &str, at: Day| {
        let names = fields_of(action).unwrap_or_default();
        let own = fields
            .iter()
            .filter(|(name, _)| names.contains(&name.as_str()));
        let own: Fields = own
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect();
        let what = What::read(action, &own).map_err(|why| cells.bad(&why.0))?;
        let by = by.clone();
        let done = store.record(rules, &id, Event { at, by, what });
        done.map_err(|why| {
            let name = match why {
                Refusal::BeforeState { .. } => "assigned",
                Refusal::NotAfter(_) => "due",
                Refusal::Blank if action == "open" => "town",
                Refusal::Blank => "liable",
                _ => "item",
            };
            refused(name, &why)
        })
    };
    record("open", cells.day("opened")?)?;
    let mut assignment = ["liable", "assigned", "due"].into_iter();
    if assignment.any(|name| cells.cell(name).is_some()) {
        record("assign", cells.day("assigned")?)?;
    }
    Ok(())
}

/// The texts of a row as the fields of events have them.
fn read(cells: &Cells<'_>) -> Result<Fields, ProcessError> {
    let mut fields = Fields::new();
    for (name, _, is_needed) in ITEMS.columns {
        let cell = cells.cell(name);
        if cell.is_none() && !is_needed {
            continue;
        }
        let text = match *name {
            // As it is typed by hand, but no number that lost its digits.
            "item" => match (cells.code(name)?, cell) {
                (_, Some(RawCell::Text(text))) => text.trim().to_owned(),
                (code, _) => code,
            },
            "village" | "checklist" => cells.code(name)?,
            "opened" | "assigned" | "due" => cells.day(name)?.to_string(),
            "kind" => {
                let shown = cells.shown(name);
                let is_named = |kind: &&crate::signoff::Kind| {
                    let names = [Language::Chinese, Language::English].map(|l| kind.name(l));
                    shown == kind.id() || names.contains(&&*shown)
                };
                let kind = KINDS.iter().find(is_named);
                kind.ok_or_else(|| cells.bad(name))?.id().to_owned()
            }
            "to_recover" => in_parts(&cells.shown(name), 6),
            name => cells.text(name)?,
        };
        fields.insert((*name).to_owned(), text);
    }
    Ok(fields)
}

#[cfg(test)]
mod tests;

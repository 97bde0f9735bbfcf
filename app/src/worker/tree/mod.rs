//! The framework being changed: a draft of its rows, tried against the present data
//! before it is taken as another dataset, as an import is.

mod row;
mod trial;

pub use row::{
    DIRECTIONS, FIELDS, FREQUENCIES, Fault, MEASURES, OF_GROUP, Row, TRANSFORMATIONS, number,
};
pub use trial::{Effect, Trial};

use super::present::Present;
use super::protocol::{Failure, Look};
use crate::written::tree::Facts;
use crate::written::{self, both};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Framework;
use dhi_engine::spec::digest_of;
use row::{Texts, framework_of, rows_of};
use serde_json::Value;

/// Beyond this many villages a change is tried when asked for, not at every edit.
const MOST_TRIED: usize = 20_000;
/// Edits that can be taken back one by one.
const MOST_PAST: usize = 50;

/// One difference between the draft and the present framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Id of the node.
    pub id: String,
    /// One of [`FIELDS`], or `parent`, `order`, `added`, `removed`.
    pub what: &'static str,
    /// What it was and what it would be.
    pub sides: [String; 2],
}

/// A draft that was taken.
pub struct Taken {
    /// The data under the new framework.
    pub dataset: Dataset,
    /// Its digest.
    pub digest: String,
    /// Why.
    pub reason: String,
    /// What differs, for the log.
    pub changes: Vec<String>,
}

/// The draft and how it is looked at.
#[derive(Default)]
pub struct Tree {
    /// Number of the dataset whose framework it is about.
    dataset: u64,
    /// The rows; none until something is edited.
    rows: Option<Vec<Row>>,
    /// The rows before each edit.
    past: Vec<Vec<Row>>,
    /// Node whose fields are open; empty for none.
    pub open: String,
    /// Why it is to be changed, as typed.
    pub reason: String,
    /// Whether it was to be taken without a reason.
    pub lacks_reason: bool,
    /// What was not done, and why.
    pub refused: Option<Fault>,
    /// What came of trying.
    pub trial: Option<Trial>,
    /// Whether it has been tried since the last edit.
    is_tried: bool,
}

/// A text of a form.
fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = fields.iter().find(|(of, _)| of == name);
    found.map(|(_, text)| text.as_str())
}

impl Tree {
    /// Other data is shown: a draft about another dataset is done with.
    pub fn begin(&mut self, dataset: u64) {
        if self.dataset != dataset {
            *self = Self {
                dataset,
                ..Self::default()
            };
        }
    }

    /// The rows shown.
    pub fn rows(&self, present: &Framework) -> Vec<Row> {
        self.rows.clone().unwrap_or_else(|| rows_of(present))
    }

    /// Whether something is edited.
    pub fn is_draft(&self) -> bool {
        self.rows.is_some()
    }

    /// Whether the last edit can be taken back.
    pub fn can_go_back(&self) -> bool {
        !self.past.is_empty()
    }

    /// Does what a control says with the texts of its form. A draft that is taken comes
    /// back as data.
    pub fn act(
        &mut self,
        present: &Present,
        act: &str,
        fields: &[(String, String)],
        shares: &[f64],
    ) -> Result<Option<Taken>, Failure> {
        let base = present.dataset.framework();
        let value = field(fields, "value").unwrap_or_default();
        if let Some(reason) = field(fields, "reason") {
            reason.clone_into(&mut self.reason);
        }
        self.lacks_reason = false;
        self.refused = None;
        match act {
            "restore" if self.rows.is_none() => self.restore(value, base),
            "open" if self.open == value => self.open.clear(),
            "open" => value.clone_into(&mut self.open),
            "back" => {
                self.rows = self.past.pop();
                self.settle(base);
            }
            "discard" => {
                let (dataset, open) = (self.dataset, std::mem::take(&mut self.open));
                *self = Self {
                    dataset,
                    open,
                    ..Self::default()
                };
            }
            "set" | "up" | "down" | "remove" | "group" | "indicator" => {
                let before = self.rows(base);
                let mut rows = before.clone();
                self.edit(&mut rows, act, value, fields);
                if rows != before {
                    self.past.push(before);
                    if self.past.len() > MOST_PAST {
                        self.past.remove(0);
                    }
                    self.rows = Some(rows);
                    self.settle(base);
                }
            }
            "try" | "apply" => self.is_tried = true,
            _ => {}
        }
        if !matches!(act, "open" | "reason") || self.trial.is_none() {
            self.renew(present, shares)?;
        }
        if act != "apply" {
            return Ok(None);
        }
        self.lacks_reason = self.reason.trim().is_empty();
        let is_good = matches!(self.trial, Some(Trial::Good(_)));
        match &self.rows {
            Some(rows) if is_good && !self.lacks_reason => {
                let dataset = trial::under(present, rows)?;
                Ok(Some(Taken {
                    digest: digest_of(&dataset),
                    dataset,
                    reason: self.reason.trim().to_owned(),
                    changes: self.changes(base).iter().map(Change::logged).collect(),
                }))
            }
            _ => Ok(None),
        }
    }

    /// The editor in both languages.
    pub fn markup(&self, present: &Present) -> [String; 2] {
        let base = present.dataset.framework();
        let column = |id: &str| base.node(base.find(id)?).column;
        let outcome = &present.outcome;
        // As they meet the goalposts but for the treatment of outliers.
        let columns = outcome.prepared.as_ref().unwrap_or(&outcome.checked);
        let values = column(&self.open).and_then(|at| columns.columns().get(at));
        let facts = Facts {
            tree: self,
            rows: self.rows(base),
            changes: self.changes(base),
            values: values.map(|column| column.present().collect()),
        };
        both(present.scene(Look::default()), &|scene, html| {
            written::tree::tree(scene, html, &facts);
        })
    }

    /// The draft as it outlives the page: node and reason, the rows, and those before
    /// each edit; empty for none.
    pub fn kept(&self) -> String {
        let Some(rows) = &self.rows else {
            return String::new();
        };
        let states = self.past.iter().chain([rows]);
        let states = states.map(|rows| rows.iter().map(Row::kept).collect::<Value>());
        let about: [Value; 2] = [self.open.as_str().into(), self.reason.as_str().into()];
        let kept: Value = about.into_iter().chain(states).collect();
        kept.to_string()
    }

    /// Goes on with a draft that was kept; one that cannot be read is none.
    fn restore(&mut self, kept: &str, base: &Framework) {
        let Ok(Value::Array(kept)) = serde_json::from_str(kept) else {
            return;
        };
        let rows = |state: &Value| state.as_array()?.iter().map(Row::restored).collect();
        let [open, reason, states @ ..] = &kept[..] else {
            return;
        };
        let states: Option<Vec<Vec<Row>>> = states.iter().map(rows).collect();
        let Some(mut states) = states else { return };
        self.rows = states.pop();
        self.past = states;
        self.open = open.as_str().unwrap_or_default().to_owned();
        self.reason = reason.as_str().unwrap_or_default().to_owned();
        self.settle(base);
    }

    /// After an edit: nothing is known of it yet, and what is as it was is no draft.
    fn settle(&mut self, base: &Framework) {
        self.is_tried = false;
        if self
            .rows
            .as_ref()
            .is_some_and(|rows| *rows == rows_of(base))
        {
            self.rows = None;
            self.past.clear();
        }
        let rows = self.rows(base);
        if !rows.iter().any(|row| row.id == self.open) {
            self.open.clear();
        }
    }

    /// Tries the draft where that is quick or was asked for.
    fn renew(&mut self, present: &Present, shares: &[f64]) -> Result<(), Failure> {
        self.trial = match &self.rows {
            None => None,
            Some(rows) => match framework_of(rows) {
                Err(fault) => Some(Trial::Unsound(fault)),
                Ok(framework) => {
                    let n_units = present.dataset.units().len();
                    if self.is_tried || n_units <= MOST_TRIED {
                        Some(trial::try_out(present, framework, shares)?)
                    } else {
                        None
                    }
                }
            },
        };
        Ok(())
    }

    fn edit(&mut self, rows: &mut Vec<Row>, act: &str, id: &str, fields: &[(String, String)]) {
        let Some(at) = rows.iter().position(|row| row.id == id) else {
            return;
        };
        match act {
            "set" => self.set(rows, at, fields),
            "up" | "down" => {
                let parent = rows[at].parent.clone();
                let is_sibling = |(_, row): &(usize, &Row)| row.parent == parent;
                let siblings = rows.iter().enumerate().filter(is_sibling);
                let siblings: Vec<usize> = siblings.map(|(at, _)| at).collect();
                let mine = siblings.iter().position(|sibling| *sibling == at);
                let other = mine.and_then(|mine| {
                    let other = if act == "up" {
                        mine.checked_sub(1)?
                    } else {
                        mine + 1
                    };
                    siblings.get(other).copied()
                });
                if let Some(other) = other {
                    rows.swap(at, other);
                }
            }
            "remove" if rows[at].parent.is_some() => {
                let below = below(rows, id);
                rows.retain(|row| row.id != id && !below.contains(&row.id));
            }
            "group" | "indicator" if !rows[at].is_indicator => {
                let row = fresh(rows, id, act == "indicator");
                row.id.clone_into(&mut self.open);
                rows.push(row);
            }
            _ => {}
        }
    }

    /// Takes what was typed about a node.
    fn set(&mut self, rows: &mut Vec<Row>, at: usize, fields: &[(String, String)]) {
        let row = &mut rows[at];
        let n_fields = if row.is_indicator {
            FIELDS.len()
        } else {
            OF_GROUP
        };
        for (name, slot) in FIELDS.iter().zip(&mut row.texts).take(n_fields) {
            if let Some(text) = field(fields, name) {
                text.trim().clone_into(slot);
            }
        }
        let old = row.id.clone();
        let is_new = row.is_new;
        let typed = field(fields, "id").map(str::trim);
        if let Some(id) = typed.filter(|id| is_new && *id != old) {
            if rows.iter().any(|row| row.id == id) {
                // Two of the same id could not be told apart any more.
                self.refused = Some(Fault {
                    id: old.clone(),
                    field: "id",
                    words: [
                        ["“", id, "”已被使用。"].concat(),
                        ["“", id, "” is used already."].concat(),
                    ],
                });
            } else {
                id.clone_into(&mut rows[at].id);
            }
        }
        let row = &rows[at];
        let id = row.id.clone();
        let parent = field(fields, "parent").map(str::to_owned);
        let moves = row.parent.is_some() && parent.is_some() && row.parent != parent;
        if old != id {
            for child in rows
                .iter_mut()
                .filter(|row| row.parent.as_ref() == Some(&old))
            {
                child.parent = Some(id.clone());
            }
            self.open.clone_from(&id);
        }
        let is_group = |of: &Row| Some(&of.id) == parent.as_ref() && !of.is_indicator;
        let exists = rows.iter().any(is_group);
        let is_below = parent
            .as_ref()
            .is_some_and(|p| *p == id || below(rows, &id).contains(p));
        if moves && exists && !is_below {
            let mut row = rows.remove(at);
            row.parent = parent;
            rows.push(row);
        }
    }

    /// Everything that differs from the present framework, in the order of the draft.
    pub fn changes(&self, base: &Framework) -> Vec<Change> {
        let Some(rows) = &self.rows else {
            return Vec::new();
        };
        let old_rows = rows_of(base);
        let change = |row: &Row, what, from: &str, to: &str| Change {
            id: row.id.clone(),
            what,
            sides: [from.to_owned(), to.to_owned()],
        };
        let mut changes = Vec::new();
        for row in rows {
            let parent = row.parent.as_deref().unwrap_or_default();
            let Some(old) = old_rows.iter().find(|old| old.id == row.id) else {
                changes.push(change(row, "added", "", parent));
                continue;
            };
            let was = old.parent.as_deref().unwrap_or_default();
            if was != parent {
                changes.push(change(row, "parent", was, parent));
            }
            for (name, (old, new)) in FIELDS.iter().zip(old.texts.iter().zip(&row.texts)) {
                if old != new {
                    changes.push(change(row, name, old, new));
                }
            }
        }
        let is_gone = |old: &&Row| rows.iter().all(|row| row.id != old.id);
        for old in old_rows.iter().filter(is_gone) {
            let parent = old.parent.as_deref().unwrap_or_default();
            changes.push(change(old, "removed", parent, ""));
        }
        // The order counts once, under the parent whose children stand otherwise.
        for parent in rows.iter().filter(|row| !row.is_indicator) {
            let children = |of: &[Row], other: &[Row]| -> Vec<String> {
                let is_child = |row: &&Row| row.parent.as_ref() == Some(&parent.id);
                let is_there = |row: &&Row| {
                    let found = other.iter().find(|o| o.id == row.id);
                    found.is_some_and(|o| o.parent == row.parent)
                };
                let children = of.iter().filter(is_child).filter(is_there);
                children.map(|row| row.id.clone()).collect()
            };
            let (was, is) = (children(&old_rows, rows), children(rows, &old_rows));
            if was != is {
                changes.push(change(parent, "order", &was.join(" "), &is.join(" ")));
            }
        }
        changes
    }
}

impl Change {
    /// For the log, which has no language.
    fn logged(&self) -> String {
        let [from, to] = &self.sides;
        [&self.id, " ", self.what, ": ", from, " → ", to].concat()
    }
}

/// Ids of everything below a node.
pub fn below(rows: &[Row], id: &str) -> Vec<String> {
    let mut found = vec![id.to_owned()];
    let mut at = 0;
    while let Some(parent) = found.get(at).cloned() {
        let is_child =
            |row: &&Row| row.parent.as_ref() == Some(&parent) && !found.contains(&row.id);
        let children: Vec<String> = rows.iter().filter(is_child).map(|r| r.id.clone()).collect();
        found.extend(children);
        at += 1;
    }
    found.remove(0);
    found
}

/// A new node under a parent: as heavy as its siblings on the average, an indicator
/// in percent between 0 and 100 until somebody says otherwise.
fn fresh(rows: &[Row], parent: &str, is_indicator: bool) -> Row {
    let taken = |id: &String| rows.iter().any(|row| row.id == *id);
    let mut ids = (1..=rows.len() + 1).map(|n| ["new_", &n.to_string()].concat());
    let id = ids.find(|id| !taken(id)).unwrap_or_default();
    let siblings = rows
        .iter()
        .filter(|row| row.parent.as_deref() == Some(parent));
    let weights: Vec<f64> = siblings
        .filter_map(|row| number(row.text("weight")))
        .collect();
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    let weight = if mean > 0.0 { mean } else { 1.0 };
    let mut texts: Texts = Default::default();
    let (zh, en) = if is_indicator {
        ("新指标", "New indicator")
    } else {
        ("新组", "New group")
    };
    for (slot, text) in texts.iter_mut().zip([zh, en, &crate::i18n::value(weight)]) {
        text.clone_into(slot);
    }
    if is_indicator {
        let usual = ["higher", "percent", "0", "100", "none"];
        for (slot, text) in texts[OF_GROUP..].iter_mut().zip(usual) {
            text.clone_into(slot);
        }
    }
    Row {
        id,
        parent: Some(parent.to_owned()),
        is_indicator,
        is_new: true,
        texts,
    }
}

#[cfg(test)]
mod tests;

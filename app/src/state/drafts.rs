//! What is being edited and not taken yet, so that a reload does not lose it: kept with
//! the project in the browser; its files carry none.

use super::context::Context;
use super::decision::{CHOICES, Choice};
use super::project::Project;
use super::view::Marks;
use crate::worker::protocol::About;
use dhi_engine::uncertainty::{Line, RobustSpec};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The specification as a form, the specification as text, the framework as its editor
/// wrote it, what is asked in the weights lab, the cell being corrected, decisions by
/// village, the nomination line where another than the usual one was chosen, villages
/// pinned and marked to be compared, who reviews what a village disagrees with.
const NAMES: [&str; 9] = [
    "spec",
    "json",
    "framework",
    "lab",
    "cell",
    "decisions",
    "line",
    "marks",
    "appeal",
];

/// A cell by unit and column, and what is typed about it: word, value, reason.
pub type CellDraft = ((u32, u32), [String; 3]);

/// A question of the lab as it is kept: what a number that was never chosen is, is null.
fn kept(question: &About) -> Value {
    let numbers: Vec<Value> = question.numbers.iter().map(|n| (*n).into()).collect();
    let names: Vec<Value> = question.names.iter().map(|n| n.as_str().into()).collect();
    [Value::from(numbers), names.into()].into_iter().collect()
}

/// A question that was kept.
fn restored(kept: &Value) -> About {
    let list = |at: usize| kept.get(at).and_then(Value::as_array).into_iter().flatten();
    let name = |name: &Value| name.as_str().unwrap_or_default().to_owned();
    About {
        numbers: list(0).map(|n| n.as_f64().unwrap_or(f64::NAN)).collect(),
        names: list(1).map(name).collect(),
        ..About::default()
    }
}

/// A nomination line as it is kept: a score, or null and a number of ranks, or neither.
fn kept_line(line: Option<Line>) -> Value {
    let [score, ranks] = match line {
        Some(Line::Score(score)) => [score.into(), Value::Null],
        Some(Line::Top(ranks)) => [Value::Null, ranks.into()],
        None => [Value::Null, Value::Null],
    };
    [score, ranks].into_iter().collect()
}

/// A line that was kept.
fn restored_line(kept: &Value) -> Option<Line> {
    let number = |at: usize| kept.get(at)?.as_f64();
    #[expect(clippy::cast_sign_loss, reason = "no rank is below 0")]
    let ranks = number(1).map(|ranks| Line::Top(ranks as u32));
    number(0).map(Line::Score).or(ranks)
}

/// Villages pinned and marked to be compared, as they are kept; nothing for none.
fn kept_marks(marks: &Marks) -> Option<Value> {
    let lists = [&marks.pinned, &marks.compared];
    let is_any = lists.iter().any(|list| !list.is_empty());
    let list = |list: &Vec<u32>| {
        list.iter()
            .map(|unit| Value::from(*unit))
            .collect::<Value>()
    };
    is_any.then(|| lists.map(list).into_iter().collect())
}

/// Marks that were kept, of a register with so many villages.
fn restored_marks(kept: &Value, dataset: u64, n_units: u32) -> Marks {
    let list = |at: usize| {
        let units = kept.get(at).and_then(Value::as_array).into_iter().flatten();
        let units = units.filter_map(|unit| u32::try_from(unit.as_u64()?).ok());
        units.filter(|unit| *unit < n_units).collect()
    };
    Marks {
        dataset,
        pinned: list(0),
        compared: list(1),
        ..Marks::default()
    }
}

impl Context {
    /// What is being edited now; null for nothing.
    pub(super) fn drafts(self) -> Value {
        let desk = self.desk();
        let tree = Some(desk.tree.get_value()).filter(|tree| !tree.is_empty());
        let questions = desk.questions.get_untracked();
        let is_asked = |q: &About| !q.numbers.is_empty() || !q.names.is_empty();
        let questions = Some(questions).filter(|list| list.iter().any(is_asked));
        let decisions = Some(desk.decisions.get_value()).filter(|list| !list.is_empty());
        let drafts = [
            desk.draft.get_untracked(),
            desk.json.get_untracked().map(Value::from),
            tree.map(Value::from),
            questions.map(|list| list.iter().map(kept).collect()),
            Some(desk.correction.get_value()).filter(|cell| !cell.is_null()),
            decisions.map(Value::from),
            Some(desk.honest.line.get_untracked())
                .filter(|line| *line != RobustSpec::default().line)
                .map(kept_line),
            desk.view.marks.with_untracked(kept_marks),
            desk.appeal.get_untracked().map(Value::from),
        ];
        let named = NAMES.iter().map(|name| (*name).to_owned()).zip(drafts);
        let named: Map<_, _> = named
            .filter_map(|(name, draft)| Some((name, draft?)))
            .collect();
        if named.is_empty() {
            Value::Null
        } else {
            named.into()
        }
    }

    /// Goes on with what was being edited when the page went away.
    pub(super) fn take_up(self, drafts: &Value) {
        let desk = self.desk();
        let [
            spec,
            json,
            tree,
            questions,
            cell,
            decisions,
            line,
            marks,
            appeal,
        ] = NAMES.map(|name| drafts.get(name));
        let text = |draft: Option<&Value>| draft.and_then(Value::as_str).map(str::to_owned);
        desk.draft.set(spec.cloned());
        desk.json.set(text(json));
        desk.appeal.set(text(appeal));
        if let Some(tree) = text(tree) {
            desk.tree.set_value(tree.clone());
            self.edit_tree("restore".into(), vec![("value".into(), tree)]);
        }
        if let Some(questions) = questions.and_then(Value::as_array) {
            desk.questions.set(questions.iter().map(restored).collect());
        }
        desk.correction.set_value(cell.cloned().unwrap_or_default());
        if let Some(decisions) = decisions.and_then(Value::as_object) {
            desk.decisions.set_value(decisions.clone());
        }
        if let Some(line) = line {
            desk.honest.line.set(restored_line(line));
            self.analyse_soon();
        }
        if let Some(marks) = marks {
            let content = |p: &Project| p.content.dataset.clone();
            let dataset = self.project.with_untracked(|p| p.as_ref().map(content));
            if let Some(dataset) = dataset {
                let n_units = dataset.units().list().len() as u32;
                let marks = restored_marks(marks, dataset.number(), n_units);
                desk.view.marks.set(marks);
            }
        }
    }

    /// Lets go of what is about another project.
    pub(super) fn let_project_go(self) {
        self.desk().decisions.set_value(Map::new());
        self.desk().appeal.set(None);
    }

    /// Lets go of what is about other data.
    pub(super) fn let_go(self, dataset: u64) {
        let desk = self.desk();
        if desk.drafts_of.get_value() != dataset {
            desk.drafts_of.set_value(dataset);
            desk.tree.set_value(String::new());
            desk.questions.set(Vec::new());
            desk.correction.set_value(Value::Null);
        }
    }

    /// Keeps the framework's draft as the worker wrote it.
    pub(super) fn keep_tree(self, tree: String) {
        if self.desk().tree.with_value(|before| *before != tree) {
            self.desk().tree.set_value(tree);
            self.save_soon();
        }
    }

    /// The correction being written.
    pub fn correction_draft(self) -> Option<CellDraft> {
        self.desk().correction.with_value(|draft| {
            let at = |nth: usize| Some(draft.get(nth)?.as_u64()? as u32);
            let text = |nth: usize| draft.get(nth)?.as_str().map(str::to_owned);
            Some(((at(0)?, at(1)?), [text(2)?, text(3)?, text(4)?]))
        })
    }

    /// Keeps the correction being written.
    pub fn keep_correction(self, draft: Option<CellDraft>) {
        let draft = draft.map(|((unit, column), texts)| {
            let cell = [Value::from(unit), column.into()];
            cell.into_iter().chain(texts.map(Value::from)).collect()
        });
        self.desk().correction.set_value(draft.unwrap_or_default());
        self.save_soon();
    }

    /// Keeps who reviews as it is being written; `None` where that is the project's.
    pub fn keep_appeal(self, text: Option<String>) {
        self.desk().appeal.set(text);
        self.save_soon();
    }

    /// The decision being written about a village.
    pub fn decision_draft(self, code: &str) -> (Option<Choice>, String) {
        self.desk().decisions.with_value(|drafts| {
            let draft = drafts.get(code);
            let choice = draft.and_then(|d| d.get(0)?.as_u64());
            let choice = choice.and_then(|at| CHOICES.get(at as usize).copied());
            let reason = draft.and_then(|d| d.get(1)?.as_str());
            (choice, reason.unwrap_or_default().to_owned())
        })
    }

    /// Keeps the decision being written about a village.
    pub fn keep_decision(self, code: &str, choice: Option<Choice>, reason: &str) {
        if self.decision_draft(code) == (choice, reason.to_owned()) {
            return;
        }
        let at = choice.and_then(|choice| CHOICES.iter().position(|c| *c == choice));
        self.desk().decisions.update_value(|drafts| {
            if at.is_none() && reason.is_empty() {
                drafts.remove(code);
            } else {
                let draft = [Value::from(at), reason.into()];
                drafts.insert(code.to_owned(), draft.into_iter().collect());
            }
        });
        self.save_soon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back() {
        for line in [None, Some(Line::Score(62.5)), Some(Line::Top(20))] {
            assert_eq!(restored_line(&kept_line(line)), line);
        }
    }

    #[test]
    fn marks_come_back_where_they_still_are_of_a_village() {
        let marks = Marks {
            dataset: 7,
            pinned: vec![4, 0],
            compared: vec![1, 9],
            ..Marks::default()
        };
        let kept = kept_marks(&marks).unwrap();
        assert_eq!(restored_marks(&kept, 7, 10), marks);
        // Of nine villages, position 9 is none.
        assert_eq!(restored_marks(&kept, 7, 9).compared, [1]);
        assert_eq!(kept_marks(&Marks::default()), None);
    }
}

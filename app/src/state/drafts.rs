//! What is being edited and not taken yet, so that a reload does not lose it: kept with
//! the project in the browser; its files carry none.

use super::context::Context;
use super::project::Project;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The specification as a form, the specification as text, the framework as its editor
/// wrote it.
const NAMES: [&str; 3] = ["spec", "json", "framework"];

impl Context {
    /// What is being edited now; null for nothing.
    pub(super) fn drafts(self) -> Value {
        let desk = self.desk();
        let tree = desk.tree.with_value(|(_, tree)| tree.clone());
        let drafts = [
            desk.draft.get_untracked(),
            desk.json.get_untracked().map(Value::from),
            Some(tree).filter(|t| !t.is_empty()).map(Value::from),
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
    pub(super) fn take_up(self, dataset: u64, drafts: &Value) {
        let desk = self.desk();
        let [spec, json, tree] = NAMES.map(|name| drafts.get(name));
        let text = |draft: Option<&Value>| draft.and_then(Value::as_str).map(str::to_owned);
        desk.draft.set(spec.cloned());
        desk.json.set(text(json));
        if let Some(tree) = text(tree) {
            desk.tree.set_value((dataset, tree.clone()));
            self.edit_tree("restore".into(), vec![("value".into(), tree)]);
        }
    }

    /// Lets go of a framework's draft about other data.
    pub(super) fn let_go(self, dataset: u64) {
        self.desk().tree.update_value(|(of, tree)| {
            if *of != dataset {
                tree.clear();
            }
        });
    }

    /// Keeps the framework's draft as the worker wrote it.
    pub(super) fn keep_tree(self, tree: String) {
        let dataset = |p: &Project| p.content.dataset.number();
        let dataset = self
            .project
            .with_untracked(|p| p.as_ref().map_or(0, dataset));
        let now = (dataset, tree);
        if self.desk().tree.with_value(|before| *before != now) {
            self.desk().tree.set_value(now);
            self.save_soon();
        }
    }
}

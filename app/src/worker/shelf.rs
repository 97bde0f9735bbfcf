//! The datasets that a project may still come back to.

use crate::state::catalogue::Catalogue;
use dhi_engine::frame::Dataset;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Datasets by the number under which the page knows them.
#[derive(Default)]
pub struct Shelf {
    latest: u64,
    /// The last import read, which may yet be taken.
    draft: Option<u64>,
    datasets: BTreeMap<u64, Rc<Dataset>>,
}

impl Shelf {
    /// Keeps a dataset.
    pub fn put(&mut self, dataset: Dataset) -> Catalogue {
        self.latest += 1;
        let catalogue = Catalogue::of(self.latest, &dataset);
        self.datasets.insert(self.latest, Rc::new(dataset));
        catalogue
    }

    /// Keeps an import that was read, in place of the one read before unless that has
    /// been asked for again: every change of the mapping reads anew.
    pub fn put_draft(&mut self, dataset: Dataset) -> Catalogue {
        if let Some(before) = self.draft.take() {
            self.datasets.remove(&before);
        }
        let catalogue = self.put(dataset);
        self.draft = Some(catalogue.number());
        catalogue
    }

    /// Whether a dataset is the last import read.
    pub fn is_draft(&self, number: u64) -> bool {
        self.draft == Some(number)
    }

    /// The dataset under a number.
    pub fn get(&self, number: u64) -> Result<Rc<Dataset>, String> {
        let found = self.datasets.get(&number).map(Rc::clone);
        found.ok_or_else(|| format!("no dataset {number}"))
    }

    /// Drops all but these, which are no drafts from now on, and but newer ones: the
    /// page has not heard of them yet.
    pub fn keep(&mut self, numbers: &[u64]) {
        self.draft = self.draft.filter(|draft| !numbers.contains(draft));
        let newest = numbers.iter().max();
        let is_kept = |number: &u64| numbers.contains(number) || Some(number) > newest;
        self.datasets.retain(|number, _| is_kept(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::scheme::default_scheme;

    #[test]
    fn a_draft_takes_the_place_of_the_draft_before_but_not_of_a_project() {
        let dataset = || generate(&default_scheme(), DemoOptions::default()).unwrap();
        let mut shelf = Shelf::default();
        let shown = shelf.put(dataset()).number();
        let first = shelf.put_draft(dataset()).number();
        let second = shelf.put_draft(dataset()).number();
        assert!(shelf.get(first).is_err() && shelf.get(second).is_ok());
        assert!(shelf.is_draft(second) && !shelf.is_draft(shown));
        // Taken: from now on the project may come back to it.
        shelf.keep(&[shown, second]);
        let third = shelf.put_draft(dataset()).number();
        assert!([shown, second, third].iter().all(|n| shelf.get(*n).is_ok()));
        shelf.keep(&[third]);
        assert!(shelf.get(shown).is_err());
    }

    #[test]
    fn a_file_opened_while_another_project_is_loaded_stays() {
        let dataset = || generate(&default_scheme(), DemoOptions::default()).unwrap();
        let mut shelf = Shelf::default();
        let shown = shelf.put(dataset()).number();
        // Both before the page's request to load what it was told of first.
        let opened = shelf.put(dataset()).number();
        let draft = shelf.put_draft(dataset()).number();
        shelf.keep(&[shown]);
        assert!(shelf.get(opened).is_ok() && shelf.is_draft(draft));
        shelf.keep(&[opened]);
        assert!(shelf.get(shown).is_err() && shelf.get(draft).is_ok());
    }
}

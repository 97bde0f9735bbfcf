//! The datasets that a project may still come back to.

use crate::state::catalogue::Catalogue;
use dhi_engine::frame::Dataset;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Datasets by the number under which the page knows them.
#[derive(Default)]
pub struct Shelf {
    latest: u64,
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

    /// The dataset under a number.
    pub fn get(&self, number: u64) -> Result<Rc<Dataset>, String> {
        let found = self.datasets.get(&number).map(Rc::clone);
        found.ok_or_else(|| format!("no dataset {number}"))
    }

    /// Drops all but these.
    pub fn keep(&mut self, numbers: &[u64]) {
        self.datasets.retain(|number, _| numbers.contains(number));
    }
}

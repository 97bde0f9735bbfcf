//! Weights on their way: tried, computed, kept.

use super::command::Command;
use super::context::Context;
use crate::worker::protocol::{Request, Results};
use dhi_engine::ids::NodeIdx;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::Arc;

/// Milliseconds without a change before all of a ranking is computed, where only the
/// places in sight were.
const REST_MS: u32 = 120;

impl Context {
    /// Shows other weights without making them the project's: a drag.
    pub fn try_shares(&self, shares: Vec<f64>) {
        self.shares.set(shares.clone());
        self.desk().forget_answers();
        self.desk().honest.outdate();
        self.evaluate(shares, self.desk().places.get_value());
        // A long drag is kept too, should the page go away in its middle.
        self.save_soon();
    }

    /// Whether weights are tried that are not the project's: in the middle of a drag.
    pub fn are_shares_on_their_way(&self) -> bool {
        self.project.with(|p| {
            let kept = p.as_ref().map(|p| &p.content.shares);
            kept.is_some_and(|kept| self.shares.with(|shares| shares != kept))
        })
    }

    /// Has weights computed: all of the ranking, or so many places of it.
    fn evaluate(&self, shares: Vec<f64>, places: Option<[u32; 2]>) {
        self.desk().rest.set_value(None);
        self.send(Request::Evaluate {
            revision: self.revision(),
            shares,
            places,
        });
    }

    /// Says which places of the ranking are in sight, where they alone are enough while
    /// weights move.
    pub fn look_at(&self, places: Option<[u32; 2]>) {
        self.desk().places.set_value(places);
        if self.desk().is_partial.get_value() {
            // Those that come into sight are of former weights.
            self.evaluate(self.shares.get_untracked(), places);
        }
    }

    /// Whether a method of the specification weighs a node's children.
    pub fn is_weighed_by_method(&self, parent: NodeIdx) -> bool {
        self.project.with(|p| {
            p.as_ref().is_some_and(|p| {
                let node = p.content.framework().nodes().get(parent.at());
                node.is_some_and(|n| p.content.spec.weighs(n.id.as_str()))
            })
        })
    }

    /// Share of every node beside its siblings as used: those of the sliders, and
    /// those that methods of weighting found.
    pub fn shares_in_use(&self) -> Vec<f64> {
        let mut shares = self.shares.get();
        self.project.with(|p| {
            let Some(p) = p else { return };
            let nodes = p.content.framework().nodes().iter();
            let weighed = nodes.filter(|n| p.content.spec.weighs(n.id.as_str()));
            for child in weighed.flat_map(|n| &n.children) {
                let found = self.results.with(|r| r.shares.get(child.at()).copied());
                if let (Some(slot), Some(found)) = (shares.get_mut(child.at()), found) {
                    *slot = found;
                }
            }
        });
        shares
    }

    /// Makes the weights shown the project's: the end of a gesture.
    pub fn keep_shares(&self) {
        let shares = self.shares.get_untracked();
        self.dispatch(Command::SetShares(shares));
    }

    /// Shows what is in sight, and has the rest computed once weights rest.
    pub(super) fn glanced(self, first: u32, glance: &Results) {
        self.results
            .update(|results| Arc::make_mut(results).patch(first, glance));
        self.desk().is_partial.set_value(true);
        let rest = Timeout::new(REST_MS, move || {
            self.evaluate(self.shares.get_untracked(), None);
        });
        self.desk().rest.set_value(Some(rest));
    }
}

//! What restricts a village: what was decided about it, and what follows from its records
//! of 整改销号. Never another score.

use super::present::Present;
use super::protocol::{About, Failure};
use super::sign_off::Book;
use super::write::Markup;
use crate::written::{Scene, both, gates};
use dhi_engine::calendar::Day;
use dhi_engine::gate::{Capped, Effect, Gate, ShownGate, from_item, grade, visible};
use dhi_engine::rank::Grade;

/// A restriction as whoever looks may see it.
pub enum Found {
    /// That use of the result waits, and nothing of why: for the committee, or for a
    /// person by a code.
    Neutral(String),
    /// The restriction, what it does, and whether what it says of an item may be seen.
    Whole(Gate, Effect, bool),
}

/// Restrictions of a village on a day.
pub struct Restrictions {
    /// The day.
    pub today: Day,
    /// All of them.
    pub found: Vec<Found>,
    /// Its grade without and with caps; none where it has no grade.
    pub grade: Option<Capped>,
    /// Items that were assigned and are not closed, and those of them past their date.
    pub open: [usize; 2],
}

impl Present {
    /// Writes the restrictions of a village.
    pub(super) fn gates(
        &self,
        scene: Scene<'_>,
        (unit, about): (u32, &About),
        book: Option<&Book>,
    ) -> Markup {
        let restrictions = self.restrictions((unit, about), book)?;
        Ok(both(scene, &|scene, html| {
            gates::gates(scene, html, &restrictions);
        }))
    }

    /// Restrictions of a village as whoever looks may see them.
    pub(super) fn restrictions(
        &self,
        (unit, about): (u32, &About),
        book: Option<&Book>,
    ) -> Result<Restrictions, Failure> {
        let list = self.dataset.units().list();
        let code = list.get(unit as usize).map(|unit| unit.code.as_str());
        let code = code.ok_or_else(|| format!("no unit {unit}"))?;
        let today: Day = about.today.parse().map_err(|_| "no day".to_owned())?;
        let none = Book::default();
        let book = book.unwrap_or(&none);
        let rules = book.process.gate_rules();
        let own = book
            .process
            .gates
            .iter()
            .filter(|gate| gate.village == code);
        let mut gates: Vec<Gate> = own.cloned().collect();
        let shown = visible(&gates, book.actor.role, today).into_iter();
        let mut found: Vec<Found> = shown
            .map(|shown| match shown {
                ShownGate::Neutral { person, .. } => Found::Neutral(person.to_owned()),
                ShownGate::Whole(gate) => Found::Whole(gate.clone(), gate.effect(&rules), true),
            })
            .collect();
        let mut open = [0; 2];
        let items = book.view.items.iter();
        for item in items.filter(|item| item.facts.village == code) {
            let is_seen = book.sees(item);
            for gate in from_item(item, &rules, today) {
                found.push(Found::Whole(gate.clone(), gate.effect(&rules), is_seen));
                gates.push(gate);
            }
            if item.state.is_open() {
                open[0] += 1;
                open[1] += usize::from(item.days_overdue(today) > 0);
            }
        }
        let has_grade = self.what_if.grades().get(unit as usize).copied();
        let has_grade = matches!(has_grade, Some(Grade::Band(_)));
        let score = self.what_if.scores().composite().get(unit as usize).value();
        let capped = |score| {
            let (bands, tolerance) = (&self.spec.bands, self.spec.rank.tolerance);
            grade(score, bands, tolerance, &gates, &rules, (code, today))
        };
        Ok(Restrictions {
            today,
            grade: score.filter(|_| has_grade).map(capped),
            found,
            open,
        })
    }
}

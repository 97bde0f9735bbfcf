//! What restricts a village: what was decided about it, and what follows from its records
//! of 整改销号. Never another score.

use super::present::Present;
use super::protocol::{About, Failure};
use super::sign_off::Book;
use super::write::Markup;
use crate::written::{Scene, both, gates};
use dhi_engine::calendar::Day;
use dhi_engine::gate::{
    Attribution, Capped, Effect, Gate, Limit, ShownGate, Tenure, from_item, grade, limits,
    together, visible,
};
use dhi_engine::ids::UnitCode;
use dhi_engine::rank::Grade;
use std::collections::BTreeMap;

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
    /// First day of the period and its last, or today where it is not over; where its
    /// days are known.
    pub span: Option<(Day, Day)>,
    /// Persons in post in that time with their posts; today where it is not known.
    pub posts: Vec<(Vec<Tenure>, Attribution)>,
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

    /// What is in force on a day against committees, by their position, by the records.
    /// It is the same for whoever looks.
    pub(super) fn limits_of(&self, book: Option<&Book>, today: Day) -> BTreeMap<u32, Limit> {
        let Some(Book { process, view, .. }) = book else {
            return BTreeMap::new();
        };
        let gates = process.gates(&view.items, today);
        let n_bands = self.spec.bands.list().len();
        let found = limits(&gates, &process.gate_rules(), n_bands, today).into_iter();
        let at = |(code, limit)| {
            let code = UnitCode::new(code).ok()?;
            Some((self.dataset.units().find(&code)?.0, limit))
        };
        found.filter_map(at).collect()
    }

    /// What is in force against a unit.
    pub(super) fn limit(&self, unit: usize) -> Limit {
        let limit = self.limits.get(&(unit as u32));
        limit.copied().unwrap_or_default()
    }

    /// How many of all grades a cap lowers.
    pub(super) fn n_capped(&self, grades: &[Grade]) -> usize {
        let is_lowered = |(unit, limit): &(&u32, &Limit)| {
            let grade = grades.get(**unit as usize);
            grade.is_some_and(|grade| limit.counts(*grade) != *grade)
        };
        self.limits.iter().filter(is_lowered).count()
    }

    /// First and last day of the period: those that its ledgers count, or the year that
    /// it is called by.
    fn days(&self, book: &Book) -> Option<(Day, Day)> {
        if let Some((_, first, last)) = book.office.span.as_ref().filter(|s| s.0 == self.period) {
            return Some((*first, *last));
        }
        let name = self.period.as_str();
        let year = (name.len() == 4).then(|| name.parse().ok()).flatten()?;
        Some((Day::new(year, 1, 1)?, Day::new(year, 12, 31)?))
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
        let span = self.days(book);
        // Nobody has served days to come.
        let span = span.filter(|(first, _)| *first <= today);
        let span = span.map(|(first, last)| (first, last.min(today)));
        let mut persons: BTreeMap<&str, Vec<&Tenure>> = BTreeMap::new();
        for held in book.process.tenures.iter().filter(|t| t.village == code) {
            persons.entry(&held.person).or_default().push(held);
        }
        let (first, last) = span.unwrap_or((today, today));
        let in_post = |held: &Tenure| held.within(first, last).is_ok_and(|own| own.days > 0);
        let post = |held: Vec<&Tenure>| {
            let share = together(&held, (first, last)).ok()??;
            let held = held.into_iter().filter(|held| in_post(held));
            Some((held.cloned().collect(), share))
        };
        Ok(Restrictions {
            today,
            span,
            posts: persons.into_values().filter_map(post).collect(),
            grade: score.filter(|_| has_grade).map(capped),
            found,
            open,
        })
    }
}

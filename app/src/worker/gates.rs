//! What follows for a village from its records of 整改销号: restrictions, never another
//! score.

use super::present::Present;
use super::protocol::About;
use super::sign_off::Book;
use super::write::Markup;
use crate::written::{Scene, both, gates};
use dhi_engine::calendar::Day;
use dhi_engine::gate::{Capped, Effect, Gate, GateRules, from_item, grade};
use dhi_engine::rank::Grade;

/// A restriction and what it does; whether whoever looks may see its item.
pub struct Found {
    /// The restriction.
    pub gate: Gate,
    /// What it does.
    pub effect: Effect,
    /// Whether the item is shown to whoever looks.
    pub is_seen: bool,
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
    /// Writes the restrictions of a village that its records of 整改销号 bring.
    pub(super) fn gates(
        &self,
        scene: Scene<'_>,
        (unit, about): (u32, &About),
        book: Option<&Book>,
    ) -> Markup {
        let list = scene.units.list();
        let code = list.get(unit as usize).map(|unit| unit.code.as_str());
        let code = code.ok_or_else(|| format!("no unit {unit}"))?;
        let today: Day = about.today.parse().map_err(|_| "no day".to_owned())?;
        let rules = GateRules::default();
        let items = book.map_or(&[][..], |book| &book.view.items);
        let (mut found, mut open) = (Vec::new(), [0; 2]);
        for item in items.iter().filter(|item| item.facts.village == code) {
            let is_seen = book.is_some_and(|book| book.sees(item));
            found.extend(
                from_item(item, &rules, today)
                    .into_iter()
                    .map(|gate| Found {
                        effect: gate.effect(&rules),
                        gate,
                        is_seen,
                    }),
            );
            if item.state.is_open() {
                open[0] += 1;
                open[1] += usize::from(item.days_overdue(today) > 0);
            }
        }
        let has_grade = self.what_if.grades().get(unit as usize).copied();
        let has_grade = matches!(has_grade, Some(Grade::Band(_)));
        let score = self.what_if.scores().composite().get(unit as usize).value();
        let gates: Vec<Gate> = found.iter().map(|found| found.gate.clone()).collect();
        let capped = |score| {
            let (bands, tolerance) = (&self.spec.bands, self.spec.rank.tolerance);
            grade(score, bands, tolerance, &gates, &rules, (code, today))
        };
        let restrictions = Restrictions {
            today,
            grade: score.filter(|_| has_grade).map(capped),
            found,
            open,
        };
        Ok(both(scene, &|scene, html| {
            gates::gates(scene, html, &restrictions);
        }))
    }
}

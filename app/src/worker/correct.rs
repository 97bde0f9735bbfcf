//! Cells corrected by hand: what there is, what a correction would change, and the
//! list of all. A correction is tried on a copy, by the run that would follow it.

use super::lab::position;
use super::present::{Present, run, survey};
use super::protocol::{About, Failure};
use super::write::Markup;
use crate::i18n::Told;
use crate::written::correct::{Facts, Side, Trial, Would};
use crate::written::{Scene, both, correct};
use dhi_engine::frame::{Cell, Correction, Standing};
use dhi_engine::framework::Language;
use dhi_engine::input::{Typed, typed};
use dhi_engine::pipeline::Inputs;
use dhi_engine::quantity::Rank;
use dhi_engine::rank::Grade;
use dhi_engine::report::{Table, harmless, number};
use dhi_engine::spec::digest_of;

impl Present {
    /// A cell as it is, and how it came to be so.
    fn facts(&self, unit: u32, column: u32) -> Result<Facts<'_>, Failure> {
        let nothing = || Failure::Other("no such cell".to_owned());
        let (at, column) = (unit as usize, column as usize);
        let source = self.source();
        let code = &source.units().list().get(at).ok_or_else(nothing)?.code;
        let framework = source.framework();
        let (node, indicator) = framework.indicators().nth(column).ok_or_else(nothing)?;
        let imported = source.periods().get(&self.period).ok_or_else(nothing)?;
        let now = self.dataset.periods().get(&self.period);
        let now = now.ok_or_else(nothing)?;
        let is_here =
            |c: &Correction| c.unit == *code && c.indicator == node.id && c.period == self.period;
        let standings = source.standings(&self.given.corrections);
        let history = self.given.corrections.iter().zip(standings);
        let history: Vec<_> = history.filter(|(c, _)| is_here(c)).collect();
        let raw = imported.frame().cell(at, column);
        let holding = history.iter().find(|(_, s)| *s == Standing::Holds);
        let given = holding.map_or(raw, |(correction, _)| correction.after);
        let cell = now.frame().cell(at, column);
        Ok(Facts {
            unit,
            node,
            indicator,
            period: self.period.as_str(),
            is_derived: cell != given,
            is_corrected: holding.is_some(),
            cell,
            ratio: now.ratio(at, column),
            imported: raw,
            imported_ratio: imported.ratio(at, column),
            provenance: imported.provenance(at, column),
            history,
        })
    }

    /// Writes about a cell.
    pub(super) fn cell(&self, scene: Scene<'_>, unit: u32, column: u32) -> Markup {
        let facts = self.facts(unit, column)?;
        Ok(both(scene, &|scene, html| {
            correct::cell(scene, html, &facts);
        }))
    }

    /// Writes what a cell as typed would change.
    pub(super) fn trial(&self, scene: Scene<'_>, about: &About) -> Markup {
        let cell = position(about, 0).zip(position(about, 1));
        let (unit, column) = cell.ok_or(Failure::Stale)?;
        let facts = self.facts(unit, column)?;
        let text = about.names.first().map_or("", String::as_str);
        let trial = self.tried_cell(&facts, column as usize, text)?;
        Ok(both(scene, &|scene, html| {
            correct::trial(scene, html, &facts, &trial);
        }))
    }

    fn tried_cell(&self, facts: &Facts<'_>, column: usize, text: &str) -> Result<Trial, Failure> {
        if facts.is_derived {
            return Ok(Trial::Derived);
        }
        let at = facts.unit as usize;
        let source = self.source();
        let Some(unit) = source.units().list().get(at) else {
            return Err(Failure::Stale);
        };
        let read = typed(text, source.framework(), unit, column, &self.period);
        let Typed {
            cell,
            ratio,
            findings,
        } = match read {
            Ok(typed) => typed,
            Err(findings) => return Ok(Trial::Refused(findings)),
        };
        // Without counts the imported cell comes back with those it had.
        let ratio_then = ratio.or(facts.imported_ratio.filter(|_| cell == facts.imported));
        if cell == facts.cell && ratio_then == facts.ratio {
            return Ok(Trial::Same);
        }
        let correction = Correction {
            unit: unit.code.clone(),
            period: self.period.clone(),
            indicator: facts.node.id.clone(),
            imported: facts.imported,
            before: facts.cell,
            after: cell,
            ratio,
            reason: String::new(),
            at: String::new(),
        };
        let mut corrections = self.given.corrections.clone();
        corrections.push(correction.clone());
        match self.would(&corrections, at) {
            Err(Failure::Refused(refusal)) => Ok(Trial::NotComputed(refusal)),
            Err(failure) => Err(failure),
            Ok((sides, others, digest)) => Ok(Trial::Would(Box::new(Would {
                proposal: serde_json::to_string(&(&correction, digest))
                    .map_err(|e| e.to_string())?,
                cell,
                ratio: ratio_then,
                findings,
                sides,
                others,
            }))),
        }
    }

    /// How a unit stands now and with these corrections; of the others, how many have
    /// another rank, grade that counts and score; digest of the data.
    fn would(
        &self,
        corrections: &[Correction],
        unit: usize,
    ) -> Result<([Side; 2], [u32; 3], String), Failure> {
        let (prepared, _) = self.prepared(corrections);
        let surveyed = survey(&prepared, &self.spec)?;
        let inputs = Inputs::of(&surveyed.dataset, &self.period);
        let inputs = inputs.ok_or_else(|| "no such period".to_owned())?;
        let after = run(inputs, self.what_if.weights(), &self.spec)?;
        let grades = self.what_if.grades();
        let ranks = self.what_if.ranks(&grades);
        let (old, new) = (self.what_if.scores().composite(), after.scores.composite());
        let rank = |list: &[Option<Rank>], at: usize| list.get(at).copied().flatten();
        let side = |score: Cell, grades: &[Grade], overall: &[_], in_class: &[_]| {
            grades.get(unit).map(|grade| Side {
                score: score.value().unwrap_or(f64::NAN),
                grades: [*grade, self.limit(unit).counts(*grade)],
                ranks: [rank(overall, unit), rank(in_class, unit)],
            })
        };
        let sides = [
            side(old.get(unit), &grades, &ranks.overall, &ranks.in_class),
            side(
                new.get(unit),
                &after.grades,
                &after.ranks.overall,
                &after.ranks.in_class,
            ),
        ];
        let [Some(before), Some(then)] = sides else {
            return Err(Failure::Stale);
        };
        let mut others = [0; 3];
        let counts = |list: &[Grade], at| list.get(at).map(|g| self.limit(at).counts(*g));
        for at in (0..grades.len()).filter(|at| *at != unit) {
            let differs = [
                rank(&ranks.overall, at) != rank(&after.ranks.overall, at),
                counts(&grades, at) != counts(&after.grades, at),
                old.get(at) != new.get(at),
            ];
            for (n, differs) in others.iter_mut().zip(differs) {
                *n += u32::from(differs);
            }
        }
        let corrected = self.source().corrected(corrections);
        Ok(([before, then], others, digest_of(corrected.as_ref())))
    }

    /// Of a unit, columns with a correction that holds, and what was imported there.
    pub(super) fn corrected_of(&self, unit: u32) -> Vec<(usize, Cell)> {
        let here = self.corrected_here().into_iter();
        let of_unit = here.filter(|(at, ..)| *at == unit as usize);
        of_unit.map(|(_, column, c)| (column, c.imported)).collect()
    }

    /// Writes all corrections, the latest first.
    pub(super) fn corrections(&self, scene: Scene<'_>) -> [String; 2] {
        let standings = self.source().standings(&self.given.corrections);
        let all: Vec<_> = self.given.corrections.iter().zip(standings).rev().collect();
        both(scene, &|scene, html| {
            correct::corrections(scene, html, &all);
        })
    }

    /// All corrections as a table to take away, in the order they were made.
    pub(super) fn corrections_table(&self, language: Language) -> Table {
        let t = |key: Told| key.text(language).to_owned();
        let (units, framework) = (self.dataset.units(), self.dataset.framework());
        let standings = self.source().standings(&self.given.corrections);
        let cell = |cell: Cell| match cell {
            Cell::Value(x) => number(x),
            Cell::Missing => t(Told::Missing),
            Cell::NotApplicable => t(Told::NotApplicable),
        };
        let row = |(c, standing): (&Correction, Standing)| {
            let unit = units.find(&c.unit).and_then(|u| units.list().get(u.at()));
            let node = framework.find(c.indicator.as_str());
            let name = node.map_or("", |n| framework.node(n).name.get(language));
            vec![
                c.unit.to_string(),
                harmless(unit.map_or("", |u| u.name.as_str())),
                c.period.to_string(),
                c.indicator.to_string(),
                harmless(name),
                cell(c.imported),
                cell(c.before),
                cell(c.after),
                c.ratio.map_or_else(String::new, |r| number(r.numerator)),
                c.ratio.map_or_else(String::new, |r| number(r.denominator)),
                harmless(&c.reason),
                t(correct::standing(standing)),
                c.at.clone(),
            ]
        };
        let head = [
            Told::Code,
            Told::ColName,
            Told::Period,
            Told::IndicatorId,
            Told::Indicator,
            Told::ImportedValue,
            Told::OldValue,
            Told::NewValue,
            Told::Numerator,
            Told::Denominator,
            Told::Reason,
            Told::CorrectionStands,
            Told::DecidedAt,
        ];
        Table {
            name: "corrections".into(),
            header: head.map(t).to_vec(),
            rows: self
                .given
                .corrections
                .iter()
                .zip(standings)
                .map(row)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;

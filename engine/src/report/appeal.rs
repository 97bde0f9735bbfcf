//! What an appeal corrected, and what came of it for every village.

use super::process::counted;
use super::{Table, cell, grade_text, harmless, header, number, rank_text, verdict_text};
use crate::appeal::{Appeal, Corrections, Evidence};
use crate::frame::{Dataset, Units};
use crate::framework::Language;
use crate::gate::Limit;
use crate::rank::Bands;
use crate::uncertainty::{Robust, Tally, Verdict};

/// `appeal_cells.csv`: every cell that was corrected, before and after, and why.
pub fn appeal_cells(
    appeal: &Appeal,
    corrections: &Corrections,
    dataset: &Dataset,
    language: Language,
) -> Table {
    let (units, framework) = (dataset.units(), dataset.framework());
    let rows = corrections.list.iter().map(|corrected| {
        let spot = &corrected.spot;
        let unit = units
            .find(&spot.village)
            .and_then(|at| units.list().get(at.at()));
        let mut indicators = framework.indicators();
        let node = indicators.find(|(node, _)| node.id.as_str() == spot.indicator);
        let mut row = vec![
            spot.period.to_string(),
            spot.village.to_string(),
            unit.map_or_else(String::new, |unit| harmless(&unit.name)),
            u8::from(spot.village == appeal.village).to_string(),
            spot.indicator.clone(),
            node.map_or_else(String::new, |(node, _)| harmless(node.name.get(language))),
        ];
        match &corrected.evidence {
            Some(both) => {
                row.extend(both.map(|e| cell(e.cell)));
                row.extend(both.map(counts));
                row.extend(both.map(|e| optional(e.standard_error)));
            }
            // Counts may be small, so none is shown (invariant 8).
            None => row.extend(["…", "…", "", "", "", ""].map(String::from)),
        }
        row.push(harmless(&corrected.reason));
        row
    });
    Table {
        name: "appeal_cells".into(),
        rows: rows.collect(),
        header: header(&[
            "period",
            "code",
            "name",
            "is_appellant",
            "indicator",
            "indicator_name",
            "before",
            "after",
            "counts_before",
            "counts_after",
            "error_before",
            "error_after",
            "reason",
        ]),
    }
}

fn counts(evidence: Evidence) -> String {
    let ratio = evidence.ratio;
    ratio.map_or_else(String::new, |ratio| {
        format!("{}/{}", number(ratio.numerator), number(ratio.denominator))
    })
}

fn optional(x: Option<f64>) -> String {
    x.map_or_else(String::new, number)
}

/// A run with its replicates.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The run.
    pub robust: &'a Robust<'a>,
    /// Its replicates.
    pub tally: &'a Tally,
    /// What is in force against every unit, where anything caps grades.
    pub limits: Option<&'a [Limit]>,
}

impl Standing<'_> {
    fn units(&self) -> &Units {
        self.robust.inputs().units
    }

    /// Score, three ranks, grade — where there are limits the one by the score, the one
    /// that counts and what lowers it —, chance of the line and what it amounts to.
    fn cells(&self, at: usize, bands: &Bands, language: Language) -> Vec<String> {
        let outcome = self.robust.base();
        let ranks = &outcome.ranks;
        let rank = |list: &[Option<_>]| rank_text(list.get(at).copied().flatten());
        let framework = self.robust.inputs().framework;
        let chance = self.tally.line_chance(at);
        let verdict = Verdict::of(chance, self.robust.spec().limits);
        let mut cells = vec![
            cell(outcome.scores.composite().get(at)),
            rank(&ranks.overall),
            rank(&ranks.in_class),
            rank(&ranks.in_town),
        ];
        if let Some(grade) = outcome.grades.get(at) {
            cells.push(grade_text(*grade, bands, framework, language));
            if let Some(limits) = self.limits {
                let limit = limits.get(at).copied().unwrap_or_default();
                cells.extend(counted(*grade, limit, bands, framework, language));
            }
        }
        cells.extend([optional(chance), verdict_text(verdict).to_owned()]);
        cells
    }
}

/// `appeal_villages.csv`: the village that appealed and every other of which anything is
/// not what it was, in the order of the register. Where there are limits the grade by the
/// score, the one that counts and what lowers it stand side by side; the line is met,
/// missed or undetermined as in the robustness analysis, by the score.
pub fn appeal_villages(
    appeal: &Appeal,
    before: Standing<'_>,
    after: Standing<'_>,
    bands: &Bands,
    language: Language,
) -> Table {
    let units = before.units().list().iter().enumerate();
    let rows = units.filter_map(|(at, unit)| {
        let other = after.units().find(&unit.code)?;
        let (was, is) = (
            before.cells(at, bands, language),
            after.cells(other.at(), bands, language),
        );
        let is_appellant = unit.code == appeal.village;
        if was == is && !is_appellant {
            return None;
        }
        let mut row = vec![
            unit.code.to_string(),
            harmless(&unit.name),
            harmless(&unit.town),
            harmless(&unit.class),
            u8::from(is_appellant).to_string(),
        ];
        for (was, is) in was.into_iter().zip(is) {
            row.extend([was, is]);
        }
        Some(row)
    });
    let both = |name: &str| ["before", "after"].map(|when| format!("{name}_{when}"));
    let mut columns = header(&["code", "name", "town", "class", "is_appellant"]);
    let grades: &[&str] = match before.limits {
        None => &["grade"],
        Some(_) => &["grade_by_score", "grade", "cap"],
    };
    let standing = ["score", "rank", "rank_in_class", "rank_in_town"];
    for name in [&standing, grades, &["line_chance", "line"]].concat() {
        columns.extend(both(name));
    }
    Table {
        name: "appeal_villages".into(),
        rows: rows.collect(),
        header: columns,
    }
}

/// `appeal_findings.csv`: what is to be said about the corrections.
pub fn appeal_findings(corrections: &Corrections, language: Language) -> Table {
    let notes = corrections.notes.iter();
    let rows = notes.map(|note| vec![note.severity(language).to_owned(), note.message(language)]);
    Table {
        name: "appeal_findings".into(),
        rows: rows.collect(),
        header: header(&["severity", "message"]),
    }
}

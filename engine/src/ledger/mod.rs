//! Ledgers feed indicators: from rectification items and sampled checks come values
//! of the scheme. A value supplied by hand is kept, and where it disagrees with the
//! ledger that is a finding.

use crate::calendar::Day;
use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Observations, Provenance, Ratio, Units};
use crate::framework::Framework;
use crate::ids::UnitCode;
use crate::inspect::{Check, Checklist};
use crate::num::ordered_sum;
use crate::signoff::{Entry, Item, Rules, State};
use crate::survey::{RATING, ROUNDING};
use std::collections::BTreeMap;

/// Where values that follow from ledgers are said to be from.
pub const SOURCE: &str = "整改台账 / ledger of rectification";

/// A value that follows from a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// Code of the village.
    pub village: String,
    /// Id of the indicator in the default scheme.
    pub indicator: &'static str,
    /// The value in percent or points; not applicable where there is nothing to
    /// divide by.
    pub cell: Cell,
    /// The counts behind a rate.
    pub ratio: Option<Ratio>,
}

/// Counts of one village: numerator and denominator of each rate.
#[derive(Default)]
struct Counts {
    on_time: [u32; 2],
    returned: [u32; 2],
    relapsed: [u32; 2],
    covered: [u32; 2],
    satisfied: Vec<f64>,
}

/// Indicators of every village with items, over a span of days and as known today.
///
/// - on-time closure: closed by the date due ÷ dates due within the span; of an open
///   item only once that date is past
/// - return: sent back at least once ÷ applied for closure within the span
/// - relapse: those that ended in a relapse ÷ 回头看 begun within the span, each
///   counted once and where it began, whenever it ended
/// - public rating: mean over items of the percent satisfied in their latest rating up
///   to the end of the span, where it was given within the span and the item was not
///   reopened since: what happens later changes no index of a span before
/// - group coverage: groups with enough raters ÷ groups, over the same ratings
///
/// A village without any item is left alone: whether its ledger is empty or missing
/// cannot be told from here.
pub fn from_items(
    items: &[Item],
    rules: &Rules,
    (from, to): (Day, Day),
    today: Day,
) -> Vec<Derived> {
    let mut villages: BTreeMap<&str, Counts> = BTreeMap::new();
    for item in items {
        let counts = villages.entry(&item.facts.village).or_default();
        counts.add(item, rules, (from, to), today);
    }
    let mut all = Vec::new();
    for (village, counts) in villages {
        let mut add = |indicator, cell, ratio| {
            all.push(Derived {
                village: village.to_owned(),
                indicator,
                cell,
                ratio,
            });
        };
        for (indicator, [above, below]) in [
            ("a_rect_ontime_rate", counts.on_time),
            ("a_rect_return_rate", counts.returned),
            ("a_rect_relapse_rate", counts.relapsed),
            ("c_group_coverage", counts.covered),
        ] {
            let (cell, ratio) = rate(above, below);
            add(indicator, cell, ratio);
        }
        let n = counts.satisfied.len() as f64;
        let score = if n > 0.0 {
            Cell::Value(ordered_sum(counts.satisfied) / n)
        } else {
            Cell::NotApplicable
        };
        add(RATING, score, None);
    }
    all
}

/// Compliance with the checklist in every village that was checked.
pub fn from_checks(list: &Checklist, checks: &[Check], from: Day, to: Day) -> Vec<Derived> {
    let is_within = |check: &&Check| (from..=to).contains(&check.at);
    let checks: Vec<Check> = checks.iter().filter(is_within).cloned().collect();
    let villages = list.by_village(&checks, 0.95);
    let derived = villages.into_iter().map(|(village, compliance)| {
        let (cell, ratio) = rate(compliance.met, compliance.n);
        Derived {
            village: village.to_owned(),
            indicator: "a_power_list_rate",
            cell,
            ratio,
        }
    });
    derived.collect()
}

fn rate(above: u32, below: u32) -> (Cell, Option<Ratio>) {
    let ratio = Ratio {
        numerator: f64::from(above),
        denominator: f64::from(below),
    };
    let cell = if below == 0 {
        Cell::NotApplicable
    } else {
        Cell::Value(100.0 * ratio.numerator / ratio.denominator)
    };
    (cell, Some(ratio))
}

fn count(counts: &mut [u32; 2], is_counted: bool) {
    counts[0] += u32::from(is_counted);
    counts[1] += 1;
}

impl Counts {
    fn add(&mut self, item: &Item, rules: &Rules, (from, to): (Day, Day), today: Day) {
        let span = from..=to;
        for (closed, due) in item.closures.iter().filter(|(_, due)| span.contains(due)) {
            count(&mut self.on_time, closed <= due);
        }
        let open = item.due.filter(|_| item.state.is_open());
        if open.is_some_and(|due| span.contains(&due) && due < today) {
            count(&mut self.on_time, false);
        }
        let entered = |state| {
            let mut entries = item.history.iter();
            entries.any(|e| e.state == state && span.contains(&e.at))
        };
        let steps = || item.history.windows(2).filter(|w| span.contains(&w[1].at));
        let is_back = |w: &[Entry]| w[1].state == State::Rectifying;
        if entered(State::Applied) {
            let review = State::Applied..=State::JointReview;
            let is_returned = steps().any(|w| is_back(w) && review.contains(&w[0].state));
            count(&mut self.returned, is_returned);
        }
        for (at, entry) in item.history.iter().enumerate() {
            if entry.state == State::Recheck && span.contains(&entry.at) {
                // The next stage of a long-term item leads back to work as well.
                let next = item.history.get(at + 1);
                let mut relapses = item.relapses.iter();
                let is_relapsed = next.is_some_and(|next| relapses.any(|(at, _)| *at == next.at));
                count(&mut self.relapsed, is_relapsed);
            }
        }
        if let Some((_, rating)) = item.rated(to).filter(|(at, _)| *at >= from) {
            self.satisfied.extend(rating.satisfied_pct());
            self.covered[0] += rating.n_covered(rules) as u32;
            self.covered[1] += rules.groups.len() as u32;
        }
    }
}

/// Fills cells that are missing; keeps those that are not, with a finding where they
/// differ from the ledger or say that an indicator the ledger has does not apply. Indicators the framework does not have are left out.
pub fn feed(
    derived: &[Derived],
    source: &str,
    units: &Units,
    framework: &Framework,
    observations: &mut Observations,
) -> Vec<Finding> {
    let ids: Vec<&str> = framework.indicators().map(|(n, _)| n.id.as_str()).collect();
    let provenance = Provenance {
        source: source.to_owned(),
        ..Provenance::default()
    };
    let mut findings = Vec::new();
    for new in derived {
        let Some(column) = ids.iter().position(|id| *id == new.indicator) else {
            continue;
        };
        let place = Place {
            unit: new.village.clone(),
            node: new.indicator.to_owned(),
            ..Place::default()
        };
        let code = UnitCode::new(&new.village).ok();
        let Some(unit) = code.and_then(|code| units.find(&code)) else {
            let code = new.village.clone();
            findings.push(Finding::new(Problem::UnknownUnit { code }, place));
            continue;
        };
        match (observations.frame().cell(unit.at(), column), new.cell) {
            (Cell::Missing, cell) => {
                observations.set(unit.at(), column, cell, new.ratio, &provenance);
            }
            (Cell::Value(value), Cell::Value(derived)) if (value - derived).abs() > ROUNDING => {
                let problem = Problem::LedgerDiffers { value, derived };
                findings.push(Finding::new(problem, place));
            }
            (Cell::NotApplicable, Cell::Value(derived)) => {
                let problem = Problem::LedgerApplies { derived };
                findings.push(Finding::new(problem, place));
            }
            // Where the ledger has nothing to count, nothing speaks against a value.
            _ => {}
        }
    }
    findings
}

#[cfg(test)]
mod tests;

//! Counts sorted by what the answers are worth, and the results of each group
//! that may be shown.

use super::estimate::{Interval, Stratum, jeffreys, wilson};
use super::question::{Question, SurveySpec};
use super::suppress::{CountTable, Shown, leaves_open, may_show_mean, suppress};
use crate::frame::{GroupSample, SurveyCounts};
use crate::num;
use std::collections::BTreeMap;

/// What one group of one village answered to one question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Points, whether favourable, and people, for every valid answer of the
    /// question, also those nobody gave. Answers without points have 0.
    pub answers: Vec<(f64, bool, u32)>,
    /// 不了解: in no denominator.
    pub unsure: u32,
    /// Answers the question does not have; they count nowhere.
    pub unknown: Vec<String>,
}

impl Tally {
    /// Valid answers.
    pub fn n_valid(&self) -> u32 {
        people(self.answers.iter().map(|a| a.2))
    }

    /// Favourable answers.
    pub fn n_favourable(&self) -> u32 {
        let favourable = self.answers.iter().filter(|a| a.1);
        people(favourable.map(|a| a.2))
    }

    /// Points and people.
    pub fn points(&self) -> Vec<(f64, u32)> {
        self.answers.iter().map(|a| (a.0, a.2)).collect()
    }
}

/// Sum of people; a damaged file may hold more than there can be.
pub(super) fn people(counts: impl IntoIterator<Item = u32>) -> u32 {
    counts.into_iter().fold(0, u32::saturating_add)
}

/// By question and group, both as positions in `counts`, what the unit answered.
///
/// Questions that `spec` does not have are left out.
pub fn tally(counts: &SurveyCounts, unit: u32, spec: &SurveySpec) -> BTreeMap<(u16, u16), Tally> {
    let mut tallies: BTreeMap<(u16, u16), Tally> = BTreeMap::new();
    for cell in counts.of_unit(unit) {
        let text = |labels: &[String], at: u16| labels.get(usize::from(at)).cloned();
        let Some(question) =
            text(counts.questions(), cell.question).and_then(|q| spec.questions.get(&q))
        else {
            continue;
        };
        let tally = tallies
            .entry((cell.question, cell.group))
            .or_insert_with(|| empty(question));
        let answer = text(counts.answers(), cell.answer).unwrap_or_default();
        if question.unsure.contains(&answer) {
            tally.unsure = tally.unsure.saturating_add(cell.count);
        } else if let Some(at) = question.answers.keys().position(|a| *a == answer) {
            let known = &mut tally.answers[at].2;
            *known = known.saturating_add(cell.count);
        } else {
            tally.unknown.push(answer);
        }
    }
    tallies
}

fn empty(question: &Question) -> Tally {
    let of = |a: &super::Answer| (a.points.unwrap_or(0.0), a.favourable, 0);
    Tally {
        answers: question.answers.values().map(of).collect(),
        ..Tally::default()
    }
}

/// What may be shown of one group's answers to one question in one village.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupResult {
    /// Position in the register.
    pub unit: u32,
    /// Question, as the table words it.
    pub question: String,
    /// Group, as the table words it; empty for the sum over the citizen groups.
    pub group: String,
    /// Forms given out; hidden where it would tell a small group.
    pub issued: Option<u32>,
    /// Answers and, where the forms returned are known, blanks.
    pub returned: Option<u32>,
    /// Favourable answers.
    pub favourable: Option<u32>,
    /// Other valid answers.
    pub other: Option<u32>,
    /// 不了解, and forms returned without this answer.
    pub unsure: Option<u32>,
    /// Mean of the points, to one decimal.
    pub mean: Option<f64>,
    /// Standard error of the mean.
    pub standard_error: Option<f64>,
    /// Share of favourable answers, 0–1.
    pub share: Option<f64>,
    /// Wilson's interval of the share.
    pub wilson: Option<Interval>,
    /// Jeffreys' interval of the share.
    pub jeffreys: Option<Interval>,
    /// Whether the counts were complete and something is hidden.
    pub is_suppressed: bool,
}

/// Kinds of answer in a table that is shown.
const N_KINDS: usize = 3;

/// Results of all groups of one unit, with what must be hidden hidden.
///
/// Groups named by [`SurveySpec::household`] are a sample of their own and stand
/// in a table of their own. The sum over the citizen groups gives only how many
/// took part and how many were unsure: a total of favourable answers would be
/// read as the village's opinion, which it is not.
pub fn group_results(counts: &SurveyCounts, unit: u32, spec: &SurveySpec) -> Vec<GroupResult> {
    let tallies = tally(counts, unit, spec);
    let is_household = |group: u16| {
        let name = counts.groups().get(usize::from(group));
        name.is_some_and(|name| spec.household.contains(name))
    };
    let mut results = Vec::new();
    for household in [false, true] {
        let mut part: BTreeMap<(u16, u16), &Tally> = BTreeMap::new();
        for (key, tally) in &tallies {
            if is_household(key.1) == household {
                part.insert(*key, tally);
            }
        }
        results.extend(protected(counts, unit, spec, &part, !household));
    }
    results
}

fn kinds(tally: Option<&&Tally>, sample: GroupSample) -> [u32; N_KINDS] {
    let Some(tally) = tally else {
        return [0, 0, sample.returned.unwrap_or(0)];
    };
    let valid = tally.n_valid();
    let favourable = tally.n_favourable();
    let answered = valid.saturating_add(tally.unsure);
    let blank = sample.returned.map_or(0, |n| n.saturating_sub(answered));
    [
        favourable,
        valid.saturating_sub(favourable),
        tally.unsure.saturating_add(blank),
    ]
}

fn protected(
    counts: &SurveyCounts,
    unit: u32,
    spec: &SurveySpec,
    tallies: &BTreeMap<(u16, u16), &Tally>,
    with_sum: bool,
) -> Vec<GroupResult> {
    let mut questions: Vec<u16> = tallies.keys().map(|k| k.0).collect();
    let mut groups: Vec<u16> = tallies.keys().map(|k| k.1).collect();
    // The keys come by question.
    questions.dedup();
    num::sort_by(&mut groups, u16::cmp);
    groups.dedup();
    let tables: Vec<CountTable> = questions
        .iter()
        .map(|question| {
            CountTable::from_fn(groups.len(), N_KINDS, |row, kind| {
                let sample = counts.sample(unit, groups[row]);
                kinds(tallies.get(&(*question, groups[row])), sample)[kind]
            })
        })
        .collect();
    let shown = suppress(&tables, spec.min_cell);
    let mut results = Vec::new();
    for (question, shown) in questions.iter().zip(&shown) {
        let name = counts.questions().get(usize::from(*question)).cloned();
        let name = name.unwrap_or_default();
        let has_points = spec.questions.get(&name).is_some_and(Question::has_points);
        for (row, group) in groups.iter().enumerate() {
            let Some(tally) = tallies.get(&(*question, *group)) else {
                continue;
            };
            let sample = counts.sample(unit, *group);
            let group = counts.groups().get(usize::from(*group)).cloned();
            let mut result = of_row(unit, &name, &group.unwrap_or_default(), shown, row);
            // How many forms went out is no answer, but beside a hidden total it
            // would be as good as the total.
            result.issued = sample.issued.filter(|_| result.returned.is_some());
            with_statistics(&mut result, tally, sample, spec, has_points);
            results.push(result);
        }
        if with_sum && groups.len() > 1 {
            let hidden = shown.columns[N_KINDS - 1].is_none() || shown.total.is_none();
            results.push(GroupResult {
                returned: shown.total,
                unsure: shown.columns[N_KINDS - 1],
                is_suppressed: hidden,
                ..GroupResult::bare(unit, &name, "")
            });
        }
    }
    results
}

impl GroupResult {
    /// A result of which nothing is told.
    pub(crate) fn bare(unit: u32, question: &str, group: &str) -> Self {
        Self {
            unit,
            question: question.to_owned(),
            group: group.to_owned(),
            issued: None,
            returned: None,
            favourable: None,
            other: None,
            unsure: None,
            mean: None,
            standard_error: None,
            share: None,
            wilson: None,
            jeffreys: None,
            is_suppressed: false,
        }
    }
}

fn of_row(unit: u32, question: &str, group: &str, shown: &Shown, row: usize) -> GroupResult {
    let [favourable, other, unsure] = [0, 1, 2].map(|kind| shown.at(row, kind));
    let returned = shown.rows.get(row).copied().flatten();
    GroupResult {
        returned,
        favourable,
        other,
        unsure,
        is_suppressed: [returned, favourable, other, unsure].contains(&None),
        ..GroupResult::bare(unit, question, group)
    }
}

/// Mean and share, only where the counts they would tell are shown anyway.
fn with_statistics(
    result: &mut GroupResult,
    tally: &Tally,
    sample: GroupSample,
    spec: &SurveySpec,
    has_points: bool,
) {
    let (Some(favourable), Some(other)) = (result.favourable, result.other) else {
        return;
    };
    let n = f64::from(favourable) + f64::from(other);
    let has_favourable = tally.answers.iter().any(|a| a.1);
    if has_favourable && n > 0.0 {
        let x = f64::from(favourable);
        result.share = Some(x / n);
        result.wilson = wilson(x, n, spec.level);
        result.jeffreys = jeffreys(x, n, spec.level);
    }
    let of_points = |answers: &[(f64, bool, u32)]| {
        let points: Vec<(f64, u32)> = answers.iter().map(|a| (a.0, a.2)).collect();
        let stratum = Stratum::of_counts(&points, sample.size.map(f64::from)).ok()?;
        let estimate = stratum.estimate();
        let round = |x: f64| libm::rint(x * 10.0) / 10.0;
        Some((round(estimate.value), estimate.standard_error.map(round)))
    };
    if has_points && may_show_mean(&tally.answers, spec.min_cell) {
        let shown = of_points(&tally.answers);
        result.mean = shown.map(|(mean, _)| mean);
        // The error tells of the squares of the points what the mean tells of the points.
        let is_open = leaves_open(&tally.answers, spec.min_cell, |other| {
            of_points(other) == shown
        });
        result.standard_error = shown.and_then(|(_, error)| error.filter(|_| is_open));
        result.is_suppressed |= !is_open;
    } else {
        result.is_suppressed |= has_points;
    }
}

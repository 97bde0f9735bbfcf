//! What answers are worth and which indicator they feed: configuration, not
//! code. The defaults fit the default scheme and are a design proposal.

use crate::frame::Ratio;
use crate::framework::Measure;
use crate::num::bounded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The questions and indicators of the default scheme, as data.
const DEFAULT_SURVEY: &str = include_str!("../../data/default_survey.json");

/// The indicator that sums up the public ratings of 整改销号.
pub const RATING: &str = "c_rect_score";

/// Of so many parts of the scale the last one at either end is where a value of what people
/// said is told as a bound.
const PARTS: u32 = 20;

/// What an answer is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// Points, for means.
    pub points: Option<f64>,
    /// Whether it counts above the line of a share: the top two of an agreement
    /// scale, or knowing of the matter.
    pub favourable: bool,
}

/// A question and its answers, by the words of the table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// Valid answers.
    pub answers: BTreeMap<String, Answer>,
    /// Answers such as 不了解: reported beside, in no denominator.
    pub unsure: Vec<String>,
}

impl Question {
    /// Least and greatest points; `None` when fewer than two answers differ.
    pub fn span(&self) -> Option<(f64, f64)> {
        let mut points = self.answers.values().filter_map(|a| a.points);
        let first = points.next()?;
        let (low, high) = points.fold((first, first), |(l, h), p| (l.min(p), h.max(p)));
        (low < high).then_some((low, high))
    }

    /// Whether every valid answer has points.
    pub fn has_points(&self) -> bool {
        self.span().is_some() && self.answers.values().all(|a| a.points.is_some())
    }
}

/// What is computed from the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Mean of the points.
    Mean,
    /// Share of favourable answers among the valid ones, in the measure of the
    /// indicator: 0–1, or 0–100 for a percentage.
    Favourable,
}

/// Where an indicator's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// A question of [`SurveySpec::questions`].
    pub question: String,
    /// What is computed from its answers.
    pub statistic: Statistic,
}

/// How survey counts become values. Without counts nothing of it has any effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SurveySpec {
    /// Questions by the word of the table.
    pub questions: BTreeMap<String, Question>,
    /// Indicators by id.
    pub indicators: BTreeMap<String, Derivation>,
    /// Share of the population in each group, summing to 1. Empty: unless the
    /// table gives the size of every group, no village value is made from groups.
    pub shares: BTreeMap<String, f64>,
    /// Groups that are random samples of households rather than one of the
    /// citizen groups; they speak for the village directly.
    pub household: Vec<String>,
    /// Level of intervals.
    pub level: f64,
    /// Whether derived values are drawn toward their class.
    pub shrink: bool,
    /// Fewest villages of a class that such a fit may rest on.
    pub min_class: u32,
    /// Counts of people below this are not shown.
    pub min_cell: u32,
}

impl SurveySpec {
    /// A value as it is told beside the score, with a sign where it is a bound: of what
    /// people said, the last twentieth of the scale at either end is told as one, since
    /// its very end would say what everybody answered. Goalposts within those bounds, as
    /// those of the default scheme are, give no more away.
    ///
    /// ```
    /// use dhi_engine::{framework::Measure, survey::SurveySpec};
    /// let spec = SurveySpec::default();
    /// assert_eq!(spec.told("c_fairness", Measure::Percent, 100.0), ("≥ ", 95.0));
    /// assert_eq!(spec.told("c_fairness", Measure::Percent, 93.75), ("", 93.75));
    /// assert_eq!(spec.told("b_quorum_rate", Measure::Percent, 100.0), ("", 100.0));
    /// ```
    pub fn told(&self, id: &str, measure: Measure, x: f64) -> (&'static str, f64) {
        let bounds = self.bounds(id, measure);
        bounds.map_or(("", x), |bounds| bounded(x, bounds))
    }

    /// Beyond which values of an indicator are told as bounds; `None` where it is not from
    /// what people said.
    pub fn bounds(&self, id: &str, measure: Measure) -> Option<(f64, f64)> {
        let (from, to) = match self.indicators.get(id) {
            Some(derivation) => {
                let question = self.questions.get(&derivation.question);
                let span = question.filter(|_| derivation.statistic == Statistic::Mean);
                let span = span.and_then(Question::span);
                span.unwrap_or((0.0, measure.ratio_factor()))
            }
            None if id == RATING => (0.0, 100.0),
            None => return None,
        };
        let end = (to - from) / f64::from(PARTS);
        Some((from + end, to - end))
    }

    /// Fewest answers that may stand beside a value told as a bound: so many that the cell
    /// of those who answered otherwise, a twentieth of them at most, can be one that need
    /// not be hidden. Of fewer a bound would say that those are fewer than any count that
    /// is shown: of 39 with `≥ 95` nobody or one, and one knows who that was. The bound
    /// itself stays, which is what a village is judged by; a survey of fewer households
    /// than that tells it without the number of answers.
    ///
    /// ```
    /// use dhi_engine::survey::SurveySpec;
    /// // 5 of 100 are 5 %.
    /// assert_eq!(SurveySpec::default().least_beside_bound(), 100);
    /// let spec = SurveySpec { min_cell: 3, ..SurveySpec::default() };
    /// assert_eq!(spec.least_beside_bound(), 60);
    /// ```
    pub fn least_beside_bound(&self) -> u32 {
        self.min_cell.max(1).saturating_mul(PARTS)
    }

    /// Whether the counts behind a value may be shown: of what people answered, where
    /// neither side is a small number of them.
    ///
    /// ```
    /// use dhi_engine::{frame::Ratio, survey::SurveySpec};
    /// let ratio = |numerator, denominator| Ratio { numerator, denominator };
    /// let spec = SurveySpec::default();
    /// assert!(!spec.may_show("c_fairness", ratio(46.0, 48.0)));
    /// assert!(spec.may_show("c_fairness", ratio(43.0, 48.0)));
    /// assert!(spec.may_show("b_quorum_rate", ratio(3.0, 4.0)));
    /// ```
    pub fn may_show(&self, id: &str, ratio: Ratio) -> bool {
        let least = f64::from(self.min_cell);
        let others = ratio.denominator - ratio.numerator;
        !self.indicators.contains_key(id) || (ratio.numerator >= least && others >= least)
    }
}

#[derive(Default, Deserialize)]
struct DefaultSurvey {
    questions: BTreeMap<String, Question>,
    indicators: BTreeMap<String, Derivation>,
    household: Vec<String>,
}

impl Default for SurveySpec {
    fn default() -> Self {
        let tables: DefaultSurvey = serde_json::from_str(DEFAULT_SURVEY).unwrap_or_default();
        Self {
            questions: tables.questions,
            indicators: tables.indicators,
            shares: BTreeMap::new(),
            household: tables.household,
            level: 0.95,
            shrink: false,
            min_class: 8,
            min_cell: 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::Measure;

    #[test]
    fn the_default_questions_fit_the_default_scheme() {
        let spec = SurveySpec::default();
        let scheme = crate::scheme::default_scheme();
        assert_eq!(spec.indicators.len(), 3);
        for (id, derivation) in &spec.indicators {
            let node = scheme.node(scheme.find(id).unwrap());
            let question = &spec.questions[&derivation.question];
            let measure = node.indicator.as_ref().unwrap().measure;
            match derivation.statistic {
                Statistic::Mean => assert!(question.has_points() && measure == Measure::Points),
                Statistic::Favourable => assert_eq!(measure, Measure::Percent),
            }
            assert!(question.answers.values().any(|a| a.favourable));
            assert!(!question.unsure.is_empty());
        }
    }

    #[test]
    fn points_that_are_all_alike_span_nothing() {
        let mut question = Question::default();
        assert_eq!(question.span(), None);
        let answer = |points| Answer {
            points,
            favourable: true,
        };
        question.answers.insert("a".into(), answer(Some(1.0)));
        question.answers.insert("b".into(), answer(Some(1.0)));
        assert!(!question.has_points());
        question.answers.insert("c".into(), answer(Some(-1.0)));
        assert_eq!(question.span(), Some((-1.0, 1.0)));
        question.answers.insert("d".into(), answer(None));
        assert!(!question.has_points());
    }
}

//! 群众评议 of one period: how many of a citizen group gave an answer, never who
//! (invariant 8).

use crate::num;
use serde::{Deserialize, Serialize};

/// How many people of one group in one unit gave one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AnswerCount {
    /// Position in the register.
    pub unit: u32,
    /// Position among [`SurveyCounts::questions`].
    pub question: u16,
    /// Position among [`SurveyCounts::groups`].
    pub group: u16,
    /// Position among [`SurveyCounts::answers`].
    pub answer: u16,
    /// People.
    pub count: u32,
}

/// The sample of one group in one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSample {
    /// Forms given out.
    pub issued: Option<u32>,
    /// Forms that came back.
    pub returned: Option<u32>,
    /// People in the group, sampled or not.
    pub size: Option<u32>,
}

impl GroupSample {
    /// Share of the forms given out that came back; `None` when either is unknown
    /// or none went out.
    ///
    /// ```
    /// use dhi_engine::frame::GroupSample;
    /// let sample = GroupSample { issued: Some(20), returned: Some(15), size: None };
    /// assert_eq!(sample.response_rate(), Some(0.75));
    /// ```
    pub fn response_rate(&self) -> Option<f64> {
        let issued = self.issued.filter(|n| *n > 0)?;
        Some(f64::from(self.returned?) / f64::from(issued))
    }
}

/// The counts of one period. Words stay as the table wrote them; what they are
/// worth is a matter of the specification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyCounts {
    questions: Vec<String>,
    groups: Vec<String>,
    answers: Vec<String>,
    /// By unit, question, group and answer.
    counts: Vec<AnswerCount>,
    /// `(unit, group, sample)` by unit and group.
    samples: Vec<(u32, u16, GroupSample)>,
}

fn label(labels: &mut Vec<String>, text: &str) -> u16 {
    let at = labels.iter().position(|l| l == text).unwrap_or_else(|| {
        labels.push(text.to_owned());
        labels.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

impl SurveyCounts {
    /// Sets one count, replacing one that was there.
    pub fn set(&mut self, unit: u32, question: &str, group: &str, answer: &str, count: u32) {
        let cell = AnswerCount {
            unit,
            question: label(&mut self.questions, question),
            group: label(&mut self.groups, group),
            answer: label(&mut self.answers, answer),
            count,
        };
        let key = |c: &AnswerCount| (c.unit, c.question, c.group, c.answer);
        match self.counts.binary_search_by_key(&key(&cell), key) {
            Ok(at) => self.counts[at] = cell,
            Err(at) => self.counts.insert(at, cell),
        }
    }

    /// Sets the sample of one group in one unit.
    pub fn set_sample(&mut self, unit: u32, group: &str, sample: GroupSample) {
        let group = label(&mut self.groups, group);
        let key = |s: &(u32, u16, GroupSample)| (s.0, s.1);
        match self.samples.binary_search_by_key(&(unit, group), key) {
            Ok(at) => self.samples[at].2 = sample,
            Err(at) => self.samples.insert(at, (unit, group, sample)),
        }
    }

    /// Questions in order of first appearance.
    pub fn questions(&self) -> &[String] {
        &self.questions
    }

    /// Citizen groups in order of first appearance.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// Answers in order of first appearance.
    pub fn answers(&self) -> &[String] {
        &self.answers
    }

    /// All counts by unit, question, group and answer.
    pub fn counts(&self) -> &[AnswerCount] {
        &self.counts
    }

    /// The counts of one unit.
    pub fn of_unit(&self, unit: u32) -> &[AnswerCount] {
        let from = self.counts.partition_point(|c| c.unit < unit);
        let to = self.counts.partition_point(|c| c.unit <= unit);
        &self.counts[from..to]
    }

    /// The sample of a group in a unit; all unknown where nothing was told.
    pub fn sample(&self, unit: u32, group: u16) -> GroupSample {
        let found = self
            .samples
            .binary_search_by_key(&(unit, group), |s| (s.0, s.1));
        found.map_or_else(|_| GroupSample::default(), |at| self.samples[at].2)
    }

    /// Samples as `(unit, group, sample)` by unit and group.
    pub fn samples(&self) -> &[(u32, u16, GroupSample)] {
        &self.samples
    }

    /// The same counts in another register: `unit` gives the new position of an
    /// old one, or `None` where the unit is gone.
    #[must_use]
    pub fn carried_over(&self, unit: impl Fn(u32) -> Option<u32>) -> Self {
        let mut counts: Vec<AnswerCount> = self
            .counts
            .iter()
            .filter_map(|c| {
                Some(AnswerCount {
                    unit: unit(c.unit)?,
                    ..*c
                })
            })
            .collect();
        num::sort_by(&mut counts, Ord::cmp);
        let mut samples: Vec<(u32, u16, GroupSample)> = self
            .samples
            .iter()
            .filter_map(|(u, group, sample)| Some((unit(*u)?, *group, *sample)))
            .collect();
        num::sort_by(&mut samples, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        Self {
            counts,
            samples,
            ..self.clone()
        }
    }

    /// Whether positions agree after loading from a file.
    pub fn is_consistent(&self, n_units: usize) -> bool {
        let key = |c: &AnswerCount| (c.unit, c.question, c.group, c.answer);
        let is_within = |c: &AnswerCount| {
            (c.unit as usize) < n_units
                && usize::from(c.question) < self.questions.len()
                && usize::from(c.group) < self.groups.len()
                && usize::from(c.answer) < self.answers.len()
        };
        self.counts.iter().all(is_within)
            && self.counts.windows(2).all(|w| key(&w[0]) < key(&w[1]))
            && self
                .samples
                .iter()
                .all(|s| (s.0 as usize) < n_units && usize::from(s.1) < self.groups.len())
            && self
                .samples
                .windows(2)
                .all(|w| (w[0].0, w[0].1) < (w[1].0, w[1].1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_kept_in_order_and_follow_their_unit() {
        let mut counts = SurveyCounts::default();
        counts.set(1, "满意度", "老党员", "满意", 7);
        counts.set(0, "满意度", "老党员", "不满意", 2);
        counts.set(0, "满意度", "老党员", "满意", 5);
        counts.set(0, "满意度", "老党员", "满意", 6);
        counts.set_sample(1, "普通农民", GroupSample::default());
        assert_eq!(counts.of_unit(0).len(), 2);
        assert_eq!(counts.of_unit(0)[0].count, 6);
        assert_eq!(counts.of_unit(9), []);
        assert!(counts.is_consistent(2));
        assert!(!counts.is_consistent(1));
        let swapped = counts.carried_over(|u| Some(1 - u));
        assert_eq!(swapped.of_unit(0)[0].count, 7);
        assert!(swapped.is_consistent(2));
        let only_first = counts.carried_over(|u| (u == 0).then_some(0));
        assert_eq!(only_first.counts().len(), 2);
        assert_eq!(only_first.samples(), []);
        let json = serde_json::to_string(&counts).unwrap();
        let back: SurveyCounts = serde_json::from_str(&json).unwrap();
        assert_eq!(back, counts);
    }

    #[test]
    fn response_needs_forms_that_went_out() {
        let of = |issued, returned| {
            GroupSample {
                issued,
                returned,
                size: None,
            }
            .response_rate()
        };
        assert_eq!(of(Some(0), Some(0)), None);
        assert_eq!(of(None, Some(3)), None);
        assert_eq!(of(Some(3), None), None);
        assert_eq!(of(Some(4), Some(0)), Some(0.0));
    }
}

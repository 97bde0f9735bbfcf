//! Where a score would tell what everybody of a village answered.

use super::{Normalisation, NormaliseSpec};
use crate::finding::{Finding, Place, Problem};
use crate::framework::Framework;
use crate::survey::SurveySpec;

/// Indicators from what people said whose scores tell more than the bounds between which
/// their values are told ([`SurveySpec::told`]): scores are exact, so beside goalposts that
/// are known the value follows from them. Places in an order give no value away.
pub fn exact_scores(
    framework: &Framework,
    spec: &NormaliseSpec,
    survey: &SurveySpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (node, indicator) in framework.indicators() {
        let id = node.id.as_str();
        let Some(bounds) = survey.bounds(id, indicator.measure) else {
            continue;
        };
        let goalposts = match spec.method_for(id) {
            Normalisation::Rank | Normalisation::PercentileRank | Normalisation::Borda => continue,
            Normalisation::Goalposts => {
                let posts = indicator
                    .goalposts
                    .map(|posts| (posts.lower(), posts.upper()));
                // Without them there is no score.
                if posts.is_none_or(|posts| bounds.0 <= posts.0 && posts.1 <= bounds.1) {
                    continue;
                }
                posts
            }
            _ => None,
        };
        let place = Place {
            node: id.to_owned(),
            ..Place::default()
        };
        let problem = Problem::ExactScores { goalposts, bounds };
        findings.push(Finding::new(problem, place));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::framework::{Direction, Goalposts, Indicator, Measure, NodeRow, Text};
    use crate::ids::NodeId;
    use crate::normalise::ZScore;
    use crate::scheme::default_scheme;
    use crate::survey::RATING;

    fn found(
        id: &str,
        measure: Measure,
        posts: Option<(f64, f64)>,
        method: Normalisation,
    ) -> Vec<Finding> {
        let framework = Framework::new(vec![NodeRow {
            id: NodeId::new(id).unwrap(),
            parent: None,
            name: Text::default(),
            weight: 1.0,
            indicator: Some(Indicator {
                direction: Direction::HigherIsBetter,
                measure,
                goalposts: posts.and_then(|(l, u)| Goalposts::new(l, u).ok()),
                transformation: crate::framework::Transformation::None,
                numerator: String::new(),
                denominator: String::new(),
                source: String::new(),
                frequency: None,
                office: String::new(),
            }),
        }])
        .unwrap();
        let spec = NormaliseSpec {
            method,
            ..NormaliseSpec::default()
        };
        exact_scores(&framework, &spec, &SurveySpec::default())
    }

    /// Of a percentage values are told from 5 to 95: goalposts there or within say no more.
    #[test]
    fn goalposts_beyond_the_bounds_are_named() {
        let of = |l, u| {
            found(
                "c_fairness",
                Measure::Percent,
                Some((l, u)),
                Normalisation::Goalposts,
            )
        };
        for (l, u) in [(5.1, 94.9), (5.0, 95.0), (60.0, 95.0)] {
            assert_eq!(of(l, u), [], "{l}–{u}");
        }
        for (l, u) in [(4.9, 95.0), (5.0, 95.1), (0.0, 100.0), (50.0, 100.0)] {
            let findings = of(l, u);
            let [finding] = &*findings else {
                panic!("{l}–{u}: {findings:?}");
            };
            assert_eq!(finding.place.node, "c_fairness");
            let problem = Problem::ExactScores {
                goalposts: Some((l, u)),
                bounds: (5.0, 95.0),
            };
            assert_eq!(finding.problem, problem);
            assert_eq!(problem.severity(), Severity::Warning);
        }
        // The mean of public ratings is on 0–100; a share ends at 1.
        let rating = |u| {
            found(
                RATING,
                Measure::Points,
                Some((60.0, u)),
                Normalisation::Goalposts,
            )
        };
        assert_eq!((rating(95.0).len(), rating(100.0).len()), (0, 1));
        let share = |u| {
            found(
                "c_awareness",
                Measure::Share,
                Some((0.5, u)),
                Normalisation::Goalposts,
            )
        };
        assert_eq!((share(0.94).len(), share(0.96).len()), (0, 1));
        // Without goalposts it has no score.
        assert_eq!(
            found(
                "c_fairness",
                Measure::Percent,
                None,
                Normalisation::Goalposts
            ),
            []
        );
    }

    #[test]
    fn methods_that_lead_back_to_values_are_named_and_orders_are_not() {
        let within = Some((50.0, 95.0));
        let n = |id, method| found(id, Measure::Percent, within, method).len();
        for method in [
            Normalisation::MinMax,
            Normalisation::ZScore(ZScore::default()),
            Normalisation::GoalpostsUnclamped,
            Normalisation::FractionOfMax,
        ] {
            assert_eq!(n("c_fairness", method.clone()), 1, "{method:?}");
            assert_eq!(n("b_quorum_rate", method), 0);
        }
        for method in [
            Normalisation::Rank,
            Normalisation::PercentileRank,
            Normalisation::Borda,
        ] {
            assert_eq!(n("c_fairness", method), 0);
        }
    }

    #[test]
    fn the_default_scheme_has_none() {
        let (spec, survey) = (NormaliseSpec::default(), SurveySpec::default());
        assert_eq!(exact_scores(&default_scheme(), &spec, &survey), []);
    }
}

//! What is written about the present data, topic by topic.

use super::lab::{MOST_TRIED, position};
use super::overview::Sides;
use super::present::{Present, run};
use super::protocol::{About, Failure, Look, Refusal, Topic};
use super::refusal;
use super::robust::{Known, Robustness};
use super::why::lift_rows;
use crate::i18n::Told;
use crate::written::audit::Effects;
use crate::written::method::pictures::Stages;
use crate::written::{
    Scene, against, audit, both, compare, findings, letter, method, since, strengths, trend,
    village,
};
use crate::written::{movers, overview, quality, terms, undetermined};
use dhi_engine::coherence::{self, Audit};
use dhi_engine::compare::LeaveOneOut;
use dhi_engine::explain::{Dossier, dossier};
use dhi_engine::finding::Finding;
use dhi_engine::frame::Unit;
use dhi_engine::framework::Language;
use dhi_engine::gate::Capped;
use dhi_engine::periods::{Changes, History};
use dhi_engine::quantity::Rank;
use dhi_engine::weight_space::Target;
use std::cell::Ref;

/// Beyond this many units times periods they are not all computed for a trend.
const MOST_SCORES: usize = 200_000;

/// Beyond this many units a letter names the weakest indicators instead of running
/// the lift table.
const MOST_LIFTED: usize = 500;

pub(super) type Markup = Result<[String; 2], Failure>;

impl Present {
    /// Whom and what pieces are written about.
    pub fn scene(&self, look: Look) -> Scene<'_> {
        Scene {
            framework: self.dataset.framework(),
            units: self.dataset.units(),
            spec: &self.spec,
            language: Language::Chinese,
            look,
        }
    }

    /// Writes about a topic in both languages, with what is known about certainty.
    pub fn write(&self, topic: Topic, look: Look, about: &About, known: &Known) -> Markup {
        let scene = self.scene(look);
        match topic {
            Topic::Summary(unit) => self.summary(scene, unit),
            Topic::Contributions(unit) => {
                let dossier = self.dossier(unit)?;
                let corrected = self.corrected_of(unit);
                Ok(both(scene, &|scene, html| {
                    village::contributions(scene, html, &dossier, &corrected);
                }))
            }
            Topic::Against(unit) => {
                let at = self.position(unit)?;
                let (weights, scores) = (self.what_if.weights(), self.what_if.scores());
                let found = against::compare(&scene, weights, scores, at);
                Ok(both(scene, &|scene, html| {
                    against::against(scene, html, at, &found);
                }))
            }
            Topic::Letter(unit) => self.letter(scene, (unit, about), known.found.as_ref(), None),
            Topic::Parts(unit) => {
                let dossier = self.dossier(unit)?;
                Ok(both(scene, &|scene, html| {
                    compare::parts(scene, html, &dossier);
                }))
            }
            Topic::Compare(units) => self.compare(scene, &units, known),
            Topic::Trend(unit) => self.trend(scene, unit),
            Topic::Since(unit) => self.since(scene, unit),
            Topic::Audit => Ok(self.audit(scene)),
            Topic::LeaveOut => {
                let effects = self.effects()?;
                Ok(both(scene, &|scene, html| {
                    audit::left_out(scene, html, &effects);
                }))
            }
            Topic::Influence => {
                let found = if scene.units.len() > MOST_TRIED {
                    None
                } else {
                    Some((self.audit_found(), self.effects()?))
                };
                Ok(both(scene, &|scene, html| {
                    audit::influence(scene, html, found.as_ref());
                }))
            }
            Topic::Method => self.method(scene, about, known),
            Topic::Findings => Ok(findings::found(scene, &self.findings).markup),
            Topic::Overview => {
                let standing = self.standing();
                Ok(both(scene, &|scene, html| {
                    overview::overview(scene, html, &standing);
                }))
            }
            Topic::Movers => {
                let movers = match self.movers() {
                    Ok(movers) => Ok(movers),
                    Err(Failure::Refused(refusal)) => Err(refusal),
                    Err(failure) => return Err(failure),
                };
                Ok(both(scene, &|scene, html| {
                    movers::movers(scene, html, &movers);
                }))
            }
            Topic::Undetermined => {
                let sides = known.found.as_ref().map(Sides::of);
                Ok(both(scene, &|scene, html| {
                    undetermined::undetermined(scene, html, known, sides.as_ref());
                }))
            }
            Topic::Quality => {
                let quality = self.quality()?;
                let digest = self.what_if.digest();
                Ok(both(scene, &|scene, html| {
                    quality::quality(scene, html, &quality, (self.period.as_str(), &digest));
                }))
            }
            Topic::Judge => self.judge(scene, about),
            Topic::Terms => Ok(both(scene, &terms::terms)),
            Topic::Flip => self.flip(scene, about),
            Topic::Triangle => Ok(self.triangle(scene, about)),
            Topic::Beside => Ok(self.beside(scene, about)),
            Topic::Cell(unit, column) => self.cell(scene, unit, column),
            Topic::Trial(_) => self.trial(scene, about),
            Topic::Corrections => Ok(self.corrections(scene)),
            // Answered over time, by the records of 整改销号 and by the editor.
            Topic::Suggest | Topic::Why(_) | Topic::Gates(_) | Topic::Tree => Err(Failure::Stale),
        }
    }

    /// Position of a unit that there is.
    fn position(&self, unit: u32) -> Result<usize, Failure> {
        let at = unit as usize;
        let there_is = self.dataset.units().list().get(at);
        there_is
            .map(|_| at)
            .ok_or_else(|| format!("no unit {unit}").into())
    }

    pub(super) fn dossier(&self, unit: u32) -> Result<Dossier, Failure> {
        let dossier = dossier(
            self.inputs()?,
            &self.outcome,
            self.what_if.weights(),
            self.what_if.scores(),
            &self.spec,
            unit as usize,
        );
        Ok(dossier.ok_or_else(|| format!("no unit {unit}"))?)
    }

    /// Score, grade, ranks and coverage.
    fn standing_of(&self, dossier: &Dossier) -> Result<village::Standing, Failure> {
        let at = dossier.unit as usize;
        let grades = self.what_if.grades();
        let ranks = self.what_if.ranks(&grades);
        // Among those that have a rank: who has none is behind nobody.
        let units = self.dataset.units().list();
        let of = |ranks: &[Option<Rank>], is_meant: &dyn Fn(&Unit, &Unit) -> bool| {
            let rank = ranks.get(at).copied().flatten().map_or(0, |rank| rank.0);
            let this = units.get(at);
            let ranked = units.iter().zip(ranks).filter(|(unit, rank)| {
                rank.is_some() && this.is_some_and(|this| is_meant(this, unit))
            });
            (rank, ranked.count() as u32)
        };
        let composite = self.what_if.scores().composite();
        let Some(grade) = grades.get(at) else {
            return Err(Failure::Other(format!("no unit {at}")));
        };
        Ok(village::Standing {
            score: composite.get(at).value().unwrap_or(f64::NAN),
            grade: *grade,
            counts: self.limit(at).counts(*grade),
            ranks: [
                of(&ranks.overall, &|_, _| true),
                of(&ranks.in_class, &|this, unit| this.class == unit.class),
                of(&ranks.in_town, &|this, unit| this.town == unit.town),
            ],
            is_tied: {
                let own = ranks.overall.get(at).copied().flatten();
                let same = ranks.overall.iter().filter(|rank| **rank == own);
                own.is_some() && same.count() > 1
            },
            coverage: self.outcome.coverage.overall(at),
        })
    }

    pub(super) fn letter(
        &self,
        scene: Scene<'_>,
        (unit, about): (u32, &About),
        found: Option<&Robustness>,
        capped: Option<Capped>,
    ) -> Markup {
        let at = unit as usize;
        let dossier = self.dossier(unit)?;
        let standing = self.standing_of(&dossier)?;
        let (weights, scores) = (self.what_if.weights(), self.what_if.scores());
        let strengths = strengths::strengths(&scene, weights, scores, at);
        let interval = |found: &Robustness| {
            let interval = (*found.low.get(at)?, *found.high.get(at)?);
            let tier = found.tiers.get(at).copied().filter(|tier| *tier > 0);
            Some(letter::Certainty {
                replicates: found.replicates,
                level: found.level(0),
                interval,
                varied: found.what_varied(),
                tier: tier.zip(found.tiers.iter().max().copied()),
            })
        };
        let certainty = found.and_then(interval).filter(|c| c.interval.0 > 0);
        let lift = self.lift(at)?;
        let digest = self.what_if.digest();
        let facts = letter::Facts {
            unit: at,
            period: self.period.as_str(),
            standing: &standing,
            cap: capped
                .filter(|c| c.capped != c.raw)
                .map(|c| c.capped as u32),
            dossier: &dossier,
            additivity: village::additivity(&scene, &dossier),
            certainty,
            strengths: strengths.as_ref(),
            lift: &lift,
            digest: &digest,
            appeal: about.names.first().map_or("", String::as_str),
        };
        Ok(both(scene, &|scene, html| {
            letter::letter(scene, html, &facts);
        }))
    }

    /// Units side by side; those that are not there are left out.
    fn compare(&self, scene: Scene<'_>, units: &[u32], known: &Known) -> Markup {
        let there = units.iter().filter(|unit| self.position(**unit).is_ok());
        let mut sides = Vec::new();
        for unit in there {
            let dossier = self.dossier(*unit)?;
            let standing = self.standing_of(&dossier)?;
            sides.push(compare::Side { dossier, standing });
        }
        Ok(both(scene, &|scene, html| {
            compare::compare(scene, html, &sides, known.found.as_ref());
        }))
    }

    /// What would raise a unit's score, by runs with its values changed.
    fn lift(&self, unit: usize) -> Result<letter::Lift, Failure> {
        let inputs = self.inputs()?;
        if inputs.units.len() > MOST_LIFTED {
            return Ok(letter::Lift::Unknown);
        }
        let given = self.what_if.weights();
        let base = run(inputs, given, &self.spec)?;
        Ok(match Target::next_band(&base, &self.spec, unit) {
            Some(target @ Target::Score(score)) => {
                let rows = lift_rows(inputs, &base, given, &self.spec, unit, target)?;
                letter::Lift::Table(score, rows)
            }
            _ => letter::Lift::NotNeeded,
        })
    }

    fn summary(&self, scene: Scene<'_>, unit: u32) -> Markup {
        let at = unit as usize;
        let dossier = self.dossier(unit)?;
        let standing = self.standing_of(&dossier)?;
        let code = scene.units.list().get(at).map(|u| u.code.as_str());
        let of_unit = |f: &&Finding| Some(f.place.unit.as_str()) == code;
        let remarks: Vec<&Finding> = self.findings.iter().filter(of_unit).collect();
        let (weights, scores) = (self.what_if.weights(), self.what_if.scores());
        let strengths = strengths::strengths(&scene, weights, scores, at);
        Ok(both(scene, &|scene, html| {
            village::summary(scene, html, &dossier, &standing);
            strengths::card(scene, html, at, strengths.as_ref());
            village::remarks(scene, html, &remarks);
        }))
    }

    /// A unit's scores in all periods. They are kept, so that only the first of a row
    /// of villages needs the runs.
    fn trend(&self, scene: Scene<'_>, unit: u32) -> Markup {
        let at = self.position(unit)?;
        let n_periods = self.dataset.periods().len();
        if n_periods < 2 {
            return Ok(Default::default());
        }
        if scene.units.len().saturating_mul(n_periods) > MOST_SCORES {
            return Ok(both(scene, &|scene, html| {
                html.open("section class=\"card\"")
                    .el("h2", scene.t(Told::Trend))
                    .el("p class=\"hint\"", scene.t(Told::TrendTooMany))
                    .close("section");
            }));
        }
        let kept = self.keep_past(&scene);
        let Some(past) = kept.as_ref() else {
            return Ok(Default::default());
        };
        Ok(both(scene, &|scene, html| match past {
            Ok(past) => trend::card(scene, html, at, past),
            Err(refusal) => scene.refusal(html, refusal),
        }))
    }

    /// Scores of all periods by period, then unit; empty where there is one period,
    /// where they are too many, or where a period cannot be computed.
    pub fn past_scores(&self) -> Vec<f64> {
        let scene = self.scene(Look::default());
        let n_periods = self.dataset.periods().len();
        if n_periods < 2 || scene.units.len().saturating_mul(n_periods) > MOST_SCORES {
            return Vec::new();
        }
        match &*self.keep_past(&scene) {
            Some(Ok(past)) => past.all(),
            _ => Vec::new(),
        }
    }

    /// The scores of all periods, computed where they are not there yet.
    fn keep_past(&self, scene: &Scene<'_>) -> Ref<'_, Option<Result<trend::Past, Refusal>>> {
        if self.past.borrow().is_none() {
            let history = History::of(&self.dataset, self.what_if.weights(), &self.spec);
            let past = history.map(|history| trend::Past::of(&history, scene));
            let past = past.map_err(|e| refusal::of_run(&e, scene.framework));
            self.past.replace(Some(past));
        }
        self.past.borrow()
    }

    /// A unit's change since the latest earlier period, with the same weights and
    /// specification.
    fn since(&self, scene: Scene<'_>, unit: u32) -> Markup {
        let nothing = || Failure::Other("no earlier period".to_owned());
        let code = scene.units.list().get(unit as usize);
        let code = &code.ok_or_else(nothing)?.code;
        let before = self.period_before().ok_or_else(nothing)?;
        let from = self.side(before).ok_or_else(nothing)?;
        let to = self.side(&self.period).ok_or_else(nothing)?;
        let change = match Changes::new(from, to) {
            Ok(changes) => changes
                .of(code)
                .map_err(|e| refusal::of_change(&e, scene.framework)),
            Err(error) => Err(refusal::of_run(&error, scene.framework)),
        };
        Ok(both(scene, &|scene, html| match &change {
            Ok(change) => since::since(scene, html, before.as_str(), change),
            Err(refusal) => scene.refusal(html, refusal),
        }))
    }

    /// The method as a document.
    fn method(&self, scene: Scene<'_>, about: &About, known: &Known) -> Markup {
        let observations = self.inputs()?.observations;
        let days = |column: usize| {
            let cells = 0..scene.units.len();
            let told = cells.filter_map(|unit| observations.provenance(unit, column));
            let days = told.map(|told| told.cut_off.as_str());
            let days = days.filter(|day| !day.is_empty());
            let ends = days.clone().min().zip(days.max());
            ends.map_or_else(Default::default, |(first, last)| {
                [first, last].map(str::to_owned)
            })
        };
        let digest = self.what_if.digest();
        let facts = method::Facts {
            period: self.period.as_str(),
            periods: self
                .dataset
                .periods()
                .keys()
                .map(ToString::to_string)
                .collect(),
            cut_offs: (0..scene.framework.n_indicators()).map(days).collect(),
            cells: self.quality()?.cells,
            weights: self.what_if.weights(),
            digest: &digest,
            known,
            stages: self.stages(&scene, about, known),
        };
        Ok(both(scene, &|scene, html| {
            method::document(scene, html, &facts);
        }))
    }

    /// Every stage of the run under the present weights, and the indicator asked about.
    fn stages(&self, scene: &Scene<'_>, about: &About, known: &Known) -> Stages<'_> {
        let grades = self.what_if.grades();
        let asked = position(about, 0).map(|at| at as usize);
        let tiers = known
            .found
            .as_ref()
            .and_then(|found| found.tiers.iter().max());
        Stages {
            outcome: &self.outcome,
            weights: self.what_if.weights(),
            scores: self.what_if.scores(),
            ranks: self.what_if.ranks(&grades),
            grades,
            column: asked
                .filter(|at| *at < scene.framework.n_indicators())
                .unwrap_or(0),
            n_tiers: tiers.copied().filter(|n| *n > 0),
        }
    }

    fn audit_found(&self) -> Audit {
        let (weights, scores) = (self.what_if.weights(), self.what_if.scores());
        let limits = &self.spec.coherence;
        coherence::audit(self.dataset.framework(), weights, scores, limits)
    }

    /// What leaving out each node does.
    fn effects(&self) -> Result<Effects, Failure> {
        let inputs = self.inputs()?;
        let outcome = run(inputs, self.what_if.weights(), &self.spec)?;
        let best = (0..inputs.units.len()).map(|unit| self.limit(unit).best);
        let without = LeaveOneOut::new(&outcome, inputs.framework, inputs.units, &self.spec);
        Ok(without.under(best.collect()).effects())
    }

    fn audit(&self, scene: Scene<'_>) -> [String; 2] {
        let audit_found = self.audit_found();
        both(scene, &|scene, html| {
            audit::audit(scene, html, &audit_found);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::lab::Suggesting;
    use super::super::present::Given;
    use super::*;
    use crate::written::html::check;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::frame::Dataset;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::weigh::WeightSet;

    fn present() -> Present {
        let options = DemoOptions {
            n_units: 40,
            ..DemoOptions::default()
        };
        let dataset = generate(&default_scheme(), options).unwrap();
        // Names that would like to be markup.
        let json = serde_json::to_string(&dataset).unwrap();
        let name = dataset.units().list()[3].name.clone();
        let json = json.replace(&name, "<script>alert(1)</script>&\\\"'");
        let dataset: Dataset = serde_json::from_str(&json).unwrap();
        let weights = WeightSet::from_framework(dataset.framework()).unwrap();
        let (period, _) = dataset.latest().unwrap();
        let period = period.clone();
        let loaded = Present::load(
            1,
            dataset.into(),
            Given::default(),
            period,
            "{}",
            weights.shares(),
        );
        loaded.map(|(present, ..)| present).unwrap()
    }

    #[test]
    fn every_topic_is_sound_markup_in_both_languages() {
        let present = present();
        let look = Look { width: 600 };
        for topic in [
            Topic::Summary(3),
            Topic::Contributions(3),
            Topic::Against(3),
            Topic::Letter(3),
            Topic::Trend(3),
            Topic::Since(3),
            Topic::Parts(3),
            Topic::Compare([3, 5, u32::MAX, u32::MAX]),
            Topic::Audit,
            Topic::LeaveOut,
            Topic::Method,
            Topic::Findings,
            Topic::Overview,
            Topic::Movers,
            Topic::Undetermined,
            Topic::Quality,
            Topic::Judge,
            Topic::Flip,
            Topic::Triangle,
            Topic::Beside,
            Topic::Influence,
            Topic::Terms,
        ] {
            let texts = present
                .write(topic, look, &About::default(), &Known::default())
                .unwrap();
            for text in &texts {
                check(text);
                assert!(!text.is_empty() && !text.contains("<script"), "{topic:?}");
            }
            assert_ne!(texts[0], texts[1], "{topic:?}");
        }
        let mut suggesting = Suggesting::new(present.subject(), look, &About::default());
        while suggesting.step().unwrap() {}
        let texts = suggesting.markup();
        for text in &texts {
            check(text);
        }
        assert!(texts[0].matches("data-method").count() > 5);
        let [summary, _] = present
            .write(
                Topic::Summary(3),
                look,
                &About::default(),
                &Known::default(),
            )
            .unwrap();
        assert!(summary.contains("&lt;script&gt;alert(1)"));
    }

    /// What stands under the table is the score, to the last digit.
    #[test]
    fn the_contributions_shown_add_up_to_the_score_shown() {
        let present = present();
        let [text, _] = present
            .write(
                Topic::Contributions(0),
                Look::default(),
                &About::default(),
                &Known::default(),
            )
            .unwrap();
        let after = |mark: &str| {
            let (_, rest) = text.split_once(mark).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        assert_eq!(after("data-sum=\""), after("data-score=\""));
        let score = present.what_if.scores().composite().get(0).value().unwrap();
        assert_eq!(after("data-score=\""), score.to_string());
    }

    #[test]
    fn what_is_not_there_is_not_written_about() {
        let present = present();
        for topic in [
            Topic::Summary(40),
            Topic::Contributions(40),
            Topic::Against(40),
            Topic::Letter(40),
            Topic::Trend(40),
            Topic::Since(40),
            Topic::Parts(40),
            Topic::Why(0),
        ] {
            assert!(
                present
                    .write(topic, Look::default(), &About::default(), &Known::default())
                    .is_err(),
                "{topic:?}"
            );
        }
    }
}

//! Robustness and stability beside everything else: replicates in short batches,
//! so that a drag is answered first, and exact stability of every weight.

use super::protocol::{Failure, Refusal, Revision};
use super::refusal;
use crate::i18n::Both;
use dhi_engine::frame::Dataset;
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::{NodeIdx, Period};
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::rank::Bands;
use dhi_engine::report::Table;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{
    Input, Line, Robust, RobustError, RobustSpec, StandardErrors, Tally, Verdict,
};
use dhi_engine::weight_space::{Level, Stay, leader_stay, top_stay};
use gloo::timers::future::TimeoutFuture;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Milliseconds of replicates before other messages have their turn; a browser lets
/// every turn cost four more.
pub(super) const BATCH_MS: f64 = 40.0;
/// Milliseconds between reports of progress.
const PROGRESS_MS: f64 = 100.0;
/// The second stability interval keeps this many first places.
pub const TOP: usize = 10;

/// What is to be analysed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Revision of the data meant.
    pub revision: Revision,
    /// Counts up; answers to an earlier one are dropped.
    pub number: u64,
    /// Current weights.
    pub shares: Vec<f64>,
    /// Nomination line.
    pub line: Option<Line>,
    /// Replicates; 0 lets the number of units decide.
    pub replicates: u32,
}

/// What the analysis has to say, with the number of the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// By node: within which weights, its siblings in proportion, the leader and
    /// the first [`TOP`] stay, as low, high, low, high with NaN for what there is
    /// not; one number where the composite is not linear in the weight, none where
    /// there is no weight.
    Stays(Vec<Vec<f64>>),
    /// Replicates done and wanted.
    Progress(u32, u32),
    /// The result.
    Done(Box<Robustness>),
    /// It cannot be done.
    Refused(Refusal),
}

/// What the replicates say; columns by unit. The types are those that other
/// messages have, since each costs the page the code to read it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Robustness {
    /// Replicates.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
    /// Level of the intervals, chance of being ahead that parts tiers, and the two
    /// chances of the line between which a unit is undetermined.
    pub levels: Vec<f64>,
    /// Whether weights varied, and values by their errors.
    pub varied: Vec<bool>,
    /// Lower ends of the rank intervals; 0 where there is no rank.
    pub low: Vec<u32>,
    /// Upper ends.
    pub high: Vec<u32>,
    /// Tiers, 0 for none; empty beyond the number of units that have them.
    pub tiers: Vec<u32>,
    /// Chance of every band; empty where there is no grade.
    pub bands: Vec<Vec<f64>>,
    /// Chance of the line; NaN where there is none.
    pub chances: Vec<f64>,
    /// Milliseconds from the first replicate to the last.
    pub milliseconds: f64,
    /// Digest of the analysis.
    pub digest: String,
}

impl Robustness {
    /// Which side of the line a unit is on.
    pub fn verdict(&self, unit: usize) -> Verdict {
        let chance = self.chances.get(unit).copied().filter(|c| !c.is_nan());
        Verdict::of(chance, (self.level(2), self.level(3)))
    }

    /// Words for what varied.
    pub fn what_varied(&self) -> Both {
        match self.varied[..] {
            [true, true] => Both::VariedBoth,
            [true, _] => Both::VariedWeights,
            _ => Both::VariedErrors,
        }
    }

    /// One of the levels.
    pub fn level(&self, at: usize) -> f64 {
        self.levels.get(at).copied().unwrap_or_default()
    }
}

/// What is known about the certainty of the present results.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The analysis; none until there is one.
    pub found: Option<Robustness>,
    /// Why there is none.
    pub refusal: Option<Refusal>,
    /// The nomination line it is about.
    pub line: Option<Line>,
}

/// The present data, shared with an analysis that goes on between messages.
#[derive(Clone)]
pub struct Subject {
    /// Register, framework, periods.
    pub dataset: Rc<Dataset>,
    /// Period analysed.
    pub period: Period,
    /// Recipe.
    pub spec: Spec,
    /// The run under the weights of the analysis.
    pub base: Outcome,
}

impl Subject {
    /// Its inputs.
    pub fn inputs(&self) -> Result<Inputs<'_>, String> {
        Inputs::of(&self.dataset, &self.period).ok_or_else(|| "no such period".to_owned())
    }

    /// The analysis.
    pub fn robust(&self, robust: &RobustSpec) -> Result<Robust<'_>, Failure> {
        let inputs = self.inputs()?;
        let errors = StandardErrors::of(inputs.observations);
        let robust = Robust::around(inputs, self.base.clone(), &self.spec, robust, &errors);
        robust.map_err(|e| Failure::Refused(refused(&e, inputs)))
    }
}

/// The specification of a job: the default, with fewer replicates for more units.
pub fn spec_of(job: &Job, n_units: usize) -> RobustSpec {
    let by_size = match n_units {
        0..=500 => 2000,
        501..=2000 => 1000,
        2001..=5000 => 500,
        _ => 200,
    };
    RobustSpec {
        replicates: if job.replicates > 0 {
            job.replicates
        } else {
            by_size
        },
        line: job.line,
        ..RobustSpec::default()
    }
}

/// Why there is no analysis, in words.
pub fn refused(error: &RobustError, inputs: Inputs<'_>) -> Refusal {
    match error {
        RobustError::Pipeline(error) => refusal::of_run(error, inputs.framework),
        RobustError::NothingUncertain => Refusal {
            zh: "没有不确定的输入：权重都由方法确定，数值也没有标准误。".into(),
            en: "No input is uncertain: methods find all weights, and values have no standard errors.".into(),
            ..Refusal::default()
        },
        other => Refusal {
            zh: format!("不能分析：{other}"),
            en: other.to_string(),
            ..Refusal::default()
        },
    }
}

/// Lets other messages be answered.
pub(super) async fn give_way() {
    TimeoutFuture::new(0).await;
}

/// Works a job off in batches as long as it is wanted.
pub async fn analyse(
    subject: Subject,
    job: Job,
    is_wanted: impl Fn() -> bool,
    say: impl Fn(Said),
) -> Result<(), Failure> {
    // What came in the meantime, such as the next frame of a drag, goes first.
    give_way().await;
    if !is_wanted() {
        return Ok(());
    }
    let n_units = subject.dataset.units().len();
    let spec = spec_of(&job, n_units);
    let robust = match subject.robust(&spec) {
        Err(Failure::Refused(refusal)) => {
            say(Said::Refused(refusal));
            return Ok(());
        }
        robust => robust?,
    };
    let inputs = robust.inputs();
    let mut stays = vec![Vec::new(); inputs.framework.nodes().len()];
    for (parent, node) in (0..).map(NodeIdx).zip(inputs.framework.nodes()) {
        let mut level = None;
        for (at, child) in node.children.iter().enumerate() {
            give_way().await;
            if !is_wanted() {
                return Ok(());
            }
            let new = || level_under(inputs.framework, robust.base(), &subject.spec, parent);
            let level = level.get_or_insert_with(new);
            stays[child.at()] = stay_of(level.as_ref(), at, &subject.spec);
        }
    }
    say(Said::Stays(stays));
    let mut worker = robust.worker();
    let mut tally = robust.tally();
    let of = spec.replicates;
    let start = js_sys::Date::now();
    let mut done = 0;
    let mut said = start;
    while done < of {
        let batch = js_sys::Date::now();
        while done < of && js_sys::Date::now() - batch < BATCH_MS {
            let ran = worker.run(done..done + 1, &mut tally);
            ran.map_err(|e| Failure::Refused(refused(&e, inputs)))?;
            done += 1;
        }
        if batch - said >= PROGRESS_MS {
            said = batch;
            say(Said::Progress(done, of));
        }
        give_way().await;
        if !is_wanted() {
            return Ok(());
        }
    }
    let mut shown = summary(&robust, &tally);
    shown.milliseconds = js_sys::Date::now() - start;
    say(Said::Done(Box::new(shown)));
    Ok(())
}

/// The weights below a node, where the composite is linear in them.
fn level_under(
    framework: &Framework,
    base: &Outcome,
    spec: &Spec,
    parent: NodeIdx,
) -> Option<Level> {
    let (weights, scores, ranks) = (&base.weights, &base.scores, &base.ranks);
    Level::new(framework, weights, scores, ranks, spec, parent).ok()
}

/// How far the weight of a child may move, its siblings in proportion; one number where
/// the composite is not linear in it.
fn stay_of(level: Option<&Level>, at: usize, spec: &Spec) -> Vec<f64> {
    let Some(level) = level else {
        return vec![f64::NAN];
    };
    let tolerance = spec.rank.tolerance;
    let ends = |stay: Option<Stay>| stay.map_or([f64::NAN; 2], |s| [s.low.at, s.high.at]);
    let leader = ends(leader_stay(level, at, tolerance));
    let top = ends(top_stay(level, at, TOP, tolerance));
    [leader, top].concat()
}

/// The counts as the page shows them.
fn summary(robust: &Robust<'_>, tally: &Tally) -> Robustness {
    let spec = robust.spec();
    let units = 0..robust.inputs().units.len();
    let uncertain = robust.uncertain();
    let is_weights = |input: &Input| matches!(input, Input::Weights(_));
    let ranks: Vec<(u32, u32)> = units
        .clone()
        .map(|i| tally.interval(i, spec.level))
        .map(|r| r.map_or((0, 0), |r| (r.low, r.high)))
        .collect();
    let (low, high) = ranks.into_iter().unzip();
    let chance = |i| tally.line_chance(i).unwrap_or(f64::NAN);
    let (below, above) = spec.limits;
    Robustness {
        replicates: tally.replicates(),
        seed: spec.seed,
        levels: vec![spec.level, spec.tier_level, below, above],
        varied: vec![
            uncertain.iter().any(is_weights),
            uncertain.contains(&Input::SurveyError),
        ],
        low,
        high,
        tiers: tally.tiers(spec.tier_level).map_or_else(Vec::new, |tiers| {
            tiers.into_iter().map(Option::unwrap_or_default).collect()
        }),
        bands: units
            .clone()
            .map(|i| tally.band_chances(i).unwrap_or_default())
            .collect(),
        chances: units.map(chance).collect(),
        milliseconds: 0.0,
        digest: robust.digest(),
    }
}

impl Robustness {
    /// Adds its columns to a table with one row per unit.
    pub fn append_to(&self, table: &mut Table, bands: &Bands, language: Language) {
        use dhi_engine::report::{number, verdict_text};
        let fixed = ["rank_low", "rank_high", "tier"].map(String::from);
        table.header.extend(fixed);
        let names = bands.list().iter().map(|b| b.name.get(language));
        table.header.extend(names.map(|n| format!("chance {n}")));
        let fixed = ["line_chance", "verdict"].map(String::from);
        table.header.extend(fixed);
        let count = |n: u32| if n == 0 { String::new() } else { n.to_string() };
        for (i, row) in table.rows.iter_mut().enumerate() {
            let columns = [&self.low, &self.high, &self.tiers];
            row.extend(columns.map(|c| count(c.get(i).copied().unwrap_or_default())));
            let chances = self.bands.get(i);
            row.extend((0..bands.list().len()).map(|band| {
                let chance = chances.and_then(|c| c.get(band));
                chance.map_or_else(String::new, |c| number(*c))
            }));
            let chance = self.chances.get(i).filter(|c| !c.is_nan());
            row.push(chance.map_or_else(String::new, |c| number(*c)));
            row.push(verdict_text(self.verdict(i)).to_owned());
        }
    }

    /// What the columns rest on, for the lines before a table.
    pub fn about(&self) -> String {
        format!(
            "rank intervals {} · {} replicates · seed {} · limits {}–{} · {}",
            self.level(0),
            self.replicates,
            self.seed,
            self.level(2),
            self.level(3),
            self.digest
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::report;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::weigh::WeightSet;

    fn subject() -> Subject {
        let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let (period, _) = dataset.latest().unwrap();
        let weights = WeightSet::from_framework(dataset.framework()).unwrap();
        let spec = Spec::default();
        let inputs = Inputs::of(&dataset, period).unwrap();
        let base = dhi_engine::pipeline::run(inputs, &weights, &spec).unwrap();
        Subject {
            period: period.clone(),
            dataset: Rc::new(dataset),
            spec,
            base,
        }
    }

    fn job(subject: &Subject) -> Job {
        let weights = WeightSet::from_framework(subject.dataset.framework()).unwrap();
        Job {
            revision: 1,
            number: 2,
            shares: weights.shares().to_vec(),
            line: Some(Line::Top(20)),
            replicates: 40,
        }
    }

    #[test]
    fn what_is_said_arrives_and_joins_the_table() {
        let subject = subject();
        let job = job(&subject);
        let spec = spec_of(&job, 85);
        let robust = subject.robust(&spec).unwrap();
        let mut tally = robust.tally();
        robust.worker().run(0..40, &mut tally).unwrap();
        let shown = summary(&robust, &tally);
        let bytes = bincode::serialize(&(&job, Said::Done(Box::new(shown.clone())))).unwrap();
        let (job_back, said): (Job, Said) = bincode::deserialize(&bytes).unwrap();
        assert_eq!(job_back, job);
        let Said::Done(back) = said else { panic!() };
        // NaN is no equal of itself; text is.
        assert_eq!(format!("{back:?}"), format!("{shown:?}"));

        let base = robust.base();
        let mut table = report::scores(robust.inputs(), base, &subject.spec, Language::English);
        let width = table.header.len();
        shown.append_to(&mut table, &subject.spec.bands, Language::English);
        assert_eq!(table.header.len(), width + 9);
        assert!(table.rows.iter().all(|row| row.len() == width + 9));
    }

    /// Between 0 and 1, round the current weight; within the first ten's interval
    /// the leader may still change, and the other way round.
    #[test]
    fn every_slider_of_a_linear_level_has_its_interval() {
        let subject = subject();
        let job = job(&subject);
        let robust = subject.robust(&spec_of(&job, 85)).unwrap();
        let (inputs, base) = (robust.inputs(), robust.base());
        let root = NodeIdx(0);
        let level = level_under(inputs.framework, base, &subject.spec, root);
        let children = &inputs.framework.node(root).children;
        for (at, node) in children.iter().enumerate() {
            let now = base.weights.share(*node);
            let stay = stay_of(level.as_ref(), at, &subject.spec);
            let [low, high, top_low, top_high] = stay[..] else {
                panic!()
            };
            for (low, high) in [(low, high), (top_low, top_high)] {
                assert!(0.0 <= low && low <= now && now <= high && high <= 1.0);
            }
        }
        let mut geometric = subject.spec.clone();
        geometric.aggregate =
            serde_json::from_str(r#"{ "levels": { "0": "geometric" } }"#).unwrap();
        let level = level_under(inputs.framework, base, &geometric, root);
        assert_eq!(stay_of(level.as_ref(), 0, &geometric).len(), 1);
    }
}

//! 虚构示例: a fictitious county, generated from a seed. Towns, villages and
//! figures are invented; codes begin with 99, which no real place has.
//!
//! Every unit has a random stream of its own, so the first units are the same
//! whatever the number of units, and the bits are the same on every platform.

mod names;
mod profile;

use crate::frame::{
    Cell, Dataset, DatasetError, Observations, Provenance, Ratio, Unit, Units, UnitsError,
};
use crate::framework::{Direction, Framework, Indicator, Text};
use crate::ids::{BodyType, IdError, Period, UnitCode};
use profile::{Profile, profile};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;

/// Why no demonstration could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A generated code was not valid.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A generated code was used twice.
    #[error(transparent)]
    Units(#[from] UnitsError),
    /// The parts did not fit.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

/// Size and seed of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// Seed of the generator (ChaCha8).
    pub seed: u64,
    /// Number of towns.
    pub n_towns: u32,
    /// Number of villages.
    pub n_units: u32,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            seed: 20_260_630,
            n_towns: 11,
            n_units: 85,
        }
    }
}

/// The two periods, earlier first.
pub const PERIODS: [&str; 2] = ["2025", "2026"];

/// The mark that goes with every page and export of the demonstration.
pub fn notice() -> Text {
    Text {
        zh: "虚构示例".into(),
        en: "Fictitious demonstration data".into(),
    }
}

/// What is special about a planted unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// Good in the first period, clearly worse in the second.
    Declining,
    /// Every value reported as the best possible.
    Perfect,
    /// Coverage below the overall floor.
    LowCoverage,
    /// One pillar below its floor.
    LowPillarCoverage,
    /// Survey values from fewer than ten answers.
    SmallSurvey,
    /// The same values as the unit before.
    Copied,
    /// Only multiples of five, reported without counts.
    Round,
    /// A whole sub-pillar does not apply.
    NotApplicable,
}

/// The planted units by position in the register.
pub const STORIES: [(usize, Story); 8] = [
    (7, Story::Declining),
    (18, Story::Perfect),
    (29, Story::LowCoverage),
    (33, Story::LowPillarCoverage),
    (41, Story::SmallSurvey),
    (52, Story::Copied),
    (60, Story::Round),
    (70, Story::NotApplicable),
];

fn story(unit: usize) -> Option<Story> {
    let found = STORIES.iter().find(|(at, _)| *at == unit);
    found.map(|(_, story)| *story)
}

/// Generates the county for a framework. Indicators of the default scheme have
/// fitting denominators; others get values from their goalposts.
pub fn generate(framework: &Framework, options: DemoOptions) -> Result<Dataset, DemoError> {
    let mut list = Vec::with_capacity(options.n_units as usize);
    for i in 0..options.n_units {
        list.push(unit(i, options)?);
    }
    let units = Units::new(list)?;
    let mut periods = BTreeMap::new();
    for (nth, period) in PERIODS.iter().enumerate() {
        let mut observations = Observations::missing(units.len(), framework.n_indicators());
        for unit in 0..units.len() {
            // A copied row repeats the stream of the unit before.
            let copied = story(unit) == Some(Story::Copied);
            let source = if copied { unit - 1 } else { unit };
            let mut draw = Draw::new(options.seed, source as u64 * 2 + nth as u64 + 1);
            let village = Village::new(options.seed, source, nth, story(unit));
            for (column, (node, indicator)) in framework.indicators().enumerate() {
                let pillar = node.id.as_str().bytes().next().unwrap_or(b'a');
                let (cell, ratio) =
                    village.cell(&mut draw, node.id.as_str(), pillar, indicator, story(unit));
                let provenance = provenance(indicator, period, unit, cell);
                observations.set(unit, column, cell, ratio, &provenance);
            }
        }
        periods.insert(Period::new(period)?, observations);
    }
    Ok(Dataset::new(units, framework.clone(), periods)?)
}

fn unit(i: u32, options: DemoOptions) -> Result<Unit, DemoError> {
    let mut draw = Draw::new(options.seed, u64::MAX - u64::from(i));
    let town = i % options.n_towns.max(1);
    let in_town = i / options.n_towns.max(1);
    let classes = ["矛盾突出类", "资源丰富类", "示例类甲", "示例类乙"];
    let class = classes[(draw.next(100) / 25) as usize % classes.len()];
    // 99 + four digits, three of the town from 100, three of the village from
    // 200; beyond 200 villages a town the county digits count on.
    let code = format!(
        "99{:04}{:03}{:03}",
        9900 + in_town / 200,
        100 + town % 900,
        200 + in_town % 200
    );
    Ok(Unit {
        code: UnitCode::new(&code)?,
        name: names::village(i),
        town: names::town(town),
        class: class.into(),
        body_type: BodyType::VillageCommittee,
        population: Some((900 + 10 * draw.next(310)) as f64),
    })
}

fn provenance(indicator: &Indicator, period: &str, unit: usize, cell: Cell) -> Provenance {
    if cell == Cell::Missing {
        return Provenance::default();
    }
    let is_self_reported = story(unit) == Some(Story::Perfect) || story(unit) == Some(Story::Round);
    Provenance {
        source: if is_self_reported {
            "自报".into()
        } else {
            indicator.source.clone()
        },
        cut_off: format!("{period}-06-30"),
        file: notice().zh,
    }
}

/// Draws from one stream.
struct Draw(ChaCha8Rng);

impl Draw {
    fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Uniform on 0–1, 53 bits.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform on 0..n.
    fn next(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n.max(1)
    }

    /// About standard normal: the sum of twelve uniforms less six.
    fn normal(&mut self) -> f64 {
        (0..12).fold(-6.0, |sum, _| sum + self.unit())
    }
}

/// How good a village is, latent.
struct Village {
    overall: f64,
    pillars: [f64; 3],
}

impl Village {
    fn new(seed: u64, unit: usize, nth: usize, story: Option<Story>) -> Self {
        let mut draw = Draw::new(seed, (1 << 40) + unit as u64);
        let overall = draw.normal();
        let pillars = [draw.normal(), draw.normal(), draw.normal()];
        let decline = match (story, nth) {
            (Some(Story::Declining), 0) => 1.8,
            (Some(Story::Declining), _) => -2.2,
            _ => overall,
        };
        Self {
            overall: decline,
            pillars,
        }
    }

    /// One cell; always draws the same number of times, so that a story changes
    /// only its own cells.
    fn cell(
        &self,
        draw: &mut Draw,
        id: &str,
        pillar: u8,
        indicator: &Indicator,
        story: Option<Story>,
    ) -> (Cell, Option<Ratio>) {
        let profile = profile(id);
        let of_pillar = self.pillars[usize::from(pillar.wrapping_sub(b'a')) % 3];
        let luck = draw.normal();
        let (coin, size) = (draw.unit(), draw.unit());
        let position = 0.765 + 0.095 * self.overall + 0.06 * of_pillar + 0.17 * luck;
        let (lower, upper) = indicator
            .goalposts
            .map_or((0.0, 100.0), |g| (g.lower(), g.upper()));
        let span = upper - lower;
        let best = match indicator.direction {
            Direction::HigherIsBetter => upper,
            Direction::LowerIsBetter => lower,
        };
        let value = match indicator.direction {
            Direction::HigherIsBetter => lower + span * position,
            Direction::LowerIsBetter => upper - span * position,
        };
        let (lowest, highest) = indicator.measure.range();
        let value = value.clamp(lowest.max(lower - span), highest.min(upper));
        let missing_share = match story {
            Some(Story::LowCoverage) => 0.55,
            Some(Story::LowPillarCoverage) if pillar == b'c' => 0.8,
            Some(Story::LowPillarCoverage) => 0.0,
            Some(Story::Perfect | Story::Round) => 0.0,
            _ => profile.missing_share,
        };
        match story {
            Some(Story::Perfect) => return (Cell::Value(best), None),
            Some(Story::NotApplicable) if id.starts_with("b_subsidy") => {
                return (Cell::NotApplicable, None);
            }
            _ if coin < missing_share => return (Cell::Missing, None),
            Some(Story::Round) => return (Cell::Value(libm::round(value / 5.0) * 5.0), None),
            _ => {}
        }
        let few = story == Some(Story::SmallSurvey) && indicator.source == "测评";
        counted(value, profile, size, few, indicator)
    }
}

/// Turns a value into counts where the indicator has them.
fn counted(
    value: f64,
    profile: Profile,
    size: f64,
    few: bool,
    indicator: &Indicator,
) -> (Cell, Option<Ratio>) {
    let Some((least, most)) = profile.denominator else {
        // Points come with one decimal.
        return (Cell::Value(libm::round(value * 10.0) / 10.0), None);
    };
    let (least, most) = if few { (5.0, 9.0) } else { (least, most) };
    let decimals = if profile.is_money { 100.0 } else { 1.0 };
    let denominator = libm::round((least + (most - least) * size) * decimals) / decimals;
    let factor = indicator.measure.ratio_factor();
    let numerator = libm::round(denominator * value / factor * decimals) / decimals;
    let ratio = Ratio {
        numerator,
        denominator,
    };
    if denominator == 0.0 {
        return (Cell::NotApplicable, Some(ratio));
    }
    (Cell::Value(numerator / denominator * factor), Some(ratio))
}

#[cfg(test)]
mod tests;

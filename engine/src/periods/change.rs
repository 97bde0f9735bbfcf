//! What a change of a unit's score is due to, exactly.

use super::mixture::{Mixer, Recipe};
use super::{End, Side, shapley};
use crate::finding::Finding;
use crate::ids::UnitCode;
use crate::num;
use crate::pipeline::PipelineError;
use serde::{Deserialize, Serialize};

/// What can change between two scores of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Player {
    /// The unit's own cells and its own row of the register.
    OwnData,
    /// The cells and rows of all other units, and which units there are: they
    /// move smallest and largest values, means, donors and data-driven weights.
    Peers,
    /// Indicators, tree, directions, goalposts and declared transformations.
    Framework,
    /// Denominators, screening, imputation and outlier treatment.
    Treatment,
    /// Normalisation, aggregation and the scale.
    Method,
    /// The weights given and the methods of weighting.
    Weights,
}

impl Player {
    /// All players, in the order of [`Change::parts`].
    pub const ALL: [Self; 6] = [
        Self::OwnData,
        Self::Peers,
        Self::Framework,
        Self::Treatment,
        Self::Method,
        Self::Weights,
    ];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnData => "own_data",
            Self::Peers => "peers",
            Self::Framework => "framework",
            Self::Treatment => "treatment",
            Self::Method => "method",
            Self::Weights => "weights",
        }
    }
}

/// A change of score, divided between its causes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The score before.
    pub from: f64,
    /// The score after.
    pub to: f64,
    /// `to − from`, and exactly the sum of the parts. Where parts of opposite
    /// sign are so much larger than the change that no sum of such parts has its
    /// last bits, those are rounded away ([`num::split_change`]).
    pub change: f64,
    /// By player in the order of [`Player::ALL`]; they add up to `change` without
    /// rounding in any order, and are exactly 0 for what did not change.
    pub parts: [f64; 6],
}

impl Change {
    /// The part of one player.
    pub fn part(&self, player: Player) -> f64 {
        self.parts[player as usize]
    }
}

/// Why a change is not divided.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoChange {
    /// The unit is not in one of the registers.
    #[error("the unit is not in the register of the {0} side")]
    NotRegistered(End),
    /// The unit has no score at one end.
    #[error("the unit has no score on the {0} side")]
    NoScore(End),
    /// A mixture of both sides leaves the unit without a score.
    #[error("the unit has no score under a mixture of both sides")]
    NoScoreBetween,
    /// A mixture of both sides cannot be run.
    #[error("a mixture of both sides cannot be run: {0}")]
    Mixture(PipelineError),
}

/// Divides changes of composite scores between what changed: own data, peers,
/// framework, treatment, method, weights.
///
/// Formula: the [`shapley`] value of the game whose worth is the unit's score when
/// the members of a coalition are as on the `to` side and all else as on the `from`
/// side. It asks for every order in which the changes could have happened and
/// takes the mean, so an effect that takes two changes is shared between them.
/// Only what differs takes part; all else gets exactly 0. Source: Shapley 1953;
/// Shorrocks 2013 for decomposing indices in this way.
///
/// # How two sides are mixed
/// - Units are matched by code. The unit's own row goes with [`Player::OwnData`],
///   the rest of the register with [`Player::Peers`].
/// - Indicators are matched by id and measure. An indicator that a side's own
///   framework does not have is not applicable in its data: it was not asked for.
///   So a new indicator acts once both the framework and the data have come, and
///   its effect is shared between them.
/// - Weights are matched by id and parent. A node that a weight set does not know
///   keeps the share that its own side gives it, and the known ones share the rest
///   as the set says: adding an indicator without changing the proportions of the
///   others is no change of weights.
/// - Choices in a specification for an indicator, node, level or unit that the mixture does
///   not have are left out; a weight named in a specification gives nothing to
///   a child it does not name.
/// - Where steps look across time, every unit's other periods go with its own
///   row, at the same distance from the present.
/// - Checks, coverage floors, ranks and bands change no score. A score without a
///   grade is divided like any other.
///
/// # Cost
/// At most 2ᵏ scores per unit for k things that differ. All whose own and other
/// data come from one side are shared by all units: together at most 32 runs. Only
/// where peers matter at all (min–max, z-scores, treatment, most imputations,
/// data-driven weights, relative aggregation) and own and other data both
/// differ, another 2ᵏ⁻¹ runs per unit are needed, each over all units: quadratic,
/// some seconds for a county, not for a province.
///
/// ```
/// use dhi_engine::demo::{DemoOptions, PERIODS, generate};
/// use dhi_engine::ids::Period;
/// use dhi_engine::periods::{Changes, Player, Side};
/// use dhi_engine::pipeline::Inputs;
/// use dhi_engine::{scheme::default_scheme, spec::Spec, weigh::WeightSet};
/// let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
/// let weights = WeightSet::from_framework(dataset.framework()).unwrap();
/// let spec = Spec::default();
/// let [before, after] = PERIODS.map(|p| Period::new(p).unwrap());
/// let side = |period| Side {
///     inputs: Inputs::of(&dataset, period).unwrap(),
///     weights: &weights,
///     spec: &spec,
/// };
/// let changes = Changes::new(side(&before), side(&after)).unwrap();
/// // Only data changed, and under fixed goalposts only a unit's own matters.
/// let change = changes.of(&dataset.units().list()[7].code).unwrap();
/// assert!(change.change < -15.0);
/// assert_eq!(change.part(Player::OwnData), change.to - change.from);
/// assert_eq!(change.part(Player::Peers), 0.0);
/// ```
#[derive(Debug)]
pub struct Changes<'a> {
    mixer: Mixer<'a>,
}

impl<'a> Changes<'a> {
    /// Runs both sides.
    pub fn new(from: Side<'a>, to: Side<'a>) -> Result<Self, PipelineError> {
        Ok(Self {
            mixer: Mixer::new(from, to)?,
        })
    }

    /// What differs for a unit and so takes part, in order.
    pub fn players(&self, unit: &UnitCode) -> Vec<Player> {
        let players = Player::ALL.into_iter();
        players.filter(|p| self.mixer.differs(*p, unit)).collect()
    }

    /// Whether [`Changes::of`] needs runs of its own for every unit.
    pub fn is_costly(&self) -> bool {
        self.mixer.looks_at_peers()
    }

    /// Findings of the run of one side.
    pub fn findings(&self, end: End) -> &[Finding] {
        self.mixer.findings(end)
    }

    /// Divides one unit's change.
    pub fn of(&self, unit: &UnitCode) -> Result<Change, NoChange> {
        let [from, to] = self.mixer.ends(unit)?;
        let players = self.players(unit);
        let all = (1usize << players.len()) - 1;
        let worth = (0..=all).map(|coalition| match coalition {
            0 => Ok(from),
            _ if coalition == all => Ok(to),
            _ => {
                let has_come = |player| {
                    let at = players.iter().position(|p| *p == player)?;
                    let is_in = coalition >> at & 1 == 1;
                    Some(if is_in { End::To } else { End::From })
                };
                self.mixer.score(Recipe::new(has_come), unit)
            }
        });
        let worth: Vec<f64> = worth.collect::<Result<_, _>>()?;
        let mut parts = [0.0; 6];
        for (player, value) in players.iter().zip(shapley(&worth)) {
            parts[*player as usize] = value;
        }
        let change = num::split_change(&mut parts, to - from).ok_or(NoChange::NoScoreBetween)?;
        Ok(Change {
            from,
            to,
            change,
            parts,
        })
    }
}

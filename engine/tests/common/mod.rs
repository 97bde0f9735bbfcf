//! Tables, and one of every method, for the edges and the laws.

use dhi_engine::aggregate::{Aggregation, Ideal, Preference, Promethee, Topsis};
use dhi_engine::frame::{Cell, Observations, Provenance, Unit, Units};
use dhi_engine::framework::{
    Direction, Framework, Goalposts, Indicator, Measure, NodeRow, Text, Transformation,
};
use dhi_engine::ids::{BodyType, NodeId, UnitCode};
use dhi_engine::normalise::{Normalisation, ReferenceUnit, Target, ZScore};
use dhi_engine::pipeline::{Inputs, Outcome, PipelineError, run};
use dhi_engine::spec::Spec;
use dhi_engine::treat::{
    BoxCox, GiiLog, Grouping, Imputation, Iterations, Jrc, LogOf, Neighbours, Treatment,
};
use dhi_engine::weigh::ahp::AhpMethod;
use dhi_engine::weigh::benefit::ShareBounds;
use dhi_engine::weigh::{Judgements, Targets, WeightSet, Weighting};
use std::collections::BTreeMap;

/// Id, parent's id, direction of an indicator, weight.
pub(crate) type Row = (&'static str, &'static str, Option<Direction>, f64);

/// More is better.
pub(crate) const UP: Option<Direction> = Some(Direction::HigherIsBetter);

/// Register, framework and one period.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) units: Units,
    pub(crate) framework: Framework,
    pub(crate) observations: Observations,
}

/// Units by column of cells, in the order of the tree's indicators; every
/// indicator has the goalposts 0 and 10. Unit i has the code `u` i, is of class K0
/// or K1 by turns, and lives in one town with 1000 · (i + 1) people.
pub(crate) fn table(tree: &[Row], columns: &[Vec<Cell>]) -> Table {
    let row = |&(id, parent, direction, weight): &Row| NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: NodeId::new(parent).ok(),
        name: Text::default(),
        weight,
        indicator: direction.map(|direction| Indicator {
            direction,
            measure: Measure::Number,
            goalposts: Goalposts::new(0.0, 10.0).ok(),
            transformation: Transformation::None,
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        }),
    };
    let framework = Framework::new(tree.iter().map(row).collect()).unwrap();
    let n_units = columns[0].len();
    let unit = |i: usize| Unit {
        code: UnitCode::new(&format!("u{i}")).unwrap(),
        name: String::new(),
        town: "T".to_owned(),
        class: format!("K{}", i % 2),
        body_type: BodyType::Other,
        population: Some(1000.0 * (i as f64 + 1.0)),
    };
    let units = Units::new((0..n_units).map(unit).collect()).unwrap();
    let mut observations = Observations::missing(n_units, columns.len());
    for (at, column) in columns.iter().enumerate() {
        for (i, cell) in column.iter().enumerate() {
            observations.set(i, at, *cell, None, &Provenance::default());
        }
    }
    Table {
        units,
        framework,
        observations,
    }
}

impl Table {
    /// A run under the weights of the framework.
    pub(crate) fn run(&self, spec: &Spec) -> Result<Outcome, PipelineError> {
        let weights = WeightSet::from_framework(&self.framework)?;
        let inputs = Inputs::new(&self.units, &self.framework, &self.observations);
        run(inputs, &weights, spec)
    }
}

/// Every imputation.
pub(crate) fn imputations() -> Vec<Imputation> {
    vec![
        Imputation::None,
        Imputation::Mean,
        Imputation::Median,
        Imputation::GroupMean(Grouping::Class),
        Imputation::GroupMedian(Grouping::Town),
        Imputation::RowMean,
        Imputation::NearestNeighbours(Neighbours {
            k: 2,
            ..Neighbours::default()
        }),
        Imputation::Iterative(Iterations::default()),
        Imputation::LastKnown,
        Imputation::Constant,
        Imputation::Linear,
    ]
}

/// Every treatment.
pub(crate) fn treatments() -> Vec<Treatment> {
    vec![
        Treatment::None,
        Treatment::Jrc(Jrc::default()),
        Treatment::Jrc(Jrc {
            max_points: 1,
            log_of: LogOf::Winsorised,
            ..Jrc::default()
        }),
        Treatment::Winsorise(Jrc::default()),
        Treatment::Log,
        Treatment::GiiLog(GiiLog::default()),
        Treatment::BoxCox(BoxCox::default()),
    ]
}

/// Every normalisation; the reference is the unit with that code, the target lies
/// beyond every value.
pub(crate) fn normalisations(reference: &str) -> Vec<Normalisation> {
    vec![
        Normalisation::Goalposts,
        Normalisation::GoalpostsUnclamped,
        Normalisation::MinMax,
        Normalisation::ZScore(ZScore::default()),
        Normalisation::DistanceToMax,
        Normalisation::DistanceToReference(ReferenceUnit {
            unit: reference.to_owned(),
            cap: false,
        }),
        Normalisation::DistanceToTarget(Target {
            target: 20.0,
            cap: false,
        }),
        Normalisation::FractionOfMax,
        Normalisation::Rank,
        Normalisation::PercentileRank,
        Normalisation::Borda,
    ]
}

/// Every weighting of a node with these children.
pub(crate) fn weightings(children: &[&str]) -> Vec<Weighting> {
    let points = |of: fn(usize) -> f64| -> BTreeMap<String, f64> {
        let ids = children.iter().enumerate();
        ids.map(|(i, id)| ((*id).to_owned(), of(i))).collect()
    };
    let judged = |i: usize| {
        let row = (0..children.len()).map(|j| (j as f64 + 1.0) / (i as f64 + 1.0));
        row.collect::<Vec<f64>>()
    };
    vec![
        Weighting::Given,
        Weighting::Equal,
        Weighting::Weights(points(|i| i as f64)),
        Weighting::BudgetAllocation(vec![points(|i| i as f64 + 1.0), points(|_| 1.0)]),
        Weighting::Ahp(Judgements {
            matrix: (0..children.len()).map(judged).collect(),
            method: AhpMethod::Eigenvector,
            max_ratio: 0.1,
        }),
        Weighting::Entropy,
        Weighting::StandardDeviation,
        Weighting::Gini,
        Weighting::Critic,
        Weighting::Merec,
        Weighting::PrincipalComponents,
        Weighting::Influence(Targets::default()),
    ]
}

/// Every aggregation.
pub(crate) fn aggregations() -> Vec<Aggregation> {
    vec![
        Aggregation::Arithmetic,
        Aggregation::Geometric,
        Aggregation::Harmonic,
        Aggregation::Power(3.0),
        Aggregation::MazziottaPareto,
        Aggregation::Minimum,
        Aggregation::Copeland,
        Aggregation::Topsis(Topsis {
            ideal: Ideal::Observed,
            vector: false,
        }),
        Aggregation::Promethee(Promethee {
            preference: Preference::Usual,
        }),
        Aggregation::BenefitOfTheDoubt(ShareBounds::default()),
    ]
}

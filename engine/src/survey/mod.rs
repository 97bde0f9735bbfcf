//! 群众评议: from counts by village, citizen group, question and answer to values
//! with their error. The groups are drawn by lot from rosters of very different
//! length, so their plain mean is nobody's opinion and is never computed: a
//! village's value comes from a random sample of households, or from the groups
//! with the population share of each, or there is none.

mod derive;
mod estimate;
mod question;
mod shrink;
mod suppress;
mod tally;

pub(crate) use derive::ROUNDING;
pub use derive::{Basis, Refusal, Surveyed, UnitResult, derive};
pub use estimate::{
    Estimate, EstimateError, Interval, Stratum, cluster_mean, effective_size, jeffreys,
    stratified_mean, wilson,
};
pub use question::{Answer, Derivation, Question, RATING, Statistic, SurveySpec};
pub use shrink::{Fit, Posterior, ShrinkError, fit};
pub use suppress::{CountTable, Shown, may_show_mean, suppress};
pub use tally::{GroupResult, Tally, group_results, tally};

#[cfg(test)]
mod tests;

//! How far the result could have been another: what is uncertain is drawn again
//! and again, and what stays the same is what can be said.
//!
//! [`Robust`] binds an analysis to its data, a [`Worker`] computes replicates in
//! batches, a [`Tally`] counts them, and its methods say what the counts mean for a
//! unit or a pair. [`Study`] asks which input matters. [`confidence_sets`] answers
//! another question: which true ranks do estimates with errors not contradict;
//! [`rank_estimates`] asks it of the scores.
//!
//! Every replicate has streams of its own, and counts are integers, so the result
//! is the same whatever the batches, their order and the number of workers. The
//! library has no threads: a caller may give each worker one.

mod confidence_set;
mod design;
mod error;
mod plan;
mod run;
mod sampling;
mod sensitivity;
mod spec;
mod stream;
mod summary;
mod tally;
mod weights;

pub use confidence_set::{
    ConfidenceError, ConfidenceSpec, Coverage, ESTIMATE_LIMIT, RankSet, confidence_sets,
};
pub use design::{Design, Points, SOBOL_DIMENSIONS, Sobol};
pub use error::StandardErrors;
pub use plan::{COMBINATION_LIMIT, Input, Robust, RobustError};
pub use run::{Sample, Worker};
pub use sampling::{RANK_SET_LIMIT, RankEstimate, SAMPLING_REPLICATES, rank_estimates};
pub use sensitivity::{Bootstrap, Index, Indices, Outputs, Study, Target, TargetIndices, indices};
pub use spec::{Alternative, LeaveOut, Line, MeasurementError, RobustSpec, SensitivitySpec};
pub use summary::{RankInterval, Verdict};
pub use tally::{PAIR_LIMIT, Tally};
pub use weights::{ORDER_LIMIT, OrderError, WeightSampler, WeightUncertainty};

#[cfg(test)]
mod tests;

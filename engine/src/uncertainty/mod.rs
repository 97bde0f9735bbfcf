//! How far the result could have been another.

mod design;
mod stream;
mod weights;

pub use design::{Design, Points, SOBOL_DIMENSIONS, Sobol};
pub use weights::{ORDER_LIMIT, OrderError, WeightSampler, WeightUncertainty};

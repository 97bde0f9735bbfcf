//! Three pillars: the whole triangle of weights, cut by every line on which two
//! villages change places.

mod plane;
mod polygon;

pub use plane::{RankShares, Triangle, leaders, top_region, triangle};
pub use polygon::Polygon;

pub(super) use plane::Plane;

#[cfg(test)]
mod tests;

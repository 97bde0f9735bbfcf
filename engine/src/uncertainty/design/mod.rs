//! Where the coordinates of the replicates lie in the unit cube.

mod sobol;

pub use sobol::{SOBOL_DIMENSIONS, Sobol};

use super::stream::{Purpose, Stream};
use serde::{Deserialize, Serialize};

/// How replicates are spread over the uncertain inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Independent points.
    #[default]
    PseudoRandom,
    /// Every coordinate has exactly one replicate in each of n equal intervals
    /// (McKay, Beckman and Conover 1979).
    LatinHypercube,
    /// Sobol' points as published; not random at all.
    Sobol,
    /// Sobol' points with a random digital shift.
    SobolShifted,
    /// Sobol' points with Owen's scrambling.
    SobolScrambled,
}

/// The points of a design. Any point can be asked for in any order.
///
/// Sobol' points have up to [`SOBOL_DIMENSIONS`] coordinates; further ones are
/// pseudo-random, as are all draws for single cells, whatever the design.
#[derive(Clone, Debug)]
pub struct Points {
    seed: u64,
    dimensions: usize,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    PseudoRandom,
    /// By dimension, the interval of every replicate.
    Latin(Vec<Vec<u32>>),
    Sobol(Sobol),
}

impl Points {
    /// `n` points of so many coordinates. A Latin hypercube depends on n; the
    /// other designs are the same for any n, just longer.
    pub fn new(design: Design, seed: u64, dimensions: usize, n: u32) -> Self {
        let sobol = || Sobol::new(dimensions.min(SOBOL_DIMENSIONS));
        let kind = match design {
            Design::PseudoRandom => Kind::PseudoRandom,
            Design::LatinHypercube => {
                let permutation = |d| permutation(seed, d, n);
                Kind::Latin((0..dimensions as u32).map(permutation).collect())
            }
            Design::Sobol => Kind::Sobol(sobol()),
            Design::SobolShifted => Kind::Sobol(sobol().shifted(seed)),
            Design::SobolScrambled => Kind::Sobol(sobol().scrambled(seed)),
        };
        Self {
            seed,
            dimensions,
            kind,
        }
    }

    /// Coordinates of point `i`, each inside 0–1 and never 0 or 1.
    ///
    /// ```
    /// use dhi_engine::uncertainty::{Design, Points};
    /// let points = Points::new(Design::LatinHypercube, 7, 2, 4);
    /// // One of four points in each quarter, in every coordinate.
    /// let mut quarters: Vec<u32> = (0..4).map(|i| (points.point(i)[1] * 4.0) as u32).collect();
    /// quarters.sort();
    /// assert_eq!(quarters, [0, 1, 2, 3]);
    /// ```
    pub fn point(&self, i: u32) -> Vec<f64> {
        let mut stream = Stream::new(self.seed, Purpose::Point, 0, i);
        let dimensions = 0..self.dimensions;
        let mut random = || stream.uniform();
        match &self.kind {
            Kind::PseudoRandom => dimensions.map(|_| random()).collect(),
            Kind::Latin(intervals) => dimensions
                .map(|d| {
                    let intervals = intervals.get(d).map_or(&[][..], Vec::as_slice);
                    let n = intervals.len() as f64;
                    let within = random();
                    match intervals.get(i as usize) {
                        // Rounding may lead onto the upper end.
                        Some(&at) => ((f64::from(at) + within) / n).min(1.0 - f64::EPSILON),
                        None => within,
                    }
                })
                .collect(),
            Kind::Sobol(sobol) => dimensions
                .map(|d| {
                    if d < sobol.dimensions() {
                        sobol.coordinate(i, d)
                    } else {
                        random()
                    }
                })
                .collect(),
        }
    }
}

/// A random order of `0..n` (Fisher and Yates).
fn permutation(seed: u64, dimension: u32, n: u32) -> Vec<u32> {
    let mut stream = Stream::new(seed, Purpose::Latin, 0, dimension);
    let mut order: Vec<u32> = (0..n).collect();
    for last in (1..n).rev() {
        let other = stream.below(last + 1);
        order.swap(last as usize, other as usize);
    }
    order
}

#[cfg(test)]
mod tests;

//! Random numbers: one stream for each purpose and replicate, so that neither
//! batches nor workers nor the inputs that are switched on change a draw.

use crate::num;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream is for; part of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Coordinates of a point.
    Point = 1,
    /// Permutations of a Latin hypercube.
    Latin = 2,
    /// Seeds of a scrambling.
    Scramble = 3,
    /// Sampling error of survey values.
    Survey = 4,
    /// Declared measurement error.
    Measurement = 5,
    /// Rows drawn again.
    Bootstrap = 6,
    /// Errors of estimates.
    Estimate = 7,
}

/// A stream of the ChaCha generator with eight rounds.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a purpose. `half` tells the two independent sets of points of
    /// a sensitivity analysis apart.
    pub(crate) fn new(seed: u64, purpose: Purpose, half: u8, number: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let purpose = u64::from(purpose as u8) << 40;
        rng.set_stream(purpose | u64::from(half) << 32 | u64::from(number));
        Self(rng)
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform inside 0–1, never 0 or 1: the middles of 2⁵² equal cells.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Uniform on `0..n`, by rejecting the incomplete last round; 0 for n = 0.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        let n = u64::from(n.max(1));
        let complete = u64::MAX - u64::MAX % n;
        loop {
            let bits = self.bits();
            if bits < complete {
                return (bits % n) as u32;
            }
        }
    }

    /// Standard normal, by inversion.
    pub(crate) fn normal(&mut self) -> f64 {
        num::normal_quantile(self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_every_part_of_their_number_and_repeat() {
        let first = |seed, purpose, half, n| Stream::new(seed, purpose, half, n).bits();
        let base = first(1, Purpose::Point, 0, 7);
        assert_eq!(base, first(1, Purpose::Point, 0, 7));
        for other in [
            first(2, Purpose::Point, 0, 7),
            first(1, Purpose::Survey, 0, 7),
            first(1, Purpose::Point, 1, 7),
            first(1, Purpose::Point, 0, 8),
        ] {
            assert_ne!(base, other);
        }
    }

    /// Mean 1/2 ± 4·√(1/12/n); mean square of normals 1 ± 4·√(2/n); n = 20,000.
    #[test]
    fn draws_have_their_moments() {
        let mut stream = Stream::new(3, Purpose::Estimate, 0, 0);
        let n = 20_000;
        let uniform = (0..n).map(|_| stream.uniform()).sum::<f64>() / f64::from(n);
        assert!((uniform - 0.5).abs() < 4.0 * (1.0 / 12.0 / f64::from(n)).sqrt());
        let squares = (0..n).map(|_| {
            let z = stream.normal();
            z * z
        });
        let square = squares.sum::<f64>() / f64::from(n);
        assert!((square - 1.0).abs() < 4.0 * (2.0 / f64::from(n)).sqrt());
        let mut seen = [0; 3];
        (0..3000).for_each(|_| seen[stream.below(3) as usize] += 1);
        assert!(seen.iter().all(|s| (*s - 1000i32).abs() < 110), "{seen:?}");
    }
}

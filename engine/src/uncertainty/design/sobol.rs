//! Sobol' points in base 2 with the direction numbers of Joe and Kuo.

use crate::uncertainty::stream::{Purpose, Stream};

/// `new-joe-kuo-6`, first dimensions: `d s a m₁ … mₛ` by line. Source: Joe and Kuo
/// 2008, SIAM J. Sci. Comput. 30, 2635–2654 (their table is free to use).
const TABLE: &str = include_str!("../../../data/joe_kuo_6.txt");

/// Dimensions the table has.
pub const SOBOL_DIMENSIONS: usize = 256;

/// Bits of a coordinate.
const BITS: usize = 32;

/// Direction numbers of some dimensions, each scrambled by a seed of its own or
/// not at all.
#[derive(Clone, Debug)]
pub struct Sobol {
    directions: Vec<[u32; BITS]>,
    scramble: Scramble,
}

#[derive(Clone, Debug)]
enum Scramble {
    None,
    /// Bits to turn round, by dimension.
    Shift(Vec<u32>),
    /// Seed of the tree of permutations, by dimension.
    Owen(Vec<u64>),
}

impl Sobol {
    /// Points as published; at most [`SOBOL_DIMENSIONS`] dimensions.
    ///
    /// Formula: `mₖ = 2a₁mₖ₋₁ ⊕ … ⊕ 2ˢmₖ₋ₛ ⊕ mₖ₋ₛ`, `vₖ = mₖ/2ᵏ`, and point i the
    /// exclusive or of the vₖ where the Gray code of i has a bit.
    ///
    /// ```
    /// use dhi_engine::uncertainty::Sobol;
    /// let sobol = Sobol::new(2);
    /// let halves = |x: u32| f64::from(x) / 2f64.powi(32);
    /// // 0, 1/2, 3/4, 1/4 in the first dimension.
    /// assert_eq!(halves(sobol.bits(2, 0)), 0.75);
    /// assert_eq!(halves(sobol.bits(2, 1)), 0.25);
    /// ```
    pub fn new(dimensions: usize) -> Self {
        // The first dimension is van der Corput's sequence and has no line.
        let first = std::array::from_fn(|k| 1 << (BITS - 1 - k));
        let rest = TABLE.lines().skip(1).filter_map(directions);
        Self {
            directions: std::iter::once(first)
                .chain(rest)
                .take(dimensions)
                .collect(),
            scramble: Scramble::None,
        }
    }

    /// The same with a random digital shift: every dimension has random bits turned
    /// round. Uniform, and as evenly spread as the points themselves.
    #[must_use]
    pub fn shifted(mut self, seed: u64) -> Self {
        let seeds = self.seeds(seed);
        self.scramble = Scramble::Shift(seeds.iter().map(|s| (s >> 32) as u32).collect());
        self
    }

    /// The same with Owen's nested uniform scrambling: whether a bit is turned
    /// round depends at random on all bits above it (Owen 1995). Keeps the net and
    /// breaks up its regularity, so that errors can average out.
    #[must_use]
    pub fn scrambled(mut self, seed: u64) -> Self {
        self.scramble = Scramble::Owen(self.seeds(seed));
        self
    }

    fn seeds(&self, seed: u64) -> Vec<u64> {
        let dimensions = 0..self.directions.len() as u32;
        dimensions
            .map(|d| Stream::new(seed, Purpose::Scramble, 0, d).bits())
            .collect()
    }

    /// Number of dimensions.
    pub fn dimensions(&self) -> usize {
        self.directions.len()
    }

    /// Coordinate of point `i` as a binary fraction of 32 bits; 0 beyond the
    /// dimensions.
    pub fn bits(&self, i: u32, dimension: usize) -> u32 {
        let Some(directions) = self.directions.get(dimension) else {
            return 0;
        };
        let mut gray = i ^ (i >> 1);
        let mut plain = 0;
        while gray != 0 {
            plain ^= directions[gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        match &self.scramble {
            Scramble::None => plain,
            Scramble::Shift(by) => plain ^ by.get(dimension).copied().unwrap_or(0),
            Scramble::Owen(seeds) => owen(plain, seeds.get(dimension).copied().unwrap_or(0)),
        }
    }

    /// Coordinate inside 0–1, never 0 or 1: the middle of its cell.
    pub fn coordinate(&self, i: u32, dimension: usize) -> f64 {
        (f64::from(self.bits(i, dimension)) + 0.5) / (1u64 << BITS) as f64
    }
}

fn directions(line: &str) -> Option<[u32; BITS]> {
    let mut numbers = line.split_whitespace().map_while(|x| x.parse::<u32>().ok());
    let (_, degree, a) = (numbers.next()?, numbers.next()? as usize, numbers.next()?);
    let mut m: Vec<u32> = numbers.collect();
    if m.len() != degree {
        return None;
    }
    for k in degree..BITS {
        let mut next = m[k - degree] ^ (m[k - degree] << degree);
        for j in 1..degree {
            if a >> (degree - 1 - j) & 1 == 1 {
                next ^= m[k - j] << j;
            }
        }
        m.push(next);
    }
    let mut v = [0; BITS];
    for (k, (v, m)) in v.iter_mut().zip(&m).enumerate() {
        *v = m << (BITS - 1 - k);
    }
    Some(v)
}

/// Turns every bit round or not, by a hash of the bits above it.
fn owen(x: u32, seed: u64) -> u32 {
    let mut out = 0;
    for k in (0..BITS).rev() {
        // The bits above k, with a mark for how many there are.
        let above = u64::from(x) >> (k + 1) | 1 << (BITS - 1 - k);
        let turn = (split_mix(seed, above) >> 63) as u32;
        out |= ((x >> k & 1) ^ turn) << k;
    }
    out
}

/// Number `n` of the sequence SplitMix64 with this seed (Steele, Lea and Flood
/// 2014).
fn split_mix(seed: u64, n: u64) -> u64 {
    let x = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

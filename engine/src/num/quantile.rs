//! Quantiles of the normal and gamma distributions, in our own arithmetic so
//! that every platform draws the same variates (invariant 2).

use super::{exp, ln};

/// `a[0] + a[1]·x + a[2]·x² + …`.
#[expect(clippy::inline_always, reason = "with its length known it has no loop")]
#[inline(always)]
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

const CENTRE: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const FLANK: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const FLANK_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const TAIL: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const TAIL_BELOW: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

/// Quantile of the standard normal distribution: the x with `Φ(x) = p`.
///
/// Rational approximations with a relative error of about 10⁻¹⁶ (Wichura 1988,
/// algorithm AS 241, PPND16). −∞ at 0, ∞ at 1, NaN outside.
///
/// ```
/// use dhi_engine::num::normal_quantile;
/// assert_eq!(normal_quantile(0.5), 0.0);
/// // Check value of the algorithm's source.
/// assert!((normal_quantile(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE, r) / polynomial(&CENTRE_BELOW, r);
    }
    let least = if q < 0.0 { p } else { 1.0 - p };
    if least == 0.0 {
        return q.signum() * f64::INFINITY;
    }
    if least.is_nan() || least < 0.0 {
        return f64::NAN;
    }
    let r = (-ln(least)).sqrt();
    let x = if r <= 5.0 {
        polynomial(&FLANK, r - 1.6) / polynomial(&FLANK_BELOW, r - 1.6)
    } else {
        polynomial(&TAIL, r - 5.0) / polynomial(&TAIL_BELOW, r - 5.0)
    };
    q.signum() * x
}

/// Regularised incomplete gamma functions and the density at `x`, for scale 1.
struct GammaAt {
    /// `P(a, x)`.
    below: f64,
    /// `Q(a, x) = 1 − P(a, x)`, to its own digits beyond `a + 1`.
    above: f64,
    density: f64,
}

/// Terms after which the fraction is given up; it needs a few times √a.
const MAX_TERMS: u32 = 100_000;

/// Power series below `a + 1`, continued fraction above (DLMF 8.7.1, 8.9.2).
fn gamma_at(a: f64, x: f64, ln_gamma_a: f64) -> GammaAt {
    let density = exp((a - 1.0) * ln(x) - x - ln_gamma_a);
    let front = density * x;
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * f64::EPSILON / 4.0 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        let below = front * sum;
        return GammaAt {
            below,
            above: 1.0 - below,
            density,
        };
    }
    // Modified Lentz evaluation; every denominator is positive here.
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..MAX_TERMS {
        let i = f64::from(i);
        let term = -i * (i - a);
        b += 2.0;
        d = 1.0 / (term * d + b);
        c = b + term / c;
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    let above = front * fraction;
    GammaAt {
        below: 1.0 - above,
        above,
        density,
    }
}

/// Above, the cube-root approximation has all the digits that ln Γ leaves.
const LARGE_SHAPE: f64 = 1e8;

/// Below, the leading term of the series is exact.
const LEADING_BELOW: f64 = 1e-20;

/// Beyond `1 − TAIL`, `P` is too close to 1 to tell quantiles apart, and `Q` is
/// solved for.
const TAIL_SHARE: f64 = 1e-5;

/// Steps left to Halley before the bracket is halved to its end.
const HALLEY_STEPS: u32 = 60;

/// Quantile of the gamma distribution with shape `a` and scale 1: the x with
/// `P(a, x) = p`.
///
/// Start: the cube-root normal approximation, or the leading term of the series
/// for small values; then Halley's steps. A bracket holds the quantile from the
/// first step on; a step that leaves it is replaced by its middle, and a step too
/// small to matter is the last, wherever it points. Needs a > 0 and 0 < p < 1, else
/// NaN. Underflows to 0 for tiny shapes, as the variate itself does. Sources: Wilson
/// and Hilferty 1931; DLMF 8.2.
///
/// ```
/// use dhi_engine::num::gamma_quantile;
/// // Shape 1 is the exponential distribution: median ln 2.
/// assert!((gamma_quantile(1.0, 0.5) - std::f64::consts::LN_2).abs() < 1e-15);
/// ```
pub fn gamma_quantile(a: f64, p: f64) -> f64 {
    if !(a > 0.0 && a.is_finite() && p > 0.0 && p < 1.0) {
        return f64::NAN;
    }
    let ln_gamma_a = libm::lgamma(a);
    let z = normal_quantile(p);
    let cube_root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    let wilson = a * cube_root * cube_root * cube_root;
    if a > LARGE_SHAPE {
        return wilson;
    }
    // P(a, x) ≈ xᵃ / Γ(a + 1) near 0.
    let leading = || exp((ln(p) + ln_gamma_a + ln(a)) / a);
    let mut x = if cube_root > 0.25 && a > 0.5 {
        wilson
    } else {
        leading()
    };
    if x < LEADING_BELOW {
        return x;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut steps = 0;
    loop {
        let at = gamma_at(a, x, ln_gamma_a);
        let error = if 1.0 - p < TAIL_SHARE {
            (1.0 - p) - at.above
        } else {
            at.below - p
        };
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = error / at.density;
        let curve = 1.0 - 0.5 * newton * ((a - 1.0) / x - 1.0);
        let step = newton / curve.max(0.5);
        // Halley's error is cubed with every step. A step of 0 is no way out of
        // the bracket, whose end x itself has just become.
        if newton.abs() <= 1e-6 * x && step.abs() <= 1e-6 * x {
            return (x - step).clamp(low, high);
        }
        steps += 1;
        let next = x - step;
        x = if next > low && next < high && steps < HALLEY_STEPS {
            next
        } else if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            2.0 * x
        };
        if x <= low || x >= high {
            return x;
        }
    }
}

/// `sin x`, the same bits natively and in WebAssembly.
///
/// ```
/// assert_eq!(dhi_engine::num::sin(0.0), 0.0);
/// ```
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The three check values of AS 241 and, in the tail and centre, values of
    /// scipy.special.ndtri 1.x.
    #[test]
    fn normal_quantiles_as_published() {
        for (p, x) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
            (0.975, 1.959_963_984_540_054),
            (0.074, -1.446_632_067_158_978_5),
        ] {
            let found = normal_quantile(p);
            assert!((found - x).abs() <= 4e-16 * x.abs(), "{p}: {found}");
        }
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(f64::NAN).is_nan());
    }

    /// χ² tables are gamma tables: with ν degrees the 95 % point is
    /// 2 · quantile(ν/2, 0.95): 3.841459, 18.307038, 124.342113 (any table).
    #[test]
    fn gamma_quantiles_make_the_chi_squared_table() {
        for (degrees, table) in [
            (1.0, 3.841_458_820_694_124),
            (10.0, 18.307_038_053_275_146),
            (100.0, 124.342_113_404_004_1),
        ] {
            let found = 2.0 * gamma_quantile(degrees / 2.0, 0.95);
            assert!((found - table).abs() < 1e-11, "{degrees}: {found}");
        }
        assert!(gamma_quantile(0.0, 0.5).is_nan() && gamma_quantile(1.0, 1.0).is_nan());
    }

    /// Shape, p and quantile: `P(a, x)` of mpmath 1.4 with 40 digits, Newton's steps
    /// from scipy 1.17.1's `gammaincinv`, whose digits agree. In the
    /// four shapes from 302 to 541 a step lands on the quantile itself.
    const GAMMA_QUANTILES: [(f64, f64, f64); 19] = [
        (0.001, 0.7, 7.042_315_131_779_688e-156),
        (0.001, 1.0 - 1e-12, 17.795_747_396_040_134),
        (0.03, 0.5, 5.315_541_430_882_27e-11),
        (0.03, 1e-6, 5.752_818_817_068_832_6e-201),
        (0.5, 1e-12, 7.853_981_633_974_483e-25),
        (0.5, 1.0 - 1e-12, 25.422_085_666_224_586),
        (1.0, 1.0 - 1e-12, 27.631_043_237_893_36),
        (2.5, 0.999_995, 16.189_044_015_948_95),
        (30.0, 1e-12, 5.772_993_820_290_659),
        (30.0, 0.75, 33.490_730_553_809_57),
        (
            302.832_353_279_485_63,
            0.927_654_813_688_449_8,
            328.578_459_437_601_74,
        ),
        (
            381.874_859_797_248_35,
            0.748_755_725_004_035_1,
            394.789_419_426_758_06,
        ),
        (
            394.195_657_456_081_1,
            0.864_130_444_534_791_8,
            416.077_337_257_939_9,
        ),
        (
            540.325_153_971_205_2,
            0.748_755_725_004_035_1,
            555.724_037_748_415_1,
        ),
        (1e4, 0.05, 9_836.085_110_855_192),
        (1e6, 1e-12, 992_981.669_184_646_6),
        (1e6, 0.3, 999_475.357_917_235_9),
        (1e6, 1.0 - 1e-12, 1_007_050.656_537_417),
        (2e8, 0.9, 200_018_124.090_160_04),
    ];

    #[test]
    fn gamma_quantiles_as_scipy_and_mpmath_have_them() {
        for (a, p, x) in GAMMA_QUANTILES {
            let found = gamma_quantile(a, p);
            // ln Γ of large shapes, and powers of 1/a of small ones, cost digits.
            assert!((found - x).abs() <= 5e-12 * x, "{a} {p}: {found:e}");
        }
        // Underflows, as mpmath's 10⁻¹¹⁷⁴⁹ does; far beyond every loop's reach.
        assert_eq!(gamma_quantile(0.001, 1e-12), 0.0);
        assert!((gamma_quantile(1e300, 0.3) / 1e300 - 1.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn a_gamma_quantile_is_undone_by_its_distribution(
            shape in -3.0..6.0f64,
            p in prop_oneof![
                2 => 1e-3..0.999f64,
                1 => (-12.0..-3.0f64).prop_map(|e| exp(e * std::f64::consts::LN_10)),
                1 => (-12.0..-3.0f64).prop_map(|e| 1.0 - exp(e * std::f64::consts::LN_10)),
            ],
        ) {
            let a = exp(shape * std::f64::consts::LN_10);
            let x = gamma_quantile(a, p);
            // P of anything less is a power, whose base may overflow.
            prop_assume!(x > 1e-290);
            let at = gamma_at(a, x, libm::lgamma(a));
            let (found, share) = if p < 0.5 { (at.below, p) } else { (at.above, 1.0 - p) };
            // The logarithm of the density is exact to 10⁻⁹ where its terms are 10⁷.
            prop_assert!((found - share).abs() < 2e-8 * share, "{a} {p}: {x} {found}");
        }

        #[test]
        fn a_gamma_quantile_climbs_with_p(shape in -3.0..6.0f64, p in 0.001..0.998f64) {
            let a = exp(shape * std::f64::consts::LN_10);
            prop_assert!(gamma_quantile(a, p) <= gamma_quantile(a, p + 0.001));
        }

        #[test]
        fn the_exponential_quantile_is_a_logarithm(p in 1e-9..0.99f64) {
            let x = gamma_quantile(1.0, p);
            let exact = -libm::log1p(-p);
            prop_assert!((x - exact).abs() <= 1e-12 * exact);
        }
    }
}

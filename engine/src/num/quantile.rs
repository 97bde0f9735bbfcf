//! Quantiles of the normal and gamma distributions, in our own arithmetic so
//! that every platform draws the same variates (invariant 2).

use super::{exp, ln};

/// `a[0] + a[1]·x + a[2]·x² + …`.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
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

/// Distribution function of the gamma distribution with scale 1, the
/// regularised incomplete gamma function `P(a, x)`, and its density at `x`.
///
/// Power series below `a + 1`, continued fraction above (DLMF 8.7.1, 8.9.2).
fn gamma_distribution(a: f64, x: f64, ln_gamma_a: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 0.0);
    }
    let density = exp((a - 1.0) * ln(x) - x - ln_gamma_a);
    let front = density * x;
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * f64::EPSILON / 4.0 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (front * sum, density);
    }
    // Modified Lentz evaluation; every denominator is positive here.
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..10_000 {
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
    (1.0 - front * fraction, density)
}

/// Quantile of the gamma distribution with shape `a` and scale 1: the x with
/// `P(a, x) = p`.
///
/// Start: the cube-root normal approximation, or the leading term of the series
/// for small values; then Halley's steps kept inside a bracket. Needs a > 0 and
/// 0 < p < 1, else NaN. Underflows to 0 for tiny shapes, as the variate itself
/// does. Sources: Wilson and Hilferty 1931; DLMF 8.2.
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
    // P(a, x) ≈ xᵃ / Γ(a + 1) near 0.
    let leading = || exp((ln(p) + ln_gamma_a + ln(a)) / a);
    let mut x = if cube_root > 0.25 && a > 0.5 {
        wilson
    } else {
        leading()
    };
    if x == 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..60 {
        let (below, density) = gamma_distribution(a, x, ln_gamma_a);
        let error = below - p;
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = error / density;
        let curve = 1.0 - 0.5 * newton * ((a - 1.0) / x - 1.0);
        let step = newton / curve.max(0.5);
        let mut next = x - step;
        let is_outside = !(next > low && next < high);
        if is_outside {
            next = if high.is_finite() {
                f64::midpoint(low, high)
            } else {
                2.0 * x
            };
        }
        let is_done = (next - x).abs() <= 4.0 * f64::EPSILON * x;
        x = next;
        // Halley's error is cubed with every step.
        if is_done || (!is_outside && step.abs() <= 1e-6 * x) {
            break;
        }
    }
    x
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

    proptest! {
        #[test]
        fn a_gamma_quantile_is_undone_by_its_distribution(
            a in prop_oneof![0.02..2.0f64, 2.0..400.0f64],
            p in 0.001..0.999f64,
        ) {
            let x = gamma_quantile(a, p);
            let (back, _) = gamma_distribution(a, x, libm::lgamma(a));
            // Steep densities near 0 lose digits of p, not of x.
            prop_assert!(x == 0.0 || (back - p).abs() < 1e-11, "{} {}: {} {}", a, p, x, back);
        }

        #[test]
        fn the_exponential_quantile_is_a_logarithm(p in 1e-9..0.99f64) {
            let x = gamma_quantile(1.0, p);
            let exact = -libm::log1p(-p);
            prop_assert!((x - exact).abs() <= 1e-12 * exact);
        }
    }
}

//! The beta distribution and the functions its likelihood needs, on `libm` so
//! that every platform returns the same bits (invariant 2). Crates that offer
//! them call the platform's `exp` and `ln`.

use super::{exp, ln, ordered_sum};

/// Logarithm of the gamma function for x > 0.
///
/// ```
/// assert!((dhi_engine::num::ln_gamma(5.0) - 24f64.ln()).abs() < 1e-14);
/// ```
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Logarithm of the beta function `Γ(a) Γ(b) / Γ(a + b)`.
///
/// ```
/// // B(2, 3) = 1/12
/// assert!((dhi_engine::num::ln_beta(2.0, 3.0) + 12f64.ln()).abs() < 1e-14);
/// ```
pub fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// Where the asymptotic series of ψ and ψ′ are exact to the last digits.
const ASYMPTOTIC_FROM: f64 = 20.0;

/// Digamma function ψ(x) for x > 0: recurrence up to 20, then the asymptotic
/// series (Abramowitz and Stegun 6.3.5 and 6.3.18).
///
/// ```
/// // ψ(1) = −γ
/// assert!((dhi_engine::num::digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
/// ```
pub fn digamma(x: f64) -> f64 {
    let mut x = x;
    let mut below = 0.0;
    while x < ASYMPTOTIC_FROM {
        below += 1.0 / x;
        x += 1.0;
    }
    let t = 1.0 / (x * x);
    let series = t
        * (1.0 / 12.0
            - t * (1.0 / 120.0
                - t * (1.0 / 252.0 - t * (1.0 / 240.0 - t * (1.0 / 132.0 - t * 691.0 / 32760.0)))));
    ln(x) - 0.5 / x - series - below
}

/// Trigamma function ψ′(x) for x > 0 (Abramowitz and Stegun 6.4.6 and 6.4.12).
///
/// ```
/// // ψ′(1) = π²/6
/// assert!((dhi_engine::num::trigamma(1.0) - 1.644_934_066_848_226_4).abs() < 1e-14);
/// ```
pub fn trigamma(x: f64) -> f64 {
    let mut x = x;
    let mut below = 0.0;
    while x < ASYMPTOTIC_FROM {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let t = 1.0 / (x * x);
    let series =
        t * (1.0 / 6.0 - t * (1.0 / 30.0 - t * (1.0 / 42.0 - t * (1.0 / 30.0 - t * 5.0 / 66.0))));
    below + 1.0 / x + t / 2.0 + series / x
}

/// Distribution function of the beta distribution, the regularised incomplete
/// beta function `I_x(a, b)`.
///
/// Continued fraction (DLMF 8.17.22) by the modified Lentz method, on the side of
/// the mean where it converges quickly. Needs a, b > 0; `x` outside 0–1 counts as
/// the end. NaN for other parameters.
///
/// ```
/// use dhi_engine::num::beta_cdf;
/// assert!((beta_cdf(0.3, 1.0, 1.0) - 0.3).abs() < 1e-15);
/// // I_x(2, 3) = 6x² − 8x³ + 3x⁴
/// assert!((beta_cdf(0.5, 2.0, 3.0) - 0.6875).abs() < 1e-15);
/// ```
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(ordered_sum([
        a * ln(x),
        b * libm::log1p(-x),
        -ln_beta(a, b),
    ]));
    if x <= (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(x, a, b) / a
    } else {
        1.0 - front * continued_fraction(1.0 - x, b, a) / b
    }
}

/// Terms after which the fraction is given up; it needs about √(a + b).
const MAX_TERMS: u32 = 100_000;

fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_0 = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_0(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..MAX_TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_0(1.0 + term * d);
            c = away_from_0(1.0 + term / c);
            change = d * c;
            fraction *= change;
        }
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

/// Quantile of the beta distribution: the x with `I_x(a, b) = p`.
///
/// Bisection on the bits between 0 and 1, so it ends at neighbouring numbers
/// whatever the shape. 0 at p ≤ 0, 1 at p ≥ 1, NaN for other parameters.
///
/// ```
/// use dhi_engine::num::beta_quantile;
/// assert!((beta_quantile(0.25, 1.0, 1.0) - 0.25).abs() < 1e-15);
/// assert!((beta_quantile(0.5, 7.5, 7.5) - 0.5).abs() < 1e-14);
/// ```
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if beta_cdf(0.5, a, b).is_nan() || p.is_nan() {
        return f64::NAN;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    // Positive numbers are ordered as their bits.
    let (mut low, mut high) = (0u64, 1f64.to_bits());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if beta_cdf(f64::from_bits(middle), a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::from_bits(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values of scipy.special 1.17: psi, polygamma(1, ·), betainc, betaincinv.
    #[test]
    fn special_functions_as_scipy_has_them() {
        for (x, psi, psi1) in SCIPY_PSI {
            assert!(
                (digamma(x) - psi).abs() <= 4e-15 * psi.abs().max(1.0),
                "{x}"
            );
            assert!((trigamma(x) - psi1).abs() <= 4e-15 * psi1.max(1.0), "{x}");
        }
        for (a, b, x, value) in SCIPY_BETAINC {
            let found = beta_cdf(x, a, b);
            // ln Γ(1000) alone is 5900, exact to 10⁻¹².
            assert!((found - value).abs() <= 5e-12 * value, "{a} {b}: {found}");
        }
        for (a, b, p, value) in SCIPY_BETAINCINV {
            let found = beta_quantile(p, a, b);
            assert!((found - value).abs() <= 2e-12 * value, "{a} {b}: {found}");
        }
    }

    const SCIPY_PSI: [(f64, f64, f64); 5] = [
        (0.1, -10.423_754_940_411_076, 101.433_299_150_792_75),
        (0.5, -1.963_510_026_021_423_5, 4.934_802_200_544_68),
        (3.7, 1.167_153_539_361_511_3, 0.310_037_857_670_038_33),
        (12.0, 2.442_661_679_975_812_3, 0.086_901_872_871_768_4),
        (250.5, 5.521_461_584_527_046, 0.003_999_994_666_696_533),
    ];

    const SCIPY_BETAINC: [(f64, f64, f64, f64); 5] = [
        (0.5, 0.5, 0.1, 0.204_832_764_699_133_45),
        (2.5, 7.5, 0.3, 0.678_943_485_866_182_1),
        (81.5, 182.5, 0.26, 0.039_847_131_037_954_67),
        (34.1, 31.6, 0.55, 0.691_010_372_562_882_9),
        (1_000.5, 0.5, 0.999, 0.157_143_523_365_518_76),
    ];

    const SCIPY_BETAINCINV: [(f64, f64, f64, f64); 5] = [
        (0.5, 0.5, 0.1, 0.024_471_741_852_423_214),
        (0.5, 7.5, 0.025, 6.768_646_424_383_023e-05),
        (81.5, 182.5, 0.975, 0.365_647_499_174_082_46),
        (34.1, 31.6, 0.5, 0.519_220_102_345_568_8),
        (1_000.5, 0.5, 0.025, 0.997_491_835_658_577_7),
    ];

    #[test]
    fn what_is_no_beta_distribution_has_no_number() {
        assert!(beta_cdf(0.5, 0.0, 1.0).is_nan());
        assert!(beta_quantile(0.5, 1.0, f64::INFINITY).is_nan());
        assert!(beta_quantile(f64::NAN, 1.0, 1.0).is_nan());
        assert_eq!(beta_quantile(0.0, 2.0, 2.0), 0.0);
        assert_eq!(beta_quantile(1.0, 2.0, 2.0), 1.0);
    }

    proptest! {
        #[test]
        fn a_quantile_is_undone_by_the_distribution(
            a in prop_oneof![0.3..3.0f64, 3.0..500.0f64],
            b in prop_oneof![0.3..3.0f64, 3.0..500.0f64],
            p in 0.001..0.999f64,
        ) {
            // Near 1 the distribution climbs far from one number to the next.
            let x = beta_quantile(p, a, b);
            prop_assert!(beta_cdf(x, a, b) >= p - 1e-11);
            prop_assert!(beta_cdf(x.next_down(), a, b) <= p + 1e-11);
        }
    }
}

//! Moments and correlation of small lists, in fixed order.

use super::ordered_sum;

/// Arithmetic mean; `None` when there are no values. Never outside them, where
/// rounding or overflow of the sum would put it, so equal values have theirs.
///
/// ```
/// use dhi_engine::num::mean;
/// assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
/// // The sum of three is 0.30000000000000004.
/// assert_eq!(mean(&[0.1, 0.1, 0.1]), Some(0.1));
/// ```
pub fn mean(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    let (least, greatest) = values.iter().fold((first, first), |(least, greatest), x| {
        (least.min(*x), greatest.max(*x))
    });
    let mean = ordered_sum(values.iter().copied()) / values.len() as f64;
    // Written so that a mean that is no number stays so.
    Some(if mean < least {
        least
    } else if mean > greatest {
        greatest
    } else {
        mean
    })
}

/// Sample standard deviation (divided by n − 1), two-pass; 0 for fewer than two
/// values and exactly 0 for equal ones.
///
/// ```
/// assert_eq!(dhi_engine::num::sd(&[1.0, 3.0]), 2f64.sqrt());
/// ```
pub fn sd(values: &[f64]) -> f64 {
    let Some(mean) = mean(values).filter(|_| values.len() > 1) else {
        return 0.0;
    };
    if values.iter().all(|x| *x == values[0]) {
        return 0.0;
    }
    let squares = values.iter().map(|x| (x - mean) * (x - mean));
    (ordered_sum(squares) / (values.len() - 1) as f64).sqrt()
}

/// Pearson's correlation of two lists of equal length; `None` when either is
/// constant or they have fewer than two values. Range −1 to 1.
///
/// ```
/// assert_eq!(dhi_engine::num::correlation(&[1.0, 2.0], &[4.0, 2.0]), Some(-1.0));
/// ```
pub fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (mean_a, mean_b) = (mean(a)?, mean(b)?);
    if a.len() != b.len() || sd(a) == 0.0 || sd(b) == 0.0 {
        return None;
    }
    let moment = |x: &[f64], mx: f64, y: &[f64], my: f64| {
        ordered_sum(x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)))
    };
    let of_both = moment(a, mean_a, b, mean_b);
    let spread = (moment(a, mean_a, a, mean_a) * moment(b, mean_b, b, mean_b)).sqrt();
    // Spreads this small underflow to 0, or the values are beyond squaring.
    (spread > 0.0 && spread.is_finite()).then(|| (of_both / spread).clamp(-1.0, 1.0))
}

/// Sums of the second to fourth powers of the deviations from the mean; `None`
/// for fewer than `at_least` values or constant ones.
fn central_sums(values: &[f64], at_least: usize) -> Option<(f64, f64, f64)> {
    let mean = mean(values)?;
    if values.len() < at_least || sd(values) == 0.0 {
        return None;
    }
    let power = |k: i32| {
        ordered_sum(values.iter().map(|x| {
            let d = x - mean;
            (0..k).fold(1.0, |product, _| product * d)
        }))
    };
    Some((power(2), power(3), power(4)))
}

/// Sample-adjusted skewness, as `SKEW` of spreadsheets.
///
/// Formula: `G₁ = n / ((n − 1)(n − 2)) · Σ z³` with `z = (x − x̄)/s`, s by n − 1
/// (Joanes and Gill 1998). `None` for fewer than 3 values or constant ones.
///
/// ```
/// use dhi_engine::num::skewness;
/// // Mean 3, deviations −2 −1 3: s² = 7, Σd³ = 18, G₁ = 3/(2·1) · 18/7^1.5 = 1.4578
/// assert!((skewness(&[1.0, 2.0, 6.0]).unwrap() - 1.457_863).abs() < 1e-6);
/// assert_eq!(skewness(&[1.0, 1.0, 1.0]), None);
/// ```
pub fn skewness(values: &[f64]) -> Option<f64> {
    let (m2, m3, _) = central_sums(values, 3)?;
    let n = values.len() as f64;
    let s = (m2 / (n - 1.0)).sqrt();
    Some(n / ((n - 1.0) * (n - 2.0)) * m3 / (s * s * s))
}

/// Sample-adjusted excess kurtosis, as `KURT` of spreadsheets.
///
/// Formula: `G₂ = n(n + 1) / ((n − 1)(n − 2)(n − 3)) · Σ z⁴ −
/// 3(n − 1)² / ((n − 2)(n − 3))` (Joanes and Gill 1998). `None` for fewer than 4
/// values or constant ones.
///
/// ```
/// use dhi_engine::num::excess_kurtosis;
/// // 1 2 3 4: s² = 5/3, Σd⁴ = 10.25, 20/6 · 10.25/(25/9) − 27/2 = −1.2
/// assert!((excess_kurtosis(&[1.0, 2.0, 3.0, 4.0]).unwrap() + 1.2).abs() < 1e-12);
/// ```
pub fn excess_kurtosis(values: &[f64]) -> Option<f64> {
    let (m2, _, m4) = central_sums(values, 4)?;
    let n = values.len() as f64;
    let variance = m2 / (n - 1.0);
    let z4 = m4 / (variance * variance);
    let spread = (n - 1.0) * (n - 2.0) * (n - 3.0);
    Some(n * (n + 1.0) / spread * z4 - 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Microsoft's documentation of SKEW and KURT, both of 3, 4, 5, 2, 3, 4, 5, 6, 4,
    /// 7: 0.359543071 and −0.151799637; scipy 1.17.1 has 0.35954307140679753 and
    /// −0.15179963720841405.
    #[test]
    fn shape_of_the_documentation_of_spreadsheets() {
        let values = [3.0, 4.0, 5.0, 2.0, 3.0, 4.0, 5.0, 6.0, 4.0, 7.0];
        let (skew, kurtosis) = (
            skewness(&values).unwrap(),
            excess_kurtosis(&values).unwrap(),
        );
        assert!((skew - 0.359_543_071_406_797_53).abs() < 1e-12);
        assert!((kurtosis + 0.151_799_637_208_414_05).abs() < 1e-12);
    }
}

//! Nearness to an ideal unit.

use crate::frame::{Cell, Column};
use crate::num;
use serde::{Deserialize, Serialize};

/// Where the ideal and its opposite lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ideal {
    /// At the best and worst score of each child among the units.
    #[default]
    Observed,
    /// At the ends of the scale, so that other units do not matter.
    Scale,
}

/// Parameters of [`topsis`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Topsis {
    /// Where the ideal lies.
    pub ideal: Ideal,
    /// Divide every child by its Euclidean length over the units first, as the
    /// original method does with reported values.
    pub vector: bool,
}

/// Technique for order preference by similarity to the ideal solution.
///
/// Formula: `s = S · D⁻/(D⁺ + D⁻)` with `D± = √Σ (w̃ (x − ideal±))²` over the
/// children present, weights renormalised, and S the scale. Range 0–S. Missing:
/// without a value, or when ideal and opposite coincide, as for a single unit.
/// Source: Hwang and Yoon 1981.
///
/// ```
/// use dhi_engine::aggregate::{Topsis, topsis};
/// use dhi_engine::frame::{Cell, Column};
/// // Scores 0, 50, 100 on two children alike: the middle one is half way.
/// let a = Column::from_cells([0.0, 50.0, 100.0].map(Cell::Value));
/// let out = topsis(&[(&a, 0.5), (&a, 0.5)], 3, Topsis::default(), 100.0);
/// let scores: Vec<f64> = out.present().collect();
/// assert_eq!(scores, [0.0, 50.0, 100.0]);
/// ```
pub fn topsis(
    children: &[(&Column, f64)],
    n_units: usize,
    parameters: Topsis,
    scale: f64,
) -> Column {
    // Per child: length, best and worst, all after dividing by the length.
    let ends: Vec<(f64, f64, f64)> = children
        .iter()
        .map(|(column, _)| {
            let squares = num::ordered_sum(column.present().map(|x| x * x));
            let length = if parameters.vector && squares > 0.0 {
                squares.sqrt()
            } else {
                1.0
            };
            let (low, high) = match parameters.ideal {
                Ideal::Scale => (0.0, scale),
                Ideal::Observed => column
                    .present()
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                        (low.min(x), high.max(x))
                    }),
            };
            (length, high / length, low / length)
        })
        .collect();
    let cells = (0..n_units).map(|i| {
        let (mut to_best, mut to_worst, mut weight) = (0.0, 0.0, 0.0);
        for ((column, share), (length, best, worst)) in children.iter().zip(&ends) {
            let Some(x) = column.get(i).value() else {
                continue;
            };
            let x = x / length;
            to_best += (share * (best - x)) * (share * (best - x));
            to_worst += (share * (x - worst)) * (share * (x - worst));
            weight += share;
        }
        // Renormalising the weights cancels in the quotient.
        let (to_best, to_worst) = (to_best.sqrt(), to_worst.sqrt());
        if weight > 0.0 && to_best + to_worst > 0.0 {
            Cell::Value(scale * (to_worst / (to_best + to_worst)))
        } else {
            Cell::Missing
        }
    });
    Column::from_cells(cells)
}

//! Convex polygons of weights, in barycentric coordinates.

use crate::num;

/// A point of the triangle: three weights with sum 1.
pub(super) type Point = [f64; 3];

/// A convex polygon of weights, counter-clockwise when the first two weights are
/// drawn as x and y.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    /// Corners as weights of the three children.
    pub corners: Vec<Point>,
}

impl Polygon {
    /// The whole triangle.
    pub(super) fn whole() -> Self {
        Self {
            corners: vec![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
        }
    }

    /// Area as a share of the triangle.
    ///
    /// Formula: the shoelace sum in the first two weights, in which the triangle
    /// has the area 1/2.
    pub fn share(&self) -> f64 {
        let edges = self.edges();
        num::ordered_sum(edges.map(|(a, b)| turn(a, b))).max(0.0)
    }

    /// Edges in order, the last one back to the first corner.
    pub(super) fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let next = self.corners.iter().cycle().skip(1);
        self.corners.iter().copied().zip(next.copied())
    }

    /// The part where `f·w ≥ 0`, with values within `tolerance` of 0 counting as
    /// 0; `None` when nothing with an area is left.
    pub(super) fn clipped(&self, f: Point, tolerance: f64) -> Option<Self> {
        let value = |p: Point| {
            let x = at(f, p);
            if x.abs() <= tolerance { 0.0 } else { x }
        };
        let mut corners = Vec::with_capacity(self.corners.len() + 1);
        let mut has_inside = false;
        for (a, b) in self.edges() {
            let (x, y) = (value(a), value(b));
            has_inside |= x > 0.0;
            if x >= 0.0 {
                corners.push(a);
            }
            if (x > 0.0 && y < 0.0) || (x < 0.0 && y > 0.0) {
                corners.push(between(a, b, x / (x - y)));
            }
        }
        (has_inside && corners.len() > 2).then_some(Self { corners })
    }
}

/// `f·w`.
pub(super) fn at(f: Point, w: Point) -> f64 {
    f[0] * w[0] + f[1] * w[1] + f[2] * w[2]
}

/// The point at `t` between two others.
pub(super) fn between(a: Point, b: Point, t: f64) -> Point {
    let mix = |k: usize| (1.0 - t) * a[k] + t * b[k];
    [mix(0), mix(1), mix(2)]
}

/// Twice the signed area of origin, `a` and `b`: the share of the triangle.
pub(super) fn turn(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

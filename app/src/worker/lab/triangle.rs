//! All weights of three parts at once: who leads where, and a village's rank.

use super::super::present::Present;
use super::super::protocol::About;
use super::flip::{meant, offered};
use super::{MOST_TRIED, is_weighed, parents, position};
use crate::written::lab::triangle;
use crate::written::{Scene, both};
use dhi_engine::frame::Unit;
use dhi_engine::ids::NodeIdx;
use dhi_engine::weight_space::{Admissible, Level, WeightSpaceError, leaders};

/// Small triangles along a side of the picture of ranks.
const SIDE: u32 = 24;

pub use crate::charts::triangle::Point;

/// A picture that is asked for.
pub struct Asked<'a> {
    /// Groups of three.
    pub groups: Vec<NodeIdx>,
    /// The one drawn.
    pub node: NodeIdx,
    /// Whether ranks of one village are drawn, and not who leads.
    pub is_rank: bool,
    /// The village as it was given.
    pub name: String,
    /// Villages to choose from.
    pub offered: Vec<&'a Unit>,
    /// Whether a method weighs this group.
    pub is_fixed: bool,
}

/// What there is to draw.
pub enum Answer {
    /// No group has three parts.
    NoThree,
    /// Too many villages.
    TooMany,
    /// There are no exact answers about these weights.
    Refused(WeightSpaceError),
    /// That is no village with a rank.
    Unfit,
    /// The present weights, and what is where.
    Drawn(Point, Drawn),
}

/// What is where in the triangle.
pub enum Drawn {
    /// Villages that lead somewhere, greatest region first.
    Leaders {
        /// Village, corners of its region, share of the triangle.
        regions: Vec<(u32, Vec<Point>, f64)>,
        /// Villages without one of the three parts, which are not drawn.
        n_left_out: usize,
    },
    /// Ranks of a village.
    Ranks {
        /// The village.
        unit: u32,
        /// Corners of small triangles, and the rank in the middle of each.
        cells: Vec<([Point; 3], u32)>,
    },
}

/// The small triangles of a triangle, row by row.
#[expect(clippy::cast_lossless, reason = "numbers below 30")]
fn cells() -> Vec<[Point; 3]> {
    let corner = |a: u32, b: u32| {
        let n = f64::from(SIDE);
        let [a, b, c] = [a, b, SIDE - a - b].map(|x| x as f64 / n);
        [a, b, c]
    };
    let mut cells = Vec::new();
    for a in 0..SIDE {
        for b in 0..SIDE - a {
            cells.push([corner(a, b), corner(a + 1, b), corner(a, b + 1)]);
            if a + b + 2 <= SIDE {
                cells.push([corner(a + 1, b + 1), corner(a + 1, b), corner(a, b + 1)]);
            }
        }
    }
    cells
}

/// Rank of a unit at weights: one more than there are units clearly above it.
fn rank(level: &Level, unit: usize, weights: Point, tolerance: f64) -> Option<u32> {
    let own = level.score(unit, &weights)?;
    let scores = (0..level.n_units()).filter_map(|unit| level.score(unit, &weights));
    Some(1 + scores.filter(|score| score - own > tolerance).count() as u32)
}

impl Present {
    /// Draws all weights of three parts.
    pub(in super::super) fn triangle(&self, scene: Scene<'_>, about: &About) -> [String; 2] {
        let framework = scene.framework;
        let has_three = |node: &NodeIdx| framework.node(*node).children.len() == 3;
        let groups: Vec<NodeIdx> = parents(framework).filter(has_three).collect();
        let given = position(about, 0).map(NodeIdx);
        let given = given.filter(|node| groups.contains(node));
        let node = given.or(groups.first().copied());
        let mut asked = Asked {
            node: node.unwrap_or(framework.composite()),
            groups,
            is_rank: position(about, 1) == Some(1),
            name: String::new(),
            offered: offered(scene),
            is_fixed: is_weighed(&self.spec, framework, node),
        };
        let answer = if node.is_none() {
            Answer::NoThree
        } else if scene.units.list().len() > MOST_TRIED {
            Answer::TooMany
        } else {
            match self.level(scene, asked.node) {
                Ok(level) => self
                    .regions(scene, &level, about, &mut asked)
                    .unwrap_or_else(Answer::Refused),
                Err(error) => Answer::Refused(error),
            }
        };
        both(scene, &|scene, html| {
            triangle::triangle(scene, html, &asked, &answer);
        })
    }

    /// The villages as the weights of a node's children place them.
    pub(super) fn level(&self, scene: Scene<'_>, node: NodeIdx) -> Result<Level, WeightSpaceError> {
        Level::new(
            scene.framework,
            self.what_if.weights(),
            self.what_if.scores(),
            &self.what_if.ranks(&self.what_if.grades()),
            &self.spec,
            node,
        )
    }

    fn regions(
        &self,
        scene: Scene<'_>,
        level: &Level,
        about: &About,
        asked: &mut Asked<'_>,
    ) -> Result<Answer, WeightSpaceError> {
        let Ok(now) = Point::try_from(level.weights()) else {
            return Err(WeightSpaceError::NotThree(level.n_children()));
        };
        let register = |unit: usize| level.units().get(unit).copied().unwrap_or(0);
        if asked.is_rank {
            // The one in the middle has most room to move.
            let order = level.order();
            let middle = order.get(order.len() / 2).copied();
            let Some(unit) = meant(scene, level, about, (0, middle), &mut asked.name) else {
                return Ok(Answer::Unfit);
            };
            let tolerance = self.spec.rank.tolerance;
            let placed = cells().into_iter().filter_map(|cell| {
                let middle = [0, 1, 2].map(|at| (cell[0][at] + cell[1][at] + cell[2][at]) / 3.0);
                rank(level, unit, middle, tolerance).map(|rank| (cell, rank))
            });
            let cells = placed.collect();
            let unit = register(unit);
            return Ok(Answer::Drawn(now, Drawn::Ranks { unit, cells }));
        }
        let regions = leaders(level, &Admissible::simplex(3))?;
        let regions = regions.into_iter().map(|(unit, region)| {
            let share = region.share();
            (register(unit), region.corners, share)
        });
        let mut regions: Vec<(u32, Vec<Point>, f64)> = regions.collect();
        regions.sort_by(|a, b| b.2.total_cmp(&a.2));
        let left_out = (0..level.n_units()).filter(|unit| !level.is_complete(*unit));
        let n_left_out = left_out.count();
        let leaders = Drawn::Leaders {
            regions,
            n_left_out,
        };
        Ok(Answer::Drawn(now, leaders))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 24² small triangles tile the whole: their shares, half the determinant of two
    /// sides beside half of the whole, add up to 1.
    #[test]
    fn small_triangles_fill_the_whole() {
        let cells = cells();
        assert_eq!(cells.len(), 24 * 24);
        let share = |[p, q, r]: &[Point; 3]| {
            ((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])).abs()
        };
        let sum: f64 = cells.iter().map(share).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        assert!(cells.iter().flatten().flatten().all(|x| *x >= 0.0));
    }

    /// 80·0.5 + 40·0.5 = 60 beside 50 and 70.
    #[test]
    fn the_rank_is_one_more_than_are_above() {
        let rows = [
            vec![Some(80.0), Some(40.0), Some(0.0)],
            vec![Some(50.0); 3],
            vec![Some(70.0); 3],
        ];
        let level = Level::from_rows(&[1.0; 3], &rows).unwrap();
        assert_eq!(rank(&level, 0, [0.5, 0.5, 0.0], 1e-9), Some(2));
        assert_eq!(rank(&level, 0, [1.0, 0.0, 0.0], 1e-9), Some(1));
        assert_eq!(rank(&level, 0, [0.0, 0.0, 1.0], 1e-9), Some(3));
    }
}

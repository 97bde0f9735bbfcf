//! The framework: a tree from the composite over pillars down to indicators.

mod indicator;

pub use indicator::{
    Direction, Frequency, Goalposts, GoalpostsError, Indicator, Language, Measure, Text,
    Transformation,
};

use crate::ids::{NodeId, NodeIdx};
use crate::num;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One row of the framework table, before the tree is checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeRow {
    /// Unique id.
    pub id: NodeId,
    /// Parent's id; `None` for the composite.
    pub parent: Option<NodeId>,
    /// Name in both languages.
    pub name: Text,
    /// Weight beside its siblings, ≥ 0; only proportions count.
    pub weight: f64,
    /// What is measured; `None` for inner nodes.
    #[serde(default)]
    pub indicator: Option<Indicator>,
}

/// Why a list of rows is not a framework. `row` is the position in the list.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameworkError {
    /// No rows, or no indicator among them.
    #[error("the framework has no indicators")]
    Empty,
    /// The same id twice.
    #[error("row {row}: id `{id}` is already used by row {first_row}")]
    DuplicateId {
        /// Second row with the id.
        row: usize,
        /// First row with the id.
        first_row: usize,
        /// The id.
        id: NodeId,
    },
    /// A parent that is not in the list.
    #[error("row {row}: parent `{parent}` does not exist")]
    UnknownParent {
        /// The orphan.
        row: usize,
        /// The parent named.
        parent: NodeId,
    },
    /// A node that is its own ancestor.
    #[error("row {row}: `{id}` is its own ancestor")]
    Cycle {
        /// A row on the cycle.
        row: usize,
        /// Its id.
        id: NodeId,
    },
    /// A weight below zero, NaN or infinite.
    #[error("row {row}: weight {weight} is not a finite number ≥ 0")]
    BadWeight {
        /// The row.
        row: usize,
        /// The weight given.
        weight: f64,
    },
    /// The children of one parent have no weight at all.
    #[error("the weights under `{parent}` sum to 0")]
    ZeroWeights {
        /// Row of the parent.
        row: usize,
        /// The parent.
        parent: NodeId,
    },
    /// A leaf without direction and measure.
    #[error("row {row}: `{id}` has no children and no indicator definition")]
    LeafWithoutIndicator {
        /// The row.
        row: usize,
        /// Its id.
        id: NodeId,
    },
    /// An inner node that claims to be an indicator.
    #[error("row {row}: `{id}` is an indicator and cannot have children")]
    IndicatorWithChildren {
        /// The row.
        row: usize,
        /// Its id.
        id: NodeId,
    },
}

/// A node of the checked tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Unique id.
    pub id: NodeId,
    /// Parent; `None` for the composite.
    pub parent: Option<NodeIdx>,
    /// Children in table order.
    pub children: Vec<NodeIdx>,
    /// Distance from the composite.
    pub depth: usize,
    /// Name in both languages.
    pub name: Text,
    /// Weight as given.
    pub weight: f64,
    /// What is measured; `Some` exactly for leaves.
    pub indicator: Option<Indicator>,
    /// Column of the leaf in every frame; `None` for inner nodes.
    pub column: Option<usize>,
}

/// A checked framework. Nodes lie in depth-first order, the composite first,
/// so children always follow their parent and a leaf's order is its column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<NodeRow>", into = "Vec<NodeRow>")]
pub struct Framework {
    nodes: Vec<Node>,
    leaves: Vec<NodeIdx>,
}

/// Id of the composite that is added when a table starts with several pillars.
pub const IMPLICIT_COMPOSITE: &str = "composite";

impl Framework {
    /// Checks the rows and builds the tree. Several rows without a parent are
    /// taken as pillars of a composite that is then added.
    ///
    /// # Errors
    /// Every [`FrameworkError`] found, in row order.
    pub fn new(rows: Vec<NodeRow>) -> Result<Self, Vec<FrameworkError>> {
        let mut errors = Vec::new();
        let mut row_of: BTreeMap<&NodeId, usize> = BTreeMap::new();
        for (row, node) in rows.iter().enumerate() {
            if let Some(&first_row) = row_of.get(&node.id) {
                let id = node.id.clone();
                errors.push(FrameworkError::DuplicateId { row, first_row, id });
            } else {
                row_of.insert(&node.id, row);
            }
            if !(node.weight.is_finite() && node.weight >= 0.0) {
                let weight = node.weight;
                errors.push(FrameworkError::BadWeight { row, weight });
            }
        }
        let mut parents: Vec<Option<usize>> = Vec::with_capacity(rows.len());
        for (row, node) in rows.iter().enumerate() {
            let parent = node.parent.as_ref().and_then(|id| {
                let found = row_of.get(id).copied();
                if found.is_none() {
                    let parent = id.clone();
                    errors.push(FrameworkError::UnknownParent { row, parent });
                }
                found
            });
            parents.push(parent);
        }
        errors.extend(find_cycles(&rows, &parents));
        if !errors.is_empty() {
            return Err(errors);
        }
        if rows.iter().filter(|r| r.parent.is_none()).count() > 1 {
            return Self::new(with_implicit_composite(rows)?);
        }
        let framework = Self::from_checked(rows, &parents);
        framework.check_shape(&mut errors);
        if errors.is_empty() {
            Ok(framework.tree)
        } else {
            Err(errors)
        }
    }

    fn from_checked(rows: Vec<NodeRow>, parents: &[Option<usize>]) -> Draft {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
        let mut stack = Vec::new();
        for (row, parent) in parents.iter().enumerate() {
            match parent {
                Some(parent) => children[*parent].push(row),
                None => stack.push((row, None, 0)),
            }
        }
        let mut rows: Vec<Option<NodeRow>> = rows.into_iter().map(Some).collect();
        let mut nodes: Vec<Node> = Vec::with_capacity(rows.len());
        let mut leaves = Vec::new();
        let mut row_of_node = Vec::new();
        while let Some((row, parent, depth)) = stack.pop() {
            let Some(NodeRow {
                id,
                name,
                weight,
                indicator,
                ..
            }) = rows[row].take()
            else {
                continue;
            };
            let idx = NodeIdx(nodes.len() as u32);
            if let Some(parent) = parent {
                let parent: &mut Node = &mut nodes[NodeIdx::at(parent)];
                parent.children.push(idx);
            }
            let is_leaf = children[row].is_empty();
            let column = is_leaf.then_some(leaves.len());
            if is_leaf {
                leaves.push(idx);
            }
            nodes.push(Node {
                id,
                parent,
                children: Vec::new(),
                depth,
                name,
                weight,
                indicator,
                column,
            });
            row_of_node.push(row);
            let below = children[row].iter().rev();
            stack.extend(below.map(|&child| (child, Some(idx), depth + 1)));
        }
        Draft {
            tree: Self { nodes, leaves },
            row_of_node,
        }
    }

    /// All nodes, the composite first, children after their parent.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node at `idx`, which must come from this framework.
    pub fn node(&self, idx: NodeIdx) -> &Node {
        &self.nodes[idx.at()]
    }

    /// Indicators in column order.
    pub fn leaves(&self) -> &[NodeIdx] {
        &self.leaves
    }

    /// Number of indicators.
    pub fn n_indicators(&self) -> usize {
        self.leaves.len()
    }

    /// The root of the tree.
    pub fn composite(&self) -> NodeIdx {
        NodeIdx(0)
    }

    /// Nodes directly under the composite.
    pub fn pillars(&self) -> &[NodeIdx] {
        self.nodes.first().map_or(&[], |root| &root.children)
    }

    /// The indicators in column order, with the node that carries each.
    pub fn indicators(&self) -> impl Iterator<Item = (&Node, &Indicator)> {
        self.leaves.iter().filter_map(|&leaf| {
            let node = self.node(leaf);
            node.indicator.as_ref().map(|indicator| (node, indicator))
        })
    }

    /// Finds a node by its id.
    pub fn find(&self, id: &str) -> Option<NodeIdx> {
        let at = self.nodes.iter().position(|n| n.id.as_str() == id)?;
        Some(NodeIdx(at as u32))
    }

    /// Indicators under `node`, itself when it is one, in column order.
    pub fn leaves_under(&self, node: NodeIdx) -> Vec<NodeIdx> {
        let depth = self.node(node).depth;
        self.nodes[node.at() + 1..]
            .iter()
            .take_while(|n| n.depth > depth)
            .chain(std::iter::once(self.node(node)))
            .filter_map(|n| n.column.map(|column| self.leaves[column]))
            .collect()
    }

    /// The nodes from `node`'s parent up to the composite.
    pub fn ancestors(&self, node: NodeIdx) -> impl Iterator<Item = NodeIdx> {
        std::iter::successors(self.node(node).parent, |&n| self.node(n).parent)
    }

    /// The rows the tree was built from, in depth-first order.
    pub fn to_rows(&self) -> Vec<NodeRow> {
        self.nodes
            .iter()
            .map(|n| NodeRow {
                id: n.id.clone(),
                parent: n.parent.map(|p| self.node(p).id.clone()),
                name: n.name.clone(),
                weight: n.weight,
                indicator: n.indicator.clone(),
            })
            .collect()
    }
}

/// A tree whose shape is not checked yet, with the table row of each node.
struct Draft {
    tree: Framework,
    row_of_node: Vec<usize>,
}

impl Draft {
    fn check_shape(&self, errors: &mut Vec<FrameworkError>) {
        if self.tree.leaves.is_empty() {
            errors.push(FrameworkError::Empty);
        }
        for (node, &row) in self.tree.nodes.iter().zip(&self.row_of_node) {
            let id = node.id.clone();
            match (node.children.is_empty(), node.indicator.is_some()) {
                (true, false) => errors.push(FrameworkError::LeafWithoutIndicator { row, id }),
                (false, true) => errors.push(FrameworkError::IndicatorWithChildren { row, id }),
                _ => {}
            }
            let weights: Vec<f64> = node
                .children
                .iter()
                .map(|&c| self.tree.node(c).weight)
                .collect();
            if !weights.is_empty() && num::shares(&weights).is_none() {
                let parent = node.id.clone();
                errors.push(FrameworkError::ZeroWeights { row, parent });
            }
        }
    }
}

/// One error per cycle, at its first row.
fn find_cycles(rows: &[NodeRow], parents: &[Option<usize>]) -> Vec<FrameworkError> {
    let mut errors = Vec::new();
    let mut settled = vec![false; rows.len()];
    for start in 0..rows.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(row) = at.filter(|&row| !settled[row]) {
            if path.contains(&row) {
                let id = rows[row].id.clone();
                errors.push(FrameworkError::Cycle { row, id });
                break;
            }
            path.push(row);
            at = parents[row];
        }
        for row in path {
            settled[row] = true;
        }
    }
    errors
}

fn with_implicit_composite(mut rows: Vec<NodeRow>) -> Result<Vec<NodeRow>, Vec<FrameworkError>> {
    let id = NodeId::new(IMPLICIT_COMPOSITE).map_err(|_| vec![FrameworkError::Empty])?;
    if let Some(row) = rows.iter().position(|r| r.id == id) {
        return Err(vec![FrameworkError::DuplicateId {
            row,
            first_row: row,
            id,
        }]);
    }
    for row in rows.iter_mut().filter(|r| r.parent.is_none()) {
        row.parent = Some(id.clone());
    }
    // At the end, so that the rows before keep the positions errors refer to.
    rows.push(NodeRow {
        id,
        parent: None,
        name: Text {
            zh: "综合指数".into(),
            en: "Composite index".into(),
        },
        weight: 1.0,
        indicator: None,
    });
    Ok(rows)
}

impl TryFrom<Vec<NodeRow>> for Framework {
    type Error = FrameworkError;
    fn try_from(rows: Vec<NodeRow>) -> Result<Self, FrameworkError> {
        Self::new(rows).map_err(|mut errors| {
            if errors.is_empty() {
                FrameworkError::Empty
            } else {
                errors.swap_remove(0)
            }
        })
    }
}

impl From<Framework> for Vec<NodeRow> {
    fn from(framework: Framework) -> Self {
        framework.to_rows()
    }
}

#[cfg(test)]
mod tests;

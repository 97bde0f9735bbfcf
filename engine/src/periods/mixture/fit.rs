//! Data, weights and choices of one side made to fit the framework of another.

use crate::frame::{Cell, Observations, Provenance, Units};
use crate::framework::{Framework, Node};
use crate::ids::{NodeIdx, UnitCode};
use crate::num;
use crate::spec::Spec;
use crate::weigh::{WeighError, WeightSet, Weighting};
use std::collections::BTreeMap;

/// Whether two frameworks make the same scores of the same data and weights.
pub(in crate::periods) fn is_same_framework(a: &Framework, b: &Framework) -> bool {
    let is_same_node = |(a, b): (&Node, &Node)| {
        let of = |node: &Node| {
            let indicator = node.indicator.as_ref();
            indicator.map(|i| (i.direction, i.measure, i.goalposts, i.transformation))
        };
        a.id == b.id && a.parent == b.parent && of(a) == of(b)
    };
    let (a, b) = (a.nodes(), b.nodes());
    a.len() == b.len() && a.iter().zip(b).all(is_same_node)
}

/// By column of `wanted`, the column of the same indicator in `own`: the same id
/// in the same measure.
pub(in crate::periods) fn columns(own: &Framework, wanted: &Framework) -> Vec<Option<usize>> {
    let of = wanted.indicators().map(|(node, indicator)| {
        let same = own.node(own.find(node.id.as_str())?);
        let measure = same.indicator.as_ref()?.measure;
        same.column.filter(|_| measure == indicator.measure)
    });
    of.collect()
}

/// Cells in other columns; not applicable where there is none.
pub(in crate::periods) fn observations(
    own: &Observations,
    columns: &[Option<usize>],
) -> Observations {
    let n_units = own.frame().n_units();
    let mut fitted = Observations::missing(n_units, columns.len());
    for (at, column) in columns.iter().enumerate() {
        for unit in 0..n_units {
            let cell = column.map_or(Cell::NotApplicable, |c| own.frame().cell(unit, c));
            fitted.set(unit, at, cell, None, &Provenance::default());
        }
    }
    fitted
}

/// The shares of `set`, made for the framework `of`, under the framework `wanted`,
/// whose own set is `own`.
///
/// Under every parent the children that `set` does not know there keep their own
/// shares, and the others divide what is left as `set` does; where it leaves them
/// nothing, all shares are the own ones.
pub(in crate::periods) fn weights(
    (of, set): (&Framework, &WeightSet),
    (wanted, own): (&Framework, &WeightSet),
) -> Result<WeightSet, WeighError> {
    let mut weights = own.shares().to_vec();
    for parent in wanted.nodes() {
        let known = |child: NodeIdx| {
            let same = of.find(wanted.node(child).id.as_str())?;
            let above = of.node(same).parent?;
            (of.node(above).id == parent.id).then(|| set.share(same))
        };
        let shares: Vec<Option<f64>> = parent.children.iter().map(|&c| known(c)).collect();
        let told = num::ordered_sum(shares.iter().copied().flatten());
        if told <= 0.0 {
            continue;
        }
        let has_new = shares.iter().any(Option::is_none);
        let new = parent.children.iter().zip(&shares);
        let new = new.filter(|(_, s)| s.is_none()).map(|(&c, _)| own.share(c));
        let left = 1.0 - num::ordered_sum(new);
        if has_new && left <= 0.0 {
            continue;
        }
        for (child, share) in parent.children.iter().zip(&shares) {
            if let Some(share) = share {
                weights[child.at()] = if has_new {
                    left * (share / told)
                } else {
                    *share
                };
            }
        }
    }
    WeightSet::new(set.name(), wanted, &weights)
}

/// The specification without choices for what is not there.
pub(in crate::periods) fn spec(mut spec: Spec, framework: &Framework, units: &Units) -> Spec {
    let node = |id: &str| framework.find(id).map(|idx| framework.node(idx));
    let is_indicator = |id: &str| node(id).is_some_and(|n| n.column.is_some());
    let is_unit = |code: &str| UnitCode::new(code).is_ok_and(|c| units.find(&c).is_some());
    spec.denominate.retain(|id, _| is_indicator(id));
    spec.screen.keep.retain(|code| is_unit(code));
    spec.screen.drop.retain(|code| is_unit(code));
    spec.impute.indicators.retain(|id, _| is_indicator(id));
    spec.treat.indicators.retain(|id, _| is_indicator(id));
    spec.normalise.indicators.retain(|id, _| is_indicator(id));
    let has_children = |id: &str| node(id).is_some_and(|n| !n.children.is_empty());
    spec.weigh.nodes.retain(|id, _| has_children(id));
    for (id, method) in &mut spec.weigh.nodes {
        let children = node(id).map_or(&[][..], |n| n.children.as_slice());
        keep_names(method, &|child| {
            children
                .iter()
                .any(|&c| framework.node(c).id.as_str() == child)
        });
    }
    keep_names(&mut spec.weigh.method, &|id| node(id).is_some());
    let depth = framework.nodes().iter().map(|n| n.depth).max().unwrap_or(0);
    spec.aggregate.levels.retain(|level, _| *level < depth);
    let availability = &mut spec.aggregate.availability_levels;
    availability.retain(|level, _| *level < depth);
    spec
}

/// Drops weights named for strangers.
fn keep_names(method: &mut Weighting, is_known: &dyn Fn(&str) -> bool) {
    let keep = |by_id: &mut BTreeMap<String, f64>| by_id.retain(|id, _| is_known(id));
    match method {
        Weighting::Weights(weights) => keep(weights),
        Weighting::BudgetAllocation(experts) => experts.iter_mut().for_each(keep),
        Weighting::Influence(targets) => keep(&mut targets.targets),
        _ => {}
    }
}

//! Every intermediate frame and ledger of a run.

use super::audit::coherence_tables;
use super::survey::SUPPRESSED;
use super::{MISSING, NOT_APPLICABLE, Table, as_written, cell, header, number, optional};
use crate::aggregate::{Aggregation, outranking_matrix};
use crate::explain::contributions;
use crate::frame::{Cell, Column};
use crate::framework::{Framework, Measure};
use crate::ids::NodeIdx;
use crate::normalise::Reference;
use crate::pipeline::{Inputs, Outcome};
use crate::spec::Spec;
use crate::treat::{ColumnTreatment, Step};
use crate::weigh::WeighNote;
use crate::weigh::benefit::benefit_of_the_doubt;

/// Units up to which the matrix of every pair is written.
const MATRIX_LIMIT: usize = 500;

/// Every intermediate frame and ledger, in step order. What people said is told as a
/// bound at the ends of its scale, up to where values become scores.
pub fn stages(inputs: Inputs<'_>, outcome: &Outcome, spec: &Spec) -> Vec<Table> {
    let leaves: Vec<(&str, Measure)> = inputs
        .framework
        .indicators()
        .map(|(node, indicator)| (node.id.as_str(), indicator.measure))
        .collect();
    let told = |unit: usize, column: usize, now: Cell| {
        let checked = outcome.checked.columns().get(column);
        let checked = checked.and_then(|column| column.get(unit).value());
        let (Some(x), Some(&(id, measure))) = (checked, leaves.get(column)) else {
            return cell(now);
        };
        match spec.survey.told(id, measure, x) {
            ("", _) => cell(now),
            (sign, bound) if now == Cell::Value(x) => format!("{sign}{}", number(bound)),
            // What a step made of it would lead back to it.
            _ => SUPPRESSED.to_owned(),
        }
    };
    let frame = |name: &str, columns: &[Column]| frame_table(name, inputs, columns, &told);
    let mut tables = vec![frame("1_checked", outcome.checked.columns())];
    if let Some(prepared) = &outcome.prepared {
        tables.push(frame("2_prepared", prepared.columns()));
        tables.push(screened(inputs, outcome));
    }
    tables.extend([
        frame("2_treated", outcome.treated.columns()),
        treated_columns(inputs.framework, outcome),
        treated_cells(inputs, outcome, &told),
        frame_table(
            "3_normalised",
            inputs,
            outcome.normalised.columns(),
            &|_, _, now| cell(now),
        ),
        normalise_ledger(inputs.framework, outcome),
        weights(inputs.framework, outcome),
        weigh_notes(inputs.framework, outcome),
        node_table("5_scores_by_node", inputs, |i, node| {
            cell(outcome.scores.node(node).get(i))
        }),
    ]);
    tables.extend(relative_tables(inputs, outcome, spec));
    tables.push(contribution_table(inputs, outcome));
    tables.extend(coherence_tables(inputs.framework, outcome, spec));
    tables
}

/// An id as part of a file name.
fn as_file_name(id: &str) -> String {
    let is_safe = |c: char| c.is_alphanumeric() || c == '-';
    id.chars()
        .map(|c| if is_safe(c) { c } else { '_' })
        .collect()
}

/// How a cell is written, by unit and column.
type Text<'a> = &'a dyn Fn(usize, usize, Cell) -> String;

fn frame_table(name: &str, inputs: Inputs<'_>, columns: &[Column], text: Text<'_>) -> Table {
    let mut header = header(&["code"]);
    header.extend(inputs.framework.indicators().map(|(n, _)| n.id.to_string()));
    let rows = inputs.units.list().iter().enumerate().map(|(i, unit)| {
        let cells = columns.iter().enumerate();
        let cells = cells.map(|(c, column)| text(i, c, column.get(i)));
        std::iter::once(unit.code.to_string())
            .chain(cells)
            .collect()
    });
    Table {
        name: name.to_owned(),
        header,
        rows: rows.collect(),
    }
}

fn node_table(
    name: &str,
    inputs: Inputs<'_>,
    mut text: impl FnMut(usize, NodeIdx) -> String,
) -> Table {
    let nodes = inputs.framework.nodes();
    let mut header = header(&["code"]);
    header.extend(nodes.iter().map(|n| n.id.to_string()));
    let mut rows = Vec::with_capacity(inputs.units.len());
    for (i, unit) in inputs.units.list().iter().enumerate() {
        let mut row = vec![unit.code.to_string()];
        row.extend((0..nodes.len()).map(|at| text(i, NodeIdx(at as u32))));
        rows.push(row);
    }
    Table {
        name: name.to_owned(),
        header,
        rows,
    }
}

fn contribution_table(inputs: Inputs<'_>, outcome: &Outcome) -> Table {
    let mut of_unit = (usize::MAX, Vec::new());
    node_table("6_contributions", inputs, |i, node| {
        if of_unit.0 != i {
            let parts = contributions(inputs.framework, &outcome.weights, &outcome.scores, i);
            of_unit = (i, parts);
        }
        number(of_unit.1[node.at()])
    })
}

fn screened(inputs: Inputs<'_>, outcome: &Outcome) -> Table {
    let units = inputs.units.list().iter().zip(&outcome.screened);
    let rows = units.filter_map(|(unit, screened)| {
        Some(vec![unit.code.to_string(), as_written(&(*screened)?)])
    });
    Table {
        name: "2_screened".into(),
        header: header(&["code", "reason"]),
        rows: rows.collect(),
    }
}

fn treated_columns(framework: &Framework, outcome: &Outcome) -> Table {
    let base = outcome.prepared.as_ref().unwrap_or(&outcome.checked);
    let columns = framework
        .indicators()
        .zip(&outcome.treatments)
        .zip(base.columns());
    let rows = columns.map(|(((node, _), treatment), column)| {
        let steps: Vec<String> = treatment.steps.iter().map(as_written).collect();
        let (before, after) = ColumnTreatment::shapes(treatment, column);
        vec![
            node.id.to_string(),
            steps.join(" "),
            optional(before.map(|s| s.skewness)),
            optional(before.map(|s| s.kurtosis)),
            optional(after.map(|s| s.skewness)),
            optional(after.map(|s| s.kurtosis)),
        ]
    });
    Table {
        name: "2_treated_columns".into(),
        header: header(&[
            "indicator",
            "steps",
            "skewness_before",
            "kurtosis_before",
            "skewness_after",
            "kurtosis_after",
        ]),
        rows: rows.collect(),
    }
}

fn treated_cells(inputs: Inputs<'_>, outcome: &Outcome, text: Text<'_>) -> Table {
    let leaves = inputs.framework.leaves();
    let rows = outcome.treat_ledger.iter().filter_map(|touched| {
        let unit = inputs.units.list().get(touched.unit as usize)?;
        let leaf = leaves.get(touched.column as usize)?;
        let (unit_at, column) = (touched.unit as usize, touched.column as usize);
        let told = |x: Option<f64>| text(unit_at, column, x.map_or(Cell::Missing, Cell::Value));
        let (step, method) = match touched.step {
            Step::Imputed(method) => ("imputed", as_written(&method)),
            Step::Winsorised => ("winsorised", String::new()),
            Step::NoTransform => ("no_transform", String::new()),
        };
        Some(vec![
            unit.code.to_string(),
            inputs.framework.node(*leaf).id.to_string(),
            told(touched.before),
            told(touched.after),
            step.to_owned(),
            method,
            touched.donors.to_string(),
        ])
    });
    Table {
        name: "2_treated_ledger".into(),
        header: header(&[
            "code",
            "indicator",
            "before",
            "after",
            "step",
            "method",
            "donors",
        ]),
        rows: rows.collect(),
    }
}

fn normalise_ledger(framework: &Framework, outcome: &Outcome) -> Table {
    let indicators = framework.indicators().zip(&outcome.normalise_ledger);
    let rows = indicators.map(|((node, indicator), scaling)| {
        let mut row = vec![node.id.to_string(), as_written(&indicator.direction)];
        let Some(scaling) = scaling else {
            row.extend(["none", "none", MISSING, MISSING, "0"].map(String::from));
            return row;
        };
        let (kind, first, second) = match scaling.reference {
            Reference::Interval { lower, upper } => ("interval", number(lower), number(upper)),
            Reference::Moments { mean, sd } => ("mean_and_sd", number(mean), number(sd)),
            Reference::Order { n } => ("order", n.to_string(), NOT_APPLICABLE.to_owned()),
        };
        row.extend([
            as_written(&scaling.method),
            kind.to_owned(),
            first,
            second,
            scaling.n_clamped.to_string(),
        ]);
        row
    });
    Table {
        name: "3_normalised_ledger".into(),
        header: header(&[
            "indicator",
            "direction",
            "method",
            "reference",
            "first",
            "second",
            "n_clamped",
        ]),
        rows: rows.collect(),
    }
}

fn weights(framework: &Framework, outcome: &Outcome) -> Table {
    let effective = outcome.weights.effective(framework);
    let rows = framework.nodes().iter().enumerate().map(|(at, node)| {
        let parent = node.parent.map(|p| framework.node(p).id.to_string());
        vec![
            node.id.to_string(),
            parent.unwrap_or_default(),
            number(node.weight),
            number(outcome.weights.share(NodeIdx(at as u32))),
            number(effective[at]),
        ]
    });
    Table {
        name: "4_weights".into(),
        header: header(&["node", "parent", "given", "share", "effective"]),
        rows: rows.collect(),
    }
}

fn weigh_notes(framework: &Framework, outcome: &Outcome) -> Table {
    let rows = outcome.weigh_notes.iter().map(|note| {
        let (WeighNote::Consistency { node, .. }
        | WeighNote::Component { node, .. }
        | WeighNote::Influence { node, .. }) = note;
        vec![framework.node(*node).id.to_string(), as_written(note)]
    });
    Table {
        name: "4_weights_notes".into(),
        header: header(&["node", "note"]),
        rows: rows.collect(),
    }
}

/// What stands behind the scores of methods that compare units.
fn relative_tables(inputs: Inputs<'_>, outcome: &Outcome, spec: &Spec) -> Vec<Table> {
    let framework = inputs.framework;
    let codes: Vec<String> = inputs
        .units
        .list()
        .iter()
        .map(|u| u.code.to_string())
        .collect();
    let mut tables = Vec::new();
    for node in framework.nodes().iter().filter(|n| !n.children.is_empty()) {
        let weighted = node
            .children
            .iter()
            .filter(|&&c| outcome.weights.share(c) > 0.0);
        let children: Vec<(&Column, f64)> = weighted
            .clone()
            .map(|&c| (outcome.scores.node(c), outcome.weights.share(c)))
            .collect();
        match spec.aggregate.method_at(node.depth) {
            Aggregation::Copeland if codes.len() <= MATRIX_LIMIT => {
                let Ok(matrix) = outranking_matrix(&children, codes.len()) else {
                    continue;
                };
                let mut header = header(&["code"]);
                header.extend(codes.iter().cloned());
                let rows = codes.iter().zip(matrix).map(|(code, row)| {
                    let cells = row.into_iter().map(optional);
                    std::iter::once(code.clone()).chain(cells).collect()
                });
                tables.push(Table {
                    name: format!("5_outranking_{}", as_file_name(node.id.as_str())),
                    header,
                    rows: rows.collect(),
                });
            }
            Aggregation::BenefitOfTheDoubt(bounds) => {
                let columns: Vec<&Column> = children.iter().map(|(c, _)| *c).collect();
                let Ok(benefits) = benefit_of_the_doubt(&columns, bounds) else {
                    continue;
                };
                let mut header = header(&["code"]);
                header.extend(weighted.map(|&c| framework.node(c).id.to_string()));
                let rows = codes.iter().zip(benefits).map(|(code, benefit)| {
                    let shares =
                        (0..columns.len()).map(|c| optional(benefit.as_ref().map(|b| b.shares[c])));
                    std::iter::once(code.clone()).chain(shares).collect()
                });
                tables.push(Table {
                    name: format!("5_shares_{}", as_file_name(node.id.as_str())),
                    header,
                    rows: rows.collect(),
                });
            }
            _ => {}
        }
    }
    tables
}

//! `dhi weights`: exact answers about weights, as tables.

use crate::args::WeightsOptions;
use crate::load::{self, Job};
use crate::score::{write, write_table};
use crate::show;
use crate::{Done, Failure};
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::{NodeIdx, UnitCode};
use dhi_engine::pipeline::{self, Inputs};
use dhi_engine::report::{CHEAPEST_HEADER, LIFT_HEADER, Table, WeightQuestions, WeightTableError};
use dhi_engine::weigh::WeightSet;
use dhi_engine::weight_space::{Admissible, PAIRS_LIMIT, Target, cheapest, lift};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file of `--bounds`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Choices {
    bounds: BTreeMap<String, (f64, f64)>,
    order: Vec<(String, String)>,
    costs: BTreeMap<String, f64>,
}

const NO_PAIRS: (&str, &str) = (
    "超过 1000 个村：不写 dominance.csv、rank_range.csv 和三角图",
    "over 1000 villages: dominance.csv, rank_range.csv and the triangle are left out",
);
const NO_LIFT: (&str, &str) = (
    "超过 1000 个村：lift.csv 只写 --unit 点名的村，没有点名",
    "over 1000 villages: lift.csv is for those that --unit names, and none is named",
);
// The texts name it.
const _: () = assert!(PAIRS_LIMIT == 1000);

pub(crate) fn weights(options: &WeightsOptions, language: Language) -> Result<Done, Failure> {
    let Some(job) = load::job(&options.data, language)? else {
        return Ok(Done::Blocked);
    };
    let Job {
        spec,
        dataset,
        period,
        mut findings,
    } = job;
    let surveyed = load::survey(&dataset, &spec, &mut findings)?;
    let inputs = load::inputs(&surveyed.dataset, &period)?;
    let framework = inputs.framework;
    let given = WeightSet::from_framework(framework)?;
    let outcome = pipeline::run(inputs, &given, &spec)?;
    findings.extend(outcome.findings.iter().cloned());
    if show::are_blocking(&findings, language) {
        return Ok(Done::Blocked);
    }
    let unknown = |name: &str| Failure::Unknown(name.to_owned());
    let under = match &options.under {
        Some(id) => framework.find(id).ok_or_else(|| unknown(id))?,
        None => framework.composite(),
    };
    let choices = choices(options)?;
    let admissible = admissible(options, framework, under, &choices)?;
    let pair = match options.pair.as_slice() {
        [a, b] => Some((find(inputs, a)?, find(inputs, b)?)),
        _ => None,
    };
    let named: Vec<usize> = options
        .unit
        .iter()
        .map(|code| find(inputs, code))
        .collect::<Result<_, _>>()?;
    let questions = WeightQuestions {
        inputs,
        outcome: &outcome,
        given: &given,
        spec: &spec,
        under,
        admissible: &admissible,
        line: options.line,
        pair,
        top: options.top,
    };
    let mut tables = vec![questions.flips()?, questions.stability()];
    let mut drawing = None;
    // Beyond a county every pair is too much; the other answers stay.
    if outcome.ranks.order.len() > PAIRS_LIMIT {
        let (zh, en) = NO_PAIRS;
        eprintln!("dhi: {}", show::word(language, zh, en));
    } else {
        tables.push(questions.dominance()?);
        tables.push(questions.rank_range()?);
        if let Some((table, drawn)) = questions.triangle(&named)? {
            tables.push(table);
            drawing = serde_json::to_vec(&drawn).ok();
        }
    }
    if !named.is_empty() {
        tables.push(questions.breakpoints(&named));
    }
    let is_county = inputs.units.len() <= PAIRS_LIMIT;
    if named.is_empty() && !is_county {
        let (zh, en) = NO_LIFT;
        eprintln!("dhi: {}", show::word(language, zh, en));
    }
    let lifted = if named.is_empty() && is_county {
        (0..inputs.units.len()).collect()
    } else {
        named
    };
    let costs = costs(framework, &choices)?;
    tables.extend(lift_tables(&questions, &lifted, &costs, language)?);
    let folder = &options.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    for table in &tables {
        write_table(folder, table)?;
    }
    if let Some(drawing) = drawing {
        write(&folder.join("triangle.json"), &drawing)?;
    }
    let line = format!(
        "{} · {} · {}",
        period,
        framework.node(under).id,
        outcome.digest
    );
    show::summary(&line, &findings, language);
    Ok(Done::Ok)
}

fn find(inputs: Inputs<'_>, code: &str) -> Result<usize, Failure> {
    let found = inputs.units.find(&UnitCode::new(code)?);
    found
        .map(|unit| unit.at())
        .ok_or_else(|| Failure::Unknown(code.to_owned()))
}

fn choices(options: &WeightsOptions) -> Result<Choices, Failure> {
    let Some(path) = &options.bounds else {
        return Ok(Choices::default());
    };
    let text = std::fs::read_to_string(path).map_err(|source| load::file_failure(path, source))?;
    serde_json::from_str(&text).map_err(|e| Failure::Bounds {
        path: path.display().to_string(),
        problem: e.to_string(),
    })
}

fn admissible(
    options: &WeightsOptions,
    framework: &Framework,
    under: NodeIdx,
    choices: &Choices,
) -> Result<Admissible, Failure> {
    let children = &framework.node(under).children;
    let child = |id: &String| {
        let found = framework.find(id);
        let at = found.and_then(|node| children.iter().position(|c| *c == node));
        at.ok_or_else(|| Failure::Unknown(id.clone()))
    };
    let mut bounds = vec![(0.0, 1.0); children.len()];
    for (id, bound) in &choices.bounds {
        bounds[child(id)?] = *bound;
    }
    let order = choices.order.iter();
    let order: Vec<(usize, usize)> = order
        .map(|(a, b)| Ok((child(a)?, child(b)?)))
        .collect::<Result<_, Failure>>()?;
    if children.is_empty() {
        return Ok(Admissible::simplex(0));
    }
    Admissible::new(&bounds, &order).map_err(|e| Failure::Bounds {
        path: options
            .bounds
            .as_ref()
            .map_or_else(String::new, |path| path.display().to_string()),
        problem: e.to_string(),
    })
}

fn costs(framework: &Framework, choices: &Choices) -> Result<BTreeMap<usize, f64>, Failure> {
    let column = |id: &String| {
        let found = framework.find(id).and_then(|n| framework.node(n).column);
        found.ok_or_else(|| Failure::Unknown(id.clone()))
    };
    let costs = choices.costs.iter();
    costs.map(|(id, cost)| Ok((column(id)?, *cost))).collect()
}

fn lift_tables(
    questions: &WeightQuestions<'_>,
    units: &[usize],
    costs: &BTreeMap<usize, f64>,
    language: Language,
) -> Result<Vec<Table>, WeightTableError> {
    let WeightQuestions {
        inputs,
        outcome,
        given,
        spec,
        ..
    } = *questions;
    let (mut lifted, mut combined) = (Vec::new(), Vec::new());
    for &unit in units {
        let targets = [
            ("next_band", Target::next_band(outcome, spec, unit)),
            ("next_unit", Target::next_unit(outcome, spec, unit)),
        ];
        for (name, target) in targets {
            let Some(target) = target else { continue };
            let rows = lift(inputs, outcome, given, spec, unit, target)?;
            lifted.extend(questions.lift_rows(unit, (target, name), language, &rows));
            if !costs.is_empty() {
                let found = cheapest(inputs, outcome, given, spec, unit, target, costs)?;
                combined.extend(questions.combination_rows(unit, name, &found));
            }
        }
    }
    let table = |name: &str, header: &[&str], rows| Table {
        name: name.into(),
        header: header.iter().map(|h| (*h).to_owned()).collect(),
        rows,
    };
    let mut tables = vec![table("lift", &LIFT_HEADER, lifted)];
    if !costs.is_empty() {
        tables.push(table("cheapest", &CHEAPEST_HEADER, combined));
    }
    Ok(tables)
}

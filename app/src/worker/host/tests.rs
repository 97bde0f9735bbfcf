//! What restricts committees is with the data and follows the records at once: wherever a
//! grade stands it is the one that counts, and scores and ranks stay.

use super::*;
use crate::state::facts::{Facts, Register};
use crate::state::view::{Column, Filter};
use crate::worker::protocol::{About, Loaded, Results};
use crate::worker::sign_off::Deed;
use dhi_engine::gate::neutral;
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::rank::Grade;
use dhi_engine::weigh::WeightSet;

const TODAY: &str = "2026-11-28";
const CAUSE: &str = "PLANTED-CAUSE";

fn demonstration() -> Dataset {
    generate(&default_scheme(), DemoOptions::default()).unwrap()
}

fn worker() -> EngineWorker {
    let mut worker = EngineWorker {
        present: None,
        shelf: Shelf::default(),
        books: Books::default(),
        tree: Tree::default(),
        workbooks: Vec::new(),
        job: Rc::default(),
        question: Rc::default(),
        known: Rc::default(),
    };
    worker.shelf.put(demonstration());
    worker
}

fn load(worker: &mut EngineWorker, dataset: &Dataset) -> (Loaded, Results) {
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let request = Request::Load {
        revision: 1,
        dataset: 1,
        ledger: 1,
        today: TODAY.into(),
        kept: vec![1],
        period: dataset.latest().unwrap().0.clone(),
        spec: "{}".into(),
        shares: weights.shares().to_vec(),
        corrections: Vec::new(),
    };
    match worker.answer(request) {
        Ok(Response::Loaded {
            loaded, results, ..
        }) => (*loaded, *results),
        other => panic!("{other:?}"),
    }
}

/// Whether scores or grades are to be computed anew after a deed.
fn does(worker: &mut EngineWorker, act: &str, fields: &[(&str, &str)], file: &str) -> bool {
    let fields = fields.iter().chain(&[("today", TODAY)]);
    let deed = Deed {
        ledger: 1,
        act: act.into(),
        fields: fields.map(|(n, t)| ((*n).into(), (*t).into())).collect(),
        file: file.into(),
    };
    match worker.answer(Request::SignOff(deed)) {
        Ok(Response::SignOff { is_fed, .. }) => is_fed,
        other => panic!("{other:?}"),
    }
}

fn written(worker: &mut EngineWorker, topic: Topic) -> String {
    let request = Request::Write {
        revision: 1,
        topic,
        look: Look::default(),
        about: About::default(),
    };
    match worker.answer(request) {
        Ok(Response::Written { markup, .. }) => markup.concat(),
        other => panic!("{other:?}"),
    }
}

/// Columns nobody has chosen.
const COLUMNS: &str = "rntciesbglv";

fn exported(worker: &mut EngineWorker, columns: &str, language: Language) -> Vec<Vec<String>> {
    let request = Request::Export {
        language,
        preface: Vec::new(),
        columns: columns.into(),
        units: (0..85).collect(),
        as_xlsx: false,
    };
    let Ok(Response::File { bytes, .. }) = worker.answer(request) else {
        panic!("no file");
    };
    let text = String::from_utf8(bytes).unwrap();
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

/// Supervision of the best village, a hold of another committee, a penalty of a person of
/// the third.
fn gates(dataset: &Dataset, units: [usize; 3]) -> String {
    let [capped, held, third] = units.map(|at| dataset.units().list()[at].code.as_str());
    let gate = |village: &str, person: &str, cause: &str| {
        format!(
            r#"{{"village":"{village}","person":"{person}","cause":"{cause}",
            "reason":"{CAUSE}","basis":"{CAUSE}","approver":"a","start":"2026-01-01"}}"#
        )
    };
    let gates = [
        gate(capped, "", "supervised"),
        gate(held, "", "investigation"),
        gate(third, "A-01", "penalty"),
    ];
    format!(r#"{{"gates":[{}]}}"#, gates.join(","))
}

fn native(dataset: &Dataset) -> Outcome {
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let inputs = Inputs::of(dataset, dataset.latest().unwrap().0).unwrap();
    dhi_engine::pipeline::run(inputs, &weights, &Spec::default()).unwrap()
}

/// Heads of an export, and its rows.
fn split(table: &[Vec<String>]) -> (&[String], &[Vec<String>]) {
    let at = table.iter().position(|line| line.len() > 3).unwrap();
    (&table[at], &table[at + 1..])
}

#[test]
fn a_file_has_the_columns_shown_in_their_order_and_the_pages_language() {
    let (dataset, mut worker) = (demonstration(), worker());
    let native = native(&dataset);
    load(&mut worker, &dataset);
    let inputs = Inputs::of(&dataset, dataset.latest().unwrap().0).unwrap();
    let spec = Spec::default();
    let plain = report::scores(inputs, &native, &spec, Language::English);

    // As long as nobody has chosen columns, all of the engine's are there.
    let table = exported(&mut worker, COLUMNS, Language::English);
    let (heads, rows) = split(&table);
    assert_eq!(
        heads[..5],
        ["code", "name", "rank", "rank_in_class", "rank_in_town"]
    );
    let sorted = |heads: &[String]| {
        let mut heads = heads.to_vec();
        heads.sort();
        heads
    };
    assert_eq!(sorted(heads), sorted(&plain.header));
    for (at, head) in heads.iter().enumerate() {
        let from = plain.header.iter().position(|h| h == head).unwrap();
        for (row, native) in rows.iter().zip(&plain.rows) {
            assert_eq!(row[at], native[from], "{head}");
        }
    }

    let table = exported(&mut worker, "rnh1dsgv", Language::Chinese);
    let (heads, rows) = split(&table);
    let framework = dataset.framework();
    let pillar = &framework.node(framework.pillars()[1]).name.zh;
    let periods: Vec<String> = dataset.periods().keys().map(ToString::to_string).collect();
    assert!(periods.len() > 1);
    let mut expected = ["代码", "村", "全县名次", "同类名次", "同镇名次"]
        .map(str::to_owned)
        .to_vec();
    expected.push("名次变化（比方案权重）".to_owned());
    expected.push(format!("{pillar} · 贡献"));
    expected.extend(periods.iter().map(|period| format!("得分 {period}")));
    expected.extend(["得分", "等级", "有值指标数", "适用指标数"].map(str::to_owned));
    assert_eq!(heads, expected);
    let weights = WeightSet::from_framework(framework).unwrap();
    let parts = dhi_engine::explain::pillar_contributions(framework, &weights, &native.scores);
    let score = heads.iter().position(|head| head == "得分").unwrap();
    for (unit, row) in rows.iter().enumerate() {
        // The weights are the scheme's: no rank changes, and the latest period is this one.
        let change = native.ranks.overall[unit].map_or("", |_| "0");
        assert_eq!(row[5], change);
        assert_eq!(row[6], report::number(parts[1][unit]));
        let scored = native.scores.composite().get(unit).value();
        let scored = scored.map(report::number).unwrap_or_default();
        assert_eq!(row[6 + periods.len()], scored);
        assert!(row[score] == scored || scored.is_empty());
    }
}

/// The change of rank is the rank by the scheme's weights less the present one, as a number
/// that reads as one: a sign only below 0. It is what the page shows.
#[test]
fn a_file_has_the_change_of_rank_as_it_is_shown() {
    let (dataset, mut worker) = (demonstration(), worker());
    let (loaded, _) = load(&mut worker, &dataset);
    let equal = WeightSet::equal(dataset.framework()).unwrap();
    let request = Request::Evaluate {
        revision: 1,
        shares: equal.shares().to_vec(),
        places: None,
    };
    let Ok(Response::Evaluated { results, .. }) = worker.answer(request) else {
        panic!("no results");
    };
    let inputs = Inputs::of(&dataset, dataset.latest().unwrap().0).unwrap();
    let spec = Spec::default();
    let now = dhi_engine::pipeline::run(inputs, &equal, &spec).unwrap();
    let before = native(&dataset);
    let register = Register::of(dataset.units());
    let facts = Facts {
        units: dataset.units().list(),
        results: &results,
        loaded: &loaded,
        robust: None,
        past: &[],
        register: &register,
    };
    let table = exported(&mut worker, "nhs", Language::English);
    let (heads, rows) = split(&table);
    assert_eq!(heads[..3], ["code", "name", "rank_change"]);
    let mut signs = [0; 3];
    for (unit, row) in rows.iter().enumerate() {
        let ranks = [&before, &now].map(|run| run.ranks.overall[unit].map(|rank| rank.0));
        let expected = match ranks {
            [Some(before), Some(now)] if before >= now => (before - now).to_string(),
            [Some(before), Some(now)] => format!("-{}", now - before),
            _ => String::new(),
        };
        assert_eq!(row[2], expected, "{row:?}");
        let shown = facts.value(Column::Change, unit);
        if expected.is_empty() {
            assert!(shown.is_nan());
            continue;
        }
        assert_eq!(row[2].parse(), Ok(shown));
        signs[if shown < 0.0 {
            0
        } else {
            1 + usize::from(shown > 0.0)
        }] += 1;
    }
    assert!(signs.iter().all(|n| *n > 0), "{signs:?}");
}

/// A register of 6 columns and 30 indicators by numerator and denominator are 66; beyond
/// what is shown columns are planned all the same.
#[test]
fn a_preview_has_every_column_of_a_wide_table() {
    let mut worker = worker();
    let mut decoded = |n: usize| {
        let row = |word: &str| {
            (0..n)
                .map(|at| format!("{word}{at}"))
                .collect::<Vec<_>>()
                .join(",")
        };
        let text = [row("h"), row("1"), row("2")].join("\n");
        let files = [("wide.csv".to_owned(), text.into_bytes())];
        match worker.decode(&files, None) {
            Response::Decoded {
                plans, previews, ..
            } => (plans[0].columns.len(), previews[0].rows[0].1.len()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(decoded(66), (66, 66));
    assert_eq!(
        decoded(PREVIEW_COLUMNS + 5),
        (PREVIEW_COLUMNS + 5, PREVIEW_COLUMNS)
    );
}

#[test]
fn rows_follow_the_records_and_scores_and_ranks_stay() {
    let (dataset, mut worker) = (demonstration(), worker());
    let native = native(&dataset);
    let [best, held, third] = [0, 1, 2].map(|place| native.ranks.order[place] as usize);
    let n_bands = Spec::default().bands.list().len();
    let mut by_band = vec![0; n_bands];
    for grade in &native.grades {
        if let Grade::Band(at) = grade {
            by_band[*at as usize] += 1;
        }
    }
    // The best is rated 健康, so that a cap at 关注 has something to do.
    assert_eq!(native.grades[best], Grade::Band(0));

    let (loaded, before) = load(&mut worker, &dataset);
    assert!(loaded.limits.is_empty());
    let table = exported(&mut worker, COLUMNS, Language::English);
    let header = table.into_iter().find(|l| l.contains(&"code".to_owned()));
    assert!(!header.unwrap().contains(&"cap".to_owned()));
    assert!(!written(&mut worker, Topic::Overview).contains("封顶"));

    does(&mut worker, "who", &[("role", "discipline")], "");
    let file = gates(&dataset, [best, held, third]);
    let name = [("file", "gates.json")];
    assert!(does(&mut worker, "decide", &name, &file));
    let (loaded, after) = load(&mut worker, &dataset);
    // The same once more changes nothing, nor does another who looks.
    assert!(!does(&mut worker, "show", &[("value", "")], ""));
    assert!(!does(&mut worker, "who", &[("role", "auditor")], ""));
    assert_eq!(before, after);
    let mut expected = [[best as u32, 1, 0], [held as u32, 0, 1]];
    expected.sort_unstable();
    assert_eq!(loaded.limits, expected);

    // Rows: sorted and narrowed by the grade that counts.
    let register = Register::of(dataset.units());
    let facts = Facts {
        units: dataset.units().list(),
        register: &register,
        results: &after,
        loaded: &loaded,
        robust: None,
        past: &[],
    };
    assert_eq!(facts.value(Column::Grade, best), 1.0);
    assert_eq!(facts.value(Column::Grade, held), 0.0);
    for (grade, n) in [("0", by_band[0] - 1), ("1", by_band[1] + 1)] {
        let filter = Filter {
            grade: grade.into(),
            ..Filter::default()
        };
        let rows = facts.rows(&filter, &[]);
        assert_eq!(rows.len(), n);
        assert_eq!(rows.contains(&(best as u32)), grade == "1");
    }

    let standing = worker.present.as_ref().unwrap().standing();
    let capped = [
        [by_band[0] as u32 - 1, by_band[1] as u32 + 1].as_slice(),
        &[],
    ]
    .concat();
    assert_eq!((&standing.bands[..2], standing.n_capped), (&capped[..], 1));
    let overview = written(&mut worker, Topic::Overview);
    assert!(overview.contains("1 个村的等级受限制性情形封顶"));
    let summary = written(&mut worker, Topic::Summary(best as u32));
    let mark = "title=\"受限制性情形封顶，得分和名次不变；按得分：健康\"";
    assert!(
        summary.contains(mark) && summary.contains("关注*"),
        "{summary}"
    );
    let others = [held as u32, best as u32, u32::MAX, u32::MAX];
    assert_eq!(
        written(&mut worker, Topic::Compare(others))
            .matches(mark)
            .count(),
        1
    );

    let table = exported(&mut worker, COLUMNS, Language::Chinese);
    let is_head = |line: &&Vec<String>| line.contains(&"代码".to_owned());
    let header = table.iter().find(is_head).unwrap();
    let column = |name: &str| header.iter().position(|head| head == name).unwrap();
    let columns = ["按得分的等级", "等级", "封顶原因", "全县名次"].map(column);
    let code_at = column("代码");
    let row = |unit: usize| {
        let code = dataset.units().list()[unit].code.as_str();
        let row = table
            .iter()
            .find(|row| row.get(code_at).is_some_and(|c| c == code))
            .unwrap();
        columns.map(|at| row[at].as_str())
    };
    assert_eq!(row(best), ["健康", "关注", "挂牌督办或长期逾期", "1"]);
    assert_eq!(row(held), ["健康", "健康", "", "2"]);
    let all = [table.concat().concat(), overview, summary].concat();
    for secret in [CAUSE, "立案", "处分", neutral(Language::Chinese)] {
        assert!(!all.contains(secret), "{secret}");
    }

    // What goes is gone at once.
    does(&mut worker, "who", &[("role", "discipline")], "");
    assert!(does(&mut worker, "drop", &[("value", "0")], ""));
    let (loaded, _) = load(&mut worker, &dataset);
    assert!(loaded.limits.is_empty());
}

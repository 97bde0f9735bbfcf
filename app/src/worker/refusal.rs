//! Why a specification is refused, in both languages and with the place named.
//! Lives beside the engine, so that the page stays small.

use super::protocol::Refusal;
use crate::bidi::isolated;
use dhi_engine::aggregate::AggregateError;
use dhi_engine::framework::{Framework, Language, Node};
use dhi_engine::periods::NoChange;
use dhi_engine::pipeline::PipelineError;
use dhi_engine::spec::SpecError;
use dhi_engine::weigh::ahp::AhpError;
use dhi_engine::weigh::benefit::BenefitError;
use dhi_engine::weigh::influence::InfluenceError;
use dhi_engine::weigh::objective::ObjectiveError;
use dhi_engine::weigh::{WeighError, WeightingError};
use std::borrow::Cow;

/// What a number must be, as the engine says it and in Chinese.
const NEEDS: [(&str, &str); 15] = [
    ("a finite number above 0", "大于 0 的有限数"),
    ("a finite number ≥ 0", "不小于 0 的有限数"),
    ("a finite number other than 0", "不等于 0 的有限数"),
    ("a finite number", "有限数"),
    ("between 0 and 1", "0 到 1 之间"),
    ("between -5 and 5", "−5 到 5 之间"),
    ("at least 1", "至少 1"),
    ("above the first number", "大于第一个数"),
    ("at least the lower bound", "不小于下限"),
    ("at least the indifference", "不小于无差异阈值"),
    ("between -1 and 1", "−1 到 1 之间"),
    ("below `collinear`", "小于重复的界限"),
    ("at most 1", "不大于 1"),
    ("at least 2", "至少 2"),
    ("a sum of 1", "合计为 1"),
];

/// What a name must be one of.
const KINDS: [(&str, &str); 5] = [
    ("an indicator of the framework", "指标体系中的指标"),
    ("a node with children", "有下级的节点"),
    ("a unit of the register", "名册中的村"),
    ("a level with children", "有下级的层级"),
    ("a question of `survey.questions`", "测评问题表中的问题"),
];

fn in_chinese<'a>(english: &'a str, table: &[(&'static str, &'a str)]) -> &'a str {
    let found = table.iter().find(|(en, _)| *en == english);
    found.map_or(english, |(_, zh)| zh)
}

fn refusal(place: impl Into<String>, zh: String, en: String) -> Refusal {
    let place = place.into();
    Refusal { place, zh, en }
}

/// A specification that cannot be read or makes no sense; `json` is its text.
pub fn of_spec(error: &SpecError, json: &str) -> Refusal {
    match error {
        SpecError::Range {
            place,
            value,
            needs,
        } => refusal(
            place,
            format!("现为 {value}，应为{}。", in_chinese(needs, &NEEDS)),
            format!("It is {value}, but must be {needs}."),
        ),
        SpecError::Unknown { place, id, of } => refusal(
            place,
            format!("“{}”不是{}。", isolated(id), in_chinese(of, &KINDS)),
            format!("“{}” is not {of}.", isolated(id)),
        ),
        SpecError::Json {
            line,
            column,
            message,
        } => of_json(json, *line, *column, message),
        other => refusal("", format!("不能使用：{other}"), other.to_string()),
    }
}

fn of_json(json: &str, line: usize, column: usize, message: &str) -> Refusal {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = isolated(message.split('`').nth(1).unwrap_or_default());
    let expected = isolated(message.split("expected ").nth(1).unwrap_or_default());
    let starts = |with| message.starts_with(with);
    let told = isolated(message);
    let (zh, en) = if starts("unknown field") {
        (
            format!("没有名为“{quoted}”的键；可用的键：{expected}"),
            format!("There is no key “{quoted}”; expected {expected}"),
        )
    } else if starts("unknown variant") {
        (
            format!("没有名为“{quoted}”的方法或选项；可用的有：{expected}"),
            format!("There is no method or option “{quoted}”; expected {expected}"),
        )
    } else if starts("missing field") {
        (format!("缺少“{quoted}”"), format!("“{quoted}” is missing"))
    } else if starts("invalid") {
        (
            format!("值的类型或大小不对（{told}）"),
            format!("The value is of the wrong type or size ({told})"),
        )
    } else if starts("bands must") {
        (
            "各等级的起点应依次下降，只有最后一级没有起点".into(),
            "The bands must begin at falling scores, and only the last one at none".into(),
        )
    } else {
        (
            format!("不是正确的 JSON（{told}）"),
            format!("This is not correct JSON ({told})"),
        )
    };
    refusal(
        path_at(json, line, column),
        format!("{zh}。第 {line} 行第 {column} 列。"),
        format!("{en}. Line {line}, column {column}."),
    )
}

/// The path of keys at a position of a JSON text, as far as it can be read.
fn path_at(json: &str, line: usize, column: usize) -> String {
    let before = json.split_inclusive('\n').take(line.saturating_sub(1));
    let before: usize = before.map(str::len).sum();
    let end = (before + column).min(json.len());
    // One entry per open bracket: the key or position being read.
    let mut open: Vec<(bool, String)> = Vec::new();
    let (mut text, mut is_text, mut is_escaped, mut is_key) = (Vec::new(), false, false, false);
    for &byte in &json.as_bytes()[..end] {
        if is_text {
            match byte {
                b'"' if !is_escaped => {
                    is_text = false;
                    if let Some((true, key)) = open.last_mut().filter(|_| is_key) {
                        *key = String::from_utf8_lossy(&text).into_owned();
                    }
                }
                _ => text.push(byte),
            }
            is_escaped = byte == b'\\' && !is_escaped;
            continue;
        }
        match byte {
            b'"' => {
                is_text = true;
                text.clear();
            }
            b'{' => {
                open.push((true, String::new()));
                is_key = true;
            }
            b'[' => open.push((false, "0".into())),
            b'}' | b']' if open.len() > 1 => {
                open.pop();
            }
            b':' => is_key = false,
            b',' => match open.last_mut() {
                Some((false, at)) => *at = (at.parse::<usize>().unwrap_or(0) + 1).to_string(),
                _ => is_key = true,
            },
            _ => {}
        }
    }
    let keys = open.iter().map(|(_, key)| key.as_str());
    let keys: Vec<&str> = keys.filter(|k| !k.is_empty()).collect();
    keys.join(".")
}

/// A specification that makes sense but cannot be computed with this data.
pub fn of_run(error: &PipelineError, framework: &Framework) -> Refusal {
    match error {
        PipelineError::Spec(error) => of_spec(error, ""),
        PipelineError::Weighting { node, source } => {
            let (zh, en) = weighting(source, find(framework, node), framework);
            refusal(format!("weigh.nodes.{node}"), zh, en)
        }
        PipelineError::Aggregate { node, source } => {
            let found = find(framework, node);
            let level = found.map_or(0, |n| n.depth);
            let (zh, en) = aggregation(*source);
            let (zh_name, en_name) = names(found, node);
            refusal(
                format!("aggregate.levels.{level}"),
                format!("合成“{zh_name}”时：{zh}"),
                format!("Aggregating “{en_name}”: {en}"),
            )
        }
        PipelineError::WeightSet(error) => {
            let (zh, en) = weights(*error, framework);
            refusal("weigh", zh, en)
        }
        other => refusal("", format!("不能计算：{other}"), other.to_string()),
    }
}

/// Why a change is not divided between its causes.
pub fn of_change(error: &NoChange, framework: &Framework) -> Refusal {
    match error {
        NoChange::NotRegistered(_) => refusal(
            "",
            "该村不在其中一期的名册中。".into(),
            "The village is not in the register of one of the periods.".into(),
        ),
        NoChange::NoScore(_) => refusal(
            "",
            "该村在其中一期没有得分。".into(),
            "The village has no score in one of the periods.".into(),
        ),
        NoChange::NoScoreBetween => refusal(
            "",
            "两期数据混合后没有得分，无法分解。".into(),
            "A mixture of both periods has no score, so the change cannot be divided.".into(),
        ),
        NoChange::Mixture(error) => of_run(error, framework),
        other => refusal("", format!("{other}。"), format!("{other}.")),
    }
}

fn find<'a>(framework: &'a Framework, id: &str) -> Option<&'a Node> {
    framework.find(id).map(|at| framework.node(at))
}

/// A node's names, or its code, which turn nothing of the sentences they stand in.
fn names<'a>(node: Option<&'a Node>, id: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    let name = |language| isolated(node.map_or(id, |n| n.name.get(language)));
    (name(Language::Chinese), name(Language::English))
}

/// Name of a node's child in both languages.
fn child<'a>(
    node: Option<&Node>,
    framework: &'a Framework,
    at: usize,
) -> (Cow<'a, str>, Cow<'a, str>) {
    let child = node.and_then(|n| n.children.get(at));
    names(child.map(|&c| framework.node(c)), "?")
}

fn weighting(error: &WeightingError, node: Option<&Node>, f: &Framework) -> (String, String) {
    let (zh_parent, en_parent) = names(node, "?");
    let (zh, en) = match error {
        WeightingError::Data(error) | WeightingError::Influence(InfluenceError::Data(error)) => {
            objective(*error, node, f)
        }
        WeightingError::Ahp(error) => judgements(*error, node, f),
        WeightingError::Inconsistent { ratio, most, worst } => {
            let [a, b, c] = worst.map(|at| child(node, f, at));
            (
                format!(
                    "一致性比率为 {ratio:.3}，超过 {most}；“{}”“{}”“{}”之间的判断最矛盾。",
                    a.0, b.0, c.0
                ),
                format!(
                    "The consistency ratio is {ratio:.3}, above {most}; the judgements between \
                     “{}”, “{}” and “{}” contradict each other most.",
                    a.1, b.1, c.1
                ),
            )
        }
        WeightingError::Influence(InfluenceError::Targets) => (
            "目标影响应为不小于 0 且不全为 0 的数，每个下级一个。".into(),
            "The targets must be numbers ≥ 0, one for each child, and not all 0.".into(),
        ),
        WeightingError::Influence(InfluenceError::Unreachable { gap, .. }) => (
            format!("没有权重能达到目标影响，最接近的仍差 {gap:.4}。"),
            format!("No weights reach these influences; the nearest still miss one by {gap:.4}."),
        ),
        WeightingError::Weights(error) => weights(*error, f),
        WeightingError::NotAChild(id) => {
            let (zh, en) = names(find(f, id), id);
            (
                format!("“{zh}”不是它的下级。"),
                format!("“{en}” is not one of its children."),
            )
        }
        other => (format!("{other}。"), format!("{other}.")),
    };
    (
        format!("为“{zh_parent}”的下级赋权时：{zh}"),
        format!("Weighing the children of “{en_parent}”: {en}"),
    )
}

fn objective(error: ObjectiveError, node: Option<&Node>, f: &Framework) -> (String, String) {
    match error {
        ObjectiveError::TooFewUnits(n) => (
            format!("每个下级都有得分的村只有 {n} 个，至少要 2 个。"),
            format!("Only {n} villages have a score of every child; at least 2 are needed."),
        ),
        ObjectiveError::NotPositive(at) => {
            let (zh, en) = child(node, f, at);
            (
                format!("“{zh}”有等于或低于 0 的得分，这个方法不能用。"),
                format!("“{en}” has scores at or below 0, which this method cannot use."),
            )
        }
        ObjectiveError::NoConflict => (
            "各下级完全相关，没有冲突可据以定权。".into(),
            "The children are all perfectly correlated: there is no conflict to weigh them by."
                .into(),
        ),
        ObjectiveError::AllConstant => (
            "各下级的得分都没有差别。".into(),
            "No child tells any villages apart.".into(),
        ),
        other => (format!("{other}。"), format!("{other}.")),
    }
}

fn judgements(error: AhpError, node: Option<&Node>, f: &Framework) -> (String, String) {
    match error {
        AhpError::Shape => (
            "判断矩阵的行数、列数应与下级个数相同，至少 2 个。".into(),
            "The judgements need as many rows and columns as there are children, at least 2."
                .into(),
        ),
        AhpError::NotPositive { row, column } => {
            let (a, b) = (child(node, f, row), child(node, f, column));
            (
                format!("“{}”对“{}”的判断不是正数。", a.0, b.0),
                format!("The judgement of “{}” over “{}” is not positive.", a.1, b.1),
            )
        }
        AhpError::NotReciprocal { row, column } => {
            let (a, b) = (child(node, f, row), child(node, f, column));
            (
                format!("“{}”与“{}”的两个判断不互为倒数。", a.0, b.0),
                format!(
                    "The two judgements of “{}” and “{}” are not reciprocal.",
                    a.1, b.1
                ),
            )
        }
        other => (format!("{other}。"), format!("{other}.")),
    }
}

fn weights(error: WeighError, f: &Framework) -> (String, String) {
    match error {
        WeighError::BadWeight(node) => {
            let (zh, en) = names(f.nodes().get(node.at()), "?");
            (
                format!("“{zh}”的权重不是不小于 0 的有限数。"),
                format!("The weight of “{en}” is not a finite number ≥ 0."),
            )
        }
        WeighError::ZeroWeights(node) => {
            let (zh, en) = names(f.nodes().get(node.at()), "?");
            (
                format!("“{zh}”的下级权重全为 0。"),
                format!("The children of “{en}” have no weight at all."),
            )
        }
        other => (format!("{other}。"), format!("{other}.")),
    }
}

fn aggregation(error: AggregateError) -> (String, String) {
    match error {
        AggregateError::TooManyUnits { n_units, limit } => (
            format!("{n_units} 个村太多，两两比较的上限是 {limit} 个。"),
            format!("{n_units} villages are too many to compare every pair; the limit is {limit}."),
        ),
        AggregateError::Benefit(BenefitError::Negative(_)) => (
            "有下级得分低于 0，这个方法不能用。".into(),
            "A child has scores below 0, which this method cannot use.".into(),
        ),
        AggregateError::Benefit(BenefitError::Bounds(n)) => (
            format!("份额的上下限对 {n} 个下级没有可行解。"),
            format!("The bounds on the shares leave no solution for {n} children."),
        ),
        other => (format!("{other}。"), format!("{other}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::spec::Spec;

    fn refused(json: &str) -> Refusal {
        of_spec(&Spec::from_json(json).unwrap_err(), json)
    }

    #[test]
    fn the_place_is_named() {
        for (json, place) in [
            (r#"{ "scael": 1 }"#, "scael"),
            (r#"{ "scale": -1 }"#, "scale"),
            (
                "{\n \"impute\": {\n  \"method\": \"guess\" } }",
                "impute.method",
            ),
            (
                r#"{ "impute": { "method": "mean", "indicators": { "a": { "nearest_neighbours": { "kk": 1 } } } } }"#,
                "impute.indicators.a.nearest_neighbours.kk",
            ),
            (
                r#"{ "screen": { "keep": ["x", "\"y", 3] } }"#,
                "screen.keep.2",
            ),
            (
                r#"{ "check": { "floors": { "overall": 2 } } }"#,
                "check.floors.overall",
            ),
        ] {
            assert_eq!(refused(json).place, place, "{json}");
        }
        assert_eq!(refused("{ nonsense").place, "");
    }

    /// Each text of a user that turns the direction is closed before the sentence goes on.
    #[test]
    fn what_users_wrote_turns_nothing_of_the_sentence() {
        let shown = "\u{2068}甲\u{202e}\u{2069}";
        for json in [
            "{ \"甲\u{202e}\": 1 }",
            "{ \"impute\": { \"method\": \"甲\u{202e}\" } }",
        ] {
            let refusal = refused(json);
            for language in [Language::Chinese, Language::English] {
                let words = refusal.words(language);
                assert!(words.contains(shown), "{words:?}");
                crate::bidi::check(&words);
            }
        }
        let mut node = dhi_engine::scheme::default_scheme().nodes()[1].clone();
        node.name = serde_json::from_str("{\"zh\":\"甲\u{202e}\",\"en\":\"甲\u{202e}\"}").unwrap();
        assert_eq!(names(Some(&node), "a"), (shown.into(), shown.into()));
        assert_eq!(names(None, "甲\u{202e}"), (shown.into(), shown.into()));
    }

    /// Nothing the engine asks of a number is left in English.
    #[test]
    fn every_range_is_told_in_chinese() {
        for json in [
            r#"{ "scale": 0 }"#,
            r#"{ "rank": { "tolerance": -1 } }"#,
            r#"{ "denominate": { "a": { "by": "population", "per": 0 } } }"#,
            r#"{ "normalise": { "method": { "z_score": { "sd": 0 } } } }"#,
            r#"{ "normalise": { "range": [1, 0] } }"#,
            r#"{ "check": { "floors": { "pillar": -1 } } }"#,
            r#"{ "treat": { "method": { "box_cox": { "lambda": 9 } } } }"#,
            r#"{ "impute": { "method": { "nearest_neighbours": { "k": 0 } } } }"#,
            r#"{ "aggregate": { "method": { "benefit_of_the_doubt": { "lower": 0.5, "upper": 0.1 } } } }"#,
            r#"{ "aggregate": { "method": { "promethee": { "preference": { "linear": { "indifference": 2, "preference": 1 } } } } } }"#,
            r#"{ "survey": { "min_class": 1 } }"#,
            r#"{ "survey": { "shares": { "甲": 0.5 } } }"#,
            r#"{ "coherence": { "weak": 3 } }"#,
            r#"{ "coherence": { "negative": 0.95 } }"#,
            r#"{ "coherence": { "alpha": 2 } }"#,
        ] {
            let zh = refused(json).zh;
            assert!(!zh.chars().any(|c| c.is_ascii_alphabetic()), "{zh}");
        }
    }
}

//! Judgements in pairs: the matrix, its consistency in numbers and in words.

use super::super::html::{Head, Html};
use super::super::{Scene, filled};
use super::{fixed, group_choice, offer, option};
use crate::i18n::{Told, percent1};
use crate::worker::lab::Judged;

const NUMBER: &str = "td class=\"number\"";
/// Consistency ratio below which judgements are usually used (Saaty).
const USUAL: f64 = 0.1;

/// A judgement on Saaty's scale, as people write it.
fn ratio(judged: f64) -> String {
    if judged >= 1.0 {
        format!("{judged:.0}")
    } else {
        format!("1/{:.0}", 1.0 / judged)
    }
}

/// The matrix with its outcome.
pub fn judge(scene: &Scene<'_>, html: &mut Html, judged: &Judged, is_fixed: bool) {
    html.el("p class=\"hint\"", scene.t(Told::JudgeHint))
        .open("div class=\"toolbar\" data-resets");
    group_choice(scene, html, Some(judged.node), false);
    html.close("div");
    fixed(scene, html, is_fixed);
    matrix(scene, html, judged);
    outcome(scene, html, judged, is_fixed);
}

fn matrix(scene: &Scene<'_>, html: &mut Html, judged: &Judged) {
    let children = &scene.framework.node(judged.node).children;
    let mut head = vec![Head::Text(scene.t(Told::JudgeCorner))];
    head.extend(children.iter().map(|c| Head::Number(scene.node(*c))));
    head.push(scene.number(Told::LetterWeight));
    html.table(
        scene.t(Told::Judge),
        "table class=\"table lab__matrix\"",
        &head,
    );
    let mut at = 0;
    for (row, child) in children.iter().enumerate() {
        html.raw("<tr><th scope=\"row\">")
            .text(scene.node(*child))
            .raw("</th>");
        for (column, other) in children.iter().enumerate() {
            let value = judged.matrix[row][column];
            if row >= column {
                html.el(NUMBER, &ratio(value));
                continue;
            }
            at += 1;
            let place = at.to_string();
            let values = [
                ("a", scene.node(*child).to_owned()),
                ("b", scene.node(*other).to_owned()),
            ];
            html.raw("<td class=\"number\"><select")
                .attr("id", &["lab-", &place].concat())
                .attr("data-about", &place)
                .attr("aria-label", &filled(scene.t(Told::JudgePair), &values))
                .raw(">");
            for step in -8_i32..=8 {
                let size = f64::from(step.abs() + 1);
                let judgement = if step > 0 { 1.0 / size } else { size };
                let is_chosen = (judgement - value).abs() < 1e-9;
                option(html, &judgement.to_string(), &ratio(judgement), is_chosen);
            }
            html.raw("</select></td>");
        }
        let weight = judged.outcome.weights[row];
        html.raw("<td class=\"number\"")
            .attr("data-weight", &weight.to_string())
            .raw(">")
            .text(&percent1(weight))
            .raw("</td>")
            .close("tr");
    }
    html.end_table();
}

fn outcome(scene: &Scene<'_>, html: &mut Html, judged: &Judged, is_fixed: bool) {
    let outcome = &judged.outcome;
    let is_consistent = outcome.consistency_ratio.is_some_and(|ratio| ratio < USUAL);
    let ratio = outcome.consistency_ratio;
    html.open("dl class=\"facts\" data-testid=\"consistency\"")
        .fact("λmax", &format!("{:.4}", outcome.lambda_max));
    let index = format!("{:.4}", outcome.consistency_index);
    scene.fact(html, Told::JudgeIndex, &index);
    let shown = ratio.map_or_else(|| "—".into(), |ratio| format!("{ratio:.4}"));
    scene.fact(html, Told::JudgeRatio, &shown);
    html.close("dl");
    let children = &scene.framework.node(judged.node).children;
    let name = |at: usize| children.get(at).map_or("", |c| scene.node(*c)).to_owned();
    let class = if is_consistent {
        "p class=\"notice notice--good\" role=\"status\""
    } else {
        "p class=\"notice\" role=\"status\""
    };
    let mut words = match ratio {
        Some(_) if is_consistent => scene.t(Told::JudgeGood).to_owned(),
        Some(_) => scene.t(Told::JudgeBad).to_owned(),
        None => scene.t(Told::JudgeUnknown).to_owned(),
    };
    if let Some(worst) = outcome.worst.filter(|_| !is_consistent) {
        let values = [
            ("a", name(worst.items[0])),
            ("b", name(worst.items[1])),
            ("c", name(worst.items[2])),
        ];
        words.push_str(&filled(scene.t(Told::JudgeWorst), &values));
    }
    html.el(class, &words);
    if is_consistent && !is_fixed {
        let by = ["AHP · ", scene.node(judged.node)].concat();
        html.open("div class=\"toolbar\"");
        offer(scene, html, Told::LabTake, (&by, &judged.shares), false);
        html.close("div");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn judgements_are_written_as_people_do() {
        assert_eq!([1.0, 9.0, 1.0 / 3.0].map(super::ratio), ["1", "9", "1/3"]);
    }
}

//! The framework as a tree that can be changed: every node a button that opens its
//! fields, what the draft differs in, and what it would change.

use super::html::Html;
use super::lab::option;
use super::plot::{self, Plot};
use super::{Scene, filled, framework, village_link};
use crate::i18n::{Told, percent1, value};
use crate::worker::tree::{
    Change, DIRECTIONS, Effect, FREQUENCIES, Fault, MEASURES, Row, TRANSFORMATIONS, Tree, Trial,
    below, number,
};
use dhi_engine::distribution::quartiles;
use dhi_engine::framework::{Direction, Frequency, Measure, Transformation};

/// Differences listed; the rest is counted.
const LISTED: usize = 40;

/// What is written about.
pub struct Facts<'a> {
    /// The editor.
    pub tree: &'a Tree,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What differs from the present framework.
    pub changes: Vec<Change>,
    /// Values of the open indicator before they are treated; none where it is new.
    pub values: Option<Vec<f64>>,
}

impl Facts<'_> {
    fn fault(&self) -> Option<&Fault> {
        match &self.tree.trial {
            _ if self.tree.refused.is_some() => self.tree.refused.as_ref(),
            Some(Trial::Unsound(fault)) => Some(fault),
            _ => None,
        }
    }

    fn name(&self, scene: &Scene<'_>, id: &str) -> String {
        if let Some(row) = self.rows.iter().find(|row| row.id == id) {
            let [zh, en] = [row.text("zh"), row.text("en")];
            let name = scene.either(zh, en);
            let name = if name.is_empty() { zh } else { name };
            return if name.is_empty() { id } else { name }.to_owned();
        }
        let gone = scene.framework.find(id).map(|node| scene.node(node));
        gone.unwrap_or(id).to_owned()
    }

    /// Share of a node beside its siblings; none where a weight is no number.
    fn share(&self, row: &Row) -> Option<f64> {
        let siblings = self.rows.iter().filter(|other| other.parent == row.parent);
        let weights: Option<Vec<f64>> = siblings.map(|s| number(s.text("weight"))).collect();
        let sum = weights?.iter().sum::<f64>();
        let share = number(row.text("weight"))? / sum;
        share.is_finite().then_some(share)
    }
}

/// A button of the editor, of which there is one, so that the focus finds it again.
fn button(html: &mut Html, class: &str, act: &str, id: &str, words: &str) {
    html.raw("<button type=\"button\"")
        .attr("class", class)
        .attr("id", &["fw-", act].concat())
        .attr("data-act", act)
        .attr("data-value", id)
        .raw(">")
        .text(words)
        .close("button");
}

/// The whole editor below its heading.
pub fn tree(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    html.open("div class=\"tree__pair\"");
    draft(scene, html, facts);
    html.open("ul class=\"tree\" data-testid=\"tree-nodes\"");
    for row in facts.rows.iter().filter(|row| row.parent.is_none()) {
        node(scene, html, facts, row);
    }
    html.close("ul").close("div");
}

/// A node, its fields where they are open, and what is below it.
fn node(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, row: &Row) {
    let is_open = facts.tree.open == row.id;
    html.open_with("li", "data-node", &row.id)
        .open("div class=\"tree__row\"")
        .raw("<button type=\"button\" class=\"button tree__name\" data-act=\"open\"")
        .attr("id", &["fw-open-", &row.id].concat())
        .attr("data-value", &row.id)
        .attr("aria-expanded", if is_open { "true" } else { "false" })
        .raw("><span aria-hidden=\"true\">")
        .raw(if is_open { "▾ " } else { "▸ " })
        .raw("</span>")
        .text(&facts.name(scene, &row.id))
        .close("button");
    if row.parent.is_some() {
        let share = facts.share(row).map_or_else(|| "—".to_owned(), percent1);
        html.el("span class=\"tree__share\"", &share);
    }
    if row.is_indicator {
        html.open("span class=\"tree__about\"");
        let ends = [row.text("lower"), row.text("upper")];
        let measure = chosen(&MEASURES, row.text("measure"));
        let direction = chosen(&DIRECTIONS, row.text("direction"));
        html.text(direction.map_or("", |d| scene.t(framework::direction(d))));
        if ends != ["", ""] {
            html.text(" · ").text(&ends.join("–"));
        }
        html.text(" ")
            .text(measure.map_or("", |m| scene.t(framework::measure(m))))
            .close("span");
    }
    if facts.fault().is_some_and(|fault| fault.id == row.id) {
        html.el(
            "span class=\"severity severity--blocking\"",
            scene.either("■ 有误", "■ wrong"),
        );
    } else if facts.changes.iter().any(|change| change.id == row.id) {
        html.el("span class=\"mark\"", scene.either("有改动", "changed"));
    }
    html.close("div");
    if is_open {
        fields(scene, html, facts, row);
    }
    let children = facts.rows.iter();
    let mut children = children
        .filter(|child| child.parent.as_ref() == Some(&row.id))
        .peekable();
    if children.peek().is_some() {
        html.open("ul");
        for child in children {
            node(scene, html, facts, child);
        }
        html.close("ul");
    }
    html.close("li");
}

fn chosen<T: Copy>(table: &[(&'static str, T)], word: &str) -> Option<T> {
    let found = table.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value)
}

/// What a field is called.
fn label<'a>(scene: &Scene<'_>, name: &str) -> &'a str {
    match name {
        "id" => scene.either("编号（导入数据时用）", "Id (for importing data)"),
        "zh" => scene.either("中文名称", "Name in Chinese"),
        "en" => scene.either("英文名称", "Name in English"),
        "weight" => scene.either("权重（同级只看比例）", "Weight (only proportions count)"),
        "parent" => scene.either("上级", "Parent"),
        "direction" => scene.t(Told::Direction),
        "measure" => scene.either("计量", "Measure"),
        "lower" => scene.either("下限", "Lower goalpost"),
        "upper" => scene.either("上限", "Upper goalpost"),
        "transformation" => scene.either("变换", "Transformation"),
        "numerator" => scene.either("分子", "Numerator"),
        "denominator" => scene.either("分母", "Denominator"),
        "source" => scene.t(Told::Source),
        "frequency" => scene.t(Told::Frequency),
        "office" => scene.t(Told::Office),
        "order" => scene.either("下级次序", "Order of children"),
        "added" => scene.either("新增于", "Added to"),
        "removed" => scene.either("删除，原在", "Removed from"),
        _ => "",
    }
}

/// Words for what is chosen in a field.
fn words<'a>(scene: &Scene<'_>, name: &str, text: &'a str) -> &'a str {
    match name {
        "direction" => {
            chosen(&DIRECTIONS, text).map_or(text, |d: Direction| scene.t(framework::direction(d)))
        }
        "measure" => {
            chosen(&MEASURES, text).map_or(text, |m: Measure| scene.t(framework::measure(m)))
        }
        "transformation" => match chosen(&TRANSFORMATIONS, text) {
            Some(Transformation::Ln) => scene.either("自然对数", "natural logarithm"),
            Some(Transformation::None) => scene.either("无", "none"),
            None => text,
        },
        "frequency" => match chosen(&FREQUENCIES, text).flatten() {
            Some(Frequency::Monthly) => scene.t(Told::Monthly),
            Some(Frequency::Quarterly) => scene.t(Told::Quarterly),
            Some(Frequency::HalfYearly) => scene.t(Told::HalfYearly),
            Some(Frequency::Yearly) => scene.t(Told::Yearly),
            None => "—",
        },
        _ => text,
    }
}

/// Begins a field with its label.
fn open_field(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, row: &Row, name: &str) {
    html.open("label class=\"field\"")
        .el("span", label(scene, name));
    html.raw(if is_choice(name) {
        "<select"
    } else {
        "<input type=\"text\" maxlength=\"200\" autocomplete=\"off\""
    });
    if matches!(name, "weight" | "lower" | "upper") {
        html.raw(" inputmode=\"decimal\"");
    }
    let fault = facts.fault().filter(|fault| fault.id == row.id);
    if fault.is_some_and(|fault| fault.field == name) {
        html.raw(" aria-invalid=\"true\" aria-describedby=\"fw-fault\"");
    }
    // Without the node: only one is open, and its id may change.
    html.attr("id", &["fw-set-", name].concat())
        .attr("name", name)
        .raw(" data-act=\"set\"")
        .attr("data-value", &row.id);
}

fn is_choice(name: &str) -> bool {
    matches!(
        name,
        "parent" | "direction" | "measure" | "transformation" | "frequency"
    )
}

fn input(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, row: &Row, name: &str) {
    let text = if name == "id" {
        &row.id
    } else {
        row.text(name)
    };
    open_field(scene, html, facts, row, name);
    html.attr("value", text).raw("/></label>");
}

fn choice(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, row: &Row, name: &str) {
    open_field(scene, html, facts, row, name);
    html.raw(">");
    let tags: Vec<&str> = match name {
        "direction" => DIRECTIONS.iter().map(|(tag, _)| *tag).collect(),
        "measure" => MEASURES.iter().map(|(tag, _)| *tag).collect(),
        "transformation" => TRANSFORMATIONS.iter().map(|(tag, _)| *tag).collect(),
        _ => FREQUENCIES.iter().map(|(tag, _)| *tag).collect(),
    };
    for tag in tags {
        option(html, tag, words(scene, name, tag), tag == row.text(name));
    }
    html.raw("</select></label>");
}

/// The form of a node.
fn fields(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, row: &Row) {
    html.open("form class=\"tree__form\"").open_with(
        "div class=\"tree__fields\" role=\"group\"",
        "aria-label",
        &facts.name(scene, &row.id),
    );
    if row.is_new {
        input(scene, html, facts, row, "id");
    }
    input(scene, html, facts, row, "zh");
    input(scene, html, facts, row, "en");
    if let Some(parent) = &row.parent {
        let below = below(&facts.rows, &row.id);
        open_field(scene, html, facts, row, "parent");
        html.raw(">");
        let is_possible = |g: &&Row| !g.is_indicator && g.id != row.id && !below.contains(&g.id);
        for group in facts.rows.iter().filter(is_possible) {
            let name = facts.name(scene, &group.id);
            option(html, &group.id, &name, group.id == *parent);
        }
        html.raw("</select></label>");
        input(scene, html, facts, row, "weight");
    }
    if row.is_indicator {
        choice(scene, html, facts, row, "direction");
        choice(scene, html, facts, row, "measure");
        input(scene, html, facts, row, "lower");
        input(scene, html, facts, row, "upper");
        html.close("div");
        spread(scene, html, facts, row);
        html.raw("<details class=\"tree__more\"><summary>")
            .text(scene.either("来源与定义", "Source and definition"))
            .raw("</summary><div class=\"tree__fields\">");
        choice(scene, html, facts, row, "transformation");
        for name in ["numerator", "denominator", "source"] {
            input(scene, html, facts, row, name);
        }
        choice(scene, html, facts, row, "frequency");
        input(scene, html, facts, row, "office");
        html.close("div").close("details");
    } else {
        html.close("div");
    }
    html.open("div class=\"toolbar\"");
    if !row.is_indicator {
        let add = scene.either("在此新增指标", "Add an indicator here");
        button(html, "button", "indicator", &row.id, add);
        let add = scene.either("在此新增组", "Add a group here");
        button(html, "button", "group", &row.id, add);
    }
    if row.parent.is_some() {
        let words = [
            ("up", scene.either("上移", "Move up")),
            ("down", scene.either("下移", "Move down")),
            ("remove", scene.either("删除", "Remove")),
        ];
        for (act, words) in words {
            button(html, "button", act, &row.id, words);
        }
    }
    html.close("div").close("form");
}

/// How the values of an indicator lie about its goalposts.
fn spread(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, row: &Row) {
    let Some(values) = facts.values.as_deref().filter(|v| !v.is_empty()) else {
        html.el(
            "p class=\"notice\"",
            scene.either(
                "这项指标还没有任何数据：导入之前，各村都计为缺失，计入覆盖不足。",
                "There is no data of this indicator: until some is imported, it is missing everywhere and counts against coverage.",
            ),
        );
        return;
    };
    let measure = chosen(&MEASURES, row.text("measure"));
    let measure = measure.map_or("", |m| scene.t(framework::measure(m)));
    let axis = [
        scene.either("本期数值（", "value in the period ("),
        measure,
        scene.either("）", ")"),
    ];
    let ends = ["lower", "upper"].map(|name| number(row.text(name)));
    let marks = [scene.either("下限", "lower"), scene.either("上限", "upper")]
        .into_iter()
        .zip(ends)
        .filter_map(|(words, at)| at.map(|at| (at, [words, " ", &value(at)].concat())));
    let marks: Vec<(f64, String)> = marks.collect();
    let plot = Plot {
        values,
        marks: &marks,
        axis: &axis.concat(),
        title: scene.either("数值与上下限", "Values and goalposts"),
        reach: &[],
    };
    html.open("div class=\"tree__spread\"");
    plot::histogram(scene, html, &plot);
    let count = |is_beyond: &dyn Fn(f64) -> bool| {
        let n = values.iter().filter(|x| is_beyond(**x)).count();
        n.to_string()
    };
    if let (Some(q), [Some(lower), Some(upper)]) = (quartiles(values), ends)
        && lower < upper
    {
        let told = [
            ("n", q.n.to_string()),
            ("least", value(q.least)),
            ("lower", value(q.lower)),
            ("median", value(q.median)),
            ("upper", value(q.upper)),
            ("greatest", value(q.greatest)),
            ("below", count(&|x| x < lower)),
            ("above", count(&|x| x > upper)),
        ];
        let text = scene.either(
            "{n} 个村有数值：最小 {least}，四分位 {lower}、{median}、{upper}，最大 {greatest}。低于下限 {below} 个，高于上限 {above} 个，归一化时按端点计。",
            "{n} villages have a value: least {least}, quartiles {lower}, {median}, {upper}, greatest {greatest}. {below} lie below the lower goalpost and {above} above the upper one; they count as the goalpost.",
        );
        html.el("p class=\"hint\"", &filled(text, &told));
    }
    let is_measured_otherwise = |change: &Change| change.id == row.id && change.what == "measure";
    if facts.changes.iter().any(is_measured_otherwise) {
        html.el(
            "p class=\"notice\"",
            scene.either(
                "改变计量不换算已有的数值。",
                "Another measure does not convert the values there are.",
            ),
        );
    }
    html.close("div");
}

/// How the draft stands, and what can be done with it.
fn draft(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    html.open("div class=\"tree__draft\" data-testid=\"tree-draft\"");
    if !facts.tree.is_draft() {
        html.el(
            "p role=\"status\"",
            scene.either(
                "与采用的指标体系一致，没有改动。点开一项即可修改。",
                "As the framework in use: nothing is changed. Open a node to change it.",
            ),
        )
        .close("div");
        return;
    }
    let n = [("n", facts.changes.len().to_string())];
    let words = scene.either("有 {n} 处改动尚未采用", "{n} changes not taken yet");
    html.el("h3", &filled(words, &n));
    if let Some(fault) = &facts.tree.refused {
        unsound(scene, html, facts, fault);
    }
    match &facts.tree.trial {
        None => {
            html.el(
                "p role=\"status\"",
                scene.either(
                    "村多，改完后再试算。",
                    "There are many villages: try it once the changes are made.",
                ),
            );
        }
        Some(Trial::Unsound(fault)) => {
            if facts.tree.refused.is_none() {
                unsound(scene, html, facts, fault);
            }
        }
        Some(Trial::Refused(refusal)) => {
            html.open("p class=\"notice notice--bad\" role=\"alert\"")
                .text(scene.either("不能采用：", "Not possible: "))
                .text(&refusal.words(scene.language))
                .close("p");
        }
        Some(Trial::Good(effect)) => would(scene, html, facts, effect),
    }
    controls(scene, html, facts);
    differences(scene, html, facts);
    html.close("div");
}

/// What differs from the framework in use, one by one.
fn differences(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    html.open("ul class=\"tree__changes\"");
    for change in facts.changes.iter().take(LISTED) {
        let sides = change.sides.each_ref().map(|side| match change.what {
            "parent" | "added" | "removed" if !side.is_empty() => facts.name(scene, side),
            "order" => {
                let names = side.split(' ').map(|id| facts.name(scene, id));
                names.collect::<Vec<_>>().join(scene.t(Told::ListComma))
            }
            name => words_or_dash(scene, name, side),
        });
        html.open("li")
            .el("b", &facts.name(scene, &change.id))
            .text(" · ")
            .text(label(scene, change.what))
            .text(scene.t(Told::Colon));
        match change.what {
            "added" => html.text(&sides[1]),
            "removed" => html.text(&sides[0]),
            _ => html.text(&sides[0]).text(" → ").text(&sides[1]),
        };
        html.close("li");
    }
    html.close("ul");
    let rest = facts.changes.len().saturating_sub(LISTED);
    if rest > 0 {
        html.el("p class=\"hint\"", &["+ ", &rest.to_string()].concat());
    }
}

fn words_or_dash(scene: &Scene<'_>, name: &str, text: &str) -> String {
    let words = words(scene, name, text);
    if words.is_empty() { "—" } else { words }.to_owned()
}

fn unsound(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, fault: &Fault) {
    let [zh, en] = &fault.words;
    html.open("p class=\"notice notice--bad\" role=\"alert\" id=\"fw-fault\"")
        .text(scene.either("不能采用：", "Not possible: "));
    if !fault.id.is_empty() {
        html.text(&facts.name(scene, &fault.id)).text(" · ");
    }
    if !fault.field.is_empty() {
        html.text(label(scene, fault.field)).text(" · ");
    }
    html.text(scene.either(zh, en)).close("p");
    if facts.tree.open != fault.id && facts.rows.iter().any(|row| row.id == fault.id) {
        let words = scene.either("打开这一项", "Open it");
        html.open("p");
        html.raw("<button type=\"button\" class=\"button\" data-act=\"open\" id=\"fw-goto\"")
            .attr("data-value", &fault.id)
            .raw(">")
            .text(words)
            .close("button")
            .close("p");
    }
}

/// What the draft would change.
fn would(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, effect: &Effect) {
    let [was, is] = effect.unranked.map(|n| n.to_string());
    html.open("div role=\"status\" data-testid=\"tree-effect\"")
        .open("dl class=\"facts\"")
        .fact(
            scene.either("名次会变", "Ranks that change"),
            &[
                &effect.n_moved.to_string(),
                " / ",
                &effect.n_compared.to_string(),
            ]
            .concat(),
        )
        .fact(
            scene.either("等级会变", "Grades that change"),
            &effect.n_grades.to_string(),
        )
        .fact(
            scene.either("无名次的村", "Villages without a rank"),
            &[&was, " → ", &is].concat(),
        )
        .close("dl");
    if !effect.largest.is_empty() {
        html.open("p")
            .text(scene.either("变动最大：", "Largest moves: "));
        for (at, (unit, [from, to])) in effect.largest.iter().enumerate() {
            if at > 0 {
                html.text(scene.t(Told::ListComma));
            }
            village_link(scene, html, *unit);
            html.text(" ")
                .text(&from.to_string())
                .text(" → ")
                .text(&to.to_string());
        }
        html.close("p");
    }
    if !effect.empty.is_empty() {
        let names = effect.empty.iter().map(|id| facts.name(scene, id));
        let names = names.collect::<Vec<_>>().join(scene.t(Told::ListComma));
        html.open("p class=\"notice\"")
            .text(scene.either(
                "本期没有任何数值、各村都计为缺失的指标：",
                "Indicators without any value in the period, missing everywhere: ",
            ))
            .text(&names)
            .close("p");
    }
    html.el(
        "p class=\"hint\"",
        scene.either(
            "按采用后的权重试算：成员与权重没有改动的组沿用现在的权重，其余按指标体系。",
            "Tried with the weights it would have: groups whose members and weights are the same keep the present ones, the others go by the framework.",
        ),
    )
    .close("div");
}

fn controls(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    let is_good = matches!(facts.tree.trial, Some(Trial::Good(_)));
    html.open("form class=\"toolbar\"");
    if is_good {
        html.raw("<label class=\"field tree__reason\"><span>")
            .text(scene.either("理由（记入日志，必填）", "Reason (goes into the log, required)"))
            .raw("</span><input type=\"text\" maxlength=\"300\" name=\"reason\" id=\"fw-reason\" data-act=\"reason\" required autocomplete=\"off\"")
            .attr("value", &facts.tree.reason);
        if facts.tree.lacks_reason {
            html.raw(" aria-invalid=\"true\" aria-describedby=\"fw-no-reason\"");
        }
        html.raw("/></label>");
        let take = scene.either("采用指标体系", "Take the framework");
        button(html, "button button--primary", "apply", "", take);
    } else if facts.tree.trial.is_none() {
        let words = scene.either("试算", "Try it");
        button(html, "button button--primary", "try", "", words);
    }
    if facts.tree.can_go_back() {
        let back = scene.either("退回上一处改动", "Take back the last change");
        button(html, "button", "back", "", back);
    }
    let discard = scene.either("放弃这些改动", "Discard the changes");
    button(html, "button", "discard", "", discard);
    html.close("form");
    if facts.tree.lacks_reason {
        html.el(
            "p class=\"notice notice--bad\" role=\"alert\" id=\"fw-no-reason\"",
            scene.either(
                "请先写明理由：它与改动一起记入日志。",
                "Say why first: it goes into the log with the changes.",
            ),
        );
    }
}

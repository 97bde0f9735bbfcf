//! Restrictions beside the index: what they rest on and what they do. The score stays
//! as it is.

use super::html::Html;
use super::{Scene, filled, shape};
use crate::i18n::Told;
use crate::worker::gates::{Found, Restrictions};
use dhi_engine::gate::{Effect, Gate, neutral};

/// The card.
pub fn gates(scene: &Scene<'_>, html: &mut Html, about: &Restrictions) {
    html.open("section class=\"card\" data-testid=\"gates\"")
        .el("h2", scene.t(Told::Gates));
    let band = |at: usize| {
        let band = scene.spec.bands.list().get(at);
        let name = band.map_or("", |band| band.name.get(scene.language));
        [shape(at as u32), " ", name].concat()
    };
    if about.found.is_empty() {
        html.el("p", scene.t(Told::GatesNone));
    }
    if let Some(grade) = about.grade.filter(|grade| grade.capped != grade.raw) {
        let values = [("raw", band(grade.raw)), ("capped", band(grade.capped))];
        html.el(
            "p class=\"notice\"",
            &filled(scene.t(Told::GatesCapped), &values),
        );
    }
    // What limits a grade and what makes its use wait stand apart. Where no cause is
    // seen everything waits alike: it is the cause that would tell them apart.
    let waits =
        |found: &&Found| !matches!(found, Found::Whole(_, effect, _) if *effect != Effect::Hold);
    let heads = [
        scene.either("评级限制与提示", "Limits and notices"),
        scene.either("暂缓应用", "Use deferred"),
    ];
    for (is_waiting, head) in [false, true].into_iter().zip(heads) {
        let mut found = about
            .found
            .iter()
            .filter(|f| waits(f) == is_waiting)
            .peekable();
        if found.peek().is_none() {
            continue;
        }
        html.el("h3", head).open("ul class=\"list\"");
        for found in found {
            let (gate, effect, is_seen) = match found {
                Found::Neutral(person) => {
                    html.open("li").el("strong", neutral(scene.language));
                    self::person(scene, html, person);
                    html.close("li");
                    continue;
                }
                Found::Whole(gate, effect, is_seen) => (gate, *effect, *is_seen),
            };
            let last = scene.spec.bands.list().len().saturating_sub(1);
            let effect = match effect {
                Effect::Cap(best) => {
                    let best = [("band", band(best.unwrap_or(last).min(last)))];
                    filled(scene.t(Told::GateCap), &best)
                }
                Effect::Hold => scene.t(Told::GateHold).to_owned(),
                Effect::NotExcellent => scene
                    .either("个人不评优秀", "the person is not rated excellent")
                    .to_owned(),
                Effect::Notice => scene
                    .either("依法提示，由有权机关处理", "a statutory notice")
                    .to_owned(),
            };
            html.open("li")
                .el("strong", gate.cause.name(scene.language))
                .text(" · ")
                .text(&effect);
            person(scene, html, &gate.person);
            whole(scene, html, gate, is_seen);
            html.close("li");
        }
        html.close("ul");
    }
    posts(scene, html, about);
    let [open, overdue] = about.open.map(|n| n.to_string());
    let values = [
        ("open", open),
        ("overdue", overdue),
        ("day", about.today.to_string()),
    ];
    html.open("p class=\"hint\"")
        .text(&filled(scene.t(Told::GatesItems), &values))
        .raw(" <a href=\"#/signoff\">")
        .text(scene.t(Told::NavSignOff))
        .raw("</a></p>")
        .close("section");
}

/// Who was in post for how much of the period: the committee's result is that of a
/// person in part only, who came later or left before.
fn posts(scene: &Scene<'_>, html: &mut Html, about: &Restrictions) {
    if about.posts.is_empty() {
        return;
    }
    html.el("h3", scene.either("任职情况", "Posts held"))
        .open("ul class=\"list\" data-testid=\"posts\"");
    let whole = about.span.map(|(first, last)| last.since(first) + 1);
    for (held, share) in &about.posts {
        let mut posts: Vec<&str> = held.iter().map(|held| held.post.as_str()).collect();
        posts.dedup();
        let person = held.first().map_or("", |held| held.person.as_str());
        html.open("li")
            .text(&[&posts.join("、"), " ", person].concat());
        if let Some(whole) = whole {
            let [days, of] = [share.days, whole].map(|n| n.to_string());
            html.text(&[" · ", &days, "/", &of, scene.either(" 天", " days")].concat());
            let is_broken = share.days < whole && !share.joined_late && !share.left_early;
            for (is_so, words) in [
                (share.joined_late, scene.either("中途到任", "joined late")),
                (share.left_early, scene.either("中途离任", "left early")),
                (is_broken, scene.either("中途有间断", "with a gap")),
            ] {
                if is_so {
                    html.text(" · ").el("strong", words);
                }
            }
        }
        html.close("li");
    }
    html.close("ul");
    let Some((first, last)) = about.span else {
        let words = scene.either(
            "本期起止日期未知或尚未开始，只列今日在任的人。",
            "The days of the period are not known or to come; those in post today.",
        );
        html.el("p class=\"hint\"", words);
        return;
    };
    let days = [("first", first.to_string()), ("last", last.to_string())];
    let mut words = filled(
        scene.either(
            "按 {first} 至 {last} 计算。",
            "Counted from {first} to {last}. ",
        ),
        &days,
    );
    if about
        .posts
        .iter()
        .any(|(_, share)| Some(share.days) < whole)
    {
        words.push_str(scene.either(
            "得分属于班子整个期间；中途到任或离任的人只对任职期间负责，不宜以全期得分评价其个人。",
            "The score is the committee’s for the whole period; who joined late or left early \
             answers for their own days, and should not be judged by it as a person.",
        ));
    }
    html.el("p class=\"hint\"", &words);
}

/// Whom a restriction is about, where it is not the committee.
fn person(scene: &Scene<'_>, html: &mut Html, code: &str) {
    if !code.is_empty() {
        let words = scene.either("人员", "person");
        html.text(&[" · ", words, " ", code].concat());
    }
}

/// What a restriction rests on.
fn whole(scene: &Scene<'_>, html: &mut Html, gate: &Gate, is_seen: bool) {
    // What is said of an item is for those who see it.
    let reason = if is_seen { &gate.reason } else { "" };
    let end = gate.end.map(String::from).unwrap_or_default();
    for (name, value) in [
        (scene.t(Told::GateReason), reason),
        (scene.t(Told::GateBasis), &gate.basis),
        (scene.t(Told::GateApprover), &gate.approver),
        (scene.t(Told::GateStart), &gate.start.to_string()),
        (scene.either("至", "Until"), &end),
        (scene.either("申诉", "Appeal"), &gate.appeal),
    ] {
        if !value.is_empty() {
            html.text(&[" · ", name, " ", value].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::protocol::Look;
    use crate::written::{both, html::check};
    use dhi_engine::calendar::Day;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::framework::Language;
    use dhi_engine::gate::{Cause, GateRules, ShownGate, Tenure, together, visible};
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::signoff::Role;
    use dhi_engine::spec::Spec;

    /// The card in both languages.
    fn written(about: &Restrictions) -> [String; 2] {
        let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let spec = Spec::default();
        let scene = Scene {
            framework: dataset.framework(),
            units: dataset.units(),
            spec: &spec,
            language: Language::Chinese,
            look: Look::default(),
        };
        let texts = both(scene, &|scene, html| gates(scene, html, about));
        for text in &texts {
            check(text);
            assert!(!text.contains("<b>"), "{text}");
        }
        texts
    }

    /// The card as a role sees it, with these causes, each of a committee or a person.
    fn card(role: Role, causes: &[(Cause, &str)]) -> [String; 2] {
        let rules = GateRules::default();
        let today = "2026-07-01".parse().unwrap();
        let gate = |(cause, person): &(Cause, &str)| Gate {
            village: "1".into(),
            person: (*person).to_owned(),
            cause: *cause,
            reason: "<b>reason</b>".into(),
            basis: "basis".into(),
            approver: "a".into(),
            start: today,
            end: None,
            appeal: String::new(),
        };
        let all: Vec<Gate> = causes.iter().map(gate).collect();
        let found = visible(&all, role, today).into_iter();
        let found = found.map(|shown| match shown {
            ShownGate::Neutral { person, .. } => Found::Neutral(person.to_owned()),
            ShownGate::Whole(gate) => Found::Whole(gate.clone(), gate.effect(&rules), true),
        });
        let about = Restrictions {
            today,
            found: found.collect(),
            grade: None,
            span: None,
            posts: Vec::new(),
            open: [0; 2],
        };
        written(&about)
    }

    /// 184 days of 365 for who came in July; nobody else is flagged.
    #[test]
    fn posts_say_for_how_many_days_they_were_held() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let held = |person: &str, from: &str| Tenure {
            village: "1".into(),
            person: person.into(),
            post: "主任<b>".into(),
            from: day(from),
            to: None,
        };
        let year = (day("2026-01-01"), day("2026-12-31"));
        let post = |tenure: Tenure, span| {
            let share = together(&[&tenure], span).unwrap().unwrap();
            (vec![tenure], share)
        };
        let shown = |span: Option<(Day, Day)>| {
            let span_or_day = span.unwrap_or((year.1, year.1));
            let about = Restrictions {
                today: year.1,
                found: Vec::new(),
                grade: None,
                span,
                posts: ["2020-01-01", "2026-07-01"]
                    .map(|from| post(held(from, from), span_or_day))
                    .into(),
                open: [0; 2],
            };
            written(&about)
        };
        let [text, english] = shown(Some(year));
        assert!(
            text.contains("主任&lt;b&gt; 2020-01-01 · 365/365 天</li>"),
            "{text}"
        );
        let late = "2026-07-01 · 184/365 天 · <strong>中途到任</strong></li>";
        assert!(text.contains(late) && text.contains("2026-01-01 至 2026-12-31"));
        assert!(
            english.contains("· <strong>joined late</strong>"),
            "{english}"
        );
        let [text, _] = shown(None);
        assert!(!text.contains('/') || !text.contains("365"), "{text}");
        assert!(text.contains("起止日期未知"), "{text}");
    }

    const LIMITS: &str = "<h3>评级限制与提示</h3>";
    const HOLDS: &str = "<h3>暂缓应用</h3>";

    #[test]
    fn limits_and_holds_stand_apart_for_those_who_see_the_cause() {
        let causes = [
            (Cause::Investigation, ""),
            (Cause::Supervised, ""),
            (Cause::Penalty, "p1"),
            (Cause::TwiceUnfit, "p2"),
        ];
        let [text, english] = card(Role::Discipline, &causes);
        let (limits, holds) = text.split_once(HOLDS).unwrap();
        let (_, limits) = limits.split_once(LIMITS).unwrap();
        for cause in ["挂牌督办", "处分影响期", "连续两次不称职"] {
            assert!(limits.contains(cause) && !holds.contains(cause), "{text}");
        }
        assert!(
            holds.contains("立案未结") && !limits.contains("立案未结"),
            "{text}"
        );
        assert!(english.contains("<h3>Limits and notices</h3>"));
        assert!(english.contains("<h3>Use deferred</h3>"));
    }

    /// What a place under a heading could tell is the cause.
    #[test]
    fn whoever_sees_no_cause_sees_every_one_wait_alike() {
        let seen = |cause, person| card(Role::Auditor, &[(cause, person)]);
        let hold = seen(Cause::UnderReview, "p1");
        assert_eq!(hold, seen(Cause::Penalty, "p1"));
        assert_eq!(hold, seen(Cause::Investigation, "p1"));
        let [text, _] = hold;
        assert!(text.contains(HOLDS) && !text.contains(LIMITS), "{text}");
        assert!(!text.contains("reason") && !text.contains("待核"), "{text}");
        // Beside a limit that everybody sees, too.
        let with = |cause| card(Role::Auditor, &[(Cause::Supervised, ""), (cause, "p1")]);
        assert_eq!(with(Cause::Penalty), with(Cause::Investigation));
        let [text, _] = with(Cause::Penalty);
        assert!(text.find(LIMITS).unwrap() < text.find(HOLDS).unwrap());
    }

    #[test]
    fn a_heading_stands_only_over_entries() {
        let [none, _] = card(Role::Organisation, &[]);
        assert!(!none.contains("<h3>"), "{none}");
        let [limit, _] = card(Role::Organisation, &[(Cause::Falsified, "")]);
        assert!(limit.contains(LIMITS) && !limit.contains(HOLDS), "{limit}");
        let [hold, _] = card(Role::Organisation, &[(Cause::UnderReview, "")]);
        assert!(hold.contains(HOLDS) && !hold.contains(LIMITS), "{hold}");
    }
}

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
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::framework::Language;
    use dhi_engine::gate::{Cause, GateRules, ShownGate, visible};
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::signoff::Role;
    use dhi_engine::spec::Spec;

    /// The card as a role sees it, with these causes, each of a committee or a person.
    fn card(role: Role, causes: &[(Cause, &str)]) -> [String; 2] {
        let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let (spec, rules) = (Spec::default(), GateRules::default());
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
            open: [0; 2],
        };
        let scene = Scene {
            framework: dataset.framework(),
            units: dataset.units(),
            spec: &spec,
            language: Language::Chinese,
            look: Look::default(),
        };
        let texts = both(scene, &|scene, html| gates(scene, html, &about));
        for text in &texts {
            check(text);
            assert!(!text.contains("<b>"), "{text}");
        }
        texts
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

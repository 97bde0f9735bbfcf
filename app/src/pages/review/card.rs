//! One decision: what, why, and what was decided before.

use super::history;
use crate::bidi::isolated;
use crate::components::band::words;
use crate::components::interval::{line_of, line_words, verdict_words};
use crate::i18n::{Key, line_chance, score_beside};
use crate::state::command::Command;
use crate::state::context::{Context, use_app};
use crate::state::decision::{Basis, CHOICES, Choice};
use crate::state::reactive::{effect, memo};
use crate::written::html::Html;
use dhi_engine::gate::neutral;
use dhi_engine::uncertainty::Verdict;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const REASON_ID: &str = "decision-reason";

/// Puts the cursor into the reason.
pub fn focus_reason() {
    let field = document().get_element_by_id(REASON_ID);
    if let Some(field) = field.and_then(|f| f.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// What is shown about a unit right now.
fn basis(app: Context, unit: u32) -> Basis {
    let at = unit as usize;
    let honest = app.desk().honest;
    let line = line_of(app, Some(unit)).filter(|_| honest.is_present.get());
    let limit = app.loaded.with(|l| l.limit(at));
    app.results.with(|r| {
        let by_score = r.grades.get(at).copied();
        let counts = by_score.map(|grade| limit.counts(grade));
        Basis {
            digest: r.digest.clone(),
            score: r.scores.get(at).copied().filter(|s| s.is_finite()),
            rank: r.overall.get(at).copied().filter(|rank| *rank > 0),
            chance: line.map(|(_, chance)| chance),
            grade: counts.map(|grade| words(app, grade)).unwrap_or_default(),
            capped: counts != by_score,
            held: limit.waits,
            line: line_words(app, honest.line.get()),
            meets: match line {
                Some((Verdict::Meets, _)) => Some(true),
                Some((Verdict::Misses, _)) => Some(false),
                _ => None,
            },
        }
    })
}

/// The form and the history of a unit's decisions.
#[component]
pub fn DecisionCard(
    /// Position in the register.
    unit: u32,
    /// What is about to be decided.
    draft: RwSignal<Option<Choice>>,
    /// Called after a decision.
    done: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let about = app.project.with_untracked(|p| {
        let unit = p
            .as_ref()?
            .content
            .dataset
            .units()
            .list()
            .get(unit as usize)?;
        Some((unit.name.clone(), Some(unit.code.clone())))
    });
    let (name, code) = about.unwrap_or_default();
    let code = StoredValue::new(code);
    let keep = move |choice, reason: &str| {
        code.with_value(|code| {
            if let Some(code) = code {
                app.keep_decision(code.as_str(), choice, reason);
            }
        });
    };
    // What was begun is gone on with.
    let begun = code.with_value(|code| Some(app.decision_draft(code.as_ref()?.as_str())));
    let (choice, reason): (Option<Choice>, String) = begun.unwrap_or_default();
    let reason = RwSignal::new(reason);
    draft.set(choice);
    effect(move || reason.with(|reason| keep(draft.get(), reason)));
    let can_decide = move || draft.get().is_some() && reason.with(|r| !r.trim().is_empty());
    let decide = move || {
        let Some(choice) = draft.get_untracked().filter(|_| untrack(can_decide)) else {
            return;
        };
        if let Some(code) = code.get_value() {
            app.dispatch(Command::Decide {
                unit: code,
                choice,
                reason: reason.get_untracked(),
                basis: untrack(|| basis(app, unit)),
            });
            keep(None, "");
            done.run(());
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            decide();
        }
    };
    let is_against = move || {
        let choice = draft.get();
        choice.is_some_and(|choice| basis(app, unit).is_against(choice))
    };
    let choices = CHOICES.map(|choice| {
        view! {
            <label class="choice">
                <input type="radio" name="decision" prop:checked=move || draft.get() == Some(choice)
                    on:change=move |_| draft.set(Some(choice))/>
                <span>{app.say(choice.key().into())}</span>
            </label>
        }
        .into_any()
    });
    view! {
        <section class="card" data-testid="decision">
            <h2>{move || [app.t(Key::DecisionTitle), " · ", &isolated(&name)].concat()}</h2>
            <p class="hint">{app.say(Key::DecisionHint)}</p>
            <fieldset class="choices"><legend class="visually-hidden">{app.say(Key::DecisionLabel)}</legend>
                {choices.into_iter().collect_view()}
            </fieldset>
            <p class="notice" role="status" hidden=move || !is_against()>{app.say(Key::IsAgainst)}</p>
            <label class="field"><span>{app.say(Key::ReasonNeeded)}</span>
                <textarea id=REASON_ID rows="3" maxlength="2000" prop:value=move || reason.get()
                    on:input=move |e| reason.set(event_target_value(&e)) on:keydown=on_key></textarea>
            </label>
            <div class="toolbar">
                <button type="button" class="button button--primary" data-testid="decide"
                    disabled=move || !can_decide() on:click=move |_| decide()>{app.say(Key::Decide)}</button>
            </div>
            <div inner_html=memo(move || past(app, unit))></div>
        </section>
    }
}

/// Which side of the line a committee was on.
pub(super) fn side(basis: &Basis) -> Key {
    let verdict = match basis.meets {
        Some(true) => Verdict::Meets,
        Some(false) => Verdict::Misses,
        None => Verdict::Undetermined,
    };
    verdict_words(verdict).1
}

/// What was decided before, with what was shown then.
fn past(app: Context, unit: u32) -> String {
    let decisions = history(app, unit);
    let mut html = Html::default();
    if decisions.is_empty() {
        return html.finish();
    }
    let present = app.results.with(|r| r.digest.clone());
    html.el("h3", app.t(Key::DecisionsBefore))
        .open("ol class=\"steps\" data-testid=\"decisions\"");
    for decision in &decisions {
        let basis = &decision.basis;
        let mut facts = Vec::new();
        if let Some(score) = basis.score {
            facts.push(
                [
                    app.t(Key::Score),
                    " ",
                    &score_beside(score, &[score.round()]),
                ]
                .concat(),
            );
        }
        if let Some(rank) = basis.rank {
            facts.push([app.t(Key::ColRank), " ", &rank.to_string()].concat());
        }
        if !basis.grade.is_empty() {
            facts.push([app.t(Key::ColGrade), " ", &basis.grade].concat());
        }
        if basis.capped {
            facts.push(app.t(Key::Capped).to_owned());
        }
        if basis.held {
            facts.push(neutral(app.language.get()).to_owned());
        }
        if let Some(chance) = basis.chance {
            let told = line_chance(chance, basis.meets.is_none());
            let mut fact = [app.t(Key::ChanceOfLine), " ", &told].concat();
            if !basis.line.is_empty() {
                let side = app.t(side(basis));
                fact = [&fact, " (", &basis.line, " · ", side, ")"].concat();
            }
            facts.push(fact);
        }
        if basis.digest != present {
            facts.push(app.t(Key::OtherBasis).to_owned());
        }
        let day = decision.at.get(..10).unwrap_or(&decision.at);
        html.open("li")
            .el("strong", app.t(decision.choice.key().into()))
            .text(" · ")
            .text(&decision.reason)
            .raw("<br>");
        if basis.is_against(decision.choice) {
            let words = ["⚠ ", app.t(Key::IsAgainst)].concat();
            html.el("strong", &words).raw("<br>");
        }
        html.el(
            "span class=\"hint\"",
            &[day, " · ", &facts.join(" · ")].concat(),
        )
        .close("li");
    }
    html.close("ol");
    html.finish()
}

//! Restrictions, checklist, plan and suggestions as tables.

use super::ledger::table;
use super::{Table, grade_text, number};
use crate::calendar::{Calendar, Day};
use crate::framework::{Framework, Language};
use crate::gate::{Effect, Gate, GateRules, Limit, ShownGate, limits, neutral, visible};
use crate::inspect::{Assessment, Check, Checklist, Plan, PlanRules, Standing, Suggestion};
use crate::pipeline::{Inputs, Outcome};
use crate::rank::{Bands, Grade};
use crate::signoff::Role;
use crate::spec::Spec;
use std::collections::BTreeMap;

/// Who looks, on which day, in which language.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// What may be seen goes by it.
    pub role: Role,
    /// The day.
    pub today: Day,
    /// Language of the words.
    pub language: Language,
}

/// `gates.csv`: restrictions in force as a role may see them. Those it may not see
/// have one line for each village or person, all alike.
pub fn gates(gates: &[Gate], rules: &GateRules, reader: Reader) -> Table {
    let language = reader.language;
    let rows = visible(gates, reader.role, reader.today)
        .into_iter()
        .map(|shown| match shown {
            ShownGate::Neutral { village, person } => {
                let mut row = vec![String::new(); 9];
                row[0] = village.to_owned();
                row[1] = person.to_owned();
                row[2] = neutral(language).to_owned();
                row
            }
            ShownGate::Whole(gate) => vec![
                gate.village.clone(),
                gate.person.clone(),
                gate.cause.name(language).into(),
                effect(gate.effect(rules)),
                gate.reason.clone(),
                gate.basis.clone(),
                gate.approver.clone(),
                [
                    gate.start.to_string(),
                    gate.end.map(String::from).unwrap_or_default(),
                ]
                .join("/"),
                gate.appeal.clone(),
            ],
        });
    let header = [
        "village",
        "person",
        "restriction",
        "effect",
        "reason",
        "basis",
        "approver",
        "in_force",
        "appeal",
    ];
    table("gates", &header, rows.collect())
}

fn effect(effect: Effect) -> String {
    match effect {
        Effect::Hold => "hold".into(),
        Effect::NotExcellent => "not_excellent".into(),
        Effect::Cap(Some(best)) => format!("cap:{best}"),
        Effect::Cap(None) => "cap:last".into(),
        Effect::Notice => "notice".into(),
    }
}

/// `grades.csv`: the grade of every committee by its score and under its caps, and
/// whether use of the result waits. The score is that of `scores.csv`.
pub fn grades(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    spec: &Spec,
    (gates, rules): (&[Gate], &GateRules),
    reader: Reader,
) -> Table {
    let limits = limits(gates, rules, spec.bands.list().len(), reader.today);
    let units = inputs.units.list().iter().zip(&outcome.grades).enumerate();
    let rows = units.map(|(at, (unit, by_score))| {
        let code = unit.code.as_str();
        let score = outcome.scores.composite().get(at).value();
        let limit = limits.get(code).copied().unwrap_or_default();
        let [raw, capped] = [*by_score, limit.counts(*by_score)].map(|grade| {
            if grade.is_band() {
                let (bands, framework) = (&spec.bands, inputs.framework);
                grade_text(grade, bands, framework, reader.language)
            } else {
                String::new()
            }
        });
        let wait = if limit.waits {
            neutral(reader.language)
        } else {
            ""
        };
        vec![
            code.to_owned(),
            unit.name.clone(),
            score.map(number).unwrap_or_default(),
            raw,
            capped,
            wait.to_owned(),
        ]
    });
    let header = ["code", "name", "score", "grade_by_score", "grade", "use"];
    table("grades", &header, rows.collect())
}

/// Says in a table of [`super::scores`] which grade counts: its `grade` becomes
/// `grade_by_score`, after which stand `grade`, the one under caps, and `cap`, what lowers
/// it; blank where nothing does. Everything else is as it was. `limit` says what is in
/// force against the unit at a position.
pub fn count_caps(
    table: &mut Table,
    inputs: Inputs<'_>,
    outcome: &Outcome,
    bands: &Bands,
    limit: &dyn Fn(usize) -> Limit,
    language: Language,
) {
    let Some(at) = table.header.iter().position(|name| name == "grade") else {
        return;
    };
    table.header.insert(at, "grade_by_score".into());
    table.header.insert(at + 2, "cap".into());
    let rows = table.rows.iter_mut().zip(&outcome.grades);
    for (unit, (row, by_score)) in rows.enumerate() {
        let [grade, cap] = counted(*by_score, limit(unit), bands, inputs.framework, language);
        row.insert(at + 1, grade);
        row.insert(at + 2, cap);
    }
}

/// The grade that counts, and what lowers it; blank where nothing does.
pub(super) fn counted(
    by_score: Grade,
    limit: Limit,
    bands: &Bands,
    framework: &Framework,
    language: Language,
) -> [String; 2] {
    let counts = limit.counts(by_score);
    let cap = limit.cap.filter(|_| counts != by_score);
    let cap = cap.map_or("", |cause| cause.name(language));
    let grade = grade_text(counts, bands, framework, language);
    [grade, cap.to_owned()]
}

/// `checklist.csv`: compliance by line over all villages, an item with its sub-items.
pub fn checklist(list: &Checklist, checks: &[Check]) -> Table {
    let found = list.by_item(checks, 0.95);
    let rows = list.items().iter().zip(found).map(|(item, found)| {
        let end = |end: fn(crate::survey::Interval) -> f64| {
            found.interval.map(|interval| number(100.0 * end(interval)))
        };
        vec![
            item.code.clone(),
            item.parent.clone(),
            item.text.clone(),
            found.met.to_string(),
            found.n.to_string(),
            found.pct().map(number).unwrap_or_default(),
            end(|interval| interval.low).unwrap_or_default(),
            end(|interval| interval.high).unwrap_or_default(),
        ]
    });
    let header = [
        "code", "parent", "text", "met", "checks", "pct", "low", "high",
    ];
    table("checklist", &header, rows.collect())
}

/// `plan.csv`: the visits with their working days, and `plan_faults.csv`: what the plan
/// gets wrong and whom it leaves out.
pub fn plan(
    plan: &Plan,
    rules: PlanRules,
    villages: &BTreeMap<String, bool>,
    calendar: &Calendar,
    language: Language,
) -> [Table; 2] {
    let visits = plan.visits.iter().map(|visit| {
        vec![
            visit.village.clone(),
            visit.team.clone(),
            visit.first.to_string(),
            visit.last.to_string(),
            calendar.n_working(visit.first, visit.last).to_string(),
        ]
    });
    let header = ["village", "team", "first", "last", "working_days"];
    let visits = table("plan", &header, visits.collect());
    let faults = plan.faults(rules, villages, calendar).into_iter();
    let missing = plan
        .missing(villages)
        .into_iter()
        .map(|village| match language {
            Language::Chinese => format!("{village}：本轮没有安排"),
            Language::English => format!("{village}: not in this round"),
        });
    let rows = faults.map(|fault| fault.message(language)).chain(missing);
    let rows = rows.map(|words| vec![words]).collect();
    [visits, table("plan_faults", &["fault"], rows)]
}

/// `suggestions.csv`: where every 巡察建议书 stands on a day.
pub fn suggestions(list: &[Suggestion], today: Day) -> Table {
    let rows = list.iter().map(|one| {
        let standing = match one.standing(today) {
            Standing::Awaited => "awaited".to_owned(),
            Standing::Overdue(days) => format!("overdue:{days}"),
            Standing::Replied { in_time: true } => "replied".into(),
            Standing::Replied { in_time: false } => "replied_late".into(),
            Standing::Assessed(Assessment::Adopted) => "adopted".into(),
            Standing::Assessed(Assessment::Partly) => "partly".into(),
            Standing::Assessed(Assessment::NotAdopted) => "not_adopted".into(),
        };
        vec![
            one.number.clone(),
            one.addressee.clone(),
            if one.is_common {
                "common"
            } else {
                "individual"
            }
            .into(),
            one.items.join("; "),
            one.issued.to_string(),
            one.reply_due().to_string(),
            one.replied.map(String::from).unwrap_or_default(),
            standing,
            one.cause.clone(),
            one.reply.clone(),
        ]
    });
    let header = [
        "number",
        "addressee",
        "scope",
        "items",
        "issued",
        "due",
        "replied",
        "standing",
        "cause",
        "reply",
    ];
    table("suggestions", &header, rows.collect())
}

//! What the office decides and keeps beside the records: its files, the span whose
//! ledgers count, a plan that is proposed.

use super::super::protocol::{Response, WITHOUT_CAUSES};
use super::{Book, Books, PARTS, words};
use dhi_engine::calendar::Day;
use dhi_engine::frame::Units;
use dhi_engine::gate::Cause;
use dhi_engine::ids::Period;
use dhi_engine::input::decode;
use dhi_engine::inspect::{Check, Plan};
use dhi_engine::ledger::Derived;
use dhi_engine::packet::author_of;
use dhi_engine::process::{Process, ProcessError, template, with_items};
use dhi_engine::signoff::Role;

/// What the name of a project's file says of causes in it.
const WITH_CAUSES: &str = "-含暂缓原因-with-causes";

/// What came of a deed.
pub(super) enum Done {
    /// Nothing that is kept.
    Nothing,
    /// Something that is kept.
    Changed,
    /// A file.
    File(Response),
}

/// Whether a role decides what its office keeps: not who rectifies, rates or reads.
fn may_keep(role: Role) -> bool {
    use Role::{Discipline, Inspection, LeadingGroup, Organisation};
    matches!(role, Inspection | Discipline | Organisation | LeadingGroup)
}

impl Books {
    /// The name of a project's file, which says whether causes of holds are in it or are
    /// withheld: a file is handed on by people, and they see its name.
    pub fn file_name(&self, ledger: u64, name: String) -> String {
        let mark = self.get(ledger).and_then(|book| {
            let has_causes = book.has_causes();
            let says = (has_causes && !book.hides_causes()).then_some(WITH_CAUSES);
            let is_without = has_causes || book.lacks_causes();
            says.or(is_without.then_some(WITHOUT_CAUSES))
        });
        match (name.strip_suffix(".dhi.json"), mark) {
            (Some(stem), Some(mark)) => [stem, mark, ".dhi.json"].concat(),
            _ => name,
        }
    }

    /// Values of a period that follow from a project's records, as known on a day.
    pub fn derived(&self, ledger: u64, period: &Period, today: &str) -> Vec<Derived> {
        let derived = || {
            let book = self.get(ledger)?;
            let (of, from, to) = book.office.span.as_ref()?;
            let today = today.parse().ok().filter(|_| of == period)?;
            let span = (*from, *to);
            Some(book.process.derived(&book.view.items, span, today))
        };
        derived().unwrap_or_default()
    }
}

impl Book {
    /// Whether the office's files say why a use waits, which is not for everyone.
    pub fn has_causes(&self) -> bool {
        let mut gates = self.process.gates.iter();
        gates.any(|gate| gate.hides_from(Role::Auditor))
    }

    /// Whether they say so of one that is not for whoever acts: a file that is saved now
    /// does not.
    pub fn hides_causes(&self) -> bool {
        let mut gates = self.process.gates.iter();
        gates.any(|gate| gate.hides_from(self.actor.role))
    }

    /// Whether a use waits of which they do not say why, since they came in a file that
    /// was saved by somebody who may not know.
    pub fn lacks_causes(&self) -> bool {
        let mut gates = self.process.gates.iter();
        gates.any(|gate| gate.cause == Cause::Withheld)
    }

    /// Does what is about the office's files and about what is looked at of them.
    pub(super) fn keep_office(
        &mut self,
        act: &str,
        value: &str,
        file: &[u8],
        units: &Units,
    ) -> Done {
        let done = match act {
            "part" => {
                let found = PARTS.iter().find(|part| part.id() == value);
                self.part = found.copied().unwrap_or_default();
                self.line.clear();
                return Done::Nothing;
            }
            "line" => {
                let is_open = self.line == value;
                value.clone_into(&mut self.line);
                if is_open {
                    self.line.clear();
                }
                return Done::Nothing;
            }
            "template" => {
                let Ok(bytes) = template() else {
                    return Done::Nothing;
                };
                return Done::File(Response::File {
                    name: "整改销号-表格模板.xlsx".into(),
                    kind: super::super::host::XLSX.into(),
                    bytes,
                });
            }
            "decide" | "drop" | "feed" | "unfeed" | "propose" if !may_keep(self.actor.role) => {
                Err([
                    "规则、文件与计划由巡察办、纪检、组织部、领导小组更改".into(),
                    "rules, files and plans are changed by the inspection office, discipline, \
                     organisation and the leading group"
                        .into(),
                ])
            }
            "decide" => self.taken(&self.chosen(), file),
            "drop" => {
                let at = value.parse().unwrap_or(usize::MAX);
                let done = self.office.drop_file(at).map_err(in_words);
                done.map(|process| self.decide(process))
            }
            "feed" => self.feed(),
            "unfeed" => {
                self.office.span = None;
                Ok(())
            }
            "propose" => self.propose(units),
            _ => return Done::Nothing,
        };
        match done {
            Ok(()) => {
                self.typed.clear();
                Done::Changed
            }
            Err(why) => {
                self.said = Some(why);
                Done::Nothing
            }
        }
    }

    /// Name of the file that was chosen: a browser says it behind a path of its own making.
    fn chosen(&self) -> String {
        let typed = self.typed("file").rsplit(['\\', '/']);
        typed.take(1).collect()
    }

    /// Reads a ledger of items as records of this office, which wait for consent as a
    /// packet does.
    pub(super) fn read_ledger(&mut self, file: &[u8], units: &Units) -> Result<(), [String; 2]> {
        self.needs_hand()?;
        let (file, by) = (decode(&self.chosen(), file, None), &self.actor);
        let after = with_items(&self.store, &self.rules, by, &file, Some(units));
        self.pending = after.map_err(in_words)?.export(&author_of(by));
        Ok(())
    }

    fn taken(&mut self, name: &str, file: &[u8]) -> Result<(), [String; 2]> {
        let process = self.office.take(name, file, self.today);
        self.decide(process.map_err(in_words)?);
        Ok(())
    }

    /// Has indicators follow from the ledgers of a span.
    fn feed(&mut self) -> Result<(), [String; 2]> {
        let period = Period::new(self.typed("period").trim()).ok();
        let days: [Option<Day>; 2] = ["from", "to"].map(|name| self.typed(name).parse().ok());
        let (Some(period), [Some(from), Some(to)]) = (period, days) else {
            return Err([
                "须选定时期，并填写起止日期".into(),
                "a period and both days are needed".into(),
            ]);
        };
        if to < from {
            return Err(["截止早于起始".into(), "it ends before it begins".into()]);
        }
        self.office.span = Some((period, from, to));
        Ok(())
    }

    /// Plans the round by the rules and keeps the plan like a file.
    fn propose(&mut self, units: &Units) -> Result<(), [String; 2]> {
        let teams = self.typed("teams").split([',', ';', '，', '；', '、']);
        let teams: Vec<String> = teams.map(|t| t.trim().to_owned()).collect();
        let mut teams: Vec<String> = teams.into_iter().filter(|t| !t.is_empty()).collect();
        teams.sort();
        teams.dedup();
        let start = self.typed("start").parse::<Day>().ok();
        let Some(start) = start.filter(|_| !teams.is_empty()) else {
            return Err([
                "须填写巡察组和开始日期".into(),
                "teams and a first day are needed".into(),
            ]);
        };
        let strange = self.strange_villages(units);
        if self.process.villages.is_empty() || !strange.is_empty() {
            return Err([
                ["请先导入本轮名册（村代码、重点村） ", &strange.join("、")].concat(),
                [
                    "import the round’s register first (village code, key village) ",
                    &strange.join(", "),
                ]
                .concat(),
            ]);
        }
        let rules = self.process.plan_rules.unwrap_or_default();
        let villages = &self.process.villages;
        let plan = Plan::propose(rules, villages, &teams, start, &self.calendar);
        let process = Process {
            plan: Some(plan),
            ..Process::default()
        };
        let bytes = serde_json::to_vec(&process).map_err(|e| [e.to_string(), e.to_string()])?;
        let name = ["巡察安排 ", &self.today.to_string(), ".json"].concat();
        self.taken(&name, &bytes)
    }

    /// Codes in the office's files that the register does not have.
    pub fn strange_villages(&self, units: &Units) -> Vec<&str> {
        let process = &self.process;
        let visits = process.plan.iter().flat_map(|plan| &plan.visits);
        let all = process.villages.keys().map(String::as_str);
        let all = all.chain(visits.map(|visit| visit.village.as_str()));
        let all = all.chain(process.checks.iter().map(|check| check.village.as_str()));
        let all = all.chain(process.gates.iter().map(|gate| gate.village.as_str()));
        let all = all.chain(process.tenures.iter().map(|held| held.village.as_str()));
        let mut strange: Vec<&str> = all.filter(|code| units.unit(code).is_none()).collect();
        strange.sort_unstable();
        strange.dedup();
        strange
    }

    /// Whether what is about a village is shown to whoever looks.
    pub fn sees_village(&self, code: &str, units: &Units) -> bool {
        let office = self.actor.office.as_str();
        match self.actor.role {
            Role::VillageParty => code == office,
            Role::Town => units.unit(code).is_some_and(|unit| unit.town == office),
            _ => true,
        }
    }

    /// Checks of villages that are shown.
    pub fn checks(&self, units: &Units) -> Vec<Check> {
        let all = self.process.checks.iter();
        let seen = all.filter(|check| self.sees_village(&check.village, units));
        seen.cloned().collect()
    }
}

fn in_words(why: ProcessError) -> [String; 2] {
    words(|language| why.message(language))
}

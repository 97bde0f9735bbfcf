//! The files of an office as they were taken, one after the other, and the days whose
//! ledgers count. Kept as text with the project, so that who opens it has the same
//! rules.

use super::{Process, ProcessError};
use crate::calendar::Day;
use crate::framework::Language;
use crate::gate::{neutral, withheld};
use crate::ids::Period;
use crate::signoff::{Evidence, Role};
use serde::{Deserialize, Serialize};

/// A file that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// SHA-256 of it as it was; empty where something of it is withheld, since guesses
    /// could be tried against it.
    pub sha256: String,
    /// When it was taken.
    pub taken: Day,
    /// What it says, as JSON of a [`Process`].
    pub json: String,
}

impl Kept {
    /// The file as a role may have it: `None` where that is as it is.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn withheld(&self, role: Role) -> Result<Option<Self>, ProcessError> {
        let mut process = Process::from_json(self.json.as_bytes())?;
        if !process.gates.iter().any(|gate| gate.hides_from(role)) {
            return Ok(None);
        }
        process.gates = withheld(&process.gates, role);
        Ok(Some(Self {
            // A name can say why, too.
            name: neutral(Language::Chinese).into(),
            sha256: String::new(),
            taken: self.taken,
            json: serde_json::to_string(&process)?,
        }))
    }
}

/// Everything taken.
///
/// ```
/// use dhi_engine::process::Office;
/// let today = "2026-03-01".parse().unwrap();
/// let mut office = Office::default();
/// office.take("rules.json", br#"{"rules": {"remind_after": 3}}"#, today).unwrap();
/// office.take("round.csv", "村代码,重点村\n001,是\n".as_bytes(), today).unwrap();
/// let process = office.process().unwrap();
/// assert_eq!((process.rules().remind_after, process.villages.len()), (3, 1));
/// // The same section twice is refused, and nothing is taken.
/// assert!(office.take("b.json", br#"{"rules": {}}"#, today).is_err());
/// assert_eq!(office.files().len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Office {
    files: Vec<Kept>,
    /// Period whose indicators follow from the ledgers, with the first and the last day
    /// that count; `None` where none do.
    pub span: Option<(Period, Day, Day)>,
}

impl Office {
    /// The files in the order in which they were taken.
    pub fn files(&self) -> &[Kept] {
        &self.files
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.span.is_none()
    }

    /// What all files say together.
    ///
    /// # Errors
    /// Where they contradict each other or one cannot be read.
    pub fn process(&self) -> Result<Process, ProcessError> {
        let mut process = Process::default();
        for file in &self.files {
            process.add(Process::from_json(file.json.as_bytes())?)?;
        }
        process.validate()?;
        Ok(process)
    }

    /// Everything as a role may have it, causes of holds withheld that it may not see;
    /// what follows from it stays the same.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn withheld(&self, role: Role) -> Result<Self, ProcessError> {
        let mut after = self.clone();
        for file in &mut after.files {
            if let Some(other) = file.withheld(role)? {
                *file = other;
            }
        }
        Ok(after)
    }

    /// Takes a file (JSON or tables).
    ///
    /// # Errors
    /// Where it cannot be read or contradicts those before it; then nothing is taken.
    pub fn take(&mut self, name: &str, bytes: &[u8], today: Day) -> Result<Process, ProcessError> {
        let process = Process::from_file(name, bytes)?;
        let json = serde_json::to_string(&process)?;
        let mut after = self.clone();
        after.files.push(Kept {
            name: name.to_owned(),
            sha256: Evidence::fingerprint(bytes),
            taken: today,
            json,
        });
        let process = after.process()?;
        *self = after;
        Ok(process)
    }

    /// Takes a file back, by its place from 0.
    ///
    /// # Errors
    /// Where those that stay do not hold without it; then it stays.
    pub fn drop_file(&mut self, at: usize) -> Result<Process, ProcessError> {
        let mut after = self.clone();
        if at < after.files.len() {
            after.files.remove(at);
        }
        let process = after.process()?;
        *self = after;
        Ok(process)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_a_file_holds_it() {
        let today = Day::new(2026, 3, 1).unwrap();
        let mut office = Office::default();
        let list = "编号,内容\n1,公开\n".as_bytes();
        let checks = "编号,村代码,检查日期,是否符合\n1,001,2026-05-01,是\n".as_bytes();
        assert!(office.take("c.csv", checks, today).is_err());
        office.take("l.csv", list, today).unwrap();
        office.take("c.csv", checks, today).unwrap();
        assert!(matches!(
            office.drop_file(0),
            Err(ProcessError::Check(1, _))
        ));
        assert_eq!(office.files().len(), 2);
        // As written and read again.
        let text = serde_json::to_string(&office).unwrap();
        assert_eq!(serde_json::from_str::<Office>(&text).unwrap(), office);
        office.drop_file(1).unwrap();
        assert!(office.drop_file(0).unwrap().checklist.is_none());
        assert!(office.is_empty());
    }
}

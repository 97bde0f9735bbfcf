//! Findings of an import, with a limit per kind and sheet so that ten thousand
//! bad rows stay readable.

use crate::finding::{Finding, Place, Problem};
use std::mem::{Discriminant, discriminant};

/// Findings of one kind that are listed one by one, per sheet.
const LISTED: u32 = 100;

/// Findings of one kind in one sheet.
struct Group {
    kind: Discriminant<Problem>,
    file: String,
    sheet: String,
    count: u32,
    /// Where the finding that counts the rest stands.
    rest: Option<usize>,
}

/// Collects findings in order.
#[derive(Default)]
pub(super) struct Collector {
    findings: Vec<Finding>,
    /// A list, since kinds have no order to look them up by.
    groups: Vec<Group>,
    last: usize,
}

impl Collector {
    pub(super) fn add(&mut self, problem: Problem, place: Place) {
        let group = self.group(&problem, &place);
        group.count += 1;
        let (count, rest) = (group.count, group.rest);
        if count <= LISTED {
            self.findings.push(Finding::new(problem, place));
            return;
        }
        if let Some(at) = rest {
            if let Problem::MoreLikeThis { count, .. } = &mut self.findings[at].problem {
                *count += 1;
            }
            return;
        }
        let at = self.findings.len();
        self.groups[self.last].rest = Some(at);
        let severity = problem.severity();
        // At the first one that is not listed.
        let more = Problem::MoreLikeThis { count: 1, severity };
        self.findings.push(Finding::new(more, place));
    }

    fn group(&mut self, problem: &Problem, place: &Place) -> &mut Group {
        let kind = discriminant(problem);
        let is_it = |g: &Group| g.kind == kind && g.file == place.file && g.sheet == place.sheet;
        // Findings come in runs of one kind.
        if !self.groups.get(self.last).is_some_and(is_it) {
            self.last = self.groups.iter().position(is_it).unwrap_or_else(|| {
                self.groups.push(Group {
                    kind,
                    file: place.file.clone(),
                    sheet: place.sheet.clone(),
                    count: 0,
                    rest: None,
                });
                self.groups.len() - 1
            });
        }
        &mut self.groups[self.last]
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn the_rest_is_counted_and_keeps_its_severity() {
        let mut collector = Collector::default();
        for row in 1..=250 {
            let place = Place {
                row: Some(row),
                ..Place::default()
            };
            collector.add(Problem::HalfRatio, place);
        }
        let findings = collector.into_findings();
        assert_eq!(findings.len(), 101);
        assert_eq!(findings[100].place.row, Some(101));
        assert_eq!(
            findings[100].problem,
            Problem::MoreLikeThis {
                count: 150,
                severity: Severity::Blocking
            }
        );
        assert_eq!(findings[100].severity(), Severity::Blocking);
    }
}

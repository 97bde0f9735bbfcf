//! 虚假整改 signs: closures that people should look at. A sign is no finding of
//! guilt, changes nothing by itself and is never part of a score.

use super::event::EvidenceKind;
use super::item::Item;
use super::role::{State, pick};
use super::rules::Rules;
use crate::framework::Language;
use std::collections::BTreeMap;

/// What looks wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suspicion {
    /// The same file proves two items.
    ReusedEvidence,
    /// The same plan word for word in another village.
    SameText,
    /// A photo or minutes dated before the item was assigned.
    DatedBefore,
    /// Closed without the money received.
    ClosedUnpaid,
    /// All four agreed, and the people are not satisfied.
    PublicBelow,
    /// A relapse soon after closure.
    EarlyRelapse,
}

/// A sign at an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flag {
    /// Number of the item.
    pub item: String,
    /// What looks wrong.
    pub suspicion: Suspicion,
    /// The other item, where two are alike.
    pub other: Option<String>,
}

impl Suspicion {
    /// In words.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::ReusedEvidence => ("佐证重复使用", "evidence used before"),
            Self::SameText => ("不同村整改内容雷同", "same text in another village"),
            Self::DatedBefore => ("佐证日期早于交办", "evidence dated before assignment"),
            Self::ClosedUnpaid => ("应收款未到账即销号", "closed without the money received"),
            Self::PublicBelow => (
                "内部通过而群众满意度偏低",
                "passed inside, low public rating",
            ),
            Self::EarlyRelapse => ("销号后短期内反弹", "relapse soon after closure"),
        };
        pick(language, zh, en)
    }
}

/// Shorter plans are alike by chance.
const LEAST_TEXT: usize = 20;

/// Without blanks and punctuation, Chinese and Western: they hide no copy. By ranges,
/// since a table of all letters of all scripts would be sent to every browser.
fn bare(text: &str) -> String {
    let is_mark = |c: &char| {
        c.is_whitespace()
            || c.is_control()
            || c.is_ascii_punctuation()
            || matches!(c,
                '\u{a1}'..='\u{bf}' | '\u{2000}'..='\u{206f}'
                | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{fe30}'..='\u{fe6f}'
                | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}'
                | '\u{ff5b}'..='\u{ff65}')
    };
    text.chars().filter(|c| !is_mark(c)).collect()
}

/// All signs, by item; where several items share something, each later one points
/// to the first.
pub fn flags(items: &[Item], rules: &Rules) -> Vec<Flag> {
    let mut all = Vec::new();
    let mut files: BTreeMap<&str, &Item> = BTreeMap::new();
    let mut texts: BTreeMap<String, &Item> = BTreeMap::new();
    for item in items {
        let mut add = |suspicion, other: Option<&Item>| {
            all.push(Flag {
                item: item.id.clone(),
                suspicion,
                other: other.map(|o| o.id.clone()),
            });
        };
        for evidence in &item.evidence {
            let first = *files.entry(&evidence.hash).or_insert(item);
            if first.id != item.id {
                add(Suspicion::ReusedEvidence, Some(first));
            }
        }
        let text = bare(&item.measures);
        if text.chars().count() >= LEAST_TEXT {
            let first = *texts.entry(text).or_insert(item);
            if first.facts.village != item.facts.village {
                add(Suspicion::SameText, Some(first));
            }
        }
        let is_dated = |kind| matches!(kind, EvidenceKind::Photo | EvidenceKind::Minutes);
        let mut dated = item.evidence.iter().filter(|e| is_dated(e.kind));
        if dated.any(|e| item.assigned.is_some_and(|assigned| e.date < assigned)) {
            add(Suspicion::DatedBefore, None);
        }
        let is_closed = item.state >= State::Closed;
        if is_closed && item.received() < item.facts.to_recover {
            add(Suspicion::ClosedUnpaid, None);
        }
        let latest = item.ratings.last().and_then(|(_, rating)| rating.as_ref());
        let satisfied = latest.and_then(|rating| rating.satisfied_pct());
        if is_closed && satisfied.is_some_and(|p| p < f64::from(rules.low_public_pct)) {
            add(Suspicion::PublicBelow, None);
        }
        let mut relapses = item.relapses.iter();
        if relapses.any(|(at, closed)| at.since(*closed) < rules.early_relapse_days) {
            add(Suspicion::EarlyRelapse, None);
        }
    }
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn punctuation_and_blanks_hide_no_copy() {
        let plain = "收回合同款12万元并公示二〇二六年ABC";
        let dressed = "收回、合同款：“12 万元”（并公示）——二〇二六年……　A,B.C！\n";
        assert_eq!(bare(dressed), plain);
        assert_ne!(bare("收回"), bare("收回款"));
    }
}

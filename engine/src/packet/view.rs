//! From a set of records to items: what happened after what, what happened without
//! knowledge of the other, and what that leaves for people to settle.

use super::store::Store;
use super::{Record, author_of};
use crate::framework::Language;
use crate::signoff::{Item, ROLES, Refusal, Role, Rules, What};
use std::collections::BTreeMap;

/// Where a record stands. Its id is in no words, since who guesses at the counts of a
/// rating could try them against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub author: String,
    /// Which of theirs.
    pub seq: u32,
}

impl Place {
    fn of(record: &Record) -> Self {
        Self {
            author: author_of(&record.event.by),
            seq: record.seq,
        }
    }

    fn words(&self, rules: &Rules, language: Language) -> String {
        let Self { author, seq } = self;
        let author = name_of(author, rules, language);
        match language {
            Language::Chinese => format!("{author} 第 {seq} 条记录"),
            Language::English => format!("record {seq} of {author}"),
        }
    }
}

/// An author in words: the role by its name here, and the office where it has one.
fn name_of(author: &str, rules: &Rules, language: Language) -> String {
    let (id, office) = author.split_once('/').unwrap_or((author, ""));
    let role = ROLES.into_iter().find(|role| role.id() == id);
    let role = role.map_or(id, |role| rules.role_name(role, language));
    [role, office].join(" ").trim_end().to_owned()
}

/// Something that is shown and not resolved by the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An author told two stories; nothing after it is followed.
    Fork {
        /// Whose.
        author: String,
        /// From which record on.
        seq: u32,
    },
    /// Records wait for one that has not come.
    Waiting {
        /// Whose.
        author: String,
        /// The record missing.
        seq: u32,
    },
    /// A record builds on one that is not here, or not followed.
    Unfounded {
        /// The item.
        item: String,
        /// Which one.
        record: Place,
    },
    /// Different outcomes of one step, by people who did not know of each other:
    /// none is followed.
    Contended {
        /// The item.
        item: String,
        /// Where they stand, by the ids that a settlement names.
        records: BTreeMap<String, Place>,
    },
    /// Evidence changed after, or unknown to, whoever signed; the consent is void.
    EvidenceChanged {
        /// The item.
        item: String,
        /// The record that shows it.
        record: Place,
    },
    /// Together with the others, a record is against the procedure.
    Refused {
        /// The item.
        item: String,
        /// Which one.
        record: Place,
        /// Why.
        why: Refusal,
    },
}

impl Notice {
    /// The item it is about; `None` where it is about an office's records.
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::Fork { .. } | Self::Waiting { .. } => None,
            Self::Unfounded { item, .. }
            | Self::Contended { item, .. }
            | Self::EvidenceChanged { item, .. }
            | Self::Refused { item, .. } => Some(item),
        }
    }

    /// In words, roles and states by their names here.
    pub fn message(&self, rules: &Rules, language: Language) -> String {
        let is_chinese = language == Language::Chinese;
        match self {
            Self::Fork { author, seq } if is_chinese => {
                let author = name_of(author, rules, language);
                format!("{author} 第 {seq} 条记录有两个版本，其后均未采用")
            }
            Self::Fork { author, seq } => {
                let author = name_of(author, rules, language);
                format!("{author} has two versions of record {seq}; none after it is followed")
            }
            Self::Waiting { author, seq } if is_chinese => {
                let author = name_of(author, rules, language);
                format!("{author} 缺少第 {seq} 条记录，其后的暂不采用")
            }
            Self::Waiting { author, seq } => {
                let author = name_of(author, rules, language);
                format!("{author}: record {seq} is missing; what follows it waits")
            }
            Self::Unfounded { item, record } if is_chinese => {
                let record = record.words(rules, language);
                format!("{item}：{record}所依据的记录尚未收到或未采用")
            }
            Self::Unfounded { item, record } => {
                let record = record.words(rules, language);
                format!("{item}: {record} builds on one not received or not followed")
            }
            Self::Contended { item, records } => {
                let records = records.values().map(|place| place.words(rules, language));
                let records: Vec<String> = records.collect();
                if is_chinese {
                    let records = records.join("、");
                    format!("{item}：同一步骤有不同结果（{records}），待裁定")
                } else {
                    let records = records.join(", ");
                    format!("{item}: different outcomes of one step ({records}), to be settled")
                }
            }
            Self::EvidenceChanged { item, record } if is_chinese => {
                let record = record.words(rules, language);
                format!("{item}：签字后佐证有变动（{record}），签字失效")
            }
            Self::EvidenceChanged { item, record } => {
                let record = record.words(rules, language);
                format!("{item}: evidence changed after a signature ({record}); it is void")
            }
            Self::Refused { item, record, why } => {
                let colon = if is_chinese { "：" } else { ": " };
                format!(
                    "{item}{colon}{}{colon}{}",
                    record.words(rules, language),
                    why.message(rules, language)
                )
            }
        }
    }
}

/// Items and notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Items in the order of their numbers.
    pub items: Vec<Item>,
    /// Everything that needs people.
    pub notices: Vec<Notice>,
}

impl View {
    /// An item by its number.
    pub fn item(&self, id: &str) -> Option<&Item> {
        let at = self.items.binary_search_by(|item| item.id.as_str().cmp(id));
        at.ok().and_then(|at| self.items.get(at))
    }
}

/// One item from its records.
pub(super) struct Replayed {
    pub(super) item: Option<Item>,
    pub(super) heads: Vec<String>,
    notices: Vec<Notice>,
}

pub(super) fn of(store: &Store, rules: &Rules) -> View {
    let mut view = View::default();
    for (author, seq, is_fork) in store.breaks() {
        let author = author.to_owned();
        view.notices.push(if is_fork {
            Notice::Fork { author, seq }
        } else {
            Notice::Waiting { author, seq }
        });
    }
    for id in store.item_ids() {
        let seen = replay(id, &store.records(id), rules);
        view.items.extend(seen.item);
        view.notices.extend(seen.notices);
    }
    view
}

/// Records of one item in an order that keeps causes before effects, and for each
/// which of them its author knew of, directly or through others.
struct Order<'a> {
    records: Vec<&'a Record>,
    knows: Vec<Vec<bool>>,
    unfounded: Vec<&'a Record>,
}

/// Among records that nothing orders, the village's come first: a change of evidence
/// then voids consents given without knowledge of it, never the other way.
fn rank(record: &Record) -> (bool, u8, &str) {
    let is_others = record.event.by.role != Role::VillageParty;
    let kind = match record.event.what {
        What::Sign { .. } => 0,
        _ => 1,
    };
    (is_others, kind, &record.id)
}

fn order<'a>(records: &[&'a Record]) -> Order<'a> {
    let mut left: Vec<&Record> = records.to_vec();
    left.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    let mut done = Order {
        records: Vec::with_capacity(left.len()),
        knows: Vec::with_capacity(left.len()),
        unfounded: Vec::new(),
    };
    while let Some(next) = left
        .iter()
        .position(|r| r.seen.iter().all(|id| at.contains_key(id.as_str())))
    {
        let record = left.remove(next);
        let mut knows = vec![false; records.len()];
        for parent in record.seen.iter().filter_map(|id| at.get(id.as_str())) {
            knows[*parent] = true;
            for (mine, theirs) in knows.iter_mut().zip(&done.knows[*parent]) {
                *mine |= *theirs;
            }
        }
        at.insert(&record.id, done.records.len());
        done.records.push(record);
        done.knows.push(knows);
    }
    done.unfounded = left;
    done
}

/// The records as they are followed.
pub(super) fn in_order<'a>(records: &[&'a Record]) -> Vec<&'a Record> {
    let mut order = order(records);
    order.records.append(&mut order.unfounded);
    order.records
}

/// Whether two events decide the same step differently. Consents stand side by side,
/// and two returns come to the same.
fn contend(one: &What, other: &What) -> bool {
    let decides = |what: &What| {
        !matches!(
            what,
            What::Sign { .. }
                | What::Evidence(_)
                | What::Withdraw { .. }
                | What::Recuse
                | What::Progress { .. }
                | What::List { .. }
                | What::Unlist { .. }
                | What::Refer
                | What::HoldToAccount(_)
                | What::ConfirmFalse { .. }
                | What::Contest { .. }
        )
    };
    let are_returns = matches!(one, What::Return { .. }) && matches!(other, What::Return { .. });
    // Extensions, settlements, withdrawals and answers are decided beside the step the item is at.
    let beside = |what: &What| match what {
        What::Extend { .. } => 1,
        What::Settle { .. } => 2,
        // Two withdrawals apart from each other may mean the same finding.
        What::WithdrawFalse { .. } => 3,
        What::Answer { against, .. } => 4 + *against as u8,
        _ => 0,
    };
    let keeps_same = matches!(
        (one, other),
        (What::Settle { keep: a, .. }, What::Settle { keep: b, .. }) if a == b
    );
    decides(one)
        && decides(other)
        && beside(one) == beside(other)
        && !are_returns
        && !keeps_same
        && (one != other || beside(one) == 3)
}

pub(super) fn replay(id: &str, records: &[&Record], rules: &Rules) -> Replayed {
    let order = order(records);
    let mut refused = BTreeMap::new();
    // A settlement that is refused where it stands settles nothing: once more without it.
    let (item, notices) = loop {
        match follow(id, &order, rules, &refused) {
            Ok(done) => break done,
            Err((settlement, why)) => {
                refused.insert(settlement, why);
            }
        }
    };
    let Order { records, knows, .. } = &order;
    let is_known = |i: usize| knows.iter().any(|known| known[i]);
    let heads = (0..records.len()).filter(|i| !is_known(*i));
    let mut heads: Vec<String> = heads.map(|i| records[i].id.clone()).collect();
    heads.sort();
    Replayed {
        item,
        heads,
        notices,
    }
}

/// The item and what is noticed; or the first settlement that is refused where it stands,
/// besides those known to be.
fn follow(
    id: &str,
    order: &Order<'_>,
    rules: &Rules,
    refused: &BTreeMap<usize, Refusal>,
) -> Result<(Option<Item>, Vec<Notice>), (usize, Refusal)> {
    let Order {
        records,
        knows,
        unfounded,
    } = order;
    let n = records.len();
    let what = |i: usize| &records[i].event.what;
    let mut notices: Vec<Notice> = unfounded
        .iter()
        .map(|record| Notice::Unfounded {
            item: id.to_owned(),
            record: Place::of(record),
        })
        .collect();
    let is_apart = |i: usize, j: usize| i != j && !knows[i][j] && !knows[j][i];
    let rivals = |i: usize| (0..n).filter(move |j| is_apart(i, *j) && contend(what(i), what(*j)));
    let mut is_out = vec![false; n];
    // What was settled by somebody who knew both, and whom nobody contradicts.
    for i in 0..n {
        let What::Settle { keep, .. } = what(i) else {
            continue;
        };
        let kept = (0..i).find(|k| knows[i][*k] && records[*k].id == *keep);
        let counts = !refused.contains_key(&i) && rivals(i).next().is_none();
        let Some(kept) = kept.filter(|_| counts) else {
            continue;
        };
        for lost in rivals(kept).filter(|j| knows[i][*j]) {
            is_out[lost] = true;
            // And what was built on it, up to the settlement.
            for later in (0..n).filter(|l| knows[*l][lost] && !knows[*l][kept]) {
                is_out[later] = true;
            }
        }
    }
    let mut is_stuck = vec![false; n];
    for i in (0..n).filter(|i| !is_out[*i]) {
        is_stuck[i] = rivals(i).any(|j| !is_out[j]);
    }
    let mut groups: Vec<BTreeMap<String, Place>> = Vec::new();
    for i in (0..n).filter(|i| is_stuck[*i]) {
        let all = rivals(i).filter(|j| !is_out[*j]).chain([i]);
        let group = all
            .map(|j| (records[j].id.clone(), Place::of(records[j])))
            .collect();
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    notices.extend(groups.into_iter().map(|records| Notice::Contended {
        item: id.to_owned(),
        records,
    }));
    let mut item: Option<Item> = None;
    for i in (0..n).filter(|i| !is_out[*i] && !is_stuck[*i]) {
        let (event, record) = (&records[i].event, Place::of(records[i]));
        let item_id = || id.to_owned();
        if (0..i).any(|j| is_stuck[j] && knows[i][j]) {
            let item = item_id();
            notices.push(Notice::Unfounded { item, record });
            continue;
        }
        let result = match &mut item {
            _ if let Some(why) = refused.get(&i) => Err(why.clone()),
            Some(item) => {
                let n_void = item.voided.len();
                let result = item.take(rules, event);
                let is_change = matches!(event.what, What::Evidence(_) | What::Withdraw { .. });
                if is_change && item.voided.len() > n_void {
                    let (item, record) = (item_id(), record.clone());
                    notices.push(Notice::EvidenceChanged { item, record });
                }
                result
            }
            None => Item::open(id, event).map(|opened| item = Some(opened)),
        };
        match result {
            Ok(()) => {}
            Err(Refusal::StaleContent) => {
                let item = item_id();
                notices.push(Notice::EvidenceChanged { item, record });
            }
            Err(why) if matches!(event.what, What::Settle { .. }) && !refused.contains_key(&i) => {
                return Err((i, why));
            }
            Err(why) => notices.push(Notice::Refused {
                item: item_id(),
                record,
                why,
            }),
        }
    }
    Ok((item, notices))
}

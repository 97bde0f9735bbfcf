//! The numbers behind the ranking by column, and the rows that follow from them:
//! filtered, sorted, grouped.

use super::context::Context;
use super::view::{Column, Filter, Marks, Shape};
use crate::worker::protocol::{Loaded, Results};
use crate::worker::robust::Robustness;
use dhi_engine::frame::{Unit, Units};
use dhi_engine::gate::Limit;
use dhi_engine::rank::Grade;
use leptos::prelude::*;
use std::cmp::Ordering;

/// Rows that an open village's contributions take up.
pub const DETAIL_ROWS: usize = 6;

/// Labels in register order, and each unit's position among them.
pub type Groups = (Vec<String>, Vec<u32>);

/// What follows from a register alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Register {
    /// Towns.
    pub towns: Groups,
    /// Classes.
    pub classes: Groups,
    /// Place of every unit in the order of codes.
    by_code: Vec<u32>,
}

impl Register {
    /// Of these units.
    pub fn of(units: &Units) -> Self {
        let groups = |attribute: fn(&Unit) -> &str| {
            let (labels, groups) = units.groups_by(attribute);
            (labels.into_iter().map(str::to_owned).collect(), groups)
        };
        let list = units.list();
        let mut order: Vec<u32> = (0..list.len() as u32).collect();
        order.sort_by(|a, b| list[*a as usize].code.cmp(&list[*b as usize].code));
        let mut by_code = vec![0; list.len()];
        for (place, unit) in order.iter().enumerate() {
            by_code[*unit as usize] = place as u32;
        }
        Self {
            towns: groups(|u| &u.town),
            classes: groups(|u| &u.class),
            by_code,
        }
    }

    /// The groups of a column, where it has some.
    pub fn groups(&self, by: Option<Column>) -> Option<&Groups> {
        match by {
            Some(Column::Town) => Some(&self.towns),
            Some(Column::Class) => Some(&self.classes),
            _ => None,
        }
    }

    /// What the group of this label is called. Where towns are divided, their classes are
    /// counted behind the towns, town by town.
    pub fn label(&self, shape: &Shape, label: u32) -> String {
        let name = |groups: &Groups, at: usize| {
            let name = groups.0.get(at).filter(|name| !name.is_empty());
            name.map_or("—", String::as_str).to_owned()
        };
        let Some(groups) = self.groups(shape.grouping) else {
            return String::new();
        };
        let (at, n_classes) = (label as usize, self.classes.0.len().max(1));
        match at.checked_sub(groups.0.len()) {
            Some(pair) if shape.is_nested => {
                let town = name(groups, pair / n_classes);
                [&town, " · ", &name(&self.classes, pair % n_classes)].concat()
            }
            _ => name(groups, at),
        }
    }
}

impl Loaded {
    /// What is in force against a unit.
    pub fn limit(&self, unit: usize) -> Limit {
        let limits = &self.limits;
        let found = limits.binary_search_by_key(&unit, |limit| limit[0] as usize);
        let found = found.ok().and_then(|at| limits.get(at));
        found.map_or_else(Limit::default, |[_, best, waits]| Limit {
            best: *best,
            cap: None,
            waits: *waits > 0,
        })
    }
}

/// Everything that rows can be sorted and filtered by.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The units.
    pub units: &'a [Unit],
    /// What follows from them.
    pub register: &'a Register,
    /// Results under the present weights.
    pub results: &'a Results,
    /// What does not depend on weights.
    pub loaded: &'a Loaded,
    /// How certain ranks are, once known.
    pub robust: Option<&'a Robustness>,
    /// Scores of all periods by period, then unit, once known.
    pub past: &'a [f64],
}

/// Reads the numbers behind the ranking, following all of them.
pub fn with_facts<T>(app: Context, read: impl FnOnce(&Facts<'_>) -> T) -> Option<T> {
    let register = app.desk().register.get();
    let (results, loaded) = (app.results.get(), app.loaded.get());
    let robust = app.desk().honest.shown.get();
    let past = app.desk().past.get();
    app.project.with(|project| {
        let units = project.as_ref()?.content.dataset.units().list();
        Some(read(&Facts {
            units,
            register: &register,
            results: &results,
            loaded: &loaded,
            robust: robust.as_deref(),
            past: &past,
        }))
    })
}

/// Where a count or position is above 0, it as a number.
fn counted(list: &[u32], unit: usize) -> Option<f64> {
    let count = list.get(unit).filter(|count| **count > 0);
    count.map(|count| f64::from(*count))
}

impl Facts<'_> {
    /// A village's number in a column; NaN where there is none.
    pub fn value(&self, column: Column, unit: usize) -> f64 {
        let place = |places: &[u32]| places.get(unit).map(|place| f64::from(*place));
        let results = self.results;
        let value = match column {
            Column::Rank => counted(&results.overall, unit),
            Column::Name => place(&self.register.by_code),
            Column::Town => place(&self.register.towns.1),
            Column::Class => place(&self.register.classes.1),
            Column::Interval => self
                .robust
                .and_then(|r| Some(counted(&r.high, unit)? - counted(&r.low, unit)?)),
            Column::Tier => self.robust.and_then(|r| counted(&r.tiers, unit)),
            Column::Score => results.scores.get(unit).copied(),
            Column::Bars => None,
            Column::Grade => match self.grade(unit) {
                Some(Grade::Band(at)) => Some(f64::from(at)),
                _ => None,
            },
            Column::Line => self.robust.and_then(|r| r.chances.get(unit).copied()),
            Column::Coverage => {
                let count = self.loaded.coverage.get(unit);
                count.and_then(|count| count.share())
            }
            Column::Trend => {
                let mut scores = self.trend(unit).rev();
                scores.next().zip(scores.next()).map(|(to, from)| to - from)
            }
            Column::Change => {
                let before = counted(&self.loaded.baseline.overall, unit);
                before
                    .zip(counted(&results.overall, unit))
                    .map(|(b, now)| b - now)
            }
            Column::Pillar(at) => {
                let column = results.pillars.get(at as usize);
                column.and_then(|column| column.get(unit).copied())
            }
        };
        value.unwrap_or(f64::NAN)
    }

    /// The grade of a village that counts.
    fn grade(&self, unit: usize) -> Option<Grade> {
        let by_score = self.results.grades.get(unit)?;
        Some(self.loaded.limit(unit).counts(*by_score))
    }

    /// A village's scores over the periods; NaN where there is none.
    pub fn trend(&self, unit: usize) -> impl DoubleEndedIterator<Item = f64> {
        let n_units = self.units.len().max(1);
        self.past
            .chunks_exact(n_units)
            .filter_map(move |scores| scores.get(unit).copied())
    }

    /// Positions of the villages that pass the filter, sorted; equals stay in rank
    /// order, and those without a value come last either way.
    pub fn rows(&self, filter: &Filter, keys: &[(Column, bool)]) -> Vec<u32> {
        let keeps = |i: &u32| {
            let at = *i as usize;
            let unit = self.units.get(at);
            unit.is_some_and(|u| filter.keeps(u, self.grade(at))) && filter.holds(self, at)
        };
        let order = &self.results.order;
        let mut rows: Vec<u32> = if *filter == Filter::default() {
            order.clone()
        } else {
            order.iter().copied().filter(keeps).collect()
        };
        if matches!(keys.first(), None | Some((Column::Rank, false))) {
            return rows;
        }
        let n = self.units.len();
        let columns: Vec<(Vec<f64>, bool)> = keys
            .iter()
            .map(|(by, is_down)| ((0..n).map(|i| self.value(*by, i)).collect(), *is_down))
            .collect();
        rows.sort_by(|a, b| {
            let orders = columns.iter().map(|(values, is_down)| {
                compare(values[*a as usize], values[*b as usize], *is_down)
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
        rows
    }
}

fn compare(a: f64, b: f64, is_down: bool) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) if is_down => b.total_cmp(&a),
        (false, false) => a.total_cmp(&b),
        (a, b) => a.cmp(&b),
    }
}

/// A town or class among the rows shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Its position among the labels.
    pub label: u32,
    /// Its villages, in the order of the rows.
    pub members: Vec<u32>,
    /// Lowest score, median, highest score of those with a grade; empty without.
    pub scores: Vec<f64>,
    /// How many of them have a grade.
    pub n_graded: u32,
    /// Whether it is a town whose classes follow as groups of their own.
    pub is_outer: bool,
}

impl Group {
    fn middle(&self) -> f64 {
        self.scores.get(1).copied().unwrap_or(f64::NAN)
    }
}

/// Divides rows by group. Where rows stand by merit, groups stand by their medians;
/// otherwise in the order in which they first appear.
pub fn grouped(
    facts: &Facts<'_>,
    rows: &[u32],
    of_unit: &[u32],
    keys: &[(Column, bool)],
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut place = vec![usize::MAX; of_unit.iter().max().map_or(0, |most| *most as usize + 1)];
    for unit in rows {
        let Some(label) = of_unit.get(*unit as usize) else {
            continue;
        };
        let at = &mut place[*label as usize];
        if *at == usize::MAX {
            *at = groups.len();
            groups.push(Group {
                label: *label,
                ..Group::default()
            });
        }
        groups[*at].members.push(*unit);
    }
    for group in &mut groups {
        let is_graded = |unit: &&u32| {
            let grade = facts.results.grades.get(**unit as usize);
            grade.is_some_and(|g| g.is_band())
        };
        let graded = group.members.iter().filter(is_graded);
        let scores = graded.map(|unit| facts.value(Column::Score, *unit as usize));
        let mut scores: Vec<f64> = scores.filter(|s| !s.is_nan()).collect();
        scores.sort_unstable_by(f64::total_cmp);
        group.n_graded = scores.len() as u32;
        if let (Some(low), Some(high)) = (scores.first(), scores.last()) {
            let upper = scores[scores.len() / 2];
            let lower = scores[(scores.len() - 1) / 2];
            group.scores = vec![*low, f64::midpoint(lower, upper), *high];
        }
    }
    let best_first = match keys.first() {
        None | Some((Column::Rank, false) | (Column::Score, true)) => true,
        Some((Column::Rank | Column::Score, _)) => false,
        _ => return groups,
    };
    groups.sort_by(|a, b| compare(a.middle(), b.middle(), best_first));
    groups
}

/// Divides towns by class: each town and then its classes, in the order that groups have.
pub fn divided(facts: &Facts<'_>, towns: Vec<Group>, keys: &[(Column, bool)]) -> Vec<Group> {
    let Register {
        towns: all,
        classes,
        ..
    } = facts.register;
    let of_town = |town: Group| {
        let mut inner = grouped(facts, &town.members, &classes.1, keys);
        for group in &mut inner {
            group.label += (all.0.len() + town.label as usize * classes.0.len()) as u32;
        }
        let town = Group {
            is_outer: true,
            ..town
        };
        std::iter::once(town).chain(inner)
    };
    towns.into_iter().flat_map(of_town).collect()
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A village.
    Unit(u32),
    /// Head of a group, by its position in the list of groups.
    Group(u32),
    /// The first row of an open village's contributions.
    Detail(u32),
    /// Room for the rest of them.
    Filler,
}

impl Item {
    /// The village of a row.
    pub fn unit(self) -> Option<u32> {
        match self {
            Self::Unit(unit) => Some(unit),
            _ => None,
        }
    }
}

/// The rows of the table: what is pinned first, then the rest, group by group where
/// there are groups.
pub fn items(rows: &[u32], groups: Option<&[Group]>, marks: &Marks) -> Vec<Item> {
    let mut items: Vec<Item> = marks.pinned.iter().copied().map(Item::Unit).collect();
    let put = |items: &mut Vec<Item>, units: &[u32]| {
        for unit in units {
            if marks.pinned.contains(unit) {
                continue;
            }
            items.push(Item::Unit(*unit));
            if marks.open.contains(unit) {
                items.push(Item::Detail(*unit));
                items.extend([Item::Filler; DETAIL_ROWS - 1]);
            }
        }
    };
    let Some(groups) = groups else {
        put(&mut items, rows);
        return items;
    };
    let mut is_hidden = false;
    for (at, group) in groups.iter().enumerate() {
        if is_hidden && !group.is_outer {
            continue;
        }
        items.push(Item::Group(at as u32));
        if group.is_outer {
            is_hidden = marks.folded.contains(&group.label);
        } else if !marks.folded.contains(&group.label) {
            put(&mut items, &group.members);
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::ids::{BodyType, UnitCode};

    /// Two towns of two classes each; the second town has the better median, and in the
    /// first the second class.
    #[test]
    fn towns_are_divided_by_class_with_numbers_of_their_own() {
        let places = [
            ("甲镇", "一"),
            ("甲镇", "二"),
            ("乙镇", "一"),
            ("甲镇", "一"),
            ("乙镇", "二"),
        ];
        let unit = |(at, (town, class)): (usize, (&str, &str))| Unit {
            code: UnitCode::new(&format!("99000010020{at}")).unwrap(),
            name: String::new(),
            town: town.into(),
            class: class.into(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let units = Units::new(places.into_iter().enumerate().map(unit).collect()).unwrap();
        let register = Register::of(&units);
        let results = Results {
            scores: vec![60.0, 70.0, 80.0, 50.0, 90.0],
            grades: vec![Grade::Band(0); 5],
            order: vec![4, 2, 1, 0, 3],
            ..Results::default()
        };
        let loaded = Loaded::default();
        let facts = Facts {
            units: units.list(),
            register: &register,
            results: &results,
            loaded: &loaded,
            robust: None,
            past: &[],
        };
        let keys = [(Column::Rank, false)];
        let towns = grouped(&facts, &results.order, &register.towns.1, &keys);
        let groups = divided(&facts, towns, &keys);
        let mut shape = Shape::default();
        shape.group("tc");
        let said: Vec<(String, bool, f64, &[u32])> = groups
            .iter()
            .map(|g| {
                (
                    register.label(&shape, g.label),
                    g.is_outer,
                    g.middle(),
                    &g.members[..],
                )
            })
            .collect();
        let expected: [(&str, bool, f64, &[u32]); 6] = [
            ("乙镇", true, 85.0, &[4, 2]),
            ("乙镇 · 二", false, 90.0, &[4]),
            ("乙镇 · 一", false, 80.0, &[2]),
            ("甲镇", true, 60.0, &[1, 0, 3]),
            ("甲镇 · 二", false, 70.0, &[1]),
            ("甲镇 · 一", false, 55.0, &[0, 3]),
        ];
        let expected = expected
            .map(|(name, is_outer, middle, members)| (name.to_owned(), is_outer, middle, members));
        assert_eq!(said, expected);

        // A town's head stands alone above its classes'; folded, it hides them.
        let heads = |marks: &Marks| items(&results.order, Some(&groups), marks);
        let (head, row) = (Item::Group, Item::Unit);
        let mut marks = Marks::default();
        let all = [
            head(0),
            head(1),
            row(4),
            head(2),
            row(2),
            head(3),
            head(4),
            row(1),
            head(5),
            row(0),
            row(3),
        ];
        assert_eq!(heads(&marks), all);
        marks.folded.extend([groups[0].label, groups[5].label]);
        assert_eq!(heads(&marks), [head(0), head(3), head(4), row(1), head(5)]);
    }
}

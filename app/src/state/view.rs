//! What the ranking shows: which columns, by what it is sorted and grouped, and what
//! the user has marked. None of it belongs to the project, but its steps back and forward
//! go through the columns too.

use super::facts::Facts;
use crate::pinyin::is_meant;
use dhi_engine::frame::Unit;
use dhi_engine::rank::Grade;
use leptos::prelude::RwSignal;
use std::collections::BTreeSet;

/// Villages that can be kept at the top.
pub const MOST_PINNED: usize = 5;
/// Villages that can stand side by side.
pub const MOST_COMPARED: usize = 4;

/// Which units a rank counts among.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankScope {
    /// All.
    #[default]
    Overall,
    /// The same class.
    InClass,
    /// The same town.
    InTown,
}

/// A column of the ranking, and what rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Rank; sorted in the results' own order.
    Rank,
    /// Name; sorted by code.
    Name,
    /// Town, in the order of the register.
    Town,
    /// Class, likewise.
    Class,
    /// Rank interval; sorted by its width.
    Interval,
    /// Tier.
    Tier,
    /// Score.
    Score,
    /// Make-up of the score by pillar.
    Bars,
    /// Grade.
    Grade,
    /// Chance of the nomination line.
    Line,
    /// Coverage.
    Coverage,
    /// Score over the periods; sorted by the latest change.
    Trend,
    /// Change of the rank against the scheme's weights.
    Change,
    /// What a pillar contributes.
    Pillar(u8),
}

/// Columns there are, with the letter each is stored under; those of the pillars
/// have their digit.
const LETTERS: [(char, Column); 13] = [
    ('r', Column::Rank),
    ('n', Column::Name),
    ('t', Column::Town),
    ('c', Column::Class),
    ('i', Column::Interval),
    ('e', Column::Tier),
    ('s', Column::Score),
    ('b', Column::Bars),
    ('g', Column::Grade),
    ('l', Column::Line),
    ('v', Column::Coverage),
    ('d', Column::Trend),
    ('h', Column::Change),
];

/// Columns shown until others are chosen, as they are stored.
const DEFAULT_COLUMNS: &str = "rntciesbglv";

impl Column {
    /// All columns for so many pillars, in the order in which they stand.
    pub fn all(n_pillars: usize) -> impl Iterator<Item = Self> {
        let fixed = LETTERS.map(|(_, column)| column);
        let pillars = (0..n_pillars.min(10) as u8).map(Self::Pillar);
        fixed.into_iter().chain(pillars)
    }

    /// Whether it has one number per village, so that it has a distribution.
    pub fn is_numeric(self) -> bool {
        use Column::{Change, Coverage, Line, Pillar, Rank, Score, Tier, Trend};
        matches!(
            self,
            Rank | Tier | Score | Line | Coverage | Trend | Change | Pillar(_)
        )
    }

    /// What its numbers are multiplied by to be shown and typed: shares are in percent.
    pub fn percent(self) -> f64 {
        match self {
            Self::Line | Self::Coverage => 100.0,
            _ => 1.0,
        }
    }

    /// Letter under which it is stored and named.
    pub fn letter(self) -> char {
        match self {
            Self::Pillar(at) => char::from(b'0' + at.min(9)),
            column => {
                let found = LETTERS.iter().find(|(_, c)| *c == column);
                found.map_or('r', |(letter, _)| *letter)
            }
        }
    }

    /// The column of a letter.
    pub fn of_letter(letter: char) -> Option<Self> {
        let fixed = LETTERS.iter().find(|(l, _)| *l == letter);
        let pillar = || letter.to_digit(10).map(|at| Self::Pillar(at as u8));
        fixed.map(|(_, column)| *column).or_else(pillar)
    }
}

/// Columns, order and groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Columns shown, in their order.
    pub columns: Vec<Column>,
    /// What rows are sorted by, the first first, and whether downwards.
    pub keys: Vec<(Column, bool)>,
    /// Town or class, where rows are grouped.
    pub grouping: Option<Column>,
    /// Whether towns are divided by class.
    pub is_nested: bool,
    /// Which rank is shown.
    pub scope: RankScope,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            columns: DEFAULT_COLUMNS
                .chars()
                .filter_map(Column::of_letter)
                .collect(),
            keys: vec![(Column::Rank, false)],
            grouping: None,
            is_nested: false,
            scope: RankScope::Overall,
        }
    }
}

/// Puts a column before the first of those that follow it in [`Column::all`].
fn put(columns: &mut Vec<Column>, column: Column) {
    let place = |column: Column| Column::all(10).position(|c| c == column);
    let follows = |c: &Column| place(*c) > place(column);
    let at = columns.iter().position(follows);
    columns.insert(at.unwrap_or(columns.len()), column);
}

impl Shape {
    /// What a click on a header does: alone it sorts by that column, or turns it;
    /// together with shift it adds the column, turns it, and takes it out again.
    pub fn choose(&mut self, column: Column, adds: bool) {
        let at = self.keys.iter().position(|(by, _)| *by == column);
        match at {
            Some(at) if adds && self.keys[at].1 && self.keys.len() > 1 => {
                self.keys.remove(at);
            }
            Some(at) if adds || self.keys.len() == 1 => self.keys[at].1 = !self.keys[at].1,
            _ if adds => self.keys.push((column, false)),
            _ => self.keys = vec![(column, false)],
        }
    }

    /// Shows or hides a column; the name stays. What is shown again stands before those
    /// which it stood before at first.
    pub fn toggle(&mut self, column: Column, n_pillars: usize) {
        let is_shown = self.columns.contains(&column);
        let is_there = |c: &Column| Column::all(n_pillars).any(|there| there == *c);
        let stays = |c: &Column| *c == Column::Name || *c != column && is_there(c);
        self.columns.retain(stays);
        if !is_shown {
            put(&mut self.columns, column);
        }
    }

    /// All columns for so many pillars that can be chosen, which the name need not: those
    /// shown in their order, the others where they would stand.
    pub fn listed(&self, n_pillars: usize) -> Vec<Column> {
        let mut listed = self.columns.clone();
        listed.retain(|c| Column::all(n_pillars).any(|there| there == *c));
        for column in Column::all(n_pillars) {
            if !listed.contains(&column) {
                put(&mut listed, column);
            }
        }
        listed.retain(|c| *c != Column::Name);
        listed
    }

    /// The places of a shown column and of the one it would change with, a step earlier or
    /// later; rank and name stay first.
    fn step(&self, column: Column, is_later: bool) -> Option<[usize; 2]> {
        let is_fixed = |c: &&Column| matches!(c, Column::Rank | Column::Name);
        let first = self.columns.iter().take_while(is_fixed).count();
        let at = self.columns.iter().position(|c| *c == column)?;
        let to = if is_later { at + 1 } else { at.checked_sub(1)? };
        let free = first..self.columns.len();
        (free.contains(&at) && free.contains(&to)).then_some([at, to])
    }

    /// Whether a column can go a step earlier or later.
    pub fn can_shift(&self, column: Column, is_later: bool) -> bool {
        self.step(column, is_later).is_some()
    }

    /// Moves a shown column a step earlier or later, as far as it can go.
    pub fn shift(&mut self, column: Column, is_later: bool) {
        if let Some([at, to]) = self.step(column, is_later) {
            self.columns.swap(at, to);
        }
    }

    /// What goes onto paper and into files: which village it is with its rank first,
    /// then what is shown in its order; score and grade are never left out.
    pub fn taken_along(&self) -> Vec<Column> {
        let shown = self.columns.iter().copied();
        let own = [Column::Score, Column::Grade];
        let own = own.into_iter().filter(|c| !self.columns.contains(c));
        let first = [Column::Rank, Column::Name];
        let rest = shown.filter(|c| !first.contains(c));
        first.into_iter().chain(rest).chain(own).collect()
    }

    /// Whether all villages stand by overall rank alone and nothing is asked for that
    /// their places do not tell.
    pub fn is_plain(&self) -> bool {
        matches!(self.keys[..], [] | [(Column::Rank, false)])
            && self.grouping.is_none()
            && self.scope == RankScope::Overall
            && !self.columns.contains(&Column::Trend)
    }

    /// Whether the columns are those nobody has chosen.
    pub fn has_default_columns(&self) -> bool {
        self.columns == Self::default().columns
    }

    /// The grouping as it is stored: a letter, or both where towns are divided.
    pub fn groups_text(&self) -> String {
        let class = self.is_nested.then_some(Column::Class);
        self.grouping
            .into_iter()
            .chain(class)
            .map(Column::letter)
            .collect()
    }

    /// Groups rows as it was stored; what is unknown groups nothing.
    pub fn group(&mut self, text: &str) {
        let mut letters = text.chars().map(Column::of_letter);
        let first = letters.next().flatten();
        self.grouping = first.filter(|c| matches!(c, Column::Town | Column::Class));
        let second = letters.next().flatten();
        self.is_nested = self.grouping == Some(Column::Town) && second == Some(Column::Class);
    }

    /// Letters of the columns, as they are stored.
    pub fn letters(&self) -> String {
        self.columns.iter().map(|c| c.letter()).collect()
    }

    /// Shows the columns of these letters; unless the name is among them, those shown stay.
    pub fn show(&mut self, letters: &str) {
        let columns: Vec<Column> = letters.chars().filter_map(Column::of_letter).collect();
        if columns.contains(&Column::Name) {
            self.columns = columns;
        }
    }

    /// As it is stored: columns, keys with their direction, and the grouping.
    pub fn to_text(&self) -> String {
        let mut text = self.letters();
        text.push(' ');
        for (column, is_down) in &self.keys {
            text.push(if *is_down { '-' } else { '+' });
            text.push(column.letter());
        }
        text.push(' ');
        text.push_str(&self.groups_text());
        text
    }

    /// What was stored; unknown parts are left out.
    pub fn from_text(text: &str) -> Self {
        let mut parts = text.split(' ');
        let mut part = || parts.next().unwrap_or_default();
        let mut shape = Self::default();
        shape.show(part());
        let keys = part().split_inclusive(|c| c != '+' && c != '-');
        let key = |key: &str| {
            let column = Column::of_letter(key.chars().nth(1)?)?;
            Some((column, key.starts_with('-')))
        };
        let keys: Vec<(Column, bool)> = keys.filter_map(key).collect();
        if !keys.is_empty() {
            shape.keys = keys;
        }
        shape.group(part());
        shape
    }
}

/// Which villages are shown; empty texts show all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Town.
    pub town: String,
    /// Class.
    pub class: String,
    /// Position of a band, or `none` for units without a grade.
    pub grade: String,
    /// Part of a name or code.
    pub text: String,
    /// Columns whose numbers must lie between two, both included.
    pub ranges: Vec<(Column, [f64; 2])>,
}

impl Filter {
    /// Whether it shows a village.
    pub fn keeps(&self, unit: &Unit, grade: Option<Grade>) -> bool {
        let is = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let grade_fits = match (self.grade.as_str(), grade) {
            ("", _) => true,
            ("none", grade) => !grade.is_some_and(Grade::is_band),
            (wanted, Some(Grade::Band(at))) => wanted == at.to_string(),
            _ => false,
        };
        is(&self.town, &unit.town)
            && is(&self.class, &unit.class)
            && grade_fits
            && is_meant(&self.text, unit)
    }

    /// Whether a village's numbers lie within the ranges.
    pub fn holds(&self, facts: &Facts<'_>, unit: usize) -> bool {
        let holds = |(column, [low, high]): &(Column, [f64; 2])| {
            let value = facts.value(*column, unit);
            *low <= value && value <= *high
        };
        self.ranges.iter().all(holds)
    }

    /// Sets the range of a column, or takes it away.
    pub fn set_range(&mut self, column: Column, range: Option<[f64; 2]>) {
        self.ranges.retain(|(of, _)| *of != column);
        self.ranges.extend(range.map(|range| (column, range)));
    }

    /// The range of a column, if it has one.
    pub fn range(&self, column: Column) -> Option<[f64; 2]> {
        let found = self.ranges.iter().find(|(of, _)| *of == column);
        found.map(|(_, range)| *range)
    }
}

/// Villages and groups that the user has marked, by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Number of the dataset whose positions these are.
    pub dataset: u64,
    /// Kept at the top, in the order they were.
    pub pinned: Vec<u32>,
    /// To be compared, likewise.
    pub compared: Vec<u32>,
    /// With their contributions open.
    pub open: BTreeSet<u32>,
    /// Groups that are folded.
    pub folded: BTreeSet<u32>,
}

/// Adds to a list or takes out of it; a full list takes no more, and says so.
pub fn toggle_in(list: &mut Vec<u32>, unit: u32, most: usize) -> bool {
    let before = list.len();
    list.retain(|u| *u != unit);
    if list.len() == before && before < most {
        list.push(unit);
    }
    list.len() != before
}

/// Adds to a set or takes out of it.
pub fn toggle_of(set: &mut BTreeSet<u32>, member: u32) {
    if !set.remove(&member) {
        set.insert(member);
    }
}

/// A ranking's view, kept while its page is not shown.
#[derive(Clone, Copy)]
pub struct View {
    /// Which villages.
    pub filter: RwSignal<Filter>,
    /// The column whose range is typed.
    pub ranged: RwSignal<Column>,
    /// Columns, order and groups.
    pub shape: RwSignal<Shape>,
    /// What is marked.
    pub marks: RwSignal<Marks>,
}

impl View {
    /// A view of this shape with nothing filtered or marked.
    pub fn new(shape: Shape) -> Self {
        Self {
            filter: RwSignal::new(Filter::default()),
            ranged: RwSignal::new(Column::Score),
            shape: RwSignal::new(shape),
            marks: RwSignal::new(Marks::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::ids::{BodyType, UnitCode};
    use dhi_engine::rank::Withheld;

    #[test]
    fn filters_combine() {
        let unit = Unit {
            code: UnitCode::new("990000100201").unwrap(),
            name: "晴麓湾村".into(),
            town: "甲镇".into(),
            class: "乙类".into(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let filter = |town: &str, grade: &str, text: &str| Filter {
            town: town.into(),
            grade: grade.into(),
            text: text.into(),
            ..Filter::default()
        };
        let band = Some(Grade::Band(1));
        let none = Some(Grade::Withheld(Withheld::NoScore));
        assert!(filter("", "", "").keeps(&unit, None));
        assert!(filter("甲镇", "1", "麓").keeps(&unit, band));
        assert!(filter("", "", "100201").keeps(&unit, band));
        assert!(!filter("丙镇", "", "").keeps(&unit, band));
        assert!(!filter("", "0", "").keeps(&unit, band));
        assert!(filter("", "none", "").keeps(&unit, none));
        assert!(!filter("", "none", "").keeps(&unit, band));
    }

    #[test]
    fn a_header_turns_adds_and_takes_out() {
        let mut shape = Shape::default();
        shape.choose(Column::Town, false);
        assert_eq!(shape.keys, [(Column::Town, false)]);
        shape.choose(Column::Score, true);
        shape.choose(Column::Score, true);
        assert_eq!(shape.keys, [(Column::Town, false), (Column::Score, true)]);
        shape.choose(Column::Score, true);
        assert_eq!(shape.keys, [(Column::Town, false)]);
        // The last key cannot go, only turn.
        shape.choose(Column::Town, true);
        shape.choose(Column::Town, true);
        assert_eq!(shape.keys, [(Column::Town, false)]);
        shape.choose(Column::Class, true);
        shape.choose(Column::Town, false);
        assert_eq!(shape.keys, [(Column::Town, false)]);
    }

    #[test]
    fn a_shape_is_read_back_as_it_was_stored() {
        let mut shape = Shape::default();
        assert_eq!(Shape::from_text(&shape.to_text()), shape);
        shape.toggle(Column::Pillar(2), 3);
        shape.toggle(Column::Line, 3);
        shape.toggle(Column::Name, 3);
        assert!(!shape.columns.contains(&Column::Line));
        assert!(shape.columns.contains(&Column::Name));
        assert_eq!(shape.columns.last(), Some(&Column::Pillar(2)));
        shape.keys = vec![(Column::Town, false), (Column::Pillar(2), true)];
        for text in ["c", "t", "tc"] {
            shape.group(text);
            assert_eq!(shape.groups_text(), text);
            assert_eq!(Shape::from_text(&shape.to_text()), shape);
        }
        for damaged in ["", "zz ++ s", "r", " - "] {
            assert_eq!(Shape::from_text(damaged), Shape::default(), "{damaged:?}");
        }
    }

    #[test]
    fn columns_go_a_step_and_rank_and_name_stay_first() {
        let mut shape = Shape::default();
        let text = Shape::letters;
        shape.shift(Column::Score, false);
        shape.shift(Column::Grade, true);
        assert_eq!(text(&shape), "rntciseblgv");
        // Neither before the name nor behind the last, nor what is not shown.
        for (column, is_later) in [
            (Column::Town, false),
            (Column::Name, true),
            (Column::Rank, true),
            (Column::Coverage, true),
            (Column::Trend, false),
        ] {
            assert!(!shape.can_shift(column, is_later), "{column:?}");
            shape.shift(column, is_later);
        }
        assert_eq!(text(&shape), "rntciseblgv");
        assert!(!shape.has_default_columns());
        assert_eq!(Shape::from_text(&shape.to_text()), shape);
        // What is shown anew stands before what it stood before at first.
        shape.toggle(Column::Tier, 2);
        assert_eq!(text(&shape), "rntcisblgv");
        shape.toggle(Column::Tier, 2);
        assert_eq!(text(&shape), "rntciesblgv");
        let listed: String = shape.listed(2).iter().map(|c| c.letter()).collect();
        assert_eq!(listed, "rtciesblgvdh01");
    }

    #[test]
    fn paper_and_files_take_what_is_shown_and_whose_it_is() {
        let taken = |columns: &str| {
            let shape = Shape::from_text(&[columns, "  "].concat());
            let taken = shape.taken_along().into_iter();
            taken.map(Column::letter).collect::<String>()
        };
        assert_eq!(taken(DEFAULT_COLUMNS), DEFAULT_COLUMNS);
        assert_eq!(taken("nv1d"), "rnv1dsg");
        assert_eq!(taken("grnh"), "rnghs");
    }

    #[test]
    fn a_full_list_takes_no_more() {
        let mut list = vec![1, 2];
        assert!(!toggle_in(&mut list, 3, 2));
        assert!(toggle_in(&mut list, 1, 2) && toggle_in(&mut list, 3, 2));
        assert_eq!(list, [2, 3]);
    }
}

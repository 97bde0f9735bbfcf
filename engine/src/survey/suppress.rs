//! Small counts of people are not shown, nor anything that would give them away
//! by subtraction (invariant 8).
//!
//! A village's tables have one row per citizen group and one column per kind of
//! answer, with totals of rows, columns and all. The row totals of its questions
//! can be the same people, so all questions are protected together, and the cells
//! of one question as if an attacker knew every row total, shown or not.
//!
//! Zeros are small counts: that nobody said otherwise tells what everybody said. What a
//! share of exactly 0 or 100 % says of a whole village cannot be hidden by hiding cells,
//! so it is told as a bound ([`super::SurveySpec::told`]), and a mean or a share of a
//! group stands only beside counts that are shown themselves. A score is computed from
//! the exact value all the same; with goalposts inside the bounds, as in the default
//! scheme, it says no more than they do. With goalposts at the very ends, or relative
//! normalisation, a score can say that a whole village was of one mind: of at least 15
//! raters in five groups whose numbers are told nowhere, and of no group by itself more
//! than that. A finding names each indicator of which that holds
//! ([`crate::finding::Problem::ExactScores`]).

/// Counts of one question in one village: groups × kinds of answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountTable {
    n_rows: usize,
    n_columns: usize,
    cells: Vec<u32>,
}

/// What may be shown of a [`CountTable`]: `None` where it must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    n_columns: usize,
    cells: Vec<Option<u32>>,
    /// Row totals.
    pub rows: Vec<Option<u32>>,
    /// Column totals.
    pub columns: Vec<Option<u32>>,
    /// Grand total.
    pub total: Option<u32>,
}

impl CountTable {
    /// `n_rows × n_columns` from a function of row and column.
    pub fn from_fn(
        n_rows: usize,
        n_columns: usize,
        mut cell: impl FnMut(usize, usize) -> u32,
    ) -> Self {
        let mut cells = Vec::with_capacity(n_rows * n_columns);
        for row in 0..n_rows {
            for column in 0..n_columns {
                cells.push(cell(row, column));
            }
        }
        Self {
            n_rows,
            n_columns,
            cells,
        }
    }

    /// A count; 0 outside.
    pub fn at(&self, row: usize, column: usize) -> u32 {
        if column >= self.n_columns {
            return 0;
        }
        let at = row * self.n_columns + column;
        self.cells.get(at).copied().unwrap_or(0)
    }

    fn row_total(&self, row: usize) -> u32 {
        (0..self.n_columns).fold(0, |sum: u32, c| sum.saturating_add(self.at(row, c)))
    }

    fn column_total(&self, column: usize) -> u32 {
        (0..self.n_rows).fold(0, |sum: u32, r| sum.saturating_add(self.at(r, column)))
    }
}

impl Shown {
    /// A count, if it may be shown.
    pub fn at(&self, row: usize, column: usize) -> Option<u32> {
        if column >= self.n_columns {
            return None;
        }
        let at = row * self.n_columns + column;
        self.cells.get(at).copied().flatten()
    }
}

/// How far a hidden number must be able to move, upwards and downwards together.
const LEAST_PLAY: u32 = 2;

/// Protects all questions of one village.
///
/// Hidden are all counts below `min`, 0 among them (nobody disagreeing tells what
/// everybody said), groups of fewer than `min` with all their cells, and as many
/// more as leave every hidden number at least three possible values given all
/// that is shown. A village of fewer than `min` shows nothing.
///
/// Row `r` must be the same group in every table. Shape: every result like its
/// table. A row without anybody hides nothing and is shown.
///
/// ```
/// use dhi_engine::survey::{CountTable, suppress};
/// // 8 and 2 of ten, 9 and 6 of fifteen: hiding only the 2 would not hide it.
/// let cells = [[8, 2], [9, 6]];
/// let table = CountTable::from_fn(2, 2, |r, c| cells[r][c]);
/// let shown = &suppress(&[table], 5)[0];
/// assert_eq!((shown.at(0, 0), shown.at(0, 1)), (None, None));
/// assert_eq!((shown.at(1, 0), shown.at(1, 1)), (None, None));
/// assert_eq!(shown.rows, [Some(10), Some(15)]);
/// ```
pub fn suppress(tables: &[CountTable], min: u32) -> Vec<Shown> {
    let n_rows = tables.iter().map(|t| t.n_rows).max().unwrap_or(0);
    // A group's total may differ from question to question; its smallest counts.
    let smallest = |row: usize| tables.iter().map(|t| t.row_total(row)).min().unwrap_or(0);
    let largest = |row: usize| tables.iter().map(|t| t.row_total(row)).max().unwrap_or(0);
    let mut is_hidden_row: Vec<bool> = (0..n_rows)
        .map(|row| smallest(row) < min && largest(row) > 0)
        .collect();
    let hides_any = is_hidden_row.contains(&true);
    let is_protected = |hidden: &[bool]| {
        let rows = hidden.iter().enumerate().filter(|(_, h)| **h);
        // Where a total is 0 in some question it cannot fall there.
        let moving: Vec<u32> = rows.map(|(r, _)| smallest(r)).filter(|n| *n > 0).collect();
        let sum = moving.iter().fold(0u32, |s, n| s.saturating_add(*n));
        let others = hidden.iter().filter(|h| **h).count();
        others >= 2 && moving.len() >= 2 && sum >= min
    };
    while hides_any && !is_protected(&is_hidden_row) {
        let shown = (0..n_rows).filter(|r| !is_hidden_row[*r] && largest(*r) > 0);
        let Some(next) = shown.min_by_key(|r| (smallest(*r), *r)) else {
            break;
        };
        is_hidden_row[next] = true;
    }
    // With no other row to hide behind, the total would tell.
    let hides_total = (hides_any && !is_protected(&is_hidden_row))
        || tables
            .iter()
            .any(|t| (0..t.n_rows).fold(0u32, |s, r| s.saturating_add(t.row_total(r))) < min);
    tables
        .iter()
        .map(|table| one_table(table, min, &is_hidden_row, hides_total))
        .collect()
}

/// A cell or column total that can be hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Cell(usize, usize),
    Column(usize),
}

/// One table while it is decided what to hide.
struct Draft<'a> {
    table: &'a CountTable,
    cells: Vec<bool>,
    columns: Vec<bool>,
}

fn one_table(table: &CountTable, min: u32, is_hidden_row: &[bool], hides_total: bool) -> Shown {
    let (n_rows, n_columns) = (table.n_rows, table.n_columns);
    let is_empty = |row: usize| table.row_total(row) == 0;
    let of_row = |row: usize| is_hidden_row.get(row) == Some(&true);
    let mut draft = Draft {
        table,
        cells: Vec::with_capacity(n_rows * n_columns),
        columns: (0..n_columns)
            .map(|c| table.column_total(c) < min)
            .collect(),
    };
    for row in 0..n_rows {
        for column in 0..n_columns {
            let is_small = table.at(row, column) < min && !is_empty(row);
            draft.cells.push(is_small || of_row(row) || hides_total);
        }
    }
    if hides_total {
        draft.columns.fill(true);
    }
    while let Some(entry) = draft.unprotected() {
        if !draft.hide_more(entry) {
            break;
        }
    }
    let cells = table.cells.iter().zip(&draft.cells);
    let columns = draft.columns.iter().enumerate();
    let total = (0..n_rows).fold(0u32, |sum, r| sum.saturating_add(table.row_total(r)));
    Shown {
        n_columns,
        cells: cells.map(|(n, hidden)| (!hidden).then_some(*n)).collect(),
        rows: (0..n_rows)
            .map(|r| (!of_row(r) && !hides_total).then(|| table.row_total(r)))
            .collect(),
        columns: columns
            .map(|(c, hidden)| (!hidden).then(|| table.column_total(c)))
            .collect(),
        total: (!hides_total).then_some(total),
    }
}

impl Draft<'_> {
    fn is_hidden(&self, row: usize, column: usize) -> bool {
        self.cells[row * self.table.n_columns + column]
    }

    /// The first hidden entry that everything shown pins down too closely.
    fn unprotected(&self) -> Option<Entry> {
        for row in 0..self.table.n_rows {
            // Nobody answered: there is nothing to find out.
            let is_empty = self.table.row_total(row) == 0;
            for column in (0..self.table.n_columns).filter(|_| !is_empty) {
                let entry = Entry::Cell(row, column);
                if self.is_hidden(row, column) && self.play(entry) < LEAST_PLAY {
                    return Some(entry);
                }
            }
        }
        (0..self.table.n_columns)
            .filter(|c| self.columns[*c])
            .map(Entry::Column)
            .find(|entry| self.play(*entry) < LEAST_PLAY)
    }

    /// Hides one more entry that may free `entry`; false when none is left.
    fn hide_more(&mut self, entry: Entry) -> bool {
        let (n_rows, n_columns) = (self.table.n_rows, self.table.n_columns);
        let mut shown = Vec::new();
        for row in 0..n_rows {
            for column in 0..n_columns {
                if !self.is_hidden(row, column) && self.table.row_total(row) > 0 {
                    // Beside the entry first, then wherever others are hidden
                    // already, so that cycles close; small counts before large.
                    let is_beside = match entry {
                        Entry::Cell(r, c) => r == row || c == column,
                        Entry::Column(c) => c == column,
                    };
                    let in_row = (0..n_columns).any(|c| self.is_hidden(row, c));
                    let in_column = (0..n_rows).any(|r| self.is_hidden(r, column));
                    let open = u8::from(!in_row) + u8::from(!in_column);
                    let n = self.table.at(row, column);
                    shown.push((!is_beside, open, n, row, column));
                }
            }
        }
        if let Some((.., row, column)) = shown.into_iter().min() {
            self.cells[row * n_columns + column] = true;
            return true;
        }
        let columns = (0..n_columns).filter(|c| !self.columns[*c]);
        let Some(column) = columns.min_by_key(|c| (self.table.column_total(*c), *c)) else {
            return false;
        };
        self.columns[column] = true;
        true
    }

    /// By how much an entry could be larger and smaller, up to [`LEAST_PLAY`] each,
    /// with all row totals and everything shown as they are: flows round cycles of
    /// hidden entries in the network rows → columns → total.
    fn play(&self, entry: Entry) -> u32 {
        self.moves(entry, true) + self.moves(entry, false)
    }

    fn moves(&self, entry: Entry, is_up: bool) -> u32 {
        let mut flow = Flow::new(self);
        let mut moved = 0;
        while moved < LEAST_PLAY && flow.push(entry, is_up) {
            moved += 1;
        }
        moved
    }
}

/// Current counts in the network; nodes are rows, then columns, then the total.
struct Flow<'a> {
    draft: &'a Draft<'a>,
    cells: Vec<u32>,
    columns: Vec<u32>,
}

impl<'a> Flow<'a> {
    fn new(draft: &'a Draft<'a>) -> Self {
        let columns = (0..draft.table.n_columns).map(|c| draft.table.column_total(c));
        Self {
            draft,
            cells: draft.table.cells.clone(),
            columns: columns.collect(),
        }
    }

    /// Hidden entries as arcs `(entry, from, to)`.
    fn arcs(&self) -> Vec<(Entry, usize, usize)> {
        let table = self.draft.table;
        let (n_rows, n_columns) = (table.n_rows, table.n_columns);
        let mut arcs = Vec::new();
        for column in 0..n_columns {
            for row in 0..n_rows {
                if self.draft.is_hidden(row, column) {
                    arcs.push((Entry::Cell(row, column), row, n_rows + column));
                }
            }
            if self.draft.columns[column] {
                let total = n_rows + n_columns;
                arcs.push((Entry::Column(column), n_rows + column, total));
            }
        }
        arcs
    }

    fn count(&mut self, entry: Entry) -> &mut u32 {
        match entry {
            Entry::Cell(row, column) => &mut self.cells[row * self.draft.table.n_columns + column],
            Entry::Column(column) => &mut self.columns[column],
        }
    }

    /// Moves one person along `entry` and back round a cycle of other hidden
    /// entries; false when there is none.
    fn push(&mut self, entry: Entry, is_up: bool) -> bool {
        let arcs = self.arcs();
        let Some(&(_, from, to)) = arcs.iter().find(|(e, ..)| *e == entry) else {
            return false;
        };
        if !is_up && *self.count(entry) == 0 {
            return false;
        }
        let (start, goal) = if is_up { (to, from) } else { (from, to) };
        let n_nodes = self.draft.table.n_rows + self.draft.table.n_columns + 1;
        let mut came_by: Vec<Option<(Entry, bool, usize)>> = vec![None; n_nodes];
        let mut queue = vec![start];
        let mut next = 0;
        while next < queue.len() && came_by[goal].is_none() {
            let here = queue[next];
            next += 1;
            for &(other, tail, head) in arcs.iter().filter(|(e, ..)| *e != entry) {
                let (there, is_more) = if tail == here {
                    (head, true)
                } else if head == here && *self.count(other) > 0 {
                    (tail, false)
                } else {
                    continue;
                };
                if there != start && came_by[there].is_none() {
                    came_by[there] = Some((other, is_more, here));
                    queue.push(there);
                }
            }
        }
        if came_by[goal].is_none() {
            return false;
        }
        let mut at = goal;
        while let Some((other, is_more, before)) = came_by[at] {
            step(self.count(other), is_more);
            at = before;
        }
        step(self.count(entry), is_up);
        true
    }
}

fn step(count: &mut u32, is_up: bool) {
    *count = if is_up {
        count.saturating_add(1)
    } else {
        count.saturating_sub(1)
    };
}

/// Whether a group's mean may be shown beside the number of its favourable and
/// other answers: every count below `min` must be able to differ with mean and
/// both numbers unchanged.
///
/// `answers` holds points, whether favourable, and count. Looked for are two
/// people changing their answers by opposite points; where no such pair moves a
/// small count, the mean is not shown.
///
/// ```
/// use dhi_engine::survey::may_show_mean;
/// // A mean of 100 would say that nobody gave anything else.
/// assert!(!may_show_mean(&[(100.0, true, 20), (50.0, false, 0), (0.0, false, 0)], 5));
/// // 1 + 0 could be another two: 100 ↔ 80 with 60 ↔ 40 keeps mean and halves.
/// let mixed = [(100.0, true, 9), (80.0, true, 6), (60.0, false, 5), (40.0, false, 3)];
/// assert!(may_show_mean(&mixed, 5));
/// ```
pub fn may_show_mean(answers: &[(f64, bool, u32)], min: u32) -> bool {
    leaves_open(answers, min, |_| true)
}

/// Whether every count below `min` can differ with mean, favourable and other answers
/// unchanged, and so that `is_same` holds of the answers that would then be.
pub(super) fn leaves_open(
    answers: &[(f64, bool, u32)],
    min: u32,
    is_same: impl Fn(&[(f64, bool, u32)]) -> bool,
) -> bool {
    let k = answers.len();
    let mut small: Vec<usize> = (0..k).filter(|i| answers[*i].2 < min).collect();
    let pairs = || (0..k).flat_map(move |from| (0..k).map(move |to| (from, to)));
    for (a, b) in pairs().filter(|(a, b)| a != b) {
        for (c, d) in pairs().filter(|(c, d)| c != d) {
            if small.is_empty() {
                return true;
            }
            let mut change = vec![0i64; k];
            for (from, to) in [(a, b), (c, d)] {
                change[from] -= 1;
                change[to] += 1;
            }
            let gain = (answers[b].0 - answers[a].0) + (answers[d].0 - answers[c].0);
            let favourable: i64 = (0..k).filter(|i| answers[*i].1).map(|i| change[i]).sum();
            if gain.abs() > 1e-9 || favourable != 0 || small.iter().all(|i| change[*i] == 0) {
                continue;
            }
            let changed = answers
                .iter()
                .zip(&change)
                .map(|((points, is_good, n), change)| {
                    let n = u32::try_from(i64::from(*n) + change).ok()?;
                    Some((*points, *is_good, n))
                });
            let changed: Option<Vec<_>> = changed.collect();
            if changed.is_some_and(|changed| is_same(&changed)) {
                small.retain(|i| change[*i] == 0);
            }
        }
    }
    small.is_empty()
}

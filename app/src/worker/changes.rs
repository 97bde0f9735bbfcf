//! What an import would change, cell by cell against the present data.

use dhi_engine::frame::{Cell, Column, Dataset, Observations, Units};
use dhi_engine::ids::Period;

/// Changed values that are listed.
const LISTED: usize = 12;

/// How the cells of something change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Another value.
    pub changed: u32,
    /// A value where there was none.
    pub filled: u32,
    /// Missing, and was not before.
    pub lost: u32,
    /// Not applicable, and was not before.
    pub dropped: u32,
}

impl Counts {
    /// In the order of the fields.
    pub fn all(self) -> [u32; 4] {
        [self.changed, self.filled, self.lost, self.dropped]
    }

    fn add(&mut self, from: Cell, to: Cell) {
        let counter = match (from, to) {
            (Cell::Value(_), Cell::Value(_)) => &mut self.changed,
            (_, Cell::Value(_)) => &mut self.filled,
            (_, Cell::Missing) => &mut self.lost,
            (_, Cell::NotApplicable) => &mut self.dropped,
        };
        *counter += 1;
    }
}

/// One value in place of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its period.
    pub period: Period,
    /// Position in the new register.
    pub unit: u32,
    /// Position in the new framework.
    pub column: usize,
    /// Value now.
    pub from: f64,
    /// Value afterwards.
    pub to: f64,
    /// Difference against the distance of the goalposts, or where there are none,
    /// against the spread of the values before and after.
    pub share: f64,
}

/// Everything that differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Positions in the new register of villages that are new.
    pub added: Vec<u32>,
    /// Positions in the present register of villages that go.
    pub removed: Vec<u32>,
    /// Positions in the new register of villages described otherwise.
    pub described: Vec<u32>,
    /// Whether weights, goalposts or anything else of the framework differ.
    pub is_other_framework: bool,
    /// Names of the indicators that go, by language.
    pub indicators_gone: Vec<[String; 2]>,
    /// New periods with the number of their values.
    pub periods_new: Vec<(Period, u32)>,
    /// Periods that go.
    pub periods_gone: Vec<Period>,
    /// Periods whose survey counts differ.
    pub surveys: Vec<Period>,
    /// By column of the new framework; none for an indicator that is new.
    pub indicators: Vec<Option<Counts>>,
    /// Cells of the same value with another numerator, denominator or standard error.
    pub others: u32,
    /// Corrections that would hold no longer: the data says otherwise now.
    pub corrections_ended: u32,
    /// The largest, largest first; equal ones by period, column and register.
    pub largest: Vec<Moved>,
}

impl Changes {
    /// Compares the villages, periods and indicators that both have, and names those
    /// that only one has.
    pub fn between(before: &Dataset, after: &Dataset) -> Self {
        let mut changes = Self {
            is_other_framework: before.framework() != after.framework(),
            ..Self::default()
        };
        let pairs = changes.register(before.units(), after.units());
        let columns = changes.framework(before, after);
        changes.indicators = columns
            .iter()
            .map(|c| c.map(|_| Counts::default()))
            .collect();
        for (period, observations) in after.periods() {
            match before.periods().get(period) {
                None => {
                    let values = observations.columns().iter().map(|c| c.present().count());
                    let n = values.sum::<usize>() as u32;
                    changes.periods_new.push((period.clone(), n));
                }
                Some(old) => {
                    for (column, old_column) in columns.iter().enumerate() {
                        if let Some(old_column) = old_column {
                            let sides = [(old, *old_column), (observations, column)];
                            changes.column(period, sides, &pairs, after);
                        }
                    }
                }
            }
            if before.surveys().get(period) != after.surveys().get(period) {
                changes.surveys.push(period.clone());
            }
        }
        let gone = before.periods().keys();
        let gone = gone.filter(|p| !after.periods().contains_key(*p));
        changes.periods_gone = gone.cloned().collect();
        changes
    }

    /// Notes who comes and goes; gives the positions of those who stay, before and
    /// after.
    fn register(&mut self, before: &Units, after: &Units) -> Vec<(usize, usize)> {
        let mut pairs = Vec::with_capacity(after.len());
        for (at, unit) in after.list().iter().enumerate() {
            match before.find(&unit.code) {
                None => self.added.push(at as u32),
                Some(old) => {
                    if before.list().get(old.at()) != Some(unit) {
                        self.described.push(at as u32);
                    }
                    pairs.push((old.at(), at));
                }
            }
        }
        let gone = before.list().iter().enumerate();
        let gone = gone.filter(|(_, unit)| after.find(&unit.code).is_none());
        self.removed = gone.map(|(at, _)| at as u32).collect();
        pairs
    }

    /// Notes which indicators go; gives the present position of each new column.
    fn framework(&mut self, before: &Dataset, after: &Dataset) -> Vec<Option<usize>> {
        let (before, after) = (before.framework(), after.framework());
        let old: Vec<_> = before.indicators().map(|(node, _)| node).collect();
        let new: Vec<_> = after.indicators().map(|(node, _)| node).collect();
        let gone = old.iter().filter(|o| new.iter().all(|n| n.id != o.id));
        let names = gone.map(|o| [o.name.zh.clone(), o.name.en.clone()]);
        self.indicators_gone = names.collect();
        let place = |id| old.iter().position(|o| o.id == id);
        new.iter().map(|n| place(n.id.clone())).collect()
    }

    fn column(
        &mut self,
        period: &Period,
        sides: [(&Observations, usize); 2],
        pairs: &[(usize, usize)],
        after: &Dataset,
    ) {
        let [(old, old_at), (new, at)] = sides;
        let (Some(was), Some(is)) = (old.columns().get(old_at), new.columns().get(at)) else {
            return;
        };
        let mut counts = Counts::default();
        let mut others = 0;
        // Looked up once there is a change to measure.
        let mut width = None;
        for (i, j) in pairs {
            let (from, to) = (was.get(*i), is.get(*j));
            if from == to {
                let is_same = old.ratio(*i, old_at) == new.ratio(*j, at)
                    && old.standard_error(*i, old_at) == new.standard_error(*j, at);
                others += u32::from(!is_same);
                continue;
            }
            counts.add(from, to);
            if let (Cell::Value(from), Cell::Value(to)) = (from, to) {
                let width = *width.get_or_insert_with(|| width_of(after, at, was, is));
                self.list(Moved {
                    period: period.clone(),
                    unit: *j as u32,
                    column: at,
                    from,
                    to,
                    share: (to - from).abs() / width,
                });
            }
        }
        self.others += others;
        if let Some(Some(sum)) = self.indicators.get_mut(at) {
            sum.changed += counts.changed;
            sum.filled += counts.filled;
            sum.lost += counts.lost;
            sum.dropped += counts.dropped;
        }
    }

    /// Takes a change among the largest where it belongs there.
    fn list(&mut self, moved: Moved) {
        let at = self.largest.partition_point(|m| m.share >= moved.share);
        if at < LISTED {
            self.largest.truncate(LISTED - 1);
            self.largest.insert(at, moved);
        }
    }

    /// Over all indicators.
    pub fn total(&self) -> [u32; 4] {
        let mut total = [0; 4];
        for counts in self.indicators.iter().flatten() {
            for (sum, n) in total.iter_mut().zip(counts.all()) {
                *sum += n;
            }
        }
        total
    }

    /// Whether nothing differs.
    pub fn is_nothing(&self) -> bool {
        *self
            == Self {
                indicators: vec![Some(Counts::default()); self.indicators.len()],
                ..Self::default()
            }
    }
}

/// What a difference in a column is measured by; two values that differ have a spread.
fn width_of(dataset: &Dataset, column: usize, was: &Column, is: &Column) -> f64 {
    let indicator = dataset.framework().indicators().nth(column);
    let posts = indicator.and_then(|(_, indicator)| indicator.goalposts);
    if let Some(posts) = posts {
        return posts.upper() - posts.lower();
    }
    let values = was.present().chain(is.present());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    high - low
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::input::{decode, read, recognise};
    use dhi_engine::scheme::default_scheme;

    fn dataset() -> Dataset {
        let options = DemoOptions {
            n_units: 9,
            ..DemoOptions::default()
        };
        generate(&default_scheme(), options).unwrap()
    }

    fn imported(base: &Dataset, table: &str) -> Dataset {
        let workbooks = [decode("t.csv", table.as_bytes(), None).workbook];
        let plans = recognise(&workbooks, Some(base.framework()));
        let (period, _) = base.latest().unwrap();
        read(&workbooks, &plans, Some(base), period)
            .dataset
            .unwrap()
    }

    #[test]
    fn the_same_data_changes_nothing() {
        let dataset = dataset();
        let changes = Changes::between(&dataset, &dataset);
        assert!(changes.is_nothing() && changes.total() == [0; 4]);
    }

    /// A period that is imported is replaced wholly: two villages keep one value each,
    /// and everything else of the period goes.
    #[test]
    fn what_a_small_table_would_take_away_is_counted() {
        let base = dataset();
        let (period, old) = base.latest().unwrap();
        let units = base.units().list();
        let column = base
            .framework()
            .indicators()
            .position(|(n, _)| n.id.as_str() == "a_staffing_rate")
            .unwrap();
        let was = |unit: usize| old.frame().cell(unit, column);
        let Some(first) = was(0).value() else {
            panic!("the demonstration has a value there");
        };
        let to = if first > 50.0 { 1.5 } else { 98.5 };
        let table = format!(
            "村代码,a_staffing_rate\n{},{to}\n{},77.25\n",
            units[0].code, units[1].code
        );
        let changes = Changes::between(&base, &imported(&base, &table));
        assert!(changes.added.is_empty() && changes.removed.is_empty());
        assert!(changes.periods_new.is_empty() && !changes.is_other_framework);
        let counts = changes.indicators[column].unwrap();
        let is_value = |unit: &usize| was(*unit).value().is_some();
        assert_eq!(counts.changed, 1 + u32::from(is_value(&1)));
        assert_eq!(counts.filled, u32::from(!is_value(&1)));
        let present: usize = old.columns().iter().map(|c| c.present().count()).sum();
        let not_missing = |c: &Column| c.cells().filter(|c| *c != Cell::Missing).count();
        let told: usize = old.columns().iter().map(not_missing).sum();
        let [changed, filled, lost, dropped] = changes.total();
        assert_eq!(lost as usize, told - changed as usize);
        assert!(present > 100 && filled + dropped <= 1);
        let top = &changes.largest[0];
        assert_eq!((&top.period, top.unit, top.column), (period, 0, column));
        assert_eq!((top.from, top.to), (first, to));
        let posts = base
            .framework()
            .indicators()
            .nth(column)
            .unwrap()
            .1
            .goalposts
            .unwrap();
        let share = (to - first).abs() / (posts.upper() - posts.lower());
        assert_eq!(top.share, share);
    }

    #[test]
    fn who_comes_and_goes_is_named() {
        let base = dataset();
        let units = base.units().list();
        let mut table = String::from("村代码,村名,镇,村类\n001,新村,,\n");
        for unit in &units[1..] {
            table = format!("{table}{},{},别镇,{}\n", unit.code, unit.name, unit.class);
        }
        let after = imported(&base, &table);
        let changes = Changes::between(&base, &after);
        assert_eq!((changes.added, changes.removed), (vec![0], vec![0]));
        assert_eq!(changes.described.len(), units.len() - 1);
        // The values of those who stay are carried over.
        assert!(changes.largest.is_empty());
        assert!(
            changes
                .indicators
                .iter()
                .all(|c| *c == Some(Counts::default()))
        );
    }

    #[test]
    fn only_the_largest_are_listed_and_equal_ones_keep_their_order() {
        let mut changes = Changes::default();
        let (period, _) = dataset()
            .latest()
            .map(|(p, o)| (p.clone(), o.clone()))
            .unwrap();
        for unit in 0..40 {
            changes.list(Moved {
                period: period.clone(),
                unit,
                column: 0,
                from: 0.0,
                to: 1.0,
                share: f64::from(unit / 4),
            });
        }
        let listed: Vec<u32> = changes.largest.iter().map(|m| m.unit).collect();
        assert_eq!(listed, [36, 37, 38, 39, 32, 33, 34, 35, 28, 29, 30, 31]);
    }
}

//! 更正: a cell in place of the imported one, with its reason. The imported data stays
//! as it came; corrections lie beside it and are applied to a copy.

use super::{Cell, Dataset, Provenance, Ratio};
use crate::ids::{NodeId, Period, UnitCode};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Source written beside a corrected cell.
pub const CORRECTED: &str = "更正";

/// One cell corrected by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// Code of the unit.
    pub unit: UnitCode,
    /// Period.
    pub period: Period,
    /// Id of the indicator.
    pub indicator: NodeId,
    /// The imported cell when it was made. It holds while the data still says this.
    pub imported: Cell,
    /// What held until then.
    pub before: Cell,
    /// What holds from then on; the imported cell again takes corrections back.
    pub after: Cell,
    /// Counts that `after` was computed from, where it was given as such.
    pub ratio: Option<Ratio>,
    /// Why; never blank.
    pub reason: String,
    /// When, ISO 8601 in UTC.
    pub at: String,
}

/// How a correction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its cell is what it says.
    Holds,
    /// A later one about the same cell took its place.
    Replaced,
    /// It puts the imported cell back.
    TakenBack,
    /// The data has another cell there since, or no such place any more.
    Outdated,
}

/// A cell by period, unit and column.
type Position<'a> = (&'a Period, usize, usize);

impl Correction {
    /// Where its cell is in a dataset; `None` where there is no such place.
    fn position(&self, dataset: &Dataset) -> Option<Position<'_>> {
        dataset.periods().get(&self.period)?;
        let unit = dataset.units().find(&self.unit)?.at();
        let framework = dataset.framework();
        let node = framework.node(framework.find(self.indicator.as_str())?);
        Some((&self.period, unit, node.column?))
    }

    /// Unit and column of its cell; `None` where there is no such place.
    pub fn place(&self, dataset: &Dataset) -> Option<(usize, usize)> {
        let (_, unit, column) = self.position(dataset)?;
        Some((unit, column))
    }

    /// Where its cell is, as long as `dataset` has the cell that was corrected.
    fn applies(&self, dataset: &Dataset) -> Option<Position<'_>> {
        let (period, unit, column) = self.position(dataset)?;
        let imported = dataset.periods().get(period)?.frame().cell(unit, column);
        (imported == self.imported).then_some((period, unit, column))
    }
}

impl Dataset {
    /// Of every cell with corrections that apply, position of the last of them.
    fn last_corrections<'c>(&self, corrections: &'c [Correction]) -> BTreeMap<Position<'c>, usize> {
        let mut last = BTreeMap::new();
        for (at, correction) in corrections.iter().enumerate() {
            if let Some(position) = correction.applies(self) {
                last.insert(position, at);
            }
        }
        last
    }

    /// How each of these corrections of this imported data stands.
    pub fn standings(&self, corrections: &[Correction]) -> Vec<Standing> {
        let last = self.last_corrections(corrections);
        let of = |(at, correction): (usize, &Correction)| match correction.applies(self) {
            None => Standing::Outdated,
            Some(position) if last.get(&position) != Some(&at) => Standing::Replaced,
            Some(_) if correction.after == correction.imported && correction.ratio.is_none() => {
                Standing::TakenBack
            }
            Some(_) => Standing::Holds,
        };
        corrections.iter().enumerate().map(of).collect()
    }

    /// The data with corrections in the order they were made; as it is where none
    /// holds.
    ///
    /// A corrected cell has no standard error, since nobody told one, and keeps the
    /// day up to which the data counts; its source is [`CORRECTED`].
    ///
    /// ```
    /// use dhi_engine::demo::{DemoOptions, generate};
    /// use dhi_engine::frame::{Cell, Correction};
    /// let dataset = generate(&dhi_engine::scheme::default_scheme(), DemoOptions::default()).unwrap();
    /// let (period, observations) = dataset.latest().unwrap();
    /// let (node, _) = dataset.framework().indicators().next().unwrap();
    /// let imported = observations.frame().cell(3, 0);
    /// let correction = Correction {
    ///     unit: dataset.units().list()[3].code.clone(),
    ///     period: period.clone(),
    ///     indicator: node.id.clone(),
    ///     imported,
    ///     before: imported,
    ///     after: Cell::Value(12.5),
    ///     ratio: None,
    ///     reason: "抄错一行".into(),
    ///     at: "2026-07-01T00:00:00Z".into(),
    /// };
    /// let corrected = dataset.corrected(&[correction]);
    /// assert_eq!(corrected.latest().unwrap().1.frame().cell(3, 0), Cell::Value(12.5));
    /// assert_eq!(observations.frame().cell(3, 0), imported);
    /// ```
    pub fn corrected(&self, corrections: &[Correction]) -> Cow<'_, Self> {
        let standings = self.standings(corrections);
        let holding: Vec<&Correction> = corrections
            .iter()
            .zip(standings)
            .filter(|(_, standing)| *standing == Standing::Holds)
            .map(|(correction, _)| correction)
            .collect();
        if holding.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut corrected = self.clone();
        for correction in holding {
            let Some((period, unit, column)) = correction.position(self) else {
                continue;
            };
            let Some(observations) = corrected.observations_mut(period) else {
                continue;
            };
            let cut_off = observations.provenance(unit, column);
            let provenance = Provenance {
                source: CORRECTED.into(),
                cut_off: cut_off.map(|p| p.cut_off.clone()).unwrap_or_default(),
                file: String::new(),
            };
            let (after, ratio) = (correction.after, correction.ratio);
            observations.set(unit, column, after, ratio, &provenance);
        }
        Cow::Owned(corrected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoOptions, generate};
    use crate::frame::Observations;
    use crate::scheme::default_scheme;

    fn dataset() -> Dataset {
        let options = DemoOptions {
            n_units: 9,
            ..DemoOptions::default()
        };
        generate(&default_scheme(), options).unwrap()
    }

    /// Of the cell of the fourth unit in the first column, from what holds to `after`.
    fn correction(dataset: &Dataset, before: Cell, after: Cell) -> Correction {
        let (period, observations) = dataset.latest().unwrap();
        Correction {
            unit: dataset.units().list()[3].code.clone(),
            period: period.clone(),
            indicator: dataset
                .framework()
                .indicators()
                .next()
                .unwrap()
                .0
                .id
                .clone(),
            imported: observations.frame().cell(3, 0),
            before,
            after,
            ratio: None,
            reason: "r".into(),
            at: "t".into(),
        }
    }

    #[test]
    fn the_last_one_holds_and_nothing_else_moves() {
        let imported = dataset();
        let was = imported.latest().unwrap().1.frame().cell(3, 0);
        let first = correction(&imported, was, Cell::Value(1.0));
        let second = Correction {
            ratio: Some(Ratio {
                numerator: 1.0,
                denominator: 50.0,
            }),
            ..correction(&imported, first.after, Cell::Value(2.0))
        };
        let both = [first, second];
        assert_eq!(
            imported.standings(&both),
            [Standing::Replaced, Standing::Holds]
        );
        let corrected = imported.corrected(&both).into_owned();
        let (period, observations) = corrected.latest().unwrap();
        assert_eq!(observations.frame().cell(3, 0), Cell::Value(2.0));
        assert_eq!(observations.ratio(3, 0), both[1].ratio);
        assert_eq!(observations.provenance(3, 0).unwrap().source, CORRECTED);
        let old = imported.latest().unwrap().1;
        let day = |o: &Observations| o.provenance(3, 0).map(|p| p.cut_off.clone());
        assert_eq!(day(observations), day(old));
        // Put back, it is the imported data to the last letter.
        let mut back = observations.clone();
        let ratio = old.ratio(3, 0);
        back.set(3, 0, was, ratio, old.provenance(3, 0).unwrap());
        for column in 0..imported.framework().n_indicators() {
            assert_eq!(back.columns()[column], old.columns()[column]);
            assert_eq!(back.ratios(column), old.ratios(column));
        }
        for (other, observations) in imported.periods() {
            assert!(other == period || corrected.periods()[other] == *observations);
        }
    }

    #[test]
    fn it_ends_with_the_cell_it_corrected_and_can_be_taken_back() {
        let imported = dataset();
        let was = imported.latest().unwrap().1.frame().cell(3, 0);
        let made = correction(&imported, was, Cell::NotApplicable);
        let back = correction(&imported, Cell::NotApplicable, was);
        let both = [made.clone(), back];
        assert_eq!(
            imported.standings(&both),
            [Standing::Replaced, Standing::TakenBack]
        );
        assert!(matches!(imported.corrected(&both), Cow::Borrowed(_)));
        // The data has another value there since.
        let (period, old) = imported.latest().unwrap();
        let mut other = old.clone();
        other.set(3, 0, Cell::Value(77.0), None, &Provenance::default());
        let other = imported.clone().with_period(period.clone(), other).unwrap();
        assert_eq!(
            other.standings(std::slice::from_ref(&made)),
            [Standing::Outdated]
        );
        assert!(matches!(
            other.corrected(std::slice::from_ref(&made)),
            Cow::Borrowed(_)
        ));
        // No such village, period or indicator any more.
        let elsewhere = [
            Correction {
                unit: UnitCode::new("1").unwrap(),
                ..made.clone()
            },
            Correction {
                period: Period::new("1999").unwrap(),
                ..made.clone()
            },
            Correction {
                indicator: NodeId::new("none").unwrap(),
                ..made
            },
        ];
        assert_eq!(imported.standings(&elsewhere), [Standing::Outdated; 3]);
    }

    #[test]
    fn it_comes_back_from_a_file_as_it_was() {
        let imported = dataset();
        let made = correction(&imported, Cell::Missing, Cell::Value(0.1 + 0.2));
        let json = serde_json::to_string(&made).unwrap();
        assert_eq!(serde_json::from_str::<Correction>(&json).unwrap(), made);
        assert!(json.contains(r#""before":"missing","after":{"value":0.30000000000000004}"#));
    }
}

//! How a column's numbers are spread over all villages and over those shown: bins with
//! round edges, from which a range can be taken.

/// Bins of a column with a fixed scale, and the most that others have, less two that
/// round edges may add.
const N_BINS: f64 = 10.0;

/// What a column's numbers lie on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From 0 to this; numbers beyond it make it free.
    To(u32),
    /// Any numbers.
    Free,
    /// Whole numbers, of which a bin begins with this one.
    Whole(u8),
}

/// Villages by bin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bins {
    /// For each bin, all villages with a number in it and those of them that are shown.
    pub counts: Vec<[u32; 2]>,
    /// Villages without a number.
    pub n_without: u32,
    // Edge i is (first + i) · num / den + shift, so that it is a decimal number as it
    // would be typed.
    first: f64,
    num: f64,
    den: f64,
    shift: f64,
    is_whole: bool,
    is_closed: bool,
}

/// The least of 1, 2 and 5 times a power of ten that is no less than `least`, as a
/// fraction.
fn round_step(least: f64) -> (f64, f64) {
    let powers = (-2_i32..=15).map(|e| {
        let power = 10_u64.pow(e.unsigned_abs()) as f64;
        if e < 0 { (1.0, power) } else { (power, 1.0) }
    });
    let steps = powers.flat_map(|(num, den)| [1.0, 2.0, 5.0].map(|by| (by * num, den)));
    let mut steps = steps.skip_while(|(num, den)| num / den < least);
    steps.next().unwrap_or((least, 1.0))
}

impl Bins {
    /// Divides numbers, NaN where a village has none; `kept` are the villages shown.
    pub fn of(values: &[f64], kept: &[u32], scale: Scale) -> Self {
        let with = || values.iter().copied().filter(|value| value.is_finite());
        let (low, high) = (
            with().fold(f64::INFINITY, f64::min),
            with().fold(f64::NEG_INFINITY, f64::max),
        );
        let mut bins = Self {
            n_without: (values.len() - with().count()) as u32,
            ..Self::default()
        };
        if low > high {
            return bins;
        }
        let top = match scale {
            Scale::To(top) if low >= 0.0 && high <= f64::from(top) => Some(f64::from(top)),
            _ => None,
        };
        let n = if let Some(top) = top {
            (bins.num, bins.den, bins.is_closed) = (top, N_BINS, true);
            N_BINS
        } else {
            let least = match scale {
                Scale::Whole(shift) => {
                    (bins.is_whole, bins.shift) = (true, f64::from(shift));
                    // So many whole numbers there are, not so many steps between them.
                    ((high - low + 1.0) / N_BINS).max(1.0)
                }
                // Numbers are shown with two decimals.
                _ => ((high - low) / N_BINS).max(0.01),
            };
            (bins.num, bins.den) = round_step(least);
            bins.first = bins.place(low);
            bins.place(high) - bins.first + 1.0
        };
        #[expect(clippy::cast_sign_loss, reason = "a dozen at most")]
        bins.counts.resize(n as usize, [0, 0]);
        for value in with() {
            let at = bins.at(value);
            bins.counts[at][0] += 1;
        }
        for unit in kept {
            if let Some(value) = values.get(*unit as usize).filter(|v| v.is_finite()) {
                let at = bins.at(*value);
                bins.counts[at][1] += 1;
            }
        }
        bins
    }

    /// The edge with this place, counted from 0 or the shift.
    fn edge_of(&self, place: f64) -> f64 {
        place * self.num / self.den + self.shift
    }

    /// Place of the last edge not above a number. Division may be off by the last
    /// bit; the edges themselves decide.
    fn place(&self, value: f64) -> f64 {
        let place = ((value - self.shift) * self.den / self.num).floor();
        if value < self.edge_of(place) {
            place - 1.0
        } else if value >= self.edge_of(place + 1.0) {
            place + 1.0
        } else {
            place
        }
    }

    /// The bin of a number; the greatest of a fixed scale is in its last.
    fn at(&self, value: f64) -> usize {
        #[expect(clippy::cast_sign_loss, reason = "no number lies below the first edge")]
        let at = (self.place(value) - self.first) as usize;
        at.min(self.counts.len().saturating_sub(1))
    }

    /// An edge: that of bin `i` is below it.
    pub fn edge(&self, i: usize) -> f64 {
        self.edge_of(self.first + i as f64)
    }

    /// Whether its numbers are whole, so that the greatest of a bin is not its edge.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Least and greatest number that bins `from` to `to` hold.
    pub fn range(&self, from: usize, to: usize) -> [f64; 2] {
        let end = self.edge(to + 1);
        let high = if self.is_whole {
            end - 1.0
        } else if self.is_closed && to + 1 == self.counts.len() {
            end
        } else {
            end.next_down()
        };
        [self.edge(from), high]
    }

    /// Ends of bins `from` to `to` as they are shown.
    pub fn ends(&self, from: usize, to: usize) -> [f64; 2] {
        let end = self.edge(to + 1);
        [self.edge(from), if self.is_whole { end - 1.0 } else { end }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_of(bins: &Bins) -> Vec<u32> {
        bins.counts.iter().map(|[all, _]| *all).collect()
    }

    /// 0, 9.99 | 10 | … | 70, 79.9 | … | 100 belongs to the last of ten bins of 10.
    #[test]
    fn a_fixed_scale_has_ten_bins_and_its_ends() {
        let values = [0.0, 9.99, 10.0, 70.0, 79.9, 100.0, f64::NAN];
        let bins = Bins::of(&values, &[1, 4, 6], Scale::To(100));
        assert_eq!(all_of(&bins), [2, 1, 0, 0, 0, 0, 0, 2, 0, 1]);
        let kept: Vec<u32> = bins.counts.iter().map(|[_, kept]| *kept).collect();
        assert_eq!(kept, [1, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(bins.n_without, 1);
        assert_eq!(bins.range(7, 9), [70.0, 100.0]);
        let [low, high] = bins.range(0, 0);
        assert!(low == 0.0 && high < 10.0 && high > 9.999_999);
        assert_eq!(bins.ends(7, 7), [70.0, 80.0]);
    }

    /// From −3.2 to 4.1 is 7.3: a tenth of it, 0.73, makes steps of 1 from −4 to 5.
    #[test]
    fn other_numbers_get_round_edges() {
        let bins = Bins::of(&[-3.2, -3.0, 0.0, 4.1], &[], Scale::Free);
        assert_eq!(all_of(&bins), [1, 1, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(bins.edge(0), -4.0);
        // A number beyond its scale takes the scale away: 40 to 110 by 10.
        let bins = Bins::of(&[40.0, 110.0], &[], Scale::To(100));
        assert_eq!(all_of(&bins), [1, 0, 0, 0, 0, 0, 0, 1]);
        // Shares of 0.1: the edge 0.3 is the number 0.3.
        let bins = Bins::of(&[0.3], &[], Scale::To(1));
        assert_eq!((bins.edge(3), bins.counts[3]), (0.3, [1, 0]));
        // All alike: one bin.
        assert_eq!(all_of(&Bins::of(&[7.5; 4], &[], Scale::Free)), [4]);
        assert!(Bins::of(&[f64::NAN], &[0], Scale::Free).counts.is_empty());
    }

    /// Ranks 1 to 85 by 10: 1–10, …, 81–85. Changes −2 to 3 one by one.
    #[test]
    fn whole_numbers_are_counted_from_the_first_of_a_bin() {
        let ranks: Vec<f64> = (1..=85).map(f64::from).collect();
        let bins = Bins::of(&ranks, &[], Scale::Whole(1));
        assert_eq!(all_of(&bins), [10, 10, 10, 10, 10, 10, 10, 10, 5]);
        assert_eq!(bins.range(1, 2), [11.0, 30.0]);
        let bins = Bins::of(&[-2.0, 0.0, 0.0, 3.0], &[], Scale::Whole(0));
        assert_eq!(all_of(&bins), [1, 0, 2, 0, 0, 1]);
        assert_eq!(bins.range(2, 2), [0.0, 0.0]);
    }

    /// Whatever a bin holds, its range holds, and nothing else.
    #[test]
    fn a_range_holds_what_its_bin_counts() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i * 37 % 400) / 7.0).collect();
        let kept: Vec<u32> = (0..400).step_by(3).collect();
        for scale in [Scale::To(100), Scale::Free] {
            let bins = Bins::of(&values, &kept, scale);
            for (at, [all, shown]) in bins.counts.iter().enumerate() {
                let [low, high] = bins.range(at, at);
                let holds = |value: f64| low <= value && value <= high;
                let n = values.iter().filter(|v| holds(**v)).count();
                let n_kept = kept.iter().filter(|u| holds(values[**u as usize])).count();
                assert_eq!((n as u32, n_kept as u32), (*all, *shown), "{scale:?} {at}");
            }
        }
    }
}

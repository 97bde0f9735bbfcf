//! Sorting scores from best to worst, again and again.

/// Units from which spreading scores over buckets is quicker than comparing them.
pub(super) const MANY: usize = 4096;

/// Keeps its room from one list to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Falling {
    /// Scores as they are ranked, with their units.
    sorted: Vec<(f64, u32)>,
    spare: Vec<(f64, u32)>,
    /// By bucket, where its next score goes.
    places: Vec<u32>,
}

impl Falling {
    /// From best to worst, equal scores by rising unit.
    pub(super) fn sort(&mut self, scores: impl Iterator<Item = (f64, u32)>) -> &[(f64, u32)] {
        self.sorted.clear();
        self.sorted.extend(scores);
        let n = self.sorted.len();
        let scores = self.sorted.iter().map(|(score, _)| *score);
        let (low, high) = scores.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
            (l.min(x), h.max(x))
        });
        // One bucket for each unit on average. Each step of the arithmetic keeps the
        // order, so no score lands before a better one's bucket.
        let per_point = n as f64 / (high - low);
        if n < MANY || !(per_point.is_finite() && per_point > 0.0) {
            sort_by_comparing(&mut self.sorted);
            return &self.sorted;
        }
        #[expect(clippy::cast_sign_loss, reason = "no score is above the highest")]
        let bucket = |score: f64| (((high - score) * per_point) as usize).min(n - 1);
        self.places.clear();
        self.places.resize(n, 0);
        for (score, _) in &self.sorted {
            self.places[bucket(*score)] += 1;
        }
        let mut start = 0;
        for place in &mut self.places {
            start += std::mem::replace(place, start);
        }
        self.spare.clear();
        self.spare.resize(n, (0.0, 0));
        for &(score, i) in &self.sorted {
            let place = &mut self.places[bucket(score)];
            self.spare[*place as usize] = (score, i);
            *place += 1;
        }
        // Every place is now where the next bucket starts.
        let mut start = 0;
        for end in &self.places {
            if *end as usize - start > 1 {
                sort_by_comparing(&mut self.spare[start..*end as usize]);
            }
            start = *end as usize;
        }
        std::mem::swap(&mut self.sorted, &mut self.spare);
        &self.sorted
    }
}

pub(super) fn sort_by_comparing(scores: &mut [(f64, u32)]) {
    scores.sort_unstable_by(|(x, a), (y, b)| y.total_cmp(x).then(a.cmp(b)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spread evenly, heaped up beside one that lies far away, all alike, and with 0
    /// from both sides: whichever way they are sorted, as the standard library would
    /// sort them by its other method.
    #[test]
    fn any_scores_are_sorted_as_by_a_stable_sort() {
        let spread = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 7) / 1e5;
        let cases: [Box<dyn Fn(u32) -> f64>; 7] = [
            Box::new(spread),
            Box::new(move |i| if i == 9 { -1e15 } else { spread(i) / 1e9 }),
            Box::new(|_| 50.0),
            Box::new(|i| f64::from(i % 7)),
            Box::new(|i| if i % 2 == 0 { 0.0 } else { -0.0 }),
            Box::new(|i| if i % 2 == 0 { f64::MAX } else { -f64::MAX }),
            Box::new(|i| if i % 2 == 0 { 1.0 } else { f64::NEG_INFINITY }),
        ];
        let mut falling = Falling::default();
        for n in [0, 1, 85, 2 * MANY as u32] {
            for case in &cases {
                let scores: Vec<(f64, u32)> = (0..n).map(|i| (case(i), i)).collect();
                let mut expected = scores.clone();
                expected.sort_by(|(x, _), (y, _)| y.total_cmp(x));
                assert_eq!(falling.sort(scores.into_iter()), expected, "{n}");
            }
        }
    }
}

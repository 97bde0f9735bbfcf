//! Sorting where time does not matter, by one routine for every type: a sort of its
//! own for each would be a tenth of the engine's WebAssembly.

use std::cmp::Ordering;

/// The places 0, 1, …, n − 1 in the order that `compare` gives; equals stay as they are.
///
/// ```
/// let sizes = [3.0, 1.0, 2.0, 1.0_f64];
/// let order = dhi_engine::num::order_by(4, &|a, b| sizes[a].total_cmp(&sizes[b]));
/// assert_eq!(order, [1, 3, 2, 0]);
/// ```
pub fn order_by(n: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

/// Sorts as the standard `sort_by` does, equals staying as they are; several times
/// slower where comparing is quick.
///
/// ```
/// let mut rows = vec![("b", 1), ("a", 2), ("b", 0)];
/// dhi_engine::num::sort_by(&mut rows, |x, y| x.0.cmp(y.0));
/// assert_eq!(rows, [("a", 2), ("b", 1), ("b", 0)]);
/// ```
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let order = order_by(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut place = vec![0; order.len()];
    for (to, from) in order.into_iter().enumerate() {
        place[from] = to;
    }
    // Every exchange puts one item where it belongs.
    for at in 0..place.len() {
        while place[at] != at {
            let to = place[at];
            items.swap(at, to);
            place.swap(at, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The standard library is the known answer; second parts tell equals apart.
        #[test]
        fn it_sorts_as_the_standard_library_does(
            keys in proptest::collection::vec(0_u8..6, 0..40)
        ) {
            let mut items: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by(&mut items, |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(items, expected);
        }
    }
}

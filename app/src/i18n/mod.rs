//! Every text of the interface in both languages, and how numbers are written.

#[macro_use]
mod both;
mod texts;
mod told;

pub use both::Both;
pub use texts::Key;
pub use told::Told;

use dhi_engine::framework::Language;

/// A score or contribution with two decimals.
pub fn fixed2(x: f64) -> String {
    if x.is_finite() {
        let text = format!("{x:.2}");
        // What is nothing at two decimals has no sign.
        if text == "-0.00" { "0.00".into() } else { text }
    } else {
        "—".into()
    }
}

/// A score with two decimals, or as many as show on which side of limits it lies: 84.996 is
/// not 85.
pub fn score_beside(x: f64, limits: &[f64]) -> String {
    // Closer than by default any score is to one it is not level with.
    let side = |x: f64, limit: &f64| (x > limit + 1e-9, x < limit - 1e-9);
    let is_told = |text: &String| {
        let told = text.parse().unwrap_or(x);
        limits.iter().all(|l| side(told, l) == side(x, l))
    };
    let mut texts = (2..10).map(|digits| format!("{x:.digits$}"));
    let told = texts.find(is_told).filter(|_| x.is_finite());
    told.unwrap_or_else(|| fixed2(x))
}

/// A share 0–1 as a percentage with one decimal.
pub fn percent1(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// A share 0–1 likewise: some is never told as none, nor most as all.
pub fn share1(share: f64) -> String {
    if share > 0.0 && share < 0.0005 {
        "<0.1%".into()
    } else if (0.9995..1.0).contains(&share) {
        ">99.9%".into()
    } else {
        percent1(share)
    }
}

/// A chance 0–1 as a whole percentage; what is neither certain nor impossible
/// never looks it.
pub fn percent0(share: f64) -> String {
    if share > 0.0 && share < 0.005 {
        "<1%".into()
    } else if (0.995..1.0).contains(&share) {
        ">99%".into()
    } else {
        format!("{:.0}%", share * 100.0)
    }
}

/// A chance of the nomination line: where it is open, rounded towards even odds, so that
/// 89.7 % is not told as the 90 % that would decide.
pub fn line_chance(share: f64, is_open: bool) -> String {
    let percent = share * 100.0;
    match (is_open, share < 0.5) {
        (false, _) => percent0(share),
        (true, true) => format!("{:.0}%", (percent - 1e-9).ceil()),
        (true, false) => format!("{:.0}%", (percent + 1e-9).floor()),
    }
}

/// A raw value: up to four decimals, without trailing zeros.
pub fn value(x: f64) -> String {
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// BCP 47 tag of a language.
pub fn tag(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(fixed2(84.994_9), "84.99");
        assert_eq!(fixed2(f64::NAN), "—");
        assert_eq!([-0.001, -0.006].map(fixed2), ["0.00", "-0.01"]);
        assert_eq!([-0.000_01, -0.0, 0.0].map(value), ["0", "0", "0"]);
        assert_eq!(percent1(0.3333), "33.3%");
        assert_eq!(
            [0.0, 0.0004, 0.0005, 0.9996, 1.0].map(share1),
            ["0.0%", "<0.1%", "0.1%", ">99.9%", "100.0%"]
        );
        assert_eq!(
            [0.0, 0.004, 0.866, 0.997, 1.0].map(percent0),
            ["0%", "<1%", "87%", ">99%", "100%"]
        );
        for (x, told) in [
            (84.996, "84.996"),
            (84.999_96, "84.99996"),
            (85.0, "85.00"),
            (85.004, "85.004"),
            (84.99, "84.99"),
            (70.123, "70.12"),
            // Level with it, as ranks have it.
            (85.0 - 1e-12, "85.00"),
            (f64::NAN, "—"),
        ] {
            assert_eq!(score_beside(x, &[85.0, 70.0]), told);
        }
        assert_eq!(
            [0.897, 0.103, 0.11, 0.5].map(|x| line_chance(x, true)),
            ["89%", "11%", "11%", "50%"]
        );
        assert_eq!([0.9, 0.102].map(|x| line_chance(x, false)), ["90%", "10%"]);
        assert_eq!(value(95.0), "95");
        assert_eq!(value(94.736_842), "94.7368");
    }
}

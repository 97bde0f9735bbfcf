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
        format!("{x:.2}")
    } else {
        "—".into()
    }
}

/// A share 0–1 as a percentage with one decimal.
pub fn percent1(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
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

/// A raw value: up to four decimals, without trailing zeros.
pub fn value(x: f64) -> String {
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
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
        assert_eq!(percent1(0.3333), "33.3%");
        assert_eq!(
            [0.0, 0.004, 0.866, 0.997, 1.0].map(percent0),
            ["0%", "<1%", "87%", ">99%", "100%"]
        );
        assert_eq!(value(95.0), "95");
        assert_eq!(value(94.736_842), "94.7368");
    }
}

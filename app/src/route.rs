//! Pages and their addresses in the hash, which also work without a server.

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// 总览.
    Overview,
    /// 排名.
    #[default]
    Ranking,
    /// 权重.
    Weights,
    /// 村档案, by unit code; empty for the first.
    Village(String),
    /// 连任提名.
    Review,
    /// 整改销号.
    SignOff,
    /// The explanation letter to a village, likewise.
    Letter(String),
    /// 数据.
    Data,
    /// 方法.
    Method,
}

impl Route {
    /// The page of a location hash; unknown ones open the ranking.
    pub fn from_hash(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (page, rest) = path.split_once('/').unwrap_or((path, ""));
        match page {
            "overview" => Self::Overview,
            "weights" => Self::Weights,
            "village" => Self::Village(rest.to_owned()),
            "review" => Self::Review,
            "signoff" => Self::SignOff,
            "letter" => Self::Letter(rest.to_owned()),
            "data" => Self::Data,
            "method" => Self::Method,
            _ => Self::Ranking,
        }
    }

    /// The location hash of the page.
    pub fn hash(&self) -> String {
        match self {
            Self::Overview => "#/overview".into(),
            Self::Ranking => "#/ranking".into(),
            Self::Weights => "#/weights".into(),
            Self::Village(code) => format!("#/village/{code}"),
            Self::Review => "#/review".into(),
            Self::SignOff => "#/signoff".into(),
            Self::Letter(code) => format!("#/letter/{code}"),
            Self::Data => "#/data".into(),
            Self::Method => "#/method".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip() {
        for route in [
            Route::Overview,
            Route::Ranking,
            Route::Weights,
            Route::Village("990000100200".into()),
            Route::Review,
            Route::SignOff,
            Route::Letter("990000100200".into()),
            Route::Data,
            Route::Method,
        ] {
            assert_eq!(Route::from_hash(&route.hash()), route);
        }
        assert_eq!(Route::from_hash("#/nowhere"), Route::Ranking);
        assert_eq!(Route::from_hash(""), Route::Ranking);
    }
}

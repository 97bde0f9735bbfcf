//! Formula and source of every method, as `engine/METHODS.md` has them; a test
//! compares the two. Methods that are said in words alone have no formula here.

/// Step and tag of a method, its formula in signs, and where it comes from.
type Entry = (&'static str, &'static str, &'static str, &'static str);

static SOURCES: [Entry; 45] = [
    ("impute", "mean", "", "Handbook 2008, step 3"),
    ("impute", "median", "", "Handbook 2008, step 3"),
    ("impute", "group_mean", "", "COINr i_mean_grp"),
    ("impute", "group_median", "", "COINr i_median_grp"),
    ("impute", "row_mean", "", "Handbook 2008, step 3"),
    (
        "impute",
        "nearest_neighbours",
        "",
        "Troyanskaya 2001; Dixon 1979",
    ),
    ("impute", "iterative", "", "Dempster, Laird and Rubin 1977"),
    ("impute", "last_known", "", "panel practice"),
    ("impute", "constant", "", "R zoo na.locf both ways"),
    ("impute", "linear", "", "R zoo na.approx, rule 2"),
    ("treat", "jrc", "", "Handbook 2008, step 3; COINr treat_num"),
    ("treat", "winsorise", "", "COINr winsorise"),
    ("treat", "log", "ln(x − min + 0.01 · range)", "COINr log_CT"),
    (
        "treat",
        "gii_log",
        "ln((max f − 1)(x − min)/(max − min) + 1)",
        "Global Innovation Index 2020, appendix IV",
    ),
    ("treat", "box_cox", "(xᵞ − 1)/γ", "Box and Cox 1964"),
    (
        "normalise",
        "goalposts",
        "S · clamp(share, 0, 1)",
        "Handbook 2008, step 5",
    ),
    (
        "normalise",
        "goalposts_unclamped",
        "S · share",
        "COINr n_goalposts",
    ),
    ("normalise", "min_max", "", "Handbook 2008, step 5"),
    (
        "normalise",
        "z_score",
        "m + d (x − x̄)/sd",
        "Handbook 2008, step 5",
    ),
    (
        "normalise",
        "distance_to_max",
        "S (1 − (best − x)/(best − worst))",
        "COINr n_dist2max",
    ),
    ("normalise", "distance_to_reference", "", "COINr n_dist2ref"),
    ("normalise", "distance_to_target", "", "COINr n_dist2targ"),
    ("normalise", "fraction_of_max", "S x/max", "COINr n_fracmax"),
    ("normalise", "rank", "", "Handbook 2008, step 5"),
    (
        "normalise",
        "percentile_rank",
        "S · (number of worse values)/(n − 1)",
        "COINr n_prank",
    ),
    ("normalise", "borda", "", "Handbook 2008, step 6"),
    ("weigh", "equal", "1/k", "Handbook 2008, step 6"),
    ("weigh", "budget_allocation", "", "Handbook 2008, step 6"),
    (
        "weigh",
        "ahp",
        "CR = (λ − n)/((n − 1) RI)",
        "Saaty 1977, 1980; Crawford and Williams 1985",
    ),
    (
        "weigh",
        "entropy",
        "1 − e; e = −Σ p ln p / ln m",
        "Shannon 1948; Hwang and Yoon 1981",
    ),
    (
        "weigh",
        "standard_deviation",
        "",
        "Diakoulaki and others 1995",
    ),
    ("weigh", "gini", "", "Gini 1912; Li, Chi and others 2009"),
    (
        "weigh",
        "critic",
        "sd · Σ (1 − r)",
        "Diakoulaki and others 1995",
    ),
    ("weigh", "merec", "", "Keshavarz-Ghorabaee and others 2021"),
    ("weigh", "principal_components", "", "Handbook 2008, step 6"),
    (
        "weigh",
        "influence",
        "rᵢ abs(rᵢ)/Σ r²",
        "Paruolo and others 2013; Becker and others 2017",
    ),
    ("aggregate", "arithmetic", "Σ w s", "Handbook 2008, step 7"),
    ("aggregate", "geometric", "Π sʷ", "Handbook 2008, step 7"),
    ("aggregate", "harmonic", "1/Σ (w/s)", "COINr a_hmean"),
    ("aggregate", "power", "(Σ w sᵖ)^(1/p)", "Bullen 2003"),
    (
        "aggregate",
        "mazziotta_pareto",
        "μ − σ²/μ",
        "Mazziotta and Pareto 2016",
    ),
    (
        "aggregate",
        "copeland",
        "S (c + m)/(2m)",
        "Copeland 1951; Munda and Nardo 2009",
    ),
    (
        "aggregate",
        "topsis",
        "S D⁻/(D⁺ + D⁻)",
        "Hwang and Yoon 1981",
    ),
    ("aggregate", "promethee", "", "Brans and Vincke 1985"),
    (
        "aggregate",
        "benefit_of_the_doubt",
        "max Σ w y₀; Σ w yⱼ ≤ 1",
        "Melyn and Moesen 1991; Cherchye and others 2007",
    ),
];

/// Formula and source of a method of a step; empty where there is none.
pub(super) fn of(step: &str, tag: &str) -> [&'static str; 2] {
    let found = SOURCES.iter().find(|(s, t, ..)| (*s, *t) == (step, tag));
    found.map_or(["", ""], |(_, _, formula, source)| [formula, source])
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: &str = include_str!("../../../../engine/METHODS.md");

    /// `treat`, `gii_log` → `Treatment::GiiLog`.
    fn name_of(step: &str, tag: &str) -> String {
        let family = match step {
            "impute" => "Imputation",
            "treat" => "Treatment",
            "normalise" => "Normalisation",
            "weigh" => "Weighting",
            _ => "Aggregation",
        };
        let words = tag.split('_').map(|word| {
            let (first, rest) = word.split_at(1);
            [&first.to_ascii_uppercase(), rest].concat()
        });
        format!("| `{family}::{}` |", words.collect::<String>())
    }

    #[test]
    fn formulas_and_sources_are_those_of_the_list_of_methods() {
        for (step, tag, formula, source) in SOURCES {
            let name = name_of(step, tag);
            let row = METHODS.lines().find(|line| line.starts_with(&name));
            let cells: Vec<&str> = row
                .unwrap_or_else(|| panic!("{name}"))
                .split(" | ")
                .collect();
            for part in formula.split("; ").filter(|part| !part.is_empty()) {
                assert!(cells[1].contains(&format!("`{part}`")), "{name}: {part}");
            }
            let listed = cells[2].replace('`', "");
            assert_eq!(source, listed.trim_matches('–'), "{name}");
        }
    }

    #[test]
    fn every_method_of_the_list_with_a_source_is_here() {
        let families = [
            "Imputation",
            "Treatment",
            "Normalisation",
            "Weighting",
            "Aggregation",
        ];
        let is_method = |line: &&str| {
            families
                .iter()
                .any(|f| line.starts_with(&format!("| `{f}::")))
        };
        let rows = METHODS.lines().filter(is_method);
        let has_source = |row: &&str| row.split(" | ").nth(2) != Some("–");
        let listed = rows.filter(has_source).count();
        let here = SOURCES
            .iter()
            .filter(|(_, _, _, source)| !source.is_empty());
        assert_eq!(here.count(), listed);
    }
}

//! Known answers from other people: survey means and standard errors published
//! with R's survey package, recomputed from its data. The public data is not part
//! of the project; without it the checks say that they are skipped.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use dhi_engine::num::ordered_sum;
use dhi_engine::survey::{Stratum, cluster_mean, stratified_mean};
use std::collections::BTreeMap;
use std::path::Path;

type Row = BTreeMap<String, String>;

/// A table of public data, if it lies beside the project.
fn public_table(name: &str) -> Option<Vec<Row>> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/survey_api").join(name))
        .find(|path| path.exists());
    let Some(path) = found else {
        println!("SKIPPED: public data `{name}` is not here, nothing was checked");
        return None;
    };
    let rows = csv::Reader::from_path(path).unwrap().into_deserialize();
    Some(rows.collect::<Result<_, _>>().unwrap())
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// Mean of `api00` over three strata of schools: 662.29, standard error 9.4089.
#[test]
fn reproduces_the_stratified_sample_of_schools() {
    let Some(rows) = public_table("api_apistrat.csv") else {
        return;
    };
    assert_eq!(rows.len(), 200);
    let mut by_stratum: BTreeMap<&str, (Vec<f64>, f64)> = BTreeMap::new();
    for row in &rows {
        let stratum = by_stratum.entry(&row["stype"]).or_default();
        stratum.0.push(number(row, "api00"));
        stratum.1 = number(row, "fpc");
    }
    let schools = ordered_sum(by_stratum.values().map(|(_, size)| *size));
    let strata: Vec<(Stratum, f64)> = by_stratum
        .values()
        .map(|(values, size)| {
            let stratum = Stratum::of_values(values, Some(*size)).unwrap();
            (stratum, size / schools)
        })
        .collect();
    let mean = stratified_mean(&strata).unwrap();
    assert!((mean.value - 662.29).abs() < 0.005, "{mean:?}");
    let error = mean.standard_error.unwrap();
    assert!((error - 9.4089).abs() < 5e-5, "{mean:?}");
}

/// Mean of `api00` over 15 of 757 districts: 644.17, standard error 23.542.
#[test]
fn reproduces_the_cluster_sample_of_districts() {
    let Some(rows) = public_table("api_apiclus1.csv") else {
        return;
    };
    assert_eq!(rows.len(), 183);
    let mut districts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for row in &rows {
        let district = districts.entry(&row["dnum"]).or_default();
        district.0 += number(row, "api00");
        district.1 += 1.0;
    }
    let clusters: Vec<(f64, f64)> = districts.into_values().collect();
    assert_eq!(clusters.len(), 15);
    let mean = cluster_mean(&clusters, Some(number(&rows[0], "fpc"))).unwrap();
    assert!((mean.value - 644.17).abs() < 0.005, "{mean:?}");
    let error = mean.standard_error.unwrap();
    assert!((error - 23.542).abs() < 5e-4, "{mean:?}");
}

//! Known answers from other people: published indices recomputed by `dhi score`
//! from framework and data tables, compared value by value. The public data is
//! not part of the project; without it the checks say that they are skipped.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of public data, if it lies beside the project.
fn public_data(part: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data").join(part))
        .find(|path| path.exists());
    if found.is_none() {
        println!("SKIPPED: public data `{part}` is not here, nothing was checked");
    }
    found
}

type Row = BTreeMap<String, String>;

fn read_csv(bytes: &[u8]) -> Vec<Row> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    csv::Reader::from_reader(bytes)
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// Runs `dhi score` in a fresh folder and returns the rows of `scores.csv`.
fn score(name: &str, framework: &str, data: &str, spec: &str) -> Vec<Row> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |file: &str, text: &str| {
        let path = folder.join(file);
        std::fs::write(&path, text).unwrap();
        path
    };
    let output = Command::new(env!("CARGO_BIN_EXE_dhi"))
        .args(["score", "--framework"])
        .arg(write("framework.csv", framework))
        .arg("--data")
        .arg(write("data.csv", data))
        .arg("--spec")
        .arg(write("spec.json", spec))
        .args(["--period", "p", "--out"])
        .arg(folder.join("out"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    read_csv(&std::fs::read(folder.join("out/scores.csv")).unwrap())
}

fn close(ours: &str, published: &str, what: &str) {
    let (a, b): (f64, f64) = (ours.parse().unwrap(), published.parse().unwrap());
    assert!((a - b).abs() <= 1e-12, "{what}: {a} against {b}");
}

/// Indonesia's Indeks Desa Membangun 2021 and 2022: IKS, IKE and IKL are the
/// sums of their 0–5 scores over the greatest possible, IDM their mean, and the
/// status begins strictly above 0.4907, 0.5989, 0.7072 and 0.8155.
#[test]
fn reproduces_the_village_index_of_indonesia() {
    let Some(folder) = public_data("idm_2021_2022") else {
        return;
    };
    let spec = r#"{
      "scale": 1,
      "bands": { "boundary": "above", "list": [
        { "name": { "zh": "MANDIRI" }, "from": 0.8155 },
        { "name": { "zh": "MAJU" }, "from": 0.7072 },
        { "name": { "zh": "BERKEMBANG" }, "from": 0.5989 },
        { "name": { "zh": "TERTINGGAL" }, "from": 0.4907 },
        { "name": { "zh": "SANGAT TERTINGGAL" }, "from": null } ] }
    }"#;
    let mut n_rows = 0;
    for year in ["2021", "2022"] {
        let bytes = std::fs::read(folder.join(format!("idm_{year}.csv"))).unwrap();
        let published = read_csv(&bytes);
        let indicators: Vec<&String> = published[0]
            .keys()
            .filter(|k| k.len() == 6 && k.starts_with("IK"))
            .collect();
        assert_eq!(indicators.len(), 50);
        let mut framework = String::from("id,parent,name,direction,measure,lower,upper,weight\n");
        framework.push_str("IDM,,IDM,,,,,1\n");
        for pillar in ["IKS", "IKE", "IKL"] {
            let _ = writeln!(framework, "{pillar},IDM,{pillar},,,,,1");
        }
        for id in &indicators {
            let _ = writeln!(framework, "{id},{},{id},+,数,0,5,1", &id[..3]);
        }
        let mut data = String::from("code,name");
        for id in &indicators {
            let _ = write!(data, ",{id}");
        }
        for row in &published {
            let _ = write!(data, "\n{},{}", row["code"], row["nama_desa"]);
            for id in &indicators {
                let _ = write!(data, ",{}", row[*id]);
            }
        }
        let scores = score(&format!("idm_{year}"), &framework, &data, spec);
        assert_eq!(scores.len(), published.len());
        for (ours, theirs) in scores.iter().zip(&published) {
            assert_eq!(ours["code"], theirs["code"]);
            let what = &theirs["code"];
            close(&ours["score"], &theirs["IDM"], what);
            for pillar in ["IKS", "IKE", "IKL"] {
                close(&ours[pillar], &theirs[pillar], what);
            }
            assert_eq!(ours["grade"], theirs["STATUS"], "{what}");
            n_rows += 1;
        }
    }
    assert_eq!(n_rows, 5010);
}

/// UNDP's Human Development Index 2017 (statistical annex 2018, table 1):
/// education is the mean of its two indicators, the index the geometric mean of
/// three, income enters as ln, ranks come from three decimals.
#[test]
fn reproduces_the_human_development_index() {
    use calamine::{Data, Reader, open_workbook_auto};
    let Some(folder) = public_data("hdi_2018") else {
        return;
    };
    let path = folder.join("2018_statistical_annex_all.xlsx");
    let mut workbook = open_workbook_auto(path).unwrap();
    let sheet = workbook.worksheet_range("Table 1").unwrap();
    let number = |row: &[Data], at: usize| match &row[at] {
        Data::Float(x) => Some(*x),
        #[expect(clippy::cast_precision_loss, reason = "years and ranks")]
        Data::Int(x) => Some(*x as f64),
        _ => None,
    };
    let first = sheet.start().unwrap();
    assert_eq!(first, (0, 0));
    let framework = "id,parent,name,direction,measure,lower,upper,weight,transformation\n\
        hdi,,HDI,,,,,1,\n\
        health,hdi,Health,,,,,1,\n\
        education,hdi,Education,,,,,1,\n\
        income,hdi,Income,,,,,1,\n\
        le,health,Life expectancy,+,数,20,85,1,\n\
        eys,education,Expected years of schooling,+,数,0,18,1,\n\
        mys,education,Mean years of schooling,+,数,0,15,1,\n\
        gni,income,GNI per capita,+,数,100,75000,1,ln\n";
    let spec = r#"{ "scale": 1, "aggregate": { "levels": { "0": "geometric" } },
                    "rank": { "decimals": 3 } }"#;
    let mut data = String::from("code,name,le,eys,mys,gni\n");
    let mut published = Vec::new();
    for row in sheet.rows() {
        // Countries have a rank in column A; headings and groups do not.
        let (Some(rank), Some(value)) = (number(row, 0), number(row, 2)) else {
            continue;
        };
        let of = |at| number(row, at).unwrap();
        let (le, eys, mys, gni) = (of(4), of(6), of(8), of(10));
        let nth = published.len() + 1;
        let _ = writeln!(data, "c{nth:03},\"{}\",{le},{eys},{mys},{gni}", row[1]);
        published.push((rank, value));
    }
    assert_eq!(published.len(), 189);
    let scores = score("hdi", framework, &data, spec);
    for (ours, (rank, value)) in scores.iter().zip(&published) {
        close(&ours["score"], &value.to_string(), &ours["name"]);
        assert_eq!(ours["rank"], rank.to_string(), "{}", ours["name"]);
    }
    // 29 of the 189 countries repeat the rank of one before them.
    let distinct: std::collections::BTreeSet<u64> =
        published.iter().map(|(rank, _)| rank.to_bits()).collect();
    assert_eq!(published.len() - distinct.len(), 29);
}

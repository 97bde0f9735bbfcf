use super::*;
use crate::worker::present::Given;
use crate::worker::protocol::{About, Look, Topic};
use crate::worker::robust::Known;
use crate::worker::village_tests;
use crate::written::html::check;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::{Dataset, Observations, Unit, Units};
use dhi_engine::scheme::default_scheme;
use dhi_engine::uncertainty::Line;
use dhi_engine::weigh::WeightSet;

const LOOK: Look = Look { width: 900 };

fn county(n_units: u32, n_towns: u32) -> Dataset {
    let options = DemoOptions {
        n_units,
        n_towns,
        ..DemoOptions::default()
    };
    generate(&default_scheme(), options).unwrap()
}

fn present(dataset: Dataset, period: Option<&str>) -> Present {
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let latest = dataset.latest().unwrap().0.clone();
    let period = period.map_or(latest, |p| Period::new(p).unwrap());
    let loaded = Present::load(
        1,
        dataset.into(),
        Given::default(),
        period,
        "{}",
        weights.shares(),
    );
    loaded.map(|(present, ..)| present).unwrap()
}

/// The same county with another register.
fn with_units(dataset: &Dataset, change: impl Fn(usize, &mut Unit)) -> Dataset {
    let mut list = dataset.units().list().to_vec();
    for (i, unit) in list.iter_mut().enumerate() {
        change(i, unit);
    }
    let periods = dataset.periods().clone();
    let units = Units::new(list).unwrap();
    Dataset::new(units, dataset.framework().clone(), periods).unwrap()
}

/// Everything written about the overview, in one language after the other.
fn all(present: &Present, known: &Known) -> [String; 2] {
    let topics = [
        Topic::Overview,
        Topic::Movers,
        Topic::Undetermined,
        Topic::Quality,
    ];
    let mut texts = [String::new(), String::new()];
    for topic in topics {
        for (all, text) in texts.iter_mut().zip(
            present
                .write(topic, LOOK, &About::default(), known)
                .unwrap(),
        ) {
            check(&text);
            all.push_str(&text);
        }
    }
    texts
}

#[test]
fn figures_are_those_of_the_graded_alone() {
    let present = present(county(85, 11), None);
    let standing = present.standing();
    let grades = present.what_if.grades();
    let composite = present.what_if.scores().composite();
    let graded: Vec<usize> = (0..85).filter(|i| grades[*i].is_band()).collect();
    let scores: Vec<f64> = graded
        .iter()
        .filter_map(|i| composite.get(*i).value())
        .collect();
    // One village is planted with too little data over all; pillars fail by chance too.
    let in_pillar = grades
        .iter()
        .filter(|g| matches!(g, Grade::Withheld(Withheld::LowPillarCoverage(_))))
        .count();
    assert_eq!(standing.withheld, [0, 1, in_pillar as u32, 0]);
    assert_eq!(graded.len() + 1 + in_pillar, 85);
    assert_eq!(
        standing.quartiles.unwrap().median,
        num::median(&scores).unwrap()
    );
    assert_eq!(standing.all.unwrap().n as usize, graded.len());
    let counted = |band| {
        let is = |i: &&usize| grades[**i] == Grade::Band(band);
        graded.iter().filter(is).count() as u32
    };
    assert_eq!(standing.bands, [0, 1, 2, 3].map(counted));
    // Bars, bands and towns are about the same villages.
    let bars = &standing.histogram.as_ref().unwrap().bars;
    assert_eq!(bars.iter().map(|b| b.n).sum::<u32>() as usize, graded.len());
    for band in 0..4 {
        let of_band = bars.iter().filter(|b| b.band == band);
        assert_eq!(of_band.map(|b| b.n).sum::<u32>(), counted(band));
    }
    let units = present.dataset.units().list();
    let (group, town) = standing.table.rows[0];
    let name = standing.names[0][group as usize];
    let of_town: Vec<f64> = graded
        .iter()
        .filter(|i| units[**i].town == name)
        .filter_map(|i| composite.get(*i).value())
        .collect();
    assert_eq!(town.median, num::median(&of_town).unwrap());
    assert_eq!(town.n as usize, of_town.len());
    assert!(
        standing
            .table
            .rows
            .windows(2)
            .all(|w| w[0].1.median >= w[1].1.median)
    );
}

#[test]
fn changes_are_those_of_the_engine_the_greatest_first() {
    let present = present(county(85, 11), None);
    let movers = present.movers().unwrap().unwrap();
    assert_eq!(movers.before.as_str(), "2025");
    assert_eq!((movers.up.len(), movers.down.len()), (5, 5));
    // The village that the county lets decline; only its data changed.
    let worst = &movers.down[0];
    assert_eq!(worst.unit, 7);
    assert!(worst.change() < -15.0 && worst.ranks[1] > worst.ranks[0]);
    assert_eq!(worst.cause, Some((0, worst.change())));
    // Contributions of pillars change by what the score does.
    let (_, points) = worst.pillar.unwrap();
    assert!(points < 0.0 && points.abs() <= worst.change().abs() + 1e-9);
    let before = Period::new("2025").unwrap();
    let (from, to) = (present.side(&before), present.side(&present.period));
    let changes = Changes::new(from.unwrap(), to.unwrap()).unwrap();
    for mover in movers.up.iter().chain(&movers.down) {
        let code = &present.dataset.units().list()[mover.unit as usize].code;
        let change = changes.of(code).unwrap();
        assert_eq!([change.from, change.to], mover.scores);
        assert_eq!(change.change, mover.change());
    }
    let sizes: Vec<f64> = movers.up.iter().map(|m| m.change()).collect();
    assert!(sizes.windows(2).all(|w| w[0] >= w[1]) && sizes[4] > 0.0);
    assert!(movers.counts[0] + movers.counts[1] <= movers.n_compared);
}

/// What would be told as “0.00” is neither a rise nor a fall.
#[test]
fn a_change_that_two_decimals_do_not_show_is_none() {
    let rows = |scores: [f64; 4]| scores.map(village_tests::all).to_vec();
    let before = rows([50.0, 50.0, 50.0, 50.0]);
    let now = rows([50.004, 50.02, 49.98, 49.996]);
    let dataset = village_tests::county(&[("2025", before), ("2026", now)], "");
    let movers = present(dataset, None).movers().unwrap().unwrap();
    assert_eq!((movers.n_compared, movers.counts), (4, [1, 1]));
    assert_eq!((movers.up[0].unit, movers.down[0].unit), (1, 2));
}

#[test]
fn the_first_period_has_nothing_before_it() {
    let present = present(county(20, 3), Some("2025"));
    assert_eq!(present.movers(), Ok(None));
    let [zh, en] = all(&present, &Known::default());
    assert!(zh.contains("没有更早的期间可以比较") && en.contains("no earlier period"));
    assert!(zh.contains("尚未分析") && en.contains("Not analysed yet"));
}

#[test]
fn quality_counts_what_the_data_has() {
    let present = present(county(85, 11), None);
    let quality = present.quality().unwrap();
    assert_eq!(quality.cells.iter().sum::<u32>(), 85 * 30);
    let [_, low, in_pillar, _] = present.standing().withheld;
    assert_eq!(quality.below, [low, in_pillar]);
    let flagged = present.flagged().into_iter().filter(|f| *f).count();
    assert_eq!(quality.flagged as usize, flagged);
    assert_eq!(
        quality.findings.iter().sum::<u32>() as usize,
        present.findings.len()
    );
}

#[test]
fn one_village_without_town_or_class_is_written_about() {
    let dataset = with_units(&county(1, 1), |_, unit| {
        unit.town.clear();
        unit.class.clear();
        unit.name = "<script>\"&".into();
    });
    let present = present(dataset, None);
    let standing = present.standing();
    assert_eq!(standing.n_units, 1);
    let [zh, en] = all(&present, &Known::default());
    assert!(zh.contains("名册没有注明") && en.contains("tells neither towns nor classes"));
    assert!(!zh.contains("<script"));
}

#[test]
fn nobody_with_a_grade_is_said_plainly() {
    let dataset = county(3, 1);
    let units = dataset.units().clone();
    let nothing = Observations::missing(3, dataset.framework().n_indicators());
    let periods = [("2025", nothing.clone()), ("2026", nothing)];
    let periods = periods.map(|(period, values)| (Period::new(period).unwrap(), values));
    let framework = dataset.framework().clone();
    let present = present(
        Dataset::new(units, framework, periods.into()).unwrap(),
        None,
    );
    let standing = present.standing();
    assert_eq!(
        (standing.withheld, standing.bands.iter().sum()),
        ([3, 0, 0, 0], 0)
    );
    assert_eq!(
        (standing.quartiles, standing.histogram, standing.all),
        (None, None, None)
    );
    assert_eq!(standing.coverage, Some(0.0));
    let movers = present.movers().unwrap().unwrap();
    assert_eq!((movers.n_compared, movers.counts), (0, [0, 0]));
    let [zh, en] = all(&present, &Known::default());
    assert!(zh.contains("没有可以评级的村委会") && zh.contains("没有上升的"));
    assert!(en.contains("No committee can be graded") && en.contains("None fell"));
}

/// Towns and classes of whom nothing is told stand beside the others; small groups
/// are marked, large ones not.
#[test]
fn small_groups_are_marked() {
    let dataset = with_units(&county(12, 1), |i, unit| {
        unit.town = ["<b>甲镇", ""][usize::from(i >= 9)].into();
        unit.class = "一类".into();
    });
    let present = present(dataset, None);
    let [zh, _] = present
        .write(Topic::Overview, LOOK, &About::default(), &Known::default())
        .unwrap();
    check(&zh);
    assert!(zh.contains("&lt;b&gt;甲镇") && zh.contains("未注明"));
    let cells: Vec<&str> = zh.split("data-n=\"").skip(1).collect();
    // Two towns by one class and all, and the row of all.
    assert_eq!(cells.len(), 6);
    for cell in cells {
        let n: u32 = cell.split('"').next().unwrap().parse().unwrap();
        let (cell, _) = cell.split_once("</td>").unwrap();
        assert_eq!(cell.contains("heat--few"), n < 5, "{cell}");
        assert_eq!(cell.contains('*'), n < 5, "{cell}");
    }
    // The chart says the same of all of them.
    let (_, heat) = zh.split_once("data-testid=\"heat\"").unwrap();
    let (chart, table) = heat.split_once("<table").unwrap();
    let parts = |markup: &str, start: &str, end: &str| -> Vec<String> {
        let parts = markup.split(start).skip(1).map(|rest| {
            let part = rest.split(end).next().unwrap();
            // The number of committees stands in an element of its own.
            part.replace("<span class=\"heat__n\">", "")
                .replace("</span>", "")
        });
        parts.collect()
    };
    let titles = parts(chart, "<title>", "</title>");
    let cells = parts(table, "data-n=\"", "</td>");
    assert_eq!((titles.len(), cells.len()), (6, 6));
    for (title, cell) in titles.iter().zip(&cells) {
        let (_, shown) = title.rsplit_once(": ").unwrap();
        let (_, written) = cell.split_once('>').unwrap();
        assert_eq!(shown, written, "{title}");
    }
    assert!(titles[3].starts_with("未注明 · 一类: "), "{titles:?}");
}

#[test]
fn undetermined_villages_are_listed_with_their_chance() {
    let present = present(county(40, 4), None);
    let found = Robustness {
        levels: vec![0.9, 0.9, 0.1, 0.9],
        chances: (0..40)
            .map(|i| match i {
                0 => f64::NAN,
                1 => 0.9,
                2 => 0.1,
                3 => 0.101,
                4 => 0.899,
                _ => 0.5,
            })
            .collect(),
        ..Robustness::default()
    };
    let sides = Sides::of(&found);
    assert_eq!(sides.counts, [1, 1, 1]);
    assert_eq!(sides.open.len(), 37);
    assert_eq!((sides.open[0], sides.open[36]), ((4, 0.899), (3, 0.101)));
    let known = Known {
        found: Some(found),
        line: Some(Line::Score(70.0)),
        refusal: None,
    };
    let [zh, en] = present
        .write(Topic::Undetermined, LOOK, &About::default(), &known)
        .unwrap();
    check(&zh);
    assert!(
        zh.contains("得分 ≥ 70") && zh.contains("另有 13 个未列出"),
        "{zh}"
    );
    assert_eq!(en.matches("<li").count(), 24);
    let without = Known {
        line: None,
        ..known
    };
    let [zh, _] = present
        .write(Topic::Undetermined, LOOK, &About::default(), &without)
        .unwrap();
    assert!(zh.contains("没有设推荐线"));
}

/// Many villages: the table stays small and says what it leaves out.
#[test]
fn ten_thousand_villages_fit() {
    let dataset = with_units(&county(10_000, 40), |i, unit| {
        unit.class = format!("第{}类", i % 9);
    });
    let present = present(dataset, None);
    let start = std::time::Instant::now();
    let [zh, en] = all(&present, &Known::default());
    println!("written in {:?}", start.elapsed());
    let standing = present.standing();
    assert_eq!(standing.table.rows.len(), MOST_TOWNS);
    assert_eq!(standing.table.left_out, [25, 3]);
    assert!(zh.contains("另有 25 个镇（街道）、3 个村类未列出"));
    assert!(en.len() < 60_000, "{}", en.len());
}

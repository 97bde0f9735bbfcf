//! A county's records of 整改销号 in one browser: 20,000 items.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use dhi_engine::packet::{Store, author_of};
use dhi_engine::signoff::{Actor, Event, Facts, Kind, Role, Rules, What};
use serde_json::json;

use crate::driver::{Page, scenario_within};
use crate::honest_ranks::demonstration;

const ITEMS: u32 = 20_000;

/// The packet of an inspection office that assigned them all.
fn packet() -> Result<Vec<u8>> {
    let dataset = demonstration()?;
    let units = dataset.units().list();
    let by = Actor {
        role: Role::Inspection,
        office: String::new(),
        hand: "HAND-1".into(),
    };
    let mut store = Store::default();
    for number in 0..ITEMS {
        let unit = &units[number as usize % units.len()];
        let facts = Facts {
            village: unit.code.to_string(),
            town: unit.town.clone(),
            lead: "示例部门".into(),
            round: "第一轮".into(),
            problem: format!("虚构示例：第 {number} 项"),
            kind: Kind::ByDate,
            checklist: String::new(),
            to_recover: 0,
        };
        let due = "2900-01-01".parse()?;
        let liable = "书记".into();
        for what in [What::Open(facts), What::Assign { liable, due }] {
            let (at, by) = ("2026-01-05".parse()?, by.clone());
            let event = Event { at, by, what };
            let id = format!("R-{number}");
            let done = store.record(&Rules::default(), &id, event);
            done.ok().context("an event was refused")?;
        }
    }
    let packet = store.export(&author_of(&by)).context("no packet")?;
    Ok(serde_json::to_vec(&packet)?)
}

/// Seconds until a text is on the page.
async fn seconds(page: &Page, text: &str) -> Result<f64> {
    let start = Instant::now();
    page.text(text).await?;
    Ok(start.elapsed().as_secs_f64())
}

#[test]
#[ignore = "a measurement: cargo xtask bench"]
fn measure_records() -> Result<()> {
    let (whole, patience) = (Duration::from_mins(10), Duration::from_mins(2));
    scenario_within("measure_records", whole, patience, async |page| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("packet.json");
        let packet = packet()?;
        fs::write(&file, &packet)?;
        page.open("#/signoff").await?;
        page.css("#so-packet").await?;
        page.choose_file("#so-packet", &file).await?;
        let preview = seconds(page, "接受").await?;
        page.click("button", "接受").await?;
        let start = Instant::now();
        page.until("the packet is taken", async || {
            let script = "return document.querySelector('[data-act=accept]') === null
                && document.querySelector('[data-value=R-0]') !== null";
            Ok((page.script(script, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        let board = start.elapsed().as_secs_f64();
        let narrow = "const find = document.getElementById('so-find');
            find.value = arguments[0];
            find.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(narrow, vec![json!("R-19999")]).await?;
        let found = seconds(page, "虚构示例：第 19999 项").await?;
        page.click("button", "R-19999").await?;
        let item = seconds(page, "可以办理").await?;
        println!(
            "{ITEMS} items, a packet of {} MB: preview {preview:.1} s, accepted and on the \
             board {board:.1} s, narrowed to one {found:.1} s, opened {item:.1} s",
            packet.len() / 1_000_000
        );
        page.console_is_quiet().await
    })
}

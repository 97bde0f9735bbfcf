//! A county's records of 整改销号 in one browser: 400 villages × 50 items × 12 events.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use dhi_engine::calendar::Day;
use dhi_engine::frame::Unit;
use dhi_engine::packet::{Store, author_of};
use dhi_engine::signoff::{
    Actor, Event, Evidence, EvidenceKind, Facts, Item, Kind, Rating, Role, Rules, What,
};
use serde_json::json;

use crate::driver::{Page, scenario_within};
use crate::honest_ranks::demonstration;

const VILLAGES: usize = 400;
const ITEMS: usize = 50;
const EVENTS: usize = 12;
const LEAD: &str = "示例部门";

/// A village that items are about; the register knows the first of them.
struct Place {
    code: String,
    town: String,
}

impl Place {
    fn new(units: &[Unit], number: usize) -> Self {
        match units.get(number) {
            Some(unit) => Self {
                code: unit.code.to_string(),
                town: unit.town.clone(),
            },
            None => Self {
                code: format!("999999{number:06}"),
                town: "示例镇".into(),
            },
        }
    }

    /// What happens to an item in this order, up to three of its four consents.
    fn event(&self, nth: usize, number: usize, content: String) -> Result<Event> {
        let first: Day = "2026-01-05".parse()?;
        let at = first.plus(nth as i32);
        let (role, what) = match nth {
            0 => {
                let facts = Facts {
                    village: self.code.clone(),
                    town: self.town.clone(),
                    lead: LEAD.into(),
                    round: "第一轮".into(),
                    problem: format!("虚构示例：第 {number} 项"),
                    kind: Kind::ByDate,
                    checklist: String::new(),
                    to_recover: 0,
                };
                (Role::Inspection, What::Open(facts))
            }
            1 => {
                let due = "2900-01-01".parse()?;
                let liable = "书记".into();
                (Role::Inspection, What::Assign { liable, due })
            }
            2 => {
                let measures = format!("虚构示例：逐户核对并公示，第 {number} 项");
                (Role::VillageParty, What::Plan { measures })
            }
            3 => (Role::Town, What::PassPlan),
            4 => {
                let evidence = Evidence {
                    hash: format!("{number:064x}"),
                    kind: EvidenceKind::Ledger,
                    date: at,
                    received: 0,
                };
                (Role::VillageParty, What::Evidence(evidence))
            }
            5 => (Role::VillageParty, What::Apply),
            6 => (Role::Town, What::Accept),
            7 => (Role::Town, What::PassTown),
            8 => {
                let groups = vec![[4, 0, 1]; 5];
                (Role::Public, What::Rate(Rating { groups }))
            }
            9 => (Role::Inspection, What::Sign { content }),
            10 => (Role::Discipline, What::Sign { content }),
            _ => (Role::Organisation, What::Sign { content }),
        };
        let office = match role {
            Role::VillageParty => self.code.clone(),
            Role::Town => self.town.clone(),
            _ => String::new(),
        };
        let hand = format!("{}-1", role.id());
        let by = Actor { role, office, hand };
        Ok(Event { at, by, what })
    }
}

/// All records, as a project keeps them but for those of the last author, whose packet
/// stands beside.
fn records() -> Result<(String, Vec<u8>)> {
    let dataset = demonstration()?;
    let rules = Rules::default();
    let mut store = Store::default();
    let mut last = String::new();
    for village in 0..VILLAGES {
        let place = Place::new(dataset.units().list(), village);
        for nth in 0..ITEMS {
            let number = village * ITEMS + nth;
            let id = format!("R-{number}");
            let mut item: Option<Item> = None;
            for nth in 0..EVENTS {
                let content = item.as_ref().map_or_else(String::new, Item::content);
                let event = place.event(nth, number, content)?;
                last = author_of(&event.by);
                match &mut item {
                    Some(item) => item.take(&rules, &event)?,
                    None => item = Some(Item::open(&id, &event)?),
                }
                store.record(&rules, &id, event)?;
            }
        }
    }
    let packet = store.export(&last).context("no packet")?;
    let mut kept = store.packets();
    kept.retain(|packet| packet.author != last);
    ensure!(packet.records.len() == VILLAGES * ITEMS && !kept.is_empty());
    Ok((serde_json::to_string(&kept)?, serde_json::to_vec(&packet)?))
}

/// Seconds until a text is on the page.
async fn seconds(page: &Page, text: &str) -> Result<f64> {
    let start = Instant::now();
    page.text(text).await?;
    Ok(start.elapsed().as_secs_f64())
}

/// Seconds until this is true of the page.
async fn until(page: &Page, what: &str, script: &str) -> Result<f64> {
    let start = Instant::now();
    page.until(what, async || {
        Ok((page.script(script, vec![]).await? == json!(true)).then_some(()))
    })
    .await?;
    Ok(start.elapsed().as_secs_f64())
}

#[test]
#[ignore = "a measurement: cargo xtask bench"]
fn measure_records() -> Result<()> {
    let (whole, patience) = (Duration::from_mins(30), Duration::from_mins(5));
    scenario_within("measure_records", whole, patience, async |page| {
        let folder = tempfile::tempdir()?;
        let (ledger, packet) = records()?;
        // The demonstration's project, with these records in it.
        page.open("#/signoff").await?;
        page.css("#so-packet").await?;
        page.click("button", "另存项目").await?;
        let project = fs::read_to_string(page.downloaded("dhi.json").await?)?;
        let none = "\"ledger\":[]";
        ensure!(project.matches(none).count() == 1, "records are elsewhere");
        let project = project.replacen(none, &["\"ledger\":", &ledger].concat(), 1);
        let file = folder.path().join("county.dhi.json");
        fs::write(&file, &project)?;
        page.choose_file("[data-testid=open-project]", &file)
            .await?;
        let is_there = "return document.querySelector('[data-value=R-0]') !== null";
        let opened = until(page, "the records are on the board", is_there).await?;

        // The last office's consents come as a packet.
        let file = folder.path().join("packet.json");
        fs::write(&file, &packet)?;
        page.choose_file("#so-packet", &file).await?;
        let preview = seconds(page, "接受").await?;
        page.click("button", "接受").await?;
        let is_taken = "return document.querySelector('[data-act=accept]') === null
            && document.querySelector('[data-testid=board]')?.innerText.includes('3/4') === true";
        let board = until(page, "the packet is taken", is_taken).await?;
        let narrow = "const find = document.getElementById('so-find');
            find.value = arguments[0];
            find.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(narrow, vec![json!("R-19999")]).await?;
        let found = seconds(page, "虚构示例：第 19999 项").await?;
        page.click("button", "R-19999").await?;
        let item = seconds(page, "可以办理").await?;
        println!(
            "{} items of {EVENTS} events, a project of {} MB and a packet of {} MB: opened and \
             on the board {opened:.1} s, preview {preview:.1} s, accepted and on the board \
             {board:.1} s, narrowed to one {found:.1} s, opened {item:.1} s",
            VILLAGES * ITEMS,
            project.len() / 1_000_000,
            packet.len() / 1_000_000
        );
        page.console_is_quiet().await
    })
}

//! A county's rectification ledger: 400 villages × 50 items × 12 events, read from
//! packets, checked, replayed and shown.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use criterion::{Criterion, criterion_group, criterion_main};
use dhi_engine::calendar::{Calendar, Day};
use dhi_engine::packet::{Packet, Store, View};
use dhi_engine::signoff::{
    Actor, Event, Evidence, EvidenceKind, Facts, Item, Kind, Rating, Role, Rules, What, due, flags,
};
use std::hint::black_box;
use std::time::{Duration, Instant};

const VILLAGES: u32 = 400;
const ITEMS: u32 = 50;
const EVENTS: u32 = 12;
/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(1);

fn day(n: u32) -> Day {
    Day::new(2026, 1, 5).unwrap().plus(n as i32)
}

fn facts(village: u32) -> Facts {
    Facts {
        village: format!("510181001{village:03}"),
        town: "示例镇".into(),
        lead: "示例部门".into(),
        round: "第一轮".into(),
        problem: "虚构示例：合同款未按期收取".into(),
        kind: Kind::ByDate,
        checklist: String::new(),
        to_recover: 0,
    }
}

/// The `n`-th event of an item, up to three of its four consents.
fn event(n: u32, village: u32, number: u32, content: String) -> Event {
    let due = day(300);
    let (role, what) = match n {
        0 => (Role::Inspection, What::Open(facts(village))),
        1 => {
            let liable = "村党组织".into();
            (Role::Inspection, What::Assign { liable, due })
        }
        2 => {
            let measures = format!("虚构示例：逐户核对并公示，第 {number} 项");
            (Role::VillageParty, What::Plan { measures })
        }
        3 => (Role::Town, What::PassPlan),
        4 => {
            let evidence = Evidence {
                hash: format!("{:064x}", village * 1000 + number),
                kind: EvidenceKind::Ledger,
                date: day(n),
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
        Role::VillageParty => facts(village).village,
        Role::Town => "示例镇".into(),
        _ => String::new(),
    };
    let hand = format!("{}-1", role.id());
    let by = Actor { role, office, hand };
    Event {
        at: day(n),
        by,
        what,
    }
}

/// Every department's packet, as the text it is handed on in.
fn packets(rules: &Rules) -> Vec<Vec<u8>> {
    let mut store = Store::default();
    for village in 0..VILLAGES {
        for number in 0..ITEMS {
            let id = format!("{village}-{number}");
            let mut item: Option<Item> = None;
            for n in 0..EVENTS {
                let content = item.as_ref().map_or_else(String::new, Item::content);
                let next = event(n, village, number, content);
                match &mut item {
                    Some(item) => item.take(rules, &next).unwrap(),
                    None => item = Some(Item::open(&id, &next).unwrap()),
                }
                store.record(rules, &id, next).unwrap();
            }
        }
    }
    let packets = store.authors().map(|author| store.export(author).unwrap());
    packets.map(|p| serde_json::to_vec(&p).unwrap()).collect()
}

fn load(texts: &[Vec<u8>]) -> Store {
    let mut store = Store::default();
    for text in texts {
        let packet: Packet = serde_json::from_slice(text).unwrap();
        store.take(packet).unwrap();
    }
    store
}

fn bench(c: &mut Criterion) {
    let rules = Rules::default();
    let texts = packets(&rules);
    let store = load(&texts);
    let view = store.view(&rules);
    assert_eq!(view.items.len() as u32, VILLAGES * ITEMS);
    assert_eq!(view.notices, []);
    let mut group = c.benchmark_group("ledger 400 x 50 x 12");
    group.sample_size(10);
    // Nobody waits for the memory to be given back: the ledger stays open.
    group.bench_function("load", |b| {
        b.iter_with_large_drop(|| load(black_box(&texts)));
    });
    group.bench_function("replay", |b| {
        b.iter_with_large_drop(|| store.view(black_box(&rules)));
    });
    // What the board works out before it writes its first two hundred rows.
    let calendar = Calendar::default();
    let show = |view: &View| {
        let due = view
            .items
            .iter()
            .map(|item| due(item, &rules, &calendar, day(EVENTS)));
        (
            due.map(|due| due.len()).sum::<usize>(),
            flags(&view.items, &rules).len(),
        )
    };
    group.bench_function("show", |b| b.iter(|| show(black_box(&view))));
    let whole = || {
        let store = load(black_box(&texts));
        let view = store.view(&rules);
        (show(&view), view, store)
    };
    group.bench_function("load, replay and show", |b| {
        b.iter_with_large_drop(whole);
    });
    group.finish();
    // The quickest of five, beside which the machine's other work counts least.
    let times = (0..5).map(|_| {
        let start = Instant::now();
        let kept = whole();
        let time = start.elapsed();
        drop(kept);
        time
    });
    let best = times.min().unwrap();
    let share = best.as_secs_f64() / LIMIT.as_secs_f64();
    println!("load, replay and show: {best:.2?}, {share:.2} of the limit of {LIMIT:?}");
}

criterion_group!(benches, bench);
criterion_main!(benches);

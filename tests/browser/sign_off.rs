//! Four parties and those before them close an item: each in a browser of its own,
//! with nothing between them but the files they hand on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::packet::{Notice, Packet, Store};
use dhi_engine::scheme::default_scheme;
use dhi_engine::signoff::{
    Actor, Event, Evidence, EvidenceKind, Facts, Kind, PARTIES, Rating, Role, Rules, State, What,
};
use serde_json::json;

use crate::driver::{Page, Scheme, scenario};

const ITEM: &str = "2026-1";

/// A desk: role, office and officer.
type Desk<'a> = (&'a str, &'a str, &'a str);

/// Fields of a form by their names.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// Says as whom and on what day one acts.
async fn sit_down(page: &Page, (role, office, hand): Desk<'_>, day: &str) -> Result<()> {
    page.css("[data-testid=actor] [name=role]").await?;
    let script = "const [fields] = arguments;
        for (const [name, value] of fields) {
            const field = document.querySelector(`[data-testid=actor] [name=${name}]`);
            field.value = value;
            field.dispatchEvent(new Event('input', { bubbles: true }));
        }";
    let fields = json!([
        ["role", role],
        ["office", office],
        ["hand", hand],
        ["day", day]
    ]);
    page.script(script, vec![fields]).await?;
    Ok(())
}

/// Fills in the form of an act, sends it and waits until it says what came of it.
async fn act(page: &Page, verb: usize, fields: Fields<'_>, said: &str) -> Result<()> {
    let form = format!("form[data-act='{verb}']");
    page.css(&form)
        .await
        .with_context(|| format!("no form for act {verb}"))?;
    let script = "const [selector, fields] = arguments;
        const form = document.querySelector(selector);
        for (const [name, value] of fields) form.elements[name].value = value;
        form.requestSubmit();";
    page.script(script, vec![json!(form), json!(fields)])
        .await?;
    page.text(said).await?;
    Ok(())
}

/// Takes in files after a look at what they would change.
async fn take_in(page: &Page, files: &[PathBuf]) -> Result<()> {
    for file in files {
        page.choose_file("[data-testid=records-in]", file).await?;
        page.text("接收前预览").await?;
        page.click("button", "接收以上记录").await?;
        page.text("接收完毕").await?;
    }
    Ok(())
}

/// Hands on one's own records: the file, moved away so that a later one is found.
async fn hand_on(page: &Page, role: &str, folder: &Path) -> Result<PathBuf> {
    page.click("button", "导出本单位记录").await?;
    let file = page.downloaded(&format!("records-{role}")).await?;
    let kept = folder.join(format!("{role}.json"));
    fs::copy(&file, &kept)?;
    fs::remove_file(&file)?;
    Ok(kept)
}

/// The state that the page shows of the item.
async fn state(page: &Page) -> Result<String> {
    let script = "return document.querySelector('[data-testid=item]')?.dataset.state;";
    page.until("the item is shown", async || {
        let found = page.script(script, vec![]).await?;
        Ok(found.as_str().map(str::to_owned))
    })
    .await
}

async fn reaches(page: &Page, wanted: State) -> Result<()> {
    page.until(&format!("the item is {}", wanted.id()), async || {
        Ok((state(page).await? == wanted.id()).then_some(()))
    })
    .await
}

/// What a native copy makes of the same files.
fn native(files: &[PathBuf]) -> Result<Store> {
    let mut store = Store::default();
    for file in files {
        store.receive(&Packet::from_json(&fs::read(file)?)?)?;
    }
    Ok(store)
}

fn native_state(files: &[PathBuf]) -> Result<State> {
    let view = native(files)?.view(&Rules::default());
    ensure!(view.notices.is_empty(), "{:?}", view.notices);
    Ok(view.items.first().context("no item")?.state)
}

/// One step of the story: who, when, what and where it leads.
struct Step<'a> {
    desk: Desk<'a>,
    day: &'a str,
    acts: Vec<(usize, Vec<(&'a str, &'a str)>)>,
    leads_to: State,
}

#[test]
fn four_parties_close_an_item_with_nothing_but_files_between_them() -> Result<()> {
    let dataset = generate(&default_scheme(), DemoOptions::default())?;
    let unit = &dataset.units().list()[3];
    let (code, town) = (unit.code.as_str().to_owned(), unit.town.clone());
    let folder = tempfile::tempdir()?;
    let proof = folder.path().join("proof.txt");
    fs::write(&proof, "会议记录 <b>")?;

    let inspection: Desk<'_> = ("inspection", "", "01");
    let village: Desk<'_> = ("village_party", &code, "11");
    let town_desk: Desk<'_> = ("town", &town, "21");
    let rating: Vec<(&str, &str)> = [
        "r00", "r01", "r02", "r10", "r11", "r12", "r20", "r21", "r22", "r30", "r31", "r32", "r40",
        "r41", "r42",
    ]
    .into_iter()
    .map(|name| (name, if name.ends_with('0') { "6" } else { "0" }))
    .collect();
    let open = vec![
        ("id", ITEM),
        ("village", code.as_str()),
        ("town", town.as_str()),
        ("lead", "农业农村局"),
        ("problem", "集体资金 <i>未入账</i>"),
        ("kind", "1"),
        ("money", "1200.50"),
    ];
    let assign = vec![("liable", "村党组织书记"), ("due", "2026-09-01")];
    let plan = vec![("measures", "清理台账，公开账目")];
    let evidence = vec![("proof", "0"), ("dated", "2026-03-05")];
    let sign = |role: &'static str, office: &'static str, hand: &'static str, day| Step {
        desk: (role, office, hand),
        day,
        acts: vec![(10, vec![])],
        leads_to: State::JointReview,
    };
    let step = |desk, day, acts, leads_to| Step {
        desk,
        day,
        acts,
        leads_to,
    };
    let story = vec![
        step(
            inspection,
            "2026-03-01",
            vec![(0, open), (1, assign)],
            State::Assigned,
        ),
        step(village, "2026-03-02", vec![(2, plan)], State::PlanReview),
        step(
            town_desk,
            "2026-03-03",
            vec![(3, vec![])],
            State::Rectifying,
        ),
        step(
            village,
            "2026-03-05",
            vec![(4, evidence), (6, vec![])],
            State::Applied,
        ),
        step(
            town_desk,
            "2026-03-06",
            vec![(7, vec![]), (8, vec![])],
            State::PublicRating,
        ),
        step(
            ("public", "", "31"),
            "2026-03-09",
            vec![(9, rating)],
            State::JointReview,
        ),
        sign("inspection", "", "01", "2026-03-10"),
        sign("discipline", "", "41", "2026-03-11"),
        sign("organisation", "", "51", "2026-03-12"),
        sign("department", "农业农村局", "61", "2026-03-13"),
        step(inspection, "2026-03-14", vec![(12, vec![])], State::Closed),
    ];

    // The latest file of every office; all that anybody knows of the others.
    let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (at, step) in story.iter().enumerate() {
        let known: Vec<PathBuf> = files.values().cloned().collect();
        let is_last = at + 1 == story.len();
        // Every step happens in a browser that knows nothing but files.
        let name = format!("sign_off_{at}");
        scenario(&name, async |page| {
            let (role, _, _) = step.desk;
            page.open("#/signoff").await?;
            page.css("[data-testid=actor]").await?;
            if at == 0 {
                page.text("还没有整改事项").await?;
                page.fits_everywhere().await?;
                page.picture("signoff-empty").await?;
            }
            take_in(page, &known).await?;
            sit_down(page, step.desk, step.day).await?;
            for (verb, fields) in &step.acts {
                if *verb != 0 {
                    page.open(&format!("#/signoff/{ITEM}")).await?;
                }
                if *verb == 4 {
                    page.choose_file("form[data-act='4'] [name=file]", &proof)
                        .await?;
                }
                act(page, *verb, fields, "已记录：").await?;
            }
            page.open(&format!("#/signoff/{ITEM}")).await?;
            reaches(page, step.leads_to).await?;
            if is_last {
                page.fits_everywhere().await?;
                page.picture("signoff-closed").await?;
                page.click("button", "English").await?;
                page.text("The four parties").await?;
                page.fits_everywhere().await?;
                for (size, scheme) in [((1440, 900), Scheme::Dark), ((390, 844), Scheme::Light)] {
                    page.prefer(scheme).await?;
                    page.resize(size).await?;
                    page.picture(&format!("signoff-closed-en-{}", size.0))
                        .await?;
                }
                page.resize((1440, 900)).await?;
                page.click("button", "中文").await?;
                // It is kept, and a second look after a reload finds the same.
                page.text("已保存").await?;
                page.client.refresh().await?;
                reaches(page, State::Closed).await?;
                page.open("#/signoff").await?;
                page.css("[data-testid=board] [data-state=closed]").await?;
                page.fits_everywhere().await?;
                page.picture("signoff-board").await?;
                sit_down(page, step.desk, step.day).await?;
            }
            files.insert(role.to_owned(), hand_on(page, role, folder.path()).await?);
            page.console_is_quiet().await
        })?;
        let all: Vec<PathBuf> = files.values().cloned().collect();
        ensure!(native_state(&all)? == step.leads_to, "step {at} natively");
    }
    let all: Vec<PathBuf> = files.values().cloned().collect();
    let store = native(&all)?;
    let item = store.item(&Rules::default(), ITEM).0.context("no item")?;
    ensure!(item.missing_signatures().is_empty() && item.signatures.len() == 4);
    ensure!(item.facts.to_recover == 120_050);
    Ok(())
}

/// Records an act natively, by the hand that this role always has here.
fn record(store: &mut Store, role: Role, day: u32, what: What) -> Result<()> {
    let by = Actor {
        role,
        office: match role {
            Role::VillageParty => "1",
            Role::Town => "甲镇",
            Role::Department => "乙局",
            _ => "",
        }
        .into(),
        hand: role.id().into(),
    };
    let at = dhi_engine::calendar::Day::new(2026, 3, day).context("no day")?;
    Ok(store.record(&Rules::default(), ITEM, Event { at, by, what })?)
}

/// An item that the four have agreed to close.
fn agreed() -> Result<Store> {
    let mut store = Store::default();
    let day = |text: &str| text.parse().context("no day");
    let facts = Facts {
        village: "1".into(),
        town: "甲镇".into(),
        lead: "乙局".into(),
        round: String::new(),
        problem: "公开不及时".into(),
        kind: Kind::ByDate,
        checklist: String::new(),
        to_recover: 0,
    };
    let evidence = Evidence {
        hash: Evidence::fingerprint(b"minutes"),
        kind: EvidenceKind::Minutes,
        date: day("2026-03-04")?,
        received: 0,
    };
    let assign = What::Assign {
        liable: "村党组织书记".into(),
        due: day("2026-03-20")?,
    };
    let measures = "按月公开".into();
    let groups = vec![[6, 0, 0]; 5];
    let acts = [
        (Role::Inspection, What::Open(facts)),
        (Role::Inspection, assign),
        (Role::VillageParty, What::Plan { measures }),
        (Role::Town, What::PassPlan),
        (Role::VillageParty, What::Evidence(evidence)),
        (Role::VillageParty, What::Apply),
        (Role::Town, What::Accept),
        (Role::Town, What::PassTown),
        (Role::Public, What::Rate(Rating { groups })),
    ];
    for (day, (role, what)) in (1..).zip(acts) {
        record(&mut store, role, day, what)?;
    }
    let item = store.item(&Rules::default(), ITEM).0.context("no item")?;
    for role in PARTIES {
        let content = item.content();
        record(&mut store, role, 10, What::Sign { content })?;
    }
    Ok(store)
}

/// Everything a copy knows, as a file.
fn file_of(store: &Store, path: &Path) -> Result<PathBuf> {
    fs::write(path, serde_json::to_vec(&store.packets())?)?;
    Ok(path.to_owned())
}

#[test]
fn two_outcomes_wait_for_people_and_an_altered_file_is_refused_in_words() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let closing = agreed()?;
    let mut returning = closing.clone();
    let mut closed = closing.clone();
    record(
        &mut closed,
        Role::Inspection,
        11,
        What::Close { review: None },
    )?;
    let reason = "有新情况".into();
    record(
        &mut returning,
        Role::Organisation,
        11,
        What::Return { reason },
    )?;
    let [one, two] = [
        file_of(&closed, &folder.path().join("one.json"))?,
        file_of(&returning, &folder.path().join("two.json"))?,
    ];
    let altered = folder.path().join("altered.json");
    let text = fs::read_to_string(&one)?.replacen("公开不及时", "公开及时", 1);
    fs::write(&altered, text)?;

    let mut both = closed.clone();
    both.merge(&returning);
    let view = both.view(&Rules::default());
    let Some(Notice::Contended { records, .. }) = view.notices.first() else {
        anyhow::bail!("no conflict natively: {:?}", view.notices);
    };
    let back = returning.history(ITEM);
    let back = back.last().context("no record")?.id.clone();
    ensure!(records.contains(&back));
    let mut settled = both.clone();
    let (keep, reason) = (back.clone(), "情况属实".to_owned());
    record(
        &mut settled,
        Role::Inspection,
        12,
        What::Settle { keep, reason },
    )?;
    let settled = settled.item(&Rules::default(), ITEM).0.context("no item")?;

    scenario("sign_off_conflict", async |page| {
        page.open(&format!("#/signoff/{ITEM}")).await?;
        page.text("没有这个编号的事项").await?;
        page.choose_file("[data-testid=records-in]", &altered)
            .await?;
        page.text("自第 1 条起内容被改动或缺失").await?;
        page.click("button", "取消").await?;
        take_in(page, &[one.clone()]).await?;
        reaches(page, State::Closed).await?;
        page.choose_file("[data-testid=records-in]", &two).await?;
        page.text("已销号 → 四方联审").await?;
        page.picture("signoff-incoming").await?;
        page.click("button", "接收以上记录").await?;
        reaches(page, State::JointReview).await?;
        page.text(&format!("（{}），待裁定", records.join("、")))
            .await?;
        // Overdue in words and with a sign, on the day that was given.
        sit_down(page, ("inspection", "", ""), "2026-03-25").await?;
        page.text("▲ 逾期 5 天").await?;
        page.text("先在上方填写经办人编号").await?;
        sit_down(page, ("inspection", "", "inspection"), "2026-03-12").await?;
        page.fits_everywhere().await?;
        page.picture("signoff-conflict").await?;
        let fields = [("keep", back.as_str()), ("reason", "情况属实")];
        act(page, 21, &fields, "已记录：裁定冲突记录").await?;
        reaches(page, settled.state).await?;
        page.text("退回次数").await?;
        page.console_is_quiet().await
    })
}

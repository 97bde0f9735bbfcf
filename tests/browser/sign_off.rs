//! Offices rectify, rate, sign, close and reopen an item, each with records of its own
//! that meet in packets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::calendar::Day;
use dhi_engine::framework::Language;
use dhi_engine::packet::{Packet, Store, author_of};
use dhi_engine::signoff::{Actor, Event, PARTIES, Role, Rules, State, What};
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::demonstration;
use crate::look_everywhere::choose_language;

pub(crate) const ITEM: &str = "R-1";
pub(crate) const LEAD: &str = "农业农村局";

/// Says who acts.
pub(crate) async fn become_(page: &Page, role: Role, office: &str) -> Result<()> {
    let set = "const [role, office, hand] = arguments;
        document.getElementById('so-office').value = office;
        document.getElementById('so-hand').value = hand;
        const select = document.getElementById('so-role');
        select.value = role;
        select.dispatchEvent(new Event('change', { bubbles: true }));";
    let hand = format!("HAND-{}", role.id());
    page.script(set, vec![json!(role.id()), json!(office), json!(hand)])
        .await?;
    let is_so = "return document.getElementById('so-role').value == arguments[0]
        && document.querySelector('.sign-off').innerHTML.includes(arguments[1])";
    page.until("the page knows who acts", async || {
        let found = page
            .script(
                is_so,
                vec![json!(role.id()), json!(format!("value=\"{hand}\""))],
            )
            .await?;
        Ok((found == true).then_some(()))
    })
    .await
}

/// Fills in the form of an action and sends it.
pub(crate) async fn act(page: &Page, action: &str, fields: &[(&str, &str)]) -> Result<()> {
    let send = "const [action, fields] = arguments;
        const button = document.querySelector(`[data-act=do][data-value=${action}]`);
        if (!button) return false;
        const details = button.closest('details');
        if (details) details.open = true;
        for (const [name, value] of Object.entries(fields)) {
            button.form.querySelector(`[name='${name}']`).value = value;
        }
        button.click();
        return true;";
    let fields: BTreeMap<&str, &str> = fields.iter().copied().collect();
    page.until(&format!("{action} can be done"), async || {
        let done = page
            .script(send, vec![json!(action), json!(fields)])
            .await?;
        Ok((done == true).then_some(()))
    })
    .await
}

pub(crate) async fn stands(page: &Page, state: &str) -> Result<()> {
    let heading = format!("{ITEM} · {state}");
    page.until(&format!("it stands at {state}"), async || {
        let script = "return document.querySelector('[data-testid=item] h2')?.textContent ?? ''";
        let found = page.script(script, vec![]).await?;
        Ok((found == heading.as_str()).then_some(()))
    })
    .await
}

/// The focus comes back a frame after what had it was written anew.
async fn focus_is(page: &Page, id: &str) -> Result<()> {
    page.until(&format!("the focus is at {id}"), async || {
        let focus = page
            .script("return document.activeElement.id", vec![])
            .await?;
        Ok((focus == id).then_some(()))
    })
    .await
}

/// A file is fingerprinted, and the rest of the form kept.
async fn prove(page: &Page, content: &[u8], today: &str) -> Result<()> {
    let open = "document.querySelector('[data-act=do][data-value=evidence]').closest('details').open = true";
    page.script(open, vec![]).await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("照片.jpg");
    fs::write(&path, content)?;
    page.choose_file("input[data-act=hash]", &path).await?;
    let hash = dhi_engine::signoff::Evidence::fingerprint(content);
    page.until("the fingerprint is there", async || {
        let script = "return document.querySelector('input[name=hash]')?.value ?? ''";
        Ok((page.script(script, vec![]).await? == hash.as_str()).then_some(()))
    })
    .await?;
    act(page, "evidence", &[("kind", "photo"), ("date", today)]).await?;
    page.text(&hash[..16]).await?;
    Ok(())
}

/// The item on paper: what the sheet is called, all four parties, two sheets at most.
async fn printed(page: &Page, title: &str, name: &str) -> Result<()> {
    let sheet = "return document.querySelector('[data-testid=item] .print-only').textContent";
    let sheet = page.script(sheet, vec![]).await?;
    ensure!(sheet == title, "the sheet is called {sheet}");
    let media = |name: &str| json!({ "media": name });
    page.cdp("Emulation.setEmulatedMedia", media("print"))
        .await?;
    let text = "return document.querySelector('[data-testid=item]').innerText";
    let text = page.script(text, vec![]).await?;
    page.picture(name).await?;
    page.cdp("Emulation.setEmulatedMedia", media("")).await?;
    let text = text.as_str().context("no text")?;
    // What helps who sits before a screen is not on it.
    ensure!(!text.contains("没有可办事项"), "{text}");
    for party in PARTIES {
        let party = party.name(Language::Chinese);
        ensure!(text.contains(party), "{party} is not on the sheet: {text}");
    }
    let sheets = page.paper(name).await?;
    ensure!(sheets <= 2, "{title} takes {sheets} sheets");
    Ok(())
}

/// From 拟立 to 整改中.
pub(crate) async fn to_rectify(page: &Page, (village, town): (&str, &str)) -> Result<()> {
    stands(page, "拟立").await?;
    act(
        page,
        "assign",
        &[("liable", "村党组织书记"), ("due", "2900-01-01")],
    )
    .await?;
    stands(page, "交办").await?;
    become_(page, Role::VillageParty, village).await?;
    act(page, "plan", &[("measures", "收回合同款并公示")]).await?;
    stands(page, "方案待审").await?;
    become_(page, Role::Town, town).await?;
    act(page, "pass_plan", &[]).await?;
    stands(page, "整改中").await
}

/// From 整改中 to 四方联审, with new evidence. Of every group so many are satisfied, and
/// so many are not.
pub(crate) async fn to_review(
    page: &Page,
    content: &[u8],
    today: &str,
    (village, town): (&str, &str),
    rated: [&str; 2],
) -> Result<()> {
    become_(page, Role::VillageParty, village).await?;
    prove(page, content, today).await?;
    act(page, "apply", &[]).await?;
    stands(page, "申请销号").await?;
    become_(page, Role::Town, town).await?;
    act(page, "accept", &[]).await?;
    stands(page, "镇街初审").await?;
    act(page, "pass_town", &[]).await?;
    stands(page, "群众评价").await?;
    become_(page, Role::Public, "").await?;
    let names = (0..5).flat_map(|group| [0, 1].map(|kind| (format!("g{group}-{kind}"), kind)));
    let names: Vec<(String, usize)> = names.collect();
    let counts = names
        .iter()
        .map(|(name, kind)| (name.as_str(), rated[*kind]));
    act(page, "rate", &counts.collect::<Vec<_>>()).await?;
    stands(page, "四方联审").await
}

/// The day as the page has it.
pub(crate) async fn today(page: &Page) -> Result<Day> {
    let script = "const now = new Date();
        return new Date(now - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);";
    let day = page.script(script, vec![]).await?;
    Ok(day.as_str().context("the day")?.parse()?)
}

/// Four copies elsewhere sign on their own what was recorded here, and their packets come
/// back one by one. They stay in the folder under their numbers.
pub(crate) async fn signed_elsewhere(
    page: &Page,
    shared: &Store,
    (folder, at): (&Path, Day),
) -> Result<()> {
    let rules = Rules::default();
    let item = shared.item(&rules, ITEM).0.context("the item")?;
    ensure!(item.state == State::JointReview, "{:?}", item.state);
    for (n, role) in PARTIES.into_iter().enumerate() {
        let office = if role == Role::Department { LEAD } else { "" };
        let by = Actor {
            role,
            office: office.into(),
            hand: format!("ELSEWHERE-{n}"),
        };
        let author = author_of(&by);
        let content = item.content();
        let what = What::Sign { content };
        let mut copy = shared.clone();
        copy.record(&rules, ITEM, Event { at, by, what })?;
        let packet = copy.export(&author).context("a packet")?;
        let path = folder.join(format!("{n}.json"));
        fs::write(&path, serde_json::to_vec(&packet)?)?;
        page.choose_file("#so-packet", &path).await?;
        page.text(&format!("四方联审 · ✓{}/4", n + 1)).await?;
        page.click("button", "接受").await?;
        page.until("the packet is taken", async || {
            let gone = "return document.querySelector('[data-act=accept]') === null";
            Ok((page.script(gone, vec![]).await? == true).then_some(()))
        })
        .await?;
        page.text(&format!("{}/4", n + 1)).await?;
    }
    Ok(())
}

pub(crate) async fn exported(page: &Page, role: Role, office: &str) -> Result<Packet> {
    become_(page, role, office).await?;
    let back = "document.querySelector('[data-testid=item] [data-act=show]')?.click()";
    page.script(back, vec![]).await?;
    page.click("button", "导出本单位数据包").await?;
    let path = page.downloaded(&format!("{}-", role.id())).await?;
    let packet = Packet::from_json(&fs::read(&path)?);
    fs::remove_file(&path)?;
    packet.context("the packet that was handed over")
}

/// What all offices recorded here.
pub(crate) async fn everybodys(page: &Page, (village, town): (&str, &str)) -> Result<Vec<Packet>> {
    let mut packets = Vec::new();
    for (role, office) in [
        (Role::Inspection, ""),
        (Role::VillageParty, village),
        (Role::Town, town),
        (Role::Public, ""),
    ] {
        packets.push(exported(page, role, office).await?);
    }
    Ok(packets)
}

#[test]
fn an_item_is_rectified_returned_signed_by_four_closed_and_reopened() -> Result<()> {
    scenario("sign_off_story", async |page| {
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        let dataset = demonstration()?;
        let unit = &dataset.units().list()[0];
        let (village, town) = (unit.code.as_str(), unit.town.as_str());
        let at = self::today(page).await?;
        let today = at.to_string();

        become_(page, Role::Inspection, "").await?;
        // No village of the register: refused in words, and what was typed stays.
        let facts = [
            ("item", ITEM),
            ("lead", LEAD),
            ("problem", "虚构示例：合同款未收"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        page.text("村代码须在名册中").await?;
        act(page, "open", &[("village", village)]).await?;
        to_rectify(page, (village, town)).await?;
        let groups = ["6", "0"];
        to_review(page, b"one", &today, (village, town), groups).await?;
        become_(page, Role::Organisation, "").await?;
        act(page, "return", &[]).await?;
        page.text("必须写明内容或理由").await?;
        act(page, "return", &[("reason", "佐证不足")]).await?;
        stands(page, "整改中").await?;
        to_review(page, b"two", &today, (village, town), groups).await?;
        printed(page, "四方联审表", "joint-review").await?;

        let mut packets = everybodys(page, (village, town)).await?;
        packets.push(exported(page, Role::Organisation, "").await?);
        let folder = tempfile::tempdir()?;
        let shared = Store::take_all(packets)?;
        let item = shared.item(&Rules::default(), ITEM).0.context("the item")?;
        ensure!(item.evidence.len() == 2);
        signed_elsewhere(page, &shared, (folder.path(), at)).await?;
        // One that was altered is refused and named.
        let first = fs::read_to_string(folder.path().join("1.json"))?;
        let forged = folder.path().join("forged.json");
        fs::write(&forged, first.replace("ELSEWHERE-1", "ELSEWHERE-9"))?;
        page.choose_file("#so-packet", &forged).await?;
        page.text("内容被改动或缺失").await?;

        become_(page, Role::Inspection, "").await?;
        page.click("button", ITEM).await?;
        act(page, "close", &[]).await?;
        stands(page, "已销号").await?;
        printed(page, "销号单", "closure-sheet").await?;
        act(page, "recheck", &[]).await?;
        stands(page, "回头看").await?;
        act(
            page,
            "relapse",
            &[("reason", "再次拖欠"), ("due", "2900-06-01")],
        )
        .await?;
        stands(page, "整改中").await?;
        // A sign for people, since it came so soon.
        page.text("销号后短期内反弹").await?;
        let shown = page
            .script(
                "return document.querySelector('[data-testid=item]').innerText",
                vec![],
            )
            .await?;
        let shown = shown.as_str().unwrap_or_default();
        ensure!(
            !shown.contains("HAND-") && !shown.contains("ELSEWHERE"),
            "{shown}"
        );

        // Nothing is lost when the page goes away.
        page.text("已保存").await?;
        page.client.refresh().await?;
        // Enter narrows the board and hands over nothing; the focus stays where it was.
        page.fill("searchbox", "查找", "没有这个").await?;
        page.press(Key::Enter).await?;
        page.text("没有事项").await?;
        focus_is(page, "so-find").await?;
        ensure!(fs::read_dir(page.downloads())?.next().is_none(), "a file");
        let narrow = "const find = document.getElementById('so-find');
            find.value = arguments[0];
            find.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(narrow, vec![json!(ITEM)]).await?;
        page.click("button", ITEM).await?;
        stands(page, "整改中").await?;
        focus_is(page, "sign-off").await?;
        let packet = exported(page, Role::Inspection, "").await?;
        ensure!(
            packet
                .records
                .iter()
                .any(|r| r.event.what.action() == "relapse")
        );

        // Another village sees none of it.
        become_(page, Role::VillageParty, "990000100201").await?;
        page.text("没有事项").await?;
        page.console_is_quiet().await?;
        page.stayed_local().await
    })
}

/// Closed here and sent back elsewhere, by offices that did not know of each other: the
/// item stays where it was until somebody says which record stands.
#[test]
fn two_outcomes_of_one_step_are_settled_on_the_page() -> Result<()> {
    scenario("sign_off_conflict", async |page| {
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        let dataset = demonstration()?;
        let unit = &dataset.units().list()[0];
        let place = (unit.code.as_str(), unit.town.as_str());
        let at = self::today(page).await?;
        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", ITEM),
            ("lead", LEAD),
            ("village", place.0),
            ("problem", "虚构示例：合同款未收"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        to_rectify(page, place).await?;
        to_review(page, b"one", &at.to_string(), place, ["6", "0"]).await?;
        let mut shared = Store::take_all(everybodys(page, place).await?)?;
        become_(page, Role::Inspection, "").await?;
        let folder = tempfile::tempdir()?;
        signed_elsewhere(page, &shared, (folder.path(), at)).await?;

        // The organisation department knows of the four consents, and sends it back.
        for n in 0..PARTIES.len() {
            let signed = fs::read(folder.path().join(format!("{n}.json")))?;
            shared.receive(&Packet::from_json(&signed)?)?;
        }
        let by = Actor {
            role: Role::Organisation,
            office: String::new(),
            hand: "ELSEWHERE".into(),
        };
        let author = author_of(&by);
        let reason = "有新情况".into();
        let what = What::Return { reason };
        shared.record(&Rules::default(), ITEM, Event { at, by, what })?;
        let packet = shared.export(&author).context("a packet")?;
        let sent_back = packet.records.last().context("a record")?.id.clone();
        let path = folder.path().join("back.json");
        fs::write(&path, serde_json::to_vec(&packet)?)?;

        // Here it is closed meanwhile.
        become_(page, Role::Inspection, "").await?;
        page.click("button", ITEM).await?;
        act(page, "close", &[]).await?;
        stands(page, "已销号").await?;
        let back = "document.querySelector('[data-testid=item] [data-act=show]').click()";
        page.script(back, vec![]).await?;
        page.choose_file("#so-packet", &path).await?;
        // One more to settle than now.
        page.text("0 → 1").await?;
        page.click("button", "接受").await?;
        page.text("同一步骤有不同结果").await?;
        page.picture("sign-off-conflict").await?;
        page.click("button", ITEM).await?;
        stands(page, "四方联审").await?;
        // Without a reason nothing is settled.
        act(page, "settle", &[("keep", &sent_back)]).await?;
        page.text("必须写明内容或理由").await?;
        stands(page, "四方联审").await?;
        let facts = [("keep", sent_back.as_str()), ("reason", "以新情况为准")];
        act(page, "settle", &facts).await?;
        stands(page, "整改中").await?;
        let settled = "return !document.body.innerText.includes('同一步骤有不同结果')";
        page.script(back, vec![]).await?;
        page.css("[data-testid=board]").await?;
        ensure!(page.script(settled, vec![]).await? == true, "still open");
        page.console_is_quiet().await
    })
}

#[test]
fn the_board_and_an_item_fit_everywhere() -> Result<()> {
    scenario("look_sign_off", async |page| {
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        let dataset = demonstration()?;
        let unit = &dataset.units().list()[0];
        become_(page, Role::Inspection, "").await?;
        let problem =
            "虚构示例：村集体资产租赁合同到期后未续签，应收租金未按期入账，公开栏未更新。";
        let facts = [
            ("item", ITEM),
            ("lead", LEAD),
            ("village", unit.code.as_str()),
            ("problem", problem),
            ("to_recover", "12345.60"),
        ];
        act(page, "open", &facts).await?;
        stands(page, "拟立").await?;
        act(
            page,
            "assign",
            &[("liable", "村党组织书记"), ("due", "2900-01-01")],
        )
        .await?;
        stands(page, "交办").await?;
        page.text("已保存").await?;
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            page.open("#/signoff").await?;
            page.click("button", ITEM).await?;
            page.css("[data-testid=item]").await?;
            let open = "document.querySelectorAll('details').forEach((d) => d.open = true);";
            page.script(open, vec![]).await?;
            for view in ["item", "board"] {
                page.fits_everywhere().await?;
                for scheme in [Scheme::Light, Scheme::Dark] {
                    page.prefer(scheme).await?;
                    for (width, height) in SIZES {
                        page.resize((width, height)).await?;
                        let picture =
                            format!("signoff-{view}-{language}-{scheme:?}-{width}x{height}");
                        page.picture(&picture.to_lowercase()).await?;
                    }
                }
                let back = "document.querySelector('[data-testid=item] [data-act=show]')?.click()";
                page.script(back, vec![]).await?;
                page.css("[data-testid=board]").await?;
            }
        }
        page.console_is_quiet().await
    })
}

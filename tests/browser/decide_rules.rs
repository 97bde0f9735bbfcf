//! An office brings its lists, holidays, restrictions and rules as tables, and has
//! indicators follow from its records.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::calendar::{Calendar, Day};
use dhi_engine::frame::Dataset;
use dhi_engine::ids::Period;
use dhi_engine::input::{decode, read, recognise};
use dhi_engine::inspect::{Plan, PlanRules};
use dhi_engine::ledger::feed;
use dhi_engine::packet::{Packet, Store};
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::process::Process;
use dhi_engine::signoff::{PARTIES, Role, Rules};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::decide_nominations;
use crate::drag_weights::accept;
use crate::driver::{Page, scenario};
use crate::honest_ranks::demonstration;
use crate::sign_off::{act, become_};

const LEAD: &str = "农业农村局";
const HOLD: &str = "PLANTED-CAUSE";

/// Presses a control of the page by what it does.
pub(crate) async fn press(page: &Page, act: &str, value: &str) -> Result<()> {
    let script = "const [act, value] = arguments;
        const found = [...document.querySelectorAll(`[data-act=${act}]`)]
            .find((button) => button.dataset.value === value);
        found?.click();
        return found !== undefined;";
    page.until(&format!("{act} {value}"), async || {
        let done = page.script(script, vec![json!(act), json!(value)]).await?;
        Ok((done == true).then_some(()))
    })
    .await
}

/// Fills in fields by name and presses what stands in their form.
pub(crate) async fn send(page: &Page, act: &str, fields: &[(&str, &str)]) -> Result<()> {
    let script = "const [act, fields] = arguments;
        const button = document.querySelector(`[data-act=${act}]`);
        if (!button) return false;
        for (const [name, value] of fields) {
            button.form.querySelector(`[name='${name}']`).value = value;
        }
        button.click();
        return true;";
    page.until(&format!("{act} can be done"), async || {
        let done = page.script(script, vec![json!(act), json!(fields)]).await?;
        Ok((done == true).then_some(()))
    })
    .await
}

pub(crate) async fn part(page: &Page, id: &str, says: &str) -> Result<String> {
    press(page, "part", id).await?;
    shown(page, says).await
}

/// What the page says, once it says this.
async fn shown(page: &Page, says: &str) -> Result<String> {
    page.until(&format!("the page says “{says}”"), async || {
        let script = "return document.querySelector('.sign-off').innerText";
        let found = page.script(script, vec![]).await?;
        let found = found.as_str().unwrap_or_default().to_owned();
        Ok(found.contains(says).then_some(found))
    })
    .await
}

fn workbook(path: &Path, sheets: &[(&str, &[&[&str]])]) -> Result<()> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name)?;
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*cells) {
                sheet.write(row, column, *text)?;
            }
        }
    }
    book.save(path)?;
    Ok(())
}

/// Name of the workbook of an office.
pub(crate) const TABLES: &str = "本地表格.xlsx";

/// A workbook with every list an office keeps, about three villages.
pub(crate) fn local_tables(path: &Path, [one, two, three]: [&str; 3]) -> Result<()> {
    workbook(
        path,
        &[
            (
                "权力清单",
                &[
                    &["编号", "上级编号", "内容"],
                    &["1", "", "集体资产处置"],
                    &["1.1", "1", "合同经民主决策"],
                    &["1.2", "1", "结果公开"],
                ],
            ),
            (
                "抽查记录",
                &[
                    &["编号", "村代码", "检查日期", "是否符合"],
                    &["1.1", one, "2026-05-01", "是"],
                    &["1.1", two, "2026-05-01", "否"],
                    &["1.2", one, "2026-05-01", "是"],
                    &["1.2", two, "2026-05-01", "不适用"],
                ],
            ),
            (
                "本轮名册",
                &[
                    &["村代码", "重点村"],
                    &[one, "是"],
                    &[two, "否"],
                    &[three, "否"],
                ],
            ),
            (
                "节假日",
                &[
                    &["日期", "放假或上班"],
                    &["2026-10-01", "放假"],
                    &["2026-10-02", "放假"],
                    &["2026-10-10", "上班"],
                ],
            ),
            (
                "限制性情形",
                &[
                    &["村代码", "情形", "理由", "依据", "批准", "起始日期"],
                    &[
                        one,
                        "立案未结",
                        HOLD,
                        "监督办法第三条",
                        "县纪委",
                        "2026-01-01",
                    ],
                ],
            ),
            (
                "巡察建议书",
                &[
                    &[
                        "建议书编号",
                        "收件单位",
                        "共性或个性",
                        "原因",
                        "建议",
                        "发出日期",
                        "答复日期",
                        "答复内容",
                    ],
                    &[
                        "建〔2026〕1号",
                        "住建局",
                        "共性",
                        "",
                        "建章立制",
                        "2026-01-05",
                        "",
                        "",
                    ],
                    &[
                        "建〔2026〕2号",
                        "民政局",
                        "个性",
                        "制度缺失",
                        "修订办法",
                        "2026-01-05",
                        "2026-02-20",
                        "办法已修订",
                    ],
                ],
            ),
        ],
    )
}

#[test]
fn lists_plan_holidays_and_restrictions_come_from_tables() -> Result<()> {
    scenario("decide_rules", async |page| {
        let dataset = demonstration()?;
        let units = dataset.units().list();
        let [one, two, three] = [0, 1, 2].map(|at| units[at].code.as_str());
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(TABLES);
        local_tables(&path, [one, two, three])?;
        let today = Day::new(2026, 9, 28).context("no day")?;

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        part(page, "checklist", "还没有清单").await?;
        part(page, "office", "一切按默认建议").await?;
        let bad = folder.path().join("坏.csv");
        fs::write(&bad, "村代码,重点村,得分\n1,是,9\n")?;
        // Whoever only reads changes nothing.
        page.choose_file("#so-decide", &path).await?;
        shown(page, "由巡察办、纪检、组织部、领导小组更改").await?;
        become_(page, Role::Inspection, "").await?;
        part(page, "office", "一切按默认建议").await?;
        page.choose_file("#so-decide", &bad).await?;
        shown(page, "不认识“得分”这一列").await?;
        page.choose_file("#so-decide", &path).await?;
        // A hold is in it, of which this role sees neither the cause nor the file's name.
        shown(page, "移除 暂缓应用").await?;

        // Of item 1: two kept of three that apply. Wilson at 95 % of 2/3, by hand with
        // z = 1.96: (0.6667 + 0.6402 ± 1.96·√(0.2222/3 + 0.3201/3)) / 2.2804… = 20.8, 93.9.
        part(page, "checklist", "95% 威尔逊区间").await?;
        let row = "return [...document.querySelectorAll('[data-testid=by-line] tbody tr')]
            .map((row) => [...row.children].map((cell) => cell.innerText.trim()).join('|'))";
        let rows = page.script(row, vec![]).await?;
        ensure!(
            rows[0] == "1|集体资产处置|2 / 3|66.7%|20.8% – 93.9%",
            "{rows}"
        );
        press(page, "line", "1.1").await?;
        shown(page, &format!("{} · 2026-05-01", units[1].name)).await?;

        part(page, "advice", "▲ 逾期").await?;
        shown(page, "制度缺失").await?;
        shown(page, "2026-02-20 办法已修订").await?;
        part(page, "plan", "0 / 3").await?;
        become_(page, Role::Inspection, "").await?;
        send(
            page,
            "propose",
            &[("teams", "一组、二组"), ("start", "2026-09-28")],
        )
        .await?;
        shown(page, "没有发现问题").await?;
        // The engine's plan by the same rules, register and holidays.
        let mut calendar = Calendar::default();
        let day = |month, day| Day::new(2026, month, day).context("no day");
        calendar.holidays.extend([day(10, 1)?, day(10, 2)?]);
        calendar.worked.extend([day(10, 10)?]);
        let villages = [(one, true), (two, false), (three, false)];
        let villages = villages
            .map(|(code, is_key)| (code.to_owned(), is_key))
            .into();
        let teams = ["一组", "二组"].map(str::to_owned);
        let plan = Plan::propose(PlanRules::default(), &villages, &teams, today, &calendar);
        let visits = "return [...document.querySelectorAll('[data-testid=visits] tbody tr')]
            .map((row) => [...row.children].slice(2, 6).map((cell) => cell.innerText.trim()).join('|'))";
        let rows = page.script(visits, vec![]).await?;
        let mut expected: Vec<_> = plan.visits.iter().collect();
        expected.sort_by_key(|visit| (visit.first, &visit.team, &visit.village));
        let expected: Vec<String> = expected
            .iter()
            .map(|visit| {
                let n = calendar.n_working(visit.first, visit.last);
                format!("{}|{}|{}|{n}", visit.team, visit.first, visit.last)
            })
            .collect();
        ensure!(rows == json!(expected), "{rows} is not {expected:?}");

        // What is wrong with a plan names others: a village is not told.
        become_(page, Role::VillageParty, two).await?;
        page.until("only its own visit is listed", async || {
            let rows = page.script(visits, vec![]).await?;
            let is_own = rows.as_array().is_some_and(|rows| rows.len() == 1);
            Ok(is_own.then_some(()))
        })
        .await?;
        let faults = "return document.querySelector('[data-testid=plan-faults]') === null";
        ensure!(page.script(faults, vec![]).await? == json!(true));
        become_(page, Role::Inspection, "").await?;

        for id in ["checklist", "plan", "advice", "office"] {
            press(page, "part", id).await?;
            page.css(&format!("#so-part-{id}[aria-pressed=true]"))
                .await?;
            page.fits_everywhere().await?;
            page.picture(&format!("part-{id}")).await?;
        }

        // A hold: its cause is for two roles, the others are told that use waits.
        let village = format!("#/village/{one}");
        let gates = "return document.querySelector('[data-testid=gates]')?.innerText ?? ''";
        let everything = "return document.documentElement.outerHTML";
        for (role, words) in [
            (Role::Auditor, "暂缓应用"),
            (Role::Organisation, "立案未结"),
        ] {
            page.script("location.hash = '#/signoff';", vec![]).await?;
            page.css("#so-role").await?;
            become_(page, role, "").await?;
            for address in [village.as_str(), "#/review"] {
                page.script("location.hash = arguments[0];", vec![json!(address)])
                    .await?;
                if address == "#/review" {
                    page.css("[data-testid=queue-text]").await?;
                    page.fill("searchbox", "查找", one).await?;
                    page.script("document.activeElement.blur();", vec![])
                        .await?;
                    decide_nominations::press(page, "j").await?;
                }
                page.until(&format!("the restrictions say {words}"), async || {
                    let found = page.script(gates, vec![]).await?;
                    let found = found.as_str().unwrap_or_default();
                    Ok(found.contains(words).then_some(()))
                })
                .await?;
                let document = page.script(everything, vec![]).await?;
                let document = document.as_str().context("no page")?;
                let is_told = role == Role::Organisation;
                ensure!(
                    document.contains(HOLD) == is_told,
                    "{role:?} on {address}: {is_told}"
                );
            }
        }

        // Kept over a reload, and dropped where nothing else rests on it.
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        part(page, "office", "移除 本地表格.xlsx").await?;
        press(page, "drop", "0").await?;
        page.until("the file is gone", async || {
            let script = "return document.querySelector('.sign-off').innerText";
            let found = page.script(script, vec![]).await?;
            let found = found.as_str().unwrap_or_default();
            Ok((!found.contains("本地表格")).then_some(()))
        })
        .await?;
        part(page, "checklist", "还没有清单").await?;
        page.console_is_quiet().await
    })
}

const FED: [&str; 5] = [
    "a_rect_ontime_rate",
    "a_rect_return_rate",
    "a_rect_relapse_rate",
    "c_group_coverage",
    "c_rect_score",
];

/// The files of a small county, with what follows from ledgers left blank for its first
/// village.
fn county(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let (units, values) = crate::demo_files::write(folder, 30)?;
    let text = fs::read_to_string(&values)?;
    let mut lines: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    for column in 0..lines[0].len() {
        if FED.contains(&lines[0][column].as_str()) {
            lines[1][column].clear();
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| line.join(",")).collect();
    fs::write(&values, lines.join("\n"))?;
    [units, values]
        .into_iter()
        .map(|path| Ok((path.display().to_string(), fs::read(path)?)))
        .collect()
}

/// Scores natively with what follows from packets.
fn native(
    dataset: &Dataset,
    period: &Period,
    packets: Vec<Packet>,
    span: (Day, Day),
    today: Day,
) -> Result<f64> {
    let view = Store::take_all(packets)?.view(&Rules::default());
    let derived = Process::default().derived(&view.items, span, today);
    let mut observations = dataset.periods().get(period).context("no period")?.clone();
    feed(
        &derived,
        "x",
        dataset.units(),
        dataset.framework(),
        &mut observations,
    );
    let dataset = dataset.clone().with_period(period.clone(), observations)?;
    let inputs = Inputs::of(&dataset, period).context("no period")?;
    let weights = WeightSet::from_framework(dataset.framework())?;
    let outcome = run(inputs, &weights, &Spec::default())?;
    outcome
        .scores
        .composite()
        .get(0)
        .value()
        .context("no score")
}

/// All records, office by office.
async fn packets(page: &Page, offices: &[(Role, &str)]) -> Result<Vec<Packet>> {
    let mut all = Vec::new();
    for (role, office) in offices {
        become_(page, *role, office).await?;
        press(page, "part", "items").await?;
        let back = "document.querySelector('[data-testid=item] [data-act=show]')?.click()";
        page.script(back, vec![]).await?;
        page.click("button", "导出本单位数据包").await?;
        let path = page.downloaded(&format!("{}-", role.id())).await?;
        let packet = Packet::from_json(&fs::read(&path)?).context("a packet")?;
        fs::remove_file(&path)?;
        all.push(packet);
    }
    Ok(all)
}

#[test]
fn indicators_follow_records_at_every_step_and_scores_through_them_alone() -> Result<()> {
    scenario("feed_indicators", async |page| {
        let folder = tempfile::tempdir()?;
        let files = county(folder.path())?;
        page.open("#/data").await?;
        for (path, _) in &files {
            page.choose_file("[data-testid=import-files]", Path::new(path))
                .await?;
            accept(page).await?;
        }
        // File by file over what there is, as on the page.
        let mut dataset = demonstration()?;
        let latest = dataset.latest().context("no period")?.0.clone();
        for (name, bytes) in &files {
            let books = [decode(name, bytes, None).workbook];
            let plans = recognise(&books, Some(dataset.framework()));
            let import = read(&books, &plans, Some(&dataset), &latest);
            dataset = import.dataset.context("no data")?;
        }
        let period = dataset.latest().context("no period")?.0.clone();
        let unit = dataset.units().list()[0].clone();
        let (code, town) = (unit.code.as_str(), unit.town.as_str());

        let today: Day = {
            let script = "const now = new Date();
                return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10)";
            page.script(script, vec![])
                .await?
                .as_str()
                .context("no day")?
                .parse()?
        };
        let span = (today.plus(-1), today.plus(4000));
        let expect = async |page: &Page, packets: Vec<Packet>| -> Result<f64> {
            let score = native(&dataset, &period, packets, span, today)?;
            page.script(
                "location.hash = arguments[0];",
                vec![json!(format!("#/village/{code}"))],
            )
            .await?;
            page.text(&format!("{score:.2}")).await?;
            page.script("location.hash = '#/signoff';", vec![]).await?;
            page.css("#so-role").await?;
            Ok(score)
        };

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::Inspection, "").await?;
        part(page, "office", "由台账得出指标").await?;
        let before = expect(page, Vec::new()).await?;
        let (from, to) = (span.0.to_string(), span.1.to_string());
        part(page, "office", "由台账得出指标").await?;
        send(
            page,
            "feed",
            &[("period", period.as_str()), ("from", &from), ("to", &to)],
        )
        .await?;
        shown(page, "停止使用台账").await?;
        press(page, "part", "items").await?;

        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", "R-1"),
            ("village", code),
            ("lead", LEAD),
            ("problem", "虚构示例：合同款未收"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        let due = today.plus(100).to_string();
        act(page, "assign", &[("liable", "村党组织书记"), ("due", &due)]).await?;
        become_(page, Role::VillageParty, code).await?;
        act(page, "plan", &[("measures", "收回合同款并公示")]).await?;
        become_(page, Role::Town, town).await?;
        act(page, "pass_plan", &[]).await?;
        become_(page, Role::VillageParty, code).await?;
        let proof = [
            ("kind", "photo"),
            ("date", &today.to_string()),
            ("hash", &"a".repeat(64)),
        ];
        act(page, "evidence", &proof).await?;
        act(page, "apply", &[]).await?;
        become_(page, Role::Town, town).await?;
        act(page, "accept", &[]).await?;
        act(page, "pass_town", &[]).await?;
        become_(page, Role::Public, "").await?;
        let groups = ["g0-0", "g1-0", "g2-0", "g3-0", "g4-0"].map(|name| (name, "6"));
        act(page, "rate", &groups).await?;
        page.text("四方联审").await?;
        let mut offices = vec![
            (Role::Inspection, ""),
            (Role::VillageParty, code),
            (Role::Town, town),
            (Role::Public, ""),
        ];
        let rated = packets(page, &offices).await?;
        let rated = expect(page, rated).await?;
        ensure!(rated > before, "{rated} is not above {before}");

        // Sent back: the share returned is 100 %.
        become_(page, Role::Discipline, "").await?;
        press(page, "show", "R-1").await?;
        act(page, "return", &[("reason", "票据不全")]).await?;
        page.text("票据不全").await?;
        offices.push((Role::Discipline, ""));
        let returned = packets(page, &offices).await?;
        let returned = expect(page, returned).await?;
        ensure!(returned < rated, "{returned} is not below {rated}");

        // Put right, agreed to by all four and closed in time.
        become_(page, Role::VillageParty, code).await?;
        press(page, "show", "R-1").await?;
        let proof = [
            ("kind", "receipt"),
            ("date", &*today.to_string()),
            ("hash", &*"b".repeat(64)),
        ];
        act(page, "evidence", &proof).await?;
        act(page, "apply", &[]).await?;
        become_(page, Role::Town, town).await?;
        act(page, "accept", &[]).await?;
        act(page, "pass_town", &[]).await?;
        become_(page, Role::Public, "").await?;
        act(page, "rate", &groups).await?;
        for role in PARTIES {
            let office = if role == Role::Department { LEAD } else { "" };
            become_(page, role, office).await?;
            act(page, "sign", &[]).await?;
            if !offices.iter().any(|(known, _)| *known == role) {
                offices.push((role, office));
            }
        }
        become_(page, Role::Inspection, "").await?;
        act(page, "close", &[]).await?;
        page.text("已销号").await?;
        let closed = packets(page, &offices).await?;
        let closed = expect(page, closed).await?;
        ensure!(closed > returned, "{closed} is not above {returned}");

        // Looked at again and found as before.
        become_(page, Role::Inspection, "").await?;
        press(page, "show", "R-1").await?;
        act(page, "recheck", &[]).await?;
        let again = today.plus(200).to_string();
        act(page, "relapse", &[("reason", "再次拖欠"), ("due", &again)]).await?;
        page.text("再次拖欠").await?;
        let relapsed = packets(page, &offices).await?;
        let relapsed = expect(page, relapsed).await?;
        ensure!(relapsed < closed, "{relapsed} is not below {closed}");

        // Supervision caps the grade and leaves the score.
        become_(page, Role::LeadingGroup, "").await?;
        press(page, "show", "R-1").await?;
        act(page, "list", &[("level", "县级"), ("due", &again)]).await?;
        page.text("挂牌督办").await?;
        offices.push((Role::LeadingGroup, ""));
        let listed = packets(page, &offices).await?;
        let listed = expect(page, listed).await?;
        ensure!(listed == relapsed, "{listed} is not {relapsed}");

        // Kept over a reload, and gone with the span.
        page.open(&format!("#/village/{code}")).await?;
        page.text(&format!("{listed:.2}")).await?;
        page.text("挂牌督办").await?;
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        part(page, "office", "停止使用台账").await?;
        press(page, "unfeed", "").await?;
        shown(page, "使用台账").await?;
        expect(page, Vec::new()).await?;
        page.console_is_quiet().await
    })
}

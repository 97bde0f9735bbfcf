//! One item from a county's ledger to its reopening, in one session: imported, rectified,
//! rated, returned by one party, put right, signed by four from packets of their own,
//! closed, looked at again, reopened. At every step the indicators, the grade that counts
//! and the score are the engine's over the records that the offices hand out.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::calendar::Day;
use dhi_engine::explain::dossier;
use dhi_engine::frame::{Dataset, Unit};
use dhi_engine::framework::{Direction, Framework, Measure};
use dhi_engine::gate::{Gate, GateRules, grade};
use dhi_engine::ids::Period;
use dhi_engine::input::{decode, read, recognise};
use dhi_engine::packet::{Packet, Store};
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::process::{Procedure, Process, Span};
use dhi_engine::signoff::{PARTIES, Role, Rules, State};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::json;

use crate::decide_rules::{part, press, send};
use crate::drag_weights::accept;
use crate::driver::{Page, SIZES, Scheme, scenario_within};
use crate::honest_ranks::demonstration;
use crate::sign_off::{
    ITEM, LEAD, act, become_, exported, signed_elsewhere, stands, to_review, today,
};

/// What follows from items: 按期销号率, 退回率, 反弹率, 群评 and the groups behind it.
const FED: [&str; 5] = [
    "a_rect_ontime_rate",
    "a_rect_return_rate",
    "a_rect_relapse_rate",
    "c_rect_score",
    "c_group_coverage",
];

/// The files of a small county. Its first village has the best of everything, so that a
/// cap always has something to lower, and nothing of what follows from items.
fn county(folder: &Path) -> Result<([PathBuf; 2], Dataset)> {
    let mut dataset = demonstration()?;
    let (units, values) = crate::demo_files::write(folder, 30)?;
    let text = fs::read_to_string(&values)?;
    let mut lines: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    for column in 1..lines[0].len() {
        let id = lines[0][column].clone();
        let is_fed = FED.contains(&id.as_str());
        let best = best(dataset.framework(), &id).context("no goalposts")?;
        lines[1][column] = if is_fed {
            String::new()
        } else {
            best.to_string()
        };
    }
    let lines: Vec<String> = lines.iter().map(|line| line.join(",")).collect();
    fs::write(&values, lines.join("\n"))?;
    // File by file over what there is, as on the page.
    let latest = dataset.latest().context("no period")?.0.clone();
    for path in [&units, &values] {
        let name = path.display().to_string();
        let books = [decode(&name, &fs::read(path)?, None).workbook];
        let plans = recognise(&books, Some(dataset.framework()));
        let import = read(&books, &plans, Some(&dataset), &latest);
        dataset = import.dataset.context("no data")?;
    }
    Ok(([units, values], dataset))
}

fn best(framework: &Framework, id: &str) -> Option<f64> {
    let mut all = framework.indicators();
    let (_, indicator) = all.find(|(node, _)| node.id.as_str() == id)?;
    let posts = indicator.goalposts?;
    Some(match indicator.direction {
        Direction::HigherIsBetter => posts.upper(),
        Direction::LowerIsBetter => posts.lower(),
    })
}

/// A county's ledger as its office keeps it: a title, numbers and names that say nothing
/// here, dates as a spreadsheet has them, a text that looks like a formula. The second
/// item is long overdue; the first was assigned lately and is due on a day.
fn ledger(path: &Path, units: &[Unit], (today, due): (Day, Day)) -> Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("2026年台账")?;
    sheet.write(0, 0, "某县巡察整改台账（虚构）")?;
    let heads = [
        "序号",
        "编号",
        "村代码",
        "村名",
        "镇街",
        "牵头部门",
        "轮次",
        "问题",
        "类型",
        "应追回（万元）",
        "立项日期",
        "责任单位",
        "交办日期",
        "整改期限",
        "备注",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write(2, column, head)?;
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let items = [
        (ITEM, &units[0], "虚构示例：合同款未收", -19, due),
        (
            "R-2",
            &units[1],
            "=虚构示例：账目未公开",
            -79,
            today.plus(-40),
        ),
    ];
    for (row, (id, unit, problem, assigned, due)) in (3..).zip(items) {
        sheet.write(row, 0, row - 2)?;
        let texts = [
            id,
            unit.code.as_str(),
            &unit.name,
            &unit.town,
            LEAD,
            "第一轮",
            problem,
            "限期整改",
        ];
        for (column, text) in (1..).zip(texts) {
            sheet.write_string(row, column, text)?;
        }
        sheet.write(row, 9, 12.5)?;
        sheet.write(row, 11, "村党组织书记")?;
        let days = [today.plus(assigned - 1), today.plus(assigned), due];
        for (column, day) in [10, 12, 13].into_iter().zip(days) {
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            sheet.write_with_format(row, column, &day, &date)?;
        }
    }
    book.save(path)?;
    Ok(())
}

/// The county and the days that count.
struct Story {
    dataset: Dataset,
    period: Period,
    span: Span,
}

/// What must be seen of the first village.
#[derive(Debug)]
struct Expected {
    /// The score.
    score: f64,
    /// By the score and under caps, from 0 for the best.
    grade: [usize; 2],
    /// The indicators that follow from items, by name.
    told: Vec<(String, String)>,
    /// Reasons of its restrictions, and what was said against them.
    reasons: Vec<[String; 2]>,
}

impl Story {
    /// What follows natively from these packets.
    fn expected(&self, packets: Vec<Packet>) -> Result<Expected> {
        let (unit, spec) = (0, Spec::default());
        let procedure = Procedure {
            span: self.span,
            process: Process::default(),
        };
        let view = Store::take_all(packets)?.view(&Rules::default());
        ensure!(view.notices.is_empty(), "{:?}", view.notices);
        let (fed, _) = procedure.fed(&view, &self.dataset, &self.period);
        let inputs = Inputs::of(&fed, &self.period).context("no period")?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let score = outcome.scores.composite().get(unit).value();
        let score = score.context("no score")?;
        let found = dossier(inputs, &outcome, &weights, &outcome.scores, &spec, unit);
        let mut told = Vec::new();
        for about in &found.context("no dossier")?.nodes {
            let node = inputs.framework.node(about.node);
            let measure = node.indicator.as_ref().map(|indicator| indicator.measure);
            let Some(measure) = measure.filter(|_| FED.contains(&node.id.as_str())) else {
                continue;
            };
            let words = match (about.raw, measure) {
                (None, _) if about.is_not_applicable => "不适用".to_owned(),
                (None, _) => "缺失".to_owned(),
                (Some(raw), Measure::Percent) => {
                    let counts = about.ratio.context("a rate without counts")?;
                    format!("{raw:.2}% ({}/{})", counts.numerator, counts.denominator)
                }
                (Some(raw), _) => format!("{raw:.2} 分"),
            };
            told.push((node.name.zh.clone(), words));
        }
        ensure!(told.len() == FED.len(), "{told:?}");
        let code = self.unit().code.as_str();
        let gates = procedure.gates(&view);
        let (bands, tolerance) = (&spec.bands, spec.rank.tolerance);
        let when = (code, self.span.today);
        let capped = grade(score, bands, tolerance, &gates, &GateRules::default(), when);
        let own = gates.into_iter().filter(|gate| gate.village == code);
        Ok(Expected {
            score,
            grade: [capped.raw, capped.capped],
            told,
            reasons: own.map(|gate: Gate| [gate.reason, gate.appeal]).collect(),
        })
    }

    fn unit(&self) -> &Unit {
        &self.dataset.units().list()[0]
    }

    /// Has every office hand out its records, and sees of the village what follows from
    /// them natively.
    async fn follows(
        &self,
        page: &Page,
        step: &str,
        offices: &[(Role, &str)],
    ) -> Result<(Expected, Vec<Packet>)> {
        let mut packets = Vec::new();
        for (role, office) in offices {
            packets.push(exported(page, *role, office).await?);
        }
        // Whoever sees everything looks.
        become_(page, Role::Inspection, "").await?;
        let expected = self.expected(packets.clone())?;
        self.shows(page, step, &expected).await?;
        page.script("location.hash = '#/signoff';", vec![]).await?;
        page.css("#so-role").await?;
        Ok((expected, packets))
    }

    /// The village's page says this.
    async fn shows(&self, page: &Page, step: &str, expected: &Expected) -> Result<()> {
        let band = |at: usize| Spec::default().bands.list()[at].name.zh.clone();
        let [raw, capped] = expected.grade.map(band);
        let address = format!("#/village/{}", self.unit().code);
        page.script("location.hash = arguments[0];", vec![json!(address)])
            .await?;
        let script = "const text = (s) => document.querySelector(s)?.textContent ?? '';
            const rows = [...document.querySelectorAll('[data-testid=dossier] tbody tr')];
            return [text('[data-testid=score]'), text('.village__score'),
                text('[data-testid=gates]'),
                rows.map((row) => [row.querySelector('th').textContent.trim(),
                    row.querySelector('td').textContent.trim()])];";
        page.until(
            &format!("{step}: the village shows {expected:?}"),
            async || {
                let found = page.script(script, vec![]).await?;
                let (score, grade, gates, rows): (String, String, String, Vec<(String, String)>) =
                    serde_json::from_value(found)?;
                ensure!(
                    score == format!("{:.2}", expected.score),
                    "the score is {score}"
                );
                ensure!(grade.contains(&capped), "the grade is {grade}");
                for told in &expected.told {
                    let row = rows.iter().find(|(name, _)| *name == told.0);
                    ensure!(row == Some(told), "{row:?} instead of {told:?}");
                }
                let is_capped = expected.grade[0] != expected.grade[1];
                ensure!(gates.contains("封顶后为") == is_capped, "{gates}");
                if is_capped {
                    let words = [
                        format!("{raw}”，封顶后为"),
                        format!("{capped}”。得分和名次不变"),
                    ];
                    ensure!(words.iter().all(|words| gates.contains(words)), "{gates}");
                }
                for reason in expected.reasons.iter().flatten() {
                    ensure!(gates.contains(reason), "no “{reason}” in {gates}");
                }
                let is_free = gates.contains("没有引出限制性情形");
                ensure!(is_free == expected.reasons.is_empty(), "{gates}");
                Ok(Some(()))
            },
        )
        .await
    }
}

/// Brings in the ledger: a bad one is refused with its place, a good one shown first.
async fn import(page: &Page, story: &Story, due: Day) -> Result<()> {
    let units = story.dataset.units().list();
    let day = story.span.today;
    become_(page, Role::Inspection, "").await?;
    press(page, "part", "items").await?;
    page.click("button", "台账模板").await?;
    let template = page.downloaded("模板").await?;
    let blank = decode("模板.xlsx", &fs::read(&template)?, None);
    ensure!(
        blank
            .workbook
            .sheets
            .iter()
            .any(|sheet| sheet.name == "整改台账")
    );
    fs::remove_file(&template)?;

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("台账.xlsx");
    // Due the day before it was assigned.
    ledger(&path, units, (day, day.plus(-20)))?;
    page.choose_file("#so-ledger", &path).await?;
    page.text("工作表“2026年台账”第 4 行“整改期限”").await?;
    page.text("没有事项。以巡察办角色立项或导入台账").await?;
    ledger(&path, units, (day, due))?;
    page.choose_file("#so-ledger", &path).await?;
    page.text("交办 · ✓0/4").await?;
    page.text("=虚构示例：账目未公开").await?;
    page.text(&due.to_string()).await?;
    // Nothing is taken yet.
    page.text("没有事项").await?;
    page.fits_everywhere().await?;
    page.picture("ledger-preview").await?;
    page.click("button", "接受").await?;
    page.css("[data-testid=board]").await?;
    // What is overdue comes first.
    let first = "return document.querySelector('[data-testid=board] tbody th').textContent";
    let first = page.script(first, vec![]).await?;
    ensure!(first == "R-2", "{first} is first");
    page.picture("ledger-board").await?;
    Ok(())
}

/// Opens the item again after records were handed out.
async fn open(page: &Page, state: &str) -> Result<()> {
    press(page, "show", ITEM).await?;
    stands(page, state).await
}

/// The open form of an act lies within the window at every size, and pictures show it.
async fn looked_at(page: &Page, action: &str) -> Result<()> {
    let show = "const button = document.querySelector(
            `[data-act=do][data-value=${arguments[0]}]`);
        const details = button.closest('details');
        if (details) details.open = true;
        button.scrollIntoView({ block: 'center' });";
    page.fits_everywhere().await?;
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.prefer(scheme).await?;
        for size in SIZES {
            page.resize(size).await?;
            page.script(show, vec![json!(action)]).await?;
            page.picture(&format!("form-{action}-{scheme:?}-{}", size.0))
                .await?;
        }
    }
    page.prefer(Scheme::Light).await?;
    page.resize(SIZES[0]).await
}

#[test]
fn a_ledger_comes_in_and_its_item_goes_all_the_way_and_back() -> Result<()> {
    let (whole, patience) = (Duration::from_mins(8), Duration::from_secs(20));
    scenario_within("tell_story", whole, patience, async |page| {
        let folder = tempfile::tempdir()?;
        let (files, dataset) = county(folder.path())?;
        page.open("#/data").await?;
        for path in &files {
            page.choose_file("[data-testid=import-files]", path).await?;
            accept(page).await?;
        }
        let day = today(page).await?;
        let at = day.to_string();
        let (from, to) = (day.plus(-200), day.plus(4000));
        let period = dataset.latest().context("no period")?.0.clone();
        let span = Span {
            from,
            to,
            today: day,
        };
        let story = Story {
            dataset,
            period,
            span,
        };
        let unit = story.unit().clone();
        let place = (unit.code.as_str(), unit.town.as_str());

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::Inspection, "").await?;
        part(page, "office", "由台账得出指标").await?;
        let (from, to) = (from.to_string(), to.to_string());
        let fields = [
            ("period", story.period.as_str()),
            ("from", &from),
            ("to", &to),
        ];
        send(page, "feed", &fields).await?;
        part(page, "office", "停止使用台账").await?;
        let before = story.expected(Vec::new())?;
        story.shows(page, "before", &before).await?;
        page.script("location.hash = '#/signoff';", vec![]).await?;
        page.css("#so-role").await?;

        import(page, &story, day.plus(100)).await?;
        let mut offices = vec![(Role::Inspection, "")];
        let (imported, _) = story.follows(page, "imported", &offices).await?;
        // There is nothing to count yet; what was missing does not apply.
        ensure!(imported.told.iter().all(|(_, words)| words == "不适用"));
        ensure!(imported.score == before.score && imported.grade == [0, 0]);
        // The other item is overdue by more than 30 days: its village is capped.
        let other = format!("#/village/{}", story.dataset.units().list()[1].code);
        page.script("location.hash = arguments[0];", vec![json!(other)])
            .await?;
        page.text("事项 R-2 逾期超过 30 天").await?;
        page.script("location.hash = '#/signoff';", vec![]).await?;
        page.css("#so-role").await?;

        // Listed for supervision: the grade is capped, and nothing else.
        become_(page, Role::LeadingGroup, "").await?;
        open(page, "交办").await?;
        act(
            page,
            "list",
            &[("level", "县级"), ("due", &day.plus(90).to_string())],
        )
        .await?;
        page.text("摘牌").await?;
        offices.push((Role::LeadingGroup, ""));
        let (listed, _) = story.follows(page, "listed", &offices).await?;
        ensure!(listed.score == imported.score && listed.grade == [0, 1]);
        ensure!(listed.told == imported.told);

        become_(page, Role::VillageParty, place.0).await?;
        open(page, "交办").await?;
        act(page, "plan", &[("measures", "收回合同款并公示")]).await?;
        stands(page, "方案待审").await?;
        become_(page, Role::Town, place.1).await?;
        act(page, "pass_plan", &[]).await?;
        stands(page, "整改中").await?;
        // Six of seven in every group are satisfied.
        to_review(page, b"one", &at, place, ["6", "1"]).await?;
        offices.extend([
            (Role::VillageParty, place.0),
            (Role::Town, place.1),
            (Role::Public, ""),
        ]);
        let (rated, _) = story.follows(page, "rated", &offices).await?;
        ensure!(rated.score < listed.score && rated.grade == [0, 1]);
        for words in ["0.00% (0/1)", "85.71 分", "100.00% (5/5)"] {
            ensure!(rated.told.iter().any(|told| told.1 == words), "{rated:?}");
        }

        become_(page, Role::Discipline, "").await?;
        open(page, "四方联审").await?;
        act(page, "return", &[("reason", "票据不全")]).await?;
        stands(page, "整改中").await?;
        offices.push((Role::Discipline, ""));
        let (returned, _) = story.follows(page, "returned", &offices).await?;
        ensure!(returned.score < rated.score && returned.grade == [0, 1]);

        become_(page, Role::VillageParty, place.0).await?;
        open(page, "整改中").await?;
        // Nine of ten.
        to_review(page, b"two", &at, place, ["9", "1"]).await?;
        let (fixed, packets) = story.follows(page, "put right", &offices).await?;
        ensure!(
            fixed.told.iter().any(|told| told.1 == "90.00 分"),
            "{fixed:?}"
        );
        ensure!(fixed.score != returned.score && fixed.grade == [0, 1]);

        let shared = Store::take_all(packets)?;
        signed_elsewhere(page, &shared, (folder.path(), day)).await?;
        for role in PARTIES {
            let office = if role == Role::Department { LEAD } else { "" };
            if !offices.contains(&(role, office)) {
                offices.push((role, office));
            }
        }
        let (signed, packets) = story.follows(page, "signed", &offices).await?;
        let item = Store::take_all(packets)?.item(&Rules::default(), ITEM).0;
        let item = item.context("the item")?;
        ensure!(item.state == State::JointReview && item.missing_signatures().is_empty());
        ensure!(signed.score == fixed.score && signed.grade == [0, 1]);

        // Closed in time: that counts, and supervision ends with it.
        open(page, "四方联审").await?;
        act(page, "close", &[]).await?;
        stands(page, "已销号").await?;
        let (closed, _) = story.follows(page, "closed", &offices).await?;
        ensure!(closed.score > signed.score && closed.grade == [0, 0]);

        open(page, "已销号").await?;
        act(page, "recheck", &[]).await?;
        stands(page, "回头看").await?;
        let again = day.plus(200).to_string();
        act(page, "relapse", &[("reason", "再次拖欠"), ("due", &again)]).await?;
        stands(page, "整改中").await?;
        let (reopened, packets) = story.follows(page, "reopened", &offices).await?;
        ensure!(reopened.score < closed.score && reopened.grade == [0, 0]);
        let three: Vec<&str> = reopened.told.iter().map(|told| told.1.as_str()).collect();
        ensure!(three[..3] == ["100.00% (1/1)"; 3], "{three:?}");
        let item = Store::take_all(packets)?.item(&Rules::default(), ITEM).0;
        let item = item.context("the item")?;
        ensure!((item.returns, item.closures.len(), item.relapses.len()) == (1, 1, 1));

        // Listed once more, capped once more, with the same score.
        become_(page, Role::LeadingGroup, "").await?;
        open(page, "整改中").await?;
        act(page, "list", &[("level", "县级"), ("due", &again)]).await?;
        page.text("摘牌").await?;
        let (last, _) = story.follows(page, "listed again", &offices).await?;
        ensure!(last.score == reopened.score && last.grade == [0, 1]);
        ensure!(last.told == reopened.told);

        // The village contests that and is answered; the restriction says so, and holds.
        become_(page, Role::VillageParty, place.0).await?;
        open(page, "整改中").await?;
        let against = ("against", "listing");
        looked_at(page, "contest").await?;
        act(page, "contest", &[against, ("reason", "条件所限")]).await?;
        page.text("申诉 挂牌督办 · 条件所限").await?;
        let (contested, _) = story.follows(page, "contested", &offices).await?;
        become_(page, Role::LeadingGroup, "").await?;
        open(page, "整改中").await?;
        page.text("答复申诉").await?;
        looked_at(page, "answer").await?;
        act(page, "answer", &[against, ("reason", "期限不变")]).await?;
        page.text("答复申诉 挂牌督办 · 期限不变").await?;
        let (answered, _) = story.follows(page, "answered", &offices).await?;
        for (after, words) in [(contested, "申诉，待答复"), (answered, "已答复")] {
            ensure!(after.score == last.score && after.grade == last.grade);
            let [_, appeal] = &after.reasons[0];
            ensure!(appeal.contains(words), "{appeal}");
        }
        page.console_is_quiet().await?;
        page.stayed_local().await
    })
}

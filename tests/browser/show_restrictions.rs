//! An item under supervision caps the grade of its village, and nothing else of it.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::calendar::Day;
use dhi_engine::gate::{Cause, Gate, GateRules, grade};
use dhi_engine::pipeline::run;
use dhi_engine::signoff::Role;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::sign_off::{act, become_};

/// What a part of the page says, once it says this.
async fn says(page: &Page, part: &str, words: &str) -> Result<String> {
    let script = "return document.querySelector(`[data-testid=${arguments[0]}]`)?.innerText ?? ''";
    page.until(&format!("{part} says “{words}”"), async || {
        let found = page.script(script, vec![json!(part)]).await?;
        let found = found.as_str().unwrap_or_default().to_owned();
        Ok(found.contains(words).then_some(found))
    })
    .await
}

async fn gates(page: &Page, words: &str) -> Result<String> {
    says(page, "gates", words).await
}

#[test]
fn supervision_caps_the_grade_and_leaves_the_score() -> Result<()> {
    scenario("restrictions", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &weights, &spec)?;
        let best = *native.ranks.order.first().context("no village")? as usize;
        let unit = &inputs.units.list()[best];
        let code = unit.code.as_str();
        let score = native.scores.composite().get(best).value();
        let score = score.context("no score")?;
        let village = format!("#/village/{code}");

        page.open(&village).await?;
        gates(page, "没有引出限制性情形").await?;
        let shown = format!("{score:.2}");
        page.text(&shown).await?;

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", "R-1"),
            ("village", code),
            ("lead", "农业农村局"),
            ("problem", "虚构示例：账目未公开"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        let due = [("liable", "村党组织书记"), ("due", "2900-01-01")];
        act(page, "assign", &due).await?;
        become_(page, Role::LeadingGroup, "").await?;
        act(page, "list", &[("level", "县级"), ("due", "2900-02-01")]).await?;
        page.text("挂牌督办").await?;

        // What the engine makes of the same restriction.
        let today: Day = "2900-01-01".parse()?;
        let gate = Gate {
            village: code.to_owned(),
            person: String::new(),
            cause: Cause::Supervised,
            reason: "r".into(),
            basis: "b".into(),
            approver: "a".into(),
            start: today,
            end: None,
            appeal: String::new(),
        };
        let rules = GateRules::default();
        let capped = grade(
            score,
            &spec.bands,
            spec.rank.tolerance,
            &[gate],
            &rules,
            (code, today),
        );
        ensure!(capped.raw != capped.capped, "the cap has nothing to do");
        let band = |at: usize| spec.bands.list()[at].name.zh.clone();
        for address in [village.as_str(), "#/review"] {
            page.open(address).await?;
            let words = format!("{}”。得分和名次不变", band(capped.capped));
            let found = gates(page, &words).await?;
            ensure!(found.contains(&band(capped.raw)), "{found}");
            ensure!(found.contains("事项 R-1 挂牌督办未结"), "{found}");
            ensure!(found.contains("待确认"), "{found}");
            page.text(&shown).await?;
        }
        let show = "document.querySelector('[data-testid=gates]').scrollIntoView();";
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for size in SIZES {
                page.resize(size).await?;
                page.script(show, vec![]).await?;
                page.picture(&format!("gates-{scheme:?}-{}", size.0))
                    .await?;
            }
        }
        page.fits_everywhere().await?;

        // The letter to the village says the grade that counts, and that the score stays.
        let letter = village.replace("#/village/", "#/letter/");
        page.open(&letter).await?;
        let words = format!("{}”使用；得分不变", band(capped.capped));
        let told = says(page, "letter", &words).await?;
        ensure!(told.contains(&band(capped.raw)), "{told}");
        ensure!(told.contains(&format!("{score:.2}")), "{told}");
        ensure!(!told.contains("R-1"), "{told}");

        // Another village's office is not told of the item, only that there is a cap.
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::VillageParty, "990000100201").await?;
        page.open(&village).await?;
        let found = gates(page, &band(capped.capped)).await?;
        ensure!(!found.contains("R-1"), "{found}");

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::LeadingGroup, "").await?;
        act(page, "unlist", &[("reason", "已整改")]).await?;
        page.text("摘牌").await?;
        page.script("location.hash = arguments[0];", vec![json!(village)])
            .await?;
        gates(page, "没有引出限制性情形").await?;
        page.console_is_quiet().await
    })
}

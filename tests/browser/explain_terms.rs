//! A reader asks what a word means.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::driver::{SIZES, Scheme, scenario};
use crate::rank_villages::wait_for_rows;

#[test]
fn a_term_is_explained_beside_its_heading_and_from_the_ranking() -> Result<()> {
    scenario("explain_terms", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        page.click("button", "名词与公式").await?;
        page.text("1 + 有名次的村里得分比它高（超出容差）的村数")
            .await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for size in SIZES {
                page.resize(size).await?;
                page.picture(&format!("terms-{scheme:?}-{}", size.0))
                    .await?;
            }
        }
        page.fits_everywhere().await?;
        let close = "document.getElementById('terms').close();";
        page.script(close, vec![]).await?;

        // In the head of a column.
        page.click("button", "名次区间?").await?;
        page.until("the interval has the focus", async || {
            let script = "return document.activeElement.textContent";
            let focused = page.script(script, vec![]).await?;
            Ok((focused == json!("名次区间")).then_some(()))
        })
        .await?;
        page.script(close, vec![]).await?;

        // On a village's page: beside the values of the first card, and in the head of
        // the table.
        page.open("#/village").await?;
        for (mark, term) in [
            ("梯队?", "梯队"),
            ("推荐线?", "未定"),
            ("上下限?", "上下限"),
            ("实际权重?", "实际权重"),
        ] {
            page.click("button", mark).await?;
            page.until(&format!("{term} has the focus"), async || {
                let script = "return document.activeElement.textContent";
                let focused = page.script(script, vec![]).await?;
                Ok((focused == json!(term)).then_some(()))
            })
            .await?;
            page.script(close, vec![]).await?;
        }
        page.fits_everywhere().await?;

        // Beside the heading of a table, with the focus on what was asked.
        page.open("#/weights").await?;
        page.click("button", "影响与剔除").await?;
        page.click("button", "肯德尔 τ-b?").await?;
        page.until("the term has the focus", async || {
            let script = "return document.activeElement.textContent";
            let focused = page.script(script, vec![]).await?;
            Ok((focused == json!("肯德尔 τ-b")).then_some(()))
        })
        .await?;
        page.script(close, vec![]).await?;
        page.picture("terms-beside").await?;
        page.fits_everywhere().await?;

        // Every mark leads to a term that there is.
        let script = "return [...document.querySelectorAll('[data-term]')]
            .every((mark) => document.getElementById('term-' + mark.dataset.term));";
        ensure!(page.script(script, vec![]).await? == json!(true));
        page.click("button", "English").await?;
        page.click("button", "Kendall τ-b?").await?;
        page.text("1 is full agreement").await?;
        page.console_is_quiet().await
    })
}

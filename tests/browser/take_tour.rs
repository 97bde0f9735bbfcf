//! Somebody starts for the first time.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::driver::{SIZES, Scheme, scenario};
use crate::rank_villages::wait_for_rows;

/// Title of the page behind every step of the tour.
const PAGES: [(&str, &str); 5] = [
    ("排名", "#/ranking"),
    ("村档案", "#/village"),
    ("权重", "#/weights"),
    ("连任提名", "#/review"),
    ("数据", "#/data"),
];

#[test]
fn the_first_start_offers_what_to_do_and_a_tour_which_ends_for_good() -> Result<()> {
    scenario("take_tour", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        page.text("欢迎使用履职健康指数").await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for size in SIZES {
                page.resize(size).await?;
                page.picture(&format!("welcome-{scheme:?}-{}", size.0))
                    .await?;
            }
        }
        page.fits_everywhere().await?;
        page.click("button", "下载空白模板").await?;
        page.downloaded("xlsx").await?;
        page.click("button", "看五步导览").await?;
        for (at, (title, address)) in PAGES.iter().enumerate() {
            page.text(&format!("{}/5 · {title}", at + 1)).await?;
            page.until(&format!("{address} is open"), async || {
                let hash = page.script("return location.hash;", vec![]).await?;
                Ok((hash == json!(address)).then_some(()))
            })
            .await?;
            page.picture(&format!("tour-{}", at + 1)).await?;
            if at < 4 {
                page.click("button", "下一步").await?;
            }
        }
        page.click("button", "上一步").await?;
        page.text("4/5 · 连任提名").await?;
        page.click("button", "关闭导览").await?;
        let is_there = "return document.querySelector('[data-testid=tour]').checkVisibility();";
        page.open("").await?;
        wait_for_rows(page).await?;
        ensure!(page.script(is_there, vec![]).await? == json!(false));

        // The palette has it at any time, in the language shown.
        page.click("button", "English").await?;
        page.click("button", "Help").await?;
        let choose = "const field = document.querySelector('.palette__text');
            field.value = 'tour';
            field.dispatchEvent(new Event('input', { bubbles: true }));";
        page.script(choose, vec![]).await?;
        page.until("the tour is found", async || {
            let script = "const found = document.querySelectorAll('#palette-list li');
                return found.length === 1 && found[0].textContent === 'Tour';";
            Ok((page.script(script, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        page.script("document.getElementById('act-0').click();", vec![])
            .await?;
        page.text("1/5 · Ranking").await?;
        page.fits_everywhere().await?;
        page.console_is_quiet().await
    })
}

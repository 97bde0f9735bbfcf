//! Any page, command or village from the keyboard, and the list of keys.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::demonstration;
use crate::rank_villages::wait_for_rows;

/// Types where the focus is.
async fn type_keys(page: &Page, keys: &str) -> Result<()> {
    let focused = page.client.active_element().await?;
    focused.send_keys(keys).await.context("typing")
}

async fn is_open(page: &Page) -> Result<bool> {
    let open = "return document.getElementById('palette').open;";
    Ok(page.script(open, vec![]).await? == json!(true))
}

async fn options(page: &Page) -> Result<Vec<String>> {
    let options = "return [...document.querySelectorAll('#palette-list [role=option]')]
        .map((option) => option.textContent.trim());";
    Ok(serde_json::from_value(page.script(options, vec![]).await?)?)
}

async fn arrives(page: &Page, address: &str) -> Result<()> {
    page.until(&format!("the page is {address}"), async || {
        let hash = page.script("return location.hash;", vec![]).await?;
        Ok((hash == json!(address) && !is_open(page).await?).then_some(()))
    })
    .await
}

#[test]
fn pages_commands_and_villages_are_a_few_letters_away() -> Result<()> {
    scenario("find_anything", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        type_keys(page, "?").await?;
        page.role("dialog", "帮助").await?;
        ensure!(
            options(page).await?.len() == 16,
            "not every page and command"
        );
        for (size, scheme) in SIZES
            .into_iter()
            .zip([Scheme::Dark, Scheme::Light, Scheme::Dark])
        {
            page.resize(size).await?;
            page.prefer(scheme).await?;
            page.picture(&format!("help-{}", size.0)).await?;
        }
        page.prefer(Scheme::Light).await?;
        page.fits_everywhere().await?;

        // The focus is in the field: a page by its name, the second by an arrow.
        type_keys(page, "村").await?;
        page.press(Key::Down).await?;
        page.press(Key::Up).await?;
        page.press(Key::Enter).await?;
        arrives(page, "#/village").await?;

        // A village by a part of its code, beside pages that are called otherwise.
        let dataset = demonstration()?;
        let unit = dataset.units().list().get(40).context("no village")?;
        let control_k = format!("{}k{}", char::from(Key::Control), char::from(Key::Null));
        type_keys(page, &control_k).await?;
        type_keys(page, unit.code.as_str()).await?;
        let found = options(page).await?;
        ensure!(found.len() == 1, "{found:?}");
        for part in [&unit.name, &unit.town, unit.code.as_str()] {
            ensure!(found[0].contains(part), "{found:?}");
        }
        page.press(Key::Enter).await?;
        arrives(page, &format!("#/village/{}", unit.code)).await?;

        // A command; nothing; and back out.
        type_keys(page, "?").await?;
        type_keys(page, "English").await?;
        page.press(Key::Enter).await?;
        page.role("button", "Help").await?;
        page.click("button", "Help").await?;
        ensure!(options(page).await?.iter().any(|name| name == "Undo"));
        page.picture("help-english").await?;
        type_keys(page, "no such thing").await?;
        page.text("Nothing found.").await?;
        page.press(Key::Enter).await?;
        ensure!(is_open(page).await?, "Enter on nothing closed it");
        // Once for what was typed, once for the dialog.
        page.press(Key::Escape).await?;
        page.press(Key::Escape).await?;
        page.until("it is closed", async || {
            Ok((!is_open(page).await?).then_some(()))
        })
        .await?;

        // A question mark that is typed stays one.
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let search = page.css(".filters input[type=search]").await?;
        search.send_keys("?").await?;
        ensure!(!is_open(page).await?, "opened while typing");
        page.console_is_quiet().await
    })
}

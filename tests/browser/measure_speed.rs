//! How fast the app is, in this browser and on this machine: reported, never asserted.
//! Run by `cargo xtask bench` against the release build.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::demo_files;
use crate::drag_weights::measure;
use crate::driver::{Page, scenario_within};
use crate::honest_ranks::wait_for_intervals;
use crate::rank_villages::wait_for_rows;

/// Villages: a county, a prefecture, a province, all of China.
const SIZES: [u32; 4] = [85, 10_000, 100_000, 487_144];
/// A national file is read, checked and stored.
const WHOLE: Duration = Duration::from_mins(40);
const PATIENCE: Duration = Duration::from_mins(10);

/// Notes when the first row is painted, and every task over 50 ms.
const WATCH: &str = "window.longTasks = [];
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) window.longTasks.push(task.duration);
    }).observe({ type: 'longtask', buffered: true });
    const look = () => {
        if (document.querySelector('.rank [data-code]')) {
            setTimeout(() => { window.firstRows = performance.now(); }, 0);
        } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// Drags a slider for two seconds, one event for each frame: rankings painted for each
/// second, and the longest task of the page meanwhile in milliseconds.
const DRAG: &str = "const done = arguments[0];
    const slider = document.querySelector('.weights__slider');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const scores = () => [...document.querySelectorAll('.rank [data-code]')].slice(0, 10)
        .map((row) => row.dataset.code + row.querySelector('.rank__score').textContent).join();
    window.longTasks.length = 0;
    let last = scores(), painted = 0, n = 0;
    const start = performance.now();
    const frame = () => {
        const now = scores();
        if (now !== last) { painted += 1; last = now; }
        const past = performance.now() - start;
        if (past > 2000) {
            slider.dispatchEvent(new Event('change', { bubbles: true }));
            setTimeout(() => done([painted * 1000 / past, Math.max(0, ...window.longTasks)]), 200);
            return;
        }
        n += 1;
        set.call(slider, 10 + n % 80);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// Goes to the last row by key: milliseconds until it stands in sight with its village.
const END: &str = "const done = arguments[1];
    const row = document.querySelector('.rank [data-row][tabindex=\"0\"]');
    const body = document.querySelector('.rank__body');
    row.focus();
    const start = performance.now();
    row.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    const look = () => requestAnimationFrame(() => {
        const last = document.querySelector(`.rank [data-code][aria-rowindex='${arguments[0]}']`);
        const past = performance.now() - start;
        const inside = last && last.querySelector('.rank__unit')?.textContent
            && last.getBoundingClientRect().bottom <= body.getBoundingClientRect().bottom + 1
            && last.getBoundingClientRect().top >= body.getBoundingClientRect().top;
        if (inside || past > 10000) done(inside ? past : -1); else look();
    });
    look();";

#[test]
#[ignore = "a measurement: cargo xtask bench"]
fn measure_speed() -> Result<()> {
    scenario_within("measure_speed", WHOLE, PATIENCE, async |page| {
        let watch = json!({ "source": WATCH });
        page.cdp("Page.addScriptToEvaluateOnNewDocument", watch)
            .await?;
        page.open("#/ranking").await?;
        let first = page
            .until("the first row is painted", async || {
                Ok(page
                    .script("return window.firstRows;", vec![])
                    .await?
                    .as_f64())
            })
            .await?;
        println!("first ranking after a cold open, 85 villages: {first:.0} ms");
        replicates(page, "weights").await?;
        demo_files::import_errors(page).await?;
        replicates(page, "weights and survey error").await?;
        println!(
            "{:>9} {:>11} {:>11} {:>11} {:>12} {:>13} {:>8} {:>9} {:>9}",
            "villages",
            "written ms",
            "median ms",
            "longest ms",
            "rankings/s",
            "long task ms",
            "import s",
            "MB",
            "to end ms"
        );
        for n_units in SIZES {
            let start = Instant::now();
            if n_units != SIZES[0] {
                demo_files::import(page, n_units).await?;
            }
            let imported = start.elapsed().as_secs();
            page.open("#/weights").await?;
            wait_for_rows(page).await?;
            // Half a gigabyte is written in one piece, once after an import.
            page.text("已保存").await?;
            let (median, longest, written) = measure(page).await?;
            let live = page.client.execute_async(DRAG, vec![]).await?;
            let (each_second, task): (f64, f64) = serde_json::from_value(live)?;
            page.open("#/ranking").await?;
            wait_for_rows(page).await?;
            // The header is the first row.
            let last = page
                .client
                .execute_async(END, vec![json!(n_units + 1)])
                .await?;
            let end = last.as_f64().context("no time")?;
            ensure!(end >= 0.0, "the last of {n_units} rows is never in sight");
            let memory = megabytes(page).map_or_else(|_| "?".to_owned(), |mb| mb.to_string());
            println!(
                "{n_units:>9} {written:>11.1} {median:>11.1} {longest:>11.1} {each_second:>12.1} {task:>13.0} \
                 {imported:>8} {memory:>9} {end:>9.0}"
            );
        }
        page.console_is_quiet().await
    })
}

/// The time the worker takes for 10,000 replicates of a county, everything included.
async fn replicates(page: &Page, what: &str) -> Result<()> {
    wait_for_intervals(page).await?;
    let choose = "const select = [...document.querySelectorAll('select')]
            .find((select) => [...select.options].some((o) => o.value === '10000'));
        select.value = '10000';
        select.dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(choose, vec![]).await?;
    // The choice itself makes what is shown out of date, before anything else happens.
    wait_for_intervals(page).await?;
    let time = "return document.querySelector('[data-testid=certainty]').dataset.ms;";
    let time = page.script(time, vec![]).await?;
    let time = time.as_str().context("no time")?.to_owned();
    println!("10,000 replicates of {what}, 85 villages: {time} ms");
    Ok(())
}

/// Memory of the browser and all its processes, as the system counts it.
fn megabytes(page: &Page) -> Result<u64> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")?.filter_map(Result::ok) {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|n| n.parse::<u32>().ok())
        else {
            continue;
        };
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let parent = status.lines().find_map(|l| l.strip_prefix("PPid:"));
        if let Some(parent) = parent.and_then(|p| p.trim().parse::<u32>().ok()) {
            parents.push((pid, parent));
        }
    }
    let profile = page.profile().to_string_lossy().into_owned();
    let is_ours = |pid: u32| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.contains(&profile)
    };
    let mut ours: Vec<u32> = parents
        .iter()
        .map(|(pid, _)| *pid)
        .filter(|pid| is_ours(*pid))
        .collect();
    let mut at = 0;
    while at < ours.len() {
        let children = parents.iter().filter(|(_, parent)| *parent == ours[at]);
        let children: Vec<u32> = children.map(|(pid, _)| *pid).collect();
        ours.extend(
            children
                .into_iter()
                .filter(|pid| !ours.contains(pid))
                .collect::<Vec<_>>(),
        );
        at += 1;
    }
    let kilobytes = |pid: &u32| -> Option<u64> {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let pss = rollup.lines().find_map(|l| l.strip_prefix("Pss:"))?;
        pss.trim().trim_end_matches(" kB").parse().ok()
    };
    let total: u64 = ours.iter().filter_map(kilobytes).sum();
    ensure!(total > 0, "no process of this browser was found");
    Ok(total / 1024)
}

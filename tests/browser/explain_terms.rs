//! A reader asks what a word means.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::look_everywhere::choose_language;
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

/// Heads of the ranking that are terms: the class, and the term in both languages.
const HEADS: [(&str, [&str; 2]); 9] = [
    ("rank__rank", ["名次", "Rank"]),
    ("rank__interval", ["名次区间", "Rank interval"]),
    ("rank__tier", ["梯队", "Tier"]),
    ("rank__score", ["得分", "Score"]),
    ("rank__grade", ["等级", "Grade"]),
    ("rank__line", ["到线可能", "Chance of the line"]),
    ("rank__coverage", ["数据覆盖", "Data coverage"]),
    ("rank__pillar", ["贡献", "Contribution"]),
    ("rank__change", ["变化", "Change"]),
];

/// The class of every head in sight with the term that its mark leads to: one that can be
/// pressed where it stands, is large enough for a finger, has a name and takes the focus.
const MARKS: &str = "return [...document.querySelectorAll('.rank__row--head [role=columnheader]')]
    .filter((head) => head.checkVisibility() && !head.matches('.rank__tools'))
    .map((head) => {
        const kind = head.classList[0];
        const mark = head.querySelector('[data-term]');
        if (!mark || !mark.checkVisibility()) return [kind, 'none'];
        mark.scrollIntoView({ block: 'center', inline: 'center' });
        const box = mark.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        if (box.width < 24 || box.height < 24) return [kind, 'too small'];
        if (document.elementFromPoint(x, y) !== mark) return [kind, 'covered'];
        if (mark.ariaLabel !== head.ariaLabel + '?') return [kind, 'nameless'];
        if (mark.tabIndex !== 0) return [kind, 'out of reach'];
        return [kind, document.getElementById('term-' + mark.dataset.term)?.textContent ?? ''];
    });";

/// Fails where a head in sight that is a term does not lead to it; says which are in sight.
async fn heads_lead_to_their_terms(page: &Page, language: usize) -> Result<Vec<String>> {
    let found: Vec<(String, String)> = serde_json::from_value(page.script(MARKS, vec![]).await?)?;
    for (kind, term) in &found {
        let wanted = HEADS.iter().find(|(class, _)| class == kind);
        let wanted = wanted.map_or("none", |(_, names)| names[language]);
        ensure!(term == wanted, "{kind} leads to {term}, not to {wanted}");
    }
    Ok(found.into_iter().map(|(kind, _)| kind).collect())
}

/// Whether the frozen head of the names lies over the others for the whole height of the
/// heads, however far the table is scrolled.
const NAME_COVERS: &str = "const name = document.querySelector('.rank__row--head > .rank__name');
    name.scrollIntoView({ block: 'center' });
    const [own, all] = [name, name.parentElement].map((part) => part.getBoundingClientRect());
    return [all.top + 2, all.bottom - 2].every((y) =>
        document.elementFromPoint(own.left + own.width / 2, y)?.closest('.rank__name') === name);";

#[test]
fn every_head_of_the_ranking_that_is_a_term_is_explained_at_every_width() -> Result<()> {
    scenario("explain_heads", async |page| {
        for (at, language) in ["zh", "en"].into_iter().enumerate() {
            choose_language(page, language).await?;
            for columns in ["rntciesbglv", "rntciesbglvdh0"] {
                page.open("#/ranking").await?;
                let set = "localStorage.setItem('dhi-ranking', JSON.stringify(arguments[0]));";
                page.script(set, vec![json!(format!("{columns} +r "))])
                    .await?;
                page.client.refresh().await?;
                wait_for_rows(page).await?;
                page.css("#term-0").await?;
                for size in SIZES {
                    page.resize(size).await?;
                    let found = heads_lead_to_their_terms(page, at).await;
                    let found = found.with_context(|| format!("{language} {columns} {size:?}"))?;
                    // A telephone has no room for two of the default ones.
                    let is_left_out = |class: &str| match class {
                        "rank__pillar" | "rank__change" => columns.len() == 11,
                        "rank__tier" | "rank__coverage" => columns.len() == 11 && size == SIZES[0],
                        _ => false,
                    };
                    for (class, _) in HEADS {
                        let is_there = found.iter().any(|kind| kind == class);
                        ensure!(
                            is_there != is_left_out(class),
                            "{class} of {columns} at {size:?}: {found:?}"
                        );
                    }
                    page.picture(&format!("heads-{language}-{}-{}", columns.len(), size.0))
                        .await?;
                    let covers = page.script(NAME_COVERS, vec![]).await?;
                    ensure!(covers == json!(true), "{columns} at {size:?}");
                }
                page.fits_everywhere().await.context(columns)?;
            }
        }

        // On a telephone by a press, and by a key.
        page.script("localStorage.removeItem('dhi-ranking');", vec![])
            .await?;
        choose_language(page, "zh").await?;
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        page.resize(SIZES[0]).await?;
        let focused = async |term: &str| {
            page.until(&format!("{term} has the focus"), async || {
                let script = "return document.activeElement.textContent";
                let focused = page.script(script, vec![]).await?;
                Ok((focused == json!(term)).then_some(()))
            })
            .await
        };
        let close = "document.getElementById('terms').close();";
        page.click("button", "得分?").await?;
        focused("得分").await?;
        page.script(close, vec![]).await?;
        let focus = "document.querySelector('.rank__row--head .rank__rank .term').focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::Enter).await?;
        focused("名次").await?;
        page.script(close, vec![]).await?;
        page.console_is_quiet().await
    })
}

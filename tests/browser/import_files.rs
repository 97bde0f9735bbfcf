//! A clerk imports files: good ones, bad ones, and a published index.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use dhi_engine::framework::Language;
use dhi_engine::input::template;
use dhi_engine::scheme::default_scheme;
use rust_xlsxwriter::Workbook;

use crate::drag_weights::accept;
use crate::driver::{Page, scenario};
use crate::rank_villages::wait_for_rows;

const FIELD: &str = "[data-testid=import-files]";

async fn still_the_demonstration(page: &Page) -> Result<()> {
    page.open("#/ranking").await?;
    page.text("显示 85 共 85").await?;
    page.css("[data-testid=fictitious]").await?;
    page.open("#/data").await?;
    Ok(())
}

#[test]
fn bad_files_are_refused_in_words_and_change_nothing() -> Result<()> {
    scenario("import_bad", async |page| {
        page.open("#/data").await?;
        let folder = tempfile::tempdir()?;
        let whole = template(&default_scheme(), Language::Chinese)?;
        let code = "999900100200";
        let cases: [(&str, Vec<u8>, &str); 7] = [
            ("空.csv", Vec::new(), "文件是空的"),
            (
                "图.xlsx",
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
                "不是表格文件",
            ),
            (
                "半.xlsx",
                whole[..whole.len() / 2].to_vec(),
                "不完整或已损坏",
            ),
            ("乱.csv", b"a,b\n\xff\xff\xfe,1\n".to_vec(), "既不是 UTF-8"),
            ("头.csv", "村代码,班子配备率\n".into(), "没有数据行"),
            (
                "重.csv",
                format!("村代码,村名\n{code},甲\n{code},乙\n").into(),
                "首次出现在第 2 行",
            ),
            (
                "值.csv",
                format!("村代码,班子配备率\n{code},1e400\n").into(),
                "不是有限的数",
            ),
        ];
        for (name, bytes, words) in cases {
            let path = folder.path().join(name);
            fs::write(&path, bytes)?;
            page.choose_file(FIELD, &path).await?;
            page.text(words).await.with_context(|| name.to_owned())?;
            let accept = page.css("[data-testid=accept]").await?;
            ensure!(!accept.is_enabled().await?, "{name} could be accepted");
            page.click("button", "放弃").await?;
        }
        still_the_demonstration(page).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_dropped_file_is_read_and_rejecting_it_changes_nothing() -> Result<()> {
    scenario("import_drop", async |page| {
        page.open("#/data").await?;
        page.css(".drop").await?;
        let drop = "const data = new DataTransfer();
            data.items.add(new File([arguments[0]], 'dropped.csv', { type: 'text/csv' }));
            document.querySelector('.drop').dispatchEvent(
                new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));";
        let table = "村代码,班子配备率\n999900100200,88%\n";
        page.script(drop, vec![table.into()]).await?;
        page.css("[data-testid=summary]").await?;
        page.text("dropped.csv").await?;
        page.click("button", "放弃").await?;
        still_the_demonstration(page).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_findings_table_and_preview_fit_the_screen() -> Result<()> {
    scenario("import_preview", async |page| {
        page.open("#/data").await?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("预览.csv");
        fs::write(
            &path,
            "村代码,班子配备率,备注\n999900100200,0.9,x\n999900101200,高,y\n",
        )?;
        page.choose_file(FIELD, &path).await?;
        page.text("“高”不是数字").await?;
        page.fits_everywhere().await?;
        page.picture("import").await
    })
}

/// The folder of public data, if it lies beside the project.
fn public_data(part: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data").join(part))
        .find(|path| path.exists());
    if found.is_none() {
        println!("SKIPPED: public data `{part}` is not here, nothing was checked");
    }
    found
}

type Row = BTreeMap<String, String>;

/// Indonesia's village index of 2021 as one workbook: framework, register and
/// values together.
fn village_index(published: &[Row]) -> Result<Vec<u8>> {
    let indicators: Vec<&String> = published[0]
        .keys()
        .filter(|k| k.len() == 6 && k.starts_with("IK"))
        .collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("指标体系")?;
    let head = [
        "编号",
        "上级编号",
        "名称",
        "方向",
        "计量",
        "下限",
        "上限",
        "权重",
    ];
    for (column, text) in head.into_iter().enumerate() {
        sheet.write(0, u16::try_from(column)?, text)?;
    }
    let mut row = 1;
    for (id, parent) in [("IDM", ""), ("IKS", "IDM"), ("IKE", "IDM"), ("IKL", "IDM")] {
        sheet
            .write(row, 0, id)?
            .write(row, 1, parent)?
            .write(row, 2, id)?;
        sheet.write(row, 7, 1)?;
        row += 1;
    }
    for id in &indicators {
        sheet.write(row, 0, id.as_str())?.write(row, 1, &id[..3])?;
        sheet.write(row, 2, id.as_str())?.write(row, 3, "正向")?;
        sheet
            .write(row, 4, "数")?
            .write(row, 5, 0)?
            .write(row, 6, 5)?;
        sheet.write(row, 7, 1)?;
        row += 1;
    }
    let sheet = book.add_worksheet().set_name("指标数据")?;
    for (column, text) in ["村代码", "村名"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(column)?, text)?;
    }
    for (column, id) in indicators.iter().enumerate() {
        sheet.write(0, u16::try_from(column + 2)?, id.as_str())?;
    }
    for (i, village) in published.iter().enumerate() {
        let row = u32::try_from(i + 1)?;
        sheet.write(row, 0, village["code"].as_str())?;
        sheet.write(row, 1, village["nama_desa"].as_str())?;
        for (column, id) in indicators.iter().enumerate() {
            let value: f64 = village[*id].parse()?;
            sheet.write(row, u16::try_from(column + 2)?, value)?;
        }
    }
    // The register of its own, since the project already has one.
    let sheet = book.add_worksheet().set_name("名册")?;
    sheet
        .write(0, 0, "村代码")?
        .write(0, 1, "村名")?
        .write(0, 2, "镇")?;
    for (i, village) in published.iter().enumerate() {
        let row = u32::try_from(i + 1)?;
        sheet.write(row, 0, village["code"].as_str())?;
        sheet.write(row, 1, village["nama_desa"].as_str())?;
        sheet.write(row, 2, village["nama_kecamatan"].as_str())?;
    }
    Ok(book.save_to_buffer()?)
}

#[test]
fn a_published_village_index_comes_out_the_same_in_the_browser() -> Result<()> {
    let Some(folder) = public_data("idm_2021_2022") else {
        return Ok(());
    };
    let published: Vec<Row> = csv::Reader::from_path(folder.join("idm_2021.csv"))?
        .deserialize()
        .collect::<Result<_, _>>()?;
    scenario("import_published", async |page| {
        let files = tempfile::tempdir()?;
        let path = files.path().join("idm.xlsx");
        fs::write(&path, village_index(&published)?)?;
        page.open("#/data").await?;
        page.choose_file(FIELD, &path).await?;
        accept(page).await?;
        page.open("#/ranking").await?;
        page.text("共 2503").await?;
        wait_for_rows(page).await?;
        page.picture("ranking-published").await?;
        page.click("button", "导出 CSV").await?;
        let text = fs::read_to_string(page.downloaded("scores").await?)?;
        let table = text
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.starts_with("# "))
            .fold(String::new(), |all, line| all + line + "\n");
        let ours: Vec<Row> = csv::Reader::from_reader(table.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()?;
        ensure!(ours.len() == published.len(), "{} rows", ours.len());
        // Exported in the order of the ranking.
        for theirs in &published {
            let ours = ours.iter().find(|ours| ours["代码"] == theirs["code"]);
            let ours = ours.context("a code is missing")?;
            for (column, name) in [
                ("得分", "IDM"),
                ("IKS", "IKS"),
                ("IKE", "IKE"),
                ("IKL", "IKL"),
            ] {
                // Scores run to 100 here, the published index to 1.
                let (a, b): (f64, f64) = (ours[column].parse()?, theirs[name].parse()?);
                ensure!((a / 100.0 - b).abs() <= 1e-12, "{}: {a} {b}", ours["代码"]);
            }
        }
        page.console_is_quiet().await
    })
}

/// Framework, register and survey counts without any value.
fn survey_workbook() -> Result<Vec<u8>> {
    let sheets: [(&str, &[&[&str]]); 3] = [
        (
            "指标体系",
            &[
                &[
                    "编号",
                    "上级编号",
                    "名称",
                    "方向",
                    "计量",
                    "下限",
                    "上限",
                    "权重",
                ],
                &["top", "", "指数", "", "", "", "", "1"],
                &[
                    "c_satisfaction",
                    "top",
                    "群众满意度",
                    "正向",
                    "分",
                    "60",
                    "95",
                    "1",
                ],
            ],
        ),
        (
            "名册",
            &[&["村代码", "村名"], &["001", "甲村"], &["002", "乙村"]],
        ),
        (
            "群众评议",
            &[
                &["村代码", "问题", "群体", "答案", "人数", "发出", "收回"],
                &["001", "满意度", "住户", "很满意", "15", "30", "20"],
                &["001", "满意度", "住户", "不满意", "5", "", ""],
                &["002", "满意度", "老党员", "很满意", "9", "20", "12"],
                &["002", "满意度", "老党员", "不满意", "3", "", ""],
            ],
        ),
    ];
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(name)?;
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write(u32::try_from(row)?, u16::try_from(column)?, *cell)?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

/// Twenty households of 001: (15 · 100 + 5 · 30)/20 = 82.5 points, so a score of
/// 100 · 22.5/35. The old members of 002 have no share of the population and make no
/// village value. Both stay so after a reload, which reads the counts back.
#[test]
fn survey_counts_become_values_and_groups_alone_do_not() -> Result<()> {
    scenario("import_survey", async |page| {
        let files = tempfile::tempdir()?;
        let path = files.path().join("survey.xlsx");
        fs::write(&path, survey_workbook()?)?;
        page.open("#/data").await?;
        page.choose_file(FIELD, &path).await?;
        accept(page).await?;
        for reload in [false, true] {
            page.open("#/ranking").await?;
            if reload {
                page.text("已保存").await?;
                page.client.refresh().await?;
            }
            page.text("共 2").await?;
            wait_for_rows(page).await?;
            let shown = crate::rank_villages::first_rows(page, 2).await?;
            let expected = [("001", "64.29"), ("002", "—")];
            let expected = expected.map(|(code, score)| (code.to_owned(), score.to_owned()));
            ensure!(shown == expected, "reloaded {reload}: {shown:?}");
        }
        page.console_is_quiet().await
    })
}

//! An export of the ranking has the columns shown under names in the language of the page;
//! the engine's table has identifiers in an order of its own.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::framework::Framework;

/// What the engine's columns are called, before the nodes.
const BEFORE: [(&str, &str); 13] = [
    ("code", "代码"),
    ("name", "村"),
    ("town", "镇（街道）"),
    ("class", "村类"),
    ("score", "得分"),
    ("grade_by_score", "按得分的等级"),
    ("grade", "等级"),
    ("cap", "封顶原因"),
    ("rank", "全县名次"),
    ("rank_in_class", "同类名次"),
    ("rank_in_town", "同镇名次"),
    ("present", "有值指标数"),
    ("applicable", "适用指标数"),
];
/// And behind them, round the chances of the bands.
const BEHIND: [(&str, &str); 5] = [
    ("rank_low", "名次区间上端"),
    ("rank_high", "名次区间下端"),
    ("tier", "梯队"),
    ("line_chance", "过推荐线的可能性"),
    ("verdict", "推荐线判断"),
];

/// Sides of the line.
const VERDICTS: [(&str, &str); 4] = [
    ("meets", "到线"),
    ("misses", "未到"),
    ("undetermined", "未定"),
    ("not_assessed", "不排名"),
];

/// The engine's columns of an export in the engine's order: where each stands, and its
/// identifier.
pub(crate) fn columns_of(head: &[String], framework: &Framework) -> Result<Vec<(usize, String)>> {
    let owned = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        let names = names.iter();
        names
            .map(|(id, name)| ((*id).into(), (*name).into()))
            .collect()
    };
    let nodes = &framework.nodes()[1..];
    let nodes = nodes.iter().map(|node| {
        let (id, name) = (node.id.to_string(), node.name.zh.clone());
        let is_repeated = nodes.iter().filter(|n| n.name.zh == name).count() > 1;
        let name = if is_repeated {
            format!("{name} {id}")
        } else {
            name
        };
        (id, name)
    });
    let chances = head.iter().filter_map(|name| {
        let band = name.strip_prefix("可能性：")?;
        Some((format!("chance {band}"), name.clone()))
    });
    let mut names = owned(&BEFORE);
    names.extend(nodes);
    names.extend(owned(&BEHIND[..3]));
    names.extend(chances);
    names.extend(owned(&BEHIND[3..]));
    let place = |(id, name): (String, String)| {
        let at = head.iter().position(|head| *head == name)?;
        Some((at, id))
    };
    let columns: Vec<(usize, String)> = names.into_iter().filter_map(place).collect();
    ensure!(columns.len() == head.len(), "{head:?} but {columns:?}");
    Ok(columns)
}

/// A cell as the engine writes it: sides of the line are told in the page's language.
fn engine_s<'a>(id: &str, cell: &'a str) -> Result<&'a str> {
    if id != "verdict" || cell.is_empty() {
        return Ok(cell);
    }
    let known = VERDICTS.iter().find(|(_, words)| *words == cell);
    known
        .map(|(engine, _)| *engine)
        .context("no side of the line")
}

/// The table of an export as the engine writes it.
pub(crate) fn as_engine(text: &str, framework: &Framework) -> Result<String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with("# ")).collect();
    let table = lines.join("\n");
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(table.as_bytes());
    let rows: Vec<Vec<String>> = reader.deserialize().collect::<Result<_, _>>()?;
    let (head, rows) = rows.split_first().context("an empty export")?;
    let columns = columns_of(head, framework)?;
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer.write_record(columns.iter().map(|(_, id)| id))?;
    for row in rows {
        let cells: Result<Vec<&str>> = columns
            .iter()
            .map(|(at, id)| engine_s(id, &row[*at]))
            .collect();
        writer.write_record(cells?)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(String::from_utf8(bytes)?)
}

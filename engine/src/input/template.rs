//! Tables to fill in: one workbook with all of them, or the values as CSV.

use super::cell::{MISSING_WORDS, NOT_APPLICABLE_WORDS};
use super::header::Field;
use super::write_xlsx::{CellOut, Look, SheetOut, workbook};
use crate::framework::{Direction, Framework, Frequency, Language, Measure, Node, Transformation};

/// The workbook cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the template is larger than a workbook can be")]
pub struct TemplateError;

const UNIT_FIELDS: [Field; 6] = [
    Field::Code,
    Field::Name,
    Field::Town,
    Field::Class,
    Field::BodyType,
    Field::Population,
];

const FRAMEWORK_FIELDS: [Field; 15] = [
    Field::Id,
    Field::Parent,
    Field::Name,
    Field::NameEn,
    Field::Direction,
    Field::Measure,
    Field::Lower,
    Field::Upper,
    Field::Weight,
    Field::Transformation,
    Field::Numerator,
    Field::Denominator,
    Field::Source,
    Field::Frequency,
    Field::Office,
];

const NODE_NAME: &str = "名称";
const SURVEY_FIELDS: [Field; 9] = [
    Field::Code,
    Field::Period,
    Field::Question,
    Field::Group,
    Field::Answer,
    Field::People,
    Field::Issued,
    Field::Returned,
    Field::GroupSize,
];

/// A workbook with 名册, 指标体系 (filled with `framework`), 指标数据 (one column
/// per indicator), 群众评议 and 说明. Code columns are formatted as text, so that no digit
/// is lost. The result reads back through [`super::decode`].
pub fn template(framework: &Framework, language: Language) -> Result<Vec<u8>, TemplateError> {
    let mut units = SheetOut::new("名册");
    headers(&mut units, UNIT_FIELDS.iter().map(Field::header));
    let mut scheme = SheetOut::new("指标体系");
    // Nodes have a 名称; the first word for a name is that of a village.
    let names = FRAMEWORK_FIELDS.iter().map(|field| match field {
        Field::Name => NODE_NAME,
        other => other.header(),
    });
    headers(&mut scheme, names);
    for node in framework.nodes() {
        let row = framework_row(framework, node);
        scheme.row(row.iter().map(Fill::cell), Look::Plain);
    }
    let mut values = SheetOut::new("指标数据");
    headers(&mut values, value_headers(framework));
    let mut survey = SheetOut::new("群众评议");
    headers(&mut survey, SURVEY_FIELDS.iter().map(Field::header));
    let mut notes = SheetOut::new("说明");
    notes.column(100, Look::Plain);
    for line in instructions(language) {
        notes.row([CellOut::Text(&line)], Look::Plain);
    }
    workbook(&[units, scheme, values, survey, notes]).ok_or(TemplateError)
}

/// The header line of 指标数据 as CSV in UTF-8 with a byte-order mark.
pub fn template_csv(framework: &Framework) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::from("\u{feff}"));
    // Writing to memory cannot fail.
    let _ = writer.write_record(value_headers(framework));
    writer.into_inner().unwrap_or_default()
}

/// The first row, which stays in view; the first column holds codes or ids.
pub(crate) fn headers<'a>(sheet: &mut SheetOut, headers: impl IntoIterator<Item = &'a str>) {
    let headers: Vec<&str> = headers.into_iter().collect();
    for (column, header) in headers.iter().enumerate() {
        // Chinese characters are about twice as wide as digits.
        let width = 4 + 2 * header.chars().count().clamp(2, 14) as u32;
        let look = if column == 0 { Look::Text } else { Look::Plain };
        sheet.column(width, look);
    }
    sheet.row(headers.into_iter().map(CellOut::Text), Look::Header);
    sheet.freeze(1, 2);
}

fn value_headers(framework: &Framework) -> Vec<&str> {
    let fixed = [
        Field::Code,
        Field::Name,
        Field::Period,
        Field::CutOff,
        Field::Source,
    ];
    let mut all: Vec<&str> = fixed.iter().map(Field::header).collect();
    all.extend(
        framework
            .indicators()
            .map(|(node, _)| node.name.zh.as_str()),
    );
    all
}

enum Fill {
    Text(String),
    Number(f64),
}

impl Fill {
    fn cell(&self) -> CellOut<'_> {
        match self {
            Self::Text(text) if text.is_empty() => CellOut::Blank,
            Self::Text(text) => CellOut::Text(text),
            Self::Number(number) => CellOut::Number(*number),
        }
    }
}

fn framework_row(framework: &Framework, node: &Node) -> Vec<Fill> {
    let text = |t: &str| Fill::Text(t.to_owned());
    let parent = node.parent.map(|p| framework.node(p).id.as_str());
    let mut row = vec![
        text(node.id.as_str()),
        text(parent.unwrap_or("")),
        text(&node.name.zh),
        text(&node.name.en),
    ];
    let Some(indicator) = &node.indicator else {
        row.extend([text(""), text(""), text(""), text("")]);
        row.push(Fill::Number(node.weight));
        return row;
    };
    row.push(text(match indicator.direction {
        Direction::HigherIsBetter => "正向",
        Direction::LowerIsBetter => "负向",
    }));
    row.push(text(match indicator.measure {
        Measure::Percent => "%",
        Measure::Share => "份额",
        Measure::Points => "分",
        Measure::Count => "个",
        Measure::Amount => "万元",
        Measure::Number => "数",
    }));
    match indicator.goalposts {
        Some(posts) => row.extend([Fill::Number(posts.lower()), Fill::Number(posts.upper())]),
        None => row.extend([text(""), text("")]),
    }
    row.push(Fill::Number(node.weight));
    row.push(text(match indicator.transformation {
        Transformation::None => "",
        Transformation::Ln => "ln",
    }));
    row.extend([
        text(&indicator.numerator),
        text(&indicator.denominator),
        text(&indicator.source),
    ]);
    row.push(text(match indicator.frequency {
        None => "",
        Some(Frequency::Monthly) => "月",
        Some(Frequency::Quarterly) => "季",
        Some(Frequency::HalfYearly) => "半年",
        Some(Frequency::Yearly) => "年",
    }));
    row.push(text(&indicator.office));
    row
}

fn instructions(language: Language) -> Vec<String> {
    let missing = MISSING_WORDS.join(" ");
    let not_applicable = NOT_APPLICABLE_WORDS.join(" ");
    match language {
        Language::Chinese => vec![
            "1. 名册:每村一行。村代码为 12 位文本,不得重复。".into(),
            "2. 指标体系:已填入默认方案,可以增删改。下限小于上限,方向另填;同级权重只看比例。".into(),
            "3. 指标数据:每村每期一行,每个指标一列;也可以拆成“指标名+分子”“指标名+分母”两列。".into(),
            format!("4. 缺失(计入覆盖率不足):空白,或 {missing}"),
            format!("5. 不适用(不影响覆盖率):{not_applicable},或分母为 0"),
            "6. 百分数可写 95% 或 95;整列都写成 0.95 时按 95% 读取并提示。".into(),
            "7. 日期可写 2026-06-30、2026.6.30、2026年6月30日。".into(),
            "8. 群众评议:每村、每题、每类群众、每个答案一行人数,只填人数,不填个人答卷;发出、收回、群体总数每类群众填一次即可。".into(),
            "9. 默认方案、上下限与权重为设计默认值,使用前须由本地确认。".into(),
        ],
        Language::English => vec![
            "1. 名册 (register): one village per row; the 12-digit code is text and unique.".into(),
            "2. 指标体系 (framework): filled with the default scheme, to be edited. Lower is below upper whatever the direction; only proportions of sibling weights count.".into(),
            "3. 指标数据 (values): one row per village and period, one column per indicator, or two columns named after it with 分子 (numerator) and 分母 (denominator).".into(),
            format!("4. Missing (counts against coverage): blank, or {missing}"),
            format!("5. Not applicable (does not count): {not_applicable}, or a denominator of 0"),
            "6. Percentages: 95% or 95; a column written entirely as 0.95 is read as 95% with a warning.".into(),
            "7. Dates: 2026-06-30, 2026.6.30 or 2026年6月30日.".into(),
            "8. 群众评议 (survey): one row per village, question, citizen group and answer with the number of people, never single ballots; forms issued and returned and the size of the group once per group.".into(),
            "9. Default scheme, goalposts and weights are design defaults to be confirmed locally.".into(),
        ],
    }
}

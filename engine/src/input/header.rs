//! What a column header means: Chinese words, English words or field ids.

use super::cell::half_width;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Kind of table a sheet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// 名册: one unit per row.
    Units,
    /// 指标体系: one node per row.
    Framework,
    /// 指标数据, one unit per row and one column per indicator.
    Wide,
    /// 指标数据, one value per row.
    Long,
    /// 群众评议, one count per row.
    Survey,
    /// Nothing known; left out.
    Ignored,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Left out.
    Ignored,
    /// Unit code.
    Code,
    /// Unit or node name.
    Name,
    /// 镇(街道).
    Town,
    /// 村类.
    Class,
    /// Kind of body.
    BodyType,
    /// Population.
    Population,
    /// Node id.
    Id,
    /// Parent's id.
    Parent,
    /// English name.
    NameEn,
    /// Direction.
    Direction,
    /// Measure.
    Measure,
    /// Lower goalpost.
    Lower,
    /// Upper goalpost.
    Upper,
    /// Weight.
    Weight,
    /// Transformation.
    Transformation,
    /// Numerator: its description in a framework, its count in values.
    Numerator,
    /// Denominator, likewise.
    Denominator,
    /// Source.
    Source,
    /// Frequency.
    Frequency,
    /// Responsible office.
    Office,
    /// Indicator of a long table's row.
    Indicator,
    /// Period.
    Period,
    /// Value of a long table's row.
    Value,
    /// Standard error of a long table's value.
    StandardError,
    /// Question of a survey table's row.
    Question,
    /// Citizen group.
    Group,
    /// Answer.
    Answer,
    /// People of the group who gave it.
    People,
    /// Forms given out to the group.
    Issued,
    /// Forms returned by the group.
    Returned,
    /// People in the group, sampled or not.
    GroupSize,
    /// Cut-off date.
    CutOff,
    /// A wide table's column: the value of an indicator, by id.
    ValueOf(String),
    /// A wide table's column: the numerator of an indicator, by id.
    NumeratorOf(String),
    /// A wide table's column: the denominator of an indicator, by id.
    DenominatorOf(String),
}

/// Header words of every field; the first is what templates use.
pub const HEADER_WORDS: [(Field, &[&str]); 32] = [
    (
        Field::Code,
        &[
            "村代码",
            "代码",
            "编码",
            "区划代码",
            "统计代码",
            "code",
            "unit",
            "unitcode",
        ],
    ),
    (
        Field::Name,
        &["村名", "名称", "村(社区)", "村", "单位名称", "name"],
    ),
    (
        Field::Town,
        &[
            "镇(街道)",
            "镇街",
            "乡镇",
            "镇",
            "街道",
            "乡镇(街道)",
            "town",
        ],
    ),
    (Field::Class, &["村类", "类别", "分类", "村庄类型", "class"]),
    (Field::BodyType, &["组织类型", "类型", "bodytype"]),
    (Field::Population, &["人口", "常住人口", "population"]),
    (Field::Id, &["编号", "指标编号", "指标代码", "id"]),
    (Field::Parent, &["上级编号", "上级", "parent"]),
    (Field::NameEn, &["英文名称", "英文名", "nameen"]),
    (Field::Direction, &["方向", "指标方向", "direction"]),
    (Field::Measure, &["计量", "计量单位", "单位", "measure"]),
    (Field::Lower, &["下限", "lower"]),
    (Field::Upper, &["上限", "upper"]),
    (Field::Weight, &["权重", "weight"]),
    (
        Field::Transformation,
        &["变换", "transformation", "transform"],
    ),
    (Field::Numerator, &["分子", "numerator"]),
    (Field::Denominator, &["分母", "denominator"]),
    (Field::Source, &["来源", "数据来源", "source"]),
    (Field::Frequency, &["频率", "更新频率", "frequency"]),
    (Field::Office, &["责任单位", "责任部门", "office"]),
    (Field::Indicator, &["指标", "indicator"]),
    (Field::Period, &["期间", "时期", "年度", "period"]),
    (Field::Value, &["数值", "值", "value"]),
    (
        Field::StandardError,
        &["标准误", "标准误差", "standarderror", "se"],
    ),
    (Field::Question, &["问题", "题目", "question"]),
    (Field::Group, &["群体", "群众类别", "人群", "group"]),
    (Field::Answer, &["答案", "选项", "answer"]),
    (Field::People, &["人数", "答卷数", "people", "respondents"]),
    (
        Field::Issued,
        &["发出", "发放", "发出份数", "发放份数", "issued"],
    ),
    (
        Field::Returned,
        &["收回", "回收", "收回份数", "回收份数", "returned"],
    ),
    (Field::GroupSize, &["群体总数", "群体总人数", "groupsize"]),
    (
        Field::CutOff,
        &["截止日期", "数据截止", "cutoff", "cutoffdate"],
    ),
];

impl Field {
    /// Header of the field as templates write it; empty for the others.
    pub fn header(&self) -> &'static str {
        let found = HEADER_WORDS.iter().find(|(field, _)| field == self);
        found.and_then(|(_, words)| words.first()).map_or("", |w| w)
    }
}

/// A header as it is compared: half-width, without blanks, `_`, `-` and case,
/// and without a unit of measure at its end such as `(%)`.
pub(crate) fn normalised(header: &str) -> String {
    let text: String = half_width(header)
        .to_ascii_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '*'))
        .collect();
    for unit in ["(%)", "(分)", "(个)", "(万元)", "(人)"] {
        if let Some(rest) = text.strip_suffix(unit) {
            return rest.to_owned();
        }
    }
    text
}

/// Indicators by what a header may call them. An id always means its own
/// indicator; a name that two share means neither.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    ids: BTreeMap<String, T>,
    /// `None` where two indicators share the name.
    names: BTreeMap<String, Option<T>>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }
}

impl<T: Clone + PartialEq> Names<T> {
    pub(super) fn add<'a>(
        &mut self,
        id: &str,
        names: impl IntoIterator<Item = &'a String>,
        what: T,
    ) {
        for name in names {
            let known = self
                .names
                .entry(normalised(name))
                .or_insert_with(|| Some(what.clone()));
            if known.as_ref() != Some(&what) {
                *known = None;
            }
        }
        self.ids.insert(normalised(id), what);
    }

    pub(super) fn get(&self, text: &str) -> Option<&T> {
        let text = normalised(text);
        if text.is_empty() {
            return None;
        }
        let by_name = || self.names.get(&text).and_then(Option::as_ref);
        self.ids.get(&text).or_else(by_name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// The field a header names, if it is one of the words.
pub(super) fn field(header: &str) -> Option<Field> {
    let header = normalised(header);
    HEADER_WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| normalised(word) == header))
        .map(|(field, _)| field.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_name_means_nobody_and_an_id_always_its_own() {
        let mut names = Names::default();
        let name = "甲率".to_owned();
        names.add("x", [&name], 1);
        names.add("y", [&name], 2);
        names.add("甲率", [], 3);
        assert_eq!(names.get("X"), Some(&1));
        assert_eq!(names.get("甲率(%)"), Some(&3));
        names.ids.remove("甲率");
        assert_eq!(names.get("甲率"), None);
    }

    #[test]
    fn headers_are_known_in_any_dress() {
        assert_eq!(field(" 村 代码 "), Some(Field::Code));
        assert_eq!(field("Body_Type"), Some(Field::BodyType));
        assert_eq!(field("镇（街道）"), Some(Field::Town));
        assert_eq!(field("人口(人)"), Some(Field::Population));
        assert_eq!(field("备注"), None);
        let mut seen = std::collections::BTreeMap::new();
        for (field, words) in HEADER_WORDS {
            for word in words {
                let other = seen.insert(normalised(word), field.clone());
                assert_eq!(other, None, "{word} names two fields");
            }
        }
    }
}

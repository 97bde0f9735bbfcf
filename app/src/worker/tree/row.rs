//! A node as it is typed: texts that need not make sense yet.

use dhi_engine::finding::{Finding, Place, Problem};
use dhi_engine::framework::{
    Direction, Framework, FrameworkError, Frequency, Goalposts, Indicator, Language, Measure,
    NodeRow, Text, Transformation,
};
use dhi_engine::ids::NodeId;
use serde_json::Value;

/// Names of the texts of a node. Groups have the first three.
pub const FIELDS: [&str; 13] = [
    "zh",
    "en",
    "weight",
    "direction",
    "measure",
    "lower",
    "upper",
    "transformation",
    "numerator",
    "denominator",
    "source",
    "frequency",
    "office",
];

/// The texts of a node in their order.
pub(super) type Texts = [String; FIELDS.len()];

/// How many of them a group has.
pub const OF_GROUP: usize = 3;

/// Directions by the name they are chosen by.
pub const DIRECTIONS: [(&str, Direction); 2] = [
    ("higher", Direction::HigherIsBetter),
    ("lower", Direction::LowerIsBetter),
];

/// Measures, likewise.
pub const MEASURES: [(&str, Measure); 6] = [
    ("percent", Measure::Percent),
    ("share", Measure::Share),
    ("points", Measure::Points),
    ("count", Measure::Count),
    ("amount", Measure::Amount),
    ("number", Measure::Number),
];

/// Transformations, likewise.
pub const TRANSFORMATIONS: [(&str, Transformation); 2] =
    [("none", Transformation::None), ("ln", Transformation::Ln)];

/// How often the source is updated, likewise.
pub const FREQUENCIES: [(&str, Option<Frequency>); 5] = [
    ("", None),
    ("monthly", Some(Frequency::Monthly)),
    ("quarterly", Some(Frequency::Quarterly)),
    ("half_yearly", Some(Frequency::HalfYearly)),
    ("yearly", Some(Frequency::Yearly)),
];

fn word<T: Copy + PartialEq>(table: &[(&'static str, T)], value: T) -> &'static str {
    let found = table.iter().find(|(_, v)| *v == value);
    found.map_or("", |(word, _)| word)
}

fn meant<T: Copy>(table: &[(&'static str, T)], word: &str) -> Option<T> {
    let found = table.iter().find(|(w, _)| *w == word);
    found.map(|(_, value)| *value)
}

/// The number that a text is.
pub fn number(text: &str) -> Option<f64> {
    crate::number::parse(text.trim())
}

/// A node of the draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its id, by which values are found.
    pub id: String,
    /// Its parent; none for the composite.
    pub parent: Option<String>,
    /// Whether it is an indicator, not a group.
    pub is_indicator: bool,
    /// Whether the present framework does not have it: then its id may change.
    pub is_new: bool,
    /// What is typed, in the order of [`FIELDS`].
    pub texts: Texts,
}

/// Why a draft makes no framework, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Id of the node.
    pub id: String,
    /// The text that is wrong, where it is one.
    pub field: &'static str,
    /// In words, Chinese first.
    pub words: [String; 2],
}

/// What the engine says of a problem.
fn words(problem: Problem) -> [String; 2] {
    let finding = Finding::new(problem, Place::default());
    [Language::Chinese, Language::English].map(|language| finding.message(language))
}

impl Row {
    /// The row as it outlives the page: its fields in their order.
    pub(super) fn kept(&self) -> Value {
        let mut fields: Vec<Value> = vec![
            self.id.as_str().into(),
            self.parent.as_deref().into(),
            self.is_indicator.into(),
            self.is_new.into(),
        ];
        fields.extend(self.texts.iter().map(|text| text.as_str().into()));
        fields.into()
    }

    /// A row that was kept.
    pub(super) fn restored(kept: &Value) -> Option<Self> {
        let text = |at: usize| kept.get(at)?.as_str().map(str::to_owned);
        let is = |at: usize| kept.get(at)?.as_bool();
        let mut texts = Texts::default();
        for (nth, slot) in texts.iter_mut().enumerate() {
            *slot = text(4 + nth)?;
        }
        Some(Self {
            id: text(0)?,
            parent: text(1),
            is_indicator: is(2)?,
            is_new: is(3)?,
            texts,
        })
    }

    /// A text by its name.
    pub fn text(&self, name: &str) -> &str {
        let at = FIELDS.iter().position(|field| *field == name);
        at.map_or("", |at| self.texts[at].as_str())
    }

    /// A fault of this node.
    pub fn fault(&self, field: &'static str, problem: Problem) -> Fault {
        Fault {
            id: self.id.clone(),
            field,
            words: words(problem),
        }
    }

    /// The row of a framework's table, or what stands in its way.
    fn read(&self) -> Result<NodeRow, Fault> {
        let node_id = |id: &str, field| {
            NodeId::new(id).map_err(|_| {
                let text = id.to_owned();
                self.fault(field, Problem::BadId { text })
            })
        };
        let text = |name: &str| self.text(name).trim().to_owned();
        let weight = number(self.text("weight"));
        let weight = weight.filter(|weight| *weight >= 0.0).ok_or_else(|| {
            let text = text("weight");
            self.fault("weight", Problem::BadWeight { text })
        });
        let parent = self.parent.as_deref();
        Ok(NodeRow {
            id: node_id(&self.id, "id")?,
            parent: parent.map(|id| node_id(id, "parent")).transpose()?,
            name: Text {
                zh: text("zh"),
                en: text("en"),
            },
            weight: weight?,
            indicator: self.is_indicator.then(|| self.indicator()).transpose()?,
        })
    }

    fn indicator(&self) -> Result<Indicator, Fault> {
        let ends = [self.text("lower").trim(), self.text("upper").trim()];
        let goalposts = match ends.map(number) {
            _ if ends == ["", ""] => None,
            [Some(lower), Some(upper)] => Goalposts::new(lower, upper).ok(),
            _ => None,
        };
        if goalposts.is_none() && ends != ["", ""] {
            let [lower, upper] = ends.map(str::to_owned);
            return Err(self.fault("lower", Problem::BadGoalposts { lower, upper }));
        }
        let text = |name: &str| self.text(name).trim().to_owned();
        let unknown = |field: &'static str| {
            let id = self.id.clone();
            self.fault(field, Problem::LeafWithoutIndicator { id })
        };
        let direction = meant(&DIRECTIONS, self.text("direction"));
        let measure = meant(&MEASURES, self.text("measure"));
        Ok(Indicator {
            direction: direction.ok_or_else(|| unknown("direction"))?,
            measure: measure.ok_or_else(|| unknown("measure"))?,
            goalposts,
            transformation: meant(&TRANSFORMATIONS, self.text("transformation"))
                .unwrap_or_default(),
            numerator: text("numerator"),
            denominator: text("denominator"),
            source: text("source"),
            frequency: meant(&FREQUENCIES, self.text("frequency")).flatten(),
            office: text("office"),
        })
    }
}

/// Rows of a framework as they could have been typed.
pub(super) fn rows_of(framework: &Framework) -> Vec<Row> {
    let row = |row: NodeRow| {
        let NodeRow {
            id,
            parent,
            name,
            weight,
            indicator,
        } = row;
        let weight = weight.to_string();
        let is_indicator = indicator.is_some();
        let mut texts: Texts = Default::default();
        texts[..OF_GROUP].clone_from_slice(&[name.zh, name.en, weight]);
        if let Some(indicator) = indicator {
            let end = |end: fn(Goalposts) -> f64| {
                let posts = indicator.goalposts.map(end);
                posts.map_or_else(String::new, |x| x.to_string())
            };
            texts[OF_GROUP..].clone_from_slice(&[
                word(&DIRECTIONS, indicator.direction).to_owned(),
                word(&MEASURES, indicator.measure).to_owned(),
                end(Goalposts::lower),
                end(Goalposts::upper),
                word(&TRANSFORMATIONS, indicator.transformation).to_owned(),
                indicator.numerator,
                indicator.denominator,
                indicator.source,
                word(&FREQUENCIES, indicator.frequency).to_owned(),
                indicator.office,
            ]);
        }
        Row {
            id: id.to_string(),
            parent: parent.map(|p| p.to_string()),
            is_indicator,
            is_new: false,
            texts,
        }
    };
    framework.to_rows().into_iter().map(row).collect()
}

/// The framework that rows make, or the first that stands in its way.
pub(super) fn framework_of(rows: &[Row]) -> Result<Framework, Fault> {
    let read: Result<Vec<NodeRow>, Fault> = rows.iter().map(Row::read).collect();
    Framework::new(read?).map_err(|errors| {
        let first = errors.into_iter().next().unwrap_or(FrameworkError::Empty);
        let text = |id: &NodeId| id.to_string();
        let (row, field, problem) = match &first {
            FrameworkError::DuplicateId { row, first_row, id } => {
                let (id, first_row) = (text(id), *first_row as u32 + 1);
                (*row, "id", Problem::DuplicateNode { id, first_row })
            }
            FrameworkError::UnknownParent { row, parent } => {
                let parent = text(parent);
                (*row, "parent", Problem::UnknownParent { parent })
            }
            FrameworkError::Cycle { row, id } => (*row, "parent", Problem::Cycle { id: text(id) }),
            FrameworkError::BadWeight { row, weight } => {
                let text = weight.to_string();
                (*row, "weight", Problem::BadWeight { text })
            }
            FrameworkError::ZeroWeights { row, parent } => {
                let parent = text(parent);
                (*row, "", Problem::ZeroWeights { parent })
            }
            FrameworkError::LeafWithoutIndicator { row, id } => {
                (*row, "", Problem::LeafWithoutIndicator { id: text(id) })
            }
            FrameworkError::IndicatorWithChildren { row, id } => {
                (*row, "", Problem::IndicatorWithChildren { id: text(id) })
            }
            _ => (0, "", Problem::FrameworkEmpty),
        };
        match rows.get(row) {
            Some(row) => row.fault(field, problem),
            None => Fault {
                id: String::new(),
                field,
                words: words(problem),
            },
        }
    })
}

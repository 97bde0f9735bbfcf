//! 指标体系 → framework.

use super::Table;
use super::collector::Collector;
use super::units_table::shortened;
use crate::finding::Problem;
use crate::framework::{
    Direction, Framework, FrameworkError, Frequency, Goalposts, Indicator, Measure, NodeRow, Text,
    Transformation,
};
use crate::ids::NodeId;
use crate::input::cell::{self, half_width};
use crate::input::header::Field;
use crate::input::workbook::Row;

const DIRECTIONS: &[(Direction, &[&str])] = &[
    (
        Direction::HigherIsBetter,
        &[
            "正向",
            "正",
            "+",
            "越大越好",
            "higher_is_better",
            "higher is better",
        ],
    ),
    (
        Direction::LowerIsBetter,
        &[
            "负向",
            "负",
            "-",
            "越小越好",
            "lower_is_better",
            "lower is better",
        ],
    ),
];

const MEASURES: &[(Measure, &[&str])] = &[
    (Measure::Percent, &["%", "百分比", "百分率", "percent"]),
    (Measure::Share, &["份额", "比例", "share"]),
    (Measure::Points, &["分", "得分", "points"]),
    (Measure::Count, &["个", "件", "次", "人", "计数", "count"]),
    (Measure::Amount, &["万元", "amount"]),
    (Measure::Number, &["数", "数值", "number"]),
];

const TRANSFORMATIONS: &[(Transformation, &[&str])] = &[
    (Transformation::None, &["", "无", "none"]),
    (Transformation::Ln, &["ln", "对数", "自然对数"]),
];

const FREQUENCIES: &[(Option<Frequency>, &[&str])] = &[
    (None, &[""]),
    (Some(Frequency::Monthly), &["月", "月度", "monthly", "m"]),
    (
        Some(Frequency::Quarterly),
        &["季", "季度", "quarterly", "q"],
    ),
    (
        Some(Frequency::HalfYearly),
        &["半年", "半年度", "half_yearly", "h"],
    ),
    (Some(Frequency::Yearly), &["年", "年度", "yearly", "y"]),
];

pub(super) fn read(table: &Table<'_>, out: &mut Collector) -> Option<Framework> {
    let mut nodes = Vec::new();
    let mut row_numbers = Vec::new();
    let mut is_complete = true;
    for row in table.rows() {
        match node_row(table, row, out) {
            Some(node) => {
                nodes.push(node);
                row_numbers.push(row.number);
            }
            None => is_complete = false,
        }
    }
    // A row that could not be read would make orphans of its children.
    if !is_complete {
        return None;
    }
    match Framework::new(nodes) {
        Ok(framework) => Some(framework),
        Err(errors) => {
            for error in errors {
                report(table, &row_numbers, &error, out);
            }
            None
        }
    }
}

fn node_row(table: &Table<'_>, row: &Row, out: &mut Collector) -> Option<NodeRow> {
    let reader = RowReader { table, row };
    let id = reader.id(&Field::Id, out)?;
    let parent = if reader.text(&Field::Parent).is_empty() {
        None
    } else {
        Some(reader.id(&Field::Parent, out)?)
    };
    let weight = if reader.text(&Field::Weight).is_empty() && parent.is_none() {
        Some(1.0)
    } else {
        reader.number(&Field::Weight, out)
    };
    let indicator = if reader.text(&Field::Direction).is_empty() {
        Some(None)
    } else {
        reader.indicator(out).map(Some)
    };
    let name = reader.text(&Field::Name);
    Some(NodeRow {
        name: Text {
            zh: if name.is_empty() {
                id.to_string()
            } else {
                name
            },
            en: reader.text(&Field::NameEn),
        },
        id,
        parent,
        weight: weight?,
        indicator: indicator?,
    })
}

/// Reads the cells of one row, reporting what cannot be read.
struct RowReader<'a> {
    table: &'a Table<'a>,
    row: &'a Row,
}

impl RowReader<'_> {
    fn text(&self, field: &Field) -> String {
        self.table.text(self.row, field)
    }

    fn report(&self, field: &Field, problem: Problem, out: &mut Collector) {
        let column = self.table.plan.column(field);
        out.add(problem, self.table.at(self.row.number, column));
    }

    fn id(&self, field: &Field, out: &mut Collector) -> Option<NodeId> {
        let Some(cell) = self.table.cell(self.row, field) else {
            let header = field.header().to_owned();
            self.report(field, Problem::EmptyCell { header }, out);
            return None;
        };
        let text = cell::code(cell).unwrap_or_else(|| cell.shown());
        let id = NodeId::new(&text).ok();
        if id.is_none() {
            let text = shortened(&text);
            self.report(field, Problem::BadId { text }, out);
        }
        id
    }

    fn number(&self, field: &Field, out: &mut Collector) -> Option<f64> {
        let Some(cell) = self.table.cell(self.row, field) else {
            let header = field.header().to_owned();
            self.report(field, Problem::EmptyCell { header }, out);
            return None;
        };
        match cell::parse(cell) {
            Ok(cell::Parsed::Bare(x)) => Some(x),
            // A weight of 35% is 0.35, whatever the siblings say.
            Ok(cell::Parsed::Percent(x)) => Some(x / 100.0),
            _ => {
                let text = shortened(&cell.shown());
                self.report(field, Problem::BadWeight { text }, out);
                None
            }
        }
    }

    fn word<T: Copy>(
        &self,
        field: &Field,
        words: &[(T, &[&str])],
        out: &mut Collector,
    ) -> Option<T> {
        let text = half_width(&self.text(field)).to_ascii_lowercase();
        let found = words.iter().find(|(_, w)| w.contains(&text.as_str()));
        if found.is_none() {
            let first = words.iter().filter_map(|(_, w)| w.first().copied());
            let allowed: Vec<&str> = first.filter(|w| !w.is_empty()).collect();
            let problem = Problem::UnknownWord {
                text: shortened(&text),
                allowed: allowed.join("、"),
            };
            self.report(field, problem, out);
        }
        found.map(|(value, _)| *value)
    }

    fn indicator(&self, out: &mut Collector) -> Option<Indicator> {
        // Read everything first, so that all problems of a row show at once.
        let direction = self.word(&Field::Direction, DIRECTIONS, out);
        let measure = self.word(&Field::Measure, MEASURES, out);
        let transformation = self.word(&Field::Transformation, TRANSFORMATIONS, out);
        let frequency = self.word(&Field::Frequency, FREQUENCIES, out);
        let goalposts = self.goalposts(out);
        Some(Indicator {
            direction: direction?,
            measure: measure?,
            goalposts: goalposts?,
            transformation: transformation?,
            numerator: self.text(&Field::Numerator),
            denominator: self.text(&Field::Denominator),
            source: self.text(&Field::Source),
            frequency: frequency?,
            office: self.text(&Field::Office),
        })
    }

    /// `Some(None)` when both are blank, `None` when they are no goalposts.
    fn goalposts(&self, out: &mut Collector) -> Option<Option<Goalposts>> {
        let (lower, upper) = (self.text(&Field::Lower), self.text(&Field::Upper));
        if lower.is_empty() && upper.is_empty() {
            return Some(None);
        }
        let number = |text: &str| cell::parse_number(&half_width(text).replace('%', "")).ok();
        let posts = number(&lower)
            .zip(number(&upper))
            .and_then(|(lower, upper)| Goalposts::new(lower, upper).ok());
        if posts.is_none() {
            let problem = Problem::BadGoalposts {
                lower: shortened(&lower),
                upper: shortened(&upper),
            };
            self.report(&Field::Lower, problem, out);
        }
        posts.map(Some)
    }
}

fn report(table: &Table<'_>, row_numbers: &[u32], error: &FrameworkError, out: &mut Collector) {
    let number = |row: usize| row_numbers.get(row).copied();
    let (row, field, problem) = match error {
        FrameworkError::DuplicateId { row, first_row, id } => (
            *row,
            Field::Id,
            Problem::DuplicateNode {
                id: id.to_string(),
                first_row: number(*first_row).unwrap_or_default(),
            },
        ),
        FrameworkError::UnknownParent { row, parent } => (
            *row,
            Field::Parent,
            Problem::UnknownParent {
                parent: parent.to_string(),
            },
        ),
        FrameworkError::Cycle { row, id } => {
            let id = id.to_string();
            (*row, Field::Parent, Problem::Cycle { id })
        }
        FrameworkError::BadWeight { row, weight } => {
            let text = weight.to_string();
            (*row, Field::Weight, Problem::BadWeight { text })
        }
        FrameworkError::ZeroWeights { row, parent } => {
            let parent = parent.to_string();
            (*row, Field::Weight, Problem::ZeroWeights { parent })
        }
        FrameworkError::LeafWithoutIndicator { row, id } => {
            let id = id.to_string();
            (*row, Field::Direction, Problem::LeafWithoutIndicator { id })
        }
        FrameworkError::IndicatorWithChildren { row, id } => {
            let id = id.to_string();
            (
                *row,
                Field::Direction,
                Problem::IndicatorWithChildren { id },
            )
        }
        FrameworkError::Empty => (0, Field::Id, Problem::FrameworkEmpty),
    };
    let place = match number(row) {
        Some(row) => table.at(row, table.plan.column(&field)),
        None => table.at(table.plan.header_row, None),
    };
    out.add(problem, place);
}

//! The closed list of data problems and how bad each is.

use super::Severity;
use serde::{Deserialize, Serialize};

/// What can be wrong with data. Variants carry what the message shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    // ── files ──
    /// No bytes.
    EmptyFile,
    /// Larger than can be read safely.
    FileTooLarge {
        /// Megabytes allowed.
        limit_mb: u32,
    },
    /// The content is not of the kind the name says.
    NotASpreadsheet,
    /// Cut short or damaged.
    DamagedFile {
        /// The reader's words.
        detail: String,
    },
    /// Unpacks to far more than its size.
    DecompressionBomb {
        /// Megabytes allowed after unpacking.
        limit_mb: u32,
    },
    /// Text in no encoding that was tried.
    UnknownEncoding,
    /// Read as another encoding than UTF-8.
    ReadAsEncoding {
        /// Its name.
        encoding: String,
    },
    /// A sheet is hidden and was left out.
    HiddenSheet,
    /// A cell is longer than can be meant.
    CellTooLong {
        /// Characters found.
        n_chars: u64,
    },
    /// The value of a formula was read as last saved.
    FormulaCells {
        /// How many.
        count: u32,
    },
    /// A formula cell holds an error such as #DIV/0!.
    FormulaError {
        /// The error as shown.
        shown: String,
    },
    /// Merged cells; only the upper left one holds the value.
    MergedCells {
        /// The range.
        range: String,
    },

    // ── tables ──
    /// No sheet looks like a table that is known.
    NoKnownTable,
    /// A sheet was left out because its header is not known.
    UnknownSheet,
    /// Headers and nothing below in any table.
    NoRows,
    /// A header and nothing below; the other tables have rows.
    EmptyTable,
    /// A column that must be there is not.
    MissingColumn {
        /// Its header.
        header: String,
    },
    /// A column of the register before that the new register does not have.
    ColumnGone {
        /// Its header.
        header: String,
        /// Units that lose what stood in it.
        count: u32,
    },
    /// Two columns for the same thing.
    DuplicateColumn {
        /// The header.
        header: String,
    },
    /// A column nobody asked for; left out.
    UnknownColumn {
        /// Its header.
        header: String,
    },
    /// A cell that must not be empty is.
    EmptyCell {
        /// The column's header.
        header: String,
    },
    /// A text is not one of the words allowed.
    UnknownWord {
        /// The text.
        text: String,
        /// The words allowed.
        allowed: String,
    },
    /// Not a valid code or id.
    BadId {
        /// The text.
        text: String,
    },
    /// A code came as a number and may have lost digits.
    CodeAsNumber {
        /// As read.
        text: String,
    },

    /// A second table of a kind of which there can be only one.
    SecondTable,
    /// Values without any framework to read them by.
    NoFramework,
    /// Values without any register of units.
    NoRegister,
    /// More findings of the same kind in the same sheet.
    MoreLikeThis {
        /// How many.
        count: u32,
        /// Of what severity.
        severity: Severity,
    },

    // ── register ──
    /// The same unit twice.
    DuplicateUnit {
        /// Its code.
        code: String,
        /// Row of the first.
        first_row: u32,
    },
    /// The body type given contradicts the code.
    BodyTypeDiffers {
        /// The unit's code.
        code: String,
    },

    // ── framework ──
    /// No indicator in the framework.
    FrameworkEmpty,
    /// The same node twice.
    DuplicateNode {
        /// Its id.
        id: String,
        /// Row of the first.
        first_row: u32,
    },
    /// Parent not in the table.
    UnknownParent {
        /// The parent named.
        parent: String,
    },
    /// A node is its own ancestor.
    Cycle {
        /// Its id.
        id: String,
    },
    /// Weight is no finite number ≥ 0.
    BadWeight {
        /// As read.
        text: String,
    },
    /// All weights under a parent are 0.
    ZeroWeights {
        /// The parent.
        parent: String,
    },
    /// Goalposts equal, reversed or one missing.
    BadGoalposts {
        /// Lower, as read.
        lower: String,
        /// Upper, as read.
        upper: String,
    },
    /// A leaf without direction.
    LeafWithoutIndicator {
        /// Its id.
        id: String,
    },
    /// An indicator with children.
    IndicatorWithChildren {
        /// Its id.
        id: String,
    },

    // ── values ──
    /// Not a number and not a word for missing or not applicable.
    NotANumber {
        /// The text.
        text: String,
    },
    /// NaN, infinite or beyond double precision.
    NotFinite {
        /// The text.
        text: String,
    },
    /// Outside what the measure allows.
    OutOfRange {
        /// The value.
        value: f64,
        /// Lowest.
        lowest: f64,
        /// Highest.
        highest: f64,
    },
    /// Value for a unit not in the register.
    UnknownUnit {
        /// The code.
        code: String,
    },
    /// Value for an indicator not in the framework.
    UnknownIndicator {
        /// The id or name.
        id: String,
    },
    /// Two values for the same unit, indicator and period.
    DuplicateValue {
        /// Row of the first.
        first_row: u32,
    },
    /// Numerator without denominator, or the reverse.
    HalfRatio,
    /// Numerator or denominator below 0.
    NegativeCount {
        /// The count.
        value: f64,
    },
    /// Numerator above denominator where the measure is a share of a whole.
    RatioAboveOne {
        /// Numerator.
        numerator: f64,
        /// Denominator.
        denominator: f64,
    },
    /// Value and ratio in the same row disagree.
    ValueAndRatioDiffer {
        /// Value given.
        value: f64,
        /// Value from the ratio.
        derived: f64,
    },
    /// A whole column of a percentage was given as shares 0–1.
    SharesReadAsPercent {
        /// How many cells.
        count: u32,
    },
    /// A value below 1 in a percentage column that otherwise has values above 1.
    AmbiguousPercent {
        /// As read, in percent.
        value: f64,
    },
    /// A standard error below 0.
    NegativeStandardError {
        /// As read.
        value: f64,
    },
    /// A day that cannot be read.
    BadDate {
        /// The text.
        text: String,
    },

    // ── public evaluation ──
    /// A count of people that is not whole.
    NotWhole {
        /// As read.
        value: f64,
    },
    /// More of one thing than of what it is part of.
    CountAbove {
        /// The count.
        count: u64,
        /// Header of what it must not exceed.
        header: String,
        /// That number.
        limit: u64,
    },
    /// The same sample twice, differently.
    SampleDiffers {
        /// Header of the column.
        header: String,
        /// Row of the first.
        first_row: u32,
    },
    /// A question the specification does not have; its counts are kept unused.
    UnknownQuestion {
        /// The question.
        text: String,
    },
    /// An answer the question does not have; villages with it get no value.
    UnknownAnswer {
        /// The question.
        question: String,
        /// The answer.
        text: String,
    },
    /// A group without a population share; left out of village values.
    GroupWithoutShare {
        /// The group.
        text: String,
    },
    /// Groups were asked, but what share of the people each is was not told.
    NoPopulationShares,
    /// A group with a share in the population has no valid answers.
    EmptyGroup {
        /// The group.
        text: String,
    },
    /// A supplied value differs from the one that the counts give.
    SurveyDiffers {
        /// As supplied.
        value: f64,
        /// From the counts.
        derived: f64,
    },

    /// A supplied value differs from the one that a ledger gives.
    LedgerDiffers {
        /// As supplied.
        value: f64,
        /// From the ledger.
        derived: f64,
    },
    /// Supplied as not applicable, though a ledger gives a value.
    LedgerApplies {
        /// From the ledger.
        derived: f64,
    },

    // ── checks on the whole frame ──
    /// Too little of the data is there: score but no grade.
    LowCoverage {
        /// Cells with a value.
        present: u32,
        /// Cells that should have one.
        applicable: u32,
        /// The floor, 0–1.
        floor: f64,
    },
    /// An indicator is the same for every unit.
    ConstantIndicator {
        /// The value.
        value: f64,
    },
    /// An indicator has no value at all.
    EmptyIndicator,
    /// Many cells of an indicator are missing.
    SparseIndicator {
        /// Cells missing.
        missing: u32,
        /// Cells that should have a value.
        applicable: u32,
    },
    /// Two units report the same values throughout.
    CopiedRow {
        /// Code of the other unit.
        other: String,
        /// How many values are the same.
        n_values: u32,
    },
    /// All of a unit's values are round numbers.
    RoundNumbers {
        /// How many values.
        n_values: u32,
    },
    /// All of a unit's values are the best possible.
    AllBest {
        /// How many values.
        n_values: u32,
    },
    /// A rate rests on few cases.
    SmallDenominator {
        /// How many cases.
        denominator: f64,
    },
    /// A value beyond a goalpost counts as the goalpost.
    BeyondGoalposts {
        /// How many units.
        count: u32,
    },
    /// The indicator has no goalposts but the method needs them.
    NoGoalposts,
    /// The declared transformation does not exist for the value.
    NoTransformation {
        /// The value.
        value: f64,
    },

    // ── steps of the computation ──
    /// Values could not be divided and became missing.
    NoDenominator {
        /// How many.
        count: u32,
    },
    /// A unit left for too few values.
    ScreenedForGaps {
        /// Cells with a value.
        present: u32,
        /// Cells that should have one.
        applicable: u32,
    },
    /// A unit left for too many zeros.
    ScreenedForZeros {
        /// Values that are 0.
        zeros: u32,
        /// Cells with a value.
        present: u32,
    },
    /// A unit left because the specification names it.
    ScreenedByHand,
    /// Missing cells were filled.
    Imputed {
        /// How many.
        count: u32,
    },
    /// Missing cells stay missing for want of values to fill them from.
    NoDonors {
        /// How many.
        count: u32,
    },
    /// Iterative imputation did not settle.
    NotConverged {
        /// Rounds run.
        rounds: u32,
    },
    /// Extremes were replaced by their neighbours.
    Winsorised {
        /// How many values.
        count: u32,
    },
    /// A column was transformed.
    Transformed,
    /// A column is still skewed after treatment.
    StillSkewed {
        /// Skewness left.
        skewness: f64,
        /// Excess kurtosis left.
        kurtosis: f64,
    },
    /// A transformation would not help and was not applied.
    TransformationWorse {
        /// Skewness without it.
        before: f64,
        /// Skewness with it.
        after: f64,
    },
    /// The logarithm of the Global Innovation Index needs `max · factor > 1`.
    NoGiiLog,
    /// Scores of the indicator do not run from 0 to the scale.
    OffScale,
    /// A score of what people said tells where all of them answered alike.
    ExactScores {
        /// The goalposts that reach beyond the bounds; `None` where another method than
        /// clamped goalposts is chosen.
        goalposts: Option<(f64, f64)>,
        /// Between which values are told.
        bounds: (f64, f64),
    },
    /// The reference unit has no value, or the reference is not better than the
    /// worst value.
    NoReference,
    /// The method needs values ≥ 0, not all 0.
    NeedsPositive {
        /// The least value.
        value: f64,
    },
    /// Units whose mean was taken over fewer children, the weights renormalised.
    Reweighted {
        /// How many.
        count: u32,
    },
    /// Units without this mean, because a child scores below 0.
    BelowZero {
        /// How many.
        count: u32,
    },
}

impl Problem {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::MoreLikeThis { severity, .. } => *severity,
            Self::ReadAsEncoding { .. }
            | Self::HiddenSheet
            | Self::EmptyTable
            | Self::FormulaCells { .. }
            | Self::MergedCells { .. }
            | Self::UnknownSheet
            | Self::UnknownColumn { .. }
            | Self::SparseIndicator { .. }
            | Self::SmallDenominator { .. }
            | Self::Imputed { .. }
            | Self::Winsorised { .. }
            | Self::Transformed
            | Self::Reweighted { .. }
            | Self::BeyondGoalposts { .. } => Severity::Note,
            Self::ColumnGone { .. }
            | Self::BodyTypeDiffers { .. }
            | Self::AmbiguousPercent { .. }
            | Self::SharesReadAsPercent { .. }
            | Self::UnknownQuestion { .. }
            | Self::UnknownAnswer { .. }
            | Self::GroupWithoutShare { .. }
            | Self::NoPopulationShares
            | Self::EmptyGroup { .. }
            | Self::SurveyDiffers { .. }
            | Self::LedgerDiffers { .. }
            | Self::LedgerApplies { .. }
            | Self::LowCoverage { .. }
            | Self::ConstantIndicator { .. }
            | Self::EmptyIndicator
            | Self::CopiedRow { .. }
            | Self::RoundNumbers { .. }
            | Self::AllBest { .. }
            | Self::NoTransformation { .. }
            | Self::NoDenominator { .. }
            | Self::ScreenedForGaps { .. }
            | Self::ScreenedForZeros { .. }
            | Self::ScreenedByHand
            | Self::NoDonors { .. }
            | Self::NotConverged { .. }
            | Self::StillSkewed { .. }
            | Self::TransformationWorse { .. }
            | Self::NoGiiLog
            | Self::OffScale
            | Self::ExactScores { .. }
            | Self::BelowZero { .. } => Severity::Warning,
            _ => Severity::Blocking,
        }
    }
}

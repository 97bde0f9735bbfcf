//! English.

use crate::finding::Problem;

pub(super) fn message(problem: &Problem) -> String {
    match problem {
        Problem::EmptyFile => "The file is empty".into(),
        Problem::FileTooLarge { limit_mb } => format!("The file is larger than {limit_mb} MB"),
        Problem::NotASpreadsheet => "The content is not a table (CSV, XLSX or XLS)".into(),
        Problem::DamagedFile { detail } => format!("The file is incomplete or damaged: {detail}"),
        Problem::DecompressionBomb { limit_mb } => {
            format!("The file unpacks to more than {limit_mb} MB and was not read")
        }
        Problem::UnknownEncoding => "The text is neither UTF-8 nor GB18030".into(),
        Problem::ReadAsEncoding { encoding } => format!("Read as {encoding}"),
        Problem::HiddenSheet => "A hidden sheet was left out".into(),
        Problem::CellTooLong { n_chars } => {
            format!("The cell has {n_chars} characters, more than spreadsheets allow")
        }
        Problem::FormulaCells { count } => format!("{count} formula cells were read as last saved"),
        Problem::FormulaError { shown } => format!("The formula shows the error {shown}"),
        Problem::MergedCells { range } => {
            format!("Merged cells {range}; only the upper left one holds the content")
        }
        Problem::NoKnownTable => "No known table was found".into(),
        Problem::UnknownSheet => "Not recognised as a table and left out".into(),
        Problem::EmptyTable => "A header without data; left out".into(),
        Problem::NoRows => "There is a header but no data".into(),
        Problem::MissingColumn { header } => format!("The column “{header}” is missing"),
        Problem::ColumnGone { header, count } => format!(
            "The register before has “{header}”, the new one does not; {count} villages lose it"
        ),
        Problem::DuplicateColumn { header } => format!("The column “{header}” is mapped twice"),
        Problem::UnknownColumn { header } => format!("The column “{header}” was left out"),
        Problem::EmptyCell { header } => format!("“{header}” must not be blank"),
        Problem::UnknownWord { text, allowed } => format!("“{text}” is not one of: {allowed}"),
        Problem::BadId { text } => format!("“{text}” cannot be used as a code or id"),
        Problem::CodeAsNumber { text } => {
            format!("The code “{text}” is a number and may have lost digits")
        }
        Problem::SecondTable => "There are two tables of this kind".into(),
        Problem::NoFramework => "There is no framework to read the values by".into(),
        Problem::NoRegister => "There is no register of units".into(),
        Problem::MoreLikeThis { count, .. } => format!("{count} more of the same kind"),
        Problem::DuplicateUnit { code, first_row } => {
            format!("The code {code} is repeated; it first stands in row {first_row}")
        }
        Problem::BodyTypeDiffers { code } => {
            format!("The body type contradicts digits 10–12 of {code}")
        }
        Problem::FrameworkEmpty => "The framework has no indicators".into(),
        Problem::DuplicateNode { id, first_row } => {
            format!("The id {id} is repeated; it first stands in row {first_row}")
        }
        Problem::UnknownParent { parent } => format!("The parent {parent} does not exist"),
        Problem::Cycle { id } => format!("{id} is its own ancestor"),
        Problem::BadWeight { text } => format!("The weight “{text}” is not a number ≥ 0"),
        Problem::ZeroWeights { parent } => format!("The weights under {parent} sum to 0"),
        Problem::BadGoalposts { lower, upper } => {
            format!("“{lower}” and “{upper}” are no interval")
        }
        Problem::LeafWithoutIndicator { id } => {
            format!("{id} has neither children nor a direction")
        }
        Problem::IndicatorWithChildren { id } => format!("{id} has a direction but also children"),
        Problem::NotANumber { text } => format!("“{text}” is not a number"),
        Problem::NotFinite { text } => format!("“{text}” is not a finite number"),
        Problem::OutOfRange {
            value,
            lowest,
            highest,
        } => format!("{value} is outside {lowest}–{highest}"),
        Problem::UnknownUnit { code } => format!("The code {code} is not in the register"),
        Problem::UnknownIndicator { id } => format!("“{id}” is not in the framework"),
        Problem::DuplicateValue { first_row } => {
            format!("The same unit, indicator and period again; first in row {first_row}")
        }
        Problem::HalfRatio => "Only one of numerator and denominator is given".into(),
        Problem::NegativeCount { value } => format!("The count {value} is below 0"),
        Problem::RatioAboveOne {
            numerator,
            denominator,
        } => format!("The numerator {numerator} exceeds the denominator {denominator}"),
        Problem::ValueAndRatioDiffer { value, derived } => {
            format!("The value {value} differs from {derived} computed from the ratio")
        }
        Problem::SharesReadAsPercent { count } => {
            format!("All {count} numbers lie between 0 and 1 and were multiplied by 100")
        }
        Problem::AmbiguousPercent { value } => {
            format!("{value} was read as {value}%, not as a share")
        }
        Problem::NegativeStandardError { value } => {
            format!("The standard error {value} is below 0")
        }
        Problem::BadDate { text } => format!("“{text}” is not a date"),
        Problem::NotWhole { value } => format!("{value} is not a whole number of people"),
        Problem::CountAbove {
            count,
            header,
            limit,
        } => format!("{count} is more than the {limit} of “{header}”"),
        Problem::SampleDiffers { header, first_row } => {
            format!("“{header}” of the same group differs from row {first_row}")
        }
        Problem::UnknownQuestion { text } => {
            format!("The question “{text}” is not in the specification; its counts are not used")
        }
        Problem::UnknownAnswer { question, text } => {
            format!("“{question}” has no answer “{text}”; villages with it get no value")
        }
        Problem::GroupWithoutShare { text } => {
            format!("The group “{text}” has no population share and is left out")
        }
        Problem::NoPopulationShares => {
            "The population shares of the groups are not given: group results only, no village value"
                .into()
        }
        Problem::EmptyGroup { text } => {
            format!("The group “{text}” has no valid answers: no village value from groups")
        }
        Problem::SurveyDiffers { value, derived } => {
            let derived = super::bound(*derived);
            format!("The value {value} differs from {derived} computed from the survey counts")
        }
        Problem::LedgerDiffers { value, derived } => {
            let derived = super::bound(*derived);
            format!("The value {value} differs from {derived} computed from the ledger")
        }
        Problem::LedgerApplies { derived } => {
            let derived = super::bound(*derived);
            format!("Supplied as not applicable, though the ledger gives {derived}")
        }
        Problem::LowCoverage {
            present,
            applicable,
            floor,
        } => format!(
            "{present} of {applicable} values are there, below the floor of {:.0}%: no grade",
            floor * 100.0
        ),
        Problem::ConstantIndicator { value } => {
            format!("The value is {value} for every unit and tells none apart")
        }
        Problem::EmptyIndicator => "There is no value at all".into(),
        Problem::SparseIndicator {
            missing,
            applicable,
        } => format!("{missing} of {applicable} values are missing"),
        Problem::CopiedRow { other, n_values } => {
            format!("All {n_values} values equal those of {other}")
        }
        Problem::RoundNumbers { n_values } => {
            format!("All {n_values} directly reported values are multiples of 5")
        }
        Problem::AllBest { n_values } => format!("All {n_values} values are the best possible"),
        Problem::SmallDenominator { denominator } => {
            format!("The denominator is only {denominator}; the rate is volatile")
        }
        Problem::BeyondGoalposts { count } => {
            format!("{count} units lie beyond the goalposts and count as the goalpost")
        }
        Problem::NoGoalposts => "There are no goalposts to normalise by".into(),
        Problem::NoTransformation { value } => {
            format!("{value} has no logarithm and counts as missing")
        }
        Problem::NoDenominator { count } => {
            format!("{count} values have no divisor above 0 and count as missing")
        }
        Problem::ScreenedForGaps {
            present,
            applicable,
        } => format!("Screened out: only {present} of {applicable} values are there"),
        Problem::ScreenedForZeros { zeros, present } => {
            format!("Screened out: {zeros} of {present} values are 0")
        }
        Problem::ScreenedByHand => "Screened out by the specification".into(),
        Problem::Imputed { count } => format!("{count} missing values were imputed"),
        Problem::NoDonors { count } => {
            format!("{count} values stay missing: there is nothing to impute them from")
        }
        Problem::NotConverged { rounds } => {
            format!("The imputation had not converged after {rounds} rounds")
        }
        Problem::Winsorised { count } => format!("{count} extreme values were winsorised"),
        Problem::Transformed => "The values were transformed for their skewness".into(),
        Problem::StillSkewed { skewness, kurtosis } => format!(
            "Still skewed after treatment: skewness {skewness:.2}, excess kurtosis {kurtosis:.2}"
        ),
        Problem::TransformationWorse { before, after } => format!(
            "The transformation was not applied: it would bring the skewness from {before:.2} \
             to {after:.2}"
        ),
        Problem::NoGiiLog => "The GII logarithm needs max × factor above 1".into(),
        Problem::OffScale => "These scores do not run from 0 to the scale".into(),
        Problem::ExactScores {
            goalposts: Some((l, u)),
            bounds: (from, to),
        } => format!(
            "The goalposts {l}–{u} reach beyond {from}–{to}: a score tells that a whole village answered alike, where the value is told as a bound"
        ),
        Problem::ExactScores { .. } => "From what people said, and scores of this normalisation lead back to values: one tells that a whole village answered alike".into(),
        Problem::NoReference => "The reference is missing or no better than the worst value".into(),
        Problem::NeedsPositive { value } => {
            format!("The method needs values ≥ 0, not all 0; the least is {value}")
        }
        Problem::Reweighted { count } => {
            format!("{count} units lack some of these scores; the other weights were renormalised")
        }
        Problem::BelowZero { count } => {
            format!("{count} units have a score below 0, for which this mean does not exist")
        }
    }
}

pub(super) fn hint(problem: &Problem) -> &'static str {
    match problem {
        Problem::EmptyFile => "Check whether this is the right file",
        Problem::FileTooLarge { .. } => "Split it and import the parts",
        Problem::NotASpreadsheet => "Open it in a spreadsheet program and save as XLSX or CSV",
        Problem::DamagedFile { .. } => "Export or download it again; remove a password first",
        Problem::DecompressionBomb { .. } => "This is usually not a genuine spreadsheet",
        Problem::UnknownEncoding => "Save as CSV in UTF-8, or choose the encoding",
        Problem::ReadAsEncoding { .. } => "Check in the preview that characters look right",
        Problem::HiddenSheet => "Unhide it if it should be imported",
        Problem::CellTooLong { .. } => "Check for an unclosed quote or a misplaced paste",
        Problem::FormulaCells { .. } => "Make sure the file was recalculated before saving",
        Problem::FormulaError { .. } => "Correct the formula or enter the value",
        Problem::MergedCells { .. } => "Unmerge cells among the data",
        Problem::NoKnownTable => {
            "The header needs columns such as 村代码 (code); compare the template"
        }
        Problem::UnknownSheet => "Choose its kind and columns if it should be read",
        Problem::EmptyTable => "Nothing to do unless the table is needed",
        Problem::NoRows => "Fill in rows below the header",
        Problem::MissingColumn { .. } => "Add it, or choose it in the mapping",
        Problem::ColumnGone { .. } => "Add the column to the new register if it is needed",
        Problem::DuplicateColumn { .. } => "Keep one and leave the others out",
        Problem::UnknownColumn { .. } => "Choose it in the mapping if it is needed",
        Problem::EmptyCell { .. } => "Fill in the cell",
        Problem::UnknownWord { .. } => "Use one of the words listed",
        Problem::BadId { .. } => "1–64 characters without line breaks",
        Problem::CodeAsNumber { .. } => "Format the column as text and enter it again",
        Problem::SecondTable => "There can be only one register and one framework",
        Problem::NoFramework => "Import a framework first, or use the default scheme",
        Problem::NoRegister => "Import a register first, or add a name column to the values",
        Problem::MoreLikeThis { .. } => "Correct those listed, then import again",
        Problem::DuplicateUnit { .. } => "Remove or correct one of the rows",
        Problem::BodyTypeDiffers { .. } => "The type given is used; please verify",
        Problem::FrameworkEmpty => "At least one row needs a direction and a measure",
        Problem::DuplicateNode { .. } => "Ids must be unique in the table",
        Problem::UnknownParent { .. } => "Correct the parent, or add its row",
        Problem::Cycle { .. } => "Correct the parents so that they lead to the top",
        Problem::BadWeight { .. } => "Enter 0 or a positive number; only proportions count",
        Problem::ZeroWeights { .. } => "Give at least one child a positive weight",
        Problem::BadGoalposts { .. } => "Lower must be below upper; direction has its own column",
        Problem::LeafWithoutIndicator { .. } => "Give it a direction and a measure, or children",
        Problem::IndicatorWithChildren { .. } => "Rows with children have no direction",
        Problem::NotANumber { .. } => {
            "Enter a number; leave blank if missing, 不适用 if not applicable"
        }
        Problem::NotFinite { .. } => "Enter the actual value, or leave it blank",
        Problem::OutOfRange { .. } => "Check the value and its unit of measure",
        Problem::UnknownUnit { .. } => "Correct the code, or update the register first",
        Problem::UnknownIndicator { .. } => "Correct the id or name",
        Problem::DuplicateValue { .. } => "Keep one of the values",
        Problem::HalfRatio => "Give both or neither",
        Problem::NegativeCount { .. } => "Check the value",
        Problem::RatioAboveOne { .. } => "Check whether they are swapped",
        Problem::ValueAndRatioDiffer { .. } => "Verify and keep the right one",
        Problem::SharesReadAsPercent { .. } => {
            "If they are meant as fractions of a percent, add a % sign"
        }
        Problem::AmbiguousPercent { .. } => "If a share is meant, write it with a % sign",
        Problem::NegativeStandardError { .. } => {
            "Enter it in the measure of its value, or leave it blank"
        }
        Problem::BadDate { .. } => "Write 2026-06-30",
        Problem::NotWhole { .. } => "Enter a whole number",
        Problem::CountAbove { .. } => "Check both numbers",
        Problem::SampleDiffers { .. } => "Give it once, or the same everywhere",
        Problem::UnknownQuestion { .. } | Problem::UnknownAnswer { .. } => {
            "Correct the wording, or add it under survey.questions"
        }
        Problem::GroupWithoutShare { .. } => "Add its share under survey.shares",
        Problem::NoPopulationShares => {
            "Give survey.shares or the size of every group, or sample households at random"
        }
        Problem::EmptyGroup { .. } => "Ask the group, or correct its share",
        Problem::LedgerDiffers { .. }
        | Problem::LedgerApplies { .. }
        | Problem::SurveyDiffers { .. } => "The supplied value was kept; verify which is right",
        Problem::LowCoverage { .. } => "Supply the missing values",
        Problem::ConstantIndicator { .. } => "Verify that the data is genuine",
        Problem::EmptyIndicator => "Supply data, or set its weight to 0",
        Problem::SparseIndicator { .. } => "Scores depend more on the other indicators",
        Problem::CopiedRow { .. } => "Verify whether it was copied; people decide",
        Problem::RoundNumbers { .. } => "Verify whether they are estimates; people decide",
        Problem::AllBest { .. } => "Check source records; people decide",
        Problem::SmallDenominator { .. } => "Keep this in mind when comparing",
        Problem::BeyondGoalposts { .. } => "If there are many, consider moving the goalposts",
        Problem::NoGoalposts => "Supply goalposts, or choose min–max",
        Problem::NoTransformation { .. } => "Check the value",
        Problem::NoDenominator { .. } => "Supply the population or the divisor",
        Problem::ScreenedForGaps { .. } | Problem::ScreenedForZeros { .. } => {
            "Supply data, or list the code under screen.keep"
        }
        Problem::ScreenedByHand => "Remove the code from screen.drop to keep it",
        Problem::Imputed { .. } => "Imputed values never count towards coverage",
        Problem::NoDonors { .. } => "Supply data, or choose another method",
        Problem::NotConverged { .. } => "Allow more rounds, or choose a simpler method",
        Problem::Winsorised { .. } => "See the treatment ledger for each of them",
        Problem::Transformed => "See the treatment ledger for the formula",
        Problem::StillSkewed { .. } => "Look at the distribution; consider another treatment",
        Problem::TransformationWorse { .. } => "The values were left as they were",
        Problem::NoGiiLog => "Set a larger factor; the values were left as they were",
        Problem::OffScale => "Bands and goalposts of other indicators may not compare",
        Problem::ExactScores { .. } => {
            "Normalise by clamped goalposts within the inner nine tenths of the scale (5–95 of 0–100)"
        }
        Problem::NoReference => "Choose another reference unit or target",
        Problem::NeedsPositive { .. } => "Choose another normalisation for this indicator",
        Problem::Reweighted { .. } => "A village's page shows the weights that were applied",
        Problem::BelowZero { .. } => "Choose a normalisation from 0, or an arithmetic mean",
    }
}

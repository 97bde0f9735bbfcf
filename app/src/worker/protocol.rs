//! What page and worker say to each other. Every answer carries the revision it
//! belongs to, so that a late one can be told from the present.

pub use super::results::{Loaded, Results};
use super::robust::{Job, Said};
use super::sign_off::Deed;
use crate::bidi::isolated;
use crate::state::catalogue::Catalogue;
use crate::state::persist::PersistError;
use crate::state::project::Scenario;
use dhi_engine::frame::Correction;
use dhi_engine::framework::Language;
use dhi_engine::ids::Period;
use dhi_engine::input::{Encoding, SheetPlan, Summary};
use dhi_engine::uncertainty::Line;
use serde::{Deserialize, Serialize};

/// Counts up with every dataset, period or spec that is loaded.
pub type Revision = u64;

/// What the name of a project's file says where causes of holds are withheld in it.
pub const WITHOUT_CAUSES: &str = "-不含暂缓原因-without-causes";

/// What the page asks.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Generate the demonstration and send it back.
    Demonstrate,
    /// Open a project file; or, where the head is known, a dataset record.
    Open {
        /// Head record, where it was kept apart.
        head: Option<String>,
        /// The file or the record.
        text: String,
        /// Records of 整改销号, where they were kept apart.
        ledger: String,
    },
    /// Write a dataset as a record.
    Record {
        /// Its number.
        dataset: u64,
    },
    /// Write a project file and hand it over.
    Save {
        /// Name of the file.
        name: String,
        /// Head record.
        head: String,
        /// Number of the dataset.
        dataset: u64,
        /// Number of the dataset the project began with.
        ledger: u64,
    },
    /// Take a dataset as the present data and compute it.
    Load {
        /// Its revision.
        revision: Revision,
        /// Number of the dataset.
        dataset: u64,
        /// By which number its records of 整改销号 go.
        ledger: u64,
        /// The day, as of which values follow from records.
        today: String,
        /// Numbers of the datasets that may be asked for again; others may go.
        kept: Vec<u64>,
        /// Period to compute.
        period: Period,
        /// Its specification as JSON.
        spec: String,
        /// Current weights.
        shares: Vec<f64>,
        /// Cells corrected by hand, in the order it was done.
        corrections: Vec<Correction>,
    },
    /// Compute with other weights.
    Evaluate {
        /// Revision of the data meant.
        revision: Revision,
        /// Share of every node.
        shares: Vec<f64>,
        /// First place of the ranking and number of places that are enough.
        places: Option<[u32; 2]>,
    },
    /// Write about a topic.
    Write {
        /// Revision of the data meant.
        revision: Revision,
        /// The topic.
        topic: Topic,
        /// How it will be shown.
        look: Look,
        /// What exactly is asked; empty for most topics.
        about: About,
    },
    /// Read another specification, without taking it.
    TrySpec {
        /// Revision of the data meant.
        revision: Revision,
        /// What for.
        wish: Wish,
        /// The specification as JSON.
        json: String,
        /// Current weights.
        shares: Vec<f64>,
    },
    /// Say how far ranks could have been others; a newer job ends an older one.
    Robust(Job),
    /// Write why one unit's rank could be another, with its position.
    Why(Job, u32),
    /// Read files into cells and propose what they hold.
    Decode {
        /// Name and bytes of each file.
        files: Vec<(String, Vec<u8>)>,
        /// Encoding of text, where the user chose one.
        encoding: Option<Encoding>,
    },
    /// Read the decoded files by these plans.
    Read {
        /// How each sheet is read.
        plans: Vec<SheetPlan>,
        /// Period of tables that do not say.
        period: Period,
    },
    /// Make the import template.
    Template {
        /// Language of the instructions.
        language: Language,
        /// Whether as CSV instead of a workbook.
        as_csv: bool,
    },
    /// Write decisions as CSV.
    Decisions {
        /// Head record of the project.
        head: String,
        /// Language of the words.
        language: Language,
        /// First lines.
        preface: Vec<String>,
    },
    /// Write the corrections of the present data as CSV.
    Corrections {
        /// Language of the words.
        language: Language,
        /// First lines.
        preface: Vec<String>,
    },
    /// Write the present results as CSV at full precision.
    Export {
        /// Language of the heads and grades.
        language: Language,
        /// First lines, such as the mark of fictitious data and what was asked for.
        preface: Vec<String>,
        /// Letters of the columns, in the order shown.
        columns: String,
        /// Villages in the order shown.
        units: Vec<u32>,
        /// As a workbook instead of CSV.
        as_xlsx: bool,
    },
    /// Do something with the records of 整改销号, and show them.
    SignOff(Deed),
    /// Score every period with the present weights.
    Past(Revision),
    /// Do something in the editor of the framework, and show it.
    Tree {
        /// Revision of the data meant.
        revision: Revision,
        /// What is done.
        act: String,
        /// Texts of its form by name.
        fields: Vec<(String, String)>,
        /// Current weights.
        shares: Vec<f64>,
    },
}

/// What a specification is tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// To be shown in the form; it need not compute yet.
    Show,
    /// To be taken.
    Apply,
}

/// A specification that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Its JSON, with everything that was left out.
    pub json: String,
    /// Its digest.
    pub digest: String,
}

/// Why a specification was refused, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Path of the choice, such as `weigh.nodes.a1`; may be empty.
    pub place: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Refusal {
    /// In a language, its place first; neither turns what stands beside it.
    pub fn words(&self, language: Language) -> String {
        let words = match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        };
        let words = isolated(words);
        if self.place.is_empty() {
            words.into_owned()
        } else {
            [&isolated(&self.place), " · ", &*words].concat()
        }
    }
}

/// Why a request could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// It was about data that is no longer the present.
    Stale,
    /// The method does not fit the data.
    Refused(Refusal),
    /// Something that should not happen, for the console.
    Other(String),
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Other(reason)
    }
}

/// Something that the worker writes and the page shows as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Topic {
    /// Name, score, grade, ranks and remarks of a unit.
    Summary(u32),
    /// What its score is made of.
    Contributions(u32),
    /// Step by step from the median village of its class.
    Against(u32),
    /// Its score over the periods.
    Trend(u32),
    /// Its change since the period before.
    Since(u32),
    /// The explanation letter. The name is who reviews, how and by when; none or an empty
    /// one where that is to be confirmed.
    Letter(u32),
    /// Why its rank could be another.
    Why(u32),
    /// What its score is made of, in the room of a few rows.
    Parts(u32),
    /// Up to four units side by side; the rest is `u32::MAX`.
    Compare([u32; 4]),
    /// The coherence audit.
    Audit,
    /// The ranking without each part.
    LeaveOut,
    /// The method as a document.
    Method,
    /// Restrictions of a unit that its records of 整改销号 bring.
    Gates(u32),
    /// Findings of the run.
    Findings,
    /// How scores stand and are spread.
    Overview,
    /// The greatest changes since the period before.
    Movers,
    /// Whose side of the nomination line is open.
    Undetermined,
    /// How good the data is, and by which method all this was found.
    Quality,
    /// Weights that methods suggest. About the parent, or −1 for the whole tree.
    Suggest,
    /// Weights from judgements in pairs. About the parent and the judgements above
    /// the diagonal, row by row.
    Judge,
    /// The smallest change of weights that makes two units level. About the parent;
    /// the names are codes or names of the units.
    Flip,
    /// All weights of three parts: who leads where, or a village's rank. About the
    /// parent and whether it is the rank (1); the name is code or name of the village.
    Triangle,
    /// Scenarios side by side. About which of them, by place; the names are codes of
    /// villages to list.
    Beside,
    /// What every part does: its influence beside its weight, and the ranking without
    /// it.
    Influence,
    /// What terms mean.
    Terms,
    /// The framework being edited.
    Tree,
    /// The cell of a unit in a column, with its corrections.
    Cell(u32, u32),
    /// What a correction would change, with the number of the question. About unit and
    /// column; the name is the cell as typed.
    Trial(u32),
    /// All corrections.
    Corrections,
}

/// What exactly is asked about a topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Numbers; see [`Topic`]. Those left out take what is usual.
    pub numbers: Vec<f64>,
    /// Names.
    pub names: Vec<String>,
    /// The project's scenarios, for [`Topic::Beside`].
    pub scenarios: Vec<Scenario>,
    /// The nomination line, for [`Topic::Beside`].
    pub line: Option<Line>,
    /// Number of the dataset the project began with, for [`Topic::Gates`] and letters.
    pub ledger: u64,
    /// The day here, likewise.
    pub today: String,
}

impl Topic {
    /// Whether it is worked out only when somebody asks.
    pub fn is_on_demand(self) -> bool {
        matches!(
            self,
            Self::Since(_) | Self::Why(_) | Self::Audit | Self::LeaveOut
        )
    }
}

/// How something will be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Width in pixels.
    pub width: u32,
}

/// What was found in files, as a table in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Number of blocking findings, of warnings and of notes.
    pub counts: [u32; 3],
    /// The table.
    pub markup: [String; 2],
}

/// First rows of a sheet as text, for the preview.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// File name.
    pub file: String,
    /// Sheet name.
    pub sheet: String,
    /// Rows in the sheet.
    pub n_rows: u32,
    /// Row number and cells by column number.
    pub rows: Vec<(u32, Vec<(u32, String)>)>,
}

/// What the worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Response {
    /// The worker is there.
    Ready,
    /// The demonstration.
    Demonstration(Box<Catalogue>),
    /// A project was opened.
    Opened {
        /// Its head record.
        head: String,
        /// Its data.
        dataset: Box<Catalogue>,
        /// Its records of 整改销号.
        ledger: String,
        /// Whether the head was known before.
        is_restored: bool,
    },
    /// It was not, and why.
    NotOpened {
        /// Why.
        error: PersistError,
        /// Whether the head was known before.
        is_restored: bool,
    },
    /// A dataset as a record.
    Record {
        /// Its number.
        dataset: u64,
        /// The record.
        text: String,
    },
    /// Data was taken and computed.
    Loaded {
        /// Revision asked for.
        revision: Revision,
        /// What does not depend on weights.
        loaded: Box<Loaded>,
        /// Under the current weights.
        results: Box<Results>,
    },
    /// Data was taken but cannot be computed by its specification.
    NotLoaded {
        /// Revision asked for.
        revision: Revision,
        /// Why.
        refusal: Refusal,
    },
    /// A specification was tried.
    SpecTried {
        /// Revision of the data.
        revision: Revision,
        /// What for.
        wish: Wish,
        /// The specification, when it can be used.
        tried: Result<Tried, Refusal>,
    },
    /// A topic in Chinese and in English.
    Written {
        /// Revision of the data.
        revision: Revision,
        /// The topic.
        topic: Topic,
        /// Markup.
        markup: [String; 2],
    },
    /// Scores of all periods by period, then unit; NaN where there is none. Empty where
    /// a comparison makes no sense or takes too long.
    Past(Revision, Vec<f64>),
    /// 整改销号 as it is shown now.
    SignOff {
        /// Whose: the dataset the project began with.
        ledger: u64,
        /// Markup in Chinese and in English.
        markup: [String; 2],
        /// All records, where they changed.
        text: Option<String>,
        /// Whether scores or grades follow from them that are to be computed anew.
        is_fed: bool,
    },
    /// The editor of the framework.
    Tree {
        /// Revision of the data.
        revision: Revision,
        /// Markup in Chinese and in English.
        markup: [String; 2],
        /// The draft, to be gone on with later; empty for none.
        draft: String,
    },
    /// An edited framework was taken.
    TreeTaken {
        /// Revision of the data.
        revision: Revision,
        /// The data under it.
        dataset: Box<Catalogue>,
        /// Its digest.
        digest: String,
        /// Why.
        reason: String,
        /// What differs.
        changes: Vec<String>,
    },
    /// Results under other weights.
    Evaluated {
        /// Revision of the data.
        revision: Revision,
        /// The results.
        results: Box<Results>,
    },
    /// What is in sight under other weights.
    Glance {
        /// Revision of the data.
        revision: Revision,
        /// The first place.
        first: u32,
        /// The results; columns by place, not by unit.
        results: Box<Results>,
    },
    /// What a job has to say, with its number.
    Robust(u64, Said),
    /// Files read into cells.
    Decoded {
        /// Proposed plans, one per sheet.
        plans: Vec<SheetPlan>,
        /// First rows of each sheet, in the order of the plans.
        previews: Vec<Preview>,
        /// What was odd or wrong.
        found: Found,
    },
    /// Tables read.
    Read {
        /// The new dataset, unless something blocks.
        dataset: Option<Box<Catalogue>>,
        /// Its digest.
        digest: String,
        /// What would change.
        summary: Summary,
        /// What was found.
        found: Found,
        /// The same cell by cell, in Chinese and in English.
        changes: [String; 2],
    },
    /// A file to hand to the user.
    File {
        /// Its name.
        name: String,
        /// Its media type.
        kind: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// The request could not be done.
    Failed(Failure),
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::pipeline::{Inputs, run};
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;
    use dhi_engine::weigh::WeightSet;
    use serde::de::DeserializeOwned;

    fn sent<T: Serialize + DeserializeOwned>(message: &T) -> T {
        bincode::deserialize(&bincode::serialize(message).unwrap()).unwrap()
    }

    /// The codec is not self-describing: a type that skips or guesses fields
    /// would arrive as something else.
    #[test]
    fn what_is_sent_arrives() {
        let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let catalogue = Catalogue::of(1, &dataset);
        assert_eq!(sent(&catalogue), catalogue);
        let spec = Spec::default();
        let (_, observations) = dataset.latest().unwrap();
        let inputs = Inputs::new(dataset.units(), dataset.framework(), observations);
        let weights = WeightSet::from_framework(dataset.framework()).unwrap();
        let outcome = run(inputs, &weights, &spec).unwrap();
        assert_eq!(sent(&outcome.grades), outcome.grades);
        let table = "code,name,班子配备率\n1,a,95%\n";
        let workbook = dhi_engine::input::decode("a.csv", table.as_bytes(), None).workbook;
        let plans = dhi_engine::input::recognise(&[workbook], Some(dataset.framework()));
        assert_eq!(sent(&plans), plans);
    }
}

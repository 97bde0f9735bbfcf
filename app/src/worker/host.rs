//! The worker's side: holds the data and the evaluator, answers requests.

mod over_time;

use super::changes::Changes;
use super::decisions;
use super::export::shaped;
use super::files;
use super::present::{Given, Present, run};
use super::protocol::{Failure, Found, Look, Preview, Request, Response, Revision, Topic};
use super::robust::Known;
use super::shelf::Shelf;
use super::sign_off::Books;
use super::tree::Tree;
use crate::i18n::Told;
use crate::state::persist::PersistError;
use crate::written::{self, Scene, both, findings::found};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::finding::Finding;
use dhi_engine::frame::{Dataset, Standing, Units};
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::Period;
use dhi_engine::input::{self, SheetPlan, Workbook};
use dhi_engine::report;
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::{Spec, digest_of};
use gloo_worker::{HandlerId, Worker, WorkerScope};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a workbook is to a browser.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows shown in a preview.
const PREVIEW_ROWS: usize = 12;
/// Columns shown in it: a register and 30 indicators with numerators and denominators are
/// a third of them.
pub const PREVIEW_COLUMNS: usize = 200;

/// The engine's thread.
pub struct EngineWorker {
    present: Option<Present>,
    shelf: Shelf,
    /// Records of 整改销号.
    books: Books,
    /// The framework as it is being edited.
    tree: Tree,
    /// Files decoded and waiting to be read.
    workbooks: Vec<Workbook>,
    /// Number of the job that is wanted; 0 for none.
    job: Rc<Cell<u64>>,
    /// Counts questions about one unit and what makes them pointless.
    question: Rc<Cell<u64>>,
    /// What the last job found about the present weights.
    known: Rc<RefCell<Known>>,
}

impl Worker for EngineWorker {
    type Message = ();
    type Input = Request;
    type Output = Response;

    fn create(_scope: &WorkerScope<Self>) -> Self {
        Self {
            present: None,
            shelf: Shelf::default(),
            books: Books::default(),
            tree: Tree::default(),
            workbooks: Vec::new(),
            job: Rc::default(),
            question: Rc::default(),
            known: Rc::default(),
        }
    }

    fn connected(&mut self, scope: &WorkerScope<Self>, id: HandlerId) {
        scope.respond(id, Response::Ready);
    }

    fn update(&mut self, _scope: &WorkerScope<Self>, (): ()) {}

    fn received(&mut self, scope: &WorkerScope<Self>, request: Request, id: HandlerId) {
        let request = match request {
            Request::Robust(job) => {
                self.analyse(scope, job, id);
                return;
            }
            Request::Why(job, unit) => {
                self.explain(scope, job, unit, id);
                return;
            }
            Request::Write {
                revision,
                topic: Topic::Suggest,
                look,
                about,
            } => {
                self.suggest(scope, revision, (look, &about), id);
                return;
            }
            request => request,
        };
        if matches!(request, Request::Evaluate { .. } | Request::Load { .. }) {
            self.job.set(0);
            self.question.set(self.question.get() + 1);
            self.known.take();
        }
        let response = self.answer(request).unwrap_or_else(Response::Failed);
        scope.respond(id, response);
    }
}

impl EngineWorker {
    fn answer(&mut self, request: Request) -> Result<Response, Failure> {
        match request {
            Request::Demonstrate => {
                let dataset = generate(&default_scheme(), DemoOptions::default());
                let dataset = dataset.map_err(|e| e.to_string())?;
                Ok(Response::Demonstration(Box::new(self.shelf.put(dataset))))
            }
            Request::Open { head, text, ledger } => Ok(self.open(head, &text, &ledger)),
            Request::Record { dataset } => Ok(Response::Record {
                text: files::write(self.shelf.get(dataset)?.as_ref())?,
                dataset,
            }),
            Request::Save {
                name,
                head,
                dataset,
                ledger,
            } => {
                let dataset = self.shelf.get(dataset)?;
                let text = files::join(&head, &self.books.text_to_go(ledger)?, &dataset)?;
                Ok(Response::File {
                    name: self.books.file_name(ledger, name),
                    kind: "application/json".into(),
                    bytes: text.into_bytes(),
                })
            }
            Request::Load {
                revision,
                dataset,
                ledger,
                today,
                kept,
                period,
                spec,
                shares,
                corrections,
            } => {
                if self.shelf.is_draft(dataset) {
                    // The import is taken: the files it was read from have served.
                    self.workbooks = Vec::new();
                }
                self.tree.begin(dataset);
                let dataset = self.shelf.get(dataset)?;
                self.shelf.keep(&kept);
                // Two at once would not fit in memory at national scale; where this one
                // does not compute, the page asks for the former again.
                self.present = None;
                let derived = self.books.derived(ledger, &period, &today);
                let given = Given {
                    corrections,
                    derived,
                };
                match Present::load(revision, dataset, given, period, &spec, &shares) {
                    Err(Failure::Refused(refusal)) => Ok(Response::NotLoaded { revision, refusal }),
                    Err(failure) => Err(failure),
                    Ok((mut present, mut loaded, results)) => {
                        let book = self.books.get(ledger);
                        let limits = today.parse().map(|today| present.limits_of(book, today));
                        loaded.limits = present.restrict(limits.unwrap_or_default());
                        self.present = Some(present);
                        Ok(Response::Loaded {
                            revision,
                            loaded: Box::new(loaded),
                            results: Box::new(results),
                        })
                    }
                }
            }
            Request::TrySpec {
                revision,
                wish,
                json,
                shares,
            } => {
                let tried = self.present_at(revision)?.try_spec(wish, &json, &shares);
                let tried = match tried {
                    Ok(tried) => Ok(tried),
                    Err(Failure::Refused(refusal)) => Err(refusal),
                    Err(failure) => return Err(failure),
                };
                Ok(Response::SpecTried {
                    revision,
                    wish,
                    tried,
                })
            }
            Request::Evaluate {
                revision,
                shares,
                places,
            } => {
                if let Some([first, n]) = places
                    && let Some(results) = self.present_at(revision)?.glance(&shares, first, n)?
                {
                    return Ok(Response::Glance {
                        revision,
                        first,
                        results: Box::new(results),
                    });
                }
                let results = self.present_at(revision)?.evaluate(&shares)?;
                Ok(Response::Evaluated {
                    revision,
                    results: Box::new(results),
                })
            }
            Request::Write {
                revision,
                topic,
                look,
                about,
            } => {
                let known = Rc::clone(&self.known);
                let known = known.borrow();
                self.present_at(revision)?;
                let present = self.present.as_ref().ok_or(Failure::Stale)?;
                let (scene, book) = (present.scene(look), self.books.get(about.ledger));
                let markup = match topic {
                    Topic::Gates(unit) => present.gates(scene, (unit, &about), book)?,
                    Topic::Letter(unit) => {
                        let capped = present.restrictions((unit, &about), book)?.grade;
                        present.letter(scene, (unit, &about), known.found.as_ref(), capped)?
                    }
                    _ => present.write(topic, look, &about, &known)?,
                };
                Ok(Response::Written {
                    revision,
                    topic,
                    markup,
                })
            }
            // Answered over time; see `analyse`.
            Request::Robust(_) | Request::Why(..) => Err(Failure::Stale),
            Request::Decode { files, encoding } => Ok(self.decode(&files, encoding)),
            Request::Read { plans, period } => Ok(self.read(&plans, &period)),
            Request::Template { language, as_csv } => Ok(self.template(language, as_csv)?),
            Request::Decisions {
                head,
                language,
                preface,
            } => {
                let present = self.present.as_ref().ok_or(Failure::Stale)?;
                let table = decisions::table(&head, present.dataset.units(), language)?;
                Ok(Response::File {
                    name: format!("decisions-{}.csv", present.period),
                    kind: "text/csv".into(),
                    bytes: table.to_csv(&preface),
                })
            }
            Request::Corrections { language, preface } => {
                let present = self.present.as_ref().ok_or(Failure::Stale)?;
                Ok(Response::File {
                    name: "corrections.csv".into(),
                    kind: "text/csv".into(),
                    bytes: present.corrections_table(language).to_csv(&preface),
                })
            }
            Request::SignOff(deed) => {
                let present = self.present.as_ref().ok_or(Failure::Stale)?;
                let periods = present.dataset.periods().keys().cloned().collect();
                let scene = present.scene(Look::default());
                let mut response = self.books.answer(deed, scene, periods)?;
                if let Response::SignOff { ledger, is_fed, .. } = &mut response
                    && let Some(book) = self.books.get(*ledger)
                {
                    // A cap or a hold that came or went is seen wherever grades stand.
                    *is_fed |= present.limits_of(Some(book), book.today) != present.limits;
                }
                Ok(response)
            }
            Request::Past(revision) => {
                let scores = self.present_at(revision)?.past_scores();
                Ok(Response::Past(revision, scores))
            }
            Request::Tree {
                revision,
                act,
                fields,
                shares,
            } => {
                self.present_at(revision)?;
                let present = self.present.as_ref().ok_or(Failure::Stale)?;
                match self.tree.act(present, &act, &fields, &shares)? {
                    None => Ok(Response::Tree {
                        revision,
                        markup: self.tree.markup(present),
                        draft: self.tree.kept(),
                    }),
                    Some(taken) => Ok(Response::TreeTaken {
                        revision,
                        dataset: Box::new(self.shelf.put(taken.dataset)),
                        digest: taken.digest,
                        reason: taken.reason,
                        changes: taken.changes,
                    }),
                }
            }
            Request::Export {
                language,
                preface,
                columns,
                units,
                as_xlsx,
            } => self.export(language, &preface, &columns, &units, as_xlsx),
        }
    }

    fn present_at(&mut self, revision: Revision) -> Result<&mut Present, Failure> {
        let present = self.present.as_mut();
        present
            .filter(|p| p.revision == revision)
            .ok_or(Failure::Stale)
    }

    fn framework(&self) -> Framework {
        self.present
            .as_ref()
            .map_or_else(default_scheme, |p| p.dataset.framework().clone())
    }

    /// Findings in files, with names as the present data has them.
    fn found(&self, findings: &[Finding]) -> Found {
        let framework = self.framework();
        let (units, spec) = (Units::default(), Spec::default());
        let scene = match &self.present {
            Some(present) => present.scene(Look::default()),
            None => Scene {
                framework: &framework,
                units: &units,
                spec: &spec,
                language: Language::Chinese,
                look: Look::default(),
            },
        };
        found(scene, findings)
    }

    fn decode(
        &mut self,
        files: &[(String, Vec<u8>)],
        encoding: Option<input::Encoding>,
    ) -> Response {
        let mut findings = Vec::new();
        // Those of the import before, which at national scale are large.
        self.workbooks = Vec::new();
        self.workbooks = files
            .iter()
            .map(|(name, bytes)| {
                let decoded = input::decode(name, bytes, encoding);
                findings.extend(decoded.findings);
                decoded.workbook
            })
            .collect();
        let plans = input::recognise(&self.workbooks, Some(&self.framework()));
        let previews = plans.iter().map(|p| preview(&self.workbooks, p)).collect();
        Response::Decoded {
            plans,
            previews,
            found: self.found(&findings),
        }
    }

    fn open(&mut self, head: Option<String>, text: &str, ledger: &str) -> Response {
        let is_restored = head.is_some();
        let opened = match head {
            Some(head) => files::read(text).and_then(|dataset| {
                let records = files::records(ledger)?;
                Ok((head, dataset, records))
            }),
            None => files::split(text),
        };
        let opened = opened.and_then(|(head, dataset, records)| {
            let dataset = Box::new(self.shelf.put(dataset));
            self.books
                .open(dataset.number(), records)
                .and_then(|()| self.books.text(dataset.number()))
                .map(|ledger| Response::Opened {
                    head,
                    dataset,
                    ledger,
                    is_restored,
                })
                .map_err(PersistError::Damaged)
        });
        opened.unwrap_or_else(|error| Response::NotOpened { error, is_restored })
    }

    fn read(&mut self, plans: &[SheetPlan], period: &Period) -> Response {
        let base = self.present.as_ref().map(Present::source);
        let import = input::read(&self.workbooks, plans, base, period);
        let changes = base.zip(import.dataset.as_ref()).map(|(before, after)| {
            let mut found = Changes::between(before, after);
            found.corrections_ended = self.corrections_ended(before, after);
            let spec = Spec::default();
            let scene = Scene {
                framework: after.framework(),
                units: after.units(),
                spec: &spec,
                language: Language::Chinese,
                look: Look::default(),
            };
            both(scene, &|scene, html| {
                written::changes::changes(scene, html, &found, before);
            })
        });
        Response::Read {
            changes: changes.unwrap_or_default(),
            digest: import.dataset.as_ref().map(digest_of).unwrap_or_default(),
            found: self.found(&import.findings),
            dataset: import.dataset.map(|d| Box::new(self.shelf.put_draft(d))),
            summary: import.summary,
        }
    }

    /// How many corrections hold now and would not after an import.
    fn corrections_ended(&self, before: &Dataset, after: &Dataset) -> u32 {
        let corrections = self
            .present
            .as_ref()
            .map(|p| p.given.corrections.as_slice());
        let corrections = corrections.unwrap_or_default();
        let sides = before.standings(corrections).into_iter();
        let sides = sides.zip(after.standings(corrections));
        let ended = |sides: &(_, _)| sides.0 == Standing::Holds && sides.1 == Standing::Outdated;
        sides.filter(ended).count() as u32
    }

    fn template(&self, language: Language, as_csv: bool) -> Result<Response, String> {
        let framework = self.framework();
        if as_csv {
            return Ok(Response::File {
                name: "指标数据-模板.csv".into(),
                kind: "text/csv".into(),
                bytes: input::template_csv(&framework),
            });
        }
        let bytes = input::template(&framework, language).map_err(|e| e.to_string())?;
        Ok(Response::File {
            name: "履职健康指数-模板.xlsx".into(),
            kind: XLSX.into(),
            bytes,
        })
    }

    /// The result table under the current weights, by a full run: what leaves
    /// the program is computed the long way round.
    fn export(
        &self,
        language: Language,
        preface: &[String],
        columns: &str,
        units: &[u32],
        as_xlsx: bool,
    ) -> Result<Response, Failure> {
        let present = self.present.as_ref().ok_or(Failure::Stale)?;
        let inputs = present.inputs()?;
        let outcome = run(inputs, present.what_if.weights(), &present.spec)?;
        let mut table = report::scores(inputs, &outcome, &present.spec, language);
        let mut lines = preface.to_vec();
        lines.push(format!("{} · {}", present.period, outcome.digest));
        if !present.limits.is_empty() {
            let (bands, limit) = (&present.spec.bands, |unit| present.limit(unit));
            report::count_caps(&mut table, inputs, &outcome, bands, &limit, language);
            let n = present.n_capped(&outcome.grades).to_string();
            lines.push(Told::CapsCounted.text(language).replace("{n}", &n));
        }
        let n_corrected = present.corrected_here().len();
        if n_corrected > 0 {
            let words = Told::CorrectionsApplied.text(language);
            lines.push(words.replace("{n}", &n_corrected.to_string()));
        }
        if let Some(robustness) = &self.known.borrow().found {
            robustness.append_to(&mut table, &present.spec.bands, language);
            lines.push(robustness.about());
        }
        let mut table = shaped(table, present, &outcome, columns, language);
        let shown = units
            .iter()
            .filter_map(|unit| table.rows.get(*unit as usize));
        table.rows = shown.cloned().collect();
        let (extension, kind, bytes) = if as_xlsx {
            let workbook = table.to_xlsx(&lines);
            let bytes = workbook.ok_or_else(|| Failure::Other("over 4 GB".to_owned()))?;
            ("xlsx", XLSX, bytes)
        } else {
            ("csv", "text/csv", table.to_csv(&lines))
        };
        Ok(Response::File {
            name: format!("scores-{}.{extension}", present.period),
            kind: kind.into(),
            bytes,
        })
    }
}

fn preview(workbooks: &[Workbook], plan: &SheetPlan) -> Preview {
    let workbook = workbooks.get(plan.workbook);
    let Some((workbook, sheet)) = workbook.and_then(|w| Some((w, w.sheets.get(plan.sheet)?)))
    else {
        return Preview::default();
    };
    let shown = |text: String| {
        if text.chars().count() > 60 {
            text.chars().take(60).chain(['…']).collect()
        } else {
            text
        }
    };
    Preview {
        file: workbook.file.clone(),
        sheet: sheet.name.clone(),
        n_rows: sheet.rows.len() as u32,
        rows: sheet
            .rows
            .iter()
            .take(PREVIEW_ROWS)
            .map(|row| {
                let cells = row.cells.iter().take(PREVIEW_COLUMNS);
                let cells = cells.map(|(c, cell)| (*c, shown(cell.shown())));
                (row.number, cells.collect())
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests;

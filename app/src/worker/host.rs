//! The worker's side: holds the data and the evaluator, answers requests.

use super::protocol::{
    ChangeShown, Failure, Line, Loaded, Preview, Request, Response, Results, Revision, Tried, Wish,
};
use super::robust::{Job, Robustness, Said, Subject, analyse};
use super::why;
use super::{audit, refusal};
use dhi_engine::coherence;
use dhi_engine::compare::LeaveOneOut;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::explain::{WhatIf, dossier, pillar_contributions};
use dhi_engine::finding::{Problem, Severity};
use dhi_engine::frame::{CellState, Dataset};
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::{Period, UnitCode};
use dhi_engine::input::{self, SheetPlan, Workbook};
use dhi_engine::periods::{Changes, Side};
use dhi_engine::pipeline::{self, Inputs, Outcome};
use dhi_engine::quantity::Rank;
use dhi_engine::report;
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::{Spec, digest_of};
use dhi_engine::survey::Surveyed;
use dhi_engine::weigh::{WeighError, WeightSet};
use gloo_worker::{HandlerId, Worker, WorkerScope};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Rows shown in a preview.
const PREVIEW_ROWS: usize = 12;

/// The present data, computed once under the scheme's weights.
struct Present {
    revision: Revision,
    /// With values from survey counts, where there are any.
    dataset: Rc<Dataset>,
    /// As loaded, where that differs.
    source: Option<Dataset>,
    period: Period,
    spec: Spec,
    outcome: Outcome,
    what_if: WhatIf,
}

/// The engine's thread.
pub struct EngineWorker {
    present: Option<Present>,
    /// Files decoded and waiting to be read.
    workbooks: Vec<Workbook>,
    /// Number of the job that is wanted; 0 for none.
    job: Rc<Cell<u64>>,
    /// Counts questions about one unit and what makes them pointless.
    question: Rc<Cell<u64>>,
    /// What the last job found about the present weights.
    robustness: Rc<RefCell<Option<Robustness>>>,
}

impl Worker for EngineWorker {
    type Message = ();
    type Input = Request;
    type Output = Response;

    fn create(_scope: &WorkerScope<Self>) -> Self {
        Self {
            present: None,
            workbooks: Vec::new(),
            job: Rc::default(),
            question: Rc::default(),
            robustness: Rc::default(),
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
            request => request,
        };
        if matches!(request, Request::Evaluate { .. } | Request::Load { .. }) {
            self.job.set(0);
            self.question.set(self.question.get() + 1);
            self.robustness.replace(None);
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
                Ok(Response::Demonstration(Box::new(dataset)))
            }
            Request::Load {
                revision,
                dataset,
                period,
                spec,
                shares,
            } => match self.load(revision, *dataset, period, &spec, &shares) {
                Err(Failure::Refused(refusal)) => Ok(Response::NotLoaded { revision, refusal }),
                loaded => loaded,
            },
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
            Request::Audit { revision } => {
                let present = self.present_at(revision)?;
                let what_if = &present.what_if;
                let framework = present.dataset.framework();
                let (weights, scores) = (what_if.weights(), what_if.scores());
                let limits = &present.spec.coherence;
                let audit = coherence::audit(framework, weights, scores, limits);
                Ok(Response::Audited {
                    revision,
                    audit: Box::new(audit::shown(&audit, framework)),
                })
            }
            Request::Evaluate { revision, shares } => {
                let present = self.present_at(revision)?;
                Ok(Response::Evaluated {
                    revision,
                    results: Box::new(evaluate(present, &shares)?),
                })
            }
            Request::Explain { revision, unit } => {
                let present = self.present_at(revision)?;
                let dossier = dossier(
                    present.inputs()?,
                    &present.outcome,
                    present.what_if.weights(),
                    present.what_if.scores(),
                    &present.spec,
                    unit as usize,
                );
                let dossier = dossier.ok_or_else(|| format!("no unit {unit}"))?;
                Ok(Response::Explained {
                    revision,
                    dossier: Box::new(dossier),
                })
            }
            Request::LeaveOut { revision } => {
                let lines = self.present_at(revision)?.left_out()?;
                Ok(Response::LeftOut { revision, lines })
            }
            Request::Change { revision, unit } => {
                let change = Box::new(self.present_at(revision)?.change(unit)?);
                Ok(Response::Changed { revision, change })
            }
            // Answered over time; see `analyse`.
            Request::Robust(_) | Request::Why(..) => Err(Failure::Stale),
            Request::Decode { files, encoding } => Ok(self.decode(&files, encoding)),
            Request::Read { plans, period } => Ok(self.read(&plans, &period)),
            Request::Template { language, as_csv } => Ok(self.template(language, as_csv)?),
            Request::Export { language, preface } => self.export(language, &preface),
        }
    }

    /// Starts a job, which goes on between messages and ends an older one.
    fn analyse(&mut self, scope: &WorkerScope<Self>, job: Job, id: HandlerId) {
        let number = job.number;
        let subject = match self.present_at(job.revision) {
            Ok(present) => present.subject(),
            Err(failure) => return scope.respond(id, Response::Failed(failure)),
        };
        self.job.set(number);
        self.robustness.replace(None);
        let (wanted, found) = (Rc::clone(&self.job), Rc::clone(&self.robustness));
        let scope = scope.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let is_wanted = || wanted.get() == number;
            let say = |said: Said| {
                if let Said::Done(robustness) = &said {
                    found.replace(Some(robustness.as_ref().clone()));
                }
                scope.respond(id, Response::Robust(number, said));
            };
            if let Err(failure) = analyse(subject, job, is_wanted, say).await {
                scope.respond(id, Response::Failed(failure));
            }
        });
    }

    /// Answers a question about one unit, likewise.
    fn explain(&mut self, scope: &WorkerScope<Self>, job: Job, unit: u32, id: HandlerId) {
        let revision = job.revision;
        let subject = match self.present_at(revision) {
            Ok(present) => present.subject(),
            Err(failure) => return scope.respond(id, Response::Failed(failure)),
        };
        let number = self.question.get() + 1;
        self.question.set(number);
        let wanted = Rc::clone(&self.question);
        let scope = scope.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let is_wanted = || wanted.get() == number;
            match why::explain(subject, job, unit, is_wanted).await {
                Ok(Some(why)) => scope.respond(id, Response::Why(revision, Box::new(why))),
                Ok(None) => {}
                Err(failure) => scope.respond(id, Response::Failed(failure)),
            }
        });
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

    fn load(
        &mut self,
        revision: Revision,
        dataset: Dataset,
        period: Period,
        spec: &str,
        shares: &[f64],
    ) -> Result<Response, Failure> {
        let spec = read_spec(spec)?;
        let surveyed = survey(&dataset, &spec)?;
        let mut findings = surveyed.findings;
        let derived = match surveyed.dataset {
            Cow::Owned(derived) => Some(derived),
            Cow::Borrowed(_) => None,
        };
        let (dataset, source) = match derived {
            Some(derived) => (derived, Some(dataset)),
            None => (dataset, None),
        };
        let weights = WeightSet::from_framework(dataset.framework()).map_err(|e| e.to_string())?;
        let inputs = Inputs::of(&dataset, &period).ok_or_else(|| format!("no period {period}"))?;
        let observations = inputs.observations;
        let outcome = run(inputs, &weights, &spec)?;
        let what_if = WhatIf::new(&outcome, dataset.framework(), dataset.units(), &spec);
        let states = observations.columns().iter().map(|column| {
            let letter = |state: &CellState| match state {
                CellState::Value => 'v',
                CellState::Missing => 'm',
                CellState::NotApplicable => 'n',
            };
            column.states().iter().map(letter).collect::<String>()
        });
        let states: Vec<String> = states.collect();
        let count = |states: &String, c| states.bytes().filter(|b| *b == c).count() as u32;
        let cells = states
            .iter()
            .map(|s| [count(s, b'v'), count(s, b'm'), count(s, b'n')])
            .collect();
        let mut present = Present {
            revision,
            dataset: Rc::new(dataset),
            source,
            period,
            spec,
            outcome,
            what_if,
        };
        let baseline = results(&present);
        let current = evaluate(&mut present, shares)?;
        let coverage = (0..present.dataset.units().len())
            .map(|i| present.outcome.coverage.overall(i))
            .collect();
        let mut flagged = vec![false; present.dataset.units().len()];
        findings.extend(present.outcome.findings.iter().cloned());
        for finding in &findings {
            let is_remark = finding.severity() == Severity::Warning
                && !matches!(finding.problem, Problem::LowCoverage { .. });
            let code = UnitCode::new(&finding.place.unit).ok();
            let unit = code.and_then(|code| present.dataset.units().find(&code));
            if let (true, Some(unit)) = (is_remark, unit) {
                flagged[unit.at()] = true;
            }
        }
        let loaded = Loaded {
            coverage,
            cells,
            states,
            findings,
            flagged,
            baseline,
        };
        self.present = Some(present);
        Ok(Response::Loaded {
            revision,
            loaded: Box::new(loaded),
            results: Box::new(current),
        })
    }

    fn decode(
        &mut self,
        files: &[(String, Vec<u8>)],
        encoding: Option<input::Encoding>,
    ) -> Response {
        let mut findings = Vec::new();
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
            findings,
        }
    }

    fn read(&self, plans: &[SheetPlan], period: &Period) -> Response {
        let base = self.present.as_ref().map(Present::source);
        let import = input::read(&self.workbooks, plans, base, period);
        Response::Read {
            digest: import.dataset.as_ref().map(digest_of).unwrap_or_default(),
            dataset: import.dataset.map(Box::new),
            summary: import.summary,
            findings: import.findings,
        }
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
            kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".into(),
            bytes,
        })
    }

    /// The result table under the current weights, by a full run: what leaves
    /// the program is computed the long way round.
    fn export(&self, language: Language, preface: &[String]) -> Result<Response, Failure> {
        let present = self.present.as_ref().ok_or(Failure::Stale)?;
        let inputs = present.inputs()?;
        let outcome = run(inputs, present.what_if.weights(), &present.spec)?;
        let mut table = report::scores(inputs, &outcome, &present.spec, language);
        let mut lines = preface.to_vec();
        lines.push(format!("{} · {}", present.period, outcome.digest));
        if let Some(robustness) = self.robustness.borrow().as_ref() {
            robustness.append_to(&mut table, &present.spec.bands, language);
            lines.push(robustness.about());
        }
        Ok(Response::File {
            name: format!("scores-{}.csv", present.period),
            kind: "text/csv".into(),
            bytes: table.to_csv(&lines),
        })
    }
}

impl Present {
    fn subject(&self) -> Subject {
        Subject {
            dataset: Rc::clone(&self.dataset),
            period: self.period.clone(),
            spec: self.spec.clone(),
        }
    }

    fn inputs(&self) -> Result<Inputs<'_>, String> {
        Inputs::of(&self.dataset, &self.period).ok_or_else(|| "no such period".to_owned())
    }

    /// The data as loaded, before anything was derived from it.
    fn source(&self) -> &Dataset {
        self.source.as_ref().unwrap_or(&self.dataset)
    }

    fn left_out(&self) -> Result<Vec<Line>, Failure> {
        let inputs = self.inputs()?;
        let outcome = run(inputs, self.what_if.weights(), &self.spec)?;
        let mut leave = LeaveOneOut::new(&outcome, inputs.framework, inputs.units, &self.spec);
        Ok(audit::left_out(&leave.effects(), inputs.units))
    }

    /// A unit's change since the latest earlier period, with the same weights and
    /// specification.
    fn change(&self, unit: u32) -> Result<ChangeShown, Failure> {
        let nothing = || Failure::Other("no earlier period".to_owned());
        let code = self.dataset.units().list().get(unit as usize);
        let code = &code.ok_or_else(nothing)?.code;
        let earlier = self.dataset.periods().range(..&self.period).next_back();
        let (since, _) = earlier.ok_or_else(nothing)?;
        let side = |period| {
            Inputs::of(&self.dataset, period).map(|inputs| Side {
                inputs,
                weights: self.what_if.weights(),
                spec: &self.spec,
            })
        };
        let from = side(since).ok_or_else(nothing)?;
        let to = side(&self.period).ok_or_else(nothing)?;
        let framework = self.dataset.framework();
        let change = match Changes::new(from, to) {
            Ok(changes) => changes
                .of(code)
                .map_err(|e| refusal::of_change(&e, framework)),
            Err(error) => Err(refusal::of_run(&error, framework)),
        };
        Ok(ChangeShown {
            unit,
            since: since.to_string(),
            change,
        })
    }

    /// Reads a specification and, where it is to be taken, computes with it, under
    /// the scheme's weights and the current ones, as loading it would.
    fn try_spec(&self, wish: Wish, json: &str, shares: &[f64]) -> Result<Tried, Failure> {
        let spec = read_spec(json)?;
        if wish == Wish::Apply {
            let surveyed = survey(self.source(), &spec)?;
            let inputs = Inputs::of(&surveyed.dataset, &self.period);
            let inputs = inputs.ok_or_else(|| "no such period".to_owned())?;
            let text = |e: WeighError| e.to_string();
            let scheme = WeightSet::from_framework(inputs.framework).map_err(text)?;
            let current = WeightSet::new("current", inputs.framework, shares).map_err(text)?;
            for weights in [&scheme, &current] {
                run(inputs, weights, &spec)?;
            }
        }
        Ok(Tried {
            json: serde_json::to_string(&spec).map_err(|e| e.to_string())?,
            digest: spec.digest(),
        })
    }
}

/// A specification from JSON, its refusal in words.
fn read_spec(json: &str) -> Result<Spec, Failure> {
    Spec::from_json(json).map_err(|e| Failure::Refused(refusal::of_spec(&e, json)))
}

/// The step before a run, its refusal in words.
fn survey<'a>(dataset: &'a Dataset, spec: &Spec) -> Result<Surveyed<'a>, Failure> {
    pipeline::survey(dataset, spec)
        .map_err(|e| Failure::Refused(refusal::of_run(&e, dataset.framework())))
}

/// A full run, its refusal in words.
fn run(inputs: Inputs<'_>, weights: &WeightSet, spec: &Spec) -> Result<Outcome, Failure> {
    pipeline::run(inputs, weights, spec)
        .map_err(|e| Failure::Refused(refusal::of_run(&e, inputs.framework)))
}

fn evaluate(present: &mut Present, shares: &[f64]) -> Result<Results, Failure> {
    let framework = present.dataset.framework();
    let weights = WeightSet::new("current", framework, shares).map_err(|e| e.to_string())?;
    present
        .what_if
        .set_given_weights(weights)
        .map_err(|e| Failure::Refused(refusal::of_run(&e, framework)))?;
    Ok(results(present))
}

fn results(present: &Present) -> Results {
    let what_if = &present.what_if;
    let grades = what_if.grades();
    let ranks = what_if.ranks(&grades);
    let plain = |ranks: &[Option<Rank>]| ranks.iter().map(|r| r.map_or(0, |r| r.0)).collect();
    let composite = what_if.scores().composite();
    Results {
        scores: composite
            .cells()
            .map(|cell| cell.value().unwrap_or(f64::NAN))
            .collect(),
        overall: plain(&ranks.overall),
        in_class: plain(&ranks.in_class),
        in_town: plain(&ranks.in_town),
        order: ranks.order,
        grades,
        shares: what_if.weights().shares().to_vec(),
        pillars: pillar_contributions(
            present.dataset.framework(),
            what_if.weights(),
            what_if.scores(),
        ),
        digest: what_if.digest(),
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
                let cells = row.cells.iter().take(60);
                let cells = cells.map(|(c, cell)| (*c, shown(cell.shown())));
                (row.number, cells.collect())
            })
            .collect(),
    }
}

//! The worker's side: holds the data and the evaluator, answers requests.

use super::protocol::{Loaded, Preview, Request, Response, Results, Revision};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::explain::{WhatIf, dossier, pillar_contributions};
use dhi_engine::finding::{Problem, Severity};
use dhi_engine::frame::{CellState, Dataset};
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::{Period, UnitCode};
use dhi_engine::input::{self, SheetPlan, Workbook};
use dhi_engine::pipeline::{self, Inputs, Outcome};
use dhi_engine::quantity::Rank;
use dhi_engine::report;
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::{Spec, digest_of};
use dhi_engine::weigh::WeightSet;
use gloo_worker::{HandlerId, Worker, WorkerScope};
use std::borrow::Cow;

/// Rows shown in a preview.
const PREVIEW_ROWS: usize = 12;

/// The present data, computed once under the scheme's weights.
struct Present {
    revision: Revision,
    /// With values from survey counts, where there are any.
    dataset: Dataset,
    /// As loaded, where that differs: what imports add to.
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
}

impl Worker for EngineWorker {
    type Message = ();
    type Input = Request;
    type Output = Response;

    fn create(_scope: &WorkerScope<Self>) -> Self {
        Self {
            present: None,
            workbooks: Vec::new(),
        }
    }

    fn connected(&mut self, scope: &WorkerScope<Self>, id: HandlerId) {
        scope.respond(id, Response::Ready);
    }

    fn update(&mut self, _scope: &WorkerScope<Self>, (): ()) {}

    fn received(&mut self, scope: &WorkerScope<Self>, request: Request, id: HandlerId) {
        let response = self.answer(request).unwrap_or_else(Response::Failed);
        scope.respond(id, response);
    }
}

impl EngineWorker {
    fn answer(&mut self, request: Request) -> Result<Response, String> {
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
            } => self.load(revision, *dataset, period, *spec, &shares),
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
            Request::Decode { files, encoding } => Ok(self.decode(&files, encoding)),
            Request::Read { plans, period } => Ok(self.read(&plans, &period)),
            Request::Template { language, as_csv } => self.template(language, as_csv),
            Request::Export { language, preface } => self.export(language, &preface),
        }
    }

    fn present_at(&mut self, revision: Revision) -> Result<&mut Present, String> {
        let present = self.present.as_mut();
        present
            .filter(|p| p.revision == revision)
            .ok_or_else(|| "stale revision".to_owned())
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
        spec: Spec,
        shares: &[f64],
    ) -> Result<Response, String> {
        let surveyed = pipeline::survey(&dataset, &spec).map_err(|e| e.to_string())?;
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
        let outcome = pipeline::run(inputs, &weights, &spec).map_err(|e| e.to_string())?;
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
            dataset,
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
        let base = self
            .present
            .as_ref()
            .map(|p| p.source.as_ref().unwrap_or(&p.dataset));
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
    fn export(&self, language: Language, preface: &[String]) -> Result<Response, String> {
        let present = self.present.as_ref().ok_or("nothing is loaded")?;
        let inputs = present.inputs()?;
        let outcome = pipeline::run(inputs, present.what_if.weights(), &present.spec)
            .map_err(|e| e.to_string())?;
        let table = report::scores(inputs, &outcome, &present.spec, language);
        let mut lines = preface.to_vec();
        lines.push(format!("{} · {}", present.period, outcome.digest));
        Ok(Response::File {
            name: format!("scores-{}.csv", present.period),
            kind: "text/csv".into(),
            bytes: table.to_csv(&lines),
        })
    }
}

impl Present {
    fn inputs(&self) -> Result<Inputs<'_>, String> {
        Inputs::of(&self.dataset, &self.period).ok_or_else(|| "no such period".to_owned())
    }
}

fn evaluate(present: &mut Present, shares: &[f64]) -> Result<Results, String> {
    let framework = present.dataset.framework();
    let weights = WeightSet::new("current", framework, shares).map_err(|e| e.to_string())?;
    present
        .what_if
        .set_given_weights(weights)
        .map_err(|e| e.to_string())?;
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

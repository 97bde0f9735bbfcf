//! What is answered over time, between other messages.

use super::EngineWorker;
use crate::worker::lab::Suggesting;
use crate::worker::protocol::{About, Failure, Look, Response, Revision, Topic};
use crate::worker::robust::{Job, Known, Said, Subject, analyse, give_way};
use crate::worker::why;
use crate::written::{self, Scene, both};
use dhi_engine::framework::Language;
use gloo_worker::{HandlerId, WorkerScope};
use std::rc::Rc;

impl EngineWorker {
    /// Starts a job, which goes on between messages and ends an older one.
    pub(super) fn analyse(&mut self, scope: &WorkerScope<Self>, job: Job, id: HandlerId) {
        let number = job.number;
        let subject = match self.subject(job.revision, Some(&job.shares)) {
            Ok(subject) => subject,
            Err(failure) => return scope.respond(id, Response::Failed(failure)),
        };
        self.job.set(number);
        self.known.replace(Known {
            line: job.line,
            ..Known::default()
        });
        let (wanted, known) = (Rc::clone(&self.job), Rc::clone(&self.known));
        let scope = scope.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let is_wanted = || wanted.get() == number;
            let say = |said: Said| {
                match &said {
                    Said::Done(found) => known.borrow_mut().found = Some(found.as_ref().clone()),
                    Said::Refused(refusal) => known.borrow_mut().refusal = Some(refusal.clone()),
                    Said::Stays(_) | Said::Progress(..) => {}
                }
                scope.respond(id, Response::Robust(number, said));
            };
            if let Err(failure) = analyse(subject, job, is_wanted, say).await {
                scope.respond(id, Response::Failed(failure));
            }
        });
    }

    /// Answers a question about one unit, likewise.
    pub(super) fn explain(
        &mut self,
        scope: &WorkerScope<Self>,
        job: Job,
        unit: u32,
        id: HandlerId,
    ) {
        let revision = job.revision;
        let subject = match self.subject(revision, Some(&job.shares)) {
            Ok(subject) => subject,
            Err(failure) => return scope.respond(id, Response::Failed(failure)),
        };
        let spec = subject.spec.clone();
        let dataset = Rc::clone(&subject.dataset);
        let number = self.question.get() + 1;
        self.question.set(number);
        let wanted = Rc::clone(&self.question);
        let scope = scope.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let is_wanted = || wanted.get() == number;
            match why::explain(subject, job, unit, is_wanted).await {
                Ok(Some(why)) => {
                    let scene = Scene {
                        framework: dataset.framework(),
                        units: dataset.units(),
                        spec: &spec,
                        language: Language::Chinese,
                        look: Look::default(),
                    };
                    let markup = both(scene, &|scene, html| written::why::why(scene, html, &why));
                    let topic = Topic::Why(unit);
                    scope.respond(
                        id,
                        Response::Written {
                            revision,
                            topic,
                            markup,
                        },
                    );
                }
                Ok(None) => {}
                Err(failure) => scope.respond(id, Response::Failed(failure)),
            }
        });
    }

    /// Tries methods of weighting, likewise.
    pub(super) fn suggest(
        &mut self,
        scope: &WorkerScope<Self>,
        revision: Revision,
        (look, about): (Look, &About),
        id: HandlerId,
    ) {
        let mut suggesting = match self.subject(revision, None) {
            Ok(subject) => Suggesting::new(subject, look, about),
            Err(failure) => return scope.respond(id, Response::Failed(failure)),
        };
        let number = self.question.get() + 1;
        self.question.set(number);
        let wanted = Rc::clone(&self.question);
        let scope = scope.clone();
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                give_way().await;
                if wanted.get() != number {
                    return;
                }
                match suggesting.step() {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(failure) => return scope.respond(id, Response::Failed(failure)),
                }
            }
            scope.respond(
                id,
                Response::Written {
                    revision,
                    topic: Topic::Suggest,
                    markup: suggesting.markup(),
                },
            );
        });
    }
    /// The present data for what goes on between messages, under weights of its own or
    /// the present ones.
    fn subject(&mut self, revision: Revision, shares: Option<&[f64]>) -> Result<Subject, Failure> {
        let present = self.present_at(revision)?;
        if let Some(shares) = shares {
            present.weigh(shares)?;
        }
        Ok(present.subject())
    }
}

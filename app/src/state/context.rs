//! What every page shares: the project, the results, language and theme.

use super::autosave::SaveState;
use super::catalogue::Catalogue;
use super::command::Command;
use super::day::today;
use super::desk::{Desk, ImportDraft};
use super::keep::Slot;
use super::persist::{self, PersistError};
use super::project::{Content, Project};
use super::recipe::Recipe;
use super::view::Shape;
use crate::i18n::Key;
use crate::route::Route;
use crate::spec_form::to_text;
use crate::worker::bridge::Bridge;
use crate::worker::protocol::{
    About, Failure, Loaded, Look, Refusal, Request, Response, Results, Revision, Topic, Tried,
    WITHOUT_CAUSES, Wish,
};
use crate::worker::sign_off::Deed;
use dhi_engine::framework::Language;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::Arc;

/// Shared state; cheap to copy into closures.
#[derive(Clone, Copy)]
pub struct Context {
    /// The project; `None` until it is loaded.
    pub project: RwSignal<Option<Project>>,
    /// Shares shown by the sliders: the project's, or those of a drag.
    pub shares: RwSignal<Vec<f64>>,
    /// What does not depend on weights.
    pub loaded: RwSignal<Arc<Loaded>>,
    /// Results under the shares shown.
    pub results: RwSignal<Arc<Results>>,
    /// Import under way.
    pub import: RwSignal<Option<ImportDraft>>,
    /// Page shown.
    pub route: RwSignal<Route>,
    /// Language shown.
    pub language: RwSignal<Language>,
    /// Whether the dark theme is on.
    pub is_dark: RwSignal<bool>,
    /// How saving stands.
    pub save: RwSignal<SaveState>,
    /// Something the user must know.
    pub message: RwSignal<Option<Key>>,
    desk: StoredValue<Desk>,
    bridge: StoredValue<Option<Bridge>, LocalStorage>,
    pub(super) autosave: StoredValue<Slot, LocalStorage>,
    pub(super) save_timer: StoredValue<Option<Timeout>, LocalStorage>,
}

/// The shared state, from any component.
///
/// # Panics
/// Outside the application, which provides it at its root.
pub fn use_app() -> Context {
    expect_context::<Context>()
}

/// A text as a function that follows the language.
pub fn say(
    language: RwSignal<Language>,
    key: Key,
) -> impl Fn() -> &'static str + Copy + Send + Sync + use<> {
    move || key.text(language.get())
}

fn now() -> String {
    String::from(js_sys::Date::new_0().to_iso_string())
}

impl Context {
    /// A context with nothing loaded yet.
    pub fn new(language: Language, is_dark: bool, route: Route) -> Self {
        let project = RwSignal::new(None);
        Self {
            project,
            shares: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(Arc::default()),
            results: RwSignal::new(Arc::default()),
            import: RwSignal::new(None),
            route: RwSignal::new(route),
            language: RwSignal::new(language),
            is_dark: RwSignal::new(is_dark),
            save: RwSignal::new(SaveState::Saved),
            message: RwSignal::new(None),
            desk: StoredValue::new(Desk::new(project)),
            bridge: StoredValue::new_local(None),
            autosave: StoredValue::new_local(Slot::None),
            save_timer: StoredValue::new_local(None),
        }
    }

    /// What is asked, tried and answered beside the results.
    pub fn desk(&self) -> Desk {
        self.desk.get_value()
    }

    /// Revision of the data shown.
    pub(super) fn revision(&self) -> Revision {
        self.desk().revision.get_value()
    }

    /// A text in the language shown; follows the language.
    pub fn t(&self, key: Key) -> &'static str {
        key.text(self.language.get())
    }

    /// The same as a function for views. All texts share its type, since every type
    /// of closure costs the page the machinery to draw it.
    pub fn say(&self, key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + use<> {
        say(self.language, key)
    }

    /// Starts the worker and restores or demonstrates.
    pub fn start(self) {
        let bridge = Bridge::start(move |response| self.hear(response));
        self.bridge.set_value(Some(bridge));
        leptos::task::spawn_local(async move {
            match self.stored().await {
                Ok(Some((head, text, ledger))) => self.send(Request::Open {
                    head: Some(head),
                    text,
                    ledger,
                }),
                Ok(None) => self.send(Request::Demonstrate),
                Err(_) => self.not_restored(),
            }
        });
    }

    fn not_restored(self) {
        self.message.set(Some(Key::RestoreFailed));
        self.send(Request::Demonstrate);
    }

    /// Sends a request to the worker.
    pub fn send(&self, request: Request) {
        self.bridge.with_value(|bridge| {
            if let Some(bridge) = bridge {
                bridge.send(request);
            }
        });
    }

    /// Takes a project as it is and computes it.
    fn show(self, mut project: Project) {
        project.content.columns = self.desk().view.shape.with_untracked(Shape::letters);
        self.project.set(Some(project));
        self.reload();
    }

    /// Sends the project's data to the worker.
    pub(super) fn reload(self) {
        let present = self.project.with_untracked(|p| {
            let project = p.as_ref()?;
            Some((project.content.clone(), project.datasets()))
        });
        let Some((content, mut kept)) = present else {
            return;
        };
        let draft = self.import.with_untracked(|d| d.as_ref()?.dataset.clone());
        kept.extend(draft.map(|(dataset, _)| dataset.number()));
        let before = self
            .desk()
            .before
            .with_value(|p| p.as_ref().map(Project::datasets));
        kept.extend(before.into_iter().flatten());
        self.desk().revision.update_value(|r| *r += 1);
        self.desk().forget_all();
        self.desk().honest.forget();
        self.desk().unlock_others(content.dataset.number());
        self.let_go(content.dataset.number());
        // An answer about the data before will not come.
        self.desk().is_trying.set(false);
        self.shares.set(content.shares.clone());
        self.send(Request::Load {
            revision: self.revision(),
            dataset: content.dataset.number(),
            ledger: content.ledger,
            today: today(),
            kept,
            period: content.period,
            spec: content.spec.value().to_string(),
            shares: content.shares,
            corrections: content.corrections,
        });
    }

    /// Does a command; an invalid one changes nothing.
    pub fn dispatch(&self, command: Command) {
        let before = self
            .project
            .with_untracked(|p| p.as_ref().map(|p| p.content.clone()));
        let done = self.project.try_update(|project| {
            project
                .as_mut()
                .map(|project| project.apply(command, &now()))
        });
        let Some(Some(Ok(()))) = done else { return };
        let after = self
            .project
            .with_untracked(|p| p.as_ref().map(|p| p.content.clone()));
        let (Some(before), Some(after)) = (before, after) else {
            return;
        };
        let same_data = before.dataset.number() == after.dataset.number()
            && before.period == after.period
            && before.spec == after.spec
            && before.corrections == after.corrections;
        if !same_data {
            self.reload();
        } else if self.shares.with_untracked(|s| *s != after.shares) {
            self.try_shares(after.shares);
        }
        if before.columns != after.columns {
            let shape = self.desk().view.shape;
            shape.update(|s| s.show(&after.columns));
        }
        self.save_soon();
    }

    /// Whether the data is the fictitious demonstration.
    pub fn is_fictitious(&self) -> bool {
        self.project
            .with(|p| p.as_ref().is_some_and(|p| p.content.is_fictitious))
    }

    /// Has a specification read, and computed with where it is to be taken.
    pub fn try_spec(&self, wish: Wish, json: String) {
        self.desk().draft_refusal.set(None);
        self.desk().is_trying.set(true);
        self.send(Request::TrySpec {
            revision: self.revision(),
            wish,
            json,
            shares: self.shares.get_untracked(),
        });
    }

    /// Does something in the editor of the framework, and shows it.
    pub fn edit_tree(&self, act: String, fields: Vec<(String, String)>) {
        self.send(Request::Tree {
            revision: self.revision(),
            act,
            fields,
            shares: self.shares.get_untracked(),
        });
    }

    /// Has the worker score every period.
    pub fn ask_past(&self) {
        self.send(Request::Past(self.revision()));
    }

    /// Has the worker write about a topic.
    pub fn ask(&self, topic: Topic, look: Look, mut about: About) {
        if matches!(topic, Topic::Gates(_) | Topic::Letter(_)) {
            about.ledger = self.ledger();
            about.today = today();
        }
        if matches!(topic, Topic::Letter(_)) {
            // Written anew where another is set while the letter is open.
            let appeal = |p: &Project| p.content.appeal.clone();
            about.names = self.project.with(|p| p.iter().map(appeal).collect());
        }
        self.send(Request::Write {
            revision: self.revision(),
            topic,
            look,
            about,
        });
    }

    /// Opens a project file; a bad one changes nothing.
    pub fn open_file(&self, text: String) {
        let ledger = String::new();
        self.send(Request::Open {
            head: None,
            text,
            ledger,
        });
    }

    /// Hands the project to the user as a file.
    pub fn save_file(&self) {
        self.project.with_untracked(|project| {
            if let Some(project) = project {
                self.send(Request::Save {
                    name: [&project.content.name, ".dhi.json"].concat(),
                    head: persist::head_record(project),
                    dataset: project.content.dataset.number(),
                    ledger: project.content.ledger,
                });
            }
        });
    }

    /// Remembers records of 整改销号 as they are kept.
    fn keep_ledger(self, ledger: u64, text: String) {
        self.desk().ledgers.update_value(|ledgers| {
            ledgers.retain(|(number, _)| *number != ledger);
            ledgers.push((ledger, text.into()));
        });
    }

    /// By which number the project's records of 整改销号 go.
    fn ledger(&self) -> u64 {
        let ledger = |p: &Project| p.content.ledger;
        self.project
            .with_untracked(|p| p.as_ref().map_or(0, ledger))
    }

    /// Does something with the records of 整改销号, and shows them.
    pub fn sign_off(self, act: String, mut fields: Vec<(String, String)>, file: Vec<u8>) {
        fields.push(("today".into(), today()));
        self.send(Request::SignOff(Deed {
            ledger: self.ledger(),
            act,
            fields,
            file,
        }));
    }

    fn opened(self, head: &str, dataset: Catalogue, ledger: String, is_restored: bool) {
        let number = dataset.number();
        self.keep_ledger(number, ledger);
        match persist::from_head(head, Arc::new(dataset)) {
            Err(_) if is_restored => self.not_restored(),
            Err(error) => self.not_opened(&error),
            Ok(mut project) if is_restored => {
                let drafts = std::mem::take(&mut project.drafts);
                self.autosave.update_value(|slot| {
                    if let Slot::Idle(autosave) = slot {
                        autosave.set_written(number);
                    }
                });
                self.show(project);
                self.take_up(&drafts);
            }
            Ok(project) => {
                let before = self.project.with_untracked(|p| p.clone());
                self.desk().before.set_value(before.clone());
                self.let_project_go();
                self.show(project.opened_over(before, &now()));
                self.save_soon();
            }
        }
    }

    fn not_opened(self, error: &PersistError) {
        self.message.set(Some(match error {
            PersistError::FromTheFuture { .. } => Key::OpenFailedFuture,
            PersistError::NotAProject => Key::OpenFailedNotProject,
            PersistError::Damaged(_) => Key::OpenFailedDamaged,
        }));
    }

    fn hear(self, response: Response) {
        let is_present = |revision| revision == self.revision();
        match response {
            Response::Ready => {}
            Response::Demonstration(dataset) => self.demonstrate(Arc::from(dataset)),
            Response::Opened {
                head,
                dataset,
                ledger,
                is_restored,
            } => self.opened(&head, *dataset, ledger, is_restored),
            Response::NotOpened {
                is_restored: true, ..
            } => self.not_restored(),
            Response::NotOpened { error, .. } => self.not_opened(&error),
            Response::Record { dataset, text } => {
                leptos::task::spawn_local(self.store(Some((dataset, text))));
            }
            Response::Loaded {
                revision,
                loaded,
                results,
            } if is_present(revision) => {
                self.desk().is_partial.set_value(false);
                self.desk().before.set_value(None);
                self.desk().is_way_back.set_value(false);
                self.loaded.set(Arc::from(loaded));
                self.results.set(Arc::from(results));
                self.analyse_soon();
            }
            Response::NotLoaded { revision, refusal } if is_present(revision) => {
                self.desk().refusal.set(Some(refusal));
                self.go_back();
            }
            Response::SpecTried {
                revision,
                wish,
                tried,
            } if is_present(revision) => self.tried(wish, tried),
            Response::Written {
                revision,
                topic,
                markup,
            } if is_present(revision) => self.desk().take(topic, markup),
            Response::Glance {
                revision,
                first,
                results: glance,
            } if is_present(revision) => {
                self.glanced(first, &glance);
            }
            Response::Evaluated { revision, results } if is_present(revision) => {
                self.desk().is_partial.set_value(false);
                self.results.set(Arc::from(results));
                self.analyse_soon();
            }
            Response::SignOff {
                ledger,
                markup,
                text,
                is_fed,
            } => {
                self.desk().sign_off.set(markup);
                if let Some(text) = text {
                    self.keep_ledger(ledger, text);
                    // At once: what is shown as recorded must not go with the page.
                    self.save.set(SaveState::Pending);
                    leptos::task::spawn_local(self.store(None));
                }
                if is_fed {
                    self.reload();
                }
            }
            Response::Tree {
                revision,
                markup,
                draft,
            } if is_present(revision) => {
                self.desk().take(Topic::Tree, markup);
                self.keep_tree(draft);
            }
            Response::TreeTaken {
                revision,
                dataset,
                digest,
                reason,
                changes,
            } if is_present(revision) => self.dispatch(Command::SetFramework {
                dataset: Arc::from(dataset),
                digest,
                reason,
                changes,
            }),
            Response::Past(revision, scores) if is_present(revision) => {
                self.desk().past.set(Arc::new(scores));
            }
            Response::Robust(number, said) => self.desk().honest.hear(number, said),
            Response::Decoded {
                plans,
                previews,
                found,
            } => self.import.update(|draft| {
                if let Some(draft) = draft {
                    draft.plans = plans;
                    draft.previews = previews;
                    draft.decoded = found;
                    draft.is_busy = false;
                }
            }),
            Response::Read {
                dataset,
                digest,
                summary,
                found,
                changes,
            } => self.import.update(|draft| {
                if let Some(draft) = draft {
                    draft.dataset = dataset.map(|d| (Arc::from(d), digest));
                    draft.summary = summary;
                    draft.changes = changes;
                    draft.read = found;
                    draft.is_busy = false;
                }
            }),
            Response::File { name, kind, bytes } => {
                crate::components::download::download(&name, &kind, &bytes);
                if name.contains(WITHOUT_CAUSES) {
                    self.message.set(Some(Key::SavedWithout));
                }
            }
            // Answers to questions nobody asks any more.
            Response::Loaded { .. }
            | Response::NotLoaded { .. }
            | Response::SpecTried { .. }
            | Response::Written { .. }
            | Response::Tree { .. }
            | Response::TreeTaken { .. }
            | Response::Glance { .. }
            | Response::Evaluated { .. }
            | Response::Past(..)
            | Response::Failed(Failure::Stale) => {}
            Response::Failed(Failure::Refused(refusal)) => {
                self.desk().release(|_| true);
                self.desk().refusal.set(Some(refusal));
            }
            Response::Failed(Failure::Other(reason)) => {
                self.desk().release(|_| true);
                leptos::logging::error!("{reason}");
                self.message.set(Some(Key::WorkerFailed));
            }
        }
    }

    /// What came before the present has been computed; back to it, once.
    fn go_back(self) {
        let desk = self.desk();
        if desk.is_way_back.get_value() {
            return;
        }
        desk.is_way_back.set_value(true);
        let before = desk.before.try_update_value(Option::take).flatten();
        let can_undo = |p: &Option<Project>| p.as_ref().is_some_and(Project::can_undo);
        if let Some(before) = before {
            self.show(before);
            self.save_soon();
        } else if self.project.with_untracked(can_undo) {
            self.dispatch(Command::Undo);
        } else {
            self.message.set(Some(Key::RestoreFailed));
            self.send(Request::Demonstrate);
        }
    }

    /// Shows or takes a specification that the worker has tried.
    fn tried(self, wish: Wish, tried: Result<Tried, Refusal>) {
        let desk = self.desk();
        desk.is_trying.set(false);
        match tried {
            Err(refusal) => desk.draft_refusal.set(Some(refusal)),
            Ok(Tried { json, digest }) => {
                let Some(spec) = Recipe::from_json(&json) else {
                    return;
                };
                match wish {
                    Wish::Show => {
                        desk.json.set(None);
                        desk.draft.set(Some(spec.value().clone()));
                    }
                    Wish::Apply => {
                        desk.draft.set(None);
                        if desk.json.with_untracked(Option::is_some) {
                            desk.json.set(Some(to_text(spec.value())));
                        }
                        let spec = Box::new(spec);
                        self.dispatch(Command::SetSpec { spec, digest });
                    }
                }
            }
        }
    }

    fn demonstrate(self, dataset: Arc<Catalogue>) {
        let name = Key::AppName.text(Language::Chinese);
        let Ok(content) = Content::new(name, true, dataset) else {
            self.message.set(Some(Key::WorkerFailed));
            return;
        };
        if self.project.with_untracked(Option::is_some) {
            self.let_project_go();
            self.dispatch(Command::Open(Box::new(content)));
        } else {
            self.show(Project::new(content));
            self.save_soon();
            self.desk().tour.set(Some(0));
        }
    }
}

//! The page's side: sends requests, keeps at most one evaluation on its way.

use super::host::EngineWorker;
use super::protocol::{Request, Response};
use gloo_worker::{Spawnable, WorkerBridge};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The loader that Trunk puts beside the page.
const LOADER: &str = "./worker_loader.js";
/// Where the single file's page leaves the address of the worker it carries.
const CARRIED: &str = "data-worker";

/// A connection to the worker.
///
/// During a drag the newest weights wait until the evaluation on its way has
/// come back and replace what waited before: every answer is shown, nothing is
/// delayed on purpose, and nothing piles up.
#[derive(Clone)]
pub struct Bridge {
    bridge: Rc<WorkerBridge<EngineWorker>>,
    flight: Rc<Flight>,
}

#[derive(Default)]
struct Flight {
    is_out: Cell<bool>,
    waiting: RefCell<Option<Request>>,
}

impl Bridge {
    /// Starts the worker; `listen` hears every answer.
    pub fn start(listen: impl Fn(Response) + 'static) -> Self {
        let flight = Rc::new(Flight::default());
        let in_flight = Rc::clone(&flight);
        let sender: Rc<RefCell<Option<Rc<WorkerBridge<EngineWorker>>>>> = Rc::default();
        let again = Rc::clone(&sender);
        let carried = gloo::utils::document_element().get_attribute(CARRIED);
        let bridge = EngineWorker::spawner()
            .callback(move |response| {
                if matches!(
                    response,
                    Response::Evaluated { .. } | Response::Glance { .. } | Response::Failed(_)
                ) {
                    in_flight.is_out.set(false);
                    let next = in_flight.waiting.borrow_mut().take();
                    if let (Some(next), Some(bridge)) = (next, again.borrow().as_ref()) {
                        in_flight.is_out.set(true);
                        bridge.send(next);
                    }
                }
                listen(response);
            })
            .as_module(false)
            .with_loader(true)
            .spawn(carried.as_deref().unwrap_or(LOADER));
        let bridge = Rc::new(bridge);
        sender.replace(Some(Rc::clone(&bridge)));
        Self { bridge, flight }
    }

    /// Sends a request.
    pub fn send(&self, request: Request) {
        let is_evaluation = matches!(request, Request::Evaluate { .. });
        if is_evaluation && self.flight.is_out.replace(true) {
            self.flight.waiting.replace(Some(request));
        } else {
            self.bridge.send(request);
        }
    }
}

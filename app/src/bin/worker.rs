//! The worker: the only place where the engine computes.

use gloo_worker::Registrable;

fn main() {
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    dhi_app::worker::host::EngineWorker::registrar().register();
}

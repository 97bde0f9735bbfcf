//! The page.

fn main() {
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    dhi_app::app::mount();
}

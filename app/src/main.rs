//! The page.

fn main() {
    console_error_panic_hook::set_once();
    dhi_app::app::mount();
}

//! Browser front end of the duty-health index: pages compose, components draw,
//! one project store changed only by commands, and the engine in a worker.

pub mod app;
pub mod bidi;
pub mod charts;
pub mod components;
pub mod i18n;
pub mod number;
pub mod pages;
pub mod pinyin;
pub mod route;
pub mod spec_form;
pub mod state;
pub mod worker;
pub mod written;

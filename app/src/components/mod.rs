//! What pages are composed of.

pub mod band;
pub mod dialogs;
pub mod download;
pub mod findings;
pub mod header;
pub mod import;
pub mod matrix;
pub mod rank_table;
pub mod weight_group;

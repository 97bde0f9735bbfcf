//! What pages are composed of.

pub mod band;
pub mod certain;
pub mod chart_file;
pub mod correct;
pub mod dialogs;
pub mod download;
pub mod each;
pub mod header;
pub mod import;
pub mod interval;
pub mod lab;
pub mod matrix;
pub mod morph;
pub mod moving;
pub mod palette;
pub mod rank_table;
pub mod scroll;
pub mod spec;
pub mod stay;
pub mod terms;
pub mod tour;
pub mod tree;
pub mod village_list;
pub mod weight_group;
pub mod weight_strip;
pub mod written;

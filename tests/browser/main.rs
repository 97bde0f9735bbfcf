//! The app in a real Chromium, used as a person would: by roles, names and keys.
//!
//! Run by `cargo xtask test --only browser`. One file per feature, named
//! `{action}_{object}.rs`; a test is a `scenario`, which gets a fresh browser
//! profile and leaves a picture in `target/screenshots/failed/` when it fails.

mod action;
mod arrange_ranking;
mod check;
mod demo_files;
mod driver;
mod find;
mod pdf_text;
mod picture;

mod change_method;
mod check_accessibility;
mod compare_periods;
mod compare_scenarios;
mod correct_cells;
mod decide_nominations;
mod decide_rules;
mod decide_twice;
mod decode_text;
mod do_everything;
mod drag_weights;
mod dry_run_import;
mod edit_framework;
mod explain_terms;
mod explain_village;
mod find_anything;
mod find_weights;
mod follow_steps;
mod honest_ranks;
mod import_files;
mod import_hostile_text;
mod install_app;
mod keep_drafts;
mod keep_hostile_text;
mod keep_project;
mod keep_secrets;
mod look_everywhere;
mod map_headers;
mod measure_records;
mod measure_speed;
mod miss_program;
mod open_page;
mod open_single_file;
mod point_weights;
mod print_overview;
mod print_ranking;
mod rank_villages;
mod read_charts;
mod read_export;
mod read_influence;
mod read_method;
mod save_chart;
mod shape_columns;
mod shape_ranking;
mod show_hostile_text;
mod show_restrictions;
mod sign_off;
mod take_tour;
mod tell_story;
mod trust_harness;
mod warn_windows;
mod work_by_keyboard;
mod work_offline;

//! One project, the commands that alone change it, and where it is kept.

pub mod autosave;
pub mod bins;
pub mod carry;
pub mod catalogue;
pub mod command;
pub mod context;
pub mod day;
pub mod decision;
pub mod desk;
pub mod drafts;
pub mod facts;
pub mod honest;
mod keep;
pub mod log;
pub mod persist;
pub mod project;
pub mod queue;
pub mod reactive;
pub mod rebalance;
pub mod recipe;
pub mod view;
pub mod weighing;

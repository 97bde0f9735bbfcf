//! The engine in its own thread: what is asked, who answers, who listens.

pub mod bridge;
pub mod changes;
pub mod correct;
pub mod decisions;
pub mod export;
pub mod files;
pub mod gates;
pub mod glance;
pub mod host;
pub mod lab;
pub mod overview;
pub mod present;
pub mod protocol;
pub mod refusal;
pub mod results;
pub mod robust;
pub mod shelf;
pub mod sign_off;
pub mod tree;
pub mod why;
pub mod wire;
pub mod write;

#[cfg(test)]
mod letter_tests;
#[cfg(test)]
mod village_tests;

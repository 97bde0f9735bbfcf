//! Composite-indicator engine for the duty-health index (履职健康指数) of
//! village committees.
//!
//! The data's way, and the reading order: bytes become tables and findings
//! ([`input`]), tables become a [`frame`] of units × indicators, which is
//! checked, treated, normalised, weighed, aggregated and ranked; [`pipeline`]
//! alone knows that order; [`explain`] answers "why", [`periods`] "what changed".
//! The library is pure: no IO, clock, threads or ambient randomness.

pub mod aggregate;
pub mod appeal;
pub mod calendar;
pub mod case;
pub mod check;
pub mod coherence;
pub mod compare;
pub mod demo;
pub mod distribution;
pub mod explain;
pub mod finding;
pub mod frame;
pub mod framework;
pub mod gate;
pub mod ids;
pub mod input;
pub mod inspect;
pub mod ledger;
pub mod normalise;
pub mod num;
pub mod packet;
pub mod periods;
pub mod pipeline;
pub mod process;
pub mod quantity;
pub mod rank;
pub mod report;
pub mod scheme;
pub mod signoff;
pub mod spec;
pub mod survey;
pub mod treat;
pub mod uncertainty;
pub mod weigh;
pub mod weight_space;

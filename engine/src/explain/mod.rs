//! Why a unit has its score, and what other weights would make of it.

mod additivity;
mod contribution;
mod dossier;
mod what_if;

pub use additivity::Additivity;
pub use contribution::{contributions, pillar_contributions};
pub use dossier::{Dossier, DossierNode, dossier};
pub use what_if::WhatIf;

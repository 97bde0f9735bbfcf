//! How the columns of the ranking look: class, heading, width.

use crate::bidi::isolated;
use crate::i18n::Key;
use crate::state::context::Context;
use crate::state::view::{Column, Shape};
use crate::written::terms;
use leptos::prelude::*;
use std::fmt::Write as _;

/// Class, heading, least width in pixels, and share of what is left over in tenths.
fn looks(column: Column) -> (&'static str, Key, u32, u32) {
    match column {
        Column::Rank => ("rank__rank", Key::ColRank, 52, 0),
        Column::Name => ("rank__name", Key::ColName, 132, 13),
        Column::Town => ("rank__town", Key::ColTown, 76, 7),
        Column::Class => ("rank__class", Key::ColClass, 80, 7),
        Column::Interval => ("rank__interval", Key::ColInterval, 110, 0),
        Column::Tier => ("rank__tier", Key::ColTier, 52, 0),
        Column::Score => ("rank__score", Key::ColScore, 68, 0),
        Column::Bars => ("rank__bars", Key::ColContributions, 190, 16),
        Column::Grade => ("rank__grade", Key::ColGrade, 146, 0),
        Column::Line => ("rank__line", Key::ColLine, 152, 0),
        Column::Coverage => ("rank__coverage", Key::ColCoverage, 76, 0),
        Column::Trend => ("rank__trend", Key::ColTrend, 130, 0),
        Column::Change => ("rank__change", Key::ColChange, 64, 0),
        Column::Pillar(_) => ("rank__pillar", Key::Contribution, 96, 0),
    }
}

/// Its class.
pub(super) fn class_of(column: Column) -> &'static str {
    looks(column).0
}

/// Which term its head is, if it is one.
pub(super) fn term_of(column: Column) -> Option<usize> {
    Some(match column {
        Column::Rank => terms::RANK,
        Column::Interval => terms::INTERVAL,
        Column::Tier => terms::TIER,
        Column::Score => terms::SCORE,
        Column::Grade => terms::GRADE,
        Column::Line => terms::LINE,
        Column::Coverage => terms::COVERAGE,
        Column::Change => terms::CHANGE,
        Column::Pillar(_) => terms::CONTRIBUTION,
        _ => return None,
    })
}

/// Number of pillars.
pub fn n_pillars(app: Context) -> usize {
    app.project.with(|p| {
        p.as_ref()
            .map_or(0, |p| p.content.framework().pillars().len())
    })
}

/// Its heading.
pub fn heading(app: Context, column: Column) -> String {
    let Column::Pillar(at) = column else {
        return app.t(looks(column).1).to_owned();
    };
    app.project.with(|p| {
        let Some(framework) = p.as_ref().map(|p| p.content.framework()) else {
            return String::new();
        };
        let node = framework.pillars().get(at as usize);
        node.map_or_else(String::new, |n| {
            isolated(framework.node(*n).name.get(app.language.get())).into_owned()
        })
    })
}

/// The widths as a style: tracks of the grid, and the least width of a row.
pub(super) fn tracks(shape: &Shape) -> String {
    let mut tracks = String::from("--columns:");
    let mut least = 24;
    let mut track = |tracks: &mut String, width: u32, share: u32| {
        least += width + 10;
        let _ = match share {
            0 => write!(tracks, " {width}px"),
            share => write!(tracks, " minmax({width}px,{share}fr)"),
        };
    };
    track(&mut tracks, 84, 0);
    for column in &shape.columns {
        let (_, _, width, share) = looks(*column);
        track(&mut tracks, width, share);
    }
    let _ = write!(tracks, ";--width:{least}px");
    tracks
}

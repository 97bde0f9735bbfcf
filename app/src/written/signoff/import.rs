//! What files of others would change, before anybody accepts them.

use super::{Desk, notices};
use crate::i18n::Told;
use crate::written::Scene;
use crate::written::filled;
use crate::written::html::Html;
use dhi_engine::packet::{PacketRefusal, Received, View};

/// File by file what came, then item by item what changes.
pub fn incoming(
    scene: &Scene<'_>,
    html: &mut Html,
    desk: &Desk<'_>,
    files: &[Result<Received, PacketRefusal>],
    [before, after]: [&View; 2],
) {
    html.el("p class=\"hint\"", scene.say(Told::IncomingHint))
        .open("ul");
    for (at, file) in files.iter().enumerate() {
        let number = [(at + 1).to_string(), ". ".into()].concat();
        let words = match file {
            Ok(received) => filled(
                scene.say(Told::IncomingFile),
                &[
                    ("new", received.new.to_string()),
                    ("known", received.known.to_string()),
                ],
            ),
            Err(why) => [
                "✕ ",
                scene.say(Told::NotTaken),
                &why.message(scene.language),
            ]
            .concat(),
        };
        html.el("li", &[number, words].concat());
    }
    html.close("ul").open("ul data-testid=\"incoming-items\"");
    for item in &after.items {
        let old = before.items.iter().find(|old| old.id == item.id);
        if old == Some(item) {
            continue;
        }
        let name = |state| desk.rules.state_name(state, scene.language);
        let from = old.map_or_else(|| scene.say(Told::NewHere), |old| name(old.state));
        html.open("li")
            .el("strong", &item.id)
            .text(&[": ", from, " → ", name(item.state)].concat())
            .close("li");
    }
    html.close("ul");
    notices(scene, html, after.notices.iter());
}

//! Files that are handed over: an office's packet, what is due as a calendar.

use super::super::protocol::{Failure, Response};
use super::Book;
use dhi_engine::calendar::Day;
use dhi_engine::framework::Language;
use dhi_engine::packet::author_of;
use dhi_engine::signoff::Evidence;

impl Book {
    /// The records of whoever acts as a packet; `None` where there are none.
    pub(super) fn export(&self) -> Result<Option<Response>, Failure> {
        let author = author_of(&self.actor);
        let Some(packet) = self.store.export(&author) else {
            return Ok(None);
        };
        let bytes = serde_json::to_vec(&packet).map_err(|e| e.to_string())?;
        Ok(Some(Response::File {
            name: [
                &author.replace('/', "-"),
                "-",
                &self.today.to_string(),
                ".dhi-packet.json",
            ]
            .concat(),
            kind: "application/json".into(),
            bytes,
        }))
    }

    /// What is due as a calendar (RFC 5545), a day each.
    pub(super) fn calendar_file(&self, language: Language) -> Response {
        let mut text = String::new();
        let mut line = |words: &str| {
            // Lines of at most 75 bytes.
            for (at, c) in words.chars().enumerate() {
                if at > 0 && at % 18 == 0 {
                    text.push_str("\r\n ");
                }
                text.push(c);
            }
            text.push_str("\r\n");
        };
        let bare = |day: Day| day.to_string().replace('-', "");
        line("BEGIN:VCALENDAR");
        line("VERSION:2.0");
        line("PRODID:-//duty-health-index//sign-off//ZH");
        for item in self.view.items.iter().filter(|item| self.sees(item)) {
            for due in self.due(item) {
                let mut name = String::new();
                for c in [
                    &item.id,
                    " ",
                    due.kind.name(language),
                    " ",
                    self.rules.role_name(due.role, language),
                ]
                .concat()
                .chars()
                {
                    match c {
                        '\\' | ',' | ';' => name.extend(['\\', c]),
                        c if c.is_control() => name.push(' '),
                        c => name.push(c),
                    }
                }
                line("BEGIN:VEVENT");
                line(
                    &[
                        "UID:",
                        &Evidence::fingerprint(name.as_bytes())[..16],
                        "@dhi",
                    ]
                    .concat(),
                );
                line(&["DTSTAMP:", &bare(self.today), "T000000Z"].concat());
                line(&["DTSTART;VALUE=DATE:", &bare(due.by)].concat());
                line(&["SUMMARY:", &name].concat());
                line("END:VEVENT");
            }
        }
        line("END:VCALENDAR");
        Response::File {
            name: "sign-off.ics".into(),
            kind: "text/calendar".into(),
            bytes: text.into_bytes(),
        }
    }
}

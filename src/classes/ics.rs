//! A timetable as a file for the calendar of a phone (iCalendar, RFC 5545).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    class_session, training_class,
    values::{ClassSessionStatus, ClassStatus, SessionMode, VenueId},
    venue,
};
use rocket::{
    Responder,
    http::{ContentType, Header},
};
use sea_orm::ConnectionTrait;

use crate::base::Result;
use crate::teaching;
use crate::web::Page;

/// Octets of a line, without its end.
const LINE: usize = 75;

/// A file to keep; its name says nothing of anybody.
#[derive(Responder)]
pub(crate) struct Timetable {
    text: String,
    kind: ContentType,
    disposition: Header<'static>,
}

impl Timetable {
    /// Sessions with their classes, in the reader's language; `base_url` is where visitors reach the house, `rooms` are the
    /// venues that sessions name.
    pub(crate) fn of<'a>(
        page: &Page,
        base_url: &str,
        now: DateTime<Utc>,
        rooms: &HashMap<VenueId, venue::Model>,
        sessions: impl IntoIterator<Item = (&'a training_class::Model, &'a class_session::Model)>,
    ) -> Self {
        let base = base_url.trim_end_matches('/');
        let mut file = Lines::default();
        for (name, value) in [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//Sidan//Timetable//ZH")] {
            file.line(name, value);
        }
        for (class, session) in sessions {
            let gone = session.status == ClassSessionStatus::Cancelled || class.status == ClassStatus::Cancelled;
            file.line("BEGIN", "VEVENT");
            file.line("UID", &format!("{}@{}", session.id, host(base)));
            file.line("DTSTAMP", &utc(now));
            file.line("SEQUENCE", &session.version.to_string());
            file.line("STATUS", if gone { "CANCELLED" } else { "CONFIRMED" });
            file.line("DTSTART", &utc(session.starts_at));
            file.line("DTEND", &utc(session.ends_at));
            let nth = page.say1("class-nth", "n", session.ordinal);
            file.line("SUMMARY", &escaped(&format!("{} {nth}", class.title)));
            file.line("LOCATION", &escaped(&location(page, rooms, class, session)));
            file.line("URL", &format!("{base}/classes/{}", class.id));
            file.line("END", "VEVENT");
        }
        file.line("END", "VCALENDAR");
        Self {
            text: file.0,
            kind: ContentType::new("text", "calendar").with_params(("charset", "utf-8")),
            disposition: Header::new("Content-Disposition", "attachment; filename=\"timetable.ics\""),
        }
    }
}

/// The venues that sessions name.
pub(crate) async fn rooms(
    db: &impl ConnectionTrait,
    sessions: &[class_session::Model],
) -> Result<HashMap<VenueId, venue::Model>> {
    teaching::venues(db, sessions.iter().filter_map(|session| session.venue_id)).await
}

/// Where a session is taught: in the room of the class, in another, or online.
fn location(
    page: &Page,
    rooms: &HashMap<VenueId, venue::Model>,
    class: &training_class::Model,
    session: &class_session::Model,
) -> String {
    let other = session.venue_id.filter(|id| Some(*id) != class.venue_id).and_then(|id| rooms.get(&id));
    match other {
        Some(room) => format!("{} {}", page.place(&room.area_code), room.name),
        None if session.mode == SessionMode::Online => page.word("session_mode", session.mode),
        None => format!("{} {}", page.place(&class.area_code), class.venue),
    }
}

/// `https://sidan.example:8443/a` is at `sidan.example`.
fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Text in which nothing ends the value.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One line, folded where it is long; a character is never cut.
    fn line(&mut self, name: &str, value: &str) {
        let mut used = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if used + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(c);
            used += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The value as a reader puts it together again.
    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn what_would_end_a_value_is_escaped() {
        assert_eq!(escaped("二楼, 左; a\\b\r\nX:1"), "二楼\\, 左\\; a\\\\b\\nX:1");
    }

    #[test]
    fn the_host_is_the_name_alone() {
        let hosts = ["https://sidan.example/", "http://127.0.0.1:8000", "sidan.example"].map(host);
        assert_eq!(hosts, ["sidan.example", "127.0.0.1", "sidan.example"]);
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_seventy_five_octets_and_nothing_is_lost(text in "[a课程,;😀 ]{0,200}") {
            let mut lines = Lines::default();
            lines.line("SUMMARY", &text);
            prop_assert!(lines.0.ends_with("\r\n"));
            prop_assert!(lines.0.split("\r\n").all(|line| line.len() <= LINE));
            prop_assert_eq!(unfolded(&lines.0), format!("SUMMARY:{text}\r\n"));
        }
    }
}

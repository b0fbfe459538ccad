//! The roster: one session, one line a person; below it all sessions and who is about to miss the certificate.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Datelike, Utc};
use entities::{
    attendance_mark,
    values::{ClassId, MarkMethod, MarkStanding, Outlook, Presence, SessionId},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::attendance::changes;
use crate::attendance::codes;
use crate::attendance::devices;
use crate::attendance::forecast;
use crate::attendance::forms::{CancelSession, RosterForm};
use crate::attendance::leavers;
use crate::attendance::requests;
use crate::attendance::rights::{CancelSessions, MarkAttendance, ReadAttendance};
use crate::attendance::service::{self, Cell, Roster};
use crate::attendance::tries;
use crate::base::clock::time_of;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault};
use crate::web::{FormView, Html, Nothing, Page, PageForm, back, go};

#[derive(Template)]
#[template(path = "attendance/templates/roster.html")]
struct RosterPage {
    page: Page,
    form: FormView,
    roster: Roster,
}

/// The four answers of a line: value, class of the cell, sign.
const ANSWERS: [(Presence, &str, &str); 4] = [
    (Presence::Present, "", "check"),
    (Presence::Late, "late", "clock"),
    (Presence::Absent, "away", "cross"),
    (Presence::Leave, "leave", "pause"),
];

/// As an input of that kind wants it.
fn time_value(instant: &DateTime<Utc>) -> String {
    time_of(*instant).format("%H:%M").to_string()
}

impl RosterPage {
    /// The form with what counts: nothing that nobody said is ticked, nor what is half or in dispute.
    fn new(page: Page, roster: Roster) -> Self {
        let mut form = FormView::default();
        for line in &roster.people {
            let Some(mark) = line.mark.as_ref().filter(|mark| mark.standing == MarkStanding::Credited) else {
                continue;
            };
            form = form.with(&format!("mark-{}", line.id), mark.presence);
            if mark.presence == Presence::Late {
                for (word, at) in [("in", mark.in_at), ("out", mark.out_at)] {
                    let at = at.map(|at| time_value(&at)).unwrap_or_default();
                    form = form.with(&format!("{word}-{}", line.id), at);
                }
            }
        }
        Self { page, form, roster }
    }

    fn class_path(&self, rest: &str) -> String {
        format!("/classes/{}{rest}", self.roster.class.id)
    }

    fn cancel_path(&self) -> String {
        format!("/classes/{}/sessions/{}/cancel", self.roster.class.id, self.roster.session.id)
    }

    fn change_path(&self) -> String {
        format!("/classes/{}/sessions/{}/change", self.roster.class.id, self.roster.session.id)
    }

    fn sign_of(presence: &Presence) -> &'static str {
        ANSWERS.iter().find(|(answer, _, _)| answer == presence).map_or("", |(_, _, sign)| sign)
    }

    fn day(&self, at: &DateTime<Utc>) -> String {
        self.page.short_day(&self.page.day_of(at))
    }

    fn weekday(&self) -> String {
        let day = self.page.day_of(&self.roster.session.starts_at);
        self.page.word("weekday", day.weekday().number_from_monday())
    }

    /// A mark that says more than that the trainer made it.
    fn is_special(mark: &attendance_mark::Model) -> bool {
        mark.method != MarkMethod::Roster || mark.standing != MarkStanding::Credited
    }

    fn is_marked(&self) -> bool {
        self.roster.people.iter().any(|line| line.mark.is_some())
    }

    /// So many people have this mark in the session that is open.
    fn tally(&self, presence: &Presence) -> usize {
        self.roster.people.iter().filter(|line| line.mark.as_ref().is_some_and(|m| m.presence == *presence)).count()
    }
}

struct Reading<'a> {
    db: &'a Database,
    vault: &'a Vault,
    clock: &'a Clock,
}

impl Reading<'_> {
    async fn open(&self, by: &Can<ReadAttendance>, page: Page, class: ClassId, n: Option<i32>) -> Result<RosterPage> {
        let roster = service::roster(self.db.reader(), self.vault, by, class, n, self.clock.now()).await?;
        Ok(RosterPage::new(page, roster))
    }
}

#[get("/classes/<id>/roster?<session>")]
async fn show(
    by: Can<ReadAttendance>,
    page: Page,
    id: ClassId,
    session: Option<i32>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Html<RosterPage>> {
    Ok(Html::ok(Reading { db, vault, clock }.open(&by, page, id, session).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/classes/<id>/roster", data = "<form>")]
async fn mark(
    by: Can<MarkAttendance>,
    page: Page,
    id: ClassId,
    form: PageForm<RosterForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<RosterPage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::mark_roster(&by, work, id, &input).await).await.flatten(),
        Err(e) => Err(e),
    };
    match done {
        Ok(n) => {
            let path = format!("/classes/{id}/roster?session={n}");
            Ok(Ok(go(cookies, path, "attendance-saved", &vec![("n", n.to_string())])))
        }
        Err(e) => {
            let typed = view.told(&page, e)?;
            let session = typed.value("session").parse().ok();
            let shown = Reading { db, vault, clock }.open(&by.prove()?, page, id, session).await?;
            Ok(Err(Html::again(RosterPage { form: typed, ..shown })))
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/classes/<id>/sessions/<session>/cancel", data = "<form>")]
async fn cancel(
    by: Can<CancelSessions>,
    page: Page,
    id: ClassId,
    session: SessionId,
    form: PageForm<CancelSession>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<RosterPage>>> {
    let reader = by.prove()?;
    let n = service::session_of(db.reader(), &reader, id, session).await?.ordinal;
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::cancel(&by, work, session, &input).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => {
            let path = format!("/classes/{id}/roster?session={n}");
            Ok(Ok(go(cookies, path, "attendance-cancelled", &vec![("n", n.to_string())])))
        }
        Err(e) => {
            let shown = Reading { db, vault, clock }.open(&reader, page, id, Some(n)).await?;
            let form = shown.form.clone().with("reason", view.value("reason")).told(&shown.page, e)?;
            Ok(Err(Html::again(RosterPage { form, ..shown })))
        }
    }
}

#[post("/classes/<id>/end", data = "<_form>")]
async fn end(
    by: Can<MarkAttendance>,
    id: ClassId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    match desk.write(async |work| service::end(&by, work, id).await).await {
        Ok(_) => Ok(go(cookies, format!("/classes/{id}/results"), "attendance-ended", &Vec::new())),
        Err(e) => back(cookies, format!("/classes/{id}/roster"), e),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let own = routes![show, mark, cancel, end];
    let rooms = [
        changes::page_routes(),
        codes::routes(),
        devices::page_routes(),
        forecast::page_routes(),
        requests::page_routes(),
    ];
    [own, rooms.concat(), leavers::page_routes(), tries::page_routes()].concat()
}

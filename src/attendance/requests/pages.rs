//! Pages: what waits and what was decided, one request with its picture, the forms that ask.

use std::collections::HashMap;

use askama::Template;
use chrono::{NaiveDate, NaiveTime};
use entities::{
    class_session, mark_request, training_class,
    values::{ClassId, EnrolmentId, MarkRequestId, MarkRequestKind, MarkRequestStatus, PersonId, Presence, SessionId},
};
use rocket::{
    Route, State, get,
    http::{ContentType, CookieJar},
    post,
    response::Redirect,
    routes,
};

use crate::access::Can;
use crate::attendance::requests::forms::{Answer, MarkRequestForm, NewLeave, NewMarkRequest};
use crate::attendance::requests::lifecycle::MarkRequestAction;
use crate::attendance::requests::service;
use crate::attendance::requests::store;
use crate::attendance::requests::views::actions;
use crate::attendance::rights::{AskForLeave, AskForMarks, DecideOnMarks, SeeMarkRequests};
use crate::attendance::service::SEATED;
use crate::attendance::store as marks;
use crate::base::clock::{day_of, instant};
use crate::base::{Error, Result, paging};
use crate::classes;
use crate::data::Vault;
use crate::enrolments;
use crate::people;
use crate::web::{FormView, Html, Nothing, Page, PageForm, PageUpload, Photo, Shown, Tools, go, on};

type Links = Vec<(String, String)>;

/// A request with the words around it.
struct Line {
    row: mark_request::Model,
    name: String,
    class: String,
    n: i32,
}

/// The words around requests.
async fn lines(tools: Tools<'_>, rows: Vec<mark_request::Model>) -> Result<Vec<Line>> {
    let db = tools.db.reader();
    let classes: Vec<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let classes = classes::by_ids(db, &classes).await?;
    let sessions: Vec<SessionId> = rows.iter().map(|row| row.session_id).collect();
    let sessions: HashMap<SessionId, class_session::Model> =
        marks::sessions(db, &sessions).await?.into_iter().map(|session| (session.id, session)).collect();
    let seats: Vec<EnrolmentId> = rows.iter().map(|row| row.enrolment_id).collect();
    let seats = enrolments::by_ids(db, &seats).await?;
    let persons: Vec<PersonId> = seats.values().map(|seat| seat.person_id).collect();
    let briefs = people::briefs(db, tools.vault, &persons).await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            name: seats
                .get(&row.enrolment_id)
                .and_then(|seat| briefs.get(&seat.person_id))
                .map(|brief| brief.name.clone())
                .unwrap_or_default(),
            class: classes.get(&row.class_id).map(|class| class.title.clone()).unwrap_or_default(),
            n: sessions.get(&row.session_id).map_or(0, |session| session.ordinal),
            row,
        })
        .collect())
}

impl Line {
    /// The sign of its state.
    fn sign(&self) -> &'static str {
        match self.row.status {
            MarkRequestStatus::Asked => "theirs",
            MarkRequestStatus::Approved => "done",
            MarkRequestStatus::Refused | MarkRequestStatus::Withdrawn => "stopped",
        }
    }
}

#[derive(Template)]
#[template(path = "attendance/templates/requests.html")]
struct RequestsPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    next: Option<String>,
}

#[get("/mark-requests?<status>&<after>")]
async fn list(
    by: Can<SeeMarkRequests>,
    page: Page,
    status: Option<MarkRequestStatus>,
    after: Option<MarkRequestId>,
    tools: Tools<'_>,
) -> Result<Html<RequestsPage>> {
    const SHOWN: u64 = 50;
    let rows = store::list(tools.db.reader(), by.actor(), status, after, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let query = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let tab = |of: Option<MarkRequestStatus>| {
        let word = of.map_or_else(|| page.say("mark_request-all"), |of| page.word("mark_request_status", of));
        let href = of.map_or_else(|| "/mark-requests".to_owned(), |of| format!("/mark-requests?status={of}"));
        (href, word, of == status)
    };
    let tabs = std::iter::once(None).chain(MarkRequestStatus::all().map(Some)).map(tab).collect();
    Ok(Html::ok(RequestsPage {
        tabs,
        next: rows.next.map(|after| format!("/mark-requests?{query}after={after}")),
        lines: lines(tools, rows.items).await?,
        page,
    }))
}

#[derive(Template)]
#[template(path = "attendance/templates/request.html")]
struct RequestPage {
    page: Page,
    form: FormView,
    line: Line,
    session: class_session::Model,
    old: Option<serde_json::Value>,
    decides: bool,
    withdraws: bool,
}

impl RequestPage {
    /// A word of the mark as it stood.
    fn old_word(&self, field: &str) -> String {
        let word = self.old.as_ref().and_then(|mark| mark.get(field)?.as_str()).unwrap_or_default();
        let kind = match field {
            "presence" => "presence",
            "standing" => "mark_standing",
            _ => "mark_method",
        };
        if word.is_empty() { String::new() } else { self.page.word(kind, word) }
    }

    fn old_minutes(&self) -> i64 {
        self.old.as_ref().and_then(|mark| mark.get("minutes")?.as_i64()).unwrap_or_default()
    }
}

async fn shown(
    by: &Can<SeeMarkRequests>,
    page: Page,
    form: FormView,
    id: MarkRequestId,
    tools: Tools<'_>,
) -> Result<RequestPage> {
    let row = store::visible(tools.db.reader(), by.actor(), id).await?;
    let open = actions(&row, by.actor());
    let session = marks::session(tools.db.reader(), row.session_id).await?;
    let old = row.old_mark.as_deref().and_then(|mark| serde_json::from_str(mark).ok());
    let line = lines(tools, vec![row]).await?.pop().ok_or(Error::NotFound("mark request"))?;
    Ok(RequestPage {
        decides: open.contains(&MarkRequestAction::Approve),
        withdraws: open.contains(&MarkRequestAction::Withdraw),
        page,
        form,
        line,
        session,
        old,
    })
}

#[get("/mark-requests/<id>")]
async fn show(by: Can<SeeMarkRequests>, page: Page, id: MarkRequestId, tools: Tools<'_>) -> Result<Html<RequestPage>> {
    Ok(Html::ok(shown(&by, page, FormView::default(), id, tools).await?))
}

/// The picture, for whoever sees the request.
#[get("/mark-requests/<id>/photo")]
async fn photo(by: Can<SeeMarkRequests>, id: MarkRequestId, tools: Tools<'_>) -> Result<(ContentType, Vec<u8>)> {
    let row = store::visible(tools.db.reader(), by.actor(), id).await?;
    let photo = row.photo_id.ok_or(Error::NotFound("photo"))?;
    Ok((ContentType::JPEG, store::photo(tools.db.reader(), tools.vault, photo).await?))
}

#[post("/mark-requests/<id>/approve", data = "<form>")]
async fn approve(
    by: Can<DecideOnMarks>,
    id: MarkRequestId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/mark-requests/{id}");
    let approve = MarkRequestAction::Approve;
    let sent = form.write(tools.desk, async |work, _| service::decide(&by, work, id, approve, None).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "mark_request-approved"))
}

#[post("/mark-requests/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<DecideOnMarks>,
    page: Page,
    id: MarkRequestId,
    form: PageForm<Answer>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<RequestPage> {
    let action = MarkRequestAction::Refuse;
    let sent = form
        .write(tools.desk, async |work, said| service::decide(&by, work, id, action, said.answer.as_deref()).await)
        .await;
    let reader = by.prove()?;
    sent.or_again(page, on(cookies, format!("/mark-requests/{id}"), "mark_request-refused"), async |page, form| {
        shown(&reader, page, form, id, tools).await
    })
    .await
}

#[post("/mark-requests/<id>/withdraw", data = "<form>")]
async fn withdraw(
    by: Can<SeeMarkRequests>,
    id: MarkRequestId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/mark-requests/{id}");
    let sent = form.write(tools.desk, async |work, _| service::withdraw(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "mark_request-withdrawn"))
}

#[derive(Template)]
#[template(path = "attendance/templates/request_new.html")]
struct NewRequestPage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    session: class_session::Model,
    seats: Links,
    kinds: Links,
    presences: Links,
}

async fn blank(
    by: &Can<AskForMarks>,
    page: Page,
    form: FormView,
    (class, session): (ClassId, SessionId),
    tools: Tools<'_>,
) -> Result<NewRequestPage> {
    let db = tools.db.reader();
    let class = classes::visible(db, &by.scope(), class).await?;
    let session = marks::session(db, session).await?;
    if session.class_id != class.id {
        return Err(Error::NotFound("session"));
    }
    let seats = enrolments::of_class(db, class.id, &SEATED).await?;
    let persons: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
    let briefs = people::briefs(db, tools.vault, &persons).await?;
    let seats = seats
        .iter()
        .map(|seat| {
            let brief = briefs.get(&seat.person_id);
            let words = brief.map(|brief| format!("{} {}", brief.name, brief.tail)).unwrap_or_default();
            (seat.id.to_string(), words)
        })
        .collect();
    let kinds = MarkRequestKind::all()
        .filter(|kind| *kind != MarkRequestKind::Leave)
        .map(|kind| (kind.to_string(), page.say(&format!("mark_request-kind_{kind}"))))
        .collect();
    let presences = Presence::all().map(|one| (one.to_string(), page.word("presence", one))).collect();
    Ok(NewRequestPage { page, form, class, session, seats, kinds, presences })
}

#[get("/classes/<id>/sessions/<session>/mark-requests/new?<seat>")]
async fn new_form(
    by: Can<AskForMarks>,
    page: Page,
    id: ClassId,
    session: SessionId,
    seat: Option<EnrolmentId>,
    tools: Tools<'_>,
) -> Result<Html<NewRequestPage>> {
    let form = seat.map_or_else(FormView::default, |seat| FormView::default().with("seat", seat));
    Ok(Html::ok(blank(&by, page, form, (id, session), tools).await?))
}

fn time(text: Option<&String>, field: &'static str, day: NaiveDate) -> Result<Option<chrono::DateTime<chrono::Utc>>> {
    let Some(text) = text.map(|text| text.trim()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| Error::invalid(field, "invalid.clock_time"))?;
    Ok(Some(instant(day, time)))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/classes/<id>/sessions/<session>/mark-requests", data = "<upload>")]
async fn ask(
    by: Can<AskForMarks>,
    page: Page,
    id: ClassId,
    session: SessionId,
    upload: PageUpload<MarkRequestForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
    vault: &State<std::sync::Arc<Vault>>,
) -> Shown<NewRequestPage> {
    let PageUpload { form, file, .. } = upload;
    let (input, view) = form.open();
    let asked = async {
        let input = input?;
        let photo = if file.is_empty() { None } else { Some(Photo::of("file", file).await?) };
        let day = day_of(marks::session(tools.db.reader(), session).await?.starts_at);
        let new = NewMarkRequest {
            enrolment_id: input.seat,
            kind: input.kind,
            presence: input.presence,
            in_at: time(input.came.as_ref(), "came", day)?,
            out_at: time(input.went.as_ref(), "went", day)?,
            reason: input.reason,
            photo: None,
        };
        let ask = async |work: &crate::data::Work| service::ask(&by, work, vault, session, &new, photo.as_ref()).await;
        tools.desk.write(ask).await.flatten().map_err(on_page)
    };
    match asked.await {
        Ok(id) => Ok(Ok(go(cookies, format!("/mark-requests/{id}"), "mark_request-asked", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(blank(&by, page, form, (id, session), tools).await?)))
        }
    }
}

/// The names that the fields have on the page.
fn on_page(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for field in &mut fields {
        let name = match field.field.as_ref() {
            "in_at" => "came",
            "out_at" => "went",
            "photo" => "file",
            "enrolment_id" => "seat",
            _ => continue,
        };
        field.field = name.into();
    }
    Error::Invalid(fields)
}

#[derive(Template)]
#[template(path = "attendance/templates/leave.html")]
struct LeavePage {
    page: Page,
    form: FormView,
    seat: EnrolmentId,
    class: training_class::Model,
    sessions: Links,
}

async fn leave_page(
    by: &Can<AskForLeave>,
    page: Page,
    form: FormView,
    seat: EnrolmentId,
    tools: Tools<'_>,
) -> Result<LeavePage> {
    let db = tools.db.reader();
    let row = enrolments::visible(db, &by.scope(), seat).await?;
    let class = classes::by_id(db, row.class_id).await?;
    let sessions = service::to_come(db, class.id, tools.clock.now())
        .await?
        .into_iter()
        .map(|one| {
            let when = format!("{} {}", page.say1("attendance-n", "n", one.ordinal), page.moment(&one.starts_at));
            (one.id.to_string(), when)
        })
        .collect();
    Ok(LeavePage { page, form, seat, class, sessions })
}

#[get("/enrolments/<id>/leave")]
async fn leave_form(by: Can<AskForLeave>, page: Page, id: EnrolmentId, tools: Tools<'_>) -> Result<Html<LeavePage>> {
    Ok(Html::ok(leave_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/enrolments/<id>/leave", data = "<form>")]
async fn ask_leave(
    by: Can<AskForLeave>,
    page: Page,
    id: EnrolmentId,
    form: PageForm<NewLeave>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<LeavePage> {
    let (input, view) = form.open();
    let asked = async {
        let new = input?;
        tools.desk.write(async |work| service::ask_leave(&by, work, tools.vault, id, &new).await).await.flatten()
    };
    match asked.await {
        Ok(id) => Ok(Ok(go(cookies, format!("/mark-requests/{id}"), "mark_request-asked", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(leave_page(&by, page, form, id, tools).await?)))
        }
    }
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![list, show, photo, approve, refuse, withdraw, new_form, ask, leave_form, ask_leave]
}

//! Marks that need a second person, for programs.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use entities::values::{EnrolmentId, MarkRequestId, SessionId};
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};

use crate::access::Can;
use crate::attendance::requests::forms::{Answer, NewLeave, NewMarkRequest};
use crate::attendance::requests::lifecycle::MarkRequestAction;
use crate::attendance::requests::service;
use crate::attendance::requests::store;
use crate::attendance::requests::views::MarkRequestView;
use crate::attendance::rights::{AskForLeave, AskForMarks, DecideOnMarks, SeeMarkRequests};
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Database, Desk, Vault};
use crate::web::{Body, Paging, Photo};

/// Requests in sight, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(Paging),
    responses((status = 200, body = Page<MarkRequestView>)))]
#[get("/mark-requests?<paging..>")]
pub(crate) async fn list(
    by: Can<SeeMarkRequests>,
    paging: rocket::form::Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<MarkRequestView>>> {
    paging.check()?;
    let rows = store::list(db.reader(), by.actor(), None, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let items = page.items.into_iter().map(|row| MarkRequestView::of(row, by.actor())).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = MarkRequestId, Path)),
    responses((status = 200, body = MarkRequestView), (status = 404)))]
#[get("/mark-requests/<id>")]
pub(crate) async fn show(
    by: Can<SeeMarkRequests>,
    id: MarkRequestId,
    db: &State<Database>,
) -> Result<Json<MarkRequestView>> {
    Ok(Json(MarkRequestView::of(store::visible(db.reader(), by.actor(), id).await?, by.actor())))
}

/// Asks for a mark by hand with a picture, for a quarrel of two sources to be settled, or for a change after the lock.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = SessionId, Path)), request_body = NewMarkRequest,
    responses((status = 201, body = MarkRequestView), (status = 404), (status = 409), (status = 422)))]
#[post("/class-sessions/<id>/mark-requests", data = "<body>")]
pub(crate) async fn ask(
    by: Can<AskForMarks>,
    id: SessionId,
    body: Body<NewMarkRequest>,
    desk: &State<Desk>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Created<Json<MarkRequestView>>> {
    let photo = match &body.value.photo {
        None => None,
        Some(text) => {
            let bytes = STANDARD.decode(text).map_err(|_| Error::invalid("photo", "invalid.picture"))?;
            Some(Photo::of("photo", bytes).await?)
        }
    };
    let asked =
        desk.write(async |work| service::ask(&by, work, vault, id, &body.value, photo.as_ref()).await).await??;
    told(&by.prove()?, asked, db).await
}

/// Asks for leave from a session to come.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = EnrolmentId, Path)), request_body = NewLeave,
    responses((status = 201, body = MarkRequestView), (status = 404), (status = 409), (status = 422)))]
#[post("/enrolments/<id>/leave", data = "<body>")]
pub(crate) async fn ask_leave(
    by: Can<AskForLeave>,
    id: EnrolmentId,
    body: Body<NewLeave>,
    desk: &State<Desk>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Created<Json<MarkRequestView>>> {
    let asked = desk.write(async |work| service::ask_leave(&by, work, vault, id, &body.value).await).await??;
    told(&by.prove()?, asked, db).await
}

async fn told(by: &Can<SeeMarkRequests>, id: MarkRequestId, db: &Database) -> Result<Created<Json<MarkRequestView>>> {
    let row = store::visible(db.reader(), by.actor(), id).await?;
    let view = MarkRequestView::of(row, by.actor());
    Ok(Created::new(format!("/api/v1/mark-requests/{id}")).body(Json(view)))
}

/// Agrees: the mark stands from now on.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = MarkRequestId, Path)), request_body = Answer,
    responses((status = 200, body = MarkRequestView), (status = 403), (status = 404), (status = 409)))]
#[post("/mark-requests/<id>/approve", data = "<body>")]
pub(crate) async fn approve(
    by: Can<DecideOnMarks>,
    id: MarkRequestId,
    body: Body<Answer>,
    desk: &State<Desk>,
) -> Result<Json<MarkRequestView>> {
    decide(&by, id, MarkRequestAction::Approve, &body.value, desk).await
}

/// Refuses, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = MarkRequestId, Path)), request_body = Answer,
    responses((status = 200, body = MarkRequestView), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/mark-requests/<id>/refuse", data = "<body>")]
pub(crate) async fn refuse(
    by: Can<DecideOnMarks>,
    id: MarkRequestId,
    body: Body<Answer>,
    desk: &State<Desk>,
) -> Result<Json<MarkRequestView>> {
    decide(&by, id, MarkRequestAction::Refuse, &body.value, desk).await
}

async fn decide(
    by: &Can<DecideOnMarks>,
    id: MarkRequestId,
    action: MarkRequestAction,
    said: &Answer,
    desk: &Desk,
) -> Result<Json<MarkRequestView>> {
    let answer = said.answer.as_deref();
    let row = desk.write(async |work| service::decide(by, work, id, action, answer).await).await?;
    Ok(Json(MarkRequestView::of(row, by.actor())))
}

/// Takes one's own request back.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = MarkRequestId, Path)), request_body = Answer,
    responses((status = 200, body = MarkRequestView), (status = 404), (status = 409)))]
#[post("/mark-requests/<id>/withdraw", data = "<_body>")]
pub(crate) async fn withdraw(
    by: Can<SeeMarkRequests>,
    id: MarkRequestId,
    _body: Body<Answer>,
    desk: &State<Desk>,
) -> Result<Json<MarkRequestView>> {
    let row = desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    Ok(Json(MarkRequestView::of(row, by.actor())))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![list, show, ask, ask_leave, approve, refuse, withdraw]
}

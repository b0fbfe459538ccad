//! Sessions and attendance, for programs.

use std::sync::Arc;

use entities::values::{ClassId, SessionId};
use rocket::{Route, State, get, http::Status, post, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::attendance::changes;
use crate::attendance::codes::CheckIn;
use crate::attendance::devices;
use crate::attendance::forecast;
use crate::attendance::forms::{CancelSession, EndClass, Naming, NewCheckIn, NewMarks};
use crate::attendance::leavers;
use crate::attendance::requests;
use crate::attendance::rights::{CancelSessions, MarkAttendance, MarkOneself, ReadAttendance};
use crate::attendance::service;
use crate::attendance::tries;
use crate::attendance::views::{AttendanceView, CheckedIn, ClassSessionView, EndedClassView};
use crate::base::paging::Page;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Rush, Vault};
use crate::web::Body;

#[derive(OpenApi)]
#[openapi(paths(
    list_sessions,
    show,
    mark,
    check_in,
    cancel,
    end,
    changes::api::list,
    changes::api::show,
    changes::api::ask,
    changes::api::approve,
    changes::api::refuse,
    changes::api::withdraw,
    devices::api::list,
    devices::api::register,
    devices::api::revoke,
    devices::api::receive,
    devices::api::rosters,
    requests::api::list,
    requests::api::show,
    requests::api::ask,
    requests::api::ask_leave,
    requests::api::approve,
    requests::api::refuse,
    requests::api::withdraw,
    tries::api::simulate,
    forecast::api::show,
    leavers::api::drop_out
))]
pub(crate) struct Docs;

/// The sessions of a class in their order, all of them on one page.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = ClassId, Path)),
    responses((status = 200, body = Page<ClassSessionView>), (status = 404)))]
#[get("/classes/<id>/sessions")]
pub(crate) async fn list_sessions(
    by: Can<ReadAttendance>,
    id: ClassId,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<Page<ClassSessionView>>> {
    let items = service::sessions(db.reader(), &by, id, clock.now()).await?;
    Ok(Json(Page { items, next: None }))
}

/// Who was there in one session.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = SessionId, Path)),
    responses((status = 200, body = AttendanceView), (status = 404)))]
#[get("/class-sessions/<id>/attendance")]
pub(crate) async fn show(
    by: Can<ReadAttendance>,
    id: SessionId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Json<AttendanceView>> {
    Ok(Json(service::attendance(db.reader(), vault, &by, id, clock.now()).await?))
}

/// Marks who was there, all or nothing. The first mark makes the session held and starts the class; a later mark takes
/// the place of an earlier one until the class has ended.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = SessionId, Path)), request_body = NewMarks,
    responses((status = 200, body = AttendanceView), (status = 404), (status = 409), (status = 422)))]
#[post("/class-sessions/<id>/attendance", data = "<body>")]
pub(crate) async fn mark(
    by: Can<MarkAttendance>,
    id: SessionId,
    body: Body<NewMarks>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<AttendanceView>> {
    let reader = by.prove()?;
    let view = desk.write(async |work| {
        Ok(match service::mark(&by, work, id, &body.value.marks, Naming::ByIndex).await? {
            Ok(()) => Ok(service::attendance(work.db(), vault, &reader, id, work.now).await?),
            Err(refused) => Err(refused),
        })
    });
    Ok(Json(view.await??))
}

/// Marks oneself by the code on the trainer's screen: in, or out. The code changes every few seconds and is of this session.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = SessionId, Path)), request_body = NewCheckIn,
    responses((status = 201, body = CheckedIn), (status = 403), (status = 409), (status = 422), (status = 503)))]
#[post("/class-sessions/<id>/check-ins", data = "<body>")]
pub(crate) async fn check_in(
    by: Can<MarkOneself>,
    id: SessionId,
    body: Body<NewCheckIn>,
    rush: &State<Rush<CheckIn>>,
    vault: &State<Arc<Vault>>,
) -> Result<(Status, Json<CheckedIn>)> {
    let told = rush.ask(CheckIn::new(&by, Some(id), body.value, None, vault)?).await?;
    Ok((Status::Created, Json(told)))
}

/// Cancels a session; it leaves both sums of the rate. The institution cancels what was not held, the county's clerk what
/// was marked already.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = SessionId, Path)),
    request_body = CancelSession,
    responses((status = 200, body = AttendanceView), (status = 404), (status = 409), (status = 422)))]
#[post("/class-sessions/<id>/cancel", data = "<body>")]
pub(crate) async fn cancel(
    by: Can<CancelSessions>,
    id: SessionId,
    body: Body<CancelSession>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<AttendanceView>> {
    let reader = by.prove()?;
    let view = desk.write(async |work| {
        service::cancel(&by, work, id, &body.value).await?;
        service::attendance(work.db(), vault, &reader, id, work.now).await
    });
    Ok(Json(view.await?))
}

/// Ends a class whose sessions were all held or cancelled.
#[utoipa::path(context_path = "/api/v1", tag = "classes", params(("id" = ClassId, Path)), request_body = EndClass,
    responses((status = 200, body = EndedClassView), (status = 404), (status = 409)))]
#[post("/classes/<id>/end", data = "<_body>")]
pub(crate) async fn end(
    by: Can<MarkAttendance>,
    id: ClassId,
    _body: Body<EndClass>,
    desk: &State<Desk>,
) -> Result<Json<EndedClassView>> {
    Ok(Json(desk.write(async |work| service::end(&by, work, id).await).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    let own = routes![list_sessions, show, mark, check_in, cancel, end];
    let rooms = [devices::api_routes(), forecast::api_routes(), leavers::api_routes(), requests::api_routes()];
    [own, rooms.concat(), changes::api_routes(), tries::api_routes()].concat()
}

//! Seats, for programs.

use entities::values::{ClassId, EnrolmentId, EnrolmentStatus, PersonId};
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::base::{Clock, Result};
use crate::classes::{self, ClassView, DecideOnClasses, OpenClass};
use crate::data::{Database, Desk, Rush, Vault};
use crate::enrolments::forms::{NewEnrolment, Withdrawal};
use crate::enrolments::rights::{SeeEnrolments, TakeSeats};
use crate::enrolments::seats::TakeSeat;
use crate::enrolments::service;
use crate::enrolments::store;
use crate::enrolments::views::{EnrolmentView, Taken};
use crate::people;
use crate::web::{Body, IdempotencyKey, Reason, Tools};

#[derive(OpenApi)]
#[openapi(paths(planned, take, list, show, withdraw, approve, cancel))]
pub(crate) struct Docs;

/// Classes that are applied for in one's own county and can still be joined: `waiting` counts who is on the roster.
#[utoipa::path(context_path = "/api/v1", tag = "enrolments", responses((status = 200, body = [OpenClass]), (status = 403)))]
#[get("/planned-classes")]
pub(crate) async fn planned(
    by: Can<TakeSeats>,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<Vec<OpenClass>>> {
    Ok(Json(service::planned(&by, db.reader(), clock.today()).await?))
}

/// Takes a seat, or a place in the waiting list where none is left or on the roster of a class that is applied for. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "enrolments", request_body = NewEnrolment,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Taken), (status = 403), (status = 404), (status = 409), (status = 422), (status = 503)))]
#[post("/classes/<id>/enrolments", data = "<body>")]
pub(crate) async fn take(
    by: Can<TakeSeats>,
    id: ClassId,
    key: IdempotencyKey,
    body: Body<NewEnrolment>,
    rush: &State<Rush<TakeSeat>>,
) -> Result<Created<Json<Taken>>> {
    // The class stands in the address, so it is part of the command.
    let key = key.0.map(|key| (key, format!("{id}{}", body.hash)));
    let taken = rush.ask(TakeSeat::new(&by, id, body.value, key)?).await?;
    Ok(Created::new(format!("/api/v1/enrolments/{}", taken.id)).body(Json(taken)))
}

/// Who is or was in a class, names and numbers masked.
#[utoipa::path(context_path = "/api/v1", tag = "enrolments",
    responses((status = 200, body = [EnrolmentView]), (status = 403), (status = 404)))]
#[get("/classes/<id>/enrolments")]
pub(crate) async fn list(
    by: Can<SeeEnrolments>,
    id: ClassId,
    db: &State<Database>,
    vault: &State<std::sync::Arc<Vault>>,
) -> Result<Json<Vec<EnrolmentView>>> {
    classes::visible(db.reader(), &by.scope(), id).await?;
    let every: Vec<EnrolmentStatus> = EnrolmentStatus::all().collect();
    let rows = store::of_class(db.reader(), id, &every).await?;
    let ids: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let briefs = people::briefs(db.reader(), vault, &ids).await?;
    let views = rows.into_iter().map(|row| {
        let brief = briefs.get(&row.person_id);
        EnrolmentView::new(row, brief, by.actor())
    });
    Ok(Json(views.collect()))
}

async fn told(by: &Can<TakeSeats>, id: EnrolmentId, db: &Database, vault: &Vault) -> Result<EnrolmentView> {
    let row = store::visible(db.reader(), &by.scope(), id).await?;
    let briefs = people::briefs(db.reader(), vault, &[row.person_id]).await?;
    let brief = briefs.get(&row.person_id);
    Ok(EnrolmentView::new(row.clone(), brief, by.actor()))
}

/// One enrolment of one's own, or of somebody of one's village.
#[utoipa::path(context_path = "/api/v1", tag = "enrolments",
    responses((status = 200, body = EnrolmentView), (status = 404)))]
#[get("/enrolments/<id>")]
pub(crate) async fn show(
    by: Can<TakeSeats>,
    id: EnrolmentId,
    db: &State<Database>,
    vault: &State<std::sync::Arc<Vault>>,
) -> Result<Json<EnrolmentView>> {
    Ok(Json(told(&by, id, db, vault).await?))
}

/// Gives a seat or a waiting place back; the seat goes to the next who waits.
#[utoipa::path(context_path = "/api/v1", tag = "enrolments", request_body = Withdrawal,
    responses((status = 200, body = EnrolmentView), (status = 404), (status = 409)))]
#[post("/enrolments/<id>/withdraw", data = "<body>")]
pub(crate) async fn withdraw(
    by: Can<TakeSeats>,
    id: EnrolmentId,
    body: Body<Withdrawal>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<std::sync::Arc<Vault>>,
) -> Result<Json<EnrolmentView>> {
    desk.write(async |work| service::withdraw(&by, work, id, body.value.reason).await).await?;
    Ok(Json(told(&by, id, db, vault).await?))
}

/// Approves a class: money for all seats is reserved, and those on the roster take them, first come first.
#[utoipa::path(context_path = "/api/v1", tag = "classes",
    responses((status = 200, body = ClassView), (status = 403), (status = 409), (status = 422)))]
#[post("/classes/<id>/approve")]
pub(crate) async fn approve(by: Can<DecideOnClasses>, id: ClassId, tools: Tools<'_>) -> Result<Json<ClassView>> {
    tools.desk.write(async |work| service::approve_class(&by, work, tools.vault, id).await).await?;
    let class = classes::visible(tools.db.reader(), &by.scope(), id).await?;
    Ok(Json(ClassView::new(class, Some(by.actor()))))
}

/// Cancels a class: everybody in it is told, money and quotas are free again.
#[utoipa::path(context_path = "/api/v1", tag = "classes", request_body = Reason,
    responses((status = 200, body = ClassView), (status = 404), (status = 409)))]
#[post("/classes/<id>/cancel", data = "<body>")]
pub(crate) async fn cancel(
    by: Can<DecideOnClasses>,
    id: ClassId,
    body: Body<Reason>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<ClassView>> {
    desk.write(async |work| service::cancel_class(&by, work, id, &body.value).await).await?;
    let class = classes::visible(db.reader(), &by.scope(), id).await?;
    Ok(Json(ClassView::new(class, Some(by.actor()))))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![planned, take, list, show, withdraw, approve, cancel]
}

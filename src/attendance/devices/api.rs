//! Roster devices, for programs.

use std::sync::Arc;

use entities::values::RosterDeviceId;
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};

use crate::access::Can;
use crate::attendance::devices::forms::{NewRosterDevice, RevokeDevice, SentMarks};
use crate::attendance::devices::service;
use crate::attendance::devices::views::{OfflineRosters, RosterDeviceView, SentMarksView};
use crate::attendance::rights::MarkAttendance;
use crate::base::paging::Page;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault};
use crate::web::Body;

/// The devices of one's own institution, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "roster devices", responses((status = 200, body = Page<RosterDeviceView>)))]
#[get("/roster-devices")]
pub(crate) async fn list(by: Can<MarkAttendance>, db: &State<Database>) -> Result<Json<Page<RosterDeviceView>>> {
    let items = service::list(db.reader(), &by.scope()).await?.into_iter().map(Into::into).collect();
    Ok(Json(Page { items, next: None }))
}

/// Registers a device by its public key; the same key again is the same device.
#[utoipa::path(context_path = "/api/v1", tag = "roster devices", request_body = NewRosterDevice,
    responses((status = 201, body = RosterDeviceView), (status = 409), (status = 422)))]
#[post("/roster-devices", data = "<body>")]
pub(crate) async fn register(
    by: Can<MarkAttendance>,
    body: Body<NewRosterDevice>,
    desk: &State<Desk>,
) -> Result<Created<Json<RosterDeviceView>>> {
    let device = desk.write(async |work| service::register(&by, work, &body.value).await).await?;
    Ok(Created::new("/api/v1/roster-devices").body(Json(device.into())))
}

/// Takes a device out of use.
#[utoipa::path(context_path = "/api/v1", tag = "roster devices", params(("id" = RosterDeviceId, Path)),
    request_body = RevokeDevice, responses((status = 200, body = RosterDeviceView), (status = 404), (status = 409)))]
#[post("/roster-devices/<id>/revoke", data = "<_body>")]
pub(crate) async fn revoke(
    by: Can<MarkAttendance>,
    id: RosterDeviceId,
    _body: Body<RevokeDevice>,
    desk: &State<Desk>,
) -> Result<Json<RosterDeviceView>> {
    Ok(Json(desk.write(async |work| service::revoke(&by, work, id).await).await?.into()))
}

/// Sends marks that were made without network, in any order; each has its own verdict, and one that comes again changes
/// nothing.
#[utoipa::path(context_path = "/api/v1", tag = "roster devices", params(("id" = RosterDeviceId, Path)),
    request_body = SentMarks, responses((status = 200, body = SentMarksView), (status = 404), (status = 422)))]
#[post("/roster-devices/<id>/marks", data = "<body>")]
pub(crate) async fn receive(
    by: Can<MarkAttendance>,
    id: RosterDeviceId,
    body: Body<SentMarks>,
    desk: &State<Desk>,
) -> Result<Json<SentMarksView>> {
    let items = desk.write(async |work| service::receive(&by, work, id, &body.value.marks).await).await?;
    Ok(Json(SentMarksView { items }))
}

/// The rosters that a device keeps for the days to come: names and last digits of the institution's own classes.
#[utoipa::path(context_path = "/api/v1", tag = "roster devices", responses((status = 200, body = OfflineRosters)))]
#[get("/offline-rosters")]
pub(crate) async fn rosters(
    by: Can<MarkAttendance>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Json<OfflineRosters>> {
    Ok(Json(service::rosters(db.reader(), vault, &by, clock.now()).await?))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![list, register, revoke, receive, rosters]
}

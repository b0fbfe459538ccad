//! Leaving a class that has begun, for programs.

use entities::values::{EnrolmentId, EnrolmentStatus};
use rocket::{Route, State, post, routes, serde::json::Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Can;
use crate::attendance::leavers::forms::DropOut;
use crate::attendance::leavers::service;
use crate::attendance::rights::RecordLeavers;
use crate::base::Result;
use crate::data::Desk;
use crate::web::Body;

/// An enrolment after its end.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftView {
    pub id: EnrolmentId,
    pub status: EnrolmentStatus,
    pub reason: Option<String>,
}

/// Leaves a class that has begun, with a coded reason; early enough, somebody who had waited takes the seat.
#[utoipa::path(context_path = "/api/v1", tag = "enrolments", params(("id" = EnrolmentId, Path)), request_body = DropOut,
    responses((status = 200, body = LeftView), (status = 404), (status = 409), (status = 422)))]
#[post("/enrolments/<id>/drop-out", data = "<body>")]
pub(crate) async fn drop_out(
    by: Can<RecordLeavers>,
    id: EnrolmentId,
    body: Body<DropOut>,
    desk: &State<Desk>,
) -> Result<Json<LeftView>> {
    let row = desk.write(async |work| service::drop_out(&by, work, id, &body.value).await).await?;
    Ok(Json(LeftView { id: row.id, status: row.status, reason: row.reason }))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![drop_out]
}

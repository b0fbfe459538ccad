//! What would happen to a mark, for programs.

use entities::values::SessionId;
use rocket::{Route, State, post, routes, serde::json::Json};

use crate::access::Can;
use crate::attendance::rights::ReadAttendance;
use crate::attendance::tries::forms::Supposed;
use crate::attendance::tries::simulator::{self, Simulated};
use crate::base::Result;
use crate::data::Database;
use crate::web::Body;

/// Says what would happen to a mark, and why. Nothing is written.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = SessionId, Path)), request_body = Supposed,
    responses((status = 200, body = Simulated), (status = 404), (status = 422)))]
#[post("/class-sessions/<id>/simulation", data = "<body>")]
pub(crate) async fn simulate(
    by: Can<ReadAttendance>,
    id: SessionId,
    body: Body<Supposed>,
    db: &State<Database>,
) -> Result<Json<Simulated>> {
    Ok(Json(simulator::simulate(db.reader(), &by, id, &body.value).await?))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![simulate]
}

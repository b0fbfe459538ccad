//! How somebody stands, for programs.

use std::sync::Arc;

use entities::values::EnrolmentId;
use rocket::{Route, State, get, routes, serde::json::Json};

use crate::access::Can;
use crate::attendance::forecast::service::{self, StandingView};
use crate::attendance::rights::SeeStanding;
use crate::base::Result;
use crate::data::{Database, Vault};

/// The sum behind one person's attendance, down to each mark, and what is still within reach.
#[utoipa::path(context_path = "/api/v1", tag = "attendance", params(("id" = EnrolmentId, Path)),
    responses((status = 200, body = StandingView), (status = 404)))]
#[get("/enrolments/<id>/attendance")]
pub(crate) async fn show(
    by: Can<SeeStanding>,
    id: EnrolmentId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<StandingView>> {
    Ok(Json(service::stands(db.reader(), vault, &by, id).await?.into()))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![show]
}

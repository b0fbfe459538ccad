//! Standards and occupations, for programs.

use chrono::NaiveDate;
use entities::{
    subsidy_standard,
    values::{Fen, Programme, StandardId},
};
use rocket::{Route, State, get, routes, serde::json::Json};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::access::Actor;
use crate::base::Result;
use crate::data::Database;
use crate::policy::{Occupation, occupations, standards};

#[derive(OpenApi)]
#[openapi(paths(list_standards, list_occupations))]
pub(crate) struct Docs;

#[derive(Debug, Serialize, ToSchema)]
struct StandardView {
    id: StandardId,
    programme: Programme,
    /// Null where it holds for every occupation of the programme.
    occupation: Option<String>,
    area_code: String,
    /// Per qualified person.
    amount_fen: Fen,
    valid_from: NaiveDate,
    /// The first day on which it no longer holds.
    valid_to: Option<NaiveDate>,
    document_no: String,
}

impl From<subsidy_standard::Model> for StandardView {
    fn from(row: subsidy_standard::Model) -> Self {
        Self {
            id: row.id,
            programme: row.programme,
            occupation: row.occupation,
            area_code: row.area_code,
            amount_fen: row.fen,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document_no: row.document_no,
        }
    }
}

/// What the government pays per qualified person, by programme, area and period.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards",
    responses((status = 200, body = [StandardView]), (status = 401)))]
#[get("/subsidy-standards")]
async fn list_standards(_by: Actor, db: &State<Database>) -> Result<Json<Vec<StandardView>>> {
    Ok(Json(standards::all(db.reader()).await?.into_iter().map(Into::into).collect()))
}

/// Occupations that are trained for.
#[utoipa::path(context_path = "/api/v1", tag = "occupations", responses((status = 200, body = [Occupation])))]
#[get("/occupations")]
fn list_occupations() -> Json<&'static [Occupation]> {
    Json(occupations())
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list_standards, list_occupations]
}

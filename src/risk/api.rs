//! The risk of institutions, for programs.

use entities::values::OrganisationId;
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::{Result, paging};
use crate::risk::forms::{DayQuery, RiskQuery};
use crate::risk::rights::{CompareRisk, KeepRisk, SeeRisk};
use crate::risk::service;
use crate::risk::store;
use crate::risk::views::{KeptView, RiskView, StandingView};
use crate::web::Tools;

/// Scores of one institution that are told at once.
const SHOWN: u64 = 100;

#[derive(OpenApi)]
#[openapi(paths(list, show, kept, keep))]
pub(crate) struct Docs;

/// Institutions of the caller's area by their latest score, the riskiest first.
#[utoipa::path(context_path = "/api/v1", tag = "risk", params(RiskQuery),
    responses((status = 200, body = paging::Page<StandingView>), (status = 401), (status = 403), (status = 422)))]
#[get("/risk?<query..>")]
async fn list(
    by: Can<CompareRisk>,
    query: Strict<RiskQuery>,
    tools: Tools<'_>,
) -> Result<Json<paging::Page<StandingView>>> {
    let rows = service::list(&by, tools.db.reader(), &query, &query.sought()?).await?;
    Ok(Json(rows.map(Into::into)))
}

/// How risky an institution is on a day, computed from what had happened by its end. The institution itself is not told what
/// is still looked into, nor what rests on people who spoke.
#[utoipa::path(context_path = "/api/v1", tag = "risk", params(("id" = OrganisationId, Path), DayQuery),
    responses((status = 200, body = RiskView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/organisations/<id>/risk?<query..>")]
async fn show(
    by: Can<SeeRisk>,
    id: OrganisationId,
    query: Strict<DayQuery>,
    tools: Tools<'_>,
) -> Result<Json<RiskView>> {
    told(&by, id, &query, tools).await
}

async fn told(by: &Actor, id: OrganisationId, query: &DayQuery, tools: Tools<'_>) -> Result<Json<RiskView>> {
    let on = query.day(tools.clock.today())?;
    let (one, scored) = service::seen(tools.db.reader(), by, id, on).await?;
    Ok(Json(RiskView::of(one, scored, by)))
}

/// The scores of an institution that were kept, the latest first; at most a hundred.
#[utoipa::path(context_path = "/api/v1", tag = "risk", params(("id" = OrganisationId, Path)),
    responses((status = 200, body = [KeptView]), (status = 401), (status = 403), (status = 404)))]
#[get("/organisations/<id>/risk/kept")]
async fn kept(by: Can<CompareRisk>, id: OrganisationId, tools: Tools<'_>) -> Result<Json<Vec<KeptView>>> {
    let db = tools.db.reader();
    let one = store::institution(db, &by.scope(), id).await?;
    Ok(Json(store::kept(db, one.id, SHOWN).await?.into_iter().map(Into::into).collect()))
}

/// Keeps the score of today.
#[utoipa::path(context_path = "/api/v1", tag = "risk", params(("id" = OrganisationId, Path)),
    responses((status = 201, body = RiskView), (status = 401), (status = 403), (status = 404)))]
#[post("/organisations/<id>/risk")]
async fn keep(by: Can<KeepRisk>, id: OrganisationId, tools: Tools<'_>) -> Result<Created<Json<RiskView>>> {
    tools.desk.write(async |work| service::keep(Some(&by), work, id).await).await?;
    let view = told(&by, id, &DayQuery::default(), tools).await?;
    Ok(Created::new(format!("/api/v1/organisations/{id}/risk")).body(view))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, kept, keep]
}

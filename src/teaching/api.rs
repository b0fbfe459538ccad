//! Venues and trainers, for programs.

use entities::values::{RegisterStatus, TrainerId, VenueId};
use rocket::{Route, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::paging;
use crate::base::{Error, Result};
use crate::teaching::forms::{NewTrainer, NewVenue, Papers};
use crate::teaching::rights::{KeepRegisters, ReadRegisters};
use crate::teaching::service;
use crate::teaching::store::{self, Sought};
use crate::teaching::views::{TrainerView, VenueView};
use crate::web::{Body, Paging, Tools};

#[derive(OpenApi)]
#[openapi(paths(
    list_venues,
    show_venue,
    add_venue,
    change_venue,
    retire_venue,
    list_trainers,
    show_trainer,
    add_trainer,
    change_trainer,
    retire_trainer
))]
pub(crate) struct Docs;

fn status_of(text: Option<String>) -> Result<Option<RegisterStatus>> {
    text.map(|text| text.parse().map_err(|()| Error::invalid("status", "invalid.choice"))).transpose()
}

async fn venue(tools: Tools<'_>, reader: &Actor, id: VenueId) -> Result<Json<VenueView>> {
    Ok(Json(VenueView::new(store::venue(tools.db.reader(), &reader.scope(), id).await?, reader)))
}

async fn trainer(tools: Tools<'_>, reader: &Actor, id: TrainerId) -> Result<Json<TrainerView>> {
    let row = store::trainer(tools.db.reader(), &reader.scope(), id).await?;
    Ok(Json(TrainerView::new(row, tools.vault, reader)?))
}

/// Venues of the caller's institution or area, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "teaching",
    params(("status" = Option<RegisterStatus>, Query), Paging),
    responses((status = 200, body = paging::Page<VenueView>), (status = 401), (status = 403), (status = 422)))]
#[get("/venues?<status>&<paging..>")]
async fn list_venues(
    by: Can<ReadRegisters>,
    status: Option<String>,
    paging: Paging,
    tools: Tools<'_>,
) -> Result<Json<paging::Page<VenueView>>> {
    paging.check()?;
    let sought = Sought { status: status_of(status)?, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list_venues(tools.db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(rows.map(|row| VenueView::new(row, &by))))
}

/// One venue.
#[utoipa::path(context_path = "/api/v1", tag = "teaching",
    responses((status = 200, body = VenueView), (status = 401), (status = 403), (status = 404)))]
#[get("/venues/<id>")]
async fn show_venue(by: Can<ReadRegisters>, id: VenueId, tools: Tools<'_>) -> Result<Json<VenueView>> {
    venue(tools, &by, id).await
}

/// Enters a venue of the caller's institution.
#[utoipa::path(context_path = "/api/v1", request_body = NewVenue, tag = "teaching",
    responses((status = 201, body = VenueView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/venues", data = "<body>")]
async fn add_venue(by: Can<KeepRegisters>, body: Body<NewVenue>, tools: Tools<'_>) -> Result<Created<Json<VenueView>>> {
    let id = tools.desk.write(async |work| service::add_venue(&by, work, tools.atlas, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/venues/{id}")).body(venue(tools, &by, id).await?))
}

/// Changes a venue: what is left out is taken away.
#[utoipa::path(context_path = "/api/v1", request_body = NewVenue, tag = "teaching",
    responses((status = 200, body = VenueView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/venues/<id>/change", data = "<body>")]
async fn change_venue(
    by: Can<KeepRegisters>,
    id: VenueId,
    body: Body<NewVenue>,
    tools: Tools<'_>,
) -> Result<Json<VenueView>> {
    tools.desk.write(async |work| service::change_venue(&by, work, tools.atlas, id, &body.value).await).await?;
    venue(tools, &by, id).await
}

/// Retires a venue: no class can name it any more. Sessions to come must not need it.
#[utoipa::path(context_path = "/api/v1", tag = "teaching",
    responses((status = 200, body = VenueView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/venues/<id>/retire")]
async fn retire_venue(by: Can<KeepRegisters>, id: VenueId, tools: Tools<'_>) -> Result<Json<VenueView>> {
    tools.desk.write(async |work| service::retire_venue(&by, work, id).await).await?;
    venue(tools, &by, id).await
}

/// Trainers of the caller's institution or area, newest first; numbers are masked.
#[utoipa::path(context_path = "/api/v1", tag = "teaching",
    params(("status" = Option<RegisterStatus>, Query), Paging),
    responses((status = 200, body = paging::Page<TrainerView>), (status = 401), (status = 403), (status = 422)))]
#[get("/trainers?<status>&<paging..>")]
async fn list_trainers(
    by: Can<ReadRegisters>,
    status: Option<String>,
    paging: Paging,
    tools: Tools<'_>,
) -> Result<Json<paging::Page<TrainerView>>> {
    paging.check()?;
    let sought = Sought { status: status_of(status)?, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list_trainers(tools.db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let items: Result<Vec<TrainerView>> =
        rows.items.into_iter().map(|row| TrainerView::new(row, tools.vault, &by)).collect();
    Ok(Json(paging::Page { items: items?, next: rows.next }))
}

/// One trainer.
#[utoipa::path(context_path = "/api/v1", tag = "teaching",
    responses((status = 200, body = TrainerView), (status = 401), (status = 403), (status = 404)))]
#[get("/trainers/<id>")]
async fn show_trainer(by: Can<ReadRegisters>, id: TrainerId, tools: Tools<'_>) -> Result<Json<TrainerView>> {
    trainer(tools, &by, id).await
}

/// Enters a trainer of the caller's institution. Who teaches for two institutions is entered by both.
#[utoipa::path(context_path = "/api/v1", request_body = NewTrainer, tag = "teaching",
    responses((status = 201, body = TrainerView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/trainers", data = "<body>")]
async fn add_trainer(
    by: Can<KeepRegisters>,
    body: Body<NewTrainer>,
    tools: Tools<'_>,
) -> Result<Created<Json<TrainerView>>> {
    let id = tools.desk.write(async |work| service::add_trainer(&by, work, tools.vault, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/trainers/{id}")).body(trainer(tools, &by, id).await?))
}

/// Changes the name or the paper of a trainer; the identity number stays.
#[utoipa::path(context_path = "/api/v1", request_body = Papers, tag = "teaching",
    responses((status = 200, body = TrainerView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/trainers/<id>/change", data = "<body>")]
async fn change_trainer(
    by: Can<KeepRegisters>,
    id: TrainerId,
    body: Body<Papers>,
    tools: Tools<'_>,
) -> Result<Json<TrainerView>> {
    tools.desk.write(async |work| service::change_trainer(&by, work, tools.vault, id, &body.value).await).await?;
    trainer(tools, &by, id).await
}

/// Retires the entry of a trainer: no class can name it any more. Sessions to come must not need it.
#[utoipa::path(context_path = "/api/v1", tag = "teaching",
    responses((status = 200, body = TrainerView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/trainers/<id>/retire")]
async fn retire_trainer(by: Can<KeepRegisters>, id: TrainerId, tools: Tools<'_>) -> Result<Json<TrainerView>> {
    tools.desk.write(async |work| service::retire_trainer(&by, work, id).await).await?;
    trainer(tools, &by, id).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list_venues,
        show_venue,
        add_venue,
        change_venue,
        retire_venue,
        list_trainers,
        show_trainer,
        add_trainer,
        change_trainer,
        retire_trainer
    ]
}

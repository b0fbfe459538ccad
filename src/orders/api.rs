//! Orders, for programs.

use std::sync::Arc;

use entities::values::{OrderId, OrderStatus};
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::areas::Atlas;
use crate::base::paging;
use crate::base::{Error, Result};
use crate::data::{Database, Desk, Vault};
use crate::orders::forms::{NewHire, NewLink, NewOrder};
use crate::orders::rights::{AcceptOrders, PlaceOrders, ReadOrders};
use crate::orders::service;
use crate::orders::store::{self, Sought};
use crate::orders::views::{OrderLine, OrderView};
use crate::web::{Body, Paging, Reason};

#[derive(OpenApi)]
#[openapi(paths(list, show, place, submit, accept, give_back, settle, cancel, link, hire))]
pub(crate) struct Docs;

async fn view(db: &Database, vault: &Vault, reader: &Actor, id: OrderId) -> Result<Json<OrderView>> {
    Ok(Json(OrderView::new(service::look(db.reader(), vault, reader, id).await?, reader)))
}

/// Orders of the caller's enterprise or area, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "orders",
    responses((status = 200, body = paging::Page<OrderLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/orders?<status>&<paging..>")]
async fn list(
    by: Can<ReadOrders>,
    status: Option<String>,
    paging: Paging,
    db: &State<Database>,
) -> Result<Json<paging::Page<OrderLine>>> {
    paging.check()?;
    let status: Option<OrderStatus> =
        status.map(|status| status.parse().map_err(|()| Error::invalid("status", "invalid.choice"))).transpose()?;
    let sought = Sought { status, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list(db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(rows.map(|row| OrderLine::new(row, &by))))
}

/// One order with its classes, how far it is filled, and whom it brought into work.
#[utoipa::path(context_path = "/api/v1", tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404)))]
#[get("/orders/<id>")]
async fn show(
    by: Can<ReadOrders>,
    id: OrderId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<OrderView>> {
    view(db, vault, &by, id).await
}

/// Places an order, or keeps it as a draft.
#[utoipa::path(context_path = "/api/v1", request_body = NewOrder, tag = "orders",
    responses((status = 201, body = OrderView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/orders", data = "<body>")]
async fn place(
    by: Can<PlaceOrders>,
    body: Body<NewOrder>,
    atlas: &State<Arc<Atlas>>,
    desk: &State<Desk>,
) -> Result<Created<Json<OrderView>>> {
    let placed = desk.write(async |work| service::place(&by, work, atlas, &body.value).await).await?;
    let path = format!("/api/v1/orders/{}", placed.order.id);
    Ok(Created::new(path).body(Json(OrderView::new(placed, &by))))
}

/// Places a draft, or a returned order again.
#[utoipa::path(context_path = "/api/v1", tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/orders/<id>/submit")]
async fn submit(
    by: Can<PlaceOrders>,
    id: OrderId,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::submit(&by, work, id).await).await?;
    view(db, vault, &by, id).await
}

/// Takes an order on: from now on classes may be opened for it.
#[utoipa::path(context_path = "/api/v1", tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/orders/<id>/accept")]
async fn accept(
    by: Can<AcceptOrders>,
    id: OrderId,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::accept(&by, work, id).await).await?;
    view(db, vault, &by, id).await
}

/// Returns an order with what to mend.
#[utoipa::path(context_path = "/api/v1", request_body = Reason, tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/orders/<id>/return", data = "<body>")]
async fn give_back(
    by: Can<AcceptOrders>,
    id: OrderId,
    body: Body<Reason>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::give_back(&by, work, id, &body.value).await).await?;
    view(db, vault, &by, id).await
}

/// Settles an order whose classes are all over.
#[utoipa::path(context_path = "/api/v1", tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/orders/<id>/settle")]
async fn settle(
    by: Can<PlaceOrders>,
    id: OrderId,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::settle(&by, work, id).await).await?;
    view(db, vault, &by, id).await
}

/// Cancels an order that brought nobody into work yet.
#[utoipa::path(context_path = "/api/v1", request_body = Reason, tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/orders/<id>/cancel", data = "<body>")]
async fn cancel(
    by: Can<PlaceOrders>,
    id: OrderId,
    body: Body<Reason>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::cancel(&by, work, id, &body.value).await).await?;
    view(db, vault, &by, id).await
}

/// Sets seats of a class aside for an order; sent again for the same class, the last number holds.
#[utoipa::path(context_path = "/api/v1", request_body = NewLink, tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/orders/<id>/link", data = "<body>")]
async fn link(
    by: Can<AcceptOrders>,
    id: OrderId,
    body: Body<NewLink>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::link(&by, work, id, &body.value).await).await?;
    view(db, vault, &by, id).await
}

/// Records that the enterprise hired somebody who qualified in a class of its order; each person once.
#[utoipa::path(context_path = "/api/v1", request_body = NewHire, tag = "orders",
    responses((status = 200, body = OrderView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/orders/<id>/hires", data = "<body>")]
async fn hire(
    by: Can<PlaceOrders>,
    id: OrderId,
    body: Body<NewHire>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<OrderView>> {
    desk.write(async |work| service::hire(&by, work, id, &body.value).await).await?;
    view(db, vault, &by, id).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, place, submit, accept, give_back, settle, cancel, link, hire]
}

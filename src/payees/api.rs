//! Accounts on which organisations are paid, for programs.

use entities::values::PayeeAccountId;
use rocket::{Route, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::{Result, paging};
use crate::payees::forms::{NewPayee, PayeesQuery};
use crate::payees::rights::{DecideOnPayees, ProposePayees, SeePayees, StopPayees};
use crate::payees::service;
use crate::payees::views::{PayeeLine, PayeeView};
use crate::web::{Body, Reason, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, show, propose, approve, refuse, stop))]
pub(crate) struct Docs;

/// Accounts of the caller's organisation, or of those of the caller's area, newest first; numbers masked.
#[utoipa::path(context_path = "/api/v1", params(PayeesQuery), tag = "payees",
    responses((status = 200, body = paging::Page<PayeeLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/payee-accounts?<query..>")]
async fn list(by: Can<SeePayees>, query: PayeesQuery, tools: Tools<'_>) -> Result<Json<paging::Page<PayeeLine>>> {
    Ok(Json(service::list(&by, tools.db.reader(), tools.clock, &query).await?))
}

/// One account.
#[utoipa::path(context_path = "/api/v1", tag = "payees",
    responses((status = 200, body = PayeeView), (status = 401), (status = 403), (status = 404)))]
#[get("/payee-accounts/<id>")]
async fn show(by: Can<SeePayees>, id: PayeeAccountId, tools: Tools<'_>) -> Result<Json<PayeeView>> {
    Ok(Json(service::show(&by, tools.db.reader(), tools.vault, tools.clock, id).await?))
}

/// Names the account on which the caller's organisation wants to be paid. Needs a password typed a short while ago.
#[utoipa::path(context_path = "/api/v1", request_body = NewPayee, tag = "payees",
    responses((status = 201, body = PayeeView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/payee-accounts", data = "<body>")]
async fn propose(
    by: Can<ProposePayees>,
    fresh: Fresh,
    body: Body<NewPayee>,
    tools: Tools<'_>,
) -> Result<Created<Json<PayeeView>>> {
    let deed = async |work: &_| service::propose(&by, fresh, work, tools.vault, &body.value).await;
    let row = tools.desk.write(deed).await?;
    let view = service::view(&by, tools.db.reader(), tools.vault, tools.clock.today(), &row).await?;
    Ok(Created::new(format!("/api/v1/payee-accounts/{}", row.id)).body(Json(view)))
}

/// Says that the organisation is paid on it: from today for its first one, else after some days. Needs a password typed a
/// short while ago.
#[utoipa::path(context_path = "/api/v1", tag = "payees",
    responses((status = 200, body = PayeeView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/payee-accounts/<id>/approve")]
async fn approve(
    by: Can<DecideOnPayees>,
    fresh: Fresh,
    id: PayeeAccountId,
    tools: Tools<'_>,
) -> Result<Json<PayeeView>> {
    let row = tools.desk.write(async |work| service::approve(&by, fresh, work, id).await).await?;
    Ok(Json(service::view(&by, tools.db.reader(), tools.vault, tools.clock.today(), &row).await?))
}

/// Says no, with the reason.
#[utoipa::path(context_path = "/api/v1", request_body = Reason, tag = "payees",
    responses((status = 200, body = PayeeView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/payee-accounts/<id>/refuse", data = "<body>")]
async fn refuse(
    by: Can<DecideOnPayees>,
    id: PayeeAccountId,
    body: Body<Reason>,
    tools: Tools<'_>,
) -> Result<Json<PayeeView>> {
    let row = tools.desk.write(async |work| service::refuse(&by, work, id, &body.value).await).await?;
    Ok(Json(service::view(&by, tools.db.reader(), tools.vault, tools.clock.today(), &row).await?))
}

/// Stops an account that is not paid on yet; the one before goes on.
#[utoipa::path(context_path = "/api/v1", request_body = Reason, tag = "payees",
    responses((status = 200, body = PayeeView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/payee-accounts/<id>/stop", data = "<body>")]
async fn stop(
    by: Can<StopPayees>,
    id: PayeeAccountId,
    body: Body<Reason>,
    tools: Tools<'_>,
) -> Result<Json<PayeeView>> {
    let row = tools.desk.write(async |work| service::stop(&by, work, id, &body.value).await).await?;
    Ok(Json(service::view(&by, tools.db.reader(), tools.vault, tools.clock.today(), &row).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, propose, approve, refuse, stop]
}

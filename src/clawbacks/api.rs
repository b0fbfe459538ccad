//! Clawbacks, for programs.

use entities::values::ClawbackId;
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::{Result, paging};
use crate::clawbacks::asking;
use crate::clawbacks::collecting;
use crate::clawbacks::forms::{ClawbacksQuery, Grounds, NewClawback, NewOffset, NewReceipt, Step};
use crate::clawbacks::rights::{
    CollectClawbacks, DecideOnClawbacks, RequestClawbacks, SeeClawbacks, WriteOffClawbacks,
};
use crate::clawbacks::store;
use crate::clawbacks::views::{ClawbackLine, ClawbackView, OfferView};
use crate::data::{Work, idempotency::Once};
use crate::payments::OpenLine;
use crate::web::{Body, IdempotencyKey, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, request, show, offers, approve, reject, offset, invoice, receive, write_off))]
pub(crate) struct Docs;

type Told = Result<Json<ClawbackView>>;

async fn told(by: &Actor, id: ClawbackId, tools: Tools<'_>) -> Told {
    let db = tools.db.reader();
    let listed = store::listed(db, &by.scope(), id).await?;
    Ok(Json(ClawbackView::of(listed, store::receipts(db, id).await?, by)))
}

/// What a step is called among the keys, and the key under which it is taken once.
type Keyed = (&'static str, IdempotencyKey, String);

/// Takes a step once under its key, and tells how the clawback stands. The key is for one clawback: the same words for another
/// are another command.
async fn step(
    by: &Actor,
    id: ClawbackId,
    tools: Tools<'_>,
    (route, key, body_hash): Keyed,
    deed: impl AsyncFnOnce(&Work) -> Result<()>,
) -> Told {
    let once = Once { account: by.account, route, key: key.0, body_hash: format!("{id} {body_hash}") };
    tools.desk.write(async |work| once.carry_out(work, 200, async || deed(work).await).await).await?;
    told(by, id, tools).await
}

/// What is asked back in the caller's area, or from the caller; the latest first. Whoever was paid sees what was decided.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(ClawbacksQuery),
    responses((status = 200, body = paging::Page<ClawbackLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/clawbacks?<query..>")]
async fn list(
    by: Can<SeeClawbacks>,
    query: Strict<ClawbacksQuery>,
    tools: Tools<'_>,
) -> Result<Json<paging::Page<ClawbackLine>>> {
    let (sought, paging) = (query.sought()?, query.paging()?);
    let rows = store::list(tools.db.reader(), &by.scope(), sought, paging.after()?, paging.limit() + 1).await?;
    let page = paging::Page::cut(rows, paging.limit(), |listed| listed.row.id.to_string());
    Ok(Json(page.map(|listed| ClawbackLine::of(listed, &by))))
}

/// Asks back what was paid for a line, or a part of it; another person decides. One request a line waits at a time.
/// Honours `Idempotency-Key`, as do all steps that move money.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", request_body = NewClawback,
    responses((status = 201, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks", data = "<body>")]
async fn request(
    by: Can<RequestClawbacks>,
    key: IdempotencyKey,
    body: Body<NewClawback>,
    tools: Tools<'_>,
) -> Result<Created<Json<ClawbackView>>> {
    let once = Once { account: by.account, route: "clawbacks.request", key: key.0, body_hash: body.hash };
    let id = tools
        .desk
        .write(async |work| once.carry_out(work, 201, async || asking::request(&by, work, &body.value).await).await)
        .await?;
    Ok(Created::new(format!("/api/v1/clawbacks/{id}")).body(told(&by, id, tools).await?))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)),
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404)))]
#[get("/clawbacks/<id>")]
async fn show(by: Can<SeeClawbacks>, id: ClawbackId, tools: Tools<'_>) -> Told {
    told(&by, id, tools).await
}

/// What could be set off: lines of the same payee, source and area that wait to be paid.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)),
    responses((status = 200, body = Vec<OfferView>), (status = 401), (status = 403), (status = 404)))]
#[get("/clawbacks/<id>/offset")]
async fn offers(by: Can<CollectClawbacks>, id: ClawbackId, tools: Tools<'_>) -> Result<Json<Vec<OfferView>>> {
    let db = tools.db.reader();
    let row = store::visible(db, &by.scope(), id).await?;
    let offer = |open: OpenLine| OfferView {
        line_id: open.line.id,
        claim_id: open.claim.id,
        claim_number: open.claim.number,
        fen: open.line.fen,
    };
    Ok(Json(collecting::offered(db, &by, &row).await?.into_iter().map(offer).collect()))
}

/// Rejects another's request.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)), request_body = Grounds,
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks/<id>/reject", data = "<body>")]
async fn reject(by: Can<DecideOnClawbacks>, id: ClawbackId, body: Body<Grounds>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| asking::reject(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// Approves another's request: the money is owed to the pot, and whoever was paid is told. The password was typed just now.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)), request_body = Step,
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks/<id>/approve", data = "<body>")]
async fn approve(
    by: Can<DecideOnClawbacks>,
    fresh: Fresh,
    id: ClawbackId,
    key: IdempotencyKey,
    body: Body<Step>,
    tools: Tools<'_>,
) -> Told {
    let Body { value, hash } = body;
    let deed = async |work: &Work| asking::approve(&by, fresh, work, id, &value).await;
    step(&by, id, tools, ("clawbacks.approve", key, hash), deed).await
}

/// Sets lines off against it: they are settled without the bank, and as much came back.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)), request_body = NewOffset,
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks/<id>/offset", data = "<body>")]
async fn offset(
    by: Can<CollectClawbacks>,
    fresh: Fresh,
    id: ClawbackId,
    key: IdempotencyKey,
    body: Body<NewOffset>,
    tools: Tools<'_>,
) -> Told {
    let Body { value, hash } = body;
    let deed = async |work: &Work| collecting::offset(&by, fresh, work, id, &value).await;
    step(&by, id, tools, ("clawbacks.offset", key, hash), deed).await
}

/// Sends an invoice.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)), request_body = Step,
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks/<id>/invoice", data = "<body>")]
async fn invoice(
    by: Can<CollectClawbacks>,
    fresh: Fresh,
    id: ClawbackId,
    key: IdempotencyKey,
    body: Body<Step>,
    tools: Tools<'_>,
) -> Told {
    let Body { value, hash } = body;
    let deed = async |work: &Work| collecting::invoice(&by, fresh, work, id, &value).await;
    step(&by, id, tools, ("clawbacks.invoice", key, hash), deed).await
}

/// Writes down what came in for the invoice, in part or whole. A paper counts once.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)), request_body = NewReceipt,
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks/<id>/receive", data = "<body>")]
async fn receive(
    by: Can<CollectClawbacks>,
    fresh: Fresh,
    id: ClawbackId,
    key: IdempotencyKey,
    body: Body<NewReceipt>,
    tools: Tools<'_>,
) -> Told {
    let Body { value, hash } = body;
    let deed = async |work: &Work| collecting::receive(&by, fresh, work, id, &value).await;
    step(&by, id, tools, ("clawbacks.receive", key, hash), deed).await
}

/// Writes off what will not come back; by somebody who neither asked for it nor decided.
#[utoipa::path(context_path = "/api/v1", tag = "clawbacks", params(("id" = ClawbackId, Path)), request_body = Grounds,
    responses((status = 200, body = ClawbackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/clawbacks/<id>/write-off", data = "<body>")]
async fn write_off(
    by: Can<WriteOffClawbacks>,
    fresh: Fresh,
    id: ClawbackId,
    key: IdempotencyKey,
    body: Body<Grounds>,
    tools: Tools<'_>,
) -> Told {
    let Body { value, hash } = body;
    let deed = async |work: &Work| collecting::write_off(&by, fresh, work, id, &value).await;
    step(&by, id, tools, ("clawbacks.write_off", key, hash), deed).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, request, show, offers, approve, reject, offset, invoice, receive, write_off]
}

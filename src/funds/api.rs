//! Pots and their postings, for programs.

use std::sync::Arc;

use entities::values::PotId;
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Database, Desk, idempotency};
use crate::funds::forms::NewGrant;
use crate::funds::rights::{GrantFunds, ReadFunds};
use crate::funds::views::{PostingView, PotView};
use crate::funds::{service, store};
use crate::web::{Body, IdempotencyKey, Paging};

#[derive(OpenApi)]
#[openapi(paths(list, show, postings, grant))]
pub(crate) struct Docs;

/// The pots of the caller's area.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(Paging),
    responses((status = 200, body = Page<PotView>), (status = 401), (status = 403), (status = 422)))]
#[get("/pots?<paging..>")]
async fn list(by: Can<ReadFunds>, paging: Strict<Paging>, db: &State<Database>) -> Result<Json<Page<PotView>>> {
    paging.check()?;
    let (area, after, limit) = (paging.area.as_deref(), paging.after()?, paging.limit());
    let rows = store::list(db.reader(), &by.scope(), area, after, limit + 1).await?;
    Ok(Json(Page::cut(rows, limit, |row| row.id.to_string()).map(Into::into)))
}

/// One pot with its balances.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(("id" = String, Path)),
    responses((status = 200, body = PotView), (status = 401), (status = 403), (status = 404)))]
#[get("/pots/<id>")]
async fn show(by: Can<ReadFunds>, id: PotId, db: &State<Database>) -> Result<Json<PotView>> {
    let pot = store::visible(db.reader(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    Ok(Json(pot.into()))
}

/// The postings of a pot, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(("id" = String, Path), Paging),
    responses((status = 200, body = Page<PostingView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/pots/<id>/postings?<paging..>")]
async fn postings(
    by: Can<ReadFunds>,
    id: PotId,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<PostingView>>> {
    paging.check()?;
    let pot = store::visible(db.reader(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    let rows = store::postings(db.reader(), &pot, paging.after()?, paging.limit() + 1).await?;
    Ok(Json(Page::cut(rows, paging.limit(), |row| row.id.to_string()).map(Into::into)))
}

/// Puts money into the pot of a source, year and area; the first grant makes the pot. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "pots", request_body = NewGrant,
    responses((status = 201, body = PotView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/pots", data = "<body>")]
async fn grant(
    by: Can<GrantFunds>,
    key: IdempotencyKey,
    body: Body<NewGrant>,
    atlas: &State<Arc<Atlas>>,
    desk: &State<Desk>,
) -> Result<Created<Json<PotView>>> {
    let once = idempotency::Once { account: by.account, route: "pots.grant", key: key.0, body_hash: body.hash };
    let pot = desk
        .write(async |work| {
            once.carry_out(work, 201, async || {
                let id = service::grant(&by, work, atlas, &body.value).await?;
                Ok(PotView::from(service::by_id(work.db(), id).await?))
            })
            .await
        })
        .await?;
    Ok(Created::new(format!("/api/v1/pots/{}", pot.id)).body(Json(pot)))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, postings, grant]
}

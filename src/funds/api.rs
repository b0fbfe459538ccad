//! Pots and their postings, for programs.

use std::sync::Arc;

use entities::values::{PotAccount, PotId};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk, idempotency};
use crate::funds::forms::{NewCarryOver, NewGrant, TrialQuery};
use crate::funds::rights::{GrantFunds, ReadFunds};
use crate::funds::store::Sought;
use crate::funds::views::{PostingView, PotView, TrialView};
use crate::funds::{service, store, trial};
use crate::web::{Body, IdempotencyKey, Once, Paging};

#[derive(OpenApi)]
#[openapi(paths(list, show, postings, grant, carry_over, close_year, trial_balance))]
pub(crate) struct Docs;

/// The pots of the caller's area.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(Paging),
    responses((status = 200, body = Page<PotView>), (status = 401), (status = 403), (status = 422)))]
#[get("/pots?<paging..>")]
async fn list(by: Can<ReadFunds>, paging: Strict<Paging>, db: &State<Database>) -> Result<Json<Page<PotView>>> {
    paging.check()?;
    let (after, limit) = (paging.after()?, paging.limit());
    let sought = Sought { year: None, area: paging.area.as_deref() };
    let rows = store::list(db.reader(), &by.scope(), sought, after, limit + 1).await?;
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

/// The postings of a pot, the latest first; with `account` those that left it or arrived in it.
#[utoipa::path(context_path = "/api/v1", tag = "pots",
    params(("id" = String, Path), ("account" = Option<PotAccount>, Query), Paging),
    responses((status = 200, body = Page<PostingView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/pots/<id>/postings?<account>&<paging..>")]
async fn postings(
    by: Can<ReadFunds>,
    id: PotId,
    account: Once,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<PostingView>>> {
    paging.check()?;
    let pot = store::visible(db.reader(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    let account = account
        .text()
        .map(|word| word.parse().map_err(|()| Error::invalid("account", "invalid.choice")))
        .transpose()?;
    let rows = store::postings(db.reader(), &pot, account, paging.after()?, paging.limit() + 1).await?;
    Ok(Json(Page::cut(rows, paging.limit(), |row| row.id.to_string()).map(Into::into)))
}

/// Puts money into the pot of a source, year and area; the first grant makes the pot. Needs a password typed shortly before.
/// Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "pots", request_body = NewGrant,
    responses((status = 201, body = PotView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/pots", data = "<body>")]
async fn grant(
    by: Can<GrantFunds>,
    fresh: Fresh,
    key: IdempotencyKey,
    body: Body<NewGrant>,
    atlas: &State<Arc<Atlas>>,
    desk: &State<Desk>,
) -> Result<Created<Json<PotView>>> {
    let once = idempotency::Once { account: by.account, route: "pots.grant", key: key.0, body_hash: body.hash };
    let pot = desk
        .write(async |work| {
            once.carry_out(work, 201, async || {
                let id = service::grant(&by, fresh, work, atlas, &body.value).await?;
                Ok(PotView::from(service::by_id(work.db(), id).await?))
            })
            .await
        })
        .await?;
    Ok(Created::new(format!("/api/v1/pots/{}", pot.id)).body(Json(pot)))
}

/// Carries what a pot has left into the pot of the next year; answers that one. Needs a password typed shortly before.
/// Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(("id" = String, Path)), request_body = NewCarryOver,
    responses((status = 201, body = PotView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/pots/<id>/carry-over", data = "<body>")]
async fn carry_over(
    by: Can<GrantFunds>,
    fresh: Fresh,
    id: PotId,
    key: IdempotencyKey,
    body: Body<NewCarryOver>,
    desk: &State<Desk>,
) -> Result<Created<Json<PotView>>> {
    // The key is for this pot: the same words for another are another command.
    let body_hash = format!("{id} {}", body.hash);
    let once = idempotency::Once { account: by.account, route: "pots.carry_over", key: key.0, body_hash };
    let pot = desk
        .write(async |work| {
            once.carry_out(work, 201, async || {
                let next = service::carry_over(&by, fresh, work, id, &body.value).await?;
                Ok(PotView::from(service::by_id(work.db(), next).await?))
            })
            .await
        })
        .await?;
    Ok(Created::new(format!("/api/v1/pots/{}", pot.id)).body(Json(pot)))
}

/// Closes the year of a pot: no grant, no class, nothing given back any more. Needs a password typed shortly before.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(("id" = String, Path)),
    responses((status = 200, body = PotView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/pots/<id>/close")]
async fn close_year(by: Can<GrantFunds>, fresh: Fresh, id: PotId, desk: &State<Desk>) -> Result<Json<PotView>> {
    let pot = desk
        .write(async |work| {
            service::close_year(&by, fresh, work, id).await?;
            service::by_id(work.db(), id).await
        })
        .await?;
    Ok(Json(pot.into()))
}

/// The trial balance of a year's pots at the end of a day, from the postings alone.
#[utoipa::path(context_path = "/api/v1", tag = "pots", params(TrialQuery),
    responses((status = 200, body = TrialView), (status = 401), (status = 403), (status = 422)))]
#[get("/trial-balance?<asked..>")]
async fn trial_balance(
    by: Can<ReadFunds>,
    asked: Strict<TrialQuery>,
    clock: &State<Clock>,
    db: &State<Database>,
) -> Result<Json<TrialView>> {
    let asked = asked.read(clock.today())?;
    let sought = Sought { year: Some(asked.year), area: asked.area.as_deref() };
    let rows = trial::at(db.reader(), &by.scope(), sought, asked.on).await?;
    let area = asked.area.clone().unwrap_or_else(|| by.area.clone());
    Ok(Json(TrialView::of(asked, area, &rows)))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, postings, grant, carry_over, close_year, trial_balance]
}

//! The audit log, for programs.

use rocket::{FromForm, Route, State, form::Strict, get, routes, serde::json::Json};
use utoipa::{IntoParams, OpenApi};

use crate::access::Can;
use crate::audits::rights::ReadAudit;
use crate::audits::store;
use crate::audits::views::AuditView;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::Database;
use crate::seals::{self, Head, Sealing};
use crate::web::{Once, Paging};

#[derive(OpenApi)]
#[openapi(paths(list, head))]
pub(crate) struct Docs;

/// Which deeds are asked for.
#[derive(Debug, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// The kind of thing, for instance `claim`.
    #[param(value_type = Option<String>)]
    pub noun: Once,
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
}

/// Deeds in the caller's area, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Page<AuditView>), (status = 401), (status = 403), (status = 422)))]
#[get("/audit?<query..>")]
pub(crate) async fn list(
    by: Can<ReadAudit>,
    query: Strict<AuditQuery>,
    db: &State<Database>,
) -> Result<Json<Page<AuditView>>> {
    let AuditQuery { noun, limit, after } = query.into_inner();
    if noun.text().is_some_and(|noun| !store::NOUNS.contains(&noun)) {
        return Err(Error::invalid("noun", "invalid.choice"));
    }
    let paging = Paging { limit: limit.number("limit")?, after: after.text().map(str::to_owned), area: None };
    paging.check()?;
    let rows = store::list(db.reader(), &by.scope(), noun.text(), paging.after()?, paging.limit() + 1).await?;
    Ok(Json(Page::cut(rows, paging.limit(), |row| row.id.to_string()).map(Into::into)))
}

/// How far the log and the ledger are sealed, with the last link of each, signed.
#[utoipa::path(context_path = "/api/v1", tag = "audit",
    responses((status = 200, body = Head), (status = 401), (status = 403)))]
#[get("/audit/head")]
pub(crate) async fn head(_by: Can<ReadAudit>, sealing: &State<Sealing>) -> Result<Json<Head>> {
    Ok(Json(seals::head(sealing).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, head]
}

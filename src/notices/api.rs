//! Notices, for programs: without a token what everybody may read today.

use rocket::{Route, form::Strict, get, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Actor;
use crate::base::Result;
use crate::base::paging::Page;
use crate::notices::objections;
use crate::notices::sheet;
use crate::notices::store::Which;
use crate::notices::views::{NoticeSheet, NoticeView};
use crate::web::{Paging, Tools, Unlisted};

#[derive(OpenApi)]
#[openapi(paths(
    list,
    show,
    objections::api::file,
    objections::api::look_up,
    objections::api::list,
    objections::api::show,
    objections::api::investigate,
    objections::api::decide
))]
pub(crate) struct Docs;

/// Notices that lie open today, the newest first. Nobody has to sign in.
#[utoipa::path(context_path = "/api/v1", tag = "notices", params(Paging),
    responses((status = 200, body = Page<NoticeView>), (status = 422)))]
#[get("/notices?<paging..>")]
async fn list(paging: Strict<Paging>, tools: Tools<'_>) -> Result<Unlisted<Json<Page<NoticeView>>>> {
    paging.check()?;
    let which = Which { area: paging.area.as_deref(), before: paging.after()?, limit: paging.limit() + 1 };
    let rows = sheet::list(tools.db.reader(), tools.clock.today(), None, None, which).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Unlisted(Json(page.map(NoticeView::from))))
}

/// One of them with its list. With a token offices also read those of their area that ended.
#[utoipa::path(context_path = "/api/v1", tag = "notices", params(("number" = String, Path)),
    responses((status = 200, body = NoticeSheet), (status = 404)))]
#[get("/notices/<number>")]
async fn show(reader: Option<Actor>, number: &str, tools: Tools<'_>) -> Result<Unlisted<Json<NoticeSheet>>> {
    let sheet = sheet::sheet(tools.db.reader(), tools.clock.today(), reader.as_ref(), number).await?;
    Ok(Unlisted(Json(sheet.into())))
}

pub(crate) fn routes() -> Vec<Route> {
    [routes![list, show], objections::api::routes()].concat()
}

//! Changes in the plan of a class, for programs.

use entities::values::{PlanChangeId, SessionId};
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};

use crate::access::Can;
use crate::attendance::changes::forms::NewPlanChange;
use crate::attendance::changes::service;
use crate::attendance::changes::store;
use crate::attendance::changes::views::PlanChangeView;
use crate::attendance::rights::{AskForPlanChanges, DecideOnPlanChanges, SeePlanChanges};
use crate::base::Result;
use crate::base::paging::Page;
use crate::data::{Database, Desk};
use crate::web::{Body, Paging, Reason, Tools};

/// Changes in sight, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(Paging),
    responses((status = 200, body = Page<PlanChangeView>)))]
#[get("/session-changes?<paging..>")]
pub(crate) async fn list(
    by: Can<SeePlanChanges>,
    paging: rocket::form::Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<PlanChangeView>>> {
    paging.check()?;
    let rows = store::list(db.reader(), &by.scope(), None, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(page.map(|row| PlanChangeView::of(row, by.actor()))))
}

/// Asks for another time, trainer or room of a session to come, or for a session that makes up for one that was cancelled or does
/// not count.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = SessionId, Path)),
    request_body = NewPlanChange,
    responses((status = 201, body = PlanChangeView), (status = 404), (status = 409), (status = 422)))]
#[post("/class-sessions/<id>/changes", data = "<body>")]
pub(crate) async fn ask(
    by: Can<AskForPlanChanges>,
    id: SessionId,
    body: Body<NewPlanChange>,
    tools: Tools<'_>,
) -> Result<Created<Json<PlanChangeView>>> {
    let row = tools
        .desk
        .write(async |work| {
            let id = service::ask(&by, work, tools.vault, id, &body.value).await?;
            store::visible(work.db(), &by.scope(), id).await
        })
        .await?;
    let at = format!("/api/v1/session-changes/{}", row.id);
    Ok(Created::new(at).body(Json(PlanChangeView::of(row, by.actor()))))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = PlanChangeId, Path)),
    responses((status = 200, body = PlanChangeView), (status = 404)))]
#[get("/session-changes/<id>")]
pub(crate) async fn show(
    by: Can<SeePlanChanges>,
    id: PlanChangeId,
    db: &State<Database>,
) -> Result<Json<PlanChangeView>> {
    Ok(Json(PlanChangeView::of(store::visible(db.reader(), &by.scope(), id).await?, by.actor())))
}

/// Agrees: the plan is changed and everybody who sits there is told.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = PlanChangeId, Path)),
    responses((status = 200, body = PlanChangeView), (status = 404), (status = 409), (status = 422)))]
#[post("/session-changes/<id>/approve")]
pub(crate) async fn approve(
    by: Can<DecideOnPlanChanges>,
    id: PlanChangeId,
    tools: Tools<'_>,
) -> Result<Json<PlanChangeView>> {
    let row = tools.desk.write(async |work| service::approve(&by, work, tools.vault, id).await).await?;
    Ok(Json(PlanChangeView::of(row, by.actor())))
}

/// Refuses, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = PlanChangeId, Path)),
    request_body = Reason,
    responses((status = 200, body = PlanChangeView), (status = 404), (status = 409), (status = 422)))]
#[post("/session-changes/<id>/refuse", data = "<body>")]
pub(crate) async fn refuse(
    by: Can<DecideOnPlanChanges>,
    id: PlanChangeId,
    body: Body<Reason>,
    desk: &State<Desk>,
) -> Result<Json<PlanChangeView>> {
    let row = desk.write(async |work| service::refuse(&by, work, id, &body.value.reason).await).await?;
    Ok(Json(PlanChangeView::of(row, by.actor())))
}

/// Takes a request of one's institution back.
#[utoipa::path(context_path = "/api/v1", tag = "class sessions", params(("id" = PlanChangeId, Path)),
    responses((status = 200, body = PlanChangeView), (status = 404), (status = 409)))]
#[post("/session-changes/<id>/withdraw")]
pub(crate) async fn withdraw(
    by: Can<AskForPlanChanges>,
    id: PlanChangeId,
    desk: &State<Desk>,
) -> Result<Json<PlanChangeView>> {
    let row = desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    Ok(Json(PlanChangeView::of(row, by.actor())))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![list, ask, show, approve, refuse, withdraw]
}

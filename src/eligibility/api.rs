//! Rules, verdicts, evidence and doubts, for programs.

use std::sync::Arc;

use entities::values::{ClassId, FlagId, FlagStatus, PersonId};
use rocket::{Route, State, form::Strict, get, post, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::base::{Clock, Error, Result, paging};
use crate::data::{Database, Desk, Vault};
use crate::eligibility::flags;
use crate::eligibility::forms::EntitlementQuery;
use crate::eligibility::rights::{DecideOnFlags, SeeEligibility, SeeFindings, SeeRules};
use crate::eligibility::service;
use crate::eligibility::store;
use crate::eligibility::views::{
    EligibilityRuleView, EligibilityView, EntitlementView, EvidenceView, FindingsView, FlagView, Rechecked,
};
use crate::web::{Body, Page, Paging, Reason};

#[derive(OpenApi)]
#[openapi(paths(list_rules, eligibility, findings, recheck, list_flags, dismiss, confirm))]
pub(crate) struct Docs;

/// Who may be trained: every rule by area, programme and period.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility",
    responses((status = 200, body = [EligibilityRuleView]), (status = 401), (status = 403)))]
#[get("/eligibility-rules")]
async fn list_rules(
    _by: Can<SeeRules>,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<Vec<EligibilityRuleView>>> {
    Ok(Json(service::all_rules(db.reader(), clock.today()).await?.into_iter().map(Into::into).collect()))
}

/// What a person may have in a class near home that starts on a day, condition by condition.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility", params(("id" = PersonId, Path), EntitlementQuery),
    responses((status = 200, body = EligibilityView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/people/<id>/eligibility?<query..>")]
async fn eligibility(
    by: Can<SeeEligibility>,
    page: Page,
    id: PersonId,
    query: Strict<EntitlementQuery>,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<EligibilityView>> {
    let on = query.on(clock.today())?;
    let entitled = service::entitled(&by, db.reader(), id, query.programme()?, on).await?;
    let programmes = entitled.programmes.iter().map(|one| EntitlementView::of(one, &page)).collect();
    Ok(Json(EligibilityView { person_id: id, on, programmes }))
}

/// What was found of everybody in a class when it started, and what is doubted since.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility", params(("id" = ClassId, Path)),
    responses((status = 200, body = FindingsView), (status = 401), (status = 403), (status = 404)))]
#[get("/classes/<id>/eligibility")]
async fn findings(
    by: Can<SeeFindings>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<FindingsView>> {
    let found = service::findings(&by, db.reader(), vault, id).await?;
    Ok(Json(FindingsView {
        class_id: id,
        evidence: found.people.into_iter().map(|(name, one)| EvidenceView::of(name, &one, &page)).collect(),
        flags: found.flags.into_iter().map(|(name, flag)| FlagView::of(name, flag, &page, &by)).collect(),
    }))
}

/// Looks at everybody in a running class anew.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility", params(("id" = ClassId, Path)),
    responses((status = 200, body = Rechecked), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/classes/<id>/eligibility/recheck")]
async fn recheck(by: Can<DecideOnFlags>, id: ClassId, desk: &State<Desk>) -> Result<Json<Rechecked>> {
    let opened = desk.write(async |work| flags::recheck_by_hand(&by, work, id).await).await?;
    Ok(Json(Rechecked { opened }))
}

/// Doubts about people in classes of the caller's area, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility",
    params(("limit" = Option<u64>, Query), ("after" = Option<String>, Query),
        ("status" = Option<FlagStatus>, Query, description = "only those of this state")),
    responses((status = 200, body = paging::Page<FlagView>), (status = 401), (status = 403), (status = 422)))]
#[get("/eligibility-flags?<status>&<paging..>")]
async fn list_flags(
    by: Can<SeeFindings>,
    page: Page,
    status: Option<&str>,
    paging: Strict<Paging>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<paging::Page<FlagView>>> {
    paging.check()?;
    let status = status.map(str::parse).transpose().map_err(|()| Error::invalid("status", "invalid.choice"))?;
    let rows = store::flags(db.reader(), &by.scope(), status, paging.after()?, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let next = rows.next;
    let named = service::named(db.reader(), vault, rows.items).await?;
    let items = named.into_iter().map(|(name, flag)| FlagView::of(name, flag, &page, &by)).collect();
    Ok(Json(paging::Page { items, next }))
}

async fn told(
    by: &Can<DecideOnFlags>,
    page: &Page,
    id: FlagId,
    db: &Database,
    vault: &Vault,
) -> Result<Json<FlagView>> {
    let flag = store::flagged(db.reader(), &by.scope(), id).await?;
    let named = service::named(db.reader(), vault, vec![flag]).await?.pop();
    let (name, flag) = named.ok_or(Error::NotFound("flag"))?;
    Ok(Json(FlagView::of(name, flag, page, by)))
}

/// There is nothing in a doubt, for this reason.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility", params(("id" = FlagId, Path)), request_body = Reason,
    responses((status = 200, body = FlagView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/eligibility-flags/<id>/dismiss", data = "<body>")]
async fn dismiss(
    by: Can<DecideOnFlags>,
    page: Page,
    id: FlagId,
    body: Body<Reason>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<FlagView>> {
    desk.write(async |work| flags::dismiss(&by, work, id, &body.value).await).await?;
    told(&by, &page, id, db, vault).await
}

/// It is so. Nobody is taken out of the class by it.
#[utoipa::path(context_path = "/api/v1", tag = "eligibility", params(("id" = FlagId, Path)),
    responses((status = 200, body = FlagView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/eligibility-flags/<id>/confirm")]
async fn confirm(
    by: Can<DecideOnFlags>,
    page: Page,
    id: FlagId,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<FlagView>> {
    desk.write(async |work| flags::confirm(&by, work, id).await).await?;
    told(&by, &page, id, db, vault).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list_rules, eligibility, findings, recheck, list_flags, dismiss, confirm]
}

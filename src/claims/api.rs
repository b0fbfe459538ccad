//! Claims, for programs.

use std::sync::Arc;

use entities::values::{ClaimId, ClaimStatus, ClassId, EnrolmentId, LineCheckId, LineId, SubsidyKind};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::claims::forms::{Authorisation, Hold, HoldLine, NewClaim, RefuseLine, SendBack};
use crate::claims::rights::{
    ApprovePayment, ClaimOneself, ConfirmClaims, HoldClaims, ReadClaims, RejectClaims, ReleaseClaims, ReturnClaims,
    ReviewClaims, SubmitClaims,
};
use crate::claims::service;
use crate::claims::sheet;
use crate::claims::store::{self, Which};
use crate::claims::views::{ClaimDetail, ClaimView, OwnClaim};
use crate::claims::{checks, lines, proof, settlement};
use crate::data::{Database, Desk, Vault, Work, idempotency::Once};
use crate::web::{Body, IdempotencyKey, Paging, Reason};

#[derive(OpenApi)]
#[openapi(paths(
    list,
    show,
    proof::show_line,
    create,
    create_own,
    approve,
    confirm,
    authorise,
    send_back,
    reject,
    submit,
    hold,
    release,
    clear_check,
    refuse_line,
    allow_line,
    hold_line,
    release_line
))]
pub(crate) struct Docs;

type Told = Result<Json<ClaimDetail>>;

/// The claim as it stands after a move, in the same transaction.
async fn detail(by: &Actor, work: &Work, vault: &Vault, id: ClaimId) -> Result<ClaimDetail> {
    Ok(ClaimDetail::of(sheet::sheet(by, work.db(), vault, id).await?, by.account, by.role))
}

/// The claims of the caller's area or institution, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "claims",
    params(Paging, ("status" = Option<ClaimStatus>, Query, description = "only those of this state")),
    responses((status = 200, body = Page<ClaimView>), (status = 401), (status = 403), (status = 422)))]
#[get("/claims?<status>&<paging..>")]
async fn list(
    by: Can<ReadClaims>,
    status: Option<&str>,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<ClaimView>>> {
    paging.check()?;
    let status = status.map(str::parse).transpose().map_err(|()| Error::invalid("status", "invalid.choice"))?;
    let which = Which { status, area: paging.area.as_deref(), before: paging.after()?, limit: paging.limit() + 1 };
    let rows = store::list(db.reader(), &by.scope(), which).await?;
    let rows = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let ids: Vec<ClaimId> = rows.items.iter().map(|row| row.id).collect();
    let lines = store::line_counts(db.reader(), &ids).await?;
    Ok(Json(rows.map(|row| ClaimView::of_list(row, &lines, by.account, by.role))))
}

/// One claim with its lines and decisions.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404)))]
#[get("/claims/<id>")]
async fn show(by: Can<ReadClaims>, id: ClaimId, db: &State<Database>, vault: &State<Arc<Vault>>) -> Told {
    let sheet = sheet::sheet(&by, db.reader(), vault, id).await?;
    Ok(Json(ClaimDetail::of(sheet, by.account, by.role)))
}

/// Claims a part of a subsidy for a class of the caller's institution under a proxy contract. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = NewClaim,
    responses((status = 201, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/classes/<id>/claim", data = "<body>")]
async fn create(
    by: Can<SubmitClaims>,
    id: ClassId,
    key: IdempotencyKey,
    body: Body<NewClaim>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Created<Json<ClaimDetail>>> {
    let body_hash = format!("{id}:{}", body.hash);
    let once = Once { account: by.account, route: "claims.create", key: key.0, body_hash };
    let job = async |work: &Work| {
        let id = service::create(&by, work, vault, id, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    let made = desk.write(async |work| once.carry_out(work, 201, async || job(work).await).await).await?;
    Ok(Created::new(format!("/api/v1/claims/{}", made.claim.id)).body(Json(made)))
}

/// Claims for oneself, or for somebody in one's village, what nobody claimed yet. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "claims",
    params(("id" = String, Path), ("kind" = Option<SubsidyKind>, Query, description = "left out: `training`")),
    responses((status = 201, body = OwnClaim), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/enrolments/<id>/claim?<kind>")]
async fn create_own(
    by: Can<ClaimOneself>,
    id: EnrolmentId,
    kind: Option<&str>,
    key: IdempotencyKey,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Created<Json<OwnClaim>>> {
    let kind = kind.map(str::parse).transpose().map_err(|()| Error::invalid("kind", "invalid.choice"))?;
    let kind = kind.unwrap_or(SubsidyKind::Training);
    let once = Once { account: by.account, route: "claims.create_own", key: key.0, body_hash: format!("{id}:{kind}") };
    let job = async |work: &Work| service::create_own(&by, work, vault, id, kind).await.map(|id| OwnClaim { id });
    let made = desk.write(async |work| once.carry_out(work, 201, async || job(work).await).await).await?;
    Ok(Created::new(format!("/api/v1/claims/{}", made.id)).body(Json(made)))
}

/// First approval, by a clerk. Lines that no longer hold fall.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/approve")]
async fn approve(by: Can<ReviewClaims>, id: ClaimId, desk: &State<Desk>, vault: &State<Arc<Vault>>) -> Told {
    let job = async |work: &Work| {
        service::approve(&by, work, id).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Second approval, by a checker who is another person, with a password typed a short while ago. Honours
/// `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/confirm")]
async fn confirm(
    by: Can<ConfirmClaims>,
    _fresh: Fresh,
    id: ClaimId,
    key: IdempotencyKey,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let once = Once { account: by.account, route: "claims.confirm", key: key.0, body_hash: id.to_string() };
    let job = async |work: &Work| {
        service::confirm(&by, work, id).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?))
}

/// Lets be paid what is through the public notice; by a finance officer who took no step before, with a password typed a
/// short while ago. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Authorisation,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/authorise", data = "<body>")]
async fn authorise(
    by: Can<ApprovePayment>,
    _fresh: Fresh,
    id: ClaimId,
    key: IdempotencyKey,
    body: Body<Authorisation>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let body_hash = format!("{id}:{}", body.hash);
    let once = Once { account: by.account, route: "claims.authorise", key: key.0, body_hash };
    let job = async |work: &Work| {
        service::authorise(&by, work, id, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?))
}

/// Sends the claim back to the institution, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = SendBack,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/return", data = "<body>")]
async fn send_back(
    by: Can<ReturnClaims>,
    id: ClaimId,
    body: Body<SendBack>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        service::send_back(&by, work, id, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Lets the claim wait: nobody takes a step of it until it is let go.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Hold,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/hold", data = "<body>")]
async fn hold(
    by: Can<HoldClaims>,
    id: ClaimId,
    body: Body<Hold>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        settlement::hold(&by, work, id, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Lets a claim that waits go on.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/release", data = "<body>")]
async fn release(
    by: Can<ReleaseClaims>,
    id: ClaimId,
    body: Body<Reason>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        settlement::release(&by, work, id, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Nothing is in what was found, says the clerk.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("check" = String, Path)),
    request_body = Reason,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/checks/<check>/clear", data = "<body>")]
async fn clear_check(
    by: Can<ReviewClaims>,
    id: ClaimId,
    check: LineCheckId,
    body: Body<Reason>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        checks::clear(&by, work, id, check, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Lets one line wait for which money is owed; the others go on.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    request_body = HoldLine,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/lines/<line>/hold", data = "<body>")]
async fn hold_line(
    by: Can<HoldClaims>,
    id: ClaimId,
    line: LineId,
    body: Body<HoldLine>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        lines::hold(&by, work, id, line, body.value.reason).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Lets a line that waits go on.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/lines/<line>/release")]
async fn release_line(
    by: Can<ReleaseClaims>,
    id: ClaimId,
    line: LineId,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        lines::release(&by, work, id, line).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Rejects the claim as a whole; its money is free again and a new claim may follow.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/reject", data = "<body>")]
async fn reject(
    by: Can<RejectClaims>,
    id: ClaimId,
    body: Body<Reason>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        service::reject(&by, work, id, &body.value).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Hands a returned claim in again; every line is looked at anew.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/submit")]
async fn submit(by: Can<SubmitClaims>, id: ClaimId, desk: &State<Desk>, vault: &State<Arc<Vault>>) -> Told {
    let job = async |work: &Work| {
        service::submit(&by, work, vault, id).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Refuses one line before the first approval; nobody else is held up.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    request_body = RefuseLine,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/lines/<line>/refuse", data = "<body>")]
async fn refuse_line(
    by: Can<ReviewClaims>,
    id: ClaimId,
    line: LineId,
    body: Body<RefuseLine>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        lines::refuse_line(&by, work, id, line, body.value.reason).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

/// Takes the refusal of a line back, where the rows let it pass.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/lines/<line>/allow")]
async fn allow_line(
    by: Can<ReviewClaims>,
    id: ClaimId,
    line: LineId,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Told {
    let job = async |work: &Work| {
        lines::allow_line(&by, work, id, line).await?;
        detail(&by, work, vault, id).await
    };
    Ok(Json(desk.write(job).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list,
        show,
        proof::show_line,
        create,
        create_own,
        approve,
        confirm,
        authorise,
        send_back,
        reject,
        submit,
        hold,
        release,
        clear_check,
        refuse_line,
        allow_line,
        hold_line,
        release_line
    ]
}

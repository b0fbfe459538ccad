//! Claims, for programs.

use entities::values::{ClaimId, ClaimStatus, ClassId, EnrolmentId, LineCheckId, LineId, SubsidyKind};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use sea_orm::ConnectionTrait;
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
use crate::data::{Database, Vault, Work, idempotency::Once};
use crate::web::{Body, IdempotencyKey, Paging, Reason, Tools};

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

/// The claim as it stands.
async fn detail(by: &Actor, db: &impl ConnectionTrait, vault: &Vault, id: ClaimId) -> Result<ClaimDetail> {
    Ok(ClaimDetail::of(sheet::sheet(by, db, vault, id).await?, by.account, by.role))
}

/// Takes a step, then tells how the claim stands: whoever waits to write does not wait for that too.
async fn step<T>(by: &Actor, tools: Tools<'_>, id: ClaimId, deed: impl AsyncFnOnce(&Work) -> Result<T>) -> Told {
    tools.desk.write(deed).await?;
    Ok(Json(detail(by, tools.db.reader(), tools.vault, id).await?))
}

/// The same once: under a key what is told is kept with the step, to be told again.
async fn step_once(
    by: &Actor,
    tools: Tools<'_>,
    once: Once,
    status: u16,
    deed: impl AsyncFnOnce(&Work) -> Result<ClaimId>,
) -> Result<ClaimDetail> {
    if once.key.is_none() {
        let id = tools.desk.write(deed).await?;
        return detail(by, tools.db.reader(), tools.vault, id).await;
    }
    let job = async |work: &Work| {
        let told = async || detail(by, work.db(), tools.vault, deed(work).await?).await;
        once.carry_out(work, status, told).await
    };
    tools.desk.write(job).await
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
async fn show(by: Can<ReadClaims>, id: ClaimId, tools: Tools<'_>) -> Told {
    Ok(Json(detail(&by, tools.db.reader(), tools.vault, id).await?))
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
    tools: Tools<'_>,
) -> Result<Created<Json<ClaimDetail>>> {
    let body_hash = format!("{id}:{}", body.hash);
    let once = Once { account: by.account, route: "claims.create", key: key.0, body_hash };
    let deed = async |work: &Work| service::create(&by, work, tools.vault, id, &body.value).await;
    let made = step_once(&by, tools, once, 201, deed).await?;
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
    tools: Tools<'_>,
) -> Result<Created<Json<OwnClaim>>> {
    let kind = kind.map(str::parse).transpose().map_err(|()| Error::invalid("kind", "invalid.choice"))?;
    let kind = kind.unwrap_or(SubsidyKind::Training);
    let once = Once { account: by.account, route: "claims.create_own", key: key.0, body_hash: format!("{id}:{kind}") };
    let job = async |work: &Work| service::create_own(&by, work, tools.vault, id, kind).await.map(|id| OwnClaim { id });
    let made = tools.desk.write(async |work| once.carry_out(work, 201, async || job(work).await).await).await?;
    Ok(Created::new(format!("/api/v1/claims/{}", made.id)).body(Json(made)))
}

/// First approval, by a clerk. Lines that no longer hold fall.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/approve")]
async fn approve(by: Can<ReviewClaims>, id: ClaimId, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| service::approve(&by, work, id).await).await
}

/// Second approval, by a checker who is another person, with a password typed a short while ago. Honours
/// `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/confirm")]
async fn confirm(by: Can<ConfirmClaims>, _fresh: Fresh, id: ClaimId, key: IdempotencyKey, tools: Tools<'_>) -> Told {
    let once = Once { account: by.account, route: "claims.confirm", key: key.0, body_hash: id.to_string() };
    let deed = async |work: &Work| service::confirm(&by, work, id).await.map(|_| id);
    Ok(Json(step_once(&by, tools, once, 200, deed).await?))
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
    tools: Tools<'_>,
) -> Told {
    let body_hash = format!("{id}:{}", body.hash);
    let once = Once { account: by.account, route: "claims.authorise", key: key.0, body_hash };
    let deed = async |work: &Work| service::authorise(&by, work, id, &body.value).await.map(|_| id);
    Ok(Json(step_once(&by, tools, once, 200, deed).await?))
}

/// Sends the claim back to the institution, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = SendBack,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/return", data = "<body>")]
async fn send_back(by: Can<ReturnClaims>, id: ClaimId, body: Body<SendBack>, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| service::send_back(&by, work, id, &body.value).await).await
}

/// Lets the claim wait: nobody takes a step of it until it is let go.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Hold,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/hold", data = "<body>")]
async fn hold(by: Can<HoldClaims>, id: ClaimId, body: Body<Hold>, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| settlement::hold(&by, work, id, &body.value).await).await
}

/// Lets a claim that waits go on.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/release", data = "<body>")]
async fn release(by: Can<ReleaseClaims>, id: ClaimId, body: Body<Reason>, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| settlement::release(&by, work, id, &body.value).await).await
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
    tools: Tools<'_>,
) -> Told {
    step(&by, tools, id, async |work| checks::clear(&by, work, id, check, &body.value).await).await
}

/// Lets one line wait for which money is owed; the others go on.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    request_body = HoldLine,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/lines/<line>/hold", data = "<body>")]
async fn hold_line(by: Can<HoldClaims>, id: ClaimId, line: LineId, body: Body<HoldLine>, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| lines::hold(&by, work, id, line, body.value.reason).await).await
}

/// Lets a line that waits go on.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/lines/<line>/release")]
async fn release_line(by: Can<ReleaseClaims>, id: ClaimId, line: LineId, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| lines::release(&by, work, id, line).await).await
}

/// Rejects the claim as a whole; its money is free again and a new claim may follow.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/claims/<id>/reject", data = "<body>")]
async fn reject(by: Can<RejectClaims>, id: ClaimId, body: Body<Reason>, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| service::reject(&by, work, id, &body.value).await).await
}

/// Hands a returned claim in again; every line is looked at anew.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/submit")]
async fn submit(by: Can<SubmitClaims>, id: ClaimId, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| service::submit(&by, work, tools.vault, id).await).await
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
    tools: Tools<'_>,
) -> Told {
    step(&by, tools, id, async |work| lines::refuse_line(&by, work, id, line, body.value.reason).await).await
}

/// Takes the refusal of a line back, where the rows let it pass.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    responses((status = 200, body = ClaimDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/claims/<id>/lines/<line>/allow")]
async fn allow_line(by: Can<ReviewClaims>, id: ClaimId, line: LineId, tools: Tools<'_>) -> Told {
    step(&by, tools, id, async |work| lines::allow_line(&by, work, id, line).await).await
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

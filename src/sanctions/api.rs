//! Sanctions, for programs.

use entities::values::{CaseId, SanctionId};
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::{Result, paging};
use crate::sanctions::answers;
use crate::sanctions::appeals;
use crate::sanctions::forms::{
    Answer, AppealDecision, Confirmation, Judgement, Lifting, NewAppeal, Proposal, Rejection, SanctionsQuery,
};
use crate::sanctions::rights::{
    AnswerSanctions, DecideOnSanctions, JudgeAnswers, LiftSanctions, ProposeSanctions, SeeSanctions,
};
use crate::sanctions::service;
use crate::sanctions::views::{SanctionLine, SanctionView, Whole};
use crate::web::{Body, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, propose, show, confirm, refuse, answer, judge, lift, appeal, decide_appeal))]
pub(crate) struct Docs;

type Told = Result<Json<SanctionView>>;

async fn told(by: &Actor, id: SanctionId, tools: Tools<'_>) -> Told {
    let whole = Whole::of(tools.db.reader(), by, id, tools.clock.today()).await?;
    Ok(Json(SanctionView::of(whole, by)))
}

/// Sanctions of the caller's area, or against its own institution; the latest first. What was never put in force is not
/// shown to the institution.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(SanctionsQuery),
    responses((status = 200, body = paging::Page<SanctionLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/sanctions?<query..>")]
async fn list(
    by: Can<SeeSanctions>,
    query: Strict<SanctionsQuery>,
    tools: Tools<'_>,
) -> Result<Json<paging::Page<SanctionLine>>> {
    Ok(Json(service::list(&by, tools.db.reader(), &query).await?.map(Into::into)))
}

/// Proposes what should follow from a decided case; somebody else decides.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = CaseId, Path)), request_body = Proposal,
    responses((status = 201, body = SanctionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/cases/<id>/sanctions", data = "<body>")]
async fn propose(
    by: Can<ProposeSanctions>,
    id: CaseId,
    body: Body<Proposal>,
    tools: Tools<'_>,
) -> Result<Created<Json<SanctionView>>> {
    let id = tools.desk.write(async |work| service::propose(&by, work, id, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/sanctions/{id}")).body(told(&by, id, tools).await?))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)),
    responses((status = 200, body = SanctionView), (status = 401), (status = 403), (status = 404)))]
#[get("/sanctions/<id>")]
async fn show(by: Can<SeeSanctions>, id: SanctionId, tools: Tools<'_>) -> Told {
    told(&by, id, tools).await
}

/// Puts another's proposal in force: the institution is told, and suspended or struck off where the sanction says so. To
/// strike off takes a supervisor of a prefecture or of the province.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)),
    request_body = Confirmation, responses((status = 200, body = SanctionView), (status = 401), (status = 403),
        (status = 404), (status = 409), (status = 422)))]
#[post("/sanctions/<id>/confirm", data = "<body>")]
async fn confirm(by: Can<DecideOnSanctions>, id: SanctionId, body: Body<Confirmation>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| service::confirm(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// Refuses another's proposal.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)), request_body = Rejection,
    responses((status = 200, body = SanctionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sanctions/<id>/refuse", data = "<body>")]
async fn refuse(by: Can<DecideOnSanctions>, id: SanctionId, body: Body<Rejection>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| service::refuse(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// The institution says what it mended.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)), request_body = Answer,
    responses((status = 200, body = SanctionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sanctions/<id>/answer", data = "<body>")]
async fn answer(by: Can<AnswerSanctions>, id: SanctionId, body: Body<Answer>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| answers::answer(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// Accepts the answer, which ends the rectification, or returns it, after which it is in force again.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)), request_body = Judgement,
    responses((status = 200, body = SanctionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sanctions/<id>/judge", data = "<body>")]
async fn judge(by: Can<JudgeAnswers>, id: SanctionId, body: Body<Judgement>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| answers::judge(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// Lifts a sanction before its end; by somebody who took no part.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)), request_body = Lifting,
    responses((status = 200, body = SanctionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sanctions/<id>/lift", data = "<body>")]
async fn lift(by: Can<LiftSanctions>, id: SanctionId, body: Body<Lifting>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| service::lift(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// The institution appeals: one text, within the days of the rule.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)), request_body = NewAppeal,
    responses((status = 200, body = SanctionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sanctions/<id>/appeal", data = "<body>")]
async fn appeal(by: Can<AnswerSanctions>, id: SanctionId, body: Body<NewAppeal>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| appeals::file(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// A supervisor who took no part upholds the appeal, which lifts the sanction, or rejects it.
#[utoipa::path(context_path = "/api/v1", tag = "sanctions", params(("id" = SanctionId, Path)),
    request_body = AppealDecision, responses((status = 200, body = SanctionView), (status = 401), (status = 403),
        (status = 404), (status = 409), (status = 422)))]
#[post("/sanctions/<id>/appeal/decide", data = "<body>")]
async fn decide_appeal(by: Can<LiftSanctions>, id: SanctionId, body: Body<AppealDecision>, tools: Tools<'_>) -> Told {
    tools.desk.write(async |work| appeals::decide(&by, work, id, &body.value).await).await?;
    told(&by, id, tools).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, propose, show, confirm, refuse, answer, judge, lift, appeal, decide_appeal]
}

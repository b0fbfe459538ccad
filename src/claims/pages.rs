//! Pages of claims: what an institution may claim, where a claim stands, and each decision on it.

use entities::values::{ClaimId, ClaimStatus, ClassId, EnrolmentId, LineCheckId, LineId, SubsidyKind, Tranche};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::{Result, money, paging};
use crate::claims::forms::{Authorisation, Hold, HoldLine, NewClaim, OwnPart, RefuseLine, SendBack};
use crate::claims::lifecycle::ClaimAction;
use crate::claims::rights::{
    ApprovePayment, ClaimOneself, ConfirmClaims, HoldClaims, ReadClaims, RejectClaims, ReleaseClaims, ReturnClaims,
    ReviewClaims, SubmitClaims,
};
use crate::claims::rules::{Part, Sum};
use crate::claims::screens::{ClaimPage, ClaimsPage, DecidePage, PreviewPage, RefusePage, authorise_page, reason_page};
use crate::claims::service;
use crate::claims::sheet::{self, Sheet};
use crate::claims::store::{self, Which};
use crate::claims::{checks, lines, own, proof, settlement};
use crate::data::Work;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, Shown, Tools, go, on};

const ROWS: u64 = 50;

#[get("/claims?<status>&<after>")]
async fn list(
    by: Can<ReadClaims>,
    page: Page,
    status: Option<ClaimStatus>,
    after: Option<ClaimId>,
    tools: Tools<'_>,
) -> Result<Html<ClaimsPage>> {
    let which = Which { status, before: after, limit: ROWS + 1, ..Which::default() };
    let rows = store::list(tools.db.reader(), &by.scope(), which).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let tally = store::tally(tools.db.reader(), &by.scope(), None).await?;
    let all: i64 = tally.values().map(|tally| tally.count).sum();
    let tab = |href: String, name: String, count: i64| {
        (href, page.say2("claim-tab", "name", name, "count", page.count(count)))
    };
    let mut tabs = vec![(tab("/claims".into(), page.say("list-all"), all), status.is_none())];
    for one in ClaimStatus::all() {
        let count = tally.get(&one).map_or(0, |tally| tally.count);
        tabs.push((tab(format!("/claims?status={one}"), page.word("claim_status", one), count), status == Some(one)));
    }
    let tabs = tabs.into_iter().map(|((href, label), current)| (href, label, current)).collect();
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let next = rows.next.map(|id| format!("/claims?{kept}after={id}"));
    Ok(Html::ok(ClaimsPage { page, claims: rows.items, tabs, next }))
}

#[get("/classes/<id>/claim?<kind>&<tranche>")]
async fn preview(
    by: Can<SubmitClaims>,
    page: Page,
    id: ClassId,
    kind: Option<SubsidyKind>,
    tranche: Option<Tranche>,
    tools: Tools<'_>,
) -> Shown<PreviewPage> {
    let part = match (kind, tranche) {
        (None, None) => sheet::first_part(&by, tools.db.reader(), id).await?,
        _ => Part::new(kind.unwrap_or(SubsidyKind::Training), tranche.unwrap_or(Tranche::Completion))?,
    };
    if let Some(claim) = sheet::live_of_class(&by, tools.db.reader(), id, part).await? {
        return Ok(Ok(Redirect::to(format!("/claims/{claim}"))));
    }
    let preview = sheet::preview(&by, tools.db.reader(), tools.vault, tools.clock.today(), id, part).await?;
    Ok(Err(Html::ok(PreviewPage::new(page, FormView::default(), preview))))
}

#[post("/classes/<id>/claim", data = "<form>")]
async fn create(
    by: Can<SubmitClaims>,
    page: Page,
    id: ClassId,
    form: PageForm<NewClaim>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PreviewPage> {
    let on = |claim| go(cookies, format!("/claims/{claim}"), "claim-submitted", &Vec::new());
    let again = async |page, form: FormView| {
        let (kind, tranche) = (form.value("kind").parse(), form.value("tranche").parse());
        let part = Part::new(kind.unwrap_or(SubsidyKind::Training), tranche.unwrap_or(Tranche::Completion));
        let part = part.unwrap_or(Part::TRAINING);
        let preview = sheet::preview(&by, tools.db.reader(), tools.vault, tools.clock.today(), id, part).await?;
        Ok(PreviewPage::new(page, form, preview))
    };
    let job = async |work: &Work, new: NewClaim| service::create(&by, work, tools.vault, id, &new).await;
    form.write(tools.desk, job).await.or_again(page, on, again).await
}

#[post("/enrolments/<id>/claim", data = "<form>")]
async fn create_own(
    by: Can<ClaimOneself>,
    id: EnrolmentId,
    form: PageForm<OwnPart>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let back = format!("/enrolments/{id}/claim");
    let job = async |work: &Work, of: OwnPart| {
        let kind = of.kind.unwrap_or(SubsidyKind::Training);
        service::create_own(&by, work, tools.vault, id, kind).await
    };
    let sent = form.write(tools.desk, job).await;
    sent.or_back(cookies, back.clone(), |_| go(cookies, back, "claim-own-submitted", &Vec::new()))
}

#[get("/claims/<id>?<show>")]
async fn show(
    by: Can<ReadClaims>,
    page: Page,
    id: ClaimId,
    show: Option<&str>,
    tools: Tools<'_>,
) -> Result<Html<ClaimPage>> {
    let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
    Ok(Html::ok(ClaimPage::build(page, sheet, show)))
}

/// Goes to the claim and says how many lines of what sum were meant.
fn onward(cookies: &CookieJar<'_>, id: ClaimId, code: &str) -> impl FnOnce(Sum) -> Redirect {
    move |sum| {
        let args = vec![("count", sum.lines.to_string()), ("amount", money::yuan(sum.fen))];
        go(cookies, format!("/claims/{id}"), code, &args)
    }
}

#[post("/claims/<id>/approve", data = "<form>")]
async fn approve(
    by: Can<ReviewClaims>,
    id: ClaimId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::approve(&by, work, id).await).await;
    sent.or_back(cookies, format!("/claims/{id}"), onward(cookies, id, "claim-approved"))
}

#[post("/claims/<id>/confirm", data = "<form>")]
async fn confirm(
    by: Can<ConfirmClaims>,
    _fresh: Fresh,
    id: ClaimId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::confirm(&by, work, id).await).await;
    sent.or_back(cookies, format!("/claims/{id}"), onward(cookies, id, "claim-confirmed"))
}

#[post("/claims/<id>/submit", data = "<form>")]
async fn submit(
    by: Can<SubmitClaims>,
    id: ClaimId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/claims/{id}");
    let sent = form.write(tools.desk, async |work, _| service::submit(&by, work, tools.vault, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "claim-submitted"))
}

/// The form of a page that one comes to for a decision; who has no such decision to take is sent back to the claim.
async fn for_decision(
    by: &Actor,
    tools: Tools<'_>,
    id: ClaimId,
    action: ClaimAction,
) -> Result<std::result::Result<Redirect, Sheet>> {
    let sheet = sheet::sheet(by, tools.db.reader(), tools.vault, id).await?;
    let open = sheet.actions.contains(&action);
    Ok(if open { Err(sheet) } else { Ok(Redirect::to(format!("/claims/{id}"))) })
}

#[get("/claims/<id>/authorise")]
async fn authorise_form(
    by: Can<ApprovePayment>,
    _fresh: Fresh,
    page: Page,
    id: ClaimId,
    tools: Tools<'_>,
) -> Shown<DecidePage> {
    let found = for_decision(&by, tools, id, ClaimAction::Authorise).await?;
    Ok(found.map_err(|sheet| Html::ok(authorise_page(page, FormView::default(), &sheet))))
}

#[post("/claims/<id>/authorise", data = "<form>")]
async fn authorise(
    by: Can<ApprovePayment>,
    _fresh: Fresh,
    page: Page,
    id: ClaimId,
    form: PageForm<Authorisation>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DecidePage> {
    let sent = form.write(tools.desk, async |work, meant| service::authorise(&by, work, id, &meant).await).await;
    let again = async |page, form| {
        let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
        Ok(authorise_page(page, form, &sheet))
    };
    sent.or_again(page, onward(cookies, id, "claim-authorised"), again).await
}

/// The page on which a decision with a reason is said again.
async fn why(
    by: &Actor,
    page: Page,
    form: FormView,
    id: ClaimId,
    action: ClaimAction,
    tools: Tools<'_>,
) -> Result<ReasonPage> {
    let sheet = sheet::sheet(by, tools.db.reader(), tools.vault, id).await?;
    Ok(reason_page(page, form, &sheet, action))
}

#[get("/claims/<id>/return")]
async fn return_form(by: Can<ReturnClaims>, page: Page, id: ClaimId, tools: Tools<'_>) -> Shown<DecidePage> {
    let found = for_decision(&by, tools, id, ClaimAction::Return).await?;
    Ok(found.map_err(|sheet| Html::ok(DecidePage::to_return(page, FormView::default(), &sheet))))
}

#[post("/claims/<id>/return", data = "<form>")]
async fn send_back(
    by: Can<ReturnClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<SendBack>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DecidePage> {
    let sent = form.write(tools.desk, async |work, why| service::send_back(&by, work, id, &why).await).await;
    let again = async |page, form| {
        let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
        Ok(DecidePage::to_return(page, form, &sheet))
    };
    sent.or_again(page, on(cookies, format!("/claims/{id}"), "claim-returned"), again).await
}

#[get("/claims/<id>/hold")]
async fn hold_form(by: Can<HoldClaims>, page: Page, id: ClaimId, tools: Tools<'_>) -> Result<Html<DecidePage>> {
    let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
    Ok(Html::ok(DecidePage::to_hold(page, FormView::default(), &sheet)))
}

#[post("/claims/<id>/hold", data = "<form>")]
async fn hold(
    by: Can<HoldClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<Hold>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DecidePage> {
    let sent = form.write(tools.desk, async |work, why| settlement::hold(&by, work, id, &why).await).await;
    let again = async |page, form| {
        let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
        Ok(DecidePage::to_hold(page, form, &sheet))
    };
    sent.or_again(page, on(cookies, format!("/claims/{id}"), "claim-held-now"), again).await
}

#[get("/claims/<id>/release")]
async fn release_form(by: Can<ReleaseClaims>, page: Page, id: ClaimId, tools: Tools<'_>) -> Result<Html<DecidePage>> {
    let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
    Ok(Html::ok(DecidePage::to_release(page, FormView::default(), &sheet)))
}

#[post("/claims/<id>/release", data = "<form>")]
async fn release(
    by: Can<ReleaseClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DecidePage> {
    let sent = form.write(tools.desk, async |work, why| settlement::release(&by, work, id, &why).await).await;
    let again = async |page, form| {
        let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
        Ok(DecidePage::to_release(page, form, &sheet))
    };
    sent.or_again(page, on(cookies, format!("/claims/{id}"), "claim-released-now"), again).await
}

#[post("/claims/<id>/checks/<check>/clear", data = "<form>")]
async fn clear_check(
    by: Can<ReviewClaims>,
    id: ClaimId,
    check: LineCheckId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/claims/{id}");
    let sent = form.write(tools.desk, async |work, why| checks::clear(&by, work, id, check, &why).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "check-cleared"))
}

#[post("/claims/<id>/lines/<line>/hold", data = "<form>")]
async fn hold_line(
    by: Can<HoldClaims>,
    id: ClaimId,
    line: LineId,
    form: PageForm<HoldLine>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/claims/{id}");
    let sent = form.write(tools.desk, async |work, why| lines::hold(&by, work, id, line, why.reason).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "line-held"))
}

#[post("/claims/<id>/lines/<line>/release", data = "<form>")]
async fn release_line(
    by: Can<ReleaseClaims>,
    id: ClaimId,
    line: LineId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/claims/{id}");
    let sent = form.write(tools.desk, async |work, _| lines::release(&by, work, id, line).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "line-released"))
}

#[get("/claims/<id>/reject")]
async fn reject_form(by: Can<RejectClaims>, page: Page, id: ClaimId, tools: Tools<'_>) -> Shown<ReasonPage> {
    let found = for_decision(&by, tools, id, ClaimAction::Reject).await?;
    Ok(found.map_err(|sheet| Html::ok(reason_page(page, FormView::default(), &sheet, ClaimAction::Reject))))
}

#[post("/claims/<id>/reject", data = "<form>")]
async fn reject(
    by: Can<RejectClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let sent = form.write(tools.desk, async |work, why| service::reject(&by, work, id, &why).await).await;
    let again = async |page, form| why(&by, page, form, id, ClaimAction::Reject, tools).await;
    sent.or_again(page, on(cookies, format!("/claims/{id}"), "claim-rejected"), again).await
}

#[get("/claims/<id>/lines/<line>/refuse")]
async fn refuse_form(
    by: Can<ReviewClaims>,
    page: Page,
    id: ClaimId,
    line: LineId,
    tools: Tools<'_>,
) -> Shown<RefusePage> {
    match for_decision(&by, tools, id, ClaimAction::Approve).await? {
        Ok(redirect) => Ok(Ok(redirect)),
        Err(sheet) => Ok(Err(Html::ok(RefusePage::build(page, FormView::default(), sheet, line)?))),
    }
}

#[post("/claims/<id>/lines/<line>/refuse", data = "<form>")]
async fn refuse_line(
    by: Can<ReviewClaims>,
    page: Page,
    id: ClaimId,
    line: LineId,
    form: PageForm<RefuseLine>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<RefusePage> {
    let deed = async |work: &Work, why: RefuseLine| lines::refuse_line(&by, work, id, line, why.reason).await;
    let again = async |page, form| {
        let sheet = sheet::sheet(&by, tools.db.reader(), tools.vault, id).await?;
        RefusePage::build(page, form, sheet, line)
    };
    form.write(tools.desk, deed).await.or_again(page, on(cookies, format!("/claims/{id}"), "line-refused"), again).await
}

#[post("/claims/<id>/lines/<line>/allow", data = "<form>")]
async fn allow_line(
    by: Can<ReviewClaims>,
    id: ClaimId,
    line: LineId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/claims/{id}");
    let sent = form.write(tools.desk, async |work, _| lines::allow_line(&by, work, id, line).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "line-allowed"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list,
        preview,
        create,
        show,
        approve,
        confirm,
        submit,
        create_own,
        own::page,
        proof::page,
        authorise_form,
        authorise,
        hold_form,
        hold,
        release_form,
        release,
        clear_check,
        hold_line,
        release_line,
        return_form,
        send_back,
        reject_form,
        reject,
        refuse_form,
        refuse_line,
        allow_line
    ]
}

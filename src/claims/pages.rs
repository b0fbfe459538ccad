//! Pages of claims: what an institution may claim, where a claim stands, and each decision on it.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Utc};
use entities::values::{ClaimId, ClaimStatus, ClassId, LineId, LineStatus};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::lifecycle::Lifecycle;
use crate::base::rate::Rate;
use crate::base::{Clock, Error, Result, money, paging};
use crate::claims::forms::{Doubt, Payout, RefuseLine};
use crate::claims::lifecycle::ClaimAction;
use crate::claims::rights::{
    ConfirmClaims, PayClaims, ReadClaims, RejectClaims, ReturnClaims, ReviewClaims, SubmitClaims,
};
use crate::claims::rules::{self, Sum};
use crate::claims::service::{self, Line, Preview, Sheet};
use crate::claims::store::{self, Decided, Listed, Which};
use crate::data::{Database, Desk, Vault};
use crate::eligibility::{self, Evidence};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, back, go};

const ROWS: u64 = 50;

/// A page of ours, or the way to another.
type Shown<T> = Result<std::result::Result<Redirect, Html<T>>>;

#[derive(Template)]
#[template(path = "claims/templates/list.html")]
struct ClaimsPage {
    page: Page,
    claims: Vec<Listed>,
    tabs: Vec<(String, String, bool)>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "claims/templates/preview.html")]
struct PreviewPage {
    page: Page,
    form: FormView,
    preview: Preview,
}

#[derive(Template)]
#[template(path = "claims/templates/claim.html")]
struct ClaimPage {
    page: Page,
    sheet: Sheet,
    /// Which lines are shown: all, those that pass, those that do not.
    show: Option<bool>,
    steps: Vec<(&'static str, String)>,
    tabs: Vec<(String, String, bool)>,
    paid: bool,
}

#[derive(Template)]
#[template(path = "claims/templates/pay.html")]
struct PayPage {
    page: Page,
    form: FormView,
    sheet: Sheet,
}

#[derive(Template)]
#[template(path = "claims/templates/refuse.html")]
struct RefusePage {
    page: Page,
    form: FormView,
    sheet: Sheet,
    line: Line,
    reasons: Vec<(&'static str, String)>,
}

/// The kind of the badge of a claim, for this reader.
fn kind(status: ClaimStatus, mine: bool) -> &'static str {
    match status {
        _ if mine => "yours",
        ClaimStatus::Submitted | ClaimStatus::FirstApproved | ClaimStatus::SecondApproved => "theirs",
        ClaimStatus::Returned | ClaimStatus::Rejected => "stopped",
        ClaimStatus::Paid => "done",
    }
}

/// The word of the badge: whose turn it is, when it is the reader's.
fn word(page: &Page, status: ClaimStatus, mine: bool) -> String {
    if mine { page.say(&format!("claim-yours-{status}")) } else { page.word("claim_status", status) }
}

/// Why nothing is paid for somebody, in words.
fn because(page: &Page, code: &str, attendance: Rate, threshold: i32) -> String {
    let rate = attendance.percent(2).unwrap_or_default();
    page.explain(code, &vec![("rate", rate), ("threshold", threshold.to_string())])
}

fn percent(rate: &Rate) -> String {
    rate.percent(2).map_or_else(|| "–".to_owned(), |percent| format!("{percent}%"))
}

impl ClaimsPage {
    fn is_mine(&self, row: &Listed) -> bool {
        let actor = self.page.actor.as_ref();
        actor.is_some_and(|actor| !rules::actions(&row.into(), actor.account, actor.role).is_empty())
    }

    fn kind(&self, row: &Listed) -> &'static str {
        kind(row.status, self.is_mine(row))
    }

    fn word(&self, row: &Listed) -> String {
        word(&self.page, row.status, self.is_mine(row))
    }
}

impl PreviewPage {
    fn refused(&self) -> Sum {
        let refused = self.preview.candidates.iter().filter(|one| one.finding.fault.is_some());
        Sum::of(refused.map(|_| self.preview.class.unit_fen))
    }

    fn all(&self) -> Sum {
        Sum::of(self.preview.candidates.iter().map(|_| self.preview.class.unit_fen))
    }

    fn hindrance(&self) -> String {
        self.preview.hindrance.as_ref().map(|e| self.page.sorry(e)).unwrap_or_default()
    }

    fn because(&self, code: &str, attendance: &Rate) -> String {
        because(&self.page, code, *attendance, self.preview.class.attendance_percent)
    }
}

/// The views of a claim's lines: all, those that pass, those that do not.
fn tabs(page: &Page, sheet: &Sheet, show: Option<bool>) -> Vec<(String, String, bool)> {
    let (all, passed) = (sheet.lines.len(), sheet.lines.iter().filter(|line| line.passes()).count());
    let at = |view: &str| format!("/claims/{}{view}", sheet.listed.id);
    vec![
        (at(""), page.say1("claim-tab-all", "count", all), show.is_none()),
        (at("?show=passed"), page.say1("claim-tab-passed", "count", passed), show == Some(true)),
        (at("?show=refused"), page.say1("claim-tab-refused", "count", all - passed), show == Some(false)),
    ]
}

impl ClaimPage {
    fn build(page: Page, sheet: Sheet, show: Option<&str>) -> Self {
        let show = match show {
            Some("passed") => Some(true),
            Some("refused") => Some(false),
            _ => None,
        };
        let order = page.say(if sheet.ordered { "claim-four-order" } else { "claim-four-no-order" });
        let status = sheet.listed.status;
        let paid = status == ClaimStatus::Paid;
        let steps = vec![
            ("done", order),
            ("done", page.say("claim-four-list")),
            ("done", page.say1("claim-four-choose", "count", sheet.lines.len())),
            (if paid { "done" } else { "now" }, page.word("claim_status", status)),
        ];
        Self { tabs: tabs(&page, &sheet, show), page, sheet, show, steps, paid }
    }

    fn may(&self, action: &str) -> bool {
        self.sheet.actions.iter().any(|open| Into::<&str>::into(*open) == action)
    }

    fn mine(&self) -> bool {
        !self.sheet.actions.is_empty()
    }

    fn kind(&self) -> &'static str {
        kind(self.sheet.listed.status, self.mine())
    }

    fn word(&self) -> String {
        word(&self.page, self.sheet.listed.status, self.mine())
    }

    fn all(&self) -> Sum {
        Sum::of(self.sheet.lines.iter().map(|line| line.row.fen))
    }

    fn refused(&self) -> Sum {
        Sum::of(self.sheet.lines.iter().filter(|line| !line.passes()).map(|line| line.row.fen))
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.sheet.lines.iter().filter(|line| self.show.is_none_or(|passes| line.passes() == passes))
    }

    /// Refused, doubtful, or as it stands.
    fn line_kind(line: &Line) -> &'static str {
        match line.row.status {
            LineStatus::Refused | LineStatus::Void => "stopped",
            LineStatus::Claimed if line.fault.is_some() => "held",
            LineStatus::Claimed | LineStatus::Paid => "done",
        }
    }

    fn line_word(&self, line: &Line) -> String {
        if line.fault.is_some() {
            self.page.say("line-doubtful")
        } else {
            self.page.word("line_status", line.row.status)
        }
    }

    fn because(&self, line: &Line) -> String {
        let threshold = self.sheet.class.attendance_percent;
        let Some(code) = line.reason() else { return String::new() };
        let told = because(&self.page, code, line.attendance, threshold);
        match &line.block {
            Some(hit) if self.sheet.pot.is_some() => {
                let list =
                    self.page.say2("line-by_list", "day", self.page.day(&hit.as_of), "document", &hit.document_no);
                told + &list
            }
            Some(_) | None => told,
        }
    }

    /// Key of what was found of the person when the class began.
    fn at_start(evidence: &Evidence) -> &'static str {
        if evidence.holds { "line-eligible" } else { "line-not_eligible" }
    }

    /// By which rule, and when.
    fn found_by(&self, evidence: &Evidence) -> String {
        let day = self.page.day(&self.page.day_of(&evidence.decided_at));
        let document = eligibility::document(&self.page, &evidence.document_no);
        self.page.say2("line-eligible_by", "document", document, "day", day)
    }

    /// Condition by condition, for offices.
    fn conditions(&self, evidence: &Evidence) -> Vec<(bool, String)> {
        let office = self.sheet.pot.is_some();
        if office { eligibility::ticks(&self.page, &evidence.verdicts) } else { Vec::new() }
    }

    /// The clerk decides on single lines before the first approval.
    fn may_refuse(&self, line: &Line) -> bool {
        self.may("approve") && line.row.status == LineStatus::Claimed
    }

    fn may_allow(&self, line: &Line) -> bool {
        self.may("approve") && line.row.status == LineStatus::Refused && line.sound
    }

    /// Key of a text about this state.
    fn about(&self, what: &str) -> String {
        format!("claim-{what}-{}", self.sheet.listed.status)
    }

    /// It would be this reader's turn, had the reader not taken an earlier step.
    fn is_barred(&self) -> bool {
        self.page.is_mine(self.sheet.waiting_on)
    }

    fn day(&self, at: &DateTime<Utc>) -> String {
        self.page.day(&self.page.day_of(at))
    }

    fn decided_kind(decided: &Decided) -> &'static str {
        if matches!(decided.status, ClaimStatus::Returned | ClaimStatus::Rejected) { "bad" } else { "done" }
    }

    fn step(&self, decided: &Decided) -> String {
        self.page.say(&format!("claim-done-{}", decided.action))
    }

    /// Who acts now and who will act later, up to the payment: kind, step, office.
    fn ahead(&self) -> Vec<(&'static str, String, String)> {
        const WAY: [ClaimStatus; 4] =
            [ClaimStatus::Returned, ClaimStatus::Submitted, ClaimStatus::FirstApproved, ClaimStatus::SecondApproved];
        let now = self.sheet.listed.status;
        let ahead = WAY.iter().skip_while(|status| **status != now);
        let told = ahead.filter_map(|status| {
            let office = self.page.word("role", status.waits_for()?);
            let step = self.page.say(&format!("claim-ahead-{status}"));
            let mine = *status == now && self.mine();
            Some((
                if *status == now { "now" } else { "" },
                step,
                if mine { self.page.say("turn-yours") } else { office },
            ))
        });
        told.collect()
    }
}

impl PayPage {
    fn fallen(&self) -> i32 {
        let claimed = self.sheet.lines.iter().filter(|line| line.row.status == LineStatus::Claimed).count();
        i32::try_from(claimed).unwrap_or(i32::MAX) - self.sheet.payable.lines
    }
}

#[get("/claims?<status>&<after>")]
async fn list(
    by: Can<ReadClaims>,
    page: Page,
    status: Option<ClaimStatus>,
    after: Option<ClaimId>,
    db: &State<Database>,
) -> Result<Html<ClaimsPage>> {
    let which = Which { status, before: after, limit: ROWS + 1, ..Which::default() };
    let rows = store::list(db.reader(), &by.scope(), which).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let tally = store::tally(db.reader(), &by.scope(), None).await?;
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

#[get("/classes/<id>/claim")]
async fn preview(
    by: Can<SubmitClaims>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Shown<PreviewPage> {
    if let Some(claim) = service::live_of_class(&by, db.reader(), id).await? {
        return Ok(Ok(Redirect::to(format!("/claims/{claim}"))));
    }
    let preview = service::preview(&by, db.reader(), vault, clock.today(), id).await?;
    Ok(Err(Html::ok(PreviewPage { page, form: FormView::default(), preview })))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/classes/<id>/claim", data = "<form>")]
async fn create(
    by: Can<SubmitClaims>,
    page: Page,
    id: ClassId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Shown<PreviewPage> {
    match desk.write(async |work| service::create(&by, work, id).await).await {
        Ok(claim) => Ok(Ok(go(cookies, format!("/claims/{claim}"), "claim-submitted", &Vec::new()))),
        Err(e) => {
            let form = form.view.told(&page, e)?;
            let preview = service::preview(&by, db.reader(), vault, clock.today(), id).await?;
            Ok(Err(Html::again(PreviewPage { page, form, preview })))
        }
    }
}

#[get("/claims/<id>?<show>")]
async fn show(
    by: Can<ReadClaims>,
    page: Page,
    id: ClaimId,
    show: Option<&str>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<ClaimPage>> {
    let sheet = service::sheet(&by, db.reader(), vault, id).await?;
    Ok(Html::ok(ClaimPage::build(page, sheet, show)))
}

/// Goes to the claim and says what was done or why nothing was.
fn onward(cookies: &CookieJar<'_>, id: ClaimId, done: Result<Sum>, code: &str) -> Result<Redirect> {
    let path = format!("/claims/{id}");
    match done {
        Ok(sum) => {
            let args = vec![("count", sum.lines.to_string()), ("amount", money::yuan(sum.fen))];
            Ok(go(cookies, path, code, &args))
        }
        Err(e) => back(cookies, path, e),
    }
}

#[post("/claims/<id>/approve", data = "<_form>")]
async fn approve(
    by: Can<ReviewClaims>,
    id: ClaimId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    onward(cookies, id, desk.write(async |work| service::approve(&by, work, id).await).await, "claim-approved")
}

#[post("/claims/<id>/confirm", data = "<_form>")]
async fn confirm(
    by: Can<ConfirmClaims>,
    id: ClaimId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    onward(cookies, id, desk.write(async |work| service::confirm(&by, work, id).await).await, "claim-confirmed")
}

#[post("/claims/<id>/submit", data = "<_form>")]
async fn submit(
    by: Can<SubmitClaims>,
    id: ClaimId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let done = desk.write(async |work| service::submit(&by, work, id).await).await;
    onward(cookies, id, done.map(|()| Sum::default()), "claim-submitted")
}

/// The form of a page that one comes to for a decision; who has no such decision to take is sent back to the claim.
async fn for_decision(
    by: &Actor,
    db: &Database,
    vault: &Vault,
    id: ClaimId,
    action: ClaimAction,
) -> Result<std::result::Result<Redirect, Sheet>> {
    let sheet = service::sheet(by, db.reader(), vault, id).await?;
    let open = sheet.actions.contains(&action);
    Ok(if open { Err(sheet) } else { Ok(Redirect::to(format!("/claims/{id}"))) })
}

#[get("/claims/<id>/pay")]
async fn pay_form(
    by: Can<PayClaims>,
    page: Page,
    id: ClaimId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Shown<PayPage> {
    let found = for_decision(&by, db, vault, id, ClaimAction::Pay).await?;
    Ok(found.map_err(|sheet| {
        let form = FormView::default();
        Html::ok(PayPage { page, form, sheet })
    }))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/claims/<id>/pay", data = "<form>")]
async fn pay(
    by: Can<PayClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<Payout>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Shown<PayPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(payout) => desk.write(async |work| service::pay(&by, work, id, &payout).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(sum) => Ok(Ok(onward(cookies, id, Ok(sum), "claim-paid")?)),
        Err(e) => {
            let sheet = service::sheet(&by, db.reader(), vault, id).await?;
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(PayPage { page, form, sheet })))
        }
    }
}

/// Why a claim goes back or is rejected.
fn reason_page(page: Page, form: FormView, sheet: &Sheet, action: ClaimAction) -> ReasonPage {
    let (back, listed) = (format!("/claims/{}", sheet.listed.id), &sheet.listed);
    let verb: &str = action.into();
    let amount = page.yuan(&sheet.payable.fen);
    ReasonPage {
        crumbs: vec![
            ("/claims".to_owned(), page.say("claim-title")),
            (back.clone(), page.say1("claim-of", "title", &listed.class_title)),
        ],
        title: page.say(&format!("claim-{verb}")),
        lead: page.say3("claim-what", "title", &listed.class_title, "count", sheet.payable.lines, "amount", amount),
        after: page.say(&format!("claim-{verb}-after")),
        hint: page.say("claim-reason-hint"),
        action: format!("{back}/{verb}"),
        back,
        button: page.say(&format!("claim-{verb}")),
        grave: action == ClaimAction::Reject,
        page,
        form,
    }
}

#[get("/claims/<id>/return")]
async fn return_form(
    by: Can<ReturnClaims>,
    page: Page,
    id: ClaimId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Shown<ReasonPage> {
    let found = for_decision(&by, db, vault, id, ClaimAction::Return).await?;
    Ok(found.map_err(|sheet| Html::ok(reason_page(page, FormView::default(), &sheet, ClaimAction::Return))))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/claims/<id>/return", data = "<form>")]
async fn send_back(
    by: Can<ReturnClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Shown<ReasonPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(why) => desk.write(async |work| service::send_back(&by, work, id, &why).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/claims/{id}"), "claim-returned", &Vec::new()))),
        Err(e) => {
            let sheet = service::sheet(&by, db.reader(), vault, id).await?;
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(reason_page(page, form, &sheet, ClaimAction::Return))))
        }
    }
}

#[get("/claims/<id>/reject")]
async fn reject_form(
    by: Can<RejectClaims>,
    page: Page,
    id: ClaimId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Shown<ReasonPage> {
    let found = for_decision(&by, db, vault, id, ClaimAction::Reject).await?;
    Ok(found.map_err(|sheet| Html::ok(reason_page(page, FormView::default(), &sheet, ClaimAction::Reject))))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/claims/<id>/reject", data = "<form>")]
async fn reject(
    by: Can<RejectClaims>,
    page: Page,
    id: ClaimId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Shown<ReasonPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(why) => desk.write(async |work| service::reject(&by, work, id, &why).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/claims/{id}"), "claim-rejected", &Vec::new()))),
        Err(e) => {
            let sheet = service::sheet(&by, db.reader(), vault, id).await?;
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(reason_page(page, form, &sheet, ClaimAction::Reject))))
        }
    }
}

impl RefusePage {
    fn build(page: Page, form: FormView, sheet: Sheet, line: LineId) -> Result<Self> {
        let line = sheet.lines.iter().find(|one| one.row.id == line).cloned().ok_or(Error::NotFound("line"))?;
        let reasons = Doubt::ALL.map(|doubt| (doubt.as_str(), page.say(doubt.code()))).to_vec();
        Ok(Self { page, form, sheet, line, reasons })
    }
}

#[get("/claims/<id>/lines/<line>/refuse")]
async fn refuse_form(
    by: Can<ReviewClaims>,
    page: Page,
    id: ClaimId,
    line: LineId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Shown<RefusePage> {
    match for_decision(&by, db, vault, id, ClaimAction::Approve).await? {
        Ok(redirect) => Ok(Ok(redirect)),
        Err(sheet) => Ok(Err(Html::ok(RefusePage::build(page, FormView::default(), sheet, line)?))),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/claims/<id>/lines/<line>/refuse", data = "<form>")]
async fn refuse_line(
    by: Can<ReviewClaims>,
    page: Page,
    id: ClaimId,
    line: LineId,
    form: PageForm<RefuseLine>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Shown<RefusePage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(why) => desk.write(async |work| service::refuse_line(&by, work, id, line, why.reason).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/claims/{id}"), "line-refused", &Vec::new()))),
        Err(e) => {
            let sheet = service::sheet(&by, db.reader(), vault, id).await?;
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(RefusePage::build(page, form, sheet, line)?)))
        }
    }
}

#[post("/claims/<id>/lines/<line>/allow", data = "<_form>")]
async fn allow_line(
    by: Can<ReviewClaims>,
    id: ClaimId,
    line: LineId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let done = desk.write(async |work| service::allow_line(&by, work, id, line).await).await;
    onward(cookies, id, done.map(|()| Sum::default()), "line-allowed")
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
        pay_form,
        pay,
        return_form,
        send_back,
        reject_form,
        reject,
        refuse_form,
        refuse_line,
        allow_line
    ]
}

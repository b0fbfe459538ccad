//! Pages: the list of sanctions, proposing one, one sanction with what became of it.

use askama::Template;
use entities::values::{AnswerVerdict, AppealStatus, CaseId, SanctionId, SanctionKind, SanctionStatus};
use rocket::{Route, get, http::CookieJar, post, routes};

use crate::access::{Actor, Can};
use crate::base::Result;
use crate::sanctions::answers;
use crate::sanctions::appeals;
use crate::sanctions::forms::{
    Answer, AppealDecision, Confirmation, Judgement, Lifting, NewAppeal, ProposalForm, Rejection, SanctionsQuery,
    Sought,
};
use crate::sanctions::rights::{
    AnswerSanctions, DecideOnSanctions, JudgeAnswers, LiftSanctions, ProposeSanctions, SeeProposals, SeeSanctions,
};
use crate::sanctions::rules;
use crate::sanctions::service::{self, called};
use crate::sanctions::store::Listed;
use crate::sanctions::views::Whole;
use crate::supervision;
use crate::web::{FormView, Html, Page, PageForm, Shown, Tools, go, on};

#[derive(Template)]
#[template(path = "sanctions/templates/list.html")]
struct SanctionsPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Listed>,
    office: bool,
    /// The case whose sanctions are shown, and whether one more may be proposed.
    case: Option<(CaseId, String, bool)>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "sanctions/templates/new.html")]
struct NewSanctionPage {
    page: Page,
    form: FormView,
    case: CaseId,
    title: String,
    kinds: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "sanctions/templates/show.html")]
struct SanctionPage {
    page: Page,
    form: FormView,
    whole: Whole,
    office: bool,
    may: Vec<&'static str>,
    verdicts: Vec<(String, String)>,
    outcomes: Vec<(String, String)>,
    /// Who proposed, decided and closed it; empty for the institution.
    proposer: String,
    decider: String,
    closer: String,
}

/// How a verdict stands in the line of answers.
fn verdict_sign(verdict: AnswerVerdict) -> &'static str {
    match verdict {
        AnswerVerdict::Accepted => "done",
        AnswerVerdict::Refused => "bad",
    }
}

impl SanctionPage {
    /// What the second person made of the proposal.
    fn decided_as(&self) -> SanctionStatus {
        let refused = self.whole.listed.row.status == SanctionStatus::Refused;
        if refused { SanctionStatus::Refused } else { SanctionStatus::InForce }
    }

    fn appeal_hint(&self) -> String {
        let last = self.whole.appeal_until.map(|day| self.page.day(&day)).unwrap_or_default();
        self.page.say1("sanction-appeal_text-hint", "day", last)
    }
}

/// The kind of a sanction's badge.
fn sign(page: &Page, status: SanctionStatus) -> &'static str {
    let decides = page.actor.as_ref().is_some_and(|actor| actor.prove::<DecideOnSanctions>().is_ok());
    match status {
        SanctionStatus::Proposed | SanctionStatus::Answered if decides => "yours",
        SanctionStatus::Proposed | SanctionStatus::Answered => "theirs",
        SanctionStatus::InForce => "stopped",
        SanctionStatus::Refused | SanctionStatus::Lifted | SanctionStatus::Ended => "done",
    }
}

/// The address of the list with these conditions.
fn address(sought: Sought, after: Option<&str>) -> String {
    let parts = [
        sought.status.map(|status| format!("status={status}")),
        sought.organisation.map(|id| format!("organisation={id}")),
        sought.case.map(|id| format!("case={id}")),
        after.map(|after| format!("after={after}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "/sanctions".to_owned() } else { format!("/sanctions?{}", parts.join("&")) }
}

#[get("/sanctions?<query..>")]
async fn list(
    by: Can<SeeSanctions>,
    page: Page,
    query: SanctionsQuery,
    tools: Tools<'_>,
) -> Result<Html<SanctionsPage>> {
    let db = tools.db.reader();
    let sought = query.sought()?;
    let rows = service::list(&by, db, &query).await?;
    let case = match sought.case {
        None => None,
        Some(id) => {
            let case = supervision::visible_case(db, &by.scope(), id).await?;
            let founded =
                case.status == entities::values::CaseStatus::Decided && rules::gravest(case.outcome).is_some();
            Some((id, case.title, founded && by.prove::<ProposeSanctions>().is_ok()))
        }
    };
    let office = by.prove::<SeeProposals>().is_ok();
    let shown = SanctionStatus::all().filter(|status| office || !is_inside(*status)).map(Some);
    let tab = |status: Option<SanctionStatus>| {
        let word = status.map_or_else(|| page.say("list-all"), |status| page.word("sanction_status", status));
        (address(Sought { status, ..sought }, None), word, status == sought.status)
    };
    Ok(Html::ok(SanctionsPage {
        tabs: std::iter::once(None).chain(shown).map(tab).collect(),
        next: rows.next.map(|after| address(sought, Some(&after))),
        rows: rows.items,
        office,
        case,
        page,
    }))
}

/// What the institution is not shown.
fn is_inside(status: SanctionStatus) -> bool {
    matches!(status, SanctionStatus::Proposed | SanctionStatus::Refused)
}

async fn new_page(
    by: &Can<ProposeSanctions>,
    page: Page,
    form: FormView,
    id: CaseId,
    tools: Tools<'_>,
) -> Result<NewSanctionPage> {
    let case = supervision::visible_case(tools.db.reader(), &by.scope(), id).await?;
    let gravest = rules::gravest(case.outcome);
    let kinds = SanctionKind::all().filter(|kind| gravest.is_some_and(|gravest| *kind <= gravest));
    let kinds = kinds.map(|kind| (kind.to_string(), page.word("sanction_kind", kind))).collect();
    Ok(NewSanctionPage { kinds, case: id, title: case.title, form, page })
}

#[get("/cases/<id>/sanctions/new")]
async fn new_form(
    by: Can<ProposeSanctions>,
    page: Page,
    id: CaseId,
    tools: Tools<'_>,
) -> Result<Html<NewSanctionPage>> {
    Ok(Html::ok(new_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/cases/<id>/sanctions", data = "<form>")]
async fn propose(
    by: Can<ProposeSanctions>,
    page: Page,
    id: CaseId,
    form: PageForm<ProposalForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewSanctionPage> {
    let sent = form.write(tools.desk, async |work, form| service::propose(&by, work, id, &form.read()?).await).await;
    let again = async |page, form| new_page(&by, page, form, id, tools).await;
    let done = |id: SanctionId| go(cookies, format!("/sanctions/{id}"), "sanction-proposed-done", &Vec::new());
    sent.or_again(page, done, again).await
}

async fn sanction_page(
    by: &Actor,
    page: Page,
    form: FormView,
    id: SanctionId,
    tools: Tools<'_>,
) -> Result<SanctionPage> {
    let db = tools.db.reader();
    let whole = Whole::of(db, by, id, page.today).await?;
    let office = by.prove::<SeeProposals>().is_ok();
    let row = &whole.listed.row;
    let named = |id| if office { id } else { None };
    let settled = [AppealStatus::Upheld, AppealStatus::Rejected];
    Ok(SanctionPage {
        proposer: called(db, named(Some(row.proposed_by))).await?,
        decider: called(db, named(row.decided_by)).await?,
        closer: called(db, named(row.closed_by)).await?,
        verdicts: AnswerVerdict::all().map(|one| (one.to_string(), page.word("answer_verdict", one))).collect(),
        outcomes: settled.map(|one| (one.to_string(), page.word("appeal_status", one))).to_vec(),
        may: whole.actions(by),
        whole,
        office,
        form,
        page,
    })
}

#[get("/sanctions/<id>")]
async fn show(by: Can<SeeSanctions>, page: Page, id: SanctionId, tools: Tools<'_>) -> Result<Html<SanctionPage>> {
    Ok(Html::ok(sanction_page(&by, page, FormView::default(), id, tools).await?))
}

/// A form on the page of a sanction: written, then told, or shown again with what is wrong.
macro_rules! steps {
    ($($name:ident: $path:literal by $right:ident, $input:ident => $deed:path, $done:literal;)*) => {$(
        #[post($path, data = "<form>")]
        async fn $name(
            by: Can<$right>,
            page: Page,
            id: SanctionId,
            form: PageForm<$input>,
            cookies: &CookieJar<'_>,
            tools: Tools<'_>,
        ) -> Shown<SanctionPage> {
            let sent = form.write(tools.desk, async |work, new| $deed(&by, work, id, &new).await).await;
            let again = async |page, form| sanction_page(&by, page, form, id, tools).await;
            sent.or_again(page, on(cookies, format!("/sanctions/{id}"), $done), again).await
        }
    )*};
}

steps! {
    confirm: "/sanctions/<id>/confirm" by DecideOnSanctions, Confirmation => service::confirm, "sanction-confirmed-done";
    refuse: "/sanctions/<id>/refuse" by DecideOnSanctions, Rejection => service::refuse, "sanction-refused-done";
    answer: "/sanctions/<id>/answer" by AnswerSanctions, Answer => answers::answer, "sanction-answered-done";
    judge: "/sanctions/<id>/judge" by JudgeAnswers, Judgement => answers::judge, "sanction-judged-done";
    lift: "/sanctions/<id>/lift" by LiftSanctions, Lifting => service::lift, "sanction-lifted-done";
    appeal: "/sanctions/<id>/appeal" by AnswerSanctions, NewAppeal => appeals::file, "sanction-appealed-done";
    decide_appeal: "/sanctions/<id>/appeal/decide" by LiftSanctions, AppealDecision => appeals::decide, "sanction-appeal_decided-done";
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, propose, show, confirm, refuse, answer, judge, lift, appeal, decide_appeal]
}

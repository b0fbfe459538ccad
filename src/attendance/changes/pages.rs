//! Pages: the form that asks, what waits and what was decided, the refusal.

use askama::Template;
use entities::{
    trainer,
    values::{ChangeOfPlanStatus, ClassId, PlanChangeId, SessionId, SessionMode},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::attendance::changes::forms::{NewPlanChange, PlanChangeForm};
use crate::attendance::changes::lifecycle::PlanChangeAction;
use crate::attendance::changes::service::{self, Line, Matter};
use crate::attendance::changes::store;
use crate::attendance::rights::{AskForPlanChanges, DecideOnPlanChanges, SeePlanChanges};
use crate::base::clock::{day_of, time_of};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, paging};
use crate::teaching;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, Shown, Tools, back, go, on};

#[derive(Template)]
#[template(path = "attendance/templates/change_new.html")]
struct ChangePage {
    page: Page,
    form: FormView,
    matter: Matter,
    trainers: Vec<(String, String)>,
    venues: Vec<(String, String)>,
}

impl ChangePage {
    fn roster(&self) -> String {
        format!("/classes/{}/roster?session={}", self.matter.class.id, self.matter.session.ordinal)
    }
}

async fn form_page(
    by: &Can<AskForPlanChanges>,
    page: Page,
    form: FormView,
    (class, session): (ClassId, SessionId),
    tools: Tools<'_>,
) -> Result<ChangePage> {
    let matter = Matter::of(tools.db.reader(), by, session, tools.clock.now()).await?;
    if matter.class.id != class {
        return Err(Error::NotFound("session"));
    }
    let db = tools.db.reader();
    let class = &matter.class;
    let trainers = teaching::trainers_of(db, class.organisation_id).await?;
    let fits = |one: &trainer::Model| one.programme == class.programme && one.occupation == class.occupation;
    let trainers: Vec<trainer::Model> = trainers.into_iter().filter(fits).collect();
    let venues = match matter.session.mode {
        SessionMode::Online => Vec::new(),
        _ => teaching::venues_of(db, class.organisation_id).await?,
    };
    let (trainers, venues) = (teaching::trainer_choices(&page, &trainers), teaching::venue_choices(&page, &venues));
    Ok(ChangePage { page, form, matter, trainers, venues })
}

#[get("/classes/<id>/sessions/<session>/change")]
async fn new_form(
    by: Can<AskForPlanChanges>,
    page: Page,
    id: ClassId,
    session: SessionId,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ChangePage> {
    let shown = match form_page(&by, page, FormView::default(), (id, session), tools).await {
        Ok(shown) => shown,
        // What keeps one from asking is said on the page of the class.
        Err(error @ Error::Refused(_)) => return Ok(Ok(back(cookies, format!("/classes/{id}"), error)?)),
        Err(error) => return Err(error),
    };
    let session = &shown.matter.session;
    let (by_whom, where_at) = shown.matter.cast();
    let form = FormView::default()
        .with("day", day_of(session.starts_at))
        .with("from", time_of(session.starts_at).format("%H:%M"))
        .with("to", time_of(session.ends_at).format("%H:%M"))
        .with("trainer_id", by_whom.map(|id| id.to_string()).unwrap_or_default())
        .with("venue_id", where_at.map(|id| id.to_string()).unwrap_or_default());
    Ok(Err(Html::ok(ChangePage { form, ..shown })))
}

#[post("/classes/<id>/sessions/<session>/change", data = "<form>")]
async fn ask(
    by: Can<AskForPlanChanges>,
    page: Page,
    id: ClassId,
    session: SessionId,
    form: PageForm<PlanChangeForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ChangePage> {
    let sent = form
        .write(tools.desk, async |work, form| {
            let new = NewPlanChange::try_from(form)?;
            service::ask(&by, work, tools.vault, session, &new).await.map_err(by_fields_of_the_page)
        })
        .await;
    let again = async |page, form| form_page(&by, page, form, (id, session), tools).await;
    sent.or_again(page, on(cookies, "/session-changes", "session_change-asked"), again).await
}

/// The page asks for a day and two times.
fn by_fields_of_the_page(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for field in &mut fields {
        match field.field.as_ref() {
            "starts_at" => field.field = "day".into(),
            "ends_at" => field.field = "to".into(),
            _ => {}
        }
    }
    Error::Invalid(fields)
}

#[derive(Template)]
#[template(path = "attendance/templates/changes.html")]
struct ChangesPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    decides: bool,
    asks: bool,
    next: Option<String>,
}

impl ChangesPage {
    fn sign(line: &Line) -> &'static str {
        match line.row.status {
            ChangeOfPlanStatus::Asked => "theirs",
            ChangeOfPlanStatus::Approved => "done",
            ChangeOfPlanStatus::Refused | ChangeOfPlanStatus::Withdrawn => "stopped",
        }
    }

    fn waits(line: &Line) -> bool {
        line.row.status == ChangeOfPlanStatus::Asked
    }
}

#[get("/session-changes?<status>&<after>")]
async fn list(
    by: Can<SeePlanChanges>,
    page: Page,
    status: Option<ChangeOfPlanStatus>,
    after: Option<PlanChangeId>,
    tools: Tools<'_>,
) -> Result<Html<ChangesPage>> {
    const SHOWN: u64 = 50;
    let db = tools.db.reader();
    let rows = store::list(db, &by.scope(), status, after, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let query = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let tab = |of: Option<ChangeOfPlanStatus>| {
        let word = of.map_or_else(|| page.say("list-all"), |of| page.word("change_of_plan_status", of));
        let href = of.map_or_else(|| "/session-changes".to_owned(), |of| format!("/session-changes?status={of}"));
        (href, word, of == status)
    };
    let tabs = std::iter::once(None).chain(ChangeOfPlanStatus::all().map(Some)).map(tab).collect();
    Ok(Html::ok(ChangesPage {
        tabs,
        lines: service::lines(db, rows.items).await?,
        decides: by.prove::<DecideOnPlanChanges>().is_ok(),
        asks: by.prove::<AskForPlanChanges>().is_ok(),
        next: rows.next.map(|after| format!("/session-changes?{query}after={after}")),
        page,
    }))
}

#[post("/session-changes/<id>/approve", data = "<form>")]
async fn approve(
    by: Can<DecideOnPlanChanges>,
    id: PlanChangeId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    // Which of what is asked of a session no longer holds is a matter of the institution's.
    let plainly = |error| match error {
        Error::Invalid(_) => Error::refused("session_change.checks_failed"),
        other => other,
    };
    let sent = form
        .write(tools.desk, async |work, _| service::approve(&by, work, tools.vault, id).await.map_err(plainly))
        .await;
    sent.or_back(cookies, "/session-changes", |_| {
        go(cookies, "/session-changes", "session_change-approved", &Vec::new())
    })
}

#[post("/session-changes/<id>/withdraw", data = "<form>")]
async fn withdraw(
    by: Can<AskForPlanChanges>,
    id: PlanChangeId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::withdraw(&by, work, id).await).await;
    sent.or_back(cookies, "/session-changes", |_| {
        go(cookies, "/session-changes", "session_change-withdrawn", &Vec::new())
    })
}

async fn refusal(
    by: &Can<DecideOnPlanChanges>,
    page: Page,
    form: FormView,
    id: PlanChangeId,
    tools: Tools<'_>,
) -> Result<ReasonPage> {
    let row = store::visible(tools.db.reader(), &by.scope(), id).await?;
    row.status.after(PlanChangeAction::Refuse)?;
    let line = service::lines(tools.db.reader(), vec![row]).await?.pop().ok_or(Error::NotFound("session change"))?;
    Ok(ReasonPage {
        crumbs: vec![("/session-changes".to_owned(), page.say("session_change-title"))],
        title: page.say("session_change-refuse"),
        lead: format!("{} {}", line.class, page.say1("attendance-n", "n", line.n)),
        after: String::new(),
        hint: String::new(),
        action: format!("/session-changes/{id}/refuse"),
        back: "/session-changes".to_owned(),
        button: page.say("session_change-refuse"),
        grave: false,
        page,
        form,
    })
}

#[get("/session-changes/<id>/refuse")]
async fn refuse_form(
    by: Can<DecideOnPlanChanges>,
    page: Page,
    id: PlanChangeId,
    tools: Tools<'_>,
) -> Result<Html<ReasonPage>> {
    Ok(Html::ok(refusal(&by, page, FormView::default(), id, tools).await?))
}

#[post("/session-changes/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<DecideOnPlanChanges>,
    page: Page,
    id: PlanChangeId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let sent = form.write(tools.desk, async |work, form| service::refuse(&by, work, id, &form.reason).await).await;
    let again = async |page, form| refusal(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, "/session-changes", "session_change-refused"), again).await
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![new_form, ask, list, approve, withdraw, refuse_form, refuse]
}

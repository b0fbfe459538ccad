//! Pages: the rules, what a person may have, what was found in a class, and the doubts.

use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use entities::{
    eligibility_rule,
    values::{ClassId, ClassStatus, FlagId, FlagStatus, PersonId, Programme},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Can, Right};
use crate::base::{Clock, Result, paging};
use crate::data::{Database, Desk, Vault};
use crate::eligibility::flags;
use crate::eligibility::forms::EntitlementQuery;
use crate::eligibility::rights::{DecideOnFlags, SeeEligibility, SeeFindings, SeeRules};
use crate::eligibility::rules::{Ages, Told};
use crate::eligibility::service::{self, Entitled, Findings, Listed};
use crate::eligibility::store::{self, Flagged};
use crate::eligibility::views::{decisions, says};
use crate::people;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, back, go};

const ROWS: u64 = 50;

/// A page of ours, or the way to another.
type Shown<T> = Result<std::result::Result<Redirect, Html<T>>>;

#[derive(Template)]
#[template(path = "eligibility/templates/rules.html")]
struct RulesPage {
    page: Page,
    rules: Vec<Listed>,
    sees_lists: bool,
}

#[derive(Template)]
#[template(path = "eligibility/templates/person.html")]
struct PersonPage {
    page: Page,
    form: FormView,
    id: PersonId,
    on: NaiveDate,
    entitled: Option<Entitled>,
    programmes: Vec<(Programme, String)>,
}

#[derive(Template)]
#[template(path = "eligibility/templates/class.html")]
struct ClassPage {
    page: Page,
    findings: Findings,
    may_recheck: bool,
}

#[derive(Template)]
#[template(path = "eligibility/templates/flags.html")]
struct FlagsPage {
    page: Page,
    flags: Vec<(String, Flagged)>,
    tabs: Vec<(String, String, bool)>,
    next: Option<String>,
}

fn may<R: Right>(page: &Page) -> bool {
    page.actor.as_ref().is_some_and(|actor| actor.prove::<R>().is_ok())
}

/// Conditions as a page ticks them off.
pub(crate) fn ticks(page: &Page, verdicts: &[Told]) -> Vec<(bool, String)> {
    verdicts.iter().map(|told| (told.holds, page.explain(&told.code, &told.args()))).collect()
}

/// The document behind a rule, or that there is none.
pub(crate) fn document(page: &Page, number: &str) -> String {
    if number.is_empty() { page.say("eligibility-default") } else { number.to_owned() }
}

/// The kind of a doubt's badge.
fn badge(page: &Page, status: FlagStatus) -> &'static str {
    match status {
        FlagStatus::Open if may::<DecideOnFlags>(page) => "yours",
        FlagStatus::Open => "theirs",
        FlagStatus::Dismissed | FlagStatus::Cleared => "done",
        FlagStatus::Confirmed => "stopped",
    }
}

/// Whether this reader decides on it now.
fn open_to(page: &Page, status: FlagStatus) -> bool {
    page.actor.as_ref().is_some_and(|actor| !decisions(status, actor).is_empty())
}

impl PersonPage {
    /// Whose page it is.
    fn called(&self) -> String {
        self.entitled.as_ref().map_or_else(|| self.page.say("eligibility-record"), |one| one.name.clone())
    }
}

impl RulesPage {
    /// What a rule asks, in words, a line each.
    fn asks(&self, rule: &Listed) -> Vec<String> {
        let (page, asked) = (&self.page, &rule.asked);
        let and = page.say("eligibility-and");
        let mut lines = Vec::new();
        if !asked.poverty.is_empty() {
            let words: Vec<String> = asked.poverty.iter().map(|word| page.word("poverty_status", word)).collect();
            lines.push(page.say1("eligibility-asks-poverty", "words", words.join(&and)));
        }
        if !asked.labour.is_empty() {
            let words: Vec<String> = asked.labour.iter().map(|word| page.word("labour_capacity", word)).collect();
            lines.push(page.say1("eligibility-asks-labour", "words", words.join(&and)));
        }
        let ages = |key: &str, Ages { from, to }: Ages| page.say2(key, "from", from, "to", to);
        lines.push(ages("eligibility-asks-men", asked.men.unwrap_or(rule.ages)));
        lines.push(ages("eligibility-asks-women", asked.women.unwrap_or(rule.ages)));
        if !asked.registration.is_empty() {
            let words: Vec<String> =
                asked.registration.iter().map(|code| people::REGISTRATION.word(code, page.is_en())).collect();
            lines.push(page.say1("eligibility-asks-registration", "words", words.join(&and)));
        }
        if !asked.areas.is_empty() {
            let words: Vec<String> = asked.areas.iter().map(|code| page.place(code)).collect();
            lines.push(page.say1("eligibility-asks-area", "words", words.join(&and)));
        }
        lines
    }

    fn holds(&self, rule: &eligibility_rule::Model) -> (&'static str, &'static str) {
        let today = self.page.today;
        if rule.valid_from > today {
            ("draft", "eligibility-later")
        } else if rule.valid_to.is_some_and(|end| end <= today) {
            ("held", "eligibility-over")
        } else {
            ("done", "eligibility-holds")
        }
    }
}

#[get("/eligibility")]
async fn list_rules(_by: Can<SeeRules>, page: Page, db: &State<Database>) -> Result<Html<RulesPage>> {
    let rules = service::all_rules(db.reader(), page.today).await?;
    Ok(Html::ok(RulesPage { sees_lists: may::<SeeFindings>(&page), page, rules }))
}

#[get("/people/<id>/eligibility?<query..>")]
async fn person(
    by: Can<SeeEligibility>,
    page: Page,
    id: PersonId,
    query: EntitlementQuery,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Html<PersonPage>> {
    let programmes = Programme::all().map(|programme| (programme, page.word("programme", programme))).collect();
    let on = query.on(clock.today());
    let form = FormView::default()
        .with("on", query.on.text().unwrap_or(&clock.today().to_string()))
        .with("programme", query.programme.text().unwrap_or_default());
    match on.and_then(|on| Ok((on, query.programme()?))) {
        Ok((on, programme)) => {
            let entitled = Some(service::entitled(&by, db.reader(), id, programme, on).await?);
            Ok(Html::ok(PersonPage { page, form, id, on, entitled, programmes }))
        }
        Err(e) => {
            let form = form.told(&page, e)?;
            Ok(Html::again(PersonPage { on: page.today, page, form, id, entitled: None, programmes }))
        }
    }
}

#[get("/classes/<id>/eligibility")]
async fn class(
    by: Can<SeeFindings>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<ClassPage>> {
    let findings = service::findings(&by, db.reader(), vault, id).await?;
    let may_recheck = may::<DecideOnFlags>(&page) && findings.class.status == ClassStatus::Running;
    Ok(Html::ok(ClassPage { page, findings, may_recheck }))
}

#[post("/classes/<id>/eligibility", data = "<_form>")]
async fn recheck(
    by: Can<DecideOnFlags>,
    id: ClassId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let path = format!("/classes/{id}/eligibility");
    match desk.write(async |work| flags::recheck_by_hand(&by, work, id).await).await {
        Ok(opened) => Ok(go(cookies, path, "flag-rechecked", &vec![("count", opened.to_string())])),
        Err(e) => back(cookies, path, e),
    }
}

#[get("/eligibility/flags?<status>&<after>")]
async fn list_flags(
    by: Can<SeeFindings>,
    page: Page,
    status: Option<FlagStatus>,
    after: Option<FlagId>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<FlagsPage>> {
    let rows = store::flags(db.reader(), &by.scope(), status, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let next = rows.next.map(|id| format!("/eligibility/flags?{kept}after={id}"));
    let all = ("/eligibility/flags".to_owned(), page.say("list-all"), status.is_none());
    let each = FlagStatus::all()
        .map(|one| (format!("/eligibility/flags?status={one}"), page.word("flag_status", one), status == Some(one)));
    let tabs = std::iter::once(all).chain(each).collect();
    let flags = service::named(db.reader(), vault, rows.items).await?;
    Ok(Html::ok(FlagsPage { page, flags, tabs, next }))
}

#[post("/eligibility/flags/<id>/confirm", data = "<_form>")]
async fn confirm(
    by: Can<DecideOnFlags>,
    id: FlagId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    match desk.write(async |work| flags::confirm(&by, work, id).await).await {
        Ok(()) => Ok(go(cookies, "/eligibility/flags", "flag-confirmed-done", &Vec::new())),
        Err(e) => back(cookies, "/eligibility/flags", e),
    }
}

async fn dismiss_page(
    by: &Can<DecideOnFlags>,
    page: Page,
    form: FormView,
    id: FlagId,
    db: &Database,
) -> Result<ReasonPage> {
    let flag = store::flagged(db.reader(), &by.scope(), id).await?;
    Ok(ReasonPage {
        crumbs: vec![("/eligibility/flags".to_owned(), page.say("flag-title"))],
        title: page.say("flag-dismiss"),
        lead: says(&flag, &page),
        after: page.say("flag-dismiss-after"),
        hint: page.say("flag-dismiss-hint"),
        action: format!("/eligibility/flags/{id}/dismiss"),
        back: "/eligibility/flags".to_owned(),
        button: page.say("flag-dismiss"),
        grave: false,
        page,
        form,
    })
}

#[get("/eligibility/flags/<id>/dismiss")]
async fn dismiss_form(
    by: Can<DecideOnFlags>,
    page: Page,
    id: FlagId,
    db: &State<Database>,
) -> Result<Html<ReasonPage>> {
    Ok(Html::ok(dismiss_page(&by, page, FormView::default(), id, db).await?))
}

#[post("/eligibility/flags/<id>/dismiss", data = "<form>")]
async fn dismiss(
    by: Can<DecideOnFlags>,
    page: Page,
    id: FlagId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Shown<ReasonPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(why) => desk.write(async |work| flags::dismiss(&by, work, id, &why).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, "/eligibility/flags", "flag-dismissed-done", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(dismiss_page(&by, page, form, id, db).await?)))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list_rules, person, class, recheck, list_flags, confirm, dismiss_form, dismiss]
}

//! Pages of courses: the list, one course, the forms.

use askama::Template;
use entities::{
    course,
    values::{CertificateKind, CourseId, CourseStatus, Programme},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, paging};
use crate::courses::forms::{CourseForm, as_typed, filled, hours};
use crate::courses::lifecycle::{CourseAction, is_editable};
use crate::courses::rights::{OfferCourses, ReadCourses, ReviewCourses, WithdrawCourses};
use crate::courses::service;
use crate::courses::store::{self, Sought};
use crate::data::{Database, Desk};
use crate::organisations;
use crate::policy::{occupation_name, occupations};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Paging, Reason, ReasonPage, back, go};

type Posted<T> = std::result::Result<Redirect, Html<T>>;

/// The sign of a state for this reader, and its words.
fn sign(page: &Page, status: CourseStatus) -> (&'static str, String) {
    let mine = page.is_mine(status.waits_for());
    let kind = match status {
        CourseStatus::Draft => "draft",
        CourseStatus::Submitted | CourseStatus::Returned if mine => "yours",
        CourseStatus::Submitted => "theirs",
        CourseStatus::Returned | CourseStatus::Withdrawn => "stopped",
        CourseStatus::Listed => "done",
    };
    (kind, page.word("course_status", status))
}

/// A line of the list.
struct Row {
    course: course::Model,
    institution: String,
    sign: (&'static str, String),
}

#[derive(Template)]
#[template(path = "courses/templates/list.html")]
struct CoursesPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    may_offer: bool,
    /// Whether the register of organisations is open to the reader.
    organisations: bool,
}

/// The form of a new course, or of one that is written anew.
#[derive(Template)]
#[template(path = "courses/templates/form.html")]
struct CourseFormPage {
    programmes: Vec<(Programme, String)>,
    occupations: Vec<(String, String)>,
    levels: Vec<(i32, String)>,
    kinds: Vec<(CertificateKind, String)>,
    page: Page,
    form: FormView,
    course: Option<course::Model>,
}

/// What the reader may do, as a button or as a link to a page of its own.
struct Button {
    action: &'static str,
    label: String,
    kind: &'static str,
    asks: bool,
}

#[derive(Template)]
#[template(path = "courses/templates/show.html")]
struct CoursePage {
    sign: (&'static str, String),
    occupation: String,
    institution: String,
    mine: bool,
    four: Vec<(&'static str, String)>,
    buttons: Vec<Button>,
    may_withdraw: bool,
    /// Whether the reader may apply for a class of it.
    may_open: bool,
    page: Page,
    course: course::Model,
}

impl CourseFormPage {
    fn new(page: Page, form: FormView, course: Option<course::Model>) -> Self {
        Self {
            programmes: Programme::all().map(|programme| (programme, page.word("programme", programme))).collect(),
            occupations: occupations()
                .iter()
                .map(|one| (one.code.to_owned(), occupation_name(one.code, page.locale).to_owned()))
                .collect(),
            levels: (1..=5).rev().map(|level| (level, page.word("skill_level", level))).collect(),
            kinds: CertificateKind::all().map(|kind| (kind, page.word("certificate_kind", kind))).collect(),
            page,
            form,
            course,
        }
    }

    fn action(&self) -> String {
        self.course.as_ref().map_or_else(|| "/courses".to_owned(), |course| format!("/courses/{}/edit", course.id))
    }

    fn title(&self) -> String {
        match &self.course {
            Some(course) => self.page.say1("course-edit-title", "title", &course.title),
            None => self.page.say("course-new"),
        }
    }
}

impl CoursePage {
    fn new(page: Page, course: course::Model, institution: String) -> Self {
        let status = course.status;
        let role = page.role();
        let held = |one: CourseAction| role.is_some_and(|role| status.open_to(role).contains(&one));
        let buttons = [
            (CourseAction::Submit, "main", false),
            (CourseAction::List, "main", false),
            (CourseAction::Return, "", true),
        ]
        .into_iter()
        .filter(|(action, _, _)| held(*action))
        .map(|(action, kind, asks)| (action.into(), kind, asks));
        let offers = page.actor.as_ref().is_some_and(|actor| actor.prove::<OfferCourses>().is_ok());
        let buttons = buttons
            .chain((offers && is_editable(status)).then_some(("edit", "", true)))
            .map(|(action, kind, asks)| Button { action, label: page.say(&format!("course-{action}")), kind, asks })
            .collect();
        let later = |key| ("", page.say(key));
        let listed = match status {
            CourseStatus::Listed => "done",
            CourseStatus::Draft | CourseStatus::Submitted | CourseStatus::Returned => "now",
            CourseStatus::Withdrawn => "",
        };
        Self {
            sign: sign(&page, status),
            occupation: occupation_name(&course.occupation, page.locale).to_owned(),
            mine: page.is_mine(status.waits_for()),
            four: vec![
                later("course-four-order"),
                (listed, page.word("course_status", status)),
                later("course-four-choose"),
                later("course-four-pay"),
            ],
            may_withdraw: held(CourseAction::Withdraw),
            may_open: offers && status == CourseStatus::Listed,
            institution,
            buttons,
            page,
            course,
        }
    }

    fn minutes(&self, minutes: i32) -> String {
        format!("{} {}", hours(minutes), self.page.say("unit-hours"))
    }

    fn next(&self, what: &str) -> String {
        self.page.say(&format!("course-next-{}{what}", self.course.status))
    }
}

#[get("/courses?<status>&<paging..>")]
async fn list(
    by: Can<ReadCourses>,
    page: Page,
    status: Option<CourseStatus>,
    paging: Paging,
    db: &State<Database>,
) -> Result<Html<CoursesPage>> {
    paging.check()?;
    let sought = Sought { status, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list(db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let names = organisations::names(db.reader(), rows.items.iter().map(|course| course.organisation_id)).await?;
    let chosen = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let may_offer = by.prove::<OfferCourses>().is_ok();
    let rows = rows.map(|course| Row {
        institution: names.get(&course.organisation_id).cloned().unwrap_or_default(),
        sign: sign(&page, course.status),
        course,
    });
    Ok(Html::ok(CoursesPage {
        tabs: tabs(&page, status, may_offer),
        next: rows.next.map(|after| format!("/courses?{chosen}after={after}")),
        rows: rows.items,
        may_offer,
        organisations: organisations::are_open_to(&by),
        page,
    }))
}

/// One view for all, one for each state that the reader gets to see.
fn tabs(page: &Page, chosen: Option<CourseStatus>, drafts: bool) -> Vec<(String, String, bool)> {
    let all = ("/courses".to_owned(), page.say("list-all"), chosen.is_none());
    let states = CourseStatus::all().filter(|status| drafts || *status != CourseStatus::Draft).map(|status| {
        (format!("/courses?status={status}"), page.word("course_status", status), chosen == Some(status))
    });
    std::iter::once(all).chain(states).collect()
}

#[get("/courses/new")]
fn new_form(_by: Can<OfferCourses>, page: Page) -> Html<CourseFormPage> {
    Html::ok(CourseFormPage::new(page, FormView::default(), None))
}

#[post("/courses", data = "<form>")]
async fn offer(
    by: Can<OfferCourses>,
    page: Page,
    form: PageForm<CourseForm>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Posted<CourseFormPage>> {
    let (input, view) = form.open();
    let done = match input.and_then(CourseForm::read) {
        Ok(new) => desk.write(async |work| service::offer(&by, work, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(id) => Ok(Ok(go(cookies, format!("/courses/{id}"), "course-saved", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, as_typed(e))?;
            Ok(Err(Html::again(CourseFormPage::new(page, form, None))))
        }
    }
}

#[get("/courses/<id>", rank = 2)]
async fn show(by: Can<ReadCourses>, page: Page, id: CourseId, db: &State<Database>) -> Result<Html<CoursePage>> {
    let course = store::one(db.reader(), &by.scope(), id).await?;
    let institution = organisations::by_id(db.reader(), course.organisation_id).await?.name;
    Ok(Html::ok(CoursePage::new(page, course, institution)))
}

#[get("/courses/<id>/edit")]
async fn edit_form(
    by: Can<OfferCourses>,
    page: Page,
    id: CourseId,
    db: &State<Database>,
) -> Result<Html<CourseFormPage>> {
    let course = store::one(db.reader(), &by.scope(), id).await?;
    Ok(Html::ok(CourseFormPage::new(page, filled(&course), Some(course))))
}

#[post("/courses/<id>/edit", data = "<form>")]
async fn edit(
    by: Can<OfferCourses>,
    page: Page,
    id: CourseId,
    form: PageForm<CourseForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Posted<CourseFormPage>> {
    let (input, view) = form.open();
    let done = match input.and_then(CourseForm::read) {
        Ok(new) => desk.write(async |work| service::edit(&by, work, id, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/courses/{id}"), "course-saved", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, as_typed(e))?;
            let course = store::one(db.reader(), &by.scope(), id).await?;
            Ok(Err(Html::again(CourseFormPage::new(page, form, Some(course)))))
        }
    }
}

/// On to the course with a word on what happened, or back to it with a word on why not.
fn moved(cookies: &CookieJar<'_>, id: CourseId, done: Result<()>, word: &str) -> Result<Redirect> {
    match done {
        Ok(()) => Ok(go(cookies, format!("/courses/{id}"), word, &Vec::new())),
        Err(e) => back(cookies, format!("/courses/{id}"), e),
    }
}

#[post("/courses/<id>/submit", data = "<_form>")]
async fn submit(
    by: Can<OfferCourses>,
    id: CourseId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let done = desk.write(async |work| service::submit(&by, work, id).await).await;
    moved(cookies, id, done, "course-submitted")
}

#[post("/courses/<id>/list", data = "<_form>")]
async fn put_on_list(
    by: Can<ReviewCourses>,
    id: CourseId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let done = desk.write(async |work| service::put_on_list(&by, work, id).await).await;
    moved(cookies, id, done, "course-listed")
}

#[post("/courses/<id>/withdraw", data = "<_form>")]
async fn withdraw(
    by: Can<WithdrawCourses>,
    id: CourseId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let done = desk.write(async |work| service::withdraw(&by, work, id).await).await;
    moved(cookies, id, done, "course-withdrawn")
}

#[get("/courses/<id>/return")]
async fn return_form(
    by: Can<ReviewCourses>,
    page: Page,
    id: CourseId,
    db: &State<Database>,
) -> Result<Html<ReasonPage>> {
    let course = store::one(db.reader(), &by.scope(), id).await?;
    course.status.after(CourseAction::Return)?;
    Ok(Html::ok(return_page(page, FormView::default(), &course)))
}

fn return_page(page: Page, form: FormView, course: &course::Model) -> ReasonPage {
    let back = format!("/courses/{}", course.id);
    ReasonPage {
        crumbs: vec![("/courses".to_owned(), page.say("course-list-title")), (back.clone(), course.title.clone())],
        title: page.say1("course-return-title", "title", &course.title),
        lead: page.say("course-return-note"),
        after: String::new(),
        hint: page.say("course-return-hint"),
        action: format!("{back}/return"),
        back,
        button: page.say("course-return"),
        grave: true,
        page,
        form,
    }
}

/// The same page again with what is wrong with the reason.
async fn return_again(
    by: &Actor,
    page: Page,
    db: &Database,
    id: CourseId,
    (view, error): (FormView, Error),
) -> Result<Html<ReasonPage>> {
    let form = view.told(&page, error)?;
    let course = store::one(db.reader(), &by.scope(), id).await?;
    Ok(Html::again(return_page(page, form, &course)))
}

#[post("/courses/<id>/return", data = "<form>")]
async fn give_back(
    by: Can<ReviewCourses>,
    page: Page,
    id: CourseId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Posted<ReasonPage>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(why) => desk.write(async |work| service::give_back(&by, work, id, &why).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/courses/{id}"), "course-returned", &Vec::new()))),
        Err(e) => Ok(Err(return_again(&by, page, db, id, (view, e)).await?)),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, offer, show, edit_form, edit, submit, put_on_list, withdraw, return_form, give_back,]
}

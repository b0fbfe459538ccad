//! Pages: the catalogue, the list of classes, the application and its return.

use std::sync::Arc;

use askama::Template;
use entities::{
    training_class,
    values::{ClassId, ClassStatus, CourseId, PersonId, Programme, SessionMode},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging;
use crate::base::{Clock, Error, Result};
use crate::classes::catalogue::{self, CatalogueLookup, Shelf};
use crate::classes::forms::{CatalogueFilter, ClassForm, NewClass};
use crate::classes::ics::Timetable;
use crate::classes::rights::{ApplyForClasses, DecideOnClasses, SeeClasses};
use crate::classes::service;
use crate::classes::store;
use crate::classes::views::OpenClass;
use crate::courses;
use crate::data::{Database, Desk, Gather};
use crate::orders;
use crate::web::{FormView, Html, Page, PageForm, Reason, ReasonPage, Settings, go};

#[derive(Template)]
#[template(path = "classes/templates/catalogue.html")]
struct CataloguePage {
    page: Page,
    form: FormView,
    shelf: Arc<Shelf>,
    next: Option<String>,
    areas: Vec<(String, Vec<(String, String)>)>,
    programmes: Vec<(Programme, String)>,
    /// Conditions that are on: what they say, and the address without them.
    chips: Vec<(String, String)>,
    /// Whom a village worker looks for.
    person: Option<PersonId>,
}

#[derive(Template)]
#[template(path = "classes/templates/list.html")]
struct ClassesPage {
    page: Page,
    classes: Vec<training_class::Model>,
    tabs: Vec<(String, String, bool)>,
    /// The state that the list is narrowed to; empty for all.
    status: &'static str,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "classes/templates/new.html")]
struct NewClassPage {
    page: Page,
    form: FormView,
    course: entities::course::Model,
    areas: Vec<(String, Vec<(String, String)>)>,
    orders: Vec<(String, String)>,
    modes: Vec<(SessionMode, String)>,
    action: String,
}

/// The page of a class, with the person for whom one looks.
fn class_href(class: &OpenClass, person: Option<&PersonId>) -> String {
    let whom = person.map(|person| format!("?person={person}")).unwrap_or_default();
    format!("/classes/{}{whom}", class.id)
}

/// What stands big on the stub of a slip.
fn stub(page: &Page, class: &OpenClass) -> String {
    if class.seats_left > 0 { page.say1("seats-left", "left", class.seats_left) } else { page.say("seats-full") }
}

fn note(page: &Page, class: &OpenClass) -> String {
    let taken = class.seats - class.seats_left;
    if class.seats_left > 0 {
        page.say2("seats-note", "seats", class.seats, "taken", taken)
    } else {
        page.say2("seats-waiting", "seats", class.seats, "waiting", class.waiting)
    }
}

/// How the state of a class looks to this reader.
fn state_kind(page: &Page, class: &training_class::Model) -> &'static str {
    let mine = page.role().is_some_and(|role| !class.status.open_to(role).is_empty());
    state_look(class.status, mine)
}

/// The look of a state: whose turn it is, what moves, what stopped, what is done.
pub(crate) fn state_look(status: ClassStatus, mine: bool) -> &'static str {
    match status {
        ClassStatus::Draft => "draft",
        ClassStatus::Applied | ClassStatus::Ended | ClassStatus::Returned if mine => "yours",
        ClassStatus::Applied | ClassStatus::Ended => "theirs",
        ClassStatus::Returned | ClassStatus::Cancelled => "stopped",
        ClassStatus::Approved | ClassStatus::Running => "moving",
        ClassStatus::Closed => "done",
    }
}

/// Prefectures with their counties, for choosing.
fn counties(page: &Page) -> Vec<(String, Vec<(String, String)>)> {
    let province = "360000";
    let whole = vec![(province.to_owned(), page.place(province))];
    let prefectures = page.atlas.children(province, page.today);
    let groups = prefectures.into_iter().map(|prefecture| {
        let counties = page.atlas.children(&prefecture.code, page.today);
        let first = [(prefecture.code.clone(), prefecture.name.clone())];
        let areas = first.into_iter().chain(counties.into_iter().map(|c| (c.code.clone(), c.name.clone())));
        (prefecture.name.clone(), areas.collect())
    });
    std::iter::once((String::new(), whole)).chain(groups).collect()
}

/// Townships of a county, for the venue of a class.
fn townships(page: &Page, county: &str) -> Vec<(String, Vec<(String, String)>)> {
    let county = page.atlas.ancestors(county).into_iter().find(|code| code.len() == 6).unwrap_or(county);
    let loose = vec![(county.to_owned(), page.place(county))];
    let below = page.atlas.children(county, page.today);
    let below = below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    vec![(String::new(), loose), (page.place(county), below)]
}

/// The catalogue's address under these conditions.
fn address(filter: &CatalogueFilter, person: Option<PersonId>) -> String {
    let mut parts = Vec::new();
    if let Some(area) = filter.area.as_deref().filter(|area| !area.is_empty()) {
        parts.push(format!("area={area}"));
    }
    if let Some(programme) = filter.programme {
        parts.push(format!("programme={programme}"));
    }
    if let Some(from) = filter.from.as_deref().filter(|from| !from.is_empty()) {
        parts.push(format!("from={from}"));
    }
    if filter.free == Some(true) {
        parts.push("free=true".to_owned());
    }
    if let Some(after) = &filter.after {
        parts.push(format!("after={after}"));
    }
    if let Some(person) = person {
        parts.push(format!("for={person}"));
    }
    if parts.is_empty() { "/catalogue".to_owned() } else { format!("/catalogue?{}", parts.join("&")) }
}

fn chips(page: &Page, filter: &CatalogueFilter, person: Option<PersonId>) -> Vec<(String, String)> {
    let mut chips = Vec::new();
    let without = |change: &dyn Fn(&mut CatalogueFilter)| {
        let mut filter = CatalogueFilter { after: None, ..filter.clone() };
        change(&mut filter);
        address(&filter, person)
    };
    if let Some(area) = filter.area.as_deref().filter(|area| !area.is_empty()) {
        chips.push((page.place(area), without(&|filter| filter.area = None)));
    }
    if let Some(programme) = filter.programme {
        chips.push((page.word("programme", programme), without(&|filter| filter.programme = None)));
    }
    if let Ok(Some(day)) = filter.first_day() {
        chips.push((page.say1("catalogue-from", "day", page.day(&day)), without(&|filter| filter.from = None)));
    }
    if filter.free == Some(true) {
        chips.push((page.say("catalogue-free"), without(&|filter| filter.free = None)));
    }
    chips
}

#[get("/catalogue?<for>&<filter..>")]
async fn open_classes(
    page: Page,
    r#for: Option<PersonId>,
    filter: CatalogueFilter,
    lookup: &State<Gather<CatalogueLookup>>,
    clock: &State<Clock>,
) -> Result<Html<CataloguePage>> {
    let shelf = catalogue::look(lookup, clock.today(), &filter).await?;
    let form = FormView::default()
        .with("area", filter.area.clone().unwrap_or_default())
        .with("programme", filter.programme.map_or("", Programme::as_str))
        .with("from", filter.from.clone().unwrap_or_default())
        .with("free", filter.free.unwrap_or_default());
    let next =
        shelf.page.next.clone().map(|after| address(&CatalogueFilter { after: Some(after), ..filter.clone() }, r#for));
    Ok(Html::ok(CataloguePage {
        areas: counties(&page),
        programmes: Programme::all().map(|programme| (programme, page.word("programme", programme))).collect(),
        chips: chips(&page, &filter, r#for),
        person: r#for,
        page,
        form,
        shelf,
        next,
    }))
}

const ROWS: u64 = 50;

#[get("/classes?<status>&<after>")]
async fn list(
    by: Can<SeeClasses>,
    page: Page,
    status: Option<ClassStatus>,
    after: Option<ClassId>,
    db: &State<Database>,
) -> Result<Html<ClassesPage>> {
    let rows = store::list(db.reader(), &by.scope(), status, None, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let all = (page.say("list-all"), "/classes".to_owned(), status.is_none());
    let tabs = ClassStatus::all()
        .filter(|one| *one != ClassStatus::Draft)
        .map(|one| (page.word("class_status", one), format!("/classes?status={one}"), status == Some(one)));
    let tabs = std::iter::once(all).chain(tabs).map(|(label, href, current)| (href, label, current)).collect();
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let next = rows.next.map(|after| format!("/classes?{kept}after={after}"));
    let status = status.map(ClassStatus::as_str).unwrap_or_default();
    Ok(Html::ok(ClassesPage { page, classes: rows.items, tabs, status, next }))
}

async fn application(
    by: &Can<ApplyForClasses>,
    page: Page,
    form: FormView,
    course: CourseId,
    action: String,
    db: &Database,
) -> Result<NewClassPage> {
    let course = courses::visible(db.reader(), &by.scope(), course).await?;
    let orders = orders::open_for(db.reader(), &course.area_code, &course.occupation).await?;
    let orders = orders.into_iter().map(|o| (o.id.to_string(), format!("{} {}", o.number, o.work_place))).collect();
    let modes = SessionMode::all().map(|mode| (mode, page.word("session_mode", mode))).collect();
    Ok(NewClassPage { modes, areas: townships(&page, &course.area_code), orders, course, form, action, page })
}

fn fresh(course: &entities::course::Model) -> FormView {
    FormView::default()
        .with("course_id", course.id)
        .with("title", &course.title)
        .with("area_code", &course.area_code)
        .with("seats", course.max_class)
        .with("days", 3)
        .with("morning_from", "08:30")
        .with("morning_to", "12:30")
        .with("afternoon_from", "14:00")
        .with("afternoon_to", "18:00")
        .with("morning_mode", SessionMode::Theory)
        .with("afternoon_mode", SessionMode::Practice)
}

#[get("/classes/new?<course>")]
async fn new_form(
    by: Can<ApplyForClasses>,
    page: Page,
    course: CourseId,
    db: &State<Database>,
) -> Result<Html<NewClassPage>> {
    let shown = application(&by, page, FormView::default(), course, "/classes".to_owned(), db).await?;
    let form = fresh(&shown.course);
    Ok(Html::ok(NewClassPage { form, ..shown }))
}

type Again = std::result::Result<Redirect, Html<NewClassPage>>;

/// The form again with what was wrong, or the error where no form can mend it.
async fn again(
    by: &Can<ApplyForClasses>,
    page: Page,
    view: FormView,
    error: Error,
    action: String,
    db: &Database,
) -> Result<Again> {
    let Ok(course) = view.value("course_id").parse() else { return Err(error) };
    let form = view.told(&page, error)?;
    Ok(Err(Html::again(application(by, page, form, course, action, db).await?)))
}

#[post("/classes", data = "<form>")]
async fn apply(
    by: Can<ApplyForClasses>,
    page: Page,
    form: PageForm<ClassForm>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Again> {
    let (input, view) = form.open();
    let done = match input.and_then(NewClass::try_from) {
        Ok(new) => desk.write(async |work| service::apply(&by, work, atlas, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(id) => Ok(Ok(go(cookies, format!("/classes/{id}"), "class-applied", &Vec::new()))),
        Err(e) => again(&by, page, view, e, "/classes".to_owned(), db).await,
    }
}

#[get("/classes/<id>/edit")]
async fn edit_form(
    by: Can<ApplyForClasses>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
) -> Result<Html<NewClassPage>> {
    let class = service::visible(db.reader(), &by.scope(), id).await?;
    let action = format!("/classes/{id}/edit");
    let shown = application(&by, page, FormView::default(), class.course_id, action, db).await?;
    let form = fresh(&shown.course)
        .with("title", &class.title)
        .with("area_code", &class.area_code)
        .with("venue", &class.venue)
        .with("trainer", &class.trainer)
        .with("seats", class.seats)
        .with("first_day", class.starts_on)
        .with("days", (class.ends_on - class.starts_on).num_days() + 1);
    Ok(Html::ok(NewClassPage { form, ..shown }))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/classes/<id>/edit", data = "<form>")]
async fn edit(
    by: Can<ApplyForClasses>,
    page: Page,
    id: ClassId,
    form: PageForm<ClassForm>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Again> {
    let (input, view) = form.open();
    let done = match input.and_then(NewClass::try_from) {
        Ok(new) => desk.write(async |work| service::apply_again(&by, work, atlas, id, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/classes/{id}"), "class-applied", &Vec::new()))),
        Err(e) => again(&by, page, view, e, format!("/classes/{id}/edit"), db).await,
    }
}

async fn return_page(
    by: &Can<DecideOnClasses>,
    page: Page,
    form: FormView,
    id: ClassId,
    db: &Database,
) -> Result<ReasonPage> {
    let class = service::visible(db.reader(), &by.scope(), id).await?;
    class.status.after(crate::classes::lifecycle::ClassAction::Return)?;
    Ok(ReasonPage {
        crumbs: vec![("/classes".to_owned(), page.say("class-list")), (format!("/classes/{id}"), class.title.clone())],
        title: page.say("class-return"),
        after: String::new(),
        hint: String::new(),
        grave: false,
        lead: format!("{} {}", class.number, class.title),
        action: format!("/classes/{id}/return"),
        back: format!("/classes/{id}"),
        button: page.say("class-return"),
        page,
        form,
    })
}

#[get("/classes/<id>/return")]
async fn return_form(
    by: Can<DecideOnClasses>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
) -> Result<Html<ReasonPage>> {
    Ok(Html::ok(return_page(&by, page, FormView::default(), id, db).await?))
}

#[post("/classes/<id>/return", data = "<form>")]
async fn send_back(
    by: Can<DecideOnClasses>,
    page: Page,
    id: ClassId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<ReasonPage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::send_back(&by, work, id, &input).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/classes/{id}"), "class-sent_back", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(return_page(&by, page, form, id, db).await?)))
        }
    }
}

/// The sessions of a class, for a calendar.
#[get("/classes/<id>/timetable.ics")]
async fn timetable(
    by: Can<SeeClasses>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    clock: &State<Clock>,
    settings: &State<Settings>,
) -> Result<Timetable> {
    let class = service::visible(db.reader(), &by.scope(), id).await?;
    let sessions = store::sessions(db.reader(), id).await?;
    Ok(Timetable::of(&page, &settings.base_url, clock.now(), sessions.iter().map(|session| (&class, session))))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![open_classes, list, new_form, apply, edit_form, edit, return_form, send_back, timetable]
}

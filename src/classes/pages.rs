//! Pages: the catalogue, the list of classes, the application and its return.

use std::{collections::HashSet, sync::Arc};

use askama::Template;
use chrono::TimeDelta;
use entities::{
    trainer, training_class,
    values::{ClassId, ClassStatus, CourseId, PersonId, Programme, SessionMode, TrainerId},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging;
use crate::base::{Clock, Error, Result};
use crate::classes::catalogue::{self, CatalogueLookup, Shelf};
use crate::classes::forms::{CatalogueFilter, NewClass};
use crate::classes::ics::{Timetable, rooms};
use crate::classes::planning::{self, ClassForm, Step, by_rows};
use crate::classes::rights::{ApplyForClasses, DecideOnClasses, SeeClasses};
use crate::classes::service;
use crate::classes::store;
use crate::classes::views::OpenClass;
use crate::courses;
use crate::data::{Database, Desk, Gather};
use crate::orders;
use crate::teaching::{self, KeepRegisters};
use crate::web::{FormView, Html, Page, PageForm, Reason, ReasonPage, Settings, Tools, go};

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
    venues: Vec<(String, String)>,
    trainers: Vec<(String, String)>,
    action: String,
}

impl NewClassPage {
    /// The places of the sessions that are laid out.
    fn rows(&self) -> Vec<usize> {
        (0..planning::MOST).take_while(|n| self.form.has(&format!("rows[{n}].day"))).collect()
    }

    fn name(n: &usize, field: &str) -> String {
        format!("rows[{n}].{field}")
    }

    /// What is wrong with a session, whichever of its fields it is.
    fn fault(&self, n: &usize) -> String {
        let row = format!("rows[{n}].");
        let of_row = |(field, _): &&(String, String)| field.starts_with(&row);
        self.form.errors().iter().find(of_row).map(|(_, text)| text.clone()).unwrap_or_default()
    }
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
pub(crate) fn counties(page: &Page) -> Vec<(String, Vec<(String, String)>)> {
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
    let db = db.reader();
    let course = courses::visible(db, &by.scope(), course).await?;
    let orders = orders::open_for(db, &course.area_code, &course.occupation).await?;
    let orders = orders.into_iter().map(|o| (o.id.to_string(), format!("{} {}", o.number, o.work_place))).collect();
    let modes = SessionMode::all().map(|mode| (mode, page.word("session_mode", mode))).collect();
    let venues = teaching::venues_of(db, course.organisation_id).await?;
    let trainers = teaching::trainers_of(db, course.organisation_id).await?;
    let fits = |one: &trainer::Model| one.programme == course.programme && one.occupation == course.occupation;
    let trainers: Vec<trainer::Model> = trainers.into_iter().filter(fits).collect();
    let named = |field: &str| {
        match field {
            "venue_id" => return Some(page.say("class-venue")),
            "trainer_id" => return Some(page.say("class-trainer")),
            _ => {}
        }
        let n = field.strip_prefix("rows[")?.split(']').next()?.parse::<usize>().ok()?;
        Some(page.say1("class-nth", "n", n + 1))
    };
    Ok(NewClassPage {
        modes,
        areas: teaching::townships(&page, &course.area_code),
        orders,
        venues: teaching::venue_choices(&page, &venues),
        trainers: teaching::trainer_choices(&page, &trainers),
        form: form.named(named),
        course,
        action,
        page,
    })
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

/// What a form of an application came to.
enum Sent {
    /// It is to be sent: the application, and the form in case that it is refused.
    Whole(Box<NewClass>, FormView),
    /// Its plan was changed, and it is shown again.
    Changed(FormView),
    Wrong(FormView, Error),
}

/// Reads the form at whichever step it came, with its sessions put in order.
fn read(form: PageForm<ClassForm>) -> Sent {
    let (input, view) = form.open();
    let input = match input {
        Ok(input) => input,
        Err(e) => return Sent::Wrong(view, e),
    };
    // Rows that are none are refused, and not taken for a plan without rows.
    if input.rows.is_none() && view.has("rows[0].day") {
        return Sent::Wrong(view, Error::invalid("rows", "invalid.unknown_field"));
    }
    let step = input.step.unwrap_or_default();
    let view = match input.after(step) {
        Ok(rows) => planning::lay_out(view, &rows),
        Err(e) => return Sent::Wrong(view, e),
    };
    if step != Step::Apply {
        return Sent::Changed(view);
    }
    match input.read() {
        Ok(new) => Sent::Whole(Box::new(new), view),
        Err(e) => Sent::Wrong(view, e),
    }
}

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
    let error = by_rows(error, &view);
    let form = view.told(&page, error)?;
    Ok(Err(Html::again(application(by, page, form, course, action, db).await?)))
}

/// The form with its plan as it is now.
async fn changed(
    by: &Can<ApplyForClasses>,
    page: Page,
    view: FormView,
    action: String,
    db: &Database,
) -> Result<Again> {
    let course = view.value("course_id").parse().map_err(|_| Error::invalid("course_id", "invalid.id"))?;
    Ok(Err(Html::ok(application(by, page, view, course, action, db).await?)))
}

#[post("/classes", data = "<form>")]
async fn apply(
    by: Can<ApplyForClasses>,
    page: Page,
    form: PageForm<ClassForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Again> {
    let action = "/classes".to_owned();
    let (new, view) = match read(form) {
        Sent::Whole(new, view) => (new, view),
        Sent::Changed(view) => return changed(&by, page, view, action, tools.db).await,
        Sent::Wrong(view, e) => return again(&by, page, view, e, action, tools.db).await,
    };
    let house = (tools.atlas, tools.vault);
    match tools.desk.write(async |work| service::apply(&by, work, house, &new).await).await {
        Ok(id) => Ok(Ok(go(cookies, format!("/classes/{id}"), "class-applied", &Vec::new()))),
        Err(e) => again(&by, page, view, e, action, tools.db).await,
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
    let sessions = store::sessions(db.reader(), id).await?;
    let action = format!("/classes/{id}/edit");
    let shown = application(&by, page, FormView::default(), class.course_id, action, db).await?;
    let form = fresh(&shown.course)
        .with("title", &class.title)
        .with("area_code", &class.area_code)
        .with("venue_id", class.venue_id.map(|id| id.to_string()).unwrap_or_default())
        .with("trainer_id", class.trainer_id.map(|id| id.to_string()).unwrap_or_default())
        .with("seats", class.seats)
        .with("first_day", class.starts_on)
        .with("days", (class.ends_on - class.starts_on).num_days() + 1);
    let form = planning::lay_out(form, &planning::rows_of(&class, &sessions));
    Ok(Html::ok(NewClassPage { form, ..shown }))
}

#[post("/classes/<id>/edit", data = "<form>")]
async fn edit(
    by: Can<ApplyForClasses>,
    page: Page,
    id: ClassId,
    form: PageForm<ClassForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Again> {
    let action = format!("/classes/{id}/edit");
    let (new, view) = match read(form) {
        Sent::Whole(new, view) => (new, view),
        Sent::Changed(view) => return changed(&by, page, view, action, tools.db).await,
        Sent::Wrong(view, e) => return again(&by, page, view, e, action, tools.db).await,
    };
    let house = (tools.atlas, tools.vault);
    match tools.desk.write(async |work| service::apply_again(&by, work, house, id, &new).await).await {
        Ok(()) => Ok(Ok(go(cookies, format!("/classes/{id}"), "class-applied", &Vec::new()))),
        Err(e) => again(&by, page, view, e, action, tools.db).await,
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
    tools: Tools<'_>,
    settings: &State<Settings>,
) -> Result<Timetable> {
    let db = tools.db.reader();
    let class = service::visible(db, &by.scope(), id).await?;
    let sessions = store::sessions(db, id).await?;
    let rooms = rooms(db, &sessions).await?;
    let all = sessions.iter().map(|session| (&class, session));
    Ok(Timetable::of(&page, &settings.base_url, tools.clock.now(), &rooms, all))
}

/// So long a session stays in the timetable of a trainer.
const KEPT: TimeDelta = TimeDelta::days(90);

/// What a trainer teaches in all classes of the institution, for a calendar.
#[get("/trainers/<id>/timetable.ics")]
async fn trainer_timetable(
    by: Can<KeepRegisters>,
    page: Page,
    id: TrainerId,
    tools: Tools<'_>,
    settings: &State<Settings>,
) -> Result<Timetable> {
    let (db, now) = (tools.db.reader(), tools.clock.now());
    let entries = teaching::trainer_of_caller(db, &by, id).await?;
    let ids: Vec<TrainerId> = entries.iter().map(|entry| entry.id).collect();
    let sessions = store::taught_by(db, &ids, now - KEPT).await?;
    let classes: HashSet<ClassId> = sessions.iter().map(|session| session.class_id).collect();
    let classes = store::by_ids(db, &classes.into_iter().collect::<Vec<_>>()).await?;
    let rooms = rooms(db, &sessions).await?;
    let waits = [ClassStatus::Draft, ClassStatus::Applied, ClassStatus::Returned];
    let all = sessions.iter().filter_map(|session| {
        classes.get(&session.class_id).filter(|class| !waits.contains(&class.status)).map(|class| (class, session))
    });
    Ok(Timetable::of(&page, &settings.base_url, now, &rooms, all))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![open_classes, list, new_form, apply, edit_form, edit, return_form, send_back, timetable, trainer_timetable]
}

//! Pages: a class with its seats, one's own classes, giving a seat back, cancelling a class.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use chrono::NaiveDate;
use entities::{
    class_session, course, enrolment, person, training_class,
    values::{ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, PersonId, Role, VenueId},
    venue,
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::clock::year_of;
use crate::base::error::Args;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, Result};
use crate::classes::{self, OpenClass, Timetable};
use crate::courses;
use crate::data::{Database, Desk, Rush, Vault};
use crate::enrolments::forms::{NewEnrolment, SeatForm, Withdrawal, WithdrawalReason};
use crate::enrolments::lifecycle::EnrolmentAction;
use crate::enrolments::moves;
use crate::enrolments::rights::{SeeOwnClasses, TakeSeats};
use crate::enrolments::seats::TakeSeat;
use crate::enrolments::service;
use crate::enrolments::store;
use crate::orders::{self, LinkedOrder};
use crate::organisations;
use crate::people;
use crate::policy::occupation_name;
use crate::web::{FormView, Html, Page, PageForm, Settings, go};

/// The person for whom the page speaks: a trainee's own, or whom the village worker chose.
struct Candidate {
    id: PersonId,
    name: String,
    /// What each rule says: whether it holds, and in which words.
    verdicts: Vec<(bool, String)>,
    ok: bool,
    /// In this class already: the state, and the enrolment that may be given back.
    there: Option<enrolment::Model>,
}

#[derive(Template)]
#[template(path = "enrolments/templates/class.html")]
struct ClassPage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    course: course::Model,
    institution: String,
    sessions: Vec<class_session::Model>,
    orders: Vec<LinkedOrder>,
    waiting: i64,
    steps: Vec<(&'static str, String)>,
    candidate: Option<Candidate>,
    /// Villagers to choose from, for a village worker.
    villagers: Vec<(PersonId, String)>,
    in_charge: bool,
    actions: Vec<&'static str>,
    /// Rooms that sessions name.
    rooms: HashMap<VenueId, venue::Model>,
    /// What the class must meet before it is approved, and whether it does, for who decides or waits.
    checks: Vec<(bool, String)>,
    /// Years whose holidays nobody stored.
    no_holidays: Vec<i32>,
    /// A place in it can still be given back.
    gives_back: bool,
    /// Who came on the roster of a class that is applied for, in the order of their seats.
    roster: Vec<Comer>,
}

/// Somebody on a roster: masked, with what stands against a seat.
struct Comer {
    name: String,
    id_number: String,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "enrolments/templates/planned.html")]
struct PlannedPage {
    page: Page,
    classes: Vec<OpenClass>,
}

#[derive(Template)]
#[template(path = "enrolments/templates/my_courses.html")]
struct MyCoursesPage {
    page: Page,
    courses: Vec<MyCourse>,
}

struct MyCourse {
    enrolment: enrolment::Model,
    class: training_class::Model,
    /// The next session that is still to be held.
    next: Option<class_session::Model>,
    may_withdraw: bool,
}

impl MyCourse {
    /// Leave is asked for by whoever sits there, from a session to come.
    fn may_ask_leave(&self) -> bool {
        self.next.is_some() && matches!(self.enrolment.status, EnrolmentStatus::Seated | EnrolmentStatus::Started)
    }
}

#[derive(Template)]
#[template(path = "enrolments/templates/withdraw.html")]
struct WithdrawPage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    id: EnrolmentId,
    reasons: Vec<(String, String)>,
    back: String,
}

/// The house that answers a page of a class.
struct Room<'a> {
    db: &'a Database,
    vault: &'a Vault,
    today: NaiveDate,
}

impl Room<'_> {
    async fn candidate(&self, page: &Page, actor: &Actor, id: PersonId, class: ClassId) -> Result<Candidate> {
        let db = self.db.reader();
        let person = people::visible(db, &actor.scope(), id).await?;
        let there = store::live_in(db, class, id).await?;
        let verdicts = service::verdicts(db, self.today, id, class).await?;
        let ok = verdicts.iter().all(|verdict| verdict.refusal.is_none());
        let verdicts = verdicts.into_iter().map(|verdict| match verdict.refusal {
            None => (true, page.explain(verdict.holds, &verdict.args)),
            Some(refusal) => (false, page.explain(refusal.code, &refusal.args)),
        });
        Ok(Candidate { id, name: person.name, verdicts: verdicts.collect(), ok, there })
    }

    async fn roster(&self, page: &Page, class: ClassId) -> Result<Vec<Comer>> {
        let db = self.db.reader();
        let comers = service::roster(db, self.today, class).await?;
        let ids: Vec<PersonId> = comers.iter().map(|(row, _)| row.person_id).collect();
        let mut briefs = people::briefs(db, self.vault, &ids).await?;
        let comers = comers.into_iter().map(|(row, refusal)| {
            let brief = briefs.remove(&row.person_id);
            let (name, id_number) = brief.map(|brief| (brief.masked_name, brief.masked_id)).unwrap_or_default();
            Comer { name, id_number, refusal: refusal.map(|refusal| page.explain(refusal.code, &refusal.args)) }
        });
        Ok(comers.collect())
    }

    async fn villagers(&self, actor: &Actor) -> Result<Vec<(PersonId, String)>> {
        let rows = people::in_area(self.db.reader(), &actor.scope(), &actor.area, 500).await?;
        let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
        let briefs = people::briefs(self.db.reader(), self.vault, &ids).await?;
        let label = |row: &person::Model| {
            let tail = briefs.get(&row.id).map(|brief| brief.tail.as_str()).unwrap_or_default();
            format!("{} …{tail}", row.name)
        };
        Ok(rows.iter().map(|row| (row.id, label(row))).collect())
    }

    async fn show(&self, page: Page, form: FormView, id: ClassId, chosen: Option<PersonId>) -> Result<ClassPage> {
        let db = self.db.reader();
        let class = service::class_for(db, page.actor.as_ref(), id).await?;
        let course = courses::by_id(db, class.course_id).await?;
        let institution = organisations::by_id(db, class.organisation_id).await?.name;
        let orders = orders::of_classes(db, &[id]).await?.into_iter().map(|(_, order)| order).collect::<Vec<_>>();
        let actor = page.actor.clone();
        let whom = match actor.as_ref().map(|actor| (actor.role, actor.person)) {
            Some((Role::Trainee, own)) => own,
            Some((Role::VillageWorker, _)) => chosen,
            _ => None,
        };
        let candidate = match (&actor, whom) {
            (Some(actor), Some(person)) => Some(self.candidate(&page, actor, person, id).await?),
            _ => None,
        };
        let villagers = match &actor {
            Some(actor) if actor.role == Role::VillageWorker => self.villagers(actor).await?,
            _ => Vec::new(),
        };
        let in_charge = actor.as_ref().is_some_and(|actor| service::in_charge(actor, &class));
        let asked = in_charge && class.status == ClassStatus::Applied;
        let (checks, no_holidays) = if asked {
            (classes::checks(db, &class, self.today).await?, classes::years_without_holidays(db, &class).await?)
        } else {
            (Vec::new(), Vec::new())
        };
        let roster = if asked { self.roster(&page, id).await? } else { Vec::new() };
        let checks = checks
            .into_iter()
            .map(|check| (check.ok, page.explain(if check.ok { check.name } else { check.code }, &check.args)))
            .collect();
        let gives_back = service::may_give_back(&class, self.today);
        let open = actor.as_ref().filter(|_| in_charge).map(|actor| class.status.open_to(actor.role));
        let sessions = classes::sessions(db, id).await?;
        Ok(ClassPage {
            rooms: classes::rooms(db, &sessions).await?,
            sessions,
            waiting: classes::waiting(db, &[id]).await?.get(&id).copied().unwrap_or_default(),
            steps: steps(&page, &class, !orders.is_empty()),
            actions: open.unwrap_or_default().into_iter().map(Into::into).collect(),
            page,
            form,
            class,
            course,
            institution,
            orders,
            candidate,
            villagers,
            in_charge,
            checks,
            no_holidays,
            gives_back,
            roster,
        })
    }
}

fn occupation<'a>(page: &Page, class: &'a training_class::Model) -> &'a str {
    occupation_name(&class.occupation, page.locale)
}

/// Whether people may come in: with a seat, or while it is planned on its roster.
fn takes_people(class: &training_class::Model) -> bool {
    matches!(class.status, ClassStatus::Approved | ClassStatus::Applied)
}

/// Who teaches a session and where, as far as it differs from the class.
fn apart(page: &ClassPage, session: &class_session::Model) -> String {
    let room = session.venue_id.filter(|id| Some(*id) != page.class.venue_id).and_then(|id| page.rooms.get(&id));
    let parts = [session.trainer.as_deref(), room.map(|room| room.name.as_str())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn look(class: &training_class::Model, actions: &[&str]) -> &'static str {
    classes::state_look(class.status, !actions.is_empty())
}

fn year(class: &training_class::Model) -> i32 {
    year_of(class.starts_on)
}

/// Whether the order behind a class opens for this reader.
fn reads_orders(page: &Page) -> bool {
    page.actor.as_ref().is_some_and(|actor| actor.prove::<orders::ReadOrders>().is_ok())
}

/// Whether the claim of a class is this reader's business.
fn claims_here(page: &Page) -> bool {
    page.role() == Some(Role::Institution)
}

/// Whether the class has begun: from then on something may fall due.
fn has_begun(class: &training_class::Model) -> bool {
    matches!(class.status, ClassStatus::Running | ClassStatus::Ended | ClassStatus::Closed)
}

/// Whether it is this reader's business who assesses the class.
fn names_assessor(page: &Page, class: &training_class::Model) -> bool {
    let open = [ClassStatus::Applied, ClassStatus::Approved, ClassStatus::Running, ClassStatus::Ended];
    page.role() == Some(Role::CountyClerk) && open.contains(&class.status)
}

/// Where the class stands in the four orders.
fn steps(page: &Page, class: &training_class::Model, ordered: bool) -> Vec<(&'static str, String)> {
    let left = class.seats - class.taken;
    let order = page.say(if ordered { "step-ordered" } else { "step-no_order" });
    let listed = match class.status {
        ClassStatus::Draft | ClassStatus::Applied => ("now", page.say("step-to_approve")),
        ClassStatus::Returned | ClassStatus::Cancelled => ("", page.word("class_status", class.status)),
        _ => ("done", page.say("step-approved")),
    };
    let chosen = match class.status {
        ClassStatus::Approved if left > 0 => ("now", page.say1("seats-left", "left", left)),
        ClassStatus::Approved => ("now", page.say("seats-full")),
        ClassStatus::Running => ("now", page.say1("count-people", "count", class.taken)),
        ClassStatus::Ended | ClassStatus::Closed => ("done", page.say1("count-people", "count", class.taken)),
        _ => ("", page.say("step-later")),
    };
    let paid = match class.status {
        ClassStatus::Closed => ("now", page.say("step-to_pay")),
        _ => ("", page.say("step-after")),
    };
    vec![("done", order), listed, chosen, paid]
}

#[get("/classes/<id>?<person>")]
async fn class(
    page: Page,
    id: ClassId,
    person: Option<PersonId>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Html<ClassPage>> {
    let room = Room { db, vault, today: clock.today() };
    Ok(Html::ok(room.show(page, FormView::default(), id, person).await?))
}

/// What is applied for near the reader's home.
#[get("/planned-classes")]
async fn planned(
    by: Can<TakeSeats>,
    page: Page,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Html<PlannedPage>> {
    let classes = service::planned(&by, db.reader(), clock.today()).await?;
    Ok(Html::ok(PlannedPage { page, classes }))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/classes/<id>/enrolments", data = "<form>")]
async fn take(
    by: Can<TakeSeats>,
    page: Page,
    id: ClassId,
    form: PageForm<SeatForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
    rush: &State<Rush<TakeSeat>>,
) -> Result<std::result::Result<Redirect, Html<ClassPage>>> {
    let (input, view) = form.open();
    let asked = input.and_then(|form| {
        if form.consent != Some(true) {
            return Err(Error::invalid("consent", "enrolment.no_consent"));
        }
        TakeSeat::new(&by, id, NewEnrolment { person_id: form.person_id, consent_note: form.consent_note }, None)
    });
    let taken = match asked {
        Ok(ask) => rush.ask(ask).await,
        Err(e) => Err(e),
    };
    match taken {
        Ok(taken) => {
            let (code, args): (_, Args) = match taken.place {
                None => ("enrolment-seat_taken", Args::new()),
                Some(place) => {
                    let code = if taken.on_roster { "enrolment-put_on_roster" } else { "enrolment-waitlisted" };
                    (code, vec![("place", place.to_string())])
                }
            };
            let whom =
                if by.role == Role::VillageWorker { format!("?person={}", taken.person_id) } else { String::new() };
            Ok(Ok(go(cookies, format!("/classes/{id}{whom}"), code, &args)))
        }
        Err(e) => {
            let person = view.value("person_id").parse().ok();
            let form = view.told(&page, e)?;
            let room = Room { db, vault, today: clock.today() };
            Ok(Err(Html::again(room.show(page, form, id, person).await?)))
        }
    }
}

#[get("/my-courses")]
async fn my_courses(
    by: Can<SeeOwnClasses>,
    page: Page,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Html<MyCoursesPage>> {
    let Some(person) = by.person else { return Ok(Html::ok(MyCoursesPage { page, courses: Vec::new() })) };
    let rows = store::of_person(db.reader(), person).await?;
    let ids: Vec<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let mut known = store::classes(db.reader(), &ids).await?;
    let sessions = classes::sessions_of(db.reader(), &ids).await?;
    let now = clock.now();
    let next = |class: ClassId| sessions.iter().find(|s| s.class_id == class && s.ends_at > now).cloned();
    let courses = rows.into_iter().filter_map(|enrolment| {
        let class = known.remove(&enrolment.class_id)?;
        let open = service::may_give_back(&class, clock.today());
        let may_withdraw = open && enrolment.status.open_to(Role::Trainee).contains(&EnrolmentAction::Withdraw);
        Some(MyCourse { next: next(class.id), enrolment, class, may_withdraw })
    });
    let courses = courses.collect();
    Ok(Html::ok(MyCoursesPage { page, courses }))
}

/// The sessions of one's own live seats, for a calendar.
#[get("/my-courses/timetable.ics")]
async fn timetable(
    by: Can<SeeOwnClasses>,
    page: Page,
    db: &State<Database>,
    clock: &State<Clock>,
    settings: &State<Settings>,
) -> Result<Timetable> {
    let seats = match by.person {
        Some(person) => store::of_person(db.reader(), person).await?,
        None => Vec::new(),
    };
    let live = [EnrolmentStatus::Seated, EnrolmentStatus::Started];
    let ids: Vec<ClassId> = seats.iter().filter(|seat| live.contains(&seat.status)).map(|seat| seat.class_id).collect();
    let known = store::classes(db.reader(), &ids).await?;
    let sessions = classes::sessions_of(db.reader(), &ids).await?;
    let rooms = classes::rooms(db.reader(), &sessions).await?;
    let sessions = sessions.iter().filter_map(|session| Some((known.get(&session.class_id)?, session)));
    Ok(Timetable::of(&page, &settings.base_url, clock.now(), &rooms, sessions))
}

async fn withdraw_page(
    by: &Can<TakeSeats>,
    page: Page,
    form: FormView,
    id: EnrolmentId,
    db: &Database,
) -> Result<WithdrawPage> {
    let row = store::visible(db.reader(), &by.scope(), id).await?;
    row.status.after(EnrolmentAction::Withdraw)?;
    let class = classes::by_id(db.reader(), row.class_id).await?;
    let reasons = WithdrawalReason::ALL
        .map(|reason| (reason.as_str().to_owned(), page.say(&format!("withdrawal-{}", reason.as_str()))))
        .to_vec();
    let back = if by.role == Role::Trainee {
        "/my-courses".to_owned()
    } else {
        format!("/classes/{}?person={}", class.id, row.person_id)
    };
    Ok(WithdrawPage { page, form, class, id, reasons, back })
}

#[get("/enrolments/<id>/withdraw")]
async fn withdraw_form(
    by: Can<TakeSeats>,
    page: Page,
    id: EnrolmentId,
    db: &State<Database>,
) -> Result<Html<WithdrawPage>> {
    Ok(Html::ok(withdraw_page(&by, page, FormView::default(), id, db).await?))
}

#[post("/enrolments/<id>/withdraw", data = "<form>")]
async fn withdraw(
    by: Can<TakeSeats>,
    page: Page,
    id: EnrolmentId,
    form: PageForm<Withdrawal>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<WithdrawPage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::withdraw(&by, work, id, input.reason).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(row) => {
            let path = if by.role == Role::Trainee {
                "/my-courses".to_owned()
            } else {
                format!("/classes/{}?person={}", row.class_id, row.person_id)
            };
            Ok(Ok(go(cookies, path, "enrolment-withdrawn", &Args::new())))
        }
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(withdraw_page(&by, page, form, id, db).await?)))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = routes![class, planned, take, my_courses, timetable, withdraw_form, withdraw];
    routes.extend(moves::routes());
    routes
}

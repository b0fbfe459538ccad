//! The tries of a session, and the form that asks what would come of one.

use std::collections::HashMap;

use askama::Template;
use chrono::{DateTime, NaiveDateTime, Utc};
use entities::{
    class_session, mark_try, training_class,
    values::{ClassId, EnrolmentId, MarkRefusal, PersonId, Presence, SessionId},
    venue,
};
use rocket::{Route, get, post, routes};

use crate::access::Can;
use crate::attendance::rights::ReadAttendance;
use crate::attendance::service::LISTED;
use crate::attendance::store;
use crate::attendance::tries::forms::{Supposed, SupposedForm, Way};
use crate::attendance::tries::simulator::{self, Simulated};
use crate::base::clock::instant;
use crate::base::place::metres_between;
use crate::base::{Error, Place, Result};
use crate::classes;
use crate::enrolments;
use crate::people;
use crate::teaching;
use crate::web::{FormView, Html, Page, PageForm, Tools};

type Links = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "attendance/templates/tries.html")]
struct TriesPage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    session: class_session::Model,
    tries: Vec<mark_try::Model>,
    names: HashMap<EnrolmentId, String>,
    seats: Links,
    ways: Links,
    presences: Links,
    told: Option<Simulated>,
    /// Where the session is held, and how far from there a mark may be made.
    venue: Option<venue::Model>,
}

impl TriesPage {
    /// How far from the venue the try was made, and whether that is too far; what is known of neither is not told.
    fn distance(&self, row: &mark_try::Model) -> Option<(i64, bool)> {
        let venue = self.venue.as_ref()?;
        let made = Place { latitude_e6: row.latitude_e6?, longitude_e6: row.longitude_e6? };
        let metres = metres_between(made, teaching::place_of(venue)?);
        Some((metres, metres > i64::from(venue.radius_m)))
    }

    fn name(&self, row: &mark_try::Model) -> String {
        row.enrolment_id.and_then(|seat| self.names.get(&seat).cloned()).unwrap_or_default()
    }

    fn why(&self, refusal: &MarkRefusal) -> String {
        self.page.say(&format!("mark_refusal-{refusal}"))
    }

    /// By the second: what happens at once is seen so.
    fn second(at: &DateTime<Utc>) -> String {
        crate::base::clock::time_of(*at).format("%H:%M:%S").to_string()
    }

    fn verdict(&self, told: &Simulated) -> String {
        self.page.say(if told.taken { "simulator-taken" } else { "simulator-refused" })
    }

    fn sorry(&self, told: &Simulated) -> String {
        told.why.as_ref().map(|why| self.page.sorry(why)).unwrap_or_default()
    }
}

async fn shown(
    by: &Can<ReadAttendance>,
    page: Page,
    form: FormView,
    (class, session): (ClassId, SessionId),
    told: Option<Simulated>,
    tools: Tools<'_>,
) -> Result<TriesPage> {
    let db = tools.db.reader();
    let class = classes::visible(db, &by.scope(), class).await?;
    let session = store::session(db, session).await?;
    if session.class_id != class.id {
        return Err(Error::NotFound("session"));
    }
    let seats = enrolments::of_class(db, class.id, &LISTED).await?;
    let persons: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
    let briefs = people::briefs(db, tools.vault, &persons).await?;
    let names: HashMap<EnrolmentId, String> =
        seats.iter().filter_map(|seat| Some((seat.id, briefs.get(&seat.person_id)?.name.clone()))).collect();
    let mut tries = store::tries_of_session(db, session.id).await?;
    tries.sort_by_key(|row| std::cmp::Reverse((row.received_at, row.id)));
    let seats =
        seats.iter().map(|seat| (seat.id.to_string(), names.get(&seat.id).cloned().unwrap_or_default())).collect();
    let ways = Way::ALL
        .iter()
        .map(|way| (way.as_str().to_owned(), page.say(&format!("simulator-way_{}", way.as_str()))))
        .collect();
    let presences = Presence::all().map(|one| (one.to_string(), page.word("presence", one))).collect();
    let venue = match classes::venue_of(&class, &session) {
        Some(id) => teaching::venues(db, [id]).await?.remove(&id),
        None => None,
    };
    Ok(TriesPage { page, form, class, session, tries, names, seats, ways, presences, told, venue })
}

#[get("/classes/<id>/sessions/<session>/tries")]
async fn list(
    by: Can<ReadAttendance>,
    page: Page,
    id: ClassId,
    session: SessionId,
    tools: Tools<'_>,
) -> Result<Html<TriesPage>> {
    let form = FormView::default().with("presence", Presence::Present).with("way", "roster");
    Ok(Html::ok(shown(&by, page, form, (id, session), None, tools).await?))
}

fn moment(text: &str, field: &'static str) -> Result<DateTime<Utc>> {
    let at = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M")
        .map_err(|_| Error::invalid(field, "invalid.moment"))?;
    Ok(instant(at.date(), at.time()))
}

fn maybe(text: Option<&String>, field: &'static str) -> Result<Option<DateTime<Utc>>> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(|text| moment(text, field)).transpose()
}

/// Asks what would come of a mark; a form that is sent, because it names a person.
#[post("/classes/<id>/sessions/<session>/simulation", data = "<form>")]
async fn simulate(
    by: Can<ReadAttendance>,
    page: Page,
    id: ClassId,
    session: SessionId,
    form: PageForm<SupposedForm>,
    tools: Tools<'_>,
) -> Result<Html<TriesPage>> {
    let (input, view) = form.open();
    let told = async {
        let input = input?;
        let supposed = Supposed {
            enrolment_id: input.seat,
            way: input.way,
            presence: input.presence,
            in_at: maybe(input.came.as_ref(), "came")?,
            out_at: maybe(input.went.as_ref(), "went")?,
            at: moment(&input.at, "at")?,
            received_at: maybe(input.received.as_ref(), "received")?,
        };
        simulator::simulate(tools.db.reader(), &by, session, &supposed).await
    };
    match told.await {
        Ok(told) => Ok(Html::ok(shown(&by, page, view, (id, session), Some(told), tools).await?)),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Html::again(shown(&by, page, form, (id, session), None, tools).await?))
        }
    }
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![list, simulate]
}

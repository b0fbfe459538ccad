//! Everything about one class that may tell whether it is true, and what the rules find in it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    attendance_mark, class_session, training_class,
    values::{
        ClassId, ClassSessionStatus, DoubtKind, EnrolmentId, MarkMethod, SessionId, SessionMode, TrainerId, VenueId,
    },
    venue,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Place, Result};
use crate::classes;
use crate::policy::{Rule, RuleBook};
use crate::supervision::Found;
use crate::supervision::rules::{self, Burst, Stay, Tap, Teacher};
use crate::supervision::search::store::{self, Near, Try};

/// The numbers in force for a class. Their meaning stands with [`Rule`].
#[derive(Clone, Copy, Debug)]
struct Limits {
    device_people: i64,
    same_second: i64,
    pass_percent: i64,
    pass_people: i64,
    burst: Burst,
}

impl Limits {
    fn of(book: &RuleBook, area: &str, on: NaiveDate) -> Result<Self> {
        let rule = |rule| book.value(rule, area, on);
        Ok(Self {
            device_people: rule(Rule::DoubtDevicePeople)?,
            same_second: rule(Rule::DoubtSameSecond)?,
            pass_percent: rule(Rule::DoubtPassPercent)?,
            pass_people: rule(Rule::DoubtPassPeople)?,
            burst: Burst {
                most: rule(Rule::DoubtBurstClasses)?,
                window_days: rule(Rule::DoubtBurstDays)?,
                young_days: rule(Rule::DoubtYoungDays)?,
            },
        })
    }
}

/// A stay of somebody of this class in a session of another one.
struct Elsewhere {
    seat: EnrolmentId,
    class: ClassId,
    number: String,
    session: SessionId,
    stay: Stay,
}

/// A session that was held beside, and who taught it.
struct Lesson {
    class: Near,
    session: class_session::Model,
}

pub(super) struct Scene {
    class: training_class::Model,
    limits: Limits,
    /// Those that were held, in order.
    sessions: Vec<class_session::Model>,
    marks: Vec<attendance_mark::Model>,
    tries: Vec<Try>,
    venues: HashMap<VenueId, venue::Model>,
    results: HashMap<EnrolmentId, bool>,
    elsewhere: Vec<Elsewhere>,
    lessons: Vec<Lesson>,
    numbers: HashMap<TrainerId, String>,
    opened: Vec<DateTime<Utc>>,
    since: NaiveDate,
}

fn span(session: &class_session::Model) -> Stay {
    Stay { from: session.starts_at, to: session.ends_at }
}

/// When somebody was there, of what counts.
fn stay(mark: &attendance_mark::Model, session: &class_session::Model) -> Option<Stay> {
    Some(Stay { from: mark.in_at?, to: mark.out_at? }.within(span(session)))
}

fn distinct<T: Ord + Copy>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}

impl Scene {
    pub(super) async fn of(db: &impl ConnectionTrait, class: training_class::Model) -> Result<Self> {
        let book = RuleBook::load(db).await?;
        let limits = Limits::of(&book, &class.area_code, class.starts_on)?;
        let all = classes::sessions(db, class.id).await?;
        let sessions: Vec<_> = all.into_iter().filter(|one| one.status == ClassSessionStatus::Held).collect();
        let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        let venues = distinct(sessions.iter().filter_map(|one| one.venue_id).chain(class.venue_id));
        let window = TimeDelta::try_days(2 * limits.burst.window_days).unwrap_or_default();
        let mut scene = Self {
            marks: store::credited(db, &ids).await?,
            tries: store::tries(db, &ids).await?,
            venues: store::venues(db, &venues).await?,
            results: store::results(db, class.id).await?,
            opened: store::opened(db, class.organisation_id, (class.created_at - window, class.created_at)).await?,
            since: store::first_day(db, class.organisation_id).await?,
            elsewhere: Vec::new(),
            lessons: Vec::new(),
            numbers: HashMap::new(),
            limits,
            sessions,
            class,
        };
        if !scene.sessions.is_empty() {
            scene.read_elsewhere(db).await?;
            scene.read_lessons(db).await?;
        }
        Ok(scene)
    }

    /// Where else the people of this class were credited on its days.
    async fn read_elsewhere(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        let seats = store::two_seats(db, &self.class).await?;
        let held = store::held(db, &distinct(seats.iter().map(|one| one.other_class))).await?;
        let held: HashMap<SessionId, class_session::Model> = held.into_iter().map(|one| (one.id, one)).collect();
        let marks = store::marks_of(db, &distinct(seats.iter().map(|one| one.other_seat))).await?;
        for mark in marks {
            let Some(session) = held.get(&mark.session_id) else { continue };
            let Some(stay) = stay(&mark, session) else { continue };
            for two in seats.iter().filter(|two| two.other_seat == mark.enrolment_id) {
                self.elsewhere.push(Elsewhere {
                    seat: two.seat,
                    class: two.other_class,
                    number: two.number.clone(),
                    session: session.id,
                    stay,
                });
            }
        }
        Ok(())
    }

    /// What else was taught on the days of this class by the same institution, and wherever its trainers teach.
    async fn read_lessons(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        let own = distinct(self.sessions.iter().filter_map(|one| one.trainer_id).chain(self.class.trainer_id));
        self.numbers = store::numbers(db, &own).await?;
        let numbers: Vec<String> =
            distinct(self.numbers.values().map(String::as_str)).into_iter().map(str::to_owned).collect();
        let mut houses = store::employers(db, &numbers).await?;
        if !houses.contains(&self.class.organisation_id) {
            houses.push(self.class.organisation_id);
        }
        let near = store::taught_beside(db, &self.class, &houses).await?;
        let held = store::held(db, &near.iter().map(|class| class.id).collect::<Vec<_>>()).await?;
        let theirs =
            distinct(held.iter().filter_map(|one| one.trainer_id).chain(near.iter().filter_map(|one| one.trainer_id)));
        self.numbers.extend(store::numbers(db, &theirs).await?);
        let near: HashMap<ClassId, Near> = near.into_iter().map(|class| (class.id, class)).collect();
        for session in held {
            if let Some(class) = near.get(&session.class_id) {
                self.lessons.push(Lesson { class: class.clone(), session });
            }
        }
        Ok(())
    }

    /// Every rule, one after the other.
    pub(super) fn found(&self) -> Vec<Found> {
        let mut found = Vec::new();
        for session in &self.sessions {
            self.by_phone(session, &mut found);
            self.in_room(session, &mut found);
            self.before_approval(session, &mut found);
            self.two_places(session, &mut found);
            self.trainer(session, &mut found);
        }
        self.pass_rate(&mut found);
        self.burst(&mut found);
        found
    }

    fn about(&self, kind: DoubtKind, session: Option<SessionId>, key: String, facts: Value) -> Found {
        Found { class: self.class.id, session, enrolment: None, kind, key, facts }
    }

    fn present<'a>(&'a self, session: &'a class_session::Model) -> impl Iterator<Item = &'a attendance_mark::Model> {
        self.marks.iter().filter(move |mark| mark.session_id == session.id)
    }

    fn taps(&self, session: &class_session::Model) -> Vec<Tap<'_>> {
        let by_phone = self.tries.iter().filter(|row| row.session_id == session.id && row.method == MarkMethod::Code);
        by_phone
            .map(|row| Tap {
                seat: row.enrolment_id,
                says: row.says,
                at: row.made_at,
                device: row.device.as_deref(),
                place: row
                    .latitude_e6
                    .zip(row.longitude_e6)
                    .map(|(latitude_e6, longitude_e6)| Place { latitude_e6, longitude_e6 }),
                taken: row.refusal.is_none(),
            })
            .collect()
    }

    /// The room of a session, where it has one.
    fn room(&self, session: &class_session::Model) -> Option<&venue::Model> {
        let there = matches!(session.mode, SessionMode::Theory | SessionMode::Practice);
        let id = session.venue_id.or_else(|| self.class.venue_id.filter(|_| there))?;
        self.venues.get(&id).filter(|_| session.mode != SessionMode::Online)
    }

    fn by_phone(&self, session: &class_session::Model, found: &mut Vec<Found>) {
        let taps = self.taps(session);
        for (device, seats) in rules::shared_devices(&taps, limit(self.limits.device_people)) {
            let short = device.get(..8).unwrap_or(device);
            let facts = json!({ "people": seats.len(), "most": self.limits.device_people, "device": short, "enrolments": seats });
            found.push(self.about(
                DoubtKind::SharedDevice,
                Some(session.id),
                format!("{}:{device}", session.id),
                facts,
            ));
        }
        for ((says, second), seats) in rules::same_seconds(&taps, limit(self.limits.same_second)) {
            let at = DateTime::<Utc>::from_timestamp(second, 0);
            let facts = json!({ "people": seats.len(), "least": self.limits.same_second, "says": says, "at": at, "enrolments": seats });
            let key = format!("{}:{says}:{second}", session.id);
            found.push(self.about(DoubtKind::SameSecond, Some(session.id), key, facts));
        }
        let Some(room) = self.room(session) else { return };
        let Some((latitude_e6, longitude_e6)) = room.latitude_e6.zip(room.longitude_e6) else { return };
        let outside = rules::outside(&taps, Place { latitude_e6, longitude_e6 }, i64::from(room.radius_m));
        if !outside.seats.is_empty() {
            let facts = json!({ "people": outside.seats.len(), "metres": outside.farthest, "radius": room.radius_m, "enrolments": outside.seats });
            found.push(self.about(DoubtKind::OutsideRadius, Some(session.id), session.id.to_string(), facts));
        }
    }

    fn in_room(&self, session: &class_session::Model, found: &mut Vec<Found>) {
        let Some(room) = self.room(session) else { return };
        let seats: BTreeSet<EnrolmentId> = self.present(session).map(|mark| mark.enrolment_id).collect();
        if seats.len() > limit(i64::from(room.capacity)) {
            let facts = json!({ "present": seats.len(), "capacity": room.capacity, "enrolments": seats });
            found.push(self.about(DoubtKind::OverCapacity, Some(session.id), session.id.to_string(), facts));
        }
    }

    fn before_approval(&self, session: &class_session::Model, found: &mut Vec<Found>) {
        let Some(approved_on) = self.class.approved_on else { return };
        let early = |at: DateTime<Utc>| day_of(at) < approved_on;
        let said = self.tries.iter().filter(|row| row.session_id == session.id && row.refusal.is_none());
        let said = said.filter(|row| early(row.made_at) || row.in_at.is_some_and(early)).map(|row| row.enrolment_id);
        let stood = self.present(session).filter(|mark| mark.in_at.is_some_and(early)).map(|mark| mark.enrolment_id);
        let seats: BTreeSet<EnrolmentId> = said.chain(stood).collect();
        if !seats.is_empty() {
            let facts = json!({ "people": seats.len(), "approved_on": approved_on, "enrolments": seats });
            found.push(self.about(DoubtKind::BeforeApproval, Some(session.id), session.id.to_string(), facts));
        }
    }

    fn two_places(&self, session: &class_session::Model, found: &mut Vec<Found>) {
        for mark in self.present(session) {
            let Some(here) = stay(mark, session) else { continue };
            // Sessions of one class hardly ever overlap, and a stay ends with its session.
            let later = self.sessions.iter().filter(|other| other.ordinal > session.ordinal);
            let later = later.filter(|other| span(session).shared(span(other)) > TimeDelta::zero());
            let own = later.flat_map(|other| {
                let marks = self.present(other).filter(|one| one.enrolment_id == mark.enrolment_id);
                marks.filter_map(|one| Some((self.class.id, self.class.number.as_str(), other.id, stay(one, other)?)))
            });
            let others = self.elsewhere.iter().filter(|there| there.seat == mark.enrolment_id);
            let others = others.map(|there| (there.class, there.number.as_str(), there.session, there.stay));
            for (class, number, other, there) in own.chain(others) {
                let shared = here.shared(there);
                if shared > TimeDelta::zero() {
                    let facts = json!({ "other": number, "other_class": class, "other_session": other, "minutes": rules::minutes_up(shared) });
                    let key = format!("{}:{other}:{}", session.id, mark.enrolment_id);
                    let about = self.about(DoubtKind::PersonInTwoPlaces, Some(session.id), key, facts);
                    found.push(Found { enrolment: Some(mark.enrolment_id), ..about });
                }
            }
        }
    }

    fn trainer(&self, session: &class_session::Model, found: &mut Vec<Found>) {
        let number = |id: Option<TrainerId>| id.and_then(|id| self.numbers.get(&id)).map(String::as_str);
        let here = Teacher {
            number: number(session.trainer_id.or(self.class.trainer_id)),
            organisation: self.class.organisation_id,
            name: session.trainer.as_deref().unwrap_or(&self.class.trainer),
        };
        for Lesson { class, session: other } in &self.lessons {
            let there = Teacher {
                number: number(other.trainer_id.or(class.trainer_id)),
                organisation: class.organisation_id,
                name: other.trainer.as_deref().unwrap_or(&class.trainer),
            };
            let shared = span(session).shared(span(other));
            if shared > TimeDelta::zero() && here.is(&there) {
                let facts = json!({ "other": class.number, "other_class": class.id, "other_session": other.id, "minutes": rules::minutes_up(shared) });
                let key = format!("{}:{}", session.id, other.id);
                found.push(self.about(DoubtKind::TrainerInTwoPlaces, Some(session.id), key, facts));
            }
        }
    }

    fn pass_rate(&self, found: &mut Vec<Found>) {
        let (assessed, passed) = (self.results.len(), self.results.values().filter(|passed| **passed).count());
        if rules::passes_too_well(passed, assessed, self.limits.pass_percent, self.limits.pass_people) {
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            let rate = Rate::new(count(passed), count(assessed)).percent(2);
            let facts =
                json!({ "passed": passed, "assessed": assessed, "rate": rate, "percent": self.limits.pass_percent });
            found.push(self.about(DoubtKind::PassRate, None, "class".to_owned(), facts));
        }
    }

    fn burst(&self, found: &mut Vec<Found>) {
        if !self.opened.contains(&self.class.created_at) {
            return;
        }
        if let Some(burst) = self.limits.burst.crossed(&self.opened, self.class.created_at, self.since) {
            let facts = json!({ "classes": burst.classes, "days": self.limits.burst.window_days, "most": self.limits.burst.most, "age": burst.age_days });
            found.push(self.about(DoubtKind::BurstOfClasses, None, "class".to_owned(), facts));
        }
    }
}

/// A number of a rule as a count; below none is none.
fn limit(number: i64) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX)
}

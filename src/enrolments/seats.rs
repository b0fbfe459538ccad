//! Taking a seat, the rush of a province's opening day, written for many at once: the facts of all asks are read once,
//! decided in plain code in the order in which they came, and written by one statement a table.

use std::collections::HashSet;

use entities::{
    enrolment,
    values::{AccountId, Channel, ClassId, EnrolmentId, EnrolmentStatus, PersonId, Role},
};
use rocket::http::Status;
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::base::{Error, Result};
use crate::data::idempotency::{self, Answer, Keep};
use crate::data::{Audit, Settle, Telling, Work};
use crate::enrolments::forms::NewEnrolment;
use crate::enrolments::rights::TakeSeats;
use crate::enrolments::rules;
use crate::enrolments::situation::Situation;
use crate::enrolments::store;
use crate::enrolments::views::Taken;

/// Asks per batch: enough to share a commit, few enough to bind.
pub(crate) const MOST: usize = 256;

const ROUTE: &str = "enrolments";

/// Somebody asks for a seat. Only who may take seats can make one.
#[derive(Clone, Debug)]
pub(crate) struct TakeSeat {
    actor: Actor,
    class: ClassId,
    person: PersonId,
    consent_note: Option<String>,
    /// The command's key and the hash of its body.
    key: Option<(String, String)>,
}

impl TakeSeat {
    /// # Errors
    /// `Invalid` where a village worker does not say how the person agreed.
    pub(crate) fn new(
        by: &Can<TakeSeats>,
        class: ClassId,
        new: NewEnrolment,
        key: Option<(String, String)>,
    ) -> Result<Self> {
        let note = new.consent_note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
        if by.role == Role::VillageWorker && note.is_none() {
            return Err(Error::invalid("consent_note", "invalid.required"));
        }
        if note.as_ref().is_some_and(|note| note.chars().count() > 200) {
            return Err(Error::invalid("consent_note", "invalid.too_long"));
        }
        Ok(Self { actor: by.actor().clone(), class, person: new.person_id, consent_note: note, key })
    }

    fn channel(&self) -> Channel {
        if self.actor.role == Role::Trainee { Channel::Own } else { Channel::Village }
    }

    /// Who asks for somebody out of sight is told that there is no such person.
    fn in_sight(&self, area: &str) -> Result<()> {
        let seen = match self.actor.scope() {
            Scope::Person(own) => own == self.person,
            scope => scope.covers(area),
        };
        if seen { Ok(()) } else { Err(Error::NotFound("person")) }
    }

    fn decide(&self, now: &mut Situation, work: &Work) -> Result<Decided> {
        self.in_sight(&now.facts(self.person)?.area_code)?;
        let case = now.case(self.person, self.class, false)?;
        if let Some(refusal) = rules::refusal(&case) {
            return Err(refusal.into());
        }
        let area_code = case.facts.area_code.clone();
        let (title, accounts) = (case.class.title.clone(), case.facts.accounts.clone());
        let on_roster = case.class.is_planned();
        let id = EnrolmentId::new();
        let (status, quota, place) = if now.left(self.class)? > 0 {
            (EnrolmentStatus::Seated, Some(now.seat(self.person, self.class, id)?), None)
        } else {
            (EnrolmentStatus::Waitlisted, None, Some(now.wait(self.person, self.class)))
        };
        let row = enrolment::Model {
            id,
            class_id: self.class,
            person_id: self.person,
            area_code,
            status,
            channel: self.channel(),
            consent_at: work.now,
            consent_note: self.consent_note.clone(),
            enrolled_by: self.actor.account,
            created_at: work.now,
            seated_at: (status == EnrolmentStatus::Seated).then_some(work.now),
            ended_at: None,
            reason: None,
            version: 1,
        };
        let taken = Taken { id, class_id: self.class, person_id: self.person, status, place, on_roster };
        Ok(Decided { row, quota, taken, title, accounts })
    }
}

struct Decided {
    row: enrolment::Model,
    quota: Option<entities::quota_use::Model>,
    taken: Taken,
    title: String,
    /// Who is told.
    accounts: Vec<AccountId>,
}

impl Settle for TakeSeat {
    type Told = Taken;

    async fn settle(work: &Work, asks: &[Self]) -> Result<Vec<Result<Taken>>> {
        let keys: Vec<(AccountId, &str)> =
            asks.iter().filter_map(|ask| ask.key.as_ref().map(|(key, _)| (ask.actor.account, key.as_str()))).collect();
        let mut kept = idempotency::find_many(work, ROUTE, &keys).await?;
        let people: Vec<PersonId> = distinct(asks.iter().map(|ask| ask.person));
        let classes: Vec<ClassId> = distinct(asks.iter().map(|ask| ask.class));
        let mut now = Situation::read(work.db(), work.today(), &people, &classes).await?;

        let mut told = Vec::with_capacity(asks.len());
        let (mut rows, mut quota, mut keeps) = (Vec::new(), Vec::new(), Vec::new());
        for ask in asks {
            let used = ask.key.as_ref().map(|(key, hash)| ((ask.actor.account, key.clone()), hash));
            if let Some((key, hash)) = &used
                && let Some(kept) = kept.get(key)
            {
                told.push(
                    kept.answer_to(hash).and_then(|answer| serde_json::from_str(&answer.body).map_err(Error::internal)),
                );
                continue;
            }
            let decided = match ask.decide(&mut now, work) {
                Ok(decided) => decided,
                Err(e) => {
                    told.push(Err(e));
                    continue;
                }
            };
            if let Some(((account, key), hash)) = used {
                let body = serde_json::to_string(&decided.taken).map_err(Error::internal)?;
                let answer = Answer { status: Status::Created.code, body };
                // The same key twice in one batch gets the first answer too.
                kept.insert((account, key.clone()), idempotency::Kept::new(hash.clone(), answer.clone()));
                keeps.push(Keep { account, key, body_hash: hash.clone(), answer });
            }
            tell(work, &decided);
            work.record(
                Audit::of("take_seat", "enrolment", decided.row.id)
                    .by_actor(Some(&ask.actor))
                    .area(&decided.row.area_code)
                    .detail(json!({ "class": ask.class, "status": decided.row.status })),
            );
            rows.push(decided.row);
            quota.extend(decided.quota);
            told.push(Ok(decided.taken));
        }
        let mut seats: Vec<(ClassId, i32)> = now.taken.iter().map(|(class, n)| (*class, *n)).collect();
        // In one order everywhere, so that two processes lock classes in the same one.
        seats.sort_unstable();
        store::take_seats(work, &seats).await?;
        let mut planned: Vec<ClassId> =
            distinct(told.iter().flatten().filter(|one| one.on_roster).map(|one| one.class_id));
        planned.sort_unstable();
        store::hold_planned(work, &planned).await?;
        store::insert(work, rows, quota).await?;
        if !keeps.is_empty() {
            idempotency::keep_many(work, ROUTE, keeps).await?;
        }
        Ok(told)
    }
}

/// Tells the person, on every account of his.
fn tell(work: &Work, decided: &Decided) {
    let (kind, place) = match decided.taken.place {
        Some(place) if decided.taken.on_roster => ("put_on_roster", place),
        Some(place) => ("waitlisted", place),
        None => ("seat_taken", 0),
    };
    for to in &decided.accounts {
        let args = json!({ "class": decided.title, "place": place.to_string() });
        work.tell(Telling { to: *to, kind, args, link: Some("/my-courses".to_owned()) });
    }
}

fn distinct<T: Eq + std::hash::Hash + Copy>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    all.filter(|one| seen.insert(*one)).collect()
}

//! Registering devices, taking what they send, giving them what they keep. Each mark has its own verdict: one that is refused
//! keeps no other out, one that comes again changes nothing, and in whatever order they come the same stands.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    class_session, enrolment, mark_try, roster_device, training_class,
    values::{ClassId, ClassStatus, MarkMethod, MarkRefusal, PersonId, RosterDeviceId, SessionId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::Can;
use crate::attendance::book::{Book, Change, Place, blank, word};
use crate::attendance::devices::forms::{NewRosterDevice, SentMark};
use crate::attendance::devices::signing;
use crate::attendance::devices::store;
use crate::attendance::devices::views::{
    OfflineClass, OfflineMark, OfflinePerson, OfflineRosters, OfflineSession, Outcome, SentMarkView,
};
use crate::attendance::forms::NewMark;
use crate::attendance::judging::{self, Case, Judged, Limits};
use crate::attendance::rights::MarkAttendance;
use crate::attendance::rules::{self, Span};
use crate::attendance::service::{SEATED, hold, start};
use crate::attendance::store as marks;
use crate::base::{Error, Result};
use crate::classes;
use crate::data::{Audit, Vault, Work};
use crate::enrolments;
use crate::people;
use crate::policy::RuleBook;
use crate::web::one_line;

pub(super) use store::list;

/// Marks of one sending; a device sends the rest after it.
const MOST: usize = 500;
/// A device keeps sessions from so long ago, while their marks may still arrive, to so far ahead.
const KEEPS_BACK: TimeDelta = TimeDelta::days(3);
const KEEPS_AHEAD: TimeDelta = TimeDelta::days(14);

/// Registers a device. The same key again is the same device.
///
/// # Errors
/// `Invalid` without a name or a key; `mark.device_unknown` for a key that another institution registered.
pub(super) async fn register(
    by: &Can<MarkAttendance>,
    work: &Work,
    new: &NewRosterDevice,
) -> Result<roster_device::Model> {
    let organisation = by.organisation.ok_or(Error::Forbidden)?;
    let name = one_line(&new.name).map_err(|_| Error::invalid("name", "invalid.required"))?;
    if name.chars().count() > 60 {
        return Err(Error::invalid("name", "invalid.too_long"));
    }
    if !signing::is_key(&new.public_key) {
        return Err(Error::invalid("public_key", "invalid.unreadable"));
    }
    if let Some(known) = store::with_key(work.db(), &new.public_key).await? {
        let own = known.organisation_id == organisation;
        return if own { Ok(known) } else { Err(Error::refused("mark.device_unknown")) };
    }
    let row = roster_device::Model {
        id: RosterDeviceId::new(),
        organisation_id: organisation,
        account_id: by.account,
        name: name.to_owned(),
        public_key: new.public_key.clone(),
        registered_at: work.now,
        revoked_at: None,
    };
    store::insert(work, row.clone()).await?;
    work.record(Audit::of("register", "roster_device", row.id).by(by).area(&by.area));
    Ok(row)
}

/// Takes a device out of use: what it sends from now on is refused.
///
/// # Errors
/// `NotFound`; `Stale` where it is out of use already.
pub(super) async fn revoke(by: &Can<MarkAttendance>, work: &Work, id: RosterDeviceId) -> Result<roster_device::Model> {
    let device = store::visible(work.db(), &by.scope(), id).await?;
    store::revoke(work, id).await?;
    work.record(Audit::of("revoke", "roster_device", id).by(by).area(&by.area));
    Ok(roster_device::Model { revoked_at: Some(work.now), ..device })
}

/// A mark as it was sent, read.
struct Read<'a> {
    sent: &'a SentMark,
    made_at: DateTime<Utc>,
    mark: NewMark,
}

fn read(sent: &SentMark) -> Option<Read<'_>> {
    let instant = |text: &str| Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
    let maybe = |text: &Option<String>| match text {
        None => Some(None),
        Some(text) => instant(text).map(Some),
    };
    let (in_at, out_at) = (maybe(&sent.in_at)?, maybe(&sent.out_at)?);
    let mark = NewMark { enrolment_id: sent.enrolment_id, presence: sent.presence, in_at, out_at };
    Some(Read { sent, made_at: instant(&sent.made_at)?, mark })
}

/// What marks are judged by.
struct Scene {
    sessions: HashMap<SessionId, class_session::Model>,
    classes: HashMap<ClassId, training_class::Model>,
    seats: HashMap<entities::values::EnrolmentId, enrolment::Model>,
    limits: HashMap<ClassId, Limits>,
}

impl Scene {
    /// Classes out of sight are not there.
    async fn of(by: &Can<MarkAttendance>, work: &Work, sent: &[SentMark]) -> Result<Self> {
        let mut ids: Vec<SessionId> = sent.iter().map(|mark| mark.session_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let rules = RuleBook::load(work.db()).await?;
        let mut scene =
            Self { sessions: HashMap::new(), classes: HashMap::new(), seats: HashMap::new(), limits: HashMap::new() };
        for session in marks::sessions(work.db(), &ids).await? {
            let id = session.class_id;
            if !scene.classes.contains_key(&id) {
                let class = match classes::visible(work.db(), &by.scope(), id).await {
                    Ok(class) => class,
                    Err(Error::NotFound(_)) => continue,
                    Err(e) => return Err(e),
                };
                scene.limits.insert(id, Limits::of(&rules, &class.area_code, work.today())?);
                for seat in enrolments::of_class(work.db(), id, &SEATED).await? {
                    scene.seats.insert(seat.id, seat);
                }
                scene.classes.insert(id, class);
            }
            scene.sessions.insert(session.id, session);
        }
        Ok(scene)
    }

    fn judge(&self, device: &roster_device::Model, read: &Read<'_>, now: DateTime<Utc>) -> Judged {
        if device.revoked_at.is_some() {
            return Err(MarkRefusal::DeviceRevoked);
        }
        if !signing::signed(device.id, &device.public_key, read.sent) {
            return Err(MarkRefusal::SignatureWrong);
        }
        let session = self.sessions.get(&read.sent.session_id).ok_or(MarkRefusal::NoSeat)?;
        let (Some(class), Some(limits)) = (self.classes.get(&session.class_id), self.limits.get(&session.class_id))
        else {
            return Err(MarkRefusal::NoSeat);
        };
        let seat = self.seats.get(&read.mark.enrolment_id).filter(|seat| seat.class_id == class.id);
        let case = Case { class: class.status, session, seat: seat.map(|seat| seat.status), limits, now };
        case.by_device(read.made_at)?;
        // What was not over yet when it was written down may be over by now: the device's own time decides.
        rules::credit(Span::of(session), &read.mark, read.made_at.min(now)).map(drop).map_err(|(_, refusal)| refusal)
    }

    fn limits(&self, session: SessionId) -> Option<&Limits> {
        self.limits.get(&self.sessions.get(&session)?.class_id)
    }

    /// A session with its class.
    fn with_class(&self, session: SessionId) -> Option<(&training_class::Model, &class_session::Model)> {
        let session = self.sessions.get(&session)?;
        Some((self.classes.get(&session.class_id)?, session))
    }
}

/// Takes what a device sends. The verdicts come in the order of the marks.
///
/// # Errors
/// `NotFound` for a device out of sight; `Invalid` for too many, for none, and for an instant that is none.
pub(super) async fn receive(
    by: &Can<MarkAttendance>,
    work: &Work,
    device: RosterDeviceId,
    sent: &[SentMark],
) -> Result<Vec<SentMarkView>> {
    let device = store::visible(work.db(), &by.scope(), device).await?;
    if sent.is_empty() || sent.len() > MOST {
        return Err(Error::invalid("marks", "invalid.range"));
    }
    let read: Vec<Read<'_>> = sent
        .iter()
        .enumerate()
        .map(|(n, mark)| read(mark).ok_or_else(|| Error::invalid(format!("marks[{n}].made_at"), "invalid.unreadable")))
        .collect::<Result<_>>()?;
    let scene = Scene::of(by, work, sent).await?;
    let numbers: Vec<i64> = sent.iter().map(|mark| mark.sequence).collect();
    let mut before: HashMap<i64, Vec<mark_try::Model>> = HashMap::new();
    for row in store::sent(work, device.id, &numbers).await? {
        before.entry(row.sequence.unwrap_or_default()).or_default().push(row);
    }
    let places: Vec<Place> = read.iter().map(|read| (read.sent.session_id, read.mark.enrolment_id)).collect();
    let mut book = Book::open(work, &places).await?;
    let mut verdicts = Vec::with_capacity(sent.len());
    let mut held: BTreeSet<SessionId> = BTreeSet::new();
    for read in &read {
        let known = before.entry(read.sent.sequence).or_default();
        let row = row(by, work, &device, &scene, read);
        let verdict = match known.iter().find(|row| row.refusal.is_none()) {
            Some(old) if same(old, &row) => Ok(Outcome::Repeated),
            Some(_) => Err(MarkRefusal::SequenceReused),
            None => scene.judge(&device, read, work.now).map(|()| Outcome::Accepted),
        };
        match verdict {
            Ok(Outcome::Accepted) => {
                held.insert(read.sent.session_id);
                known.push(row.clone());
                book.add(row);
            }
            Ok(_) => {}
            // A refusal that is told again is not written again.
            Err(refusal) => {
                let row = mark_try::Model { refusal: Some(refusal), ..row };
                if !known.iter().any(|old| old.refusal == Some(refusal) && same(old, &row)) {
                    known.push(row.clone());
                    book.add(row);
                }
            }
        }
        let told = verdict.err().map(|refusal| judging::told(refusal, scene.limits(read.sent.session_id)));
        verdicts.push(SentMarkView {
            sequence: read.sent.sequence,
            outcome: verdict.unwrap_or(Outcome::Refused),
            code: told.as_ref().map(|told| told.code),
            args: told.map(|told| told.args).unwrap_or_default(),
        });
    }
    let mut running: Vec<ClassId> = Vec::new();
    for session in held {
        let Some((class, session)) = scene.with_class(session) else { continue };
        if class.status == ClassStatus::Approved && !running.contains(&class.id) {
            running.push(class.id);
            start(Some(by.actor()), work, class).await?;
        }
        hold(work, session).await?;
    }
    let written = book.write(work, &scene.sessions).await?;
    let refused = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Refused).count();
    let told: Vec<_> = written.changes.iter().map(Change::told).collect();
    work.record(
        Audit::of("sync", "roster_device", device.id)
            .by(by)
            .area(&by.area)
            .detail(json!({ "sent": sent.len(), "refused": refused, "marks": told })),
    );
    Ok(verdicts)
}

fn row(
    by: &Can<MarkAttendance>,
    work: &Work,
    device: &roster_device::Model,
    scene: &Scene,
    read: &Read<'_>,
) -> mark_try::Model {
    let session = scene.sessions.get(&read.sent.session_id);
    let seat = scene.seats.get(&read.mark.enrolment_id);
    mark_try::Model {
        session_id: session.map(|session| session.id),
        class_id: session.map(|session| session.class_id),
        enrolment_id: seat.map(|seat| seat.id),
        in_at: read.mark.in_at,
        out_at: read.mark.out_at,
        made_at: read.made_at,
        device: Some(device.id.to_string()),
        sequence: Some(read.sent.sequence),
        signature: Some(read.sent.signature.clone()),
        ..blank(by.account, MarkMethod::Offline, word(read.mark.presence), work.now)
    }
}

/// Whether two say the same of the same person.
fn same(one: &mark_try::Model, other: &mark_try::Model) -> bool {
    (one.session_id, one.enrolment_id, one.says, one.in_at, one.out_at, one.made_at)
        == (other.session_id, other.enrolment_id, other.says, other.in_at, other.out_at, other.made_at)
}

/// What a device keeps: the classes of the days around, with names and last digits.
pub(super) async fn rosters(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<MarkAttendance>,
    now: DateTime<Utc>,
) -> Result<OfflineRosters> {
    let rules = RuleBook::load(db).await?;
    let hours = Limits::of(&rules, &by.area, crate::base::clock::day_of(now))?.offline.num_hours();
    let mut classes = Vec::new();
    for (class, sessions) in store::soon(db, &by.scope(), (now - KEEPS_BACK, now + KEEPS_AHEAD)).await? {
        if sessions.is_empty() {
            continue;
        }
        let seats = enrolments::of_class(db, class.id, &SEATED).await?;
        let persons: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
        let mut briefs = people::briefs(db, vault, &persons).await?;
        let stands = marks::marks(db, class.id).await?;
        classes.push(OfflineClass {
            id: class.id,
            title: class.title,
            venue: class.venue,
            sessions: sessions
                .into_iter()
                .map(|session| OfflineSession {
                    id: session.id,
                    ordinal: session.ordinal,
                    starts_at: session.starts_at,
                    ends_at: session.ends_at,
                    marks: stands
                        .iter()
                        .filter(|mark| mark.session_id == session.id)
                        .map(|mark| OfflineMark { enrolment_id: mark.enrolment_id, presence: mark.presence })
                        .collect(),
                })
                .collect(),
            people: seats
                .iter()
                .map(|seat| {
                    let brief = briefs.remove(&seat.person_id);
                    let (name, tail) = brief.map(|brief| (brief.name, brief.tail)).unwrap_or_default();
                    OfflinePerson { enrolment_id: seat.id, name, tail }
                })
                .collect(),
        });
    }
    Ok(OfflineRosters { at: now, hours, classes })
}

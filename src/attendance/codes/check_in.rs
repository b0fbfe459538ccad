//! Marking oneself by the code on the trainer's screen, written for many at once: a province's classes begin at the same
//! minute. The facts of all asks are read once, judged in plain code in the order in which they came, and written together.
//! What is refused is written too, with its reason.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;
use entities::{
    class_session, enrolment, mark_try, training_class,
    values::{
        AccountId, ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, MarkMethod, MarkRefusal, MarkWord, PersonId,
        SessionId,
    },
};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::attendance::book::{Book, Place, blank};
use crate::attendance::codes::digits::{self, Reading};
use crate::attendance::forms::NewCheckIn;
use crate::attendance::judging::{self, Case, Limits, Tried};
use crate::attendance::rights::MarkOneself;
use crate::attendance::service::{hold, start};
use crate::attendance::store;
use crate::attendance::views::CheckedIn;
use crate::base::place;
use crate::base::{Error, Result};
use crate::classes;
use crate::data::{Audit, Settle, Vault, Work};
use crate::enrolments;
use crate::policy::RuleBook;

/// Asks per batch: enough to share a commit, few enough to bind.
pub(crate) const MOST: usize = 256;
/// For so long wrong codes of an account are counted.
const LATELY: TimeDelta = TimeDelta::minutes(15);

/// Somebody marks himself. Only who may can make one.
pub(crate) struct CheckIn {
    actor: Actor,
    person: PersonId,
    /// Where the code says so; else the sessions that the person may be in now are tried.
    session: Option<SessionId>,
    code: String,
    says: MarkWord,
    /// The hash of the phone's mark.
    device: Option<String>,
    spot: Option<place::Place>,
    vault: Arc<Vault>,
}

impl CheckIn {
    /// # Errors
    /// `Invalid` for what cannot be a code or a place on earth.
    pub(crate) fn new(
        by: &Can<MarkOneself>,
        session: Option<SessionId>,
        new: NewCheckIn,
        device: Option<String>,
        vault: &Arc<Vault>,
    ) -> Result<Self> {
        let person = by.person.ok_or(Error::Forbidden)?;
        let code = digits::tidy(&new.code);
        if code.is_empty() {
            return Err(Error::invalid("code", "invalid.required"));
        }
        let device = device.or(new.device).map(|mark| vault.index("device", &mark));
        let says = if new.out { MarkWord::Out } else { MarkWord::In };
        let spot = place::Place::of(new.latitude, new.longitude)?;
        Ok(Self { actor: by.actor().clone(), person, session, code, says, device, spot, vault: vault.clone() })
    }

    /// The try as a row; whose and where is added by who knows it.
    fn row(&self, work: &Work) -> mark_try::Model {
        mark_try::Model {
            device: self.device.clone(),
            latitude_e6: self.spot.map(|spot| spot.latitude_e6),
            longitude_e6: self.spot.map(|spot| spot.longitude_e6),
            ..blank(self.actor.account, MarkMethod::Code, self.says, work.now)
        }
    }
}

/// What a batch is judged by, with what was decided so far.
struct Scene {
    rules: RuleBook,
    sessions: HashMap<SessionId, class_session::Model>,
    classes: HashMap<ClassId, training_class::Model>,
    seats: HashMap<(ClassId, PersonId), enrolment::Model>,
    book: Book,
    devices: HashMap<(SessionId, String), HashSet<EnrolmentId>>,
    wrong: HashMap<AccountId, i64>,
}

impl Scene {
    async fn read(work: &Work, asks: &[CheckIn]) -> Result<Self> {
        let ids: Vec<SessionId> = distinct(asks.iter().filter_map(|ask| ask.session));
        let sessions: HashMap<SessionId, class_session::Model> =
            store::sessions(work.db(), &ids).await?.into_iter().map(|session| (session.id, session)).collect();
        let classes: Vec<ClassId> = distinct(sessions.values().map(|session| session.class_id));
        let classes = classes::by_ids(work.db(), &classes).await?;
        let wanted: Vec<(ClassId, PersonId)> =
            distinct(asks.iter().filter_map(|ask| Some((sessions.get(&ask.session?)?.class_id, ask.person))));
        let seats: HashMap<(ClassId, PersonId), enrolment::Model> = enrolments::live_at(work.db(), &wanted)
            .await?
            .into_iter()
            .map(|seat| ((seat.class_id, seat.person_id), seat))
            .collect();
        let places: Vec<Place> = distinct(asks.iter().filter_map(|ask| {
            let session = sessions.get(&ask.session?)?;
            Some((session.id, seats.get(&(session.class_id, ask.person))?.id))
        }));
        let book = Book::open(work, &places).await?;
        let phones: Vec<(SessionId, String)> =
            distinct(asks.iter().filter_map(|ask| Some((ask.session?, ask.device.clone()?))));
        let mut devices: HashMap<(SessionId, String), HashSet<EnrolmentId>> = HashMap::new();
        for (session, device, seat) in store::on_devices(work.db(), &phones).await? {
            devices.entry((session, device)).or_default().insert(seat);
        }
        let accounts: Vec<AccountId> = distinct(asks.iter().map(|ask| ask.actor.account));
        let wrong = store::wrong_codes(work.db(), &accounts, work.now - LATELY).await?;
        Ok(Self { rules: RuleBook::load(work.db()).await?, sessions, classes, seats, book, devices, wrong })
    }

    /// Judges one ask and notes it, taken or not.
    fn judge(&mut self, ask: &CheckIn, work: &Work) -> Result<Result<Place>> {
        let mut row = ask.row(work);
        let Some(session) = ask.session.and_then(|id| self.sessions.get(&id)) else {
            self.refuse(row, MarkRefusal::NoSeat);
            return Ok(Err(Error::refused("mark.no_session")));
        };
        let class =
            self.classes.get(&session.class_id).ok_or_else(|| Error::internal("a session without its class"))?;
        (row.session_id, row.class_id) = (Some(session.id), Some(class.id));
        let limits = Limits::of(&self.rules, &class.area_code, work.today())?;
        let seat = self.seats.get(&(class.id, ask.person));
        let case =
            Case { class: class.status, session, seat: seat.map(|seat| seat.status), limits: &limits, now: work.now };
        row.enrolment_id = seat.map(|seat| seat.id);
        let reading = digits::read(&ask.vault, session.id, &ask.code, work.now, &limits);
        row.step = match reading {
            Reading::Valid(step) | Reading::Old(step) => Some(step),
            Reading::Wrong => None,
        };
        let place = (session.id, seat.map_or_else(EnrolmentId::new, |seat| seat.id));
        let by_code = || self.book.tries(place).filter(|row| row.method == MarkMethod::Code && row.refusal.is_none());
        let used_steps: Vec<i64> = by_code().filter_map(|row| row.step).collect();
        let own: Vec<_> = by_code().filter_map(crate::attendance::standing::Saying::of).collect();
        let phone = ask.device.clone().map(|device| (session.id, device));
        let others = phone.as_ref().and_then(|phone| self.devices.get(phone));
        let others = others.map_or(0, |seats| seats.iter().filter(|seat| **seat != place.1).count());
        let tried = Tried {
            says: ask.says,
            reading,
            own: &own,
            used_steps: &used_steps,
            others_on_device: i64::try_from(others).unwrap_or(i64::MAX),
            wrong_codes: self.wrong.get(&ask.actor.account).copied().unwrap_or_default(),
        };
        match case.by_code(&tried) {
            Ok(_) => {
                match ask.says {
                    MarkWord::Out => row.out_at = Some(work.now),
                    _ => row.in_at = Some(work.now),
                }
                self.book.add(row);
                if let Some(phone) = phone {
                    self.devices.entry(phone).or_default().insert(place.1);
                }
                Ok(Ok(place))
            }
            Err(refusal) => {
                self.refuse(row, refusal);
                Ok(Err(judging::refused(refusal, &limits)))
            }
        }
    }

    fn refuse(&mut self, row: mark_try::Model, refusal: MarkRefusal) {
        if matches!(refusal, MarkRefusal::CodeWrong | MarkRefusal::CodeOld) {
            *self.wrong.entry(row.account_id).or_default() += 1;
        }
        self.book.add(mark_try::Model { refusal: Some(refusal), ..row });
    }
}

impl Settle for CheckIn {
    type Told = CheckedIn;

    async fn settle(work: &Work, asks: &[Self]) -> Result<Vec<Result<CheckedIn>>> {
        let mut scene = Scene::read(work, asks).await?;
        let mut verdicts = Vec::with_capacity(asks.len());
        for ask in asks {
            verdicts.push(scene.judge(ask, work)?);
        }
        let Scene { sessions, classes, book, .. } = scene;
        let began: HashSet<SessionId> = verdicts.iter().flatten().map(|(session, _)| *session).collect();
        let mut begins: Vec<&class_session::Model> =
            sessions.values().filter(|s| began.contains(&s.id) && s.status == ClassSessionStatus::Planned).collect();
        begins.sort_unstable_by_key(|session| (session.class_id, session.ordinal));
        let mut running: HashSet<ClassId> = HashSet::new();
        for session in begins {
            let Some(class) = classes.get(&session.class_id) else { continue };
            if class.status == ClassStatus::Approved && running.insert(class.id) {
                start(None, work, class).await?;
            }
            hold(work, session).await?;
        }
        let marks = book.write(work, &sessions).await?.marks;
        Ok(asks
            .iter()
            .zip(verdicts)
            .map(|(ask, verdict)| {
                let (session, seat) = verdict?;
                let class = sessions.get(&session).and_then(|session| classes.get(&session.class_id));
                let mark = marks.get(&(session, seat)).ok_or_else(|| Error::internal("a mark without its row"))?;
                if let Some(class) = class {
                    work.record(
                        Audit::of("check_in", "class_session", session)
                            .by_actor(Some(&ask.actor))
                            .area(&class.area_code)
                            .detail(json!({ "class": class.id, "enrolment": seat, "says": ask.says })),
                    );
                }
                Ok(CheckedIn {
                    session_id: session,
                    enrolment_id: seat,
                    in_at: mark.in_at,
                    out_at: mark.out_at,
                    minutes: mark.minutes,
                    standing: mark.standing,
                })
            })
            .collect())
    }
}

fn distinct<T: Eq + std::hash::Hash + Clone>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    all.filter(|one| seen.insert(one.clone())).collect()
}

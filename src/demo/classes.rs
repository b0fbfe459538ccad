//! Classes as rows: from the application to the payment, as far as each has come.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    assessment, attendance_mark, certificate, class_session, completion, enrolment, mark_request, quota_use,
    training_class,
    values::{
        AssessmentId, AssessmentResult, CertificateId, CertificateStatus, Channel, ClassId, ClassSessionStatus,
        ClassStatus, EnrolmentId, EnrolmentStatus, ExemptReason, Fen, MarkMethod, MarkRequestId, MarkRequestKind,
        MarkRequestStatus, MarkStanding, PersonId, Presence, SessionId, TrainerId, VenueId,
    },
};

use crate::areas::{Atlas, short_name};
use crate::base::clock::year_of;
use crate::base::{Error, Result};
use crate::certificates;
use crate::data::Vault;
use crate::demo::attendance::{Fate, LATE_MINUTES, marks, reaches};
use crate::demo::batches::Batches;
use crate::demo::calendar::{
    SESSION_MINUTES, TODAY, YEAR, at, day, sessions, teaching_days, working_days_after, working_days_before,
};
use crate::demo::claims::{self, Stage};
use crate::demo::dice::Dice;
use crate::demo::numbers::Series;
use crate::demo::offers::{Offer, Standards};
use crate::demo::offices::{Office, School};
use crate::demo::purse::{Cause, Purse};
use crate::demo::registers::Registers;
use crate::demo::registry::Registered;
use crate::demo::rows::Rows;
use crate::demo::tally::Tally;

/// How far a class has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Draft,
    Applied,
    Returned,
    Open,
    Running,
    Ended,
    /// The claim has come as far as the calendar let it, or as far as is said.
    Closed(Option<Stage>),
}

/// Somebody in a class.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub person: PersonId,
    pub area_code: String,
    pub name: String,
    pub id_number: String,
    pub fate: Fate,
}

impl Seat {
    pub(super) fn of(person: &Registered, fate: Fate) -> Self {
        Self {
            person: person.id,
            area_code: person.area_code.clone(),
            name: person.name.clone(),
            id_number: person.id_number.clone(),
            fate,
        }
    }
}

/// A class before it is written down.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub offer: &'static Offer,
    pub school: &'a School,
    pub starts_on: NaiveDate,
    /// The township in which it is taught.
    pub township: String,
    pub trainer: String,
    /// In the order in which they came; who comes after the last seat waits.
    pub roster: Vec<Seat>,
    pub state: State,
}

impl Plan<'_> {
    /// Seats that can be taken: who comes before the class is approved stands on its roster.
    fn seats(&self) -> usize {
        let seats = usize::try_from(self.offer.seats).unwrap_or_default();
        if self.state == State::Applied { 0 } else { seats }
    }
}

/// What others need to know of a class that was told.
#[derive(Debug)]
pub(super) struct Told {
    pub class: ClassId,
    pub completed: Vec<(EnrolmentId, PersonId)>,
    pub closed_on: NaiveDate,
    pub taken: i32,
}

/// What is the same in every county.
#[derive(Debug)]
pub(super) struct Common<'a> {
    pub atlas: &'a Atlas,
    pub vault: &'a Vault,
    pub standards: Standards,
    /// Least attendance in percent.
    pub attendance: i32,
}

/// Tells the classes of one county.
pub(super) struct Teller<'a> {
    pub common: &'a Common<'a>,
    pub office: &'a Office,
    pub series: &'a mut Series,
    pub tally: &'a mut Tally,
    pub rows: Rows,
    pub dice: Dice,
    /// The pot of this year, and that of the next one.
    purses: [Purse; 2],
    registers: Registers<'a>,
    pub batches: Batches,
    /// Rooms of each township, and when they are taken: no two classes meet in one.
    rooms: HashMap<String, Vec<Vec<(NaiveDate, NaiveDate)>>>,
}

/// The days of a class.
pub(super) struct Dates {
    applied_on: NaiveDate,
    approved_on: NaiveDate,
    pub starts_on: NaiveDate,
    ends_on: NaiveDate,
    pub closed_on: NaiveDate,
    sessions: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Dates {
    fn of(plan: &Plan<'_>) -> Self {
        let days = teaching_days(plan.starts_on, plan.offer.days);
        // What begins next year was applied for and approved before today all the same.
        let (applied_by, approved_by) = (day(YEAR, 12, 22), day(YEAR, 12, 28));
        let starts_on = days.first().copied().unwrap_or(plan.starts_on);
        let ends_on = days.last().copied().unwrap_or(plan.starts_on);
        Self {
            applied_on: working_days_before(starts_on, 12).min(applied_by),
            approved_on: working_days_before(starts_on, 7).min(approved_by),
            starts_on,
            ends_on,
            closed_on: working_days_after(ends_on, 2),
            sessions: sessions(&days),
        }
    }
}

/// A class with who teaches it and where.
#[derive(Clone, Copy)]
struct Placed {
    class: ClassId,
    venue: VenueId,
    trainer: TrainerId,
}

/// A live enrolment of a class.
pub(super) struct Taken<'a> {
    pub id: EnrolmentId,
    pub seat: &'a Seat,
    credited: i32,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        common: &'a Common<'a>,
        office: &'a Office,
        series: &'a mut Series,
        tally: &'a mut Tally,
        dice: Dice,
    ) -> Self {
        Self {
            common,
            office,
            series,
            tally,
            rows: Rows::default(),
            dice,
            purses: [Purse::new(office.county, YEAR), Purse::new(office.county, YEAR + 1)],
            registers: Registers::new(common.vault, office.county),
            batches: Batches::default(),
            rooms: HashMap::new(),
        }
    }

    /// The rows of the county, its pots with them.
    pub(super) fn finish(mut self) -> Result<Rows> {
        let (office, vault) = (self.office, self.common.vault);
        self.batches.tell(office, vault, self.series, &mut self.purses, &mut self.rows)?;
        for purse in self.purses {
            purse.close(self.office.finance, &mut self.rows)?;
        }
        Ok(self.rows)
    }

    /// Writes a class down as far as it has come.
    ///
    /// # Errors
    /// `Internal` when the plan contradicts itself.
    pub(super) fn tell(&mut self, plan: &Plan<'_>) -> Result<Told> {
        let dates = Dates::of(plan);
        let placed = self.class(plan, &dates)?;
        let class = placed.class;
        let taken = self.enrol(plan, &dates, class);
        let mut told = Told { class, completed: Vec::new(), closed_on: dates.closed_on, taken: count(taken.len()) };
        let held = self.meet(plan, &dates, placed, taken);
        if let State::Closed(stage) = plan.state {
            let qualified = self.close(plan, &dates, class, &held)?;
            claims::tell(self, plan, &dates, class, stage, &held);
            told.completed = qualified;
        }
        Ok(told)
    }

    /// Classes are paid from the pot of the year in which they begin.
    pub(super) fn purse(&mut self, dates: &Dates) -> &mut Purse {
        let [this, next] = &mut self.purses;
        if year_of(dates.starts_on) == YEAR { this } else { next }
    }

    /// The first room of a township that is free on these days.
    fn room(&mut self, township: &str, days: (NaiveDate, NaiveDate)) -> usize {
        let rooms = self.rooms.entry(township.to_owned()).or_default();
        let meets = |taken: &(NaiveDate, NaiveDate)| taken.0 <= days.1 && days.0 <= taken.1;
        if let Some((n, room)) = rooms.iter_mut().enumerate().find(|(_, room)| !room.iter().any(meets)) {
            room.push(days);
            return n;
        }
        rooms.push(vec![days]);
        rooms.len() - 1
    }

    fn class(&mut self, plan: &Plan<'_>, dates: &Dates) -> Result<Placed> {
        let id = ClassId::new();
        let approved = !matches!(plan.state, State::Draft | State::Applied | State::Returned);
        // The county names who assesses when a class begins.
        let begun = matches!(plan.state, State::Running | State::Ended | State::Closed(_));
        let status = match plan.state {
            State::Draft => ClassStatus::Draft,
            State::Applied => ClassStatus::Applied,
            State::Returned => ClassStatus::Returned,
            State::Open => ClassStatus::Approved,
            State::Running => ClassStatus::Running,
            State::Ended => ClassStatus::Ended,
            State::Closed(_) => ClassStatus::Closed,
        };
        let Offer { programme, occupation, level, class_title, seats, fen, .. } = *plan.offer;
        if approved {
            let clerk = self.office.clerk;
            let cause = Cause {
                class: id,
                claim: None,
                by: clerk,
                at: at(dates.approved_on, 10, 30),
                fen: fen.times(i64::from(seats)),
            };
            self.purse(dates).reserve(&cause);
        }
        let pot = self.purse(dates).id;
        let room = self.room(&plan.township, (dates.starts_on, dates.ends_on));
        let township = self.common.atlas.name(&plan.township, TODAY).map_or("", short_name);
        let venue = format!("{township}便民服务中心{}号教室", room + 1);
        let venue_id = self.registers.venue(plan.school, &plan.township, &venue, &mut self.rows);
        let county = self.office.county;
        let trainer_id = self.registers.trainer(plan.school, county, &plan.trainer, plan.offer, &mut self.rows)?;
        let row = training_class::Model {
            id,
            number: self.series.class(self.office.county, year_of(dates.starts_on)),
            course_id: plan.school.course(programme),
            course_version: 1,
            theory_minutes: plan.offer.theory_minutes,
            practice_minutes: plan.offer.practice_minutes,
            organisation_id: plan.school.id,
            assessor_id: begun.then_some(self.office.assessor.id),
            certificate_kind: plan.offer.certificate,
            area_code: plan.township.clone(),
            programme,
            occupation: occupation.to_owned(),
            level,
            title: class_title.to_owned(),
            venue,
            trainer: plan.trainer.clone(),
            venue_id: Some(venue_id),
            trainer_id: Some(trainer_id),
            seats,
            taken: count(plan.roster.len().min(plan.seats())),
            starts_on: dates.starts_on,
            ends_on: dates.ends_on,
            status,
            reason: (plan.state == State::Returned).then(|| "教室容不下这么多人，请换场地或减少座位".to_owned()),
            attendance_percent: self.common.attendance,
            approved_on: approved.then_some(dates.approved_on),
            standard_id: approved.then(|| self.common.standards.of(programme)),
            unit_fen: if approved { fen } else { Fen(0) },
            ceiling_fen: if approved { fen } else { Fen(0) },
            pot_id: approved.then_some(pot),
            created_by: plan.school.head,
            created_at: at(dates.applied_on, 9, 0),
            version: 1,
        };
        self.rows.training_class.push(row);
        Ok(Placed { class: id, venue: venue_id, trainer: trainer_id })
    }

    /// Who takes a seat, and who waits; what is taken of the year's quota.
    fn enrol<'p>(&mut self, plan: &'p Plan<'_>, dates: &Dates, class: ClassId) -> Vec<Taken<'p>> {
        let seats = plan.seats();
        let mut taken = Vec::with_capacity(seats);
        for (i, seat) in plan.roster.iter().enumerate() {
            let id = EnrolmentId::new();
            let waits = i >= seats;
            let open = if plan.state == State::Applied { dates.applied_on } else { dates.approved_on };
            let created_at = at(open, 14, 0) + TimeDelta::minutes(3 * i64::from(count(i)));
            let (status, ended_at) = match (plan.state, seat.fate) {
                _ if waits => (EnrolmentStatus::Waitlisted, None),
                (State::Running | State::Ended, _) => (EnrolmentStatus::Started, None),
                (State::Closed(_), Fate::Qualifies) => (EnrolmentStatus::Completed, Some(at(dates.closed_on, 16, 0))),
                (State::Closed(_), _) => (EnrolmentStatus::Failed, Some(at(dates.closed_on, 16, 0))),
                _ => (EnrolmentStatus::Seated, None),
            };
            self.rows.enrolment.push(enrolment::Model {
                id,
                class_id: class,
                person_id: seat.person,
                area_code: seat.area_code.clone(),
                status,
                channel: Channel::Village,
                consent_at: created_at,
                consent_note: Some("村里当面问过，本人同意".to_owned()),
                enrolled_by: self.office.village_worker,
                created_at,
                seated_at: (!waits).then_some(created_at),
                ended_at,
                reason: None,
                version: 1,
            });
            if !waits {
                self.rows.quota_use.push(quota_use::Model {
                    person_id: seat.person,
                    programme: plan.offer.programme,
                    year: year_of(dates.starts_on),
                    n: 1,
                    enrolment_id: id,
                });
                taken.push(Taken { id, seat, credited: 0 });
            }
        }
        taken
    }

    /// The sessions, and the marks of those that were held.
    fn meet<'p>(
        &mut self,
        plan: &Plan<'_>,
        dates: &Dates,
        placed: Placed,
        mut taken: Vec<Taken<'p>>,
    ) -> Vec<Taken<'p>> {
        let class = placed.class;
        let began = matches!(plan.state, State::Running | State::Ended | State::Closed(_));
        let now = at(TODAY, 9, 0);
        let all: Vec<Vec<(Presence, i32)>> =
            taken.iter().map(|taken| marks(taken.seat.fate, dates.sessions.len(), &mut self.dice)).collect();
        for (n, (starts_at, ends_at)) in dates.sessions.iter().copied().enumerate() {
            let id = SessionId::new();
            let held = began && ends_at <= now;
            let status = if held { ClassSessionStatus::Held } else { ClassSessionStatus::Planned };
            self.rows.class_session.push(class_session::Model {
                id,
                class_id: class,
                ordinal: count(n) + 1,
                starts_at,
                ends_at,
                status,
                mode: Offer::mode_of(n),
                venue_id: Some(placed.venue),
                trainer_id: Some(placed.trainer),
                trainer: None,
                creditable: true,
                makes_up: None,
                version: 1,
            });
            // Of a class that runs, somebody asks for leave from the next session.
            if began && !held && (n == 0 || dates.sessions.get(n - 1).is_some_and(|(_, ended)| *ended <= now)) {
                self.ask_leave(plan, class, id, taken.first());
            }
            for (taken, marks) in taken.iter_mut().zip(&all).filter(|_| held) {
                let (presence, minutes) = marks.get(n).copied().unwrap_or((Presence::Absent, 0));
                let stay = match presence {
                    Presence::Present => Some((starts_at, ends_at)),
                    Presence::Late => Some((starts_at + TimeDelta::minutes(i64::from(LATE_MINUTES)), ends_at)),
                    Presence::Absent | Presence::Leave => None,
                };
                taken.credited += minutes;
                self.rows.attendance_mark.push(attendance_mark::Model {
                    session_id: id,
                    enrolment_id: taken.id,
                    presence,
                    in_at: stay.map(|(from, _)| from),
                    out_at: stay.map(|(_, to)| to),
                    minutes,
                    method: MarkMethod::Roster,
                    marked_by: plan.school.head,
                    marked_at: ends_at + TimeDelta::minutes(10),
                    standing: MarkStanding::Credited,
                    version: 1,
                });
            }
        }
        taken
    }

    fn ask_leave(&mut self, plan: &Plan<'_>, class: ClassId, session: SessionId, taken: Option<&Taken<'_>>) {
        let Some(taken) = taken else { return };
        self.rows.mark_request.push(mark_request::Model {
            id: MarkRequestId::new(),
            class_id: class,
            session_id: session,
            enrolment_id: taken.id,
            area_code: plan.township.clone(),
            organisation_id: plan.school.id,
            kind: MarkRequestKind::Leave,
            presence: Presence::Leave,
            in_at: None,
            out_at: None,
            reason: "家里有事".to_owned(),
            photo_id: None,
            old_mark: None,
            status: MarkRequestStatus::Asked,
            asked_by: self.office.village_worker,
            asked_at: at(TODAY, 8, 0),
            decided_by: None,
            decided_at: None,
            answer: None,
            version: 1,
        });
    }

    /// Results, completions and certificates; who qualified.
    fn close(
        &mut self,
        plan: &Plan<'_>,
        dates: &Dates,
        class: ClassId,
        taken: &[Taken<'_>],
    ) -> Result<Vec<(EnrolmentId, PersonId)>> {
        let programme = plan.offer.programme;
        let held = count(dates.sessions.len()) * SESSION_MINUTES;
        let mut qualified = Vec::with_capacity(taken.len());
        for Taken { id, seat, credited } in taken {
            let passed = self.assess(dates, *id, seat.fate);
            let good = passed && reaches(*credited, held, self.common.attendance);
            if good != (seat.fate == Fate::Qualifies) {
                return Err(Error::internal("somebody qualified against the plan, or did not"));
            }
            self.rows.completion.push(completion::Model {
                enrolment_id: *id,
                class_id: class,
                person_id: seat.person,
                programme,
                year: year_of(dates.ends_on),
                area_code: seat.area_code.clone(),
                credited_minutes: *credited,
                held_minutes: held,
                passed,
                qualified: good,
                completed_on: dates.ends_on,
            });
            if good {
                self.tally.count(programme, seat.person, &seat.area_code);
                let certificate = CertificateId::new();
                let holder = certificates::as_printed(self.common.vault, certificate, &seat.name, &seat.id_number)?;
                self.rows.certificate_holder.push(holder);
                self.rows.certificate.push(certificate::Model {
                    id: certificate,
                    serial: self.series.certificate(year_of(dates.ends_on), programme),
                    enrolment_id: *id,
                    person_id: seat.person,
                    class_id: class,
                    kind: plan.offer.certificate,
                    issued_on: dates.closed_on,
                    status: CertificateStatus::Published,
                    reason: None,
                    title: plan.offer.class_title.to_owned(),
                    occupation: plan.offer.occupation.to_owned(),
                    level: plan.offer.level,
                    institution: plan.school.name.clone(),
                    assessor: Some(self.office.assessor.name.clone()),
                    credited_minutes: *credited,
                    held_minutes: held,
                    replaces: None,
                    replace_reason: None,
                });
                qualified.push((*id, seat.person));
            }
        }
        let free = i64::from(plan.offer.seats) - i64::from(count(qualified.len()));
        let cause = Cause {
            class,
            claim: None,
            by: self.office.clerk,
            at: at(dates.closed_on, 16, 0),
            fen: plan.offer.fen.times(free),
        };
        self.purse(dates).release(&cause);
        Ok(qualified)
    }

    /// One attempt, or two where the first was not passed. Who stayed away did not pass.
    fn assess(&mut self, dates: &Dates, enrolment: EnrolmentId, fate: Fate) -> bool {
        use AssessmentResult::{Exempt, Failed, Passed};
        let attempts: &[(i32, AssessmentResult)] = match (fate, self.dice.below(100)) {
            (Fate::Qualifies, 0..95) => &[(1, Passed)],
            (Fate::Qualifies, 95..97) => &[(1, Exempt)],
            (Fate::Qualifies, _) => &[(1, Failed), (2, Passed)],
            (Fate::Fails, _) => &[(1, Failed), (2, Failed)],
            (Fate::StaysAway, _) => &[(1, Failed)],
        };
        for (attempt, result) in attempts {
            let exempt = *result == Exempt;
            let score = if *result == Passed { 60 + self.dice.below(39) } else { 31 + self.dice.below(29) };
            self.rows.assessment.push(assessment::Model {
                id: AssessmentId::new(),
                enrolment_id: enrolment,
                attempt: *attempt,
                result: *result,
                exempt_reason: exempt.then_some(ExemptReason::HoldsCertificate),
                score: i32::try_from(score).ok().filter(|_| fate != Fate::StaysAway && !exempt),
                paper_ref: exempt.then(|| format!("赣职鉴{YEAR}{score:04}")),
                assessor_id: Some(self.office.assessor.id),
                assessed_on: if *attempt == 1 { dates.ends_on } else { dates.closed_on },
                recorded_by: self.office.assessor.contact,
                created_at: if *attempt == 1 { at(dates.ends_on, 18, 0) } else { at(dates.closed_on, 11, 0) },
            });
        }
        attempts.last().is_some_and(|(_, result)| *result != Failed)
    }
}

pub(super) fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

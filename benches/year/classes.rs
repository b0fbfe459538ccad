//! The closed classes of a county as rows: who sat there, was there, and finished.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use entities::{
    attendance_mark, certificate, class_session, completion, duplicate_pair, enrolment, person, posting, pot,
    quota_use, training_class,
    values::{
        AccountId, CertificateId, CertificateStatus, Channel, ClassId, ClassSessionStatus, ClassStatus, EnrolmentId,
        EnrolmentStatus, Fen, MarkMethod, MarkStanding, PairId, PairReason, PairStatus, PersonId, PersonStatus,
        PostingId, PotAccount, Presence, SessionId, SessionMode,
    },
};
use sidan::{
    areas::Atlas,
    base::clock,
    data::{Count, Work},
    demo::SynthPerson,
    people::{NewPerson, Private, insert_many},
};

use crate::money::{Facts, OFFERS, Offer};
use crate::offices::{Office, School};
use crate::served::{Served, day, insert, nine_on};

const MINUTES: i32 = 200;

/// A closed class that nobody claimed for yet.
pub(crate) struct Closed {
    pub id: ClassId,
    pub head: AccountId,
}

/// What a county adds to the year.
#[derive(Default)]
pub(crate) struct County {
    rows: Rows,
    pub classes: Vec<Closed>,
    /// What its people come to.
    pub due: Fen,
    reserved: Fen,
    /// Classes of the counties before.
    before: usize,
    /// Of one class in so many the first two share a bank account, as far as the registry knows: the clerk is asked about both.
    asked: Option<usize>,
}

#[derive(Default)]
struct Rows {
    classes: Vec<training_class::Model>,
    sessions: Vec<class_session::Model>,
    enrolments: Vec<enrolment::Model>,
    quota: Vec<quota_use::Model>,
    marks: Vec<attendance_mark::Model>,
    completions: Vec<completion::Model>,
    certificates: Vec<certificate::Model>,
    pairs: Vec<duplicate_pair::Model>,
    postings: Vec<posting::Model>,
}

/// One seat of a class.
struct Seat {
    person: PersonId,
    village: String,
    facts: Facts,
}

/// The days of a class, one after another but for Sundays.
fn days(n: usize, offer: &Offer) -> Vec<NaiveDate> {
    let first = day(2, 15).checked_add_days(Days::new((n * 7 % 190) as u64)).unwrap();
    let is_taught = |day: &NaiveDate| chrono::Datelike::weekday(day) != chrono::Weekday::Sun;
    first.iter_days().filter(is_taught).take(offer.days).collect()
}

impl County {
    pub(crate) fn after(classes: usize, asked: Option<usize>) -> Self {
        Self { before: classes, asked, ..Self::default() }
    }

    /// Seats people in the classes of their programme; `groups` are in the order of [`OFFERS`].
    pub(crate) async fn fill(&mut self, served: &Served, work: &Work, office: &Office, groups: [Vec<SynthPerson>; 2]) {
        for ((offer, school), people) in OFFERS.iter().zip(&office.schools).zip(groups) {
            let seats: Vec<Seat> = register(served, work, people).await;
            for seats in seats.chunks(offer.seats) {
                self.class(work, &served.house.atlas, office, (school, offer), seats);
            }
        }
        self.grant(office, work);
        let rows = std::mem::take(&mut self.rows);
        insert::<pot::Entity>(work, vec![self.pot(office)]).await;
        insert::<training_class::Entity>(work, rows.classes).await;
        insert::<posting::Entity>(work, rows.postings).await;
        insert::<class_session::Entity>(work, rows.sessions).await;
        insert::<enrolment::Entity>(work, rows.enrolments).await;
        insert::<quota_use::Entity>(work, rows.quota).await;
        insert::<attendance_mark::Entity>(work, rows.marks).await;
        insert::<completion::Entity>(work, rows.completions).await;
        insert::<certificate::Entity>(work, rows.certificates).await;
        insert::<duplicate_pair::Entity>(work, rows.pairs).await;
    }

    fn class(
        &mut self,
        work: &Work,
        atlas: &Atlas,
        office: &Office,
        (school, offer): (&School, &Offer),
        seats: &[Seat],
    ) {
        let n = self.before + self.classes.len();
        let (id, days) = (ClassId::new(), days(n, offer));
        let (first, last) = (days[0], days[days.len() - 1]);
        let approved_on = first.checked_sub_days(Days::new(10)).unwrap();
        let sessions = self.sessions(id, school, &days);
        let minutes = MINUTES * i32::try_from(sessions.len()).unwrap();
        let ceiling = offer.due(Facts::ALL, approved_on);
        let count = i32::try_from(seats.len()).unwrap();
        self.reserve(office, id, ceiling.times(i64::from(count)), approved_on);
        self.rows.classes.push(training_class::Model {
            id,
            number: format!("B{}-2016-{n:05}", office.county),
            course_id: school.course,
            course_version: 1,
            theory_minutes: minutes / 2,
            practice_minutes: minutes / 2,
            organisation_id: school.id,
            assessor_id: None,
            certificate_kind: offer.certificate,
            area_code: seats[0].village[..9].to_owned(),
            programme: offer.programme,
            occupation: offer.occupation.into(),
            level: 5,
            title: offer.title.into(),
            venue: "便民服务中心二楼".into(),
            trainer: "刘晓燕".into(),
            venue_id: Some(school.venue),
            trainer_id: Some(school.trainer),
            seats: count,
            taken: count,
            starts_on: first,
            ends_on: last,
            status: ClassStatus::Closed,
            reason: None,
            attendance_percent: 80,
            approved_on: Some(approved_on),
            standard_id: Some(school.standard),
            unit_fen: Fen(offer.fen),
            ceiling_fen: ceiling,
            pot_id: Some(office.pot),
            created_by: school.head,
            created_at: nine_on(approved_on),
            version: 1,
        });
        for seat in seats {
            self.due = self.due + offer.due(seat.facts, approved_on);
            self.seat(work, atlas, (id, school, offer), seat, (last, minutes), &sessions);
        }
        if self.asked.is_some_and(|asked| n.is_multiple_of(asked))
            && let [one, other, ..] = seats
        {
            self.share(&one.village, one.person.min(other.person), one.person.max(other.person));
        }
        self.classes.push(Closed { id, head: school.head });
    }

    /// Two a day.
    fn sessions(&mut self, class: ClassId, school: &School, days: &[NaiveDate]) -> Vec<class_session::Model> {
        let hours = [(8, 30, SessionMode::Theory), (14, 0, SessionMode::Practice)];
        let times = days.iter().flat_map(|day| hours.map(|(hour, minute, mode)| (*day, hour, minute, mode)));
        let rows: Vec<class_session::Model> = (1..)
            .zip(times)
            .map(|(ordinal, (day, hour, minute, mode))| {
                let starts_at = clock::instant(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
                class_session::Model {
                    id: SessionId::new(),
                    class_id: class,
                    ordinal,
                    starts_at,
                    ends_at: starts_at + TimeDelta::minutes(i64::from(MINUTES)),
                    status: ClassSessionStatus::Held,
                    mode,
                    venue_id: Some(school.venue),
                    trainer_id: Some(school.trainer),
                    trainer: None,
                    creditable: true,
                    makes_up: None,
                    version: 1,
                }
            })
            .collect();
        self.rows.sessions.extend(rows.iter().cloned());
        rows
    }

    /// Somebody who was there from the first hour to the last.
    fn seat(
        &mut self,
        work: &Work,
        atlas: &Atlas,
        (class_id, school, offer): (ClassId, &School, &Offer),
        seat: &Seat,
        (last, minutes): (NaiveDate, i32),
        sessions: &[class_session::Model],
    ) {
        let (id, person_id) = (EnrolmentId::new(), seat.person);
        let (taken_at, completed_on) = (nine_on(day(1, 20)), last.checked_add_days(Days::new(2)).unwrap());
        self.rows.enrolments.push(enrolment::Model {
            id,
            class_id,
            person_id,
            area_code: seat.village.clone(),
            status: EnrolmentStatus::Completed,
            channel: Channel::Village,
            consent_at: taken_at,
            consent_note: Some("村里当面问过，本人同意".into()),
            enrolled_by: school.head,
            created_at: taken_at,
            seated_at: Some(taken_at),
            ended_at: Some(nine_on(completed_on)),
            reason: None,
            version: 1,
        });
        let programme = offer.programme;
        self.rows.quota.push(quota_use::Model { person_id, programme, year: 2016, n: 1, enrolment_id: id });
        self.rows.marks.extend(sessions.iter().map(|session| attendance_mark::Model {
            session_id: session.id,
            enrolment_id: id,
            presence: Presence::Present,
            in_at: Some(session.starts_at),
            out_at: Some(session.ends_at),
            minutes: MINUTES,
            method: MarkMethod::Roster,
            marked_by: school.head,
            marked_at: session.ends_at,
            standing: MarkStanding::Credited,
            version: 1,
        }));
        self.rows.completions.push(completion::Model {
            enrolment_id: id,
            class_id,
            person_id,
            programme,
            year: 2016,
            area_code: seat.village.clone(),
            credited_minutes: minutes,
            held_minutes: minutes,
            passed: true,
            qualified: true,
            completed_on,
        });
        for area in atlas.ancestors(&seat.village) {
            work.count(Count { year: 2016, programme, area_code: area.to_owned() }, 1, 1);
        }
        self.rows.certificates.push(certificate::Model {
            id: CertificateId::new(),
            serial: format!("JX2016-{}", id.0.simple()),
            enrolment_id: id,
            person_id,
            class_id,
            kind: offer.certificate,
            issued_on: completed_on,
            status: CertificateStatus::Published,
            reason: None,
            title: offer.title.into(),
            occupation: offer.occupation.into(),
            level: 5,
            institution: school.name.clone(),
            assessor: Some("职业技能评价中心".into()),
            credited_minutes: minutes,
            held_minutes: minutes,
            replaces: None,
            replace_reason: None,
        });
    }

    fn share(&mut self, village: &str, a: PersonId, b: PersonId) {
        self.rows.pairs.push(duplicate_pair::Model {
            id: PairId::new(),
            a,
            b,
            reason: PairReason::SharedAccount,
            area_code: village.to_owned(),
            status: PairStatus::Open,
            keeper: None,
            asked_by: None,
            decided_by: None,
            decided_at: None,
            reason_text: None,
            found_at: nine_on(day(1, 20)),
            last_seen_at: nine_on(day(1, 20)),
            version: 1,
        });
    }

    fn reserve(&mut self, office: &Office, class: ClassId, fen: Fen, on: NaiveDate) {
        self.reserved = self.reserved + fen;
        let row = posting_row(office, (PotAccount::Available, PotAccount::Reserved), fen, on);
        let row = posting::Model { cause: "class_approved".into(), class_id: Some(class), ..row };
        self.rows.postings.push(row);
    }

    /// What was granted: what the classes need, and a little more.
    fn granted(&self) -> Fen {
        self.reserved + Fen(1_000_000)
    }

    fn grant(&mut self, office: &Office, work: &Work) {
        let accounts = (PotAccount::Appropriation, PotAccount::Available);
        let row = posting_row(office, accounts, self.granted(), work.today());
        self.rows.postings.push(posting::Model { document_no: Some("赣财社〔2016〕1号".into()), ..row });
    }

    fn pot(&self, office: &Office) -> pot::Model {
        pot::Model {
            id: office.pot,
            source: "就业补助资金".into(),
            year: 2016,
            area_code: office.county.clone(),
            granted_fen: self.granted(),
            available_fen: self.granted() - self.reserved,
            reserved_fen: self.reserved,
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            recoverable_fen: Fen(0),
            recovered_fen: Fen(0),
            written_off_fen: Fen(0),
            returned_fen: Fen(0),
            version: 1,
            closed_at: None,
            closed_by: None,
        }
    }
}

fn posting_row(office: &Office, (debit, credit): (PotAccount, PotAccount), fen: Fen, on: NaiveDate) -> posting::Model {
    posting::Model {
        id: PostingId::new(),
        pot_id: office.pot,
        at: nine_on(on),
        debit,
        credit,
        fen,
        cause: "grant".into(),
        class_id: None,
        claim_id: None,
        posted_by: Some(office.finance),
        document_no: None,
        line_id: None,
        payment_id: None,
        clawback_id: None,
    }
}

/// Enters people into the registry.
async fn register(served: &Served, work: &Work, people: Vec<SynthPerson>) -> Vec<Seat> {
    let (mut rows, mut seats) = (Vec::with_capacity(people.len()), Vec::with_capacity(people.len()));
    for one in people {
        let id = PersonId::new();
        seats.push(Seat { person: id, village: one.area_code.clone(), facts: Facts::of(&one) });
        let owned = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
        let private = Private {
            id_number: one.id_number.as_str().to_owned(),
            phone: one.phone.as_str().to_owned(),
            bank_account: one.bank_account.as_str().to_owned(),
            health: owned(&one.health),
            main_cause: one.main_cause.to_owned(),
            other_causes: owned(&one.other_causes),
            address: one.address,
        };
        let row = person::Model {
            id,
            id_index: String::new(),
            phone_index: None,
            bank_index: None,
            bank_changed_on: None,
            name: one.name,
            sex: one.sex,
            birth_on: one.birth_on,
            ethnicity: one.ethnicity.into(),
            education: one.education.into(),
            political: one.political.into(),
            marital: one.marital.into(),
            labour_capacity: one.labour_capacity,
            registration: one.registration.into(),
            area_code: one.area_code,
            household_id: None,
            relation: one.relation.into(),
            poverty_status: one.poverty_status,
            exited_on: one.exited_on,
            employment_status: one.employment_status.into(),
            employment_wish: one.employment_wish.into(),
            training_wish: one.training_wish.into(),
            startup_wish: one.startup_wish,
            skills: one.skills.into(),
            helper: one.helper,
            status: PersonStatus::Verified,
            merged_into: None,
            verified_on: Some(one.verified_on),
            source: "bench".into(),
            sealed: Vec::new(),
            created_at: work.now,
            version: 1,
        };
        rows.push(NewPerson { row, private });
    }
    insert_many(work, &served.house.vault, rows).await.unwrap();
    seats
}

//! Scenes that a story begins with, written straight into the tables: what stands before the first word.
#![expect(clippy::disallowed_methods, reason = "a scene is set by whoever tells the story")]

use chrono::{Days, NaiveDate, NaiveTime};
use entities::{
    accreditation, certificate, class_session, completion, course, enrolment, enterprise_order, household,
    organisation, person, posting, pot, revocation, rule, service_event, subsidy_standard, target, trainer,
    training_class,
    values::{
        AccountId, AccreditationId, CertificateId, CertificateKind, CertificateStatus, Channel, ClassId,
        ClassSessionStatus, ClassStatus, CourseId, CourseStatus, EnrolmentId, EnrolmentStatus, Fen, HouseholdId,
        LabourCapacity, Measure, OrderId, OrderStatus, OrganisationId, OrganisationKind, OrganisationStatus, PersonId,
        PersonStatus, PostingId, PotAccount, PotId, PovertyStatus, Programme, RegisterStatus, RevocationId,
        RevocationStatus, RuleId, ServiceId, ServiceKind, SessionId, SessionMode, Sex, StandardId, StandardStatus,
        SubsidyKind, SubsidyPayee, TargetId, TrainerId, VenueId,
    },
    venue,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sidan::{
    base::{IdNumber, clock},
    data::Work,
    people::{NewPerson, Private, insert_many, rewrite},
};

use uuid::Uuid;

use super::app::{App, COUNTY, VILLAGE};

/// 电子商务师
pub const OCCUPATION: &str = "4-01-06-01";

/// A day of the story's year.
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, month, day).unwrap()
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> chrono::DateTime<chrono::Utc> {
    clock::instant(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
}

/// A class as most stories want it; change what matters with `..`.
#[derive(Clone, Debug)]
pub struct GivenClass {
    pub institution: OrganisationId,
    pub programme: Programme,
    pub seats: i32,
    pub starts_on: NaiveDate,
    pub days: u64,
    pub status: ClassStatus,
    pub area: &'static str,
    /// Whether a body that assesses it is named.
    pub assessed: bool,
    pub certificate: CertificateKind,
}

impl GivenClass {
    pub fn of(institution: OrganisationId) -> Self {
        Self {
            institution,
            programme: Programme::Ecommerce,
            seats: 41,
            starts_on: day(11, 14),
            days: 3,
            status: ClassStatus::Approved,
            area: COUNTY,
            assessed: true,
            certificate: CertificateKind::Completion,
        }
    }
}

/// What the government pays for a seat in the whole province, when the training is over; change what matters with `..`.
pub fn standard_of(programme: Programme, fen: Fen) -> subsidy_standard::Model {
    subsidy_standard::Model {
        id: StandardId::new(),
        programme,
        occupation: None,
        level: None,
        area_code: "360000".into(),
        payee: SubsidyPayee::Institution,
        kind: SubsidyKind::Training,
        fen,
        per_hour: false,
        cap_fen: None,
        start_percent: 0,
        completion_percent: 100,
        outcome_percent: 0,
        valid_from: day(1, 1),
        valid_to: None,
        document_no: "赣财社〔2016〕12号".into(),
        status: StandardStatus::InForce,
        proposed_by: None,
        proposed_at: None,
        enacted_by: None,
        enacted_at: None,
        version: 1,
    }
}

/// The certificate of somebody who finished a class, as it is printed.
pub fn certificate_of(
    (class_id, enrolment_id, person_id): (ClassId, EnrolmentId, PersonId),
    serial: String,
    status: CertificateStatus,
) -> certificate::Model {
    certificate::Model {
        id: CertificateId::new(),
        serial,
        enrolment_id,
        person_id,
        class_id,
        kind: CertificateKind::Completion,
        issued_on: day(11, 18),
        status,
        reason: None,
        title: "电子商务实操班".into(),
        occupation: OCCUPATION.into(),
        level: 5,
        institution: "锦江职业培训学校".into(),
        assessor: Some("上高县职业技能评价中心".into()),
        credited_minutes: 1_200,
        held_minutes: 1_200,
        replaces: None,
        replace_reason: None,
    }
}

/// What became of one person who sat in a class to its end.
#[derive(Clone, Copy, Debug)]
pub struct Graduate {
    /// Of 1,200 minutes held.
    pub credited: i32,
    pub passed: bool,
    pub certificate: Option<CertificateStatus>,
}

impl Graduate {
    pub const QUALIFIED: Self = Self { credited: 1_200, passed: true, certificate: Some(CertificateStatus::Published) };
    /// 76.17 % of the minutes, where 80 are asked.
    pub const TOO_OFTEN_AWAY: Self = Self { credited: 914, passed: true, certificate: None };
    pub const NOT_PASSED: Self = Self { credited: 1_200, passed: false, certificate: None };
}

/// A closed class ready to be claimed for.
#[derive(Clone, Debug)]
pub struct FinishedClass {
    pub class: ClassId,
    pub pot: PotId,
    pub people: Vec<PersonId>,
    pub enrolments: Vec<EnrolmentId>,
    /// Of those who have one.
    pub certificates: Vec<CertificateId>,
}

macro_rules! insert {
    ($app:expr, $table:ident, $row:expr) => {
        $table::Entity::insert(IntoActiveModel::<$table::ActiveModel>::into_active_model($row))
            .exec_without_returning($app.db.writer())
            .await
            .unwrap()
    };
}

impl App {
    /// The institution may teach every occupation of the programme until the end of 2017.
    pub async fn given_accreditation(&self, institution: OrganisationId, programme: Programme) -> AccreditationId {
        let id = AccreditationId::new();
        let row = accreditation::Model {
            id,
            organisation_id: institution,
            programme,
            occupation: None,
            level_ceiling: 1,
            valid_from: day(1, 1),
            valid_to: day(12, 31).checked_add_days(Days::new(365)).unwrap(),
            document_no: "赣人社字〔2016〕1号".into(),
        };
        insert!(self, accreditation, row);
        id
    }

    /// 800 yuan a person in the whole province, all year.
    pub async fn given_standard(&self, programme: Programme) -> StandardId {
        let stands = subsidy_standard::Entity::find().filter(subsidy_standard::Column::Programme.eq(programme));
        if let Some(row) = stands.one(self.db.writer()).await.unwrap() {
            return row.id;
        }
        let row = standard_of(programme, Fen(80_000));
        let id = row.id;
        insert!(self, subsidy_standard, row);
        id
    }

    /// 1,200,000 yuan for 上高县 in 2016, granted and free.
    pub async fn given_pot(&self) -> PotId {
        self.given_pot_of(Fen(120_000_000)).await
    }

    pub async fn given_pot_of(&self, fen: Fen) -> PotId {
        let id = PotId::new();
        let row = pot::Model {
            id,
            source: "就业补助资金".into(),
            year: 2016,
            area_code: COUNTY.into(),
            granted_fen: fen,
            available_fen: fen,
            reserved_fen: Fen(0),
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            recoverable_fen: Fen(0),
            recovered_fen: Fen(0),
            written_off_fen: Fen(0),
            returned_fen: Fen(0),
            version: 1,
            closed_at: None,
            closed_by: None,
        };
        insert!(self, pot, row);
        let row = posting::Model {
            id: PostingId::new(),
            pot_id: id,
            at: self.clock.now(),
            debit: PotAccount::Appropriation,
            credit: PotAccount::Available,
            fen,
            cause: "grant".into(),
            class_id: None,
            claim_id: None,
            posted_by: None,
            document_no: Some("赣财社〔2016〕1号".into()),
            line_id: None,
            payment_id: None,
            clawback_id: None,
        };
        insert!(self, posting, row);
        id
    }

    pub async fn given_target(&self, area: &str, programme: Programme, people: i64) -> TargetId {
        let id = TargetId::new();
        let row = target::Model {
            id,
            year: 2016,
            area_code: area.into(),
            programme,
            measure: Measure::People,
            value: people,
            document_no: "赣人社字〔2016〕8号".into(),
            reason: None,
            issued_by: None,
            issued_at: self.clock.now(),
            superseded_at: None,
        };
        insert!(self, target, row);
        id
    }

    /// The room of an institution, for sixty people in the middle of the county; the same at every call.
    pub async fn given_venue(&self, institution: OrganisationId) -> VenueId {
        let id = VenueId(institution.0);
        if venue::Entity::find_by_id(id).one(self.db.writer()).await.unwrap().is_none() {
            self.given_venue_at(id, institution, &format!("敖山镇便民服务中心二楼 {institution}")).await;
        }
        id
    }

    pub async fn given_venue_at(&self, id: VenueId, institution: OrganisationId, address: &str) {
        let row = venue::Model {
            id,
            organisation_id: institution,
            area_code: COUNTY.into(),
            name: "敖山镇便民服务中心二楼".into(),
            address: address.into(),
            capacity: 60,
            latitude_e6: Some(28_232_000),
            longitude_e6: Some(114_924_000),
            radius_m: 300,
            status: RegisterStatus::Active,
            created_by: AccountId::new(),
            created_at: self.clock.now(),
            version: 1,
        };
        insert!(self, venue, row);
    }

    /// A trainer of an institution with a paper until the end of 2017; the same at every call, another for each programme.
    pub async fn given_trainer(&self, institution: OrganisationId, programme: Programme) -> TrainerId {
        let id = TrainerId(Uuid::from_u128(institution.0.as_u128() ^ (1 + programme as u128)));
        if trainer::Entity::find_by_id(id).one(self.db.writer()).await.unwrap().is_none() {
            let n = self.numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            self.given_trainer_who(id, institution, programme, n).await;
        }
        id
    }

    /// `n` tells people apart: the same one may be entered by two institutions.
    pub async fn given_trainer_who(
        &self,
        id: TrainerId,
        institution: OrganisationId,
        programme: Programme,
        n: u16,
    ) -> String {
        let born = NaiveDate::from_ymd_opt(1975, 1, 1).unwrap();
        let number = IdNumber::compose("369970", born, 1 + 2 * n).unwrap();
        let row = trainer::Model {
            id,
            organisation_id: institution,
            area_code: COUNTY.into(),
            name: "刘晓燕".into(),
            id_index: self.vault.index("id", number.as_str()),
            sealed: self.vault.seal("trainer.sealed", id, number.as_str().as_bytes()).unwrap(),
            programme,
            occupation: OCCUPATION.into(),
            qualification: "电子商务师三级".into(),
            qualification_no: format!("赣电商{n:04}"),
            valid_from: day(1, 1),
            valid_to: NaiveDate::from_ymd_opt(2018, 1, 1),
            status: RegisterStatus::Active,
            created_by: AccountId::new(),
            created_at: self.clock.now(),
            version: 1,
        };
        insert!(self, trainer, row);
        number.as_str().to_owned()
    }

    pub async fn given_course(
        &self,
        institution: OrganisationId,
        programme: Programme,
        status: CourseStatus,
    ) -> CourseId {
        let id = CourseId::new();
        let row = course::Model {
            id,
            number: format!("C-{}", id.0.simple()),
            organisation_id: institution,
            area_code: COUNTY.into(),
            programme,
            occupation: OCCUPATION.into(),
            level: 5,
            certificate_kind: CertificateKind::Completion,
            title: "电子商务实操".into(),
            theory_minutes: 600,
            practice_minutes: 840,
            price_fen: Fen(80_000),
            syllabus: "开店、拍照、上架、快递、售后".into(),
            min_class: 1,
            max_class: 50,
            status,
            reason: None,
            created_by: AccountId::new(),
            created_at: self.clock.now(),
            version: 1,
        };
        insert!(self, course, row);
        id
    }

    /// A class with two sessions a day (8:30 to 11:50, 14:00 to 17:20) of a listed course. Approved and later ones have
    /// their standard of 800 yuan and a pot in which all seats are reserved.
    pub async fn given_class(&self, given: GivenClass) -> ClassId {
        let course = self.given_course(given.institution, given.programme, CourseStatus::Listed).await;
        let approved = !matches!(given.status, ClassStatus::Draft | ClassStatus::Applied | ClassStatus::Returned);
        let id = ClassId::new();
        let (standard, pot) = if approved {
            (Some(self.given_standard(given.programme).await), Some(self.pot_with_reserved(id, given.seats).await))
        } else {
            (None, None)
        };
        let assessor =
            if given.assessed { Some(self.organisation(OrganisationKind::Assessor, given.area).await) } else { None };
        let ends_on = given.starts_on.checked_add_days(Days::new(given.days - 1)).unwrap();
        let minutes = i32::try_from(given.days).unwrap() * 200;
        let (venue, trainer) =
            (self.given_venue(given.institution).await, self.given_trainer(given.institution, given.programme).await);
        let row = training_class::Model {
            id,
            number: format!("B-{}", id.0.simple()),
            course_id: course,
            course_version: 1,
            theory_minutes: minutes,
            practice_minutes: minutes,
            organisation_id: given.institution,
            assessor_id: assessor,
            certificate_kind: given.certificate,
            area_code: given.area.into(),
            programme: given.programme,
            occupation: OCCUPATION.into(),
            level: 5,
            title: "电子商务实操班".into(),
            venue: "敖山镇便民服务中心二楼".into(),
            trainer: "刘晓燕".into(),
            venue_id: Some(venue),
            trainer_id: Some(trainer),
            seats: given.seats,
            taken: 0,
            starts_on: given.starts_on,
            ends_on,
            status: given.status,
            reason: None,
            attendance_percent: 80,
            approved_on: approved.then(|| day(10, 28)),
            standard_id: standard,
            unit_fen: if approved { Fen(80_000) } else { Fen(0) },
            ceiling_fen: if approved { Fen(80_000) } else { Fen(0) },
            pot_id: pot,
            created_by: AccountId::new(),
            created_at: self.clock.now(),
            version: 1,
        };
        insert!(self, training_class, row);
        for n in 0..given.days {
            let on = given.starts_on.checked_add_days(Days::new(n)).unwrap();
            for (half, (from, to)) in [((8, 30), (11, 50)), ((14, 0), (17, 20))].into_iter().enumerate() {
                let row = class_session::Model {
                    id: SessionId::new(),
                    class_id: id,
                    ordinal: i32::try_from(n).unwrap() * 2 + i32::try_from(half).unwrap() + 1,
                    starts_at: at(on, from.0, from.1),
                    ends_at: at(on, to.0, to.1),
                    status: ClassSessionStatus::Planned,
                    mode: if half == 0 { SessionMode::Theory } else { SessionMode::Practice },
                    venue_id: Some(venue),
                    trainer_id: Some(trainer),
                    trainer: None,
                    creditable: true,
                    makes_up: None,
                    version: 1,
                };
                insert!(self, class_session, row);
            }
        }
        id
    }

    /// A pot of its own year and source, so that several classes may each have one.
    async fn pot_with_reserved(&self, class: ClassId, seats: i32) -> PotId {
        let id = PotId::new();
        let (granted, reserved) = (Fen(120_000_000), Fen(80_000).times(i64::from(seats)));
        let row = pot::Model {
            id,
            source: format!("就业补助资金 {}", id.0.simple()),
            year: 2016,
            area_code: COUNTY.into(),
            granted_fen: granted,
            available_fen: granted - reserved,
            reserved_fen: reserved,
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            recoverable_fen: Fen(0),
            recovered_fen: Fen(0),
            written_off_fen: Fen(0),
            returned_fen: Fen(0),
            version: 1,
            closed_at: None,
            closed_by: None,
        };
        insert!(self, pot, row);
        let posting = |debit, credit, fen, cause: &str, class_id| posting::Model {
            id: PostingId::new(),
            pot_id: id,
            at: self.clock.now(),
            debit,
            credit,
            fen,
            cause: cause.into(),
            class_id,
            claim_id: None,
            posted_by: None,
            document_no: None,
            line_id: None,
            payment_id: None,
            clawback_id: None,
        };
        insert!(self, posting, posting(PotAccount::Appropriation, PotAccount::Available, granted, "grant", None));
        insert!(
            self,
            posting,
            posting(PotAccount::Available, PotAccount::Reserved, reserved, "class_approved", Some(class))
        );
        id
    }

    /// A verified registered poor person of 镜山村, born in 1980; `n` tells people apart.
    pub async fn given_person(&self, n: u16) -> PersonId {
        self.given_person_in(n, VILLAGE).await
    }

    pub async fn given_person_in(&self, n: u16, area: &str) -> PersonId {
        let id = PersonId::new();
        let born =
            NaiveDate::from_ymd_opt(1980, 1, 1).unwrap().checked_add_days(Days::new(u64::from(n / 400))).unwrap();
        let number = IdNumber::compose("369970", born, 1 + 2 * (n % 400)).unwrap();
        let private = Private {
            id_number: number.as_str().to_owned(),
            phone: format!("154{n:08}"),
            bank_account: format!("00000036{n:010}"),
            health: vec!["1".into()],
            main_cause: "01".into(),
            other_causes: Vec::new(),
            address: "江西省宜春市上高县敖山镇镜山村1组".into(),
        };
        let household = HouseholdId::new();
        let row = household::Model {
            id: household,
            number: format!("{area}{n:06}"),
            area_code: area.into(),
            kind: "01".into(),
            members: 3,
            created_at: self.clock.now(),
        };
        insert!(self, household, row);
        let row = person::Model {
            id,
            id_index: String::new(),
            phone_index: None,
            bank_index: None,
            bank_changed_on: None,
            name: format!("陈福{}", ["生", "来", "根", "平"][usize::from(n % 4)]),
            sex: Sex::Male,
            birth_on: born,
            ethnicity: "01".into(),
            education: "2".into(),
            political: "13".into(),
            marital: "20".into(),
            labour_capacity: LabourCapacity::Ordinary,
            registration: "20".into(),
            area_code: area.into(),
            household_id: Some(household),
            relation: "02".into(),
            poverty_status: PovertyStatus::Registered,
            exited_on: None,
            employment_status: "5".into(),
            employment_wish: "2".into(),
            training_wish: "18".into(),
            startup_wish: false,
            skills: String::new(),
            helper: "刘敏".into(),
            status: PersonStatus::Verified,
            merged_into: None,
            verified_on: Some(day(3, 1)),
            source: "test".into(),
            sealed: Vec::new(),
            created_at: self.clock.now(),
            version: 1,
        };
        let people = vec![NewPerson { row, private }];
        self.desk.write(async |work| insert_many(work, &self.vault, people).await).await.unwrap();
        id
    }

    /// The bare row of a seat, without the class's counter.
    pub async fn given_enrolment_row(&self, class: ClassId, person: PersonId) -> EnrolmentId {
        let id = EnrolmentId::new();
        let row = enrolment::Model {
            id,
            class_id: class,
            person_id: person,
            area_code: VILLAGE.into(),
            status: EnrolmentStatus::Seated,
            channel: Channel::Own,
            consent_at: self.clock.now(),
            consent_note: None,
            enrolled_by: AccountId::new(),
            created_at: self.clock.now(),
            seated_at: Some(self.clock.now()),
            ended_at: None,
            reason: None,
            version: 1,
        };
        insert!(self, enrolment, row);
        id
    }

    /// Seats taken directly; the class's counter follows.
    pub async fn given_enrolments(
        &self,
        class: ClassId,
        people: &[PersonId],
        status: EnrolmentStatus,
    ) -> Vec<EnrolmentId> {
        let mut ids = Vec::new();
        for person in people {
            let id = EnrolmentId::new();
            let seated = status != EnrolmentStatus::Waitlisted;
            let row = enrolment::Model {
                id,
                class_id: class,
                person_id: *person,
                area_code: VILLAGE.into(),
                status,
                channel: Channel::Own,
                consent_at: self.clock.now(),
                consent_note: None,
                enrolled_by: AccountId::new(),
                created_at: self.clock.now(),
                seated_at: seated.then(|| self.clock.now()),
                ended_at: None,
                reason: None,
                version: 1,
            };
            insert!(self, enrolment, row);
            ids.push(id);
        }
        if status != EnrolmentStatus::Waitlisted {
            use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, sea_query::Expr};
            training_class::Entity::update_many()
                .col_expr(
                    training_class::Column::Taken,
                    Expr::col(training_class::Column::Taken).add(i32::try_from(people.len()).unwrap()),
                )
                .filter(training_class::Column::Id.eq(class))
                .exec(self.db.writer())
                .await
                .unwrap();
        }
        ids
    }

    pub async fn given_order(&self, enterprise: OrganisationId, headcount: i32, status: OrderStatus) -> OrderId {
        let id = OrderId::new();
        let row = enterprise_order::Model {
            id,
            number: format!("D-{}", id.0.simple()),
            organisation_id: enterprise,
            area_code: COUNTY.into(),
            occupation: OCCUPATION.into(),
            level: 5,
            headcount,
            wage_low_fen: Fen(260_000),
            wage_high_fen: Fen(320_000),
            work_place: "上高县工业园".into(),
            start_by: day(12, 31),
            hire_commitment_percent: 80,
            skills: "会上架、会客服".into(),
            status,
            reason: None,
            created_by: AccountId::new(),
            created_at: self.clock.now(),
            version: 1,
        };
        insert!(self, enterprise_order, row);
        id
    }

    /// The clock is moved, and whoever is signed in stays so: a story of days is told by the same people.
    pub async fn time_is(&self, now: chrono::DateTime<chrono::Utc>) {
        use sea_orm::sea_query::Expr;
        self.clock.set(now);
        entities::session::Entity::update_many()
            .col_expr(entities::session::Column::ExpiresAt, Expr::value(now + chrono::TimeDelta::hours(12)))
            .exec(self.db.writer())
            .await
            .unwrap();
    }

    /// A closed class whose seats are reserved in a pot of 1,200,000 yuan, with those who finished it; person numbers start
    /// at `first`. Each certificate is of 18 November.
    pub async fn given_finished_class(
        &self,
        institution: OrganisationId,
        first: u16,
        graduates: &[Graduate],
    ) -> FinishedClass {
        let seats = i32::try_from(graduates.len()).unwrap();
        let class = self.given_class(GivenClass { status: ClassStatus::Closed, ..GivenClass::of(institution) }).await;
        self.given_accreditation(institution, Programme::Ecommerce).await;
        let pot = self.given_pot_for(class, Fen(80_000).times(i64::from(seats))).await;
        let mut people = Vec::new();
        for n in 0..graduates.len() {
            people.push(self.given_person(first + u16::try_from(n).unwrap()).await);
        }
        let (enrolments, certificates) = self.given_graduation(class, &people, graduates).await;
        FinishedClass { class, pot, people, enrolments, certificates }
    }

    /// What came of these people in a class of 1,200 held minutes: completions and certificates.
    pub async fn given_graduation(
        &self,
        class: ClassId,
        people: &[PersonId],
        graduates: &[Graduate],
    ) -> (Vec<EnrolmentId>, Vec<CertificateId>) {
        let mut certificates = Vec::new();
        let enrolments = self.given_enrolments(class, people, EnrolmentStatus::Completed).await;
        for ((enrolment, person), graduate) in enrolments.iter().zip(people).zip(graduates) {
            let row = completion::Model {
                enrolment_id: *enrolment,
                class_id: class,
                person_id: *person,
                programme: Programme::Ecommerce,
                year: 2016,
                area_code: VILLAGE.into(),
                credited_minutes: graduate.credited,
                held_minutes: 1_200,
                passed: graduate.passed,
                qualified: graduate.passed && graduate.credited >= 960,
                completed_on: day(11, 17),
            };
            insert!(self, completion, row);
            let Some(status) = graduate.certificate else { continue };
            let serial = format!("Z-{}", enrolment.0.simple());
            let row = certificate_of((class, *enrolment, *person), serial, status);
            certificates.push(row.id);
            insert!(self, certificate, row);
        }
        (enrolments, certificates)
    }

    /// Two people revoked the certificate.
    pub async fn given_revoked(&self, serial: &str) {
        use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
        let of = certificate::Column::Serial.eq(serial);
        let row = certificate::Entity::find().filter(of.clone()).one(self.db.writer()).await.unwrap().unwrap();
        let wish = revocation::Model {
            id: RevocationId::new(),
            certificate_id: row.id,
            area_code: COUNTY.into(),
            serial: serial.into(),
            reason: "冒名顶替".into(),
            status: RevocationStatus::Approved,
            asked_by: AccountId::new(),
            asked_at: self.clock.now(),
            decided_by: Some(AccountId::new()),
            decided_at: Some(self.clock.now()),
            answer: None,
            version: 2,
        };
        insert!(self, revocation, wish);
        certificate::Entity::update_many()
            .col_expr(certificate::Column::Status, Expr::value(CertificateStatus::Revoked))
            .col_expr(certificate::Column::Reason, Expr::value("冒名顶替"))
            .filter(of)
            .exec(self.db.writer())
            .await
            .unwrap();
    }

    /// Somebody of the body that assesses the class.
    pub async fn assessor_of(self: &std::sync::Arc<Self>, class: ClassId) -> super::app::Visitor {
        use entities::values::Role;
        let class = training_class::Entity::find_by_id(class).one(self.db.writer()).await.unwrap().unwrap();
        self.sign_in_for(Role::Assessor, class.assessor_id.unwrap()).await
    }

    /// A pot of 1,200,000 yuan of which so much is reserved for that class, which is told to use it.
    async fn given_pot_for(&self, class: ClassId, reserved: Fen) -> PotId {
        use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
        let id = PotId::new();
        let granted = Fen(120_000_000);
        let row = pot::Model {
            id,
            source: format!("就业补助资金 {}", id.0.simple()),
            year: 2016,
            area_code: COUNTY.into(),
            granted_fen: granted,
            available_fen: granted - reserved,
            reserved_fen: reserved,
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            recoverable_fen: Fen(0),
            recovered_fen: Fen(0),
            written_off_fen: Fen(0),
            returned_fen: Fen(0),
            version: 1,
            closed_at: None,
            closed_by: None,
        };
        insert!(self, pot, row);
        let posting = |debit, credit, fen, cause: &str, class_id| posting::Model {
            id: PostingId::new(),
            pot_id: id,
            at: self.clock.now(),
            debit,
            credit,
            fen,
            cause: cause.into(),
            class_id,
            claim_id: None,
            posted_by: None,
            document_no: None,
            line_id: None,
            payment_id: None,
            clawback_id: None,
        };
        let (appropriation, available) = (PotAccount::Appropriation, PotAccount::Available);
        insert!(self, posting, posting(appropriation, available, granted, "grant", None));
        insert!(self, posting, posting(available, PotAccount::Reserved, reserved, "class_approved", Some(class)));
        training_class::Entity::update_many()
            .col_expr(training_class::Column::PotId, Expr::value(id))
            .filter(training_class::Column::Id.eq(class))
            .exec(self.db.writer())
            .await
            .unwrap();
        id
    }

    /// What came of an enrolment when its class was closed.
    pub async fn given_completion(&self, class: ClassId, enrolment: EnrolmentId, person: PersonId, qualified: bool) {
        let row = completion::Model {
            enrolment_id: enrolment,
            class_id: class,
            person_id: person,
            programme: Programme::Ecommerce,
            year: 2016,
            area_code: VILLAGE.into(),
            credited_minutes: if qualified { 1_200 } else { 600 },
            held_minutes: 1_200,
            passed: qualified,
            qualified,
            completed_on: day(11, 16),
        };
        insert!(self, completion, row);
    }

    /// The organisation may no longer take part.
    pub async fn given_suspended(&self, organisation: OrganisationId) {
        use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
        organisation::Entity::update_many()
            .col_expr(organisation::Column::Status, Expr::value(OrganisationStatus::Suspended))
            .filter(organisation::Column::Id.eq(organisation))
            .exec(self.db.writer())
            .await
            .unwrap();
    }

    /// Changes what stands of a person, sealed part included.
    pub async fn change_person(&self, id: PersonId, change: impl FnOnce(&mut person::Model, &mut Private)) {
        let before = person::Entity::find_by_id(id).one(self.db.writer()).await.unwrap().unwrap();
        let mut private = sidan::people::unseal(&self.vault, &before).unwrap();
        let mut row = before.clone();
        change(&mut row, &mut private);
        let after = NewPerson { row, private };
        self.desk.write(async |work| rewrite(work, &self.vault, &before, after).await).await.unwrap();
    }

    /// A service of the ledger, in the person's village.
    pub async fn given_service(&self, person: PersonId, kind: ServiceKind, held_on: NaiveDate) -> ServiceId {
        let area = person::Entity::find_by_id(person).one(self.db.writer()).await.unwrap().unwrap().area_code;
        let id = ServiceId::new();
        let row = service_event::Model {
            id,
            person_id: person,
            area_code: area,
            kind,
            held_on,
            provider: "敖山镇就业所".into(),
            note: "上门说过一次".into(),
        };
        let write = async |work: &Work| {
            sidan::tallies::serve(work, &row);
            let row = row.clone().into_active_model();
            Ok(service_event::Entity::insert(row).exec_without_returning(work.db()).await.map(drop)?)
        };
        self.desk.write(write).await.unwrap();
        id
    }
}

/// A number that is ruled otherwise in the county this year.
pub async fn given_rule(app: &App, code: &str, value: i64) {
    let row = rule::Model {
        id: RuleId::new(),
        code: code.into(),
        area_code: COUNTY.into(),
        valid_from: day(1, 1),
        valid_to: None,
        value,
        document_no: String::new(),
    };
    rule::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
}

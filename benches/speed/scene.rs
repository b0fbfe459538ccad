//! What is measured: a whole house on a port, with people, classes and those who act for them.

use std::{net::SocketAddr, sync::Arc};

use chrono::{Days, NaiveDate, NaiveTime};
use entities::{
    class_session, completion, course, enrolment, organisation, person, pot, progress, subsidy_standard, trainer,
    training_class,
    values::{
        AccountId, CertificateKind, Channel, ClassId, ClassSessionStatus, ClassStatus, CourseId, CourseStatus,
        EnrolmentId, EnrolmentStatus, Fen, LabourCapacity, OrganisationId, OrganisationKind, OrganisationStatus,
        PersonId, PersonStatus, PotId, PovertyStatus, Programme, RegisterStatus, Role, SessionId, SessionKind,
        SessionMode, Sex, StandardId, StandardStatus, SubsidyKind, SubsidyPayee, TrainerId, VenueId,
    },
    venue,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sidan::{
    base::clock,
    data::Work,
    people::{NewPerson, Private},
};

use crate::served::{Served, day, insert};
use crate::wire::{self, Asks};

const PEOPLE: usize = 240_000;
const OCCUPATION: &str = "4-01-06-01";
/// As many asks as a round may use up.
const ASKS: usize = 60_000;

pub(crate) struct Scene {
    pub(crate) served: Served,
    people: Vec<PersonId>,
    /// People who were not asked for yet.
    next_person: usize,
    institution: OrganisationId,
    course: CourseId,
    venue: VenueId,
    trainer: TrainerId,
    pot: PotId,
    standard: StandardId,
    village_worker: String,
    enterprise: String,
    supervisor: String,
    completions: usize,
}

/// 800 yuan a person in the whole province, all year.
fn standard(id: StandardId) -> subsidy_standard::Model {
    subsidy_standard::Model {
        id,
        programme: Programme::Ecommerce,
        occupation: None,
        level: None,
        area_code: "360000".into(),
        payee: SubsidyPayee::Institution,
        kind: SubsidyKind::Training,
        fen: Fen(80_000),
        per_hour: false,
        cap_fen: None,
        start_percent: 0,
        completion_percent: 100,
        outcome_percent: 0,
        valid_from: day(1, 1),
        valid_to: None,
        document_no: "1".into(),
        status: StandardStatus::InForce,
        proposed_by: None,
        proposed_at: None,
        enacted_by: None,
        enacted_at: None,
        version: 1,
    }
}

impl Scene {
    pub(crate) async fn open() -> Self {
        let mut scene = Self {
            served: Served::open("speed", day(11, 1)).await,
            people: Vec::new(),
            next_person: 0,
            institution: OrganisationId::new(),
            course: CourseId::new(),
            venue: VenueId::new(),
            trainer: TrainerId::new(),
            pot: PotId::new(),
            standard: StandardId::new(),
            village_worker: String::new(),
            enterprise: String::new(),
            supervisor: String::new(),
            completions: 0,
        };
        scene.furnish().await;
        scene
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.served.address
    }

    async fn furnish(&mut self) {
        let work = self.served.work().await;
        let now = work.now;
        let enterprise = OrganisationId::new();
        for (id, kind) in
            [(self.institution, OrganisationKind::Institution), (enterprise, OrganisationKind::Enterprise)]
        {
            let row = organisation::Model {
                id,
                kind,
                name: "锦江职业培训学校".into(),
                credit_code: format!("{kind}"),
                area_code: "360923".into(),
                legal_person: "郭志明".into(),
                phone: "15400000000".into(),
                status: OrganisationStatus::Active,
                created_at: now,
                version: 1,
            };
            insert::<organisation::Entity>(&work, vec![row]).await;
        }
        let standard = standard(self.standard);
        insert::<subsidy_standard::Entity>(&work, vec![standard]).await;
        let money = Fen(1_000_000_000_000);
        let pot = pot::Model {
            id: self.pot,
            source: "就业补助资金".into(),
            year: 2016,
            area_code: "360000".into(),
            granted_fen: money,
            available_fen: money,
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
        insert::<pot::Entity>(&work, vec![pot]).await;
        let course = course::Model {
            id: self.course,
            number: "C-1".into(),
            organisation_id: self.institution,
            area_code: "360923".into(),
            programme: Programme::Ecommerce,
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
            status: CourseStatus::Listed,
            reason: None,
            created_by: AccountId::new(),
            created_at: now,
            version: 1,
        };
        insert::<course::Entity>(&work, vec![course]).await;
        self.registers(&work).await;
        self.village_worker = self.served.signed_in(&work, Role::VillageWorker, None, SessionKind::Api).await;
        self.enterprise = self.served.signed_in(&work, Role::Enterprise, Some(enterprise), SessionKind::Api).await;
        self.supervisor = self.served.signed_in(&work, Role::Supervisor, None, SessionKind::Page).await;
        let rows: Vec<NewPerson> = (0..PEOPLE).map(|n| somebody(n, now)).collect();
        self.people = rows.iter().map(|person| person.row.id).collect();
        sidan::people::insert_many(&work, &self.served.house.vault, rows).await.unwrap();
        work.finish().await.unwrap();
        // So that the catalogue has a full page.
        self.open_classes(60, 41).await;
    }

    /// The room and the trainer of all classes.
    async fn registers(&self, work: &Work) {
        let venue = venue::Model {
            id: self.venue,
            organisation_id: self.institution,
            area_code: "360923".into(),
            name: "敖山镇便民服务中心二楼".into(),
            address: "敖山镇文明路1号".into(),
            capacity: 60,
            latitude_e6: Some(28_232_000),
            longitude_e6: Some(114_924_000),
            radius_m: 300,
            status: RegisterStatus::Active,
            created_by: AccountId::new(),
            created_at: work.now,
            version: 1,
        };
        insert::<venue::Entity>(work, vec![venue]).await;
        let trainer = trainer::Model {
            id: self.trainer,
            organisation_id: self.institution,
            area_code: "360923".into(),
            name: "刘晓燕".into(),
            id_index: "-".into(),
            sealed: Vec::new(),
            programme: Programme::Ecommerce,
            occupation: OCCUPATION.into(),
            qualification: "电子商务师三级".into(),
            qualification_no: "1".into(),
            valid_from: day(1, 1),
            valid_to: None,
            status: RegisterStatus::Active,
            created_by: AccountId::new(),
            created_at: work.now,
            version: 1,
        };
        insert::<trainer::Entity>(work, vec![trainer]).await;
    }

    pub(crate) async fn open_classes(&self, classes: usize, seats: i32) -> Vec<ClassId> {
        let work = self.served.work().await;
        let ids: Vec<ClassId> = (0..classes).map(|_| ClassId::new()).collect();
        let rows = ids
            .iter()
            .map(|id| training_class::Model {
                id: *id,
                number: format!("B-{id}"),
                course_id: self.course,
                course_version: 1,
                theory_minutes: 600,
                practice_minutes: 840,
                organisation_id: self.institution,
                assessor_id: None,
                certificate_kind: CertificateKind::Completion,
                area_code: "360923".into(),
                programme: Programme::Ecommerce,
                occupation: OCCUPATION.into(),
                level: 5,
                title: "电子商务实操班".into(),
                venue: "敖山镇便民服务中心二楼".into(),
                trainer: "刘晓燕".into(),
                venue_id: Some(self.venue),
                trainer_id: Some(self.trainer),
                seats,
                taken: 0,
                starts_on: day(11, 14),
                ends_on: day(11, 16),
                status: ClassStatus::Approved,
                reason: None,
                attendance_percent: 80,
                approved_on: Some(day(10, 28)),
                standard_id: Some(self.standard),
                unit_fen: Fen(80_000),
                ceiling_fen: Fen(80_000),
                pot_id: Some(self.pot),
                created_by: AccountId::new(),
                created_at: work.now,
                version: 1,
            })
            .collect();
        insert::<training_class::Entity>(&work, rows).await;
        let mut sessions = Vec::new();
        for id in &ids {
            for n in 0..3 {
                let on = day(11, 14).checked_add_days(Days::new(n)).unwrap();
                sessions.push(class_session::Model {
                    id: SessionId::new(),
                    class_id: *id,
                    ordinal: i32::try_from(n).unwrap() + 1,
                    starts_at: clock::instant(on, NaiveTime::from_hms_opt(8, 30, 0).unwrap()),
                    ends_at: clock::instant(on, NaiveTime::from_hms_opt(11, 50, 0).unwrap()),
                    status: ClassSessionStatus::Planned,
                    mode: SessionMode::Practice,
                    venue_id: Some(self.venue),
                    trainer_id: Some(self.trainer),
                    trainer: None,
                    creditable: true,
                    makes_up: None,
                    version: 1,
                });
            }
        }
        insert::<class_session::Entity>(&work, sessions).await;
        work.finish().await.unwrap();
        ids
    }

    /// A fresh person for every ask, spread over fresh classes with seats for all.
    pub(crate) async fn seat_asks(&mut self, classes: usize) -> Asks {
        let ids = self.open_classes(classes, 1_000_000).await;
        let from = self.next_person;
        // When everybody sat somewhere, the first may not sit again in the same year: there must be enough of them.
        let to = (from + ASKS.min(PEOPLE / (2 * super::ROUNDS))).min(PEOPLE);
        self.next_person = to;
        let asks = self.people[from..to]
            .iter()
            .enumerate()
            .map(|(n, person)| {
                let path = format!("/api/v1/classes/{}/enrolments", ids[n % ids.len()]);
                let body = format!("{{\"person_id\":\"{person}\",\"consent_note\":\"当面同意\"}}");
                wire::request("POST", &path, Some(&self.village_worker), None, &body)
            })
            .collect();
        Arc::new(asks)
    }

    pub(crate) async fn enrolled(&self) -> i64 {
        let rows = enrolment::Entity::find().filter(enrolment::Column::Status.eq(EnrolmentStatus::Seated));
        i64::try_from(rows.count(self.served.house.database.reader()).await.unwrap()).unwrap()
    }

    pub(crate) fn order_asks(&self) -> Asks {
        let body = format!(
            "{{\"occupation\":\"{OCCUPATION}\",\"level\":5,\"headcount\":10,\"wage_low_fen\":260000,\
             \"wage_high_fen\":320000,\"area_code\":\"360923\",\"work_place\":\"上高县工业园\",\"start_by\":\"2016-12-31\",\
             \"hire_commitment_percent\":80,\"skills\":\"会上架\"}}"
        );
        Arc::new(vec![wire::request("POST", "/api/v1/orders", Some(&self.enterprise), None, &body)])
    }

    pub(crate) fn rate_asks(&self) -> Asks {
        let cookie = format!("sidan={}", self.supervisor);
        Arc::new(vec![wire::request("GET", "/targets/360900?year=2016", None, Some(&cookie), "")])
    }

    /// Fills up to so many qualified completions, with their counters.
    pub(crate) async fn grow_completions(&mut self, to: usize) {
        let class = self.open_classes(1, 1_000_000).await[0];
        let work = self.served.work().await;
        let more = self.completions..to;
        let mut seats = Vec::with_capacity(more.len());
        let mut done = Vec::with_capacity(more.len());
        for n in more {
            let (id, person) = (EnrolmentId::new(), self.people[n]);
            seats.push(enrolment::Model {
                id,
                class_id: class,
                person_id: person,
                area_code: village(n),
                status: EnrolmentStatus::Completed,
                channel: Channel::Own,
                consent_at: work.now,
                consent_note: None,
                enrolled_by: AccountId::new(),
                created_at: work.now,
                seated_at: Some(work.now),
                ended_at: Some(work.now),
                reason: None,
                version: 1,
            });
            done.push(completion::Model {
                enrolment_id: id,
                class_id: class,
                person_id: person,
                programme: Programme::Entrepreneurship,
                year: 2016,
                area_code: village(n),
                credited_minutes: 600,
                held_minutes: 600,
                passed: true,
                qualified: true,
                completed_on: day(10, 1),
            });
        }
        insert::<enrolment::Entity>(&work, seats).await;
        insert::<completion::Entity>(&work, done).await;
        progress::Entity::delete_many().exec(work.db()).await.unwrap();
        let people = i64::try_from(to).unwrap();
        let counters = ["360000", "360900", "360923"].map(|area_code| progress::Model {
            year: 2016,
            programme: Programme::Entrepreneurship,
            area_code: area_code.into(),
            people,
            person_times: people,
        });
        insert::<progress::Entity>(&work, counters.to_vec()).await;
        work.finish().await.unwrap();
        self.completions = to;
    }

    /// Somebody of the registry; more than there are begin again.
    pub(crate) fn person(&self, n: usize) -> PersonId {
        self.people[n % self.people.len()]
    }

    /// A page session of the institution, or of another role.
    pub(crate) async fn page_session(&self, work: &Work, role: Role) -> String {
        self.served.signed_in(work, role, Some(self.institution), SessionKind::Page).await
    }

    /// The body of a page for whoever holds that session.
    pub(crate) async fn page(&self, session: &str, path: &str) -> Vec<u8> {
        let ask = wire::request("GET", path, None, Some(&format!("sidan={session}")), "");
        let (status, body) = wire::Line::open(self.served.address).await.ask(&ask).await;
        assert_eq!(status, 200, "{path}");
        body
    }

    pub(crate) async fn close(self) {
        self.served.close().await;
    }
}

/// 镜山村 and its neighbours.
pub(crate) fn village(n: usize) -> String {
    format!("3609231062{:02}", n % 7)
}

fn somebody(n: usize, now: chrono::DateTime<chrono::Utc>) -> NewPerson {
    let born = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap().checked_add_days(Days::new((n / 400) as u64)).unwrap();
    let number = sidan::base::IdNumber::compose("369970", born, u16::try_from(1 + 2 * (n % 400)).unwrap()).unwrap();
    let private = Private {
        id_number: number.as_str().to_owned(),
        phone: format!("154{n:08}"),
        bank_account: format!("00000036{n:010}"),
        health: vec!["1".into()],
        main_cause: "01".into(),
        other_causes: Vec::new(),
        address: "江西省宜春市上高县敖山镇镜山村1组".into(),
    };
    let row = person::Model {
        id: PersonId::new(),
        id_index: String::new(),
        phone_index: None,
        bank_index: None,
        bank_changed_on: None,
        name: "陈福生".into(),
        sex: Sex::Male,
        birth_on: born,
        ethnicity: "01".into(),
        education: "2".into(),
        political: "13".into(),
        marital: "20".into(),
        labour_capacity: LabourCapacity::Ordinary,
        registration: "20".into(),
        area_code: village(n),
        household_id: None,
        relation: "02".into(),
        poverty_status: PovertyStatus::Registered,
        exited_on: None,
        employment_status: "5".into(),
        employment_wish: "2".into(),
        training_wish: "18".into(),
        startup_wish: false,
        skills: String::new(),
        helper: String::new(),
        status: PersonStatus::Verified,
        merged_into: None,
        verified_on: Some(day(3, 1)),
        source: "bench".into(),
        sealed: Vec::new(),
        created_at: now,
        version: 1,
    };
    NewPerson { row, private }
}

//! A county: who claims, who decides, who pays, and its pot.

use entities::{
    accreditation, course, organisation, payee_account, trainer,
    values::{
        AccountId, AccreditationId, CourseId, CourseStatus, Fen, HolderId, OrganisationId, OrganisationKind,
        OrganisationStatus, PayeeAccountId, PayeeStatus, PotId, RegisterStatus, Role, StandardId, TrainerId, VenueId,
    },
    venue,
};
use sidan::data::Work;

use crate::money::{OFFERS, Offer};
use crate::served::{Served, day, insert, nine_on};

/// An institution with what it teaches.
pub(crate) struct School {
    pub id: OrganisationId,
    pub name: String,
    pub head: AccountId,
    /// The natural person behind it.
    holder: HolderId,
    pub course: CourseId,
    pub venue: VenueId,
    pub trainer: TrainerId,
    pub standard: StandardId,
}

pub(crate) struct Office {
    pub county: String,
    pub pot: PotId,
    /// One for each of [`OFFERS`].
    pub schools: Vec<School>,
    pub clerk: AccountId,
    pub checker: AccountId,
    /// Lets claims be paid.
    pub finance: AccountId,
    /// Runs the batches.
    pub cashier: AccountId,
}

impl Office {
    /// Opens the offices of a county, the `n`-th of the province.
    pub(crate) async fn open(served: &Served, work: &Work, n: usize, county: &str, standards: &[StandardId]) -> Self {
        let mut ids = Vec::new();
        for role in [Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer, Role::FinanceOfficer] {
            ids.push(served.official(work, role, county, None).await);
        }
        let mut schools = Vec::new();
        for (of, offer) in OFFERS.iter().enumerate() {
            let number = format!("3699{n:04}{of:04}0001");
            let school = School::open(served, work, (county, offer, standards[of]), &number).await;
            let row = school.payee(served, county, &number, ids[1]);
            insert::<payee_account::Entity>(work, vec![row]).await;
            schools.push(school);
        }
        Self {
            county: county.to_owned(),
            pot: PotId::new(),
            schools,
            clerk: ids[0].0,
            checker: ids[1].0,
            finance: ids[2].0,
            cashier: ids[3].0,
        }
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let heads = self.schools.iter().map(|school| school.head);
        heads.chain([self.clerk, self.checker, self.finance, self.cashier])
    }
}

impl School {
    async fn open(
        served: &Served,
        work: &Work,
        (county, offer, standard): (&str, &Offer, StandardId),
        number: &str,
    ) -> Self {
        let id = OrganisationId::new();
        let name = format!("{county}第{number}职业培训学校");
        let row = organisation::Model {
            id,
            kind: OrganisationKind::Institution,
            name: name.clone(),
            credit_code: format!("91{number}"),
            area_code: county.to_owned(),
            legal_person: "郭志明".into(),
            phone: "15400000000".into(),
            status: OrganisationStatus::Active,
            created_at: work.now,
            version: 1,
        };
        insert::<organisation::Entity>(work, vec![row]).await;
        let (head, holder) = served.official(work, Role::Institution, county, Some(id)).await;
        let row = accreditation::Model {
            id: AccreditationId::new(),
            organisation_id: id,
            programme: offer.programme,
            occupation: None,
            level_ceiling: 1,
            valid_from: day(1, 1),
            valid_to: day(12, 31),
            document_no: "赣人社字〔2016〕1号".into(),
        };
        insert::<accreditation::Entity>(work, vec![row]).await;
        let school = Self {
            id,
            name,
            head,
            holder,
            course: CourseId::new(),
            venue: VenueId::new(),
            trainer: TrainerId::new(),
            standard,
        };
        school.registers(work, county, offer, number).await;
        school
    }

    /// The course, the room and the trainer of all its classes.
    async fn registers(&self, work: &Work, county: &str, offer: &Offer, number: &str) {
        let minutes = i32::try_from(offer.days * 200).unwrap();
        let row = course::Model {
            id: self.course,
            number: format!("C-{number}"),
            organisation_id: self.id,
            area_code: county.to_owned(),
            programme: offer.programme,
            occupation: offer.occupation.into(),
            level: 5,
            certificate_kind: offer.certificate,
            title: offer.title.into(),
            theory_minutes: minutes,
            practice_minutes: minutes,
            price_fen: Fen(offer.fen),
            syllabus: "开店、拍照、上架、快递、售后".into(),
            min_class: 1,
            max_class: 50,
            status: CourseStatus::Listed,
            reason: None,
            created_by: self.head,
            created_at: work.now,
            version: 1,
        };
        insert::<course::Entity>(work, vec![row]).await;
        let row = venue::Model {
            id: self.venue,
            organisation_id: self.id,
            area_code: county.to_owned(),
            name: "便民服务中心二楼".into(),
            address: format!("文明路{number}号"),
            capacity: 60,
            latitude_e6: Some(28_232_000),
            longitude_e6: Some(114_924_000),
            radius_m: 300,
            status: RegisterStatus::Active,
            created_by: self.head,
            created_at: work.now,
            version: 1,
        };
        insert::<venue::Entity>(work, vec![row]).await;
        let row = trainer::Model {
            id: self.trainer,
            organisation_id: self.id,
            area_code: county.to_owned(),
            name: "刘晓燕".into(),
            id_index: number.to_owned(),
            sealed: Vec::new(),
            programme: offer.programme,
            occupation: offer.occupation.into(),
            qualification: "培训师".into(),
            qualification_no: number.to_owned(),
            valid_from: day(1, 1),
            valid_to: None,
            status: RegisterStatus::Active,
            created_by: self.head,
            created_at: work.now,
            version: 1,
        };
        insert::<trainer::Entity>(work, vec![row]).await;
    }

    /// The account on which it is paid since the year began, proposed by it and approved by the checker.
    fn payee(
        &self,
        served: &Served,
        county: &str,
        number: &str,
        checker: (AccountId, HolderId),
    ) -> payee_account::Model {
        let id = PayeeAccountId::new();
        let vault = &served.house.vault;
        let details =
            serde_json::json!({ "bank": "农村商业银行营业部", "name": self.name, "number": number }).to_string();
        payee_account::Model {
            id,
            organisation_id: self.id,
            area_code: county.to_owned(),
            sealed: vault.seal("payee_account.sealed", id, details.as_bytes()).unwrap(),
            number_index: vault.index("bank", number),
            tail: number[number.len() - 4..].to_owned(),
            status: PayeeStatus::InForce,
            proposed_by: self.head,
            proposed_holder: self.holder,
            proposed_at: nine_on(day(1, 4)),
            decided_by: Some(checker.0),
            decided_holder: Some(checker.1),
            decided_at: Some(nine_on(day(1, 5))),
            usable_from: Some(day(1, 12)),
            used_until: None,
            reason: None,
            version: 1,
        }
    }
}

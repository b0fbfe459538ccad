//! What the year comes to, found apart from the program: by the documents, and by what is known of each person.

use chrono::NaiveDate;
use entities::{
    standard_uplift, subsidy_standard,
    values::{
        CertificateKind, Fen, PovertyStatus, Programme, StandardId, StandardStatus, SubsidyKind, SubsidyPayee,
        UpliftId, UpliftKind,
    },
};
use sidan::demo::SynthPerson;

/// People who were trained in 2016, by programme: 149,900 and 60,485.
pub(crate) const TRAINED: [usize; 2] = [149_900, 60_485];

/// What is taught, and what is paid for it.
pub(crate) struct Offer {
    pub programme: Programme,
    pub occupation: &'static str,
    pub title: &'static str,
    pub days: usize,
    pub seats: usize,
    /// 创业能力培训 SYB 1,000 yuan, and 800 for an ability in the countryside.
    pub fen: i64,
    pub certificate: CertificateKind,
}

/// In the order of [`TRAINED`].
pub(crate) const OFFERS: [Offer; 2] = [
    Offer {
        programme: Programme::Entrepreneurship,
        occupation: "4-07-03-03",
        title: "创办你的企业（SYB）培训班",
        days: 9,
        seats: 30,
        fen: 100_000,
        certificate: CertificateKind::Completion,
    },
    Offer {
        programme: Programme::Ecommerce,
        occupation: "4-01-06-01",
        title: "电子商务实操班",
        days: 3,
        seats: 41,
        fen: 80_000,
        certificate: CertificateKind::Ability,
    },
];

/// Uplifts of Jiangxi's document of 2019: with a certificate of a skill, the highest alone, 20 percent at most.
const UPLIFTS: [(UpliftKind, Option<&str>, i32); 3] =
    [(UpliftKind::ListedTrade, Some("4-01-06-01"), 20), (UpliftKind::Poor, None, 10), (UpliftKind::Disabled, None, 20)];
/// The first day of that document.
const UPLIFTED_FROM: NaiveDate = NaiveDate::from_ymd_opt(2019, 4, 1).unwrap();

/// What an amount depends on of a person.
#[derive(Clone, Copy)]
pub(crate) struct Facts {
    poor: bool,
    disabled: bool,
}

impl Facts {
    pub(crate) const ALL: Self = Self { poor: true, disabled: true };

    pub(crate) fn of(person: &SynthPerson) -> Self {
        Self { poor: person.poverty_status == PovertyStatus::Registered, disabled: person.health.contains(&"4") }
    }
}

impl Offer {
    /// What somebody comes to in a class that was approved on a day.
    pub(crate) fn due(&self, facts: Facts, on: NaiveDate) -> Fen {
        let applies = |(kind, occupation, _): &&(UpliftKind, Option<&str>, i32)| {
            let is_one = match kind {
                UpliftKind::ListedTrade => *occupation == Some(self.occupation),
                UpliftKind::Poor => facts.poor,
                UpliftKind::Disabled => facts.disabled,
            };
            is_one && on >= UPLIFTED_FROM && self.certificate != CertificateKind::Completion
        };
        let percent = UPLIFTS.iter().filter(applies).map(|(_, _, percent)| *percent).max().unwrap_or_default();
        Fen((self.fen * i64::from(100 + percent) + 50) / 100)
    }

    /// The document, for the whole province and all year.
    pub(crate) fn standard(&self, id: StandardId) -> subsidy_standard::Model {
        subsidy_standard::Model {
            id,
            programme: self.programme,
            occupation: None,
            level: None,
            area_code: "360000".into(),
            payee: SubsidyPayee::Institution,
            kind: SubsidyKind::Training,
            fen: Fen(self.fen),
            per_hour: false,
            cap_fen: None,
            start_percent: 0,
            completion_percent: 100,
            outcome_percent: 0,
            valid_from: NaiveDate::from_ymd_opt(2016, 1, 1).unwrap(),
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
}

pub(crate) fn uplifts() -> Vec<standard_uplift::Model> {
    let row = |(kind, occupation, percent): &(UpliftKind, Option<&str>, i32)| standard_uplift::Model {
        id: UpliftId::new(),
        area_code: "360000".into(),
        kind: *kind,
        occupation: occupation.map(str::to_owned),
        percent: *percent,
        certificate: true,
        stackable: false,
        valid_from: UPLIFTED_FROM,
        valid_to: None,
        document_no: "赣人社字〔2019〕99号".into(),
        status: StandardStatus::InForce,
        proposed_by: None,
        proposed_at: None,
        enacted_by: None,
        enacted_at: None,
        version: 1,
    };
    UPLIFTS.iter().map(row).collect()
}

//! What is taught in the demonstration, and what the government pays for it.

use entities::{
    standard_uplift, subsidy_standard,
    values::{
        CertificateKind, Fen, Programme, SessionMode, StandardId, StandardStatus, SubsidyKind, SubsidyPayee, UpliftId,
        UpliftKind,
    },
};

use crate::demo::calendar::{SESSION_MINUTES, YEAR, day};
use crate::demo::rows::Rows;
use crate::demo::store::PROVINCE;

/// A course as every institution gives it.
#[derive(Debug)]
pub(super) struct Offer {
    pub programme: Programme,
    pub occupation: &'static str,
    pub level: i32,
    /// What its classes lead to.
    pub certificate: CertificateKind,
    pub title: &'static str,
    pub class_title: &'static str,
    pub days: usize,
    /// Seats of a class.
    pub seats: i32,
    /// What is paid for one who qualifies.
    pub fen: Fen,
    pub theory_minutes: i32,
    pub practice_minutes: i32,
    pub syllabus: &'static str,
    pub document_no: &'static str,
}

/// Nine days of two sessions: 60 hours of the course "start your business".
pub(super) const STARTUP: Offer = Offer {
    programme: Programme::Entrepreneurship,
    // 创业指导师, the only occupation of the list that is about starting a business.
    occupation: "4-07-03-03",
    level: 5,
    certificate: CertificateKind::Completion,
    title: "创办你的企业（SYB）",
    class_title: "创办你的企业（SYB）培训班",
    days: 9,
    seats: 30,
    fen: Fen(100_000),
    theory_minutes: 1_600,
    practice_minutes: 18 * SESSION_MINUTES - 1_600,
    syllabus: "评价自己、产生想法、市场和价格、用工和法律、启动资金、利润计划、开办企业",
    document_no: "赣财社〔2016〕12号",
};

/// Three days of two sessions in the township.
pub(super) const ECOMMERCE: Offer = Offer {
    programme: Programme::Ecommerce,
    occupation: "4-01-06-01",
    level: 5,
    certificate: CertificateKind::Ability,
    title: "农村电子商务实操",
    class_title: "电子商务实操班",
    days: 3,
    seats: 41,
    fen: Fen(80_000),
    theory_minutes: 500,
    practice_minutes: 6 * SESSION_MINUTES - 500,
    syllabus: "开店与实名认证、商品拍照、上架与定价、快递与售后、直播入门、实操考核",
    document_no: "赣财社〔2016〕12号",
};

/// Twenty days for an order of a factory.
pub(super) const SEWING: Offer = Offer {
    programme: Programme::Skill,
    occupation: "6-05-01-03",
    level: 5,
    certificate: CertificateKind::SkillLevel,
    title: "缝纫工（五级）",
    class_title: "缝纫工（五级）订单班",
    days: 20,
    seats: 50,
    fen: Fen(120_000),
    theory_minutes: 3_200,
    practice_minutes: 40 * SESSION_MINUTES - 3_200,
    syllabus: "安全生产、平缝机操作、鞋面拼缝、针距与线迹、质量检验",
    document_no: "赣财社〔2016〕15号",
};

impl Offer {
    /// Theory in the morning, practice in the afternoon.
    pub(super) fn mode_of(session: usize) -> SessionMode {
        if session.is_multiple_of(2) { SessionMode::Theory } else { SessionMode::Practice }
    }
}

pub(super) const OFFERS: [&Offer; 3] = [&STARTUP, &ECOMMERCE, &SEWING];

/// Of the documents that are in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standards([StandardId; 3]);

/// What higher levels of a skill and other purposes are paid, in fen; proposals in the order of magnitude of the provinces.
const SKILL_LEVELS: [(i32, i64); 4] = [(4, 150_000), (3, 200_000), (2, 300_000), (1, 400_000)];
const APPRAISALS: [(i32, i64); 4] = [(4, 20_000), (3, 26_000), (2, 50_000), (1, 65_000)];

/// 赣人社发〔2019〕: 20 percent for listed trades and the disabled, 10 for the poor, with a certificate, the highest counts.
const UPLIFTS: [(UpliftKind, Option<&str>, i32); 4] = [
    (UpliftKind::ListedTrade, Some("4-01-06-01"), 20),
    (UpliftKind::ListedTrade, Some("6-05-01-03"), 20),
    (UpliftKind::Poor, None, 10),
    (UpliftKind::Disabled, None, 20),
];
const UPLIFT_DOCUMENT: &str = "赣人社字〔2019〕99号";

impl Standards {
    pub(super) fn new() -> Self {
        Self([StandardId::new(), StandardId::new(), StandardId::new()])
    }

    pub(super) fn of(&self, programme: Programme) -> StandardId {
        let [startup, ecommerce, skill] = self.0;
        match programme {
            Programme::Entrepreneurship => startup,
            Programme::Ecommerce => ecommerce,
            Programme::Skill => skill,
        }
    }

    /// What each offer costs in the whole province from the first day of the year, what other levels and purposes would, and
    /// the uplifts that came three years later.
    pub(super) fn tell(&self, rows: &mut Rows) {
        for offer in OFFERS {
            let level = (offer.programme == Programme::Skill).then_some(offer.level);
            let mut row = standard(offer.programme, level, offer.fen, offer.document_no);
            row.id = self.of(offer.programme);
            rows.subsidy_standard.push(row);
        }
        for (level, fen) in SKILL_LEVELS {
            rows.subsidy_standard.push(standard(Programme::Skill, Some(level), Fen(fen), SEWING.document_no));
        }
        for (level, fen) in APPRAISALS {
            let mut row = standard(Programme::Skill, Some(level), Fen(fen), SEWING.document_no);
            (row.kind, row.payee) = (SubsidyKind::Appraisal, SubsidyPayee::Trainee);
            rows.subsidy_standard.push(row);
        }
        let mut living = standard(Programme::Skill, None, Fen(500), SEWING.document_no);
        (living.kind, living.payee) = (SubsidyKind::Living, SubsidyPayee::Trainee);
        (living.per_hour, living.cap_fen) = (true, Some(Fen(80_000)));
        rows.subsidy_standard.push(living);
        rows.standard_uplift.extend(UPLIFTS.map(|(kind, occupation, percent)| standard_uplift::Model {
            id: UpliftId::new(),
            area_code: PROVINCE.to_owned(),
            kind,
            occupation: occupation.map(str::to_owned),
            percent,
            certificate: true,
            stackable: false,
            valid_from: day(2019, 4, 1),
            valid_to: None,
            document_no: UPLIFT_DOCUMENT.to_owned(),
            status: StandardStatus::InForce,
            proposed_by: None,
            proposed_at: None,
            enacted_by: None,
            enacted_at: None,
            version: 1,
        }));
    }
}

/// For everybody in the province, to the institution, when the class is over.
fn standard(programme: Programme, level: Option<i32>, fen: Fen, document_no: &str) -> subsidy_standard::Model {
    subsidy_standard::Model {
        id: StandardId::new(),
        programme,
        occupation: None,
        level,
        area_code: PROVINCE.to_owned(),
        payee: SubsidyPayee::Institution,
        kind: SubsidyKind::Training,
        fen,
        per_hour: false,
        cap_fen: None,
        start_percent: 0,
        completion_percent: 100,
        outcome_percent: 0,
        valid_from: day(YEAR, 1, 1),
        valid_to: None,
        document_no: document_no.to_owned(),
        status: StandardStatus::InForce,
        proposed_by: None,
        proposed_at: None,
        enacted_by: None,
        enacted_at: None,
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::is_occupation;

    #[test]
    fn an_offer_fills_its_sessions_and_is_of_the_list() {
        for offer in OFFERS {
            let sessions = i32::try_from(offer.days).unwrap() * 2;
            assert_eq!(offer.theory_minutes + offer.practice_minutes, sessions * SESSION_MINUTES);
            // Theory and practice each have two fifths of the hours at least.
            assert!(offer.theory_minutes.min(offer.practice_minutes) * 5 >= sessions * SESSION_MINUTES * 2);
            assert!(is_occupation(offer.occupation), "{}", offer.occupation);
        }
    }
}

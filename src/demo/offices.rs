//! Who acts in a county: its employment bureau, its treasury, two institutions, a body that assesses and an enterprise.

use entities::{
    account, accreditation, course, organisation, role_grant,
    values::{
        AccountId, AccreditationId, CourseId, CourseStatus, GrantId, HolderId, OrganisationId, OrganisationKind,
        OrganisationStatus, Programme, Role,
    },
};

use crate::areas::Atlas;
use crate::base::{CreditCode, Result};
use crate::data::Vault;
use crate::demo::calendar::{TODAY, YEAR, at, day};
use crate::demo::dice::Dice;
use crate::demo::figures::SHANGGAO;
use crate::demo::holders;
use crate::demo::names::{full_name, surname};
use crate::demo::numbers::Series;
use crate::demo::offers::{OFFERS, Offer};
use crate::demo::rows::Rows;

const SCHOOLS: [&str; 8] = ["启航", "新程", "育才", "宏图", "正和", "兴农", "励志", "远山"];
const FIRMS: [&str; 8] = ["绿源", "金穗", "山货郎", "赣橙", "云上", "惠农", "春晖", "百合"];

/// No hash of any password: nobody signs in here.
const NO_PASSWORD: &str = "-";

/// The staff of a county. Their accounts tell who did what; only those of 上高县 can be signed in to.
#[derive(Debug)]
pub(super) struct Office {
    pub county: &'static str,
    pub name: String,
    /// A private school and the public centre.
    pub schools: [School; 2],
    /// Assesses the people of both schools.
    pub assessor: Firm,
    pub enterprise: Firm,
    pub clerk: AccountId,
    pub checker: AccountId,
    pub finance: AccountId,
    /// Enrols for those who have no account of their own.
    pub village_worker: AccountId,
}

#[derive(Debug)]
pub(super) struct School {
    pub id: OrganisationId,
    pub name: String,
    pub head: AccountId,
    courses: [CourseId; 3],
}

#[derive(Debug)]
pub(super) struct Firm {
    pub id: OrganisationId,
    pub name: String,
    pub contact: AccountId,
}

impl School {
    fn new(name: String) -> Self {
        let courses = [CourseId::new(), CourseId::new(), CourseId::new()];
        Self { id: OrganisationId::new(), name, head: AccountId::new(), courses }
    }

    pub(super) fn course(&self, programme: Programme) -> CourseId {
        let [startup, ecommerce, skill] = self.courses;
        match programme {
            Programme::Entrepreneurship => startup,
            Programme::Ecommerce => ecommerce,
            Programme::Skill => skill,
        }
    }
}

impl Office {
    pub(super) fn new(county: &'static str, index: usize, atlas: &Atlas) -> Self {
        let name = atlas.name(county, TODAY).unwrap_or(county).to_owned();
        let word = |words: &[&'static str]| words.get(index % words.len()).copied().unwrap_or_default();
        let (school, firm) = if county == SHANGGAO {
            (format!("{name}锦江职业培训学校"), format!("{name}锦江鞋业有限公司"))
        } else {
            (format!("{name}{}职业培训学校", word(&SCHOOLS)), format!("{name}{}电子商务有限公司", word(&FIRMS)))
        };
        Self {
            county,
            schools: [School::new(school), School::new(format!("{name}职业培训中心"))],
            assessor: Firm {
                id: OrganisationId::new(),
                name: format!("{name}职业技能评价中心"),
                contact: AccountId::new(),
            },
            enterprise: Firm { id: OrganisationId::new(), name: firm, contact: AccountId::new() },
            clerk: AccountId::new(),
            checker: AccountId::new(),
            finance: AccountId::new(),
            village_worker: AccountId::new(),
            name,
        }
    }

    /// The organisations and what they may teach.
    pub(super) fn organisations(&self, index: usize, dice: &mut Dice, rows: &mut Rows) {
        for (n, school) in self.schools.iter().enumerate() {
            // A private school is a non-enterprise unit (52), a centre a public institution (12).
            let kind = if n == 0 { "52" } else { "12" };
            rows.organisation.push(organisation(
                school.id,
                OrganisationKind::Institution,
                &school.name,
                credit_code(kind, index, 10 + n),
                self.county,
                dice,
            ));
            rows.accreditation.extend(OFFERS.map(|offer| accreditation::Model {
                id: AccreditationId::new(),
                organisation_id: school.id,
                programme: offer.programme,
                occupation: None,
                level_ceiling: 3,
                valid_from: day(YEAR, 1, 1),
                valid_to: day(YEAR + 1, 12, 31),
                document_no: format!("赣人社字〔2015〕{}号", 300 + index),
            }));
        }
        let schools: Vec<String> = rows.organisation.iter().rev().take(2).map(|row| row.legal_person.clone()).collect();
        let Firm { id, name, .. } = &self.assessor;
        let code = credit_code("52", index, 30);
        let mut assessor = organisation(*id, OrganisationKind::Assessor, name, code, self.county, dice);
        // Who assesses shares neither name nor telephone with who teaches.
        while schools.contains(&assessor.legal_person) {
            assessor.legal_person = name_of(dice);
        }
        assessor.phone = format!("154{:08}", 80_000_000 + dice.below(9_999_999));
        rows.organisation.push(assessor);
        let Firm { id, name, .. } = &self.enterprise;
        let code = credit_code("91", index, 20);
        rows.organisation.push(organisation(*id, OrganisationKind::Enterprise, name, code, self.county, dice));
    }

    /// Everybody except those who have an account already.
    ///
    /// # Errors
    /// Of the vault.
    pub(super) fn staff(&self, known: &[AccountId], vault: &Vault, dice: &mut Dice, rows: &mut Rows) -> Result<()> {
        let [school, centre] = &self.schools;
        for (id, role, organisation) in [
            (self.clerk, Role::CountyClerk, None),
            (self.checker, Role::CountyChecker, None),
            (self.finance, Role::FinanceOfficer, None),
            (self.village_worker, Role::VillageWorker, None),
            (school.head, Role::Institution, Some((school.id, "1"))),
            (centre.head, Role::Institution, Some((centre.id, "2"))),
            (self.assessor.contact, Role::Assessor, Some((self.assessor.id, "1"))),
            (self.enterprise.contact, Role::Enterprise, Some((self.enterprise.id, "1"))),
        ] {
            if !known.contains(&id) {
                let number = organisation.map_or("", |(_, number)| number);
                let login = format!("{role}{number}-{}", self.county);
                let holder = holders::nth(vault, rows.holder.len())?;
                staff((id, holder.id), login, role, self.county, organisation.map(|(id, _)| id), dice, rows);
                rows.holder.push(holder);
            }
        }
        Ok(())
    }

    /// What both institutions offer; sewing only where a factory asks for it.
    pub(super) fn courses(&self, series: &mut Series, rows: &mut Rows) {
        for school in &self.schools {
            for offer in OFFERS.into_iter().filter(|o| o.programme != Programme::Skill || self.county == SHANGGAO) {
                rows.course.push(self.course(school, offer, CourseStatus::Listed, series));
            }
        }
    }

    /// One course of an institution; a listed one is the course of its classes.
    pub(super) fn course(
        &self,
        school: &School,
        offer: &Offer,
        status: CourseStatus,
        series: &mut Series,
    ) -> course::Model {
        let listed = status == CourseStatus::Listed;
        course::Model {
            id: if listed { school.course(offer.programme) } else { CourseId::new() },
            number: series.course(YEAR),
            organisation_id: school.id,
            area_code: self.county.to_owned(),
            programme: offer.programme,
            occupation: offer.occupation.to_owned(),
            level: offer.level,
            certificate_kind: offer.certificate,
            title: offer.title.to_owned(),
            theory_minutes: offer.theory_minutes,
            practice_minutes: offer.practice_minutes,
            price_fen: offer.fen,
            syllabus: offer.syllabus.to_owned(),
            min_class: 1,
            max_class: offer.seats,
            status,
            reason: None,
            created_by: school.head,
            created_at: at(if listed { day(YEAR, 1, 18) } else { day(YEAR, 12, 28) }, 10, 0),
            version: 1,
        }
    }
}

fn organisation(
    id: OrganisationId,
    kind: OrganisationKind,
    name: &str,
    credit_code: String,
    county: &str,
    dice: &mut Dice,
) -> organisation::Model {
    let legal_person = if county == SHANGGAO && kind == OrganisationKind::Institution {
        "郭志明".to_owned()
    } else {
        name_of(dice)
    };
    organisation::Model {
        id,
        kind,
        name: name.to_owned(),
        credit_code,
        area_code: county.to_owned(),
        legal_person,
        phone: format!("154{:08}", 90_000_000 + dice.below(9_999_999)),
        status: OrganisationStatus::Active,
        created_at: at(day(YEAR, 1, 4), 9, 0),
        version: 1,
    }
}

/// Of a district that never was, as the identity numbers are.
fn credit_code(kind: &str, county: usize, n: usize) -> String {
    CreditCode::compose(&format!("{kind}3699{county:02}{n:09}"))
        .map(|code| code.as_str().to_owned())
        .unwrap_or_default()
}

fn name_of(dice: &mut Dice) -> String {
    let (surname, male) = (surname(dice), dice.percent(60));
    full_name(dice, surname, male)
}

fn staff(
    (id, holder): (AccountId, HolderId),
    login: String,
    role: Role,
    area: &str,
    organisation: Option<OrganisationId>,
    dice: &mut Dice,
    rows: &mut Rows,
) {
    let created_at = at(day(YEAR, 1, 4), 9, 30);
    rows.account.push(account::Model {
        id,
        login,
        password_hash: NO_PASSWORD.to_owned(),
        name: name_of(dice),
        email: None,
        locale: "zh-CN".to_owned(),
        person_id: None,
        holder_id: Some(holder),
        disabled_at: None,
        created_at,
        version: 1,
    });
    rows.role_grant.push(role_grant::Model {
        id: GrantId::new(),
        account_id: id,
        role,
        area_code: area.to_owned(),
        organisation_id: organisation,
        granted_at: created_at,
        ended_at: None,
    });
}

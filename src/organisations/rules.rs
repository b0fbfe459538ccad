//! Whether an accreditation covers what somebody wants to teach, and whether two organisations are in one hand.

use chrono::NaiveDate;
use entities::{
    accreditation, organisation,
    values::{OrganisationKind, Programme},
};

/// What a county registers.
pub(crate) const REGISTERED: [OrganisationKind; 3] =
    [OrganisationKind::Institution, OrganisationKind::Enterprise, OrganisationKind::Assessor];

/// Whether somebody may stand behind both: one licence, one legal person or one telephone. A namesake keeps two apart that
/// need not be; another body can be named, while a school that assesses itself cannot be undone.
pub(crate) fn in_one_hand(one: &organisation::Model, other: &organisation::Model) -> bool {
    one.id == other.id
        || one.credit_code == other.credit_code
        || one.legal_person == other.legal_person
        || one.phone == other.phone
}

/// What is to be taught, on every day from `from` to `to`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub programme: Programme,
    pub occupation: &'a str,
    /// 5 is junior, 1 is senior technician.
    pub level: i32,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// One accreditation covers all of it: the programme, the occupation, the level up to its ceiling, and every day.
/// Two that follow each other do not add up, because each is granted by a document of its own.
pub(crate) fn covers(held: &accreditation::Model, wanted: &Wanted<'_>) -> bool {
    held.programme == wanted.programme
        && held.occupation.as_deref().is_none_or(|occupation| occupation == wanted.occupation)
        && wanted.level >= held.level_ceiling
        && held.valid_from <= wanted.from
        && wanted.to <= held.valid_to
}

#[cfg(test)]
mod tests {
    use entities::values::{AccreditationId, OrganisationId};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_legal_person_or_one_telephone_is_one_hand() {
        let of = |code: &str, legal_person: &str, phone: &str| organisation::Model {
            id: OrganisationId::new(),
            kind: OrganisationKind::Institution,
            name: String::new(),
            credit_code: code.into(),
            area_code: "360923".into(),
            legal_person: legal_person.into(),
            phone: phone.into(),
            status: entities::values::OrganisationStatus::Active,
            created_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
        };
        let school = of("A", "郭志明", "1");
        assert!(in_one_hand(&school, &school));
        assert!(!in_one_hand(&school, &of("B", "邓海英", "2")));
        for tied in [of("A", "邓海英", "2"), of("B", "郭志明", "2"), of("B", "邓海英", "1")] {
            assert!(in_one_hand(&school, &tied));
        }
    }

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2016, 1, 1).unwrap() + chrono::Days::new(n)
    }

    fn held() -> accreditation::Model {
        accreditation::Model {
            id: AccreditationId::new(),
            organisation_id: OrganisationId::new(),
            programme: Programme::Skill,
            occupation: Some("6-05-01-03".into()),
            level_ceiling: 4,
            valid_from: day(10),
            valid_to: day(20),
            document_no: "赣人社字〔2016〕1号".into(),
        }
    }

    fn wanted() -> Wanted<'static> {
        Wanted { programme: Programme::Skill, occupation: "6-05-01-03", level: 5, from: day(10), to: day(20) }
    }

    #[test]
    fn all_of_it_must_be_covered() {
        assert!(covers(&held(), &wanted()));
        assert!(!covers(&held(), &Wanted { programme: Programme::Ecommerce, ..wanted() }));
        assert!(!covers(&held(), &Wanted { occupation: "4-01-06-01", ..wanted() }));
        assert!(!covers(&held(), &Wanted { level: 3, ..wanted() }));
        assert!(!covers(&held(), &Wanted { from: day(9), ..wanted() }));
        assert!(!covers(&held(), &Wanted { to: day(21), ..wanted() }));
    }

    #[test]
    fn without_an_occupation_every_one_of_the_programme_is_covered() {
        let held = accreditation::Model { occupation: None, ..held() };
        assert!(covers(&held, &Wanted { occupation: "4-01-06-01", ..wanted() }));
    }

    proptest! {
        #[test]
        fn what_is_covered_stays_covered_on_fewer_days_and_at_a_lower_level(
            level in 1..=5_i32, from in 0..40_u64, length in 0..40_u64, later in 0..10_u64, lower in 0..3_i32
        ) {
            let wide = Wanted { level, from: day(from), to: day(from + length), ..wanted() };
            let narrow = Wanted { level: level + lower, from: day(from + later.min(length)), ..wide };
            prop_assert!(!covers(&held(), &wide) || covers(&held(), &narrow));
        }
    }
}

//! What the paper of a trainer allows.

use chrono::NaiveDate;
use entities::{trainer, values::Programme};

/// Whether the paper covers the teaching on a day.
pub(crate) fn covers(trainer: &trainer::Model, programme: Programme, occupation: &str, day: NaiveDate) -> bool {
    trainer.programme == programme
        && trainer.occupation == occupation
        && trainer.valid_from <= day
        && trainer.valid_to.is_none_or(|end| day < end)
}

/// Whether a paper that is changed covers something no more.
pub(crate) fn covers_less(was: &trainer::Model, is: &trainer::Model) -> bool {
    let shorter = match (was.valid_to, is.valid_to) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(was), Some(is)) => is < was,
    };
    (was.programme, &was.occupation) != (is.programme, &is.occupation) || is.valid_from > was.valid_from || shorter
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entities::values::{AccountId, OrganisationId, RegisterStatus, TrainerId};

    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2016, 11, n).unwrap()
    }

    #[test]
    fn a_paper_covers_its_own_trade_from_its_first_day_to_the_day_before_its_end() {
        let trainer = trainer::Model {
            id: TrainerId::new(),
            organisation_id: OrganisationId::new(),
            area_code: "360923".to_owned(),
            name: "刘晓燕".to_owned(),
            id_index: String::new(),
            sealed: Vec::new(),
            programme: Programme::Ecommerce,
            occupation: "4-01-06-01".to_owned(),
            qualification: "电子商务师三级".to_owned(),
            qualification_no: "1".to_owned(),
            valid_from: day(2),
            valid_to: Some(day(9)),
            status: RegisterStatus::Active,
            created_by: AccountId::new(),
            created_at: DateTime::default(),
            version: 1,
        };
        let on = |n| covers(&trainer, Programme::Ecommerce, "4-01-06-01", day(n));
        assert_eq!([1, 2, 8, 9].map(on), [false, true, true, false]);
        assert!(!covers(&trainer, Programme::Skill, "4-01-06-01", day(3)));
        assert!(!covers(&trainer, Programme::Ecommerce, "6-05-01-03", day(3)));
        let open = trainer::Model { valid_to: None, ..trainer.clone() };
        assert!(covers(&open, Programme::Ecommerce, "4-01-06-01", day(30)));
        assert!(!covers_less(&trainer, &trainer) && !covers_less(&trainer, &open) && covers_less(&open, &trainer));
        let later = trainer::Model { valid_from: day(3), ..trainer.clone() };
        let sooner = trainer::Model { valid_to: Some(day(8)), ..trainer.clone() };
        let other = trainer::Model { occupation: "6-05-01-03".to_owned(), ..trainer.clone() };
        assert!([later, sooner, other].iter().all(|is| covers_less(&trainer, is)));
    }
}

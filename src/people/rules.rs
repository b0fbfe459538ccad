//! What must hold for a person to stand in the registry. The same verdict for a typed form, a program and a file.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    person,
    values::{AreaLevel, PersonId, PersonStatus, PovertyStatus},
};

use crate::areas::{Atlas, contains, level_of};
use crate::base::identity::{DisabilityCertificate, fold};
use crate::base::{BankCard, Error, FieldError, IdNumber, Phone, Result};
use crate::people::codes::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, HOUSEHOLD_KIND, List, MARITAL, POLITICAL,
    REGISTRATION, RELATION, TRAINING_WISH,
};
use crate::people::forms::Registration;
use crate::people::placeholders;
use crate::people::views::{NewPerson, Private};

/// Nobody who died before this many years ago is registered; a birth year of 1816 is a slip of the pen.
const OLDEST: u32 = 120;

/// What the verdict is passed on.
pub(crate) struct Grounds<'a> {
    pub atlas: &'a Atlas,
    pub today: NaiveDate,
    /// The area whose people the registrar may register.
    pub within: &'a str,
    /// Numbers that were made for trials are taken only where the whole database is one.
    pub test_numbers: bool,
}

/// A household as a registration names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdClaim {
    pub number: String,
    pub kind: String,
    pub members: i32,
}

/// A person who may be registered, not yet sealed nor joined to a household.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub person: NewPerson,
    pub household: HouseholdClaim,
}

/// Reads a date as people write it: `2016-11-30`, `2016/11/30`, `2016年11月30日`.
pub(crate) fn read_date(text: &str) -> Option<NaiveDate> {
    let plain = fold(text).replace(['/', '.', '年', '月'], "-").replace('日', "");
    NaiveDate::parse_from_str(&plain, "%Y-%m-%d").ok()
}

/// A text that may be left out, without the space around it.
fn said(text: Option<&String>) -> &str {
    text.map_or("", |text| text.trim())
}

struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: &'static str, code: &'static str) {
        self.0.push(FieldError::new(field, code));
    }

    /// A fault under the name that the field has in the form.
    fn renamed(&mut self, field: &'static str, fault: FieldError) {
        self.0.push(FieldError { field: field.into(), ..fault });
    }

    fn text(&mut self, field: &'static str, text: &str, most: usize, required: bool) -> String {
        let text = text.trim();
        if required && text.is_empty() {
            self.add(field, "invalid.required");
        } else if text.chars().count() > most {
            self.add(field, "invalid.too_long");
        } else if text.contains(crate::web::form::is_stray) || text.contains('\n') {
            self.add(field, "invalid.control");
        }
        text.to_owned()
    }

    fn code(&mut self, field: &'static str, list: &List, code: &str, required: bool) -> String {
        let code = code.trim();
        if code.is_empty() {
            if required {
                self.add(field, "invalid.required");
            }
        } else if !list.holds(code) {
            self.add(field, "invalid.choice");
        }
        code.to_owned()
    }

    fn name(&mut self, text: &str) -> String {
        let name = self.text("name", text, 32, true);
        if name.chars().any(|c| c.is_ascii_digit()) {
            self.add("name", "invalid.name");
        } else if placeholders::is_name(&name) {
            self.add("name", "invalid.placeholder");
        }
        name
    }

    fn phone(&mut self, text: &str) -> String {
        let typed = fold(text);
        if typed.is_empty() {
            return typed;
        }
        if placeholders::is_phone(&typed) {
            self.add("phone", "invalid.placeholder");
            return String::new();
        }
        let phone = Phone::parse(&typed).map_err(|e| self.renamed("phone", e));
        phone.map_or(String::new(), |phone| phone.as_str().to_owned())
    }

    fn account(&mut self, text: &str) -> String {
        let typed = fold(text);
        if typed.is_empty() {
            return typed;
        }
        if placeholders::is_account(&typed) {
            self.add("bank_account", "invalid.placeholder");
            return String::new();
        }
        let card = BankCard::parse(&typed).map_err(|e| self.renamed("bank_account", e));
        card.map_or(String::new(), |card| card.as_str().to_owned())
    }

    /// Further codes of a list: none twice, none that is the first one.
    fn more(&mut self, list: &List, first: &str, others: &[(&'static str, &str)]) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for (field, code) in others {
            let code = self.code(field, list, code, false);
            if !code.is_empty() {
                if code == first || codes.contains(&code) {
                    self.add(field, "invalid.repeated");
                }
                codes.push(code);
            }
        }
        codes
    }
}

/// The identity number out of the box that takes it or the number of a disability certificate.
pub(crate) fn read_id_number(text: &str, today: NaiveDate) -> Result<IdNumber, FieldError> {
    let text = fold(text).replace(' ', "");
    if text.is_empty() {
        return Err(FieldError::new("id_number", "invalid.required"));
    }
    if text.chars().count() == 20 {
        return DisabilityCertificate::parse(&text, today).map(|certificate| certificate.id_number);
    }
    if let Some(check) = IdNumber::check_of_first_generation(&text) {
        return Err(FieldError::new("id_number", "invalid.id_15").with("check", check));
    }
    IdNumber::parse(&text, today)
}

fn id_number(input: &Registration, grounds: &Grounds<'_>) -> Result<IdNumber, FieldError> {
    let number = read_id_number(&input.id_number, grounds.today)?;
    if number.age_on(grounds.today) > OLDEST {
        return Err(FieldError::new("id_number", "invalid.id_date"));
    }
    if grounds.test_numbers { Ok(number) } else { number.refuse_test() }
}

/// The day of the exit goes with the status: whoever is out of poverty has one, nobody else.
fn exited_on(faults: &mut Faults, input: &Registration, today: NaiveDate) -> Option<NaiveDate> {
    let typed = said(input.exited_on.as_ref());
    let day = read_date(typed);
    match (input.poverty_status == PovertyStatus::Exited, typed.is_empty(), day) {
        (true, true, _) => faults.add("exited_on", "invalid.required"),
        (_, false, None) => faults.add("exited_on", "invalid.date"),
        (_, false, Some(day)) if day > today => faults.add("exited_on", "invalid.date_future"),
        (false, false, _) => faults.add("exited_on", "invalid.exit_of_poor"),
        _ => {}
    }
    day
}

/// The verdict on a registration, with every fault in it.
pub(crate) fn check(
    input: &Registration,
    grounds: &Grounds<'_>,
    now: DateTime<Utc>,
) -> Result<Candidate, Vec<FieldError>> {
    let mut faults = Faults(Vec::new());
    let name = faults.name(&input.name);
    let number = id_number(input, grounds).map_err(|e| faults.renamed("id_number", e)).ok();
    let phone = faults.phone(said(input.phone.as_ref()));
    let bank_account = faults.account(said(input.bank_account.as_ref()));
    let area_code = input.area_code.trim().to_owned();
    if !contains(grounds.within, &area_code)
        || level_of(&area_code) != Some(AreaLevel::Village)
        || !grounds.atlas.exists(&area_code, grounds.today)
    {
        faults.add("area_code", "invalid.area");
    }
    let health = faults.code("health", &HEALTH, &input.health, true);
    let second = faults.more(&HEALTH, &health, &[("second_health", said(input.second_health.as_ref()))]);
    let poor = input.poverty_status != PovertyStatus::None;
    let main_cause = faults.code("main_cause", &CAUSE, said(input.main_cause.as_ref()), poor);
    let other_causes = faults.more(
        &CAUSE,
        &main_cause,
        &[("second_cause", said(input.second_cause.as_ref())), ("third_cause", said(input.third_cause.as_ref()))],
    );
    let household_number = faults.text("household_number", &fold(&input.household_number), 32, true);
    if !household_number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        faults.add("household_number", "invalid.household_number");
    }
    let members = input.household_members.0.unwrap_or(1);
    if !(1..=30).contains(&members) {
        faults.add("household_members", "invalid.range");
    }
    let kind = faults.code("household_kind", &HOUSEHOLD_KIND, said(input.household_kind.as_ref()), false);
    let exited_on = exited_on(&mut faults, input, grounds.today);
    let row = person::Model {
        id: PersonId::new(),
        id_index: String::new(),
        phone_index: None,
        bank_index: None,
        bank_changed_on: None,
        name,
        sex: number.as_ref().map_or(entities::values::Sex::Male, IdNumber::sex),
        birth_on: number.as_ref().map_or(grounds.today, IdNumber::birth_on),
        ethnicity: faults.code("ethnicity", &ETHNICITY, said(input.ethnicity.as_ref()), false),
        education: faults.code("education", &EDUCATION, &input.education, true),
        political: faults.code("political", &POLITICAL, said(input.political.as_ref()), false),
        marital: faults.code("marital", &MARITAL, said(input.marital.as_ref()), false),
        labour_capacity: input.labour_capacity,
        registration: faults.code("registration", &REGISTRATION, said(input.registration.as_ref()), false),
        area_code,
        household_id: None,
        relation: faults.code("relation", &RELATION, &input.relation, true),
        poverty_status: input.poverty_status,
        exited_on,
        employment_status: faults.code("employment_status", &EMPLOYMENT_STATUS, &input.employment_status, true),
        employment_wish: faults.code("employment_wish", &EMPLOYMENT_WISH, said(input.employment_wish.as_ref()), false),
        training_wish: faults.code("training_wish", &TRAINING_WISH, said(input.training_wish.as_ref()), false),
        startup_wish: input.startup_wish.0.unwrap_or(false),
        skills: faults.text("skills", said(input.skills.as_ref()), 120, false),
        helper: faults.text("helper", said(input.helper.as_ref()), 32, false),
        status: PersonStatus::Draft,
        merged_into: None,
        verified_on: None,
        source: String::new(),
        sealed: Vec::new(),
        created_at: now,
        version: 1,
    };
    let address = faults.text("address", said(input.address.as_ref()), 120, false);
    match number {
        Some(number) if faults.0.is_empty() => Ok(Candidate {
            person: NewPerson {
                row,
                private: Private {
                    id_number: number.as_str().to_owned(),
                    phone,
                    bank_account,
                    health: std::iter::once(health).chain(second).collect(),
                    main_cause,
                    other_causes,
                    address,
                },
            },
            household: HouseholdClaim {
                number: household_number,
                kind: if kind.is_empty() { usual_kind(input.poverty_status).to_owned() } else { kind },
                members,
            },
        }),
        _ => Err(faults.0),
    }
}

/// 一般贫困户 and 一般脱贫户, until somebody says otherwise.
fn usual_kind(status: PovertyStatus) -> &'static str {
    match status {
        PovertyStatus::Registered | PovertyStatus::Monitored => "01",
        PovertyStatus::Exited => "11",
        PovertyStatus::None => "",
    }
}

/// Whether a record may be verified: its number is a number, and sex and birth date are those that the number tells.
///
/// # Errors
/// `person.number_mismatch`.
pub(crate) fn may_be_verified(row: &person::Model, private: &Private, today: NaiveDate) -> Result<()> {
    match IdNumber::parse(&private.id_number, today) {
        Ok(number) if number.sex() == row.sex && number.birth_on() == row.birth_on => Ok(()),
        _ => Err(Error::refused("person.number_mismatch")),
    }
}

/// # Errors
/// `person.not_poor` for whoever is not in the files of the poor; `person.suspended` while the record rests.
pub(crate) fn may_exit(row: &person::Model) -> Result<()> {
    is_live(row)?;
    match row.poverty_status {
        PovertyStatus::Registered | PovertyStatus::Monitored => Ok(()),
        PovertyStatus::Exited | PovertyStatus::None => Err(Error::refused("person.not_poor")),
    }
}

/// The day of the exit, before which nobody returns.
///
/// # Errors
/// `person.not_exited`; `person.suspended` while the record rests.
pub(crate) fn may_return(row: &person::Model) -> Result<NaiveDate> {
    is_live(row)?;
    match (row.poverty_status, row.exited_on) {
        (PovertyStatus::Exited, Some(day)) => Ok(day),
        (PovertyStatus::Exited, None) => Ok(row.birth_on),
        _ => Err(Error::refused("person.not_exited")),
    }
}

fn is_live(row: &person::Model) -> Result<()> {
    match row.status {
        PersonStatus::Draft | PersonStatus::Verified => Ok(()),
        PersonStatus::Suspended | PersonStatus::Merged => Err(Error::refused("person.suspended")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use entities::values::{LabourCapacity, Sex};
    use proptest::prelude::*;

    use super::*;
    use crate::people::forms::Maybe;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn grounds(test_numbers: bool) -> Grounds<'static> {
        Grounds { atlas: &ATLAS, today: "2016-11-01".parse().unwrap(), within: "360923", test_numbers }
    }

    fn registration() -> Registration {
        let number = IdNumber::compose("369970", "1980-01-01".parse().unwrap(), 1).unwrap();
        Registration {
            name: "陈福生".into(),
            id_number: number.as_str().into(),
            phone: Some("154 1234 5678".into()),
            bank_account: Some("0000003601000000010".into()),
            ethnicity: Some("01".into()),
            education: "2".into(),
            political: None,
            marital: Some("20".into()),
            health: "2".into(),
            second_health: Some("4".into()),
            labour_capacity: LabourCapacity::Ordinary,
            registration: None,
            area_code: "360923106206".into(),
            address: None,
            household_number: "3609231062060001".into(),
            household_kind: None,
            household_members: Maybe(Some(4)),
            relation: "02".into(),
            poverty_status: PovertyStatus::Registered,
            exited_on: None,
            main_cause: Some("01".into()),
            second_cause: Some("07".into()),
            third_cause: None,
            employment_status: "5".into(),
            employment_wish: None,
            training_wish: None,
            startup_wish: Maybe(None),
            skills: None,
            helper: None,
        }
    }

    fn faults(change: impl FnOnce(&mut Registration)) -> Vec<(String, String)> {
        let mut input = registration();
        change(&mut input);
        let found = check(&input, &grounds(true), DateTime::default()).err().unwrap_or_default();
        found.into_iter().map(|e| (e.field.into_owned(), e.code.into_owned())).collect()
    }

    fn pair(field: &str, code: &str) -> Vec<(String, String)> {
        vec![(field.to_owned(), code.to_owned())]
    }

    #[test]
    fn sex_and_birth_date_are_told_by_the_number() {
        let sound = check(&registration(), &grounds(true), DateTime::default()).unwrap();
        assert_eq!((sound.person.row.sex, sound.person.row.birth_on.to_string().as_str()), (Sex::Male, "1980-01-01"));
        assert_eq!(sound.person.private.phone, "15412345678");
        assert_eq!(sound.person.private.health, ["2", "4"]);
        assert_eq!(sound.household.kind, "01");
    }

    #[test]
    fn every_fault_is_told_with_its_field() {
        assert_eq!(faults(|r| r.name = " ".into()), pair("name", "invalid.required"));
        assert_eq!(faults(|r| r.name = "陈2".into()), pair("name", "invalid.name"));
        assert_eq!(faults(|r| r.id_number.truncate(15)), pair("id_number", "invalid.id_format"));
        assert_eq!(faults(|r| r.phone = Some("0791-8888".into())), pair("phone", "invalid.phone"));
        assert_eq!(faults(|r| r.bank_account = Some("12".into())), pair("bank_account", "invalid.card_format"));
        assert_eq!(faults(|r| r.bank_account = Some("0".repeat(19))), pair("bank_account", "invalid.placeholder"));
        assert_eq!(faults(|r| r.phone = Some("138 0000 0000".into())), pair("phone", "invalid.placeholder"));
        assert_eq!(faults(|r| r.phone = Some("12345678901".into())), pair("phone", "invalid.placeholder"));
        assert_eq!(faults(|r| r.name = "测试".into()), pair("name", "invalid.placeholder"));
        assert_eq!(faults(|r| r.address = Some("无".into())), Vec::new());
        assert_eq!(faults(|r| r.area_code = "360922203202".into()), pair("area_code", "invalid.area"));
        assert_eq!(faults(|r| r.area_code = "360923106".into()), pair("area_code", "invalid.area"));
        assert_eq!(faults(|r| r.education = "9".into()), pair("education", "invalid.choice"));
        assert_eq!(faults(|r| r.second_health = Some("2".into())), pair("second_health", "invalid.repeated"));
        assert_eq!(faults(|r| r.main_cause = None), pair("main_cause", "invalid.required"));
        assert_eq!(faults(|r| r.third_cause = Some("07".into())), pair("third_cause", "invalid.repeated"));
        assert_eq!(
            faults(|r| r.household_number = "3.6E+15".into()),
            pair("household_number", "invalid.household_number")
        );
        assert_eq!(faults(|r| r.household_members = Maybe(Some(0))), pair("household_members", "invalid.range"));
        assert_eq!(faults(|r| r.skills = Some("木\u{202E}工".into())), pair("skills", "invalid.control"));
        assert_eq!(faults(|r| r.exited_on = Some("2016-09-30".into())), pair("exited_on", "invalid.exit_of_poor"));
    }

    #[test]
    fn an_exit_has_a_day_that_has_come() {
        let exit = |day: Option<&str>| {
            faults(|r| {
                r.poverty_status = PovertyStatus::Exited;
                r.exited_on = day.map(str::to_owned);
            })
        };
        assert_eq!(exit(None), pair("exited_on", "invalid.required"));
        assert_eq!(exit(Some("2016-11-31")), pair("exited_on", "invalid.date"));
        assert_eq!(exit(Some("2016-11-02")), pair("exited_on", "invalid.date_future"));
        for written in ["2016-10-30", "2016/10/30", "2016年10月30日"] {
            assert_eq!(exit(Some(written)), Vec::new(), "{written}");
        }
    }

    #[test]
    fn a_number_made_for_trials_is_taken_only_in_a_trial() {
        let refused = check(&registration(), &grounds(false), DateTime::default()).unwrap_err();
        assert_eq!(refused.first().map(|e| e.code.as_ref()), Some("invalid.id_test_number"));
    }

    #[test]
    fn full_width_digits_a_small_x_and_a_disability_certificate_are_read() {
        let today = "2016-11-01".parse().unwrap();
        let number = (1..400)
            .filter_map(|n| IdNumber::compose("369970", "1980-01-01".parse().unwrap(), n))
            .find(|number| number.as_str().ends_with('X'))
            .unwrap();
        let wide: String =
            number.as_str().to_lowercase().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        assert_eq!(read_id_number(&wide, today).unwrap(), number);
        assert_eq!(read_id_number(&format!("{}43", number.as_str()), today).unwrap(), number);
        assert!(read_id_number(&format!("{}95", number.as_str()), today).is_err());
    }

    #[test]
    fn a_record_whose_number_tells_another_sex_is_not_verified() {
        let Candidate { person, .. } = check(&registration(), &grounds(true), DateTime::default()).unwrap();
        let today = "2016-11-01".parse().unwrap();
        assert!(may_be_verified(&person.row, &person.private, today).is_ok());
        let other = person::Model { sex: Sex::Female, ..person.row.clone() };
        assert_eq!(may_be_verified(&other, &person.private, today).unwrap_err().code(), "person.number_mismatch");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_check(name in ".{0,40}", number in ".{0,24}", date in ".{0,12}", code in ".{0,4}") {
            let mut input = registration();
            (input.name, input.id_number) = (name, number);
            (input.exited_on, input.education) = (Some(date), code);
            drop(check(&input, &grounds(true), DateTime::default()));
        }
    }
}

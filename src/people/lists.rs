//! What a reader chooses from when a registration is written, and how its fields and values are called.

use entities::values::{AreaLevel, LabourCapacity, PersonField, PovertyStatus};

use crate::areas::{is_rural_village, level_of};
use crate::people::codes::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, HOUSEHOLD_KIND, LABOUR_CAPACITY, List,
    MARITAL, POLITICAL, POVERTY_STATUS, REGISTRATION, RELATION, TRAINING_WISH,
};
use crate::people::rules;
use crate::web::Page;

type Links = Vec<(String, String)>;

/// The pick-lists of the form, in the reader's language.
pub(crate) struct Lists {
    pub ethnicity: Links,
    pub education: Links,
    pub political: Links,
    pub marital: Links,
    pub health: Links,
    pub registration: Links,
    pub relation: Links,
    pub cause: Links,
    pub household_kind: Links,
    pub employment_status: Links,
    pub employment_wish: Links,
    pub training_wish: Links,
    pub labour_capacity: Vec<(LabourCapacity, String)>,
    pub poverty_status: Vec<(PovertyStatus, String)>,
}

impl Lists {
    pub(crate) fn of(page: &Page) -> Self {
        let told = |list: &List| {
            list.options(page.is_en()).into_iter().map(|(code, word)| (code.to_owned(), word.to_owned())).collect()
        };
        Self {
            ethnicity: told(&ETHNICITY),
            education: told(&EDUCATION),
            political: told(&POLITICAL),
            marital: told(&MARITAL),
            health: told(&HEALTH),
            registration: told(&REGISTRATION),
            relation: told(&RELATION),
            cause: told(&CAUSE),
            household_kind: told(&HOUSEHOLD_KIND),
            employment_status: told(&EMPLOYMENT_STATUS),
            employment_wish: told(&EMPLOYMENT_WISH),
            training_wish: told(&TRAINING_WISH),
            labour_capacity: LabourCapacity::all().map(|w| (w, page.word("labour_capacity", w))).collect(),
            poverty_status: PovertyStatus::all().map(|w| (w, page.word("poverty_status", w))).collect(),
        }
    }
}

/// The villages in which one may register people: one's own, or those of one's township.
pub(crate) fn villages(page: &Page, area: &str) -> Vec<(String, Links)> {
    if is_rural_village(area) || level_of(area) == Some(AreaLevel::Village) {
        return vec![(String::new(), vec![(area.to_owned(), page.place(area))])];
    }
    let below = page.atlas.children(area, page.today).into_iter();
    below
        .map(|place| {
            let inner = page.atlas.children(&place.code, page.today);
            let own = if inner.is_empty() { vec![place] } else { inner };
            (place.name.clone(), own.into_iter().map(|village| (village.code.clone(), village.name.clone())).collect())
        })
        .collect()
}

/// The words that a column of a file takes, where it takes only some.
pub(crate) fn choices(column: &str, english: bool) -> Vec<String> {
    let list = match column {
        "ethnicity" => &ETHNICITY,
        "education" => &EDUCATION,
        "political" => &POLITICAL,
        "marital" => &MARITAL,
        "health" => &HEALTH,
        "labour_capacity" => &LABOUR_CAPACITY,
        "registration" => &REGISTRATION,
        "relation" => &RELATION,
        "poverty_status" => &POVERTY_STATUS,
        "main_cause" | "other_causes" => &CAUSE,
        "employment_status" => &EMPLOYMENT_STATUS,
        "employment_wish" => &EMPLOYMENT_WISH,
        "training_wish" => &TRAINING_WISH,
        _ => return Vec::new(),
    };
    list.options(english).into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// What is wrong with fields of a registration says which they are.
pub(crate) fn naming(page: &Page) -> impl Fn(&str) -> Option<String> {
    |field| field.parse().ok().map(|field| label(page, field)).or_else(|| page.known(&format!("person-{field}")))
}

/// How a field is called.
pub(crate) fn label(page: &Page, field: PersonField) -> String {
    page.say(match field {
        PersonField::Name => "person-name",
        PersonField::IdNumber => "person-id_number",
        PersonField::Ethnicity => "person-ethnicity",
        PersonField::Education => "person-education",
        PersonField::Political => "person-political",
        PersonField::Marital => "person-marital",
        PersonField::AreaCode => "person-area",
        PersonField::Address => "person-address",
        PersonField::Registration => "person-registration",
        PersonField::HouseholdNumber => "person-household",
        PersonField::Relation => "person-relation",
        PersonField::Phone => "person-phone",
        PersonField::BankAccount => "person-bank",
        PersonField::PovertyStatus => "person-poverty",
        PersonField::ExitedOn => "person-exited",
        PersonField::MainCause => "person-main_cause",
        PersonField::SecondCause => "person-second_cause",
        PersonField::ThirdCause => "person-third_cause",
        PersonField::Health => "person-health",
        PersonField::SecondHealth => "person-second_health",
        PersonField::LabourCapacity => "person-labour",
        PersonField::Helper => "person-helper",
        PersonField::EmploymentStatus => "person-employment",
        PersonField::Skills => "person-skills",
        PersonField::EmploymentWish => "person-employment_wish",
        PersonField::TrainingWish => "person-training_wish",
        PersonField::StartupWish => "person-startup_wish",
    })
}

/// A value of a field in the reader's words; a dash where it says nothing, and that it is hidden where it is.
pub(crate) fn told(page: &Page, field: PersonField, value: Option<&str>) -> String {
    let Some(value) = value else { return page.say("person-hidden") };
    if value.is_empty() {
        return "—".to_owned();
    }
    let list = match field {
        PersonField::Ethnicity => &ETHNICITY,
        PersonField::Education => &EDUCATION,
        PersonField::Political => &POLITICAL,
        PersonField::Marital => &MARITAL,
        PersonField::Registration => &REGISTRATION,
        PersonField::Relation => &RELATION,
        PersonField::MainCause | PersonField::SecondCause | PersonField::ThirdCause => &CAUSE,
        PersonField::Health | PersonField::SecondHealth => &HEALTH,
        PersonField::EmploymentStatus => &EMPLOYMENT_STATUS,
        PersonField::EmploymentWish => &EMPLOYMENT_WISH,
        PersonField::TrainingWish => &TRAINING_WISH,
        PersonField::AreaCode => {
            let path = page.atlas.path_names(value, page.today);
            let names: String = path.into_iter().skip(2).map(|(_, name)| name).collect();
            return if names.is_empty() { value.to_owned() } else { names };
        }
        PersonField::PovertyStatus => return page.word("poverty_status", value),
        PersonField::LabourCapacity => return page.word("labour_capacity", value),
        PersonField::StartupWish => return page.say(if value == "true" { "form-yes" } else { "form-no" }),
        PersonField::ExitedOn => {
            return rules::read_date(value).map_or_else(|| value.to_owned(), |day| page.day(&day));
        }
        PersonField::Name
        | PersonField::IdNumber
        | PersonField::Address
        | PersonField::HouseholdNumber
        | PersonField::Phone
        | PersonField::BankAccount
        | PersonField::Helper
        | PersonField::Skills => return value.to_owned(),
    };
    list.word(value, page.is_en())
}

/// What is said beside the boxes that are not filled with what stands.
pub(crate) struct Hints {
    pub id_number: String,
    pub phone: String,
    pub bank_account: String,
    pub exited_on: String,
}

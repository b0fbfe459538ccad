//! The real-name registry (人员): people, households, the service ledger; sealed at rest, masked by default.
//!
//! Words: registry 实名制登记; household 户; labour capacity 劳动能力; cause of poverty 致贫原因; exit 脱贫; helper
//! 帮扶责任人; service ledger 服务台账, counted in person-times 人次.

mod amend;
mod api;
mod bank;
mod codes;
mod find;
mod forms;
mod history;
mod keeping;
mod ledger;
mod lifecycle;
mod lines;
mod lists;
mod pages;
mod placeholders;
mod places;
mod plight;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use amend::{Change, Ground, amend, form_of, may_amend, propose, village_named};
pub(crate) use bank::{Bank, bank_of, banks_of};
pub(crate) use codes::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, LABOUR_CAPACITY, List, MARITAL, POLITICAL,
    POVERTY_STATUS, REGISTRATION, RELATION, TRAINING_WISH,
};
pub(crate) use find::with_account;
pub use history::SEALED_CHANGES;
pub(crate) use history::of_oneself;
pub use keeping::{insert_many, rewrite};
pub(crate) use lines::COLUMNS;
pub use lines::{Judge, Judging};
pub(crate) use lists::{Hints, Lists, choices, label, naming, told, villages};
pub(crate) use plight::{disabled, working};
pub(crate) use rights::{LoadFiles, RecordServices, RevealPeople, SeePeople, SeePlight};
pub use rules::Candidate;
pub(crate) use rules::{read_date, read_id_number};
pub use service::{Arrival, Arrivals, Landing, Refused, Seen, foresee, land, takes_test_numbers};
pub(crate) use service::{merge, todos};
pub(crate) use store::{briefs, facts, identities, in_area, merged_into, visible};
pub(crate) use views::{Brief, ChangeView, Facts, masked, number_of, opened};
pub use views::{NewPerson, Private, SEALED, unseal};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

/// Services that come by file.
pub(crate) mod services {
    pub(crate) use super::ledger::{COLUMNS, Judge, Landing, Note, Seen, foresee, land};
}

/// The lists of codes by whose words a file is written.
pub(crate) mod words {
    pub(crate) use super::codes::{
        CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, LABOUR_CAPACITY, List, MARITAL,
        POLITICAL, POVERTY_STATUS, REGISTRATION, RELATION, TRAINING_WISH,
    };
}

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

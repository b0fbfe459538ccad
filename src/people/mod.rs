//! The real-name registry (人员): people, households, the service ledger; sealed at rest, masked by default.
//!
//! Words: registry 实名制登记; household 户; labour capacity 劳动能力; cause of poverty 致贫原因; exit 脱贫; helper
//! 帮扶责任人; service ledger 服务台账, counted in person-times 人次.

mod amend;
mod api;
mod codes;
mod forms;
mod history;
mod imports;
mod lifecycle;
mod lists;
mod pages;
mod placeholders;
mod places;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use amend::{Change, Ground, amend, form_of, may_amend, propose, village_named};
pub(crate) use codes::{CAUSE, EMPLOYMENT_WISH};
pub use imports::{Fault, Judging, Sheet};
pub(crate) use lists::{Hints, Lists, label, told, villages};
pub(crate) use rights::SeePlight;
pub use service::{Landed, insert_many, load, takes_test_numbers};
pub(crate) use service::{merge, todos};
pub(crate) use store::{briefs, facts, in_area, merged_into, rewrite, services_in, visible};
pub(crate) use views::{Brief, Facts, masked, number_of};
pub use views::{NewPerson, Private, unseal};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

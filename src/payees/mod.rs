//! Accounts on which somebody is paid (收款账户): of organisations, proposed by them and approved by the county; of people, as
//! the registry has them.
//!
//! A new account is paid on after some days only (冷静期), and everybody of the organisation is told of it, so that whoever
//! did not ask for it can stop it in time. Until then the one before is paid on.

mod api;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use service::{Named, todos};
pub use service::{PayeeAccount, PersonAccount, of_organisation, of_people, of_person, person_waits_until};
pub use views::SEALED;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

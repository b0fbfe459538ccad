//! Accounts (账号): signing in and out, passwords, and who may act as what. No account exists that nobody made.

mod api;
mod attempts;
mod forms;
mod fresh;
mod pages;
mod passwords;
mod rights;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub use forms::NewAccount;
pub(crate) use fresh::Fresh;
pub use passwords::Hasher;
pub(crate) use service::{Door, confirm_password};
pub use service::{create, disable_login, reset};
pub(crate) use store::{acted_for, by_id, live, move_person, of_organisation, of_person};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

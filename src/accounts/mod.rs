//! Accounts (账号): signing in and out, passwords, who may act as what, and the natural person behind it (账号持有人). No
//! account exists that nobody made.

mod api;
mod attempts;
mod forms;
mod fresh;
mod holders;
mod pages;
mod passwords;
mod rights;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub use forms::NewAccount;
pub(crate) use fresh::Fresh;
pub use holders::{SEALED, holder_of, holder_row, represented_in, require_other_holder};
pub(crate) use holders::{Steps, is_other, require_other, require_own_name};
pub use passwords::Hasher;
pub(crate) use service::{Door, confirm_password};
pub use service::{create, disable_login, identify_login, reset};
pub(crate) use store::{acted_for, by_id, colleague, live, move_person, names, of_organisation, of_person};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! Files on their way in (导入): read apart, columns named, every row judged before one is written, then loaded piece by piece.
//! A load that was stopped goes on where the last piece was committed; rows that are refused can be fetched, mended and sent again.
//!
//! Words: preview 预览; check 试导入 (a dry run); load 导入; reject 不合格的行.

mod api;
mod forms;
mod lifecycle;
mod load;
mod mapping;
mod pages;
mod progress;
mod rows;
mod runner;
mod service;
mod store;
mod subject;
mod terminal;
mod views;

use crate::web::Texts;

pub use load::SEALED_REJECTS;
pub use progress::Progress;
pub use runner::{Running, Works};
pub use service::SEALED_PARTS;
pub(crate) use service::as_if_sent;
pub use terminal::{COMMIT, Order, Told, from_file};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

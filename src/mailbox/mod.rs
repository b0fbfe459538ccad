//! The mailbox (消息): what was told to whom, on a page and by mail.

mod api;
mod pages;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! Organisations (机构): institutions, enterprises and bureaus, and what an institution is accredited for (定点资质).

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{Teaching, by_id, names, of_kind, require_accreditation};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! Organisations (机构): institutions, enterprises, bodies that assess (考核评价机构) and bureaus, and what an institution is accredited for (定点资质).

mod api;
mod forms;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use rules::in_one_hand;
pub(crate) use service::{
    Teaching, are_open_to, assessors_for, by_id, names, require_accreditation, require_active, require_listed, stand,
    uncovered,
};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

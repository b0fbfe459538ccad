//! Completion (结业): the assessment by a body that is not the school, and what is derived from it when a class is closed.
//!
//! assessment 结业考核 · assessor 考核评价机构 · attempt 第几次考核 · exempt 免考 · completion 结业 · qualified 合格

mod api;
mod assessors;
mod files;
mod forms;
mod loading;
mod pages;
mod results;
mod rights;
mod rules;
mod service;
mod store;
mod todos;
mod views;

use crate::web::Texts;

pub(crate) use rights::ReadResults;
pub(crate) use store::{assessments as assessments_of, move_person, of_class};
pub(crate) use todos::todos;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

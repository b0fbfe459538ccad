//! Subsidy standards (补贴标准) and their uplifts (上浮): what the government pays for whom, from which day, by which document.
//!
//! A standard names programme, occupation, level, area, what it is for (培训, 生活费, 鉴定) and who receives it; its amount is for
//! a person, or for an hour up to a cap, and falls due in up to three parts (启动, 结业, 就业). One proposes it and another puts
//! it in force; then it stands as it is until it ends. What a class was approved under is kept with the class.

mod api;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod service;
mod standing;
mod store;
mod terms;
mod views;

use crate::web::Texts;

pub(crate) use rules::{Facts, Terms, Tranches};
pub(crate) use service::by_id;
pub(crate) use terms::{terms_in_force, terms_of};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

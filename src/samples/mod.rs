//! Sampling after payment (抽查): of what was paid in some days within an area some lines are looked at again.
//!
//! run 抽查批 · population 总体 · stratum 分层 · seed 种子 · line that was drawn 样本 · assured 无误 · not assured 有问题
//!
//! The population is frozen first, with the risk of each institution as it is then, and the seed made after it; what is drawn is
//! a pure function of both, which the page of the run computes again. A line stands in one run of the county and in one of
//! those above it. Somebody who took no step of its claim says whether it is in order.

mod api;
mod forms;
mod lifecycle;
mod looking;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use forms::{Assurance, Doubted, NewRun};
pub(crate) use looking::{assure, doubt, todos};
pub(crate) use rights::SeeRuns;
pub(crate) use service::draw;
pub(crate) use store::{item, not_assured};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

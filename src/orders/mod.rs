//! 订单: what enterprises ask for, which classes answer it, and who was hired in the end.

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

pub(crate) use rights::ReadOrders;
pub(crate) use service::{allocate, free, move_person, of_classes, open_for, tell, todos};
pub(crate) use store::LinkedOrder;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! Attendance (考勤): who was there in which session (课次), for how many minutes, and what that adds up to.
//!
//! mark 点名 · present 到 · late 迟到 · absent 缺 · leave 请假 · held 已上 · credited minutes 计入的分钟 · outlook 提醒

mod api;
mod book;
mod changes;
mod codes;
mod devices;
mod forecast;
mod forms;
mod judging;
mod leavers;
mod lifecycle;
mod moment;
mod pages;
mod requests;
mod rights;
mod rules;
mod service;
mod standing;
mod store;
mod tries;
mod views;

use crate::web::Texts;

pub(crate) use codes::{CheckIn, MOST as MARKS_AT_ONCE};
pub(crate) use forecast::{SeatRow, of_seat};
pub use forecast::{Warner, warn_all};
pub(crate) use forms::{Asks, PerPerson};
pub(crate) use moment::{settles_after, there_at};
pub(crate) use requests::SEALED_PHOTOS;
pub(crate) use rules::Minutes;
pub(crate) use service::{held, require_settled, todos, totals};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! Asking money back that was paid (追回).
//!
//! clawback 追回 · requested 已提出 · offset 抵扣 · invoice 缴款通知 · recovered 已追回 · write-off 核销
//!
//! One person asks for it and another decides: no more than was paid for the line. Then it comes back by what is set off against
//! lines of the same payee and source that wait to be paid, or by an invoice and what is received for it, in parts; or a third
//! person writes off what will not come back. Every step moves the pot from which it was paid.

mod api;
mod asking;
mod collecting;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod screens;
mod store;
mod todos;
mod views;

use crate::web::Texts;

pub(crate) use asking::{decide, request};
pub(crate) use collecting::{bill, collect, give_up};
pub(crate) use forms::{Grounds, NewClawback, NewReceipt};
pub(crate) use todos::todos;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

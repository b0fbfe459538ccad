//! Funds (资金池): pots and their double-entry ledger; never negative, nothing paid twice.
//!
//! A pot (资金池) holds the money of one source for one area and year. Granted (下达) money is available (可用), then
//! reserved (占用) for an approved class, then payable (应付) for a checked claim, then paid (已付). Every move is a posting
//! (分录) that leaves one account and arrives in another; the balances of a pot are the sums of its postings.

mod api;
mod forms;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use service::{by_id, give_up, hold, owe, pay, pot_for, release, reserve, reserved_for, restore};
pub(crate) use store::{list, visible};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

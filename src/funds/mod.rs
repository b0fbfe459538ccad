//! Funds (资金池): pots and their double-entry ledger; never negative, nothing paid twice.
//!
//! A pot (资金池) holds the money of one source for one area and year. Granted (下达) money is available (可用), then
//! reserved (占用) for an approved class, then payable (应付) for a checked claim, then paid (已付). Every move is a posting
//! (分录) that leaves one account and arrives in another; the balances of a pot are the sums of its postings. What was paid
//! may be asked back (应追回), and then comes back (已追回) or is written off (已核销); what came back is available again while
//! the year is open. At the end of a year what is left is carried over (结转). Granted − reserved − payable − paid out + made
//! available again = available, always.

mod api;
mod forms;
mod ledger;
mod pages;
mod recovery;
mod rights;
mod rules;
mod service;
mod store;
mod trial;
mod verbs;
mod views;

use crate::web::Texts;

pub(crate) use ledger::About;
pub(crate) use recovery::{claim_back, give_back, recover, write_off};
pub(crate) use service::{by_id, pot_for};
pub(crate) use store::{Sought, list, reserved_classes, visible};
pub(crate) use verbs::{
    give_up, hold, of_claim, owe, pay, release, release_beyond, reserve, reserved_for, reserved_under, restore,
};
pub(crate) use {
    api::Docs, api::routes as api_routes, pages::Term, pages::cause, pages::routes as page_routes, pages::terms_of,
};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! 拨付: approved lines go to the bank in batches, and come back paid or refused.
//!
//! A batch (拨付批次) holds the payments (拨付) of one pot: one an institution and claim, or one a person. It is built, frozen
//! with the hash of its bank file (银行文件), sent, answered by the bank (回单), and reconciled (对账): its sum is that of its
//! payments, of their lines, of the file and of the ledger, to the fen. The answer is checked first, then applied whole or not
//! at all. What the bank refused waits until the account is mended (待改账户), and is paid once. What is set off (抵扣) against what a
//! payee owes is a batch that never goes to the bank.

mod answer;
mod api;
mod batch_pages;
mod build;
mod file;
mod forms;
mod freeze;
mod layouts;
mod lifecycle;
mod offset;
mod pages;
mod past;
mod payees;
mod reconcile;
mod rights;
mod rules;
mod screens;
mod service;
mod store;
mod todos;
mod views;

use crate::web::Texts;

pub use layouts::load_defaults;
pub(crate) use offset::{OpenLine, open_lines, paid_to, set_off};
pub(crate) use past::{PastBatch, PastPayment, rows as past_rows};
pub(crate) use rules::Payee;
pub(crate) use todos::todos;
pub use views::SEALED;
pub(crate) use {api::Docs, api::routes as api_routes};

pub(crate) fn page_routes() -> Vec<rocket::Route> {
    [batch_pages::routes(), pages::routes()].concat()
}

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! 买单: the claim for a class, a line per person; approved, checked by another, paid once.
//!
//! A claim (补贴申领) is handed in by the institution for one closed class under a proxy contract (代领协议), or by a trainee for
//! himself. Each person who finished has a line (明细), payable or refused with its reason (不予补贴); what is asked of a line
//! besides (核验) a person answers. The clerk approves (初审), the checker, another person, confirms (复核); after the public
//! notice (公示) the finance officer, neither of the two, lets it be paid (财政审批). From the second approval on lines go on one
//! by one. What makes a line payable is looked at anew each time.

mod amounts;
mod api;
mod asked;
mod batches;
mod checks;
mod findings;
mod forms;
mod lapsing;
mod lifecycle;
mod lines;
mod own;
mod pages;
mod proof;
mod reserve;
mod rights;
mod rules;
mod screens;
mod seats;
mod service;
mod settlement;
mod sheet;
mod store;
mod todos;
mod views;

use crate::web::Texts;

pub(crate) use batches::{Settled, batch, fallen, is_ready, may_pay, require_payer, settle};
pub use lapsing::{Lapser, lapse_all};
pub(crate) use lifecycle::LineAction;
pub(crate) use rights::ReadClaims;
pub(crate) use rules::Fault;
pub(crate) use service::{may_merge, tell};
pub(crate) use settlement::{clear, drop_unsound, has_unsound, hold_line, prolong, publish, release_line, uphold};
pub(crate) use store::{by_id, by_ids, in_state, lines, lines_by_id, lines_of, of_pot, visible};
pub(crate) use todos::todos;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

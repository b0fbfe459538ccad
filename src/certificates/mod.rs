//! Certificates (证书): issued when a class is closed, printed, checked by everybody, revoked by two people for a reason,
//! issued anew under another serial.
//!
//! certificate 证书 · credential 电子凭证 · serial 证书编号 · holder 持证人 · verification 查验 · revoke 撤销 · replace 换发 ·
//! batch print 整班打印

mod api;
mod credential;
mod fonts;
mod forms;
mod holders;
mod lifecycle;
mod pages;
mod pdf;
mod revocations;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use entities::values::Role;

use crate::access::Right;
use crate::web::Texts;

pub(crate) use credential::{
    Ground, SEALED_KEYS, credential_of, jwk, need_signing_key, point, sign, signer, signers, signing_key, thumbprint,
    unverified, verified,
};
pub(crate) use holders::{SEALED_HOLDERS, as_printed};
pub(crate) use revocations::service::{approve as approve_revocation, ask as ask_revocation, todos};
pub(crate) use rules::DECIMALS;
pub(crate) use service::{issue, replace, tell_person};
pub(crate) use store::{move_person, of_class};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

/// Who prints the certificates of a class.
pub(crate) const PRINTED_BY: &[Role] = rights::PrintCertificates::HELD_BY;

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

//! Asking that a certificate be revoked, and deciding on it.

use entities::{
    revocation,
    values::{RevocationId, RevocationStatus},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::{self, Steps};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::certificates::lifecycle::CertificateAction;
use crate::certificates::revocations::lifecycle::RevocationAction;
use crate::certificates::revocations::store;
use crate::certificates::rights::{AskRevocations, DecideOnRevocations};
use crate::certificates::service::{own, tell_person};
use crate::certificates::store::{self as certificates, Issued};
use crate::data::{Audit, Telling, Work};
use crate::web::{Todo, one_line};

/// Asks that a certificate be revoked. It holds until another person decides.
///
/// # Errors
/// `NotFound` for one of another county's class; `move.illegal` for one that does not hold; `certificate.revocation_open`;
/// `Invalid` without a reason.
pub(crate) async fn ask(
    by: &Can<AskRevocations>,
    work: &Work,
    serial: &str,
    reason: &str,
) -> Result<revocation::Model> {
    let Issued { certificate, class } = own(work.db(), by.actor(), serial).await?;
    let reason = one_line(reason)?;
    certificate.status.after(CertificateAction::Revoke)?;
    if store::open(work.db(), certificate.id).await?.is_some() {
        return Err(Error::refused("certificate.revocation_open"));
    }
    let row = revocation::Model {
        id: RevocationId::new(),
        certificate_id: certificate.id,
        area_code: class.area_code.clone(),
        serial: certificate.serial.clone(),
        reason: reason.to_owned(),
        status: RevocationStatus::Asked,
        asked_by: by.account,
        asked_at: work.now,
        decided_by: None,
        decided_at: None,
        answer: None,
        version: 1,
    };
    store::insert(work, row.clone()).await?;
    record(by.actor(), work, &row, "ask");
    Ok(row)
}

fn record(by: &Actor, work: &Work, row: &revocation::Model, verb: &'static str) {
    work.record(
        Audit::of(verb, "revocation", row.id)
            .by(by)
            .area(&row.area_code)
            .detail(json!({ "serial": row.serial, "reason": row.reason })),
    );
}

/// Whether this reader may decide on a wish: the right, and another person than who asked.
pub(in crate::certificates) async fn may_decide(
    db: &impl ConnectionTrait,
    by: &Actor,
    row: &revocation::Model,
) -> Result<bool> {
    let opens = row.status.open_to(by.role).contains(&RevocationAction::Approve);
    Ok(opens && accounts::is_other(db, by, steps(row)).await?)
}

fn steps(row: &revocation::Model) -> Steps<RevocationId> {
    Steps { noun: "revocation", id: row.id, taken_by: vec![row.asked_by] }
}

/// The wish, for somebody else than who asked.
async fn of_another(by: &Can<DecideOnRevocations>, work: &Work, id: RevocationId) -> Result<revocation::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    accounts::require_other(work.db(), by, steps(&row), "revocation.own").await?;
    Ok(row)
}

/// Agrees: the certificate is revoked, holder and institution are told. What the completion counted stays counted.
///
/// # Errors
/// `NotFound`; `revocation.own` for who asked; `move.illegal` for what is decided, or a certificate that no longer holds.
pub(crate) async fn approve(by: &Can<DecideOnRevocations>, work: &Work, id: RevocationId) -> Result<revocation::Model> {
    let row = of_another(by, work, id).await?;
    let to = row.status.after(RevocationAction::Approve)?;
    let Issued { certificate, class } = own(work.db(), by.actor(), &row.serial).await?;
    let revoked = certificate.status.after(CertificateAction::Revoke)?;
    // First the decision: the table lets nobody revoke without one.
    store::decide(work, &row, to, by.account, None).await?;
    certificates::set_status(work.db(), &certificate, revoked, Some(&row.reason)).await?;
    record(by.actor(), work, &row, RevocationAction::Approve.into());
    work.record(
        Audit::of(CertificateAction::Revoke.into(), "certificate", &certificate.serial)
            .by(by)
            .area(&class.area_code)
            .detail(json!({ "reason": row.reason })),
    );
    let (title, serial) = (&class.title, &certificate.serial);
    tell_person(work, certificate.person_id, "certificate_revoked", title, serial, &row.reason).await?;
    for account in accounts::of_organisation(work.db(), class.organisation_id).await? {
        work.tell(Telling {
            to: account,
            kind: "certificate_revoked",
            args: json!({ "class": title, "serial": serial, "reason": row.reason }),
            link: Some(format!("/certificates/{serial}")),
        });
    }
    store::visible(work.db(), &by.scope(), id).await
}

/// Refuses, with the reason; the certificate goes on to hold, and who asked is told.
///
/// # Errors
/// `NotFound`; `revocation.own`; `move.illegal`; `Invalid` without a reason.
pub(in crate::certificates) async fn refuse(
    by: &Can<DecideOnRevocations>,
    work: &Work,
    id: RevocationId,
    answer: &str,
) -> Result<revocation::Model> {
    let answer = one_line(answer)?;
    let row = of_another(by, work, id).await?;
    let to = row.status.after(RevocationAction::Refuse)?;
    store::decide(work, &row, to, by.account, Some(answer)).await?;
    record(by.actor(), work, &row, RevocationAction::Refuse.into());
    if accounts::by_id(work.db(), row.asked_by).await?.is_some() {
        let args = json!({ "serial": row.serial, "answer": answer });
        let link = Some(format!("/certificates/{}", row.serial));
        work.tell(Telling { to: row.asked_by, kind: "revocation_refused", args, link });
    }
    store::visible(work.db(), &by.scope(), id).await
}

/// Takes one's own wish back.
///
/// # Errors
/// `NotFound` for another's; `move.illegal`.
pub(in crate::certificates) async fn withdraw(
    by: &Can<AskRevocations>,
    work: &Work,
    id: RevocationId,
) -> Result<revocation::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    if row.asked_by != by.account {
        return Err(Error::NotFound("revocation"));
    }
    let to = row.status.after(RevocationAction::Withdraw)?;
    store::decide(work, &row, to, by.account, None).await?;
    record(by.actor(), work, &row, RevocationAction::Withdraw.into());
    store::visible(work.db(), &by.scope(), id).await
}

/// What waits for whoever decides.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<DecideOnRevocations>().is_err() {
        return Ok(Vec::new());
    }
    let count = store::waiting(db, &actor.scope(), actor.account).await?;
    let todo = Todo {
        mine: true,
        href: "/revocations?status=asked".to_owned(),
        key: "revocation-todo",
        args: vec![("count", count.to_string())],
        why: "revocation-todo-why",
        why_args: Vec::new(),
        due: None,
    };
    Ok(if count > 0 { vec![todo] } else { Vec::new() })
}

//! Certificates: what is printed on one, its verification by everybody, its revocation.

use std::path::PathBuf;

use chrono::NaiveDate;
use entities::{
    certificate, completion, training_class,
    values::{CertificateId, CertificateKind, CertificateStatus, ClassId, EnrolmentId, PersonId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::access::{Actor, Can};
use crate::accounts;
use crate::attendance::Minutes;
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::certificates::fonts::Shelf;
use crate::certificates::forms::RevokeCertificate;
use crate::certificates::lifecycle::CertificateAction;
use crate::certificates::pdf::{self, Leaf};
use crate::certificates::rights::{PrintCertificates, ReadCertificates, RevokeCertificates};
use crate::certificates::rules::{self, DECIMALS};
use crate::certificates::store::{self, Issued};
use crate::certificates::views::{CertificateView, VerificationView};
use crate::data::sequence;
use crate::data::{Audit, Telling, Vault, Work};
use crate::organisations;
use crate::people::{self, Brief};
use crate::web::one_line;

/// A certificate with everything that is printed on it.
pub(crate) struct Sheet {
    pub issued: Issued,
    pub brief: Brief,
    pub institution: String,
}

impl Sheet {
    async fn of(db: &impl ConnectionTrait, vault: &Vault, issued: Issued) -> Result<Self> {
        let person = issued.certificate.person_id;
        let brief = people::briefs(db, vault, &[person]).await?.remove(&person);
        let brief = brief.ok_or_else(|| Error::internal("a certificate without its person"))?;
        let institution = issued.class.organisation_id;
        let institution = organisations::names(db, [institution]).await?.remove(&institution).unwrap_or_default();
        Ok(Self { issued, brief, institution })
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.issued.certificate.status == CertificateStatus::Revoked
    }

    pub(crate) fn minutes(&self) -> Minutes {
        let completion = &self.issued.completion;
        Minutes { credited: completion.credited_minutes.into(), held: completion.held_minutes.into() }
    }

    pub(crate) fn percent(&self) -> String {
        self.minutes().rate().percent(DECIMALS).unwrap_or_default()
    }

    pub(crate) fn hours(&self) -> String {
        rules::hours(self.minutes().held)
    }

    pub(crate) fn issued_on(&self) -> NaiveDate {
        self.issued.certificate.issued_on
    }

    /// The county whose bureau issued it.
    pub(crate) fn county(&self) -> &str {
        let area = &self.issued.class.area_code;
        area.get(..6).unwrap_or(area)
    }

    pub(crate) fn verification(self) -> VerificationView {
        let area_code = self.county().to_owned();
        let attendance = self.minutes().rate().view(DECIMALS);
        let Issued { certificate, class, .. } = self.issued;
        VerificationView {
            serial: certificate.serial,
            status: certificate.status,
            reason: certificate.reason,
            kind: certificate.kind,
            masked_name: self.brief.masked_name,
            masked_id: self.brief.masked_id,
            class_title: class.title,
            institution: self.institution,
            programme: class.programme,
            starts_on: class.starts_on,
            ends_on: class.ends_on,
            attendance,
            issued_on: certificate.issued_on,
            area_code,
        }
    }
}

/// Whether a serial is that of a certificate, for everybody who holds it. An unknown one tells nothing, not even how
/// close it is.
pub(crate) async fn verify(db: &impl ConnectionTrait, vault: &Vault, serial: &str) -> Result<Option<Sheet>> {
    match store::published(db, &rules::tidy(serial)).await? {
        Some(issued) => Ok(Some(Sheet::of(db, vault, issued).await?)),
        None => Ok(None),
    }
}

/// A certificate of somebody in sight.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn certificate(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<ReadCertificates>,
    serial: &str,
) -> Result<Sheet> {
    let issued = store::visible(db, &by.scope(), &rules::tidy(serial)).await?;
    Sheet::of(db, vault, issued).await
}

/// The published certificates of a class in sight, in the order of their serials.
///
/// # Errors
/// `NotFound` where there is none in sight.
pub(crate) async fn of_whole_class(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<PrintCertificates>,
    class: ClassId,
) -> Result<Vec<Sheet>> {
    let issued = store::printed(db, &by.scope(), class).await?;
    let Some(first) = issued.first() else { return Err(Error::NotFound("certificate")) };
    let organisation = first.class.organisation_id;
    let institution = organisations::names(db, [organisation]).await?.remove(&organisation).unwrap_or_default();
    let people: Vec<PersonId> = issued.iter().map(|issued| issued.certificate.person_id).collect();
    let briefs = people::briefs(db, vault, &people).await?;
    let sheet = |issued: Issued| {
        let brief = briefs.get(&issued.certificate.person_id).cloned();
        let brief = brief.ok_or_else(|| Error::internal("a certificate without its person"))?;
        Ok(Sheet { issued, brief, institution: institution.clone() })
    };
    issued.into_iter().map(sheet).collect()
}

/// Prints these sheets; one file is made at a time, since a font is as large as it is.
///
/// # Errors
/// `certificate.no_font`.
pub(crate) async fn print(fonts: Option<PathBuf>, title: String, leaves: Vec<Leaf>) -> Result<Vec<u8>> {
    static PRESS: Semaphore = Semaphore::const_new(1);
    let turn = PRESS.acquire().await.map_err(Error::internal)?;
    let printing = move || pdf::print(&Shelf::look(fonts.as_deref())?, &title, leaves);
    let file = spawn_blocking(printing).await.map_err(Error::internal)?;
    drop(turn);
    file
}

/// The serial of the certificate that a seat led to.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn serial_of_seat(
    db: &impl ConnectionTrait,
    by: &Can<ReadCertificates>,
    seat: EnrolmentId,
) -> Result<String> {
    Ok(store::of_seat(db, &by.scope(), seat).await?.certificate.serial)
}

/// Whether this reader may revoke it: it is valid, and of a class in the reader's own area.
pub(crate) fn may_revoke(actor: &Actor, sheet: &Sheet) -> bool {
    let opens = sheet.issued.certificate.status.open_to(actor.role).contains(&CertificateAction::Revoke);
    opens && actor.scope().covers(&sheet.issued.class.area_code)
}

/// Revokes a certificate; holder and institution are told. What the completion counted stays counted.
///
/// # Errors
/// `NotFound` for one of another county's class; `move.illegal` for one that is revoked; `Invalid` without a reason.
pub(crate) async fn revoke(
    by: &Can<RevokeCertificates>,
    work: &Work,
    serial: &str,
    form: &RevokeCertificate,
) -> Result<CertificateView> {
    let Issued { certificate, class, .. } = store::visible(work.db(), &by.scope(), &rules::tidy(serial)).await?;
    if !by.scope().covers(&class.area_code) {
        return Err(Error::NotFound("certificate"));
    }
    let reason = one_line(&form.reason)?;
    let to = certificate.status.after(CertificateAction::Revoke)?;
    store::revoke(work.db(), &certificate, to, reason).await?;
    work.record(
        Audit::of(CertificateAction::Revoke.into(), "certificate", &certificate.serial)
            .by(by.account, by.role)
            .area(&class.area_code)
            .detail(json!({ "reason": reason })),
    );
    tell_person(work, certificate.person_id, "certificate_revoked", &class.title, &certificate.serial, reason).await?;
    for account in accounts::of_organisation(work.db(), class.organisation_id).await? {
        work.tell(Telling {
            to: account,
            kind: "certificate_revoked",
            args: json!({ "class": class.title, "serial": certificate.serial, "reason": reason }),
            link: Some(format!("/certificates/{}", certificate.serial)),
        });
    }
    Ok(CertificateView {
        serial: certificate.serial,
        class_id: certificate.class_id,
        enrolment_id: certificate.enrolment_id,
        kind: certificate.kind,
        issued_on: certificate.issued_on,
        status: to,
        reason: Some(reason.to_owned()),
        actions: to.open_to(by.role).into_iter().map(Into::into).collect(),
        waiting_on: None,
    })
}

/// A certificate for each, numbered without gaps in its province and year, in the order of seats, and a word to its holder.
pub(crate) async fn issue(work: &Work, class: &training_class::Model, qualified: &[&completion::Model]) -> Result<()> {
    if qualified.is_empty() {
        return Ok(());
    }
    let year = year_of(class.ends_on);
    let prefix = rules::prefix(&class.area_code, year, class.programme);
    let many = u32::try_from(qualified.len()).map_err(Error::internal)?;
    let numbers = sequence::next_many(work, &rules::series(&class.area_code, year), many).await?;
    let mut certificates = Vec::with_capacity(qualified.len());
    for (completion, number) in qualified.iter().zip(numbers) {
        let serial = rules::serial(&prefix, number);
        tell_person(work, completion.person_id, "certificate_issued", &class.title, &serial, "").await?;
        certificates.push(certificate::Model {
            id: CertificateId::new(),
            serial,
            enrolment_id: completion.enrolment_id,
            person_id: completion.person_id,
            class_id: class.id,
            kind: CertificateKind::Completion,
            issued_on: work.today(),
            status: CertificateStatus::Published,
            reason: None,
        });
    }
    store::insert(work.db(), certificates).await
}

pub(crate) async fn tell_person(
    work: &Work,
    person: PersonId,
    kind: &'static str,
    class: &str,
    serial: &str,
    reason: &str,
) -> Result<()> {
    for account in accounts::of_person(work.db(), person).await? {
        work.tell(Telling {
            to: account,
            kind,
            args: json!({ "class": class, "serial": serial, "reason": reason }),
            link: Some(format!("/certificates/{serial}")),
        });
    }
    Ok(())
}

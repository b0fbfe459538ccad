//! Certificates: what is printed on one, its verification by everybody, one in the place of another.

use std::path::PathBuf;

use chrono::NaiveDate;
use entities::{
    certificate, completion, training_class,
    values::{CertificateId, CertificateKind, CertificateStatus, ClassId, EnrolmentId, PersonId, ReplaceReason},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::attendance::Minutes;
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::certificates::fonts::{Shelf, Turn};
use crate::certificates::holders::{self, Holder};
use crate::certificates::lifecycle::CertificateAction;
use crate::certificates::pdf::{self, Leaf};
use crate::certificates::revocations;
use crate::certificates::rights::{PrintCertificates, ReadCertificates, ReplaceCertificates};
use crate::certificates::rules::{self, DECIMALS};
use crate::certificates::store::{self, Issued};
use crate::certificates::views::VerificationView;
use crate::data::sequence;
use crate::data::{Audit, Telling, Vault, Work};
use crate::organisations;
use crate::people::Brief;
use crate::policy::occupation_name;
use crate::web::Locale;

/// A certificate with everything that is printed on it.
pub(crate) struct Sheet {
    pub issued: Issued,
    pub brief: Brief,
    /// The serial that took its place.
    pub successor: Option<String>,
}

impl Sheet {
    async fn of(db: &impl ConnectionTrait, vault: &Vault, issued: Issued) -> Result<Self> {
        let certificate = &issued.certificate;
        let brief = holders::briefs(db, vault, &[certificate]).await?.remove(&certificate.id);
        let brief = brief.ok_or_else(|| Error::internal("a certificate without its person"))?;
        let successor = match certificate.status {
            CertificateStatus::Replaced => store::successor(db, certificate.id).await?,
            CertificateStatus::Published | CertificateStatus::Revoked => None,
        };
        Ok(Self { issued, brief, successor })
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.issued.certificate.status == CertificateStatus::Revoked
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.issued.certificate.status == CertificateStatus::Published
    }

    /// Paper does not tell that it no longer holds: what does not is not printed, nor given as a signed file.
    ///
    /// # Errors
    /// `certificate.revoked`, `certificate.replaced`.
    pub(crate) fn require_valid(&self) -> Result<()> {
        match self.issued.certificate.status {
            CertificateStatus::Published => Ok(()),
            CertificateStatus::Revoked => Err(Error::refused("certificate.revoked")),
            CertificateStatus::Replaced => Err(Error::refused("certificate.replaced")),
        }
    }

    pub(crate) fn minutes(&self) -> Minutes {
        let certificate = &self.issued.certificate;
        Minutes { credited: certificate.credited_minutes.into(), held: certificate.held_minutes.into() }
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

    /// Whether occupation and level are a part of what is certified.
    pub(crate) fn tells_skill(&self) -> bool {
        self.issued.certificate.kind != CertificateKind::Completion
    }

    /// Whether the level is certified, and not the attendance at a course of that level.
    pub(crate) fn tells_level(&self) -> bool {
        self.issued.certificate.kind == CertificateKind::SkillLevel
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hold what they show by reference")]
    pub(crate) fn occupation(&self, locale: &Locale) -> &str {
        occupation_name(&self.issued.certificate.occupation, *locale)
    }

    /// The county whose bureau issued it.
    pub(crate) fn county(&self) -> &str {
        let area = &self.issued.class.area_code;
        area.get(..6).unwrap_or(area)
    }

    pub(crate) fn verification(self) -> VerificationView {
        let area_code = self.county().to_owned();
        let attendance = self.minutes().rate().view(DECIMALS);
        let Issued { certificate, class } = self.issued;
        VerificationView {
            serial: certificate.serial,
            status: certificate.status,
            reason: certificate.reason,
            replaced_by: self.successor,
            kind: certificate.kind,
            masked_name: self.brief.masked_name,
            masked_id: self.brief.masked_id,
            class_title: certificate.title,
            occupation: certificate.occupation,
            level: certificate.level,
            institution: certificate.institution,
            assessor: certificate.assessor,
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

/// A certificate by its exact serial, for who shows it as a part of something that is in sight.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn by_serial(db: &impl ConnectionTrait, vault: &Vault, serial: &str) -> Result<Sheet> {
    Sheet::of(db, vault, store::visible(db, &Scope::System, serial).await?).await
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
    if issued.is_empty() {
        return Err(Error::NotFound("certificate"));
    }
    let certificates: Vec<&certificate::Model> = issued.iter().map(|issued| &issued.certificate).collect();
    let mut briefs = holders::briefs(db, vault, &certificates).await?;
    let sheet = |issued: Issued| {
        let brief = briefs.remove(&issued.certificate.id);
        let brief = brief.ok_or_else(|| Error::internal("a certificate without its person"))?;
        Ok(Sheet { issued, brief, successor: None })
    };
    issued.into_iter().map(sheet).collect()
}

/// Prints these sheets; one file is made at a time, since a font is as large as it is.
///
/// # Errors
/// `certificate.no_font`.
pub(crate) async fn print(fonts: Option<PathBuf>, title: String, leaves: Vec<Leaf>) -> Result<Vec<u8>> {
    static PRESS: Semaphore = Semaphore::const_new(1);
    let held = Turn::take();
    let turn = PRESS.acquire().await.map_err(Error::internal)?;
    let printing = move || pdf::print(&Shelf::look(fonts.as_deref())?, &title, leaves);
    let file = spawn_blocking(printing).await.map_err(Error::internal)?;
    drop(turn);
    drop(held);
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

/// One of a class in the caller's own area.
///
/// # Errors
/// `NotFound`, also for one of another county's class whose holder lives here.
pub(super) async fn own(db: &impl ConnectionTrait, by: &Actor, serial: &str) -> Result<Issued> {
    let issued = store::visible(db, &by.scope(), &rules::tidy(serial)).await?;
    if by.scope().covers(&issued.class.area_code) { Ok(issued) } else { Err(Error::NotFound("certificate")) }
}

/// Whether this reader may issue it anew.
pub(crate) fn may_replace(actor: &Actor, sheet: &Sheet) -> bool {
    let opens = sheet.issued.certificate.status.open_to(actor.role).contains(&CertificateAction::Replace);
    opens && actor.scope().covers(&sheet.issued.class.area_code)
}

/// Issues a certificate anew under the next serial of the year: for a lost paper with the same words, for one that names
/// its holder wrongly with what the registry says now. The old one says which took its place.
///
/// # Errors
/// `NotFound` for one of another county's class; `move.illegal` for one that does not hold; `certificate.revocation_open`;
/// `certificate.same_identity` where the registry says what the paper says.
pub(crate) async fn replace(
    by: &Can<ReplaceCertificates>,
    work: &Work,
    vault: &Vault,
    serial: &str,
    reason: ReplaceReason,
) -> Result<certificate::Model> {
    let Issued { certificate: old, class } = own(work.db(), by.actor(), serial).await?;
    let to = old.status.after(CertificateAction::Replace)?;
    if revocations::open(work.db(), old.id).await?.is_some() {
        return Err(Error::refused("certificate.revocation_open"));
    }
    let printed = holders::printed(work.db(), vault, old.id).await?;
    let now = holders::registered(work.db(), vault, &[old.person_id]).await?.remove(&old.person_id);
    let holder = match reason {
        ReplaceReason::WrongIdentity if printed.is_some() && printed == now => {
            return Err(Error::refused("certificate.same_identity"));
        }
        ReplaceReason::WrongIdentity => now,
        ReplaceReason::Lost => printed.or(now),
    };
    let holder = holder.ok_or_else(|| Error::internal("a certificate without its person"))?;
    let year = year_of(work.today());
    let number = sequence::next(work, &rules::series(&class.area_code, year)).await?;
    let new = certificate::Model {
        id: CertificateId::new(),
        serial: rules::serial(&rules::prefix(&class.area_code, year, class.programme), number),
        issued_on: work.today(),
        status: CertificateStatus::Published,
        reason: None,
        replaces: Some(old.id),
        replace_reason: Some(reason),
        ..old.clone()
    };
    // First the old one: of a seat one certificate holds at a time.
    store::set_status(work.db(), &old, to, None).await?;
    store::insert(work.db(), vec![new.clone()], vec![holder.seal(vault, new.id)?]).await?;
    work.record(
        Audit::of(CertificateAction::Replace.into(), "certificate", &old.serial)
            .by(by)
            .area(&class.area_code)
            .detail(json!({ "reason": reason, "serial": new.serial })),
    );
    tell_person(work, old.person_id, "certificate_replaced", &class.title, &new.serial, &old.serial).await?;
    Ok(new)
}

/// A certificate for each, numbered without gaps in its province and year, in the order of seats, and a word to its holder.
/// What is printed is kept with it.
pub(crate) async fn issue(
    work: &Work,
    vault: &Vault,
    class: &training_class::Model,
    qualified: &[&completion::Model],
) -> Result<()> {
    if qualified.is_empty() {
        return Ok(());
    }
    let year = year_of(class.ends_on);
    let prefix = rules::prefix(&class.area_code, year, class.programme);
    let many = u32::try_from(qualified.len()).map_err(Error::internal)?;
    let numbers = sequence::next_many(work, &rules::series(&class.area_code, year), many).await?;
    let bodies = std::iter::once(class.organisation_id).chain(class.assessor_id);
    let names = organisations::names(work.db(), bodies).await?;
    let people: Vec<PersonId> = qualified.iter().map(|completion| completion.person_id).collect();
    let mut known = holders::registered(work.db(), vault, &people).await?;
    let mut certificates = Vec::with_capacity(qualified.len());
    let mut holders = Vec::with_capacity(qualified.len());
    for (completion, number) in qualified.iter().zip(numbers) {
        let (id, serial) = (CertificateId::new(), rules::serial(&prefix, number));
        tell_person(work, completion.person_id, "certificate_issued", &class.title, &serial, "").await?;
        let holder: Option<Holder> = known.remove(&completion.person_id);
        holders.extend(holder.map(|holder| holder.seal(vault, id)).transpose()?);
        certificates.push(certificate::Model {
            id,
            serial,
            enrolment_id: completion.enrolment_id,
            person_id: completion.person_id,
            class_id: class.id,
            kind: class.certificate_kind,
            issued_on: work.today(),
            status: CertificateStatus::Published,
            reason: None,
            title: class.title.clone(),
            occupation: class.occupation.clone(),
            level: class.level,
            institution: names.get(&class.organisation_id).cloned().unwrap_or_default(),
            assessor: class.assessor_id.and_then(|id| names.get(&id).cloned()),
            credited_minutes: completion.credited_minutes,
            held_minutes: completion.held_minutes,
            replaces: None,
            replace_reason: None,
        });
    }
    store::insert(work.db(), certificates, holders).await
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

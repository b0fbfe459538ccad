//! The certificate, its file, and the page on which everybody checks one.

use std::{fmt::Display, sync::Arc};

use askama::Template;
use chrono::{Datelike, NaiveDate};
use entities::{
    revocation,
    values::{ClassId, EnrolmentId, ReplaceReason, Role},
};
use rocket::{
    Responder, Route, State, get,
    http::{ContentType, CookieJar, Header, Status},
    post,
    response::Redirect,
    routes,
};

use crate::access::{Actor, Can};
use crate::areas::Atlas;
use crate::base::{Clock, Error, Result};
use crate::certificates::credential;
use crate::certificates::forms::{ReplaceCertificate, RevokeCertificate};
use crate::certificates::pdf::Leaf;
use crate::certificates::revocations;
use crate::certificates::rights::{
    AskRevocations, PrintCertificates, ReadCertificates, ReplaceCertificates, SeeRevocations,
};
use crate::certificates::rules::tidy;
use crate::certificates::service::{self, Sheet};
use crate::data::{Database, Vault, Work};
use crate::policy::occupation_name;
use crate::web::{FormView, Html, Lexicon, Locale, Page, PageForm, Qr, Settings, Shown, Tools, go};

#[derive(Template)]
#[template(path = "certificates/templates/certificate.html")]
struct CertificatePage {
    page: Page,
    form: FormView,
    sheet: Sheet,
    qr: Qr,
    /// Whether the reader may ask that it be revoked, or issue it anew.
    revokes: bool,
    replaces: bool,
    /// The wish to revoke it that waits, with whether the reader may decide on it or take it back.
    wish: Option<(revocation::Model, bool, bool)>,
    reasons: Vec<(ReplaceReason, String)>,
}

impl CertificatePage {
    fn path(&self, rest: &str) -> String {
        format!("/certificates/{}/{rest}", self.sheet.issued.certificate.serial)
    }

    /// Who may ask for the subsidy: whose it is, or the village worker who acts for him.
    fn may_claim(&self) -> bool {
        self.page.actor.as_ref().is_some_and(|actor| matches!(actor.role, Role::Trainee | Role::VillageWorker))
    }
}

/// A certificate with what the reader may do about it.
async fn shown(
    page: Page,
    form: FormView,
    by: &Actor,
    sheet: Sheet,
    db: &Database,
    settings: &Settings,
) -> Result<CertificatePage> {
    let sees = by.prove::<SeeRevocations>().is_ok();
    let wish =
        if sees { revocations::asked(db.reader(), &by.scope(), sheet.issued.certificate.id).await? } else { None };
    let wish = match wish {
        Some(row) => {
            let decides = revocations::may_decide(db.reader(), by, &row).await?;
            let own = row.asked_by == by.account;
            Some((row, decides, own))
        }
        None => None,
    };
    let covered = by.scope().covers(&sheet.issued.class.area_code);
    Ok(CertificatePage {
        qr: qr_of(settings, &sheet)?,
        revokes: covered && wish.is_none() && sheet.is_valid() && by.prove::<AskRevocations>().is_ok(),
        replaces: wish.is_none() && service::may_replace(by, &sheet),
        reasons: ReplaceReason::all().map(|reason| (reason, page.word("replace_reason", reason))).collect(),
        wish,
        page,
        form,
        sheet,
    })
}

/// What was asked: nothing yet, a serial that is known, or one that is not.
enum Found {
    Nothing,
    Known(Box<Sheet>, Qr),
    Unknown,
}

#[derive(Template)]
#[template(path = "certificates/templates/verify.html")]
struct VerifyPage {
    page: Page,
    form: FormView,
    found: Found,
    /// `9:14`
    time: String,
}

impl VerifyPage {
    fn asked(&self) -> bool {
        !matches!(self.found, Found::Nothing)
    }
}

/// The address that the code on a certificate leads to.
fn qr_of(settings: &Settings, sheet: &Sheet) -> Result<Qr> {
    Qr::of(&format!("{}/verify/{}", settings.base_url.trim_end_matches('/'), sheet.issued.certificate.serial))
}

/// Where a seat leads when it is completed; the serial is not known there.
#[get("/enrolments/<id>/certificate")]
async fn of_seat(by: Can<ReadCertificates>, id: EnrolmentId, db: &State<Database>) -> Result<Redirect> {
    let serial = service::serial_of_seat(db.reader(), &by, id).await?;
    Ok(Redirect::to(format!("/certificates/{serial}")))
}

#[get("/certificates/<serial>")]
async fn certificate(
    by: Can<ReadCertificates>,
    page: Page,
    serial: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    settings: &State<Settings>,
) -> Result<Html<CertificatePage>> {
    let sheet = service::certificate(db.reader(), vault, &by, serial).await?;
    Ok(Html::ok(shown(page, FormView::default(), by.actor(), sheet, db, settings).await?))
}

/// A file to print.
#[derive(Responder)]
struct Printed {
    bytes: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
}

impl Printed {
    /// `name` is made of letters, digits and hyphens.
    fn of(bytes: Vec<u8>, name: &str) -> Self {
        let disposition = format!("attachment; filename=\"{name}.pdf\"");
        Self { bytes, kind: ContentType::PDF, disposition: Header::new("Content-Disposition", disposition) }
    }
}

/// What kind of certificate it is; one of a level names the level.
pub(in crate::certificates) fn title(lexicon: &Lexicon, sheet: &Sheet) -> String {
    lexicon.say(Locale::Zh, &format!("certificate_kind-{}", sheet.issued.certificate.kind), &[])
}

/// A certificate in words; it is issued in Chinese, whatever the reader's language.
fn leaf(lexicon: &Lexicon, atlas: &Atlas, settings: &Settings, sheet: &Sheet) -> Result<Leaf> {
    let say = |key: &str, args: &[(&str, &dyn Display)]| lexicon.say(Locale::Zh, key, args);
    let day = |day: NaiveDate| format!("{}年{}月{}日", day.year(), day.month(), day.day());
    let class = &sheet.issued.class;
    let place = atlas.name(sheet.county(), sheet.issued_on()).unwrap_or_default();
    let dates = say("certificate-dates", &[("from", &day(class.starts_on)), ("to", &day(class.ends_on))]);
    let done = say("certificate-done", &[("hours", &sheet.hours()), ("rate", &sheet.percent())]);
    let fact = |key: &str, value: String| (say(key, &[]), value);
    let certificate = &sheet.issued.certificate;
    let mut facts = vec![fact("certificate-serial", certificate.serial.clone())];
    if sheet.tells_skill() {
        let occupation = occupation_name(&certificate.occupation, Locale::Zh).to_owned();
        facts.push(fact("certificate-occupation", occupation));
    }
    if sheet.tells_level() {
        facts.push(fact("certificate-level", say(&format!("skill_level-{}", certificate.level), &[])));
    }
    facts.push(fact("certificate-institution", certificate.institution.clone()));
    facts.extend(certificate.assessor.clone().map(|assessor| fact("certificate-assessor", assessor)));
    facts.push(fact("certificate-issuer", say("certificate-bureau", &[("place", &place)])));
    facts.push(fact("certificate-issued_on", day(sheet.issued_on())));
    Ok(Leaf {
        title: title(lexicon, sheet),
        name: sheet.brief.name.clone(),
        number: say("certificate-id", &[("id", &sheet.brief.masked_id)]),
        sentence: format!("{dates}{}{done}", certificate.title),
        facts,
        qr: qr_of(settings, sheet)?,
        coded: say("certificate-coded", &[]),
    })
}

#[get("/certificates/<serial>/file.pdf")]
async fn file(
    by: Can<ReadCertificates>,
    serial: &str,
    tools: Tools<'_>,
    lexicon: &State<Arc<Lexicon>>,
    settings: &State<Settings>,
) -> Result<Printed> {
    let sheet = service::certificate(tools.db.reader(), tools.vault, &by, serial).await?;
    sheet.require_valid()?;
    let (serial, leaf) = (sheet.issued.certificate.serial.clone(), leaf(lexicon, tools.atlas, settings, &sheet)?);
    let bytes = service::print(settings.font_path.clone(), serial.clone(), vec![leaf]).await?;
    Ok(Printed::of(bytes, &serial))
}

#[get("/classes/<id>/certificates.pdf")]
async fn class_file(
    by: Can<PrintCertificates>,
    id: ClassId,
    tools: Tools<'_>,
    lexicon: &State<Arc<Lexicon>>,
    settings: &State<Settings>,
) -> Result<Printed> {
    let sheets = service::of_whole_class(tools.db.reader(), tools.vault, &by, id).await?;
    let title = sheets.first().map(|sheet| sheet.issued.certificate.title.clone()).unwrap_or_default();
    let leaves: Result<Vec<Leaf>> = sheets.iter().map(|sheet| leaf(lexicon, tools.atlas, settings, sheet)).collect();
    Ok(Printed::of(service::print(settings.font_path.clone(), title, leaves?).await?, "certificates"))
}

#[post("/certificates/<serial>/revoke", data = "<form>")]
async fn revoke(
    by: Can<AskRevocations>,
    page: Page,
    serial: &str,
    form: PageForm<RevokeCertificate>,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    tools: Tools<'_>,
) -> Shown<CertificatePage> {
    let deed = async |work: &Work, input: RevokeCertificate| {
        revocations::service::ask(&by, work, serial, &input.reason).await.map(|row| row.serial)
    };
    let on = |serial| go(cookies, format!("/certificates/{serial}"), "revocation-asked", &Vec::new());
    let again = async |page, form| {
        let sheet = service::certificate(tools.db.reader(), tools.vault, &by.prove()?, serial).await?;
        shown(page, form, by.actor(), sheet, tools.db, settings).await
    };
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/certificates/<serial>/replace", data = "<form>")]
async fn replace(
    by: Can<ReplaceCertificates>,
    serial: &str,
    form: PageForm<ReplaceCertificate>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let deed = async |work: &Work, input: ReplaceCertificate| {
        service::replace(&by, work, tools.vault, serial, input.reason).await.map(|new| new.serial)
    };
    let back = format!("/certificates/{}", tidy(serial));
    let on = |serial| go(cookies, format!("/certificates/{serial}"), "certificate-issued_anew", &Vec::new());
    form.write(tools.desk, deed).await.or_back(cookies, back, on)
}

/// The form; a serial in the query, as the form sends it, goes on to its own address.
#[get("/verify?<serial>")]
fn ask(page: Page, serial: Option<&str>) -> Result<std::result::Result<Redirect, Html<VerifyPage>>> {
    let fresh = |page, form| VerifyPage { page, form, found: Found::Nothing, time: String::new() };
    match serial.map(|typed| (typed, tidy(typed))) {
        None => Ok(Err(Html::ok(fresh(page, FormView::default())))),
        Some((typed, serial)) if serial.is_empty() => {
            let form = FormView::default().with("serial", typed);
            let form = form.told(&page, Error::invalid("serial", "invalid.required"))?;
            Ok(Err(Html::again(fresh(page, form))))
        }
        Some((_, serial)) => Ok(Ok(Redirect::to(format!("/verify/{serial}")))),
    }
}

#[get("/verify/<serial>")]
async fn verify(
    page: Page,
    serial: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    settings: &State<Settings>,
    clock: &State<Clock>,
) -> Result<Html<VerifyPage>> {
    let time = page.clock(&clock.now());
    let (status, found) = match service::verify(db.reader(), vault, serial).await? {
        Some(sheet) => {
            let qr = qr_of(settings, &sheet)?;
            (Status::Ok, Found::Known(Box::new(sheet), qr))
        }
        None => (Status::NotFound, Found::Unknown),
    };
    Ok(Html(status, VerifyPage { page, form: FormView::default(), found, time }))
}

pub(crate) fn routes() -> Vec<Route> {
    let mut all = routes![of_seat, certificate, file, class_file, revoke, replace, ask, verify];
    all.extend(revocations::page_routes());
    all.extend(credential::page_routes());
    all
}

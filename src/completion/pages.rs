//! Results of a class, the certificate, and the page on which everybody checks one.

use std::sync::Arc;

use askama::Template;
use entities::values::{ClassId, ClassStatus, EnrolmentId, Fen, Role};
use rocket::{
    Route, State, get,
    http::{CookieJar, Status},
    post,
    response::Redirect,
    routes,
};

use crate::access::Can;
use crate::base::{Clock, Error, Result};
use crate::completion::certificates::{self, Sheet};
use crate::completion::forms::{ResultsForm, RevokeCertificate};
use crate::completion::results::{self, Line, Results};
use crate::completion::rights::{CloseClasses, ReadCertificates, ReadResults, RecordResults, RevokeCertificates};
use crate::completion::rules::tidy;
use crate::completion::service;
use crate::data::{Database, Vault, Work};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Qr, Settings, Shown, Tools, go, on};

#[derive(Template)]
#[template(path = "completion/templates/results.html")]
struct ResultsPage {
    page: Page,
    form: FormView,
    results: Results,
}

impl ResultsPage {
    fn path(&self, rest: &str) -> String {
        format!("/classes/{}{rest}", self.results.class.id)
    }

    fn tries(&self, line: &Line) -> bool {
        self.page.role() == Some(Role::Institution) && self.results.may_try(line)
    }

    /// Whether there is anybody whom the reader can assess.
    fn any_tries(&self) -> bool {
        self.results.people.iter().any(|line| self.tries(line))
    }

    fn closes(&self) -> bool {
        self.page.role() == Some(Role::CountyClerk) && self.results.may_close()
    }

    fn frees_money(&self) -> bool {
        self.results.released() > Fen(0)
    }

    fn money(&self) -> String {
        self.page.yuan(&self.results.released())
    }

    fn is_closed(&self) -> bool {
        self.results.class.status == ClassStatus::Closed
    }

    /// How the class stands for this reader.
    fn kind(&self) -> &'static str {
        match self.results.waiting_on() {
            Some(_) if self.page.is_mine(self.results.waiting_on()) => "yours",
            Some(_) => "theirs",
            None if self.is_closed() => "done",
            None => "moving",
        }
    }
}

#[derive(Template)]
#[template(path = "completion/templates/certificate.html")]
struct CertificatePage {
    page: Page,
    form: FormView,
    sheet: Sheet,
    qr: Qr,
    revokes: bool,
}

impl CertificatePage {
    fn revoke_path(&self) -> String {
        format!("/certificates/{}/revoke", self.sheet.issued.certificate.serial)
    }
}

/// What was asked: nothing yet, a serial that is known, or one that is not.
enum Found {
    Nothing,
    Known(Box<Sheet>, Qr),
    Unknown,
}

#[derive(Template)]
#[template(path = "completion/templates/verify.html")]
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

#[get("/classes/<id>/results")]
async fn show(
    by: Can<ReadResults>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<ResultsPage>> {
    let results = results::results(db.reader(), vault, &by, id).await?;
    Ok(Html::ok(ResultsPage { page, form: FormView::default(), results }))
}

#[post("/classes/<id>/results", data = "<form>")]
async fn assess(
    by: Can<RecordResults>,
    page: Page,
    id: ClassId,
    form: PageForm<ResultsForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ResultsPage> {
    let sent = form.write(tools.desk, async |work, input| service::assess_list(&by, work, id, &input).await).await;
    let again = async |page, form| {
        let results = results::results(tools.db.reader(), tools.vault, &by.prove()?, id).await?;
        Ok(ResultsPage { page, form, results })
    };
    sent.or_again(page, on(cookies, format!("/classes/{id}/results"), "completion-saved"), again).await
}

#[post("/classes/<id>/close", data = "<form>")]
async fn close(
    by: Can<CloseClasses>,
    id: ClassId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/classes/{id}/results");
    let on = |count: usize| go(cookies, path.clone(), "completion-closed", &vec![("count", count.to_string())]);
    let sent = form.write(tools.desk, async |work, _| service::close(&by, work, tools.atlas, id).await).await;
    sent.or_back(cookies, path.clone(), on)
}

/// Where a seat leads when it is completed; the serial is not known there.
#[get("/enrolments/<id>/certificate")]
async fn of_seat(by: Can<ReadCertificates>, id: EnrolmentId, db: &State<Database>) -> Result<Redirect> {
    let serial = certificates::serial_of_seat(db.reader(), &by, id).await?;
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
    let sheet = certificates::certificate(db.reader(), vault, &by, serial).await?;
    let (qr, revokes) = (qr_of(settings, &sheet)?, certificates::may_revoke(by.actor(), &sheet));
    Ok(Html::ok(CertificatePage { page, form: FormView::default(), sheet, qr, revokes }))
}

#[post("/certificates/<serial>/revoke", data = "<form>")]
async fn revoke(
    by: Can<RevokeCertificates>,
    page: Page,
    serial: &str,
    form: PageForm<RevokeCertificate>,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    tools: Tools<'_>,
) -> Shown<CertificatePage> {
    let deed =
        async |work: &Work, input| certificates::revoke(&by, work, serial, &input).await.map(|revoked| revoked.serial);
    let on = |serial| go(cookies, format!("/certificates/{serial}"), "certificate-revoked", &Vec::new());
    let again = async |page, form| {
        let sheet = certificates::certificate(tools.db.reader(), tools.vault, &by.prove()?, serial).await?;
        let (qr, revokes) = (qr_of(settings, &sheet)?, certificates::may_revoke(by.actor(), &sheet));
        Ok(CertificatePage { page, form, sheet, qr, revokes })
    };
    form.write(tools.desk, deed).await.or_again(page, on, again).await
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
    let (status, found) = match certificates::verify(db.reader(), vault, serial).await? {
        Some(sheet) => {
            let qr = qr_of(settings, &sheet)?;
            (Status::Ok, Found::Known(Box::new(sheet), qr))
        }
        None => (Status::NotFound, Found::Unknown),
    };
    Ok(Html(status, VerifyPage { page, form: FormView::default(), found, time }))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![show, assess, close, of_seat, certificate, revoke, ask, verify]
}

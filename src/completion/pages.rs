//! Results of a class, who assesses it, and the file that they may come in.

use std::sync::Arc;

use askama::Template;
use entities::{
    training_class,
    values::{ClassId, ClassStatus, ExemptReason, Fen, OrganisationId, Role},
};
use rocket::{
    Responder, Route, State, get,
    http::{ContentType, CookieJar, Header},
    post,
    response::Redirect,
    routes,
};

use crate::access::Can;
use crate::base::columns::Fault;
use crate::base::{Error, Result, paging};
use crate::certificates;
use crate::classes;
use crate::completion::assessors;
use crate::completion::files;
use crate::completion::forms::{NewAssessor, ResultFileForm, ResultsForm, day_of};
use crate::completion::loading::{Landed, Loader};
use crate::completion::results::{self, Line, Results, may_be_named};
use crate::completion::rights::{CloseClasses, NameAssessors, ReadResults, RecordResults, SeeAssignments};
use crate::completion::service;
use crate::completion::store;
use crate::data::{Database, Vault};
use crate::sheets::Reader;
use crate::web::{FormView, Html, Nothing, Page, PageForm, PageUpload, Shown, Tools, go, on};

#[derive(Template)]
#[template(path = "completion/templates/results.html")]
struct ResultsPage {
    page: Page,
    form: FormView,
    results: Results,
    reasons: Vec<(ExemptReason, String)>,
}

impl ResultsPage {
    fn new(page: Page, form: FormView, results: Results) -> Self {
        let reasons = ExemptReason::all().map(|reason| (reason, page.word("exempt_reason", reason))).collect();
        Self { page, form, results, reasons }
    }

    /// Where the page hangs: an assessor does not see the class itself.
    fn above(&self) -> Vec<(String, String)> {
        if self.assesses() {
            vec![("/assessments".to_owned(), self.page.say("completion-assignments"))]
        } else {
            let class = (self.path(""), self.results.class.title.clone());
            vec![class, (self.path("/results"), self.page.say("completion-title"))]
        }
    }

    fn assesses(&self) -> bool {
        self.page.role() == Some(Role::Assessor)
    }

    fn names(&self) -> bool {
        self.page.role() == Some(Role::CountyClerk) && self.results.may_name()
    }

    /// To a body that assesses a certificate is what it is to everybody.
    fn certificate_href(&self, serial: &str) -> String {
        let room = if self.assesses() { "verify" } else { "certificates" };
        format!("/{room}/{serial}")
    }

    fn path(&self, rest: &str) -> String {
        format!("/classes/{}{rest}", self.results.class.id)
    }

    fn tries(&self, line: &Line) -> bool {
        self.assesses() && self.results.may_try(line)
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

    /// Whether there are certificates that this reader may print.
    fn prints(&self) -> bool {
        let role = self.page.role();
        role.is_some_and(|role| certificates::PRINTED_BY.contains(&role))
            && self.results.people.iter().any(|line| line.certificate.is_some() && !line.is_revoked())
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

#[get("/classes/<id>/results")]
async fn show(
    by: Can<ReadResults>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<ResultsPage>> {
    let results = results::results(db.reader(), vault, &by, id).await?;
    Ok(Html::ok(ResultsPage::new(page, FormView::default(), results)))
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
        Ok(ResultsPage::new(page, form, results))
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
    let sent =
        form.write(tools.desk, async |work, _| service::close(&by, work, (tools.atlas, tools.vault), id).await).await;
    sent.or_back(cookies, path.clone(), on)
}

#[derive(Template)]
#[template(path = "completion/templates/assignments.html")]
struct AssignmentsPage {
    page: Page,
    classes: Vec<training_class::Model>,
    next: Option<String>,
}

/// How a class stands for whoever assesses it.
fn look(class: &training_class::Model) -> &'static str {
    classes::state_look(class.status, class.status == ClassStatus::Ended)
}

const ROWS: u64 = 50;

#[get("/assessments?<after>")]
async fn assignments(
    by: Can<SeeAssignments>,
    page: Page,
    after: Option<ClassId>,
    db: &State<Database>,
) -> Result<Html<AssignmentsPage>> {
    let rows = store::assigned(db.reader(), &by.scope(), after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let next = rows.next.map(|after| format!("/assessments?after={after}"));
    Ok(Html::ok(AssignmentsPage { page, classes: rows.items, next }))
}

#[derive(Template)]
#[template(path = "completion/templates/assessor.html")]
struct AssessorPage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    /// Whom the county may name.
    bodies: Vec<(OrganisationId, String)>,
    /// Who is in one hand with the school.
    tied: Vec<String>,
}

impl AssessorPage {
    fn path(&self, rest: &str) -> String {
        format!("/classes/{}{rest}", self.class.id)
    }
}

async fn assessor_page(
    by: &Can<NameAssessors>,
    page: Page,
    form: FormView,
    id: ClassId,
    db: &Database,
) -> Result<AssessorPage> {
    let class = classes::visible(db.reader(), &by.scope(), id).await?;
    if !may_be_named(class.status) {
        return Err(Error::refused("move.illegal"));
    }
    let (free, tied): (Vec<_>, Vec<_>) =
        assessors::choice(db.reader(), &class).await?.into_iter().partition(|(_, apart)| *apart);
    let bodies = free.into_iter().map(|(body, _)| (body.id, body.name)).collect();
    let tied = tied.into_iter().map(|(body, _)| body.name).collect();
    Ok(AssessorPage { page, form, class, bodies, tied })
}

#[get("/classes/<id>/assessor")]
async fn assessor_form(
    by: Can<NameAssessors>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
) -> Result<Html<AssessorPage>> {
    let mut shown = assessor_page(&by, page, FormView::default(), id, db).await?;
    if let Some(named) = shown.class.assessor_id {
        shown.form = shown.form.with("assessor_id", named);
    }
    Ok(Html::ok(shown))
}

#[post("/classes/<id>/assessor", data = "<form>")]
async fn name_assessor(
    by: Can<NameAssessors>,
    page: Page,
    id: ClassId,
    form: PageForm<NewAssessor>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<AssessorPage> {
    let deed = async |work: &_, input: NewAssessor| assessors::name(&by, work, id, input.assessor_id).await;
    let again = async |page, form| assessor_page(&by, page, form, id, tools.db).await;
    let sent = form.write(tools.desk, deed).await;
    sent.or_again(page, on(cookies, format!("/classes/{id}/results"), "completion-named"), again).await
}

#[derive(Template)]
#[template(path = "completion/templates/file.html")]
struct FilePage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    /// What is wrong with the file that was sent: line, cell, why.
    faults: Vec<(u64, Fault, String)>,
}

impl FilePage {
    fn path(&self, rest: &str) -> String {
        format!("/classes/{}/results{rest}", self.class.id)
    }
}

async fn file_page(
    by: &Can<RecordResults>,
    page: Page,
    form: FormView,
    id: ClassId,
    db: &Database,
) -> Result<FilePage> {
    let class = classes::visible(db.reader(), &by.scope(), id).await?;
    Ok(FilePage { page, form, class, faults: Vec::new() })
}

#[get("/classes/<id>/results/file")]
async fn file_form(by: Can<RecordResults>, page: Page, id: ClassId, db: &State<Database>) -> Result<Html<FilePage>> {
    Ok(Html::ok(file_page(&by, page, FormView::default(), id, db).await?))
}

#[post("/classes/<id>/results/file", data = "<upload>")]
async fn load(
    by: Can<RecordResults>,
    page: Page,
    id: ClassId,
    upload: PageUpload<ResultFileForm>,
    cookies: &CookieJar<'_>,
    reader: &State<Reader>,
    tools: Tools<'_>,
) -> Shown<FilePage> {
    let PageUpload { form, file, .. } = upload;
    let (input, view) = form.open();
    let loader = Loader { db: tools.db, reader, desk: tools.desk, vault: tools.vault };
    let landed = match input.and_then(|input| day_of(input.assessed_on.as_deref())) {
        Ok(on) => loader.load(&by, id, on, file).await,
        Err(e) => Err(e),
    };
    let done = |rows: i32, code| {
        let args = vec![("count", rows.to_string())];
        Ok(Ok(go(cookies, format!("/classes/{id}/results"), code, &args)))
    };
    match landed {
        Ok(Landed::Loaded { rows }) => done(rows, "completion-loaded"),
        Ok(Landed::Again { rows }) => done(rows, "completion-loaded_before"),
        Ok(Landed::Faults(faults)) => {
            let told = |(line, fault): (u64, Fault)| {
                let why = page.explain(&fault.code, &fault.args);
                (line, fault, why)
            };
            let faults = faults.into_iter().map(told).collect();
            Ok(Err(Html::again(FilePage { faults, ..file_page(&by, page, view, id, tools.db).await? })))
        }
        Err(e) => {
            let form = view.told(&page, e)?.named(|field| match field {
                "csv" => page.known("completion-csv"),
                field => page.known(&format!("completion-{field}")),
            });
            Ok(Err(Html::again(file_page(&by, page, form, id, tools.db).await?)))
        }
    }
}

/// A file to fill in.
#[derive(Responder)]
struct Download {
    text: String,
    kind: ContentType,
    disposition: Header<'static>,
}

#[get("/classes/<id>/results/template.csv")]
async fn template(
    by: Can<RecordResults>,
    page: Page,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Download> {
    let results = results::results(db.reader(), vault, &by.prove()?, id).await?;
    Ok(Download {
        text: files::template(&results, page.is_en())?,
        kind: ContentType::CSV,
        disposition: Header::new("Content-Disposition", "attachment; filename=\"results.csv\""),
    })
}

pub(crate) fn routes() -> Vec<Route> {
    routes![show, assess, close, assignments, assessor_form, name_assessor, file_form, load, template,]
}

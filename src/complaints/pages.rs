//! Pages: what somebody complained of and what became of it, the form, and the county's list.

use askama::Template;
use entities::{
    complaint,
    values::{ClassId, ComplaintId, ComplaintOutcome, ComplaintStatus, ComplaintSubject, PersonId, Role},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, paging};
use crate::classes;
use crate::complaints::forms::{ComplaintForm, NewAnswer, NewComplaint};
use crate::complaints::lifecycle::ComplaintAction;
use crate::complaints::rights::{AnswerComplaints, Complain, SeeComplaints};
use crate::complaints::service;
use crate::complaints::store;
use crate::complaints::views::{ComplaintView, actions};
use crate::organisations;
use crate::people;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Shown, Tools, go, on};

const SHOWN: u64 = 50;

type Choices = Vec<(String, String)>;

/// A complaint with what it is about in words.
struct Line {
    row: complaint::Model,
    about: String,
    /// Who complains; empty for an institution.
    name: String,
    mine: bool,
}

impl Line {
    fn sign(&self) -> &'static str {
        match self.row.status {
            ComplaintStatus::Received | ComplaintStatus::TakenUp if self.mine => "yours",
            ComplaintStatus::Received | ComplaintStatus::TakenUp => "theirs",
            ComplaintStatus::Answered => "done",
            ComplaintStatus::Withdrawn => "stopped",
        }
    }
}

async fn lines(by: &Actor, rows: Vec<complaint::Model>, tools: Tools<'_>) -> Result<Vec<Line>> {
    let db = tools.db.reader();
    let ids: Vec<ClassId> = rows.iter().filter_map(|row| row.class_id).collect();
    let classes = classes::by_ids(db, &ids).await?;
    let schools = organisations::names(db, rows.iter().map(|row| row.organisation_id)).await?;
    let persons: Vec<PersonId> =
        if by.role == Role::Institution { Vec::new() } else { rows.iter().map(|row| row.person_id).collect() };
    let briefs = people::briefs(db, tools.vault, &persons).await?;
    // Who looks into it, and who complained, know the name.
    let full = by.role == Role::Trainee || by.prove::<people::SeePlight>().is_ok();
    let called = |row: &complaint::Model| {
        let brief = briefs.get(&row.person_id);
        brief.map(|one| if full { one.name.clone() } else { one.masked_name.clone() }).unwrap_or_default()
    };
    let line = |row: complaint::Model| Line {
        about: row
            .class_id
            .and_then(|class| classes.get(&class).map(|class| class.title.clone()))
            .or_else(|| schools.get(&row.organisation_id).cloned())
            .unwrap_or_default(),
        name: called(&row),
        mine: actions(&row, by).iter().any(|action| *action != ComplaintAction::Withdraw),
        row,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(Template)]
#[template(path = "complaints/templates/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    next: Option<String>,
    /// Whose list it is.
    own: bool,
    told: bool,
}

#[get("/complaints?<status>&<after>")]
async fn list(
    by: Can<SeeComplaints>,
    page: Page,
    status: Option<ComplaintStatus>,
    after: Option<ComplaintId>,
    tools: Tools<'_>,
) -> Result<Html<ListPage>> {
    listed(&by, page, status, after, tools).await
}

async fn listed(
    by: &Can<SeeComplaints>,
    page: Page,
    status: Option<ComplaintStatus>,
    after: Option<ComplaintId>,
    tools: Tools<'_>,
) -> Result<Html<ListPage>> {
    let rows = store::list(tools.db.reader(), by.actor(), status, after, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let query = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let own = by.prove::<Complain>().is_ok();
    let told = by.role == Role::Institution;
    let tab = |of: Option<ComplaintStatus>| {
        let word = of.map_or_else(|| page.say("list-all"), |of| page.word("complaint_status", of));
        let href = of.map_or_else(|| "/complaints".to_owned(), |of| format!("/complaints?status={of}"));
        (href, word, of == status)
    };
    let tabs = if own || told {
        Vec::new()
    } else {
        std::iter::once(None).chain(ComplaintStatus::all().map(Some)).map(tab).collect()
    };
    Ok(Html::ok(ListPage {
        tabs,
        next: rows.next.map(|after| format!("/complaints?{query}after={after}")),
        lines: lines(by.actor(), rows.items, tools).await?,
        own,
        told,
        page,
    }))
}

/// What the reader complained of, and what became of it.
#[get("/my-complaints")]
async fn own(by: Can<Complain>, page: Page, tools: Tools<'_>) -> Result<Html<ListPage>> {
    listed(&by.prove()?, page, None, None, tools).await
}

#[derive(Template)]
#[template(path = "complaints/templates/new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    /// For whom somebody of the village complains.
    name: Option<String>,
    about: Choices,
    subjects: Choices,
}

async fn blank(
    by: &Can<Complain>,
    page: Page,
    form: FormView,
    person: Option<PersonId>,
    tools: Tools<'_>,
) -> Result<NewPage> {
    let db = tools.db.reader();
    let person = service::complainant(by, db, person).await?;
    let mut about = Vec::new();
    for class in service::classes_of(db, person.id).await? {
        about.push((format!("class:{}", class.id), class.title));
    }
    for (id, name) in service::institutions(db, &person).await? {
        about.push((format!("institution:{id}"), name));
    }
    let subjects = ComplaintSubject::all().map(|one| (one.to_string(), page.word("complaint_subject", one)));
    Ok(NewPage {
        subjects: subjects.collect(),
        name: (by.role != Role::Trainee).then(|| person.name.clone()),
        form: if by.role == Role::Trainee { form } else { form.with("person", person.id) },
        about,
        page,
    })
}

#[get("/complaints/new?<class>&<person>")]
async fn new_form(
    by: Can<Complain>,
    page: Page,
    class: Option<ClassId>,
    person: Option<PersonId>,
    tools: Tools<'_>,
) -> Result<Html<NewPage>> {
    let form =
        class.map_or_else(FormView::default, |class| FormView::default().with("about", format!("class:{class}")));
    Ok(Html::ok(blank(&by, page, form, person, tools).await?))
}

impl TryFrom<ComplaintForm> for NewComplaint {
    type Error = Error;

    fn try_from(form: ComplaintForm) -> Result<Self> {
        let wrong = || Error::invalid("about", "invalid.complaint_about");
        let (class_id, organisation_id) = match form.about.split_once(':') {
            Some(("class", id)) => (Some(id.parse().map_err(|_| wrong())?), None),
            Some(("institution", id)) => (None, Some(id.parse().map_err(|_| wrong())?)),
            _ => return Err(wrong()),
        };
        Ok(Self { person_id: form.person, class_id, organisation_id, subject: form.subject, text: form.text })
    }
}

#[post("/complaints", data = "<form>")]
async fn file(
    by: Can<Complain>,
    page: Page,
    form: PageForm<ComplaintForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewPage> {
    let sent = form
        .write(tools.desk, async |work, form| {
            service::file(&by, work, tools.vault, &NewComplaint::try_from(form)?).await
        })
        .await;
    let filed = |id| go(cookies, format!("/complaints/{id}"), "complaint-filed", &Vec::new());
    sent.or_again(page, filed, async |page, form| {
        let person = form.value("person").parse().ok();
        blank(&by, page, form, person, tools).await
    })
    .await
}

#[derive(Template)]
#[template(path = "complaints/templates/show.html")]
struct ShowPage {
    page: Page,
    form: FormView,
    line: Line,
    view: ComplaintView,
    institution: String,
    takes: bool,
    answers: bool,
    withdraws: bool,
    overdue: bool,
    outcomes: Choices,
    /// The list that it stands in.
    list: &'static str,
}

impl ShowPage {
    fn path(&self, rest: &str) -> String {
        format!("/complaints/{}{rest}", self.line.row.id)
    }
}

async fn shown(
    by: &Can<SeeComplaints>,
    page: Page,
    form: FormView,
    id: ComplaintId,
    tools: Tools<'_>,
) -> Result<ShowPage> {
    let db = tools.db.reader();
    let row = store::visible(db, by.actor(), id).await?;
    let open = actions(&row, by.actor());
    let view = ComplaintView::of(&row, by.actor(), tools.vault)?;
    let outcomes = ComplaintOutcome::all().map(|one| (one.to_string(), page.word("complaint_outcome", one)));
    Ok(ShowPage {
        outcomes: outcomes.collect(),
        takes: open.contains(&ComplaintAction::TakeUp),
        answers: open.contains(&ComplaintAction::Answer),
        withdraws: open.contains(&ComplaintAction::Withdraw),
        overdue: row.status.waits_for().is_some() && row.due_on < page.today,
        institution: organisations::by_id(db, row.organisation_id).await?.name,
        list: if by.prove::<Complain>().is_ok() { "/my-complaints" } else { "/complaints" },
        line: lines(by.actor(), vec![row], tools).await?.pop().ok_or(Error::NotFound("complaint"))?,
        page,
        form,
        view,
    })
}

#[get("/complaints/<id>")]
async fn show(by: Can<SeeComplaints>, page: Page, id: ComplaintId, tools: Tools<'_>) -> Result<Html<ShowPage>> {
    Ok(Html::ok(shown(&by, page, FormView::default(), id, tools).await?))
}

#[post("/complaints/<id>/take-up", data = "<form>")]
async fn take_up(
    by: Can<AnswerComplaints>,
    id: ComplaintId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/complaints/{id}");
    let sent = form.write(tools.desk, async |work, _| service::take_up(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "complaint-taken"))
}

#[post("/complaints/<id>/answer", data = "<form>")]
async fn answer(
    by: Can<AnswerComplaints>,
    page: Page,
    id: ComplaintId,
    form: PageForm<NewAnswer>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ShowPage> {
    let write = async |work: &crate::data::Work, new| service::answer(&by, work, tools.vault, id, &new).await;
    let sent = form.write(tools.desk, write).await;
    let reader = by.prove()?;
    sent.or_again(page, on(cookies, format!("/complaints/{id}"), "complaint-answered"), async |page, form| {
        shown(&reader, page, form, id, tools).await
    })
    .await
}

#[post("/complaints/<id>/withdraw", data = "<form>")]
async fn withdraw(
    by: Can<Complain>,
    id: ComplaintId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/complaints/{id}");
    let sent = form.write(tools.desk, async |work, _| service::withdraw(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "complaint-withdrawn"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, own, new_form, file, show, take_up, answer, withdraw]
}

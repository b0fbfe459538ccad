//! Pages: the requests, one request, the form of a new one.

use askama::Template;
use entities::{
    change_request,
    values::{ChangeRequestId, ChangeStatus, PersonField, PersonId},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::{Error, Result};
use crate::corrections::forms::{CorrectionForm, CorrectionsQuery};
use crate::corrections::rights::{
    ApplyCorrections, ConfirmCorrections, FileCorrections, RefuseCorrections, SeeCorrections,
};
use crate::corrections::service::{self, Filing};
use crate::corrections::views::{CorrectionLine, CorrectionView};
use crate::data::Work;
use crate::people::{self, Hints, Lists};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, Shown, Tools, go, on};

type Links = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "corrections/templates/list.html")]
struct CorrectionsPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<CorrectionLine>,
    next: Option<String>,
    /// One who files for the own record only.
    own: bool,
}

#[derive(Template)]
#[template(path = "corrections/templates/new.html")]
struct NewCorrectionPage {
    page: Page,
    form: FormView,
    name: String,
    back: String,
    villages: Vec<(String, Links)>,
    lists: Lists,
    hints: Hints,
    fresh: bool,
}

/// A field of a request in words.
struct Told {
    field: PersonField,
    label: String,
    old: String,
    new: String,
    /// What is shown of a number is the same; what is masked is not.
    same_ends: bool,
}

#[derive(Template)]
#[template(path = "corrections/templates/show.html")]
struct CorrectionPage {
    told: Vec<Told>,
    path: String,
    page: Page,
    form: FormView,
    view: CorrectionView,
    /// The person's own page, for those to whom it is open.
    person: Option<String>,
}

impl CorrectionPage {
    fn may(&self, action: &str) -> bool {
        self.view.line.actions.contains(&action)
    }
}

/// The kind of badge for a state, as this reader sees it.
fn badge(page: &Page, line: &CorrectionLine) -> &'static str {
    match line.status {
        ChangeStatus::Filed | ChangeStatus::AwaitingSecond if page.is_mine(line.waiting_on) => "yours",
        ChangeStatus::Filed | ChangeStatus::AwaitingSecond => "theirs",
        ChangeStatus::Applied => "done",
        ChangeStatus::Refused => "stopped",
        ChangeStatus::Withdrawn => "held",
    }
}

/// The names of the fields of a request.
fn fields(page: &Page, line: &CorrectionLine) -> String {
    let names: Vec<String> = line.fields.iter().map(|field| people::label(page, *field)).collect();
    names.join(&page.say("person-and"))
}

#[get("/corrections?<query..>")]
async fn list(
    by: Can<SeeCorrections>,
    page: Page,
    query: CorrectionsQuery,
    tools: Tools<'_>,
) -> Result<Html<CorrectionsPage>> {
    let found = service::list(&by, tools.db.reader(), tools.vault, &query).await?;
    let chosen = query.status()?;
    let person = query.person()?.map(|person| format!("person={person}&")).unwrap_or_default();
    let all = (format!("/corrections?{person}"), page.say("list-all"), chosen.is_none());
    let each = ChangeStatus::all().map(|status| {
        let href = format!("/corrections?{person}status={status}");
        (href, page.word("change_status", status), chosen == Some(status))
    });
    let status = chosen.map(|status| format!("status={status}&")).unwrap_or_default();
    Ok(Html::ok(CorrectionsPage {
        tabs: std::iter::once(all).chain(each).collect(),
        next: found.next.map(|after| format!("/corrections?{person}{status}after={after}")),
        rows: found.items,
        own: by.person.is_some() && by.prove::<FileCorrections>().is_ok(),
        page,
    }))
}

/// Whose record: that which is asked for, or one's own.
fn whose(by: &Actor, asked: Option<PersonId>) -> Result<PersonId> {
    asked.or(by.person).ok_or(Error::NotFound("person"))
}

async fn new_page(
    by: &Can<FileCorrections>,
    page: Page,
    id: PersonId,
    typed: Option<FormView>,
    tools: Tools<'_>,
) -> Result<NewCorrectionPage> {
    let db = tools.db.reader();
    let person = people::visible(db, &by.scope(), id).await?;
    let stands = people::form_of(db, tools.vault, &person).await?;
    let now = |field: PersonField| {
        let value = people::masked(field, &stands.value(field), true).filter(|value| !value.is_empty());
        let value = value.unwrap_or_else(|| page.say("correction-nothing"));
        page.say1("correction-now", "value", value)
    };
    let hints = Hints {
        id_number: now(PersonField::IdNumber),
        phone: now(PersonField::Phone) + &page.say("correction-empty"),
        bank_account: now(PersonField::BankAccount) + &page.say("correction-empty"),
        exited_on: page.say("person-exited-hint"),
    };
    let form = typed.unwrap_or_else(|| {
        let filled = PersonField::all()
            .filter(|f| !matches!(f, PersonField::IdNumber | PersonField::Phone | PersonField::BankAccount));
        let form = FormView::default().with("person_id", id).with("version", person.version);
        filled.fold(form, |form, field| form.with(field.as_str(), stands.value(field)))
    });
    let county = person.area_code.get(..6).unwrap_or_default();
    Ok(NewCorrectionPage {
        villages: people::villages(&page, county),
        lists: Lists::of(&page),
        back: if by.person == Some(id) { "/corrections".to_owned() } else { format!("/people/{id}") },
        name: person.name,
        hints,
        fresh: false,
        page,
        form,
    })
}

#[get("/corrections/new?<person>")]
async fn new_form(
    by: Can<FileCorrections>,
    page: Page,
    person: Option<PersonId>,
    tools: Tools<'_>,
) -> Result<Html<NewCorrectionPage>> {
    let id = whose(by.actor(), person)?;
    Ok(Html::ok(new_page(&by, page, id, None, tools).await?))
}

#[post("/corrections", data = "<form>")]
async fn file(
    by: Can<FileCorrections>,
    page: Page,
    form: PageForm<CorrectionForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewCorrectionPage> {
    let id = whose(by.actor(), form.view.value("person_id").parse().ok())?;
    let deed = async |work: &Work, input| {
        service::file(&by, work, tools.vault, tools.atlas, &Filing::from(input)).await.map(|row| row.id)
    };
    let on = |id| go(cookies, format!("/corrections/{id}"), "correction-filed", &Vec::new());
    let again = async |page: Page, form: FormView| {
        let form = form.named(people::naming(&page));
        new_page(&by, page, id, Some(form), tools).await
    };
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

fn correction_page(page: Page, actor: &Actor, form: FormView, view: CorrectionView) -> CorrectionPage {
    let told = view.changes.iter().map(|change| Told {
        field: change.field,
        label: people::label(&page, change.field),
        old: people::told(&page, change.field, change.old.as_deref()),
        new: people::told(&page, change.field, change.new.as_deref()),
        same_ends: change.old == change.new && change.old.is_some(),
    });
    CorrectionPage {
        told: told.collect(),
        path: format!("/corrections/{}", view.line.id),
        person: (actor.scope().covers(&view.line.area_code)).then(|| format!("/people/{}", view.line.person_id)),
        page,
        form,
        view,
    }
}

/// The page of a request, fresh or with what is wrong.
async fn request(
    by: &Can<SeeCorrections>,
    page: Page,
    form: FormView,
    id: ChangeRequestId,
    tools: Tools<'_>,
) -> Result<CorrectionPage> {
    let view = service::show(by, tools.db.reader(), tools.vault, id).await?;
    Ok(correction_page(page, by.actor(), form, view))
}

#[get("/corrections/<id>", rank = 2)]
async fn show(
    by: Can<SeeCorrections>,
    page: Page,
    id: ChangeRequestId,
    tools: Tools<'_>,
) -> Result<Html<CorrectionPage>> {
    Ok(Html::ok(request(&by, page, FormView::default(), id, tools).await?))
}

#[post("/corrections/<id>/apply", data = "<form>")]
async fn apply(
    by: Can<ApplyCorrections>,
    sees: Can<SeeCorrections>,
    page: Page,
    id: ChangeRequestId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<CorrectionPage> {
    let deed = async |work: &Work, _| service::apply(&by, work, tools.vault, tools.atlas, id).await;
    let on = |row: change_request::Model| {
        let passed = row.status == ChangeStatus::AwaitingSecond;
        let done = if passed { "correction-passed" } else { "correction-applied" };
        go(cookies, format!("/corrections/{id}"), done, &Vec::new())
    };
    let again = async |page, form| request(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/corrections/<id>/confirm", data = "<form>")]
async fn confirm(
    by: Can<ConfirmCorrections>,
    sees: Can<SeeCorrections>,
    page: Page,
    id: ChangeRequestId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<CorrectionPage> {
    let deed = async |work: &Work, _| service::confirm(&by, work, tools.vault, tools.atlas, id).await;
    let on = on(cookies, format!("/corrections/{id}"), "correction-applied");
    let again = async |page, form| request(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/corrections/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<RefuseCorrections>,
    sees: Can<SeeCorrections>,
    page: Page,
    id: ChangeRequestId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<CorrectionPage> {
    let deed = async |work: &Work, input| service::refuse(&by, work, tools.vault, id, &input).await;
    let on = on(cookies, format!("/corrections/{id}"), "correction-refused-done");
    let again = async |page, form| request(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/corrections/<id>/withdraw", data = "<form>")]
async fn withdraw(
    by: Can<FileCorrections>,
    id: ChangeRequestId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/corrections/{id}");
    let sent = form.write(tools.desk, async |work, _| service::withdraw(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "correction-withdrawn"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, file, show, apply, confirm, refuse, withdraw]
}

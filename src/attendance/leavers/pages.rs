//! The page on which somebody leaves.

use askama::Template;
use entities::values::{EnrolmentId, PersonId, Role};
use rocket::{Route, get, http::CookieJar, post, routes};

use crate::access::Can;
use crate::attendance::leavers::forms::DropOut;
use crate::attendance::leavers::service;
use crate::attendance::rights::RecordLeavers;
use crate::attendance::service::seat_in_sight;
use crate::base::Result;
use crate::enrolments::WithdrawalReason;
use crate::people;
use crate::web::{FormView, Html, Page, PageForm, Shown, Tools, on};

type Links = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "attendance/templates/drop_out.html")]
struct DropOutPage {
    page: Page,
    form: FormView,
    id: EnrolmentId,
    class: String,
    name: String,
    reasons: Links,
    /// Who may take the seat; empty where it is too late or nobody waited.
    waited: Links,
}

async fn shown(
    by: &Can<RecordLeavers>,
    page: Page,
    form: FormView,
    id: EnrolmentId,
    tools: Tools<'_>,
) -> Result<DropOutPage> {
    let db = tools.db.reader();
    let (row, class) = seat_in_sight(db, by.actor(), id).await?;
    let replaces = by.role == Role::Institution && service::may_replace(db, &class, page.today).await?;
    let waited = if replaces { service::waited(db, &class).await? } else { Vec::new() };
    let mut persons: Vec<PersonId> = waited.iter().map(|one| one.person_id).collect();
    persons.push(row.person_id);
    let briefs = people::briefs(db, tools.vault, &persons).await?;
    let name = |person: &PersonId| briefs.get(person).map(|brief| brief.name.clone()).unwrap_or_default();
    let reasons = WithdrawalReason::ALL
        .iter()
        .map(|reason| (reason.as_str().to_owned(), page.say(&format!("withdrawal-{}", reason.as_str()))))
        .collect();
    Ok(DropOutPage {
        name: name(&row.person_id),
        waited: waited.iter().map(|one| (one.id.to_string(), name(&one.person_id))).collect(),
        class: class.title,
        reasons,
        id,
        page,
        form,
    })
}

#[get("/enrolments/<id>/drop-out")]
async fn form(by: Can<RecordLeavers>, page: Page, id: EnrolmentId, tools: Tools<'_>) -> Result<Html<DropOutPage>> {
    Ok(Html::ok(shown(&by, page, FormView::default(), id, tools).await?))
}

#[post("/enrolments/<id>/drop-out", data = "<form>")]
async fn drop_out(
    by: Can<RecordLeavers>,
    page: Page,
    id: EnrolmentId,
    form: PageForm<DropOut>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DropOutPage> {
    let sent = form.write(tools.desk, async |work, said| service::drop_out(&by, work, id, &said).await).await;
    let path = format!("/enrolments/{id}/attendance");
    sent.or_again(page, on(cookies, path, "leaver-done"), async |page, form| shown(&by, page, form, id, tools).await)
        .await
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![form, drop_out]
}

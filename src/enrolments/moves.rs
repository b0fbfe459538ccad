//! Pages: the moves of a class that move everybody in it, approving and cancelling.

use entities::values::ClassId;
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::error::Args;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::classes::{self, ClassAction, DecideOnClasses};
use crate::data::{Database, Desk};
use crate::enrolments::service;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, Tools, back, go};

/// Here and not with the other moves of a class, because the roster takes its seats.
#[post("/classes/<id>/approve", data = "<_form>")]
async fn approve(
    by: Can<DecideOnClasses>,
    id: ClassId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/classes/{id}");
    match tools.desk.write(async |work| service::approve_class(&by, work, tools.vault, id).await).await {
        Ok(()) => Ok(go(cookies, path, "class-approved", &Vec::new())),
        // Which of the checks failed stands on the page of the class.
        Err(Error::Invalid(_)) => back(cookies, path, Error::refused("class.checks_failed")),
        Err(e) => back(cookies, path, e),
    }
}

async fn cancel_page(
    by: &Can<DecideOnClasses>,
    page: Page,
    form: FormView,
    id: ClassId,
    db: &Database,
) -> Result<ReasonPage> {
    let class = classes::visible(db.reader(), &by.scope(), id).await?;
    class.status.after(ClassAction::Cancel)?;
    Ok(ReasonPage {
        crumbs: vec![("/classes".to_owned(), page.say("class-list")), (format!("/classes/{id}"), class.title.clone())],
        title: page.say("class-cancel"),
        after: String::new(),
        hint: String::new(),
        grave: true,
        lead: page.say2("class-cancel_lead", "class", &class.title, "count", class.taken),
        action: format!("/classes/{id}/cancel"),
        back: format!("/classes/{id}"),
        button: page.say("class-cancel"),
        page,
        form,
    })
}

#[get("/classes/<id>/cancel")]
async fn cancel_form(
    by: Can<DecideOnClasses>,
    page: Page,
    id: ClassId,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
) -> Result<std::result::Result<Html<ReasonPage>, Redirect>> {
    match cancel_page(&by, page, FormView::default(), id, db).await {
        Ok(shown) => Ok(Ok(Html::ok(shown))),
        Err(e) => Ok(Err(back(cookies, format!("/classes/{id}"), e)?)),
    }
}

#[post("/classes/<id>/cancel", data = "<form>")]
async fn cancel(
    by: Can<DecideOnClasses>,
    page: Page,
    id: ClassId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<ReasonPage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::cancel_class(&by, work, id, &input).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/classes/{id}"), "class-cancelled", &Args::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(cancel_page(&by, page, form, id, db).await?)))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![approve, cancel_form, cancel]
}

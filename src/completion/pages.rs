//! Results of a class.

use std::sync::Arc;

use askama::Template;
use entities::values::{ClassId, ClassStatus, Fen, Role};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::Result;
use crate::certificates;
use crate::completion::forms::ResultsForm;
use crate::completion::results::{self, Line, Results};
use crate::completion::rights::{CloseClasses, ReadResults, RecordResults};
use crate::completion::service;
use crate::data::{Database, Vault};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Shown, Tools, go, on};

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

pub(crate) fn routes() -> Vec<Route> {
    routes![show, assess, close]
}

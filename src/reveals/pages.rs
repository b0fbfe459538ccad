//! The page that asks what for, and that shows the numbers as its answer: no address holds them.

use std::sync::Arc;

use askama::Template;
use entities::values::{PersonId, RevealField, RevealPurpose};
use rocket::{Route, State, get, post, routes};

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::Result;
use crate::data::{Database, Desk, Vault};
use crate::people::{Brief, RevealPeople};
use crate::reveals::forms::{Wish, WishForm};
use crate::reveals::views::RevealedView;
use crate::reveals::{rules, service};
use crate::web::{FormView, Html, Page, PageForm};

#[derive(Template)]
#[template(path = "reveals/templates/reveal.html")]
struct RevealPage {
    page: Page,
    form: FormView,
    /// The address of the person's page.
    path: String,
    person: Brief,
    fields: Vec<(RevealField, String)>,
    purposes: Vec<(RevealPurpose, String)>,
    /// Label and number, once it is written down.
    shown: Vec<(String, String)>,
}

async fn reveal_page(
    by: &Can<RevealPeople>,
    page: Page,
    form: FormView,
    id: PersonId,
    db: &Database,
    vault: &Vault,
) -> Result<RevealPage> {
    let fields = rules::fields_of(by.actor()).into_iter();
    Ok(RevealPage {
        person: service::brief(by, db.reader(), vault, id).await?,
        fields: fields.map(|field| (field, page.word("reveal-field", field))).collect(),
        purposes: RevealPurpose::all().map(|purpose| (purpose, page.word("reveal-purpose", purpose))).collect(),
        path: format!("/people/{id}"),
        shown: Vec::new(),
        page,
        form,
    })
}

#[get("/people/<id>/reveal")]
async fn form(
    by: Can<RevealPeople>,
    _fresh: Fresh,
    page: Page,
    id: PersonId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<RevealPage>> {
    Ok(Html::ok(reveal_page(&by, page, FormView::default(), id, db, vault).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/people/<id>/reveal", data = "<form>")]
async fn reveal(
    by: Can<RevealPeople>,
    fresh: Fresh,
    page: Page,
    id: PersonId,
    form: PageForm<WishForm>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Result<Html<RevealPage>> {
    let (input, view) = form.open();
    let done = match input.map(Wish::from) {
        Ok(wish) => desk.write(async |work| service::reveal(&by, fresh, work, vault, id, &wish).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(revealed) => {
            let asked = reveal_page(&by, page, view, id, db, vault).await?;
            Ok(Html::ok(RevealPage { shown: words(&asked.page, &revealed), ..asked }))
        }
        Err(e) => {
            let view = view.told(&page, e)?.named(|field| page.known(&format!("reveal-{field}")));
            Ok(Html::again(reveal_page(&by, page, view, id, db, vault).await?))
        }
    }
}

fn words(page: &Page, revealed: &RevealedView) -> Vec<(String, String)> {
    let told = |value: &str| if value.is_empty() { page.say("reveal-none") } else { value.to_owned() };
    revealed.shown().map(|(field, value)| (page.word("reveal-field", field), told(value))).collect()
}

pub(crate) fn routes() -> Vec<Route> {
    routes![form, reveal]
}

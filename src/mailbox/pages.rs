//! The mailbox of whoever is signed in.

use std::sync::Arc;

use askama::Template;
use entities::values::MessageId;
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Actor;
use crate::base::{Result, paging};
use crate::data::{Database, Desk};
use crate::mailbox::forms::ReadAll;
use crate::mailbox::views::MessageView;
use crate::mailbox::{service, store};
use crate::web::{Html, Lexicon, Nothing, Page, PageForm, go};

const ROWS: u64 = 30;

#[derive(Template)]
#[template(path = "mailbox/templates/list.html")]
struct MailboxPage {
    page: Page,
    messages: Vec<MessageView>,
    /// Messages in this list that were not read yet.
    unread: usize,
    /// The newest of the list; what comes later was not seen.
    newest: String,
    next: Option<String>,
}

#[get("/mailbox?<after>")]
async fn list(
    by: Actor,
    page: Page,
    after: Option<MessageId>,
    lexicon: &State<Arc<Lexicon>>,
    db: &State<Database>,
) -> Result<Html<MailboxPage>> {
    let rows = store::list(db.reader(), by.account, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let rows = rows.map(|row| MessageView::of(row, lexicon, page.locale));
    Ok(Html::ok(MailboxPage {
        unread: rows.items.iter().filter(|message| message.read_at.is_none()).count(),
        newest: rows.items.first().map(|message| message.id.to_string()).unwrap_or_default(),
        next: rows.next.map(|id| format!("/mailbox?after={id}")),
        messages: rows.items,
        page,
    }))
}

#[post("/mailbox/read", data = "<form>")]
async fn read_all(by: Actor, form: PageForm<ReadAll>, cookies: &CookieJar<'_>, desk: &State<Desk>) -> Result<Redirect> {
    let until = form.open().0?.until;
    desk.write(async |work| service::read_all(&by, work, until).await).await?;
    Ok(go(cookies, "/mailbox", "mailbox-all_read", &Vec::new()))
}

#[post("/mailbox/<id>/read", data = "<_form>")]
async fn read(
    by: Actor,
    id: MessageId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    desk.write(async |work| service::read(&by, work, id).await).await?;
    Ok(go(cookies, "/mailbox", "mailbox-one_read", &Vec::new()))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, read_all, read]
}

//! One's own messages, for programs.

use std::sync::Arc;

use entities::values::MessageId;
use rocket::{FromForm, Route, State, form::Strict, get, post, routes, serde::json::Json};
use utoipa::{IntoParams, OpenApi};

use crate::access::Actor;
use crate::base::Result;
use crate::base::paging::Page;
use crate::data::{Database, Desk};
use crate::mailbox::views::MessageView;
use crate::mailbox::{service, store};
use crate::web::{Lexicon, Once, Paging, Spoken};

#[derive(OpenApi)]
#[openapi(paths(list, read))]
pub(crate) struct Docs;

/// Which messages are asked for.
#[derive(Debug, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessagesQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
}

/// The caller's messages, the newest first, in the language asked for.
#[utoipa::path(context_path = "/api/v1", tag = "messages", params(MessagesQuery),
    responses((status = 200, body = Page<MessageView>), (status = 401), (status = 422)))]
#[get("/messages?<query..>")]
pub(crate) async fn list(
    by: Actor,
    query: Strict<MessagesQuery>,
    spoken: Spoken,
    lexicon: &State<Arc<Lexicon>>,
    db: &State<Database>,
) -> Result<Json<Page<MessageView>>> {
    let MessagesQuery { limit, after } = query.into_inner();
    let paging = Paging { limit: limit.number("limit")?, after: after.text().map(str::to_owned), area: None };
    paging.check()?;
    let rows = store::list(db.reader(), by.account, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(page.map(|row| MessageView::of(row, lexicon, spoken.0))))
}

/// Marks a message as read; a second time changes nothing.
#[utoipa::path(context_path = "/api/v1", tag = "messages", params(("id" = MessageId, Path)),
    responses((status = 200, body = MessageView), (status = 401), (status = 404)))]
#[post("/messages/<id>/read")]
pub(crate) async fn read(
    by: Actor,
    id: MessageId,
    spoken: Spoken,
    lexicon: &State<Arc<Lexicon>>,
    desk: &State<Desk>,
) -> Result<Json<MessageView>> {
    let row = desk.write(async |work| service::read(&by, work, id).await).await?;
    Ok(Json(MessageView::of(row, lexicon, spoken.0)))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, read]
}

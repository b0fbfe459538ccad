//! The log as a page.

use askama::Template;
use chrono::{DateTime, Utc};
use entities::values::{AuditId, SealStream};
use rocket::{Route, State, get, routes};

use crate::access::Can;
use crate::audits::rights::ReadAudit;
use crate::audits::store;
use crate::base::{Result, paging};
use crate::data::Database;
use crate::seals::{self, StreamHead};
use crate::web::{FormView, Html, Page};

const ROWS: u64 = 50;

/// A deed in words.
struct Line {
    when: String,
    role: String,
    actor: String,
    action: String,
    noun: String,
    object: String,
    place: String,
    detail: String,
    /// Its place in the chain, once it is sealed.
    seal: String,
}

/// How far a stream is sealed, in words.
struct End {
    stream: String,
    upto: String,
    at: DateTime<Utc>,
    link: String,
}

#[derive(Template)]
#[template(path = "audits/templates/list.html")]
struct AuditPage {
    page: Page,
    form: FormView,
    nouns: Vec<(&'static str, String)>,
    filtered: bool,
    lines: Vec<Line>,
    next: Option<String>,
    ends: Vec<End>,
}

/// The word of a verb or a noun; where the house has none, the bare word of the log.
fn word(page: &Page, kind: &str, bare: &str) -> String {
    let key = format!("{kind}-{bare}");
    if page.knows(&key) { page.say(&key) } else { bare.to_owned() }
}

#[get("/audit?<noun>&<after>")]
async fn list(
    by: Can<ReadAudit>,
    page: Page,
    noun: Option<&str>,
    after: Option<AuditId>,
    db: &State<Database>,
) -> Result<Html<AuditPage>> {
    let noun = noun.filter(|noun| store::NOUNS.contains(noun));
    let rows = store::list(db.reader(), &by.scope(), noun, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let seqs = seals::seqs(db.reader(), SealStream::Audit, rows.items.iter().map(|row| row.id.0)).await?;
    let line = |row: &entities::audit_event::Model| Line {
        when: page.moment(&row.at),
        role: row.role.map_or_else(|| page.say("audit-system"), |role| page.word("role", role)),
        actor: row.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        action: word(&page, "audit_action", &row.action),
        noun: word(&page, "audit_noun", &row.noun),
        object: row.object_id.clone(),
        place: row.area_code.as_deref().map(|code| page.place(code)).unwrap_or_default(),
        detail: row.detail.clone().unwrap_or_default(),
        seal: match seqs.get(&row.id.0) {
            Some(seq) => page.say1("audit-seal_seq", "seq", page.count(*seq)),
            None => page.say("audit-seal_waits"),
        },
    };
    let end = |end: StreamHead| End {
        stream: page.word("seal_stream", end.stream),
        upto: page.say1("audit-seal_upto", "seq", page.count(end.seq)),
        at: end.sealed_at,
        link: end.link,
    };
    let ends = seals::ends(db.reader()).await?.into_iter().map(end).collect();
    Ok(Html::ok(AuditPage {
        lines: rows.items.iter().map(line).collect(),
        next: rows.next.map(|id| format!("/audit?after={id}&noun={}", noun.unwrap_or_default())),
        nouns: store::NOUNS.map(|noun| (noun, word(&page, "audit_noun", noun))).into(),
        form: FormView::default().with("noun", noun.unwrap_or_default()),
        filtered: noun.is_some(),
        ends,
        page,
    }))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list]
}

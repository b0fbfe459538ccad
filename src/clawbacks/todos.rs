//! What of clawbacks waits for somebody, for the home page.

use entities::values::ClawbackStatus::{self, Approved, Invoiced, Offsetting, Requested};
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::{Result, money};
use crate::clawbacks::rights::{CollectClawbacks, DecideOnClawbacks, RequestClawbacks, SeeClawbacks, SeeRequests};
use crate::clawbacks::store::{self, Tally};
use crate::samples;
use crate::web::Todo;

/// Things of one kind that a home page lists one by one.
const SHOWN: u64 = 5;

/// What waits for this reader here.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<SeeClawbacks>().is_err() {
        return Ok(todos);
    }
    if actor.prove::<RequestClawbacks>().is_ok() {
        for item in samples::not_assured(db, &actor.scope(), SHOWN).await? {
            todos.push(Todo {
                mine: true,
                href: format!("/sample-items/{}", item.id),
                key: "clawback-todo-request",
                args: vec![("amount", money::yuan(item.fen))],
                why: "clawback-todo-request-why",
                why_args: Vec::new(),
                due: None,
            });
        }
    }
    let decides = actor.prove::<DecideOnClawbacks>().is_ok();
    let tally = store::tally(db, &actor.scope(), decides.then_some(actor.account)).await?;
    let of = |status: ClawbackStatus| tally.iter().find(|one| one.status == status);
    if decides {
        todos.extend(of(Requested).map(|one| todo(true, one, "clawback-todo-decide")));
    }
    if actor.prove::<CollectClawbacks>().is_ok() {
        todos.extend(of(Approved).map(|one| todo(true, one, "clawback-todo-collect")));
        todos.extend(of(Offsetting).map(|one| todo(true, one, "clawback-todo-offset")));
        todos.extend(of(Invoiced).map(|one| todo(false, one, "clawback-todo-receive")));
    } else if actor.prove::<SeeRequests>().is_err() {
        todos.extend(of(Invoiced).map(|one| todo(true, one, "clawback-todo-pay")));
    }
    Ok(todos)
}

fn todo(mine: bool, one: &Tally, key: &'static str) -> Todo {
    Todo {
        mine,
        href: format!("/clawbacks?status={}", one.status),
        key,
        args: vec![("count", one.count.to_string())],
        why: "clawback-todo-sum",
        why_args: vec![("amount", money::yuan(one.fen))],
        due: one.due_on,
    }
}

//! What of payments waits for somebody, for the home page.

use entities::values::BatchStatus;
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::{Result, money};
use crate::payments::rights::{RunBatches, SeePayments};
use crate::payments::rules::Sum;
use crate::payments::store;
use crate::web::Todo;

/// In which state of a batch which line of a home page tells what to do.
const WAITING: [(BatchStatus, &str); 4] = [
    (BatchStatus::Building, "batch-todo-freeze"),
    (BatchStatus::Frozen, "batch-todo-send"),
    (BatchStatus::Sent, "batch-todo-respond"),
    (BatchStatus::Responded, "batch-todo-reconcile"),
];

/// What waits for this reader here.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<SeePayments>().is_err() {
        return Ok(todos);
    }
    let runs = actor.prove::<RunBatches>().is_ok();
    if runs {
        let tally = store::tally(db, &actor.scope()).await?;
        for (status, key) in WAITING {
            if let Some((_, sum)) = tally.iter().find(|(known, _)| *known == status) {
                todos.push(todo(true, format!("/batches?status={status}"), key, *sum));
            }
        }
    }
    let failed = store::failed_sum(db, &actor.scope()).await?;
    if failed.count > 0 {
        todos.push(todo(runs, "/failed-payments".to_owned(), "payment-todo-failed", failed));
    }
    Ok(todos)
}

fn todo(mine: bool, href: String, key: &'static str, sum: Sum) -> Todo {
    Todo {
        mine,
        href,
        key,
        args: vec![("count", sum.count.to_string())],
        why: "batch-todo-sum",
        why_args: vec![("amount", money::yuan(sum.fen))],
        due: None,
    }
}

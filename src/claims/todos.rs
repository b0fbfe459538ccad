//! What of claims waits for somebody, for the home page.

use entities::values::{ClaimStatus, Claimant};
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::{Result, money};
use crate::claims::lifecycle::turn_of;
use crate::claims::rights::{ReadClaims, SubmitClaims};
use crate::claims::rules;
use crate::claims::store::{self, Tally};
use crate::policy::{Rule, RuleBook};
use crate::web::Todo;

/// What waits for this reader here.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<ReadClaims>().is_err() {
        return Ok(todos);
    }
    let tally = store::tally(db, &actor.scope(), None).await?;
    let open = store::tally(db, &actor.scope(), Some(actor.account)).await?;
    for (status, mine, theirs) in WAITING {
        let is_mine = turn_of(status, Claimant::Institution) == Some(actor.role);
        let Some(waiting) = (if is_mine { &open } else { &tally }).get(&status) else { continue };
        if is_mine {
            todos.push(todo(status, true, mine, *waiting));
        } else if actor.prove::<SubmitClaims>().is_ok() {
            todos.push(todo(status, false, theirs, *waiting));
        }
    }
    if actor.prove::<SubmitClaims>().is_ok() {
        let book = RuleBook::load(db).await?;
        for class in store::unclaimed(db, &actor.scope(), UNCLAIMED).await? {
            let months = book.value(Rule::ClaimMonths, &class.area_code, class.issued_on)?;
            todos.push(Todo {
                mine: true,
                href: format!("/classes/{}/claim", class.id),
                key: "claim-todo-class",
                args: vec![("title", class.title)],
                why: "claim-todo-class-why",
                why_args: Vec::new(),
                due: Some(rules::last_day(class.issued_on, months)),
            });
        }
    }
    Ok(todos)
}

/// Classes without a claim that a home page names one by one.
const UNCLAIMED: u64 = 20;

/// In which state which line of a home page tells whose turn it is.
const WAITING: [(ClaimStatus, &str, &str); 6] = [
    (ClaimStatus::Returned, "claim-todo-resubmit", ""),
    (ClaimStatus::Submitted, "claim-todo-approve", "claim-todo-wait-approve"),
    (ClaimStatus::FirstApproved, "claim-todo-confirm", "claim-todo-wait-confirm"),
    (ClaimStatus::Cleared, "claim-todo-authorise", "claim-todo-wait-authorise"),
    (ClaimStatus::FinanceApproved, "claim-todo-batch", "claim-todo-wait-pay"),
    (ClaimStatus::PayFailed, "claim-todo-fix", ""),
];

fn todo(status: ClaimStatus, mine: bool, key: &'static str, tally: Tally) -> Todo {
    Todo {
        mine,
        href: format!("/claims?status={status}"),
        key,
        args: vec![("count", tally.count.to_string())],
        why: "claim-todo-sum",
        why_args: vec![("amount", money::yuan(tally.fen))],
        due: tally.due_on,
    }
}

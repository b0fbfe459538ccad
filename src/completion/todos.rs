//! What of results and closings waits for somebody, for the home page.

use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::Result;
use crate::completion::rights::{CloseClasses, RecordResults};
use crate::completion::store;
use crate::web::Todo;

/// What waits for this reader here: results for the assessor to enter, for the county's clerk an assessor to name and
/// classes to close.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (enters, closes) = (actor.prove::<RecordResults>().is_ok(), actor.prove::<CloseClasses>().is_ok());
    if !enters && !closes {
        return Ok(Vec::new());
    }
    let waiting = store::ended(db, &actor.scope()).await?;
    Ok(waiting
        .into_iter()
        .map(|class| {
            let count = || vec![("count", class.missing.to_string())];
            let path = |rest| format!("/classes/{}/{rest}", class.id);
            let (mine, key, why, why_args, href) = if class.missing == 0 {
                (closes, "completion-todo-close", "completion-todo-close-why", Vec::new(), path("results"))
            } else if class.assessor_id.is_none() {
                (closes, "completion-todo-name", "completion-todo-name-why", count(), path("assessor"))
            } else {
                (enters, "completion-todo-results", "completion-todo-results-why", count(), path("results"))
            };
            Todo { mine, href, key, args: vec![("class", class.title)], why, why_args, due: None }
        })
        .collect())
}

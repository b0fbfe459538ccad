//! What of results and closings waits for somebody, for the home page.

use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::Result;
use crate::completion::rights::{CloseClasses, RecordResults};
use crate::completion::store;
use crate::web::Todo;

/// What waits for this reader here: results for the institution to enter, classes for the county's clerk to close.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (enters, closes) = (actor.prove::<RecordResults>().is_ok(), actor.prove::<CloseClasses>().is_ok());
    if !enters && !closes {
        return Ok(Vec::new());
    }
    let waiting = store::ended(db, &actor.scope()).await?;
    Ok(waiting
        .into_iter()
        .map(|class| {
            let missing = class.missing > 0;
            let (key, why, why_args) = if missing {
                let count = vec![("count", class.missing.to_string())];
                ("completion-todo-results", "completion-todo-results-why", count)
            } else {
                ("completion-todo-close", "completion-todo-close-why", Vec::new())
            };
            Todo {
                mine: if missing { enters } else { closes },
                href: format!("/classes/{}/results", class.id),
                key,
                args: vec![("class", class.title)],
                why,
                why_args,
                due: None,
            }
        })
        .collect())
}

//! The two waiting lists of a home page.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::attendance;
use crate::base::Result;
use crate::callbacks;
use crate::certificates;
use crate::claims;
use crate::classes;
use crate::clawbacks;
use crate::complaints;
use crate::completion;
use crate::corrections;
use crate::courses;
use crate::duplicates;
use crate::eligibility;
use crate::enrolments;
use crate::exports;
use crate::inspections;
use crate::notices;
use crate::orders;
use crate::payees;
use crate::payments;
use crate::people;
use crate::samples;
use crate::sanctions;
use crate::supervision;
use crate::web::{Page, Todo};

/// One line of a list, in words.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub href: String,
    pub label: String,
    pub due: String,
    /// Due within one working day, or overdue.
    pub soon: bool,
    pub why: String,
}

/// Everything that waits for this reader, and what the reader waits for; each by its due date, the undated last.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(Vec<Todo>, Vec<Todo>)> {
    let mut all = Vec::new();
    all.extend(people::todos(db, actor).await?);
    all.extend(payees::todos(db, actor).await?);
    all.extend(corrections::todos(db, actor).await?);
    all.extend(duplicates::todos(db, actor).await?);
    all.extend(orders::todos(db, actor).await?);
    all.extend(courses::todos(db, actor).await?);
    all.extend(classes::todos(db, actor).await?);
    all.extend(eligibility::todos(db, actor).await?);
    all.extend(enrolments::todos(db, actor).await?);
    all.extend(attendance::todos(db, actor, now).await?);
    all.extend(completion::todos(db, actor).await?);
    all.extend(supervision::todos(db, actor).await?);
    all.extend(sanctions::todos(db, actor).await?);
    all.extend(certificates::todos(db, actor).await?);
    all.extend(claims::todos(db, actor).await?);
    all.extend(notices::todos(db, actor).await?);
    all.extend(payments::todos(db, actor).await?);
    all.extend(samples::todos(db, actor).await?);
    all.extend(clawbacks::todos(db, actor).await?);
    all.extend(inspections::todos(db, actor).await?);
    all.extend(callbacks::todos(db, actor).await?);
    all.extend(complaints::todos(db, actor).await?);
    all.extend(exports::todos(db, actor).await?);
    all.sort_by_key(|todo| todo.due.unwrap_or(NaiveDate::MAX));
    Ok(all.into_iter().partition(|todo| todo.mine))
}

pub(super) fn in_words(page: &Page, todos: &[Todo]) -> Vec<Line> {
    todos.iter().map(|todo| line(page, todo)).collect()
}

fn line(page: &Page, todo: &Todo) -> Line {
    Line {
        href: todo.href.clone(),
        label: page.explain(todo.key, &todo.args),
        due: todo.due.map(|due| due_in_words(page, due)).unwrap_or_default(),
        soon: todo.due.is_some_and(|due| due <= next_working_day(page.today)),
        why: if todo.why.is_empty() { String::new() } else { page.explain(todo.why, &todo.why_args) },
    }
}

fn due_in_words(page: &Page, due: NaiveDate) -> String {
    let tomorrow = page.today.checked_add_days(Days::new(1));
    match due {
        due if due < page.today => page.say1("home-overdue", "day", page.short_day(&due)),
        due if due == page.today => page.say1("turn-by", "day", page.say("today")),
        due if Some(due) == tomorrow => page.say1("turn-by", "day", page.say("tomorrow")),
        due => page.say1("turn-by", "day", page.short_day(&due)),
    }
}

/// The first day after `day` that is no Saturday or Sunday.
fn next_working_day(day: NaiveDate) -> NaiveDate {
    let ahead = match day.weekday() {
        Weekday::Fri => 3,
        Weekday::Sat => 2,
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Sun => 1,
    };
    day.checked_add_days(Days::new(ahead)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_friday_comes_monday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (from, to) in [("2016-11-17", "2016-11-18"), ("2016-11-18", "2016-11-21"), ("2016-11-19", "2016-11-21")] {
            assert_eq!(next_working_day(day(from)), day(to));
        }
    }
}

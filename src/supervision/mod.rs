//! Supervision (监管): is it true? What looks wrong in a class or its marks becomes a doubt (疑点); somebody dismisses or
//! confirms it, and what is confirmed may become a case (案件) against the institution.
//!
//! A doubt is found by looking by a task that goes round or raised by hand from what was seen, said or counted. It takes nothing
//! from anybody by itself. What a person decided is never undone by looking again.

mod doubts;
mod lifecycle;
mod rights;
mod store;

pub(crate) use doubts::{Found, raise};

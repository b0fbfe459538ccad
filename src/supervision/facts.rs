//! The facts of a doubt: plain numbers and values by name, as JSON.

use entities::values::{ClassId, EnrolmentId};
use serde_json::Value;

fn text<'a>(facts: &'a Value, name: &str) -> Option<&'a str> {
    facts.get(name).and_then(Value::as_str)
}

/// The facts as they are kept.
pub(super) fn read(kept: &str) -> Value {
    serde_json::from_str(kept).unwrap_or_default()
}

/// The seats of those whom it is about, where they are more than one.
pub(super) fn seats(facts: &Value) -> impl Iterator<Item = EnrolmentId> {
    let seats = facts.get("enrolments").and_then(Value::as_array).into_iter().flatten();
    seats.filter_map(|id| id.as_str()?.parse().ok())
}

/// The other class, where somebody was in two: its number and itself.
pub(super) fn other_class(facts: &Value) -> Option<(&str, ClassId)> {
    Some((text(facts, "other")?, text(facts, "other_class")?.parse().ok()?))
}

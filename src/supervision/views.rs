//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::values::{
    CaseId, ClassId, DoubtId, DoubtKind, DoubtStatus, EnrolmentId, OrganisationId, Role, SessionId,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::error::Args;
use crate::base::lifecycle::Lifecycle;
use crate::supervision::facts;
use crate::supervision::store::Doubted;
use crate::web::Page;

/// A doubt about a class or its marks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoubtView {
    pub id: DoubtId,
    pub kind: DoubtKind,
    pub class_id: ClassId,
    pub class_number: String,
    /// Null where it is about the class as a whole.
    pub session_id: Option<SessionId>,
    /// Null where it is about more than one person.
    pub enrolment_id: Option<EnrolmentId>,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    /// Numbers and values as they were last found; their names go by the kind.
    #[schema(value_type = Object)]
    pub facts: Value,
    /// In the language that was asked for.
    pub says: String,
    pub status: DoubtStatus,
    /// What this caller may do now: `dismiss confirm open_case`.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
    pub found_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub case_id: Option<CaseId>,
    pub version: i32,
}

/// The plain values among the facts, as texts take them.
fn args(facts: &Value) -> Args {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let named = |(name, value): (&String, &Value)| Some((name_of(name)?, plain(value)?));
    facts.as_object().into_iter().flatten().filter_map(named).collect()
}

/// The names that texts know. Others stand in the facts for programs alone.
fn name_of(name: &str) -> Option<&'static str> {
    const NAMES: [&str; 22] = [
        "people",
        "most",
        "least",
        "device",
        "metres",
        "radius",
        "other",
        "minutes",
        "present",
        "capacity",
        "approved_on",
        "passed",
        "assessed",
        "rate",
        "percent",
        "classes",
        "days",
        "age",
        "says",
        "at",
        "seen",
        "marked",
    ];
    NAMES.into_iter().find(|known| *known == name)
}

/// A doubt in one sentence, in the reader's language.
pub(super) fn says(row: &Doubted, page: &Page) -> String {
    let mut args = args(&facts::read(&row.facts));
    for (name, value) in &mut args {
        // An instant is told by our clocks, to the second: that it is one second is what is doubted.
        if *name == "at"
            && let Ok(at) = value.parse::<DateTime<Utc>>()
        {
            *value =
                format!("{} {}", page.short_day(&page.day_of(&at)), crate::base::clock::time_of(at).format("%H:%M:%S"));
        }
    }
    args.push(("n", row.ordinal.unwrap_or_default().to_string()));
    page.explain(&format!("doubt_says-{}", row.kind), &args)
}

/// What somebody may do with a doubt now.
pub(super) fn actions(status: DoubtStatus, reader: &Actor) -> Vec<&'static str> {
    status.open_to(reader.role).into_iter().map(Into::into).collect()
}

impl DoubtView {
    pub(super) fn of(row: Doubted, page: &Page, reader: &Actor) -> Self {
        Self {
            says: says(&row, page),
            facts: facts::read(&row.facts),
            actions: actions(row.status, reader),
            waiting_on: row.status.waits_for(),
            id: row.id,
            kind: row.kind,
            class_id: row.class_id,
            class_number: row.class_number,
            session_id: row.session_id,
            enrolment_id: row.enrolment_id,
            organisation_id: row.organisation_id,
            area_code: row.area_code,
            status: row.status,
            found_at: row.found_at,
            decided_at: row.decided_at,
            reason: row.reason,
            case_id: row.case_id,
            version: row.version,
        }
    }
}

/// What came of looking anew.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LookedView {
    /// Doubts that were raised, or of which more is known.
    pub raised: usize,
}

//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    ClassId, EligibilityRuleId, EnrolmentId, FlagId, FlagStatus, LabourCapacity, PersonId, PovertyStatus, Programme,
    Role,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::eligibility::evidence::Evidence;
use crate::eligibility::rules::{Ages, Told};
use crate::eligibility::service::{Entitlement, Listed};
use crate::eligibility::store::Flagged;
use crate::web::Page;

/// Who may be trained, where and when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EligibilityRuleView {
    pub id: EligibilityRuleId,
    pub area_code: String,
    /// Null for every programme that has no rule of its own.
    pub programme: Option<Programme>,
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    pub document_no: String,
    /// Empty: not asked.
    pub poverty: Vec<PovertyStatus>,
    pub labour: Vec<LabourCapacity>,
    pub registration: Vec<String>,
    pub areas: Vec<String>,
    /// By the rule, or where it names none by the numbers of policy that hold today.
    pub men: AgesView,
    pub women: AgesView,
}

/// Full years on the first day of a class, both included.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgesView {
    pub from: i64,
    pub to: i64,
}

impl From<Ages> for AgesView {
    fn from(ages: Ages) -> Self {
        Self { from: ages.from, to: ages.to }
    }
}

impl From<Listed> for EligibilityRuleView {
    fn from(Listed { row, asked, ages }: Listed) -> Self {
        Self {
            id: row.id,
            area_code: row.area_code,
            programme: row.programme,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document_no: row.document_no,
            poverty: asked.poverty,
            labour: asked.labour,
            registration: asked.registration,
            areas: asked.areas,
            men: asked.men.unwrap_or(ages).into(),
            women: asked.women.unwrap_or(ages).into(),
        }
    }
}

/// What one condition says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConditionView {
    /// Stable: `check-age` where it holds, the refusal's code `enrolment.age` where it does not.
    pub code: String,
    pub holds: bool,
    /// In the language that was asked for.
    pub reason: String,
}

impl ConditionView {
    pub(crate) fn of(told: &Told, page: &Page) -> Self {
        Self { code: told.code.clone(), holds: told.holds, reason: page.explain(&told.code, &told.args()) }
    }
}

/// What a person may have on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EligibilityView {
    pub person_id: PersonId,
    /// The first day of a class.
    pub on: NaiveDate,
    pub programmes: Vec<EntitlementView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntitlementView {
    pub programme: Programme,
    /// Every condition holds.
    pub holds: bool,
    pub rule_id: EligibilityRuleId,
    pub document_no: String,
    pub conditions: Vec<ConditionView>,
}

impl EntitlementView {
    pub(crate) fn of(one: &Entitlement, page: &Page) -> Self {
        Self {
            programme: one.programme,
            holds: one.holds(),
            rule_id: one.rule.id,
            document_no: one.rule.document_no.clone(),
            conditions: one.verdicts.iter().map(|told| ConditionView::of(told, page)).collect(),
        }
    }
}

/// What was found of one person when the class started. Names are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceView {
    pub person_id: PersonId,
    pub masked_name: String,
    pub holds: bool,
    pub decided_at: DateTime<Utc>,
    pub rule_id: EligibilityRuleId,
    pub document_no: String,
    /// SHA-256 of the facts that decided.
    pub facts_hash: String,
    pub conditions: Vec<ConditionView>,
}

impl EvidenceView {
    pub(crate) fn of(masked_name: String, evidence: &Evidence, page: &Page) -> Self {
        Self {
            person_id: evidence.person,
            masked_name,
            holds: evidence.holds,
            decided_at: evidence.decided_at,
            rule_id: evidence.rule,
            document_no: evidence.document_no.clone(),
            facts_hash: evidence.facts_hash.clone(),
            conditions: evidence.verdicts.iter().map(|told| ConditionView::of(told, page)).collect(),
        }
    }
}

/// A doubt about somebody in a class that runs. Names are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagView {
    pub id: FlagId,
    pub class_id: ClassId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub masked_name: String,
    pub area_code: String,
    /// Code of the condition; for a list with its kind behind it.
    pub cause: String,
    /// In the language that was asked for.
    pub says: String,
    pub status: FlagStatus,
    /// What this caller may do now: `dismiss confirm`.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
    pub found_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

/// What a kept condition says, in the reader's language; nothing where it cannot be read.
pub(crate) fn says(flag: &Flagged, page: &Page) -> String {
    let told: Option<Told> = serde_json::from_str(&flag.verdict).ok();
    told.map(|told| page.explain(&told.code, &told.args())).unwrap_or_default()
}

/// What somebody may do with a doubt: to decide, not to look anew.
pub(crate) fn decisions(status: FlagStatus, reader: &Actor) -> Vec<&'static str> {
    let open = status.open_to(reader.role).into_iter().map(Into::<&str>::into);
    open.filter(|action| ["dismiss", "confirm"].contains(action)).collect()
}

impl FlagView {
    pub(crate) fn of(masked_name: String, flag: Flagged, page: &Page, reader: &Actor) -> Self {
        let open = flag.status == FlagStatus::Open;
        Self {
            says: says(&flag, page),
            actions: decisions(flag.status, reader),
            waiting_on: open.then(|| flag.status.waits_for()).flatten(),
            id: flag.id,
            class_id: flag.class_id,
            enrolment_id: flag.enrolment_id,
            person_id: flag.person_id,
            masked_name,
            area_code: flag.area_code,
            cause: flag.cause,
            status: flag.status,
            found_at: flag.found_at,
            decided_at: flag.decided_at,
            reason: flag.reason,
        }
    }
}

/// What was found of the people of a class, when it began and since.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingsView {
    pub class_id: ClassId,
    pub evidence: Vec<EvidenceView>,
    pub flags: Vec<FlagView>,
}

/// What came of looking anew.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rechecked {
    /// Doubts that were opened.
    pub opened: usize,
}

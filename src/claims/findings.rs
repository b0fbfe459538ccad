//! What the rows say of everybody who finished a class: whether a line of a claim holds, looked at anew each time.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    certificate, claim, claim_line, training_class,
    values::{CertificateStatus, ClassStatus, EnrolmentId, ExclusionListId, PersonId},
};
use sea_orm::ConnectionTrait;

use crate::attendance;
use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::certificates;
use crate::claims::rules::{self, Facts, Fault, Terms};
use crate::claims::store;
use crate::classes;
use crate::completion;
use crate::exclusions::{self, Hit};
use crate::policy::{Rule, RuleBook};

/// What the rows say of one person who finished a class.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub attendance: Rate,
    pub fault: Option<Fault>,
    /// The list behind the fault, where it is one.
    pub hit: Option<Hit>,
}

/// The state of the certificate of each seat, of several the latest; and the day on which a first one was issued: a lost
/// paper gives nobody more time to claim.
fn standing(certificates: Vec<certificate::Model>) -> HashMap<EnrolmentId, (CertificateStatus, NaiveDate)> {
    let mut standing: HashMap<EnrolmentId, (CertificateStatus, NaiveDate)> = HashMap::with_capacity(certificates.len());
    for certificate::Model { enrolment_id, status, issued_on, .. } in certificates {
        let first = standing.get(&enrolment_id).map_or(issued_on, |(_, before)| issued_on.min(*before));
        standing.insert(enrolment_id, (status, first));
    }
    standing
}

/// Looks at everybody who finished a class: exclusion lists as they count now, objections that were upheld, minutes as the
/// marks stand now, the assessment, the certificate, the window, and lines of other claims.
pub(super) async fn findings(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    claim: Option<&claim::Model>,
    claimed_on: NaiveDate,
) -> Result<Vec<Finding>> {
    let completions = completion::of_class(db, class.id).await?;
    let certificates = standing(certificates::of_class(db, class.id).await?);
    let minutes = attendance::totals(db, class.id).await?;
    let everybody: Vec<PersonId> = completions.iter().map(|row| row.person_id).collect();
    let listed = exclusions::entries_of(db, &everybody).await?;
    let seats: Vec<EnrolmentId> = completions.iter().map(|row| row.enrolment_id).collect();
    let disputed = store::disputed_seats(db, &seats).await?;
    let elsewhere = store::claimed_elsewhere(db, class, everybody, claim.map(|claim| claim.id)).await?;
    let book = RuleBook::load(db).await?;
    let terms = Terms {
        attendance_percent: i64::from(class.attendance_percent),
        claim_months: book.value(Rule::ClaimMonths, &class.area_code, claimed_on)?,
        claimed_on,
    };
    let look = |row: &entities::completion::Model| {
        // Where marks were taken over without their sessions, the completion itself is all there is.
        let attendance = minutes.get(&row.enrolment_id).map_or_else(
            || Rate::new(row.credited_minutes.into(), row.held_minutes.into()),
            |minutes| Rate::new(minutes.credited, minutes.held),
        );
        let certificate = certificates.get(&row.enrolment_id).copied();
        let entries = listed.get(&row.person_id).map(Vec::as_slice).unwrap_or_default();
        let hit = exclusions::hit(entries, class.starts_on, class.ends_on).cloned();
        let facts = Facts {
            attendance,
            passed: row.passed,
            certificate,
            elsewhere: elsewhere.contains(&row.person_id),
            disputed: disputed.contains(&row.enrolment_id),
            excluded: hit.as_ref().map(|hit| hit.kind),
        };
        let fault = rules::fault(&facts, &terms);
        Finding { enrolment: row.enrolment_id, person: row.person_id, attendance, fault, hit }
    };
    Ok(completions.iter().map(look).collect())
}

/// What the rows say now of everybody on a claim.
pub(super) struct Standing(HashMap<EnrolmentId, Finding>);

impl Standing {
    /// What stands against a line, and the list behind it.
    pub(super) fn against(&self, line: &claim_line::Model) -> Option<(Fault, Option<ExclusionListId>)> {
        match self.0.get(&line.enrolment_id) {
            // Who has no completion any more did not qualify.
            None => Some((Fault::NotPassed, None)),
            Some(finding) => finding.fault.map(|fault| (fault, finding.hit.as_ref().map(|hit| hit.list))),
        }
    }

    pub(super) fn all(&self) -> Vec<Finding> {
        self.0.values().cloned().collect()
    }
}

/// # Errors
/// `claim.class_not_closed`.
pub(super) async fn standing_of(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<Standing> {
    let class = classes::by_id(db, claim.class_id).await?;
    require_closed(&class)?;
    let found = findings(db, &class, Some(claim), day_of(claim.submitted_at)).await?;
    Ok(Standing(found.into_iter().map(|found| (found.enrolment, found)).collect()))
}

pub(super) fn require_closed(class: &training_class::Model) -> Result<()> {
    if class.status == ClassStatus::Closed { Ok(()) } else { Err(Error::refused("claim.class_not_closed")) }
}

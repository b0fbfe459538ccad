//! What the rows say of everybody for whom a part of a subsidy may be claimed: whether a line holds, looked at anew each time.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    certificate, claim, claim_line, training_class,
    values::{
        CertificateKind, CertificateStatus, ClassStatus, EnrolmentId, EnrolmentStatus, ExclusionListId, PersonId,
        Tranche,
    },
};
use sea_orm::ConnectionTrait;

use crate::attendance;
use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::certificates;
use crate::claims::rules::{self, Facts, Fault, Part, Terms};
use crate::claims::seats;
use crate::classes;
use crate::completion;
use crate::enrolments;
use crate::exclusions::{self, Hit};
use crate::people;
use crate::policy::{Rule, RuleBook};

/// What the rows say of one person in a class.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub attendance: Rate,
    pub fault: Option<Fault>,
    /// The list behind the fault, where it is one.
    pub hit: Option<Hit>,
    /// Holds a certificate of a skill that stands.
    pub skilled: bool,
}

/// Somebody for whom there may be money.
struct Candidate {
    enrolment: EnrolmentId,
    person: PersonId,
    seat: EnrolmentStatus,
    attendance: Rate,
    passed: bool,
}

/// Who has begun, before a class is over; then who was there at its end. The last part is for who had the one before.
async fn candidates(db: &impl ConnectionTrait, class: &training_class::Model, part: Part) -> Result<Vec<Candidate>> {
    use EnrolmentStatus::{Completed, DroppedOut, Failed, Replaced, Started};
    let minutes = attendance::totals(db, class.id).await?;
    if part.tranche == Tranche::Start {
        let seats = enrolments::of_class(db, class.id, &[Started, Completed, Failed, DroppedOut, Replaced]).await?;
        let one = |row: entities::enrolment::Model| Candidate {
            enrolment: row.id,
            person: row.person_id,
            seat: row.status,
            attendance: minutes.get(&row.id).map_or(Rate::new(0, 0), |of| Rate::new(of.credited, of.held)),
            passed: false,
        };
        return Ok(seats.into_iter().map(one).collect());
    }
    let had = match part.tranche {
        Tranche::Outcome => {
            let before = seats::shares(db, class.id, part.kind)
                .await?
                .into_iter()
                .filter(|share| share.tranche == Part::TRAINING.tranche && rules::is_live(share.status));
            Some(before.map(|share| share.enrolment_id).collect::<HashSet<_>>())
        }
        Tranche::Start | Tranche::Completion => None,
    };
    let rows = completion::of_class(db, class.id).await?.into_iter();
    let one = |row: entities::completion::Model| Candidate {
        enrolment: row.enrolment_id,
        person: row.person_id,
        seat: if row.qualified { Completed } else { Failed },
        // Where marks were taken over without their sessions, the completion itself is all there is.
        attendance: minutes.get(&row.enrolment_id).map_or_else(
            || Rate::new(row.credited_minutes.into(), row.held_minutes.into()),
            |minutes| Rate::new(minutes.credited, minutes.held),
        ),
        passed: row.passed,
    };
    Ok(rows.filter(|row| had.as_ref().is_none_or(|had| had.contains(&row.enrolment_id))).map(one).collect())
}

/// The state of the certificate of each seat, of several the latest; and the day on which a first one was issued: a lost
/// paper gives nobody more time to claim.
pub(super) fn standing(certificates: Vec<certificate::Model>) -> HashMap<EnrolmentId, (CertificateStatus, NaiveDate)> {
    let mut standing: HashMap<EnrolmentId, (CertificateStatus, NaiveDate)> = HashMap::with_capacity(certificates.len());
    for certificate::Model { enrolment_id, status, issued_on, .. } in certificates {
        let first = standing.get(&enrolment_id).map_or(issued_on, |(_, before)| issued_on.min(*before));
        standing.insert(enrolment_id, (status, first));
    }
    standing
}

/// Looks at everybody in a class: exclusion lists as they count now, objections that were upheld, minutes as the marks stand
/// now, the assessment, the certificate, the window, work, and lines of other claims for the same.
pub(super) async fn findings(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    part: Part,
    claim: Option<&claim::Model>,
    claimed_on: NaiveDate,
) -> Result<Vec<Finding>> {
    let candidates = candidates(db, class, part).await?;
    let certificates = standing(certificates::of_class(db, class.id).await?);
    let everybody: Vec<PersonId> = candidates.iter().map(|one| one.person).collect();
    let listed = exclusions::entries_of(db, &everybody).await?;
    let seats: Vec<EnrolmentId> = candidates.iter().map(|one| one.enrolment).collect();
    let disputed = seats::disputed_seats(db, &seats).await?;
    let working = match part.tranche {
        Tranche::Outcome => people::working(db, &everybody).await?,
        Tranche::Start | Tranche::Completion => HashSet::new(),
    };
    let elsewhere = seats::claimed_elsewhere(db, class, part, everybody, claim.map(|claim| claim.id)).await?;
    let months = if part.tranche == Tranche::Outcome { Rule::OutcomeMonths } else { Rule::ClaimMonths };
    let terms = Terms {
        part,
        attendance_percent: i64::from(class.attendance_percent),
        claim_months: RuleBook::load(db).await?.value(months, &class.area_code, claimed_on)?,
        claimed_on,
    };
    let of_skill = class.certificate_kind != CertificateKind::Completion;
    let look = |one: Candidate| {
        let certificate = certificates.get(&one.enrolment).copied();
        let entries = listed.get(&one.person).map(Vec::as_slice).unwrap_or_default();
        let hit = exclusions::hit(entries, class.starts_on, class.ends_on).cloned();
        let facts = Facts {
            attendance: one.attendance,
            passed: one.passed,
            certificate,
            elsewhere: elsewhere.contains(&one.person),
            seat: one.seat,
            works: working.contains(&one.person),
            disputed: disputed.contains(&one.enrolment),
            excluded: hit.as_ref().map(|hit| hit.kind),
        };
        Finding {
            enrolment: one.enrolment,
            person: one.person,
            attendance: one.attendance,
            fault: rules::fault(&facts, &terms),
            hit,
            skilled: of_skill && certificate.is_some_and(|(status, _)| status == CertificateStatus::Published),
        }
    };
    Ok(candidates.into_iter().map(look).collect())
}

/// What the rows say now of everybody on a claim.
pub(super) struct Standing {
    part: Part,
    found: HashMap<EnrolmentId, Finding>,
}

impl Standing {
    /// What stands against a line, and the list behind it.
    pub(super) fn against(&self, line: &claim_line::Model) -> Option<(Fault, Option<ExclusionListId>)> {
        match self.found.get(&line.enrolment_id) {
            // Who has no completion any more did not qualify.
            None if self.part.tranche == Tranche::Start => Some((Fault::NotSeated, None)),
            None => Some((Fault::NotPassed, None)),
            Some(finding) => finding.fault.map(|fault| (fault, finding.hit.as_ref().map(|hit| hit.list))),
        }
    }

    pub(super) fn all(&self) -> Vec<Finding> {
        self.found.values().cloned().collect()
    }
}

/// # Errors
/// `claim.class_not_closed`.
pub(super) async fn standing_of(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<Standing> {
    let (class, part) = (classes::by_id(db, claim.class_id).await?, Part::from(claim));
    if part.tranche != Tranche::Start {
        require_due(&class, part)?;
    }
    let found = findings(db, &class, part, Some(claim), day_of(claim.submitted_at)).await?;
    Ok(Standing { part, found: found.into_iter().map(|found| (found.enrolment, found)).collect() })
}

/// Whether a part may be claimed now: ahead while the class goes on, all else once it is closed.
///
/// # Errors
/// `claim.class_not_running`; `claim.class_not_closed`.
pub(super) fn require_due(class: &training_class::Model, part: Part) -> Result<()> {
    match (part.tranche, class.status) {
        (Tranche::Start, ClassStatus::Running | ClassStatus::Ended)
        | (Tranche::Completion | Tranche::Outcome, ClassStatus::Closed) => Ok(()),
        (Tranche::Start, _) => Err(Error::refused("claim.class_not_running")),
        (Tranche::Completion | Tranche::Outcome, _) => Err(Error::refused("claim.class_not_closed")),
    }
}

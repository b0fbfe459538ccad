//! What was found of everybody who sits in a class when it starts, frozen: later loss of a condition undoes nothing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    eligibility_evidence, training_class,
    values::{ClassId, EligibilityRuleId, EnrolmentId, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Sex},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::access::hex;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::eligibility::rules::{Rule, Told, told};
use crate::eligibility::store;
use crate::exclusions;
use crate::people::{self, Facts};
use crate::policy::RuleBook;

/// The facts that decide, as they are kept: nothing that is sealed.
#[derive(Serialize)]
struct Snapshot<'a> {
    on: NaiveDate,
    birth_on: NaiveDate,
    sex: Sex,
    area_code: &'a str,
    registration: &'a str,
    poverty_status: PovertyStatus,
    labour_capacity: LabourCapacity,
    status: PersonStatus,
}

fn snapshot(facts: &Facts, on: NaiveDate) -> Result<String> {
    let kept = Snapshot {
        on,
        birth_on: facts.birth_on,
        sex: facts.sex,
        area_code: &facts.area_code,
        registration: &facts.registration,
        poverty_status: facts.poverty_status,
        labour_capacity: facts.labour_capacity,
        status: facts.status,
    };
    serde_json::to_string(&kept).map_err(Error::internal)
}

/// Writes what is found of everybody who sits in a class that starts now, in a handful of statements.
pub(crate) async fn freeze(
    work: &Work,
    class: &training_class::Model,
    seats: &[(EnrolmentId, PersonId)],
) -> Result<()> {
    let people: Vec<PersonId> = seats.iter().map(|(_, person)| *person).collect();
    let facts = people::facts(work.db(), &people).await?;
    let listed = exclusions::entries_of(work.db(), &people).await?;
    let book = RuleBook::load(work.db()).await?;
    let rule = Rule::in_force(&book, class.programme, &class.area_code, class.starts_on)?;
    let mut rows = Vec::with_capacity(seats.len());
    for (enrolment, person) in seats {
        let facts = facts.get(person).ok_or(Error::NotFound("person"))?;
        let entries = listed.get(person).map(Vec::as_slice).unwrap_or_default();
        let verdicts = told(&rule.verdicts(facts, exclusions::hit(entries, class.starts_on, class.starts_on)));
        let facts = snapshot(facts, class.starts_on)?;
        rows.push(eligibility_evidence::Model {
            enrolment_id: *enrolment,
            person_id: *person,
            class_id: class.id,
            decided_at: work.now,
            rule_id: rule.row.id,
            holds: verdicts.iter().all(|told| told.holds),
            verdicts: serde_json::to_string(&verdicts).map_err(Error::internal)?,
            facts_hash: hex(ring::digest::digest(&ring::digest::SHA256, facts.as_bytes()).as_ref()),
            facts,
        });
    }
    store::insert_evidence(work, rows).await
}

/// Of the facts that were kept, the one that decides on amounts.
#[derive(Deserialize)]
struct Kept {
    poverty_status: PovertyStatus,
}

/// Who of those who sit in a class was poor when it started. Of classes that started before this was kept, what the registry
/// says now.
///
/// # Errors
/// `Internal` for evidence that is not read.
pub(crate) async fn poor_at_start(
    db: &impl ConnectionTrait,
    class: ClassId,
    seats: &[(EnrolmentId, PersonId)],
) -> Result<HashSet<EnrolmentId>> {
    let mut known = HashMap::new();
    for row in store::evidence(db, class).await? {
        let kept: Kept = serde_json::from_str(&row.facts).map_err(|_| Error::internal("evidence is not read"))?;
        known.insert(row.enrolment_id, kept.poverty_status);
    }
    let unknown: Vec<PersonId> =
        seats.iter().filter(|(seat, _)| !known.contains_key(seat)).map(|(_, person)| *person).collect();
    let facts = if unknown.is_empty() { HashMap::new() } else { people::facts(db, &unknown).await? };
    let poor = |(seat, person): &&(EnrolmentId, PersonId)| {
        let status = known.get(seat).copied().or_else(|| facts.get(person).map(|facts| facts.poverty_status));
        status.is_some_and(is_poor)
    };
    Ok(seats.iter().filter(poor).map(|(seat, _)| *seat).collect())
}

fn is_poor(status: PovertyStatus) -> bool {
    matches!(status, PovertyStatus::Registered | PovertyStatus::Monitored)
}

/// What was found of one person when the class started.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub person: PersonId,
    pub decided_at: DateTime<Utc>,
    pub holds: bool,
    pub rule: EligibilityRuleId,
    pub document_no: String,
    pub verdicts: Vec<Told>,
    pub facts_hash: String,
}

/// By enrolment; for callers who may see the class. Classes that started before this was kept have none.
pub(crate) async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<HashMap<EnrolmentId, Evidence>> {
    let rows = store::evidence(db, class).await?;
    let mut ids: Vec<EligibilityRuleId> = rows.iter().map(|row| row.rule_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules = store::rules(db, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let verdicts = serde_json::from_str(&row.verdicts).map_err(|_| Error::internal("evidence is not read"))?;
            let document_no = rules.get(&row.rule_id).map(|rule| rule.document_no.clone()).unwrap_or_default();
            let evidence = Evidence {
                person: row.person_id,
                decided_at: row.decided_at,
                holds: row.holds,
                rule: row.rule_id,
                document_no,
                verdicts,
                facts_hash: row.facts_hash,
            };
            Ok((row.enrolment_id, evidence))
        })
        .collect()
}

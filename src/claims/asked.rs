//! Every query on what is asked of a line besides its own rows: who shares an account, who was elsewhere, what is doubted.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, claim, claim_line, class_session, doubt, duplicate_pair, enrolment, line_check, supervision_case,
    training_class,
    values::{
        CaseId, CaseStatus, CheckStatus, ClaimId, ClassId, DoubtStatus, EnrolmentId, LineCheckId, LineStatus,
        PairReason, PairStatus, PersonId, SubsidyKind,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};

use crate::base::clock::year_of;
use crate::base::{Error, Result};
use crate::data::Work;

/// Values in one list of a statement.
const KEYS: usize = 1_000;

/// Who shares an account or a phone with one of these people, by what both have in common.
pub(super) async fn sharing(
    db: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<BTreeMap<(PersonId, PairReason), Vec<PersonId>>> {
    use duplicate_pair::Column;
    let mut found: BTreeMap<(PersonId, PairReason), Vec<PersonId>> = BTreeMap::new();
    for some in people.chunks(KEYS) {
        let pairs = duplicate_pair::Entity::find()
            .filter(
                Condition::any().add(Column::A.is_in(some.iter().copied())).add(Column::B.is_in(some.iter().copied())),
            )
            .filter(Column::Reason.is_in([PairReason::SharedAccount, PairReason::SharedPhone]))
            .filter(Column::Status.eq(PairStatus::Open))
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        for pair in pairs {
            for (one, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
                if some.contains(&one) {
                    found.entry((one, pair.reason)).or_default().push(other);
                }
            }
        }
    }
    Ok(found)
}

/// One's being there, by the marks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub person: PersonId,
    pub class: ClassId,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Where these people were on the days of a class, by their credited marks; in that class and in others. Nobody asks of
/// others what nobody was in.
pub(super) async fn stays(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    people: &[PersonId],
) -> Result<Vec<Stay>> {
    let of_class: RelationDef = enrolment::Entity::belongs_to(training_class::Entity)
        .from(enrolment::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let mut stays = Vec::new();
    for some in people.chunks(KEYS) {
        let seats: Vec<(EnrolmentId, PersonId, ClassId)> = enrolment::Entity::find()
            .select_only()
            .columns([enrolment::Column::Id, enrolment::Column::PersonId, enrolment::Column::ClassId])
            .join(JoinType::InnerJoin, of_class.clone())
            .filter(enrolment::Column::PersonId.is_in(some.iter().copied()))
            .filter(training_class::Column::StartsOn.lte(class.ends_on))
            .filter(training_class::Column::EndsOn.gte(class.starts_on))
            .into_tuple()
            .all(db)
            .await?;
        let elsewhere: Vec<PersonId> = seats.iter().filter(|seat| seat.2 != class.id).map(|seat| seat.1).collect();
        let whose: HashMap<EnrolmentId, (PersonId, ClassId)> = seats
            .into_iter()
            .filter(|seat| elsewhere.contains(&seat.1))
            .map(|seat| (seat.0, (seat.1, seat.2)))
            .collect();
        let in_session: RelationDef = attendance_mark::Entity::belongs_to(class_session::Entity)
            .from(attendance_mark::Column::SessionId)
            .to(class_session::Column::Id)
            .into();
        let marks: Vec<(EnrolmentId, DateTime<Utc>, DateTime<Utc>)> = attendance_mark::Entity::find()
            .select_only()
            .column(attendance_mark::Column::EnrolmentId)
            .columns([class_session::Column::StartsAt, class_session::Column::EndsAt])
            .join(JoinType::InnerJoin, in_session)
            .filter(attendance_mark::Column::EnrolmentId.is_in(whose.keys().copied()))
            .filter(attendance_mark::Column::Minutes.gt(0))
            .into_tuple()
            .all(db)
            .await?;
        stays.extend(marks.into_iter().filter_map(|(seat, from, to)| {
            let (person, class) = *whose.get(&seat)?;
            Some(Stay { person, class, from, to })
        }));
    }
    Ok(stays)
}

/// Lines of trainings of the same year that lead to money or led to it, in other classes: how many for whom.
pub(super) async fn trained(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    people: &[PersonId],
) -> Result<HashMap<PersonId, i64>> {
    let year = year_of(class.ends_on);
    let of_claim: RelationDef =
        claim_line::Entity::belongs_to(claim::Entity).from(claim_line::Column::ClaimId).to(claim::Column::Id).into();
    let of_class: RelationDef = claim::Entity::belongs_to(training_class::Entity)
        .from(claim::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let mut counts = HashMap::new();
    for some in people.chunks(KEYS) {
        // A class counts once, in however many parts it is paid.
        let rows: Vec<(PersonId, ClassId, chrono::NaiveDate)> = claim_line::Entity::find()
            .select_only()
            .column(claim_line::Column::PersonId)
            .column(claim::Column::ClassId)
            .column(training_class::Column::EndsOn)
            .distinct()
            .join(JoinType::InnerJoin, of_claim.clone())
            .join(JoinType::InnerJoin, of_class.clone())
            .filter(claim_line::Column::PersonId.is_in(some.iter().copied()))
            .filter(claim_line::Column::Kind.eq(SubsidyKind::Training))
            .filter(claim_line::Column::Status.is_not_in([LineStatus::Refused, LineStatus::Void]))
            .filter(claim::Column::ClassId.ne(class.id))
            .into_tuple()
            .all(db)
            .await?;
        for (person, _, ended_on) in rows {
            if year_of(ended_on) == year {
                *counts.entry(person).or_insert(0) += 1;
            }
        }
    }
    Ok(counts)
}

/// What is doubted of a class and not decided, and whether a case about some of it is open.
pub(super) async fn doubts(db: &impl ConnectionTrait, class: ClassId) -> Result<(Vec<doubt::Model>, bool)> {
    let mut rows = doubt::Entity::find()
        .filter(doubt::Column::ClassId.eq(class))
        .filter(doubt::Column::Status.is_in([DoubtStatus::Open, DoubtStatus::Confirmed, DoubtStatus::InCase]))
        .order_by_asc(doubt::Column::Id)
        .all(db)
        .await?;
    let cases: Vec<CaseId> = rows.iter().filter_map(|row| row.case_id).collect();
    let open: Vec<CaseId> = if cases.is_empty() {
        Vec::new()
    } else {
        let open = supervision_case::Entity::find().filter(supervision_case::Column::Id.is_in(cases));
        let open = open.filter(supervision_case::Column::Status.eq(CaseStatus::Opened)).all(db).await?;
        open.into_iter().map(|case| case.id).collect()
    };
    rows.retain(|row| row.case_id.is_none_or(|case| open.contains(&case)));
    Ok((rows, !open.is_empty()))
}

/// What is asked of a claim and its lines and not gone.
pub(super) async fn standing(db: &impl ConnectionTrait, claim: ClaimId) -> Result<Vec<line_check::Model>> {
    Ok(line_check::Entity::find()
        .filter(line_check::Column::ClaimId.eq(claim))
        .filter(line_check::Column::Status.ne(CheckStatus::Gone))
        .order_by_asc(line_check::Column::Id)
        .all(db)
        .await?)
}

/// # Errors
/// `NotFound` for a question about another claim.
pub(super) async fn of_claim(db: &impl ConnectionTrait, claim: ClaimId, id: LineCheckId) -> Result<line_check::Model> {
    line_check::Entity::find_by_id(id)
        .filter(line_check::Column::ClaimId.eq(claim))
        .one(db)
        .await?
        .ok_or(Error::NotFound("line_check"))
}

pub(super) async fn insert(work: &Work, rows: Vec<line_check::Model>) -> Result<()> {
    for rows in rows.chunks(KEYS) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        line_check::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

//! What is known of a seat or a person over all claims: what lines take already, who was claimed for elsewhere, what is disputed.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{HashMap, HashSet};

use entities::{
    claim, claim_line, objection, training_class,
    values::{
        ClaimId, ClaimStatus, Claimant, ClassId, EnrolmentId, Fen, LineId, LineStatus, ObjectionStatus, PersonId,
        SubsidyKind, Tranche,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};

use crate::base::Result;
use crate::claims::rules::Part;
use crate::claims::store::by_ids;
use crate::people;

/// What one line takes of what its person comes to.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(crate) struct Share {
    pub enrolment_id: EnrolmentId,
    pub claim_id: ClaimId,
    pub tranche: Tranche,
    pub status: LineStatus,
    pub fen: Fen,
    pub entitled_fen: Fen,
}

/// The lines of all claims for one kind of subsidy of a class.
pub(crate) async fn shares(db: &impl ConnectionTrait, class: ClassId, kind: SubsidyKind) -> Result<Vec<Share>> {
    use claim_line::Column as Line;
    let of: RelationDef =
        claim_line::Entity::belongs_to(claim::Entity).from(Line::ClaimId).to(claim::Column::Id).into();
    Ok(claim_line::Entity::find()
        .select_only()
        .columns([Line::EnrolmentId, Line::ClaimId, Line::Tranche, Line::Status, Line::Fen, Line::EntitledFen])
        .join(JoinType::InnerJoin, of)
        .filter(claim::Column::ClassId.eq(class))
        .filter(Line::Kind.eq(kind))
        .into_model::<Share>()
        .all(db)
        .await?)
}

/// States of lines that lead to no money.
const DEAD: [LineStatus; 2] = [LineStatus::Refused, LineStatus::Void];

/// Who of these people has a line that leads to money or led to it for the same part, occupation and level, in any claim but
/// `except`. A line stays with the record for which it was paid; it counts for the one that took that record in.
pub(crate) async fn claimed_elsewhere(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    part: Part,
    people: Vec<PersonId>,
    except: Option<ClaimId>,
) -> Result<HashSet<PersonId>> {
    let merged = people::merged_into(db, &people).await?;
    let everybody: Vec<PersonId> = people.into_iter().chain(merged.keys().copied()).collect();
    let mut found = HashSet::new();
    for some in everybody.chunks(1_000) {
        let mut rows = claim_line::Entity::find()
            .select_only()
            .column(claim_line::Column::PersonId)
            .filter(claim_line::Column::PersonId.is_in(some.iter().copied()))
            .filter(claim_line::Column::Occupation.eq(&class.occupation))
            .filter(claim_line::Column::Level.eq(class.level))
            .filter(claim_line::Column::Kind.eq(part.kind))
            .filter(claim_line::Column::Tranche.eq(part.tranche))
            .filter(claim_line::Column::Status.is_not_in(DEAD));
        if let Some(claim) = except {
            rows = rows.filter(claim_line::Column::ClaimId.ne(claim));
        }
        let rows = rows.into_tuple::<PersonId>().all(db).await?;
        found.extend(rows.into_iter().map(|person| merged.get(&person).copied().unwrap_or(person)));
    }
    Ok(found)
}

/// Which of these seats an objection that was upheld keeps from being paid for, in whatever claim.
pub(crate) async fn disputed_seats(db: &impl ConnectionTrait, seats: &[EnrolmentId]) -> Result<HashSet<EnrolmentId>> {
    let mut found = HashSet::new();
    for some in seats.chunks(1_000) {
        let rows = objection::Entity::find()
            .select_only()
            .column(objection::Column::EnrolmentId)
            .filter(objection::Column::EnrolmentId.is_in(some.iter().copied()))
            .filter(objection::Column::Status.eq(ObjectionStatus::Upheld));
        found.extend(rows.into_tuple::<EnrolmentId>().all(db).await?);
    }
    Ok(found)
}

/// Whether somebody objects to the line and was not answered yet.
pub(crate) async fn is_disputed(db: &impl ConnectionTrait, line: LineId) -> Result<bool> {
    let open = [ObjectionStatus::Received, ObjectionStatus::Investigated];
    let rows = objection::Entity::find()
        .filter(objection::Column::LineId.eq(line))
        .filter(objection::Column::Status.is_in(open));
    Ok(rows.count(db).await? > 0)
}

/// Occupation, level and state of the lines that lead to money or led to it, for a person or a record that went into this one.
pub(crate) async fn payable_of(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<(String, i32, LineStatus)>> {
    let merged = people::merged_into(db, &[person]).await?;
    let everybody: Vec<PersonId> = merged.into_keys().chain([person]).collect();
    Ok(claim_line::Entity::find()
        .select_only()
        .columns([claim_line::Column::Occupation, claim_line::Column::Level, claim_line::Column::Status])
        .filter(claim_line::Column::PersonId.is_in(everybody))
        .filter(claim_line::Column::Status.is_not_in(DEAD))
        .into_tuple()
        .all(db)
        .await?)
}

/// The line for a part of what a seat is paid, with its claim: of the trainee's own claim where that came back to him, else the
/// latest.
pub(crate) async fn line_of_seat(
    db: &impl ConnectionTrait,
    seat: EnrolmentId,
    part: Part,
) -> Result<Option<(claim_line::Model, claim::Model)>> {
    let lines = claim_line::Entity::find()
        .filter(claim_line::Column::EnrolmentId.eq(seat))
        .filter(claim_line::Column::Kind.eq(part.kind))
        .filter(claim_line::Column::Tranche.eq(part.tranche))
        .order_by_desc(claim_line::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<ClaimId> = lines.iter().map(|line| line.claim_id).collect();
    let claims: HashMap<ClaimId, claim::Model> =
        by_ids(db, &ids).await?.into_iter().map(|claim| (claim.id, claim)).collect();
    let came_back = |line: &&claim_line::Model| {
        claims
            .get(&line.claim_id)
            .is_some_and(|claim| (claim.claimant, claim.status) == (Claimant::Trainee, ClaimStatus::Returned))
    };
    let line = lines.iter().find(came_back).or(lines.first());
    Ok(line.and_then(|line| Some((line.clone(), claims.get(&line.claim_id)?.clone()))))
}

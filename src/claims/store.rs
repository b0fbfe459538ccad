//! Every query on claims, lines and decisions.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    account, certificate, claim, claim_line, decision, order_class, organisation, training_class,
    values::{
        AccountId, CertificateStatus, ClaimId, ClaimStatus, Claimant, ClassId, ClassStatus, ExclusionListId, Fen,
        HoldReason, LineId, LineStatus, OrganisationId, PotId, Role, SubsidyKind, Tranche, UpliftKind,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::access::{Scope, within};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims::lifecycle::LineAction;
use crate::claims::rules::{Amount, Part, Steps};
use crate::data::Work;

/// Ids of one question.
const KEYS: usize = 1_000;

/// By area, or by the institution that claims.
fn visible_to(scope: &Scope) -> Select<claim::Entity> {
    claim::Entity::find().filter(scope.over(claim::Column::AreaCode, Some(claim::Column::OrganisationId), None))
}

/// One that the scope may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: ClaimId) -> Result<claim::Model> {
    visible_to(scope).filter(claim::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("claim"))
}

/// A claim as a list tells it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Listed {
    pub id: ClaimId,
    pub number: String,
    pub status: ClaimStatus,
    pub class_id: ClassId,
    pub class_number: String,
    pub class_title: String,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub pot_id: PotId,
    pub total_fen: Fen,
    pub reason: Option<String>,
    pub submitted_by: AccountId,
    pub first_approved_by: Option<AccountId>,
    pub second_approved_by: Option<AccountId>,
    pub submitted_at: DateTime<Utc>,
    pub claimant: Claimant,
    pub kind: SubsidyKind,
    pub tranche: Tranche,
    pub contract_no: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub hold_reason: Option<HoldReason>,
    pub hold_note: Option<String>,
}

impl From<&Listed> for Steps {
    fn from(row: &Listed) -> Self {
        Self {
            status: row.status,
            submitted_by: row.submitted_by,
            first: row.first_approved_by,
            second: row.second_approved_by,
            held: row.hold_reason.is_some(),
            claimant: row.claimant,
        }
    }
}

/// Which claims a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Which<'a> {
    pub status: Option<ClaimStatus>,
    pub area: Option<&'a str>,
    /// So many ...
    pub limit: u64,
    /// ... older than this one.
    pub before: Option<ClaimId>,
}

/// Claims in sight with what they are for and who claims.
fn listing(scope: &Scope) -> Select<claim::Entity> {
    let class: RelationDef = claim::Entity::belongs_to(training_class::Entity)
        .from(claim::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let claimant: RelationDef = claim::Entity::belongs_to(organisation::Entity)
        .from(claim::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    visible_to(scope)
        .column_as(training_class::Column::Number, "class_number")
        .column_as(training_class::Column::Title, "class_title")
        .column_as(organisation::Column::Name, "organisation_name")
        .join(JoinType::InnerJoin, class)
        .join(JoinType::InnerJoin, claimant)
}

/// One of the list.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn listed(db: &impl ConnectionTrait, scope: &Scope, id: ClaimId) -> Result<Listed> {
    let one = listing(scope).filter(claim::Column::Id.eq(id)).into_model::<Listed>().one(db).await?;
    one.ok_or(Error::NotFound("claim"))
}

/// The latest first.
pub(crate) async fn list(db: &impl ConnectionTrait, scope: &Scope, which: Which<'_>) -> Result<Vec<Listed>> {
    let mut rows = listing(scope).order_by_desc(claim::Column::Id).limit(which.limit);
    if let Some(status) = which.status {
        rows = rows.filter(claim::Column::Status.eq(status));
    }
    if let Some(area) = which.area {
        rows = rows.filter(within(claim::Column::AreaCode, area));
    }
    if let Some(before) = which.before {
        rows = rows.filter(claim::Column::Id.lt(before));
    }
    Ok(rows.into_model::<Listed>().all(db).await?)
}

/// How many claims of a state, and what they ask for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub count: i64,
    pub fen: Fen,
    /// The first day by which one of them must be acted on.
    pub due_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct TallyRow {
    status: ClaimStatus,
    count: i64,
    fen: Fen,
    due_on: Option<NaiveDate>,
}

/// The claims in sight by state, without those in which `not_by` took a step already.
pub(crate) async fn tally(
    db: &impl ConnectionTrait,
    scope: &Scope,
    not_by: Option<AccountId>,
) -> Result<HashMap<ClaimStatus, Tally>> {
    let mut rows = visible_to(scope)
        .select_only()
        .column(claim::Column::Status)
        .column_as(claim::Column::Id.count(), "count")
        .column_as(claim::Column::TotalFen.sum().cast_as("bigint"), "fen")
        .column_as(claim::Column::DueOn.min(), "due_on")
        .group_by(claim::Column::Status);
    if let Some(who) = not_by {
        for step in [claim::Column::FirstApprovedBy, claim::Column::SecondApprovedBy] {
            rows = rows.filter(step.is_null().or(step.ne(who)));
        }
    }
    let rows = rows.into_model::<TallyRow>().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.status, Tally { count: row.count, fen: row.fen, due_on: row.due_on })).collect())
}

/// The institution's claim for a part of what a class is paid that was not rejected.
pub(crate) async fn live_of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
    part: Part,
) -> Result<Option<claim::Model>> {
    Ok(claim::Entity::find()
        .filter(claim::Column::ClassId.eq(class))
        .filter(claim::Column::Kind.eq(part.kind))
        .filter(claim::Column::Tranche.eq(part.tranche))
        .filter(claim::Column::Claimant.eq(Claimant::Institution))
        .filter(claim::Column::Status.ne(ClaimStatus::Rejected))
        .one(db)
        .await?)
}

/// Every claim for a class, whoever made it.
pub(crate) async fn all_of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<claim::Model>> {
    Ok(claim::Entity::find().filter(claim::Column::ClassId.eq(class)).all(db).await?)
}

/// A closed class for which nothing was claimed yet, and when its first certificate was issued.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Unclaimed {
    pub id: ClassId,
    pub title: String,
    pub area_code: String,
    pub issued_on: NaiveDate,
}

/// Closed classes in sight that have a published certificate and no live claim; at most `limit`.
pub(crate) async fn unclaimed(db: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<Unclaimed>> {
    use training_class::Column as Class;
    let certificates: RelationDef =
        training_class::Entity::belongs_to(certificate::Entity).from(Class::Id).to(certificate::Column::ClassId).into();
    let claimed = Query::select()
        .column(claim::Column::Id)
        .from(claim::Entity)
        .and_where(Expr::col((claim::Entity, claim::Column::ClassId)).equals((training_class::Entity, Class::Id)))
        .and_where(claim::Column::Claimant.eq(Claimant::Institution))
        .and_where(claim::Column::Kind.eq(Part::TRAINING.kind))
        .and_where(claim::Column::Tranche.eq(Part::TRAINING.tranche))
        .and_where(claim::Column::Status.ne(ClaimStatus::Rejected))
        .to_owned();
    Ok(training_class::Entity::find()
        .select_only()
        .columns([Class::Id, Class::Title, Class::AreaCode])
        .column_as(certificate::Column::IssuedOn.min(), "issued_on")
        .join(JoinType::InnerJoin, certificates)
        .filter(scope.over(Class::AreaCode, Some(Class::OrganisationId), None))
        .filter(Class::Status.eq(ClassStatus::Closed))
        .filter(certificate::Column::Status.eq(CertificateStatus::Published))
        .filter(Expr::exists(claimed).not())
        .group_by(Class::Id)
        .group_by(Class::Title)
        .group_by(Class::AreaCode)
        .order_by_asc(Class::Id)
        .limit(limit)
        .into_model::<Unclaimed>()
        .all(db)
        .await?)
}

/// The lines of a claim, in the order in which they were made.
pub(crate) async fn lines(db: &impl ConnectionTrait, claim: ClaimId) -> Result<Vec<claim_line::Model>> {
    Ok(claim_line::Entity::find()
        .filter(claim_line::Column::ClaimId.eq(claim))
        .order_by_asc(claim_line::Column::Id)
        .all(db)
        .await?)
}

/// How many lines of these claims are of which state.
pub(crate) async fn line_counts(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<HashMap<(ClaimId, LineStatus), i64>> {
    let rows: Vec<(ClaimId, LineStatus, i64)> = claim_line::Entity::find()
        .select_only()
        .column(claim_line::Column::ClaimId)
        .column(claim_line::Column::Status)
        .column_as(claim_line::Column::Id.count(), "count")
        .filter(claim_line::Column::ClaimId.is_in(claims.iter().copied()))
        .group_by(claim_line::Column::ClaimId)
        .group_by(claim_line::Column::Status)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(claim, status, count)| ((claim, status), count)).collect())
}

/// Whether seats of the class were given to an enterprise's order.
pub(crate) async fn is_ordered(db: &impl ConnectionTrait, class: ClassId) -> Result<bool> {
    Ok(order_class::Entity::find().filter(order_class::Column::ClassId.eq(class)).count(db).await? > 0)
}

/// A decision with the name of who took it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Decided {
    pub action: String,
    pub status: ClaimStatus,
    pub role: Role,
    pub name: Option<String>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

/// The decisions on a claim, the first first.
pub(crate) async fn decisions(db: &impl ConnectionTrait, claim: ClaimId) -> Result<Vec<Decided>> {
    let decider: RelationDef =
        decision::Entity::belongs_to(account::Entity).from(decision::Column::DecidedBy).to(account::Column::Id).into();
    Ok(decision::Entity::find()
        .select_only()
        .columns([
            decision::Column::Action,
            decision::Column::Status,
            decision::Column::Role,
            decision::Column::Reason,
            decision::Column::At,
        ])
        .column_as(account::Column::Name, "name")
        .join(JoinType::LeftJoin, decider)
        .filter(decision::Column::ClaimId.eq(claim))
        .order_by_asc(decision::Column::Id)
        .into_model::<Decided>()
        .all(db)
        .await?)
}

/// Writes a new claim with its lines.
pub(crate) async fn insert(work: &Work, claim: claim::Model, lines: Vec<claim_line::Model>) -> Result<()> {
    claim::Entity::insert(claim.into_active_model()).exec_without_returning(work.db()).await?;
    let lines = lines.into_iter().map(IntoActiveModel::into_active_model);
    claim_line::Entity::insert_many(lines).exec_without_returning(work.db()).await?;
    Ok(())
}

/// What a move says of one of its steps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Mark {
    /// As it was.
    #[default]
    Kept,
    By(AccountId),
    /// The step is to be taken again.
    Nobody,
}

/// What is written beside the state in a move.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    pub first: Mark,
    pub second: Mark,
    pub finance: Mark,
    pub reason: Option<&'a str>,
    /// By when whoever is next must act.
    pub due_on: Option<NaiveDate>,
}

/// Moves a claim on from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(crate) async fn advance(work: &Work, claim: &claim::Model, to: ClaimStatus, marks: Marks<'_>) -> Result<()> {
    let mut update = claim::Entity::update_many()
        .col_expr(claim::Column::Status, Expr::value(to))
        .col_expr(claim::Column::Reason, Expr::value(marks.reason))
        .col_expr(claim::Column::DueOn, Expr::value(marks.due_on))
        .col_expr(claim::Column::Version, Expr::col(claim::Column::Version).add(1))
        .filter(claim::Column::Id.eq(claim.id))
        .filter(claim::Column::Status.eq(claim.status))
        .filter(claim::Column::Version.eq(claim.version));
    let steps = [
        (claim::Column::FirstApprovedBy, marks.first),
        (claim::Column::SecondApprovedBy, marks.second),
        (claim::Column::FinanceApprovedBy, marks.finance),
    ];
    for (column, mark) in steps {
        update = match mark {
            Mark::Kept => update,
            Mark::By(who) => update.col_expr(column, Expr::value(Some(who))),
            Mark::Nobody => update.col_expr(column, Expr::value(None::<AccountId>)),
        };
    }
    if update.exec(work.db()).await?.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Sets what a claim asks for, which is the sum of its payable lines.
pub(crate) async fn set_total(work: &Work, claim: ClaimId, total: Fen) -> Result<()> {
    claim::Entity::update_many()
        .col_expr(claim::Column::TotalFen, Expr::value(total))
        .filter(claim::Column::Id.eq(claim))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Writes anew what a line comes to.
pub(crate) async fn set_amount(work: &Work, line: LineId, amount: &Amount) -> Result<()> {
    claim_line::Entity::update_many()
        .col_expr(claim_line::Column::BaseFen, Expr::value(amount.base))
        .col_expr(claim_line::Column::UpliftPercent, Expr::value(amount.percent))
        .col_expr(claim_line::Column::Uplift, Expr::value(amount.uplift.map(UpliftKind::as_str)))
        .col_expr(claim_line::Column::EntitledFen, Expr::value(amount.entitled))
        .col_expr(claim_line::Column::Fen, Expr::value(amount.fen))
        .filter(claim_line::Column::Id.eq(line))
        .exec(work.db())
        .await?;
    Ok(())
}

/// What a line says beside its state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said<'a> {
    pub reason: Option<&'a str>,
    /// The list that keeps it from being paid.
    pub blocked_by: Option<ExclusionListId>,
    pub hold: Option<HoldReason>,
}

/// Moves one line on from the state in which it was read.
///
/// # Errors
/// `move.illegal`; `Stale` when somebody else moved it meanwhile.
pub(crate) async fn set_line(work: &Work, line: &claim_line::Model, action: LineAction, said: Said<'_>) -> Result<()> {
    let moved = claim_line::Entity::update_many()
        .col_expr(claim_line::Column::Status, Expr::value(line.status.after(action)?))
        .col_expr(claim_line::Column::Reason, Expr::value(said.reason))
        .col_expr(claim_line::Column::BlockedBy, Expr::value(said.blocked_by))
        .col_expr(claim_line::Column::HoldReason, Expr::value(said.hold))
        .filter(claim_line::Column::Id.eq(line.id))
        .filter(claim_line::Column::Status.eq(line.status))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Moves every line of a claim that is in a state.
///
/// # Errors
/// `move.illegal`.
pub(crate) async fn set_lines(work: &Work, claim: ClaimId, from: LineStatus, action: LineAction) -> Result<u64> {
    let moved = claim_line::Entity::update_many()
        .col_expr(claim_line::Column::Status, Expr::value(from.after(action)?))
        .col_expr(claim_line::Column::HoldReason, Expr::value(None::<HoldReason>))
        .filter(claim_line::Column::ClaimId.eq(claim))
        .filter(claim_line::Column::Status.eq(from))
        .exec(work.db())
        .await?;
    Ok(moved.rows_affected)
}

/// Says why a refused line stays refused.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(crate) async fn explain_line(work: &Work, line: &claim_line::Model, said: Said<'_>) -> Result<()> {
    let moved = claim_line::Entity::update_many()
        .col_expr(claim_line::Column::Reason, Expr::value(said.reason))
        .col_expr(claim_line::Column::BlockedBy, Expr::value(said.blocked_by))
        .filter(claim_line::Column::Id.eq(line.id))
        .filter(claim_line::Column::Status.eq(line.status))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Lets a claim wait, or go on.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(crate) async fn set_hold(
    work: &Work,
    claim: &claim::Model,
    hold: Option<(HoldReason, &str, AccountId)>,
) -> Result<()> {
    let set = claim::Entity::update_many()
        .col_expr(claim::Column::HoldReason, Expr::value(hold.map(|hold| hold.0)))
        .col_expr(claim::Column::HoldNote, Expr::value(hold.map(|hold| hold.1)))
        .col_expr(claim::Column::HeldBy, Expr::value(hold.map(|hold| hold.2)))
        .col_expr(claim::Column::Version, Expr::col(claim::Column::Version).add(1))
        .filter(claim::Column::Id.eq(claim.id))
        .filter(claim::Column::Version.eq(claim.version))
        .exec(work.db())
        .await?;
    if set.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A claim whoever asks, for the steps that nobody takes by hand.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: ClaimId) -> Result<claim::Model> {
    claim::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("claim"))
}

/// The next claims in a state whatever their area, behind `after`, in the order of their keys; what waits is left out.
pub(crate) async fn in_state(
    db: &impl ConnectionTrait,
    status: ClaimStatus,
    after: Option<ClaimId>,
    limit: u64,
) -> Result<Vec<claim::Model>> {
    let mut rows = claim::Entity::find()
        .filter(claim::Column::Status.eq(status))
        .filter(claim::Column::HoldReason.is_null())
        .order_by_asc(claim::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        rows = rows.filter(claim::Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
}

/// Lines by their ids, whoever asks.
pub(crate) async fn lines_by_id(db: &impl ConnectionTrait, ids: &[LineId]) -> Result<Vec<claim_line::Model>> {
    let mut lines = Vec::with_capacity(ids.len());
    for ids in ids.chunks(1_000) {
        lines.extend(
            claim_line::Entity::find().filter(claim_line::Column::Id.is_in(ids.iter().copied())).all(db).await?,
        );
    }
    Ok(lines)
}

/// # Errors
/// `NotFound` for a line of another claim.
pub(crate) async fn line_of(db: &impl ConnectionTrait, claim: ClaimId, id: LineId) -> Result<claim_line::Model> {
    claim_line::Entity::find_by_id(id)
        .filter(claim_line::Column::ClaimId.eq(claim))
        .one(db)
        .await?
        .ok_or(Error::NotFound("line"))
}

pub(crate) async fn append_decision(work: &Work, row: decision::Model) -> Result<()> {
    decision::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Claims by their ids, whoever asks.
pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[ClaimId]) -> Result<Vec<claim::Model>> {
    let mut claims = Vec::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        claims.extend(claim::Entity::find().filter(claim::Column::Id.is_in(ids.iter().copied())).all(db).await?);
    }
    Ok(claims)
}

/// The lines of many claims.
pub(crate) async fn lines_of(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<Vec<claim_line::Model>> {
    let mut lines = Vec::new();
    for claims in claims.chunks(KEYS) {
        let some = claim_line::Entity::find().filter(claim_line::Column::ClaimId.is_in(claims.iter().copied()));
        lines.extend(some.order_by_asc(claim_line::Column::Id).all(db).await?);
    }
    Ok(lines)
}

/// The next claims of a pot that wait for a batch, behind `after`.
pub(crate) async fn of_pot(
    db: &impl ConnectionTrait,
    pot: PotId,
    after: Option<ClaimId>,
    limit: u64,
) -> Result<Vec<claim::Model>> {
    let mut rows = claim::Entity::find()
        .filter(claim::Column::PotId.eq(pot))
        .filter(claim::Column::Status.eq(ClaimStatus::FinanceApproved))
        .filter(claim::Column::HoldReason.is_null())
        .order_by_asc(claim::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        rows = rows.filter(claim::Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
}

/// Moves lines on that were all read in one state.
///
/// # Errors
/// `move.illegal`; `Stale` when somebody else moved one meanwhile.
pub(crate) async fn move_lines(work: &Work, ids: &[LineId], from: LineStatus, action: LineAction) -> Result<()> {
    let to = from.after(action)?;
    for ids in ids.chunks(KEYS) {
        let moved = claim_line::Entity::update_many()
            .col_expr(claim_line::Column::Status, Expr::value(to))
            .filter(claim_line::Column::Id.is_in(ids.iter().copied()))
            .filter(claim_line::Column::Status.eq(from))
            .exec(work.db())
            .await?;
        if usize::try_from(moved.rows_affected).ok() != Some(ids.len()) {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

/// Moves claims on that were all read in one state.
///
/// # Errors
/// `Stale` when somebody else moved one meanwhile.
pub(crate) async fn advance_many(
    work: &Work,
    ids: &[ClaimId],
    from: ClaimStatus,
    to: ClaimStatus,
    due_on: Option<NaiveDate>,
) -> Result<()> {
    for ids in ids.chunks(KEYS) {
        let moved = claim::Entity::update_many()
            .col_expr(claim::Column::Status, Expr::value(to))
            .col_expr(claim::Column::DueOn, Expr::value(due_on))
            .col_expr(claim::Column::Version, Expr::col(claim::Column::Version).add(1))
            .filter(claim::Column::Id.is_in(ids.iter().copied()))
            .filter(claim::Column::Status.eq(from))
            .exec(work.db())
            .await?;
        if usize::try_from(moved.rows_affected).ok() != Some(ids.len()) {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

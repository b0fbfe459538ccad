//! Every query on objections.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    objection,
    values::{ClaimId, LineId, NoticeId, ObjectionId, ObjectionStatus},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault, Work, changing};

use objection::Column;

/// What each of them is sealed for.
const TEXT: &str = "objection.sealed";
const CONTACT: &str = "objection.contact";
const FINDING: &str = "objection.finding";
const ANSWER: &str = "objection.answer";

const fn sealed(column: &'static str, place: &'static str) -> SealedColumn {
    SealedColumn { table: "objection", column, place, hashes: &[], hash: |_, _| Ok(Vec::new()) }
}

/// What people wrote.
pub const SEALED_TEXTS: SealedColumn = sealed("sealed", TEXT);
/// Who wrote it.
pub const SEALED_CONTACTS: SealedColumn = sealed("contact", CONTACT);
/// What was found.
pub const SEALED_FINDINGS: SealedColumn = sealed("finding", FINDING);
/// What they were answered.
pub const SEALED_ANSWERS: SealedColumn = sealed("answer", ANSWER);

const OPEN: [ObjectionStatus; 2] = [ObjectionStatus::Received, ObjectionStatus::Investigated];

/// By county.
fn visible_to(scope: &Scope) -> Select<objection::Entity> {
    objection::Entity::find().filter(scope.over(Column::AreaCode, None, None))
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: ObjectionId) -> Result<objection::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("objection"))
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: Option<ObjectionStatus>,
    before: Option<ObjectionId>,
    limit: u64,
) -> Result<Vec<objection::Model>> {
    let mut rows = visible_to(scope);
    if let Some(status) = status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// The one with that code, whoever asks: who has the code wrote it.
///
/// # Errors
/// `objection.unknown_code`.
pub(super) async fn by_code(db: &impl ConnectionTrait, hash: &str) -> Result<objection::Model> {
    let row = objection::Entity::find().filter(Column::CodeHash.eq(hash)).one(db).await?;
    row.ok_or_else(|| Error::refused("objection.unknown_code"))
}

/// All to the lines of a claim, the first first.
pub(in crate::notices) async fn of_claim(db: &impl ConnectionTrait, claim: ClaimId) -> Result<Vec<objection::Model>> {
    Ok(objection::Entity::find().filter(Column::ClaimId.eq(claim)).order_by_asc(Column::Id).all(db).await?)
}

/// Lines of a claim to which an objection is not answered.
pub(in crate::notices) async fn disputed_lines(db: &impl ConnectionTrait, claim: ClaimId) -> Result<Vec<LineId>> {
    let rows = objection::Entity::find()
        .select_only()
        .column(Column::LineId)
        .distinct()
        .filter(Column::ClaimId.eq(claim))
        .filter(Column::Status.is_in(OPEN));
    Ok(rows.into_tuple().all(db).await?)
}

/// Whether an objection to the line is not answered yet.
pub(super) async fn is_disputed(db: &impl ConnectionTrait, line: LineId) -> Result<bool> {
    let rows = objection::Entity::find().filter(Column::LineId.eq(line)).filter(Column::Status.is_in(OPEN));
    Ok(rows.count(db).await? > 0)
}

/// How many came from these addresses on a day.
pub(super) async fn from_source(db: &impl ConnectionTrait, sources: &[String], day: NaiveDate) -> Result<u64> {
    let rows = objection::Entity::find().filter(Column::Source.is_in(sources)).filter(Column::FiledOn.eq(day));
    Ok(rows.count(db).await?)
}

/// How many there are to a notice, on that day and in all.
pub(super) async fn to_notice(db: &impl ConnectionTrait, notice: NoticeId, day: NaiveDate) -> Result<(u64, u64)> {
    let rows = || objection::Entity::find().filter(Column::NoticeId.eq(notice));
    Ok((rows().filter(Column::FiledOn.eq(day)).count(db).await?, rows().count(db).await?))
}

/// How many are in a state, and by when the first of them is due.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: ObjectionStatus,
) -> Result<Option<(u64, NaiveDate)>> {
    let rows = visible_to(scope).filter(Column::Status.eq(status));
    let first = rows.clone().select_only().column(Column::DueOn).order_by_asc(Column::DueOn).limit(1);
    match first.into_tuple::<NaiveDate>().one(db).await? {
        None => Ok(None),
        Some(due) => Ok(Some((rows.count(db).await?, due))),
    }
}

/// The four sealed texts of an objection.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Text,
    Contact,
    Finding,
    Answer,
}

impl Part {
    const fn place(self) -> &'static str {
        match self {
            Self::Text => TEXT,
            Self::Contact => CONTACT,
            Self::Finding => FINDING,
            Self::Answer => ANSWER,
        }
    }

    pub(super) fn seal(self, vault: &Vault, id: ObjectionId, text: &str) -> Result<Vec<u8>> {
        vault.seal(self.place(), id, text.as_bytes())
    }

    pub(super) fn open(self, vault: &Vault, row: &objection::Model) -> Result<String> {
        let sealed = match self {
            Self::Text => &row.sealed,
            Self::Contact => &row.contact,
            Self::Finding => &row.finding,
            Self::Answer => &row.answer,
        };
        String::from_utf8(vault.open(self.place(), row.id, sealed)?).map_err(Error::internal)
    }
}

pub(super) async fn insert(work: &Work, row: objection::Model) -> Result<()> {
    objection::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare and set, with what else changes.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn change(work: &Work, row: &objection::Model, set: Vec<(Column, Expr)>) -> Result<()> {
    changing::change(work, row, set).await
}

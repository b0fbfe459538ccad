//! What the demonstration reads back: its marks in the settings, and the year from the counters.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts; the table is of the whole province")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, certificate, claim, claim_line, class_session, doubt, progress, sample_item, setting, target,
    training_class,
    values::{
        CertificateStatus, ClaimStatus, ClassId, ClassStatus, DoubtStatus, Fen, LineId, LineStatus, MarkMethod,
        Measure, PersonId, Programme, SampleItemId, SampleRunId, SessionId,
    },
    venue,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, sea_query::Expr,
};

use crate::access::within;
use crate::areas::{Atlas, short_name};
use crate::base::Result;
use crate::base::rate::Rate;
use crate::data::Work;
use crate::demo::calendar::{TODAY, YEAR};
use crate::demo::figures::PROGRAMMES;
use crate::demo::year::{Year, YearOfArea};

pub(super) const PROVINCE: &str = "360000";

pub(super) async fn setting(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>> {
    Ok(setting::Entity::find_by_id(name.to_owned()).one(db).await?.map(|row| row.value))
}

/// Serials of certificates of a county, but for those of one person, that hold and whose claim is paid: what becomes of them
/// now changes no sum.
pub(super) async fn paid_for(
    db: &impl ConnectionTrait,
    county: &str,
    but: PersonId,
    limit: u64,
) -> Result<Vec<String>> {
    let claimed = certificate::Entity::belongs_to(claim::Entity)
        .from(certificate::Column::ClassId)
        .to(claim::Column::ClassId)
        .into();
    let held = certificate::Entity::find()
        .join(JoinType::InnerJoin, claimed)
        .filter(within(claim::Column::AreaCode, county))
        .filter(claim::Column::Status.eq(ClaimStatus::Paid))
        .filter(certificate::Column::Status.eq(CertificateStatus::Published))
        .filter(certificate::Column::PersonId.ne(but))
        .order_by_desc(certificate::Column::Serial)
        .limit(limit)
        .all(db)
        .await?;
    Ok(held.into_iter().map(|row| row.serial).collect())
}

/// The province and its prefectures.
pub(super) async fn year(db: &impl ConnectionTrait, atlas: &Atlas) -> Result<Year> {
    let done: HashMap<(Programme, String), i64> = progress::Entity::find()
        .filter(progress::Column::Year.eq(YEAR))
        .filter(progress::Column::AreaCode.like("36__00"))
        .all(db)
        .await?
        .into_iter()
        .map(|row| ((row.programme, row.area_code), row.people))
        .collect();
    let targets: HashMap<(Programme, String), i64> = target::Entity::find()
        .filter(target::Column::Year.eq(YEAR))
        .filter(target::Column::Measure.eq(Measure::People))
        .filter(target::Column::SupersededAt.is_null())
        .filter(target::Column::AreaCode.like("36__00"))
        .all(db)
        .await?
        .into_iter()
        .map(|row| ((row.programme, row.area_code), row.value))
        .collect();
    let prefectures =
        atlas.children(PROVINCE, TODAY).into_iter().map(|area| (area.code.as_str(), short_name(&area.name)));
    let areas = std::iter::once((PROVINCE, "全省")).chain(prefectures);
    let of = |map: &HashMap<(Programme, String), i64>, programme, area: &str| {
        map.get(&(programme, area.to_owned())).copied().unwrap_or_default()
    };
    Ok(Year {
        year: YEAR,
        areas: areas
            .map(|(code, name)| YearOfArea {
                area_code: code.to_owned(),
                name: name.to_owned(),
                rates: PROGRAMMES
                    .map(|programme| Rate::new(of(&done, programme, code), of(&targets, programme, code)))
                    .to_vec(),
            })
            .collect(),
    })
}

/// Classes of a county that run or ran, as they were applied for.
pub(super) async fn taught_in(db: &impl ConnectionTrait, county: &str) -> Result<Vec<training_class::Model>> {
    let taught = [ClassStatus::Running, ClassStatus::Ended, ClassStatus::Closed];
    Ok(training_class::Entity::find()
        .filter(training_class::Column::AreaCode.like(format!("{county}%")))
        .filter(training_class::Column::Status.is_in(taught))
        .order_by_asc(training_class::Column::Id)
        .all(db)
        .await?)
}

pub(super) async fn first_session(db: &impl ConnectionTrait, class: ClassId) -> Result<Option<class_session::Model>> {
    let first = class_session::Entity::find().filter(class_session::Column::ClassId.eq(class));
    Ok(first.order_by_asc(class_session::Column::Ordinal).one(db).await?)
}

pub(super) async fn marks_of(db: &impl ConnectionTrait, session: SessionId) -> Result<Vec<attendance_mark::Model>> {
    let marks = attendance_mark::Entity::find().filter(attendance_mark::Column::SessionId.eq(session));
    Ok(marks.order_by_asc(attendance_mark::Column::EnrolmentId).all(db).await?)
}

/// A mark as if the person had made it with a phone.
pub(super) async fn mark_by_phone(
    work: &Work,
    mark: &attendance_mark::Model,
    (came, went): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    attendance_mark::Entity::update_many()
        .col_expr(attendance_mark::Column::Method, Expr::value(MarkMethod::Code))
        .col_expr(attendance_mark::Column::InAt, Expr::value(came))
        .col_expr(attendance_mark::Column::OutAt, Expr::value(went))
        .filter(attendance_mark::Column::SessionId.eq(mark.session_id))
        .filter(attendance_mark::Column::EnrolmentId.eq(mark.enrolment_id))
        .exec(work.db())
        .await?;
    Ok(())
}

/// A class is taught in that room, in each of its sessions.
pub(super) async fn teach_in(work: &Work, class: &training_class::Model, room: venue::Model) -> Result<()> {
    let id = room.id;
    venue::Entity::insert(room.into_active_model()).exec_without_returning(work.db()).await?;
    training_class::Entity::update_many()
        .col_expr(training_class::Column::VenueId, Expr::value(id))
        .filter(training_class::Column::Id.eq(class.id))
        .exec(work.db())
        .await?;
    class_session::Entity::update_many()
        .col_expr(class_session::Column::VenueId, Expr::value(id))
        .filter(class_session::Column::ClassId.eq(class.id))
        .exec(work.db())
        .await?;
    Ok(())
}

/// What is doubted in a county.
pub(super) async fn open_doubts(db: &impl ConnectionTrait, county: &str) -> Result<Vec<doubt::Model>> {
    Ok(doubt::Entity::find()
        .filter(doubt::Column::AreaCode.like(format!("{county}%")))
        .filter(doubt::Column::Status.eq(DoubtStatus::Open))
        .order_by_asc(doubt::Column::Id)
        .all(db)
        .await?)
}

/// Lines of a county that were paid, and how much; the first ones.
pub(super) async fn paid_lines(db: &impl ConnectionTrait, county: &str, limit: u64) -> Result<Vec<(LineId, Fen)>> {
    let of: RelationDef =
        claim_line::Entity::belongs_to(claim::Entity).from(claim_line::Column::ClaimId).to(claim::Column::Id).into();
    Ok(claim_line::Entity::find()
        .select_only()
        .columns([claim_line::Column::Id, claim_line::Column::Fen])
        .join(JoinType::InnerJoin, of)
        .filter(within(claim::Column::AreaCode, county))
        .filter(claim_line::Column::Status.eq(LineStatus::Paid))
        .order_by_asc(claim_line::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// What a run drew, in the order of the draw.
pub(super) async fn drawn(db: &impl ConnectionTrait, run: SampleRunId) -> Result<Vec<(SampleItemId, LineId, Fen)>> {
    use sample_item::Column;
    Ok(sample_item::Entity::find()
        .select_only()
        .columns([Column::Id, Column::LineId, Column::Fen])
        .filter(Column::RunId.eq(run))
        .order_by_asc(Column::Ordinal)
        .into_tuple()
        .all(db)
        .await?)
}

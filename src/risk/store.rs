//! Every query of the score, and the scores that were kept.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    organisation, risk_score, risk_standing, risk_weight,
    values::{ClassId, OrganisationId, OrganisationKind, RiskBand, RiskFactor, SanctionKind},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, Statement, Value,
    sea_query::{Expr, OnConflict},
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::risk::forms::Sought;
use crate::risk::rules::{Doubt, Facts, Window, of_doubt};

/// Of an area, or one's own.
fn visible_to(scope: &Scope) -> Select<organisation::Entity> {
    use organisation::Column;
    organisation::Entity::find()
        .filter(scope.over(Column::AreaCode, Some(Column::Id), None))
        .filter(Column::Kind.eq(OrganisationKind::Institution))
}

/// An institution in sight.
///
/// # Errors
/// `NotFound`, also for what is no institution.
pub(super) async fn institution(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: OrganisationId,
) -> Result<organisation::Model> {
    let row = visible_to(scope).filter(organisation::Column::Id.eq(id)).one(db).await?;
    row.ok_or(Error::NotFound("organisation"))
}

/// Institutions after one of them, by their keys, of which no score of today was kept.
pub(super) async fn unscored(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    after: Option<OrganisationId>,
    limit: u64,
) -> Result<Vec<OrganisationId>> {
    use organisation::Column;
    let standing: RelationDef = organisation::Entity::belongs_to(risk_standing::Entity)
        .from(Column::Id)
        .to(risk_standing::Column::OrganisationId)
        .into();
    let stale =
        Condition::any().add(risk_standing::Column::ScoredOn.is_null()).add(risk_standing::Column::ScoredOn.lt(today));
    let mut rows = visible_to(&Scope::System)
        .select_only()
        .column(Column::Id)
        .join(JoinType::LeftJoin, standing)
        .filter(stale)
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(after) = after {
        rows = rows.filter(Column::Id.gt(after));
    }
    Ok(rows.into_tuple().all(db).await?)
}

pub(super) async fn weights(db: &impl ConnectionTrait) -> Result<Vec<risk_weight::Model>> {
    Ok(risk_weight::Entity::find().all(db).await?)
}

pub(super) async fn insert_weights(work: &Work, rows: Vec<risk_weight::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    risk_weight::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Thresholds from which on a class counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thresholds {
    pub pass_percent: i64,
    pub pass_people: i64,
    pub by_hand_percent: i64,
}

/// Asks about one institution over a stretch of time.
pub(super) struct Inquiry<'a, C> {
    pub db: &'a C,
    pub organisation: OrganisationId,
    pub window: Window,
    /// The first and the last day of it.
    pub days: (NaiveDate, NaiveDate),
}

const CASES: &str = "SELECT COUNT(*) AS n FROM supervision_case WHERE organisation_id = $1 \
    AND decided_at >= $2 AND decided_at < $3 AND outcome <> 'unfounded'";
const COMPLAINTS: &str = "SELECT COUNT(*) AS n FROM complaint WHERE organisation_id = $1 \
    AND answered_at >= $2 AND answered_at < $3 AND outcome IN ('upheld', 'partly')";
const LATE_CHANGES: &str = "SELECT COUNT(*) AS n FROM session_change WHERE organisation_id = $1 \
    AND decided_at >= $2 AND decided_at < $3 AND late AND status = 'approved'";
const AMENDMENTS: &str = "SELECT COUNT(*) AS n FROM mark_request WHERE organisation_id = $1 \
    AND decided_at >= $2 AND decided_at < $3 AND kind = 'amendment' AND status = 'approved'";
const REVOKED: &str = "SELECT COUNT(*) AS n FROM revocation r JOIN certificate t ON t.id = r.certificate_id \
    JOIN training_class c ON c.id = t.class_id WHERE c.organisation_id = $1 AND r.status = 'approved' \
    AND r.decided_at >= $2 AND r.decided_at < $3";
const REFUSED_LINES: &str = "SELECT COUNT(*) AS n FROM claim c JOIN claim_line l ON l.claim_id = c.id \
    WHERE c.organisation_id = $1 AND c.submitted_at >= $2 AND c.submitted_at < $3 AND l.status = 'refused'";

/// Counted by one question each.
const COUNTED: [(RiskFactor, &str); 6] = [
    (RiskFactor::Case, CASES),
    (RiskFactor::Complaint, COMPLAINTS),
    (RiskFactor::LateChange, LATE_CHANGES),
    (RiskFactor::Amendment, AMENDMENTS),
    (RiskFactor::Revoked, REVOKED),
    (RiskFactor::RefusedLine, REFUSED_LINES),
];

/// Sanctions that were put in force, without those that an appeal had lifted by then.
const SANCTIONS: &str = "SELECT s.kind AS kind, COUNT(*) AS n FROM sanction s WHERE s.organisation_id = $1 \
    AND s.decided_at >= $2 AND s.decided_at < $3 AND s.status <> 'refused' AND NOT EXISTS (SELECT 1 \
    FROM sanction_appeal a WHERE a.sanction_id = s.id AND a.status = 'upheld' AND a.decided_at < $3) GROUP BY s.kind";

/// Whoever of a class was assessed, and who passed; who need not be assessed counts in neither.
const ASSESSED: &str = "SELECT e.class_id AS class_id, COUNT(DISTINCT e.id) AS assessed, \
    COUNT(DISTINCT CASE WHEN a.result = 'passed' THEN e.id END) AS passed \
    FROM training_class c JOIN enrolment e ON e.class_id = c.id JOIN assessment a ON a.enrolment_id = e.id \
    WHERE c.organisation_id = $1 AND c.ends_on >= $2 AND c.ends_on <= $3 AND a.created_at < $4 AND a.result <> 'exempt' \
    GROUP BY e.class_id";

/// Marks by hand that were approved, by class.
const BY_HAND: &str = "SELECT class_id, COUNT(*) AS n FROM mark_request WHERE organisation_id = $1 \
    AND decided_at >= $2 AND decided_at < $3 AND kind = 'by_hand' AND status = 'approved' GROUP BY class_id";

const MARKS: &str = "SELECT COUNT(*) AS n FROM class_session s JOIN attendance_mark m ON m.session_id = s.id \
    WHERE s.class_id = $1 AND m.marked_at < $2";

#[derive(FromQueryResult)]
struct Counted {
    n: i64,
}

#[derive(FromQueryResult)]
struct OfKind {
    kind: SanctionKind,
    n: i64,
}

#[derive(FromQueryResult)]
struct OfClass {
    class_id: ClassId,
    n: i64,
}

/// How many of a class were assessed, and how many passed.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Assessed {
    pub assessed: i64,
    pub passed: i64,
}

impl<C: ConnectionTrait> Inquiry<'_, C> {
    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.db.get_database_backend(), sql, values)
    }

    fn within(&self, sql: &str) -> Statement {
        self.statement(sql, vec![self.organisation.into(), self.window.from.into(), self.window.to.into()])
    }

    async fn count(&self, statement: Statement) -> Result<i64> {
        Ok(Counted::find_by_statement(statement).one(self.db).await?.map(|row| row.n).unwrap_or_default())
    }

    /// What had been found, decided and done by the end of the window.
    pub(super) async fn facts(&self) -> Result<Facts> {
        let mut facts = Facts::default();
        for doubt in self.doubts().await? {
            if let Some(factor) = of_doubt(&doubt, self.window) {
                facts.add(factor, 1);
            }
        }
        for (factor, sql) in COUNTED {
            facts.add(factor, self.count(self.within(sql)).await?);
        }
        for row in OfKind::find_by_statement(self.within(SANCTIONS)).all(self.db).await? {
            let factor = match row.kind {
                SanctionKind::Warn => RiskFactor::Warning,
                SanctionKind::Rectify => RiskFactor::Rectification,
                SanctionKind::Suspend => RiskFactor::Suspension,
                SanctionKind::Delist => RiskFactor::Delisting,
            };
            facts.add(factor, row.n);
        }
        Ok(facts)
    }

    async fn doubts(&self) -> Result<Vec<Doubt>> {
        use entities::doubt::{Column, Entity};
        let undecided = Condition::any().add(Column::DecidedAt.is_null()).add(Column::DecidedAt.gte(self.window.from));
        let rows: Vec<(_, _, DateTime<Utc>, Option<DateTime<Utc>>)> = Entity::find()
            .select_only()
            .columns([Column::Kind, Column::Status, Column::FoundAt, Column::DecidedAt])
            .filter(Column::OrganisationId.eq(self.organisation))
            .filter(Column::FoundAt.lt(self.window.to))
            .filter(undecided)
            .into_tuple()
            .all(self.db)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(kind, status, found_at, decided_at)| Doubt { kind, status, found_at, decided_at })
            .collect())
    }

    /// Results of the classes that ended within the window.
    pub(super) async fn assessed(&self) -> Result<Vec<Assessed>> {
        let (from, to) = self.days;
        let values = vec![self.organisation.into(), from.into(), to.into(), self.window.to.into()];
        Ok(Assessed::find_by_statement(self.statement(ASSESSED, values)).all(self.db).await?)
    }

    /// Marks by hand and all marks of each class that has any by hand.
    pub(super) async fn by_hand(&self) -> Result<Vec<(i64, i64)>> {
        let mut found = Vec::new();
        for row in OfClass::find_by_statement(self.within(BY_HAND)).all(self.db).await? {
            let values = vec![row.class_id.into(), self.window.to.into()];
            found.push((row.n, self.count(self.statement(MARKS, values)).await?));
        }
        Ok(found)
    }
}

/// Writes a score down, and makes it the latest of its institution.
pub(super) async fn insert(work: &Work, row: risk_score::Model) -> Result<()> {
    use risk_standing::Column;
    let standing = risk_standing::Model {
        organisation_id: row.organisation_id,
        area_code: row.area_code.clone(),
        points: row.points.into(),
        band: row.band,
        scored_on: row.scored_on,
        score_id: row.id,
    };
    risk_score::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    let latest = [Column::AreaCode, Column::Points, Column::Band, Column::ScoredOn, Column::ScoreId];
    let conflict = OnConflict::column(Column::OrganisationId).update_columns(latest).to_owned();
    risk_standing::Entity::insert(standing.into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(work.db())
        .await?;
    Ok(())
}

/// The latest scores that were kept of an institution.
pub(super) async fn kept(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    limit: u64,
) -> Result<Vec<risk_score::Model>> {
    Ok(risk_score::Entity::find()
        .filter(risk_score::Column::OrganisationId.eq(organisation))
        .order_by_desc(risk_score::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// An institution in the list.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Standing {
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub points: i64,
    pub band: RiskBand,
    pub scored_on: NaiveDate,
}

/// Institutions by their latest score, the riskiest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: &Sought,
    limit: u64,
) -> Result<Vec<Standing>> {
    use risk_standing::Column;
    let house: RelationDef = risk_standing::Entity::belongs_to(organisation::Entity)
        .from(Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let mut rows = risk_standing::Entity::find()
        .filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
        .column_as(organisation::Column::Name, "organisation_name")
        .join(JoinType::InnerJoin, house)
        .order_by_desc(Column::Points)
        .order_by_desc(Column::OrganisationId)
        .limit(limit);
    if let Some(band) = sought.band {
        rows = rows.filter(Column::Band.eq(band));
    }
    if let Some(area) = sought.area.as_deref() {
        rows = rows.filter(within(Column::AreaCode, area));
    }
    if let Some((points, id)) = sought.after {
        let key = Expr::tuple([
            Expr::col((risk_standing::Entity, Column::Points)),
            Expr::col((risk_standing::Entity, Column::OrganisationId)),
        ]);
        rows = rows.filter(key.lt(Expr::tuple([Expr::value(points), Expr::value(id)])));
    }
    Ok(rows.into_model::<Standing>().all(db).await?)
}

/// How many institutions in sight are in each band.
pub(super) async fn by_band(db: &impl ConnectionTrait, scope: &Scope) -> Result<BTreeMap<RiskBand, i64>> {
    use risk_standing::Column;
    let rows: Vec<(RiskBand, i64)> = risk_standing::Entity::find()
        .select_only()
        .column(Column::Band)
        .column_as(Column::OrganisationId.count(), "many")
        .filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
        .group_by(Column::Band)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

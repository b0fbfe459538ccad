//! Every query on orders, the seats set aside for them, and hires.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    enterprise_order, hire, order_class, organisation, training_class,
    values::{ClassId, ClassStatus, EnrolmentId, Fen, HireId, OrderId, OrderStatus, OrganisationId, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement, sea_query::Expr,
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::orders::rules::Share;

/// A draft is the enterprise's own affair: offices see an order from the day on which it was placed.
fn visible_to(scope: &Scope) -> Select<enterprise_order::Entity> {
    let rows = enterprise_order::Entity::find().filter(scope.over(
        enterprise_order::Column::AreaCode,
        Some(enterprise_order::Column::OrganisationId),
        None,
    ));
    if matches!(scope, Scope::Area(_)) {
        rows.filter(enterprise_order::Column::Status.ne(OrderStatus::Draft))
    } else {
        rows
    }
}

pub(crate) async fn one(db: &impl ConnectionTrait, scope: &Scope, id: OrderId) -> Result<enterprise_order::Model> {
    visible_to(scope).filter(enterprise_order::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("order"))
}

/// Which orders a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sought<'a> {
    pub status: Option<OrderStatus>,
    pub area: Option<&'a str>,
    pub after: Option<OrderId>,
}

/// So many, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_>,
    limit: u64,
) -> Result<Vec<enterprise_order::Model>> {
    let mut rows = visible_to(scope);
    if let Some(status) = sought.status {
        rows = rows.filter(enterprise_order::Column::Status.eq(status));
    }
    if let Some(area) = sought.area {
        rows = rows.filter(within(enterprise_order::Column::AreaCode, area));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(enterprise_order::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(enterprise_order::Column::Id).limit(limit).all(db).await?)
}

pub(crate) async fn count(db: &impl ConnectionTrait, scope: &Scope, status: OrderStatus) -> Result<u64> {
    Ok(visible_to(scope).filter(enterprise_order::Column::Status.eq(status)).count(db).await?)
}

/// Accepted orders for an occupation with the work inside `area`, by the day on which people should start.
pub(crate) async fn accepted(
    db: &impl ConnectionTrait,
    area: &str,
    occupation: &str,
) -> Result<Vec<enterprise_order::Model>> {
    Ok(enterprise_order::Entity::find()
        .filter(enterprise_order::Column::Status.eq(OrderStatus::Accepted))
        .filter(enterprise_order::Column::Occupation.eq(occupation))
        .filter(within(enterprise_order::Column::AreaCode, area))
        .order_by_asc(enterprise_order::Column::StartBy)
        .order_by_asc(enterprise_order::Column::Id)
        .all(db)
        .await?)
}

/// Moves an order on, unless it moved meanwhile.
pub(crate) async fn change(
    db: &impl ConnectionTrait,
    order: &enterprise_order::Model,
    to: OrderStatus,
    reason: Option<&str>,
) -> Result<()> {
    let moved = enterprise_order::Entity::update_many()
        .col_expr(enterprise_order::Column::Status, Expr::value(to))
        .col_expr(enterprise_order::Column::Reason, Expr::value(reason.map(str::to_owned)))
        .col_expr(enterprise_order::Column::Version, Expr::col(enterprise_order::Column::Version).add(1))
        .filter(enterprise_order::Column::Id.eq(order.id))
        .filter(enterprise_order::Column::Status.eq(order.status))
        .exec(db)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Takes the turn to count an accepted order's seats: whoever counted the same version at the same time is stale.
pub(crate) async fn claim_turn(db: &impl ConnectionTrait, order: &enterprise_order::Model) -> Result<()> {
    let taken = enterprise_order::Entity::update_many()
        .col_expr(enterprise_order::Column::Version, Expr::col(enterprise_order::Column::Version).add(1))
        .filter(enterprise_order::Column::Id.eq(order.id))
        .filter(enterprise_order::Column::Version.eq(order.version))
        .filter(enterprise_order::Column::Status.eq(OrderStatus::Accepted))
        .exec(db)
        .await?;
    if taken.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A class that the scope may see, by its area or its institution.
pub(crate) async fn class(db: &impl ConnectionTrait, scope: &Scope, id: ClassId) -> Result<training_class::Model> {
    classes_of(scope).filter(training_class::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("class"))
}

pub(crate) async fn class_by_number(
    db: &impl ConnectionTrait,
    scope: &Scope,
    number: &str,
) -> Result<Option<training_class::Model>> {
    Ok(classes_of(scope).filter(training_class::Column::Number.eq(number)).one(db).await?)
}

fn classes_of(scope: &Scope) -> Select<training_class::Entity> {
    training_class::Entity::find().filter(scope.over(
        training_class::Column::AreaCode,
        Some(training_class::Column::OrganisationId),
        None,
    ))
}

/// Seats set aside for an order in live classes other than `class`.
pub(crate) async fn seats_elsewhere(db: &impl ConnectionTrait, order: OrderId, class: ClassId) -> Result<i64> {
    let live = order_class::Entity::belongs_to(training_class::Entity)
        .from(order_class::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let sum: Option<Option<i64>> = order_class::Entity::find()
        .select_only()
        .column_as(order_class::Column::Seats.sum(), "seats")
        .join(JoinType::InnerJoin, live)
        .filter(order_class::Column::OrderId.eq(order))
        .filter(order_class::Column::ClassId.ne(class))
        .filter(training_class::Column::Status.ne(ClassStatus::Cancelled))
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}

/// Seats of a class that are set aside for orders other than `order`.
pub(crate) async fn seats_for_others(db: &impl ConnectionTrait, class: ClassId, order: OrderId) -> Result<i64> {
    let sum: Option<Option<i64>> = order_class::Entity::find()
        .select_only()
        .column_as(order_class::Column::Seats.sum(), "seats")
        .filter(order_class::Column::ClassId.eq(class))
        .filter(order_class::Column::OrderId.ne(order))
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}

pub(crate) async fn orders_of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<order_class::Model>> {
    Ok(order_class::Entity::find().filter(order_class::Column::ClassId.eq(class)).all(db).await?)
}

/// An order as a class shows it.
#[derive(Clone, Debug)]
pub(crate) struct LinkedOrder {
    pub id: OrderId,
    pub number: String,
    pub enterprise: String,
    pub work_place: String,
    pub wage_low_fen: Fen,
    pub wage_high_fen: Fen,
    pub seats: i32,
}

#[derive(FromQueryResult)]
struct LinkedRow {
    class_id: ClassId,
    seats: i32,
    id: OrderId,
    number: String,
    work_place: String,
    wage_low_fen: Fen,
    wage_high_fen: Fen,
    enterprise: String,
}

/// The orders that classes answer.
pub(crate) async fn of_classes(db: &impl ConnectionTrait, classes: &[ClassId]) -> Result<Vec<(ClassId, LinkedOrder)>> {
    let order = order_class::Entity::belongs_to(enterprise_order::Entity)
        .from(order_class::Column::OrderId)
        .to(enterprise_order::Column::Id)
        .into();
    let enterprise = enterprise_order::Entity::belongs_to(organisation::Entity)
        .from(enterprise_order::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let rows = order_class::Entity::find()
        .select_only()
        .columns([order_class::Column::ClassId, order_class::Column::Seats])
        .columns([
            enterprise_order::Column::Id,
            enterprise_order::Column::Number,
            enterprise_order::Column::WorkPlace,
            enterprise_order::Column::WageLowFen,
            enterprise_order::Column::WageHighFen,
        ])
        .column_as(organisation::Column::Name, "enterprise")
        .join(JoinType::InnerJoin, order)
        .join(JoinType::InnerJoin, enterprise)
        .filter(order_class::Column::ClassId.is_in(classes.iter().copied()))
        .order_by_asc(enterprise_order::Column::Id)
        .into_model::<LinkedRow>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let linked = LinkedOrder {
                id: row.id,
                number: row.number,
                enterprise: row.enterprise,
                work_place: row.work_place,
                wage_low_fen: row.wage_low_fen,
                wage_high_fen: row.wage_high_fen,
                seats: row.seats,
            };
            (row.class_id, linked)
        })
        .collect())
}

/// A class that answers an order, and what came of it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct LinkedClass {
    pub id: ClassId,
    pub number: String,
    pub title: String,
    pub status: ClassStatus,
    pub starts_on: NaiveDate,
    /// Set aside for the order.
    pub seats: i64,
    pub enrolled: i64,
    pub qualified: i64,
    pub hired: i64,
}

impl LinkedClass {
    pub(crate) fn share(&self) -> Share {
        Share {
            seats: self.seats,
            enrolled: self.enrolled,
            qualified: self.qualified,
            hired: self.hired,
            over: self.status == ClassStatus::Closed,
        }
    }
}

/// The fill chain of an order, class by class, counted where the rows are.
pub(crate) async fn classes_for(db: &impl ConnectionTrait, order: OrderId) -> Result<Vec<LinkedClass>> {
    let counted = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT c.id, c.number, c.title, c.status, c.starts_on, CAST(l.seats AS bigint) AS seats, \
         (SELECT count(*) FROM enrolment e WHERE e.class_id = c.id \
          AND e.status IN ('seated', 'started', 'completed', 'failed')) AS enrolled, \
         (SELECT count(*) FROM completion k WHERE k.class_id = c.id AND k.qualified = $2) AS qualified, \
         (SELECT count(*) FROM hire h JOIN enrolment e ON e.id = h.enrolment_id \
          WHERE h.order_id = l.order_id AND e.class_id = c.id) AS hired \
         FROM order_class l JOIN training_class c ON c.id = l.class_id \
         WHERE l.order_id = $1 AND c.status <> 'cancelled' ORDER BY c.starts_on, c.id",
        [order.into(), true.into()],
    );
    Ok(LinkedClass::find_by_statement(counted).all(db).await?)
}

/// Somebody whom the enterprise of an order may hire.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Candidate {
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub class_number: String,
    pub completed_on: NaiveDate,
}

const CANDIDATES: &str = "SELECT k.enrolment_id, k.person_id, c.number AS class_number, k.completed_on \
     FROM order_class l JOIN training_class c ON c.id = l.class_id JOIN completion k ON k.class_id = c.id \
     WHERE l.order_id = $1 AND k.qualified = $2";

/// Who qualified in a class of the order and is not hired yet.
pub(crate) async fn candidates(db: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Candidate>> {
    let sql = format!(
        "{CANDIDATES} AND NOT EXISTS (SELECT 1 FROM hire h WHERE h.order_id = l.order_id AND h.person_id = k.person_id) \
         ORDER BY c.number, k.enrolment_id"
    );
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [order.into(), true.into()]);
    Ok(Candidate::find_by_statement(asked).all(db).await?)
}

/// The qualified completion of one enrolment in a class of the order.
pub(crate) async fn qualified(
    db: &impl ConnectionTrait,
    order: OrderId,
    enrolment: EnrolmentId,
) -> Result<Option<Candidate>> {
    let sql = format!("{CANDIDATES} AND k.enrolment_id = $3");
    let values = [order.into(), true.into(), enrolment.into()];
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(Candidate::find_by_statement(asked).one(db).await?)
}

/// How many qualified people wait for the word of an enterprise, over its accepted orders.
pub(crate) async fn count_candidates(db: &impl ConnectionTrait, enterprise: OrganisationId) -> Result<i64> {
    let asked = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT count(*) AS waiting FROM enterprise_order o JOIN order_class l ON l.order_id = o.id \
         JOIN completion k ON k.class_id = l.class_id WHERE o.organisation_id = $1 AND o.status = 'accepted' \
         AND k.qualified = $2 AND NOT EXISTS \
         (SELECT 1 FROM hire h WHERE h.order_id = o.id AND h.person_id = k.person_id)",
        [enterprise.into(), true.into()],
    );
    match db.query_one_raw(asked).await? {
        Some(row) => Ok(row.try_get("", "waiting")?),
        None => Ok(0),
    }
}

pub(crate) async fn is_hired(db: &impl ConnectionTrait, order: OrderId, person: PersonId) -> Result<bool> {
    let rows = hire::Entity::find().filter(hire::Column::OrderId.eq(order)).filter(hire::Column::PersonId.eq(person));
    Ok(rows.count(db).await? > 0)
}

pub(crate) async fn count_hires(db: &impl ConnectionTrait, order: OrderId) -> Result<u64> {
    Ok(hire::Entity::find().filter(hire::Column::OrderId.eq(order)).count(db).await?)
}

/// Somebody whom the enterprise of an order hired.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Recruit {
    pub id: HireId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub class_number: String,
    pub hired_on: NaiveDate,
}

/// The hires of an order in the order of their days.
pub(crate) async fn hires(db: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Recruit>> {
    let asked = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT h.id, h.enrolment_id, h.person_id, c.number AS class_number, h.hired_on FROM hire h \
         JOIN enrolment e ON e.id = h.enrolment_id JOIN training_class c ON c.id = e.class_id \
         WHERE h.order_id = $1 ORDER BY h.hired_on, h.id",
        [order.into()],
    );
    Ok(Recruit::find_by_statement(asked).all(db).await?)
}

/// The orders for which a person was hired.
pub(crate) async fn hired_for(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<OrderId>> {
    Ok(hire::Entity::find()
        .select_only()
        .column(hire::Column::OrderId)
        .filter(hire::Column::PersonId.eq(person))
        .into_tuple()
        .all(db)
        .await?)
}

/// The hires of one person are another's from now on.
pub(crate) async fn hand_over(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    hire::Entity::update_many()
        .col_expr(hire::Column::PersonId, Expr::value(to))
        .filter(hire::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}

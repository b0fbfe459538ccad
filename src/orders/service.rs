//! Placing orders, taking them on, setting seats aside for them, recording whom they brought into work.

use std::collections::HashMap;

use entities::{
    enterprise_order, hire, order_class,
    values::{AreaLevel, ClassId, ClassStatus, HireId, OrderId, OrderStatus, OrganisationId, PersonId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict,
};
use serde_json::json;
use validator::Validate;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas::{self, Atlas};
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::money::MOST;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::data::{Audit, Telling, Vault, Work, sequence};
use crate::orders::forms::{LinkForm, NewHire, NewLink, NewOrder};
use crate::orders::lifecycle::OrderAction;
use crate::orders::rights::{AcceptOrders, PlaceOrders};
use crate::orders::rules::{self, Chain, Next, Share};
use crate::orders::store::{self, Candidate, LinkedClass, LinkedOrder, Recruit};
use crate::organisations;
use crate::people::{self, Brief};
use crate::policy::{Rule, RuleBook, is_occupation};
use crate::web::{Reason, Todo};

/// What both a new and a changed order must keep to.
fn check(work: &Work, atlas: &Atlas, new: &NewOrder) -> Result<()> {
    new.validate()?;
    let mut wrong = Vec::new();
    let mut unless = |holds: bool, field: &'static str, code: &'static str| {
        if !holds {
            wrong.push(FieldError::new(field, code));
        }
    };
    unless(is_occupation(&new.occupation), "occupation", "invalid.choice");
    unless((1..=MOST.0).contains(&new.wage_low_fen.0), "wage_low_fen", "invalid.money");
    unless(new.wage_high_fen <= MOST, "wage_high_fen", "invalid.money");
    unless(new.wage_high_fen >= new.wage_low_fen, "wage_high_fen", "invalid.wage_range");
    // Below the county, so that one county's clerk has it to decide.
    unless(
        areas::level_of(&new.area_code).is_some_and(|level| level >= AreaLevel::County)
            && atlas.exists(&new.area_code, work.today()),
        "area_code",
        "invalid.work_area",
    );
    unless(new.start_by >= work.today(), "start_by", "invalid.start_by");
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

fn enterprise_of(by: &Actor) -> Result<OrganisationId> {
    by.organisation.ok_or(Error::Forbidden)
}

/// Places an order, or keeps it as a draft.
///
/// # Errors
/// `organisation.suspended`; `Invalid`.
pub(crate) async fn place(by: &Can<PlaceOrders>, work: &Work, atlas: &Atlas, new: &NewOrder) -> Result<Sight> {
    check(work, atlas, new)?;
    let enterprise = organisations::require_active(work.db(), enterprise_of(by)?).await?;
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("order-{year}")).await?;
    let row = enterprise_order::Model {
        id: OrderId::new(),
        number: format!("D-{year}-{number:04}"),
        organisation_id: enterprise.id,
        area_code: new.area_code.clone(),
        occupation: new.occupation.clone(),
        level: new.level,
        headcount: new.headcount,
        wage_low_fen: new.wage_low_fen,
        wage_high_fen: new.wage_high_fen,
        work_place: new.work_place.trim().to_owned(),
        start_by: new.start_by,
        hire_commitment_percent: new.hire_commitment_percent,
        skills: new.skills.trim().to_owned(),
        status: if new.draft { OrderStatus::Draft } else { OrderStatus::Submitted },
        reason: None,
        created_by: by.account,
        created_at: work.now,
        version: 1,
    };
    enterprise_order::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let action = if new.draft { "draft" } else { OrderAction::Submit.into() };
    record(by, work, action, &row, json!({ "number": row.number, "headcount": row.headcount }));
    Ok(Sight::of_new(row, enterprise.name))
}

fn record(by: &Actor, work: &Work, action: &'static str, order: &enterprise_order::Model, detail: serde_json::Value) {
    work.record(Audit::of(action, "order", order.id).by(by).area(&order.area_code).detail(detail));
}

/// Writes a draft or a returned order anew, and places it unless it stays a draft.
///
/// # Errors
/// `move.illegal` once it was placed; those of [`place`].
pub(crate) async fn edit(by: &Can<PlaceOrders>, work: &Work, atlas: &Atlas, id: OrderId, new: &NewOrder) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    if !rules::is_editable(order.status) {
        return Err(Error::refused("move.illegal"));
    }
    check(work, atlas, new)?;
    let written = enterprise_order::Entity::update_many()
        .set(enterprise_order::ActiveModel {
            area_code: Set(new.area_code.clone()),
            occupation: Set(new.occupation.clone()),
            level: Set(new.level),
            headcount: Set(new.headcount),
            wage_low_fen: Set(new.wage_low_fen),
            wage_high_fen: Set(new.wage_high_fen),
            work_place: Set(new.work_place.trim().to_owned()),
            start_by: Set(new.start_by),
            hire_commitment_percent: Set(new.hire_commitment_percent),
            skills: Set(new.skills.trim().to_owned()),
            version: Set(order.version + 1),
            ..Default::default()
        })
        .filter(enterprise_order::Column::Id.eq(id))
        .filter(enterprise_order::Column::Status.eq(order.status))
        .filter(enterprise_order::Column::Version.eq(order.version))
        .exec(work.db())
        .await?;
    if written.rows_affected != 1 {
        return Err(Error::Stale);
    }
    record(by, work, "edit", &order, json!({ "headcount": new.headcount }));
    if new.draft { Ok(()) } else { submit(by, work, id).await }
}

async fn step(
    by: &Actor,
    work: &Work,
    order: &enterprise_order::Model,
    action: OrderAction,
    reason: Option<&str>,
) -> Result<()> {
    store::change(work.db(), order, order.status.after(action)?, reason).await?;
    record(by, work, action.into(), order, json!({ "from": order.status }));
    Ok(())
}

/// Tells the accounts of the enterprise what became of its order.
pub(crate) async fn tell(work: &Work, order: &enterprise_order::Model, kind: &'static str) -> Result<()> {
    for to in accounts::of_organisation(work.db(), order.organisation_id).await? {
        let args = json!({ "number": order.number });
        work.tell(Telling { to, kind, args, link: Some(format!("/orders/{}", order.id)) });
    }
    Ok(())
}

/// Draft or Returned -> Submitted.
///
/// # Errors
/// `organisation.suspended`; `order.start_passed` when the day of start is over; `move.illegal`.
pub(crate) async fn submit(by: &Can<PlaceOrders>, work: &Work, id: OrderId) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    order.status.after(OrderAction::Submit)?;
    organisations::require_active(work.db(), order.organisation_id).await?;
    if order.start_by < work.today() {
        return Err(Error::refused("order.start_passed"));
    }
    step(by, work, &order, OrderAction::Submit, None).await
}

/// Submitted -> Accepted: from now on classes may be opened for it.
///
/// # Errors
/// `organisation.suspended`; `move.illegal`; `NotFound`.
pub(crate) async fn accept(by: &Can<AcceptOrders>, work: &Work, id: OrderId) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    order.status.after(OrderAction::Accept)?;
    organisations::require_active(work.db(), order.organisation_id).await?;
    step(by, work, &order, OrderAction::Accept, None).await?;
    tell(work, &order, "order_accepted").await
}

/// Submitted -> Returned, with what to mend.
///
/// # Errors
/// `move.illegal`; `Invalid` without a reason; `NotFound`.
pub(crate) async fn give_back(by: &Can<AcceptOrders>, work: &Work, id: OrderId, why: &Reason) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    step(by, work, &order, OrderAction::Return, Some(why.said()?)).await?;
    tell(work, &order, "order_returned").await
}

/// Accepted -> Settled, when every class for it is over.
///
/// # Errors
/// `order.classes_open`; `move.illegal`; `NotFound`.
pub(crate) async fn settle(by: &Can<PlaceOrders>, work: &Work, id: OrderId) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    order.status.after(OrderAction::Settle)?;
    if store::classes_for(work.db(), id).await?.iter().any(|class| !class.share().over) {
        return Err(Error::refused("order.classes_open"));
    }
    step(by, work, &order, OrderAction::Settle, None).await
}

/// Anything before the end -> Cancelled; seats that classes set aside are free again.
///
/// # Errors
/// `order.has_hires`; `move.illegal`; `Invalid` without a reason; `NotFound`.
pub(crate) async fn cancel(by: &Can<PlaceOrders>, work: &Work, id: OrderId, why: &Reason) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    let reason = why.said()?;
    order.status.after(OrderAction::Cancel)?;
    if store::count_hires(work.db(), id).await? > 0 {
        return Err(Error::refused("order.has_hires"));
    }
    step(by, work, &order, OrderAction::Cancel, Some(reason)).await?;
    order_class::Entity::delete_many().filter(order_class::Column::OrderId.eq(id)).exec(work.db()).await?;
    Ok(())
}

/// Seats of a class for an order of the clerk's area.
///
/// # Errors
/// Those of [`allocate`].
pub(crate) async fn link(by: &Can<AcceptOrders>, work: &Work, id: OrderId, new: &NewLink) -> Result<()> {
    store::one(work.db(), &by.scope(), id).await?;
    allocate(by, work, id, new.class_id, new.seats).await
}

/// The same by the number that stands on the class.
///
/// # Errors
/// `Invalid` for a number that no class of the clerk's area bears; those of [`allocate`].
pub(crate) async fn link_by_number(by: &Can<AcceptOrders>, work: &Work, id: OrderId, new: &LinkForm) -> Result<()> {
    store::one(work.db(), &by.scope(), id).await?;
    let class = store::class_by_number(work.db(), &by.scope(), new.class_number.trim()).await?;
    let class = class.ok_or_else(|| Error::invalid("class_number", "invalid.class_number"))?;
    allocate(by, work, id, class.id, new.seats).await
}

/// Sets seats of a class aside for an accepted order: at most the headcount and what may be trained beyond it. Said again
/// for the same class, the last number holds.
///
/// # Errors
/// `order.not_accepted`, `order.other_occupation`, `order.class_over`, `order.class_small` (args left),
/// `order.over_allocated` (args headcount, left); `NotFound` for a class that is not the caller's to see, and for an order
/// whose work is outside the prefecture of the class.
pub(crate) async fn allocate(by: &Actor, work: &Work, order: OrderId, class: ClassId, seats: i32) -> Result<()> {
    let class = store::class(work.db(), &by.scope(), class).await?;
    let order = store::one(work.db(), &Scope::Area(prefecture_of(&class.area_code)), order).await?;
    if order.status != OrderStatus::Accepted {
        return Err(Error::refused("order.not_accepted"));
    }
    if order.occupation != class.occupation {
        return Err(Error::refused("order.other_occupation"));
    }
    if matches!(class.status, ClassStatus::Ended | ClassStatus::Closed | ClassStatus::Cancelled) {
        return Err(Error::refused("order.class_over"));
    }
    if seats < 1 {
        return Err(Error::invalid("seats", "invalid.range"));
    }
    // The turn comes before the counting, so that two who count at once cannot both be let through.
    store::claim_turn(work.db(), &order).await?;
    let left = i64::from(class.seats) - store::seats_for_others(work.db(), class.id, order.id).await?;
    if i64::from(seats) > left {
        let refusal = Refusal { code: "order.class_small", args: Vec::new() };
        return Err(Error::from(refusal.with("left", left.max(0))));
    }
    let over = RuleBook::load(work.db()).await?.value(Rule::OverTrainPercent, &order.area_code, work.today())?;
    let taken = store::seats_elsewhere(work.db(), order.id, class.id).await?;
    rules::check_seats(order.headcount, over, taken, seats)?;
    let row = order_class::Model { order_id: order.id, class_id: class.id, seats };
    order_class::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([order_class::Column::OrderId, order_class::Column::ClassId])
                .update_column(order_class::Column::Seats)
                .to_owned(),
        )
        .exec_without_returning(work.db())
        .await?;
    record(by, work, "allocate", &order, json!({ "class": class.id, "seats": seats }));
    Ok(())
}

/// The code of the prefecture that a county, township or village lies in.
fn prefecture_of(code: &str) -> String {
    format!("{}00", code.get(..4).unwrap_or(code))
}

/// Takes back what was set aside for a class that was cancelled.
pub(crate) async fn free(work: &Work, class: ClassId) -> Result<()> {
    for row in store::orders_of_class(work.db(), class).await? {
        work.record(
            Audit::of("free", "order", row.order_id).detail(json!({ "class": row.class_id, "seats": row.seats })),
        );
    }
    order_class::Entity::delete_many().filter(order_class::Column::ClassId.eq(class)).exec(work.db()).await?;
    Ok(())
}

/// Accepted orders for an occupation whose work place lies in the prefecture of `area`, for the pick-list of a class.
pub(crate) async fn open_for(
    db: &impl ConnectionTrait,
    area: &str,
    occupation: &str,
) -> Result<Vec<enterprise_order::Model>> {
    store::accepted(db, &prefecture_of(area), occupation).await
}

/// The orders that classes answer.
pub(crate) async fn of_classes(db: &impl ConnectionTrait, classes: &[ClassId]) -> Result<Vec<(ClassId, LinkedOrder)>> {
    if classes.is_empty() { Ok(Vec::new()) } else { store::of_classes(db, classes).await }
}

/// Records that the enterprise hired somebody who qualified in a class of its order.
///
/// # Errors
/// `order.not_accepted`, `hire.not_qualified`, `hire.already`; `Invalid` for a day before the completion or to come;
/// `NotFound`.
pub(crate) async fn hire(by: &Can<PlaceOrders>, work: &Work, id: OrderId, new: &NewHire) -> Result<()> {
    let order = store::one(work.db(), &by.scope(), id).await?;
    if order.status != OrderStatus::Accepted {
        return Err(Error::refused("order.not_accepted"));
    }
    let trained = store::qualified(work.db(), id, new.enrolment_id).await?;
    let trained = trained.ok_or_else(|| Error::refused("hire.not_qualified"))?;
    if store::is_hired(work.db(), id, trained.person_id).await? {
        return Err(Error::refused("hire.already"));
    }
    if new.hired_on < trained.completed_on || new.hired_on > work.today() {
        return Err(Error::invalid("hired_on", "invalid.hired_on"));
    }
    let row = hire::Model {
        id: HireId::new(),
        order_id: id,
        person_id: trained.person_id,
        enrolment_id: new.enrolment_id,
        hired_on: new.hired_on,
        recorded_by: by.account,
        created_at: work.now,
    };
    hire::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    record(by, work, "hire", &order, json!({ "enrolment": new.enrolment_id, "hired_on": new.hired_on }));
    Ok(())
}

/// Somebody on the page of an order, called as far as the reader may know.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub row: T,
    pub name: String,
    /// The last four of the identity number.
    pub tail: String,
}

/// An order with everything around it that the reader may see.
#[derive(Debug)]
pub(crate) struct Sight {
    pub order: enterprise_order::Model,
    pub enterprise: String,
    pub classes: Vec<LinkedClass>,
    /// Names are told to the enterprise that hired them, and masked for everybody else.
    pub hires: Vec<Named<Recruit>>,
    /// Only for the enterprise, under masked names until they are hired.
    pub candidates: Vec<Named<Candidate>>,
}

impl Sight {
    /// No class was opened for it yet and nobody hired.
    fn of_new(order: enterprise_order::Model, enterprise: String) -> Self {
        Self { order, enterprise, classes: Vec::new(), hires: Vec::new(), candidates: Vec::new() }
    }

    pub(crate) fn chain(&self) -> Chain {
        Chain::of(self.order.headcount, self.classes.iter().map(LinkedClass::share))
    }

    pub(crate) fn next(&self) -> Option<Next> {
        let shares: Vec<Share> = self.classes.iter().map(LinkedClass::share).collect();
        Next::of(self.order.status, &shares)
    }
}

/// One order for one reader.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn look(db: &impl ConnectionTrait, vault: &Vault, reader: &Actor, id: OrderId) -> Result<Sight> {
    let order = store::one(db, &reader.scope(), id).await?;
    let enterprise = organisations::by_id(db, order.organisation_id).await?.name;
    let classes = store::classes_for(db, id).await?;
    let own = reader.prove::<PlaceOrders>().is_ok();
    let hires = store::hires(db, id).await?;
    let candidates =
        if own && order.status == OrderStatus::Accepted { store::candidates(db, id).await? } else { Vec::new() };
    let ids: Vec<PersonId> =
        hires.iter().map(|row| row.person_id).chain(candidates.iter().map(|row| row.person_id)).collect();
    let briefs = briefs(db, vault, &ids).await?;
    let brief = |person| briefs.get(&person);
    Ok(Sight {
        hires: hires.into_iter().map(|row| Named::new(brief(row.person_id), own, row)).collect(),
        candidates: candidates.into_iter().map(|row| Named::new(brief(row.person_id), false, row)).collect(),
        order,
        enterprise,
        classes,
    })
}

impl<T> Named<T> {
    fn new(brief: Option<&Brief>, whole: bool, row: T) -> Self {
        let name = brief.map(|brief| if whole { brief.name.clone() } else { brief.masked_name.clone() });
        let tail = brief.map(|brief| brief.tail.clone());
        Self { row, name: name.unwrap_or_default(), tail: tail.unwrap_or_default() }
    }
}

/// The registry answers a thousand at once.
async fn briefs(db: &impl ConnectionTrait, vault: &Vault, ids: &[PersonId]) -> Result<HashMap<PersonId, Brief>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(1_000) {
        found.extend(people::briefs(db, vault, ids).await?);
    }
    Ok(found)
}

/// What waits for this reader here.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    let mut wait = |mine: bool, href: &str, key: &'static str, why: &'static str, count: i64| {
        if count > 0 {
            let args = vec![("count", count.to_string())];
            todos.push(Todo { mine, href: href.to_owned(), key, args, why, why_args: Vec::new(), due: None });
        }
    };
    let counted = async |status| -> Result<i64> {
        Ok(store::count(db, &actor.scope(), status).await?.try_into().unwrap_or(i64::MAX))
    };
    if actor.prove::<AcceptOrders>().is_ok() {
        let count = counted(OrderStatus::Submitted).await?;
        wait(true, "/orders?status=submitted", "order-todo-accept", "order-todo-accept-why", count);
    }
    if actor.prove::<PlaceOrders>().is_ok() {
        let count = counted(OrderStatus::Returned).await?;
        wait(true, "/orders?status=returned", "order-todo-mend", "order-todo-mend-why", count);
        if let Some(enterprise) = actor.organisation {
            let count = store::count_candidates(db, enterprise).await?;
            wait(true, "/orders?status=accepted", "order-todo-hire", "order-todo-hire-why", count);
        }
        let count = counted(OrderStatus::Submitted).await?;
        wait(false, "/orders?status=submitted", "order-todo-waiting", "order-todo-waiting-why", count);
    }
    Ok(todos)
}

/// The hires of a record that goes into another one.
///
/// # Errors
/// `merge.hire` where both were hired for one order.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    let own = store::hired_for(work.db(), to).await?;
    if store::hired_for(work.db(), from).await?.iter().any(|order| own.contains(order)) {
        return Err(Error::refused("merge.hire"));
    }
    store::hand_over(work, from, to).await
}

//! Outputs of this feature.

use chrono::NaiveDate;
use entities::{
    enterprise_order,
    values::{ClassId, ClassStatus, EnrolmentId, Fen, HireId, OrderId, OrderStatus, OrganisationId, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::orders::rights::{AcceptOrders, PlaceOrders};
use crate::orders::rules::Next;
use crate::orders::service::Sight;
use crate::orders::store::LinkedClass;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderLine {
    pub id: OrderId,
    pub number: String,
    pub organisation_id: OrganisationId,
    /// Division code of the place of work.
    pub area_code: String,
    pub occupation: String,
    /// 5 is junior, 1 is senior technician.
    pub level: i32,
    pub headcount: i32,
    /// Monthly.
    pub wage_low_fen: Fen,
    pub wage_high_fen: Fen,
    pub work_place: String,
    pub start_by: NaiveDate,
    pub hire_commitment_percent: i32,
    pub skills: String,
    pub status: OrderStatus,
    /// Why it was returned or cancelled.
    pub reason: Option<String>,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

/// How far an order is filled. People of a class count for the order up to the seats that it has there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FillView {
    pub ordered: i64,
    pub enrolled: i64,
    pub completed: i64,
    pub hired: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderClassView {
    pub class_id: ClassId,
    pub number: String,
    pub title: String,
    pub status: ClassStatus,
    pub starts_on: NaiveDate,
    /// Set aside for the order.
    pub seats: i64,
    pub enrolled: i64,
    pub completed: i64,
    pub hired: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HireView {
    pub id: HireId,
    pub enrolment_id: EnrolmentId,
    /// Masked for everybody but the enterprise.
    pub name: String,
    pub class_number: String,
    pub hired_on: NaiveDate,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CandidateView {
    pub enrolment_id: EnrolmentId,
    pub masked_name: String,
    /// The last four of the identity number.
    pub tail: String,
    pub class_number: String,
    pub completed_on: NaiveDate,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    #[serde(flatten)]
    pub line: OrderLine,
    pub enterprise: String,
    pub fill: FillView,
    pub classes: Vec<OrderClassView>,
    pub hires: Vec<HireView>,
    /// Who qualified and is not hired yet; empty for everybody but the enterprise.
    pub candidates: Vec<CandidateView>,
}

impl OrderLine {
    pub(crate) fn new(order: enterprise_order::Model, reader: &Actor) -> Self {
        let mut actions: Vec<&'static str> = order.status.open_to(reader.role).into_iter().map(Into::into).collect();
        if order.status == OrderStatus::Accepted {
            actions.extend(reader.prove::<AcceptOrders>().is_ok().then_some("link"));
            actions.extend(reader.prove::<PlaceOrders>().is_ok().then_some("hires"));
        }
        Self {
            actions,
            waiting_on: order.status.waits_for(),
            id: order.id,
            number: order.number,
            organisation_id: order.organisation_id,
            area_code: order.area_code,
            occupation: order.occupation,
            level: order.level,
            headcount: order.headcount,
            wage_low_fen: order.wage_low_fen,
            wage_high_fen: order.wage_high_fen,
            work_place: order.work_place,
            start_by: order.start_by,
            hire_commitment_percent: order.hire_commitment_percent,
            skills: order.skills,
            status: order.status,
            reason: order.reason,
        }
    }
}

impl From<LinkedClass> for OrderClassView {
    fn from(class: LinkedClass) -> Self {
        let share = class.share().counted();
        Self {
            class_id: class.id,
            number: class.number,
            title: class.title,
            status: class.status,
            starts_on: class.starts_on,
            seats: share.seats,
            enrolled: share.enrolled,
            completed: share.qualified,
            hired: share.hired,
        }
    }
}

impl OrderView {
    /// Whose turn it is follows what the classes did, which the state alone does not tell.
    pub(crate) fn new(sight: Sight, reader: &Actor) -> Self {
        let chain = sight.chain();
        let waiting_on = sight.next().map(Next::who);
        Self {
            enterprise: sight.enterprise,
            fill: FillView {
                ordered: chain.ordered,
                enrolled: chain.enrolled,
                completed: chain.completed,
                hired: chain.hired,
            },
            classes: sight.classes.into_iter().map(Into::into).collect(),
            hires: sight
                .hires
                .into_iter()
                .map(|one| HireView {
                    id: one.row.id,
                    enrolment_id: one.row.enrolment_id,
                    name: one.name,
                    class_number: one.row.class_number,
                    hired_on: one.row.hired_on,
                })
                .collect(),
            candidates: sight
                .candidates
                .into_iter()
                .map(|one| CandidateView {
                    enrolment_id: one.row.enrolment_id,
                    masked_name: one.name,
                    tail: one.tail,
                    class_number: one.row.class_number,
                    completed_on: one.row.completed_on,
                })
                .collect(),
            line: OrderLine { waiting_on, ..OrderLine::new(sight.order, reader) },
        }
    }
}

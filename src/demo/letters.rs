//! What those who can sign in find in their mailboxes: what the services would have told them on the way to where the year stands.
#![expect(clippy::disallowed_methods, reason = "a demonstration is told of whole tables")]

use entities::{
    certificate, claim, course, enrolment, enterprise_order, role_grant, training_class,
    values::{
        AccountId, ClaimStatus, ClassStatus, CourseStatus, EnrolmentStatus, OrderStatus, OrganisationId, PersonId,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use crate::base::{Result, money};
use crate::data::{Telling, Work};

/// Paid claims that are told: the last ones.
const PAID: u64 = 3;

pub(super) async fn write(work: &Work, trainee: AccountId, person: PersonId) -> Result<()> {
    to_trainee(work, trainee, person).await?;
    let acting =
        role_grant::Entity::find().filter(role_grant::Column::OrganisationId.is_not_null()).all(work.db()).await?;
    for grant in acting {
        if let Some(organisation) = grant.organisation_id {
            about_offers(work, grant.account_id, organisation).await?;
            about_claims(work, grant.account_id, organisation).await?;
        }
    }
    Ok(())
}

fn tell(work: &Work, to: AccountId, kind: &'static str, args: Value, link: String) {
    work.tell(Telling { to, kind, args, link: Some(link) });
}

async fn class(db: &impl ConnectionTrait, id: entities::values::ClassId) -> Result<String> {
    Ok(training_class::Entity::find_by_id(id).one(db).await?.map(|class| class.title).unwrap_or_default())
}

async fn to_trainee(work: &Work, to: AccountId, person: PersonId) -> Result<()> {
    let db = work.db();
    for row in certificate::Entity::find().filter(certificate::Column::PersonId.eq(person)).all(db).await? {
        let args = json!({ "class": class(db, row.class_id).await?, "serial": row.serial, "reason": "" });
        tell(work, to, "certificate_issued", args, format!("/certificates/{}", row.serial));
    }
    let waits = enrolment::Column::Status.eq(EnrolmentStatus::Waitlisted);
    let waiting = enrolment::Entity::find().filter(enrolment::Column::PersonId.eq(person)).filter(waits.clone());
    for row in waiting.all(db).await? {
        let before = enrolment::Entity::find()
            .filter(enrolment::Column::ClassId.eq(row.class_id))
            .filter(waits.clone())
            .filter(enrolment::Column::Id.lt(row.id))
            .count(db)
            .await?;
        let args = json!({ "class": class(db, row.class_id).await?, "place": (before + 1).to_string() });
        tell(work, to, "waitlisted", args, "/my-courses".to_owned());
    }
    Ok(())
}

/// Orders of an enterprise; courses and classes of an institution.
async fn about_offers(work: &Work, to: AccountId, organisation: OrganisationId) -> Result<()> {
    let db = work.db();
    let orders = enterprise_order::Entity::find().filter(enterprise_order::Column::OrganisationId.eq(organisation));
    for row in orders.order_by_asc(enterprise_order::Column::Id).all(db).await? {
        let kind = match row.status {
            OrderStatus::Accepted => "order_accepted",
            OrderStatus::Returned => "order_returned",
            _ => continue,
        };
        tell(work, to, kind, json!({ "number": row.number }), format!("/orders/{}", row.id));
    }
    let courses = course::Entity::find().filter(course::Column::OrganisationId.eq(organisation));
    for row in courses.filter(course::Column::Status.eq(CourseStatus::Returned)).all(db).await? {
        let args = json!({ "title": row.title, "number": row.number });
        tell(work, to, "course_returned", args, format!("/courses/{}", row.id));
    }
    let told = [ClassStatus::Approved, ClassStatus::Returned];
    let classes = training_class::Entity::find().filter(training_class::Column::OrganisationId.eq(organisation));
    for row in classes.filter(training_class::Column::Status.is_in(told)).all(db).await? {
        let kind = if row.status == ClassStatus::Approved { "class_approved" } else { "class_returned" };
        let args = json!({ "class": row.title, "number": row.number, "reason": row.reason.unwrap_or_default() });
        tell(work, to, kind, args, format!("/classes/{}", row.id));
    }
    Ok(())
}

async fn about_claims(work: &Work, to: AccountId, organisation: OrganisationId) -> Result<()> {
    let db = work.db();
    let claims = claim::Entity::find().filter(claim::Column::OrganisationId.eq(organisation));
    let paid = claims.clone().filter(claim::Column::Status.eq(ClaimStatus::Paid));
    let paid = paid.order_by_desc(claim::Column::Id).limit(PAID).all(db).await?;
    let returned = claims.filter(claim::Column::Status.eq(ClaimStatus::Returned)).all(db).await?;
    for row in paid.into_iter().rev().chain(returned) {
        let kind = if row.status == ClaimStatus::Paid { "claim_paid" } else { "claim_returned" };
        let title = class(db, row.class_id).await?;
        let args = json!({ "number": row.number, "title": title, "amount": money::yuan(row.total_fen) });
        tell(work, to, kind, args, format!("/claims/{}", row.id));
    }
    Ok(())
}

//! What those who can sign in find in their mailboxes: what the services would have told them on the way to where the year
//! stands, in the services' own words.
#![expect(clippy::disallowed_methods, reason = "a demonstration is told of whole tables")]

use entities::{
    certificate, claim, course, enrolment, enterprise_order, role_grant, training_class,
    values::{
        AccountId, ClaimStatus, ClassStatus, CourseStatus, EnrolmentStatus, OrderStatus, OrganisationId, PersonId,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::base::Result;
use crate::certificates;
use crate::claims;
use crate::classes;
use crate::courses;
use crate::data::{Telling, Work};
use crate::orders;

/// Paid claims that are told: the last ones.
const PAID: u64 = 3;

pub(super) async fn write(work: &Work, trainee: AccountId, person: PersonId) -> Result<()> {
    to_trainee(work, trainee, person).await?;
    let acting =
        role_grant::Entity::find().filter(role_grant::Column::OrganisationId.is_not_null()).all(work.db()).await?;
    for organisation in acting.into_iter().filter_map(|grant| grant.organisation_id) {
        about_offers(work, organisation).await?;
        about_claims(work, organisation).await?;
    }
    Ok(())
}

async fn to_trainee(work: &Work, to: AccountId, person: PersonId) -> Result<()> {
    let db = work.db();
    for row in certificate::Entity::find().filter(certificate::Column::PersonId.eq(person)).all(db).await? {
        let class = classes::by_id(db, row.class_id).await?.title;
        certificates::tell_person(work, person, "certificate_issued", &class, &row.serial, "").await?;
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
        let class = classes::by_id(db, row.class_id).await?.title;
        let args = json!({ "class": class, "place": (before + 1).to_string() });
        work.tell(Telling { to, kind: "waitlisted", args, link: Some("/my-courses".to_owned()) });
    }
    Ok(())
}

/// Orders of an enterprise; courses and classes of an institution.
async fn about_offers(work: &Work, organisation: OrganisationId) -> Result<()> {
    let db = work.db();
    let rows = enterprise_order::Entity::find().filter(enterprise_order::Column::OrganisationId.eq(organisation));
    for row in rows.order_by_asc(enterprise_order::Column::Id).all(db).await? {
        match row.status {
            OrderStatus::Accepted => orders::tell(work, &row, "order_accepted").await?,
            OrderStatus::Returned => orders::tell(work, &row, "order_returned").await?,
            _ => {}
        }
    }
    let rows = course::Entity::find().filter(course::Column::OrganisationId.eq(organisation));
    for row in rows.filter(course::Column::Status.eq(CourseStatus::Returned)).all(db).await? {
        courses::tell(work, &row, "course_returned").await?;
    }
    let told = [ClassStatus::Approved, ClassStatus::Returned];
    let rows = training_class::Entity::find().filter(training_class::Column::OrganisationId.eq(organisation));
    for row in rows.filter(training_class::Column::Status.is_in(told)).all(db).await? {
        let kind = if row.status == ClassStatus::Approved { "class_approved" } else { "class_returned" };
        classes::tell(work, &row, kind, row.reason.as_deref().unwrap_or_default()).await?;
    }
    Ok(())
}

async fn about_claims(work: &Work, organisation: OrganisationId) -> Result<()> {
    let db = work.db();
    let rows = claim::Entity::find().filter(claim::Column::OrganisationId.eq(organisation));
    let paid = rows.clone().filter(claim::Column::Status.eq(ClaimStatus::Paid));
    for row in paid.order_by_desc(claim::Column::Id).limit(PAID).all(db).await?.iter().rev() {
        claims::tell(work, row, "claim_paid", row.total_fen).await?;
    }
    for row in rows.filter(claim::Column::Status.eq(ClaimStatus::Returned)).all(db).await? {
        claims::tell(work, &row, "claim_returned", row.total_fen).await?;
    }
    Ok(())
}

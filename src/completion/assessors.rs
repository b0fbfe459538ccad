//! Who assesses a class: a body that the county names, and in which nobody stands behind the school too.

use entities::{
    organisation, training_class,
    values::{ClassId, OrganisationId, OrganisationKind},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::Can;
use crate::accounts;
use crate::base::{Error, Result};
use crate::classes;
use crate::completion::results::may_be_named;
use crate::completion::rights::NameAssessors;
use crate::completion::store;
use crate::data::{Audit, Telling, Work};
use crate::organisations;

/// The body is active, and nobody stands behind both it and the school.
///
/// # Errors
/// `organisation.suspended`; `assessor.tied`.
pub(super) async fn require_apart(
    db: &impl ConnectionTrait,
    school: OrganisationId,
    assessor: OrganisationId,
) -> Result<organisation::Model> {
    let assessor = organisations::require_active(db, assessor).await?;
    let school = organisations::by_id(db, school).await?;
    if organisations::in_one_hand(&school, &assessor) { Err(Error::refused("assessor.tied")) } else { Ok(assessor) }
}

/// Bodies that the county may name for a class, and whether each is apart from its school.
pub(super) async fn choice(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
) -> Result<Vec<(organisation::Model, bool)>> {
    let school = organisations::by_id(db, class.organisation_id).await?;
    let bodies = organisations::assessors_for(db, &class.area_code).await?;
    let apart = |body: organisation::Model| {
        let apart = !organisations::in_one_hand(&school, &body);
        (body, apart)
    };
    Ok(bodies.into_iter().map(apart).collect())
}

/// Whether the body that was named can enter the results that lack: else another one may, and those that stand keep theirs.
async fn can_go_on(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<bool> {
    let Some(named) = class.assessor_id else { return Ok(false) };
    match require_apart(db, class.organisation_id, named).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(e) => Err(e),
    }
}

/// The county names the body that assesses a class, or another one as long as no result stands.
///
/// # Errors
/// `NotFound` out of sight; `move.illegal` where the class is over with; `assessor.results_stand`; `Invalid` for what is no
/// body of this area that assesses; `organisation.suspended`; `assessor.tied`.
pub(super) async fn name(
    by: &Can<NameAssessors>,
    work: &Work,
    class: ClassId,
    assessor: OrganisationId,
) -> Result<training_class::Model> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    if !may_be_named(class.status) {
        return Err(Error::refused("move.illegal"));
    }
    if !store::assessments(work.db(), class.id).await?.is_empty() && can_go_on(work.db(), &class).await? {
        return Err(Error::refused("assessor.results_stand"));
    }
    let unknown = || Error::invalid("assessor_id", "invalid.assessor");
    let body = match organisations::by_id(work.db(), assessor).await {
        Err(Error::NotFound(_)) => return Err(unknown()),
        body => body?,
    };
    if body.kind != OrganisationKind::Assessor {
        return Err(unknown());
    }
    require_apart(work.db(), class.organisation_id, assessor).await?;
    if !choice(work.db(), &class).await?.iter().any(|(body, _)| body.id == assessor) {
        return Err(unknown());
    }
    classes::name_assessor(work, &class, assessor).await?;
    work.record(
        Audit::of("name_assessor", "class", class.id)
            .by(by)
            .area(&class.area_code)
            .detail(json!({ "assessor": assessor, "before": class.assessor_id })),
    );
    for to in accounts::of_organisation(work.db(), assessor).await? {
        let args = json!({ "class": class.title, "number": class.number, "day": class.ends_on.to_string() });
        let link = Some(format!("/classes/{}/results", class.id));
        work.tell(Telling { to, kind: "class_to_assess", args, link });
    }
    classes::by_id(work.db(), class.id).await
}

//! Registering organisations, accrediting institutions, and what others ask about them.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    accreditation, organisation,
    values::{AccreditationId, OrganisationId, OrganisationKind, OrganisationStatus, Programme},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use validator::Validate;

use crate::access::{Actor, Can, Scope};
use crate::areas::Atlas;
use crate::base::identity::fold;
use crate::base::{CreditCode, Error, Phone, Result};
use crate::data::{Audit, Work};
use crate::organisations::forms::{NewAccreditation, NewOrganisation};
use crate::organisations::rights::{ManageOrganisations, ReadOrganisations};
use crate::organisations::rules::{self, Wanted};
use crate::organisations::store;
use crate::policy::is_occupation;

/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: OrganisationId) -> Result<organisation::Model> {
    store::one(db, &Scope::System, id).await
}

/// Their names, for lists.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = OrganisationId>,
) -> Result<HashMap<OrganisationId, String>> {
    let mut ids: Vec<OrganisationId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = if ids.is_empty() { Vec::new() } else { store::many(db, &ids).await? };
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The organisation, as long as it may take part.
///
/// # Errors
/// `organisation.suspended`; `NotFound`.
pub(crate) async fn require_active(db: &impl ConnectionTrait, id: OrganisationId) -> Result<organisation::Model> {
    let organisation = by_id(db, id).await?;
    match organisation.status {
        OrganisationStatus::Active => Ok(organisation),
        OrganisationStatus::Suspended | OrganisationStatus::Delisted => Err(Error::refused("organisation.suspended")),
    }
}

/// An organisation that is struck off begins nothing more; one that is suspended goes on with what it began.
///
/// # Errors
/// `organisation.delisted`; `NotFound`.
pub(crate) async fn require_listed(db: &impl ConnectionTrait, id: OrganisationId) -> Result<()> {
    match by_id(db, id).await?.status {
        OrganisationStatus::Active | OrganisationStatus::Suspended => Ok(()),
        OrganisationStatus::Delisted => Err(Error::refused("organisation.delisted")),
    }
}

/// Brings an organisation into the state that its sanctions ask for, with them.
///
/// # Errors
/// `NotFound`; `Stale` when somebody else changed it meanwhile.
pub(crate) async fn stand(
    by: Option<&Actor>,
    work: &Work,
    id: OrganisationId,
    status: OrganisationStatus,
) -> Result<()> {
    let organisation = by_id(work.db(), id).await?;
    if organisation.status == status {
        return Ok(());
    }
    store::set_status(work, &organisation, status).await?;
    let action = match status {
        OrganisationStatus::Active => "reinstate",
        OrganisationStatus::Suspended => "suspend",
        OrganisationStatus::Delisted => "delist",
    };
    work.record(Audit::of(action, "organisation", id).by_actor(by).area(&organisation.area_code));
    Ok(())
}

/// Bodies that may assess in a division: active ones that lie in its county, or that were registered for its prefecture or
/// province as a whole.
pub(crate) async fn assessors_for(db: &impl ConnectionTrait, area: &str) -> Result<Vec<organisation::Model>> {
    store::assessors(db, area).await
}

/// Whether the register of organisations is open to somebody.
pub(crate) fn are_open_to(actor: &Actor) -> bool {
    actor.prove::<ReadOrganisations>().is_ok()
}

/// What somebody wants to teach.
#[derive(Clone, Debug)]
pub(crate) struct Teaching<'a> {
    pub organisation: OrganisationId,
    pub programme: Programme,
    pub occupation: &'a str,
    pub level: i32,
}

/// The first of these days on which no accreditation of the institution covers the teaching.
///
/// # Errors
/// Of the database.
pub(crate) async fn uncovered(
    db: &impl ConnectionTrait,
    teaching: &Teaching<'_>,
    days: impl IntoIterator<Item = &NaiveDate>,
) -> Result<Option<NaiveDate>> {
    let held = store::accreditations(db, teaching.organisation).await?;
    let covers = |day: NaiveDate| {
        let Teaching { programme, occupation, level, .. } = *teaching;
        let wanted = Wanted { programme, occupation, level, from: day, to: day };
        held.iter().any(|held| rules::covers(held, &wanted))
    };
    Ok(days.into_iter().copied().find(|day| !covers(*day)))
}

/// The institution is active and an accreditation of it covers the teaching on a day.
///
/// # Errors
/// `organisation.suspended`, `accreditation.missing`.
pub(crate) async fn require_accreditation(
    db: &impl ConnectionTrait,
    teaching: &Teaching<'_>,
    day: NaiveDate,
) -> Result<()> {
    require_active(db, teaching.organisation).await?;
    match uncovered(db, teaching, &[day]).await? {
        None => Ok(()),
        Some(_) => Err(Error::refused("accreditation.missing")),
    }
}

/// An organisation with what it is accredited for.
#[derive(Debug)]
pub(crate) struct Register {
    pub organisation: organisation::Model,
    pub accreditations: Vec<accreditation::Model>,
}

impl Register {
    pub(crate) fn may_be_accredited(&self) -> bool {
        self.organisation.kind == OrganisationKind::Institution
    }

    /// Landlines of old records are no mobile numbers; of them the last four digits are shown alike.
    pub(crate) fn masked_phone(&self) -> String {
        let phone = &self.organisation.phone;
        Phone::parse(phone).map_or_else(
            |_| format!("****{}", phone.chars().skip(phone.chars().count().saturating_sub(4)).collect::<String>()),
            |phone| phone.masked(),
        )
    }
}

/// One that the reader may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn register_of(db: &impl ConnectionTrait, scope: &Scope, id: OrganisationId) -> Result<Register> {
    let organisation = store::one(db, scope, id).await?;
    Ok(Register { accreditations: store::accreditations(db, id).await?, organisation })
}

/// Registers an institution, an enterprise or an assessing body in the clerk's own area.
///
/// # Errors
/// `Invalid` for a code that fails its check or stands already, an area that is not the clerk's, a kind that nobody
/// registers here.
pub(crate) async fn register(
    by: &Can<ManageOrganisations>,
    work: &Work,
    atlas: &Atlas,
    new: &NewOrganisation,
) -> Result<organisation::Model> {
    new.validate()?;
    if !rules::REGISTERED.contains(&new.kind) {
        return Err(Error::invalid("kind", "invalid.choice"));
    }
    let code = CreditCode::parse(&fold(&new.credit_code).to_uppercase()).map_err(|e| Error::Invalid(vec![e]))?;
    let phone = Phone::parse(&fold(&new.phone)).map_err(|e| Error::Invalid(vec![e]))?;
    if !by.scope().covers(&new.area_code) || !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    if store::has_credit_code(work.db(), code.as_str()).await? {
        return Err(Error::invalid("credit_code", "invalid.credit_code_taken"));
    }
    let row = organisation::Model {
        id: OrganisationId::new(),
        kind: new.kind,
        name: new.name.trim().to_owned(),
        credit_code: code.as_str().to_owned(),
        area_code: new.area_code.clone(),
        legal_person: new.legal_person.trim().to_owned(),
        phone: phone.as_str().to_owned(),
        status: OrganisationStatus::Active,
        created_at: work.now,
        version: 1,
    };
    organisation::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(
        Audit::of("register", "organisation", row.id)
            .by(by)
            .area(&row.area_code)
            .detail(json!({ "kind": row.kind, "credit_code": row.credit_code })),
    );
    Ok(row)
}

/// Gives an institution an accreditation.
///
/// # Errors
/// `accreditation.not_institution`, `organisation.delisted`; `Invalid` for an unknown occupation or days in the wrong order; `NotFound`.
pub(crate) async fn accredit(
    by: &Can<ManageOrganisations>,
    work: &Work,
    id: OrganisationId,
    new: &NewAccreditation,
) -> Result<()> {
    let organisation = store::one(work.db(), &by.scope(), id).await?;
    new.validate()?;
    if organisation.kind != OrganisationKind::Institution {
        return Err(Error::refused("accreditation.not_institution"));
    }
    require_listed(work.db(), id).await?;
    if new.occupation.as_deref().is_some_and(|code| !is_occupation(code)) {
        return Err(Error::invalid("occupation", "invalid.choice"));
    }
    if new.valid_to < new.valid_from {
        return Err(Error::invalid("valid_to", "invalid.end_before_start"));
    }
    let row = accreditation::Model {
        id: AccreditationId::new(),
        organisation_id: id,
        programme: new.programme,
        occupation: new.occupation.clone(),
        level_ceiling: new.level_ceiling,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        document_no: new.document_no.trim().to_owned(),
    };
    accreditation::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(Audit::of("accredit", "organisation", id).by(by).area(&organisation.area_code).detail(json!({
        "accreditation": row.id, "programme": row.programme, "occupation": row.occupation,
        "level_ceiling": row.level_ceiling, "valid_from": row.valid_from, "valid_to": row.valid_to,
    })));
    Ok(())
}

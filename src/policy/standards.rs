//! Subsidy standards in force: what the government pays for one qualified person.
#![expect(clippy::disallowed_methods, reason = "standards are public: everybody may know what is paid")]

use chrono::NaiveDate;
use entities::{subsidy_standard, values::Programme};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::areas::{contains, prefix};
use crate::base::{Error, Result};

/// Every standard, for those who compare.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<subsidy_standard::Model>> {
    Ok(subsidy_standard::Entity::find().all(db).await?)
}

/// The standard for a programme and an occupation in an area on a day: the nearest area decides, then the one that
/// names the occupation.
///
/// # Errors
/// `standard.none` where no document covers it.
pub(crate) async fn standard_in_force(
    db: &impl ConnectionTrait,
    programme: Programme,
    occupation: &str,
    area: &str,
    on: NaiveDate,
) -> Result<subsidy_standard::Model> {
    all(db)
        .await?
        .into_iter()
        .filter(|row| row.programme == programme && contains(&row.area_code, area))
        .filter(|row| row.occupation.as_deref().is_none_or(|of| of == occupation))
        .filter(|row| row.valid_from <= on && row.valid_to.is_none_or(|end| on < end))
        .max_by_key(|row| (prefix(&row.area_code).len(), row.occupation.is_some(), row.valid_from))
        .ok_or_else(|| Error::refused("standard.none"))
}

//! Whether a database holds trials only.
#![expect(clippy::disallowed_methods, reason = "a setting of the database itself")]

use entities::setting;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::base::Result;

/// In a database of trials people have numbers that nobody was ever given; elsewhere such a number is refused.
///
/// # Errors
/// Of the database.
pub async fn is_trial(db: &impl ConnectionTrait) -> Result<bool> {
    let row = setting::Entity::find_by_id("demo".to_owned()).one(db).await?;
    Ok(row.is_some_and(|row| row.value == "yes"))
}

//! Stub.

use crate::areas::Atlas;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::data::Work;
use entities::values::{PersonId, Programme};
use sea_orm::ConnectionTrait;

/// A qualified completion that is to be counted.
#[derive(Clone, Debug)]
pub struct Counted {
    pub person_id: PersonId,
    pub programme: Programme,
    pub year: i32,
    /// The person's home area.
    pub area_code: String,
}

/// Counts completions at every level of the area tree: person-times always, people only where the person did not count
/// yet in that programme and year. Call it before the completion rows are written.
pub async fn count(_work: &Work, _atlas: &Atlas, _completions: &[Counted]) -> Result<()> {
    Err(Error::internal("stub"))
}

/// People done against the target of people in an area, per programme that has a target or a count.
pub(crate) async fn rates(_db: &impl ConnectionTrait, _area: &str, _year: i32) -> Result<Vec<(Programme, Rate)>> {
    Err(Error::internal("stub"))
}

//! Every query on signing keys.
#![expect(
    clippy::disallowed_methods,
    reason = "signing keys belong to the house: everybody may see their public halves"
)]

use entities::signing_key::{self, Column};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use crate::base::Result;
use crate::data::Work;

/// All, the retired ones too, in the order in which they were made: a handful in all years.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<signing_key::Model>> {
    Ok(signing_key::Entity::find().order_by_asc(Column::Id).all(db).await?)
}

/// The one that signs.
pub(super) async fn in_force(db: &impl ConnectionTrait) -> Result<Option<signing_key::Model>> {
    Ok(signing_key::Entity::find().filter(Column::RetiredAt.is_null()).one(db).await?)
}

/// A first key; where another was quicker, that one stands.
pub(super) async fn insert(work: &Work, row: signing_key::Model) -> Result<()> {
    signing_key::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(work.db())
        .await?;
    Ok(())
}

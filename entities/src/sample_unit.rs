//! A line among which a sample was drawn, as it was then; append-only.

use sea_orm::entity::prelude::*;

use crate::values::{Fen, LineId, OrganisationId, Programme, RiskBand, SampleKind, SampleRunId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sample_unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: SampleRunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: LineId,
    /// Of the run: a line stands in one run of a kind.
    pub kind: SampleKind,
    /// The stratum: an institution and a programme.
    pub organisation_id: OrganisationId,
    pub programme: Programme,
    pub fen: Fen,
    /// How risky the institution was, and how much of its money is looked at because of it.
    pub band: RiskBand,
    pub percent: i32,
    /// Claimed by the trainee.
    pub own: bool,
}

impl ActiveModelBehavior for ActiveModel {}

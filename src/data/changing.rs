//! Compare and set: a row is changed from the state and the version in which it was read, or not at all.

use entities::{
    call_back, clawback, complaint, doubt, eligibility_flag, inspection, line_check, mark_request, notice, objection,
    organisation, payee_account, revocation, sample_item, sanction, sanction_appeal, session_change, standard_uplift,
    subsidy_standard, supervision_case, trainer, training_class, venue,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

use crate::base::{Error, Result};
use crate::data::Work;

/// A row that has an id, a state and a version.
pub(crate) trait AsRead: Sync {
    type Table: EntityTrait;
    const VERSION: <Self::Table as EntityTrait>::Column;

    /// The row, where it stands as it was read.
    fn as_read(&self) -> Condition;
}

macro_rules! as_read {
    ($($table:ident),* $(,)?) => {$(
        impl AsRead for $table::Model {
            type Table = $table::Entity;
            const VERSION: $table::Column = $table::Column::Version;

            fn as_read(&self) -> Condition {
                Condition::all()
                    .add($table::Column::Id.eq(self.id))
                    .add($table::Column::Status.eq(self.status))
                    .add($table::Column::Version.eq(self.version))
            }
        }
    )*};
}

as_read!(
    call_back,
    clawback,
    complaint,
    doubt,
    eligibility_flag,
    inspection,
    line_check,
    mark_request,
    notice,
    objection,
    organisation,
    payee_account,
    revocation,
    sample_item,
    sanction,
    sanction_appeal,
    session_change,
    standard_uplift,
    subsidy_standard,
    supervision_case,
    trainer,
    training_class,
    venue,
);

/// Changes a row, whose version moves by one.
///
/// # Errors
/// `Stale` where somebody else changed it meanwhile.
pub(crate) async fn change<R: AsRead>(
    work: &Work,
    row: &R,
    set: impl IntoIterator<Item = (<R::Table as EntityTrait>::Column, Expr)>,
) -> Result<()> {
    let mut update = R::Table::update_many().col_expr(R::VERSION, Expr::col(R::VERSION).add(1));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    let changed = update.filter(row.as_read()).exec(work.db()).await?;
    if changed.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

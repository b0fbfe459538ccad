//! Every query on standards and uplifts.
#![expect(clippy::disallowed_methods, reason = "what is in force is public; what is proposed starts from the scope")]

use chrono::NaiveDate;
use entities::{
    account, standard_uplift, subsidy_standard,
    values::{AccountId, StandardId, StandardStatus, UpliftId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::access::{Scope, within};
use crate::areas::line;
use crate::base::Result;

/// What one reads of: what is in force, and what else lies in the reader's scope, where the reader sees proposals.
#[derive(Clone, Debug)]
pub(crate) struct Sight(pub Option<Scope>);

macro_rules! kept {
    ($table:ident, $id:ident, $visible:ident, $list:ident, $in_force:ident, $to_come:ident, $of_area:ident, $proposed:ident) => {
        fn $to_come(on: NaiveDate) -> Condition {
            use $table::Column;
            Condition::all()
                .add(Column::Status.eq(StandardStatus::InForce))
                .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(on)))
        }

        /// One that may be read.
        pub(crate) async fn $visible(
            db: &impl ConnectionTrait,
            sight: &Sight,
            id: $id,
        ) -> Result<Option<$table::Model>> {
            let rows = $table::Entity::find().filter($table::Column::Id.eq(id));
            Ok(rows.filter(seen(sight, $table::Column::Status, $table::Column::AreaCode)).one(db).await?)
        }

        /// So many that may be read behind an id, of a division and what lies in it.
        pub(crate) async fn $list(
            db: &impl ConnectionTrait,
            sight: &Sight,
            area: Option<&str>,
            after: Option<$id>,
            limit: u64,
        ) -> Result<Vec<$table::Model>> {
            use $table::Column;
            let mut rows = $table::Entity::find().filter(seen(sight, Column::Status, Column::AreaCode));
            if let Some(area) = area {
                rows = rows.filter(within(Column::AreaCode, area));
            }
            if let Some(after) = after {
                rows = rows.filter(Column::Id.gt(after));
            }
            Ok(rows.order_by_asc(Column::Id).limit(limit).all(db).await?)
        }

        /// Those that hold in an area on a day: its own and those of what it lies in.
        pub(crate) async fn $in_force(
            db: &impl ConnectionTrait,
            area: &str,
            on: NaiveDate,
        ) -> Result<Vec<$table::Model>> {
            let begun = $table::Column::ValidFrom.lte(on);
            let rows = $table::Entity::find().filter($table::Column::AreaCode.is_in(line(area))).filter(begun);
            Ok(rows.filter($to_come(on)).all(db).await?)
        }

        /// Those of the area itself that hold on a day or later.
        pub(crate) async fn $of_area(
            db: &impl ConnectionTrait,
            area: &str,
            on: NaiveDate,
        ) -> Result<Vec<$table::Model>> {
            let rows = $table::Entity::find().filter($table::Column::AreaCode.eq(area));
            Ok(rows.filter($to_come(on)).all(db).await?)
        }

        /// What is proposed in a scope, the first of it first.
        pub(crate) async fn $proposed(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<$table::Model>> {
            const SHOWN: u64 = 200;
            use $table::Column;
            Ok($table::Entity::find()
                .filter(scope.over(Column::AreaCode, None, None))
                .filter(Column::Status.eq(StandardStatus::Proposed))
                .order_by_asc(Column::Id)
                .limit(SHOWN)
                .all(db)
                .await?)
        }
    };
}

fn seen<C: ColumnTrait>(sight: &Sight, status: C, area: C) -> Condition {
    let public = Condition::any().add(status.eq(StandardStatus::InForce));
    match &sight.0 {
        Some(scope) => public.add(scope.over(area, None, None)),
        None => public,
    }
}

kept!(subsidy_standard, StandardId, visible, list, in_force, holds, of_area, proposed);
kept!(standard_uplift, UpliftId, uplift, uplifts, uplifts_in_force, uplift_holds, uplifts_of_area, uplifts_proposed);

/// The standard of a class, whatever became of it.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: StandardId) -> Result<Option<subsidy_standard::Model>> {
    Ok(subsidy_standard::Entity::find_by_id(id).one(db).await?)
}

/// Who proposed or put in force, by name.
pub(crate) async fn official(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<account::Model>> {
    Ok(account::Entity::find_by_id(id).one(db).await?)
}

//! What standards and uplifts have in common: proposed by one, put in force by another, in force for a period.

use chrono::NaiveDate;
use entities::{
    standard_uplift, subsidy_standard,
    values::{AccountId, StandardId, StandardStatus, UpliftId},
};
use sea_orm::{EntityTrait, sea_query::Expr};

use crate::data::Work;
use crate::data::changing::AsRead;

/// A row that holds for a period.
pub(crate) trait Standing: AsRead + Sized + Send {
    type Id: Copy + std::fmt::Display + Send + Sync;
    /// What it is called in the audit log and where it is missed.
    const NAME: &'static str;
    const STATUS: <Self::Table as EntityTrait>::Column;
    const VALID_TO: <Self::Table as EntityTrait>::Column;
    const ENACTED_BY: <Self::Table as EntityTrait>::Column;
    const ENACTED_AT: <Self::Table as EntityTrait>::Column;

    fn id(&self) -> Self::Id;
    fn area(&self) -> &str;
    fn status(&self) -> StandardStatus;
    fn proposed_by(&self) -> Option<AccountId>;
    /// Who proposed it and who put it in force.
    fn officials(&self) -> [Option<AccountId>; 2];
    fn period(&self) -> (NaiveDate, Option<NaiveDate>);
    /// Whether both are about the same: they may not hold at once.
    fn is_like(&self, other: &Self) -> bool;

    /// Whether the two hold on some day together.
    fn meets(&self, other: &Self) -> bool {
        let ((from, to), (other_from, other_to)) = (self.period(), other.period());
        let some = |from: NaiveDate, to: Option<NaiveDate>| to.is_none_or(|to| from < to);
        some(from, to)
            && some(other_from, other_to)
            && to.is_none_or(|to| other_from < to)
            && other_to.is_none_or(|to| from < to)
    }

    /// The columns that change when it is put in force.
    fn enacted(work: &Work, by: AccountId) -> [(<Self::Table as EntityTrait>::Column, Expr); 3] {
        [
            (Self::STATUS, Expr::value(StandardStatus::InForce)),
            (Self::ENACTED_BY, Expr::value(by.0)),
            (Self::ENACTED_AT, Expr::value(work.now)),
        ]
    }
}

macro_rules! standing {
    ($table:ident, $id:ident, $name:literal, |$one:ident, $other:ident| $like:expr) => {
        impl Standing for $table::Model {
            type Id = $id;
            const NAME: &'static str = $name;
            const STATUS: $table::Column = $table::Column::Status;
            const VALID_TO: $table::Column = $table::Column::ValidTo;
            const ENACTED_BY: $table::Column = $table::Column::EnactedBy;
            const ENACTED_AT: $table::Column = $table::Column::EnactedAt;

            fn id(&self) -> $id {
                self.id
            }

            fn area(&self) -> &str {
                &self.area_code
            }

            fn status(&self) -> StandardStatus {
                self.status
            }

            fn proposed_by(&self) -> Option<AccountId> {
                self.proposed_by
            }

            fn officials(&self) -> [Option<AccountId>; 2] {
                [self.proposed_by, self.enacted_by]
            }

            fn period(&self) -> (NaiveDate, Option<NaiveDate>) {
                (self.valid_from, self.valid_to)
            }

            fn is_like(&self, other: &Self) -> bool {
                let ($one, $other) = (self, other);
                $like
            }
        }
    };
}

standing!(subsidy_standard, StandardId, "subsidy_standard", |one, other| {
    (one.programme, &one.occupation, one.level, &one.area_code, one.payee, one.kind)
        == (other.programme, &other.occupation, other.level, &other.area_code, other.payee, other.kind)
});

standing!(standard_uplift, UpliftId, "standard_uplift", |one, other| {
    (&one.area_code, one.kind, &one.occupation) == (&other.area_code, other.kind, &other.occupation)
});

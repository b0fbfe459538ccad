//! Inputs of this feature.

use entities::values::{Programme, TargetId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::web::Once;

/// A target for one area and year, or the revision of one.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTarget {
    #[validate(range(min = 2000, max = 2100))]
    pub year: i32,
    pub area_code: String,
    pub programme: Programme,
    /// People to be trained.
    #[validate(range(min = 0, max = 100_000_000))]
    pub value: i64,
    #[validate(length(min = 1, max = 64))]
    pub document_no: String,
    /// Why it is revised; a first target needs none.
    #[validate(length(min = 1, max = 200))]
    pub reason: Option<String>,
    /// The target that this one is meant to revise; refused as stale when another one is in force by now.
    pub supersedes: Option<TargetId>,
}

/// The same, as the page sends it: the area stands in the address.
#[derive(FromForm)]
pub(crate) struct IssueForm {
    pub year: i32,
    pub programme: Programme,
    pub value: i64,
    pub document_no: String,
    pub reason: Option<String>,
    pub supersedes: Option<TargetId>,
}

impl IssueForm {
    pub(crate) fn at(self, area: &str) -> NewTarget {
        NewTarget {
            year: self.year,
            area_code: area.to_owned(),
            programme: self.programme,
            value: self.value,
            document_no: self.document_no,
            reason: self.reason,
            supersedes: self.supersedes,
        }
    }
}

/// Which progress is asked for.
#[derive(Clone, Debug, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProgressQuery {
    /// A division code; the caller's own area when it is not given.
    #[param(value_type = Option<String>)]
    pub area: Once,
    /// This year when it is not given.
    #[param(value_type = Option<i32>)]
    pub year: Once,
    /// Decimals of the percentages, 0 to 4; 2 when it is not given.
    #[param(value_type = Option<u32>)]
    pub decimals: Once,
}

/// Which targets are asked for.
#[derive(Clone, Debug, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TargetsQuery {
    /// This year when it is not given.
    #[param(value_type = Option<i32>)]
    pub year: Once,
    /// With those that a revision took the place of.
    #[param(value_type = Option<bool>)]
    pub history: Once,
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    /// A division code: it and everything below it.
    #[param(value_type = Option<String>)]
    pub area: Once,
}

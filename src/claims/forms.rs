//! Inputs of this feature.

use entities::values::Fen;
use rocket::{
    FromForm,
    form::{self, FromFormField, ValueField},
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

/// A payment that was made or ordered at the bank.
#[derive(Debug, Deserialize, FromForm, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payout {
    /// The bank's number of the transfer.
    #[validate(length(min = 2, max = 64))]
    pub bank_reference: String,
    /// What the payer means to pay; when a line fell meanwhile, the payment is refused instead of differing.
    pub amount_fen: Option<Fen>,
}

/// Why a clerk refuses a line that the rows themselves would let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doubt {
    /// 身份核不实
    Identity,
    /// 签到记录有疑点
    Attendance,
    /// 不属补贴对象
    NotEntitled,
    /// 其他资金已补贴
    OtherFund,
    /// 材料不全
    PapersMissing,
}

#[derive(Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefuseLine {
    pub reason: Doubt,
}

impl Doubt {
    pub(crate) const ALL: [Self; 5] =
        [Self::Identity, Self::Attendance, Self::NotEntitled, Self::OtherFund, Self::PapersMissing];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Attendance => "attendance",
            Self::NotEntitled => "not_entitled",
            Self::OtherFund => "other_fund",
            Self::PapersMissing => "papers_missing",
        }
    }

    /// As it stands on the line, in the API and as the key of its text.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Identity => "line.identity",
            Self::Attendance => "line.attendance_doubt",
            Self::NotEntitled => "line.not_entitled",
            Self::OtherFund => "line.other_fund",
            Self::PapersMissing => "line.papers_missing",
        }
    }
}

#[rocket::async_trait]
impl<'r> FromFormField<'r> for Doubt {
    fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
        let known = Self::ALL.into_iter().find(|doubt| doubt.as_str() == field.value);
        Ok(known.ok_or_else(|| form::Error::validation("invalid.choice"))?)
    }
}

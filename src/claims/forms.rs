//! Inputs of this feature.

use entities::values::{Fen, HoldReason, ReturnCode, SubsidyKind, Tranche};
use rocket::{
    FromForm,
    form::{self, FromFormField, ValueField},
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::{Error, Result};
use crate::claims::rules::Part;

/// What an institution claims for its trainees, and under what.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClaim {
    /// Left out: `training`.
    pub kind: Option<SubsidyKind>,
    /// `start` ahead, while the class goes on; `completion` once it is closed, also where it is left out; `outcome` once
    /// people work.
    pub tranche: Option<Tranche>,
    /// Number of the proxy contract (代领协议) that the trainees signed.
    #[validate(length(min = 2, max = 64))]
    pub contract_no: String,
}

impl NewClaim {
    /// # Errors
    /// `Invalid` (tranche) for what falls due at once.
    pub(crate) fn part(&self) -> Result<Part> {
        Part::new(self.kind.unwrap_or(Part::TRAINING.kind), self.tranche.unwrap_or(Part::TRAINING.tranche))
    }
}

/// What somebody claims for himself: the training, where it is left out.
#[derive(Clone, Copy, Debug, FromForm)]
pub(crate) struct OwnPart {
    pub kind: Option<SubsidyKind>,
}

/// What the finance bureau lets be paid.
#[derive(Clone, Debug, Default, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authorisation {
    /// What it means to approve; when a line fell meanwhile, it is refused instead of differing.
    pub amount_fen: Option<Fen>,
}

/// Why a claim goes back.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendBack {
    pub code: ReturnCode,
    /// What is wrong and how to mend it, 2 to 500 characters.
    pub reason: String,
}

/// Why a claim waits.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hold {
    pub reason: HoldReason,
    /// 2 to 500 characters; the institution reads it.
    pub note: String,
}

/// Why one line waits.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldLine {
    pub reason: HoldReason,
}

impl SendBack {
    /// # Errors
    /// `Invalid` where nothing, or a novel, was written.
    pub(crate) fn said(&self) -> Result<&str> {
        said("reason", &self.reason)
    }
}

impl Hold {
    /// # Errors
    /// `Invalid` where nothing, or a novel, was written.
    pub(crate) fn said(&self) -> Result<&str> {
        said("note", &self.note)
    }
}

fn said<'a>(field: &'static str, text: &'a str) -> Result<&'a str> {
    let text = text.trim();
    match text.chars().count() {
        0 | 1 => Err(Error::invalid(field, "invalid.required")),
        2..=500 => Ok(text),
        _ => Err(Error::invalid(field, "invalid.too_long")),
    }
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

//! One type per kind of id, so that a class cannot be looked up by a claim.

use std::fmt;

use rocket::{
    form::{self, FromFormField, ValueField},
    request::FromParam,
};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType, Serialize, Deserialize, ToSchema,
            rocket::UriDisplayPath, rocket::UriDisplayQuery,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id; ids of one process ascend in time.
            #[expect(clippy::new_without_default, reason = "a default id would be a different one each time")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl<'r> FromParam<'r> for $name {
            type Error = uuid::Error;
            fn from_param(param: &'r str) -> Result<Self, Self::Error> {
                param.parse()
            }
        }

        impl<'r> FromFormField<'r> for $name {
            fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
                Ok(field.value.parse().map_err(|_| form::Error::validation("invalid.id"))?)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

ids! {
    AccountId, GrantId, AuditId, MessageId, RuleId, OrganisationId, AccreditationId, HouseholdId, PersonId, ServiceId,
    OrderId, HireId, CourseId, TargetId, PotId, PostingId, StandardId, ClassId, SessionId, EnrolmentId, AssessmentId,
    CertificateId, ClaimId, LineId, LineCheckId, DecisionId, PaymentId, ImportId, ImportPartId, RejectId, EligibilityRuleId,
    ExclusionListId, FlagId, RevealId, ExportId, ChangeRequestId, ChangeId, PairId,
    MarkTryId, MarkRequestId, PhotoId, RosterDeviceId,
    VenueId, TrainerId, PlanChangeId,
    SigningKeyId, RevocationId, ResultFileId,
    InspectionId, InspectionPhotoId, CallSampleId, CallBackId, CallTryId, ComplaintId,
    DoubtId, CaseId,
    SanctionId, SanctionAnswerId, SanctionAppealId, RiskWeightId, RiskScoreId,
    UpliftId, ClawbackId,
    HolderId, PayeeAccountId, DelegationId,
    SealKeyId,
    NoticeId, NoticeLineId, ObjectionId,
    BatchId, ResponseId,
    SampleRunId, SampleItemId, ReceiptId,
}

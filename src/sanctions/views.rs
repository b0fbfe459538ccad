//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    sanction_answer, sanction_appeal, supervision_case,
    values::{
        AnswerVerdict, AppealStatus, CaseId, OrganisationId, Role, SanctionAnswerId, SanctionId, SanctionKind,
        SanctionStatus,
    },
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::sanctions::appeals;
use crate::sanctions::lifecycle::SanctionAction;
use crate::sanctions::rights::AnswerSanctions;
use crate::sanctions::rules;
use crate::sanctions::service::{case_of, may_strike_off};
use crate::sanctions::store::{self, Listed};

/// A sanction with everything that hangs on it.
pub(super) struct Whole {
    pub listed: Listed,
    pub case: supervision_case::Model,
    pub answers: Vec<sanction_answer::Model>,
    pub appeal: Option<sanction_appeal::Model>,
    /// The last day of an appeal; none before it is in force.
    pub appeal_until: Option<NaiveDate>,
    /// Whether the institution may appeal now.
    pub appealable: bool,
}

impl Whole {
    /// # Errors
    /// `NotFound` out of sight.
    pub(super) async fn of(db: &impl ConnectionTrait, by: &Actor, id: SanctionId, today: NaiveDate) -> Result<Self> {
        let listed = store::listed(db, &by.scope(), id).await?;
        let appeal = store::appeal(db, id).await?;
        let days = appeals::days(db, &listed.row, today).await?;
        Ok(Self {
            case: case_of(db, &listed.row).await?,
            answers: store::answers(db, id).await?,
            appeal_until: rules::appeal_until(&listed.row, days),
            appealable: rules::may_be_appealed(&listed.row, appeal.as_ref(), today, days),
            appeal,
            listed,
        })
    }

    /// What somebody may do now. Who proposed does not decide, who took part does not lift.
    pub(super) fn actions(&self, reader: &Actor) -> Vec<&'static str> {
        let row = &self.listed.row;
        let apart = !rules::parts(row, &self.case).contains(&reader.account);
        let may = |action: &SanctionAction| match action {
            SanctionAction::Confirm => {
                row.proposed_by != reader.account && (row.kind != SanctionKind::Delist || may_strike_off(reader))
            }
            SanctionAction::Refuse => row.proposed_by != reader.account,
            SanctionAction::Answer => row.kind == SanctionKind::Rectify,
            SanctionAction::Lift => row.kind != SanctionKind::Delist && apart,
            SanctionAction::Accept | SanctionAction::Return | SanctionAction::End => true,
        };
        let open = row.status.open_to(reader.role).into_iter().filter(may);
        let mut actions: Vec<&'static str> = open.map(Into::into).collect();
        if self.appealable && reader.prove::<AnswerSanctions>().is_ok() {
            actions.push("appeal");
        }
        if let Some(appeal) = &self.appeal
            && apart
        {
            actions.extend(appeal.status.open_to(reader.role).into_iter().map(<&'static str>::from));
        }
        actions
    }

    /// Whose turn it is.
    pub(super) fn waiting_on(&self) -> Option<Role> {
        let row = &self.listed.row;
        if self.appeal.as_ref().is_some_and(|appeal| appeal.status == AppealStatus::Filed) {
            return Some(Role::Supervisor);
        }
        match row.status {
            SanctionStatus::InForce if row.kind != SanctionKind::Rectify => None,
            status => status.waits_for(),
        }
    }
}

/// What an institution answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerView {
    pub id: SanctionAnswerId,
    pub text: String,
    pub given_at: DateTime<Utc>,
    /// Null until the county says something of it.
    pub verdict: Option<AnswerVerdict>,
    pub note: Option<String>,
    pub judged_at: Option<DateTime<Utc>>,
}

/// An appeal against a sanction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppealView {
    pub text: String,
    pub status: AppealStatus,
    pub filed_at: DateTime<Utc>,
    pub answer: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// A sanction against an institution, as a list tells it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SanctionLine {
    pub id: SanctionId,
    pub number: String,
    pub case_id: CaseId,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub kind: SanctionKind,
    pub status: SanctionStatus,
    pub reason: String,
    /// What must be mended; null for all but a rectification.
    pub mend: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub starts_on: Option<NaiveDate>,
    /// The last day; null where nothing but a deed ends it.
    pub ends_on: Option<NaiveDate>,
    /// Null until it is in force.
    pub document_no: Option<String>,
    pub proposed_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refusal: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was lifted.
    pub closing: Option<String>,
    pub version: i32,
}

/// One with its answers and its appeal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SanctionView {
    #[serde(flatten)]
    pub line: SanctionLine,
    pub answers: Vec<AnswerView>,
    pub appeal: Option<AppealView>,
    /// The last day on which the institution may appeal.
    pub appeal_until: Option<NaiveDate>,
    /// What this caller may do now: `confirm refuse answer accept return lift appeal uphold reject`.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

impl From<Listed> for SanctionLine {
    fn from(Listed { row, organisation_name }: Listed) -> Self {
        Self {
            id: row.id,
            number: row.number,
            case_id: row.case_id,
            organisation_id: row.organisation_id,
            organisation_name,
            area_code: row.area_code,
            kind: row.kind,
            status: row.status,
            reason: row.reason,
            mend: row.mend,
            due_on: row.due_on,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            document_no: row.document_no,
            proposed_at: row.proposed_at,
            decided_at: row.decided_at,
            refusal: row.refusal,
            closed_at: row.closed_at,
            closing: row.closing,
            version: row.version,
        }
    }
}

impl SanctionView {
    pub(super) fn of(whole: Whole, reader: &Actor) -> Self {
        let (actions, waiting_on) = (whole.actions(reader), whole.waiting_on());
        let answers = whole.answers.into_iter().map(|row| AnswerView {
            id: row.id,
            text: row.text,
            given_at: row.given_at,
            verdict: row.verdict,
            note: row.note,
            judged_at: row.judged_at,
        });
        let appeal = whole.appeal.map(|row| AppealView {
            text: row.text,
            status: row.status,
            filed_at: row.filed_at,
            answer: row.answer,
            decided_at: row.decided_at,
        });
        Self {
            actions,
            waiting_on,
            answers: answers.collect(),
            appeal,
            appeal_until: whole.appeal_until,
            line: whole.listed.into(),
        }
    }
}

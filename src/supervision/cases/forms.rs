//! Inputs.

use std::collections::BTreeMap;

use entities::values::{CaseOutcome, CaseStatus, DoubtId, Fen, OrganisationId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::money::parse_yuan;
use crate::base::{Error, FieldError, Result};
use crate::web::{Once, Paging};

/// `?limit=&after=&status=&organisation=` of the list.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CasesQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<CaseStatus>)]
    pub status: Once,
    /// Against one institution.
    #[param(value_type = Option<OrganisationId>)]
    pub organisation: Once,
}

impl CasesQuery {
    /// # Errors
    /// As of [`Paging::of`].
    pub(super) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no status.
    pub(super) fn status(&self) -> Result<Option<CaseStatus>> {
        self.status.read("status", "invalid.choice")
    }

    /// # Errors
    /// `Invalid` for what is no id.
    pub(super) fn organisation(&self) -> Result<Option<OrganisationId>> {
        self.organisation.read("organisation", "invalid.id")
    }
}

/// A case that is opened.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCase {
    /// Confirmed doubts about classes of one institution.
    pub doubts: Vec<DoubtId>,
    /// What it is about, 2 to 60 characters; the institution reads it.
    pub title: String,
    /// What was found, 2 to 2000 characters; for those who decide.
    pub finding: String,
}

/// The same on a page: a box a doubt.
#[derive(Clone, Debug, FromForm)]
pub(super) struct NewCaseForm {
    pub doubts: BTreeMap<String, bool>,
    pub title: String,
    pub finding: String,
}

impl NewCaseForm {
    /// # Errors
    /// `Invalid` for what is no id.
    pub(super) fn read(self) -> Result<NewCase> {
        let ticked = self.doubts.iter().filter(|(_, ticked)| **ticked);
        let ids = ticked.map(|(id, _)| id.parse().map_err(|_| Error::invalid("doubts", "invalid.id")));
        Ok(NewCase { doubts: ids.collect::<Result<_>>()?, title: self.title, finding: self.finding })
    }
}

/// A text of so many characters at most, without blanks around it.
///
/// # Errors
/// `Invalid` where nothing, or a novel, was written.
pub(super) fn text(text: &str, field: &'static str, most: usize) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 | 1 => Err(Error::invalid(field, "invalid.required")),
        long if long > most => Err(Error::Invalid(vec![FieldError::new(field, "invalid.too_long")])),
        _ => Ok(text.to_owned()),
    }
}

/// What a case comes to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseDecision {
    pub outcome: CaseOutcome,
    /// Why, and what is asked of the institution, 2 to 1000 characters; it reads it.
    pub decision: String,
    /// What is to be recovered from the institution, in fen; left out where nothing is.
    pub recover_fen: Option<Fen>,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// The same on a page, with money as people write it.
#[derive(Clone, Debug, FromForm)]
pub(super) struct CaseDecisionForm {
    pub outcome: CaseOutcome,
    pub decision: String,
    pub recover_fen: Option<String>,
    pub version: Option<i32>,
}

impl CaseDecisionForm {
    /// # Errors
    /// `Invalid` for what is no money.
    pub(super) fn read(self) -> Result<CaseDecision> {
        let read = |text: &String| parse_yuan(text).map_err(|_| Error::invalid("recover_fen", "invalid.money"));
        let recover_fen = self.recover_fen.as_ref().map(read).transpose()?;
        Ok(CaseDecision { outcome: self.outcome, decision: self.decision, recover_fen, version: self.version })
    }
}

/// What was asked is done.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseClosing {
    /// What was seen to be done, 2 to 200 characters; the institution reads it.
    pub closing: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

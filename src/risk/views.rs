//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    organisation, risk_score,
    values::{OrganisationId, RiskBand, RiskScoreId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::risk::rights::KeepRisk;
use crate::risk::rules::{Line, METHOD};
use crate::risk::service::Scored;
use crate::risk::store::Standing;

/// How risky an institution is on a day, and from what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RiskView {
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub on: NaiveDate,
    /// 0 to 100: the sum of the lines, cut off there. For the institution itself without what is still looked into.
    pub points: i64,
    pub band: RiskBand,
    /// What of its money is looked at after it was paid, in percent.
    pub sampling_percent: i64,
    /// From how many points on the risk is middle, and high.
    pub middle_from: i64,
    pub high_from: i64,
    /// The version of the method.
    pub method: &'static str,
    pub lines: Vec<Line>,
    /// What this caller may do now: `keep`.
    pub actions: Vec<&'static str>,
}

impl RiskView {
    pub(super) fn of(one: organisation::Model, scored: Scored, reader: &Actor) -> Self {
        Self {
            organisation_id: one.id,
            organisation_name: one.name,
            on: scored.on,
            points: scored.sampling.points,
            band: scored.sampling.band,
            sampling_percent: scored.sampling.percent,
            middle_from: scored.bands.middle,
            high_from: scored.bands.high,
            method: METHOD,
            lines: scored.score.lines,
            actions: reader.prove::<KeepRisk>().map(|_| "keep").into_iter().collect(),
        }
    }
}

/// An institution by its latest score that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingView {
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub points: i64,
    pub band: RiskBand,
    pub scored_on: NaiveDate,
}

impl From<Standing> for StandingView {
    fn from(row: Standing) -> Self {
        Self {
            organisation_id: row.organisation_id,
            organisation_name: row.organisation_name,
            area_code: row.area_code,
            points: row.points,
            band: row.band,
            scored_on: row.scored_on,
        }
    }
}

/// A score that was kept, as it was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptView {
    pub id: RiskScoreId,
    pub on: NaiveDate,
    pub points: i32,
    pub band: RiskBand,
    pub method: String,
    pub lines: Vec<Line>,
    pub made_at: DateTime<Utc>,
    /// False where the daily task kept it.
    pub by_hand: bool,
}

impl From<risk_score::Model> for KeptView {
    fn from(row: risk_score::Model) -> Self {
        Self {
            id: row.id,
            on: row.scored_on,
            points: row.points,
            band: row.band,
            method: row.method,
            lines: serde_json::from_str(&row.facts).unwrap_or_default(),
            made_at: row.made_at,
            by_hand: row.made_by.is_some(),
        }
    }
}

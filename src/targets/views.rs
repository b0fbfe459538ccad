//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    target,
    values::{Measure, Programme, Role, TargetId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Actor, Right};
use crate::areas::Atlas;
use crate::base::rate::RateView;
use crate::targets::rights::IssueTargets;
use crate::targets::service::{Board, Standing};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TargetView {
    pub id: TargetId,
    pub year: i32,
    pub area_code: String,
    pub programme: Programme,
    pub measure: Measure,
    pub value: i64,
    pub document_no: String,
    /// Why the one before it was revised.
    pub reason: Option<String>,
    pub issued_at: DateTime<Utc>,
    pub superseded_at: Option<DateTime<Utc>>,
    /// `in_force` or `superseded`.
    pub status: &'static str,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
    /// Nobody: a target waits for no further step.
    pub waiting_on: Option<Role>,
}

impl TargetView {
    pub(crate) fn of(row: target::Model, actor: &Actor) -> Self {
        let in_force = row.superseded_at.is_none();
        let may_revise = in_force && IssueTargets::HELD_BY.contains(&actor.role);
        Self {
            id: row.id,
            year: row.year,
            area_code: row.area_code,
            programme: row.programme,
            measure: row.measure,
            value: row.value,
            document_no: row.document_no,
            reason: row.reason,
            issued_at: row.issued_at,
            superseded_at: row.superseded_at,
            status: if in_force { "in_force" } else { "superseded" },
            actions: if may_revise { vec!["revise"] } else { Vec::new() },
            waiting_on: None,
        }
    }
}

/// How far one programme has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgrammeProgress {
    pub programme: Programme,
    /// Distinct people against the target of people.
    pub rate: RateView,
    /// A person counts once per programme and year at each level.
    pub people: i64,
    /// Every qualified completion.
    pub person_times: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AreaProgress {
    pub area_code: String,
    /// As the area was called in the year shown.
    pub name: String,
    pub programmes: Vec<ProgrammeProgress>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressView {
    pub year: i32,
    pub area_code: String,
    pub name: String,
    pub programmes: Vec<ProgrammeProgress>,
    /// The areas directly below. They may add up to more than the area itself: a person who completed in two of them counts
    /// in both, and once above.
    pub children: Vec<AreaProgress>,
}

fn programmes(standings: &[Standing], decimals: u32) -> Vec<ProgrammeProgress> {
    let view = |one: &Standing| ProgrammeProgress {
        programme: one.programme,
        rate: one.rate().view(decimals),
        people: one.people,
        person_times: one.person_times,
    };
    standings.iter().map(view).collect()
}

impl ProgressView {
    pub(crate) fn of(board: &Board, atlas: &Atlas, decimals: u32) -> Self {
        let name = |code: &str| atlas.name(code, board.on).unwrap_or(code).to_owned();
        let child = |(code, standings): &(String, Vec<Standing>)| AreaProgress {
            name: name(code),
            area_code: code.clone(),
            programmes: programmes(standings, decimals),
        };
        Self {
            year: board.year,
            name: name(&board.area),
            area_code: board.area.clone(),
            programmes: programmes(&board.totals, decimals),
            children: board.children.iter().map(child).collect(),
        }
    }
}

//! Outputs.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    sample_item, sample_run,
    values::{
        ClaimId, ClassId, Fen, LineId, OrganisationId, PaidFault, PersonId, Programme, RiskBand, Role, SampleCause,
        SampleItemId, SampleKind, SampleRunId, SampleStatus,
    },
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Result;
use crate::claims;
use crate::classes;
use crate::data::Vault;
use crate::organisations;
use crate::people;
use crate::samples::looking::may_look;
use crate::samples::rules::Part;
use crate::samples::service::{Progress, Replay};

/// A run as a list tells it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RunLine {
    pub id: SampleRunId,
    pub number: String,
    pub kind: SampleKind,
    pub area_code: String,
    /// The first and the last day on which the lines were paid.
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
    /// Lines among which was drawn.
    pub units: i32,
    pub fen: Fen,
    pub chosen: i32,
    pub chosen_fen: Fen,
    pub drawn_at: DateTime<Utc>,
    /// What was found of those that were drawn.
    pub assured: i64,
    pub not_assured: i64,
}

/// An institution and a programme.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StratumView {
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub programme: Programme,
    pub band: RiskBand,
    /// The share of its value that is drawn at least.
    pub percent: i64,
    pub units: usize,
    pub fen: Fen,
    pub chosen: usize,
    pub chosen_fen: Fen,
}

/// A run, drawn again just now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RunView {
    #[serde(flatten)]
    pub line: RunLine,
    /// 32 bytes in hexadecimal.
    pub seed: String,
    /// `hmac-sha256-strata-1`: in the order of the HMAC-SHA-256 of their ids under the seed; every line of an institution of
    /// high risk, of every stratum its share of the value, and of the lines that people claimed for themselves their share.
    pub method: String,
    /// SHA-256 of the population, see `/samples/{id}/population`.
    pub population_hash: String,
    pub value_percent: i32,
    pub own_percent: i32,
    /// Lines that people claimed for themselves: all, and drawn.
    pub own: usize,
    pub own_chosen: usize,
    /// The hash is that of the population, and the same lines come out.
    pub replayed: bool,
    pub strata: Vec<StratumView>,
}

/// The population of a run: its hash is that of the lines in this order, each ended by a line feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PopulationView {
    /// Line, institution, programme, fen, band, percent, 1 where the trainee claimed.
    pub lines: Vec<String>,
}

/// A line that was drawn, with the words around it. Its Debug holds a masked name at most.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ItemView {
    pub id: SampleItemId,
    pub run_id: SampleRunId,
    pub run_number: String,
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub claim_number: String,
    pub class_id: ClassId,
    pub class_title: String,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    /// Masked.
    pub person: String,
    pub area_code: String,
    /// The place in the draw.
    pub ordinal: i32,
    pub cause: SampleCause,
    pub fen: Fen,
    pub status: SampleStatus,
    pub fault: Option<PaidFault>,
    pub note: Option<String>,
    pub seen_at: Option<DateTime<Utc>>,
    pub version: i32,
    /// What this caller may do now: `assure doubt`.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

impl RunLine {
    pub(super) fn of(row: &sample_run::Model, progress: Progress) -> Self {
        Self {
            id: row.id,
            number: row.number.clone(),
            kind: row.kind,
            area_code: row.area_code.clone(),
            from_on: row.from_on,
            to_on: row.to_on,
            units: row.units,
            fen: row.fen,
            chosen: row.chosen,
            chosen_fen: row.chosen_fen,
            drawn_at: row.drawn_at,
            assured: progress.assured,
            not_assured: progress.not_assured,
        }
    }
}

impl RunView {
    pub(super) async fn of(db: &impl ConnectionTrait, replay: &Replay, progress: Progress) -> Result<Self> {
        let names = organisations::names(db, replay.parts.iter().map(|part| part.organisation)).await?;
        let stratum = |part: &Part| StratumView {
            organisation_id: part.organisation,
            organisation_name: names.get(&part.organisation).cloned().unwrap_or_default(),
            programme: part.programme,
            band: part.band,
            percent: part.percent,
            units: part.units,
            fen: part.fen,
            chosen: part.chosen,
            chosen_fen: part.chosen_fen,
        };
        let run = &replay.run;
        Ok(Self {
            line: RunLine::of(run, progress),
            seed: run.seed.clone(),
            method: run.method.clone(),
            population_hash: run.population_hash.clone(),
            value_percent: run.value_percent,
            own_percent: run.own_percent,
            own: replay.own.0,
            own_chosen: replay.own.1,
            replayed: replay.hash_fits && replay.same,
            strata: replay.parts.iter().map(stratum).collect(),
        })
    }
}

/// Lines that were drawn with what they are of; nobody's actions yet.
pub(super) async fn told(
    db: &impl ConnectionTrait,
    vault: &Vault,
    run: &sample_run::Model,
    rows: Vec<sample_item::Model>,
) -> Result<Vec<ItemView>> {
    let claims: BTreeSet<ClaimId> = rows.iter().map(|row| row.claim_id).collect();
    let claims = claims::by_ids(db, &claims.into_iter().collect::<Vec<_>>()).await?;
    let claims: HashMap<ClaimId, String> = claims.into_iter().map(|claim| (claim.id, claim.number)).collect();
    let lines = claims::lines_by_id(db, &rows.iter().map(|row| row.line_id).collect::<Vec<_>>()).await?;
    let lines: HashMap<LineId, PersonId> = lines.into_iter().map(|line| (line.id, line.person_id)).collect();
    let persons: BTreeSet<PersonId> = lines.values().copied().collect();
    let briefs = people::briefs(db, vault, &persons.into_iter().collect::<Vec<_>>()).await?;
    let houses = organisations::names(db, rows.iter().map(|row| row.organisation_id)).await?;
    let classes: BTreeSet<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let classes = classes::by_ids(db, &classes.into_iter().collect::<Vec<_>>()).await?;
    let person = |line: &LineId| {
        let brief = briefs.get(lines.get(line)?)?;
        Some(format!("{} …{}", brief.masked_name, brief.tail))
    };
    let view = |row: sample_item::Model| ItemView {
        run_number: run.number.clone(),
        claim_number: claims.get(&row.claim_id).cloned().unwrap_or_default(),
        class_title: classes.get(&row.class_id).map(|class| class.title.clone()).unwrap_or_default(),
        organisation_name: houses.get(&row.organisation_id).cloned().unwrap_or_default(),
        person: person(&row.line_id).unwrap_or_default(),
        waiting_on: (row.status == SampleStatus::Chosen)
            .then(|| if may_look(run.kind, Role::CountyChecker) { Role::CountyChecker } else { Role::Supervisor }),
        actions: Vec::new(),
        id: row.id,
        run_id: row.run_id,
        line_id: row.line_id,
        claim_id: row.claim_id,
        class_id: row.class_id,
        organisation_id: row.organisation_id,
        area_code: row.area_code,
        ordinal: row.ordinal,
        cause: row.cause,
        fen: row.fen,
        status: row.status,
        fault: row.fault,
        note: row.note,
        seen_at: row.seen_at,
        version: row.version,
    };
    Ok(rows.into_iter().map(view).collect())
}

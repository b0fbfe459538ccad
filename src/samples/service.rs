//! Drawing a run, and drawing it again from what is written down.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entities::{
    sample_item, sample_run, sample_unit,
    values::{
        Claimant, Fen, LineId, OrganisationId, Role, SampleCause, SampleItemId, SampleKind, SampleRunId, SampleStatus,
    },
};
use ring::rand::{SecureRandom, SystemRandom};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Can, hex, unhex};
use crate::areas::level_of;
use crate::base::clock::year_of;
use crate::base::{Error, Result};
use crate::data::{Audit, Work, sequence};
use crate::policy::{Rule, RuleBook};
use crate::risk::{self, Sampling};
use crate::samples::forms::NewRun;
use crate::samples::rights::{DrawRuns, SeeRuns};
use crate::samples::rules::{self, METHOD, Part, Shares, Unit};
use crate::samples::store::{self, PaidLine};

/// Lines of one run: so many are looked at and written in one turn.
const MOST: u64 = 20_000;

/// Whose run it is: that of a county, or one above it.
pub(super) fn kind_of(role: Role) -> SampleKind {
    if role == Role::Supervisor { SampleKind::Superior } else { SampleKind::County }
}

fn require_period(new: &NewRun, today: NaiveDate) -> Result<()> {
    if new.to_on > today {
        return Err(Error::invalid("to_on", "invalid.date_future"));
    }
    if new.from_on > new.to_on {
        return Err(Error::invalid("to_on", "invalid.end_before_start"));
    }
    Ok(())
}

/// How risky each institution is that was paid.
async fn risks(
    db: &impl ConnectionTrait,
    paid: &[PaidLine],
    on: NaiveDate,
) -> Result<HashMap<OrganisationId, Sampling>> {
    let houses: BTreeSet<OrganisationId> = paid.iter().map(|line| line.organisation_id).collect();
    let mut risks = HashMap::with_capacity(houses.len());
    for house in houses {
        risks.insert(house, risk::rate_for(db, house, on).await?);
    }
    Ok(risks)
}

/// The population as it is kept: each line with how risky its institution is now.
async fn freeze(work: &Work, run: SampleRunId, kind: SampleKind, paid: &[PaidLine]) -> Result<Vec<sample_unit::Model>> {
    let risks = risks(work.db(), paid, work.today()).await?;
    let unit = |line: &PaidLine| {
        let of_house = risks.get(&line.organisation_id);
        let Sampling { band, percent, .. } =
            of_house.ok_or_else(|| Error::internal("nobody asked how risky a school is"))?;
        Ok(sample_unit::Model {
            run_id: run,
            line_id: line.line_id,
            kind,
            organisation_id: line.organisation_id,
            programme: line.programme,
            fen: line.fen,
            band: *band,
            percent: i32::try_from(*percent).map_err(Error::internal)?,
            own: line.claimant == Claimant::Trainee,
        })
    };
    paid.iter().map(unit).collect()
}

/// What was drawn, in the order of the draw.
///
/// # Errors
/// `Internal` for a line that is not of the population.
fn items(run: SampleRunId, paid: &[PaidLine], drawn: &[(LineId, SampleCause)]) -> Result<Vec<sample_item::Model>> {
    let lines: HashMap<LineId, &PaidLine> = paid.iter().map(|line| (line.line_id, line)).collect();
    let item = |(ordinal, (line, cause)): (i32, &(LineId, SampleCause))| {
        let line = lines.get(line).ok_or_else(|| Error::internal("a line was drawn from nowhere"))?;
        Ok(sample_item::Model {
            id: SampleItemId::new(),
            run_id: run,
            line_id: line.line_id,
            claim_id: line.claim_id,
            class_id: line.class_id,
            organisation_id: line.organisation_id,
            area_code: line.area_code.clone(),
            ordinal,
            cause: *cause,
            fen: line.fen,
            status: SampleStatus::Chosen,
            fault: None,
            note: None,
            seen_by: None,
            seen_holder: None,
            seen_at: None,
            version: 1,
        })
    };
    (1..).zip(drawn).map(item).collect()
}

/// Freezes what was paid within some days as a population, makes a seed, and draws.
///
/// # Errors
/// `Invalid`; `sample.nothing` where nothing was paid that stood in no run before; `sample.too_many`.
pub(crate) async fn draw(by: &Can<DrawRuns>, work: &Work, new: &NewRun) -> Result<SampleRunId> {
    let (id, kind, today) = (SampleRunId::new(), kind_of(by.role), work.today());
    if level_of(&new.area_code).is_none() || !by.scope().covers(&new.area_code) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    require_period(new, today)?;
    let paid = store::paid(work.db(), kind, &new.area_code, (new.from_on, new.to_on), MOST + 1).await?;
    if paid.is_empty() {
        return Err(Error::refused("sample.nothing"));
    }
    if u64::try_from(paid.len()).is_ok_and(|lines| lines > MOST) {
        return Err(Error::refused("sample.too_many"));
    }
    let rows = freeze(work, id, kind, &paid).await?;
    let units: Vec<Unit> = rows.iter().map(Unit::from).collect();
    let population_hash = rules::hash(&rules::listed(&units));
    let book = RuleBook::load(work.db()).await?;
    let percent = |rule| book.value(rule, &new.area_code, today).map(|percent| percent.clamp(0, 100));
    let shares = Shares { value: percent(Rule::SampleValuePercent)?, own: percent(Rule::SampleOwnPercent)? };
    // The seed is made when nobody can change any more what it chooses from.
    let mut seed = [0_u8; 32];
    SystemRandom::new().fill(&mut seed).map_err(|_| Error::internal("the system gives no random bytes"))?;
    let items = items(id, &paid, &rules::draw(&seed, &units, shares))?;
    let year = year_of(today);
    let count = |many: usize| i32::try_from(many).map_err(Error::internal);
    let run = sample_run::Model {
        id,
        number: format!("S-{year}-{:04}", sequence::next(work, &format!("sample-{year}")).await?),
        kind,
        area_code: new.area_code.clone(),
        from_on: new.from_on,
        to_on: new.to_on,
        method: METHOD.to_owned(),
        value_percent: i32::try_from(shares.value).map_err(Error::internal)?,
        own_percent: i32::try_from(shares.own).map_err(Error::internal)?,
        units: count(units.len())?,
        fen: units.iter().map(|unit| unit.fen).sum(),
        chosen: count(items.len())?,
        chosen_fen: items.iter().map(|item| item.fen).sum(),
        population_hash,
        seed: hex(&seed),
        drawn_by: by.account,
        drawn_at: work.now,
    };
    let detail = json!({
        "number": run.number, "kind": kind, "from_on": run.from_on, "to_on": run.to_on, "units": run.units,
        "chosen": run.chosen, "hash": run.population_hash, "method": METHOD,
    });
    work.record(Audit::of("draw", "sample_run", id).by_actor(Some(by.actor())).area(&run.area_code).detail(detail));
    store::insert(work, run, rows, items).await?;
    Ok(id)
}

/// A run with its population, drawn again.
pub(super) struct Replay {
    pub run: sample_run::Model,
    pub units: Vec<Unit>,
    pub parts: Vec<Part>,
    /// Lines that people claimed for themselves: all, and drawn.
    pub own: (usize, usize),
    /// The hash is that of the population.
    pub hash_fits: bool,
    /// The same lines come out for the same reasons, in the same order.
    pub same: bool,
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn replay(by: &Can<SeeRuns>, db: &impl ConnectionTrait, id: SampleRunId) -> Result<Replay> {
    let run = store::run(db, &by.scope(), id).await?;
    let units: Vec<Unit> = store::units(db, id).await?.iter().map(Unit::from).collect();
    let drawn = store::drawn(db, id).await?;
    let shares = Shares { value: run.value_percent.into(), own: run.own_percent.into() };
    let seed = unhex(&run.seed).ok_or_else(|| Error::internal("a seed cannot be read"))?;
    let again = if run.method == METHOD { rules::draw(&seed, &units, shares) } else { Vec::new() };
    let lines: BTreeSet<LineId> = drawn.iter().map(|item| item.line_id).collect();
    let own = units.iter().filter(|unit| unit.own);
    Ok(Replay {
        same: again.iter().copied().eq(drawn.iter().map(|item| (item.line_id, item.cause))),
        hash_fits: rules::hash(&rules::listed(&units)) == run.population_hash,
        parts: rules::parts(&units, &lines, shares),
        own: (own.clone().count(), own.filter(|unit| lines.contains(&unit.line)).count()),
        units,
        run,
    })
}

/// How far a run was looked at: what was found of its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub chosen: i64,
    pub assured: i64,
    pub not_assured: i64,
}

impl Progress {
    pub(super) fn done(&self) -> i64 {
        self.assured + self.not_assured
    }

    pub(super) fn all(&self) -> i64 {
        self.done() + self.chosen
    }
}

/// # Errors
/// Of the database.
pub(super) async fn progress(
    db: &impl ConnectionTrait,
    runs: &[SampleRunId],
) -> Result<HashMap<SampleRunId, Progress>> {
    let mut found: HashMap<SampleRunId, Progress> = HashMap::new();
    for (run, status, count) in store::tally(db, runs).await? {
        let progress = found.entry(run).or_default();
        match status {
            SampleStatus::Chosen => progress.chosen = count,
            SampleStatus::Assured => progress.assured = count,
            SampleStatus::NotAssured => progress.not_assured = count,
        }
    }
    Ok(found)
}

/// What the value of a run comes to in parts.
pub(super) fn most(parts: &[Part]) -> Fen {
    parts.iter().map(|part| part.fen).max().unwrap_or_default()
}

//! Scores of institutions: computed for a day, kept, listed; and how much is looked at after it was paid.

use chrono::{Days, Months, NaiveDate, NaiveTime};
use entities::{
    organisation, risk_score,
    values::{OrganisationId, RiskBand, RiskFactor, RiskScoreId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::base::clock::{day_of, instant};
use crate::base::paging::Page;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::data::{Audit, Work};
use crate::policy::{Rule, RuleBook};
use crate::risk::forms::{RiskQuery, Sought};
use crate::risk::rights::{CompareRisk, KeepRisk};
use crate::risk::rules::{Bands, METHOD, Score, Window, score};
use crate::risk::store::{self, Inquiry, Standing, Thresholds};
use crate::risk::weights;

/// How risky an institution is on a day, and how much of its money is looked at after it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    pub points: i64,
    pub band: RiskBand,
    pub percent: i64,
}

/// A score with what it says.
#[derive(Clone, Debug)]
pub(super) struct Scored {
    pub on: NaiveDate,
    pub score: Score,
    pub bands: Bands,
    pub sampling: Sampling,
    /// Months before the day that count.
    pub months: i64,
}

impl Scored {
    /// The same of a part of the score.
    fn of(book: &RuleBook, area: &str, on: NaiveDate, score: Score) -> Result<Self> {
        let rule = |rule| book.value(rule, area, on);
        let bands = Bands { middle: rule(Rule::RiskMiddle)?, high: rule(Rule::RiskHigh)? };
        let band = bands.band(score.points);
        let sampling = Sampling { points: score.points, band, percent: rule(Rule::RiskRate(band))?.clamp(0, 100) };
        Ok(Self { on, score, bands, sampling, months: rule(Rule::RiskMonths)? })
    }
}

/// The months up to the end of a day.
fn window(on: NaiveDate, months: i64) -> (Window, (NaiveDate, NaiveDate)) {
    let months = Months::new(u32::try_from(months).unwrap_or_default());
    let end = on.checked_add_days(Days::new(1)).unwrap_or(on);
    let first = end.checked_sub_months(months).unwrap_or(on);
    (Window { from: instant(first, NaiveTime::MIN), to: instant(end, NaiveTime::MIN) }, (first, on))
}

/// The score of an institution on a day, from what had happened by its end.
///
/// # Errors
/// Of the database.
async fn compute(db: &impl ConnectionTrait, one: &organisation::Model, on: NaiveDate) -> Result<Scored> {
    let book = RuleBook::load(db).await?;
    let area = one.area_code.as_str();
    let rule = |rule| book.value(rule, area, on);
    let (window, days) = window(on, rule(Rule::RiskMonths)?);
    let inquiry = Inquiry { db, organisation: one.id, window, days };
    let mut facts = inquiry.facts().await?;
    let thresholds = Thresholds {
        pass_percent: rule(Rule::DoubtPassPercent)?,
        pass_people: rule(Rule::DoubtPassPeople)?,
        by_hand_percent: rule(Rule::RiskByHandPercent)?,
    };
    let passing = inquiry.assessed().await?.into_iter().filter(|class| {
        let enough = class.assessed > 0 && class.assessed >= thresholds.pass_people;
        enough && Rate::new(class.passed, class.assessed).reaches(thresholds.pass_percent)
    });
    facts.add(RiskFactor::PassingClass, i64::try_from(passing.count()).unwrap_or(i64::MAX));
    let by_hand = inquiry.by_hand().await?.into_iter();
    let by_hand = by_hand.filter(|(hand, all)| Rate::new(*hand, *all).reaches(thresholds.by_hand_percent));
    facts.add(RiskFactor::ByHandClass, i64::try_from(by_hand.count()).unwrap_or(i64::MAX));
    let since = day_of(one.created_at);
    if since <= on && (on - since).num_days() < rule(Rule::RiskNewDays)? {
        facts.add(RiskFactor::FirstYear, 1);
    }
    let weights = weights::in_force(&store::weights(db).await?, area, on);
    Scored::of(&book, area, on, score(&facts, &weights))
}

/// How risky an institution was on a day, and how much of its money is looked at: for samples after payment. Computed from
/// the rows, so that it is the same whenever it is asked.
///
/// # Errors
/// `NotFound` for what is no institution; of the database.
pub async fn rate_for(db: &impl ConnectionTrait, organisation: OrganisationId, on: NaiveDate) -> Result<Sampling> {
    let one = store::institution(db, &Scope::System, organisation).await?;
    Ok(compute(db, &one, on).await?.sampling)
}

/// An institution with its score on a day, as far as the reader is told.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn seen(
    db: &impl ConnectionTrait,
    by: &Actor,
    id: OrganisationId,
    on: NaiveDate,
) -> Result<(organisation::Model, Scored)> {
    let one = store::institution(db, &by.scope(), id).await?;
    let whole = compute(db, &one, on).await?;
    if by.prove::<CompareRisk>().is_ok() {
        return Ok((one, whole));
    }
    let book = RuleBook::load(db).await?;
    let told = Scored::of(&book, &one.area_code, on, whole.score.for_institution())?;
    Ok((one, told))
}

/// Keeps the score of today; by hand, or by the daily task.
///
/// # Errors
/// `NotFound` out of sight; of the database.
pub(crate) async fn keep(by: Option<&Can<KeepRisk>>, work: &Work, id: OrganisationId) -> Result<RiskScoreId> {
    let scope = by.map_or(Scope::System, |by| by.scope());
    let one = store::institution(work.db(), &scope, id).await?;
    let scored = compute(work.db(), &one, work.today()).await?;
    let row = risk_score::Model {
        id: RiskScoreId::new(),
        organisation_id: one.id,
        area_code: one.area_code.clone(),
        scored_on: scored.on,
        points: i32::try_from(scored.score.points).map_err(Error::internal)?,
        band: scored.sampling.band,
        method: METHOD.to_owned(),
        facts: serde_json::to_string(&scored.score.lines).map_err(Error::internal)?,
        made_at: work.now,
        made_by: by.map(|by| by.account),
    };
    let id = row.id;
    // A score that nobody asked for is no deed: it stands in its own table.
    if let Some(by) = by {
        let detail = json!({ "points": row.points, "band": row.band, "method": row.method });
        let audit = Audit::of("keep_risk", "organisation", one.id).by_actor(Some(by.actor()));
        work.record(audit.area(&one.area_code).detail(detail));
    }
    store::insert(work, row).await?;
    Ok(id)
}

/// Institutions of one's area by their latest score that was kept, the riskiest first.
///
/// # Errors
/// `Invalid` for a query that cannot be read.
pub(super) async fn list(
    by: &Can<CompareRisk>,
    db: &impl ConnectionTrait,
    query: &RiskQuery,
    sought: &Sought,
) -> Result<Page<Standing>> {
    let limit = query.paging()?.limit();
    let rows = store::list(db, &by.scope(), sought, limit + 1).await?;
    Ok(Page::cut(rows, limit, |row| format!("{}.{}", row.points, row.organisation_id)))
}

//! The headcount beside the marks of the same moment, and the clock that compares again: a device that kept its marks
//! without network may send them three days later.

use std::time::Duration;

use entities::{
    class_session, inspection, training_class,
    values::{DoubtKind, InspectionId},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::access::Actor;
use crate::attendance;
use crate::base::{Error, Result};
use crate::classes;
use crate::data::{Database, Desk, Work};
use crate::inspections::rules::{self, Figures};
use crate::inspections::store;
use crate::policy::{Rule, RuleBook};
use crate::supervision::{self, Found};

use inspection::Column;

/// How often inspections that can still change are compared.
const EVERY: Duration = Duration::from_secs(900);
/// Inspections that are read at once.
const ROWS: u64 = 100;

/// An inspection with what it is about.
pub(super) struct Matter {
    pub row: inspection::Model,
    pub class: training_class::Model,
    /// None for a plan that leaves open which.
    pub session: Option<class_session::Model>,
}

impl Matter {
    pub(super) async fn of(db: &impl ConnectionTrait, row: inspection::Model) -> Result<Self> {
        let class = classes::by_id(db, row.class_id).await?;
        let session = match row.session_id {
            None => None,
            Some(id) => classes::sessions(db, class.id).await?.into_iter().find(|session| session.id == id),
        };
        Ok(Self { row, class, session })
    }

    /// What was seen beside what is marked now; none before it is done.
    pub(super) async fn figures(&self, db: &impl ConnectionTrait) -> Result<Option<Figures>> {
        let (Some(at), Some(seen), Some(session)) = (self.row.seen_at, self.row.headcount, &self.session) else {
            return Ok(None);
        };
        let on = crate::base::clock::day_of(at);
        let tolerance = RuleBook::load(db).await?.value(Rule::HeadcountTolerance, &self.class.area_code, on)?;
        let marked = attendance::there_at(db, session, at).await?;
        Ok(Some(Figures { seen: i64::from(seen), marked, tolerance, within: rules::is_within(session, at) }))
    }

    /// Raises the doubt where there is one; whether it did.
    pub(super) async fn doubt(&self, by: Option<&Actor>, work: &Work, figures: Figures) -> Result<bool> {
        if !figures.is_doubt() {
            return Ok(false);
        }
        let found = Found {
            class: self.class.id,
            session: self.row.session_id,
            enrolment: None,
            kind: DoubtKind::Headcount,
            key: self.row.id.to_string(),
            facts: json!({ "seen": figures.seen, "marked": figures.marked }),
        };
        supervision::raise(work, by, found).await?;
        Ok(true)
    }
}

/// Compares every inspection to which marks may still come; returns how many doubts were raised.
///
/// # Errors
/// Of the database.
pub async fn compare_all(database: &Database, desk: &Desk) -> Result<usize> {
    let (mut after, mut raised) = (None, 0);
    loop {
        let rows = store::unsettled(database.reader(), after, ROWS).await?;
        let Some(last) = rows.last() else { return Ok(raised) };
        after = Some(last.id);
        for row in rows {
            raised += match desk.write(async |work| compare(work, row.id).await).await {
                Ok(raised) => usize::from(raised),
                // Somebody else was quicker.
                Err(Error::Stale) => 0,
                // One that cannot be compared holds up nobody behind it; it is tried again in the next round.
                Err(e) => {
                    tracing::error!("inspection {} was not compared: {e}", row.id);
                    0
                }
            };
        }
    }
}

/// Compares one; whether it became a doubt.
async fn compare(work: &Work, id: InspectionId) -> Result<bool> {
    let matter = Matter::of(work.db(), store::by_id(work.db(), id).await?).await?;
    let (Some(figures), Some(session)) = (matter.figures(work.db()).await?, &matter.session) else { return Ok(false) };
    // A doubt that stands is brought up to date: more marks may have come.
    let doubtful = matter.doubt(None, work, figures).await?;
    let raised = doubtful && !matter.row.doubted;
    let settled = session.ends_at + attendance::settles_after(work.db(), &matter.class.area_code, work.today()).await?;
    let mut set = Vec::new();
    if raised {
        set.push((Column::Doubted, Expr::value(true)));
    }
    if settled <= work.now {
        set.push((Column::SettledAt, Expr::value(work.now)));
    }
    if !set.is_empty() {
        store::change(work, &matter.row, set).await?;
    }
    Ok(raised)
}

/// A task that compares as time goes by.
pub struct Comparer {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Comparer {
    /// Goes round until it is told to stop.
    pub fn start(database: Database, desk: Desk) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                if let Err(e) = compare_all(&database, &desk).await {
                    tracing::error!("inspections were not compared with the marks: {e}");
                }
                // Either way the loop goes on to look, and whether to stop.
                drop(timeout(EVERY, stopped.changed()).await);
            }
        });
        Self { stop, worker }
    }

    /// Returns when the round at hand is through; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the comparer had ended before it was closed");
        }
    }
}

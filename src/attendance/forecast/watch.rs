//! Warns who is about to miss the certificate, once for each turn to the worse: the person, and the institution that could
//! still do something about it.

use std::{collections::HashMap, time::Duration};

use entities::{
    attendance_mark, attendance_warning, class_session, enrolment, training_class,
    values::{ClassId, EnrolmentId, Outlook},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::access::Scope;
use crate::accounts;
use crate::attendance::rules::{self, Forecast, Minutes};
use crate::attendance::service::{SEATED, left};
use crate::attendance::store;
use crate::base::Result;
use crate::base::clock::day_of;
use crate::classes;
use crate::data::{Audit, Database, Desk, Telling, Work};
use crate::enrolments;

/// How often running classes are looked at.
const EVERY: Duration = Duration::from_secs(900);
/// Classes that are read at once.
const CLASSES: u64 = 100;

/// Somebody who stands worse than was told.
struct Worse {
    seat: enrolment::Model,
    forecast: Forecast,
}

/// Looks at every running class; returns how many were warned. Run again, it warns nobody twice.
///
/// # Errors
/// Of the database.
pub async fn warn_all(database: &Database, desk: &Desk) -> Result<usize> {
    let (mut after, mut warned) = (None, 0);
    loop {
        let classes = store::running(database.reader(), after, CLASSES).await?;
        let Some(last) = classes.last() else { return Ok(warned) };
        after = Some(last.id);
        for class in classes {
            // A look by a reader first: what was told needs no writing.
            if !worse(database.reader(), &class).await?.is_empty() {
                warned += desk.write(async |work| warn(work, class.id).await).await?;
            }
        }
    }
}

async fn worse(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<Vec<Worse>> {
    let sessions = classes::sessions(db, class.id).await?;
    let seats = enrolments::of_class(db, class.id, &SEATED).await?;
    let marks = store::marks(db, class.id).await?;
    let told: HashMap<EnrolmentId, Outlook> =
        store::warnings(db, class.id).await?.into_iter().map(|row| (row.enrolment_id, row.outlook)).collect();
    let (held, future) = (rules::held_minutes(&sessions), left(&sessions));
    let credited = credited(&sessions, &marks);
    let worse = seats.into_iter().filter_map(|seat| {
        let minutes = Minutes { credited: credited.get(&seat.id).copied().unwrap_or_default(), held };
        let forecast = rules::forecast(minutes, &future, i64::from(class.attendance_percent));
        let before = told.get(&seat.id).copied().unwrap_or(Outlook::Safe);
        // The words stand in the order from good to bad.
        (forecast.outlook > before).then_some(Worse { seat, forecast })
    });
    Ok(worse.collect())
}

fn credited(sessions: &[class_session::Model], marks: &[attendance_mark::Model]) -> HashMap<EnrolmentId, i64> {
    let held = |mark: &&attendance_mark::Model| sessions.iter().any(|s| s.id == mark.session_id && rules::is_held(s));
    marks.iter().filter(held).fold(HashMap::new(), |mut sums, mark| {
        *sums.entry(mark.enrolment_id).or_default() += i64::from(mark.minutes);
        sums
    })
}

async fn warn(work: &Work, class: ClassId) -> Result<usize> {
    let class = classes::visible(work.db(), &Scope::System, class).await?;
    let worse = worse(work.db(), &class).await?;
    for Worse { seat, forecast } in &worse {
        let kind = if forecast.outlook == Outlook::Lost { "attendance_lost" } else { "attendance_last_chance" };
        let day = forecast.misses_at.map(|at| day_of(at).to_string()).unwrap_or_default();
        let rate = forecast.minutes.rate().percent(2).unwrap_or_default();
        let mut readers = accounts::of_person(work.db(), seat.person_id).await?;
        readers.extend(accounts::of_organisation(work.db(), class.organisation_id).await?);
        for to in readers {
            let args = json!({
                "class": class.title, "rate": rate, "percent": class.attendance_percent.to_string(), "day": day,
            });
            work.tell(Telling { to, kind, args, link: Some(format!("/enrolments/{}/attendance", seat.id)) });
        }
        work.record(
            Audit::of("warn", "enrolment", seat.id)
                .area(&class.area_code)
                .detail(json!({ "class": class.id, "outlook": forecast.outlook, "rate": rate })),
        );
        let row = attendance_warning::Model { enrolment_id: seat.id, outlook: forecast.outlook, told_at: work.now };
        store::put_warning(work, row).await?;
    }
    Ok(worse.len())
}

/// A task that warns as time goes by.
pub struct Warner {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Warner {
    /// Goes round until it is told to stop.
    pub fn start(database: Database, desk: Desk) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                if let Err(e) = warn_all(&database, &desk).await {
                    tracing::error!("nobody was warned of absences: {e}");
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
            tracing::error!("the warner had ended before it was closed");
        }
    }
}

//! The page of one person's attendance: the sum, what is left, every session.

use askama::Template;
use entities::values::{ClassSessionStatus, ClassStatus, EnrolmentId, EnrolmentStatus, Outlook};
use rocket::{Route, get, routes};

use crate::access::Can;
use crate::attendance::forecast::service::{self, Row, Stands};
use crate::attendance::rights::{ReadAttendance, RecordLeavers, SeeStanding};
use crate::base::Result;
use crate::web::{Html, Page, Tools};

#[derive(Template)]
#[template(path = "attendance/templates/standing.html")]
struct StandingPage {
    page: Page,
    stands: Stands,
    /// Whether the reader sees the tries behind a mark.
    reads_tries: bool,
    /// Whether the reader may say that the person leaves.
    records_leavers: bool,
}

impl StandingPage {
    fn rate(&self) -> String {
        let percent = self.stands.forecast.minutes.rate().percent(2);
        percent.unwrap_or_else(|| self.page.say("attendance-no-rate"))
    }

    fn day(&self, at: &chrono::DateTime<chrono::Utc>) -> String {
        self.page.short_day(&self.page.day_of(at))
    }

    fn has_times(row: &Row) -> bool {
        row.mark.as_ref().is_some_and(|mark| mark.in_at.is_some() || mark.out_at.is_some())
    }

    fn state_of(row: &Row) -> &'static str {
        match row.session.status {
            ClassSessionStatus::Planned => "planned",
            ClassSessionStatus::Held => "held",
            ClassSessionStatus::Cancelled => "cancelled",
        }
    }
}

#[get("/enrolments/<id>/attendance")]
async fn show(by: Can<SeeStanding>, page: Page, id: EnrolmentId, tools: Tools<'_>) -> Result<Html<StandingPage>> {
    let stands = service::stands(tools.db.reader(), tools.vault, &by, id).await?;
    let reads_tries = by.prove::<ReadAttendance>().is_ok();
    let sits = stands.seat.status == EnrolmentStatus::Started && stands.class.status == ClassStatus::Running;
    let records_leavers = sits && by.prove::<RecordLeavers>().is_ok();
    Ok(Html::ok(StandingPage { page, stands, reads_tries, records_leavers }))
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![show]
}

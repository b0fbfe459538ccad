//! Pages: the sample of a class, the calls that wait, one call with its script.

use std::collections::HashMap;

use askama::Template;
use entities::{
    call_back, call_try, enrolment, training_class,
    values::{
        CallAttended, CallBackId, CallCertificate, CallDays, CallPaid, CallStatus, CallTaught, ClassId, EnrolmentId,
        PersonId,
    },
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::attendance::{self, Minutes};
use crate::base::{Error, Result, paging};
use crate::callbacks::forms::Answers;
use crate::callbacks::lifecycle::CallAction;
use crate::callbacks::rights::{DrawSamples, MakeCalls, RecordAnswers, SeeCallBacks, SeeSamples};
use crate::callbacks::service::{self, Replay};
use crate::callbacks::store;
use crate::callbacks::views::{actions, is_done};
use crate::classes;
use crate::enrolments;
use crate::people;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Shown, Tools, on};

const SHOWN: u64 = 50;

type Choices = Vec<(String, String)>;

/// A call with the words around it.
struct Line {
    row: call_back::Model,
    name: String,
    class: String,
    mine: bool,
}

impl Line {
    fn sign(&self) -> &'static str {
        match self.row.status {
            CallStatus::Due | CallStatus::Visit if self.mine => "yours",
            CallStatus::Due | CallStatus::Visit => "theirs",
            CallStatus::Recorded => "done",
            CallStatus::Unreached => "stopped",
        }
    }
}

/// Seats with the names of who sits there, as this reader may read them.
async fn names(by: &Actor, rows: &[call_back::Model], tools: Tools<'_>) -> Result<HashMap<EnrolmentId, String>> {
    let db = tools.db.reader();
    let seats: Vec<EnrolmentId> = rows.iter().map(|row| row.enrolment_id).collect();
    let seats = enrolments::by_ids(db, &seats).await?;
    let persons: Vec<PersonId> = seats.values().map(|seat| seat.person_id).collect();
    let briefs = people::briefs(db, tools.vault, &persons).await?;
    let full = by.prove::<people::SeePlight>().is_ok();
    let called = |seat: &enrolment::Model| {
        let brief = briefs.get(&seat.person_id)?;
        Some((seat.id, if full { brief.name.clone() } else { brief.masked_name.clone() }))
    };
    Ok(seats.values().filter_map(called).collect())
}

async fn lines(by: &Actor, rows: Vec<call_back::Model>, tools: Tools<'_>) -> Result<Vec<Line>> {
    let names = names(by, &rows, tools).await?;
    let ids: Vec<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let classes = classes::by_ids(tools.db.reader(), &ids).await?;
    let line = |row: call_back::Model| Line {
        name: names.get(&row.enrolment_id).cloned().unwrap_or_default(),
        class: classes.get(&row.class_id).map(|class| class.title.clone()).unwrap_or_default(),
        mine: !actions(&row, by).is_empty(),
        row,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(Template)]
#[template(path = "callbacks/templates/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    next: Option<String>,
}

#[get("/call-backs?<status>&<after>")]
async fn list(
    by: Can<SeeCallBacks>,
    page: Page,
    status: Option<CallStatus>,
    after: Option<CallBackId>,
    tools: Tools<'_>,
) -> Result<Html<ListPage>> {
    let rows = store::list(tools.db.reader(), by.actor(), status, after, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let query = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let tab = |of: Option<CallStatus>| {
        let word = of.map_or_else(|| page.say("list-all"), |of| page.word("call_status", of));
        let href = of.map_or_else(|| "/call-backs".to_owned(), |of| format!("/call-backs?status={of}"));
        (href, word, of == status)
    };
    Ok(Html::ok(ListPage {
        tabs: std::iter::once(None).chain(CallStatus::all().map(Some)).map(tab).collect(),
        next: rows.next.map(|after| format!("/call-backs?{query}after={after}")),
        lines: lines(by.actor(), rows.items, tools).await?,
        page,
    }))
}

#[derive(Template)]
#[template(path = "callbacks/templates/sample.html")]
struct SamplePage {
    page: Page,
    class: training_class::Model,
    replay: Option<Replay>,
    lines: Vec<Line>,
    draws: bool,
}

impl SamplePage {
    fn done(&self) -> i64 {
        i64::try_from(self.lines.iter().filter(|line| is_done(&line.row)).count()).unwrap_or(i64::MAX)
    }

    fn all(&self) -> i64 {
        i64::try_from(self.lines.len()).unwrap_or(i64::MAX)
    }
}

#[get("/classes/<id>/call-backs")]
async fn sample(by: Can<SeeSamples>, page: Page, id: ClassId, tools: Tools<'_>) -> Result<Html<SamplePage>> {
    let (class, replay) = service::replay(&by, tools.db.reader(), id).await?;
    let calls = replay.as_ref().map(|replay| replay.calls.clone()).unwrap_or_default();
    Ok(Html::ok(SamplePage {
        lines: lines(by.actor(), calls, tools).await?,
        draws: replay.is_none() && by.prove::<DrawSamples>().is_ok() && service::is_over(&class),
        page,
        class,
        replay,
    }))
}

#[post("/classes/<id>/call-backs", data = "<form>")]
async fn draw(
    by: Can<DrawSamples>,
    id: ClassId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/classes/{id}/call-backs");
    let sent = form.write(tools.desk, async |work, _| service::draw(&by, work, tools.vault, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "callback-drawn_now"))
}

#[derive(Template)]
#[template(path = "callbacks/templates/show.html")]
struct ShowPage {
    page: Page,
    form: FormView,
    line: Line,
    class: training_class::Model,
    tries: Vec<call_try::Model>,
    minutes: Minutes,
    /// Where the number is shown, for a purpose that is written down.
    reveal: Option<String>,
    note: String,
    misses: bool,
    records: bool,
    gives_up: bool,
    attended: Choices,
    days: Choices,
    taught: Choices,
    paid: Choices,
    certificate: Choices,
}

impl ShowPage {
    fn path(&self, rest: &str) -> String {
        format!("/call-backs/{}{rest}", self.line.row.id)
    }

    /// The answers, each with its question.
    fn answers(&self) -> Vec<(String, String)> {
        let row = &self.line.row;
        let (Some(attended), Some(days), Some(taught), Some(paid), Some(certificate)) =
            (row.attended, row.days, row.taught, row.paid, row.certificate)
        else {
            return Vec::new();
        };
        [
            ("attended", self.page.word("call_attended", attended)),
            ("days", self.page.word("call_days", days)),
            ("taught", self.page.word("call_taught", taught)),
            ("paid", self.page.word("call_paid", paid)),
            ("certificate", self.page.word("call_certificate", certificate)),
        ]
        .map(|(question, answer)| (self.page.say(&format!("callback-ask_{question}")), answer))
        .into()
    }
}

async fn shown(
    by: &Can<SeeCallBacks>,
    page: Page,
    form: FormView,
    id: CallBackId,
    tools: Tools<'_>,
) -> Result<ShowPage> {
    let db = tools.db.reader();
    let row = store::visible(db, by.actor(), id).await?;
    let open = actions(&row, by.actor());
    let class = classes::by_id(db, row.class_id).await?;
    let seat = enrolments::by_id(db, row.enrolment_id).await?.ok_or(Error::NotFound("enrolment"))?;
    let totals = attendance::totals(db, class.id).await?;
    let minutes = totals.get(&row.enrolment_id).copied().unwrap_or_default();
    let reveal = match by.prove::<people::RevealPeople>() {
        // Who lives in another county is not called from here.
        Ok(looks) if people::visible(db, &looks.scope(), seat.person_id).await.is_ok() => {
            Some(format!("/people/{}/reveal", seat.person_id))
        }
        _ => None,
    };
    let note = store::open_note(tools.vault, &row)?;
    let tries = store::tries(db, id).await?;
    let line = lines(by.actor(), vec![row], tools).await?.pop().ok_or(Error::NotFound("call"))?;
    let word = |kind: &str, word: &str| (word.to_owned(), page.word(kind, word));
    Ok(ShowPage {
        misses: open.contains(&CallAction::Miss),
        records: open.contains(&CallAction::Record),
        gives_up: open.contains(&CallAction::GiveUp),
        attended: CallAttended::all().map(|one| word("call_attended", one.as_str())).collect(),
        days: CallDays::all().map(|one| word("call_days", one.as_str())).collect(),
        taught: CallTaught::all().map(|one| word("call_taught", one.as_str())).collect(),
        paid: CallPaid::all().map(|one| word("call_paid", one.as_str())).collect(),
        certificate: CallCertificate::all().map(|one| word("call_certificate", one.as_str())).collect(),
        page,
        form,
        line,
        class,
        tries,
        minutes,
        reveal,
        note,
    })
}

#[get("/call-backs/<id>")]
async fn show(by: Can<SeeCallBacks>, page: Page, id: CallBackId, tools: Tools<'_>) -> Result<Html<ShowPage>> {
    Ok(Html::ok(shown(&by, page, FormView::default(), id, tools).await?))
}

#[post("/call-backs/<id>/miss", data = "<form>")]
async fn miss(
    by: Can<MakeCalls>,
    id: CallBackId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/call-backs/{id}");
    let sent = form.write(tools.desk, async |work, _| service::miss(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "callback-missed"))
}

#[post("/call-backs/<id>/record", data = "<form>")]
async fn record(
    by: Can<RecordAnswers>,
    page: Page,
    id: CallBackId,
    form: PageForm<Answers>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ShowPage> {
    let write = async |work: &crate::data::Work, answers| service::record(&by, work, tools.vault, id, &answers).await;
    let sent = form.write(tools.desk, write).await;
    let reader = by.prove()?;
    sent.or_again(page, on(cookies, format!("/call-backs/{id}"), "callback-recorded"), async |page, form| {
        shown(&reader, page, form, id, tools).await
    })
    .await
}

#[post("/call-backs/<id>/give-up", data = "<form>")]
async fn give_up(
    by: Can<RecordAnswers>,
    id: CallBackId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/call-backs/{id}");
    let sent = form.write(tools.desk, async |work, _| service::give_up(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "callback-given_up"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, sample, draw, show, miss, record, give_up]
}

//! Asking for a file, agreeing to it, fetching it.

use chrono::{NaiveDate, TimeDelta};
use entities::{
    export_job,
    values::{ClassId, ExportFormat, ExportId, ExportList, ExportPurpose, ExportStatus},
};
use rocket::http::ContentType;
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, AskForExports, Can};
use crate::accounts::{self, Door, Steps, confirm_password};
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Refusal, Result};
use crate::data::{Audit, Telling, Work};
use crate::exports::builder::Builder;
use crate::exports::file::{self, Body, Download};
use crate::exports::forms::NewExport;
use crate::exports::lifecycle::ExportAction;
use crate::exports::lists::{self, Asked, Filters, List, with_list};
use crate::exports::rights::{ApproveExports, ExportInFull, SeeExports};
use crate::exports::rows;
use crate::exports::rules;
use crate::exports::store;
use crate::exports::views::ExportView;
use crate::policy::{Rule, RuleBook};
use crate::web::{Locale, Reason, Todo};

use export_job::Column;

/// A file of so many rows is built within the request that asks for it.
const AT_ONCE: i64 = 2_000;
/// Within this long, what one takes out alone is counted together.
const DAY: TimeDelta = TimeDelta::hours(24);
/// Lines that a home page shows of what waits.
const TODOS: u64 = 10;

/// What asking and fetching need at hand.
pub(crate) struct Office<'a> {
    pub door: Door<'a>,
    pub builder: &'a Builder,
}

/// The filters that a job was asked for with.
///
/// # Errors
/// `Internal` when they cannot be read.
pub(super) fn filters_of(job: &export_job::Model) -> Result<Filters> {
    serde_json::from_str(&job.filters).map_err(Error::internal)
}

/// The asker is who signed in, and that just now: personal data in full leaves for nobody who found a screen unlocked.
///
/// # Errors
/// `Invalid` without the right password; `TooMany` while the account rests.
async fn asked_freshly(by: &Actor, door: &Door<'_>, password: Option<&str>) -> Result<()> {
    let password = password.ok_or(Error::invalid("password", "invalid.required"))?;
    confirm_password(by, door, "password", password).await.map(drop)
}

/// Whether the asker may still have what was asked for: the role, the area and the rights of this moment count.
///
/// # Errors
/// `export.right_lost`.
pub(super) fn still_may(actor: &Actor, job: &export_job::Model, filters: &Filters) -> Result<()> {
    let may = actor.prove::<AskForExports>().is_ok()
        && lists::is_open_to(job.list, actor)
        && (!job.in_full || actor.prove::<ExportInFull>().is_ok())
        && filters.is_in_sight(&actor.scope());
    if may { Ok(()) } else { Err(Error::refused("export.right_lost")) }
}

/// Whether a job waits for this very reader.
pub(super) fn decides(reader: &Actor, job: &export_job::Model) -> bool {
    job.status == ExportStatus::Asked
        && reader.role == job.approver
        && reader.account != job.asked_by
        && reader.scope().covers(&job.area_code)
}

impl Office<'_> {
    /// Asks for a list as a file. What one person may decide on is built in the background, or at once where it is small.
    ///
    /// # Errors
    /// `Forbidden` without the right to see the list, or to have it in full; `Invalid` by field; `export.too_long`.
    pub(crate) async fn ask(
        &self,
        by: &Can<AskForExports>,
        locale: Locale,
        new: &NewExport,
    ) -> Result<export_job::Model> {
        if !lists::is_open_to(new.list, by) {
            return Err(Error::Forbidden);
        }
        let (db, today) = (self.door.db.reader(), self.door.clock.today());
        let filters = new.filters().settled(new.list, by, today)?;
        let note = new.said()?.to_owned();
        let book = RuleBook::load(db).await?;
        if new.is_in_full() {
            by.prove::<ExportInFull>()?;
            if book.value(Rule::ExportFull(new.purpose), &by.area, today)? == 0 {
                return Err(Error::invalid("purpose", "invalid.export_purpose"));
            }
            asked_freshly(by, &self.door, new.password.as_deref()).await?;
        }
        let area_code = self.area_of(by, new.list, &filters).await?;
        let scope = by.scope();
        let asked = Asked { filters: &filters, scope: &scope, db, vault: &self.builder.vault };
        let rows_due = with_list!(new.list, L => L::count(&asked).await)?;
        if new.format == ExportFormat::Xlsx {
            let most = book.value(Rule::ExportRowsXlsx, &area_code, today)?;
            if rows_due > most {
                return Err(too_long(rows_due, most));
            }
        }
        let rule = if new.is_in_full() { Rule::ExportRowsFull } else { Rule::ExportRowsMasked };
        let alone = book.value(rule, &area_code, today)?;
        let draft = Draft { new, filters, note, area_code, rows_due, alone, locale };
        let job = self.door.desk.write(async |work| put_down(by, work, &draft).await).await?;
        if job.status == ExportStatus::Approved && rows_due <= AT_ONCE {
            self.builder.build(job.id, false).await?;
        }
        store::visible(db, by, job.id).await
    }

    /// The area whose officers answer for the file.
    async fn area_of(&self, by: &Actor, list: ExportList, filters: &Filters) -> Result<String> {
        match (list, filters.class, &filters.area) {
            (ExportList::Roster, Some(class), _) => {
                let class = rows::class(self.door.db.reader(), &by.scope(), class).await?;
                Ok(class.ok_or(Error::NotFound("class"))?.area_code)
            }
            (_, _, Some(area)) => Ok(area.clone()),
            _ => Ok(by.area.clone()),
        }
    }

    /// The file of one's own export, opened whole before it is given out.
    ///
    /// # Errors
    /// `NotFound`; `export.not_ready`, `export.expired`, `export.right_lost`; `Internal` when it is not the file that was
    /// built.
    pub(crate) async fn fetch(&self, by: &Can<AskForExports>, locale: Locale, id: ExportId) -> Result<Download> {
        let (db, builder) = (self.door.db, self.builder);
        let job = own(db.reader(), by, id).await?;
        let to = match job.status {
            ExportStatus::Expired => return Err(Error::refused("export.expired")),
            status => status.after(ExportAction::Fetch).map_err(|_| Error::refused("export.not_ready"))?,
        };
        if job.expires_at.is_none_or(|end| end <= self.door.clock.now()) {
            return Err(Error::refused("export.expired"));
        }
        still_may(by, &job, &filters_of(&job)?)?;
        file::verify(db.reader(), &builder.vault, &job).await?;
        self.door
            .desk
            .write(async |work| {
                let also = vec![(Column::Fetches, Expr::value(job.fetches + 1))];
                store::advance(work, &job, to, also).await?;
                let detail = json!({ "list": job.list, "rows": job.rows, "bytes": job.bytes, "in_full": job.in_full });
                work.record(
                    Audit::of("fetch", "export", id).by_actor(Some(by.actor())).area(&job.area_code).detail(detail),
                );
                Ok(())
            })
            .await?;
        let day = job.built_at.map(day_of).map(|day| day.to_string()).unwrap_or_default();
        let list = builder.lexicon.say(locale, &format!("export_list-{}", job.list), &[]);
        let place = builder.atlas.name(&job.area_code, self.door.clock.today()).unwrap_or(&job.area_code).to_owned();
        Ok(Download {
            name: format!("{list}_{place}_{day}.{}", job.format),
            ascii: format!("{}_{}_{day}.{}", job.list, job.area_code, job.format),
            kind: match job.format {
                ExportFormat::Csv => ContentType::CSV,
                ExportFormat::Xlsx => {
                    ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                }
            },
            bytes: usize::try_from(job.bytes).map_err(Error::internal)?,
            body: Body::of(db.clone(), builder.vault.clone(), &job)?,
        })
    }
}

fn too_long(rows: i64, most: i64) -> Error {
    Refusal { code: "export.too_long", args: Vec::new() }.with("rows", rows).with("most", most).into()
}

/// A job before it is written.
struct Draft<'a> {
    new: &'a NewExport,
    filters: Filters,
    note: String,
    area_code: String,
    rows_due: i64,
    alone: i64,
    locale: Locale,
}

async fn put_down(by: &Can<AskForExports>, work: &Work, draft: &Draft<'_>) -> Result<export_job::Model> {
    accounts::require_own_name(by)?;
    let taken = store::taken_alone(work.db(), by.account, draft.new.is_in_full(), work.now - DAY).await?;
    let second_person = rules::needs_second_person(draft.rows_due, taken, draft.alone);
    let job = export_job::Model {
        id: ExportId::new(),
        list: draft.new.list,
        area_code: draft.area_code.clone(),
        filters: serde_json::to_string(&draft.filters).map_err(Error::internal)?,
        format: draft.new.format,
        language: draft.locale.tag().to_owned(),
        purpose: draft.new.purpose,
        note: draft.note.clone(),
        words: draft.new.has_words(),
        in_full: draft.new.is_in_full(),
        status: if second_person { ExportStatus::Asked } else { ExportStatus::Approved },
        rows_due: draft.rows_due,
        rows_alone: draft.alone,
        second_person,
        approver: rules::approver_of(by.role),
        asked_by: by.account,
        asked_at: work.now,
        decided_by: None,
        decided_at: None,
        reason: None,
        fault: None,
        lease: None,
        lease_until: None,
        attempts: 0,
        rows: 0,
        parts: 0,
        bytes: 0,
        sha256: None,
        built_at: None,
        expires_at: None,
        fetches: 0,
        version: 1,
    };
    store::insert(work, job.clone()).await?;
    let detail = json!({
        "list": job.list, "filters": draft.filters, "format": job.format, "purpose": job.purpose,
        "in_full": job.in_full, "rows": job.rows_due, "second_person": second_person,
    });
    work.record(Audit::of("ask", "export", job.id).by_actor(Some(by.actor())).area(&job.area_code).detail(detail));
    Ok(job)
}

async fn own(db: &impl ConnectionTrait, by: &Actor, id: ExportId) -> Result<export_job::Model> {
    let job = store::visible(db, by, id).await?;
    if job.asked_by == by.account { Ok(job) } else { Err(Error::NotFound("export")) }
}

/// A second person decides: the moves that this needs.
async fn decide(
    by: &Can<ApproveExports>,
    work: &Work,
    id: ExportId,
    action: ExportAction,
    reason: Option<&str>,
) -> Result<export_job::Model> {
    let job = store::visible(work.db(), by, id).await?;
    let to = job.status.after(action)?;
    if job.status != ExportStatus::Asked {
        return Err(Error::refused("move.illegal"));
    }
    let steps = Steps { noun: "export", id, taken_by: vec![job.asked_by] };
    accounts::require_other(work.db(), by, steps, "export.same_person").await?;
    if !decides(by, &job) {
        return Err(Error::Forbidden);
    }
    let also = vec![
        (Column::DecidedBy, Expr::value(by.account)),
        (Column::DecidedAt, Expr::value(work.now)),
        (Column::Reason, Expr::value(reason)),
    ];
    store::advance(work, &job, to, also).await?;
    let detail = json!({ "list": job.list, "rows": job.rows_due, "in_full": job.in_full, "purpose": job.purpose });
    let audit = Audit::of(action.into(), "export", id).by_actor(Some(by.actor())).area(&job.area_code);
    work.record(audit.detail(detail));
    store::by_id(work.db(), id).await
}

/// Agrees to what somebody else asked for; the file is then built.
///
/// # Errors
/// `NotFound` out of sight; `move.illegal`, `export.same_person`, `Forbidden` where another role decides; `Stale`.
pub(crate) async fn approve(by: &Can<ApproveExports>, work: &Work, id: ExportId) -> Result<export_job::Model> {
    let job = decide(by, work, id, ExportAction::Approve, None).await?;
    work.tell(Telling {
        to: job.asked_by,
        kind: "export_approved",
        args: json!({ "rows": job.rows_due }),
        link: Some(format!("/exports/{id}")),
    });
    Ok(job)
}

/// Does not agree.
///
/// # Errors
/// As of [`approve`]; `Invalid` without a reason.
pub(crate) async fn refuse(
    by: &Can<ApproveExports>,
    work: &Work,
    id: ExportId,
    reason: &Reason,
) -> Result<export_job::Model> {
    let reason = reason.said()?;
    let job = decide(by, work, id, ExportAction::Refuse, Some(reason)).await?;
    work.tell(Telling {
        to: job.asked_by,
        kind: "export_refused",
        args: json!({ "reason": reason }),
        link: Some(format!("/exports/{id}")),
    });
    Ok(job)
}

/// The asker needs it no longer.
///
/// # Errors
/// `NotFound` for what somebody else asked for; `move.illegal`; `Stale`.
pub(crate) async fn withdraw(by: &Can<AskForExports>, work: &Work, id: ExportId) -> Result<export_job::Model> {
    let job = own(work.db(), by, id).await?;
    store::advance(work, &job, job.status.after(ExportAction::Withdraw)?, Vec::new()).await?;
    work.record(Audit::of("withdraw", "export", id).by_actor(Some(by.actor())).area(&job.area_code));
    store::by_id(work.db(), id).await
}

/// What the rules of today say to somebody who asks.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub masked: i64,
    pub full: i64,
    pub xlsx: i64,
    pub days: i64,
    /// For which personal data may be had in full.
    pub in_full_for: Vec<ExportPurpose>,
}

/// # Errors
/// Of the database.
pub(crate) async fn limits(db: &impl ConnectionTrait, area: &str, today: NaiveDate) -> Result<Limits> {
    let book = RuleBook::load(db).await?;
    let value = |rule| book.value(rule, area, today);
    let mut in_full_for = Vec::new();
    for purpose in ExportPurpose::all() {
        if value(Rule::ExportFull(purpose))? != 0 {
            in_full_for.push(purpose);
        }
    }
    Ok(Limits {
        masked: value(Rule::ExportRowsMasked)?,
        full: value(Rule::ExportRowsFull)?,
        xlsx: value(Rule::ExportRowsXlsx)?,
        days: value(Rule::ExportDays)?,
        in_full_for,
    })
}

/// What a class in sight is called.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn class_title(by: &Actor, db: &impl ConnectionTrait, id: ClassId) -> Result<String> {
    Ok(rows::class(db, &by.scope(), id).await?.ok_or(Error::NotFound("class"))?.title)
}

/// One in sight.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn show(by: &Can<SeeExports>, db: &impl ConnectionTrait, id: ExportId) -> Result<ExportView> {
    let job = store::visible(db, by, id).await?;
    ExportView::one(db, job, by).await
}

/// What waits for this reader's word, the oldest first.
///
/// # Errors
/// Of the database.
pub(crate) async fn waiting(by: &Can<SeeExports>, db: &impl ConnectionTrait) -> Result<Vec<ExportView>> {
    const MOST: u64 = 50;
    let jobs = store::waiting_for(db, by, MOST).await?;
    ExportView::many(db, jobs, by).await
}

/// What waits for this reader's word, and what of the reader's own waits for somebody else's.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<SeeExports>().is_err() {
        return Ok(Vec::new());
    }
    let todo = |job: export_job::Model, mine: bool| Todo {
        mine,
        href: format!("/exports/{}", job.id),
        key: if mine { "export-todo-decide" } else { "export-todo-asked" },
        args: vec![("rows", job.rows_due.to_string())],
        why: if mine { "export-todo-decide-why" } else { "export-todo-asked-why" },
        why_args: Vec::new(),
        due: None,
    };
    let waiting = store::waiting_for(db, actor, TODOS).await?.into_iter().map(|job| todo(job, true));
    let own = store::own_waiting(db, actor.account, TODOS).await?.into_iter().map(|job| todo(job, false));
    Ok(waiting.chain(own).collect())
}

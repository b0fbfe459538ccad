//! Planning an inspection, writing down what was to be seen, cancelling.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    class_session, inspection, training_class,
    values::{ClassStatus, InspectionId, InspectionStatus},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Place, Refusal, Result};
use crate::classes;
use crate::data::{Audit, Telling, Vault, Work};
use crate::inspections::compare::Matter;
use crate::inspections::forms::NewInspection;
use crate::inspections::lifecycle::InspectionAction;
use crate::inspections::rights::Inspect;
use crate::inspections::rules;
use crate::inspections::store;
use crate::policy::{Rule, RuleBook};
use crate::web::{Photo, Todo, one_line, told_in};

use inspection::Column;

/// Most people that anybody counts in a room.
const CROWD: i32 = 9_999;
/// Lines of a home page.
const SHOWN: u64 = 20;

/// Who has a tie with the institution, or approved the class, does not inspect it.
async fn require_no_tie(by: &Actor, work: &Work, class: &training_class::Model) -> Result<()> {
    let db = work.db();
    let teaches = match by.person {
        Some(person) => store::teaches_for(db, person, class.organisation_id).await?,
        None => false,
    };
    if teaches
        || accounts::acted_for(db, by.account, class.organisation_id).await?
        || store::approved(db, by.account, class.id).await?
    {
        return Err(Error::refused("inspection.tie"));
    }
    Ok(())
}

/// Minutes around a session in which an inspection of it is written down.
async fn around(db: &impl ConnectionTrait, area: &str, on: NaiveDate) -> Result<TimeDelta> {
    let minutes = RuleBook::load(db).await?.value(Rule::InspectionMinutes, area, on)?;
    Ok(TimeDelta::try_minutes(minutes).unwrap_or_default())
}

/// Sessions of a class that can still be inspected.
pub(super) async fn to_come(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    now: DateTime<Utc>,
) -> Result<Vec<class_session::Model>> {
    if !matches!(class.status, ClassStatus::Approved | ClassStatus::Running) {
        return Ok(Vec::new());
    }
    let sessions = classes::sessions(db, class.id).await?;
    Ok(sessions.into_iter().filter(|session| rules::is_to_come(session, now)).collect())
}

/// Plans an inspection. Nobody is told.
///
/// # Errors
/// `NotFound` out of sight; `inspection.nothing_to_come`, `inspection.tie`, `inspection.planned_already`.
pub(crate) async fn plan(by: &Can<Inspect>, work: &Work, vault: &Vault, new: &NewInspection) -> Result<InspectionId> {
    let class = classes::visible(work.db(), &by.scope(), new.class_id).await?;
    require_no_tie(by.actor(), work, &class).await?;
    let sessions = to_come(work.db(), &class, work.now).await?;
    if sessions.is_empty() {
        return Err(Error::refused("inspection.nothing_to_come"));
    }
    if new.session_id.is_some_and(|id| sessions.iter().all(|session| session.id != id)) {
        return Err(Error::invalid("session_id", "invalid.choice"));
    }
    let id = InspectionId::new();
    let row = inspection::Model {
        id,
        class_id: class.id,
        session_id: new.session_id,
        area_code: class.area_code.clone(),
        organisation_id: class.organisation_id,
        inspector_id: by.account,
        planned_at: work.now,
        status: InspectionStatus::Planned,
        seen_at: None,
        headcount: None,
        latitude_e6: None,
        longitude_e6: None,
        sealed: store::seal_notes(vault, id, "")?,
        reason: None,
        doubted: false,
        settled_at: None,
        version: 1,
    };
    store::insert(work, row)
        .await
        .map_err(|e| if e.is_duplicate() { Error::refused("inspection.planned_already") } else { e })?;
    let detail = json!({ "class": class.id, "session": new.session_id });
    work.record(Audit::of("plan", "inspection", id).by_actor(Some(by.actor())).area(&class.area_code).detail(detail));
    Ok(id)
}

/// The inspector's own, that waits to be done.
async fn own(by: &Can<Inspect>, work: &Work, id: InspectionId) -> Result<inspection::Model> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    if row.inspector_id == by.account { Ok(row) } else { Err(Error::refused("inspection.not_yours")) }
}

/// What was to be seen, whichever door it came through.
pub(crate) struct Seen<'a> {
    pub headcount: i32,
    pub text: &'a str,
    pub place: Option<Place>,
    pub photos: &'a [Photo],
}

/// Writes down what was to be seen, at this very moment, and holds it against the marks. The institution learns of it now.
///
/// # Errors
/// `NotFound`; `inspection.not_yours`, `inspection.tie`, `inspection.not_now`, `move.illegal`; `Invalid` by field.
pub(crate) async fn record(
    by: &Can<Inspect>,
    work: &Work,
    vault: &Vault,
    id: InspectionId,
    seen: &Seen<'_>,
) -> Result<()> {
    let row = own(by, work, id).await?;
    let to = row.status.after(InspectionAction::Record)?;
    let Matter { row, class, session } = Matter::of(work.db(), row).await?;
    require_no_tie(by.actor(), work, &class).await?;
    if !(0..=CROWD).contains(&seen.headcount) {
        return Err(Error::invalid("headcount", "invalid.range"));
    }
    let text = told_in("seen", seen.text)?;
    let most = RuleBook::load(work.db()).await?.value(Rule::InspectionPhotos, &class.area_code, work.today())?;
    if seen.photos.is_empty() {
        return Err(Error::invalid("photos", "invalid.required"));
    }
    require_room(seen.photos.len(), most)?;
    let around = around(work.db(), &class.area_code, work.today()).await?;
    let sessions = match session {
        Some(session) => vec![session],
        None => classes::sessions(work.db(), class.id).await?,
    };
    let session = sessions.into_iter().find(|session| rules::is_now(session, around, work.now));
    let session = session.ok_or_else(|| Error::refused("inspection.not_now"))?;
    for photo in seen.photos {
        store::insert_photo(work, vault, id, photo).await?;
    }
    let done = inspection::Model { session_id: Some(session.id), ..row.clone() };
    let done = inspection::Model { status: to, seen_at: Some(work.now), headcount: Some(seen.headcount), ..done };
    let matter = Matter { row: done, class, session: Some(session) };
    let figures = matter.figures(work.db()).await?;
    let doubted = match figures {
        Some(figures) => matter.doubt(Some(by.actor()), work, figures).await?,
        None => false,
    };
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::SessionId, Expr::value(matter.row.session_id)),
        (Column::SeenAt, Expr::value(work.now)),
        (Column::Headcount, Expr::value(seen.headcount)),
        (Column::LatitudeE6, Expr::value(seen.place.map(|place| place.latitude_e6))),
        (Column::LongitudeE6, Expr::value(seen.place.map(|place| place.longitude_e6))),
        (Column::Sealed, Expr::value(store::seal_notes(vault, id, text)?)),
        (Column::Doubted, Expr::value(doubted)),
    ];
    store::change(work, &row, set).await?;
    tell(by.actor(), work, &matter, doubted).await
}

async fn tell(by: &Actor, work: &Work, matter: &Matter, doubted: bool) -> Result<()> {
    let Matter { row, class, session } = matter;
    let n = session.as_ref().map(|session| session.ordinal);
    let detail = json!({ "class": class.id, "n": n, "headcount": row.headcount, "doubt": doubted });
    work.record(Audit::of("record", "inspection", row.id).by_actor(Some(by)).area(&class.area_code).detail(detail));
    for to in accounts::of_organisation(work.db(), class.organisation_id).await? {
        let args = json!({
            "class": class.title, "n": n.unwrap_or_default().to_string(), "day": day_of(work.now).to_string(),
        });
        work.tell(Telling { to, kind: "inspection_done", args, link: Some(format!("/inspections/{}", row.id)) });
    }
    Ok(())
}

fn require_room(photos: usize, most: i64) -> Result<()> {
    if i64::try_from(photos).map_err(Error::internal)? > most {
        return Err(Refusal { code: "inspection.photos_full", args: Vec::new() }.with("most", most).into());
    }
    Ok(())
}

/// Whether somebody may add pictures to an inspection now.
pub(super) async fn takes_photos(
    db: &impl ConnectionTrait,
    actor: &Actor,
    matter: &Matter,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(session) = &matter.session else { return Ok(false) };
    if matter.row.status != InspectionStatus::Done || matter.row.inspector_id != actor.account {
        return Ok(false);
    }
    let around = around(db, &matter.class.area_code, day_of(now)).await?;
    Ok(rules::is_now(session, around, now))
}

/// One more picture, as long as the session can be inspected.
///
/// # Errors
/// `NotFound`; `inspection.not_yours`, `inspection.not_now`, `inspection.photos_full`.
pub(super) async fn add_photo(
    by: &Can<Inspect>,
    work: &Work,
    vault: &Vault,
    id: InspectionId,
    photo: &Photo,
) -> Result<()> {
    let row = own(by, work, id).await?;
    let matter = Matter::of(work.db(), row).await?;
    if !takes_photos(work.db(), by.actor(), &matter, work.now).await? {
        return Err(Error::refused("inspection.not_now"));
    }
    let Matter { row, class, .. } = matter;
    let most = RuleBook::load(work.db()).await?.value(Rule::InspectionPhotos, &class.area_code, work.today())?;
    require_room(store::photos(work.db(), id).await?.len() + 1, most)?;
    store::insert_photo(work, vault, id, photo).await?;
    // Two pictures at once are told apart by the version.
    store::change(work, &row, Vec::new()).await?;
    work.record(Audit::of("add_photo", "inspection", id).by_actor(Some(by.actor())).area(&class.area_code));
    Ok(())
}

/// Cancels what was planned. The institution never learns of it.
///
/// # Errors
/// `NotFound`; `inspection.not_yours`, `move.illegal`; `Invalid` without a reason.
pub(crate) async fn cancel(by: &Can<Inspect>, work: &Work, id: InspectionId, why: &str) -> Result<()> {
    let row = own(by, work, id).await?;
    let to = row.status.after(InspectionAction::Cancel)?;
    let reason = one_line(why)?;
    let set = vec![(Column::Status, Expr::value(to)), (Column::Reason, Expr::value(reason))];
    store::change(work, &row, set).await?;
    let detail = json!({ "class": row.class_id, "reason": reason });
    let audit = Audit::of(InspectionAction::Cancel.into(), "inspection", id).by_actor(Some(by.actor()));
    work.record(audit.area(&row.area_code).detail(detail));
    Ok(())
}

/// What somebody planned waits to be done.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<Inspect>().is_err() {
        return Ok(Vec::new());
    }
    let rows = store::planned_by(db, actor, SHOWN).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.class_id).collect();
    let titles = classes::by_ids(db, &ids).await?;
    let todo = |row: inspection::Model| {
        let class = titles.get(&row.class_id)?;
        Some(Todo {
            mine: true,
            href: format!("/inspections/{}", row.id),
            key: "inspection-todo",
            args: vec![("class", class.title.clone())],
            why: "inspection-todo-why",
            why_args: Vec::new(),
            due: Some(class.ends_on),
        })
    };
    Ok(rows.into_iter().filter_map(todo).collect())
}

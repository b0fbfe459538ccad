//! What was asked of 上高县 at the end of the year to see whether it is true: inspections, call-backs, complaints. The
//! services' own verbs say it, each at its own hour.
#![expect(clippy::disallowed_methods, reason = "a demonstration is told of whole tables")]

use std::io::Cursor;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    call_back, enrolment, training_class,
    values::{
        AccountId, CallAttended, CallBackId, CallCertificate, CallDays, CallPaid, CallStatus, CallTaught, ClassId,
        ClassStatus, ComplaintOutcome, ComplaintSubject, PersonId,
    },
};
use image::{ImageFormat, Rgb, RgbImage};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Query};

use crate::access::{Actor, within};
use crate::base::{Clock, Error, Place, Result};
use crate::callbacks::{self, Answers};
use crate::complaints::{self, NewAnswer, NewComplaint};
use crate::data::Work;
use crate::demo::calendar::{TODAY, YEAR, at, day};
use crate::demo::doubts::actor;
use crate::demo::fill::Ground;
use crate::demo::known_places::JINGSHAN;
use crate::demo::offices::Office;
use crate::inspections::{self, NewInspection, Seen};
use crate::web::Photo;

/// Classes of which people of 镜山村 are called back, at most: who is drawn, chance says.
const DRAWN: usize = 4;
/// Days before the last one of the year on which was called in vain.
const MISSED: [NaiveDate; 3] = [day(YEAR, 12, 28), day(YEAR, 12, 29), day(YEAR, 12, 30)];

/// Who acts.
struct Cast {
    village: Actor,
    clerk: Actor,
    checker: Actor,
    supervisor: Actor,
    trainee: Actor,
}

/// A transaction at an hour of its own.
async fn at_hour(ground: &Ground, now: DateTime<Utc>) -> Result<Work> {
    Work::begin(&ground.database, &Clock::fixed_at(now)).await
}

/// Tells all of it.
///
/// # Errors
/// As of the services.
pub(super) async fn tell(
    ground: &Ground,
    office: &Office,
    supervisor: AccountId,
    (trainee, person): (AccountId, PersonId),
) -> Result<()> {
    let db = ground.database.reader();
    let cast = Cast {
        village: actor(db, office.village_worker).await?,
        clerk: actor(db, office.clerk).await?,
        checker: actor(db, office.checker).await?,
        supervisor: actor(db, supervisor).await?,
        trainee: actor(db, trainee).await?,
    };
    inspect(ground, office, &cast).await?;
    call_back(ground, office, &cast).await?;
    complain(ground, office, &cast, person).await
}

async fn classes(db: &impl ConnectionTrait, office: &Office, status: ClassStatus) -> Result<Vec<ClassId>> {
    Ok(training_class::Entity::find()
        .select_only()
        .column(training_class::Column::Id)
        .filter(within(training_class::Column::AreaCode, office.county))
        .filter(training_class::Column::Status.eq(status))
        .order_by_desc(training_class::Column::EndsOn)
        .order_by_asc(training_class::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// A room as a phone would see it: rows of seats, each with somebody or nobody.
async fn picture() -> Result<Photo> {
    let room = RgbImage::from_fn(640, 480, |x, y| {
        let (column, row) = (x / 80, y / 96);
        let seat = x % 80 > 16 && x % 80 < 64 && y % 96 > 24 && y % 96 < 88;
        match (seat, (column * 7 + row * 5).is_multiple_of(4)) {
            (true, true) => Rgb([198, 192, 180]),
            (true, false) => Rgb([60, 92, 110]),
            (false, _) => Rgb([232, 227, 216]),
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    room.write_to(&mut bytes, ImageFormat::Png).map_err(Error::internal)?;
    Photo::of("photo", bytes.into_inner()).await
}

/// One inspection with too few people, one planned for today, one that was cancelled.
async fn inspect(ground: &Ground, office: &Office, cast: &Cast) -> Result<()> {
    let db = ground.database.reader();
    let running = classes(db, office, ClassStatus::Running).await?;
    let class_id = *running.first().ok_or_else(|| Error::internal("no class runs"))?;
    let photo = picture().await?;
    let new = NewInspection { class_id, session_id: None };
    let work = at_hour(ground, at(day(YEAR, 12, 29), 8, 40)).await?;
    let id = inspections::plan(&cast.checker.prove()?, &work, &ground.vault, &new).await?;
    work.finish().await?;
    let work = at_hour(ground, at(day(YEAR, 12, 29), 10, 12)).await?;
    let seen = Seen {
        headcount: 12,
        text: "正在讲网店装修，主讲老师在场。座位空了一半，前台说有人去吃酒席了。",
        place: Place::of(Some(28_232_400), Some(114_925_100))?,
        photos: &[photo],
    };
    inspections::record(&cast.checker.prove()?, &work, &ground.vault, id, &seen).await?;
    work.finish().await?;
    let work = at_hour(ground, at(TODAY, 8, 20)).await?;
    inspections::plan(&cast.checker.prove()?, &work, &ground.vault, &new).await?;
    if let Some(open) = classes(work.db(), office, ClassStatus::Approved).await?.first() {
        let new = NewInspection { class_id: *open, session_id: None };
        let id = inspections::plan(&cast.supervisor.prove()?, &work, &ground.vault, &new).await?;
        inspections::cancel(&cast.supervisor.prove()?, &work, id, "那几天要去别的县").await?;
    }
    work.finish().await
}

/// The classes that ended last in which people of 镜山村 sat.
async fn with_villagers(db: &impl ConnectionTrait, office: &Office) -> Result<Vec<ClassId>> {
    let villagers = Query::select()
        .column(enrolment::Column::ClassId)
        .from(enrolment::Entity)
        .cond_where(within(enrolment::Column::AreaCode, JINGSHAN))
        .to_owned();
    Ok(training_class::Entity::find()
        .select_only()
        .column(training_class::Column::Id)
        .filter(within(training_class::Column::AreaCode, office.county))
        .filter(training_class::Column::Status.eq(ClassStatus::Closed))
        .filter(training_class::Column::Id.in_subquery(villagers))
        .order_by_desc(training_class::Column::EndsOn)
        .order_by_asc(training_class::Column::Id)
        .limit(DRAWN as u64)
        .into_tuple()
        .all(db)
        .await?)
}

async fn due(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<call_back::Model>> {
    Ok(call_back::Entity::find()
        .filter(call_back::Column::ClassId.eq(class))
        .filter(call_back::Column::Status.eq(CallStatus::Due))
        .order_by_asc(call_back::Column::Ordinal)
        .all(db)
        .await?)
}

/// Draws from the class that ended last, and calls; and from some others, until somebody of 镜山村 is drawn, who does not
/// answer.
async fn call_back(ground: &Ground, office: &Office, cast: &Cast) -> Result<()> {
    let db = ground.database.reader();
    let ended = classes(db, office, ClassStatus::Ended).await?;
    let class = *ended.first().ok_or_else(|| Error::internal("no class has ended"))?;
    let work = at_hour(ground, at(day(YEAR, 12, 27), 9, 30)).await?;
    callbacks::draw(&cast.clerk.prove()?, &work, &ground.vault, class).await?;
    let mut silent = None;
    for class in with_villagers(work.db(), office).await? {
        callbacks::draw(&cast.clerk.prove()?, &work, &ground.vault, class).await?;
        let drawn = due(work.db(), class).await?;
        let villager = drawn.iter().find(|call| call.home_code == JINGSHAN);
        silent = villager.or(drawn.first()).map(|call| call.id).or(silent);
        if villager.is_some() {
            break;
        }
    }
    work.finish().await?;
    if let Some(silent) = silent {
        in_vain(ground, cast, silent).await?;
    }
    let calls = due(db, class).await?;
    let work = at_hour(ground, at(day(YEAR, 12, 30), 10, 5)).await?;
    let said = Answers {
        attended: CallAttended::Some,
        days: CallDays::Agree,
        taught: CallTaught::Named,
        paid: CallPaid::GaveBack,
        certificate: CallCertificate::NotYet,
        note: Some("说班上有人收了两百元资料费，没有收据。".to_owned()),
    };
    if let Some(call) = calls.first() {
        callbacks::record(&cast.clerk.prove()?, &work, &ground.vault, call.id, &said).await?;
    }
    work.finish().await
}

async fn in_vain(ground: &Ground, cast: &Cast, id: CallBackId) -> Result<()> {
    for day in MISSED {
        let work = at_hour(ground, at(day, 9, 45)).await?;
        callbacks::miss(&cast.clerk.prove()?, &work, id).await?;
        work.finish().await?;
    }
    Ok(())
}

/// The trainee complains three times, once through the village; one complaint is answered, and the school is told.
async fn complain(ground: &Ground, office: &Office, cast: &Cast, person: PersonId) -> Result<()> {
    let [school, _] = &office.schools;
    let (class, school) = (
        enrolment::Entity::find()
            .filter(enrolment::Column::PersonId.eq(person))
            .order_by_asc(enrolment::Column::Id)
            .one(ground.database.reader())
            .await?
            .map(|seat| seat.class_id),
        Some(school.id),
    );
    let new = |class_id, organisation_id, subject, text: &str| NewComplaint {
        person_id: None,
        class_id,
        organisation_id,
        subject,
        text: text.to_owned(),
    };
    let vault = &ground.vault;
    let work = at_hour(ground, at(day(YEAR, 12, 12), 19, 20)).await?;
    let money = new(None, school, ComplaintSubject::MoneyAsked, "报名的时候收了五十元照相费，说不交不给办。");
    let first = complaints::file(&cast.trainee.prove()?, &work, vault, &money).await?;
    work.finish().await?;
    let work = at_hour(ground, at(day(YEAR, 12, 20), 10, 0)).await?;
    complaints::take_up(&cast.checker.prove()?, &work, first).await?;
    let answer = NewAnswer {
        outcome: ComplaintOutcome::Upheld,
        answer: "学校确实收过照相费，已经退还，并在全县通报不准再收。".to_owned(),
        tell: Some(true),
    };
    complaints::answer(&cast.checker.prove()?, &work, vault, first, &answer).await?;
    work.finish().await?;
    let work = at_hour(ground, at(day(YEAR, 12, 29), 18, 30)).await?;
    let late = new(class, None, ComplaintSubject::Quality, "说好讲开网店，发的书是讲打字的，去问也没有人管。");
    complaints::file(&cast.trainee.prove()?, &work, vault, &late).await?;
    let told = new(None, school, ComplaintSubject::PersonalData, "名单贴在门口，上面有身份证号。");
    let told = NewComplaint { person_id: Some(person), ..told };
    let second = complaints::file(&cast.village.prove()?, &work, vault, &told).await?;
    complaints::take_up(&cast.clerk.prove()?, &work, second).await?;
    work.finish().await
}

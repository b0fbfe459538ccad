//! What is not true in 上高县 at the end of the year: one phone for several people, a dozen in one second, some who were not
//! there, more than the room holds. The real search finds it; some of it is decided on, and there is a case.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    class_session, mark_try, training_class,
    values::{
        AccountId, CaseOutcome, ClassStatus, DoubtId, DoubtKind, EnrolmentId, Fen, MarkMethod, MarkRefusal, MarkTryId,
        MarkWord, Presence, RegisterStatus, VenueId,
    },
    venue,
};

use crate::access::Actor;
use crate::base::Result;
use crate::data::{Vault, Work, bulk};
use crate::demo::doubts::actor;
use crate::demo::offices::Office;
use crate::demo::punished;
use crate::demo::store;
use crate::supervision::{self, CaseDecision, Confirmation, Dismissal, NewCase};

/// People who lent one their phones.
const LENT: usize = 4;
/// People who came in one second.
const AT_ONCE: usize = 12;
/// Millionths of a degree to the north: a good kilometre.
const AWAY: i32 = 11_000;
/// Of the room in the town.
const ROOM: (i32, i32) = (28_235_100, 114_924_300);

/// Makes a class that runs untrue, looks at the classes of the county, and decides on some of what is found.
///
/// # Errors
/// As of the services.
pub(super) async fn tell(work: &Work, vault: &Vault, office: &Office, supervisor: AccountId) -> Result<()> {
    let classes = store::taught_in(work.db(), office.county).await?;
    let running = classes.iter().find(|class| class.status == ClassStatus::Running);
    if let Some(class) = running
        && let Some(session) = store::first_session(work.db(), class.id).await?
    {
        bend(work, vault, class, &session).await?;
    }
    for class in classes {
        supervision::look_at(work, class.id).await?;
    }
    let checker = actor(work.db(), office.checker).await?;
    let supervisor = actor(work.db(), supervisor).await?;
    decide(work, office, &checker, &supervisor).await
}

/// A session in which everybody marked himself by phone, as it seems.
async fn bend(work: &Work, vault: &Vault, class: &training_class::Model, session: &class_session::Model) -> Result<()> {
    let mut marks = store::marks_of(work.db(), session.id).await?;
    marks.retain(|mark| mark.presence == Presence::Present);
    room(work, class, i32::try_from(marks.len()).unwrap_or(i32::MAX)).await?;
    let mut tries = Vec::new();
    for (n, mark) in marks.iter().enumerate() {
        let step = TimeDelta::seconds(7 * i64::try_from(n).unwrap_or_default());
        let at_once = (LENT..LENT + AT_ONCE).contains(&n);
        let came = session.starts_at - TimeDelta::minutes(9) + if at_once { TimeDelta::zero() } else { step };
        let went = session.ends_at + TimeDelta::minutes(1) + step;
        let of = |at, says| one_try(class, session, mark.enrolment_id, (at, says));
        let own = Some(vault.index("device", &format!("demo-{n}")));
        let lent = Some(vault.index("device", "demo-lent"));
        let first = n == 0;
        if (1..LENT).contains(&n) {
            let refused = of(came - TimeDelta::minutes(1), MarkWord::In);
            tries.push(mark_try::Model {
                device: lent.clone(),
                refusal: Some(MarkRefusal::CodeShared),
                in_at: None,
                ..refused
            });
        }
        let device = if first { lent } else { own };
        let north = if (1..LENT).contains(&n) { AWAY } else { 300 };
        let place = |row| mark_try::Model {
            device: device.clone(),
            latitude_e6: Some(ROOM.0 + north),
            longitude_e6: Some(ROOM.1),
            ..row
        };
        tries.push(place(of(came, MarkWord::In)));
        tries.push(place(of(went, MarkWord::Out)));
        store::mark_by_phone(work, mark, (came, went)).await?;
    }
    bulk::insert::<mark_try::Entity>(work, tries).await
}

fn one_try(
    class: &training_class::Model,
    session: &class_session::Model,
    seat: EnrolmentId,
    (at, says): (DateTime<Utc>, MarkWord),
) -> mark_try::Model {
    mark_try::Model {
        id: MarkTryId::new(),
        session_id: Some(session.id),
        class_id: Some(class.id),
        enrolment_id: Some(seat),
        account_id: class.created_by,
        method: MarkMethod::Code,
        says,
        in_at: (says == MarkWord::In).then_some(at),
        out_at: (says == MarkWord::Out).then_some(at),
        made_at: at,
        received_at: at,
        device: None,
        sequence: None,
        step: None,
        latitude_e6: None,
        longitude_e6: None,
        refusal: None,
        note: None,
        signature: None,
    }
}

/// The room of the class, with two seats too few.
async fn room(work: &Work, class: &training_class::Model, present: i32) -> Result<()> {
    let row = venue::Model {
        id: VenueId::new(),
        organisation_id: class.organisation_id,
        area_code: class.area_code.clone(),
        name: class.venue.clone(),
        address: format!("{}（教学点）", class.venue),
        capacity: (present - 2).max(1),
        latitude_e6: Some(ROOM.0),
        longitude_e6: Some(ROOM.1),
        radius_m: 300,
        status: RegisterStatus::Active,
        created_by: class.created_by,
        created_at: class.created_at,
        version: 1,
    };
    store::teach_in(work, class, row).await
}

async fn decide(work: &Work, office: &Office, checker: &Actor, supervisor: &Actor) -> Result<()> {
    let doubts = store::open_doubts(work.db(), office.county).await?;
    let mut phones: Vec<DoubtId> = Vec::new();
    for kind in [DoubtKind::SharedDevice, DoubtKind::OutsideRadius] {
        if let Some(row) = doubts.iter().find(|row| row.kind == kind) {
            supervision::confirm(&checker.prove()?, work, row.id, &Confirmation::default()).await?;
            phones.push(row.id);
        }
    }
    if !phones.is_empty() {
        let new = NewCase {
            doubts: phones,
            title: "一部手机为多人打卡".to_owned(),
            finding: "四人用同一部手机打卡，其中三人的手机离教室一公里以上。当天的照片里没有这三个人。".to_owned(),
        };
        supervision::open_case(&checker.prove()?, work, &new).await?;
    }
    // Of the sessions in a room that was too small one is in a case, one waits for its case, and one was honest.
    let mut decided = None;
    let mut crowded = doubts.iter().filter(|row| row.kind == DoubtKind::OverCapacity);
    if let Some(row) = crowded.next() {
        supervision::confirm(&supervisor.prove()?, work, row.id, &Confirmation::default()).await?;
        let new = NewCase {
            doubts: vec![row.id],
            title: "上课人数超过教室容量".to_owned(),
            finding: "教室的座位比计出勤的人少。学员说有人站着听课。".to_owned(),
        };
        let id = supervision::open_case(&supervisor.prove()?, work, &new).await?;
        let decision = CaseDecision {
            outcome: CaseOutcome::Rectify,
            decision: "一个月内换到能坐下全班的教室，并报县就业局；多计的两人的补贴退回。".to_owned(),
            recover_fen: Some(Fen(160_000)),
            version: None,
        };
        supervision::decide_case(&checker.prove()?, work, id, &decision).await?;
        decided = Some(id);
    }
    if let Some(row) = crowded.next() {
        supervision::confirm(&checker.prove()?, work, row.id, &Confirmation::default()).await?;
    }
    if let Some(row) = crowded.next() {
        let dismissal = Dismissal { reason: "当天借用了隔壁教室，有照片。".to_owned(), version: None };
        supervision::dismiss(&checker.prove()?, work, row.id, &dismissal).await?;
    }
    // What follows from the case comes last, with the scores that rest on all of it.
    match decided {
        Some(case) => punished::tell(work, office, supervisor, case).await,
        None => Ok(()),
    }
}

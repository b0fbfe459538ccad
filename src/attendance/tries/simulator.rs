//! What would happen to a mark, and why: the same verdicts and the same sum as when one is made. Nothing is written.

use entities::{
    class_session, mark_try,
    values::{ClassSessionStatus, MarkMethod, MarkRefusal, MarkTryId, MarkWord, SessionId},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Can;
use crate::attendance::book::word;
use crate::attendance::codes::digits::{Reading, step_of};
use crate::attendance::forms::NewMark;
use crate::attendance::judging::{self, Case, Judged, Limits, Tried};
use crate::attendance::requests;
use crate::attendance::rights::ReadAttendance;
use crate::attendance::rules::{self, Minutes, Span};
use crate::attendance::service;
use crate::attendance::standing::{Saying, Standing, stand};
use crate::attendance::store;
use crate::attendance::tries::forms::{Supposed, Way};
use crate::base::clock::day_of;
use crate::base::rate::RateView;
use crate::base::{Error, Result};
use crate::classes;
use crate::enrolments;
use crate::policy::RuleBook;

/// What would come of a mark.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Simulated {
    /// Whether it would be taken.
    pub taken: bool,
    /// Why it would be refused.
    pub refusal: Option<MarkRefusal>,
    /// Whether a second person is needed before it counts.
    pub needs_second: bool,
    /// Minutes that the session would credit.
    pub minutes: i32,
    /// What it would be worth.
    pub standing: Option<entities::values::MarkStanding>,
    /// Credited of held minutes of the whole class, with it.
    pub rate: RateView,
    #[serde(skip)]
    pub why: Option<Error>,
}

/// Judges a mark that nobody made.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn simulate(
    db: &impl ConnectionTrait,
    by: &Can<ReadAttendance>,
    session: SessionId,
    supposed: &Supposed,
) -> Result<Simulated> {
    let session = store::session(db, session).await?;
    let class = classes::visible(db, &by.scope(), session.class_id).await?;
    let seat = enrolments::by_id(db, supposed.enrolment_id).await?.filter(|seat| seat.class_id == class.id);
    let now = supposed.received_at.unwrap_or(supposed.at);
    let limits = Limits::of(&RuleBook::load(db).await?, &class.area_code, day_of(now))?;
    let case = Case {
        class: class.status,
        session: &session,
        seat: seat.as_ref().map(|seat| seat.status),
        limits: &limits,
        now,
    };
    let place = (session.id, supposed.enrolment_id);
    let rows = store::tries_at(db, &[place]).await?;
    let mark = store::marks_at(db, &[place]).await?.pop();
    let mut said: Vec<Saying> = rows.iter().filter_map(Saying::of).collect();
    if let Some(mark) = mark.as_ref().filter(|_| said.is_empty()) {
        said.extend(Saying::of(&crate::attendance::book::try_of_mark(mark)));
    }
    let mut verdict = judge(db, &case, supposed, &said, &rows, class.taken).await?;
    let new = NewMark {
        enrolment_id: supposed.enrolment_id,
        presence: supposed.presence,
        in_at: supposed.in_at,
        out_at: supposed.out_at,
    };
    let timed = !matches!(supposed.way, Way::CodeIn | Way::CodeOut | Way::Leave);
    if verdict.is_ok() && timed {
        verdict = rules::credit(Span::of(&session), &new, supposed.at).map(drop).map_err(|(_, refusal)| refusal);
    }
    let before = mark.as_ref().filter(|_| session.status == ClassSessionStatus::Held).map_or(0, |mark| mark.minutes);
    let standing = if verdict.is_ok() {
        said.push(saying(supposed));
        stand(Span::of(&session), &said)
    } else {
        None
    };
    let rate = rate(db, &session, supposed, before, standing).await?;
    Ok(Simulated {
        taken: verdict.is_ok(),
        refusal: verdict.err(),
        needs_second: verdict.is_ok() && matches!(supposed.way, Way::ByHand | Way::Leave | Way::Amendment),
        minutes: standing.map_or(before, |standing| standing.minutes),
        standing: standing.map(|standing| standing.standing),
        rate,
        why: verdict.err().map(|refusal| judging::refused(refusal, &limits)),
    })
}

async fn judge(
    db: &impl ConnectionTrait,
    case: &Case<'_>,
    supposed: &Supposed,
    said: &[Saying],
    rows: &[mark_try::Model],
    seats: i32,
) -> Result<Judged> {
    let by_code = |says: MarkWord| {
        let own: Vec<Saying> = said.iter().filter(|one| one.method == MarkMethod::Code).cloned().collect();
        let used: Vec<i64> = rows.iter().filter(|row| row.refusal.is_none()).filter_map(|row| row.step).collect();
        let reading = Reading::Valid(step_of(case.now, case.limits));
        let tried = Tried { says, reading, own: &own, used_steps: &used, others_on_device: 0, wrong_codes: 0 };
        case.by_code(&tried).map(drop)
    };
    Ok(match supposed.way {
        Way::CodeIn => by_code(MarkWord::In),
        Way::CodeOut => by_code(MarkWord::Out),
        Way::Roster => case.by_roster(),
        Way::Offline => case.by_device(supposed.at),
        Way::ByHand => {
            let (made, all) = requests::by_hand_of(db, case.session.class_id, seats).await?;
            case.by_hand(made, all)
        }
        Way::Leave => case.leave(),
        Way::Amendment => case.by_ruling(),
    })
}

fn saying(supposed: &Supposed) -> Saying {
    let (method, says) = match supposed.way {
        Way::CodeIn => (MarkMethod::Code, MarkWord::In),
        Way::CodeOut => (MarkMethod::Code, MarkWord::Out),
        Way::Roster => (MarkMethod::Roster, word(supposed.presence)),
        Way::Offline => (MarkMethod::Offline, word(supposed.presence)),
        Way::ByHand => (MarkMethod::ByHand, word(supposed.presence)),
        Way::Leave => (MarkMethod::Leave, MarkWord::Leave),
        Way::Amendment => (MarkMethod::Ruling, word(supposed.presence)),
    };
    let now = supposed.received_at.unwrap_or(supposed.at);
    Saying {
        id: MarkTryId::new(),
        method,
        says,
        in_at: if supposed.way == Way::CodeIn { Some(now) } else { supposed.in_at },
        out_at: if supposed.way == Way::CodeOut { Some(now) } else { supposed.out_at },
        device: None,
        sequence: 0,
        received_at: now,
    }
}

/// The rate of the person in the class with the mark.
async fn rate(
    db: &impl ConnectionTrait,
    session: &class_session::Model,
    supposed: &Supposed,
    before: i32,
    standing: Option<Standing>,
) -> Result<RateView> {
    let mut held = service::held(db, session.class_id).await?;
    let totals = service::totals(db, session.class_id).await?;
    let mut credited = totals.get(&supposed.enrolment_id).map_or(0, |minutes| minutes.credited);
    if let Some(standing) = standing
        && supposed.way != Way::Leave
    {
        if session.status == ClassSessionStatus::Planned {
            held += Span::of(session).minutes();
        }
        credited += i64::from(standing.minutes) - i64::from(before);
    }
    Ok(Minutes { credited, held }.rate().view(2))
}

//! Drawing a sample, calling, going there, writing down what was answered.

use entities::{
    call_back, call_sample, call_try, training_class,
    values::{CallBackId, CallSampleId, CallStatus, CallTry, CallTryId, ClassId, ClassStatus, DoubtKind, EnrolmentId},
};
use ring::rand::{SecureRandom, SystemRandom};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can, hex, unhex};
use crate::attendance;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::callbacks::forms::Answers;
use crate::callbacks::lifecycle::CallAction;
use crate::callbacks::rights::{DrawSamples, MakeCalls, RecordAnswers, SeeSamples};
use crate::callbacks::rules::{self, Contradiction, METHOD};
use crate::callbacks::store;
use crate::classes;
use crate::data::{Audit, Vault, Work};
use crate::enrolments;
use crate::policy::{Rule, RuleBook};
use crate::supervision::{self, Found};
use crate::web::{Todo, perhaps_in};

use call_back::Column;

/// Whether people of a class can be called back: it has ended.
pub(super) fn is_over(class: &training_class::Model) -> bool {
    matches!(class.status, ClassStatus::Ended | ClassStatus::Closed)
}

/// Draws who of a class is called back: once, among all who have a mark.
///
/// # Errors
/// `NotFound` out of sight; `callback.not_ended`, `callback.drawn`, `callback.nobody`.
pub(crate) async fn draw(by: &Can<DrawSamples>, work: &Work, vault: &Vault, id: ClassId) -> Result<()> {
    let class = classes::visible(work.db(), &by.scope(), id).await?;
    if !is_over(&class) {
        return Err(Error::refused("callback.not_ended"));
    }
    if store::sample(work.db(), id).await?.is_some() {
        return Err(Error::refused("callback.drawn"));
    }
    let population: Vec<EnrolmentId> = attendance::totals(work.db(), id).await?.into_keys().collect();
    if population.is_empty() {
        return Err(Error::refused("callback.nobody"));
    }
    let percent = RuleBook::load(work.db()).await?.value(Rule::CallBackPercent, &class.area_code, work.today())?;
    let mut seed = [0_u8; 32];
    SystemRandom::new().fill(&mut seed).map_err(|_| Error::internal("the system gives no random bytes"))?;
    let list = rules::listed(&population);
    let drawn = rules::sample(&seed, &population, rules::size(population.len(), percent));
    let sample = call_sample::Model {
        id: CallSampleId::new(),
        class_id: id,
        area_code: class.area_code.clone(),
        seed: hex(&seed),
        method: METHOD.to_owned(),
        population_hash: rules::hash(&list),
        population: list,
        percent: i32::try_from(percent.clamp(0, 100)).map_err(Error::internal)?,
        drawn_by: by.account,
        drawn_at: work.now,
    };
    let seats = enrolments::by_ids(work.db(), &drawn).await?;
    let mut calls = Vec::with_capacity(drawn.len());
    for (enrolment, ordinal) in drawn.into_iter().zip(1..) {
        let seat = seats.get(&enrolment).ok_or(Error::NotFound("enrolment"))?;
        let call = CallBackId::new();
        calls.push(call_back::Model {
            id: call,
            sample_id: sample.id,
            class_id: id,
            enrolment_id: enrolment,
            area_code: class.area_code.clone(),
            home_code: seat.area_code.clone(),
            ordinal,
            status: CallStatus::Due,
            missed: 0,
            visited: false,
            attended: None,
            days: None,
            taught: None,
            paid: None,
            certificate: None,
            sealed: store::seal_note(vault, call, "")?,
            recorded_by: None,
            recorded_at: None,
            version: 1,
        });
    }
    let detail = json!({
        "population": population.len(), "hash": sample.population_hash, "drawn": calls.len(), "method": METHOD,
    });
    work.record(Audit::of("draw", "class", id).by_actor(Some(by.actor())).area(&class.area_code).detail(detail));
    store::insert(work, sample, calls)
        .await
        .map_err(|e| if e.is_duplicate() { Error::refused("callback.drawn") } else { e })
}

/// A sample drawn again from what is written down.
pub(super) struct Replay {
    pub sample: call_sample::Model,
    pub calls: Vec<call_back::Model>,
    pub population: Vec<EnrolmentId>,
    /// The hash is that of the list.
    pub hash_fits: bool,
    /// The same people come out, in the same order.
    pub same: bool,
}

/// The class with its sample, where one was drawn, drawn again.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn replay(
    by: &Can<SeeSamples>,
    db: &impl ConnectionTrait,
    id: ClassId,
) -> Result<(training_class::Model, Option<Replay>)> {
    let class = classes::visible(db, &by.scope(), id).await?;
    let Some(sample) = store::sample(db, id).await? else { return Ok((class, None)) };
    let calls = store::drawn(db, &sample).await?;
    let population = rules::read(&sample.population);
    let seed = unhex(&sample.seed).ok_or_else(|| Error::internal("a seed cannot be read"))?;
    let due = rules::size(population.len(), i64::from(sample.percent));
    let again = if sample.method == METHOD { rules::sample(&seed, &population, due) } else { Vec::new() };
    let same = again.iter().eq(calls.iter().map(|call| &call.enrolment_id));
    let hash_fits = rules::hash(&sample.population) == sample.population_hash;
    Ok((class, Some(Replay { sample, calls, population, hash_fits, same })))
}

/// Somebody was called in vain; after so many days somebody of the village goes there.
///
/// # Errors
/// `NotFound`; `callback.tried_today`, `move.illegal`.
pub(crate) async fn miss(by: &Can<MakeCalls>, work: &Work, id: CallBackId) -> Result<()> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    let stays = row.status.after(CallAction::Miss)?;
    if store::missed_on(work.db(), id, work.today()).await? {
        return Err(Error::refused("callback.tried_today"));
    }
    tried(by.actor(), work, id, CallTry::Unreachable).await?;
    let most = RuleBook::load(work.db()).await?.value(Rule::CallBackTries, &row.area_code, work.today())?;
    let missed = row.missed + 1;
    let last = i64::from(missed) >= most;
    let (action, to) =
        if last { (CallAction::SendOut, row.status.after(CallAction::SendOut)?) } else { (CallAction::Miss, stays) };
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::Missed, Expr::value(missed)),
        (Column::Visited, Expr::value(last)),
    ];
    store::change(work, &row, set).await?;
    record_deed(by.actor(), work, &row, action, json!({ "class": row.class_id, "missed": missed }));
    Ok(())
}

async fn tried(by: &Actor, work: &Work, id: CallBackId, outcome: CallTry) -> Result<()> {
    let row = call_try::Model {
        id: CallTryId::new(),
        call_back_id: id,
        outcome,
        tried_on: work.today(),
        tried_at: work.now,
        tried_by: by.account,
    };
    store::insert_try(work, row)
        .await
        .map_err(|e| if e.is_duplicate() { Error::refused("callback.tried_today") } else { e })
}

fn record_deed(by: &Actor, work: &Work, row: &call_back::Model, action: CallAction, detail: serde_json::Value) {
    let audit = Audit::of(action.into(), "call_back", row.id).by_actor(Some(by)).area(&row.area_code);
    work.record(audit.detail(detail));
}

/// Who may move a call on from here: the village where somebody goes there, the county on the phone.
fn require_open(row: &call_back::Model, by: &Actor, action: CallAction) -> Result<CallStatus> {
    let to = row.status.after(action)?;
    if row.status.open_to(by.role).contains(&action) { Ok(to) } else { Err(Error::Forbidden) }
}

/// Writes down what somebody answered. What contradicts the record is a doubt.
///
/// # Errors
/// `NotFound`; `Forbidden`, `move.illegal`; `Invalid` for a note that is too long.
pub(crate) async fn record(
    by: &Can<RecordAnswers>,
    work: &Work,
    vault: &Vault,
    id: CallBackId,
    answers: &Answers,
) -> Result<()> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    let to = require_open(&row, by.actor(), CallAction::Record)?;
    let note = perhaps_in("note", answers.note.as_deref())?;
    tried(by.actor(), work, id, CallTry::Reached).await?;
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::Attended, Expr::value(answers.attended)),
        (Column::Days, Expr::value(answers.days)),
        (Column::Taught, Expr::value(answers.taught)),
        (Column::Paid, Expr::value(answers.paid)),
        (Column::Certificate, Expr::value(answers.certificate)),
        (Column::Sealed, Expr::value(store::seal_note(vault, id, note)?)),
        (Column::RecordedBy, Expr::value(by.account)),
        (Column::RecordedAt, Expr::value(work.now)),
    ];
    store::change(work, &row, set).await?;
    let found = contradictions(work.db(), &row, answers).await?;
    let words: Vec<&str> = found.iter().map(|what| what.as_str()).collect();
    record_deed(by.actor(), work, &row, CallAction::Record, json!({ "class": row.class_id, "contradicts": words }));
    if found.is_empty() {
        return Ok(());
    }
    let doubt = Found {
        class: row.class_id,
        session: None,
        enrolment: Some(row.enrolment_id),
        kind: DoubtKind::CallBack,
        key: id.to_string(),
        facts: json!({ "contradicts": words, "attended": answers.attended, "paid": answers.paid }),
    };
    supervision::raise(work, Some(by.actor()), doubt).await.map(drop)
}

/// What of the answers contradicts what is credited now.
pub(super) async fn contradictions(
    db: &impl ConnectionTrait,
    row: &call_back::Model,
    answers: &Answers,
) -> Result<Vec<Contradiction>> {
    let totals = attendance::totals(db, row.class_id).await?;
    let credited = totals.get(&row.enrolment_id).map_or(0, |minutes| minutes.credited);
    Ok(rules::contradictions(answers, credited))
}

/// Nobody was found at home either.
///
/// # Errors
/// `NotFound`; `Forbidden`, `move.illegal`.
pub(super) async fn give_up(by: &Can<RecordAnswers>, work: &Work, id: CallBackId) -> Result<()> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    let to = require_open(&row, by.actor(), CallAction::GiveUp)?;
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::RecordedBy, Expr::value(by.account)),
        (Column::RecordedAt, Expr::value(work.now)),
    ];
    store::change(work, &row, set).await?;
    record_deed(by.actor(), work, &row, CallAction::GiveUp, json!({ "class": row.class_id }));
    Ok(())
}

/// Calls wait for the county, visits for the village.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<RecordAnswers>().is_err() {
        return Ok(todos);
    }
    for (status, key) in [(CallStatus::Due, "callback-todo_due"), (CallStatus::Visit, "callback-todo_visit")] {
        // Whose turn it is stands first in the table.
        let mine = status.waits_for() == Some(actor.role);
        if !mine {
            continue;
        }
        let count = store::count(db, actor, status).await?;
        if count > 0 {
            todos.push(Todo {
                mine,
                href: format!("/call-backs?status={status}"),
                key,
                args: vec![("count", count.to_string())],
                why: "callback-todo_why",
                why_args: Vec::new(),
                due: None,
            });
        }
    }
    Ok(todos)
}

//! Gathering what is kept about whoever asks.

use std::collections::HashMap;

use entities::{
    training_class,
    values::{ClassId, EnrolmentId, PersonId},
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::{Error, Result};
use crate::corrections;
use crate::data::Audit;
use crate::mydata::rights::SeeOwnData;
use crate::mydata::store;
use crate::mydata::views::{OwnData, OwnMark, OwnPerson, OwnSeat};
use crate::people::{self, unseal};
use crate::reveals;
use crate::web::Tools;

/// Everything about the person of the account, once it is written down that it was asked for.
///
/// # Errors
/// `NotFound` for an account that stands for no person.
pub(crate) async fn own_data(by: &Can<SeeOwnData>, _fresh: Fresh, tools: Tools<'_>) -> Result<OwnData> {
    let id = by.person.ok_or(Error::NotFound("person"))?;
    let told = Audit::of("read_own", "person", id).by_actor(Some(by.actor()));
    tools
        .desk
        .write(async |work| {
            work.record(told);
            Ok(())
        })
        .await?;
    let db = tools.db.reader();
    let person = store::person(db, id).await?;
    let private = unseal(tools.vault, &person)?;
    let household = store::household(db, &person).await?;
    Ok(OwnData {
        told_at: tools.clock.now(),
        person: OwnPerson::of(person, private, household.map(|household| household.number)),
        services: store::services(db, id).await?.into_iter().map(Into::into).collect(),
        seats: seats(db, id).await?,
        completions: store::completions(db, id).await?.into_iter().map(Into::into).collect(),
        claim_lines: store::claim_lines(db, id).await?.into_iter().map(Into::into).collect(),
        hires: store::hires(db, id).await?.into_iter().map(Into::into).collect(),
        corrections: corrections::of_oneself(&by.prove()?, db, tools.vault, store::MOST).await?,
        history: people::of_oneself(by.actor(), db, tools.vault, store::MOST).await?,
        messages: store::messages(db, by.account).await?.into_iter().map(Into::into).collect(),
        reveals: reveals::seen_by(db, id).await?,
    })
}

async fn seats(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<OwnSeat>> {
    let rows = store::enrolments(db, id).await?;
    let ids: Vec<EnrolmentId> = rows.iter().map(|row| row.id).collect();
    let classes: Vec<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let classes: HashMap<ClassId, training_class::Model> =
        store::classes(db, &classes).await?.into_iter().map(|class| (class.id, class)).collect();
    let mut seats: HashMap<EnrolmentId, OwnSeat> =
        rows.iter().map(|row| (row.id, OwnSeat::of(row, classes.get(&row.class_id)))).collect();
    for (mark, session) in store::marks(db, &ids).await? {
        if let Some(seat) = seats.get_mut(&mark.enrolment_id) {
            seat.attendance.push(OwnMark::of(mark, session));
        }
    }
    for row in store::assessments(db, &ids).await? {
        if let Some(seat) = seats.get_mut(&row.enrolment_id) {
            seat.assessments.push(row.into());
        }
    }
    for row in store::certificates(db, &ids).await? {
        if let Some(seat) = seats.get_mut(&row.enrolment_id) {
            seat.certificates.push(row.into());
        }
    }
    for seat in seats.values_mut() {
        seat.attendance.sort_by_key(|mark| mark.session_starts_at);
    }
    Ok(ids.iter().filter_map(|id| seats.remove(id)).collect())
}

//! Writing into the ledger, and reading it.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    person, service_event,
    values::{PersonId, ServiceId},
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::base::paging::Page;
use crate::base::{Error, FieldError, Result};
use crate::data::{Audit, Work};
use crate::people::forms::{NewService, ServicesQuery};
use crate::people::ledger::rules::{Written, rests};
use crate::people::ledger::store::Served;
use crate::people::rights::{RecordServices, SeePeople};
use crate::people::store;
use crate::people::views::ServiceView;
use crate::tallies;

/// The row of a service, or what is wrong with it by itself.
fn judge(
    person: &person::Model,
    input: &NewService,
    today: NaiveDate,
) -> Result<service_event::Model, Vec<FieldError>> {
    let note = input.note.as_deref().unwrap_or_default();
    Written::read(Some(input.kind), &input.held_on, &input.provider, note, today).of(&Served::of(person))
}

async fn write(by: &Can<RecordServices>, work: &Work, rows: &[service_event::Model]) -> Result<()> {
    store::insert_services(work, rows.to_vec()).await?;
    for row in rows {
        tallies::serve(work, row);
        work.record(Audit::of("record", "service", row.id).by_actor(Some(by.actor())).area(&row.area_code));
    }
    Ok(())
}

/// Writes a service into the ledger: one person-time.
///
/// # Errors
/// `NotFound` for a person out of scope, `Invalid` by field, `person.suspended`.
pub(crate) async fn record_service(
    by: &Can<RecordServices>,
    work: &Work,
    input: &NewService,
) -> Result<service_event::Model> {
    let person = store::visible(work.db(), &by.scope(), input.person_id).await?;
    let row = judge(&person, input, work.today()).map_err(Error::Invalid)?;
    if rests(person.status) {
        return Err(Error::refused("person.suspended"));
    }
    write(by, work, std::slice::from_ref(&row)).await?;
    Ok(row)
}

/// Writes many, each for its person: all of them, or none.
///
/// # Errors
/// `Invalid` with every fault of every service, named `services[n].field`.
pub(crate) async fn record_services(
    by: &Can<RecordServices>,
    work: &Work,
    services: &[NewService],
) -> Result<Vec<service_event::Model>> {
    let ids: Vec<PersonId> = services.iter().map(|service| service.person_id).collect();
    let people: HashMap<PersonId, person::Model> =
        store::all_visible(work.db(), &by.scope(), &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    let (mut rows, mut faults) = (Vec::with_capacity(services.len()), Vec::new());
    for (n, service) in services.iter().enumerate() {
        let judged = match people.get(&service.person_id) {
            None => Err(vec![FieldError::new("person_id", "invalid.person_unknown")]),
            Some(person) if rests(person.status) => {
                Err(vec![FieldError::new("person_id", "invalid.person_rests").with("name", &person.name)])
            }
            Some(person) => judge(person, service, work.today()),
        };
        match judged {
            Ok(row) => rows.push(row),
            Err(wrong) => faults.extend(
                wrong.into_iter().map(|e| FieldError { field: format!("services[{n}].{}", e.field).into(), ..e }),
            ),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    write(by, work, &rows).await?;
    Ok(rows)
}

/// A page of the service ledger.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn services(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    query: &ServicesQuery,
) -> Result<Page<ServiceView>> {
    let paging = query.paging()?;
    let (after, limit) = (paging.after::<ServiceId>()?, paging.limit());
    let rows = store::services(db, &by.scope(), paging.area.as_deref(), after, limit + 1).await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    Ok(page.map(|row| ServiceView::of(row, by.actor())))
}

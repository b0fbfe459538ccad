//! What a service must be to stand in the ledger.

use chrono::NaiveDate;
use entities::{
    service_event,
    values::{PersonId, PersonStatus, ServiceId, ServiceKind},
};

use crate::base::FieldError;
use crate::people::ledger::store::Served;
use crate::people::rules::read_date;

/// By what a file's service is the same as one that stands: who was served, with what, on which day. By hand the same may be
/// recorded twice a day, for it may have been given twice; a file that is sent again tells of nothing new.
pub(super) type Key = (PersonId, ServiceKind, NaiveDate);

/// A service as it was written down, with what is wrong with it whoever was served.
#[derive(Debug)]
pub(super) struct Written {
    pub kind: Option<ServiceKind>,
    pub held_on: Option<NaiveDate>,
    provider: String,
    note: String,
    pub faults: Vec<FieldError>,
}

impl Written {
    pub(super) fn read(kind: Option<ServiceKind>, held_on: &str, provider: &str, note: &str, today: NaiveDate) -> Self {
        let mut faults = Vec::new();
        if kind.is_none() {
            faults.push(FieldError::new("kind", "invalid.choice"));
        }
        let held_on = read_date(held_on);
        match held_on {
            None => faults.push(FieldError::new("held_on", "invalid.date")),
            Some(day) if day > today => faults.push(FieldError::new("held_on", "invalid.date_future")),
            Some(_) => {}
        }
        let (provider, note) = (provider.trim(), note.trim());
        if provider.is_empty() || provider.chars().count() > 64 {
            faults.push(FieldError::new("provider", "invalid.length"));
        }
        if note.chars().count() > 200 {
            faults.push(FieldError::new("note", "invalid.too_long"));
        }
        Self { kind, held_on, provider: provider.to_owned(), note: note.to_owned(), faults }
    }

    /// The row of the ledger for somebody.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn of(mut self, person: &Served) -> Result<service_event::Model, Vec<FieldError>> {
        if self.held_on.is_some_and(|day| day < person.birth_on) {
            let early = FieldError::new("held_on", "invalid.service_before_birth");
            self.faults.push(early.with("name", &person.name));
        }
        match (self.kind, self.held_on) {
            (Some(kind), Some(held_on)) if self.faults.is_empty() => Ok(service_event::Model {
                id: ServiceId::new(),
                person_id: person.id,
                area_code: person.area_code.clone(),
                kind,
                held_on,
                provider: self.provider,
                note: self.note,
            }),
            _ => Err(self.faults),
        }
    }
}

/// Whether nothing is written down for somebody while his record rests.
pub(super) fn rests(status: PersonStatus) -> bool {
    matches!(status, PersonStatus::Suspended | PersonStatus::Merged)
}

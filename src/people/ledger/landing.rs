//! Rows of a file that reach the ledger: each finds the person whom its number names, and stands once.

use std::collections::{HashMap, HashSet};

use entities::{service_event, values::PersonId};
use sea_orm::ConnectionTrait;

use crate::access::Scope;
use crate::base::{FieldError, Result};
use crate::data::Work;
use crate::people::ledger::file::Note;
use crate::people::ledger::rules::{Key, rests};
use crate::people::ledger::store::{self, Hold, Served};
use crate::people::store::insert_services;
use crate::tallies;

/// What became of rows that arrived.
#[derive(Debug, Default)]
pub(crate) struct Landing {
    pub added: usize,
    /// Services that stood in the ledger already, or twice in the file.
    pub standing: usize,
    /// Lines that were not taken, with everything that is wrong.
    pub refused: Vec<(u64, Vec<FieldError>)>,
}

/// Services that came before in the same file.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashSet<Key>);

/// Whom a row names: number and name must agree.
fn named<'p>(note: &Note, people: &'p HashMap<String, Served>) -> std::result::Result<&'p Served, Option<FieldError>> {
    let fault = |code: &'static str| Some(FieldError::new("id_number", code));
    match note.numbers.iter().find_map(|number| people.get(number)) {
        Some(person) if note.name.is_empty() || person.name == note.name => Ok(person),
        Some(_) => Err(fault("invalid.id_other_name")),
        // What is wrong with the number itself is told already.
        None if note.numbers.is_empty() => Err(None),
        // Who lives elsewhere is out of sight.
        None => Err(fault("invalid.number_unknown")),
    }
}

/// The row of the ledger, or everything that is wrong with it.
fn entered(
    mut note: Note,
    people: &HashMap<String, Served>,
) -> std::result::Result<service_event::Model, Vec<FieldError>> {
    match named(&note, people) {
        Ok(person) => {
            if rests(person.status) {
                note.written
                    .faults
                    .push(FieldError::new("id_number", "invalid.person_rests").with("name", &person.name));
            }
            note.written.of(person)
        }
        Err(fault) => {
            note.written.faults.extend(fault);
            Err(note.written.faults)
        }
    }
}

/// The rows that the ledger has not yet; all others are counted or refused.
async fn sort_out(
    db: &impl ConnectionTrait,
    within: &str,
    notes: Vec<Note>,
    seen: &mut Seen,
    hold: Hold,
) -> Result<(Landing, Vec<service_event::Model>)> {
    let scope = Scope::Area(within.to_owned());
    let numbers = notes.iter().flat_map(|note| &note.numbers).cloned().collect();
    let people = store::by_numbers(db, &scope, numbers, hold).await?;
    let (mut landing, mut rows) = (Landing::default(), Vec::with_capacity(notes.len()));
    for note in notes {
        let line = note.line;
        match entered(note, &people) {
            Ok(row) => rows.push(row),
            Err(faults) => landing.refused.push((line, faults)),
        }
    }
    let days = rows.iter().map(|row| row.held_on);
    let Some(days) = days.clone().min().zip(days.max()) else { return Ok((landing, rows)) };
    let served: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let standing = store::standing(db, served, days).await?;
    let before = rows.len();
    rows.retain(|row| {
        let key = (row.person_id, row.kind, row.held_on);
        !standing.contains(&key) && seen.0.insert(key)
    });
    landing.standing = before - rows.len();
    landing.added = rows.len();
    Ok((landing, rows))
}

/// Writes the services that are new into the ledger, each one person-time of its person's village.
///
/// # Errors
/// Of the database.
pub(crate) async fn land(work: &Work, within: &str, notes: Vec<Note>) -> Result<Landing> {
    let (landing, rows) = sort_out(work.db(), within, notes, &mut Seen::default(), Hold::Held).await?;
    for row in &rows {
        tallies::serve(work, row);
    }
    insert_services(work, rows).await?;
    Ok(landing)
}

/// What would become of them, as the ledger stands now; nothing is written.
///
/// # Errors
/// Of the database.
pub(crate) async fn foresee(
    db: &impl ConnectionTrait,
    within: &str,
    notes: Vec<Note>,
    seen: &mut Seen,
) -> Result<Landing> {
    let (landing, _) = sort_out(db, within, notes, seen, Hold::Free).await?;
    Ok(landing)
}

//! The attendance book: tries are written into it, and what stands of the people they are of follows from all of them. Every
//! door writes here and nowhere else.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, class_session, mark_try,
    values::{AccountId, EnrolmentId, MarkMethod, MarkStanding, MarkTryId, MarkWord, Presence, SessionId},
};
use serde_json::json;

use crate::attendance::rules::Span;
use crate::attendance::standing::{Saying, Standing, stand};
use crate::attendance::store;
use crate::base::Result;
use crate::data::Work;

/// One person in one session.
pub(crate) type Place = (SessionId, EnrolmentId);

/// What stands of some people in some sessions, and what is added to it.
#[derive(Debug, Default)]
pub(crate) struct Book {
    tries: HashMap<Place, Vec<mark_try::Model>>,
    marks: HashMap<Place, attendance_mark::Model>,
    added: Vec<mark_try::Model>,
}

/// A mark that is another one now.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub old: Option<attendance_mark::Model>,
    pub new: attendance_mark::Model,
}

/// What came of writing.
#[derive(Debug)]
pub(crate) struct Written {
    /// In the order of places.
    pub changes: Vec<Change>,
    /// What stands now wherever the book was open.
    pub marks: HashMap<Place, attendance_mark::Model>,
}

impl Change {
    /// For the audit log.
    pub(crate) fn told(&self) -> serde_json::Value {
        json!({ "enrolment": self.new.enrolment_id, "old": self.old.as_ref().map(said), "new": said(&self.new) })
    }
}

/// A mark as it is told where it changes.
pub(crate) fn said(mark: &attendance_mark::Model) -> serde_json::Value {
    json!({
        "presence": mark.presence, "in_at": mark.in_at, "out_at": mark.out_at, "minutes": mark.minutes,
        "method": mark.method, "standing": mark.standing,
    })
}

impl Book {
    /// Opens the book at these places.
    pub(crate) async fn open(work: &Work, places: &[Place]) -> Result<Self> {
        let mut book = Self::default();
        for places in places.chunks(1_000) {
            for row in store::tries_at(work.db(), places).await? {
                if let (Some(session), Some(enrolment)) = (row.session_id, row.enrolment_id) {
                    book.tries.entry((session, enrolment)).or_default().push(row);
                }
            }
            for mark in store::marks_at(work.db(), places).await? {
                book.marks.insert((mark.session_id, mark.enrolment_id), mark);
            }
        }
        Ok(book)
    }

    /// Every try of somebody there, refused ones too, with those that are being added.
    pub(crate) fn tries(&self, place: Place) -> impl Iterator<Item = &mark_try::Model> {
        self.tries.get(&place).into_iter().flatten()
    }

    pub(crate) fn mark(&self, place: Place) -> Option<&attendance_mark::Model> {
        self.marks.get(&place)
    }

    /// Adds a try: whoever asks from now on finds it.
    pub(crate) fn add(&mut self, row: mark_try::Model) {
        if let (Some(session), Some(enrolment)) = (row.session_id, row.enrolment_id) {
            self.keep_mark_without_try((session, enrolment));
            self.tries.entry((session, enrolment)).or_default().push(row.clone());
        }
        self.added.push(row);
    }

    /// A mark that no try says is put into words before the first try comes, or it would be lost with it.
    fn keep_mark_without_try(&mut self, place: Place) {
        let accepted = self.tries(place).any(|row| row.refusal.is_none());
        if let Some(mark) = self.marks.get(&place).filter(|_| !accepted) {
            let row = try_of_mark(mark);
            self.tries.entry(place).or_default().push(row.clone());
            self.added.push(row);
        }
    }

    /// Writes what was added, and what stands now of everybody whom it is of.
    pub(crate) async fn write(
        mut self,
        work: &Work,
        sessions: &HashMap<SessionId, class_session::Model>,
    ) -> Result<Written> {
        let mut touched: BTreeMap<Place, AccountId> = BTreeMap::new();
        for row in self.added.iter().filter(|row| row.refusal.is_none()) {
            if let (Some(session), Some(enrolment)) = (row.session_id, row.enrolment_id) {
                touched.insert((session, enrolment), row.account_id);
            }
        }
        let mut changes = Vec::with_capacity(touched.len());
        for (place, by) in touched {
            let Some(session) = sessions.get(&place.0) else { continue };
            let said: Vec<Saying> = self.tries(place).filter_map(Saying::of).collect();
            let Some(standing) = stand(Span::of(session), &said) else { continue };
            let old = self.marks.get(&place).cloned();
            let new = row(place, by, work, standing, old.as_ref());
            if old.as_ref().is_none_or(|old| differs(old, &new)) {
                self.marks.insert(place, new.clone());
                changes.push(Change { old, new });
            }
        }
        store::insert_tries(work, self.added).await?;
        store::put(work, &changes).await?;
        Ok(Written { changes, marks: self.marks })
    }
}

fn differs(old: &attendance_mark::Model, new: &attendance_mark::Model) -> bool {
    (old.presence, old.in_at, old.out_at, old.minutes, old.method, old.standing)
        != (new.presence, new.in_at, new.out_at, new.minutes, new.method, new.standing)
}

fn row(
    (session_id, enrolment_id): Place,
    by: AccountId,
    work: &Work,
    standing: Standing,
    old: Option<&attendance_mark::Model>,
) -> attendance_mark::Model {
    attendance_mark::Model {
        session_id,
        enrolment_id,
        presence: standing.presence,
        in_at: standing.in_at,
        out_at: standing.out_at,
        minutes: standing.minutes,
        method: standing.method,
        marked_by: by,
        marked_at: work.now,
        standing: standing.standing,
        version: old.map_or(1, |old| old.version + 1),
    }
}

/// The word of a presence.
pub(crate) fn word(presence: Presence) -> MarkWord {
    match presence {
        Presence::Present => MarkWord::Present,
        Presence::Late => MarkWord::Late,
        Presence::Absent => MarkWord::Absent,
        Presence::Leave => MarkWord::Leave,
    }
}

/// A try of that account by that way at that time; whose it is, where and what else it says is added by who knows it.
pub(crate) fn blank(account_id: AccountId, method: MarkMethod, says: MarkWord, at: DateTime<Utc>) -> mark_try::Model {
    mark_try::Model {
        id: MarkTryId::new(),
        session_id: None,
        class_id: None,
        enrolment_id: None,
        account_id,
        method,
        says,
        in_at: None,
        out_at: None,
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

/// A mark that came before the book was kept, or was loaded, as a try.
pub(crate) fn try_of_mark(mark: &attendance_mark::Model) -> mark_try::Model {
    debug_assert!(mark.standing == MarkStanding::Credited, "every other mark has its tries");
    mark_try::Model {
        session_id: Some(mark.session_id),
        enrolment_id: Some(mark.enrolment_id),
        in_at: mark.in_at,
        out_at: mark.out_at,
        ..blank(mark.marked_by, MarkMethod::Import, word(mark.presence), mark.marked_at)
    }
}

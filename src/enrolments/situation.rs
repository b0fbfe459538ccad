//! The facts that decide who may sit where, read for many people and classes at once, and kept in step with what a
//! batch decides before anything of it is written.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    quota_use,
    values::{ClassId, EnrolmentId, EnrolmentStatus, PersonId, Programme},
};
use sea_orm::ConnectionTrait;

use crate::base::clock::{day_of, year_of};
use crate::base::{Error, Result};
use crate::classes::{self, ClassFacts, Span, overlaps};
use crate::eligibility;
use crate::enrolments::rules::{Case, Limits};
use crate::enrolments::store;
use crate::exclusions::{self, Entry};
use crate::people::{self, Facts};
use crate::policy::{Rule, RuleBook};

/// What is known when seats are decided.
pub(crate) struct Situation {
    today: NaiveDate,
    rules: RuleBook,
    classes: HashMap<ClassId, ClassFacts>,
    people: HashMap<PersonId, Facts>,
    /// Where people are named by exclusion lists.
    excluded: HashMap<PersonId, Vec<Entry>>,
    /// Sessions that are to be held, by class.
    sessions: HashMap<ClassId, Vec<Span>>,
    /// Classes in which a person is, with whether a seat is held there.
    live: HashMap<PersonId, HashMap<ClassId, bool>>,
    quota: HashMap<PersonId, HashSet<(Programme, i32, i32)>>,
    waiting: HashMap<ClassId, i64>,
    /// Seats that this batch took.
    pub taken: HashMap<ClassId, i32>,
}

pub(super) fn holds_seat(status: EnrolmentStatus) -> bool {
    matches!(status, EnrolmentStatus::Seated | EnrolmentStatus::Started)
}

impl Situation {
    /// Seven questions, however many people and classes there are.
    pub(crate) async fn read(
        db: &impl ConnectionTrait,
        today: NaiveDate,
        people: &[PersonId],
        asked: &[ClassId],
    ) -> Result<Self> {
        let classes = classes::facts(db, asked).await?;
        let rules = RuleBook::load(db).await?;
        let facts = people::facts(db, people).await?;
        let excluded = exclusions::entries_of(db, people).await?;
        let mut live: HashMap<PersonId, HashMap<ClassId, bool>> = HashMap::new();
        let mut quota: HashMap<PersonId, HashSet<(Programme, i32, i32)>> = HashMap::new();
        let mut timetables: HashSet<ClassId> = classes.keys().copied().collect();
        for row in store::live_of(db, people).await? {
            if let (Some(programme), Some(year), Some(n)) = (row.programme, row.year, row.n) {
                quota.entry(row.person_id).or_default().insert((programme, year, n));
            }
            let seat = holds_seat(row.status);
            live.entry(row.person_id).or_default().insert(row.class_id, seat);
            if seat && row.ends_on >= today {
                timetables.insert(row.class_id);
            }
        }
        let timetables: Vec<ClassId> = timetables.into_iter().collect();
        let mut sessions: HashMap<ClassId, Vec<Span>> = HashMap::new();
        for chunk in timetables.chunks(1_000) {
            for (class, from, to) in classes::timetables(db, chunk).await? {
                sessions.entry(class).or_default().push((from, to));
            }
        }
        let full: Vec<ClassId> =
            classes.values().filter(|c| c.taken >= c.seats || c.is_planned()).map(|c| c.id).collect();
        let waiting = if full.is_empty() { HashMap::new() } else { classes::waiting(db, &full).await? };
        let taken = HashMap::new();
        Ok(Self { today, rules, classes, people: facts, excluded, sessions, live, quota, waiting, taken })
    }

    pub(crate) fn class(&self, id: ClassId) -> Result<&ClassFacts> {
        self.classes.get(&id).ok_or(Error::NotFound("class"))
    }

    pub(crate) fn facts(&self, id: PersonId) -> Result<&Facts> {
        self.people.get(&id).ok_or(Error::NotFound("person"))
    }

    /// One person before one class, with what was decided so far. Who waits is asked again without counting as there.
    pub(crate) fn case(&self, person: PersonId, class: ClassId, moving_up: bool) -> Result<Case<'_>> {
        let (facts, row) = (self.facts(person)?, self.class(class)?);
        let year = year_of(row.starts_on);
        let rule = |rule| self.rules.value(rule, &row.area_code, row.starts_on);
        let limits = Limits { quota_programme: rule(Rule::QuotaProgramme)?, quota_year: rule(Rule::QuotaYear)? };
        let used = |programme: Option<Programme>| {
            let rows = self.quota.get(&person).into_iter().flatten();
            let n =
                rows.filter(|(of, on, _)| *on == year && programme.is_none_or(|programme| programme == *of)).count();
            i64::try_from(n).unwrap_or(i64::MAX)
        };
        let there = self.live.get(&person);
        let entries = self.excluded.get(&person).map(Vec::as_slice).unwrap_or_default();
        let hit = exclusions::hit(entries, row.starts_on, row.starts_on);
        let entitled = eligibility::Rule::in_force(&self.rules, row.programme, &row.area_code, row.starts_on)?;
        Ok(Case {
            facts,
            class: row,
            today: self.today,
            limits,
            already: !moving_up && there.is_some_and(|there| there.contains_key(&class)),
            used_programme: used(Some(row.programme)),
            used_year: used(None),
            entitled: entitled.verdicts(facts, hit),
            clash: self.clash(person, class),
        })
    }

    /// The first day on which the person sits elsewhere while this class is taught.
    fn clash(&self, person: PersonId, class: ClassId) -> Option<NaiveDate> {
        let wanted = self.sessions.get(&class)?;
        let elsewhere = self.live.get(&person)?.iter().filter(|(other, seat)| **seat && **other != class);
        elsewhere
            .filter_map(|(other, _)| self.sessions.get(other))
            .flatten()
            .filter(|held| wanted.iter().any(|span| overlaps(*span, **held)))
            .map(|held| day_of(held.0))
            .min()
    }

    /// Seats that can be taken, with what this batch took: none before the class is approved.
    pub(crate) fn left(&self, class: ClassId) -> Result<i32> {
        let row = self.class(class)?;
        if row.is_planned() {
            return Ok(0);
        }
        Ok(row.seats - row.taken - self.taken.get(&class).copied().unwrap_or_default())
    }

    /// Notes a seat: it is counted, the time is taken, the quota used. Returns the quota row to be written.
    pub(crate) fn seat(&mut self, person: PersonId, class: ClassId, id: EnrolmentId) -> Result<quota_use::Model> {
        let row = self.class(class)?;
        let (programme, year) = (row.programme, year_of(row.starts_on));
        *self.taken.entry(class).or_default() += 1;
        self.live.entry(person).or_default().insert(class, true);
        let used = self.quota.entry(person).or_default();
        // The smallest number that is free: two who take it at once break on the table's own key.
        let n = (1..).find(|n| !used.contains(&(programme, year, *n))).unwrap_or(i32::MAX);
        used.insert((programme, year, n));
        Ok(quota_use::Model { person_id: person, programme, year, n, enrolment_id: id })
    }

    /// Notes that somebody waits; returns the place in the list, from one.
    pub(crate) fn wait(&mut self, person: PersonId, class: ClassId) -> i64 {
        self.live.entry(person).or_default().insert(class, false);
        let waiting = self.waiting.entry(class).or_default();
        *waiting += 1;
        *waiting
    }
}

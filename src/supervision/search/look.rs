//! Looking at one class anew: what is found becomes a doubt, what is found no more is cleared while nobody decided.

use std::collections::{BTreeSet, HashMap, HashSet};

use entities::{
    doubt, training_class,
    values::{ClassId, DoubtKind, DoubtStatus, EnrolmentId},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::access::{Actor, Can};
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::classes;
use crate::data::{Audit, Work};
use crate::supervision::doubts::record;
use crate::supervision::facts;
use crate::supervision::lifecycle::DoubtAction;
use crate::supervision::rights::LookAgain;
use crate::supervision::search::scene::Scene;
use crate::supervision::store;
use crate::supervision::{Found, raise};

/// Whether looking finds doubts of this kind; the others are raised by people.
fn is_searched(kind: DoubtKind) -> bool {
    !matches!(kind, DoubtKind::Headcount | DoubtKind::CallBack | DoubtKind::Complaint)
}

/// What looking anew would change.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// New ones, those that are there again, and those of which more is known.
    found: Vec<Found>,
    gone: Vec<doubt::Model>,
    /// Classes that have to do with it.
    pub(super) neighbours: BTreeSet<ClassId>,
}

impl Difference {
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && self.gone.is_empty()
    }
}

/// Whether what was decided covers what is found now: nobody new is in it.
fn covers(decided: &doubt::Model, found: &Found) -> bool {
    let known: HashSet<EnrolmentId> = facts::seats(&facts::read(&decided.facts)).collect();
    facts::seats(&found.facts).all(|seat| known.contains(&seat))
}

/// The key under which something found stands: its own; or, where that was decided and others are in it since, the next
/// that is free. None where everything was decided.
fn place(found: Found, standing: &HashMap<(DoubtKind, &str), &doubt::Model>) -> (HashSet<String>, Option<Found>) {
    let (mut tried, mut n) = (HashSet::new(), 1);
    loop {
        let key = if n == 1 { found.key.clone() } else { format!("{}#{n}", found.key) };
        tried.insert(key.clone());
        match standing.get(&(found.kind, key.as_str())) {
            Some(row) if matches!(row.status, DoubtStatus::Open | DoubtStatus::Cleared) => {
                let same = row.status == DoubtStatus::Open && facts::read(&row.facts) == found.facts;
                return (tried, (!same).then_some(Found { key, ..found }));
            }
            Some(row) if covers(row, &found) => return (tried, None),
            Some(_) => n += 1,
            None => return (tried, Some(Found { key, ..found })),
        }
    }
}

/// Compares a class with what is doubted of it.
pub(super) async fn compare(db: &impl ConnectionTrait, class: training_class::Model) -> Result<Difference> {
    let rows = store::of_class(db, class.id).await?;
    let scene = Scene::of(db, class).await?;
    let standing: HashMap<(DoubtKind, &str), &doubt::Model> =
        rows.iter().map(|row| ((row.kind, row.key.as_str()), row)).collect();
    let (mut difference, mut seen) = (Difference::default(), HashSet::new());
    let other = |facts: &Value| facts::other_class(facts).map(|(_, class)| class);
    for found in scene.found() {
        let kind = found.kind;
        // Also of what stands already: the other class may not have been looked at since.
        difference.neighbours.extend(other(&found.facts));
        let (keys, found) = place(found, &standing);
        seen.extend(keys.into_iter().map(|key| (kind, key)));
        difference.found.extend(found);
    }
    let gone = rows.iter().filter(|row| row.status == DoubtStatus::Open && is_searched(row.kind));
    difference.gone = gone.filter(|row| !seen.contains(&(row.kind, row.key.clone()))).cloned().collect();
    difference.neighbours.extend(difference.gone.iter().filter_map(|row| other(&facts::read(&row.facts))));
    Ok(difference)
}

/// Looks at a class and writes what changed; returns how many doubts were raised.
pub(super) async fn look(by: Option<&Actor>, work: &Work, class: training_class::Model) -> Result<usize> {
    let (id, area) = (class.id, class.area_code.clone());
    let Difference { found, gone, .. } = compare(work.db(), class).await?;
    let (raised, cleared) = (found.len(), gone.len());
    for found in found {
        raise(work, None, found).await?;
    }
    for row in gone {
        store::move_doubt(work, &row, row.status.after(DoubtAction::Clear)?, Vec::new()).await?;
        record(work, None, &row, DoubtAction::Clear.into());
    }
    if by.is_some() {
        let detail = json!({ "raised": raised, "cleared": cleared });
        work.record(Audit::of("look", "class", id).by_actor(by).area(&area).detail(detail));
    }
    Ok(raised)
}

/// Looks at a class within a deed of its own; returns how many doubts were raised.
///
/// # Errors
/// `NotFound` where no such class is; of the database.
pub(crate) async fn look_at(work: &Work, id: ClassId) -> Result<usize> {
    let class = classes::by_id(work.db(), id).await?;
    look(None, work, class).await
}

/// Somebody looks at a class of the area by hand.
///
/// # Errors
/// `NotFound` out of sight.
pub(in crate::supervision) async fn by_hand(by: &Can<LookAgain>, work: &Work, id: ClassId) -> Result<usize> {
    let class = classes::visible(work.db(), &by.scope(), id).await?;
    look(Some(by.actor()), work, class).await
}

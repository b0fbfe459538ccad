//! Counts of completions at every level of the tree: people once per programme, person-times always.

use std::collections::{BTreeMap, HashSet};

use entities::{
    progress,
    values::{PersonId, Programme},
};

use crate::areas::Atlas;
use crate::demo::calendar::YEAR;
use crate::demo::rows::Rows;

#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Somebody who moved away would count once in each home; nobody here moves.
    counted: HashSet<(Programme, PersonId)>,
    villages: BTreeMap<(Programme, String), Count>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    people: i64,
    person_times: i64,
}

impl Tally {
    pub(super) fn count(&mut self, programme: Programme, person: PersonId, area: &str) {
        let new = self.counted.insert((programme, person));
        let count = match self.villages.get_mut(&(programme, area.to_owned())) {
            Some(count) => count,
            None => self.villages.entry((programme, area.to_owned())).or_default(),
        };
        count.people += i64::from(new);
        count.person_times += 1;
    }

    /// Distinct people of the whole year.
    pub(super) fn people(&self, programme: Programme) -> u64 {
        self.counted.iter().filter(|(of, _)| *of == programme).count() as u64
    }

    /// A counter for every area that has a completion in or below it.
    pub(super) fn tell(&self, atlas: &Atlas, rows: &mut Rows) {
        let mut areas: BTreeMap<(Programme, &str), Count> = BTreeMap::new();
        for ((programme, village), count) in &self.villages {
            for area in atlas.ancestors(village) {
                let sum = areas.entry((*programme, area)).or_default();
                sum.people += count.people;
                sum.person_times += count.person_times;
            }
        }
        rows.progress.extend(areas.into_iter().map(|((programme, area), count)| progress::Model {
            year: YEAR,
            programme,
            area_code: area.to_owned(),
            people: count.people,
            person_times: count.person_times,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::known_places::JINGSHAN;

    #[test]
    fn a_person_counts_once_and_every_level_above_knows_it() {
        let atlas = Atlas::from_rows(Atlas::embedded_rows());
        let (mut tally, mut rows, person) = (Tally::default(), Rows::default(), PersonId::new());
        tally.count(Programme::Ecommerce, person, JINGSHAN);
        tally.count(Programme::Ecommerce, person, JINGSHAN);
        tally.count(Programme::Ecommerce, PersonId::new(), "360923106");
        tally.tell(&atlas, &mut rows);
        let of = |code| rows.progress.iter().find(|p| p.area_code == code).map(|p| (p.people, p.person_times));
        assert_eq!((of(JINGSHAN), of("360923106")), (Some((1, 2)), Some((2, 3))));
        assert_eq!((of("360000"), of("360100")), (Some((2, 3)), None));
        assert_eq!(tally.people(Programme::Ecommerce), 2);
    }
}

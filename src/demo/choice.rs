//! Who of a county goes to which training: first those who wished for it, from all its villages alike.

use entities::values::{PersonId, Programme};

use crate::demo::dice::evenly;
use crate::demo::figures::PROGRAMMES;
use crate::demo::registry::Registered;

/// The people of a county who may be trained, in the order of their villages.
pub(super) struct Pool {
    people: Vec<Registered>,
    /// Who has a place already.
    chosen: Vec<bool>,
}

impl Pool {
    pub(super) fn new(people: &[Registered]) -> Self {
        let mut people: Vec<Registered> = people.iter().filter(|person| person.may_train).cloned().collect();
        people.sort_by(|a, b| a.area_code.cmp(&b.area_code));
        Self { chosen: vec![false; people.len()], people }
    }

    pub(super) fn get(&self, place: usize) -> Option<&Registered> {
        self.people.get(place)
    }

    /// How many have no place yet.
    pub(super) fn left(&self) -> usize {
        self.chosen.iter().filter(|chosen| !**chosen).count()
    }

    /// Gives a place to one of them, so that no choice falls on him any more.
    pub(super) fn reserve(&mut self, id: PersonId) -> Option<usize> {
        let place = self.people.iter().position(|person| person.id == id)?;
        *self.chosen.get_mut(place)? = true;
        Some(place)
    }

    /// Gives places to so many of one village who have none yet.
    pub(super) fn choose_in(&mut self, village: &str, wanted: usize) -> Vec<Registered> {
        let lives = |(person, chosen): &(&Registered, &mut bool)| !**chosen && person.area_code == village;
        let some = self.people.iter().zip(&mut self.chosen).filter(lives).take(wanted);
        some.map(|(person, chosen)| {
            *chosen = true;
            person.clone()
        })
        .collect()
    }

    /// So many who have no place yet, or as many as there are, in the order of their villages.
    pub(super) fn choose(&mut self, wanted: usize, programme: Programme) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(wanted);
        for rank in 0..3 {
            let group: Vec<usize> = (0..self.people.len()).filter(|i| self.is_free(*i, programme, rank)).collect();
            let some = (wanted - chosen.len()).min(group.len());
            chosen.extend(evenly(some, group.len()).filter_map(|i| group.get(i).copied()));
        }
        for place in &chosen {
            if let Some(taken) = self.chosen.get_mut(*place) {
                *taken = true;
            }
        }
        chosen.sort_unstable();
        chosen
    }

    fn is_free(&self, place: usize, programme: Programme, rank: usize) -> bool {
        let free = self.chosen.get(place).is_some_and(|chosen| !chosen);
        free && self.people.get(place).is_some_and(|person| rank_of(person.wish, programme) == rank)
    }
}

/// Those who wish for the programme, those who wish for neither, those who wish for the other.
fn rank_of(wish: &str, programme: Programme) -> usize {
    match PROGRAMMES.into_iter().find(|of| wish_of(*of) == wish) {
        Some(of) if of == programme => 0,
        None => 1,
        Some(_) => 2,
    }
}

/// 培训愿望 by its code.
fn wish_of(programme: Programme) -> &'static str {
    match programme {
        Programme::Skill => "16",
        Programme::Entrepreneurship => "17",
        Programme::Ecommerce => "18",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(wishes: &[&'static str]) -> Vec<Registered> {
        let one = |wish: &&'static str| Registered {
            id: PersonId::new(),
            id_number: String::new(),
            name: String::new(),
            area_code: "360923106206".into(),
            wish,
            may_train: true,
            sturdy: true,
        };
        wishes.iter().map(one).collect()
    }

    #[test]
    fn who_wishes_for_it_comes_first_and_nobody_is_chosen_twice() {
        let mut pool = Pool::new(&people(&["18", "", "17", "16", "17", "18"]));
        assert_eq!(pool.choose(3, Programme::Entrepreneurship), [2, 3, 4]);
        assert_eq!(pool.choose(3, Programme::Ecommerce), [0, 1, 5]);
        assert!(pool.choose(1, Programme::Ecommerce).is_empty());
    }
}

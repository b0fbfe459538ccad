//! Heads: how many people of an area have each code of each field. Pure counting; whose standing is counted, and as what,
//! is said by who calls.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::base::{Error, Result};

/// Who of an area is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everybody whose record stands there.
    All,
    /// Those whom the sheet counts.
    Registered,
}

type Fields = BTreeMap<Cow<'static, str>, BTreeMap<Box<str>, i64>>;

/// Counts by field and code. A difference between two of them is one too, so a count may be below zero until it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    all: Fields,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    registered: Fields,
}

impl Heads {
    /// What stands in a row.
    ///
    /// # Errors
    /// `Internal` for what was not written by [`Heads::keep`].
    pub fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| Error::internal("the heads of an area cannot be read"))
    }

    /// What is kept in a row: no zeros.
    ///
    /// # Errors
    /// `Internal` when somebody was taken away who was never counted.
    pub fn keep(mut self) -> Result<String> {
        self.trim();
        if self.parts().any(|fields| fields.values().flat_map(BTreeMap::values).any(|n| *n < 0)) {
            return Err(Error::internal("somebody was taken out of a count who was not in it"));
        }
        serde_json::to_string(&self).map_err(Error::internal)
    }

    /// So many more, or fewer, with this code.
    pub fn shift(&mut self, part: Part, field: &'static str, code: &str, by: i64) {
        let codes = self.part_mut(part).entry(Cow::Borrowed(field)).or_default();
        match codes.get_mut(code) {
            Some(n) => *n += by,
            None => drop(codes.insert(code.into(), by)),
        }
    }

    pub fn of(&self, part: Part, field: &str, code: &str) -> i64 {
        self.part(part).get(field).and_then(|codes| codes.get(code)).copied().unwrap_or_default()
    }

    /// Codes of a field with their counts, in the order of the codes.
    pub fn codes(&self, part: Part, field: &str) -> impl Iterator<Item = (&str, i64)> {
        self.part(part).get(field).into_iter().flatten().map(|(code, n)| (&**code, *n))
    }

    /// All who have any code of the field.
    pub fn sum(&self, part: Part, field: &str) -> i64 {
        self.codes(part, field).map(|(_, n)| n).sum()
    }

    pub fn add(&mut self, other: &Self) {
        for (mine, others) in [(&mut self.all, &other.all), (&mut self.registered, &other.registered)] {
            for (field, codes) in others {
                let into = mine.entry(field.clone()).or_default();
                for (code, n) in codes {
                    match into.get_mut(code) {
                        Some(sum) => *sum += n,
                        None => drop(into.insert(code.clone(), *n)),
                    }
                }
            }
        }
    }

    /// Adds all of another one, which is no longer needed.
    pub fn take_in(&mut self, other: Self) {
        if self.all.is_empty() && self.registered.is_empty() {
            *self = other;
        } else {
            self.add(&other);
        }
    }

    /// The same without one field, for who cannot count it.
    #[must_use]
    pub fn without(mut self, part: Part, field: &str) -> Self {
        self.part_mut(part).remove(field);
        self
    }

    /// The first count in which two differ: field, code, here and there.
    pub fn differs(&self, other: &Self) -> Option<(String, i64, i64)> {
        let pairs = [("all", &self.all, &other.all), ("registered", &self.registered, &other.registered)];
        for (part, mine, others) in pairs {
            let of = |fields: &Fields, field: &str, code: &str| -> i64 {
                fields.get(field).and_then(|codes| codes.get(code)).copied().unwrap_or_default()
            };
            for (field, code) in
                mine.iter().chain(others).flat_map(|(field, codes)| codes.keys().map(move |code| (field, code)))
            {
                let (here, there) = (of(mine, field, code), of(others, field, code));
                if here != there {
                    return Some((format!("{part} {field} {code}").trim_end().to_owned(), here, there));
                }
            }
        }
        None
    }

    /// Whether it changes nothing.
    pub fn is_nothing(&self) -> bool {
        self.parts().all(|fields| fields.values().flat_map(BTreeMap::values).all(|n| *n == 0))
    }

    fn trim(&mut self) {
        for fields in [&mut self.all, &mut self.registered] {
            for codes in fields.values_mut() {
                codes.retain(|_, n| *n != 0);
            }
            fields.retain(|_, codes| !codes.is_empty());
        }
    }

    fn parts(&self) -> impl Iterator<Item = &Fields> {
        [&self.all, &self.registered].into_iter()
    }

    fn part(&self, part: Part) -> &Fields {
        match part {
            Part::All => &self.all,
            Part::Registered => &self.registered,
        }
    }

    fn part_mut(&mut self, part: Part) -> &mut Fields {
        match part {
            Part::All => &mut self.all,
            Part::Registered => &mut self.registered,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELDS: [&str; 3] = ["sex", "education", "people"];

    fn heads(people: &[(usize, u8, bool)], by: i64) -> Heads {
        let mut heads = Heads::default();
        for (field, code, registered) in people {
            let part = if *registered { Part::Registered } else { Part::All };
            heads.shift(part, FIELDS[*field], &code.to_string(), by);
        }
        heads
    }

    #[test]
    fn nobody_is_taken_away_who_was_not_counted() {
        let mut heads = heads(&[(0, 1, false)], 1);
        assert_eq!(heads.clone().keep().unwrap(), r#"{"all":{"sex":{"1":1}}}"#);
        heads.shift(Part::All, "sex", "2", -1);
        assert!(heads.keep().is_err());
    }

    proptest! {
        #[test]
        fn who_came_and_went_leaves_no_trace(
            stay in prop::collection::vec((0_usize..3, 0_u8..4, any::<bool>()), 0..40),
            go in prop::collection::vec((0_usize..3, 0_u8..4, any::<bool>()), 0..40),
        ) {
            let mut sum = heads(&stay, 1);
            sum.add(&heads(&go, 1));
            let full = sum.clone().keep().unwrap();
            prop_assert_eq!(Heads::read(&full).unwrap().differs(&sum), None);
            sum.add(&heads(&go, -1));
            prop_assert_eq!(sum.differs(&heads(&stay, 1)), None);
            prop_assert_eq!(sum.keep().unwrap(), heads(&stay, 1).keep().unwrap());
        }

        #[test]
        fn sums_and_codes_agree_with_counting(people in prop::collection::vec((0_usize..3, 0_u8..4, any::<bool>()), 0..40)) {
            let heads = heads(&people, 1);
            for (at, field) in FIELDS.iter().enumerate() {
                let due = people.iter().filter(|(f, _, registered)| *f == at && *registered).count();
                prop_assert_eq!(heads.sum(Part::Registered, field), i64::try_from(due).unwrap());
                for (code, n) in heads.codes(Part::Registered, field) {
                    prop_assert_eq!(heads.of(Part::Registered, field, code), n);
                }
            }
        }
    }
}

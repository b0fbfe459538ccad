//! Drawing by chance so that anybody can draw again, and what contradicts the record.
//!
//! The method: of each enrolment the HMAC-SHA-256 of its id (36 characters, lower case) under the seed (32 bytes); those
//! with the smallest are called, in that order. The population is what stands in its list, so that marks that come later
//! change nothing.

use entities::values::{CallAttended, CallPaid, EnrolmentId};
use ring::{digest, hmac};

use crate::access::hex;
use crate::callbacks::forms::Answers;

/// The name of the method, for the day when there is another.
pub(super) const METHOD: &str = "hmac-sha256-order-1";

/// The first `many` of a population in the order that the seed gives it, however the population is ordered.
pub(super) fn sample(seed: &[u8], population: &[EnrolmentId], many: usize) -> Vec<EnrolmentId> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, seed);
    let mut drawn: Vec<(Vec<u8>, EnrolmentId)> =
        population.iter().map(|id| (hmac::sign(&key, id.to_string().as_bytes()).as_ref().to_vec(), *id)).collect();
    drawn.sort_unstable();
    drawn.dedup();
    drawn.into_iter().take(many).map(|(_, id)| id).collect()
}

/// How many of a population are called: the share, rounded up, and one at least.
pub(super) fn size(population: usize, percent: i64) -> usize {
    let percent = usize::try_from(percent.clamp(0, 100)).unwrap_or(100);
    (population * percent).div_ceil(100).clamp(population.min(1), population)
}

/// A population as it is kept: in ascending order, a line each.
pub(super) fn listed(population: &[EnrolmentId]) -> String {
    let mut ids: Vec<String> = population.iter().map(ToString::to_string).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join("\n")
}

/// What [`listed`] wrote.
pub(super) fn read(list: &str) -> Vec<EnrolmentId> {
    list.lines().filter_map(|line| line.parse().ok()).collect()
}

/// SHA-256 of the list.
pub(super) fn hash(list: &str) -> String {
    hex(digest::digest(&digest::SHA256, list.as_bytes()).as_ref())
}

/// Where an answer and the record cannot both be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contradiction {
    /// Says never to have been there, and has minutes.
    NotThere,
    /// Was asked for money, or gave some.
    Money,
}

impl Contradiction {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NotThere => "not_there",
            Self::Money => "money",
        }
    }
}

/// What of the answers contradicts the record.
pub(super) fn contradictions(answers: &Answers, credited: i64) -> Vec<Contradiction> {
    let not_there = answers.attended == CallAttended::None && credited > 0;
    let money = answers.paid != CallPaid::Nothing;
    [(not_there, Contradiction::NotThere), (money, Contradiction::Money)]
        .into_iter()
        .filter_map(|(so, what)| so.then_some(what))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use entities::values::{CallCertificate, CallDays, CallTaught};
    use proptest::prelude::*;

    use super::*;
    use crate::access::unhex;

    fn population(many: usize) -> Vec<EnrolmentId> {
        (0..many).map(|_| EnrolmentId::new()).collect()
    }

    #[test]
    fn a_tenth_is_called_rounded_up_and_one_at_least() {
        for (population, due) in [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (41, 5), (50, 5), (51, 6)] {
            assert_eq!(size(population, 10), due, "of {population}");
        }
        assert_eq!((size(30, 0), size(30, 100), size(3, 900)), (1, 30, 3));
    }

    /// What another program comes to by the method as it is written above.
    #[test]
    fn the_method_is_the_one_that_is_written_down() {
        let ids = ["0190b6a0-0000-7000-8000-000000000001", "0190b6a0-0000-7000-8000-000000000002"];
        let ids: Vec<EnrolmentId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        let seed = unhex(&"0f".repeat(32)).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[15; 32]);
        let mac = |id: &EnrolmentId| hex(hmac::sign(&key, id.to_string().as_bytes()).as_ref());
        let mut due = ids.clone();
        due.sort_by_key(mac);
        assert_eq!(sample(&seed, &ids, 2), due);
        assert_eq!(hash(&listed(&ids)).len(), 64);
        assert_eq!(read(&listed(&ids)), ids);
        assert!(unhex("0f0").is_none() && unhex("zz").is_none());
    }

    #[test]
    fn everybody_can_be_drawn() {
        let all = population(12);
        let mut drawn = BTreeSet::new();
        for n in 0_u32..500 {
            drawn.extend(sample(&n.to_be_bytes(), &all, 1));
        }
        assert_eq!(drawn, all.into_iter().collect());
    }

    #[test]
    fn who_was_never_there_and_who_gave_money_contradict_the_record() {
        let answers = |attended, paid| Answers {
            attended,
            days: CallDays::Unsure,
            taught: CallTaught::Unsure,
            paid,
            certificate: CallCertificate::Unsure,
            note: None,
        };
        let found = |attended, paid, credited| contradictions(&answers(attended, paid), credited);
        assert_eq!(found(CallAttended::All, CallPaid::Nothing, 1_200), []);
        assert_eq!(found(CallAttended::None, CallPaid::Nothing, 0), []);
        assert_eq!(found(CallAttended::None, CallPaid::Nothing, 20), [Contradiction::NotThere]);
        for paid in [CallPaid::Asked, CallPaid::Paid, CallPaid::GaveBack] {
            assert_eq!(found(CallAttended::Some, paid, 20), [Contradiction::Money]);
        }
    }

    proptest! {
        #[test]
        fn the_same_people_come_out_in_whatever_order_the_population_stands(
            seed in prop::array::uniform32(any::<u8>()),
            (one, other) in (1_usize..60).prop_map(population).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
            percent in 0_i64..=100,
        ) {
            let many = size(one.len(), percent);
            let drawn = sample(&seed, &one, many);
            prop_assert_eq!(&drawn, &sample(&seed, &other, many));
            prop_assert_eq!(hash(&listed(&one)), hash(&listed(&other)));
            prop_assert_eq!(drawn.len(), many);
            let distinct: BTreeSet<_> = drawn.iter().collect();
            prop_assert_eq!(distinct.len(), many);
            prop_assert!(drawn.iter().all(|id| one.contains(id)));
        }

        #[test]
        fn a_larger_sample_holds_the_smaller_one(seed in prop::array::uniform32(any::<u8>()), all in (2_usize..40).prop_map(population)) {
            let whole = sample(&seed, &all, all.len());
            prop_assert!(whole.starts_with(&sample(&seed, &all, all.len() / 2)));
        }
    }
}

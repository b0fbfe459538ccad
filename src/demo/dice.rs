//! Chance that falls the same way every time: a seeded sequence (SplitMix64), and choices by whole-number weights.

pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let scaled = ((self.roll() >> 32) * u64::from(end)) >> 32;
        u32::try_from(scaled).unwrap_or_default()
    }

    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// Any of the list, each as likely as the next.
    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = self.below(u32::try_from(list.len()).unwrap_or(u32::MAX));
        list.get(place as usize).copied().unwrap_or_default()
    }

    /// One of the table, each as likely as its weight among all.
    pub(super) fn weigh<T: Copy + Default>(&mut self, table: &[(T, u32)]) -> T {
        let mut left = self.below(table.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in table {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        T::default()
    }
}

/// Shares out `total` by weight, exactly: whole parts first, what is left to the largest remainders, the earlier first.
pub(super) fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let part = |weight: u64| u128::from(total) * u128::from(weight);
    let mut shares: Vec<u64> = weights.iter().map(|&w| u64::try_from(part(w) / sum).unwrap_or(u64::MAX)).collect();
    let mut order: Vec<(u128, usize)> = weights.iter().enumerate().map(|(i, &w)| (sum - part(w) % sum, i)).collect();
    order.sort_unstable();
    let left = usize::try_from(total - shares.iter().sum::<u64>()).unwrap_or(usize::MAX);
    for (_, i) in order.into_iter().take(left) {
        if let Some(share) = shares.get_mut(i) {
            *share += 1;
        }
    }
    shares
}

/// The same, but nobody gets less than what is kept for him, as long as there is enough for all that is kept.
pub(super) fn apportion_at_least(total: u64, weights: &[u64], least: &[u64]) -> Vec<u64> {
    let mut free: Vec<u64> = weights.to_vec();
    let mut kept: Vec<u64> = vec![0; weights.len()];
    loop {
        let mut shares = apportion(total.saturating_sub(kept.iter().sum()), &free);
        let mut short = false;
        for (((share, least), free), kept) in shares.iter_mut().zip(least).zip(&mut free).zip(&mut kept) {
            if *kept > 0 {
                *share = *kept;
            } else if *share < *least {
                (*free, *kept, short) = (0, *least, true);
            }
        }
        if !short {
            return shares;
        }
    }
}

/// The places of `k` out of `n`, as evenly apart as whole numbers allow.
pub(super) fn evenly(k: usize, n: usize) -> impl Iterator<Item = usize> {
    (0..n).filter(move |i| (i + 1) * k / n > i * k / n)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way() {
        let rolls = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(|_| dice.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(rolls(7), rolls(7));
        assert_ne!(rolls(7), rolls(8));
    }

    #[test]
    fn a_choice_follows_its_weights() {
        let mut dice = Dice::new(1);
        let heads = (0..100_000).filter(|_| dice.weigh(&[(true, 3), (false, 1)])).count();
        assert!((74_000..76_000).contains(&heads), "{heads}");
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_one_of_their_due(
            total in 0_u64..10_000_000,
            weights in prop::collection::vec(0_u64..5_000, 1..120),
        ) {
            let shares = apportion(total, &weights);
            let sum: u64 = weights.iter().sum();
            prop_assert_eq!(shares.iter().sum::<u64>(), if sum == 0 { 0 } else { total });
            for (share, weight) in shares.iter().zip(&weights) {
                prop_assert!(sum == 0 || (share * sum).abs_diff(total * weight) < sum);
            }
        }

        #[test]
        fn what_is_kept_for_one_is_his_and_the_sum_stays(
            total in 100_u64..100_000,
            weights in prop::collection::vec(1_u64..5_000, 2..120),
            least in 0_u64..100,
        ) {
            let kept: Vec<u64> = (0..weights.len()).map(|i| if i == 1 { least } else { 0 }).collect();
            let shares = apportion_at_least(total, &weights, &kept);
            prop_assert_eq!(shares.iter().sum::<u64>(), total);
            prop_assert!(shares[1] >= least);
        }

        #[test]
        fn so_many_are_chosen_evenly(k in 0_usize..50, more in 0_usize..50) {
            let places: Vec<usize> = evenly(k, k + more).collect();
            prop_assert_eq!(places.len(), k);
            prop_assert!(places.windows(2).all(|w| w[0] < w[1]));
        }
    }
}

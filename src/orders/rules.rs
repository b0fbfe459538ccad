//! How many seats an order may claim, how far it is filled, and whose turn it is.

use entities::values::{OrderStatus, Role};

use crate::base::{Error, Refusal, Result};

/// While an order may still be written.
pub(crate) fn is_editable(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Draft | OrderStatus::Returned)
}

/// Seats that classes may hold for an order: the headcount and so many percent beyond it, cut off to whole seats.
pub(crate) fn most_seats(headcount: i32, over_percent: i64) -> i64 {
    i64::from(headcount) * (100 + over_percent) / 100
}

/// Whether `seats` more fit, where `taken` are set aside in other classes.
///
/// # Errors
/// `order.over_allocated` with how many were asked for and how many are left.
pub(crate) fn check_seats(headcount: i32, over_percent: i64, taken: i64, seats: i32) -> Result<()> {
    let left = most_seats(headcount, over_percent) - taken;
    if i64::from(seats) <= left {
        return Ok(());
    }
    let refusal = Refusal { code: "order.over_allocated", args: Vec::new() };
    Err(Error::from(refusal.with("headcount", headcount).with("left", left.max(0))))
}

/// What one class did for an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    /// Set aside for the order.
    pub seats: i64,
    /// Of the whole class.
    pub enrolled: i64,
    pub qualified: i64,
    /// By the enterprise of this order.
    pub hired: i64,
    /// Nothing more will come of the class.
    pub over: bool,
}

impl Share {
    /// People of a class are not told apart by order, so no more of them are counted for it than it has seats there.
    pub(crate) fn counted(self) -> Self {
        Self { enrolled: self.enrolled.min(self.seats), qualified: self.qualified.min(self.seats), ..self }
    }
}

/// 订购 → 报名 → 结业 → 录用
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    pub ordered: i64,
    pub enrolled: i64,
    pub completed: i64,
    pub hired: i64,
}

impl Chain {
    pub(crate) fn of(headcount: i32, shares: impl IntoIterator<Item = Share>) -> Self {
        shares.into_iter().map(Share::counted).fold(
            Self { ordered: headcount.into(), ..Self::default() },
            |sum, one| Self {
                ordered: sum.ordered,
                enrolled: sum.enrolled + one.enrolled,
                completed: sum.completed + one.qualified,
                hired: sum.hired + one.hired,
            },
        )
    }
}

/// What has to happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Place,
    Accept,
    Mend,
    OpenClass,
    Train,
    Hire,
    Settle,
}

impl Next {
    /// `None` when the order is at its end.
    pub(crate) fn of(status: OrderStatus, shares: &[Share]) -> Option<Self> {
        match status {
            OrderStatus::Draft => Some(Self::Place),
            OrderStatus::Submitted => Some(Self::Accept),
            OrderStatus::Returned => Some(Self::Mend),
            OrderStatus::Settled | OrderStatus::Cancelled => None,
            OrderStatus::Accepted if shares.is_empty() => Some(Self::OpenClass),
            OrderStatus::Accepted if shares.iter().any(|one| one.counted().qualified > one.hired) => Some(Self::Hire),
            OrderStatus::Accepted if shares.iter().any(|one| !one.over) => Some(Self::Train),
            OrderStatus::Accepted => Some(Self::Settle),
        }
    }

    /// Whose turn it is.
    pub(crate) fn who(self) -> Role {
        match self {
            Self::Place | Self::Mend | Self::Hire | Self::Settle => Role::Enterprise,
            Self::Accept => Role::CountyClerk,
            Self::OpenClass | Self::Train => Role::Institution,
        }
    }

    /// Its part of the keys of texts.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Accept => "accept",
            Self::Mend => "mend",
            Self::OpenClass => "open_class",
            Self::Train => "train",
            Self::Hire => "hire",
            Self::Settle => "settle",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(seats: i64, enrolled: i64, qualified: i64, hired: i64) -> Share {
        Share { seats, enrolled, qualified, hired, over: false }
    }

    #[test]
    fn a_fifth_beyond_the_headcount_may_be_trained_and_no_seat_more() {
        assert_eq!(most_seats(41, 20), 49);
        assert!(check_seats(41, 20, 20, 29).is_ok());
        let Err(Error::Refused(refusal)) = check_seats(41, 20, 20, 30) else { panic!("it was let through") };
        assert_eq!(refusal.code, "order.over_allocated");
        assert_eq!(refusal.args, [("headcount", "41".to_owned()), ("left", "29".to_owned())]);
    }

    #[test]
    fn no_more_people_are_counted_than_the_order_has_seats() {
        let chain = Chain::of(20, [share(12, 41, 38, 10), share(8, 5, 4, 0)]);
        assert_eq!(chain, Chain { ordered: 20, enrolled: 17, completed: 16, hired: 10 });
    }

    #[test]
    fn whose_turn_it_is_follows_what_the_classes_did() {
        let next = |shares: &[Share]| Next::of(OrderStatus::Accepted, shares);
        assert_eq!(next(&[]), Some(Next::OpenClass));
        assert_eq!(next(&[share(10, 10, 0, 0)]), Some(Next::Train));
        assert_eq!(next(&[share(10, 10, 9, 8)]), Some(Next::Hire));
        let over = Share { over: true, ..share(10, 10, 9, 9) };
        assert_eq!(next(&[over]), Some(Next::Settle));
        assert_eq!(next(&[over, share(10, 0, 0, 0)]), Some(Next::Train));
        assert_eq!(Next::of(OrderStatus::Settled, &[]), None);
    }

    proptest! {
        #[test]
        fn what_was_let_through_never_exceeds_the_most(
            headcount in 1..10_000_i32, over in 0..100_i64, wishes in prop::collection::vec(1..5_000_i32, 0..20)
        ) {
            let mut taken = 0;
            for seats in wishes {
                if check_seats(headcount, over, taken, seats).is_ok() {
                    taken += i64::from(seats);
                }
            }
            prop_assert!(taken * 100 <= i64::from(headcount) * (100 + over));
        }

        #[test]
        fn a_chain_never_counts_more_completed_than_enrolled(
            shares in prop::collection::vec((1..60_i64, 0..60_i64, 0..60_i64), 0..6)
        ) {
            let shares = shares.into_iter().map(|(seats, enrolled, failed)| share(seats, enrolled, (enrolled - failed).max(0), 0));
            let chain = Chain::of(10, shares);
            prop_assert!(chain.completed <= chain.enrolled);
        }
    }
}

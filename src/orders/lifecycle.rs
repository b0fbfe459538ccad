//! How an order moves from a draft to its end.

use OrderAction::{Accept, Cancel, Return, Settle, Submit};
use OrderStatus::{Accepted, Cancelled, Draft, Returned, Settled, Submitted};
use entities::values::OrderStatus;

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::orders::rights::{AcceptOrders, PlaceOrders};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderAction {
    Submit,
    Accept,
    Return,
    Settle,
    Cancel,
}

impl From<OrderAction> for &'static str {
    fn from(action: OrderAction) -> Self {
        match action {
            Submit => "submit",
            Accept => "accept",
            Return => "return",
            Settle => "settle",
            Cancel => "cancel",
        }
    }
}

impl Lifecycle for OrderStatus {
    type Action = OrderAction;
    const START: &'static [Self] = &[Draft, Submitted];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Draft,     Submit, Submitted, PlaceOrders::HELD_BY),
        (Submitted, Accept, Accepted,  AcceptOrders::HELD_BY),
        (Submitted, Return, Returned,  AcceptOrders::HELD_BY),
        (Returned,  Submit, Submitted, PlaceOrders::HELD_BY),
        (Accepted,  Settle, Settled,   PlaceOrders::HELD_BY),
        (Draft,     Cancel, Cancelled, PlaceOrders::HELD_BY),
        (Submitted, Cancel, Cancelled, PlaceOrders::HELD_BY),
        (Returned,  Cancel, Cancelled, PlaceOrders::HELD_BY),
        (Accepted,  Cancel, Cancelled, PlaceOrders::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<OrderStatus>();
    }

    #[test]
    fn nothing_moves_a_settled_or_cancelled_order() {
        for action in [Submit, Accept, Return, Settle, Cancel] {
            assert!(Settled.after(action).is_err());
            assert!(Cancelled.after(action).is_err());
        }
    }
}

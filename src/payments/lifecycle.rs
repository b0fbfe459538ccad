//! The states of a batch and of a payment, and who moves them.

use entities::values::BatchStatus::{self, Building, Cancelled, Frozen, Reconciled, Responded, Sent};
use entities::values::PaymentStatus;

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::payments::rights::RunBatches;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchAction {
    Freeze,
    Send,
    /// The bank's answer is applied.
    Respond,
    Reconcile,
    Cancel,
}

impl From<BatchAction> for &'static str {
    fn from(action: BatchAction) -> Self {
        match action {
            BatchAction::Freeze => "freeze",
            BatchAction::Send => "send",
            BatchAction::Respond => "respond",
            BatchAction::Reconcile => "reconcile",
            BatchAction::Cancel => "cancel",
        }
    }
}

impl Lifecycle for BatchStatus {
    type Action = BatchAction;
    const START: &'static [Self] = &[Building];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Building,  BatchAction::Freeze,    Frozen,     RunBatches::HELD_BY),
        (Frozen,    BatchAction::Send,      Sent,       RunBatches::HELD_BY),
        (Sent,      BatchAction::Respond,   Responded,  RunBatches::HELD_BY),
        (Responded, BatchAction::Reconcile, Reconciled, RunBatches::HELD_BY),
        (Building,  BatchAction::Cancel,    Cancelled,  RunBatches::HELD_BY),
        (Frozen,    BatchAction::Cancel,    Cancelled,  RunBatches::HELD_BY),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentAction {
    Pay,
    Fail,
    Cancel,
}

impl From<PaymentAction> for &'static str {
    fn from(action: PaymentAction) -> Self {
        match action {
            PaymentAction::Pay => "pay",
            PaymentAction::Fail => "fail",
            PaymentAction::Cancel => "cancel",
        }
    }
}

impl Lifecycle for PaymentStatus {
    type Action = PaymentAction;
    const START: &'static [Self] = &[Self::Pending];
    const MOVES: &'static [Move<Self>] = &[];
    #[rustfmt::skip]
    const BY_ITSELF: &'static [(Self, Self::Action, Self)] = &[
        (Self::Pending, PaymentAction::Pay,    Self::Paid),
        (Self::Pending, PaymentAction::Fail,   Self::Failed),
        (Self::Pending, PaymentAction::Cancel, Self::Cancelled),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use proptest::prelude::*;

    #[test]
    fn the_tables_obey_the_laws() {
        laws::check::<BatchStatus>();
        laws::check::<PaymentStatus>();
    }

    #[test]
    fn nothing_is_taken_out_of_a_batch_that_left() {
        for status in [Sent, Responded, Reconciled, Cancelled] {
            assert!(status.after(BatchAction::Cancel).is_err(), "{status}");
        }
        for status in PaymentStatus::all().filter(|status| *status != PaymentStatus::Pending) {
            assert!(status.after(PaymentAction::Cancel).is_err() && status.after(PaymentAction::Pay).is_err());
        }
    }

    proptest! {
        #[test]
        fn no_batch_is_reconciled_that_was_not_frozen_sent_and_answered(steps in proptest::collection::vec(0_usize..5, 0..40)) {
            use BatchAction::{Cancel, Freeze, Reconcile, Respond, Send};
            let (mut state, mut taken) = (Building, Vec::new());
            for step in steps {
                let action = [Freeze, Send, Respond, Reconcile, Cancel][step];
                let Ok(next) = state.after(action) else { continue };
                taken.push(action);
                state = next;
            }
            if state == Reconciled {
                prop_assert_eq!(taken, [Freeze, Send, Respond, Reconcile]);
            }
        }
    }
}

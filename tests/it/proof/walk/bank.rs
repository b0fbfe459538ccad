//! What must come of a batch: what goes in, what is looked at anew before it leaves, and what the bank makes of it.

use entities::values::{
    BatchStatus::{Building, Cancelled, Frozen, Reconciled, Responded, Sent},
    ClaimStatus::FinanceApproved,
    LineStatus::{self, Approved, Batched, Failed, Paid},
    PaymentStatus,
};

use super::model::{Batch, Model, Payment};

impl Model {
    /// On which account a claim is paid now: an institution's on that of the institution, a trainee's on his own.
    fn account_of(&self, claim: usize) -> u32 {
        self.claims[claim].own.map_or(self.account, |seat| self.accounts[self.seats[seat].person])
    }

    fn is_ready(&self, claim: usize) -> bool {
        self.claims[claim].status == FinanceApproved && !self.claims[claim].held
    }

    /// What is approved of a claim, as far as it still holds, becomes one payment.
    fn pay_for(&mut self, claim: usize) -> Option<Payment> {
        if !self.claims[claim].lines.iter().any(|line| line.status == Approved) {
            return None;
        }
        self.sift(claim, Approved);
        let lines: Vec<usize> = self.of(claim, Approved);
        for line in &lines {
            self.claims[claim].lines[*line].status = Batched;
        }
        self.claims[claim].follow();
        let fen = lines.iter().map(|line| self.claims[claim].lines[*line].fen).sum();
        let account = self.account_of(claim);
        let payment = Payment { claim, lines, fen, status: PaymentStatus::Pending, account, mended: false };
        (!payment.lines.is_empty()).then_some(payment)
    }

    fn of(&self, claim: usize, status: LineStatus) -> Vec<usize> {
        let lines = self.claims[claim].lines.iter().enumerate();
        lines.filter(|(_, line)| line.status == status).map(|(n, _)| n).collect()
    }

    /// Where nothing is left of what was approved there is no batch, but what fell fell.
    pub fn build(&mut self) -> bool {
        if self.batches.iter().any(|batch| batch.status == Building) {
            return false;
        }
        let ready: Vec<usize> = (0..self.claims.len()).filter(|claim| self.is_ready(*claim)).collect();
        let payments: Vec<Payment> = ready.into_iter().filter_map(|claim| self.pay_for(claim)).collect();
        if payments.is_empty() {
            return false;
        }
        self.batches.push(Batch { status: Building, fetched: false, payments });
        true
    }

    fn pending(&self, batch: usize) -> Vec<usize> {
        let payments = self.batches[batch].payments.iter().enumerate();
        payments.filter(|(_, payment)| payment.status == PaymentStatus::Pending).map(|(n, _)| n).collect()
    }

    /// Lines of a payment become something else, and its claim goes with them.
    fn turn(&mut self, batch: usize, payment: usize, to: LineStatus) {
        let Payment { claim, lines, .. } = self.batches[batch].payments[payment].clone();
        for line in lines {
            self.claims[claim].lines[line].status = to;
        }
        self.claims[claim].follow();
    }

    /// Payments come out of a batch that did not leave.
    fn take_out(&mut self, batch: usize, payments: &[usize]) {
        for payment in payments {
            self.turn(batch, *payment, Approved);
            self.batches[batch].payments[*payment].status = PaymentStatus::Cancelled;
        }
    }

    /// Everything is looked at anew. Where a line fell or an account changed, the claim goes in anew; that stands even where
    /// nothing is left to be frozen.
    pub fn freeze(&mut self, batch: usize) -> bool {
        if self.batches[batch].status != Building {
            return false;
        }
        let changed = |model: &Self, payment: &Payment| {
            let claim = &model.claims[payment.claim];
            let fallen = |line: &usize| !model.sound(claim.lines[*line].seat, Some(payment.claim));
            payment.account != model.account_of(payment.claim) || payment.lines.iter().any(fallen)
        };
        let pending = self.pending(batch);
        let out: Vec<usize> =
            pending.into_iter().filter(|n| changed(self, &self.batches[batch].payments[*n])).collect();
        let mut claims: Vec<usize> = out.iter().map(|n| self.batches[batch].payments[*n].claim).collect();
        self.take_out(batch, &out);
        claims.sort_unstable();
        for claim in claims {
            if self.is_ready(claim)
                && let Some(payment) = self.pay_for(claim)
            {
                self.batches[batch].payments.push(payment);
            }
        }
        if self.pending(batch).is_empty() {
            return false;
        }
        self.batches[batch].status = Frozen;
        true
    }

    pub fn fetch(&mut self, batch: usize) -> bool {
        let open = matches!(self.batches[batch].status, Frozen | Sent);
        self.batches[batch].fetched |= open;
        open
    }

    pub fn send(&mut self, batch: usize) -> bool {
        let of = &mut self.batches[batch];
        let ready = of.status == Frozen && of.fetched;
        if ready {
            of.status = Sent;
        }
        ready
    }

    pub fn cancel(&mut self, batch: usize) -> bool {
        if !matches!(self.batches[batch].status, Building | Frozen) {
            return false;
        }
        self.take_out(batch, &self.pending(batch));
        self.batches[batch].status = Cancelled;
        true
    }

    /// The bank answered; by payment whether it paid. The same answer again changes nothing.
    pub fn respond(&mut self, batch: usize, paid: impl Fn(usize) -> bool) -> bool {
        if self.batches[batch].status != Sent {
            return false;
        }
        for payment in self.pending(batch) {
            let (line, status) =
                if paid(payment) { (Paid, PaymentStatus::Paid) } else { (Failed, PaymentStatus::Failed) };
            let of = &mut self.batches[batch].payments[payment];
            of.status = status;
            if status == PaymentStatus::Paid {
                self.payable -= of.fen;
                self.paid += of.fen;
            }
            self.turn(batch, payment, line);
        }
        self.batches[batch].status = Responded;
        true
    }

    pub fn reconcile(&mut self, batch: usize) -> bool {
        let of = &mut self.batches[batch];
        let ready = of.status == Responded;
        if ready {
            of.status = Reconciled;
        }
        ready
    }

    /// What the bank refused goes into the next batch, once there is another account and all of it still holds.
    pub fn mend(&mut self, batch: usize, payment: usize) -> bool {
        let of = &self.batches[batch].payments[payment];
        let whole = of.lines.iter().all(|line| self.claims[of.claim].lines[*line].status == Failed);
        if of.status != PaymentStatus::Failed || of.mended || of.account == self.account_of(of.claim) || !whole {
            return false;
        }
        self.batches[batch].payments[payment].mended = true;
        self.turn(batch, payment, Approved);
        true
    }
}

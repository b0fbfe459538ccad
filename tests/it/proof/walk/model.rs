//! What must come of every step, told by the rules of the programme and not by the program: pots, classes, claims and lines.
//! Notices and objections are in `notices`, what goes to the bank and comes back in `bank`.

use chrono::NaiveDate;
use entities::values::{
    BatchStatus, ClaimStatus, ClassStatus,
    LineStatus::{self, Approved, Batched, Claimed, Cleared, Failed, Held, Paid, Refused, Void},
    PaymentStatus,
};

use ClaimStatus::{
    FinanceApproved, FirstApproved, InNotice, PayFailed, Paying, Rejected, Returned, SecondApproved, Submitted,
};

#[derive(Clone, Debug)]
pub struct Class {
    pub status: ClassStatus,
    pub starts_on: NaiveDate,
    pub seats: i64,
    pub reserved: i64,
}

/// Somebody in a class; the same person may sit in two.
#[derive(Clone, Debug)]
pub struct Seat {
    pub class: usize,
    pub person: usize,
    pub revoked: bool,
    /// An objection to paying for it was upheld.
    pub upheld: bool,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub seat: usize,
    pub fen: i64,
    pub status: LineStatus,
    /// It waits for the answer to an objection, and for nothing else.
    pub for_objection: bool,
    /// What took it out was an objection.
    pub by_objection: bool,
}

/// An open list: the lines on it, and its last day.
#[derive(Clone, Debug)]
pub struct Notice {
    pub lines: Vec<usize>,
    pub last_day: NaiveDate,
}

#[derive(Clone, Debug)]
pub struct Claim {
    pub class: usize,
    /// The seat that a trainee claims for; none for an institution's.
    pub own: Option<usize>,
    pub status: ClaimStatus,
    pub held: bool,
    pub lines: Vec<Line>,
    pub notice: Option<Notice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Filed,
    Investigated,
    Upheld,
    Dismissed,
}

#[derive(Clone, Debug)]
pub struct Objection {
    pub claim: usize,
    pub line: usize,
    pub answer: Answer,
}

#[derive(Clone, Debug)]
pub struct Payment {
    pub claim: usize,
    pub lines: Vec<usize>,
    pub fen: i64,
    pub status: PaymentStatus,
    /// Which account of the payee it goes to.
    pub account: u32,
    pub mended: bool,
}

#[derive(Clone, Debug)]
pub struct Batch {
    pub status: BatchStatus,
    pub fetched: bool,
    pub payments: Vec<Payment>,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub today: NaiveDate,
    /// What a seat costs.
    pub unit: i64,
    pub granted: i64,
    pub available: i64,
    pub payable: i64,
    pub paid: i64,
    pub documents: u32,
    pub classes: Vec<Class>,
    pub seats: Vec<Seat>,
    pub claims: Vec<Claim>,
    pub objections: Vec<Objection>,
    pub batches: Vec<Batch>,
    /// The account of the institution, and of each person, by how often it was changed.
    pub account: u32,
    pub accounts: Vec<u32>,
}

pub fn is_live(status: LineStatus) -> bool {
    !matches!(status, Refused | Void)
}

impl Claim {
    pub fn total(&self) -> i64 {
        self.lines.iter().filter(|line| is_live(line.status)).map(|line| line.fen).sum()
    }

    pub fn count(&self, status: LineStatus) -> usize {
        self.lines.iter().filter(|line| line.status == status).count()
    }

    pub fn turn(&mut self, from: LineStatus, to: LineStatus) {
        for line in self.lines.iter_mut().filter(|line| line.status == from) {
            (line.status, line.for_objection) = (to, false);
        }
    }

    /// Money is owed for what is live of it.
    pub fn is_owed(&self) -> bool {
        use ClaimStatus::Cleared;
        matches!(self.status, SecondApproved | InNotice | Cleared | FinanceApproved | Paying | PayFailed)
    }

    /// From the notice on a claim stands where the last of its lines stands that goes on.
    pub fn follow(&mut self) {
        let order = [
            (Claimed, None),
            (Cleared, Some(ClaimStatus::Cleared)),
            (Approved, Some(FinanceApproved)),
            (Batched, Some(Paying)),
            (Failed, Some(PayFailed)),
            (Paid, Some(ClaimStatus::Paid)),
            (Held, None),
        ];
        match order.into_iter().find(|(status, _)| self.count(*status) > 0) {
            Some((_, Some(status))) => self.status = status,
            Some((_, None)) => {}
            None => self.status = Rejected,
        }
    }
}

impl Model {
    pub fn reserved(&self) -> i64 {
        self.classes.iter().map(|class| class.reserved).sum()
    }

    pub fn grant(&mut self, document: u32, fen: i64) -> bool {
        if document < self.documents {
            return false;
        }
        self.documents += 1;
        self.granted += fen;
        self.available += fen;
        true
    }

    pub fn approve_class(&mut self, class: usize) -> bool {
        let cost = self.classes[class].seats * self.unit;
        let (today, of) = (self.today, &mut self.classes[class]);
        if of.status != ClassStatus::Applied || of.starts_on <= today || self.available < cost {
            return false;
        }
        (of.status, of.reserved) = (ClassStatus::Approved, cost);
        self.available -= cost;
        true
    }

    pub fn cancel_class(&mut self, class: usize) -> bool {
        let of = &mut self.classes[class];
        if of.status != ClassStatus::Approved {
            return false;
        }
        of.status = ClassStatus::Cancelled;
        self.available += std::mem::take(&mut of.reserved);
        true
    }

    /// Whether a seat may be paid for by a claim: nothing stands against it, and no other claim asks for the same person.
    pub fn sound(&self, seat: usize, claim: Option<usize>) -> bool {
        let Seat { person, revoked, upheld, .. } = self.seats[seat];
        let elsewhere = self.claims.iter().enumerate().filter(|(n, _)| Some(*n) != claim);
        let mut lines = elsewhere.flat_map(|(_, claim)| &claim.lines).filter(|line| is_live(line.status));
        !revoked && !upheld && !lines.any(|line| self.seats[line.seat].person == person)
    }

    /// What is reserved for the class of a claim and not for another claim.
    fn held_for(&self, claim: usize) -> i64 {
        let class = self.claims[claim].class;
        let others = self.claims.iter().enumerate().filter(|(n, other)| *n != claim && other.class == class);
        let asked = others.filter(|(_, other)| matches!(other.status, Submitted | Returned | FirstApproved));
        self.classes[class].reserved - asked.map(|(_, other)| other.total()).sum::<i64>()
    }

    /// Sees to it that what a claim asks for is reserved.
    fn secure(&mut self, claim: usize) -> bool {
        let lacking = (self.claims[claim].total() - self.held_for(claim)).max(0);
        if lacking > self.available {
            return false;
        }
        self.available -= lacking;
        self.classes[self.claims[claim].class].reserved += lacking;
        true
    }

    /// What those of a class may still ask for who are on no claim.
    fn to_come(&self, class: usize) -> i64 {
        let asked = |seat: &usize| self.claims.iter().flat_map(|claim| &claim.lines).any(|line| line.seat == *seat);
        let unasked = |seat: &usize| self.seats[*seat].class == class && !asked(seat);
        (0..self.seats.len()).filter(unasked).map(|_| self.unit).sum()
    }

    /// Frees what is reserved beyond what is asked for and may still be.
    fn trim(&mut self, claim: usize, wanted: i64) {
        let kept = wanted + self.to_come(self.claims[claim].class);
        let spare = (self.held_for(claim) - kept).max(0);
        self.available += spare;
        self.classes[self.claims[claim].class].reserved -= spare;
    }

    pub fn claim(&mut self, class: usize) -> bool {
        let stands = |claim: &Claim| claim.class == class && claim.own.is_none() && claim.status != Rejected;
        if self.classes[class].status != ClassStatus::Closed || self.claims.iter().any(stands) {
            return false;
        }
        let seats = (0..self.seats.len()).filter(|seat| self.seats[*seat].class == class).collect();
        self.open(class, None, seats)
    }

    pub fn claim_own(&mut self, seat: usize) -> bool {
        let class = self.seats[seat].class;
        let own = self.claims.iter().position(|claim| claim.own == Some(seat) && claim.status != Rejected);
        match own {
            // What came back is handed in again.
            Some(claim) => self.claims[claim].status == Returned && self.hand_in(claim),
            None => self.classes[class].status == ClassStatus::Closed && self.open(class, Some(seat), vec![seat]),
        }
    }

    fn open(&mut self, class: usize, own: Option<usize>, seats: Vec<usize>) -> bool {
        let line = |seat| {
            let status = if self.sound(seat, None) { Claimed } else { Refused };
            Line { seat, fen: self.unit, status, for_objection: false, by_objection: false }
        };
        let lines: Vec<Line> = seats.into_iter().map(line).collect();
        if lines.iter().all(|line| line.status == Refused) {
            return false;
        }
        self.claims.push(Claim { class, own, status: Submitted, held: false, lines, notice: None });
        self.secure(self.claims.len() - 1)
    }

    fn hand_in(&mut self, claim: usize) -> bool {
        if self.claims[claim].held {
            return false;
        }
        self.claims[claim].status = Submitted;
        self.recheck(claim, true) && self.secure(claim)
    }

    pub fn submit(&mut self, claim: usize) -> bool {
        let of = &self.claims[claim];
        of.status == Returned && of.own.is_none() && self.hand_in(claim)
    }

    /// Every line is looked at anew; only when it is handed in again may a refused one come back.
    fn recheck(&mut self, claim: usize, again: bool) -> bool {
        for n in 0..self.claims[claim].lines.len() {
            let sound = self.sound(self.claims[claim].lines[n].seat, Some(claim));
            let line = &mut self.claims[claim].lines[n];
            line.status = match (line.status, sound) {
                (Claimed, false) => Refused,
                (Refused, true) if again => Claimed,
                (status, _) => status,
            };
        }
        self.claims[claim].count(Claimed) > 0
    }

    /// The clerk decides on one line before he approves.
    pub fn refuse_line(&mut self, claim: usize, line: usize) -> bool {
        let of = &mut self.claims[claim];
        if of.status != Submitted || of.held || of.lines[line].status != Claimed {
            return false;
        }
        of.lines[line].status = Refused;
        true
    }

    pub fn allow_line(&mut self, claim: usize, line: usize) -> bool {
        let of = &self.claims[claim];
        let open = of.status == Submitted && !of.held && of.lines[line].status == Refused;
        if !open || !self.sound(of.lines[line].seat, Some(claim)) {
            return false;
        }
        self.claims[claim].lines[line].status = Claimed;
        self.secure(claim)
    }

    pub fn at(&self, claim: usize, status: ClaimStatus) -> bool {
        self.claims[claim].status == status && !self.claims[claim].held
    }

    pub fn approve(&mut self, claim: usize) -> bool {
        if !self.at(claim, Submitted) || !self.recheck(claim, false) {
            return false;
        }
        self.claims[claim].status = FirstApproved;
        self.trim(claim, self.claims[claim].total());
        true
    }

    pub fn confirm(&mut self, claim: usize) -> bool {
        if !self.at(claim, FirstApproved) || !self.recheck(claim, false) {
            return false;
        }
        let due = self.claims[claim].total();
        self.claims[claim].status = SecondApproved;
        self.trim(claim, due);
        self.classes[self.claims[claim].class].reserved -= due;
        self.payable += due;
        true
    }

    pub fn authorise(&mut self, claim: usize) -> bool {
        if !self.at(claim, ClaimStatus::Cleared) {
            return false;
        }
        self.sift(claim, Cleared);
        if self.claims[claim].count(Cleared) == 0 {
            return false;
        }
        self.claims[claim].turn(Cleared, Approved);
        self.claims[claim].follow();
        true
    }

    /// Back to the claimant, by whoever is next: nothing of it may have left.
    pub fn send_back(&mut self, claim: usize, from: ClaimStatus) -> bool {
        if !self.at(claim, from) {
            return false;
        }
        let of = &mut self.claims[claim];
        if from == ClaimStatus::Cleared {
            of.turn(Cleared, Claimed);
            of.turn(Held, Claimed);
            let back: i64 = of.lines.iter().filter(|line| line.status == Claimed).map(|line| line.fen).sum();
            if back != of.total() {
                return false;
            }
            self.payable -= back;
            self.classes[of.class].reserved += back;
        }
        of.status = Returned;
        true
    }

    pub fn reject(&mut self, claim: usize) -> bool {
        if !self.at(claim, Submitted) {
            return false;
        }
        self.claims[claim].turn(Claimed, Void);
        self.claims[claim].turn(Refused, Void);
        self.claims[claim].status = Rejected;
        self.trim(claim, 0);
        true
    }

    pub fn hold(&mut self, claim: usize) -> bool {
        let of = &mut self.claims[claim];
        if of.held || matches!(of.status, Paying | ClaimStatus::Paid | Rejected) {
            return false;
        }
        of.held = true;
        true
    }

    pub fn release(&mut self, claim: usize) -> bool {
        std::mem::take(&mut self.claims[claim].held)
    }

    pub fn hold_line(&mut self, claim: usize, line: usize) -> bool {
        let of = &mut self.claims[claim];
        if of.held || !of.is_owed() || !matches!(of.lines[line].status, Claimed | Cleared | Approved) {
            return false;
        }
        of.lines[line].status = Held;
        of.follow();
        true
    }

    pub fn is_disputed(&self, claim: usize, line: usize) -> bool {
        let of = |objection: &&Objection| (objection.claim, objection.line) == (claim, line);
        self.objections.iter().filter(of).any(|one| matches!(one.answer, Answer::Filed | Answer::Investigated))
    }

    pub fn release_line(&mut self, claim: usize, line: usize) -> bool {
        let of = &self.claims[claim];
        if of.held || of.lines[line].status != Held || of.lines[line].for_objection || self.is_disputed(claim, line) {
            return false;
        }
        self.let_go(claim, line);
        true
    }

    pub fn let_go(&mut self, claim: usize, line: usize) {
        let of = &mut self.claims[claim];
        let noticed = matches!(of.status, SecondApproved | InNotice);
        of.lines[line].status = if noticed { Claimed } else { Cleared };
        of.lines[line].for_objection = false;
        of.follow();
    }

    /// A line for which money is owed falls: the money is free.
    pub fn drop_line(&mut self, claim: usize, line: usize) {
        let of = &mut self.claims[claim].lines[line];
        (of.status, of.for_objection) = (Refused, false);
        of.by_objection = self.seats[of.seat].upheld;
        self.payable -= of.fen;
        self.available += of.fen;
    }

    /// Drops of the lines in a state those that do not hold any more.
    pub fn sift(&mut self, claim: usize, status: LineStatus) {
        for n in 0..self.claims[claim].lines.len() {
            let line = &self.claims[claim].lines[n];
            if line.status == status && !self.sound(line.seat, Some(claim)) {
                self.drop_line(claim, n);
            }
        }
    }
}

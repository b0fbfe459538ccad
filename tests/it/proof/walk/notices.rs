//! What must come of a public notice and of objections to its lines: what is disputed waits, what everybody read stays open for
//! its days, and another list begins anew.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use entities::values::{
    ClaimStatus::{InNotice, SecondApproved},
    LineStatus::{Approved, Batched, Claimed, Cleared, Failed, Held, Paid, Refused, Void},
};

use super::model::{Answer, Model, Notice, Objection};

/// Working days that a list lies open in this county.
pub const NOTICE_DAYS: usize = 3;

impl Model {
    /// Anybody objects to what lies open.
    pub fn object(&mut self, claim: usize, place: usize) -> bool {
        let today = self.today;
        let of = &mut self.claims[claim];
        let Some(notice) = of.notice.as_ref().filter(|notice| today <= notice.last_day) else { return false };
        let Some(&line) = notice.lines.get(place) else { return false };
        match of.lines[line].status {
            Held => {}
            Claimed => (of.lines[line].status, of.lines[line].for_objection) = (Held, true),
            _ => return false,
        }
        of.follow();
        self.objections.push(Objection { claim, line, answer: Answer::Filed });
        true
    }

    pub fn investigate(&mut self, objection: usize) -> bool {
        let of = &mut self.objections[objection];
        let open = of.answer == Answer::Filed;
        if open {
            of.answer = Answer::Investigated;
        }
        open
    }

    pub fn decide(&mut self, objection: usize, upheld: bool) -> bool {
        let Objection { claim, line, answer } = self.objections[objection];
        if answer != Answer::Investigated {
            return false;
        }
        self.objections[objection].answer = if upheld { Answer::Upheld } else { Answer::Dismissed };
        if upheld {
            self.uphold(claim, line);
        } else if !self.is_disputed(claim, line) && self.claims[claim].lines[line].for_objection {
            self.let_go(claim, line);
        }
        self.keep(claim);
        true
    }

    fn uphold(&mut self, claim: usize, line: usize) {
        let seat = self.claims[claim].lines[line].seat;
        self.seats[seat].upheld = true;
        let owed = self.claims[claim].is_owed();
        match self.claims[claim].lines[line].status {
            Claimed if !owed => self.claims[claim].lines[line].status = Refused,
            Claimed | Held | Cleared | Approved | Failed => {
                self.drop_line(claim, line);
                self.claims[claim].follow();
            }
            Refused | Batched | Paid | Void => {}
        }
        let of = &mut self.claims[claim].lines[line];
        of.by_objection |= of.status == Refused;
    }

    /// What is shown to everybody of a claim.
    fn shown(&self, claim: usize) -> Vec<usize> {
        let lines = self.claims[claim].lines.iter().enumerate();
        lines.filter(|(_, line)| matches!(line.status, Claimed | Held)).map(|(n, _)| n).collect()
    }

    /// The last of so many working days after today; in these weeks there is no holiday.
    fn last_day(&self) -> NaiveDate {
        let days = (1..).map(|n| self.today + Days::new(n));
        let mut working = days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
        working.nth(NOTICE_DAYS - 1).unwrap()
    }

    /// An open notice is looked at anew.
    fn keep(&mut self, claim: usize) {
        if self.claims[claim].notice.is_none() || (self.claims[claim].status == InNotice && self.claims[claim].held) {
            return;
        }
        if self.claims[claim].status == InNotice {
            self.sift(claim, Claimed);
            self.claims[claim].follow();
        }
        if self.claims[claim].status != InNotice {
            self.claims[claim].notice = None;
            return;
        }
        let (now, last_day) = (self.shown(claim), self.last_day());
        let of = &mut self.claims[claim];
        let Some(notice) = &mut of.notice else { return };
        let before: Vec<usize> = notice.lines.iter().copied().filter(|line| !of.lines[*line].by_objection).collect();
        if before != now {
            *notice = Notice { lines: now, last_day };
        } else if self.today > notice.last_day && of.count(Claimed) > 0 {
            of.notice = None;
            of.turn(Claimed, Cleared);
            of.follow();
        }
    }

    /// What nobody does by hand: lists are published, kept and ended.
    pub fn round(&mut self) {
        for claim in 0..self.claims.len() {
            self.keep(claim);
        }
        for claim in 0..self.claims.len() {
            if !self.at(claim, SecondApproved) {
                continue;
            }
            self.claims[claim].status = InNotice;
            self.claims[claim].notice = Some(Notice { lines: self.shown(claim), last_day: self.last_day() });
            for line in 0..self.claims[claim].lines.len() {
                if self.claims[claim].lines[line].status == Claimed && self.is_disputed(claim, line) {
                    let of = &mut self.claims[claim].lines[line];
                    (of.status, of.for_objection) = (Held, true);
                }
            }
        }
    }
}

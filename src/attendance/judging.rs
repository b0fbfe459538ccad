//! Whether a mark is taken, by every way that it may come: pure verdicts from a closed list of reasons. The doors and the
//! page that says what would happen ask the same functions.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    class_session,
    values::{ClassSessionStatus, ClassStatus, EnrolmentStatus, MarkRefusal, MarkWord},
};

use crate::attendance::codes::digits::Reading;
use crate::attendance::standing::Saying;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::policy::{Rule, RuleBook};

/// The numbers in force for a class. Their meaning stands with [`Rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub step_seconds: i64,
    pub steps_back: i64,
    pub steps_ahead: i64,
    pub wrong_codes: i64,
    pub people_per_device: i64,
    pub early: TimeDelta,
    pub after: TimeDelta,
    pub lock: TimeDelta,
    pub offline: TimeDelta,
    pub drift: TimeDelta,
    pub by_hand_percent: i64,
}

impl Limits {
    /// # Errors
    /// `Internal` where a rule has no value on that day.
    pub(crate) fn of(rules: &RuleBook, area: &str, on: NaiveDate) -> Result<Self> {
        let rule = |rule| rules.value(rule, area, on);
        let minutes = |number: i64| TimeDelta::try_minutes(number).unwrap_or_default();
        let hours = |number: i64| TimeDelta::try_hours(number).unwrap_or_default();
        Ok(Self {
            step_seconds: rule(Rule::CodeStepSeconds)?,
            steps_back: rule(Rule::CodeStepsBack)?,
            steps_ahead: rule(Rule::CodeStepsAhead)?,
            wrong_codes: rule(Rule::WrongCodes)?,
            people_per_device: rule(Rule::PeoplePerDevice)?,
            early: minutes(rule(Rule::MarkEarlyMinutes)?),
            after: minutes(rule(Rule::MarkAfterMinutes)?),
            lock: hours(rule(Rule::LockHours)?),
            offline: hours(rule(Rule::OfflineHours)?),
            drift: TimeDelta::try_seconds(rule(Rule::DeviceDriftSeconds)?).unwrap_or_default(),
            by_hand_percent: rule(Rule::ByHandPercent)?,
        })
    }

    #[cfg(test)]
    pub(crate) const DEFAULT: Self = Self {
        step_seconds: 15,
        steps_back: 1,
        steps_ahead: 1,
        wrong_codes: 10,
        people_per_device: 1,
        early: TimeDelta::minutes(30),
        after: TimeDelta::minutes(30),
        lock: TimeDelta::hours(48),
        offline: TimeDelta::hours(72),
        drift: TimeDelta::seconds(120),
        by_hand_percent: 10,
    };
}

/// A session before which a mark stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub class: ClassStatus,
    pub session: &'a class_session::Model,
    /// Of the person that is meant; none without a seat in the class.
    pub seat: Option<EnrolmentStatus>,
    pub limits: &'a Limits,
    pub now: DateTime<Utc>,
}

/// A verdict.
pub(crate) type Judged<T = ()> = std::result::Result<T, MarkRefusal>;

impl Case<'_> {
    /// What holds for every mark: the class was approved and is not over, the session is held, the person sits there.
    pub(crate) fn is_open(&self) -> Judged {
        match self.class {
            ClassStatus::Approved | ClassStatus::Running => {}
            ClassStatus::Draft | ClassStatus::Applied | ClassStatus::Returned => {
                return Err(MarkRefusal::ClassNotApproved);
            }
            ClassStatus::Ended | ClassStatus::Closed | ClassStatus::Cancelled => return Err(MarkRefusal::ClassOver),
        }
        self.counts()
    }

    /// The session counts, and the person sits there.
    fn counts(&self) -> Judged {
        if self.session.status == ClassSessionStatus::Cancelled {
            return Err(MarkRefusal::SessionCancelled);
        }
        if !self.session.creditable {
            return Err(MarkRefusal::NotCreditable);
        }
        match self.seat {
            Some(EnrolmentStatus::Seated | EnrolmentStatus::Started) => Ok(()),
            _ => Err(MarkRefusal::NoSeat),
        }
    }

    /// Whether the session is locked: from then on two people are needed.
    pub(crate) fn is_locked(&self) -> bool {
        self.session.ends_at + self.limits.lock <= self.now
    }

    /// What the trainer says on the page, of a session that has begun and is not locked.
    pub(crate) fn by_roster(&self) -> Judged {
        self.is_open()?;
        if self.session.starts_at > self.now {
            return Err(MarkRefusal::TooEarly);
        }
        if self.is_locked() { Err(MarkRefusal::Locked) } else { Ok(()) }
    }

    /// Whether a code is of use in this session now, for anybody.
    pub(crate) fn shows_code(&self) -> Judged {
        self.is_open()?;
        if self.now < self.session.starts_at - self.limits.early {
            return Err(MarkRefusal::TooEarly);
        }
        if self.now >= self.session.ends_at + self.limits.after { Err(MarkRefusal::TooLate) } else { Ok(()) }
    }

    /// What a person says with the own phone and the code on the trainer's screen.
    pub(crate) fn by_code(&self, tried: &Tried<'_>) -> Judged<i64> {
        self.is_open()?;
        let (opens, shuts) = match tried.says {
            MarkWord::Out => (self.session.starts_at, self.session.ends_at + self.limits.after),
            _ => (self.session.starts_at - self.limits.early, self.session.ends_at),
        };
        if self.now < opens {
            return Err(MarkRefusal::TooEarly);
        }
        if self.now >= shuts {
            return Err(MarkRefusal::TooLate);
        }
        if tried.wrong_codes >= self.limits.wrong_codes {
            return Err(MarkRefusal::TooManyTries);
        }
        let step = match tried.reading {
            Reading::Valid(step) => step,
            Reading::Old(_) => return Err(MarkRefusal::CodeOld),
            Reading::Wrong => return Err(MarkRefusal::CodeWrong),
        };
        let said = |word| tried.own.iter().any(|saying| saying.says == word);
        match tried.says {
            MarkWord::Out if !said(MarkWord::In) => return Err(MarkRefusal::NotIn),
            MarkWord::Out if said(MarkWord::Out) => return Err(MarkRefusal::AlreadyOut),
            MarkWord::Out => {}
            _ if said(MarkWord::In) => return Err(MarkRefusal::AlreadyIn),
            _ => {}
        }
        if tried.used_steps.contains(&step) {
            return Err(MarkRefusal::CodeUsed);
        }
        if tried.others_on_device >= self.limits.people_per_device {
            return Err(MarkRefusal::CodeShared);
        }
        Ok(step)
    }

    /// What a roster device wrote down without network at `made_at`, by its own clock.
    ///
    /// The order of its marks is not judged: who comes late would be refused for what came before.
    pub(crate) fn by_device(&self, made_at: DateTime<Utc>) -> Judged {
        self.is_open()?;
        if made_at > self.now + self.limits.drift {
            return Err(MarkRefusal::Future);
        }
        if made_at + self.limits.offline < self.now {
            return Err(MarkRefusal::SentTooLate);
        }
        if made_at + self.limits.drift < self.session.starts_at {
            return Err(MarkRefusal::TooEarly);
        }
        if made_at >= self.session.ends_at + self.limits.lock { Err(MarkRefusal::Locked) } else { Ok(()) }
    }

    /// What is written by hand, before the session is locked: `made` so many of the class's marks are so already, of `all`
    /// that there may be.
    pub(crate) fn by_hand(&self, made: i64, all: i64) -> Judged {
        self.by_roster()?;
        // At least one, so that a small class is not left without.
        let most = (all * self.limits.by_hand_percent / 100).max(1);
        if made >= most { Err(MarkRefusal::ByHandFull) } else { Ok(()) }
    }

    /// Leave, before the session begins.
    pub(crate) fn leave(&self) -> Judged {
        self.is_open()?;
        if self.session.starts_at <= self.now { Err(MarkRefusal::TooLate) } else { Ok(()) }
    }

    /// A change by two people: of a session that has begun, until the class is closed. The class may be over.
    pub(crate) fn by_ruling(&self) -> Judged {
        match self.class {
            ClassStatus::Approved | ClassStatus::Running | ClassStatus::Ended => {}
            ClassStatus::Draft | ClassStatus::Applied | ClassStatus::Returned => {
                return Err(MarkRefusal::ClassNotApproved);
            }
            ClassStatus::Closed | ClassStatus::Cancelled => return Err(MarkRefusal::ClassOver),
        }
        self.counts()?;
        if self.session.starts_at > self.now { Err(MarkRefusal::TooEarly) } else { Ok(()) }
    }
}

/// What somebody tried with a code, and what is known of earlier tries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tried<'a> {
    /// In or out.
    pub says: MarkWord,
    pub reading: Reading,
    /// What the same person said by code in this session.
    pub own: &'a [Saying],
    /// The steps whose code the person used up.
    pub used_steps: &'a [i64],
    /// Other people who marked themselves with this phone in this session.
    pub others_on_device: i64,
    /// Of this account, lately.
    pub wrong_codes: i64,
}

/// How a refusal is told: `mark.code_old`.
pub(crate) fn code(refusal: MarkRefusal) -> &'static str {
    match refusal {
        MarkRefusal::ClassNotApproved => "session.class_not_approved",
        MarkRefusal::ClassOver => "session.class_over",
        MarkRefusal::SessionCancelled => "session.cancelled",
        MarkRefusal::NotCreditable => "mark.not_creditable",
        MarkRefusal::TooEarly => "session.not_begun",
        MarkRefusal::TooLate => "mark.too_late",
        MarkRefusal::Locked => "session.locked",
        MarkRefusal::NoSeat => "invalid.no_seat",
        MarkRefusal::CodeWrong => "mark.code_wrong",
        MarkRefusal::CodeOld => "mark.code_old",
        MarkRefusal::CodeUsed => "mark.code_used",
        MarkRefusal::CodeShared => "mark.code_shared",
        MarkRefusal::TooManyTries => "mark.too_many_tries",
        MarkRefusal::AlreadyIn => "mark.already_in",
        MarkRefusal::AlreadyOut => "mark.already_out",
        MarkRefusal::NotIn => "mark.not_in",
        MarkRefusal::Future => "invalid.future",
        MarkRefusal::OutsideSession => "invalid.outside_session",
        MarkRefusal::OutBeforeIn => "invalid.out_before_in",
        MarkRefusal::LateWhen => "invalid.late_when",
        MarkRefusal::NotThere => "invalid.not_there",
        MarkRefusal::DeviceUnknown => "mark.device_unknown",
        MarkRefusal::DeviceRevoked => "mark.device_revoked",
        MarkRefusal::SignatureWrong => "mark.signature_wrong",
        MarkRefusal::SequenceReused => "mark.sequence_reused",
        MarkRefusal::SentTooLate => "mark.sent_too_late",
        MarkRefusal::ByHandFull => "mark.by_hand_full",
        MarkRefusal::Waiting => "mark.waiting",
    }
}

/// A refusal of the whole, with the number that it goes by.
pub(crate) fn refused(refusal: MarkRefusal, limits: &Limits) -> Error {
    told(refusal, Some(limits)).into()
}

/// The words of a refusal; without limits for what lies in no class.
pub(crate) fn told(refusal: MarkRefusal, limits: Option<&Limits>) -> Refusal {
    let told = Refusal { code: code(refusal), args: Vec::new() };
    match (refusal, limits) {
        (MarkRefusal::Locked, Some(limits)) => told.with("hours", limits.lock.num_hours()),
        (MarkRefusal::SentTooLate, Some(limits)) => told.with("hours", limits.offline.num_hours()),
        _ => told,
    }
}

/// A refusal that lies in one field of one mark.
pub(crate) fn flaw(field: String, refusal: MarkRefusal) -> FieldError {
    FieldError::new(field, code(refusal))
}

//! What the people of a class have to show for it: what would come of them now, or what did.

use std::collections::HashMap;

use entities::{
    assessment, certificate, completion, training_class,
    values::{
        AssessmentResult, CertificateStatus, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, ExemptReason, Fen,
        PersonId, Role,
    },
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::attendance::{self, Minutes};
use crate::base::{Error, Result};
use crate::certificates::{self, DECIMALS};
use crate::classes;
use crate::completion::rights::ReadResults;
use crate::completion::rules;
use crate::completion::store;
use crate::completion::views::{ClassResultsView, CompletionView, ResultView};
use crate::data::Vault;
use crate::enrolments;
use crate::organisations;
use crate::people;
use crate::policy::{Rule, RuleBook};

const LISTED: [EnrolmentStatus; 4] =
    [EnrolmentStatus::Seated, EnrolmentStatus::Started, EnrolmentStatus::Completed, EnrolmentStatus::Failed];

/// How often one may try, by the rule of the day on which the class was approved.
pub(super) async fn attempts_allowed(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<i64> {
    let on = class.approved_on.unwrap_or(class.starts_on);
    RuleBook::load(db).await?.value(Rule::AssessmentAttempts, &class.area_code, on)
}

/// The attempts of each enrolment, the first ones first.
pub(super) async fn tries(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<HashMap<EnrolmentId, Vec<assessment::Model>>> {
    let mut tries: HashMap<EnrolmentId, Vec<assessment::Model>> = HashMap::new();
    for row in store::assessments(db, class).await? {
        tries.entry(row.enrolment_id).or_default().push(row);
    }
    Ok(tries)
}

/// A class with what its people have to show for it: what would come of them now, or what did.
pub(crate) struct Results {
    pub class: training_class::Model,
    /// The body that assesses.
    pub assessor: Option<String>,
    pub allowed: i64,
    pub people: Vec<Line>,
}

/// The sum behind one person.
pub(crate) struct Line {
    /// Its place in the list, from 1.
    pub number: usize,
    pub id: EnrolmentId,
    pub name: String,
    pub tail: String,
    pub minutes: Minutes,
    pub attended: bool,
    pub attempts: i32,
    /// The result that counts; `None` as long as there is none.
    pub result: Option<AssessmentResult>,
    pub exempt_reason: Option<ExemptReason>,
    pub score: Option<i32>,
    pub paper_ref: Option<String>,
    pub qualified: bool,
    pub certificate: Option<certificate::Model>,
}

impl Line {
    pub(crate) fn credited(&self) -> i64 {
        self.minutes.credited
    }

    pub(crate) fn held(&self) -> i64 {
        self.minutes.held
    }

    pub(crate) fn percent(&self) -> Option<String> {
        self.minutes.rate().percent(DECIMALS)
    }

    fn passed(&self) -> bool {
        self.result.is_some_and(rules::passes)
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.certificate.as_ref().is_some_and(|of| of.status == CertificateStatus::Revoked)
    }
}

impl Results {
    pub(crate) fn missing(&self) -> usize {
        self.people.iter().filter(|line| line.result.is_none()).count()
    }

    pub(crate) fn qualified(&self) -> usize {
        self.people.iter().filter(|line| line.qualified).count()
    }

    pub(crate) fn released(&self) -> Fen {
        rules::released(self.class.ceiling_fen, self.class.seats, self.qualified())
    }

    /// Whether this person can be assessed (again).
    pub(crate) fn may_try(&self, line: &Line) -> bool {
        self.class.status == ClassStatus::Ended && !line.passed() && i64::from(line.attempts) < self.allowed
    }

    pub(crate) fn may_close(&self) -> bool {
        self.class.status == ClassStatus::Ended && self.missing() == 0
    }

    /// Whether the county may still name who assesses: as long as the class is not over with, and no result stands or nobody
    /// is named who could go on.
    pub(crate) fn may_name(&self) -> bool {
        let open = self.class.assessor_id.is_none() || self.people.iter().all(|line| line.attempts == 0);
        may_be_named(self.class.status) && open
    }

    /// Who acts next on an ended class.
    pub(crate) fn waiting_on(&self) -> Option<Role> {
        match (self.class.status, self.missing()) {
            (ClassStatus::Ended, 0) => Some(Role::CountyClerk),
            (ClassStatus::Ended, _) if self.class.assessor_id.is_none() => Some(Role::CountyClerk),
            (ClassStatus::Ended, _) => Some(Role::Assessor),
            _ => None,
        }
    }

    /// What a holder of the role may do here now.
    fn actions(&self, role: Role) -> Vec<&'static str> {
        let tries = self.people.iter().any(|line| self.may_try(line));
        let may = match role {
            Role::Assessor => [("assess", tries), ("", false)],
            Role::CountyClerk => [("name_assessor", self.may_name()), ("close", self.may_close())],
            _ => [("", false); 2],
        };
        may.into_iter().filter_map(|(action, may)| may.then_some(action)).collect()
    }

    pub(crate) fn view(self, role: Role) -> ClassResultsView {
        ClassResultsView {
            id: self.class.id,
            status: self.class.status,
            actions: self.actions(role),
            waiting_on: self.waiting_on(),
            assessor_id: self.class.assessor_id,
            certificate_kind: self.class.certificate_kind,
            attendance_percent: self.class.attendance_percent,
            attempts_allowed: self.allowed,
            qualified: self.qualified(),
            released_fen: self.released(),
            items: self.people.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Line> for ResultView {
    fn from(line: Line) -> Self {
        Self {
            enrolment_id: line.id,
            attendance: line.minutes.rate().view(DECIMALS),
            attempts: line.attempts,
            result: line.result,
            exempt_reason: line.exempt_reason,
            score: line.score,
            paper_ref: line.paper_ref,
            qualified: line.qualified,
            serial: line.certificate.map(|certificate| certificate.serial),
            name: line.name,
            tail: line.tail,
        }
    }
}

/// States in which the body that assesses may be named.
pub(super) fn may_be_named(status: ClassStatus) -> bool {
    match status {
        ClassStatus::Applied | ClassStatus::Approved | ClassStatus::Running | ClassStatus::Ended => true,
        ClassStatus::Draft | ClassStatus::Returned | ClassStatus::Closed | ClassStatus::Cancelled => false,
    }
}

/// Reads the results of a class in sight.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn results(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<ReadResults>,
    class: ClassId,
) -> Result<Results> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let seats = enrolments::of_class(db, class.id, &LISTED).await?;
    let persons: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
    let mut briefs = people::briefs(db, vault, &persons).await?;
    let tries = tries(db, class.id).await?;
    let held = attendance::held(db, class.id).await?;
    let totals = attendance::totals(db, class.id).await?;
    let mut certificates: HashMap<EnrolmentId, certificate::Model> = certificates::of_class(db, class.id)
        .await?
        .into_iter()
        .map(|certificate| (certificate.enrolment_id, certificate))
        .collect();
    let completions: HashMap<EnrolmentId, completion::Model> =
        store::of_class(db, class.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
    let people = (1..).zip(&seats).map(|(number, seat)| {
        let (name, tail) = briefs.remove(&seat.person_id).map(|brief| (brief.name, brief.tail)).unwrap_or_default();
        let tries = tries.get(&seat.id).map_or(&[][..], Vec::as_slice);
        let standing = rules::standing(tries);
        let passed = standing.is_some_and(|row| rules::passes(row.result));
        let completion = completions.get(&seat.id);
        let minutes = match completion {
            Some(row) => Minutes { credited: row.credited_minutes.into(), held: row.held_minutes.into() },
            None => totals.get(&seat.id).copied().unwrap_or(Minutes { credited: 0, held }),
        };
        let percent = class.attendance_percent;
        Line {
            number,
            id: seat.id,
            name,
            tail,
            minutes,
            attended: rules::attended(minutes, percent),
            attempts: i32::try_from(tries.len()).unwrap_or(i32::MAX),
            result: standing.map(|row| row.result),
            exempt_reason: standing.and_then(|row| row.exempt_reason),
            score: standing.and_then(|row| row.score),
            paper_ref: standing.and_then(|row| row.paper_ref.clone()),
            qualified: completion.map_or_else(|| rules::qualifies(minutes, percent, passed), |row| row.qualified),
            certificate: certificates.remove(&seat.id),
        }
    });
    let people = people.collect();
    let assessor = match class.assessor_id {
        Some(id) => organisations::names(db, [id]).await?.remove(&id),
        None => None,
    };
    Ok(Results { assessor, allowed: attempts_allowed(db, &class).await?, people, class })
}

/// What came of the enrolments of a closed class, in the order of enrolment.
///
/// # Errors
/// `NotFound`; `Invalid` for more decimals than there are.
pub(crate) async fn completions(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<ReadResults>,
    class: ClassId,
    decimals: Option<u32>,
) -> Result<Vec<CompletionView>> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let decimals = decimals.unwrap_or(DECIMALS);
    if decimals > 4 {
        return Err(Error::invalid("decimals", "invalid.range"));
    }
    let rows = store::of_class(db, class.id).await?;
    let persons: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let mut briefs = people::briefs(db, vault, &persons).await?;
    let mut serials: HashMap<EnrolmentId, String> = certificates::of_class(db, class.id)
        .await?
        .into_iter()
        .map(|certificate| (certificate.enrolment_id, certificate.serial))
        .collect();
    let views = rows.into_iter().map(|row| {
        let minutes = Minutes { credited: row.credited_minutes.into(), held: row.held_minutes.into() };
        CompletionView {
            enrolment_id: row.enrolment_id,
            name: briefs.remove(&row.person_id).map(|brief| brief.name).unwrap_or_default(),
            programme: row.programme,
            year: row.year,
            attendance: minutes.rate().view(decimals),
            passed: row.passed,
            qualified: row.qualified,
            completed_on: row.completed_on,
            serial: serials.remove(&row.enrolment_id),
        }
    });
    Ok(views.collect())
}

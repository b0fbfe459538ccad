//! Entering results, closing a class with everything that follows, verifying and revoking certificates.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    assessment, certificate, completion, enrolment, training_class,
    values::{
        AssessmentId, CertificateId, CertificateKind, CertificateStatus, ClassId, ClassStatus, EnrolmentId,
        EnrolmentStatus, Fen, PersonId, Role,
    },
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::areas::Atlas;
use crate::attendance::{self, Minutes};
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::classes;
use crate::completion::forms::{Naming, NewResult, ResultsForm, RevokeCertificate, entered};
use crate::completion::lifecycle::CertificateAction;
use crate::completion::rights::{CloseClasses, ReadCertificates, ReadResults, RecordResults, RevokeCertificates};
use crate::completion::rules;
use crate::completion::store::{self, Issued};
use crate::completion::views::{CertificateView, ClassResultsView, CompletionView, ResultView, VerificationView};
use crate::data::idempotency::{self, Answer, Keep};
use crate::data::sequence;
use crate::data::{Audit, Telling, Vault, Work};
use crate::enrolments;
use crate::funds;
use crate::organisations;
use crate::people::{self, Brief};
use crate::policy::{Rule, RuleBook};
use crate::targets::{self, Counted};
use crate::web::{Todo, one_line};

/// Decimals of a rate, unless somebody asks for others.
const DECIMALS: u32 = 2;
const LISTED: [EnrolmentStatus; 4] =
    [EnrolmentStatus::Seated, EnrolmentStatus::Started, EnrolmentStatus::Completed, EnrolmentStatus::Failed];

/// What waits for this reader here: results for the institution to enter, classes for the county's clerk to close.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (enters, closes) = (actor.prove::<RecordResults>().is_ok(), actor.prove::<CloseClasses>().is_ok());
    if !enters && !closes {
        return Ok(Vec::new());
    }
    let waiting = store::ended(db, &actor.scope()).await?;
    Ok(waiting
        .into_iter()
        .map(|class| {
            let missing = class.missing > 0;
            let (key, why, why_args) = if missing {
                let count = vec![("count", class.missing.to_string())];
                ("completion-todo-results", "completion-todo-results-why", count)
            } else {
                ("completion-todo-close", "completion-todo-close-why", Vec::new())
            };
            Todo {
                mine: if missing { enters } else { closes },
                href: format!("/classes/{}/results", class.id),
                key,
                args: vec![("class", class.title)],
                why,
                why_args,
                due: None,
            }
        })
        .collect())
}

/// How often one may try, by the rule of the day on which the class was approved.
async fn attempts_allowed(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<i64> {
    let on = class.approved_on.unwrap_or(class.starts_on);
    RuleBook::load(db).await?.value(Rule::AssessmentAttempts, &class.area_code, on)
}

/// The attempts of each enrolment, the first ones first.
async fn tries(db: &impl ConnectionTrait, class: ClassId) -> Result<HashMap<EnrolmentId, Vec<assessment::Model>>> {
    let mut tries: HashMap<EnrolmentId, Vec<assessment::Model>> = HashMap::new();
    for row in store::assessments(db, class).await? {
        tries.entry(row.enrolment_id).or_default().push(row);
    }
    Ok(tries)
}

/// Enters one attempt of each person, all or none.
///
/// # Errors
/// `assessment.class_not_ended` before the end and after the closing; `Invalid` with the field of each result that cannot
/// be; `Stale` for an attempt that stands already; `NotFound` out of sight.
pub(crate) async fn assess(
    by: &Can<RecordResults>,
    work: &Work,
    class: ClassId,
    results: &[NewResult],
    naming: Naming,
) -> Result<()> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    if class.status != ClassStatus::Ended {
        return Err(Error::refused("assessment.class_not_ended"));
    }
    if results.is_empty() {
        let list = match naming {
            Naming::ByIndex => "results",
            Naming::ByPerson => "",
        };
        return Err(Error::invalid(list, "invalid.no_results"));
    }
    let seats = enrolments::of_class(work.db(), class.id, &[EnrolmentStatus::Started]).await?;
    let tries = tries(work.db(), class.id).await?;
    let allowed = attempts_allowed(work.db(), &class).await?;
    let mut rows: Vec<assessment::Model> = Vec::with_capacity(results.len());
    let mut flaws = Vec::new();
    for (index, result) in results.iter().enumerate() {
        let before = tries.get(&result.enrolment_id).map_or(&[][..], Vec::as_slice);
        let attempt = i32::try_from(before.len()).unwrap_or(i32::MAX).saturating_add(1);
        let repeated = rows.iter().any(|row| row.enrolment_id == result.enrolment_id);
        let flaw = if !seats.iter().any(|seat| seat.id == result.enrolment_id) {
            Some(("enrolment_id", "invalid.not_started"))
        } else if repeated {
            Some(("enrolment_id", "invalid.repeated"))
        } else if result.attempt.is_some_and(|said| said != attempt) {
            return Err(Error::Stale);
        } else if before.iter().any(|row| row.passed) {
            Some(("passed", "invalid.passed_already"))
        } else if i64::from(attempt) > allowed {
            Some(("passed", "invalid.attempts_used"))
        } else if result.score.is_some_and(|score| !(0..=100).contains(&score)) {
            Some(("score", "invalid.range"))
        } else {
            None
        };
        match flaw {
            Some((field, code)) => flaws.push(FieldError::new(naming.field(index, result, field), code)),
            None => rows.push(assessment::Model {
                id: AssessmentId::new(),
                enrolment_id: result.enrolment_id,
                attempt,
                passed: result.passed,
                score: result.score,
                assessed_on: work.today(),
                recorded_by: by.account,
                created_at: work.now,
            }),
        }
    }
    if !flaws.is_empty() {
        return Err(Error::Invalid(flaws));
    }
    let told: Vec<_> = rows
        .iter()
        .map(|row| json!({ "enrolment": row.enrolment_id, "attempt": row.attempt, "passed": row.passed }))
        .collect();
    work.record(
        Audit::of("assess", "class", class.id)
            .by(by.account, by.role)
            .area(&class.area_code)
            .detail(json!({ "results": told })),
    );
    store::insert_assessments(work.db(), rows).await
}

/// Enters what a page sent.
///
/// # Errors
/// Those of [`assess`], by the names of the page's fields.
pub(crate) async fn assess_list(
    by: &Can<RecordResults>,
    work: &Work,
    class: ClassId,
    form: &ResultsForm,
) -> Result<()> {
    classes::visible(work.db(), &by.scope(), class).await?;
    assess(by, work, class, &entered(form)?, Naming::ByPerson).await
}

/// Closes an ended class: derives what came of everybody who started, counts who qualified, issues the certificates and
/// lets go of the money of seats that nobody qualified on. Returns how many qualified.
///
/// # Errors
/// `move.illegal` for a class that has not ended or is closed already; `class.results_missing` (arg count); `NotFound`.
pub(crate) async fn close(by: &Can<CloseClasses>, work: &Work, atlas: &Atlas, class: ClassId) -> Result<usize> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    if class.status != ClassStatus::Ended {
        return Err(Error::refused("move.illegal"));
    }
    let seats = enrolments::of_class(work.db(), class.id, &[EnrolmentStatus::Started]).await?;
    let tries = tries(work.db(), class.id).await?;
    let missing = seats.iter().filter(|seat| !tries.contains_key(&seat.id)).count();
    if missing > 0 {
        return Err(Refusal { code: "class.results_missing", args: Vec::new() }.with("count", missing).into());
    }
    let completions = derive(work, &class, &seats, &tries).await?;
    // First the class: of two who close it at once, the second finds it closed before any number is taken.
    classes::close(by.actor(), work, &class).await?;
    let qualified: Vec<&completion::Model> = completions.iter().filter(|row| row.qualified).collect();
    let failed: Vec<EnrolmentId> =
        completions.iter().filter(|row| !row.qualified).map(|row| row.enrolment_id).collect();
    let passed: Vec<EnrolmentId> = qualified.iter().map(|row| row.enrolment_id).collect();
    let counted: Vec<Counted> = qualified
        .iter()
        .map(|row| Counted {
            person_id: row.person_id,
            programme: row.programme,
            year: row.year,
            area_code: row.area_code.clone(),
        })
        .collect();
    // Before the rows stand: who has one already is counted as a person-time, not as a person.
    targets::count(work, atlas, &counted).await?;
    issue(work, &class, &qualified).await?;
    let count = qualified.len();
    store::insert_completions(work.db(), completions).await?;
    enrolments::finish(work, &passed, &failed).await?;
    let unused = rules::released(class.unit_fen, class.seats, count);
    if let Some(pot) = class.pot_id
        && unused > Fen(0)
    {
        funds::release(Some(by.actor()), work, pot, class.id, unused, "class_closed").await?;
    }
    Ok(count)
}

/// What came of everybody who started, from marks and results alone.
async fn derive(
    work: &Work,
    class: &training_class::Model,
    seats: &[enrolment::Model],
    tries: &HashMap<EnrolmentId, Vec<assessment::Model>>,
) -> Result<Vec<completion::Model>> {
    let held = attendance::held(work.db(), class.id).await?;
    let totals = attendance::totals(work.db(), class.id).await?;
    let narrow = |minutes: i64| i32::try_from(minutes).map_err(Error::internal);
    seats
        .iter()
        .map(|seat| {
            // Who has no mark at all was never there.
            let minutes = totals.get(&seat.id).copied().unwrap_or(Minutes { credited: 0, held });
            let passed = tries.get(&seat.id).is_some_and(|tries| tries.iter().any(|row| row.passed));
            Ok(completion::Model {
                enrolment_id: seat.id,
                class_id: class.id,
                person_id: seat.person_id,
                programme: class.programme,
                year: year_of(class.ends_on),
                area_code: seat.area_code.clone(),
                credited_minutes: narrow(minutes.credited)?,
                held_minutes: narrow(minutes.held)?,
                passed,
                qualified: rules::qualifies(minutes, class.attendance_percent, passed),
                completed_on: class.ends_on,
            })
        })
        .collect()
}

/// A certificate for each, numbered without gaps in the order of seats, and a word to its holder.
async fn issue(work: &Work, class: &training_class::Model, qualified: &[&completion::Model]) -> Result<()> {
    if qualified.is_empty() {
        return Ok(());
    }
    let series = rules::series(&class.area_code, year_of(class.ends_on), class.programme);
    let many = u32::try_from(qualified.len()).map_err(Error::internal)?;
    let numbers = sequence::next_many(work, &format!("certificate {series}"), many).await?;
    let mut certificates = Vec::with_capacity(qualified.len());
    for (completion, number) in qualified.iter().zip(numbers) {
        let serial = rules::serial(&series, number);
        tell_person(work, completion.person_id, "certificate_issued", &class.title, &serial, "").await?;
        certificates.push(certificate::Model {
            id: CertificateId::new(),
            serial,
            enrolment_id: completion.enrolment_id,
            person_id: completion.person_id,
            class_id: class.id,
            kind: CertificateKind::Completion,
            issued_on: work.today(),
            status: CertificateStatus::Published,
            reason: None,
        });
    }
    store::insert_certificates(work.db(), certificates).await
}

pub(crate) async fn tell_person(
    work: &Work,
    person: PersonId,
    kind: &'static str,
    class: &str,
    serial: &str,
    reason: &str,
) -> Result<()> {
    for account in accounts::of_person(work.db(), person).await? {
        work.tell(Telling {
            to: account,
            kind,
            args: json!({ "class": class, "serial": serial, "reason": reason }),
            link: Some(format!("/certificates/{serial}")),
        });
    }
    Ok(())
}

/// A command with the key under which its first answer is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command<'a> {
    pub key: Option<&'a str>,
    pub body_hash: &'a str,
}

/// Closes the class for a program and answers how it stands; the same command again gets the first answer.
///
/// # Errors
/// Those of [`close`]; `idempotency.other_body`.
pub(crate) async fn close_once(
    by: &Can<CloseClasses>,
    work: &Work,
    (atlas, vault): (&Atlas, &Vault),
    class: ClassId,
    command: Command<'_>,
) -> Result<Answer> {
    let route = format!("/api/v1/classes/{class}/close");
    if let Some(key) = command.key
        && let Some(first) = idempotency::claim(work, by.account, &route, key, command.body_hash).await?
    {
        return Ok(first);
    }
    close(by, work, atlas, class).await?;
    let view = results(work.db(), vault, &by.prove()?, class).await?.view(by.role);
    let answer = Answer { status: 200, body: serde_json::to_string(&view).map_err(Error::internal)? };
    if let Some(key) = command.key {
        let keep = Keep {
            account: by.account,
            key: key.to_owned(),
            body_hash: command.body_hash.to_owned(),
            answer: answer.clone(),
        };
        idempotency::keep(work, &route, keep).await?;
    }
    Ok(answer)
}

/// A class with what its people have to show for it: what would come of them now, or what did.
pub(crate) struct Results {
    pub class: training_class::Model,
    pub allowed: i64,
    pub people: Vec<Line>,
}

/// The sum behind one person.
pub(crate) struct Line {
    pub id: EnrolmentId,
    pub name: String,
    pub tail: String,
    pub minutes: Minutes,
    pub attended: bool,
    pub attempts: i32,
    /// `None` as long as there is no result.
    pub passed: Option<bool>,
    pub score: Option<i32>,
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

    pub(crate) fn is_revoked(&self) -> bool {
        self.certificate.as_ref().is_some_and(|of| of.status == CertificateStatus::Revoked)
    }
}

impl Results {
    pub(crate) fn missing(&self) -> usize {
        self.people.iter().filter(|line| line.passed.is_none()).count()
    }

    pub(crate) fn qualified(&self) -> usize {
        self.people.iter().filter(|line| line.qualified).count()
    }

    pub(crate) fn released(&self) -> Fen {
        rules::released(self.class.unit_fen, self.class.seats, self.qualified())
    }

    /// Whether this person can be assessed (again).
    pub(crate) fn may_try(&self, line: &Line) -> bool {
        self.class.status == ClassStatus::Ended && line.passed != Some(true) && i64::from(line.attempts) < self.allowed
    }

    pub(crate) fn may_close(&self) -> bool {
        self.class.status == ClassStatus::Ended && self.missing() == 0
    }

    /// Who acts next on an ended class.
    pub(crate) fn waiting_on(&self) -> Option<Role> {
        match (self.class.status, self.missing()) {
            (ClassStatus::Ended, 0) => Some(Role::CountyClerk),
            (ClassStatus::Ended, _) => Some(Role::Institution),
            _ => None,
        }
    }

    /// What a holder of the role may do here now.
    fn actions(&self, role: Role) -> Vec<&'static str> {
        let tries = self.people.iter().any(|line| self.may_try(line));
        match role {
            Role::Institution if tries => vec!["assess"],
            Role::CountyClerk if self.may_close() => vec!["close"],
            _ => Vec::new(),
        }
    }

    pub(crate) fn view(self, role: Role) -> ClassResultsView {
        ClassResultsView {
            id: self.class.id,
            status: self.class.status,
            actions: self.actions(role),
            waiting_on: self.waiting_on(),
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
            passed: line.passed,
            score: line.score,
            qualified: line.qualified,
            serial: line.certificate.map(|certificate| certificate.serial),
            name: line.name,
        }
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
    let mut certificates: HashMap<EnrolmentId, certificate::Model> = store::certificates_of_class(db, class.id)
        .await?
        .into_iter()
        .map(|certificate| (certificate.enrolment_id, certificate))
        .collect();
    let completions: HashMap<EnrolmentId, completion::Model> =
        store::of_class(db, class.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
    let people = seats.iter().map(|seat| {
        let (name, tail) = briefs.remove(&seat.person_id).map(|brief| (brief.name, brief.tail)).unwrap_or_default();
        let tries = tries.get(&seat.id).map_or(&[][..], Vec::as_slice);
        let passed = tries.last().map(|_| tries.iter().any(|row| row.passed));
        let completion = completions.get(&seat.id);
        let minutes = match completion {
            Some(row) => Minutes { credited: row.credited_minutes.into(), held: row.held_minutes.into() },
            None => totals.get(&seat.id).copied().unwrap_or(Minutes { credited: 0, held }),
        };
        let percent = class.attendance_percent;
        Line {
            id: seat.id,
            name,
            tail,
            minutes,
            attended: rules::attended(minutes, percent),
            attempts: i32::try_from(tries.len()).unwrap_or(i32::MAX),
            passed,
            score: tries.last().and_then(|row| row.score),
            qualified: completion
                .map_or_else(|| rules::qualifies(minutes, percent, passed == Some(true)), |row| row.qualified),
            certificate: certificates.remove(&seat.id),
        }
    });
    let people = people.collect();
    Ok(Results { allowed: attempts_allowed(db, &class).await?, people, class })
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
    let mut serials: HashMap<EnrolmentId, String> = store::certificates_of_class(db, class.id)
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

/// A certificate with everything that is printed on it.
pub(crate) struct Sheet {
    pub issued: Issued,
    pub brief: Brief,
    pub institution: String,
}

impl Sheet {
    async fn of(db: &impl ConnectionTrait, vault: &Vault, issued: Issued) -> Result<Self> {
        let person = issued.certificate.person_id;
        let brief = people::briefs(db, vault, &[person]).await?.remove(&person);
        let brief = brief.ok_or_else(|| Error::internal("a certificate without its person"))?;
        let institution = issued.class.organisation_id;
        let institution = organisations::names(db, [institution]).await?.remove(&institution).unwrap_or_default();
        Ok(Self { issued, brief, institution })
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.issued.certificate.status == CertificateStatus::Revoked
    }

    pub(crate) fn minutes(&self) -> Minutes {
        let completion = &self.issued.completion;
        Minutes { credited: completion.credited_minutes.into(), held: completion.held_minutes.into() }
    }

    pub(crate) fn percent(&self) -> String {
        self.minutes().rate().percent(DECIMALS).unwrap_or_default()
    }

    pub(crate) fn hours(&self) -> String {
        rules::hours(self.minutes().held)
    }

    pub(crate) fn issued_on(&self) -> NaiveDate {
        self.issued.certificate.issued_on
    }

    /// The county whose bureau issued it.
    pub(crate) fn county(&self) -> &str {
        let area = &self.issued.class.area_code;
        area.get(..6).unwrap_or(area)
    }

    pub(crate) fn verification(self) -> VerificationView {
        let area_code = self.county().to_owned();
        let attendance = self.minutes().rate().view(DECIMALS);
        let Issued { certificate, class, .. } = self.issued;
        VerificationView {
            serial: certificate.serial,
            status: certificate.status,
            reason: certificate.reason,
            kind: certificate.kind,
            masked_name: self.brief.masked_name,
            masked_id: self.brief.masked_id,
            class_title: class.title,
            institution: self.institution,
            programme: class.programme,
            starts_on: class.starts_on,
            ends_on: class.ends_on,
            attendance,
            issued_on: certificate.issued_on,
            area_code,
        }
    }
}

/// Whether a serial is that of a certificate, for everybody who holds it. An unknown one tells nothing, not even how
/// close it is.
pub(crate) async fn verify(db: &impl ConnectionTrait, vault: &Vault, serial: &str) -> Result<Option<Sheet>> {
    match store::published(db, &rules::tidy(serial)).await? {
        Some(issued) => Ok(Some(Sheet::of(db, vault, issued).await?)),
        None => Ok(None),
    }
}

/// A certificate of somebody in sight.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn certificate(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<ReadCertificates>,
    serial: &str,
) -> Result<Sheet> {
    let issued = store::visible(db, &by.scope(), &rules::tidy(serial)).await?;
    Sheet::of(db, vault, issued).await
}

/// The serial of the certificate that a seat led to.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn serial_of_seat(
    db: &impl ConnectionTrait,
    by: &Can<ReadCertificates>,
    seat: EnrolmentId,
) -> Result<String> {
    Ok(store::of_seat(db, &by.scope(), seat).await?.certificate.serial)
}

/// Whether this reader may revoke it: it is valid, and of a class in the reader's own area.
pub(crate) fn may_revoke(actor: &Actor, sheet: &Sheet) -> bool {
    let opens = sheet.issued.certificate.status.open_to(actor.role).contains(&CertificateAction::Revoke);
    opens && actor.scope().covers(&sheet.issued.class.area_code)
}

/// Revokes a certificate; holder and institution are told. What the completion counted stays counted.
///
/// # Errors
/// `NotFound` for one of another county's class; `move.illegal` for one that is revoked; `Invalid` without a reason.
pub(crate) async fn revoke(
    by: &Can<RevokeCertificates>,
    work: &Work,
    serial: &str,
    form: &RevokeCertificate,
) -> Result<CertificateView> {
    let Issued { certificate, class, .. } = store::visible(work.db(), &by.scope(), &rules::tidy(serial)).await?;
    if !by.scope().covers(&class.area_code) {
        return Err(Error::NotFound("certificate"));
    }
    let reason = one_line(&form.reason)?;
    let to = certificate.status.after(CertificateAction::Revoke)?;
    store::revoke(work.db(), &certificate, to, reason).await?;
    work.record(
        Audit::of(CertificateAction::Revoke.into(), "certificate", &certificate.serial)
            .by(by.account, by.role)
            .area(&class.area_code)
            .detail(json!({ "reason": reason })),
    );
    tell_person(work, certificate.person_id, "certificate_revoked", &class.title, &certificate.serial, reason).await?;
    for account in accounts::of_organisation(work.db(), class.organisation_id).await? {
        work.tell(Telling {
            to: account,
            kind: "certificate_revoked",
            args: json!({ "class": class.title, "serial": certificate.serial, "reason": reason }),
            link: Some(format!("/certificates/{}", certificate.serial)),
        });
    }
    Ok(CertificateView {
        serial: certificate.serial,
        class_id: certificate.class_id,
        enrolment_id: certificate.enrolment_id,
        kind: certificate.kind,
        issued_on: certificate.issued_on,
        status: to,
        reason: Some(reason.to_owned()),
        actions: to.open_to(by.role).into_iter().map(Into::into).collect(),
        waiting_on: None,
    })
}

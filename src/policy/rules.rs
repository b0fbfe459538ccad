//! Rules in force: a number by area and date. The nearest area that has a row decides.

use chrono::NaiveDate;
use entities::{
    eligibility_rule, rule,
    values::{EligibilityRuleId, ExportPurpose, Programme, RiskBand, RuleId},
};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, Statement};
use uuid::Uuid;

use crate::areas::contains;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::policy::calendar;

/// What is decided by a number. The defaults stand in [`Rule::default_value`] with their sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Least attendance of the held minutes, in percent. Korea asks 80; no national figure for China was found.
    AttendancePercent,
    /// Working days between the application for a class and its first session (Guilin).
    ClassLeadDays,
    /// Most seats of a class, by programme: 30 for start-up training (Guilin), 50 for the others (proposal).
    ClassSize(Programme),
    /// Least hours of a class, by programme. None where the hours of the course decide alone: one programme holds courses of
    /// several lengths, so a county that asks for 70 hours of SYB says so by a row of its own.
    ClassMinHours(Programme),
    /// Percent of the fewest people of its course who must be on the roster of a class when it is approved (proposal: none,
    /// because seats are also taken afterwards).
    ClassRosterPercent,
    /// Least share of theory, and of practice, in percent of the planned minutes.
    TheoryShareMin,
    PracticeShareMin,
    /// Days before a session by which a change of its plan is asked for, else it is not creditable.
    SessionChangeDays,
    /// Metres around a venue within which a mark is made there, unless the venue has its own (proposal).
    VenueRadius,
    /// Subsidised trainings of one programme that one person may have in a calendar year (Shenzhen).
    QuotaProgramme,
    /// Subsidised trainings of all programmes in a calendar year (Shenzhen).
    QuotaYear,
    /// Seats that classes may hold beyond the headcount of an order, in percent (proposal).
    OverTrainPercent,
    /// Attempts at the final assessment.
    AssessmentAttempts,
    /// Months after the certificate within which a claim may be handed in (Changzhou).
    ClaimMonths,
    /// Months after the certificate within which one must work for the part that is paid for that (fsou 17069452).
    OutcomeMonths,
    /// Working days within which a clerk, and then a checker, decides on a claim (Jiangxi start-up rule).
    ClaimReviewDays,
    /// Working days of the finance bureau (Jiangxi start-up rule).
    ClaimFinanceDays,
    /// Working days within which a claim that went back is mended (proposal).
    ClaimReturnDays,
    /// The most that all uplifts of a standard come to, in percent (Jiangxi 2019).
    UpliftPercentMost,
    /// The most of a subsidy that is paid ahead, when a class begins, in percent (fsou 17069452).
    AdvancePercentMost,
    /// Working days of a public notice (Jiangxi, Changzhou 5; Huzhou 3); three to seven are allowed.
    NoticeDays,
    /// Working days within which an objection is answered (proposal).
    ObjectionDays,
    /// Objections to one notice on one day (proposal).
    ObjectionsPerNotice,
    /// Objections from one address on one day: a village may share one (proposal).
    ObjectionsPerAddress,
    /// Lines of one payment batch; what is left goes into the next (proposal).
    BatchLines,
    /// Rows of a bank's answer (proposal).
    ResponseRows,
    /// Training age on the first day of a class.
    AgeFrom,
    AgeTo,
    /// People who may share one phone before the records are looked at; one phone a household is usual (proposal).
    PhoneSharedMost,
    /// Days after the change of a bank account in which nobody is paid on the new one (proposal).
    PayeeCoolingDays,
    /// Days for which one may act for a colleague (proposal).
    DelegationDays,
    /// Minutes for which a typed password opens what asks for one anew (ASVS 7.5.3; proposal).
    FreshMinutes,
    /// Looks at people's numbers in full that one account may take a day (proposal).
    RevealsPerDay,
    /// Rows of a file that is sent for an import (proposal).
    ImportRows,
    /// Rows of a file that is loaded all or none: so long nobody else writes (proposal).
    ImportRowsWhole,
    /// Rows of an exclusion list (proposal).
    ExclusionRows,
    /// Rows of personal data in full that one person may take out within a day without a second one (proposal).
    ExportRowsFull,
    /// The same for masked rows (proposal).
    ExportRowsMasked,
    /// Rows of a workbook, which is made in memory (proposal).
    ExportRowsXlsx,
    /// Days that a file lies ready (proposal).
    ExportDays,
    /// Seconds for which one code stands on the trainer's screen (proposal: two seconds were found too short elsewhere).
    CodeStepSeconds,
    /// Steps after its own in which a code is still taken: for whoever was typing (proposal).
    CodeStepsBack,
    /// Steps before its own in which a code is taken: clocks of two servers drift (proposal).
    CodeStepsAhead,
    /// Wrong codes of one account in a quarter of an hour, after which none is taken (proposal).
    WrongCodes,
    /// People who may mark themselves with one phone in one session (proposal).
    PeoplePerDevice,
    /// Minutes before a session from which one may mark oneself (proposal).
    MarkEarlyMinutes,
    /// Minutes after a session until which one may mark that one goes (proposal).
    MarkAfterMinutes,
    /// Hours after its end at which a session is locked (proposal).
    LockHours,
    /// Hours within which marks made without network must arrive (proposal).
    OfflineHours,
    /// Seconds by which the clock of a roster device may be ahead (proposal).
    DeviceDriftSeconds,
    /// Marks by hand of all marks of a class, in percent (proposal).
    ByHandPercent,
    /// Percent of the planned minutes before which a seat may go to somebody else (proposal).
    ReplacePercent,
    /// Days of teaching after which it may not, however few the minutes (proposal).
    ReplaceDays,
    /// Minutes before and after a session in which an inspection of it is written down (proposal).
    InspectionMinutes,
    /// People who may be marked and not be seen at an inspection before that is a doubt: one may be outside (proposal).
    HeadcountTolerance,
    /// Pictures of one inspection (proposal).
    InspectionPhotos,
    /// Least share of a class that is called back, in percent (fsou 17252169).
    CallBackPercent,
    /// Days on which nobody answered, after which somebody goes there.
    CallBackTries,
    /// Working days within which a complaint is answered (proposal).
    ComplaintDays,
    /// Complaints that one account may file a day (proposal).
    ComplaintsPerDay,
    /// People who may have tried one phone in one session before it is doubtful: a couple may share one (proposal).
    DoubtDevicePeople,
    /// People who mark themselves in the same second, from whom on it is doubtful (proposal).
    DoubtSameSecond,
    /// Percent of the assessed who passed, from which on it is doubtful (auditors).
    DoubtPassPercent,
    /// Assessed people of a class below whom a pass rate says nothing (proposal).
    DoubtPassPeople,
    /// Classes that a young institution may open within so many days before it is doubtful, and for how many days it is
    /// young (proposals, after a case of 25 in two months).
    DoubtBurstClasses,
    DoubtBurstDays,
    DoubtYoungDays,
    /// Days for which a warning stands (proposal).
    WarningDays,
    /// Days after a sanction within which the institution may appeal (proposal).
    AppealDays,
    /// 1 where the claims of an institution are held while it is suspended, else 0 (proposal).
    SuspensionHoldsClaims,
    /// Months that count for the risk of an institution (proposal).
    RiskMonths,
    /// Days after its registration for which an institution is new (proposal).
    RiskNewDays,
    /// Marks by hand of all marks of a class, in percent, from which on they count for the risk (proposal).
    RiskByHandPercent,
    /// Points from which on the risk is middle, and high (proposals).
    RiskMiddle,
    RiskHigh,
    /// What of an institution's money is looked at after it was paid, in percent, by its risk (proposals).
    RiskRate(RiskBand),
    /// What is looked at after payment at least: of the value of an institution's programme, and of the lines that people
    /// claimed for themselves, in percent (`DfE`).
    SampleValuePercent,
    SampleOwnPercent,
    /// Days within which money that is asked back is paid (proposal).
    ClawbackDays,
    /// 1 where a file for that purpose may hold personal data in full, else 0 (proposal).
    ExportFull(ExportPurpose),
}

impl Rule {
    const ALL: [Self; 90] = [
        Self::AttendancePercent,
        Self::ClassLeadDays,
        Self::ClassSize(Programme::Entrepreneurship),
        Self::ClassSize(Programme::Ecommerce),
        Self::ClassSize(Programme::Skill),
        Self::ClassMinHours(Programme::Entrepreneurship),
        Self::ClassMinHours(Programme::Ecommerce),
        Self::ClassMinHours(Programme::Skill),
        Self::ClassRosterPercent,
        Self::TheoryShareMin,
        Self::PracticeShareMin,
        Self::SessionChangeDays,
        Self::VenueRadius,
        Self::QuotaProgramme,
        Self::QuotaYear,
        Self::OverTrainPercent,
        Self::AssessmentAttempts,
        Self::ClaimMonths,
        Self::OutcomeMonths,
        Self::ClaimReviewDays,
        Self::ClaimFinanceDays,
        Self::ClaimReturnDays,
        Self::UpliftPercentMost,
        Self::AdvancePercentMost,
        Self::NoticeDays,
        Self::ObjectionDays,
        Self::ObjectionsPerNotice,
        Self::ObjectionsPerAddress,
        Self::BatchLines,
        Self::ResponseRows,
        Self::AgeFrom,
        Self::AgeTo,
        Self::PhoneSharedMost,
        Self::PayeeCoolingDays,
        Self::DelegationDays,
        Self::FreshMinutes,
        Self::RevealsPerDay,
        Self::ImportRows,
        Self::ImportRowsWhole,
        Self::ExclusionRows,
        Self::ExportRowsFull,
        Self::ExportRowsMasked,
        Self::ExportRowsXlsx,
        Self::ExportDays,
        Self::CodeStepSeconds,
        Self::CodeStepsBack,
        Self::CodeStepsAhead,
        Self::WrongCodes,
        Self::PeoplePerDevice,
        Self::MarkEarlyMinutes,
        Self::MarkAfterMinutes,
        Self::LockHours,
        Self::OfflineHours,
        Self::DeviceDriftSeconds,
        Self::ByHandPercent,
        Self::ReplacePercent,
        Self::ReplaceDays,
        Self::InspectionMinutes,
        Self::HeadcountTolerance,
        Self::InspectionPhotos,
        Self::CallBackPercent,
        Self::CallBackTries,
        Self::ComplaintDays,
        Self::ComplaintsPerDay,
        Self::DoubtDevicePeople,
        Self::DoubtSameSecond,
        Self::DoubtPassPercent,
        Self::DoubtPassPeople,
        Self::DoubtBurstClasses,
        Self::DoubtBurstDays,
        Self::DoubtYoungDays,
        Self::WarningDays,
        Self::AppealDays,
        Self::SuspensionHoldsClaims,
        Self::RiskMonths,
        Self::RiskNewDays,
        Self::RiskByHandPercent,
        Self::RiskMiddle,
        Self::RiskHigh,
        Self::RiskRate(RiskBand::Low),
        Self::RiskRate(RiskBand::Middle),
        Self::RiskRate(RiskBand::High),
        Self::SampleValuePercent,
        Self::SampleOwnPercent,
        Self::ClawbackDays,
        Self::ExportFull(ExportPurpose::Report),
        Self::ExportFull(ExportPurpose::Check),
        Self::ExportFull(ExportPurpose::Statistics),
        Self::ExportFull(ExportPurpose::Audit),
        Self::ExportFull(ExportPurpose::Handover),
    ];

    /// The name under which it stands in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::AttendancePercent => "attendance_percent",
            Self::ClassLeadDays => "class_lead_days",
            Self::ClassSize(Programme::Entrepreneurship) => "class_size_entrepreneurship",
            Self::ClassSize(Programme::Ecommerce) => "class_size_ecommerce",
            Self::ClassSize(Programme::Skill) => "class_size_skill",
            Self::ClassMinHours(Programme::Entrepreneurship) => "class_min_hours_entrepreneurship",
            Self::ClassMinHours(Programme::Ecommerce) => "class_min_hours_ecommerce",
            Self::ClassMinHours(Programme::Skill) => "class_min_hours_skill",
            Self::ClassRosterPercent => "class_roster_percent",
            Self::TheoryShareMin => "theory_share_min",
            Self::PracticeShareMin => "practice_share_min",
            Self::SessionChangeDays => "session_change_days",
            Self::VenueRadius => "venue_radius_m",
            Self::QuotaProgramme => "quota_programme_year",
            Self::QuotaYear => "quota_year",
            Self::OverTrainPercent => "over_train_percent",
            Self::AssessmentAttempts => "assessment_attempts",
            Self::ClaimMonths => "claim_months",
            Self::OutcomeMonths => "claims.outcome_months",
            Self::ClaimReviewDays => "claims.review_days",
            Self::ClaimFinanceDays => "claims.finance_days",
            Self::ClaimReturnDays => "claims.return_days",
            Self::UpliftPercentMost => "uplift_percent_most",
            Self::AdvancePercentMost => "advance_percent_most",
            Self::NoticeDays => "notices.days",
            Self::ObjectionDays => "notices.objection_days",
            Self::ObjectionsPerNotice => "notices.objections_per_notice",
            Self::ObjectionsPerAddress => "notices.objections_per_address",
            Self::BatchLines => "payments.batch_lines",
            Self::ResponseRows => "payments.response_rows",
            Self::AgeFrom => "age_from",
            Self::AgeTo => "age_to",
            Self::PhoneSharedMost => "phone_shared_most",
            Self::PayeeCoolingDays => "payees.cooling_days",
            Self::DelegationDays => "delegations.days",
            Self::FreshMinutes => "access.fresh_minutes",
            Self::RevealsPerDay => "people.reveals_per_day",
            Self::ImportRows => "import_rows",
            Self::ImportRowsWhole => "import_rows_whole",
            Self::ExclusionRows => "exclusion_rows",
            Self::ExportRowsFull => "export_rows_full",
            Self::ExportRowsMasked => "export_rows_masked",
            Self::ExportRowsXlsx => "export_rows_xlsx",
            Self::ExportDays => "export_days",
            Self::CodeStepSeconds => "attendance.code_step_seconds",
            Self::CodeStepsBack => "attendance.code_steps_back",
            Self::CodeStepsAhead => "attendance.code_steps_ahead",
            Self::WrongCodes => "attendance.wrong_codes",
            Self::PeoplePerDevice => "attendance.people_per_device",
            Self::MarkEarlyMinutes => "attendance.early_minutes",
            Self::MarkAfterMinutes => "attendance.after_minutes",
            Self::LockHours => "attendance.lock_hours",
            Self::OfflineHours => "attendance.offline_hours",
            Self::DeviceDriftSeconds => "attendance.device_drift_seconds",
            Self::ByHandPercent => "attendance.by_hand_percent",
            Self::ReplacePercent => "attendance.replace_percent",
            Self::ReplaceDays => "attendance.replace_days",
            Self::InspectionMinutes => "inspections.minutes_around",
            Self::HeadcountTolerance => "inspections.tolerance",
            Self::InspectionPhotos => "inspections.photos",
            Self::CallBackPercent => "callbacks.percent",
            Self::CallBackTries => "callbacks.tries",
            Self::ComplaintDays => "complaints.days",
            Self::ComplaintsPerDay => "complaints.per_day",
            Self::DoubtDevicePeople => "supervision.device_people",
            Self::DoubtSameSecond => "supervision.same_second_people",
            Self::DoubtPassPercent => "supervision.pass_percent",
            Self::DoubtPassPeople => "supervision.pass_people",
            Self::DoubtBurstClasses => "supervision.burst_classes",
            Self::DoubtBurstDays => "supervision.burst_days",
            Self::DoubtYoungDays => "supervision.young_days",
            Self::WarningDays => "sanctions.warning_days",
            Self::AppealDays => "sanctions.appeal_days",
            Self::SuspensionHoldsClaims => "sanctions.suspension_holds_claims",
            Self::RiskMonths => "risk.months",
            Self::RiskNewDays => "risk.new_days",
            Self::RiskByHandPercent => "risk.by_hand_percent",
            Self::RiskMiddle => "risk.middle_from",
            Self::RiskHigh => "risk.high_from",
            Self::RiskRate(RiskBand::Low) => "risk.rate_low_percent",
            Self::RiskRate(RiskBand::Middle) => "risk.rate_middle_percent",
            Self::RiskRate(RiskBand::High) => "risk.rate_high_percent",
            Self::SampleValuePercent => "samples.value_percent",
            Self::SampleOwnPercent => "samples.own_percent",
            Self::ClawbackDays => "clawbacks.days",
            Self::ExportFull(ExportPurpose::Report) => "export_full_report",
            Self::ExportFull(ExportPurpose::Check) => "export_full_check",
            Self::ExportFull(ExportPurpose::Statistics) => "export_full_statistics",
            Self::ExportFull(ExportPurpose::Audit) => "export_full_audit",
            Self::ExportFull(ExportPurpose::Handover) => "export_full_handover",
        }
    }

    /// What a fresh database starts with.
    fn default_value(self) -> i64 {
        match self {
            Self::AttendancePercent => 80,
            Self::ClassSize(Programme::Entrepreneurship)
            | Self::MarkEarlyMinutes
            | Self::MarkAfterMinutes
            | Self::DoubtBurstDays
            | Self::ClawbackDays
            | Self::RiskRate(RiskBand::Middle) => 30,
            Self::ClassSize(Programme::Ecommerce | Programme::Skill)
            | Self::RevealsPerDay
            | Self::RiskHigh
            | Self::AdvancePercentMost => 50,
            Self::QuotaProgramme
            | Self::CodeStepsBack
            | Self::CodeStepsAhead
            | Self::PeoplePerDevice
            | Self::SessionChangeDays
            | Self::SuspensionHoldsClaims
            | Self::ExportFull(ExportPurpose::Report | ExportPurpose::Check | ExportPurpose::Handover) => 1,
            Self::ClassMinHours(_)
            | Self::ClassRosterPercent
            | Self::ExportFull(ExportPurpose::Statistics | ExportPurpose::Audit) => 0,
            Self::ClassLeadDays | Self::QuotaYear | Self::ExportDays | Self::CallBackTries | Self::PayeeCoolingDays => {
                3
            }
            Self::OverTrainPercent
            | Self::DoubtPassPeople
            | Self::RiskMiddle
            | Self::UpliftPercentMost
            | Self::SampleOwnPercent
            | Self::ObjectionsPerNotice => 20,
            Self::AssessmentAttempts | Self::ReplaceDays | Self::DoubtDevicePeople | Self::HeadcountTolerance => 2,
            Self::WrongCodes
            | Self::ByHandPercent
            | Self::ReplacePercent
            | Self::DoubtSameSecond
            | Self::DoubtBurstClasses
            | Self::ClaimReviewDays
            | Self::ClaimReturnDays
            | Self::ObjectionDays
            | Self::ObjectionsPerAddress
            | Self::CallBackPercent
            | Self::SampleValuePercent
            | Self::RiskRate(RiskBand::Low) => 10,
            Self::CodeStepSeconds | Self::InspectionMinutes | Self::ComplaintDays | Self::AppealDays => 15,
            Self::LockHours => 48,
            Self::OfflineHours => 72,
            Self::DeviceDriftSeconds => 120,
            Self::ClaimMonths | Self::RiskMonths => 12,
            Self::AgeFrom => 16,
            Self::AgeTo => 60,
            Self::TheoryShareMin | Self::PracticeShareMin => 40,
            Self::VenueRadius => 300,
            Self::PhoneSharedMost | Self::InspectionPhotos | Self::OutcomeMonths => 6,
            Self::DelegationDays => 90,
            Self::DoubtPassPercent => 98,
            Self::DoubtYoungDays => 180,
            Self::FreshMinutes
            | Self::ComplaintsPerDay
            | Self::RiskByHandPercent
            | Self::ClaimFinanceDays
            | Self::NoticeDays => 5,
            Self::WarningDays | Self::RiskNewDays => 365,
            Self::RiskRate(RiskBand::High) => 100,
            Self::ExportRowsFull => 500,
            Self::ExportRowsMasked => 5_000,
            Self::BatchLines => 10_000,
            Self::ExportRowsXlsx | Self::ImportRowsWhole | Self::ResponseRows => 20_000,
            Self::ImportRows | Self::ExclusionRows => 50_000,
        }
    }
}

/// All rules, numbers and who may be trained, read in one question; they are few.
#[derive(Debug)]
pub struct RuleBook {
    numbers: Vec<rule::Model>,
    eligibility: Vec<eligibility_rule::Model>,
}

/// Both tables in one question: the rush for seats reads them with every batch.
const BOTH: &str = "SELECT id, code, area_code, valid_from, valid_to, value, document_no, CAST(NULL AS text) AS conditions \
                    FROM rule UNION ALL SELECT id, coalesce(programme, '') AS code, area_code, valid_from, valid_to, \
                    CAST(0 AS bigint) AS value, document_no, conditions FROM eligibility_rule";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    code: String,
    area_code: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    value: i64,
    document_no: String,
    conditions: Option<String>,
}

/// How near a rule is to an area on a day, the later one of two as near; `None` where it does not hold.
fn nearness(
    of: &str,
    (valid_from, valid_to): (NaiveDate, Option<NaiveDate>),
    area: &str,
    on: NaiveDate,
) -> Option<(usize, NaiveDate)> {
    let holds = contains(of, area) && valid_from <= on && valid_to.is_none_or(|end| on < end);
    holds.then(|| (crate::areas::prefix(of).len(), valid_from))
}

impl RuleBook {
    /// # Errors
    /// Of the database.
    pub async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        let statement = Statement::from_string(db.get_database_backend(), BOTH);
        let mut book = Self { numbers: Vec::new(), eligibility: Vec::new() };
        for row in Row::find_by_statement(statement).all(db).await? {
            let Row { id, code, area_code, valid_from, valid_to, value, document_no, conditions } = row;
            match conditions {
                None => book.numbers.push(rule::Model {
                    id: RuleId(id),
                    code,
                    area_code,
                    valid_from,
                    valid_to,
                    value,
                    document_no,
                }),
                Some(conditions) => book.eligibility.push(eligibility_rule::Model {
                    id: EligibilityRuleId(id),
                    area_code,
                    programme: code.parse().ok(),
                    valid_from,
                    valid_to,
                    conditions,
                    document_no,
                }),
            }
        }
        Ok(book)
    }

    /// Who may be trained in a programme in an area on a day: the nearest area decides, then the rule that names the
    /// programme.
    ///
    /// # Errors
    /// `Internal` when no row covers the day: the defaults were deleted.
    pub(crate) fn eligibility(
        &self,
        programme: Programme,
        area: &str,
        on: NaiveDate,
    ) -> Result<&eligibility_rule::Model> {
        self.eligibility
            .iter()
            .filter(|row| row.programme.is_none_or(|of| of == programme))
            .filter_map(|row| {
                let (length, since) = nearness(&row.area_code, (row.valid_from, row.valid_to), area, on)?;
                Some(((length, row.programme.is_some(), since), row))
            })
            .max_by_key(|(key, _)| *key)
            .map(|(_, row)| row)
            .ok_or_else(|| Error::internal("no rule of eligibility in force"))
    }

    /// Every rule of eligibility, whether it holds or not.
    pub(crate) fn eligibility_rules(&self) -> &[eligibility_rule::Model] {
        &self.eligibility
    }

    /// The value in force in an area on a day: of the nearest area above it that has one.
    ///
    /// # Errors
    /// `Internal` when no row covers the day: the defaults were deleted.
    pub fn value(&self, rule: Rule, area: &str, on: NaiveDate) -> Result<i64> {
        self.numbers
            .iter()
            .filter(|row| row.code == rule.code())
            .filter_map(|row| Some((nearness(&row.area_code, (row.valid_from, row.valid_to), area, on)?, row.value)))
            .max_by_key(|(nearness, _)| *nearness)
            .map(|(_, value)| value)
            .ok_or_else(|| Error::internal(format!("no rule {} in force", rule.code())))
    }
}

/// Loads the default for the whole province of each rule that does not stand yet, and the calendars of the years that have none.
///
/// # Errors
/// Of the database.
pub async fn load_defaults(work: &Work) -> Result<()> {
    let standing = RuleBook::load(work.db()).await?;
    let missing = Rule::ALL.into_iter().filter(|rule| standing.numbers.iter().all(|row| row.code != rule.code()));
    let rows: Vec<_> = missing
        .map(|rule| {
            rule::Model {
                id: RuleId::new(),
                code: rule.code().to_owned(),
                area_code: "360000".to_owned(),
                valid_from: NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default(),
                valid_to: None,
                value: rule.default_value(),
                document_no: String::new(),
            }
            .into_active_model()
        })
        .collect();
    if !rows.is_empty() {
        rule::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    calendar::load_defaults(work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(area: &str, from: &str, to: Option<&str>, value: i64) -> rule::Model {
        rule::Model {
            id: RuleId::new(),
            code: Rule::AttendancePercent.code().into(),
            area_code: area.into(),
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|day| day.parse().unwrap()),
            value,
            document_no: String::new(),
        }
    }

    #[test]
    fn the_nearest_area_decides_and_a_rule_ends_before_its_last_day() {
        let numbers = vec![
            row("360000", "2015-01-01", None, 80),
            row("360900", "2016-01-01", Some("2016-07-01"), 85),
            row("360923", "2016-03-01", Some("2016-04-01"), 90),
        ];
        let book = RuleBook { numbers, eligibility: Vec::new() };
        let on = |day: &str| book.value(Rule::AttendancePercent, "360923106206", day.parse().unwrap()).unwrap();
        assert_eq!(
            ["2015-12-31", "2016-01-01", "2016-03-01", "2016-04-01", "2016-07-01"].map(on),
            [80, 85, 90, 85, 80]
        );
        assert!(book.value(Rule::AttendancePercent, "360923", "2014-12-31".parse().unwrap()).is_err());
        assert!(book.value(Rule::AgeTo, "360923", "2016-12-31".parse().unwrap()).is_err());
    }
}

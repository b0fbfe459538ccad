//! Words with a fixed meaning: roles, kinds and states. Each is stored, sent and shown under one spelling.

use rocket::form::{self, FromFormField, ValueField};
use sea_orm::{DeriveActiveEnum, EnumIter, Iterable, sea_query::StringLen};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize,
            Deserialize, ToSchema,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
        pub enum $name {
            $($(#[$vdoc])* #[sea_orm(string_value = $text)] #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Every word of the kind, in the order in which it is told.
            pub fn all() -> impl Iterator<Item = Self> {
                Self::iter()
            }
        }

        impl From<$name> for &'static str {
            fn from(word: $name) -> Self {
                word.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                Self::all().find(|word| word.as_str() == text).ok_or(())
            }
        }

        impl<'r> FromFormField<'r> for $name {
            fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
                Ok(field.value.parse().map_err(|()| form::Error::validation("invalid.choice"))?)
            }
        }
    )*};
}

words! {
    /// Who somebody is here.
    Role {
        /// 学员
        Trainee = "trainee",
        /// 村干部
        VillageWorker = "village_worker",
        /// 用工企业
        Enterprise = "enterprise",
        /// 培训机构
        Institution = "institution",
        /// 考核评价机构
        Assessor = "assessor",
        /// 县就业局经办
        CountyClerk = "county_clerk",
        /// 县就业局复核
        CountyChecker = "county_checker",
        /// 财政局
        FinanceOfficer = "finance_officer",
        /// 省市督导
        Supervisor = "supervisor",
        /// 审计, reads only
        Auditor = "auditor",
        /// 系统管理, sees no business data
        Administrator = "administrator",
    }
    /// What a session was opened for; a page session is no API token and the reverse.
    SessionKind { Page = "page", Api = "api" }
    AreaLevel {
        Province = "province",
        Prefecture = "prefecture",
        County = "county",
        Township = "township",
        Village = "village",
    }
    OrganisationKind {
        Institution = "institution",
        Enterprise = "enterprise",
        /// 考核评价机构
        Assessor = "assessor",
        Bureau = "bureau",
        Finance = "finance",
    }
    /// Whether an organisation may take part.
    OrganisationStatus { Active = "active", Suspended = "suspended", Delisted = "delisted" }
    /// What the training is for (培训类别); targets, quotas and standards are set by programme.
    Programme {
        /// 创业培训
        Entrepreneurship = "entrepreneurship",
        /// 电商培训
        Ecommerce = "ecommerce",
        /// 职业技能培训
        Skill = "skill",
    }
    PersonStatus { Draft = "draft", Verified = "verified", Suspended = "suspended", Merged = "merged" }
    Sex { Male = "male", Female = "female" }
    /// Place in the poverty files (建档立卡).
    PovertyStatus {
        /// 建档立卡贫困人口
        Registered = "registered",
        /// 已脱贫 (享受政策)
        Exited = "exited",
        /// 监测对象
        Monitored = "monitored",
        /// 非贫困户
        None = "none",
    }
    /// 劳动能力
    LabourCapacity { Ordinary = "ordinary", Skilled = "skilled", Weak = "weak", None = "none" }
    /// 服务类别 of the service ledger, counted in person-times.
    ServiceKind {
        JobIntroduction = "job_introduction",
        Training = "training",
        SocialInsurance = "social_insurance",
        Guidance = "guidance",
        Visit = "visit",
        Policy = "policy",
    }
    /// The fields of a registration that can be corrected.
    PersonField {
        Name = "name",
        IdNumber = "id_number",
        Ethnicity = "ethnicity",
        Education = "education",
        Political = "political",
        Marital = "marital",
        AreaCode = "area_code",
        Address = "address",
        Registration = "registration",
        HouseholdNumber = "household_number",
        Relation = "relation",
        Phone = "phone",
        BankAccount = "bank_account",
        PovertyStatus = "poverty_status",
        ExitedOn = "exited_on",
        MainCause = "main_cause",
        SecondCause = "second_cause",
        ThirdCause = "third_cause",
        Health = "health",
        SecondHealth = "second_health",
        LabourCapacity = "labour_capacity",
        Helper = "helper",
        EmploymentStatus = "employment_status",
        Skills = "skills",
        EmploymentWish = "employment_wish",
        TrainingWish = "training_wish",
        StartupWish = "startup_wish",
    }
    /// How far a request to correct a record (更正申请) got.
    ChangeStatus {
        Filed = "filed",
        /// 待复核: the county's clerk said yes, and name or number need a second person.
        AwaitingSecond = "awaiting_second",
        Applied = "applied",
        Refused = "refused",
        Withdrawn = "withdrawn",
    }
    /// Why two records may be one person's.
    PairReason {
        /// 姓名、出生日期和村相同
        SameNameAndBirth = "same_name_and_birth",
        /// 同一个号码的两种写法
        SameNumber = "same_number",
        /// 不同户共用社保卡账号
        SharedAccount = "shared_account",
        /// 太多人共用手机号
        SharedPhone = "shared_phone",
    }
    PairStatus {
        Open = "open",
        /// 不是同一人
        Dismissed = "dismissed",
        /// 待复核
        MergeAsked = "merge_asked",
        Merged = "merged",
        /// The rule that found it finds it no more.
        Gone = "gone",
    }
    /// What a file holds.
    ImportSubject {
        People = "people",
        /// 服务台账
        Services = "services",
    }
    /// Whether a file was sent to the server or stands beside the command line.
    ImportSource { Upload = "upload", Terminal = "terminal" }
    /// What a bad row does: it alone stays out, or it keeps the whole file out.
    ImportMode { GoodRows = "good_rows", AllOrNothing = "all_or_nothing" }
    ImportStatus {
        /// Read and kept; its columns are being named.
        Uploaded = "uploaded",
        /// Every row is judged, nothing is written.
        Checking = "checking",
        Checked = "checked",
        Loading = "loading",
        Done = "done",
        DoneWithRejects = "done_with_rejects",
        Failed = "failed",
        Cancelled = "cancelled",
    }
    OrderStatus {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Accepted = "accepted",
        Settled = "settled",
        Cancelled = "cancelled",
    }
    CourseStatus {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Listed = "listed",
        Withdrawn = "withdrawn",
    }
    ClassStatus {
        Draft = "draft",
        Applied = "applied",
        Returned = "returned",
        /// Open for seats.
        Approved = "approved",
        Running = "running",
        Ended = "ended",
        Closed = "closed",
        Cancelled = "cancelled",
    }
    /// How a session is taught.
    SessionMode { Theory = "theory", Practice = "practice", OnTheJob = "on_the_job", Online = "online" }
    /// Of a venue or a trainer.
    RegisterStatus { Active = "active", Retired = "retired" }
    /// Of a bank account of an organisation.
    PayeeStatus {
        Proposed = "proposed",
        InForce = "in_force",
        Refused = "refused",
        /// By the organisation, or before it could be used.
        Withdrawn = "withdrawn",
        Replaced = "replaced",
    }
    /// Of a change that is asked for in the plan of an approved class.
    ChangeOfPlanStatus { Asked = "asked", Approved = "approved", Refused = "refused", Withdrawn = "withdrawn" }
    ClassSessionStatus { Planned = "planned", Held = "held", Cancelled = "cancelled" }
    EnrolmentStatus {
        Waitlisted = "waitlisted",
        Seated = "seated",
        Started = "started",
        Completed = "completed",
        Failed = "failed",
        Withdrawn = "withdrawn",
        /// 中途退出: after the class had begun
        DroppedOut = "dropped_out",
        /// 已换人: left early enough for somebody else to take the seat
        Replaced = "replaced",
        /// The class was cancelled.
        Cancelled = "cancelled",
        /// Still waiting when the class began.
        Lapsed = "lapsed",
    }
    /// Through whom a seat was taken.
    Channel {
        /// 本人
        Own = "own",
        /// 村干部代办
        Village = "village",
    }
    Presence { Present = "present", Late = "late", Absent = "absent", Leave = "leave" }
    /// How a mark came about.
    MarkMethod {
        /// 点名: on the trainer's page
        Roster = "roster",
        Import = "import",
        /// 扫码: the person's own phone, by the code on the trainer's screen
        Code = "code",
        /// 离线点名: on the trainer's device, sent later
        Offline = "offline",
        /// 手工补记: with a picture and a second person
        ByHand = "by_hand",
        /// 请假: asked for before the session
        Leave = "leave",
        /// 更正: what two people decided
        Ruling = "ruling",
    }
    /// What a try says of somebody.
    MarkWord { In = "in", Out = "out", Present = "present", Late = "late", Absent = "absent", Leave = "leave" }
    /// What a mark is worth.
    MarkStanding {
        Credited = "credited",
        /// 只签到未签退: credits nothing before somebody confirms it
        Half = "half",
        /// 记录不一致: two sources disagree
        Disputed = "disputed",
    }
    /// Whether the attendance that a certificate asks for is still within reach (提醒).
    Outlook {
        Safe = "safe",
        /// Within reach, but not with one more absence.
        LastChance = "last_chance",
        /// Out of reach, even with every minute that is left.
        Lost = "lost",
    }
    /// Why a mark is refused (拒绝原因). The list is closed.
    MarkRefusal {
        ClassNotApproved = "class_not_approved",
        ClassOver = "class_over",
        SessionCancelled = "session_cancelled",
        NotCreditable = "not_creditable",
        TooEarly = "too_early",
        TooLate = "too_late",
        Locked = "locked",
        NoSeat = "no_seat",
        CodeWrong = "code_wrong",
        CodeOld = "code_old",
        CodeUsed = "code_used",
        CodeShared = "code_shared",
        TooManyTries = "too_many_tries",
        AlreadyIn = "already_in",
        AlreadyOut = "already_out",
        NotIn = "not_in",
        Future = "future",
        OutsideSession = "outside_session",
        OutBeforeIn = "out_before_in",
        LateWhen = "late_when",
        NotThere = "not_there",
        DeviceUnknown = "device_unknown",
        DeviceRevoked = "device_revoked",
        SignatureWrong = "signature_wrong",
        SequenceReused = "sequence_reused",
        SentTooLate = "sent_too_late",
        ByHandFull = "by_hand_full",
        Waiting = "waiting",
    }
    /// Why a mark needs a second person.
    MarkRequestKind {
        /// 手工补记
        ByHand = "by_hand",
        /// 请假
        Leave = "leave",
        /// 记录不一致的裁定
        Settlement = "settlement",
        /// 锁定后的更正
        Amendment = "amendment",
    }
    MarkRequestStatus { Asked = "asked", Approved = "approved", Refused = "refused", Withdrawn = "withdrawn" }
    /// What came of one attempt at the final assessment (考核结果).
    AssessmentResult {
        Passed = "passed",
        Failed = "failed",
        /// 免考: counts as passed, without a score
        Exempt = "exempt",
    }
    /// Why somebody need not be assessed (免考原因). The list is closed.
    ExemptReason {
        /// 已有同等或更高的证书
        HoldsCertificate = "holds_certificate",
        /// 技能竞赛获奖
        Competition = "competition",
        /// 已在别处通过同一考核
        AssessedElsewhere = "assessed_elsewhere",
    }
    CertificateKind {
        /// 培训合格
        Completion = "completion",
        /// 专项能力
        Ability = "ability",
        /// 技能等级
        SkillLevel = "skill_level",
    }
    CertificateStatus {
        Published = "published",
        Revoked = "revoked",
        /// 已换发: another serial took its place
        Replaced = "replaced",
    }
    /// How far a wish to revoke a certificate got.
    RevocationStatus { Asked = "asked", Approved = "approved", Refused = "refused", Withdrawn = "withdrawn" }
    /// Why a certificate is issued anew (换发原因).
    ReplaceReason {
        /// 姓名或证号有误
        WrongIdentity = "wrong_identity",
        /// 遗失或损毁
        Lost = "lost",
    }
    /// What a target or a count measures: distinct people (人) or person-times (人次).
    Measure { People = "people", PersonTimes = "person_times" }
    /// What is sealed row by row: the deeds of the audit log, the postings of the ledger.
    SealStream { Audit = "audit", Ledger = "ledger" }
    /// Accounts of a pot's ledger, named as the treasury names them.
    PotAccount {
        /// 指标, where a grant comes from
        Appropriation = "appropriation",
        /// 可用
        Available = "available",
        /// 已占用
        Reserved = "reserved",
        /// 应付
        Payable = "payable",
        /// 已付
        Paid = "paid",
        /// 应追回, paid and asked back
        Recoverable = "recoverable",
        /// 已追回, came back and lies with the treasury
        Recovered = "recovered",
        /// 已核销, asked back and given up for a reason
        WrittenOff = "written_off",
    }
    /// What a subsidy is for.
    SubsidyKind {
        /// 培训补贴
        Training = "training",
        /// 生活费补贴
        Living = "living",
        /// 鉴定补贴
        Appraisal = "appraisal",
    }
    /// Who receives a subsidy.
    SubsidyPayee {
        /// 培训机构, for the trainee
        Institution = "institution",
        /// 本人
        Trainee = "trainee",
    }
    /// Why more than the standard is paid (上浮).
    UpliftKind {
        /// 重点产业指导目录
        ListedTrade = "listed_trade",
        /// 贫困劳动力
        Poor = "poor",
        /// 残疾人
        Disabled = "disabled",
    }
    /// How far a standard or an uplift is: proposed by one, put in force by another.
    StandardStatus {
        Proposed = "proposed",
        InForce = "in_force",
        Withdrawn = "withdrawn",
    }
    /// Where a claim stands. From the public notice on it is what its lines make of it.
    ClaimStatus {
        Submitted = "submitted",
        Returned = "returned",
        FirstApproved = "first_approved",
        /// Owed; the public notice comes next.
        SecondApproved = "second_approved",
        /// 公示中
        InNotice = "in_notice",
        /// The notice is over; the finance bureau decides.
        Cleared = "cleared",
        /// To be paid with the next batch.
        FinanceApproved = "finance_approved",
        /// In a batch that went to the bank, or is about to.
        Paying = "paying",
        /// The bank refused what is not paid of it.
        PayFailed = "pay_failed",
        Paid = "paid",
        Rejected = "rejected",
    }
    LineStatus {
        Claimed = "claimed",
        /// Not payable; the reason stands beside it.
        Refused = "refused",
        /// Owed, and waits until somebody lets it go on.
        Held = "held",
        /// Through the public notice.
        Cleared = "cleared",
        /// The finance bureau lets it be paid.
        Approved = "approved",
        Batched = "batched",
        /// The bank refused it.
        Failed = "failed",
        Paid = "paid",
        /// Of a claim that was rejected.
        Void = "void",
    }
    /// Who claims (申领人).
    Claimant {
        /// 机构代为申领
        Institution = "institution",
        /// 本人申领
        Trainee = "trainee",
    }
    /// Part of a subsidy that is claimed at a time (分段).
    Tranche {
        /// 开班预拨
        Start = "start",
        /// 结业
        Completion = "completion",
        /// 就业
        Outcome = "outcome",
    }
    /// Why a line or a claim waits (暂缓原因).
    HoldReason {
        /// 公示异议
        Objection = "objection",
        /// 正在调查
        Case = "case",
        /// 机构被处罚
        Sanction = "sanction",
        /// 材料待补
        Papers = "papers",
        /// 收款账户待核
        BankDetails = "bank_details",
    }
    /// What has to be mended in a claim that goes back (退回原因).
    ReturnCode {
        /// 材料不全
        Papers = "papers",
        /// 人员有误
        People = "people",
        /// 签到有误
        Attendance = "attendance",
        /// 证书有误
        Certificate = "certificate",
        /// 金额有误
        Amount = "amount",
        /// 代领协议有误
        Contract = "contract",
        /// 收款账户有误
        BankDetails = "bank_details",
        /// 其他
        Other = "other",
    }
    /// What is asked of a line besides the rows, and answered by a person (核验).
    CheckKind {
        /// 银行账户与他人相同
        SharedAccount = "shared_account",
        /// 手机号与多人相同
        SharedPhone = "shared_phone",
        /// 同一时间在别的班
        Overlap = "overlap",
        /// 其他资金已补贴
        OtherFund = "other_fund",
        /// 当年补贴次数
        Quota = "quota",
        /// 开班时不符合条件
        NotEligible = "not_eligible",
        /// 班级有未结疑点
        OpenDoubt = "open_doubt",
        /// 资质不含该职业等级
        LicenceScope = "licence_scope",
    }
    /// What became of such a question.
    CheckStatus {
        Open = "open",
        /// Somebody looked and found nothing in it.
        Cleared = "cleared",
        /// No longer found.
        Gone = "gone",
    }
    /// Why somebody is kept from a subsidy by a list (排除名单).
    ExclusionKind {
        /// 退休
        Pensioner = "pensioner",
        /// 财政供养
        PublicPayroll = "public_payroll",
        /// 在校生
        Student = "student",
        /// 参保职工
        Insured = "insured",
        /// 死亡
        Deceased = "deceased",
        /// 失业保险等其他资金已补贴
        OtherFund = "other_fund",
    }
    /// What became of a doubt.
    FlagStatus {
        Open = "open",
        /// Looked at, and nothing in it.
        Dismissed = "dismissed",
        Confirmed = "confirmed",
        /// No longer found, before anybody decided.
        Cleared = "cleared",
    }
    /// What makes a class or its marks doubtful (疑点).
    DoubtKind {
        /// 一机多人
        SharedDevice = "shared_device",
        /// 全班同一秒
        SameSecond = "same_second",
        /// 不在场地范围
        OutsideRadius = "outside_radius",
        /// 学员同时在两处
        PersonInTwoPlaces = "person_in_two_places",
        /// 师资同时在两处
        TrainerInTwoPlaces = "trainer_in_two_places",
        /// 超过场地容量
        OverCapacity = "over_capacity",
        /// 批准以前的考勤
        BeforeApproval = "before_approval",
        /// 合格率过高
        PassRate = "pass_rate",
        /// 集中开班
        BurstOfClasses = "burst_of_classes",
        /// 现场清点人数不符
        Headcount = "headcount",
        /// 回访与记录不符
        CallBack = "call_back",
        /// 投诉
        Complaint = "complaint",
    }
    /// What became of a doubt about a class.
    DoubtStatus {
        Open = "open",
        /// Looked at, and nothing in it.
        Dismissed = "dismissed",
        Confirmed = "confirmed",
        /// 已立案
        InCase = "in_case",
        /// No longer found, before anybody decided.
        Cleared = "cleared",
    }
    /// How far a case (案件) got.
    CaseStatus { Opened = "opened", Decided = "decided", Closed = "closed" }
    /// What a case came to.
    CaseOutcome {
        /// 不成立
        Unfounded = "unfounded",
        /// 警告
        Warning = "warning",
        /// 限期整改
        Rectify = "rectify",
        /// 暂停资质
        Suspend = "suspend",
        /// 取消定点
        Delist = "delist",
        /// 移送
        HandedOver = "handed_over",
    }
    /// What follows for an institution from a case (处罚), from light to grave.
    SanctionKind {
        /// 警告
        Warn = "warn",
        /// 限期整改
        Rectify = "rectify",
        /// 暂停
        Suspend = "suspend",
        /// 取消定点
        Delist = "delist",
    }
    /// How far a sanction got.
    SanctionStatus {
        /// A second person is asked.
        Proposed = "proposed",
        Refused = "refused",
        InForce = "in_force",
        /// The institution says that it is mended.
        Answered = "answered",
        /// Taken back before its end.
        Lifted = "lifted",
        Ended = "ended",
    }
    /// What the county says of an answer.
    AnswerVerdict { Accepted = "accepted", Refused = "refused" }
    /// What became of an appeal (申诉).
    AppealStatus { Filed = "filed", Upheld = "upheld", Rejected = "rejected" }
    /// Who draws what is looked at after it was paid (抽查).
    SampleKind {
        /// 县级抽查
        County = "county",
        /// 上级抽查
        Superior = "superior",
    }
    /// Why a line was drawn.
    SampleCause { HighRisk = "high_risk", Value = "value", Own = "own" }
    /// What came of looking at a line that was drawn.
    SampleStatus { Chosen = "chosen", Assured = "assured", NotAssured = "not_assured" }
    /// What is wrong with a line that was paid.
    PaidFault {
        /// 没有去上课
        NotAttended = "not_attended",
        /// 不符合条件
        NotEligible = "not_eligible",
        /// 没有凭证
        NoEvidence = "no_evidence",
        /// 凭证不实
        Fabricated = "fabricated",
        /// 多付了
        Overpaid = "overpaid",
        /// 补贴回流
        KickBack = "kick_back",
        /// 预拨未达到条件
        Unearned = "unearned",
        Other = "other",
    }
    /// From where it is known that money has to come back (追回).
    ClawbackSource {
        /// 抽查
        Sample = "sample",
        /// 案件
        Case = "case",
        /// 预拨
        Advance = "advance",
        /// 主动报告
        SelfReport = "self_report",
    }
    /// How far it came.
    ClawbackStatus {
        /// A second person is asked.
        Requested = "requested",
        Rejected = "rejected",
        Approved = "approved",
        /// Part of it was set off against what was to be paid.
        Offsetting = "offsetting",
        Invoiced = "invoiced",
        Recovered = "recovered",
        WrittenOff = "written_off",
    }
    /// How money came back.
    ReceiptKind { Cash = "cash", Offset = "offset" }
    /// How risky an institution is held to be (风险等级).
    RiskBand { Low = "low", Middle = "middle", High = "high" }
    /// What makes an institution risky (风险因素).
    RiskFactor {
        /// Doubts that were confirmed, by what they are.
        SharedDevice = "shared_device",
        SameSecond = "same_second",
        OutsideRadius = "outside_radius",
        PersonInTwoPlaces = "person_in_two_places",
        TrainerInTwoPlaces = "trainer_in_two_places",
        OverCapacity = "over_capacity",
        BeforeApproval = "before_approval",
        PassRate = "pass_rate",
        BurstOfClasses = "burst_of_classes",
        /// Doubts on which nobody has decided.
        OpenDoubt = "open_doubt",
        /// Cases that were not unfounded.
        Case = "case",
        Warning = "warning",
        Rectification = "rectification",
        Suspension = "suspension",
        Delisting = "delisting",
        /// 现场清点人数不符
        Headcount = "headcount",
        /// 回访与记录不符
        CallBack = "call_back",
        /// 投诉属实
        Complaint = "complaint",
        /// 合格率过高的班
        PassingClass = "passing_class",
        /// 手工补记过多的班
        ByHandClass = "by_hand_class",
        /// 改课太晚
        LateChange = "late_change",
        /// 锁定后的更正
        Amendment = "amendment",
        /// 证书被撤销
        Revoked = "revoked",
        /// 申领明细不予支付
        RefusedLine = "refused_line",
        /// 登记未满一年
        FirstYear = "first_year",
    }
    /// What of a person is shown masked until somebody says what for.
    RevealField {
        IdNumber = "id_number",
        Phone = "phone",
        BankAccount = "bank_account",
    }
    /// What somebody looks at a number in full for.
    RevealPurpose {
        /// 联系本人
        CallPerson = "call_person",
        /// 更正银行账号
        BankCorrection = "bank_correction",
        /// 核对纸质材料
        PaperCheck = "paper_check",
        /// 处理投诉
        Complaint = "complaint",
        /// 审计检查
        Audit = "audit",
    }
    /// The lists that can leave the house as a file.
    ExportList {
        /// 人员
        People = "people",
        /// 服务台账
        Services = "services",
        /// 培训班
        Classes = "classes",
        /// 花名册
        Roster = "roster",
        /// 结业与证书
        Completions = "completions",
        /// 申领明细
        ClaimLines = "claim_lines",
        /// 任务与完成
        Progress = "progress",
    }
    ExportFormat { Csv = "csv", Xlsx = "xlsx" }
    /// What a file is asked for.
    ExportPurpose {
        /// 上报
        Report = "report",
        /// 比对核查
        Check = "check",
        /// 统计
        Statistics = "statistics",
        /// 审计
        Audit = "audit",
        /// 移交
        Handover = "handover",
    }
    ExportStatus {
        /// A second person is asked.
        Asked = "asked",
        Approved = "approved",
        Refused = "refused",
        Withdrawn = "withdrawn",
        /// The file lies there.
        Ready = "ready",
        Fetched = "fetched",
        /// The file is gone.
        Expired = "expired",
    }
    /// How far a message got on its way out by mail; in the mailbox it stands from the start.
    MailState {
        /// No address, or no mail server set.
        None = "none",
        Pending = "pending",
        Sent = "sent",
        Dead = "dead",
    }
    /// How far an unannounced inspection (检查) got.
    InspectionStatus { Planned = "planned", Done = "done", Cancelled = "cancelled" }
    /// How far a call to somebody of a sample (回访) got.
    CallStatus {
        Due = "due",
        /// 入户: nobody answered, so somebody of the village goes there
        Visit = "visit",
        Recorded = "recorded",
        /// Not found at home either.
        Unreached = "unreached",
    }
    /// What came of one try to reach somebody.
    CallTry { Reached = "reached", Unreachable = "unreachable" }
    /// Whether somebody says to have been there.
    CallAttended { All = "all", Some = "some", None = "none" }
    /// Whether the days that somebody remembers are those of the class.
    CallDays { Agree = "agree", Differ = "differ", Unsure = "unsure" }
    /// Whether somebody remembers the trainer of the class.
    CallTaught { Named = "named", Other = "other", Unsure = "unsure" }
    /// What somebody says of money.
    CallPaid {
        Nothing = "nothing",
        /// Was asked to pay, and did not.
        Asked = "asked",
        Paid = "paid",
        /// 返钱: gave some of the subsidy back
        GaveBack = "gave_back",
    }
    CallCertificate { Has = "has", NotYet = "not_yet", Unsure = "unsure" }
    /// What somebody complains of (投诉).
    ComplaintSubject {
        NotHeld = "not_held",
        MarksWrong = "marks_wrong",
        MoneyAsked = "money_asked",
        Quality = "quality",
        PersonalData = "personal_data",
        Other = "other",
    }
    ComplaintStatus {
        Received = "received",
        TakenUp = "taken_up",
        Answered = "answered",
        Withdrawn = "withdrawn",
    }
    /// What the county found.
    ComplaintOutcome { Upheld = "upheld", Partly = "partly", NotUpheld = "not_upheld" }
    /// Where a public notice stands (公示).
    NoticeStatus {
        /// 公示中
        Open = "open",
        /// 公示期满
        Over = "over",
        /// 名单有变，重新公示
        Restarted = "restarted",
        /// 撤回
        Withdrawn = "withdrawn",
    }
    /// Where an objection to a line of a notice stands (异议).
    ObjectionStatus {
        /// 已收到
        Received = "received",
        /// 已核查，等待认定
        Investigated = "investigated",
        /// 成立
        Upheld = "upheld",
        /// 不成立
        Dismissed = "dismissed",
    }
    /// What an objection comes to.
    ObjectionOutcome { Upheld = "upheld", Dismissed = "dismissed" }
}

words! {
    /// Where a payment batch stands (拨付批次).
    BatchStatus {
        Building = "building",
        /// Its file is made, and nothing of it changes any more.
        Frozen = "frozen",
        /// With the bank.
        Sent = "sent",
        /// The bank answered, and every payment is settled.
        Responded = "responded",
        /// All sums agree.
        Reconciled = "reconciled",
        Cancelled = "cancelled",
    }
    /// Where a payment stands.
    PaymentStatus {
        Pending = "pending",
        Paid = "paid",
        Failed = "failed",
        /// Taken out before the batch left.
        Cancelled = "cancelled",
    }
    /// Why a bank did not pay.
    PaymentFailure {
        /// 账号不存在
        AccountUnknown = "account_unknown",
        /// 户名不符
        NameDiffers = "name_differs",
        /// 已销户
        AccountClosed = "account_closed",
        /// 账户冻结
        AccountFrozen = "account_frozen",
        /// 银行其他原因
        Other = "other",
    }
}

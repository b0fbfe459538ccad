//! What the pages of claims show, beyond what the rows say: words, badges, who is next.

use std::collections::BTreeMap;

use askama::Template;
use entities::values::{
    CheckKind, CheckStatus, ClaimStatus, Claimant, Fen, HoldReason, LineId, LineStatus, ReturnCode,
};
use entities::{line_check, pot};

use crate::base::lifecycle::Lifecycle;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::claims::forms::Doubt;
use crate::claims::lifecycle::{ClaimAction, LineAction, turn_of};
use crate::claims::rights::{HoldClaims, ReleaseClaims};
use crate::claims::rules::{self, Part, Sum};
use crate::claims::sheet::{Line, Preview, Sheet};
use crate::claims::store::{Decided, Listed};
use crate::eligibility::{self, Evidence};
use crate::funds;
use crate::web::{FormView, Page, ReasonPage};

#[derive(Template)]
#[template(path = "claims/templates/list.html")]
pub(super) struct ClaimsPage {
    pub page: Page,
    pub claims: Vec<Listed>,
    pub tabs: Vec<(String, String, bool)>,
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "claims/templates/preview.html")]
pub(super) struct PreviewPage {
    page: Page,
    form: FormView,
    preview: Preview,
    /// One for each part that may be claimed, where there are several.
    tabs: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "claims/templates/claim.html")]
pub(super) struct ClaimPage {
    pub page: Page,
    pub sheet: Sheet,
    /// Which lines are shown: all, those that pass, those that do not.
    show: Option<bool>,
    steps: Vec<(&'static str, String)>,
    pub tabs: Vec<(String, String, bool)>,
    paid: bool,
}

/// Words with their labels.
type Words = Vec<(&'static str, String)>;

/// A decision with a choice, a text, or neither.
#[derive(Template)]
#[template(path = "claims/templates/decide.html")]
pub(super) struct DecidePage {
    pub page: Page,
    pub form: FormView,
    /// Address, class, sum.
    back: String,
    of: String,
    lead: String,
    title: String,
    after: String,
    /// Where it goes to, and what the button says.
    action: String,
    button: String,
    /// Field, label and words to choose from.
    choice: Option<(&'static str, String, Words)>,
    /// Field, label and hint of a text.
    text: Option<(&'static str, String, String)>,
    /// What is meant, sent along.
    amount: Option<i64>,
    fallen: i32,
}

#[derive(Template)]
#[template(path = "claims/templates/refuse.html")]
pub(super) struct RefusePage {
    pub page: Page,
    pub form: FormView,
    pub sheet: Sheet,
    line: Line,
    reasons: Vec<(&'static str, String)>,
}

/// The kind of the badge of a claim, for this reader.
fn kind(status: ClaimStatus, mine: bool) -> &'static str {
    match status {
        _ if mine => "yours",
        ClaimStatus::Submitted
        | ClaimStatus::FirstApproved
        | ClaimStatus::SecondApproved
        | ClaimStatus::InNotice
        | ClaimStatus::Cleared
        | ClaimStatus::FinanceApproved
        | ClaimStatus::Paying => "theirs",
        ClaimStatus::Returned | ClaimStatus::Rejected | ClaimStatus::PayFailed => "stopped",
        ClaimStatus::Paid => "done",
    }
}

/// The word of the badge: whose turn it is, when it is the reader's.
fn word(page: &Page, status: ClaimStatus, mine: bool) -> String {
    if mine { page.say(&format!("claim-yours-{status}")) } else { page.word("claim_status", status) }
}

/// Why nothing is paid for somebody, in words.
pub(super) fn because(page: &Page, code: &str, attendance: Rate, threshold: i32) -> String {
    let rate = attendance.percent(2).unwrap_or_default();
    page.explain(code, &vec![("rate", rate), ("threshold", threshold.to_string())])
}

fn percent(rate: &Rate) -> String {
    rate.percent(2).map_or_else(|| "–".to_owned(), |percent| format!("{percent}%"))
}

impl ClaimsPage {
    fn is_mine(&self, row: &Listed) -> bool {
        let actor = self.page.actor.as_ref();
        actor.is_some_and(|actor| !rules::actions(&row.into(), actor.account, actor.role).is_empty())
    }

    fn kind(&self, row: &Listed) -> &'static str {
        kind(row.status, self.is_mine(row))
    }

    fn word(&self, row: &Listed) -> String {
        word(&self.page, row.status, self.is_mine(row))
    }
}

/// What is claimed, in words.
pub(super) fn part_name(page: &Page, part: &Part) -> String {
    page.say(&format!("claim-part-{}_{}", part.kind, part.tranche))
}

/// People who come to the same.
struct Stack {
    count: i32,
    fen: Fen,
    /// By how many percent that is more than the standard.
    percent: i32,
    sum: Fen,
    /// Before its row of the sum.
    sign: &'static str,
}

/// Alike amounts put together, the least first.
fn stacks(amounts: impl Iterator<Item = (Fen, i32)>) -> Vec<Stack> {
    let mut alike: BTreeMap<(Fen, i32), Sum> = BTreeMap::new();
    for (fen, percent) in amounts {
        let sum = alike.entry((fen, percent)).or_default();
        *sum = sum.and(fen);
    }
    let signs = std::iter::once("").chain(std::iter::repeat("+"));
    let stack = |(((fen, percent), sum), sign): (((Fen, i32), Sum), &'static str)| Stack {
        count: sum.lines,
        fen,
        percent,
        sum: sum.fen,
        sign,
    };
    alike.into_iter().zip(signs).map(stack).collect()
}

impl Stack {
    /// `申领 38人 × 1,200.00`
    fn name(&self, page: &Page) -> String {
        let all = page.say2("claim-sum-all", "count", self.count, "unit", page.yuan(&self.fen));
        if self.percent == 0 { all } else { all + &page.say1("claim-sum-raised", "percent", self.percent) }
    }
}

impl PreviewPage {
    pub(super) fn new(page: Page, form: FormView, preview: Preview) -> Self {
        let Preview { class, part, parts, .. } = &preview;
        let tab = |one: &Part| {
            let href = format!("/classes/{}/claim?kind={}&tranche={}", class.id, one.kind, one.tranche);
            (href, part_name(&page, one), one == part)
        };
        let tabs = if parts.len() > 1 { parts.iter().map(tab).collect() } else { Vec::new() };
        Self { page, form, preview, tabs }
    }

    fn refused(&self) -> Sum {
        let refused = self.preview.candidates.iter().filter(|one| one.fault.is_some());
        Sum::of(refused.map(|one| one.amount.fen))
    }

    fn stacks(&self) -> Vec<Stack> {
        stacks(self.preview.candidates.iter().map(|one| (one.amount.fen, one.amount.percent)))
    }

    fn hindrance(&self) -> String {
        self.preview.hindrance.as_ref().map(|e| self.page.sorry(e)).unwrap_or_default()
    }

    fn because(&self, code: &str, attendance: &Rate) -> String {
        because(&self.page, code, *attendance, self.preview.class.attendance_percent)
    }
}

/// The views of a claim's lines: all, those that pass, those that do not.
fn tabs(page: &Page, sheet: &Sheet, show: Option<bool>) -> Vec<(String, String, bool)> {
    let (all, passed) = (sheet.lines.len(), sheet.lines.iter().filter(|line| line.passes()).count());
    let at = |view: &str| format!("/claims/{}{view}", sheet.listed.id);
    vec![
        (at(""), page.say1("claim-tab-all", "count", all), show.is_none()),
        (at("?show=passed"), page.say1("claim-tab-passed", "count", passed), show == Some(true)),
        (at("?show=refused"), page.say1("claim-tab-refused", "count", all - passed), show == Some(false)),
    ]
}

impl ClaimPage {
    pub(super) fn build(page: Page, sheet: Sheet, show: Option<&str>) -> Self {
        let show = match show {
            Some("passed") => Some(true),
            Some("refused") => Some(false),
            _ => None,
        };
        let order = page.say(if sheet.ordered { "claim-four-order" } else { "claim-four-no-order" });
        let status = sheet.listed.status;
        let paid = status == ClaimStatus::Paid;
        let steps = vec![
            ("done", order),
            ("done", page.say("claim-four-list")),
            ("done", page.say1("claim-four-choose", "count", sheet.lines.len())),
            (if paid { "done" } else { "now" }, page.word("claim_status", status)),
        ];
        Self { tabs: tabs(&page, &sheet, show), page, sheet, show, steps, paid }
    }

    /// The sum of the pot, each figure a link to its rows.
    fn pot_terms(&self, pot: &pot::Model) -> Vec<funds::Term> {
        funds::terms_of(&self.page, pot.id, &pot.into())
    }

    /// Whether its list was published, or is about to be.
    fn is_noticed(&self) -> bool {
        !matches!(self.sheet.listed.status, ClaimStatus::Submitted | ClaimStatus::FirstApproved)
    }

    fn may(&self, action: &str) -> bool {
        self.sheet.actions.iter().any(|open| Into::<&str>::into(*open) == action)
    }

    fn mine(&self) -> bool {
        !self.sheet.actions.is_empty()
    }

    fn kind(&self) -> &'static str {
        kind(self.sheet.listed.status, self.mine())
    }

    fn word(&self) -> String {
        word(&self.page, self.sheet.listed.status, self.mine())
    }

    fn stacks(&self) -> Vec<Stack> {
        stacks(self.sheet.lines.iter().map(|line| (line.row.fen, line.row.uplift_percent)))
    }

    /// What is claimed.
    fn part(&self) -> String {
        part_name(&self.page, &Part { kind: self.sheet.listed.kind, tranche: self.sheet.listed.tranche })
    }

    /// By how much the line is more than the standard; what for, only offices are told.
    fn raised(&self, line: &Line) -> Option<String> {
        if line.row.uplift_percent == 0 {
            return None;
        }
        let percent = self.page.say1("claim-raised", "percent", line.row.uplift_percent);
        let why = line.row.uplift.as_deref().filter(|_| self.sheet.pot.is_some());
        Some(why.map_or(percent.clone(), |why| format!("{percent} {}", self.page.word("uplift_kind", why))))
    }

    fn refused(&self) -> Sum {
        Sum::of(self.sheet.lines.iter().filter(|line| !line.passes()).map(|line| line.row.fen))
    }

    /// What is asked of a line, or of the claim as a whole.
    fn checks(&self, line: Option<&LineId>) -> Vec<&line_check::Model> {
        let office = self.sheet.pot.is_some();
        self.sheet.checks.iter().filter(|check| office && check.line_id.as_ref() == line).collect()
    }

    fn open_checks(&self) -> usize {
        let live = |id: LineId| self.sheet.lines.iter().any(|line| line.row.id == id && line.passes());
        let asked = self.sheet.checks.iter().filter(|check| check.line_id.is_none_or(live));
        asked.filter(|check| check.status == CheckStatus::Open).count()
    }

    fn is_asked(check: &line_check::Model) -> bool {
        check.status == CheckStatus::Open
    }

    /// What was found, in words.
    fn found(&self, check: &line_check::Model) -> String {
        let evidence: serde_json::Value = serde_json::from_str(&check.evidence).unwrap_or_default();
        let value = |key: &str| evidence.get(key).cloned().unwrap_or_default();
        let count = |key: &str| value(key).as_array().map_or(0, Vec::len);
        let number = |key: &str| value(key).as_i64().unwrap_or_default();
        let text = |key: &str| value(key).as_str().unwrap_or_default().to_owned();
        match check.kind {
            CheckKind::SharedAccount | CheckKind::SharedPhone => {
                self.page.say1(&format!("check-{}", check.kind), "count", count("people"))
            }
            CheckKind::Overlap => self.page.say1("check-overlap", "count", count("classes")),
            CheckKind::OtherFund | CheckKind::NotEligible => {
                self.page.say1(&format!("check-{}", check.kind), "document", text("document_no"))
            }
            CheckKind::Quota => self.page.say2("check-quota", "count", number("count"), "most", number("most")),
            CheckKind::OpenDoubt => self.page.say1("check-open_doubt", "count", count("doubts")),
            CheckKind::LicenceScope => self.page.say1("check-licence_scope", "day", text("day")),
        }
    }

    /// One lets single lines wait while money is owed for them.
    fn may_hold(&self, line: &Line) -> bool {
        let actor = self.page.actor.as_ref();
        !self.is_held()
            && actor.is_some_and(|actor| line.row.status.open_to(actor.role).contains(&LineAction::Hold))
            && !matches!(
                self.sheet.listed.status,
                ClaimStatus::Submitted | ClaimStatus::Returned | ClaimStatus::FirstApproved
            )
    }

    fn may_release(&self, line: &Line) -> bool {
        let actor = self.page.actor.as_ref();
        line.row.hold_reason.is_some_and(|reason| reason != HoldReason::Objection)
            && actor.is_some_and(|actor| line.row.status.open_to(actor.role).contains(&LineAction::Release))
    }

    fn holds(&self) -> Vec<(&'static str, String)> {
        holds(&self.page)
    }

    /// Nobody's turn: the list is published, or lies open.
    fn waits_by_itself(&self) -> bool {
        matches!(self.sheet.listed.status, ClaimStatus::SecondApproved | ClaimStatus::InNotice)
    }

    /// Key of who claims for how many.
    fn by(&self) -> &'static str {
        match self.sheet.listed.claimant {
            Claimant::Institution => "claim-by",
            Claimant::Trainee => "claim-by-oneself",
        }
    }

    fn is_held(&self) -> bool {
        self.sheet.listed.hold_reason.is_some()
    }

    fn may_hold_all(&self) -> bool {
        let actor = self.page.actor.as_ref();
        !self.is_held()
            && rules::is_open(self.sheet.listed.status)
            && actor.is_some_and(|actor| actor.prove::<HoldClaims>().is_ok())
    }

    fn may_release_all(&self) -> bool {
        self.is_held() && self.page.actor.as_ref().is_some_and(|actor| actor.prove::<ReleaseClaims>().is_ok())
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.sheet.lines.iter().filter(|line| self.show.is_none_or(|passes| line.passes() == passes))
    }

    /// Refused, doubtful, or as it stands.
    fn line_kind(line: &Line) -> &'static str {
        match line.row.status {
            LineStatus::Refused | LineStatus::Void | LineStatus::Failed => "stopped",
            LineStatus::Held => "held",
            _ if line.fault.is_some() => "held",
            _ => "done",
        }
    }

    fn line_word(&self, line: &Line) -> String {
        if line.fault.is_some() {
            self.page.say("line-doubtful")
        } else {
            self.page.word("line_status", line.row.status)
        }
    }

    fn because(&self, line: &Line) -> String {
        let threshold = self.sheet.class.attendance_percent;
        let Some(code) = line.reason() else { return String::new() };
        let told = because(&self.page, code, line.attendance, threshold);
        match &line.block {
            Some(hit) if self.sheet.pot.is_some() => {
                let list =
                    self.page.say2("line-by_list", "day", self.page.day(&hit.as_of), "document", &hit.document_no);
                told + &list
            }
            Some(_) | None => told,
        }
    }

    /// Key of what was found of the person when the class began.
    fn at_start(evidence: &Evidence) -> &'static str {
        if evidence.holds { "line-eligible" } else { "line-not_eligible" }
    }

    /// By which rule, and when.
    fn found_by(&self, evidence: &Evidence) -> String {
        let day = self.page.day(&self.page.day_of(&evidence.decided_at));
        let document = eligibility::document(&self.page, &evidence.document_no);
        self.page.say2("line-eligible_by", "document", document, "day", day)
    }

    /// Condition by condition, for offices.
    fn conditions(&self, evidence: &Evidence) -> Vec<(bool, String)> {
        let office = self.sheet.pot.is_some();
        if office { eligibility::ticks(&self.page, &evidence.verdicts) } else { Vec::new() }
    }

    /// The clerk decides on single lines before the first approval.
    fn may_refuse(&self, line: &Line) -> bool {
        self.may("approve") && line.row.status == LineStatus::Claimed
    }

    fn may_allow(&self, line: &Line) -> bool {
        self.may("approve") && line.row.status == LineStatus::Refused && line.sound
    }

    /// Key of a text about this state.
    fn about(&self, what: &str) -> String {
        format!("claim-{what}-{}", self.sheet.listed.status)
    }

    /// It would be this reader's turn, had the reader not taken an earlier step.
    fn is_barred(&self) -> bool {
        self.page.is_mine(self.sheet.waiting_on)
    }

    fn is_paid(&self) -> bool {
        self.paid
    }

    /// Whether some of it may be with the bank; what is paid is told by its verdict.
    fn has_payments(&self) -> bool {
        use ClaimStatus::{Cleared, FinanceApproved, PayFailed, Paying};
        matches!(self.sheet.listed.status, Cleared | FinanceApproved | Paying | PayFailed)
    }

    fn decided_kind(decided: &Decided) -> &'static str {
        if matches!(decided.status, ClaimStatus::Returned | ClaimStatus::Rejected) { "bad" } else { "done" }
    }

    fn step(&self, decided: &Decided) -> String {
        self.page.say(&format!("claim-done-{}", decided.action))
    }

    /// Who acts now and who will act later, up to the payment: kind, step, office.
    fn ahead(&self) -> Vec<(&'static str, String, String)> {
        const WAY: [ClaimStatus; 8] = [
            ClaimStatus::Returned,
            ClaimStatus::Submitted,
            ClaimStatus::FirstApproved,
            ClaimStatus::SecondApproved,
            ClaimStatus::InNotice,
            ClaimStatus::Cleared,
            ClaimStatus::FinanceApproved,
            ClaimStatus::Paying,
        ];
        let now = self.sheet.listed.status;
        let ahead = WAY.iter().skip_while(|status| **status != now);
        let told = ahead.map(|status| {
            let office = match turn_of(*status, self.sheet.listed.claimant) {
                Some(role) => self.page.word("role", role),
                None => self.page.say("claim-by-itself"),
            };
            let step = self.page.say(&format!("claim-ahead-{status}"));
            let mine = *status == now && self.mine();
            let who = if mine { self.page.say("turn-yours") } else { office };
            (if *status == now { "now" } else { "" }, step, who)
        });
        told.collect()
    }
}

impl DecidePage {
    fn about(page: Page, form: FormView, sheet: &Sheet, verb: &str) -> Self {
        let amount = page.yuan(&sheet.payable.fen);
        Self {
            back: format!("/claims/{}", sheet.listed.id),
            of: page.say1("claim-of", "title", &sheet.listed.class_title),
            lead: page.say3(
                "claim-what",
                "title",
                &sheet.listed.class_title,
                "count",
                sheet.payable.lines,
                "amount",
                amount,
            ),
            title: page.say(&format!("claim-{verb}")),
            after: page.say(&format!("claim-{verb}-after")),
            action: format!("/claims/{}/{verb}", sheet.listed.id),
            button: page.say(&format!("claim-{verb}")),
            choice: None,
            text: None,
            amount: None,
            fallen: 0,
            page,
            form,
        }
    }

    /// What has to be mended.
    pub(super) fn to_return(page: Page, form: FormView, sheet: &Sheet) -> Self {
        let codes = ReturnCode::all().map(|code| (code.as_str(), page.word("return_code", code))).collect();
        let choice = Some(("code", page.say("claim-return-code"), codes));
        let text = Some(("reason", page.say("form-reason"), page.say("claim-reason-hint")));
        Self { choice, text, ..Self::about(page, form, sheet, "return") }
    }

    /// Why it waits.
    pub(super) fn to_hold(page: Page, form: FormView, sheet: &Sheet) -> Self {
        let choice = Some(("reason", page.say("claim-hold-reason"), holds(&page)));
        let text = Some(("note", page.say("form-reason"), page.say("claim-hold-hint")));
        Self { choice, text, ..Self::about(page, form, sheet, "hold") }
    }

    pub(super) fn to_release(page: Page, form: FormView, sheet: &Sheet) -> Self {
        let text = Some(("reason", page.say("form-reason"), page.say("claim-release-hint")));
        Self { text, ..Self::about(page, form, sheet, "release") }
    }
}

/// The reasons for which a person lets something wait; an objection comes from the public.
fn holds(page: &Page) -> Vec<(&'static str, String)> {
    let by_hand = HoldReason::all().filter(|reason| *reason != HoldReason::Objection);
    by_hand.map(|reason| (reason.as_str(), page.word("hold_reason", reason))).collect()
}

/// The finance bureau's decision: how much, and what fell since the check.
pub(super) fn authorise_page(page: Page, form: FormView, sheet: &Sheet) -> DecidePage {
    let cleared = sheet.lines.iter().filter(|line| line.row.status == LineStatus::Cleared).count();
    let fallen = i32::try_from(cleared).unwrap_or(i32::MAX) - sheet.payable.lines;
    let amount = page.yuan(&sheet.payable.fen);
    let button = page.say1("claim-authorise-sum", "amount", amount);
    DecidePage {
        title: button.clone(),
        button,
        amount: Some(sheet.payable.fen.0),
        fallen,
        ..DecidePage::about(page, form, sheet, "authorise")
    }
}

impl RefusePage {
    pub(super) fn build(page: Page, form: FormView, sheet: Sheet, line: LineId) -> Result<Self> {
        let line = sheet.lines.iter().find(|one| one.row.id == line).cloned().ok_or(Error::NotFound("line"))?;
        let reasons = Doubt::ALL.map(|doubt| (doubt.as_str(), page.say(doubt.code()))).to_vec();
        Ok(Self { page, form, sheet, line, reasons })
    }
}

/// Why a claim goes back or is rejected.
pub(super) fn reason_page(page: Page, form: FormView, sheet: &Sheet, action: ClaimAction) -> ReasonPage {
    let (back, listed) = (format!("/claims/{}", sheet.listed.id), &sheet.listed);
    let verb: &str = action.into();
    let amount = page.yuan(&sheet.payable.fen);
    ReasonPage {
        crumbs: vec![
            ("/claims".to_owned(), page.say("claim-title")),
            (back.clone(), page.say1("claim-of", "title", &listed.class_title)),
        ],
        title: page.say(&format!("claim-{verb}")),
        lead: page.say3("claim-what", "title", &listed.class_title, "count", sheet.payable.lines, "amount", amount),
        after: page.say(&format!("claim-{verb}-after")),
        hint: page.say("claim-reason-hint"),
        action: format!("{back}/{verb}"),
        back,
        button: page.say(&format!("claim-{verb}")),
        grave: action == ClaimAction::Reject,
        page,
        form,
    }
}

//! What the pages of claims show, beyond what the rows say: words, badges, who is next.

use askama::Template;
use chrono::{DateTime, Utc};
use entities::values::{ClaimStatus, LineId, LineStatus};

use crate::base::lifecycle::Lifecycle;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::claims::forms::Doubt;
use crate::claims::lifecycle::ClaimAction;
use crate::claims::rules::{self, Sum};
use crate::claims::sheet::{Line, Preview, Sheet};
use crate::claims::store::{Decided, Listed};
use crate::eligibility::{self, Evidence};
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
    pub page: Page,
    pub form: FormView,
    pub preview: Preview,
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

#[derive(Template)]
#[template(path = "claims/templates/pay.html")]
pub(super) struct PayPage {
    pub page: Page,
    pub form: FormView,
    pub sheet: Sheet,
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
        ClaimStatus::Submitted | ClaimStatus::FirstApproved | ClaimStatus::SecondApproved => "theirs",
        ClaimStatus::Returned | ClaimStatus::Rejected => "stopped",
        ClaimStatus::Paid => "done",
    }
}

/// The word of the badge: whose turn it is, when it is the reader's.
fn word(page: &Page, status: ClaimStatus, mine: bool) -> String {
    if mine { page.say(&format!("claim-yours-{status}")) } else { page.word("claim_status", status) }
}

/// Why nothing is paid for somebody, in words.
fn because(page: &Page, code: &str, attendance: Rate, threshold: i32) -> String {
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

impl PreviewPage {
    fn refused(&self) -> Sum {
        let refused = self.preview.candidates.iter().filter(|one| one.finding.fault.is_some());
        Sum::of(refused.map(|_| self.preview.class.unit_fen))
    }

    fn all(&self) -> Sum {
        Sum::of(self.preview.candidates.iter().map(|_| self.preview.class.unit_fen))
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

    fn all(&self) -> Sum {
        Sum::of(self.sheet.lines.iter().map(|line| line.row.fen))
    }

    fn refused(&self) -> Sum {
        Sum::of(self.sheet.lines.iter().filter(|line| !line.passes()).map(|line| line.row.fen))
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.sheet.lines.iter().filter(|line| self.show.is_none_or(|passes| line.passes() == passes))
    }

    /// Refused, doubtful, or as it stands.
    fn line_kind(line: &Line) -> &'static str {
        match line.row.status {
            LineStatus::Refused | LineStatus::Void => "stopped",
            LineStatus::Claimed if line.fault.is_some() => "held",
            LineStatus::Claimed | LineStatus::Paid => "done",
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

    fn day(&self, at: &DateTime<Utc>) -> String {
        self.page.day(&self.page.day_of(at))
    }

    fn decided_kind(decided: &Decided) -> &'static str {
        if matches!(decided.status, ClaimStatus::Returned | ClaimStatus::Rejected) { "bad" } else { "done" }
    }

    fn step(&self, decided: &Decided) -> String {
        self.page.say(&format!("claim-done-{}", decided.action))
    }

    /// Who acts now and who will act later, up to the payment: kind, step, office.
    fn ahead(&self) -> Vec<(&'static str, String, String)> {
        const WAY: [ClaimStatus; 4] =
            [ClaimStatus::Returned, ClaimStatus::Submitted, ClaimStatus::FirstApproved, ClaimStatus::SecondApproved];
        let now = self.sheet.listed.status;
        let ahead = WAY.iter().skip_while(|status| **status != now);
        let told = ahead.filter_map(|status| {
            let office = self.page.word("role", status.waits_for()?);
            let step = self.page.say(&format!("claim-ahead-{status}"));
            let mine = *status == now && self.mine();
            Some((
                if *status == now { "now" } else { "" },
                step,
                if mine { self.page.say("turn-yours") } else { office },
            ))
        });
        told.collect()
    }
}

impl PayPage {
    fn fallen(&self) -> i32 {
        let claimed = self.sheet.lines.iter().filter(|line| line.row.status == LineStatus::Claimed).count();
        i32::try_from(claimed).unwrap_or(i32::MAX) - self.sheet.payable.lines
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

//! What somebody may claim for himself, or a village worker for him, and how far it got.

use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use entities::{
    training_class,
    values::{ClaimStatus, Claimant, EnrolmentId, Fen, LineStatus, Role, SubsidyKind},
};
use rocket::{State, get};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::claims::amounts::{self, amounts};
use crate::claims::findings::{findings, require_due};
use crate::claims::lifecycle::turn_of;
use crate::claims::rights::ClaimOneself;
use crate::claims::rules::{self, Fault, Part};
use crate::claims::screens::because;
use crate::claims::seats;
use crate::classes;
use crate::data::Vault;
use crate::enrolments;
use crate::people;
use crate::web::{Html, Page, Tools};

/// What is known of one subsidy for a seat.
pub(super) struct Own {
    pub part: Part,
    pub fen: Fen,
    pub threshold: i32,
    pub attendance: Rate,
    /// The claim that stands for it, whoever handed it in.
    pub standing: Option<Standing>,
    /// What stands against claiming now.
    pub hindrance: Option<Error>,
    pub fault: Option<Fault>,
}

pub(super) struct Standing {
    pub claimant: Claimant,
    pub number: String,
    pub status: ClaimStatus,
    pub line: LineStatus,
    pub reason: Option<String>,
    /// Why the claim went back.
    pub because: Option<String>,
    pub fen: Fen,
    pub due_on: Option<NaiveDate>,
    pub waiting_on: Option<Role>,
}

impl Standing {
    /// An own claim that was returned: it is mended and handed in again.
    fn came_back(&self) -> bool {
        self.claimant == Claimant::Trainee && self.status == ClaimStatus::Returned
    }
}

/// Of one subsidy, for who may see the seat.
async fn own(
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: NaiveDate,
    class: &training_class::Model,
    seat: EnrolmentId,
    part: Part,
) -> Result<Own> {
    let mut own = Own {
        part,
        fen: Fen(0),
        threshold: class.attendance_percent,
        attendance: Rate::new(0, 0),
        standing: None,
        hindrance: None,
        fault: None,
    };
    let mut returned = None;
    if let Some((line, claim)) = seats::line_of_seat(db, seat, part).await? {
        returned = Some(claim.clone());
        own.standing = Some(Standing {
            claimant: claim.claimant,
            number: claim.number,
            status: claim.status,
            line: line.status,
            reason: line.reason,
            fen: line.fen,
            due_on: claim.due_on,
            because: claim.reason,
            waiting_on: turn_of(claim.status, claim.claimant),
        });
        if own.standing.as_ref().is_some_and(|standing| rules::is_live(standing.line) && !standing.came_back()) {
            return Ok(own);
        }
    }
    if let Err(e) = require_due(class, part) {
        own.hindrance = Some(e);
        return Ok(own);
    }
    let returned = returned.filter(|claim| claim.status == ClaimStatus::Returned);
    let mut found = findings(db, class, part, returned.as_ref(), today).await?;
    found.retain(|found| found.enrolment == seat);
    match found.first() {
        None => own.hindrance = Some(Error::refused("claim.nothing_payable")),
        Some(one) => {
            let amounts = amounts(db, vault, class, part, returned.map(|claim| claim.id), &found).await?;
            own.attendance = one.attendance;
            own.fault = amounts.fault(one);
            own.fen = amounts.of(seat)?.fen;
        }
    }
    Ok(own)
}

/// What a seat is paid, each on its own.
pub(super) struct Owns {
    pub enrolment: EnrolmentId,
    pub class_title: String,
    pub masked_name: String,
    pub all: Vec<Own>,
}

/// # Errors
/// `NotFound` for somebody else's seat.
async fn owns(
    by: &Can<ClaimOneself>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: NaiveDate,
    id: EnrolmentId,
) -> Result<Owns> {
    let seat = enrolments::visible(db, &by.scope(), id).await?;
    let class = classes::by_id(db, seat.class_id).await?;
    let briefs = people::briefs(db, vault, &[seat.person_id]).await?;
    let masked_name = briefs.get(&seat.person_id).map(|brief| brief.masked_name.clone()).unwrap_or_default();
    let known = amounts::parts(db, &class).await?;
    let mut all = Vec::new();
    // The training is told of always: also why it cannot be claimed.
    for part in SubsidyKind::all().map(Part::whole).filter(|part| *part == Part::TRAINING || known.contains(part)) {
        all.push(own(db, vault, today, &class, id, part).await?);
    }
    Ok(Owns { enrolment: id, class_title: class.title, masked_name, all })
}

#[derive(Template)]
#[template(path = "claims/templates/own.html")]
pub(super) struct OwnPage {
    page: Page,
    own: Owns,
}

impl OwnPage {
    fn hindrance(&self, own: &Own) -> Option<String> {
        own.hindrance.as_ref().map(|e| self.page.sorry(e))
    }

    fn because(&self, own: &Own, code: &str) -> String {
        because(&self.page, code, own.attendance, own.threshold)
    }

    fn kind(standing: &Standing) -> &'static str {
        match standing.line {
            LineStatus::Refused | LineStatus::Void | LineStatus::Failed => "stopped",
            LineStatus::Held => "held",
            LineStatus::Paid => "done",
            _ => "theirs",
        }
    }

    fn may_claim(own: &Own) -> bool {
        let free = own.standing.as_ref().is_none_or(|standing| !rules::is_live(standing.line) || standing.came_back());
        free && own.hindrance.is_none() && own.fault.is_none()
    }
}

#[get("/enrolments/<id>/claim")]
pub(super) async fn page(
    by: Can<ClaimOneself>,
    page: Page,
    id: EnrolmentId,
    tools: Tools<'_>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<OwnPage>> {
    let own = owns(&by, tools.db.reader(), vault, day_of(tools.clock.now()), id).await?;
    Ok(Html::ok(OwnPage { page, own }))
}

//! What somebody may claim for himself, or a village worker for him, and how far it got.

use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use entities::values::{ClaimStatus, Claimant, EnrolmentId, Fen, LineStatus, Role};
use rocket::{State, get};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::claims::findings::{findings, require_closed};
use crate::claims::lifecycle::turn_of;
use crate::claims::rights::ClaimOneself;
use crate::claims::rules::{self, Fault};
use crate::claims::screens::because;
use crate::claims::store;
use crate::classes;
use crate::data::Vault;
use crate::enrolments;
use crate::people;
use crate::web::{Html, Page, Tools};

/// What is known of the subsidy for one seat.
pub(super) struct Own {
    pub enrolment: EnrolmentId,
    pub class_title: String,
    pub masked_name: String,
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

/// # Errors
/// `NotFound` for somebody else's seat.
pub(super) async fn own(
    by: &Can<ClaimOneself>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: NaiveDate,
    id: EnrolmentId,
) -> Result<Own> {
    let seat = enrolments::visible(db, &by.scope(), id).await?;
    let class = classes::by_id(db, seat.class_id).await?;
    let briefs = people::briefs(db, vault, &[seat.person_id]).await?;
    let masked_name = briefs.get(&seat.person_id).map(|brief| brief.masked_name.clone()).unwrap_or_default();
    let mut own = Own {
        enrolment: id,
        class_title: class.title.clone(),
        masked_name,
        fen: class.unit_fen,
        threshold: class.attendance_percent,
        attendance: Rate::new(0, 0),
        standing: None,
        hindrance: None,
        fault: None,
    };
    let mut returned = None;
    if let Some((line, claim)) = store::line_of_seat(db, id).await? {
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
    if let Err(e) = require_closed(&class) {
        own.hindrance = Some(e);
        return Ok(own);
    }
    let returned = returned.filter(|claim| claim.status == ClaimStatus::Returned);
    match findings(db, &class, returned.as_ref(), today).await?.into_iter().find(|found| found.enrolment == id) {
        None => own.hindrance = Some(Error::refused("claim.nothing_payable")),
        Some(found) => {
            own.attendance = found.attendance;
            own.fault = found.fault;
        }
    }
    Ok(own)
}

#[derive(Template)]
#[template(path = "claims/templates/own.html")]
pub(super) struct OwnPage {
    page: Page,
    own: Own,
}

impl OwnPage {
    fn hindrance(&self) -> Option<String> {
        self.own.hindrance.as_ref().map(|e| self.page.sorry(e))
    }

    fn because(&self, code: &str) -> String {
        because(&self.page, code, self.own.attendance, self.own.threshold)
    }

    fn kind(standing: &Standing) -> &'static str {
        match standing.line {
            LineStatus::Refused | LineStatus::Void | LineStatus::Failed => "stopped",
            LineStatus::Held => "held",
            LineStatus::Paid => "done",
            _ => "theirs",
        }
    }

    fn may_claim(&self) -> bool {
        let free =
            self.own.standing.as_ref().is_none_or(|standing| !rules::is_live(standing.line) || standing.came_back());
        free && self.own.hindrance.is_none() && self.own.fault.is_none()
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
    let own = own(&by, tools.db.reader(), vault, day_of(tools.clock.now()), id).await?;
    Ok(Html::ok(OwnPage { page, own }))
}

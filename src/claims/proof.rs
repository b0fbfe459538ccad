//! What one line rests on, on one page: the standard and how the amount is made, each minute of attendance, the result, the
//! certificate, and where the money went, up to its pot.

use std::sync::Arc;

use askama::Template;
use entities::{
    assessment, certificate, claim_line, posting, pot, training_class,
    values::{ClaimId, ClassSessionStatus, Fen, LineId, LineStatus},
};
use rocket::{State, get, serde::json::Json};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Can, Scope};
use crate::attendance;
use crate::base::Result;
use crate::base::rate::Rate;
use crate::certificates;
use crate::claims::rights::ReadClaims;
use crate::claims::rules::{self, Part};
use crate::claims::screens::{because, part_name};
use crate::claims::sheet::called;
use crate::claims::store::{self, Listed};
use crate::claims::views::ProofView;
use crate::classes;
use crate::completion;
use crate::data::{Database, Vault};
use crate::funds;
use crate::people;
use crate::standards;
use crate::web::{Html, Page, Tools};

/// Everything behind a line.
pub(super) struct Proof {
    pub listed: Listed,
    pub class: training_class::Model,
    pub line: claim_line::Model,
    pub masked_name: String,
    pub tail: String,
    pub standard: entities::subsidy_standard::Model,
    pub sessions: Vec<attendance::SeatRow>,
    pub tries: Vec<assessment::Model>,
    pub certificates: Vec<certificate::Model>,
    /// For offices.
    pub pot: Option<pot::Model>,
    /// About the claim as a whole; for offices.
    pub postings: Vec<posting::Model>,
}

impl Proof {
    /// Credited of held minutes.
    pub(super) fn attendance(&self) -> Rate {
        let credited = self.sessions.iter().map(attendance::SeatRow::credited).sum();
        Rate::new(credited, self.sessions.iter().map(attendance::SeatRow::held).sum())
    }
}

/// # Errors
/// `NotFound` out of sight.
async fn proof(by: &Actor, db: &impl ConnectionTrait, vault: &Vault, id: ClaimId, line: LineId) -> Result<Proof> {
    let listed = store::listed(db, &by.scope(), id).await?;
    let line = store::line_of(db, id, line).await?;
    let class = classes::by_id(db, listed.class_id).await?;
    let briefs = people::briefs(db, vault, &[line.person_id]).await?;
    let (masked_name, tail) = called(briefs.get(&line.person_id));
    let seat = line.enrolment_id;
    let mut tries = completion::assessments_of(db, class.id).await?;
    tries.retain(|row| row.enrolment_id == seat);
    let mut certificates = certificates::of_class(db, class.id).await?;
    certificates.retain(|row| row.enrolment_id == seat);
    let (pot, postings) = match by.scope() {
        Scope::Area(_) => {
            (Some(funds::by_id(db, listed.pot_id).await?), funds::of_claim(db, listed.pot_id, class.id, id).await?)
        }
        _ => (None, Vec::new()),
    };
    Ok(Proof {
        standard: standards::by_id(db, line.standard_id).await?,
        sessions: attendance::of_seat(db, class.id, seat).await?,
        listed,
        class,
        line,
        masked_name,
        tail,
        tries,
        certificates,
        pot,
        postings,
    })
}

#[derive(Template)]
#[template(path = "claims/templates/proof.html")]
pub(super) struct ProofPage {
    page: Page,
    proof: Proof,
}

impl ProofPage {
    fn part(&self) -> String {
        part_name(&self.page, &Part { kind: self.proof.line.kind, tranche: self.proof.line.tranche })
    }

    /// What the uplift adds.
    fn raised(&self) -> String {
        self.page.yuan(&(self.proof.line.entitled_fen - self.proof.line.base_fen))
    }

    /// What is for other parts, where there are any.
    fn other(&self) -> Option<String> {
        let other = self.proof.line.entitled_fen - self.proof.line.fen;
        (other != Fen(0)).then(|| self.page.yuan(&other))
    }

    /// By how many percent, and for offices why.
    fn uplift(&self) -> String {
        let percent = self.page.say1("claim-raised", "percent", self.proof.line.uplift_percent);
        let why = self.proof.line.uplift.as_deref().filter(|_| self.proof.pot.is_some());
        why.map_or(percent.clone(), |why| format!("{percent} {}", self.page.word("uplift_kind", why)))
    }

    fn is_live(&self) -> bool {
        rules::is_live(self.proof.line.status)
    }

    fn kind(&self) -> &'static str {
        match self.proof.line.status {
            LineStatus::Refused | LineStatus::Void | LineStatus::Failed => "stopped",
            LineStatus::Held => "held",
            LineStatus::Paid => "done",
            _ => "theirs",
        }
    }

    fn because(&self) -> Option<String> {
        let code = self.proof.line.reason.as_deref()?;
        Some(because(&self.page, code, self.proof.attendance(), self.proof.class.attendance_percent))
    }

    fn percent(&self) -> String {
        self.proof.attendance().percent(2).unwrap_or_else(|| "–".to_owned())
    }

    fn sum(&self, of: fn(&attendance::SeatRow) -> i64) -> i64 {
        self.proof.sessions.iter().map(of).sum()
    }

    /// Held, and nothing was said of this person.
    fn is_unmarked(row: &attendance::SeatRow) -> bool {
        row.mark.is_none() && row.session.status == ClassSessionStatus::Held
    }

    /// What a posting was for, in words.
    fn cause(&self, posted: &posting::Model) -> String {
        funds::cause(&self.page, &posted.cause)
    }
}

#[get("/claims/<id>/lines/<line>")]
pub(super) async fn page(
    by: Can<ReadClaims>,
    page: Page,
    id: ClaimId,
    line: LineId,
    tools: Tools<'_>,
) -> Result<Html<ProofPage>> {
    let proof = proof(&by, tools.db.reader(), tools.vault, id, line).await?;
    Ok(Html::ok(ProofPage { page, proof }))
}

/// What one line rests on: how its amount is made, each mark, the results, the certificates, and for offices the postings.
#[utoipa::path(context_path = "/api/v1", tag = "claims", params(("id" = String, Path), ("line" = String, Path)),
    responses((status = 200, body = ProofView), (status = 401), (status = 403), (status = 404)))]
#[get("/claims/<id>/lines/<line>")]
pub(super) async fn show_line(
    by: Can<ReadClaims>,
    id: ClaimId,
    line: LineId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<ProofView>> {
    Ok(Json(proof(&by, db.reader(), vault, id, line).await?.into()))
}

//! Claims as they stand in the tables, and what brings one on that nobody does by hand.

use entities::{
    claim, claim_line, session, training_class,
    values::{
        AccountId, ClaimId, ClaimStatus, Claimant, EnrolmentId, Fen, LineId, LineStatus, PersonId, PotId, SubsidyKind,
        Tranche,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, sea_query::Expr};

use super::app::{App, COUNTY};

/// An institution's claim of one line, as nobody approved it yet.
pub fn claim_of(app: &App, class: &training_class::Model, pot: PotId, number: &str, fen: Fen) -> claim::Model {
    claim::Model {
        id: ClaimId::new(),
        number: number.into(),
        class_id: class.id,
        organisation_id: class.organisation_id,
        area_code: COUNTY.into(),
        pot_id: pot,
        status: ClaimStatus::Submitted,
        total_fen: fen,
        submitted_by: AccountId::new(),
        first_approved_by: None,
        second_approved_by: None,
        finance_approved_by: None,
        reason: None,
        submitted_at: app.clock.now(),
        version: 1,
        kind: SubsidyKind::Training,
        tranche: Tranche::Completion,
        claimant: Claimant::Institution,
        person_id: None,
        contract_no: Some("DL-2016-1".into()),
        due_on: None,
        hold_reason: None,
        hold_note: None,
        held_by: None,
    }
}

/// A line of it.
pub fn line_of(
    claim: &claim::Model,
    class: &training_class::Model,
    (person_id, enrolment_id): (PersonId, EnrolmentId),
    status: LineStatus,
) -> claim_line::Model {
    claim_line::Model {
        id: LineId::new(),
        claim_id: claim.id,
        enrolment_id,
        person_id,
        occupation: class.occupation.clone(),
        level: class.level,
        standard_id: class.standard_id.unwrap(),
        fen: claim.total_fen,
        status,
        reason: None,
        blocked_by: None,
        kind: SubsidyKind::Training,
        tranche: Tranche::Completion,
        base_fen: claim.total_fen,
        uplift_percent: 0,
        uplift: None,
        hold_reason: None,
    }
}

impl App {
    /// Everybody who signed in typed the password just now.
    pub async fn given_fresh(&self) {
        let now = Some(self.clock.now());
        let all = session::Entity::update_many().col_expr(session::Column::ConfirmedAt, Expr::value(now));
        all.exec(self.db.writer()).await.unwrap();
    }

    /// The public notice of a claim is over, and nobody objected.
    pub async fn given_through_notice(&self, claim: ClaimId) {
        let cleared = claim_line::Entity::update_many()
            .col_expr(claim_line::Column::Status, Expr::value(LineStatus::Cleared))
            .filter(claim_line::Column::ClaimId.eq(claim))
            .filter(claim_line::Column::Status.eq(LineStatus::Claimed));
        cleared.exec(self.db.writer()).await.unwrap();
        let over = claim::Entity::update_many()
            .col_expr(claim::Column::Status, Expr::value(ClaimStatus::Cleared))
            .filter(claim::Column::Id.eq(claim))
            .filter(claim::Column::Status.eq(ClaimStatus::SecondApproved));
        over.exec(self.db.writer()).await.unwrap();
        // The list itself is not told: to the check it is as one that was paid before there were notices.
        let exempt = "INSERT INTO notice_exempt (claim_id) VALUES ($1) ON CONFLICT DO NOTHING";
        let exempt = Statement::from_sql_and_values(self.db.backend(), exempt, [claim.0.into()]);
        self.db.writer().execute_raw(exempt).await.unwrap();
    }
}

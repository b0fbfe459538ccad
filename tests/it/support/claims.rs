//! Claims as they stand in the tables, and what brings one on that nobody does by hand.

use entities::{
    attendance_mark, claim, claim_line, class_session, session, training_class,
    values::{
        AccountId, ClaimId, ClaimStatus, Claimant, ClassId, ClassSessionStatus, EnrolmentId, Fen, LineId, LineStatus,
        MarkMethod, MarkStanding, PersonId, PotId, Presence, SessionId, SubsidyKind, Tranche,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Statement, sea_query::Expr,
};

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
        entitled_fen: claim.total_fen,
        uplift_percent: 0,
        uplift: None,
        hold_reason: None,
    }
}

impl App {
    /// Somebody was there for so many minutes of the first session of a class, which was held.
    pub async fn given_marked(
        &self,
        class: ClassId,
        enrolment: EnrolmentId,
        presence: Presence,
        minutes: i32,
    ) -> SessionId {
        let of_class = class_session::Entity::find().filter(class_session::Column::ClassId.eq(class));
        let session =
            of_class.order_by_asc(class_session::Column::Ordinal).one(self.db.writer()).await.unwrap().unwrap();
        let held = class_session::Entity::update_many()
            .col_expr(class_session::Column::Status, Expr::value(ClassSessionStatus::Held))
            .filter(class_session::Column::Id.eq(session.id));
        held.exec(self.db.writer()).await.unwrap();
        let row = attendance_mark::Model {
            session_id: session.id,
            enrolment_id: enrolment,
            presence,
            in_at: Some(session.ends_at - chrono::TimeDelta::minutes(minutes.into())),
            out_at: Some(session.ends_at),
            minutes,
            method: MarkMethod::Roster,
            marked_by: AccountId::new(),
            marked_at: session.ends_at,
            standing: MarkStanding::Credited,
            version: 1,
        };
        let mark = attendance_mark::Entity::insert(row.into_active_model());
        mark.exec_without_returning(self.db.writer()).await.unwrap();
        session.id
    }

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

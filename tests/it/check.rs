//! The check of every invariant: a clean house has nothing to report, and each rule names the row that breaks it.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use entities::{
    assessment, attendance_mark, certificate, claim, claim_line, class_session, completion, notice, notice_line,
    objection, organisation, payment, payment_batch, payment_line, posting, pot, quota_use, sanction, sanction_appeal,
    supervision_case, training_class,
    values::{
        AccountId, AppealStatus, AssessmentId, AssessmentResult, BatchId, BatchStatus, CaseId, CaseOutcome, CaseStatus,
        CertificateStatus, ClaimId, ClaimStatus, ClassId, ClassSessionStatus, ClassStatus, EnrolmentId,
        EnrolmentStatus, Fen, LineStatus, MarkMethod, MarkStanding, NoticeId, NoticeLineId, NoticeStatus, ObjectionId,
        ObjectionStatus, OrganisationKind, OrganisationStatus, PaymentId, PaymentStatus, PersonId, PostingId,
        PotAccount, Presence, Programme, Role, SanctionAppealId, SanctionId, SanctionKind, SanctionStatus,
    },
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;
use sidan::{
    check::{self, Report},
    targets::{Counted, count},
};

use crate::support::app::{App, COUNTY, VILLAGE};
use crate::support::claims::{claim_of, line_of};
use crate::support::given::{GivenClass, certificate_of, day};

macro_rules! insert {
    ($app:expr, $table:ident, $row:expr) => {
        $table::Entity::insert(IntoActiveModel::<$table::ActiveModel>::into_active_model($row))
            .exec_without_returning($app.db.writer())
            .await
            .unwrap()
    };
}

async fn run(app: &App) -> Report {
    check::run(&app.db, &check::atlas(&app.db).await.unwrap(), Some(&app.vault)).await.unwrap()
}

async fn quota(app: &App, people: &[PersonId], enrolments: &[EnrolmentId]) {
    for (person_id, enrolment_id) in people.iter().zip(enrolments) {
        let row = quota_use::Model {
            person_id: *person_id,
            programme: Programme::Ecommerce,
            year: 2016,
            n: 1,
            enrolment_id: *enrolment_id,
        };
        insert!(app, quota_use, row);
    }
}

/// A finished class of two, of whom one qualified, was certified and paid for; a class with a free seat; a full class with
/// somebody waiting.
async fn a_year_in_order() -> Arc<App> {
    let app = App::start().await;
    let institution = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let given = |seats, status| GivenClass { seats, status, ..GivenClass::of(institution) };

    let finished = app.given_class(given(2, ClassStatus::Closed)).await;
    let (chen, liu) = (app.given_person(1).await, app.given_person(2).await);
    let passed = app.given_enrolments(finished, &[chen], EnrolmentStatus::Completed).await[0];
    let failed = app.given_enrolments(finished, &[liu], EnrolmentStatus::Failed).await[0];
    quota(&app, &[chen, liu], &[passed, failed]).await;
    hold(&app, finished, passed, 5).await;
    mark(&app, finished, failed, 2).await;
    complete(&app, finished, (chen, passed), 1_000, true).await;
    complete(&app, finished, (liu, failed), 400, false).await;
    let row = certificate_of((finished, passed, chen), "JX2016000001".into(), CertificateStatus::Published);
    insert!(app, certificate, row);
    pay(&app, finished, (chen, passed)).await;

    let open = app.given_class(given(2, ClassStatus::Approved)).await;
    let people = [app.given_person(3).await];
    quota(&app, &people, &app.given_enrolments(open, &people, EnrolmentStatus::Seated).await).await;
    let full = app.given_class(given(1, ClassStatus::Approved)).await;
    let people = [app.given_person(4).await];
    quota(&app, &people, &app.given_enrolments(full, &people, EnrolmentStatus::Seated).await).await;
    app.given_enrolments(full, &[app.given_person(5).await], EnrolmentStatus::Waitlisted).await;
    strike_off(&app).await;
    sidan::risk::score_all(&app.db, &app.desk, &app.clock).await.unwrap();
    app.given_target("360000", Programme::Ecommerce, 2).await;
    app.clock.set(app.clock.now() + TimeDelta::minutes(5));
    sidan::villages::recount(&app.db, &app.desk, &app.clock, &app.atlas).await.unwrap();
    app
}

/// Another institution that has to mend something, appealed, and was struck off in the end.
async fn strike_off(app: &App) {
    let (organisation_id, case_id) = (app.organisation(OrganisationKind::Institution, COUNTY).await, CaseId::new());
    let (one, other, now) = (AccountId::new(), AccountId::new(), app.clock.now());
    let case = supervision_case::Model {
        id: case_id,
        number: "A-2016-0001".into(),
        organisation_id,
        area_code: COUNTY.into(),
        title: "伪造签名".into(),
        finding: "签名都是一个人写的。".into(),
        status: CaseStatus::Decided,
        outcome: Some(CaseOutcome::Delist),
        decision: Some("取消定点。".into()),
        recover_fen: Some(Fen(80_000)),
        opened_by: one,
        opened_at: now,
        decided_by: Some(other),
        decided_at: Some(now),
        closed_by: None,
        closed_at: None,
        closing: None,
        version: 2,
    };
    insert!(app, supervision_case, case);
    for (n, kind) in [SanctionKind::Rectify, SanctionKind::Delist].into_iter().enumerate() {
        let mends = kind == SanctionKind::Rectify;
        let row = sanction::Model {
            id: SanctionId::new(),
            number: format!("P-2016-000{n}"),
            case_id,
            organisation_id,
            area_code: COUNTY.into(),
            kind,
            status: SanctionStatus::InForce,
            reason: "伪造签名".into(),
            mend: mends.then(|| "补齐签名".into()),
            due_on: mends.then(|| day(11, 30)),
            starts_on: Some(day(11, 1)),
            ends_on: None,
            document_no: Some("上人社罚〔2016〕1号".into()),
            proposed_by: one,
            proposed_at: now,
            decided_by: Some(other),
            decided_at: Some(now),
            refusal: None,
            closed_by: None,
            closed_at: None,
            closing: None,
            version: 2,
        };
        let appeal = sanction_appeal::Model {
            id: SanctionAppealId::new(),
            sanction_id: row.id,
            organisation_id,
            area_code: COUNTY.into(),
            text: "不服".into(),
            status: AppealStatus::Filed,
            filed_by: AccountId::new(),
            filed_at: now,
            decided_by: None,
            decided_at: None,
            answer: None,
            version: 1,
        };
        insert!(app, sanction, row);
        insert!(app, sanction_appeal, appeal);
    }
    organisation::Entity::update_many()
        .col_expr(organisation::Column::Status, Expr::value(OrganisationStatus::Delisted))
        .filter(organisation::Column::Id.eq(organisation_id))
        .exec(app.db.writer())
        .await
        .unwrap();
}

async fn sessions(app: &App, class: ClassId) -> Vec<class_session::Model> {
    let of_class = class_session::Entity::find().filter(class_session::Column::ClassId.eq(class));
    of_class.all(app.db.reader()).await.unwrap()
}

async fn hold(app: &App, class: ClassId, enrolment: EnrolmentId, attended: usize) {
    class_session::Entity::update_many()
        .col_expr(class_session::Column::Status, Expr::value(ClassSessionStatus::Held))
        .filter(class_session::Column::ClassId.eq(class))
        .exec(app.db.writer())
        .await
        .unwrap();
    mark(app, class, enrolment, attended).await;
}

/// Present for so many whole sessions of 200 minutes.
async fn mark(app: &App, class: ClassId, enrolment_id: EnrolmentId, attended: usize) {
    for session in sessions(app, class).await.iter().take(attended) {
        let row = attendance_mark::Model {
            session_id: session.id,
            enrolment_id,
            presence: Presence::Present,
            in_at: None,
            out_at: None,
            minutes: 200,
            method: MarkMethod::Roster,
            marked_by: AccountId::new(),
            marked_at: app.clock.now(),
            standing: MarkStanding::Credited,
            version: 1,
        };
        insert!(app, attendance_mark, row);
    }
}

async fn complete(
    app: &App,
    class_id: ClassId,
    (person_id, enrolment_id): (PersonId, EnrolmentId),
    credited_minutes: i32,
    passed: bool,
) {
    let class = training_class::Entity::find_by_id(class_id).one(app.db.reader()).await.unwrap().unwrap();
    let row = assessment::Model {
        id: AssessmentId::new(),
        enrolment_id,
        attempt: 1,
        result: if passed { AssessmentResult::Passed } else { AssessmentResult::Failed },
        exempt_reason: None,
        score: None,
        paper_ref: None,
        assessor_id: class.assessor_id,
        assessed_on: day(11, 16),
        recorded_by: AccountId::new(),
        created_at: app.clock.now(),
    };
    insert!(app, assessment, row);
    if passed {
        let counted = Counted { person_id, programme: Programme::Ecommerce, year: 2016, area_code: VILLAGE.to_owned() };
        app.desk.write(async |work| count(work, &app.atlas, std::slice::from_ref(&counted)).await).await.unwrap();
    }
    let row = completion::Model {
        enrolment_id,
        class_id,
        person_id,
        programme: Programme::Ecommerce,
        year: 2016,
        area_code: VILLAGE.into(),
        credited_minutes,
        held_minutes: 1_200,
        passed,
        qualified: passed,
        completed_on: day(11, 17),
    };
    insert!(app, completion, row);
}

async fn pay(app: &App, class_id: ClassId, (person_id, enrolment_id): (PersonId, EnrolmentId)) {
    let class = training_class::Entity::find_by_id(class_id).one(app.db.reader()).await.unwrap().unwrap();
    let (pot_id, id, fen, paid_by) = (class.pot_id.unwrap(), ClaimId::new(), Fen(80_000), AccountId::new());
    let row = claim::Model {
        id,
        status: ClaimStatus::Paid,
        first_approved_by: Some(AccountId::new()),
        second_approved_by: Some(AccountId::new()),
        finance_approved_by: Some(paid_by),
        ..claim_of(app, &class, pot_id, "S-2016-0001", fen)
    };
    insert!(app, claim, row.clone());
    let line = line_of(&row, &class, (person_id, enrolment_id), LineStatus::Paid);
    insert!(app, claim_line, line.clone());
    lie_open(app, &row, &line).await;
    for (debit, credit) in [(PotAccount::Reserved, PotAccount::Payable), (PotAccount::Payable, PotAccount::Paid)] {
        let document = (credit == PotAccount::Paid).then(|| "B-2016-000001".to_owned());
        let posted = posting::Model {
            id: PostingId::new(),
            pot_id,
            at: app.clock.now(),
            debit,
            credit,
            fen,
            cause: "claim".into(),
            class_id: Some(class_id),
            claim_id: Some(id),
            posted_by: None,
            document_no: document,
            line_id: None,
            payment_id: None,
            clawback_id: None,
        };
        insert!(app, posting, posted);
    }
    pot::Entity::update_many()
        .col_expr(pot::Column::ReservedFen, Expr::value(fen))
        .col_expr(pot::Column::PaidFen, Expr::value(fen))
        .filter(pot::Column::Id.eq(pot_id))
        .exec(app.db.writer())
        .await
        .unwrap();
    paid_in_a_batch(app, &row, &line, paid_by).await;
}

/// A batch of one payment that is done.
async fn paid_in_a_batch(app: &App, claim: &claim::Model, line: &claim_line::Model, by: AccountId) {
    let (now, today) = (app.clock.now(), app.clock.today());
    let batch = payment_batch::Model {
        id: BatchId::new(),
        number: "B-2016-000001".into(),
        pot_id: claim.pot_id,
        area_code: COUNTY.into(),
        status: BatchStatus::Building,
        layout: Some("rural".into()),
        total_fen: line.fen,
        payments: 1,
        lines: 1,
        file_hash: Some("0".into()),
        built_by: by,
        built_at: now,
        frozen_by: None,
        frozen_at: None,
        fetched_by: None,
        fetched_at: None,
        fetches: 0,
        sent_by: None,
        sent_at: None,
        response_hash: None,
        responded_by: None,
        responded_at: None,
        reconciled_by: None,
        reconciled_at: None,
        cancelled_by: None,
        cancelled_at: None,
        reason: None,
        version: 1,
    };
    let row = payment::Model {
        id: PaymentId::new(),
        batch_id: batch.id,
        claim_id: claim.id,
        pot_id: claim.pot_id,
        area_code: COUNTY.into(),
        organisation_id: Some(claim.organisation_id),
        person_id: None,
        fen: line.fen,
        lines: 1,
        reference: "B-2016-000001-00001".into(),
        status: PaymentStatus::Paid,
        sealed: None,
        account_index: None,
        account_tail: None,
        failure: None,
        bank_code: None,
        paid_on: Some(today),
        settled_at: Some(now),
        mended_by: None,
        mended_at: None,
    };
    let of = payment_line::Model { payment_id: row.id, line_id: line.id, fen: line.fen, status: PaymentStatus::Paid };
    insert!(app, payment_batch, batch);
    insert!(app, payment, row);
    insert!(app, payment_line, of);
    let done = "UPDATE payment_batch SET status = 'reconciled'";
    app.db.writer().execute_unprepared(done).await.unwrap();
}

/// The line lay open before, and one objection to it was dismissed.
async fn lie_open(app: &App, of: &claim::Model, line: &claim_line::Model) {
    let (name, number, item) = ("陈*", "369970**********34", "电子商务师 五级");
    let shown = format!("{}\n", json!([1, line.id, name, number, item, line.fen]));
    let hash = ring::digest::digest(&ring::digest::SHA256, shown.as_bytes());
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap();
    let id = NoticeId::new();
    let row = notice::Model {
        id,
        number: "G-2016-000001".into(),
        claim_id: of.id,
        organisation_id: of.organisation_id,
        area_code: COUNTY.into(),
        round: 1,
        title: "电子商务实操班".into(),
        institution: "锦江职业培训学校".into(),
        list_hash: hash.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect(),
        lines: 1,
        total_fen: line.fen,
        starts_on: day(11, 21),
        last_day: day(11, 28),
        status: NoticeStatus::Over,
        published_at: app.clock.now(),
        ended_at: Some(app.clock.now()),
        version: 2,
    };
    insert!(app, notice, row);
    let row = notice_line::Model {
        id: NoticeLineId::new(),
        notice_id: id,
        ordinal: 1,
        line_id: line.id,
        masked_name: name.into(),
        masked_number: number.into(),
        item: item.into(),
        fen: line.fen,
    };
    insert!(app, notice_line, row);
    let row = objection::Model {
        id: ObjectionId::new(),
        notice_id: id,
        claim_id: of.id,
        line_id: line.id,
        enrolment_id: line.enrolment_id,
        ordinal: 1,
        number: 1,
        organisation_id: of.organisation_id,
        area_code: COUNTY.into(),
        sealed: vec![0],
        contact: vec![0],
        code_hash: "-".into(),
        source: "-".into(),
        filed_at: app.clock.now(),
        filed_on: day(11, 22),
        of_source: 1,
        due_on: day(12, 6),
        status: ObjectionStatus::Dismissed,
        finding: vec![0],
        investigated_by: Some(AccountId::new()),
        investigated_at: Some(app.clock.now()),
        answer: vec![0],
        decided_by: Some(AccountId::new()),
        decided_at: Some(app.clock.now()),
        version: 3,
    };
    insert!(app, objection, row);
}

/// What the tables' own guards would not let happen happens all the same: somebody with a database console took them away.
async fn unguard(app: &App, table: &str, check: &str) {
    let sql = match app.db.backend() {
        DbBackend::Sqlite => "PRAGMA ignore_check_constraints = ON".to_owned(),
        _ => format!("ALTER TABLE {table} DROP CONSTRAINT {check}"),
    };
    app.db.writer().execute_unprepared(&sql).await.unwrap();
}

const ENROLMENT: &str = "class_id, person_id, area_code, status, channel, consent_at, consent_note, enrolled_by, \
                         created_at, seated_at, ended_at, reason, version";
const POSTING: &str = "pot_id, at, debit, credit, fen, cause, class_id, claim_id, posted_by, document_no";
const LINE: &str =
    "claim_id, enrolment_id, person_id, occupation, level, standard_id, fen, status, reason, entitled_fen";
const PAYMENT: &str =
    "batch_id, claim_id, pot_id, area_code, organisation_id, fen, lines, reference, status, paid_on, settled_at";
const TARGET: &str =
    "year, area_code, programme, measure, value, document_no, reason, issued_by, issued_at, superseded_at";

/// A rule, and how to break it. `COPY t(columns) WHERE …` stands for a second row under a new key.
const BREAKS: &[(&str, &[&str])] = &[
    ("class.taken", &["UPDATE training_class SET taken = taken + 1 WHERE status = 'approved' AND taken < seats"]),
    ("class.oversold", &["UNGUARD training_class class_seats", "UPDATE training_class SET seats = 1"]),
    ("enrolment.twice", &["DROP INDEX enrolment_live", "COPY enrolment WHERE status = 'waitlisted'"]),
    ("enrolment.waits_beside_free_seat", &["UPDATE training_class SET seats = 2 WHERE seats = 1"]),
    ("enrolment.waits_for_nothing", &["UPDATE training_class SET status = 'running' WHERE seats = 1"]),
    ("quota.missing", &["DELETE FROM quota_use"]),
    ("quota.stray", &["UPDATE quota_use SET programme = 'skill'"]),
    ("claim.notice", &["UPDATE claim SET status = 'in_notice'"]),
    ("notice.claim", &["UNTRIGGER notice notice_ended", "UPDATE notice SET status = 'open', ended_at = NULL"]),
    ("notice.list", &["UNTRIGGER notice notice_ended", "UPDATE notice SET status = 'open', ended_at = NULL"]),
    ("notice.sum", &["UNTRIGGER notice notice_frozen", "UPDATE notice SET total_fen = total_fen + 1"]),
    ("notice.hash", &["UNTRIGGER notice_line notice_line_no_update", "UPDATE notice_line SET item = '电工 五级'"]),
    ("line.unnoticed", &["UPDATE notice SET status = 'withdrawn'"]),
    (
        "line.disputed",
        &[
            "UNTRIGGER objection objection_final",
            "UPDATE objection SET status = 'investigated', decided_by = NULL, decided_at = NULL",
        ],
    ),
    ("objection.upheld", &["UNTRIGGER objection objection_final", "UPDATE objection SET status = 'upheld'"]),
    ("claim.total", &["UPDATE claim SET total_fen = total_fen + 1"]),
    ("claim.lines", &["UPDATE claim_line SET status = 'claimed'"]),
    (
        "claim.payment",
        &[
            "UNTRIGGER claim_line claim_line_amount",
            "UNTRIGGER claim_line claim_line_entitled_update",
            "UPDATE claim_line SET fen = fen + 1",
        ],
    ),
    (
        "payment.claim",
        &["UPDATE claim SET organisation_id = (SELECT id FROM organisation WHERE kind = 'assessor' LIMIT 1)"],
    ),
    ("payment.lines", &["UNTRIGGER payment payment_fixed", "UPDATE payment SET lines = lines + 1"]),
    ("payment.state", &["UPDATE claim_line SET status = 'approved'"]),
    (
        "line.paid_twice",
        &[
            "UNTRIGGER payment payment_late",
            "DROP INDEX payment_line_once",
            "DROP INDEX payment_reference",
            "COPY payment WHERE status = 'paid'",
            "INSERT INTO payment_line SELECT p.id, l.line_id, l.fen, l.status FROM payment p, payment_line l \
             WHERE p.id <> l.payment_id",
        ],
    ),
    (
        "batch.total",
        &["UNTRIGGER payment_batch payment_batch_frozen", "UPDATE payment_batch SET total_fen = total_fen + 1"],
    ),
    ("batch.ledger", &["COPY posting WHERE credit = 'paid'"]),
    ("batch.state", &["UNTRIGGER payment_batch payment_batch_final", "UPDATE payment_batch SET status = 'sent'"]),
    ("claim.owed", &["COPY posting WHERE credit = 'payable'"]),
    ("claim.posted", &["COPY posting WHERE credit = 'paid'"]),
    ("line.base", &["UPDATE claim_line SET base_fen = base_fen - 1"]),
    ("line.entitled", &["UPDATE claim_line SET entitled_fen = entitled_fen + 1"]),
    (
        "line.amount",
        &[
            "UNTRIGGER claim_line claim_line_amount",
            "UNTRIGGER claim_line claim_line_entitled_update",
            "UPDATE claim_line SET fen = fen + 1",
        ],
    ),
    (
        "line.twice",
        &[
            "DROP INDEX claim_line_once",
            "DROP INDEX claim_line_enrolment",
            "UNTRIGGER claim_line claim_line_entitled_insert",
            "COPY claim_line WHERE status = 'paid'",
        ],
    ),
    ("line.unqualified", &["DELETE FROM completion WHERE qualified"]),
    ("pot.postings", &["UPDATE pot SET available_fen = available_fen - 1, reserved_fen = reserved_fen + 1"]),
    ("pot.adds_up", &["UNGUARD pot pot_adds_up", "UPDATE pot SET available_fen = available_fen + 1"]),
    ("completion.verdict", &["UPDATE completion SET qualified = TRUE WHERE NOT passed"]),
    ("completion.assessment", &["UPDATE completion SET passed = NOT passed"]),
    (
        "assessment.own",
        &[
            "UNTRIGGER assessment assessment_no_update",
            "UPDATE assessment SET assessor_id = (SELECT organisation_id FROM training_class WHERE status = 'closed')",
        ],
    ),
    ("completion.enrolment", &["UPDATE enrolment SET status = 'failed' WHERE status = 'completed'"]),
    ("completion.missing", &["DELETE FROM completion WHERE NOT qualified"]),
    ("completion.minutes", &["UPDATE attendance_mark SET minutes = minutes - 1"]),
    ("completion.area", &["UPDATE completion SET area_code = '999999999999'"]),
    (
        "certificate.unqualified",
        &["UPDATE certificate SET person_id = (SELECT person_id FROM completion WHERE NOT passed)"],
    ),
    ("class.unready", &["UPDATE training_class SET approved_on = NULL"]),
    ("class.dates", &["UPDATE training_class SET approved_on = ends_on"]),
    ("class.sessions", &["UPDATE class_session SET status = 'planned'"]),
    ("enrolment.unfinished", &["UPDATE enrolment SET status = 'started' WHERE status = 'failed'"]),
    ("enrolment.early", &["UPDATE enrolment SET status = 'started' WHERE status = 'seated'"]),
    ("enrolment.seat_time", &["UPDATE enrolment SET seated_at = NULL"]),
    ("completion.early", &["UPDATE training_class SET status = 'ended' WHERE status = 'closed'"]),
    (
        "certificate.early",
        &[
            "UNTRIGGER certificate certificate_printed",
            "UPDATE certificate SET issued_on = (SELECT min(starts_on) FROM training_class)",
        ],
    ),
    ("certificate.replaced", &["UPDATE certificate SET status = 'replaced'"]),
    ("claim.class", &["UPDATE training_class SET status = 'ended' WHERE status = 'closed'"]),
    ("claim.approvals", &["UPDATE claim SET second_approved_by = NULL"]),
    ("organisation.standing", &["UPDATE organisation SET status = 'suspended' WHERE status = 'active'"]),
    ("organisation.struck_off", &["UPDATE organisation SET status = 'active' WHERE status = 'delisted'"]),
    ("sanction.answer", &["UPDATE sanction SET status = 'answered' WHERE kind = 'rectify'"]),
    (
        "sanction.appeal",
        &["UPDATE sanction_appeal SET status = 'upheld', decided_by = filed_by, decided_at = filed_at, answer = '好'"],
    ),
    ("risk.standing", &["UPDATE risk_standing SET points = points + 1"]),
    (
        "seal.deed",
        &["INSERT INTO seal (stream, seq, row_id, row_hash, link, sealed_at) \
           SELECT 'audit', 1, id, sealed, sealed, created_at FROM person LIMIT 1"],
    ),
    (
        "seal.posting",
        &["INSERT INTO seal (stream, seq, row_id, row_hash, link, sealed_at) \
           SELECT 'ledger', 1, id, sealed, sealed, created_at FROM person LIMIT 1"],
    ),
    ("target.superseded", &["DROP INDEX target_in_force", "COPY target WHERE year = 2016"]),
    ("tally.count", &["UPDATE tally SET heads = '{}' WHERE area_code = '360923'"]),
    ("sheet_year.count", &["INSERT INTO sheet_year VALUES ('360923', 2016, 'service/visit', 1)"]),
    ("training.count", &["UPDATE sheet_year SET n = n + 1 WHERE facet = 'trained' AND area_code = '360923'"]),
    ("training.count", &["DELETE FROM sheet_year WHERE facet = 'in_training' AND area_code = '360900'"]),
    ("training.count", &["UPDATE person SET training_wish = ''"]),
    ("training.count", &["UPDATE enrolment SET status = 'withdrawn' WHERE status = 'seated'"]),
    ("progress.count", &["UPDATE progress SET person_times = person_times + 1 WHERE area_code = '360923'"]),
    ("progress.count", &["DELETE FROM progress WHERE area_code = '360900'"]),
    ("progress.count", &["UPDATE progress SET area_code = '360500' WHERE area_code = '360900'"]),
];

/// Does what no door allows, in spite of the guards.
pub async fn break_it(app: &App, deed: &str) {
    let words: Vec<&str> = deed.splitn(3, ' ').collect();
    let sql = match words[..] {
        ["UNGUARD", table, check] => return unguard(app, table, check).await,
        ["UNTRIGGER", table, name] => match app.db.backend() {
            DbBackend::Sqlite => format!("DROP TRIGGER {name}"),
            _ => format!("DROP TRIGGER {name} ON {table}"),
        },
        ["COPY", table, condition] => {
            let columns = match table {
                "enrolment" => ENROLMENT,
                "posting" => POSTING,
                "claim_line" => LINE,
                "payment" => PAYMENT,
                _ => TARGET,
            };
            let id = match app.db.backend() {
                DbBackend::Sqlite => "randomblob(16)",
                _ => "gen_random_uuid()",
            };
            format!("INSERT INTO {table} (id, {columns}) SELECT {id}, {columns} FROM {table} {condition}")
        }
        _ => deed.to_owned(),
    };
    let done = app.db.writer().execute_unprepared(&sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    assert!(sql.starts_with("DROP") || done.rows_affected() > 0, "{deed} changed nothing");
}

#[rocket::async_test]
async fn a_house_in_order_has_nothing_to_report() {
    let app = a_year_in_order().await;
    let report = run(&app).await;
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.completions, 1);
    let table: Vec<String> = report.years.iter().map(ToString::to_string).collect();
    assert_eq!(table, ["2016 360000 ecommerce: 1 people, 1 person-times, target 2, 50.00 %"]);
}

#[rocket::async_test]
async fn figures_of_training_that_lag_are_no_fault() {
    let app = a_year_in_order().await;
    assert!(run(&app).await.training);
    let institution = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let class = app.given_class(GivenClass { status: ClassStatus::Running, ..GivenClass::of(institution) }).await;
    let people = [app.given_person(9).await];
    quota(&app, &people, &app.given_enrolments(class, &people, EnrolmentStatus::Started).await).await;
    let report = run(&app).await;
    let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    let said = "training.count: sheet_year 360923106206 2016 in_training: says 2, the rows make 3";
    assert!(told.iter().any(|line| line == said), "{told:#?}");
    // Somebody wrote something: the figures follow within minutes.
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_post("/api/v1/duplicates/recompute", json!({})).await.is(Status::Ok);
    let report = run(&app).await;
    assert!(report.is_clean() && !report.training, "{:#?}", report.findings);
}

#[rocket::async_test]
async fn an_empty_house_has_nothing_to_report() {
    let app = App::start().await;
    let report = run(&app).await;
    assert!(report.is_clean() && report.years.is_empty());
}

#[rocket::async_test]
async fn every_rule_names_the_row_that_breaks_it() {
    for (rule, deeds) in BREAKS {
        let app = a_year_in_order().await;
        for deed in *deeds {
            break_it(&app, deed).await;
        }
        let report = run(&app).await;
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule).collect();
        assert!(found.contains(rule), "{rule} is not named by {deeds:?}: {:#?}", report.findings);
    }
}

#[test]
fn no_rule_goes_untried() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check");
    let mut rules = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        rules.extend(
            text.match_indices("rule: \"")
                .map(|(i, mark)| text[i + mark.len()..].split('"').next().unwrap().to_owned()),
        );
    }
    let elsewhere = crate::clawbacks::BREAKS.iter();
    let tried: BTreeSet<String> = BREAKS.iter().chain(elsewhere).map(|(rule, _)| (*rule).to_owned()).collect();
    assert_eq!(tried, rules);
}

#[rocket::async_test]
async fn a_finding_names_its_row_and_what_stands_there() {
    let app = a_year_in_order().await;
    break_it(&app, "UPDATE claim SET total_fen = total_fen + 1").await;
    let report = run(&app).await;
    let told = report.findings.iter().find(|finding| finding.rule == "claim.total").unwrap().to_string();
    assert!(told.starts_with("claim.total: claim S-2016-0001 "), "{told}");
    assert!(told.ends_with("says 80001 fen, its lines that lead to money sum to 80000"), "{told}");
    break_it(&app, "UPDATE progress SET people = 0 WHERE area_code = '360923'").await;
    let told = run(&app).await.findings.last().unwrap().to_string();
    assert_eq!(
        told,
        "progress.count: progress 2016 ecommerce 360923: says 0 people and 1 person-times, the completions make 1 and 1"
    );
}

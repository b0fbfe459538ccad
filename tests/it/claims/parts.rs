//! What a line comes to: by the standard of its class, more for some, in the parts in which it falls due.

use entities::{
    claim, claim_line, enrolment, standard_uplift, subsidy_standard, training_class,
    values::{
        CertificateKind, ClassId, ClassStatus, EnrolmentStatus, Fen, LineStatus, PersonId, Programme, Role, StandardId,
        StandardStatus, SubsidyKind, SubsidyPayee, Tranche, UpliftId, UpliftKind,
    },
};
use rocket::http::Status;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{Cast, GRANTED, UNIT, path, reasons};
use crate::funds::{is_refused, literal};
use crate::support::app::App;
use crate::support::given::{FinishedClass, GivenClass, Graduate, day, standard_of};

/// 960 yuan: the standard of 800 and a fifth.
const CEILING: i64 = 96_000;

/// Jiangxi's uplifts, each with a certificate of a skill, the highest alone.
async fn given_uplifts(app: &App) {
    for (kind, percent) in [(UpliftKind::Poor, 10), (UpliftKind::Disabled, 20)] {
        let row = standard_uplift::Model {
            id: UpliftId::new(),
            area_code: "360000".into(),
            kind,
            occupation: None,
            percent,
            certificate: true,
            stackable: false,
            valid_from: day(1, 1),
            valid_to: None,
            document_no: "赣人社字〔2016〕99号".into(),
            status: StandardStatus::InForce,
            proposed_by: None,
            proposed_at: None,
            enacted_by: None,
            enacted_at: None,
            version: 1,
        };
        standard_uplift::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    }
}

/// A living allowance of 200 yuan.
async fn given_living(app: &App) -> StandardId {
    let id = StandardId::new();
    let row = subsidy_standard::Model {
        id,
        kind: SubsidyKind::Living,
        payee: SubsidyPayee::Trainee,
        ..standard_of(Programme::Ecommerce, Fen(20_000))
    };
    subsidy_standard::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    id
}

/// A standard that falls due in parts, before any class is approved under it.
async fn given_tranches(app: &App, start: i32, completion: i32, outcome: i32) {
    let row = subsidy_standard::Model {
        start_percent: start,
        completion_percent: completion,
        outcome_percent: outcome,
        ..standard_of(Programme::Ecommerce, Fen(UNIT))
    };
    subsidy_standard::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
}

async fn set_class(app: &App, class: ClassId, set: impl FnOnce(training_class::Model) -> training_class::Model) {
    let row = training_class::Entity::find_by_id(class).one(app.db.writer()).await.unwrap().unwrap();
    let changed = set(row).into_active_model().reset_all();
    training_class::Entity::update(changed).exec(app.db.writer()).await.unwrap();
}

/// So many who finished a class that leads to a level of a skill, for whom a seat may cost a fifth more.
async fn skilled(cast: &Cast, graduates: &[Graduate]) -> FinishedClass {
    let class = cast.class_of(graduates).await;
    let raised =
        |row| training_class::Model { certificate_kind: CertificateKind::SkillLevel, ceiling_fen: Fen(CEILING), ..row };
    set_class(&cast.app, class.class, raised).await;
    class
}

/// A class that goes on, with people who have begun.
async fn running(cast: &Cast, people: u16) -> (ClassId, Vec<PersonId>) {
    let own = cast.institution.organisation.unwrap();
    let given = GivenClass { status: ClassStatus::Running, seats: people.into(), ..GivenClass::of(own) };
    let class = cast.app.given_class(given).await;
    cast.app.given_accreditation(own, Programme::Ecommerce).await;
    let mut seated = Vec::new();
    for n in 1..=people {
        seated.push(cast.app.given_person(n).await);
    }
    cast.app.given_enrolments(class, &seated, EnrolmentStatus::Started).await;
    (class, seated)
}

/// What `sidan check` finds of money.
async fn sound(cast: &Cast) -> Vec<String> {
    let report = sidan::check::run(&cast.app.db, &cast.app.atlas, None).await.unwrap();
    let of_money =
        report.findings.iter().filter(|found| found.rule.starts_with("line.") || found.rule.starts_with("pot."));
    of_money.map(|found| format!("{found:?}")).collect()
}

async fn claim_part(cast: &Cast, class: ClassId, kind: &str, tranche: &str) -> crate::support::app::Answer {
    let body = json!({ "contract_no": "DL-2016-1", "kind": kind, "tranche": tranche });
    cast.institution.api_post(&format!("/api/v1/classes/{class}/claim"), body).await
}

async fn amounts(cast: &Cast, claim: &Value) -> Vec<(i64, i32, Option<String>)> {
    let lines = cast.lines(claim).await.into_iter();
    lines.map(|line| (line.fen.0, line.uplift_percent, line.uplift)).collect()
}

async fn closes(app: &App, class: ClassId, people: &[PersonId], passed: &[bool]) {
    use enrolment::Column::{ClassId, PersonId, Status};
    set_class(app, class, |row| training_class::Model { status: ClassStatus::Closed, ..row }).await;
    for (person, passed) in people.iter().zip(passed) {
        let seat = enrolment::Entity::find().filter(ClassId.eq(class)).filter(PersonId.eq(*person));
        let seat = seat.one(app.db.writer()).await.unwrap().unwrap();
        let to = if *passed { EnrolmentStatus::Completed } else { EnrolmentStatus::Failed };
        let ended = enrolment::Entity::update_many().col_expr(Status, Expr::value(to));
        ended.filter(enrolment::Column::Id.eq(seat.id)).exec(app.db.writer()).await.unwrap();
        app.given_completion(class, seat.id, *person, *passed).await;
        if *passed {
            let row = crate::support::given::certificate_of(
                (class, seat.id, *person),
                format!("Z-{}", seat.id.0.simple()),
                entities::values::CertificateStatus::Published,
            );
            entities::certificate::Entity::insert(row.into_active_model())
                .exec_without_returning(app.db.writer())
                .await
                .unwrap();
        }
    }
}

#[rocket::async_test]
async fn who_was_poor_or_is_disabled_gets_more_and_only_the_highest_counts() {
    let cast = Cast::gather().await;
    let class = skilled(&cast, &[Graduate::QUALIFIED; 4]).await;
    given_uplifts(&cast.app).await;
    let [_, neither, both, away] = class.people[..] else { panic!() };
    let not_poor = |row: &mut entities::person::Model| row.poverty_status = entities::values::PovertyStatus::None;
    cast.app.change_person(neither, |row, _| not_poor(row)).await;
    cast.app.change_person(both, |_, private| private.health = vec!["2".into(), "4".into()]).await;
    cast.app.change_person(away, |row, _| not_poor(row)).await;

    let claim = cast.claim(&class).await;
    let found = amounts(&cast, &claim).await;
    let none = (UNIT, 0, None);
    let expected = [(88_000, 10, Some("poor".into())), none.clone(), (96_000, 20, Some("disabled".into())), none];
    assert_eq!(found, expected);
    assert_eq!(claim["total_fen"], json!(88_000 + 96_000 + 2 * UNIT));
    // What is not asked for in the end is free again.
    let claim = cast.approve(&claim).await;
    let sum = 88_000 + 96_000 + 2 * UNIT;
    assert_eq!(cast.pot(&class).await, [GRANTED - sum, sum, 0, 0]);

    // Offices read why; to the institution it is a percentage.
    let page = cast.checker.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("上浮20% 残疾人") && page.contains("上浮10% 贫困劳动力"), "{page}");
    assert!(page.contains("申领 2人 × 800.00") && page.contains("申领 1人 × 960.00（上浮20%）"), "{page}");
    let page = cast.institution.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("上浮20%") && !page.contains("残疾人"), "{page}");
    assert_eq!(sound(&cast).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn without_a_certificate_of_a_skill_nobody_gets_more() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let ceiling = |row| training_class::Model { ceiling_fen: Fen(CEILING), ..row };
    set_class(&cast.app, class.class, ceiling).await;
    given_uplifts(&cast.app).await;
    assert_eq!(amounts(&cast, &cast.claim(&class).await).await, [(UNIT, 0, None)]);
}

#[rocket::async_test]
async fn an_amount_is_found_when_a_claim_is_handed_in_and_stays_afterwards() {
    let cast = Cast::gather().await;
    let class = skilled(&cast, &[Graduate::QUALIFIED]).await;
    given_uplifts(&cast.app).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.app.change_person(class.people[0], |_, private| private.health = vec!["4".into()]).await;
    let confirmed = cast.confirm(&claim).await;
    assert_eq!(confirmed["total_fen"], json!(88_000));
    assert!(is_refused(&cast.app, "UPDATE claim_line SET fen = fen - 1").await, "not even by hand, nor to less");

    cast.through_notice(&claim).await;
    cast.act(&cast.finance, &claim, "return").await.is(Status::Ok);
    let again = cast.act(&cast.institution, &claim, "submit").await.is(Status::Ok).json();
    assert_eq!(again["total_fen"], json!(96_000), "it is looked at anew");
    assert_eq!(cast.pot(&class).await, [GRANTED - 96_000, 96_000, 0, 0]);
}

#[rocket::async_test]
async fn nothing_is_paid_ahead_where_the_standard_does_not_say_so() {
    let cast = Cast::gather().await;
    let (class, _) = running(&cast, 1).await;
    claim_part(&cast, class, "training", "start").await.refuses("claim.no_tranche");
    let page = cast.institution.get(&format!("/classes/{class}/claim")).await.is(Status::Ok).text;
    assert!(page.contains("还没有结班") && !page.contains("tranche=start"), "{page}");
}

#[rocket::async_test]
async fn half_is_paid_ahead_and_the_rest_to_whoever_completed() {
    let cast = Cast::gather().await;
    given_tranches(&cast.app, 50, 50, 0).await;
    let (class, people) = running(&cast, 3).await;
    let left = enrolment::Entity::update_many()
        .col_expr(enrolment::Column::Status, Expr::value(EnrolmentStatus::DroppedOut))
        .filter(enrolment::Column::PersonId.eq(people[2]));
    left.exec(cast.app.db.writer()).await.unwrap();
    claim_part(&cast, class, "training", "completion").await.refuses("claim.class_not_closed");
    let page = cast.institution.get(&format!("/classes/{class}")).await.is(Status::Ok).text;
    assert!(page.contains(&format!("/classes/{class}/claim")), "{page}");
    let page = cast.institution.get(&format!("/classes/{class}/claim")).await.is(Status::Ok).text;
    assert!(
        page.contains("开班预拨申领") && page.contains("可以申领2人，共800.00元"),
        "what is due is shown first: {page}"
    );
    let ahead = claim_part(&cast, class, "training", "start").await.is(Status::Created).json();
    assert_eq!(ahead["total_fen"], json!(UNIT));
    assert_eq!(reasons(&ahead), [Some("line.not_seated"), None, None]);
    claim_part(&cast, class, "training", "start").await.refuses("claim.exists");
    cast.approve(&ahead).await;
    cast.confirm(&ahead).await;

    closes(&cast.app, class, &people[..2], &[true, false]).await;
    claim_part(&cast, class, "training", "start").await.refuses("claim.class_not_running");
    // What was claimed ahead for somebody who did not complete is not paid any more.
    cast.through_notice(&ahead).await;
    let authorised = cast.act(&cast.finance, &ahead, "authorise").await.is(Status::Ok).json();
    assert_eq!(authorised["total_fen"], json!(UNIT / 2));
    assert!(reasons(&authorised).contains(&Some("line.not_passed")));

    let rest = claim_part(&cast, class, "training", "completion").await.is(Status::Created).json();
    assert_eq!(rest["total_fen"], json!(UNIT / 2));
    let lines = cast.lines(&rest).await;
    let paid = lines.iter().find(|line| line.status == LineStatus::Claimed).unwrap();
    assert_eq!((paid.fen.0, paid.entitled_fen.0), (UNIT / 2, UNIT));
    let more = format!("UPDATE claim_line SET fen = fen + 1 WHERE id = {}", literal(&cast.app, paid.id.0));
    assert!(is_refused(&cast.app, &more).await, "both together are what the person comes to");
    assert_eq!(sound(&cast).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn who_was_paid_nothing_ahead_gets_all_of_it_at_the_end() {
    let cast = Cast::gather().await;
    given_tranches(&cast.app, 30, 70, 0).await;
    let (class, people) = running(&cast, 2).await;
    closes(&cast.app, class, &people, &[true, true]).await;
    let claim = claim_part(&cast, class, "training", "completion").await.is(Status::Created).json();
    assert_eq!(claim["total_fen"], json!(2 * UNIT));
}

#[rocket::async_test]
async fn the_last_part_waits_in_the_pot_for_whoever_works() {
    let cast = Cast::gather().await;
    given_tranches(&cast.app, 0, 60, 40).await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    claim_part(&cast, class.class, "training", "outcome").await.refuses("claim.nothing_payable");
    let claim = cast.claim(&class).await;
    assert_eq!(claim["total_fen"], json!(2 * 48_000));
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 2 * 32_000, 2 * 48_000, 0], "the last part stays reserved");

    claim_part(&cast, class.class, "training", "outcome").await.refuses("claim.nothing_payable");
    cast.app.change_person(class.people[0], |row, _| row.employment_status = "2".into()).await;
    let last = claim_part(&cast, class.class, "training", "outcome").await.is(Status::Created).json();
    assert_eq!(last["total_fen"], json!(32_000));
    assert_eq!(reasons(&last), [Some("line.not_working"), None]);
    cast.approve(&last).await;
    assert_eq!(
        cast.pot(&class).await,
        [GRANTED - 2 * UNIT + 32_000, 32_000, 2 * 48_000, 0],
        "who does not work lost it"
    );
}

#[rocket::async_test]
async fn the_last_part_is_for_whoever_works_soon() {
    let cast = Cast::gather().await;
    given_tranches(&cast.app, 0, 60, 40).await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    cast.claim(&class).await;
    cast.app.change_person(class.people[0], |row, _| row.employment_status = "1".into()).await;
    let own = cast.institution.organisation.unwrap();
    // Six months after the certificate of 18 November.
    cast.app.clock.set(sidan::base::clock::morning_of("2017-05-19".parse().unwrap()).now());
    let cast = Cast { institution: cast.app.sign_in_for(Role::Institution, own).await, ..cast };
    claim_part(&cast, class.class, "training", "outcome").await.refuses("claim.too_late");
    cast.app.clock.set(sidan::base::clock::morning_of("2017-05-18".parse().unwrap()).now());
    let cast = Cast { institution: cast.app.sign_in_for(Role::Institution, own).await, ..cast };
    claim_part(&cast, class.class, "training", "outcome").await.is(Status::Created);
}

/// Through the doors to the bank: approved, checked, published, let be paid.
async fn until_approved(cast: &Cast, claim: &Value) {
    cast.approve(claim).await;
    cast.confirm(claim).await;
    cast.authorise(claim).await;
}

#[rocket::async_test]
async fn a_living_allowance_is_money_of_its_own_and_goes_to_the_trainee() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED, Graduate::QUALIFIED]).await;
    claim_part(&cast, class.class, "living", "completion").await.refuses("standard.none");
    claim_part(&cast, class.class, "living", "start").await.blames("tranche", "invalid.choice");
    let standard = given_living(&cast.app).await;
    let living = claim_part(&cast, class.class, "living", "completion").await.is(Status::Created).json();
    assert_eq!((&living["kind"], &living["total_fen"]), (&json!("living"), &json!(40_000)));
    assert!(cast.lines(&living).await.iter().all(|line| line.standard_id == standard));
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT - 40_000, 2 * UNIT + 40_000, 0, 0]);

    // The training is claimed beside it, and neither takes the other's money.
    let training = cast.claim(&class).await;
    until_approved(&cast, &living).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT - 40_000, 2 * UNIT, 40_000, 0]);
    until_approved(&cast, &training).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT - 40_000, 0, 2 * UNIT + 40_000, 0]);

    cast.app.given_payee_account(cast.institution.organisation.unwrap(), "0000003609000000017").await;
    let payer = cast.app.sign_in(Role::FinanceOfficer).await;
    let batch = payer.build_batch(class.pot).await.is(Status::Created).json();
    payer.send_batch(&batch).await;
    let mut paid: Vec<i64> = payer.payments_of(&batch).await.iter().map(|one| one["fen"].as_i64().unwrap()).collect();
    paid.sort_unstable();
    assert_eq!(paid, [20_000, 20_000, 2 * UNIT], "to each trainee, and to the institution");
    payer.settle_batch(&batch, &[]).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT - 40_000, 0, 0, 2 * UNIT + 40_000]);
    assert_eq!(sound(&cast).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn what_no_class_foresaw_is_refused_where_the_pot_has_too_little_and_freed_when_it_is_not_paid() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    given_living(&cast.app).await;
    let living = claim_part(&cast, class.class, "living", "completion").await.is(Status::Created).json();
    cast.act(&cast.clerk, &living, "reject").await.is(Status::Ok);
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, UNIT, 0, 0], "and what is reserved for the class stays");
    let own = cast.institution.organisation.unwrap();
    let poor = GivenClass { status: ClassStatus::Closed, seats: 1, ..GivenClass::of(own) };
    let second = cast.app.given_class(poor).await;
    let person = cast.app.given_person(50).await;
    cast.app.given_graduation(second, &[person], &[Graduate::QUALIFIED]).await;
    let pot =
        training_class::Entity::find_by_id(second).one(cast.app.db.writer()).await.unwrap().unwrap().pot_id.unwrap();
    let id = literal(&cast.app, pot.0);
    let spent = format!("UPDATE pot SET available_fen = 19999, granted_fen = 19999 + reserved_fen WHERE id = {id}");
    cast.app.db.writer().execute_unprepared(&spent).await.unwrap();
    claim_part(&cast, second, "living", "completion").await.refuses("pot.short");
}

#[rocket::async_test]
async fn a_trainee_claims_the_allowance_on_the_own_page() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    given_living(&cast.app).await;
    let trainee = cast.app.sign_in_person(class.people[0]).await;
    let at = format!("/enrolments/{}/claim", class.enrolments[0]);
    let page = trainee.get(&at).await.is(Status::Ok).text;
    assert!(
        page.contains("生活费补贴") && page.contains("可以申领200.00元") && page.contains("可以申领800.00元"),
        "{page}"
    );
    trainee.post_form(&at, &[("kind", "living")]).await.goes_to(&at);
    let row = claim::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((row.kind, row.tranche, row.total_fen), (SubsidyKind::Living, Tranche::Completion, Fen(20_000)));
    let api = format!("/api/v1{at}");
    trainee.api_post(&format!("{api}?kind=living"), json!({})).await.refuses("claim.nothing_payable");
    trainee.api_post(&format!("{api}?kind=no"), json!({})).await.blames("kind", "invalid.choice");
    trainee.api_post(&api, json!({})).await.is(Status::Created);
}

#[rocket::async_test]
async fn the_page_before_a_claim_shows_each_part_that_the_standards_know() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    given_living(&cast.app).await;
    let at = format!("/classes/{}/claim", class.class);
    let page = cast.institution.get(&at).await.is(Status::Ok).text;
    assert!(
        page.contains("kind=living&#38;tranche=completion") || page.contains("kind=living&amp;tranche=completion"),
        "{page}"
    );
    assert!(!page.contains("tranche=start"), "nothing is paid ahead");
    let living = cast.institution.get(&format!("{at}?kind=living&tranche=completion")).await.is(Status::Ok).text;
    assert!(living.contains("生活费补贴申领") && living.contains("200.00"), "{living}");
    let sent = [("contract_no", "x"), ("kind", "living"), ("tranche", "completion")];
    let back = cast.institution.post_form(&at, &sent).await.text;
    assert!(back.contains("生活费补贴申领") && back.contains("value=\"living\""), "{back}");
    let sent = [("contract_no", "DL-2016-1"), ("kind", "living"), ("tranche", "completion")];
    cast.institution.post_form(&at, &sent).await.is(Status::SeeOther);
    let claims: Vec<claim_line::Model> = claim_line::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert_eq!(claims.iter().map(|line| (line.kind, line.fen.0)).collect::<Vec<_>>(), [(SubsidyKind::Living, 20_000)]);
}

/// Ten at once, each for what nobody claimed yet: one.
#[rocket::async_test]
async fn an_advance_is_claimed_once_however_many_ask_at_once() {
    let cast = Cast::gather().await;
    given_tranches(&cast.app, 50, 50, 0).await;
    let (class, _) = running(&cast, 2).await;
    let asks = (0..10).map(|_| Box::pin(claim_part(&cast, class, "training", "start")));
    let answers = rocket::futures::future::join_all(asks).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == Status::Created).count(), 1);
}

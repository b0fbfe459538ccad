//! What a merge moves, leaves and refuses.

use entities::{
    account, certificate, claim_line, completion, enrolment, hire, progress, quota_use, service_event,
    values::{
        AccountId, Channel, ClassId, EnrolmentId, EnrolmentStatus, HireId, OrderStatus, OrganisationKind, PairStatus,
        PersonId, PersonStatus, Programme, Role, ServiceKind,
    },
};
use rocket::http::Status;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};
use sidan::{
    duplicates::{Care, TABLES},
    targets::{Counted, count},
};

use super::{Scene, act, pairs, quota, search, stored};
use crate::support::app::{App, COUNTY, VILLAGE, Visitor, nine_on};
use crate::support::given::{GivenClass, Graduate, day};

/// What stands of everything that a merge moves, with whose it is left out.
async fn everything(app: &App) -> [u64; 8] {
    let db = app.db.reader();
    [
        service_event::Entity::find().count(db).await.unwrap(),
        enrolment::Entity::find().count(db).await.unwrap(),
        quota_use::Entity::find().count(db).await.unwrap(),
        completion::Entity::find().count(db).await.unwrap(),
        certificate::Entity::find().count(db).await.unwrap(),
        hire::Entity::find().count(db).await.unwrap(),
        account::Entity::find().filter(account::Column::PersonId.is_not_null()).count(db).await.unwrap(),
        claim_line::Entity::find().count(db).await.unwrap(),
    ]
}

#[rocket::async_test]
async fn what_cannot_be_one_person_s_refuses_the_merge_and_nothing_is_half_done() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let both = [scene.loser, scene.keeper];
    scene.ask().await.is(Status::Ok);
    let confirm = async || act(&scene.checker, scene.pair, "confirm", json!({})).await;
    let untouched = async || {
        let row = stored(&app, scene.loser).await;
        assert_eq!((row.status, row.merged_into, row.version), (PersonStatus::Verified, None, 1));
        assert_eq!(pairs(&app).await[0].status, PairStatus::MergeAsked);
        let moved = enrolment::Entity::find().filter(enrolment::Column::PersonId.eq(scene.loser));
        assert_eq!(moved.count(app.db.reader()).await.unwrap(), 1);
    };

    let class = app.given_class(GivenClass::of(school)).await;
    let seats = app.given_enrolments(class, &both, EnrolmentStatus::Seated).await;
    confirm().await.refuses("merge.class");
    untouched().await;
    let page = scene.checker.post_form(&format!("/duplicates/{}/confirm", scene.pair), &[]).await;
    page.goes_to(&format!("/duplicates/{}", scene.pair));
    let other = app.given_class(GivenClass::of(school)).await;
    let moved = enrolment::Entity::update_many().col_expr(enrolment::Column::ClassId, Expr::value(other));
    moved.filter(enrolment::Column::Id.eq(seats[0])).exec(app.db.writer()).await.unwrap();

    quota(&app, scene.loser, seats[0], Programme::Skill, 1).await;
    quota(&app, scene.keeper, seats[1], Programme::Skill, 1).await;
    confirm().await.refuses("merge.quota");
    untouched().await;
    let freed = quota_use::Entity::delete_many().filter(quota_use::Column::EnrolmentId.eq(seats[1]));
    freed.exec(app.db.writer()).await.unwrap();

    let enterprise = app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    let order = app.given_order(enterprise, 5, OrderStatus::Accepted).await;
    let mut hires = Vec::new();
    for (person_id, enrolment_id) in both.into_iter().zip(&seats) {
        let row = hire::Model {
            id: HireId::new(),
            order_id: order,
            person_id,
            enrolment_id: *enrolment_id,
            hired_on: day(10, 1),
            recorded_by: AccountId::new(),
            created_at: app.clock.now(),
        };
        hires.push(row.id);
        insert!(app, hire, row);
    }
    confirm().await.refuses("merge.hire");
    untouched().await;
    hire::Entity::delete_by_id(hires[1]).exec(app.db.writer()).await.unwrap();

    let worker = app.sign_in(Role::VillageWorker).await;
    let body = json!({ "person_id": scene.loser, "changes": [{ "field": "skills", "value": "木工" }] });
    let request = worker.api_post("/api/v1/corrections", body).await.is(Status::Created).json();
    confirm().await.refuses("merge.request");
    untouched().await;
    let withdraw = format!("/api/v1/corrections/{}/withdraw", request["id"].as_str().unwrap());
    worker.api_post(&withdraw, json!({})).await.is(Status::Ok);

    let before = everything(&app).await;
    confirm().await.is(Status::Ok);
    assert_eq!(everything(&app).await, before);
    let left = enrolment::Entity::find().filter(enrolment::Column::PersonId.eq(scene.loser));
    assert_eq!(left.count(app.db.reader()).await.unwrap(), 0);
    let hired = hire::Entity::find_by_id(hires[0]).one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(hired.person_id, scene.keeper);
}

#[rocket::async_test]
async fn money_keeps_its_name_and_is_not_paid_a_second_time_under_the_other_one() {
    let app = App::start().await;
    app.clock.set(nine_on(11, 20));
    let (institution, finance) = (app.sign_in(Role::Institution).await, app.sign_in(Role::FinanceOfficer).await);
    let school = institution.organisation.unwrap();
    let first = app.given_finished_class(school, 1, &[Graduate::QUALIFIED]).await;
    let second = app.given_finished_class(school, 5, &[Graduate::QUALIFIED]).await;
    for area_code in app.atlas.ancestors(VILLAGE) {
        let area_code = area_code.to_owned();
        let row =
            progress::Model { year: 2016, programme: Programme::Ecommerce, area_code, people: 2, person_times: 2 };
        insert!(app, progress, row);
    }
    let scene = Scene::between(&app, first.people[0], second.people[0]).await;
    let claim = async |class: ClassId| {
        institution.api_post(&format!("/api/v1/classes/{class}/claim"), json!({ "contract_no": "DL-2016-1" })).await
    };
    let act_on = async |who: &Visitor, claim: &Value, action: &str, body: Value| {
        let path = format!("/api/v1/claims/{}/{action}", claim["id"].as_str().unwrap());
        who.api_post(&path, body).await.is(Status::Ok)
    };
    let paid = claim(first.class).await.is(Status::Created).json();
    let open = claim(second.class).await.is(Status::Created).json();
    scene.ask().await.is(Status::Ok);
    act(&scene.checker, scene.pair, "confirm", json!({})).await.refuses("merge.claim");
    act_on(&scene.clerk, &open, "reject", json!({ "reason": "两份登记是同一个人" })).await;
    act_on(&scene.clerk, &paid, "approve", json!({})).await;
    act_on(&scene.checker, &paid, "confirm", json!({})).await;
    app.given_through_notice(paid["id"].as_str().unwrap().parse().unwrap()).await;
    act_on(&finance, &paid, "authorise", json!({})).await;
    finance.pay_claim(paid["id"].as_str().unwrap().parse().unwrap()).await;
    act(&scene.checker, scene.pair, "confirm", json!({})).await.is(Status::Ok);
    let line = claim_line::Entity::find().filter(claim_line::Column::EnrolmentId.eq(first.enrolments[0]));
    let line = line.one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(line.person_id, scene.loser, "it was paid in that name");
    claim(second.class).await.refuses("claim.nothing_payable");
    let report = sidan::check::run(&app.db, &app.atlas, Some(&app.vault)).await.unwrap();
    let wrong: Vec<_> = report.findings.iter().filter(|finding| finding.rule.starts_with("line.")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[rocket::async_test]
async fn one_person_counts_once_after_the_merge() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
    for (person, area) in [(scene.loser, VILLAGE), (scene.keeper, VILLAGE), (scene.loser, "360923106207")] {
        let class = app.given_class(GivenClass::of(school)).await;
        let seat = app.given_enrolments(class, &[person], EnrolmentStatus::Completed).await[0];
        let counted =
            Counted { person_id: person, programme: Programme::Ecommerce, year: 2016, area_code: area.to_owned() };
        app.desk.write(async |work| count(work, &app.atlas, std::slice::from_ref(&counted)).await).await.unwrap();
        app.given_completion(class, seat, person, true).await;
        let moved = completion::Entity::update_many().col_expr(completion::Column::AreaCode, Expr::value(area));
        moved.filter(completion::Column::EnrolmentId.eq(seat)).exec(app.db.writer()).await.unwrap();
    }
    let stands = async |area: &str| {
        let row = progress::Entity::find().filter(progress::Column::AreaCode.eq(area)).one(app.db.reader()).await;
        let row = row.unwrap().unwrap();
        (row.people, row.person_times)
    };
    assert_eq!((stands(COUNTY).await, stands(VILLAGE).await, stands("360923106207").await), ((2, 3), (2, 2), (1, 1)));
    scene.merge().await.is(Status::Ok);
    assert_eq!((stands(COUNTY).await, stands(VILLAGE).await, stands("360923106207").await), ((1, 3), (1, 2), (1, 1)));
    let report = sidan::check::run(&app.db, &app.atlas, Some(&app.vault)).await.unwrap();
    let wrong: Vec<_> = report.findings.iter().filter(|finding| finding.rule.starts_with("progress")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[rocket::async_test]
async fn a_record_that_took_another_in_goes_on_with_it() {
    let app = App::start().await;
    let people = [app.given_person(1).await, app.given_person(5).await, app.given_person(9).await];
    Scene::between(&app, people[0], people[1]).await.merge().await.is(Status::Ok);
    let left = pairs(&app).await.into_iter().filter(|row| row.status == PairStatus::Open).count();
    assert_eq!(left, 1, "what else was said of the record that went is gone");
    Scene::between(&app, people[1], people[2]).await.merge().await.is(Status::Ok);
    for person in &people[..2] {
        assert_eq!(stored(&app, *person).await.merged_into, Some(people[2]));
    }
}

/// Every table that names a person stands in the list of what a merge does with it.
#[rocket::async_test]
async fn no_table_that_names_a_person_is_forgotten() {
    let app = App::start().await;
    let sql = match app.db.backend() {
        sea_orm::DbBackend::Sqlite => {
            "SELECT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' \
             AND c.name = 'person_id' ORDER BY 1"
        }
        _ => {
            "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' \
             AND column_name = 'person_id' ORDER BY 1"
        }
    };
    let rows = app.db.reader().query_all_raw(sea_orm::Statement::from_string(app.db.backend(), sql)).await.unwrap();
    let stand: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert_eq!(stand, TABLES.map(|(name, _)| name));
}

/// Rows of every table that moves, of one person; told by the list itself.
async fn rows_of(app: &App, person: PersonId, care: Care) -> u64 {
    let mut all = 0;
    for (table, _) in TABLES.iter().filter(|(_, how)| *how == care) {
        let sql = format!("SELECT count(*) AS n FROM {table} WHERE person_id = $1");
        let asked = sea_orm::Statement::from_sql_and_values(app.db.backend(), sql, [person.into()]);
        let n: i64 = app.db.reader().query_one_raw(asked).await.unwrap().unwrap().try_get("", "n").unwrap();
        all += u64::try_from(n).unwrap();
    }
    all
}

#[rocket::async_test]
async fn over_many_merges_nothing_is_lost_and_nothing_doubled() {
    for seed in [1_u64, 7, 42] {
        let app = App::start().await;
        let (clerk, checker) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyChecker).await);
        let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
        let mut state = seed;
        let mut roll = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut people = Vec::new();
        for n in 0..6_u16 {
            people.push(app.given_person(1 + 4 * n).await);
        }
        let mut classes = Vec::new();
        for _ in 0..4 {
            classes.push(app.given_class(GivenClass::of(school)).await);
        }
        let statuses = [EnrolmentStatus::Seated, EnrolmentStatus::Withdrawn, EnrolmentStatus::Waitlisted];
        for person in &people {
            for _ in 0..roll(4) {
                app.given_service(*person, ServiceKind::Visit, day(3, 1)).await;
            }
            let class = classes[usize::try_from(roll(4)).unwrap()];
            let id = EnrolmentId::new();
            let row = enrolment::Model {
                id,
                class_id: class,
                person_id: *person,
                area_code: VILLAGE.into(),
                status: statuses[usize::try_from(roll(3)).unwrap()],
                channel: Channel::Own,
                consent_at: app.clock.now(),
                consent_note: None,
                enrolled_by: AccountId::new(),
                created_at: app.clock.now(),
                seated_at: None,
                ended_at: None,
                reason: None,
                version: 1,
            };
            insert!(app, enrolment, row);
            if roll(2) == 0 {
                let programme = [Programme::Skill, Programme::Ecommerce][usize::try_from(roll(2)).unwrap()];
                quota(&app, *person, id, programme, i32::try_from(1 + roll(3)).unwrap()).await;
            }
            app.sign_in_person(*person).await;
        }
        let before = everything(&app).await;
        let mut merged = 0;
        for _ in 0..8 {
            search(&clerk).await;
            let open: Vec<_> = pairs(&app).await.into_iter().filter(|row| row.status == PairStatus::Open).collect();
            if open.is_empty() {
                break;
            }
            let row = &open[usize::try_from(roll(open.len() as u64)).unwrap()];
            let (keeper, loser) = if roll(2) == 0 { (row.a, row.b) } else { (row.b, row.a) };
            let all = rows_of(&app, keeper, Care::Moves).await + rows_of(&app, loser, Care::Moves).await;
            act(&clerk, row.id, "ask", json!({ "keeper": keeper })).await.is(Status::Ok);
            let answer = act(&checker, row.id, "confirm", json!({})).await;
            if answer.status == Status::Ok {
                merged += 1;
                assert_eq!(rows_of(&app, loser, Care::Moves).await, 0, "seed {seed}");
                assert_eq!(rows_of(&app, keeper, Care::Moves).await, all, "seed {seed}");
            } else {
                assert!(answer.json()["code"].as_str().unwrap().starts_with("merge."), "{}", answer.text);
                let after = rows_of(&app, keeper, Care::Moves).await + rows_of(&app, loser, Care::Moves).await;
                assert_eq!((after, stored(&app, loser).await.status), (all, PersonStatus::Verified), "seed {seed}");
            }
            assert_eq!(everything(&app).await, before, "seed {seed}");
        }
        assert!(merged > 0, "seed {seed} merged nobody");
    }
}

//! Tallies move with every change of a person, and the check counts them again.

use std::sync::Arc;

use entities::{
    person, tally,
    values::{LabourCapacity, PersonId, PersonStatus, PovertyStatus, Role, ServiceKind},
};
use rocket::http::Status;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;
use sidan::{
    accounts::Hasher,
    base::{Error, Heads, Part},
    check,
    data::Work,
    house::House,
    people::{NewPerson, insert_many, rewrite, unseal},
};

use crate::support::app::{App, COUNTY, VILLAGE};
use crate::support::given::day;

const LINE: [&str; 5] = [VILLAGE, "360923106", COUNTY, "360900", "360000"];
const ELSEWHERE: &str = "360922203202";

async fn heads(app: &App, area: &str) -> Heads {
    let row = tally::Entity::find_by_id(area.to_owned()).one(app.db.reader()).await.unwrap();
    row.map(|row| Heads::read(&row.heads).unwrap()).unwrap_or_default()
}

/// How many of an area have a code, among all and among the registered.
async fn of(app: &App, area: &str, field: &str, code: &str) -> (i64, i64) {
    let heads = heads(app, area).await;
    (heads.of(Part::All, field, code), heads.of(Part::Registered, field, code))
}

async fn stored(app: &App, id: PersonId) -> person::Model {
    person::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

async fn found(app: &App) -> Vec<String> {
    let report = check::run(&app.db, &app.atlas, Some(&app.vault)).await.unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

#[rocket::async_test]
async fn every_verb_on_a_person_moves_every_area_above() {
    let app = App::start().await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = crate::people::registered(&worker, 1).await;
    for area in LINE {
        assert_eq!(of(&app, area, "status", "draft").await, (1, 0), "{area}");
        assert_eq!(of(&app, area, "people", "").await.1, 0, "{area}");
    }
    for (verb, body, status, people) in [
        ("verify", json!({}), "verified", 1),
        ("suspend", json!({ "reason": "moved" }), "suspended", 0),
        ("restore", json!({}), "verified", 1),
    ] {
        clerk.api_post(&format!("/api/v1/people/{id}/{verb}"), body).await.is(Status::Ok);
        for area in LINE {
            assert_eq!(of(&app, area, "status", status).await.0, 1, "{verb} {area}");
            assert_eq!(of(&app, area, "people", "").await.1, people, "{verb} {area}");
            assert_eq!(heads(&app, area).await.sum(Part::All, "status"), 1, "{verb} {area}");
        }
    }
    assert_eq!(found(&app).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn who_moves_is_counted_where_he_went_and_as_what_he_became() {
    let app = App::start().await;
    let (id, _stays) = (app.given_person(1).await, app.given_person(2).await);
    app.change_person(id, |row, private| {
        row.area_code = ELSEWHERE.into();
        row.labour_capacity = LabourCapacity::Skilled;
        (row.poverty_status, row.exited_on) = (PovertyStatus::Exited, Some(day(9, 30)));
        private.main_cause = "02".into();
    })
    .await;
    assert_eq!(of(&app, VILLAGE, "people", "").await.1, 1);
    assert_eq!(of(&app, COUNTY, "main_cause", "01").await.1, 1);
    for area in [ELSEWHERE, "360922"] {
        assert_eq!(of(&app, area, "main_cause", "02").await.1, 1, "{area}");
        assert_eq!(of(&app, area, "labour_capacity", "skilled").await, (1, 1), "{area}");
        assert_eq!(of(&app, area, "exits", "").await.1, 1, "{area}");
    }
    assert_eq!(of(&app, "360900", "people", "").await.1, 2);
    assert_eq!(stored(&app, id).await.version, 2);
    assert_eq!(found(&app).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn who_rewrites_what_was_changed_meanwhile_is_told_so_and_counts_nothing() {
    let app = App::start().await;
    let id = app.given_person(1).await;
    let before = stored(&app, id).await;
    app.change_person(id, |row, _| row.education = "3".into()).await;
    let private = unseal(&app.vault, &before).unwrap();
    let row = person::Model { education: "4".into(), ..before.clone() };
    let late = NewPerson { row, private: private.clone() };
    let done = app.desk.write(async |work| rewrite(work, &app.vault, &before, late).await).await;
    assert!(matches!(done, Err(Error::Stale)));
    let other = NewPerson { row: person::Model { id: PersonId::new(), ..before.clone() }, private };
    let done = app.desk.write(async |work| rewrite(work, &app.vault, &before, other).await).await;
    assert!(matches!(done, Err(Error::Internal(_))));
    assert_eq!(of(&app, VILLAGE, "education", "3").await.0, 1);
    assert_eq!(found(&app).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn a_deed_that_fails_counts_nothing() {
    let app = App::start().await;
    let row = stored(&app, app.given_person(1).await).await;
    let private = unseal(&app.vault, &row).unwrap();
    let new = NewPerson { row: person::Model { id: PersonId::new(), ..row }, private };
    let twins = vec![new.clone(), NewPerson { row: person::Model { id: PersonId::new(), ..new.row }, ..new }];
    assert!(app.desk.write(async |work| insert_many(work, &app.vault, twins).await).await.is_err());
    assert_eq!(of(&app, VILLAGE, "people", "").await.1, 1);
}

#[rocket::async_test]
async fn many_who_write_at_once_lose_no_count() {
    let app = App::start().await;
    let second = second_house(&app).await;
    let template = stored(&app, app.given_person(1).await).await;
    let private = unseal(&app.vault, &template).unwrap();
    let jobs = (0..40).map(|n| {
        let (app, second, template, mut private) = (&app, &second, template.clone(), private.clone());
        async move {
            private.id_number = format!("{n}");
            let area_code = if n % 3 == 0 { ELSEWHERE.into() } else { template.area_code.clone() };
            let new = NewPerson { row: person::Model { id: PersonId::new(), area_code, ..template }, private };
            let desk = if n % 2 == 0 { &app.desk } else { &second.desk };
            desk.write(async |work| insert_many(work, &app.vault, vec![new]).await).await.unwrap();
        }
    });
    rocket::futures::future::join_all(jobs).await;
    assert_eq!(of(&app, "360900", "people", "").await.1, 41);
    assert_eq!(of(&app, ELSEWHERE, "people", "").await.1, 14);
    assert_eq!(found(&app).await, Vec::<String>::new());
    second.close().await.unwrap();
}

/// Another process on the same database.
async fn second_house(app: &Arc<App>) -> House {
    let hasher = Hasher::cheap().unwrap();
    House::open(app.house.settings.clone(), app.clock.clone(), &app.url(), app.keys.clone(), hasher).await.unwrap()
}

#[rocket::async_test]
async fn a_database_older_than_its_tallies_is_counted_when_the_house_opens() {
    let app = App::start().await;
    for (n, area) in [(1, VILLAGE), (2, VILLAGE), (3, ELSEWHERE), (4, "360102001001")] {
        app.given_person_in(n, area).await;
    }
    let before: Vec<_> = tally::Entity::find().all(app.db.reader()).await.unwrap();
    assert_eq!(before.len(), 12);
    tally::Entity::delete_many().exec(app.db.writer()).await.unwrap();
    second_house(&app).await.close().await.unwrap();
    let sorted = |mut rows: Vec<tally::Model>| {
        rows.sort_by(|a, b| a.area_code.cmp(&b.area_code));
        rows
    };
    assert_eq!(sorted(tally::Entity::find().all(app.db.reader()).await.unwrap()), sorted(before));
    assert_eq!(found(&app).await, Vec::<String>::new());
}

#[rocket::async_test]
async fn the_check_names_each_area_that_differs_and_leaves_out_causes_without_keys() {
    let app = App::start().await;
    let id = app.given_person(1).await;
    app.given_service(id, ServiceKind::Visit, day(3, 3)).await;
    assert_eq!(found(&app).await, Vec::<String>::new());

    // Past the desk: a cause that nobody counted, then a state.
    let row = stored(&app, id).await;
    let mut private = unseal(&app.vault, &row).unwrap();
    private.main_cause = "02".into();
    let mut changed = row.clone();
    changed.sealed = app.vault.seal("person.sealed", id, &serde_json::to_vec(&private).unwrap()).unwrap();
    person::Entity::update(changed.into_active_model().reset_all()).exec(app.db.writer()).await.unwrap();
    let with_keys = found(&app).await;
    assert_eq!(with_keys.len(), 5, "{with_keys:?}");
    assert!(with_keys[0].contains("tally.count: tally 360923") && with_keys[0].contains("registered main_cause 0"));
    let without = check::run(&app.db, &app.atlas, None).await.unwrap();
    assert!(without.is_clean() && !without.causes, "{:?}", without.findings);

    person::Entity::update_many()
        .col_expr(person::Column::Status, Expr::value(PersonStatus::Draft))
        .filter(person::Column::Id.eq(id))
        .exec(app.db.writer())
        .await
        .unwrap();
    let without = check::run(&app.db, &app.atlas, None).await.unwrap();
    assert_eq!(without.findings.len(), 5);

    entities::sheet_year::Entity::delete_many()
        .filter(entities::sheet_year::Column::AreaCode.eq(VILLAGE))
        .exec(app.db.writer())
        .await
        .unwrap();
    let services = found(&app).await;
    assert!(
        services.iter().any(|f| f.contains("sheet_year.count: sheet_year 360923106206 2016 service/visit: says 0"))
    );
}

#[rocket::async_test]
async fn a_count_that_was_never_made_is_not_taken_back() {
    let app = App::start().await;
    let id = app.given_person(1).await;
    tally::Entity::delete_many().exec(app.db.writer()).await.unwrap();
    let row = stored(&app, id).await;
    let gone: Result<(), Error> = app
        .desk
        .write(async |work: &Work| {
            sidan::tallies::leave(work, &row, "01");
            Ok(())
        })
        .await;
    assert!(matches!(gone, Err(Error::Internal(_))));
}

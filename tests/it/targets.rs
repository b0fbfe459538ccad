//! Targets and rates.

use std::sync::Arc;

use entities::{
    completion, progress, setting, target,
    values::{ClassStatus, EnrolmentStatus, OrganisationKind, PersonId, Programme, Role},
};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder, Statement};
use serde_json::json;
use sidan::targets::{Counted, count};

use crate::support::app::{App, COUNTY, VILLAGE};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, day};

const READERS: Who =
    Who::Roles(&[Role::VillageWorker, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const ISSUERS: Who = Who::Roles(&[Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/targets", READERS),
    ("GET", "/targets/<area>", READERS),
    ("GET", "/targets/<area>/table.csv", READERS),
    ("GET", "/targets/<area>/issue", ISSUERS),
    ("POST", "/targets/<area>/issue", ISSUERS),
    ("GET", "/api/v1/targets", READERS),
    ("POST", "/api/v1/targets", ISSUERS),
    ("GET", "/api/v1/targets/<id>", READERS),
    ("GET", "/api/v1/progress", READERS),
];

/// 新余市渝水区 and a village of it; a neighbour of 宜春市, where 上高县 lies.
const ELSEWHERE: &str = "360502";

async fn counters(app: &App, year: i32, programme: Programme, area: &str, people: i64, person_times: i64) {
    let row = progress::Model { year, programme, area_code: area.into(), people, person_times };
    progress::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
}

/// Somebody qualifies in a class of their own, as closing a class does it: counted first, then written down.
async fn qualify(app: &Arc<App>, people: &[(PersonId, &str)], programme: Programme) {
    let institution = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let class = GivenClass { status: ClassStatus::Closed, programme, ..GivenClass::of(institution) };
    let class = app.given_class(class).await;
    let ids: Vec<PersonId> = people.iter().map(|(person, _)| *person).collect();
    let enrolments = app.given_enrolments(class, &ids, EnrolmentStatus::Completed).await;
    app.desk
        .write(async |work| {
            let counted: Vec<Counted> = people
                .iter()
                .map(|(person_id, area)| Counted {
                    person_id: *person_id,
                    programme,
                    year: 2016,
                    area_code: (*area).to_owned(),
                })
                .collect();
            count(work, &app.atlas, &counted).await?;
            for ((person_id, area), enrolment_id) in people.iter().zip(&enrolments) {
                let row = completion::Model {
                    enrolment_id: *enrolment_id,
                    class_id: class,
                    person_id: *person_id,
                    programme,
                    year: 2016,
                    area_code: (*area).to_owned(),
                    credited_minutes: 1_200,
                    held_minutes: 1_200,
                    passed: true,
                    qualified: true,
                    completed_on: day(11, 16),
                };
                completion::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

async fn counted(app: &App, programme: Programme, area: &str) -> (i64, i64) {
    let rows = progress::Entity::find().all(app.db.reader()).await.unwrap();
    let row = rows.into_iter().find(|row| row.programme == programme && row.area_code == area);
    row.map_or((0, 0), |row| (row.people, row.person_times))
}

#[rocket::async_test]
async fn a_person_counts_once_at_each_level_and_every_completion_is_a_person_time() {
    let app = App::start().await;
    let (chen, liu) = (app.given_person(1).await, app.given_person(2).await);
    qualify(&app, &[(chen, VILLAGE), (liu, VILLAGE)], Programme::Ecommerce).await;
    qualify(&app, &[(chen, VILLAGE)], Programme::Ecommerce).await;
    // Meanwhile 陈福生 moved to another prefecture: there he is new, in the province he is not.
    let moved = app.atlas.children(ELSEWHERE, day(11, 1))[0].code.clone();
    qualify(&app, &[(chen, &moved)], Programme::Ecommerce).await;
    qualify(&app, &[(chen, VILLAGE)], Programme::Skill).await;
    for area in [VILLAGE, "360923106", COUNTY, "360900"] {
        assert_eq!(counted(&app, Programme::Ecommerce, area).await, (2, 3), "{area}");
    }
    for area in [&moved, ELSEWHERE, "360500"] {
        assert_eq!(counted(&app, Programme::Ecommerce, area).await, (1, 1), "{area}");
    }
    assert_eq!(counted(&app, Programme::Ecommerce, "360000").await, (2, 4));
    assert_eq!(counted(&app, Programme::Skill, "360000").await, (1, 1));
}

#[rocket::async_test]
async fn one_batch_counts_a_person_who_stands_in_it_twice_only_once() {
    let app = App::start().await;
    let chen = app.given_person(1).await;
    let one =
        |area: &str| Counted { person_id: chen, programme: Programme::Skill, year: 2016, area_code: area.to_owned() };
    let batch = [one(VILLAGE), one(VILLAGE), one("360923")];
    app.desk.write(async |work| count(work, &app.atlas, &batch).await).await.unwrap();
    assert_eq!(counted(&app, Programme::Skill, COUNTY).await, (1, 3));
    assert_eq!(counted(&app, Programme::Skill, VILLAGE).await, (1, 2));
}

#[rocket::async_test]
async fn a_completion_in_no_known_area_is_not_counted_by_halves() {
    let app = App::start().await;
    let chen = app.given_person(1).await;
    let one =
        |area: &str| Counted { person_id: chen, programme: Programme::Skill, year: 2016, area_code: area.to_owned() };
    let batch = [one(VILLAGE), one("999999")];
    let told = app.desk.write(async |work| count(work, &app.atlas, &batch).await).await;
    assert_eq!(told.unwrap_err().code(), "error.internal");
    assert_eq!(counted(&app, Programme::Skill, COUNTY).await, (0, 0));
}

#[rocket::async_test]
async fn the_year_2016_reads_as_it_was_published() {
    let app = App::start().await;
    app.given_target("360000", Programme::Entrepreneurship, 120_000).await;
    app.given_target("360000", Programme::Ecommerce, 50_000).await;
    counters(&app, 2016, Programme::Entrepreneurship, "360000", 149_900, 151_200).await;
    counters(&app, 2016, Programme::Ecommerce, "360000", 60_485, 60_485).await;
    let supervisor = app.sign_in(Role::Supervisor).await;
    supervisor.get("/targets").await.goes_to("/targets/360000");
    let page = supervisor.get("/targets/360000").await.is(Status::Ok).text;
    for said in [
        "124.9%",
        "120.97%",
        "14.99万人",
        "6.05万人",
        "超29,900",
        "超10,485",
        "151,200人次",
        "南昌市",
        "截至2016年11月1日",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let page = supervisor.get_in("en", "/targets/360000?programme=ecommerce").await.is(Status::Ok).text;
    assert!(page.contains("60,485 people done, target 50,000 people, 10,485 over"), "{page}");

    let progress = supervisor.api_get("/api/v1/progress?decimals=1").await.is(Status::Ok).json();
    assert_eq!(progress["programmes"][0]["rate"], json!({ "done": 149_900, "target": 120_000, "percent": "124.9" }));
    let progress = supervisor.api_get("/api/v1/progress?area=360000&year=2016").await.is(Status::Ok).json();
    assert_eq!(progress["programmes"][0]["rate"]["percent"], "124.92");
    assert_eq!(progress["programmes"][0]["person_times"], 151_200);
    assert_eq!(progress["children"].as_array().unwrap().len(), 11);
}

#[rocket::async_test]
async fn decimals_are_a_setting() {
    let app = App::start().await;
    app.given_target(COUNTY, Programme::Skill, 800).await;
    counters(&app, 2016, Programme::Skill, COUNTY, 1, 1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let page = format!("/targets/{COUNTY}");
    assert!(clerk.get(&page).await.text.contains("0.13%"));
    let row = setting::Model { name: "decimals.skill".into(), value: "3".into() };
    setting::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    assert!(clerk.get(&page).await.text.contains("0.125%"));
}

#[rocket::async_test]
async fn a_rate_is_never_capped_and_a_target_of_nothing_has_none() {
    let app = App::start().await;
    app.given_target(VILLAGE, Programme::Skill, 1).await;
    app.given_target(VILLAGE, Programme::Ecommerce, 0).await;
    counters(&app, 2016, Programme::Skill, VILLAGE, 30, 30).await;
    counters(&app, 2016, Programme::Ecommerce, VILLAGE, 3, 3).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let page = worker.get(&format!("/targets/{VILLAGE}")).await.is(Status::Ok).text;
    assert!(page.contains("3000.00%") && page.contains("未下达任务") && !page.contains("NaN"), "{page}");
    let progress = worker.api_get("/api/v1/progress").await.json();
    assert_eq!(progress["programmes"][0]["rate"], json!({ "done": 3, "target": 0, "percent": null }));
}

#[rocket::async_test]
async fn the_table_drills_down_to_the_village_and_says_who_is_behind() {
    let app = App::start().await;
    app.given_target(COUNTY, Programme::Skill, 100).await;
    app.given_target("360923106", Programme::Skill, 10).await;
    app.given_target(VILLAGE, Programme::Skill, 4).await;
    for area in [COUNTY, "360923106", VILLAGE] {
        counters(&app, 2016, Programme::Skill, area, 3, 4).await;
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    let page = clerk.get(&format!("/targets/{COUNTY}")).await.is(Status::Ok).text;
    assert!(page.contains("href=\"/targets/360923106?year=2016\"") && page.contains("差7"), "{page}");
    let page = clerk.get("/targets/360923106?year=2016").await.is(Status::Ok).text;
    assert!(page.contains(&format!("href=\"/targets/{VILLAGE}?year=2016\"")) && page.contains("差1"), "{page}");
    let page = clerk.get(&format!("/targets/{VILLAGE}?year=2016")).await.is(Status::Ok).text;
    assert!(page.contains("75.00%") && page.contains("href=\"/targets/360923106?year=2016\""), "{page}");
    assert!(!page.contains("/targets/360900"), "the way up ends at the reader's own area");
}

#[rocket::async_test]
async fn a_neighbour_sees_nothing_of_it() {
    let app = App::start().await;
    app.given_target(COUNTY, Programme::Skill, 7_654).await;
    counters(&app, 2016, Programme::Skill, COUNTY, 4_321, 4_321).await;
    let row = app.given_target(VILLAGE, Programme::Skill, 7_655).await;
    for (role, area) in
        [(Role::CountyClerk, ELSEWHERE), (Role::VillageWorker, "360923106207"), (Role::Auditor, "360500")]
    {
        let neighbour = app.sign_in_at(role, area).await;
        for path in [format!("/targets/{COUNTY}"), format!("/targets/{COUNTY}/table.csv"), "/targets/360000".into()] {
            neighbour.get(&path).await.is(Status::NotFound);
        }
        neighbour.api_get(&format!("/api/v1/progress?area={COUNTY}")).await.is(Status::NotFound);
        neighbour.api_get(&format!("/api/v1/targets/{row}")).await.is(Status::NotFound);
        for path in ["/api/v1/targets".to_owned(), format!("/api/v1/targets?area={COUNTY}"), "/api/v1/progress".into()]
        {
            let answer = neighbour.api_get(&path).await.is(Status::Ok);
            assert!(!answer.text.contains("765") && !answer.text.contains("4321"), "{}", answer.text);
        }
        let own = neighbour.get(&format!("/targets/{area}")).await.is(Status::Ok);
        assert!(!own.text.contains("7,65") && !own.text.contains("4,321"));
    }
}

#[rocket::async_test]
async fn a_supervisor_issues_a_target_and_revises_it_with_a_reason() {
    let app = App::start().await;
    let supervisor = app.sign_in(Role::Supervisor).await;
    let new = json!({ "year": 2016, "area_code": COUNTY, "programme": "skill", "value": 500, "document_no": "赣人社字〔2016〕8号" });
    let answer = supervisor.api_post("/api/v1/targets", new.clone()).await.is(Status::Created);
    let first = answer.json();
    assert_eq!(answer.location.unwrap(), format!("/api/v1/targets/{}", first["id"].as_str().unwrap()));
    assert_eq!((&first["status"], &first["actions"]), (&json!("in_force"), &json!(["revise"])));

    let mut revision = new;
    revision["value"] = json!(450);
    supervisor.api_post("/api/v1/targets", revision.clone()).await.blames("reason", "invalid.required");
    revision["reason"] = json!("  ");
    supervisor.api_post("/api/v1/targets", revision.clone()).await.blames("reason", "invalid.required");
    revision["reason"] = json!("劳动力外出");
    revision["supersedes"] = first["id"].clone();
    let second = supervisor.api_post("/api/v1/targets", revision.clone()).await.is(Status::Created).json();
    supervisor.api_post("/api/v1/targets", revision).await.refuses("error.stale");

    let rows = target::Entity::find().order_by_asc(target::Column::Id).all(app.db.reader()).await.unwrap();
    let kept: Vec<_> = rows.iter().map(|row| (row.value, row.superseded_at.is_some())).collect();
    assert_eq!(kept, [(500, true), (450, false)]);
    let listed = supervisor.api_get(&format!("/api/v1/targets?area={COUNTY}")).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["id"], second["id"]);
    let page = supervisor.api_get("/api/v1/targets?history=true&limit=1").await.json();
    assert_eq!((&page["items"][0]["status"], &page["next"]), (&json!("superseded"), &first["id"]));

    let clerk = app.sign_in(Role::CountyClerk).await;
    let seen = clerk.api_get("/api/v1/targets").await.json();
    assert_eq!(seen["items"][0]["actions"], json!([]));
}

#[rocket::async_test]
async fn a_target_out_of_bounds_is_told_by_field() {
    let app = App::start().await;
    let supervisor = app.sign_in_at(Role::Supervisor, "360900").await;
    let good = json!({ "year": 2016, "area_code": COUNTY, "programme": "skill", "value": 500, "document_no": "8号" });
    for (field, value, code) in [
        ("area_code", json!(ELSEWHERE), "invalid.area"),
        ("area_code", json!("360000"), "invalid.area"),
        ("area_code", json!("360923999"), "invalid.area"),
        ("year", json!(1916), "invalid.range"),
        ("value", json!(-1), "invalid.range"),
        ("document_no", json!(" "), "invalid.required"),
        ("programme", json!("dancing"), "invalid.choice"),
        ("measure", json!("people"), "invalid.unknown_field"),
    ] {
        let mut new = good.clone();
        new[field] = value;
        supervisor.api_post("/api/v1/targets", new).await.blames(field, code);
    }
    assert!(target::Entity::find().one(app.db.reader()).await.unwrap().is_none());
}

#[rocket::async_test]
async fn the_page_issues_and_revises_too() {
    let app = App::start().await;
    let supervisor = app.sign_in(Role::Supervisor).await;
    let path = format!("/targets/{COUNTY}/issue");
    supervisor.get(&format!("{path}?programme=skill")).await.is(Status::Ok);
    let mut form = vec![
        ("year", "2016"),
        ("programme", "skill"),
        ("supersedes", ""),
        ("value", "abc"),
        ("document_no", "赣人社字〔2016〕8号"),
    ];
    let again = supervisor.post_form(&path, &form).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("value=\"abc\"") && again.contains("错误："), "{again}");
    form[3] = ("value", "500");
    let board = format!("/targets/{COUNTY}?year=2016");
    supervisor.post_form(&path, &form).await.goes_to(&board);
    // Somebody who still has the empty form open does not undo it unawares.
    form.push(("reason", "再下达一次"));
    let row = target::Entity::find().one(app.db.reader()).await.unwrap().unwrap().id.to_string();
    form[2] = ("supersedes", "0190b6a0-0000-7000-8000-000000000000");
    let again = supervisor.post_form(&path, &form).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains(&row), "the form now names the target in force");
    form[2] = ("supersedes", &row);
    supervisor.post_form(&path, &form).await.goes_to(&board);
    let page = supervisor.get(&format!("{path}?programme=skill")).await.is(Status::Ok).text;
    assert!(page.contains("再下达一次") && page.contains("已被调整") && page.contains("现行任务500人"), "{page}");
}

#[rocket::async_test]
async fn the_table_itself_holds_one_target_in_force() {
    let app = App::start().await;
    app.given_target(COUNTY, Programme::Skill, 500).await;
    let sql = "UPDATE target SET value = -1";
    assert!(app.db.writer().execute_unprepared(sql).await.is_err());
    let id = match app.db.backend() {
        sea_orm::DbBackend::Sqlite => "randomblob(16)",
        _ => "gen_random_uuid()",
    };
    let copy = format!(
        "INSERT INTO target SELECT {id}, year, area_code, programme, measure, value, document_no, reason, issued_by, \
         issued_at, superseded_at FROM target"
    );
    assert!(app.db.writer().execute_unprepared(&copy).await.is_err());
}

#[rocket::async_test]
async fn the_table_can_be_taken_into_a_spreadsheet() {
    let app = App::start().await;
    app.given_target(COUNTY, Programme::Skill, 100).await;
    counters(&app, 2016, Programme::Skill, COUNTY, 93, 95).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let answer = clerk.get(&format!("/targets/{COUNTY}/table.csv?year=2016")).await.is(Status::Ok);
    assert_eq!(answer.header("Content-Type"), Some("text/csv; charset=utf-8"));
    assert!(answer.header("Content-Disposition").unwrap().contains("targets-360923-2016.csv"));
    assert!(answer.text.starts_with('\u{FEFF}'));
    assert!(answer.text.contains("360923,上高县,职业技能培训,93,100,93.00,-7,95"), "{}", answer.text);
}

#[rocket::async_test]
async fn a_query_that_is_not_understood_is_refused() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for query in ["decimals=5", "decimals=x", "year=1", "colour=red", "year=2016&year=2017"] {
        clerk.api_get(&format!("/api/v1/progress?{query}")).await.is(Status::UnprocessableEntity);
    }
    for query in ["limit=0", "limit=201", "limit=x", "history=maybe", "area=36", "after=x", "colour=red"] {
        clerk.api_get(&format!("/api/v1/targets?{query}")).await.is(Status::UnprocessableEntity);
    }
}

#[rocket::async_test]
async fn counters_are_read_by_their_key() {
    let app = App::start().await;
    if app.db.backend() != sea_orm::DbBackend::Sqlite {
        return;
    }
    let sql = "EXPLAIN QUERY PLAN SELECT * FROM progress WHERE area_code >= '36' AND area_code < '37' AND year = 2016 \
               AND programme IN ('entrepreneurship', 'ecommerce', 'skill') AND area_code IN ('360923', '360900')";
    let plan = app.db.reader().query_all_raw(Statement::from_string(app.db.backend(), sql)).await.unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    assert!(plan[0].starts_with("SEARCH progress USING") && plan[0].contains("area_code=?"), "{plan:?}");
}

//! Who sees whom, and how much.

use entities::values::Role;
use rocket::http::Status;
use serde_json::{Value, json};
use sidan::people::unseal;

use super::{ELSEWHERE, registered, registration, stored, with};
use crate::support::app::{App, VILLAGE};
use crate::support::files::number;

#[rocket::async_test]
async fn a_neighbour_county_sees_nothing_of_a_person_in_list_search_and_page() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.get(&format!("/people/{person}")).await.is(Status::NotFound);
    neighbour.api_get(&format!("/api/v1/people/{person}")).await.is(Status::NotFound);
    let list = neighbour.api_get(&format!("/api/v1/people?area={VILLAGE}")).await.is(Status::Ok).json();
    assert_eq!(list["items"], json!([]));
    let id_number = unseal(&app.vault, &stored(&app, &person.to_string()).await).unwrap().id_number;
    let found = neighbour.api_post("/api/v1/people/search", json!({ "id_number": id_number })).await;
    assert_eq!(found.is(Status::Ok).json(), json!([]));
    let page = neighbour.post_form("/people/search", &[("number", &id_number)]).await.is(Status::Ok);
    assert!(page.text.contains("没有查到"));
    let body = json!({ "reason": "moved" });
    neighbour.api_post(&format!("/api/v1/people/{person}/suspend"), body).await.is(Status::NotFound);
    let service = json!({ "person_id": person, "kind": "visit", "held_on": "2016-10-01", "provider": "就业所" });
    neighbour.api_post("/api/v1/services", service).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_person_is_found_by_the_whole_number_and_a_phone_may_be_a_familys() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = registered(&worker, 1).await;
    let shared = with(registration(2), "phone", "15400010001");
    worker.api_post("/api/v1/people", shared).await.is(Status::Created);
    worker.post_form("/people/search", &[("number", &number(1))]).await.goes_to(&format!("/people/{id}"));
    let wide = "＋８６ 154-0001-0001";
    let page = worker.post_form("/people/search", &[("number", wide)]).await.is(Status::Ok);
    assert!(page.text.contains("查到2人"));
    let search = async |body: Value| worker.api_post("/api/v1/people/search", body).await;
    assert_eq!(search(json!({ "phone": "15400010001" })).await.json().as_array().unwrap().len(), 2);
    search(json!({})).await.blames("id_number", "invalid.search");
    search(json!({ "phone": "1", "id_number": "2" })).await.blames("id_number", "invalid.search");
    search(json!({ "phone": "154" })).await.blames("phone", "invalid.phone");
    let page = worker.post_form("/people/search", &[("number", "369970197505050010")]).await;
    assert!(page.is(Status::UnprocessableEntity).text.contains("href=\"#number\""));
}

#[rocket::async_test]
async fn health_cause_and_address_are_for_those_who_act_for_the_person() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = registered(&worker, 1).await;
    for role in [Role::VillageWorker, Role::CountyClerk, Role::CountyChecker] {
        let page = app.sign_in(role).await.get(&format!("/people/{id}")).await.is(Status::Ok);
        assert!(page.text.contains("因病") && page.text.contains("长期慢性病") && page.text.contains("刘小毛"));
    }
    for role in [Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        let page = reader.get(&format!("/people/{id}")).await.is(Status::Ok);
        for hidden in ["因病", "长期慢性病", "刘小毛", "暗号组"] {
            assert!(!page.text.contains(hidden), "{role} reads {hidden}");
        }
        assert!(page.text.contains("遮盖") && page.text.contains("刘**"));
        let view = reader.api_get(&format!("/api/v1/people/{id}")).await.is(Status::Ok).json();
        assert_eq!((&view["plight"], &view["name"]), (&Value::Null, &json!("刘**")));
        let list = reader.api_get("/api/v1/people").await.is(Status::Ok);
        assert!(!list.text.contains("刘小毛"));
    }
}

#[rocket::async_test]
async fn nobody_is_shown_a_whole_number() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = registered(&worker, 1).await;
    let secrets = [number(1), "15400010001".to_owned(), registration(1)["bank_account"].as_str().unwrap().to_owned()];
    for role in [Role::VillageWorker, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        for text in [
            reader.get(&format!("/people/{id}")).await.is(Status::Ok).text,
            reader.get("/people").await.is(Status::Ok).text,
            reader.api_get(&format!("/api/v1/people/{id}")).await.is(Status::Ok).text,
            reader.api_get("/api/v1/people").await.is(Status::Ok).text,
            reader.get(&format!("/villages/{VILLAGE}")).await.is(Status::Ok).text,
        ] {
            assert!(secrets.iter().all(|secret| !text.contains(secret)), "{role}");
        }
    }
    let page = worker.get(&format!("/people/{id}")).await.text;
    assert!(page.contains(&format!("369970********{}", &number(1)[14..])) && page.contains("154****0001"));
}

#[rocket::async_test]
async fn the_list_pages_through_villages_without_a_gap_or_a_repeat() {
    let app = App::start().await;
    let next_village = "360923106207";
    for n in 0..4 {
        app.given_person(n).await;
        app.given_person_in(100 + n, next_village).await;
    }
    app.given_person_in(200, ELSEWHERE).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let mut seen = Vec::new();
    let mut path = "/api/v1/people?limit=3".to_owned();
    loop {
        let page = clerk.api_get(&path).await.is(Status::Ok).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/people?limit=3&after={next}");
    }
    let distinct: std::collections::HashSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (8, 8));
    let village = clerk.api_get(&format!("/api/v1/people?area={next_village}")).await.json();
    assert_eq!(village["items"].as_array().unwrap().len(), 4);
    let drafts = clerk.api_get("/api/v1/people?status=draft").await.json();
    assert_eq!(drafts["items"], json!([]));
    clerk.api_get("/api/v1/people?limit=0").await.blames("limit", "invalid.range");
    clerk.api_get("/api/v1/people?limit=many").await.blames("limit", "invalid.number");
    clerk.api_get("/api/v1/people?after=x").await.blames("after", "invalid.id");
    clerk.api_get("/api/v1/people?status=happy").await.blames("status", "invalid.choice");
    clerk.api_get("/api/v1/people?area=here").await.blames("area", "invalid.area");
    clerk.api_get("/api/v1/people?colour=red").await.is(Status::UnprocessableEntity);
    clerk.api_get("/api/v1/people?limit=1&limit=2").await.is(Status::UnprocessableEntity);
}

//! Sealed rows that somebody changed past the house: nothing wrong is ever shown, and the others stay in sight.

use entities::{
    person,
    values::{PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use sidan::people::unseal;

use crate::support::app::{App, VILLAGE};

async fn row(app: &App, id: PersonId) -> person::Model {
    person::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

async fn put(app: &App, id: PersonId, sealed: Vec<u8>) {
    person::Entity::update_many()
        .col_expr(person::Column::Sealed, Expr::value(sealed))
        .filter(person::Column::Id.eq(id))
        .exec(app.db.writer())
        .await
        .unwrap();
}

#[rocket::async_test]
async fn sealed_bytes_that_were_swapped_or_changed_show_an_error_with_a_number_and_never_a_wrong_value() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let [first, second, third] = [app.given_person(1).await, app.given_person(2).await, app.given_person(3).await];
    let (one, two, mut flipped) =
        (row(&app, first).await.sealed, row(&app, second).await.sealed, row(&app, third).await.sealed);
    let known: Vec<String> = {
        let (a, b) = (row(&app, first).await, row(&app, second).await);
        let (a, b) = (unseal(&app.vault, &a).unwrap(), unseal(&app.vault, &b).unwrap());
        [a, b].into_iter().flat_map(|p| [p.id_number[14..].to_owned(), p.phone, p.address]).collect()
    };
    put(&app, first, two).await;
    put(&app, second, one).await;
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    put(&app, third, flipped).await;
    for id in [first, second, third] {
        let page = clerk.get(&format!("/people/{id}")).await.is(Status::InternalServerError);
        let api = clerk.api_get(&format!("/api/v1/people/{id}")).await.is(Status::InternalServerError);
        let number = api.json()["detail"].as_str().unwrap().to_owned();
        assert!(number.len() == 8 && page.text.contains("来电请报编号"), "{number}");
        let wish = json!({ "fields": ["id_number"], "purpose": "complaint", "note": "核实" });
        let shown = clerk.api_post(&format!("/api/v1/people/{id}/reveal"), wish).await;
        let shown = shown.is(Status::InternalServerError);
        for text in [page.text, api.text, shown.text] {
            assert!(known.iter().all(|value| !text.contains(value)), "{text}");
        }
    }
}

#[rocket::async_test]
async fn one_rotten_row_is_marked_and_takes_no_list_away() {
    let app = App::start().await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let [sound, rotten] = [app.given_person(1).await, app.given_person(2).await];
    let number = unseal(&app.vault, &row(&app, rotten).await).unwrap().id_number;
    put(&app, rotten, row(&app, sound).await.sealed).await;
    let list = clerk.api_get("/api/v1/people").await.is(Status::Ok).json();
    let lines = list["items"].as_array().unwrap();
    let of = |id: PersonId| lines.iter().find(|line| line["id"] == id.to_string()).unwrap();
    assert_eq!((&of(sound)["broken"], &of(rotten)["broken"]), (&json!(false), &json!(true)));
    assert_eq!(of(rotten)["masked_id"], "");
    assert!(of(sound)["masked_id"].as_str().unwrap().starts_with("369970****"));
    let page = worker.get("/people").await.is(Status::Ok);
    assert!(page.text.contains("数据损坏") && page.text.contains(of(sound)["masked_id"].as_str().unwrap()));
    let found = clerk.api_post("/api/v1/people/search", json!({ "id_number": number })).await.is(Status::Ok).json();
    assert_eq!((&found[0]["id"], &found[0]["broken"]), (&json!(rotten.to_string()), &json!(true)));
    worker.get(&format!("/villages/{VILLAGE}")).await.is(Status::Ok);
}

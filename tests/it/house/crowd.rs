//! What the house says when more ask than it can serve.

use rocket::http::Status;
use sea_orm::TransactionTrait;

use crate::support::app::App;

#[rocket::async_test]
async fn who_finds_no_connection_is_told_to_come_again() {
    let app = App::start().await;
    let visitor = app.passer_by();
    visitor.get("/catalogue").await.is(Status::Ok);
    let mut held = Vec::new();
    while let Ok(reader) = app.db.reader().begin().await {
        held.push(reader);
    }
    let answer = visitor.get("/catalogue").await.is(Status::ServiceUnavailable);
    assert!(answer.header("Retry-After").is_some());
    drop(held);
    visitor.get("/catalogue").await.is(Status::Ok);
}

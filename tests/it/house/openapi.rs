//! The contract says what is served, and what is served stands in the contract.

use std::collections::BTreeSet;

use crate::support::app::App;

#[rocket::async_test]
async fn the_document_and_the_routes_name_the_same_doors() {
    let app = App::start().await;
    let served: BTreeSet<(String, String)> = app
        .client
        .rocket()
        .routes()
        .filter(|route| route.uri.path().starts_with("/api/"))
        .map(|route| {
            let path = route.uri.path().replace('<', "{").replace('>', "}");
            (route.method.as_str().to_lowercase(), path)
        })
        .collect();
    let document = app.passer_by().get("/openapi.json").await.json();
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, verbs)| verbs.as_object().unwrap().keys().map(|verb| (verb.clone(), path.clone())))
        .collect();
    assert_eq!(documented, served);
}

#[rocket::async_test]
async fn the_reading_room_needs_no_network() {
    let app = App::start().await;
    let visitor = app.passer_by();
    let page = visitor.get("/docs/index.html").await.is(rocket::http::Status::Ok);
    assert!(!page.text.contains("http://") && !page.text.contains("//cdn"), "{}", page.text);
}

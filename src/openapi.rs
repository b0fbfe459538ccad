//! The contract of the API, made from the code, and a room to read it in that needs no network.

use rocket::{Route, get, routes, serde::json::Json};
use utoipa::{
    OpenApi,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

use crate::house;
use crate::web::reply::{Problem, ProblemField};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sidan 四单",
        description = "Orders, courses, classes, attendance, completion and payment of a government training year. \
                       Errors are problem documents with a stable `code`; money is in fen, dates are Shanghai days."
    ),
    components(schemas(Problem, ProblemField)),
    security(("token" = []))
)]
struct Head;

/// The whole document.
pub fn document() -> openapi::OpenApi {
    let mut document = Head::openapi();
    for part in house::documents() {
        document.merge(part);
    }
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document.components.get_or_insert_default().add_security_scheme("token", token);
    document
}

#[get("/openapi.json")]
fn json() -> Json<openapi::OpenApi> {
    Json(document())
}

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = routes![json];
    let rooms: Vec<Route> =
        SwaggerUi::new("/docs/<_..>").config(utoipa_swagger_ui::Config::from("/openapi.json")).into();
    routes.extend(rooms);
    routes
}

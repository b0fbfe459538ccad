//! People, households, the service ledger and files of people, for programs.

use std::sync::Arc;

use entities::values::{HouseholdId, PersonId};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault};
use crate::people::find;
use crate::people::forms::{
    Exit, NameSearch, NewService, NumberSearch, PeopleQuery, Registration, Return, ServicesQuery, Suspension,
};
use crate::people::history;
use crate::people::ledger::{self, forms::NewServices};
use crate::people::rights::{DraftPeople, RecordServices, SeePeople, VerifyPeople};
use crate::people::service;
use crate::people::views::{ChangeView, HouseholdView, PeopleView, PersonLine, PersonView, RecordedView, ServiceView};
use crate::web::Body;

#[derive(OpenApi)]
#[openapi(paths(
    list,
    register,
    search,
    names,
    show,
    changes,
    verify,
    suspend,
    restore,
    exit,
    come_back,
    household,
    services,
    record_service,
    record_services
))]
pub(crate) struct Docs;

/// People of the caller's area, village by village; numbers are masked. A page may hold fewer than were asked, even none, and
/// still have a `next`: where conditions meet rarely, one page looks through so many people and no more.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(PeopleQuery),
    responses((status = 200, body = PeopleView), (status = 401), (status = 403), (status = 422)))]
#[get("/people?<query..>")]
async fn list(
    by: Can<SeePeople>,
    query: Strict<PeopleQuery>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<PeopleView>> {
    Ok(Json(find::service::list(&by, db.reader(), vault, &query).await?))
}

/// Drafts a person of the village.
#[utoipa::path(context_path = "/api/v1", tag = "people", request_body = Registration,
    responses((status = 201, body = PersonView), (status = 401), (status = 403), (status = 422)))]
#[post("/people", data = "<body>")]
async fn register(
    by: Can<DraftPeople>,
    body: Body<Registration>,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Created<Json<PersonView>>> {
    let person = desk.write(async |work| service::register(&by, work, vault, atlas, &body.value).await).await?;
    let location = format!("/api/v1/people/{}", person.id);
    let view = service::view(by.actor(), db.reader(), vault, person, clock.today()).await?;
    Ok(Created::new(location).body(Json(view)))
}

/// Finds people by an exact identity number or phone number, which thus stands in no address and no log.
#[utoipa::path(context_path = "/api/v1", tag = "people", request_body = NumberSearch,
    responses((status = 200, body = Vec<PersonLine>), (status = 401), (status = 403), (status = 422)))]
#[post("/people/search", data = "<body>")]
async fn search(
    by: Can<SeePeople>,
    body: Body<NumberSearch>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<Vec<PersonLine>>> {
    Ok(Json(find::service::search(&by, db.reader(), vault, &body.value.into()).await?.items))
}

/// Finds people by how their names begin; for those who see names in full. In a village or township the found come village
/// by village, in larger areas county by county and there by name.
#[utoipa::path(context_path = "/api/v1", tag = "people", request_body = NameSearch,
    responses((status = 200, body = PeopleView), (status = 401), (status = 403), (status = 422)))]
#[post("/people/names", data = "<body>")]
async fn names(
    by: Can<SeePeople>,
    body: Body<NameSearch>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<PeopleView>> {
    Ok(Json(find::service::search(&by, db.reader(), vault, &body.value.into()).await?))
}

/// A person with the facts of the registry.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404)))]
#[get("/people/<id>")]
async fn show(
    by: Can<SeePeople>,
    id: PersonId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Json<PersonView>> {
    Ok(Json(service::show(&by, db.reader(), vault, id, clock.today()).await?))
}

/// What was changed of the person's record, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = [ChangeView]), (status = 401), (status = 403), (status = 404)))]
#[get("/people/<id>/history")]
async fn changes(
    by: Can<SeePeople>,
    id: PersonId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<Vec<ChangeView>>> {
    Ok(Json(history::of_person(&by, db.reader(), vault, id).await?))
}

/// Says that the person's household left poverty on a day.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)), request_body = Exit,
    responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/people/<id>/exit", data = "<body>")]
async fn exit(
    by: Can<VerifyPeople>,
    id: PersonId,
    body: Body<Exit>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<PersonView>> {
    let person = desk.write(async |work| history::exit(&by, work, vault, id, &body.value).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, person, clock.today()).await?))
}

/// Says that the person's household is poor again from a day on.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)), request_body = Return,
    responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/people/<id>/return", data = "<body>")]
async fn come_back(
    by: Can<VerifyPeople>,
    id: PersonId,
    body: Body<Return>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<PersonView>> {
    let person = desk.write(async |work| history::come_back(&by, work, vault, id, &body.value).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, person, clock.today()).await?))
}

/// Says that a draft is right.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/people/<id>/verify")]
async fn verify(
    by: Can<VerifyPeople>,
    id: PersonId,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<PersonView>> {
    let person = desk.write(async |work| service::verify(&by, work, vault, id).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, person, clock.today()).await?))
}

/// Lets a record rest.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)), request_body = Suspension,
    responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/people/<id>/suspend", data = "<body>")]
async fn suspend(
    by: Can<VerifyPeople>,
    id: PersonId,
    body: Body<Suspension>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<PersonView>> {
    let person = desk.write(async |work| service::suspend(&by, work, vault, id, body.value.reason).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, person, clock.today()).await?))
}

/// Takes a record into use again.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/people/<id>/restore")]
async fn restore(
    by: Can<VerifyPeople>,
    id: PersonId,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<PersonView>> {
    let person = desk.write(async |work| service::restore(&by, work, vault, id).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, person, clock.today()).await?))
}

/// A household with those of its people who stand in the caller's area.
#[utoipa::path(context_path = "/api/v1", tag = "households", params(("id" = HouseholdId, Path)),
    responses((status = 200, body = HouseholdView), (status = 401), (status = 403), (status = 404)))]
#[get("/households/<id>")]
async fn household(
    by: Can<SeePeople>,
    id: HouseholdId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<HouseholdView>> {
    Ok(Json(service::household(&by, db.reader(), vault, id).await?))
}

/// The service ledger of the caller's area: a row is one person-time.
#[utoipa::path(context_path = "/api/v1", tag = "services", params(ServicesQuery),
    responses((status = 200, body = Page<ServiceView>), (status = 401), (status = 403), (status = 422)))]
#[get("/services?<query..>")]
async fn services(
    by: Can<SeePeople>,
    query: Strict<ServicesQuery>,
    db: &State<Database>,
) -> Result<Json<Page<ServiceView>>> {
    Ok(Json(ledger::service::services(&by, db.reader(), &query).await?))
}

/// Writes a service into the ledger.
#[utoipa::path(context_path = "/api/v1", tag = "services", request_body = NewService,
    responses((status = 201, body = ServiceView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[post("/services", data = "<body>")]
async fn record_service(
    by: Can<RecordServices>,
    body: Body<NewService>,
    desk: &State<Desk>,
) -> Result<Created<Json<ServiceView>>> {
    let row = desk.write(async |work| ledger::service::record_service(&by, work, &body.value).await).await?;
    let location = format!("/api/v1/services?area={}", row.area_code);
    Ok(Created::new(location).body(Json(ServiceView::of(row, by.actor()))))
}

/// Writes one service of many people into the ledger: all of them, or none and one error per fault.
#[utoipa::path(context_path = "/api/v1", tag = "services", request_body = NewServices,
    responses((status = 201, body = RecordedView), (status = 401), (status = 403), (status = 422)))]
#[post("/services/many", data = "<body>")]
async fn record_services(
    by: Can<RecordServices>,
    body: Body<NewServices>,
    desk: &State<Desk>,
) -> Result<Created<Json<RecordedView>>> {
    let each = body.value.each()?;
    let rows = desk.write(async |work| ledger::service::record_services(&by, work, &each).await).await?;
    Ok(Created::new("/api/v1/services").body(Json(RecordedView { person_times: rows.len() })))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list,
        register,
        search,
        names,
        show,
        changes,
        verify,
        suspend,
        restore,
        exit,
        come_back,
        household,
        services,
        record_service,
        record_services
    ]
}

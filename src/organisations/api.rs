//! Organisations, for programs.

use std::sync::Arc;

use entities::values::{OrganisationId, OrganisationKind};
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging;
use crate::base::{Error, Result};
use crate::data::{Database, Desk};
use crate::organisations::forms::{NewAccreditation, NewOrganisation};
use crate::organisations::rights::{ManageOrganisations, ReadOrganisations};
use crate::organisations::service::{self, Register};
use crate::organisations::store::{self, Sought};
use crate::organisations::views::{OrganisationLine, OrganisationView};
use crate::web::{Body, Paging};

#[derive(OpenApi)]
#[openapi(paths(list, show, register, accredit))]
pub(crate) struct Docs;

/// Organisations of the caller's area, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "organisations",
    responses((status = 200, body = paging::Page<OrganisationLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/organisations?<kind>&<paging..>")]
async fn list(
    by: Can<ReadOrganisations>,
    kind: Option<String>,
    paging: Paging,
    db: &State<Database>,
) -> Result<Json<paging::Page<OrganisationLine>>> {
    paging.check()?;
    let kind: Option<OrganisationKind> =
        kind.map(|kind| kind.parse().map_err(|()| Error::invalid("kind", "invalid.choice"))).transpose()?;
    let sought = Sought { kind, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list(db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    Ok(Json(paging::Page::cut(rows, paging.limit(), |row| row.id.to_string()).map(Into::into)))
}

/// One organisation with what it is accredited for.
#[utoipa::path(context_path = "/api/v1", tag = "organisations",
    responses((status = 200, body = OrganisationView), (status = 401), (status = 403), (status = 404)))]
#[get("/organisations/<id>")]
async fn show(by: Can<ReadOrganisations>, id: OrganisationId, db: &State<Database>) -> Result<Json<OrganisationView>> {
    let register = service::register_of(db.reader(), &by.scope(), id).await?;
    Ok(Json(OrganisationView::new(register, &by)))
}

/// Registers an institution, an enterprise or an assessing body of the caller's area.
#[utoipa::path(context_path = "/api/v1", request_body = NewOrganisation, tag = "organisations",
    responses((status = 201, body = OrganisationView), (status = 401), (status = 403), (status = 422)))]
#[post("/organisations", data = "<body>")]
async fn register(
    by: Can<ManageOrganisations>,
    body: Body<NewOrganisation>,
    atlas: &State<Arc<Atlas>>,
    desk: &State<Desk>,
) -> Result<Created<Json<OrganisationView>>> {
    let organisation = desk.write(async |work| service::register(&by, work, atlas, &body.value).await).await?;
    let location = format!("/api/v1/organisations/{}", organisation.id);
    let register = Register { organisation, accreditations: Vec::new() };
    Ok(Created::new(location).body(Json(OrganisationView::new(register, &by))))
}

/// Gives an institution an accreditation.
#[utoipa::path(context_path = "/api/v1", request_body = NewAccreditation, tag = "organisations",
    responses((status = 201, body = OrganisationView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/organisations/<id>/accreditations", data = "<body>")]
async fn accredit(
    by: Can<ManageOrganisations>,
    id: OrganisationId,
    body: Body<NewAccreditation>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Created<Json<OrganisationView>>> {
    desk.write(async |work| service::accredit(&by, work, id, &body.value).await).await?;
    let register = service::register_of(db.reader(), &by.scope(), id).await?;
    Ok(Created::new(format!("/api/v1/organisations/{id}")).body(Json(OrganisationView::new(register, &by))))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, register, accredit]
}

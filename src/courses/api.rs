//! Courses, for programs.

use entities::values::{CourseId, CourseStatus};
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::paging;
use crate::base::{Error, Result};
use crate::courses::forms::NewCourse;
use crate::courses::rights::{OfferCourses, ReadCourses, ReviewCourses, WithdrawCourses};
use crate::courses::service;
use crate::courses::store::{self, Sought};
use crate::courses::views::CourseView;
use crate::data::{Database, Desk};
use crate::web::{Body, Paging, Reason};

#[derive(OpenApi)]
#[openapi(paths(list, show, offer, submit, put_on_list, give_back, withdraw))]
pub(crate) struct Docs;

async fn view(db: &Database, reader: &Actor, id: CourseId) -> Result<Json<CourseView>> {
    Ok(Json(CourseView::new(store::one(db.reader(), &reader.scope(), id).await?, reader)))
}

/// Courses of the caller's institution or area, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "courses",
    responses((status = 200, body = paging::Page<CourseView>), (status = 401), (status = 403), (status = 422)))]
#[get("/courses?<status>&<paging..>")]
async fn list(
    by: Can<ReadCourses>,
    status: Option<String>,
    paging: Paging,
    db: &State<Database>,
) -> Result<Json<paging::Page<CourseView>>> {
    paging.check()?;
    let status: Option<CourseStatus> =
        status.map(|status| status.parse().map_err(|()| Error::invalid("status", "invalid.choice"))).transpose()?;
    let sought = Sought { status, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list(db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(rows.map(|row| CourseView::new(row, &by))))
}

/// One course.
#[utoipa::path(context_path = "/api/v1", tag = "courses",
    responses((status = 200, body = CourseView), (status = 401), (status = 403), (status = 404)))]
#[get("/courses/<id>")]
async fn show(by: Can<ReadCourses>, id: CourseId, db: &State<Database>) -> Result<Json<CourseView>> {
    view(db, &by, id).await
}

/// Offers a course, or keeps it as a draft.
#[utoipa::path(context_path = "/api/v1", request_body = NewCourse, tag = "courses",
    responses((status = 201, body = CourseView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/courses", data = "<body>")]
async fn offer(
    by: Can<OfferCourses>,
    body: Body<NewCourse>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Created<Json<CourseView>>> {
    let id = desk.write(async |work| service::offer(&by, work, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/courses/{id}")).body(view(db, &by, id).await?))
}

/// Submits a draft, or a returned course again.
#[utoipa::path(context_path = "/api/v1", tag = "courses",
    responses((status = 200, body = CourseView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/courses/<id>/submit")]
async fn submit(
    by: Can<OfferCourses>,
    id: CourseId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CourseView>> {
    desk.write(async |work| service::submit(&by, work, id).await).await?;
    view(db, &by, id).await
}

/// Lists a course: from now on classes may be opened of it.
#[utoipa::path(context_path = "/api/v1", tag = "courses",
    responses((status = 200, body = CourseView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/courses/<id>/list")]
async fn put_on_list(
    by: Can<ReviewCourses>,
    id: CourseId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CourseView>> {
    desk.write(async |work| service::put_on_list(&by, work, id).await).await?;
    view(db, &by, id).await
}

/// Returns a course with what to mend.
#[utoipa::path(context_path = "/api/v1", request_body = Reason, tag = "courses",
    responses((status = 200, body = CourseView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/courses/<id>/return", data = "<body>")]
async fn give_back(
    by: Can<ReviewCourses>,
    id: CourseId,
    body: Body<Reason>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CourseView>> {
    desk.write(async |work| service::give_back(&by, work, id, &body.value).await).await?;
    view(db, &by, id).await
}

/// Takes a course off the list; classes that stand go on.
#[utoipa::path(context_path = "/api/v1", tag = "courses",
    responses((status = 200, body = CourseView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/courses/<id>/withdraw")]
async fn withdraw(
    by: Can<WithdrawCourses>,
    id: CourseId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CourseView>> {
    desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    view(db, &by, id).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, offer, submit, put_on_list, give_back, withdraw]
}

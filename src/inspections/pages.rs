//! Pages: what was inspected, the inspections of a class with the plan of a new one, one inspection, and the page on the
//! phone of whoever goes there.

use std::collections::HashMap;

use askama::Template;
use entities::{
    inspection, training_class,
    values::{ClassId, InspectionId, InspectionPhotoId, InspectionStatus},
};
use rocket::{
    Route, get,
    http::{ContentType, CookieJar},
    post,
    response::Redirect,
    routes,
};

use crate::access::{Actor, Can};
use crate::base::{Error, Place, Result, paging};
use crate::classes;
use crate::inspections::compare::Matter;
use crate::inspections::forms::{Cancelling, NewInspection, PlanForm, RecordForm};
use crate::inspections::lifecycle::InspectionAction;
use crate::inspections::rights::{Inspect, SeeInspections, SeeNotes};
use crate::inspections::service::{self, Seen};
use crate::inspections::store::{self, Sought};
use crate::inspections::views::{InspectionView, actions, view};
use crate::web::{
    FormView, Html, Nothing, Page, PageForm, PageUpload, Photo, ReasonPage, Script, Scripted, Shown, Tools, go, on,
};

const SHOWN: u64 = 50;

/// An inspection with the class that it is about.
struct Line {
    row: inspection::Model,
    class: String,
    mine: bool,
}

impl Line {
    fn sign(&self) -> &'static str {
        match self.row.status {
            InspectionStatus::Planned if self.mine => "yours",
            InspectionStatus::Planned => "theirs",
            InspectionStatus::Done => "done",
            InspectionStatus::Cancelled => "stopped",
        }
    }
}

async fn lines(by: &Actor, rows: Vec<inspection::Model>, tools: Tools<'_>) -> Result<Vec<Line>> {
    let ids: Vec<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let classes: HashMap<ClassId, training_class::Model> = classes::by_ids(tools.db.reader(), &ids).await?;
    let line = |row: inspection::Model| Line {
        class: classes.get(&row.class_id).map(|class| class.title.clone()).unwrap_or_default(),
        mine: !actions(&row, by).is_empty(),
        row,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(Template)]
#[template(path = "inspections/templates/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    next: Option<String>,
}

#[get("/inspections?<status>&<after>")]
async fn list(
    by: Can<SeeInspections>,
    page: Page,
    status: Option<InspectionStatus>,
    after: Option<InspectionId>,
    tools: Tools<'_>,
) -> Result<Html<ListPage>> {
    let sought = Sought { status, after, class: None };
    let rows = store::list(tools.db.reader(), by.actor(), sought, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let query = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let tab = |of: Option<InspectionStatus>| {
        let word = of.map_or_else(|| page.say("list-all"), |of| page.word("inspection_status", of));
        let href = of.map_or_else(|| "/inspections".to_owned(), |of| format!("/inspections?status={of}"));
        (href, word, of == status)
    };
    // Who sees only what is done has nothing to choose from.
    let tabs = if store::sees_plans(by.actor()) {
        std::iter::once(None).chain(InspectionStatus::all().map(Some)).map(tab).collect()
    } else {
        Vec::new()
    };
    Ok(Html::ok(ListPage {
        tabs,
        next: rows.next.map(|after| format!("/inspections?{query}after={after}")),
        lines: lines(by.actor(), rows.items, tools).await?,
        page,
    }))
}

#[derive(Template)]
#[template(path = "inspections/templates/class.html")]
struct ClassPage {
    page: Page,
    form: FormView,
    class: training_class::Model,
    lines: Vec<Line>,
    /// Sessions that can still be inspected, for who inspects.
    sessions: Vec<(String, String)>,
}

async fn of_class(
    by: &Can<SeeInspections>,
    page: Page,
    form: FormView,
    id: ClassId,
    tools: Tools<'_>,
) -> Result<ClassPage> {
    let db = tools.db.reader();
    let class = classes::visible(db, &by.scope(), id).await?;
    let sought = Sought { class: Some(id), ..Sought::default() };
    let rows = store::list(db, by.actor(), sought, SHOWN).await?;
    let sessions =
        if by.prove::<Inspect>().is_ok() { service::to_come(db, &class, tools.clock.now()).await? } else { Vec::new() };
    let when = |session: &entities::class_session::Model| {
        let n = page.say1("inspection-n", "n", session.ordinal);
        (session.id.to_string(), format!("{n} {}", page.moment(&session.starts_at)))
    };
    Ok(ClassPage {
        sessions: sessions.iter().map(when).collect(),
        lines: lines(by.actor(), rows, tools).await?,
        page,
        form,
        class,
    })
}

#[get("/classes/<id>/inspections")]
async fn class(by: Can<SeeInspections>, page: Page, id: ClassId, tools: Tools<'_>) -> Result<Html<ClassPage>> {
    Ok(Html::ok(of_class(&by, page, FormView::default(), id, tools).await?))
}

#[post("/classes/<id>/inspections", data = "<form>")]
async fn plan(
    by: Can<Inspect>,
    page: Page,
    id: ClassId,
    form: PageForm<PlanForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ClassPage> {
    let sent = form
        .write(tools.desk, async |work, form| {
            let new = NewInspection { class_id: id, session_id: form.session };
            service::plan(&by, work, tools.vault, &new).await.map_err(on_page)
        })
        .await;
    let reader = by.prove()?;
    let planned = |id| go(cookies, format!("/inspections/{id}"), "inspection-planned", &Vec::new());
    sent.or_again(page, planned, async |page, form| of_class(&reader, page, form, id, tools).await).await
}

/// The names that the fields have on the pages.
fn on_page(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for field in &mut fields {
        field.field = match field.field.as_ref() {
            "session_id" => "session".into(),
            "photos" | "photo" => "file".into(),
            _ => continue,
        };
    }
    Error::Invalid(fields)
}

#[derive(Template)]
#[template(path = "inspections/templates/show.html")]
struct ShowPage {
    page: Page,
    form: FormView,
    matter: Matter,
    view: InspectionView,
    records: bool,
    cancels: bool,
    adds: bool,
    /// Where the phone was, in degrees.
    place: Option<Place>,
    notes: bool,
}

impl ShowPage {
    fn sign(&self) -> &'static str {
        Line { row: self.matter.row.clone(), class: String::new(), mine: self.records }.sign()
    }

    fn path(&self, rest: &str) -> String {
        format!("/inspections/{}{rest}", self.matter.row.id)
    }
}

async fn shown(
    by: &Can<SeeInspections>,
    page: Page,
    form: FormView,
    id: InspectionId,
    tools: Tools<'_>,
) -> Result<ShowPage> {
    let db = tools.db.reader();
    let matter = Matter::of(db, store::visible(db, by.actor(), id).await?).await?;
    let open = actions(&matter.row, by.actor());
    Ok(ShowPage {
        view: view(db, tools.vault, by.actor(), &matter).await?,
        records: open.contains(&InspectionAction::Record),
        cancels: open.contains(&InspectionAction::Cancel),
        adds: service::takes_photos(db, by.actor(), &matter, tools.clock.now()).await?,
        place: Place::of(matter.row.latitude_e6, matter.row.longitude_e6)?,
        notes: by.prove::<SeeNotes>().is_ok(),
        page,
        form,
        matter,
    })
}

#[get("/inspections/<id>")]
async fn show(by: Can<SeeInspections>, page: Page, id: InspectionId, tools: Tools<'_>) -> Result<Html<ShowPage>> {
    Ok(Html::ok(shown(&by, page, FormView::default(), id, tools).await?))
}

/// A picture, for whoever reads the notes.
#[get("/inspections/<id>/photos/<photo>")]
async fn photo(
    by: Can<SeeNotes>,
    id: InspectionId,
    photo: InspectionPhotoId,
    tools: Tools<'_>,
) -> Result<(ContentType, Vec<u8>)> {
    let db = tools.db.reader();
    let row = store::visible(db, by.actor(), id).await?;
    Ok((ContentType::JPEG, store::photo(db, tools.vault, row.id, photo).await?))
}

#[derive(Template)]
#[template(path = "inspections/templates/record.html")]
struct RecordPage {
    page: Page,
    form: FormView,
    matter: Matter,
}

async fn record_page(
    by: &Can<Inspect>,
    page: Page,
    form: FormView,
    id: InspectionId,
    tools: Tools<'_>,
) -> Result<RecordPage> {
    let db = tools.db.reader();
    let matter = Matter::of(db, store::visible(db, by.actor(), id).await?).await?;
    if !actions(&matter.row, by.actor()).contains(&InspectionAction::Record) {
        return Err(Error::refused("move.illegal"));
    }
    Ok(RecordPage { page, form, matter })
}

#[get("/inspections/<id>/record")]
async fn record_form(
    by: Can<Inspect>,
    page: Page,
    id: InspectionId,
    tools: Tools<'_>,
) -> Result<Scripted<Html<RecordPage>>> {
    Ok(Scripted(Html::ok(record_page(&by, page, FormView::default(), id, tools).await?), Script::Place))
}

#[post("/inspections/<id>/record", data = "<upload>")]
async fn record(
    by: Can<Inspect>,
    page: Page,
    id: InspectionId,
    upload: PageUpload<RecordForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<std::result::Result<Redirect, Scripted<Html<RecordPage>>>> {
    let PageUpload { form, file, .. } = upload;
    let (input, view) = form.open();
    let done = async {
        let input = input?;
        let photos = if file.is_empty() { Vec::new() } else { vec![Photo::of("file", file).await?] };
        let place = Place::of(input.latitude, input.longitude)?;
        let seen = Seen { headcount: input.headcount, text: &input.seen, place, photos: &photos };
        let write = async |work: &crate::data::Work| service::record(&by, work, tools.vault, id, &seen).await;
        tools.desk.write(write).await.map_err(on_page)
    };
    match done.await {
        Ok(()) => Ok(Ok(go(cookies, format!("/inspections/{id}"), "inspection-recorded", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Scripted(Html::again(record_page(&by, page, form, id, tools).await?), Script::Place)))
        }
    }
}

#[post("/inspections/<id>/photos", data = "<upload>")]
async fn add_photo(
    by: Can<Inspect>,
    page: Page,
    id: InspectionId,
    upload: PageUpload<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ShowPage> {
    let PageUpload { form, file, .. } = upload;
    let (input, view) = form.open();
    let done = async {
        input?;
        if file.is_empty() {
            return Err(Error::invalid("file", "invalid.required"));
        }
        let photo = Photo::of("file", file).await?;
        tools.desk.write(async |work| service::add_photo(&by, work, tools.vault, id, &photo).await).await
    };
    match done.await {
        Ok(()) => Ok(Ok(go(cookies, format!("/inspections/{id}"), "inspection-added", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(shown(&by.prove()?, page, form, id, tools).await?)))
        }
    }
}

async fn cancel_page(
    by: &Can<Inspect>,
    page: Page,
    form: FormView,
    id: InspectionId,
    tools: Tools<'_>,
) -> Result<ReasonPage> {
    let RecordPage { page, form, matter } = record_page(by, page, form, id, tools).await?;
    let back = format!("/inspections/{id}");
    Ok(ReasonPage {
        crumbs: vec![
            ("/inspections".to_owned(), page.say("inspection-title")),
            (back.clone(), matter.class.title.clone()),
        ],
        title: page.say("inspection-cancel"),
        lead: matter.class.title,
        after: page.say("inspection-cancel_after"),
        hint: page.say("inspection-cancel_hint"),
        action: format!("{back}/cancel"),
        back,
        button: page.say("inspection-cancel"),
        grave: true,
        page,
        form,
    })
}

#[get("/inspections/<id>/cancel")]
async fn cancel_form(by: Can<Inspect>, page: Page, id: InspectionId, tools: Tools<'_>) -> Result<Html<ReasonPage>> {
    Ok(Html::ok(cancel_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/inspections/<id>/cancel", data = "<form>")]
async fn cancel(
    by: Can<Inspect>,
    page: Page,
    id: InspectionId,
    form: PageForm<Cancelling>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let sent = form.write(tools.desk, async |work, why| service::cancel(&by, work, id, &why.reason).await).await;
    sent.or_again(page, on(cookies, format!("/inspections/{id}"), "inspection-cancelled"), async |page, form| {
        cancel_page(&by, page, form, id, tools).await
    })
    .await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, class, plan, show, photo, record_form, record, add_photo, cancel_form, cancel]
}

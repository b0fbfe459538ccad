//! Lists as files: asked for, agreed to, built, fetched.

mod files;
mod lists;
mod people;
mod words;

use calamine::{Data, Reader, Xlsx};
use entities::{
    account, audit_event, export_job, export_part, role_grant,
    values::{AccountId, ExportId, Role},
};
use rocket::http::{ContentType, Status};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use sidan::exports::Builder;

use crate::support::app::{App, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::given::given_rule;

const READERS: Who = Who::Roles(&[
    Role::VillageWorker,
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::FinanceOfficer,
    Role::Supervisor,
    Role::Auditor,
]);
const ASKERS: Who = Who::Roles(&[
    Role::VillageWorker,
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::FinanceOfficer,
    Role::Supervisor,
]);
const APPROVERS: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/exports", READERS),
    ("GET", "/exports/new", ASKERS),
    ("POST", "/exports", ASKERS),
    ("GET", "/exports/<id>", READERS),
    ("POST", "/exports/<id>/approve", APPROVERS),
    ("GET", "/exports/<id>/refuse", APPROVERS),
    ("POST", "/exports/<id>/refuse", APPROVERS),
    ("POST", "/exports/<id>/withdraw", ASKERS),
    ("POST", "/exports/<id>/file", ASKERS),
    ("GET", "/api/v1/exports", READERS),
    ("POST", "/api/v1/exports", ASKERS),
    ("GET", "/api/v1/exports/<id>", READERS),
    ("POST", "/api/v1/exports/<id>/approve", APPROVERS),
    ("POST", "/api/v1/exports/<id>/refuse", APPROVERS),
    ("POST", "/api/v1/exports/<id>/withdraw", ASKERS),
    ("GET", "/api/v1/exports/<id>/file", ASKERS),
];

const PASSWORD: &str = "四单 correct horse";

/// What a program asks for; change what matters.
fn wanted(list: &str, format: &str) -> Value {
    json!({ "list": list, "format": format, "purpose": "report" })
}

fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

/// The same with personal data in full.
fn in_full(list: &str, format: &str) -> Value {
    let body = with(wanted(list, format), "in_full", true);
    with(with(body, "note", "报市局汇总"), "password", PASSWORD)
}

fn builder(app: &App) -> &Builder {
    app.client.rocket().state::<Builder>().unwrap()
}

/// Does all the work that waits in the background.
async fn work(app: &App) {
    while builder(app).step().await.unwrap() {}
}

async fn ask(visitor: &Visitor, body: Value) -> Value {
    visitor.api_post("/api/v1/exports", body).await.is(Status::Created).json()
}

/// A file that lies ready, in one piece.
pub async fn given_file(app: &std::sync::Arc<App>) {
    app.given_person(1).await;
    ask(&app.sign_in(Role::CountyClerk).await, wanted("people", "csv")).await;
    work(app).await;
    assert_eq!(parts(app).await.len(), 1);
}

fn id_of(export: &Value) -> String {
    export["id"].as_str().unwrap().to_owned()
}

async fn job(app: &App, id: &str) -> export_job::Model {
    export_job::Entity::find_by_id(id.parse::<ExportId>().unwrap()).one(app.db.reader()).await.unwrap().unwrap()
}

async fn parts(app: &App) -> Vec<export_part::Model> {
    export_part::Entity::find().order_by_asc(export_part::Column::Ordinal).all(app.db.reader()).await.unwrap()
}

/// A file as it came.
struct Got {
    status: Status,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.as_str())
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

async fn fetch(visitor: &Visitor, id: &str) -> Got {
    let request = visitor.with_token(visitor.app.client.get(format!("/api/v1/exports/{id}/file")));
    got(request).await
}

async fn got(request: rocket::local::asynchronous::LocalRequest<'_>) -> Got {
    let response = request.dispatch().await;
    let headers = response.headers().iter().map(|h| (h.name().to_string(), h.value().to_owned())).collect();
    Got { status: response.status(), headers, bytes: response.into_bytes().await.unwrap_or_default() }
}

/// Asks, and fetches at once.
async fn file(visitor: &Visitor, body: Value) -> Vec<u8> {
    let export = ask(visitor, body).await;
    assert_eq!(export["status"], "ready", "{export}");
    let got = fetch(visitor, &id_of(&export)).await;
    assert_eq!(got.status, Status::Ok, "{}", String::from_utf8_lossy(&got.bytes));
    assert_eq!(got.header("Content-Length"), got.bytes.len().to_string());
    got.bytes
}

/// Village and masked number of everybody in a file of people.
pub async fn rows(visitor: &Visitor, body: Value) -> Vec<[String; 2]> {
    let bytes = file(visitor, body.clone()).await;
    let lines = if body["format"] == "csv" {
        csv_lines(&bytes)
    } else {
        workbook(bytes).0.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    let (villages, numbers) = (column(&lines, "所在村"), column(&lines, "身份证号"));
    villages.into_iter().zip(numbers).map(|(village, number)| [village, number]).collect()
}

/// Lines of a CSV file, its heads first.
fn csv_lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap();
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bare)
        .records()
        .map(|line| line.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// The values of a column.
fn column(lines: &[Vec<String>], head: &str) -> Vec<String> {
    let at = lines[0].iter().position(|cell| cell == head).unwrap_or_else(|| panic!("no {head} in {:?}", lines[0]));
    lines[1..].iter().map(|line| line[at].clone()).collect()
}

/// Cells of a workbook, and how many of them are formulas.
fn workbook(bytes: Vec<u8>) -> (Vec<Vec<Data>>, usize) {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    let rows = book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect();
    let formulas = book.worksheet_formula(&name).unwrap();
    let formulas = formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()).count();
    (rows, formulas)
}

/// The account can prove who it is.
async fn knows_password(visitor: &Visitor) {
    let hash = visitor.app.house.hasher.hash(PASSWORD).await.unwrap();
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(hash))
        .filter(account::Column::Id.eq(visitor.account))
        .exec(visitor.app.db.writer())
        .await
        .unwrap();
}

async fn clerk_with_password(app: &std::sync::Arc<App>) -> Visitor {
    let clerk = app.sign_in(Role::CountyClerk).await;
    knows_password(&clerk).await;
    clerk
}

/// The county has a rule of its own.
async fn moved_to(app: &App, account: AccountId, role: Role, area: &str) {
    role_grant::Entity::update_many()
        .col_expr(role_grant::Column::AreaCode, Expr::value(area))
        .col_expr(role_grant::Column::Role, Expr::value(role))
        .filter(role_grant::Column::AccountId.eq(account))
        .exec(app.db.writer())
        .await
        .unwrap();
}

/// What the log says of exports, in order: the deed and its detail.
async fn deeds(app: &App) -> Vec<(String, Value)> {
    audit_event::Entity::find()
        .filter(audit_event::Column::Noun.eq("export"))
        .order_by_asc(audit_event::Column::Id)
        .all(app.db.reader())
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.action, row.detail.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())))
        .collect()
}

async fn post(visitor: &Visitor, path: &str) -> Got {
    let request = visitor.with_session(visitor.app.client.post(path.to_owned())).header(ContentType::Form);
    got(request.body(format!("_csrf={}", visitor.csrf()))).await
}

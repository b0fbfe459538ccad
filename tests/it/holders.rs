//! The natural persons behind accounts: entered once by the administrator, and told apart where two must decide.

use std::sync::Arc;

use entities::{
    account, audit_event, holder,
    values::{AccountId, HolderId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::{
    accounts::{NewAccount, create, identify_login},
    base::IdNumber,
};

use crate::support::app::{App, COUNTY, Visitor};
use crate::support::given::day;

/// Numbers of nobody.
fn number(n: u16) -> String {
    IdNumber::compose("369972", day(1, 1).with_year(1970), n).unwrap().as_str().to_owned()
}

trait Year {
    fn with_year(self, year: i32) -> Self;
}

impl Year for chrono::NaiveDate {
    fn with_year(self, year: i32) -> Self {
        chrono::Datelike::with_year(&self, year).unwrap()
    }
}

fn new(login: &str, identity: Option<&str>) -> Value {
    json!({
        "login": login, "name": "刘敏", "role": "county_clerk", "area_code": COUNTY, "organisation_id": null,
        "person_id": null, "email": null, "identity": identity, "password": "五单四单-2016",
    })
}

async fn made(admin: &Visitor, login: &str, identity: Option<&str>) -> Value {
    admin.api_post("/api/v1/accounts", new(login, identity)).await.is(Status::Created).json()
}

async fn stored(app: &Arc<App>, id: &Value) -> account::Model {
    let id: AccountId = id["id"].as_str().unwrap().parse().unwrap();
    account::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

async fn identify(admin: &Visitor, account: &Value, number: &str) -> crate::support::app::Answer {
    let path = format!("/api/v1/accounts/{}/identity", account["id"].as_str().unwrap());
    admin.api_post(&path, json!({ "identity": number })).await
}

#[rocket::async_test]
async fn the_administrator_says_who_is_behind_an_account_and_the_number_is_shown_masked() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Administrator).await;
    let typed = number(1);
    let first = made(&admin, "liumin", Some(&typed)).await;
    assert_eq!(first["identity"], format!("369972********{}", &typed[14..]));
    let second = made(&admin, "liumin2", None).await;
    assert_eq!(second["identity"], Value::Null);
    // Spaces and a small x are as good.
    let spaced = format!("{} {}", &typed[..6], typed[6..].to_lowercase());
    identify(&admin, &second, &spaced).await.is(Status::Ok);
    let (one, other) = (stored(&app, &first).await, stored(&app, &second).await);
    assert!(one.holder_id.is_some() && one.holder_id == other.holder_id, "one person has two accounts");
    let row = holder::Entity::find_by_id(one.holder_id.unwrap()).one(app.db.reader()).await.unwrap().unwrap();
    assert!(!row.sealed.windows(6).any(|bytes| bytes == &typed.as_bytes()[6..12]));
    assert_eq!(row.id_index, app.vault.index("id", &typed));
    let list = admin.get("/accounts").await.is(Status::Ok).text;
    assert!(list.contains(&format!("369972********{}", &typed[14..])) && !list.contains(&typed));
    let said = audit_event::Entity::find().filter(audit_event::Column::Action.eq("enter_identity"));
    let said = said.one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!((said.actor_id, said.object_id.as_str()), (Some(admin.account), second["id"].as_str().unwrap()));
    assert!(!said.detail.unwrap_or_default().contains(&typed[6..]));
}

#[rocket::async_test]
async fn a_number_that_fails_its_checks_is_refused_at_both_doors() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Administrator).await;
    let typed = number(1);
    let flipped = format!("{}{}", &typed[..17], if typed.ends_with('1') { '2' } else { '1' });
    for (wrong, code) in [
        (flipped.as_str(), "invalid.id_checksum"),
        ("36997219700230001X", "invalid.id_date"),
        ("12345", "invalid.id_format"),
        ("369972700101001", "invalid.id_15"),
    ] {
        admin.api_post("/api/v1/accounts", new("liumin", Some(wrong))).await.blames("identity", code);
    }
    let second = made(&admin, "liumin", None).await;
    identify(&admin, &second, &flipped).await.blames("identity", "invalid.id_checksum");
    let path = format!("/accounts/{}/identity", second["id"].as_str().unwrap());
    let again = admin.post_form(&path, &[("identity", &flipped)]).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("href=\"#identity\"") && again.contains("id=\"identity\""), "{again}");
    admin.post_form(&path, &[("identity", &typed)]).await.goes_to("/accounts");
    let page = admin.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("登记后不能改") && !page.contains(&typed) && !page.contains("name=\"identity\""), "{page}");
}

#[rocket::async_test]
async fn whose_an_account_is_is_said_once() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Administrator).await;
    let account = made(&admin, "liumin", Some(&number(1))).await;
    identify(&admin, &account, &number(2)).await.is(Status::Conflict).refuses("account.identity_stands");
    identify(&admin, &account, &number(1)).await.is(Status::Ok);
    let nobody = json!({ "id": AccountId::new() });
    identify(&admin, &nobody, &number(1)).await.is(Status::NotFound);
    // The table says so too, and keeps its holders.
    let other = HolderId::new();
    let (account, writer) = (stored(&app, &account).await, app.db.writer());
    for (to, filter) in [("NULL".to_owned(), "holder_id IS NOT NULL"), (sql_id(&app, other.0), "login = 'liumin'")] {
        let deed = format!("UPDATE account SET holder_id = {to} WHERE {filter}");
        assert!(writer.execute_unprepared(&deed).await.is_err(), "{deed}");
    }
    assert!(writer.execute_unprepared("DELETE FROM holder").await.is_err());
    assert_eq!(stored(&app, &json!({ "id": account.id })).await.holder_id, account.holder_id);
}

/// An id as it stands in a statement.
pub fn sql_id(app: &App, id: uuid::Uuid) -> String {
    match app.db.writer().get_database_backend() {
        sea_orm::DatabaseBackend::Postgres => format!("'{id}'"),
        _ => format!("X'{}'", id.simple()),
    }
}

#[rocket::async_test]
async fn a_registered_person_is_told_by_the_record() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Administrator).await;
    let person = app.given_person(1).await;
    let trainee = app.sign_in_person(person).await;
    let view = json!({ "id": trainee.account });
    identify(&admin, &view, &number(1)).await.is(Status::Conflict).refuses("account.registered");
    let mut both = new("liumin", Some(&number(1)));
    both["person_id"] = json!(person);
    admin.api_post("/api/v1/accounts", both).await.blames("identity", "invalid.identity_registered");
    assert!(admin.get("/accounts").await.text.contains("按实名登记"));
    // The same person in an office has the id of the record.
    let row = entities::person::Entity::find_by_id(person).one(app.db.reader()).await.unwrap().unwrap();
    let own = sidan::people::unseal(&app.vault, &row).unwrap().id_number;
    let clerk = made(&admin, "liumin", Some(&own)).await;
    assert_eq!(stored(&app, &clerk).await.holder_id, Some(HolderId(person.0)));
}

#[rocket::async_test]
async fn nobody_decides_on_the_own_request_with_an_office_account() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let trainee = app.sign_in_person(person).await;
    let ask = json!({ "person_id": person, "changes": [{ "field": "skills", "value": "木工" }] });
    let filed = trainee.api_post("/api/v1/corrections", ask).await.is(Status::Created).json();
    let apply = format!("/api/v1/corrections/{}/apply", filed["id"].as_str().unwrap());
    // The office knows the person, whether the number was entered before or after the registration.
    let row = entities::person::Entity::find_by_id(person).one(app.db.reader()).await.unwrap().unwrap();
    let own = sidan::people::unseal(&app.vault, &row).unwrap().id_number;
    let clerk = app.sign_in_unknown(Role::CountyClerk).await;
    clerk.api_post(&apply, json!({})).await.refuses("account.no_identity");
    let page = format!("/corrections/{}", filed["id"].as_str().unwrap());
    let told = clerk.post_form(&format!("{page}/apply"), &[]).await.is(Status::UnprocessableEntity).text;
    assert!(told.contains("请让系统管理员给您的账号登记身份证号"), "{told}");
    let admin = app.sign_in(Role::Administrator).await;
    identify(&admin, &json!({ "id": clerk.account }), &own).await.is(Status::Ok);
    clerk.api_post(&apply, json!({})).await.refuses("correction.own");
    app.sign_in(Role::CountyClerk).await.api_post(&apply, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn who_acted_before_must_be_known_too() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let worker = app.sign_in_unknown(Role::VillageWorker).await;
    let (person, ask) = (person, |value: &str| json!([{ "field": "skills", "value": value }]));
    let ask = json!({ "person_id": person, "changes": ask("木工") });
    // 上高县 as a whole is the worker's village here.
    let filed = worker.api_post("/api/v1/corrections", ask).await.is(Status::Created).json();
    let apply = format!("/api/v1/corrections/{}/apply", filed["id"].as_str().unwrap());
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&apply, json!({})).await.is(Status::Conflict).refuses("account.other_no_identity");
    let admin = app.sign_in(Role::Administrator).await;
    identify(&admin, &json!({ "id": worker.account }), &number(3)).await.is(Status::Ok);
    clerk.api_post(&apply, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_command_line_says_it_too() {
    let app = App::start().await;
    let row = NewAccount {
        login: "liumin".into(),
        name: "刘敏".into(),
        role: Role::CountyClerk,
        area_code: COUNTY.into(),
        organisation_id: None,
        person_id: None,
        email: None,
        identity: None,
        password: "五单四单-2016".into(),
    };
    let id = app
        .desk
        .write(async |work| create(None, work, &app.vault, &app.atlas, &app.house.hasher, &row).await)
        .await
        .unwrap();
    let say = async |number: String| {
        app.desk.write(async |work| identify_login(work, &app.vault, "liumin", &number).await).await
    };
    say(number(1)).await.unwrap();
    assert!(say(number(2)).await.is_err());
    let known = account::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap().holder_id;
    assert!(known.is_some());
    assert_eq!(holder::Entity::find().count(app.db.reader()).await.unwrap(), 1);
}

#[rocket::async_test]
async fn identities_are_entered_with_a_fresh_password_only() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Administrator).await;
    let account = made(&admin, "liumin", None).await;
    app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(6));
    let answer = identify(&admin, &account, &number(1)).await.is(Status::Forbidden);
    answer.refuses("error.step_up_required");
    assert_eq!(stored(&app, &account).await.holder_id, None);
}

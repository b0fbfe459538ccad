//! Signing in and out, and what keeps strangers out.

use std::sync::Arc;

use chrono::TimeDelta;
use entities::{login_attempt, values::Role};
use rocket::http::{ContentType, Header, Status};
use sea_orm::EntityTrait;
use serde_json::json;
use sidan::{
    access::Token,
    accounts::{NewAccount, create},
};

use crate::support::app::{App, COUNTY, Visitor};
use crate::support::doors::{Door, Who};

pub const DOORS: &[Door] = &[
    ("GET", "/sign-in", Who::Everybody),
    ("POST", "/sign-in", Who::Everybody),
    ("POST", "/sign-out", Who::SignedIn),
    ("GET", "/confirm", Who::SignedIn),
    ("POST", "/confirm", Who::SignedIn),
    ("GET", "/password", Who::SignedIn),
    ("POST", "/password", Who::SignedIn),
    ("GET", "/accounts", Who::Roles(&[Role::Administrator])),
    ("GET", "/accounts/new", Who::Roles(&[Role::Administrator])),
    ("POST", "/accounts", Who::Roles(&[Role::Administrator])),
    ("POST", "/accounts/<id>/disable", Who::Roles(&[Role::Administrator])),
    ("GET", "/accounts/<id>/identity", Who::Roles(&[Role::Administrator])),
    ("POST", "/accounts/<id>/identity", Who::Roles(&[Role::Administrator])),
    ("GET", "/api/v1/accounts", Who::Roles(&[Role::Administrator])),
    ("POST", "/api/v1/accounts", Who::Roles(&[Role::Administrator])),
    ("POST", "/api/v1/accounts/<id>/identity", Who::Roles(&[Role::Administrator])),
    ("POST", "/api/v1/tokens", Who::Everybody),
    ("DELETE", "/api/v1/tokens/current", Who::SignedIn),
    ("POST", "/api/v1/tokens/current/confirm", Who::SignedIn),
    ("GET", "/api/v1/accounts/me", Who::SignedIn),
];

const PASSWORD: &str = "五单四单-2016";

async fn clerk_account(app: &Arc<App>) -> entities::values::AccountId {
    let new = NewAccount {
        login: "liumin".into(),
        name: "刘敏".into(),
        role: Role::CountyClerk,
        area_code: COUNTY.into(),
        organisation_id: None,
        person_id: None,
        email: None,
        identity: None,
        password: PASSWORD.into(),
    };
    app.desk
        .write(async |work| create(None, work, &app.vault, &app.atlas, &app.house.hasher, &new).await)
        .await
        .unwrap()
}

async fn token(visitor: &Visitor, password: &str) -> crate::support::app::Answer {
    visitor.api_post("/api/v1/tokens", json!({ "login": "liumin", "password": password })).await
}

#[rocket::async_test]
async fn a_token_opens_the_api_until_it_is_ended() {
    let app = App::start().await;
    clerk_account(&app).await;
    let answer = token(&app.passer_by(), PASSWORD).await.is(Status::Created).json();
    let bearer = Header::new("Authorization", format!("Bearer {}", answer["token"].as_str().unwrap()));
    let me = app.client.get("/api/v1/accounts/me").header(bearer.clone()).dispatch().await;
    assert_eq!(me.status(), Status::Ok);
    let end = app.client.delete("/api/v1/tokens/current").header(bearer.clone()).dispatch().await;
    assert_eq!(end.status(), Status::NoContent);
    let me = app.client.get("/api/v1/accounts/me").header(bearer).dispatch().await;
    assert_eq!(me.status(), Status::Unauthorized);
}

#[rocket::async_test]
async fn a_token_ends_after_twelve_hours() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_get("/api/v1/accounts/me").await.is(Status::Ok);
    app.clock.set(app.clock.now() + TimeDelta::hours(12) - TimeDelta::seconds(1));
    clerk.api_get("/api/v1/accounts/me").await.is(Status::Ok);
    app.clock.set(app.clock.now() + TimeDelta::seconds(1));
    clerk.api_get("/api/v1/accounts/me").await.is(Status::Unauthorized);
}

#[rocket::async_test]
async fn a_page_session_is_no_api_token_and_the_reverse() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let (page, api) = (clerk.page.as_ref().unwrap().reveal(), clerk.api.as_ref().unwrap().reveal());
    let bearer = Header::new("Authorization", format!("Bearer {page}"));
    assert_eq!(app.client.get("/api/v1/accounts/me").header(bearer).dispatch().await.status(), Status::Unauthorized);
    let cookie = ("sidan", api.to_owned());
    assert_eq!(app.client.get("/password").cookie(cookie).dispatch().await.status(), Status::SeeOther);
}

#[rocket::async_test]
async fn five_wrong_passwords_rest_the_account_even_for_the_right_one() {
    let app = App::start().await;
    clerk_account(&app).await;
    let stranger = app.passer_by();
    for _ in 0..5 {
        token(&stranger, "not-the-password").await.refuses("account.wrong_password");
    }
    token(&stranger, PASSWORD).await.is(Status::TooManyRequests);
    app.clock.set(app.clock.now() + TimeDelta::minutes(15));
    token(&stranger, PASSWORD).await.is(Status::Created);
}

#[rocket::async_test]
async fn an_unknown_and_a_disabled_account_are_told_like_a_wrong_password() {
    let app = App::start().await;
    let stranger = app.passer_by();
    let unknown = token(&stranger, PASSWORD).await.refuses("account.wrong_password").text;
    clerk_account(&app).await;
    let wrong = token(&stranger, "not-the-password").await.refuses("account.wrong_password").text;
    app.desk.write(async |work| sidan::accounts::disable_login(work, "liumin").await).await.unwrap();
    let disabled = token(&stranger, PASSWORD).await.refuses("account.wrong_password").text;
    assert_eq!((&unknown, &unknown), (&wrong, &disabled));
}

#[rocket::async_test]
async fn a_new_password_ends_every_other_session() {
    let app = App::start().await;
    clerk_account(&app).await;
    let first = token(&app.passer_by(), PASSWORD).await.json();
    let form = [("login", "liumin"), ("password", PASSWORD), ("next", "/password")];
    let answer = app.passer_by().post_form("/sign-in", &form).await.goes_to("/password");
    let cookie = answer.header("Set-Cookie").unwrap();
    let session = cookie.split([';', '=']).nth(1).unwrap().to_owned();
    let mut clerk = app.passer_by();
    clerk.page = Some(sidan::access::Token::from_visitor(&session));
    clerk
        .post_form("/password", &[("current", "wrong-password"), ("new", "another-one-2016")])
        .await
        .is(Status::UnprocessableEntity);
    clerk.post_form("/password", &[("current", PASSWORD), ("new", "another-one-2016")]).await.goes_to("/");
    clerk.get("/password").await.is(Status::Ok);
    let bearer = Header::new("Authorization", format!("Bearer {}", first["token"].as_str().unwrap()));
    assert_eq!(app.client.get("/api/v1/accounts/me").header(bearer).dispatch().await.status(), Status::Unauthorized);
}

#[rocket::async_test]
async fn a_form_without_its_token_or_from_elsewhere_is_refused() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let other = app.sign_in(Role::CountyClerk).await;
    let post = |body: String| clerk.with_session(app.client.post("/sign-out")).header(ContentType::Form).body(body);
    let own = format!("_csrf={}", clerk.csrf());
    for request in [
        post(String::new()),
        post(format!("_csrf={}", other.csrf())),
        post(own.clone()).header(Header::new("Sec-Fetch-Site", "cross-site")),
        post(own.clone()).header(Header::new("Origin", "null")),
        post(own.clone()).header(Header::new("Origin", "https://evil.example")),
    ] {
        assert_eq!(request.dispatch().await.status(), Status::Forbidden);
    }
    clerk.get("/password").await.is(Status::Ok);
    assert_eq!(post(own).dispatch().await.status(), Status::SeeOther);
    clerk.get("/password").await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn every_answer_carries_the_security_headers() {
    let app = App::start().await;
    for path in
        ["/sign-in", "/nowhere", "/api/v1/nowhere", "/api/v1/accounts/me", "/static/favicon.svg", "/docs/index.html"]
    {
        let answer = app.passer_by().get(path).await;
        assert!(answer.header("Content-Security-Policy").unwrap().contains("default-src 'none'"), "{path}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("Server"), None, "{path}");
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    assert_eq!(clerk.get("/password").await.header("Cache-Control"), Some("no-store"));
}

#[rocket::async_test]
async fn a_fresh_house_has_no_account() {
    let app = App::start().await;
    for login in ["admin", "root", "sidan", "administrator"] {
        let body = json!({ "login": login, "password": login });
        app.passer_by().api_post("/api/v1/tokens", body).await.refuses("account.wrong_password");
    }
}

#[rocket::async_test]
async fn what_the_api_cannot_read_is_told_by_field() {
    let app = App::start().await;
    let stranger = app.passer_by();
    stranger.api_post("/api/v1/tokens", json!({ "login": "a" })).await.blames("password", "invalid.required");
    let extra = json!({ "login": "a", "password": "b", "role": "auditor" });
    stranger.api_post("/api/v1/tokens", extra).await.blames("role", "invalid.unknown_field");
    let text = app.client.post("/api/v1/tokens").header(ContentType::Plain).body("{}").dispatch().await;
    assert_eq!(text.status(), Status::UnsupportedMediaType);
}

#[rocket::async_test]
async fn the_administrator_makes_accounts_and_ends_them() {
    let app = App::start().await;
    let administrator = app.sign_in(Role::Administrator).await;
    let form = [
        ("login", "zhoujianguo"),
        ("name", "周建国"),
        ("role", "county_checker"),
        ("area_code", COUNTY),
        ("organisation_id", ""),
        ("person_id", ""),
        ("email", ""),
        ("password", PASSWORD),
    ];
    administrator.post_form("/accounts", &form).await.goes_to("/accounts");
    let page = administrator.get("/accounts").await.is(Status::Ok);
    assert!(page.text.contains("zhoujianguo"));
    administrator.post_form("/accounts", &form).await.is(Status::UnprocessableEntity);
    // A right is given by somebody who typed the password a short while ago.
    app.clock.set(app.clock.now() + TimeDelta::minutes(6));
    let other: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (*name, if *name == "login" { "zhouer" } else { value })).collect();
    administrator.get("/accounts/new").await.goes_to("/confirm?to=%2Faccounts%2Fnew");
    administrator.post_form("/accounts", &other).await.goes_to("/confirm?to=%2Faccounts");
    let new = json!({ "login": "zhouer", "name": "周二", "role": "county_checker", "area_code": COUNTY, "password": PASSWORD });
    administrator.api_post("/api/v1/accounts", new).await.refuses("error.step_up_required");
    assert!(!administrator.get("/accounts").await.text.contains("zhouer"));
}

/// The clerk of [`clerk_account`], signed in by page and by token.
async fn clerk(app: &Arc<App>) -> Visitor {
    let account = clerk_account(app).await;
    let api = token(&app.passer_by(), PASSWORD).await.is(Status::Created).json();
    let form = [("login", "liumin"), ("password", PASSWORD)];
    let answer = app.passer_by().post_form("/sign-in", &form).await.goes_to("/");
    let session = answer.header("Set-Cookie").unwrap().split([';', '=']).nth(1).unwrap().to_owned();
    let mut clerk = app.passer_by();
    clerk.account = account;
    clerk.page = Some(Token::from_visitor(&session));
    clerk.api = Some(Token::from_visitor(api["token"].as_str().unwrap()));
    clerk
}

/// What asks for a password just typed, here looking at the numbers of a villager.
async fn guarded(app: &App) -> (String, String) {
    let person = app.given_person(1).await;
    (format!("/people/{person}/reveal"), format!("/api/v1/people/{person}/reveal"))
}

fn wish() -> serde_json::Value {
    json!({ "fields": ["phone"], "purpose": "call_person", "note": "通知开班" })
}

#[rocket::async_test]
async fn a_password_typed_five_minutes_ago_is_asked_for_again_and_leads_back() {
    let app = App::start().await;
    let (page, api) = guarded(&app).await;
    let clerk = clerk(&app).await;
    app.clock.set(app.clock.now() + TimeDelta::minutes(5) - TimeDelta::seconds(1));
    clerk.get(&page).await.is(Status::Ok);
    clerk.api_post(&api, wish()).await.is(Status::Ok);
    app.clock.set(app.clock.now() + TimeDelta::seconds(1));
    let refused = clerk.api_post(&api, wish()).await.is(Status::Forbidden);
    refused.refuses("error.step_up_required");
    let asked = format!("/confirm?to={}", rocket::http::RawStr::new(&page).percent_encode());
    clerk.get(&page).await.goes_to(&asked);
    // A form that was sent too late leads back to where it was filled in.
    clerk.post_form(&page, &[("phone", "true"), ("purpose", "call_person"), ("note", "通知")]).await.goes_to(&asked);
    let form = clerk.get(&asked).await.is(Status::Ok);
    assert!(form.text.contains(&format!("value=\"{page}\"")));
    clerk.post_form("/confirm", &[("password", PASSWORD), ("to", &page)]).await.goes_to(&page);
    clerk.get(&page).await.is(Status::Ok);
    // The token has a password of its own to type.
    clerk.api_post(&api, wish()).await.refuses("error.step_up_required");
    let confirm = "/api/v1/tokens/current/confirm";
    clerk.api_post(confirm, json!({ "password": PASSWORD })).await.is(Status::NoContent);
    clerk.api_post(&api, wish()).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_wrong_password_confirms_nothing_and_counts_like_a_failed_sign_in() {
    let app = App::start().await;
    let (page, api) = guarded(&app).await;
    let clerk = clerk(&app).await;
    app.clock.set(app.clock.now() + TimeDelta::minutes(6));
    for _ in 0..3 {
        let answer = clerk.post_form("/confirm", &[("password", "not-the-password"), ("to", &page)]).await;
        assert!(answer.is(Status::UnprocessableEntity).text.contains(&format!("value=\"{page}\"")));
    }
    let confirm = "/api/v1/tokens/current/confirm";
    for _ in 0..2 {
        let answer = clerk.api_post(confirm, json!({ "password": "not-the-password" })).await;
        answer.blames("password", "invalid.password_wrong");
    }
    clerk.api_post(confirm, json!({ "password": PASSWORD })).await.is(Status::TooManyRequests);
    token(&app.passer_by(), PASSWORD).await.is(Status::TooManyRequests);
    clerk.api_post(&api, wish()).await.refuses("error.step_up_required");
}

#[rocket::async_test]
async fn after_the_password_one_is_only_sent_on_within_this_server() {
    let app = App::start().await;
    let clerk = clerk(&app).await;
    for evil in ["//evil.example", "https://evil.example", "/\\evil.example", "evil"] {
        clerk.post_form("/confirm", &[("password", PASSWORD), ("to", evil)]).await.goes_to("/");
        let encoded = rocket::http::RawStr::new(evil).percent_encode().to_string();
        let form = clerk.get(&format!("/confirm?to={encoded}")).await.is(Status::Ok);
        assert!(form.text.contains("name=\"to\" value=\"/\""), "{evil}");
    }
}

#[rocket::async_test]
async fn what_was_typed_for_a_login_is_not_kept_in_clear() {
    let app = App::start().await;
    let body = json!({ "login": "369970197505050013", "password": "not-the-password" });
    app.passer_by().api_post("/api/v1/tokens", body).await.refuses("account.wrong_password");
    let kept = login_attempt::Entity::find().all(app.db.reader()).await.unwrap();
    assert!(!kept.is_empty() && kept.iter().all(|row| !row.key.contains("369970197505050013")));
}

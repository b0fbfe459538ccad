//! Signing in and out, and what keeps strangers out.

use std::sync::Arc;

use chrono::TimeDelta;
use entities::values::Role;
use rocket::http::{ContentType, Header, Status};
use serde_json::json;
use sidan::accounts::{NewAccount, create};

use crate::support::app::{App, COUNTY, Visitor};
use crate::support::doors::{Door, Who};

pub const DOORS: &[Door] = &[
    ("GET", "/sign-in", Who::Everybody),
    ("POST", "/sign-in", Who::Everybody),
    ("POST", "/sign-out", Who::SignedIn),
    ("GET", "/password", Who::SignedIn),
    ("POST", "/password", Who::SignedIn),
    ("GET", "/accounts", Who::Roles(&[Role::Administrator])),
    ("POST", "/accounts", Who::Roles(&[Role::Administrator])),
    ("POST", "/accounts/<id>/disable", Who::Roles(&[Role::Administrator])),
    ("POST", "/api/v1/tokens", Who::Everybody),
    ("DELETE", "/api/v1/tokens/current", Who::SignedIn),
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
        password: PASSWORD.into(),
    };
    app.desk.write(async |work| create(None, work, &app.atlas, &app.house.hasher, &new).await).await.unwrap()
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
}

//! What waits for whom.

use entities::{
    progress,
    values::{Programme, Role},
};
use rocket::http::Status;
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::support::app::{App, COUNTY};
use crate::support::doors::{Door, Who};

pub const DOORS: &[Door] =
    &[("GET", "/", Who::Everybody), ("GET", "/accessibility", Who::Everybody), ("GET", "/privacy", Who::Everybody)];

#[rocket::async_test]
async fn a_stranger_is_welcomed_and_told_where_to_go() {
    let app = App::start().await;
    let page = app.passer_by().get("/").await.is(Status::Ok).text;
    for href in ["/catalogue", "/verify", "/sign-in"] {
        assert!(page.contains(&format!("href=\"{href}\"")), "{href}");
    }
    let page = app.passer_by().get_in("en", "/").await.is(Status::Ok).text;
    assert!(page.contains("the government pays"));
}

#[rocket::async_test]
async fn everybody_has_a_home_in_both_languages() {
    let app = App::start().await;
    for role in Role::all() {
        let visitor = app.sign_in(role).await;
        let page = visitor.get("/").await.is(Status::Ok).text;
        assert!(page.contains("刘敏，今天") && page.contains("2016年11月1日"), "{role}");
        let page = visitor.get_in("en", "/").await.is(Status::Ok).text;
        assert!(page.contains("1 Nov 2016") && page.contains("Tue"), "{role}");
    }
}

#[rocket::async_test]
async fn the_language_of_an_answer_to_a_form_can_be_changed_too() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let nobody = uuid::Uuid::nil();
    for (form, place) in [
        ("/people/search".to_owned(), "/people".to_owned()),
        (format!("/people/{nobody}/verify"), format!("/people/{nobody}")),
        (format!("/claims/{nobody}/lines/{nobody}/allow"), format!("/claims/{nobody}/lines/{nobody}")),
        // A form that has its own address is shown there again.
        ("/sign-in".to_owned(), "/sign-in".to_owned()),
    ] {
        let page = clerk.post_form(&form, &[("number", "1"), ("login", "x"), ("password", "y")]).await.text;
        let (_, link) = page.split_once("href=\"/language/en?next=").unwrap();
        let next = link.split_once('"').unwrap().0;
        clerk.get(&format!("/language/en?next={next}")).await.goes_to(&place);
    }
}

#[rocket::async_test]
async fn a_county_sees_its_own_rates_and_nobody_elses() {
    let app = App::start().await;
    app.given_target(COUNTY, Programme::Skill, 800).await;
    let row = progress::Model {
        year: 2016,
        programme: Programme::Skill,
        area_code: COUNTY.into(),
        people: 700,
        person_times: 700,
    };
    progress::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    for role in [Role::CountyClerk, Role::CountyChecker] {
        assert!(app.sign_in(role).await.get("/").await.text.contains("87.50%"), "{role}");
        let neighbour = app.sign_in_at(role, "360502").await;
        assert!(!neighbour.get("/").await.is(Status::Ok).text.contains("87.50"), "{role}");
    }
    for role in [Role::Trainee, Role::Enterprise, Role::Institution, Role::Administrator] {
        assert!(!app.sign_in(role).await.get("/").await.text.contains("87.50"), "{role}");
    }
    for role in [Role::Supervisor, Role::Auditor] {
        assert!(!app.sign_in(role).await.get("/").await.text.contains("87.50"), "a province is not its county");
    }
}

#[rocket::async_test]
async fn the_plain_pages_are_said_in_both_languages() {
    let app = App::start().await;
    for (path, zh, en) in [("/accessibility", "无障碍说明", "Accessibility"), ("/privacy", "个人信息保护", "Privacy")]
    {
        let stranger = app.passer_by();
        assert!(stranger.get(path).await.is(Status::Ok).text.contains(&format!("<h1>{zh}</h1>")));
        assert!(stranger.get_in("en", path).await.is(Status::Ok).text.contains(&format!("<h1>{en}</h1>")));
    }
}

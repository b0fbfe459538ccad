//! Messages, read and mailed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use entities::{
    account, message,
    values::{AccountId, MailState, MessageId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::json;
use sidan::{
    data::{
        Telling, Work,
        courier::Smtp,
        outbox::{Outbox, unread},
    },
    house::TEXTS,
    mailbox::letters,
    web::Lexicon,
};

use crate::support::app::{App, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::post::PostOffice;

pub const DOORS: &[Door] = &[
    ("GET", "/mailbox", Who::SignedIn),
    ("POST", "/mailbox/read", Who::SignedIn),
    ("POST", "/mailbox/<id>/read", Who::SignedIn),
    ("GET", "/api/v1/messages", Who::SignedIn),
    ("POST", "/api/v1/messages/<id>/read", Who::SignedIn),
];

/// A kind of which the house knows nothing: what is shown is the same for all of them.
async fn tell(app: &App, to: AccountId, link: &str) -> MessageId {
    let telling = Telling { to, kind: "of_a_trial", args: json!({ "odd": [1] }), link: Some(link.into()) };
    let said = async |work: &Work| {
        work.tell(telling.clone());
        Ok(())
    };
    app.desk.write(said).await.unwrap();
    let newest = message::Entity::find().filter(message::Column::AccountId.eq(to)).order_by_desc(message::Column::Id);
    newest.one(app.db.reader()).await.unwrap().unwrap().id
}

async fn waiting(app: &App, visitor: &Visitor) -> u64 {
    unread(app.db.reader(), visitor.account).await.unwrap()
}

/// Gives the visitor an address to write to.
async fn address(app: &App, visitor: &Visitor, locale: &str) {
    account::Entity::update_many()
        .col_expr(account::Column::Email, Expr::value("liu.min@example.com"))
        .col_expr(account::Column::Locale, Expr::value(locale))
        .filter(account::Column::Id.eq(visitor.account))
        .exec(app.db.writer())
        .await
        .unwrap();
}

fn outbox(app: &App, url: &str) -> Outbox<Smtp> {
    let lexicon = Arc::new(Lexicon::new(TEXTS).unwrap());
    let courier = Smtp::open(url, "sidan@example.org").unwrap();
    let letters = letters(lexicon, "https://sidan.example/");
    Outbox::new(app.db.clone(), app.desk.clone(), app.clock.clone(), courier, letters)
}

#[rocket::async_test]
async fn a_message_waits_until_it_is_read() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let id = tell(&app, clerk.account, "/orders/1").await;
    let page = clerk.get("/mailbox").await.is(Status::Ok).text;
    assert!(page.contains("您有一条新消息") && page.contains("未读") && page.contains("href=\"/orders/1\""), "{page}");
    assert!(clerk.get_in("en", "/mailbox").await.text.contains("You have a new message"));
    assert_eq!(waiting(&app, &clerk).await, 1, "a look at the list marks nothing");
    clerk.post_form(&format!("/mailbox/{id}/read"), &[]).await.goes_to("/mailbox");
    assert_eq!(waiting(&app, &clerk).await, 0);
    assert!(!clerk.get("/mailbox").await.text.contains("未读"));
}

#[rocket::async_test]
async fn all_that_was_seen_is_marked_and_what_came_later_is_not() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let other = app.sign_in(Role::CountyClerk).await;
    tell(&app, clerk.account, "/a").await;
    tell(&app, other.account, "/a").await;
    let newest = tell(&app, clerk.account, "/b").await.to_string();
    assert!(clerk.get("/mailbox").await.text.contains(&newest));
    tell(&app, clerk.account, "/c").await;
    clerk.post_form("/mailbox/read", &[("until", &newest)]).await.goes_to("/mailbox");
    assert_eq!((waiting(&app, &clerk).await, waiting(&app, &other).await), (1, 1));
    clerk.post_form("/mailbox/read", &[]).await.goes_to("/mailbox");
    assert_eq!((waiting(&app, &clerk).await, waiting(&app, &other).await), (0, 1));
}

#[rocket::async_test]
async fn nobody_reads_the_messages_of_somebody_else() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let other = app.sign_in(Role::Supervisor).await;
    let id = tell(&app, clerk.account, "/private-matter").await;
    assert!(!other.get("/mailbox").await.is(Status::Ok).text.contains("private-matter"));
    assert_eq!(other.api_get("/api/v1/messages").await.json()["items"], json!([]));
    other.post_form(&format!("/mailbox/{id}/read"), &[]).await.is(Status::NotFound);
    other.api_post(&format!("/api/v1/messages/{id}/read"), json!({})).await.refuses("error.not_found");
    assert_eq!(waiting(&app, &clerk).await, 1);
}

#[rocket::async_test]
async fn programs_read_in_the_language_that_they_ask_for() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for link in ["/1", "/2", "https://evil.example/3"] {
        tell(&app, clerk.account, link).await;
    }
    let first = clerk.api_get("/api/v1/messages?limit=2").await.is(Status::Ok).json();
    assert_eq!(first["items"][0]["link"], json!(null), "only pages of this house are linked");
    assert_eq!(first["items"][1]["link"], "/2");
    let next = first["next"].as_str().unwrap();
    let request = clerk.with_token(app.client.get(format!("/api/v1/messages?after={next}")));
    let request = request.header(rocket::http::Header::new("Accept-Language", "en"));
    let second = crate::support::app::Answer::of(request).await.is(Status::Ok).json();
    assert_eq!(second["items"][0]["subject"], "You have a new message");
    let id = second["items"][0]["id"].as_str().unwrap().to_owned();
    let read = clerk.api_post(&format!("/api/v1/messages/{id}/read"), json!({})).await.is(Status::Ok).json();
    let again = clerk.api_post(&format!("/api/v1/messages/{id}/read"), json!({})).await.is(Status::Ok).json();
    assert!(read["read_at"].is_string());
    assert_eq!(read, again);
    clerk.api_get("/api/v1/messages?area=360923").await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn a_letter_is_in_the_language_of_its_reader_and_ends_with_the_page_it_is_about() {
    let post = PostOffice::open();
    let url = post.url.clone();
    let app = App::start_with(|settings| settings.smtp_url = Some(url)).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    address(&app, &clerk, "en").await;
    tell(&app, clerk.account, "/orders/1").await;
    tell(&app, clerk.account, "//evil.example").await;
    assert_eq!(outbox(&app, &post.url).send_due().await.unwrap(), 2);
    let mut letters = post.letters();
    letters.sort_by_key(|letter| letter.contains("/mailbox"));
    assert!(letters[0].contains("Subject: You have a new message"), "{}", letters[0]);
    assert!(letters[0].trim_end().ends_with("https://sidan.example/orders/1"), "{}", letters[0]);
    assert!(letters[1].trim_end().ends_with("https://sidan.example/mailbox"), "{}", letters[1]);
}

#[rocket::async_test]
async fn a_dead_mail_server_slows_no_page_and_loses_no_message() {
    let dead = PostOffice::burnt_down();
    let url = dead.clone();
    let app = App::start_with(|settings| settings.smtp_url = Some(url)).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    address(&app, &clerk, "zh-CN").await;
    let sending = outbox(&app, &dead).start();
    let begun = Instant::now();
    for n in 0..20 {
        tell(&app, clerk.account, &format!("/orders/{n}")).await;
        clerk.get("/mailbox").await.is(Status::Ok);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    sending.close().await;
    let rows = message::Entity::find().all(app.db.reader()).await.unwrap();
    assert_eq!(rows.len(), 20);
    assert!(rows.iter().all(|row| row.mail == MailState::Pending));
}

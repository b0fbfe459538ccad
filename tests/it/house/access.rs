//! The access matrix: every route that is served, tried by every role and by nobody. A route that no table lists fails.

use std::collections::BTreeMap;

use entities::values::Role;
use rocket::http::{ContentType, Method, Status};

use crate::support::app::{Answer, App, Visitor};
use crate::support::doors::{Door, Who};
use crate::{
    accounts, attendance, audits, callbacks, certificates, claims, classes, clawbacks, complaints, completion,
    corrections, courses, delegations, duplicates, eligibility, enrolments, exclusions, exports, funds, home, imports,
    inspections, mailbox, mydata, notices, orders, organisations, payees, payments, people, policy, reveals, risk,
    samples, sanctions, standards, supervision, targets, teaching, villages,
};

/// Doors of the house itself, which belong to no feature.
const HOUSE: &[Door] = &[
    ("GET", "/health/live", Who::Everybody),
    ("GET", "/health/ready", Who::Everybody),
    ("GET", "/openapi.json", Who::Everybody),
    ("GET", "/docs/<_..>", Who::Everybody),
    ("GET", "/static/<name>", Who::Everybody),
    ("GET", "/language/<tag>", Who::Everybody),
    ("GET", "/theme/<theme>", Who::Everybody),
    ("GET", "/size/<size>", Who::Everybody),
];

fn doors() -> Vec<Door> {
    [
        HOUSE,
        accounts::DOORS,
        delegations::DOORS,
        policy::DOORS,
        standards::DOORS,
        organisations::DOORS,
        people::DOORS,
        payees::DOORS,
        corrections::DOORS,
        imports::DOORS,
        exclusions::DOORS,
        eligibility::DOORS,
        reveals::DOORS,
        orders::DOORS,
        courses::DOORS,
        teaching::DOORS,
        targets::DOORS,
        funds::DOORS,
        classes::DOORS,
        enrolments::DOORS,
        attendance::DOORS,
        certificates::DOORS,
        completion::DOORS,
        supervision::DOORS,
        sanctions::DOORS,
        risk::DOORS,
        samples::DOORS,
        clawbacks::DOORS,
        claims::DOORS,
        notices::DOORS,
        payments::DOORS,
        inspections::DOORS,
        callbacks::DOORS,
        complaints::DOORS,
        duplicates::DOORS,
        mailbox::DOORS,
        villages::DOORS,
        mydata::DOORS,
        audits::DOORS,
        exports::DOORS,
        home::DOORS,
    ]
    .concat()
}

/// A path of that route: ids that nothing has, a division that stands.
fn path_of(route: &str) -> String {
    let mut path = String::new();
    for part in route.split('/').filter(|part| !part.is_empty()) {
        path.push('/');
        match part {
            "<code>" | "<area>" => path.push_str("360923106206"),
            "<_..>" => path.push_str("index.html"),
            part if part.starts_with('<') => path.push_str("0190b6a0-0000-7000-8000-000000000000"),
            part => path.push_str(part),
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

async fn knock(visitor: &Visitor, method: &str, route: &str) -> Answer {
    let path = path_of(route);
    let client = &visitor.app.client;
    let method: Method = method.parse().unwrap();
    let api = path.starts_with("/api/");
    let request = client.req(method, path);
    let request = if api {
        visitor.with_token(request).header(ContentType::JSON).body("{}")
    } else if method == Method::Post {
        visitor.with_session(request).header(ContentType::Form).body(format!("_csrf={}", visitor.csrf()))
    } else {
        visitor.with_session(request)
    };
    Answer::of(request).await
}

/// Shut is: sign in first, or not for you. A page sends strangers to the sign-in.
fn is_shut(answer: &Answer) -> bool {
    let sent_away = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?"));
    sent_away || [Status::Unauthorized, Status::Forbidden].contains(&answer.status)
}

#[rocket::async_test]
async fn every_route_stands_in_a_table_and_every_table_names_a_route() {
    let app = App::start().await;
    let mut served: Vec<(String, String)> =
        app.client.rocket().routes().map(|route| (route.method.to_string(), route.uri.path().to_owned())).collect();
    let mut listed: Vec<(String, String)> =
        doors().iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    served.sort();
    listed.sort();
    assert_eq!(listed, served);
}

#[rocket::async_test]
async fn every_door_opens_for_those_who_may_and_for_nobody_else() {
    let app = App::start().await;
    let mut wrong = Vec::new();
    let stranger = app.passer_by();
    let roles: Vec<Option<Role>> = Role::all().map(Some).chain([None]).collect();
    let mut visitors: BTreeMap<Option<Role>, Visitor> = BTreeMap::new();
    for role in Role::all() {
        visitors.insert(Some(role), app.sign_in(role).await);
    }
    for (method, route, who) in doors() {
        // Signing out ends the session that the next door needs.
        if route == "/sign-out" || route == "/api/v1/tokens/current" {
            assert!(is_shut(&knock(&stranger, method, route).await));
            continue;
        }
        for role in &roles {
            let answer = knock(visitors.get(role).unwrap_or(&stranger), method, route).await;
            if answer.status.code >= 500 {
                wrong.push(format!("{method} {route} answers {} to {role:?}", answer.status));
            }
            if is_shut(&answer) == who.lets_in(*role) {
                wrong.push(format!("{method} {route} answers {} to {role:?}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

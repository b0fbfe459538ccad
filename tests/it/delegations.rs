//! Acting for a colleague who is away: by the own name, for both of them, and no further.

use std::sync::Arc;

use chrono::TimeDelta;
use entities::{
    account, audit_event, delegation, deputy_act, role_grant,
    values::{DelegationId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::holders::sql_id;
use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};

const OFFICERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer, Role::Supervisor]);
const READERS: Who =
    Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer, Role::Supervisor, Role::Administrator]);

pub const DOORS: &[Door] = &[
    ("GET", "/delegations", READERS),
    ("GET", "/delegations/new", OFFICERS),
    ("POST", "/delegations", OFFICERS),
    ("GET", "/delegations/<id>", READERS),
    ("POST", "/delegations/<id>/end", READERS),
    ("POST", "/delegations/<id>/act", OFFICERS),
    ("POST", "/delegations/back", OFFICERS),
    ("GET", "/api/v1/delegations", READERS),
    ("POST", "/api/v1/delegations", OFFICERS),
    ("GET", "/api/v1/delegations/<id>", READERS),
    ("POST", "/api/v1/delegations/<id>/end", READERS),
    ("POST", "/api/v1/delegations/<id>/act", OFFICERS),
    ("DELETE", "/api/v1/delegations/acting", OFFICERS),
];

/// 万载县, next door.
const NEIGHBOUR: &str = "360922";

async fn login_of(visitor: &Visitor) -> String {
    account::Entity::find_by_id(visitor.account).one(visitor.app.db.reader()).await.unwrap().unwrap().login
}

async fn give(from: &Visitor, to: &Visitor, days: (&str, &str)) -> Answer {
    let new = json!({ "login": login_of(to).await, "from_on": days.0, "to_on": days.1, "reason": "休假" });
    from.api_post("/api/v1/delegations", new).await
}

const WEEK: (&str, &str) = ("2016-11-01", "2016-11-07");

async fn given(from: &Visitor, to: &Visitor) -> String {
    id_of(&give(from, to, WEEK).await.is(Status::Created).json())
}

fn id_of(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

async fn act(by: &Visitor, id: &str) -> Answer {
    by.api_post(&format!("/api/v1/delegations/{id}/act"), json!({})).await
}

async fn end(by: &Visitor, id: &str) -> Answer {
    by.api_post(&format!("/api/v1/delegations/{id}/end"), json!({})).await
}

async fn back(by: &Visitor) -> Answer {
    Answer::of(by.with_token(by.app.client.delete("/api/v1/delegations/acting"))).await
}

/// Who a visitor is to the house, and for which area.
async fn me(by: &Visitor) -> (String, Value) {
    let me = by.api_get("/api/v1/accounts/me").await.is(Status::Ok).json();
    (me["area_code"].as_str().unwrap().to_owned(), me["on_behalf_of"].clone())
}

/// A clerk of 上高县 and one of the county next door.
async fn two(app: &Arc<App>, role: Role) -> (Visitor, Visitor) {
    (app.sign_in_at(role, COUNTY).await, app.sign_in_at(role, NEIGHBOUR).await)
}

#[rocket::async_test]
async fn who_acts_has_the_others_area_until_it_is_taken_back() {
    let app = App::start().await;
    let (away, deputy) = two(&app, Role::CountyClerk).await;
    let id = given(&away, &deputy).await;
    assert_eq!(me(&deputy).await, (NEIGHBOUR.into(), Value::Null), "nothing changes before the switch");
    act(&deputy, &id).await.is(Status::NoContent);
    assert_eq!(me(&deputy).await, (COUNTY.into(), json!("刘敏")));
    back(&deputy).await.is(Status::NoContent);
    assert_eq!(me(&deputy).await, (NEIGHBOUR.into(), Value::Null));
}

#[rocket::async_test]
async fn every_page_says_in_whose_place_one_acts() {
    let app = App::start().await;
    let (away, deputy) = two(&app, Role::CountyClerk).await;
    let form = [
        ("login", login_of(&deputy).await),
        ("from_on", "2016-11-01".into()),
        ("to_on", "2016-11-07".into()),
        ("reason", "休假".into()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = away.post_form("/delegations", &form).await.is(Status::SeeOther).location.unwrap();
    assert!(deputy.get("/mailbox").await.text.contains("请您代办"));
    assert!(deputy.get(&path).await.is(Status::Ok).text.contains("开始代刘敏办"));
    deputy.post_form(&format!("{path}/act"), &[]).await.goes_to("/");
    for page in ["/", "/people", "/delegations", "/mailbox"] {
        assert!(deputy.get(page).await.is(Status::Ok).text.contains("您正代刘敏办事"), "{page}");
    }
    // The token is another session, which goes on with its own work.
    assert_eq!(me(&deputy).await.1, Value::Null);
    deputy.post_form("/delegations/back", &[]).await.goes_to("/");
    assert!(!deputy.get("/").await.text.contains("您正代"));
}

#[rocket::async_test]
async fn it_holds_on_its_days_and_ends_at_once() {
    let app = App::start().await;
    let (away, deputy) = two(&app, Role::CountyClerk).await;
    let id = id_of(&give(&away, &deputy, ("2016-11-02", "2016-11-03")).await.is(Status::Created).json());
    act(&deputy, &id).await.is(Status::Conflict).refuses("delegation.not_now");
    for (on, area) in [(2, COUNTY), (3, COUNTY), (4, NEIGHBOUR)] {
        app.clock.set(nine_on(11, on));
        let deputy = again(&deputy).await;
        if on < 4 {
            act(&deputy, &id).await.is(Status::NoContent);
        } else {
            act(&deputy, &id).await.refuses("delegation.not_now");
        }
        assert_eq!(me(&deputy).await.0, area, "on {on}");
    }
    app.clock.set(nine_on(11, 3) + TimeDelta::hours(12));
    let deputy = again(&deputy).await;
    act(&deputy, &id).await.is(Status::NoContent);
    // The session goes on beyond midnight, the right does not.
    for (hours, area) in [(14, COUNTY), (15, NEIGHBOUR)] {
        app.clock.set(nine_on(11, 3) + TimeDelta::hours(hours));
        assert_eq!(me(&deputy).await.0, area, "{hours} hours after nine");
    }
}

/// The same account, signed in anew.
async fn again(visitor: &Visitor) -> Visitor {
    let account = visitor.account;
    let open = async |work: &sidan::data::Work| {
        let page = sidan::access::open_session(work, account, entities::values::SessionKind::Page).await?.0;
        let api = sidan::access::open_session(work, account, entities::values::SessionKind::Api).await?.0;
        Ok((page, api))
    };
    let (page, api) = visitor.app.desk.write(open).await.unwrap();
    Visitor {
        app: visitor.app.clone(),
        account,
        holder: visitor.holder,
        organisation: None,
        page: Some(page),
        api: Some(api),
    }
}

#[rocket::async_test]
async fn the_next_request_after_the_end_has_no_right() {
    let app = App::start().await;
    let (away, deputy) = two(&app, Role::CountyClerk).await;
    let admin = app.sign_in(Role::Administrator).await;
    for by in [&away, &admin] {
        let id = given(&away, &deputy).await;
        act(&deputy, &id).await.is(Status::NoContent);
        assert_eq!(me(&deputy).await.0, COUNTY);
        end(&deputy, &id).await.is(Status::NotFound);
        end(&app.sign_in(Role::CountyClerk).await, &id).await.is(Status::NotFound);
        end(by, &id).await.is(Status::Ok);
        assert_eq!(me(&deputy).await, (NEIGHBOUR.into(), Value::Null));
        act(&deputy, &id).await.refuses("delegation.not_now");
        end(by, &id).await.refuses("move.illegal");
    }
}

#[rocket::async_test]
async fn nobody_acts_for_who_may_no_longer_act_or_has_another_role() {
    let app = App::start().await;
    let (away, deputy) = two(&app, Role::CountyClerk).await;
    let id = given(&away, &deputy).await;
    act(&deputy, &id).await.is(Status::NoContent);
    let become_ = async |who: &Visitor, role: Role| {
        role_grant::Entity::update_many()
            .col_expr(role_grant::Column::Role, Expr::value(role))
            .filter(role_grant::Column::AccountId.eq(who.account))
            .exec(app.db.writer())
            .await
            .unwrap();
    };
    for who in [&away, &deputy] {
        become_(who, Role::CountyChecker).await;
        assert_eq!(me(&deputy).await, (NEIGHBOUR.into(), Value::Null));
        become_(who, Role::CountyClerk).await;
        assert_eq!(me(&deputy).await.0, COUNTY);
    }
    let login = login_of(&away).await;
    app.desk.write(async |work| sidan::accounts::disable_login(work, &login).await).await.unwrap();
    assert_eq!(me(&deputy).await, (NEIGHBOUR.into(), Value::Null));
}

#[rocket::async_test]
async fn what_was_given_is_not_given_on_and_goes_in_no_circle() {
    let app = App::start().await;
    let (one, two) = two(&app, Role::CountyClerk).await;
    let three = app.sign_in(Role::CountyClerk).await;
    let id = given(&one, &two).await;
    give(&two, &three, WEEK).await.is(Status::Conflict).refuses("delegation.received");
    give(&two, &one, WEEK).await.is(Status::Conflict);
    give(&three, &one, WEEK).await.is(Status::Conflict).refuses("delegation.gave");
    give(&one, &two, ("2016-11-07", "2016-11-09")).await.is(Status::Conflict).refuses("delegation.overlap");
    // Another account of the same person is the same person.
    let other = app.sign_in_as(Role::CountyClerk, &two).await;
    give(&other, &three, WEEK).await.refuses("delegation.received");
    give(&two, &other, ("2016-12-01", "2016-12-02")).await.blames("login", "invalid.delegate_self");
    // On other days, or once it is ended, the way is free.
    give(&two, &three, ("2016-11-08", "2016-11-09")).await.is(Status::Created);
    end(&one, &id).await.is(Status::Ok);
    give(&two, &one, WEEK).await.is(Status::Created);
    act(&one, &id).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn while_acting_for_another_nothing_is_given_and_no_file_is_asked_for() {
    let app = App::start().await;
    let (away, deputy) = two(&app, Role::CountyClerk).await;
    let third = app.sign_in(Role::CountyClerk).await;
    let id = given(&away, &deputy).await;
    act(&deputy, &id).await.is(Status::NoContent);
    give(&deputy, &third, ("2016-12-01", "2016-12-02")).await.refuses("delegation.in_place");
    let ask = json!({ "list": "people", "format": "csv", "purpose": "check", "note": "核对名册" });
    deputy.api_post("/api/v1/exports", ask.clone()).await.refuses("account.own_name_only");
    back(&deputy).await.is(Status::NoContent);
    deputy.api_post("/api/v1/exports", ask).await.is(Status::Created);
}

#[rocket::async_test]
async fn the_colleague_holds_the_same_role_and_is_known() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let checker = app.sign_in(Role::CountyChecker).await;
    give(&clerk, &checker, WEEK).await.blames("login", "invalid.delegate");
    give(&clerk, &clerk, WEEK).await.blames("login", "invalid.delegate_self");
    let unknown = app.sign_in_unknown(Role::CountyClerk).await;
    give(&clerk, &unknown, WEEK).await.blames("login", "invalid.delegate_unknown");
    give(&unknown, &clerk, WEEK).await.refuses("account.no_identity");
    let other = app.sign_in(Role::CountyClerk).await;
    give(&clerk, &other, ("2016-10-31", "2016-11-02")).await.blames("from_on", "invalid.delegation_past");
    give(&clerk, &other, ("2016-11-03", "2016-11-02")).await.blames("to_on", "invalid.delegation_order");
    give(&clerk, &other, ("2016-11-01", "2017-11-02")).await.blames("to_on", "invalid.delegation_long");
    let blank = json!({ "login": login_of(&other).await, "from_on": WEEK.0, "to_on": WEEK.1, "reason": " " });
    clerk.api_post("/api/v1/delegations", blank).await.blames("reason", "invalid.required");
    app.clock.set(app.clock.now() + TimeDelta::minutes(6));
    give(&clerk, &other, WEEK).await.refuses("error.step_up_required");
}

/// A correction that waits for the second person, and who passed it.
async fn passed(app: &Arc<App>, clerk: &Visitor) -> String {
    let person = app.given_person(1).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let ask = json!({ "person_id": person, "changes": [{ "field": "name", "value": "陈福生" }] });
    let id = id_of(&worker.api_post("/api/v1/corrections", ask).await.is(Status::Created).json());
    clerk.api_post(&format!("/api/v1/corrections/{id}/apply"), json!({})).await.is(Status::Ok);
    id
}

#[rocket::async_test]
async fn neither_who_acts_nor_who_is_away_takes_both_steps() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let id = passed(&app, &clerk).await;
    let confirm = format!("/api/v1/corrections/{id}/confirm");
    // The clerk is also a checker, who is away: a colleague acts for the checker.
    let away = app.sign_in_as(Role::CountyChecker, &clerk).await;
    let deputy = app.sign_in(Role::CountyChecker).await;
    let given_id = given(&away, &deputy).await;
    act(&deputy, &given_id).await.is(Status::NoContent);
    deputy.api_post(&confirm, json!({})).await.refuses("correction.same_person");
    back(&deputy).await.is(Status::NoContent);
    deputy.api_post(&confirm, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn what_was_done_in_ones_place_is_a_step_of_ones_own() {
    let app = App::start().await;
    let away = app.sign_in(Role::CountyClerk).await;
    let deputy = app.sign_in_at(Role::CountyClerk, NEIGHBOUR).await;
    let given_id = given(&away, &deputy).await;
    act(&deputy, &given_id).await.is(Status::NoContent);
    let id = passed(&app, &deputy).await;
    let confirm = format!("/api/v1/corrections/{id}/confirm");
    for one in [&away, &deputy] {
        let checker = app.sign_in_as(Role::CountyChecker, one).await;
        checker.api_post(&confirm, json!({})).await.refuses("correction.same_person");
    }
    // The log and the book of deputies name both.
    let log = audit_event::Entity::find().filter(audit_event::Column::ObjectId.eq(id.clone()));
    let log = log.filter(audit_event::Column::Action.eq("pass")).one(app.db.reader()).await.unwrap().unwrap();
    let detail: Value = serde_json::from_str(&log.detail.unwrap()).unwrap();
    assert_eq!((log.actor_id, &detail["on_behalf_of"]), (Some(deputy.account), &json!(away.account)));
    let acts = deputy_act::Entity::find().all(app.db.reader()).await.unwrap();
    let act = acts.iter().find(|act| act.noun == "correction").unwrap();
    assert_eq!((act.id, act.on_behalf_of, act.object_id.as_str()), (log.id, away.account, id.as_str()));
    let seen = away.api_get(&format!("/api/v1/delegations/{given_id}")).await.is(Status::Ok).json();
    assert!(seen["acts"].as_array().unwrap().iter().any(|act| act["object_id"] == json!(id)), "{seen}");
    away.get(&format!("/delegations/{given_id}")).await.is(Status::Ok);
    app.sign_in(Role::CountyChecker).await.api_post(&confirm, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_tables_themselves_know_of_no_chain() {
    let app = App::start().await;
    let (one, two) = two(&app, Role::CountyClerk).await;
    let three = app.sign_in(Role::CountyClerk).await;
    let id = given(&one, &two).await;
    let writer = app.db.writer();
    let insert = async |from: &Visitor, to: &Visitor, days: (&str, &str)| {
        let (new, from_account, to_account) =
            (sql_id(&app, uuid::Uuid::now_v7()), sql_id(&app, from.account.0), sql_id(&app, to.account.0));
        let (from_holder, to_holder) = (sql_id(&app, from.holder.unwrap().0), sql_id(&app, to.holder.unwrap().0));
        let deed = format!(
            "INSERT INTO delegation (id, from_account, from_holder, to_account, to_holder, role, from_on, to_on, reason, \
             created_at) VALUES ({new}, {from_account}, {from_holder}, {to_account}, {to_holder}, 'county_clerk', '{}', \
             '{}', '-', '2016-11-01 01:00:00+00:00')",
            days.0, days.1
        );
        writer.execute_unprepared(&deed).await
    };
    for (from, to) in [(&two, &three), (&three, &one), (&two, &one), (&one, &two), (&three, &three)] {
        assert!(insert(from, to, WEEK).await.is_err());
    }
    assert!(insert(&three, &two, ("2016-11-03", "2016-11-02")).await.is_err(), "days in order");
    insert(&three, &two, WEEK).await.unwrap();
    let held = format!("WHERE id = {}", sql_id(&app, id.parse::<DelegationId>().unwrap().0));
    for deed in [
        format!("UPDATE delegation SET to_on = '2016-12-31' {held}"),
        format!("UPDATE delegation SET from_holder = to_holder {held}"),
        "DELETE FROM deputy_act".to_owned(),
    ] {
        if deed.starts_with("DELETE") {
            act(&two, &id).await.is(Status::NoContent);
            two.api_get("/api/v1/people").await.is(Status::Ok);
            back(&two).await.is(Status::NoContent);
        }
        let done = writer.execute_unprepared(&deed).await;
        assert!(done.is_err() || deed.starts_with("DELETE"), "{deed}");
    }
    end(&one, &id).await.is(Status::Ok);
    let again = format!("UPDATE delegation SET ended_at = NULL {held}");
    assert!(writer.execute_unprepared(&again).await.is_err());
    assert!(delegation::Entity::find().all(app.db.reader()).await.unwrap().len() == 2);
}

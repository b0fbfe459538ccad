//! Finding people: by codes, by name, page by page, and nobody of another area.

use std::sync::Arc;

use entities::values::{PersonStatus, Role, Sex};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, VILLAGE, Visitor};
use crate::support::files::{figures, file, line, loaded};

const ELSEWHERE: &str = "360922203202";

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// Everybody of a list, page after page; it ends.
async fn walk(who: &Visitor, path: &str) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), String::new());
    for _ in 0..200 {
        let page = who.api_get(&format!("{path}{after}")).await.is(Status::Ok).json();
        found.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
    panic!("{path} does not end")
}

/// Villages of 上高县 with some people each, a woman of a rare people in two of them.
async fn a_county(app: &Arc<App>) {
    let villages: Vec<String> = app
        .atlas
        .children("360923106", "2016-11-01".parse().unwrap())
        .into_iter()
        .take(5)
        .map(|village| village.code.clone())
        .collect();
    for n in 0..30_u16 {
        let id = app.given_person_in(n, &villages[usize::from(n % 5)]).await;
        app.change_person(id, |row, _| {
            row.name = ["张三", "张三丰", "李%四", "李_五", "王麻子"][usize::from(n) % 5].into();
            row.education = (n % 3).to_string();
            if n == 7 || n == 23 {
                (row.sex, row.ethnicity) = (Sex::Female, "22".into());
            }
            if n == 11 {
                row.status = PersonStatus::Draft;
            }
        })
        .await;
    }
    app.given_person_in(500, ELSEWHERE).await;
}

#[rocket::async_test]
async fn people_are_found_by_their_codes_with_the_count_of_the_tallies() {
    let app = App::start().await;
    a_county(&app).await;
    let (clerk, supervisor) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::Supervisor).await);
    for (query, n, total) in [
        ("ethnicity=22", 2, json!(2)),
        ("education=1", 10, json!(10)),
        ("status=draft", 1, json!(1)),
        ("sex=female&education=1", 1, Value::Null),
        ("sex=female&ethnicity=01", 0, Value::Null),
        ("ethnicity=03", 0, json!(0)),
        ("startup_wish=no&labour_capacity=ordinary&poverty_status=registered", 30, Value::Null),
    ] {
        for limit in [1, 3, 50] {
            let path = format!("/api/v1/people?{query}&limit={limit}");
            assert_eq!(clerk.api_get(&path).await.is(Status::Ok).json()["total"], total, "{query}");
            let found = walk(&clerk, &path).await;
            assert_eq!(found.len(), n, "{query} by {limit}");
            assert!(found.iter().collect::<std::collections::HashSet<_>>().len() == n, "{query} by {limit} twice");
        }
    }
    assert_eq!(walk(&supervisor, "/api/v1/people?education=2&limit=7").await.len(), 11);
    assert_eq!(walk(&supervisor, "/api/v1/people?education=2&area=360922").await.len(), 1);
    clerk.api_get("/api/v1/people?ethnicity=zz").await.blames("ethnicity", "invalid.choice");
    clerk.api_get("/api/v1/people?sex=male&sex=female").await.is(Status::UnprocessableEntity);
    clerk.api_get("/api/v1/people?after=zz.1").await.blames("after", "invalid.id");
    let outside = clerk.api_get("/api/v1/people?education=2&area=360922").await.is(Status::Ok).json();
    assert_eq!(outside, json!({ "items": [], "next": null, "total": 0 }));
}

#[rocket::async_test]
async fn the_page_tells_its_conditions_and_the_link_of_each_takes_it_off() {
    let app = App::start().await;
    a_county(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let page = clerk.get("/people?ethnicity=22").await.is(Status::Ok).text;
    assert!(page.contains("共2人") && page.contains("民族：") && page.contains("href=\"/people?area=360923\""));
    assert!(page.contains("<details class=\"ask\" open>"));
    let both = clerk.get("/people?ethnicity=22&sex=female").await.is(Status::Ok).text;
    assert!(
        both.contains("/people?area=360923&#38;ethnicity=22\"")
            && both.contains("/people?area=360923&#38;sex=female\"")
    );
    let english = clerk.get_in("en", "/people?sex=female&limit=1").await.is(Status::Ok).text;
    assert!(english.contains("2 people in all") && english.contains("sex=female&#38;after="), "{english}");
}

#[rocket::async_test]
async fn a_name_is_found_by_its_beginning_and_signs_mean_themselves() {
    let app = App::start().await;
    a_county(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let find = async |body: Value| clerk.api_post("/api/v1/people/names", body).await;
    for (name, n) in [("张", 12), ("张三", 12), ("张三丰", 6), ("李%", 6), ("李_", 6), ("李", 12), ("%", 0), ("陈", 0)]
    {
        for area in [COUNTY, "360923106"] {
            let (mut found, mut after) = (Vec::new(), Value::Null);
            loop {
                let body = json!({ "name_prefix": name, "area": area, "limit": 5, "after": after });
                let page = find(body).await.is(Status::Ok).json();
                found.extend(ids(&page));
                after = page["next"].clone();
                if after.is_null() {
                    break;
                }
            }
            found.sort();
            found.dedup();
            assert_eq!(found.len(), n, "{name} in {area}");
        }
    }
    let village = find(json!({ "name_prefix": "陈", "area": ELSEWHERE })).await.is(Status::Ok).json();
    assert_eq!(village["items"], json!([]));
    find(json!({ "name_prefix": " " })).await.blames("name_prefix", "invalid.length");
    find(json!({ "name_prefix": "张", "phone": "15400000001" })).await.blames("phone", "invalid.unknown_field");
    find(json!({ "name_prefix": "张", "limit": 0 })).await.blames("limit", "invalid.range");
    let page = clerk.post_form("/people/search", &[("number", "王麻")]).await.is(Status::Ok).text;
    assert!(page.contains("查到6人") && page.contains("王麻子"));
}

#[rocket::async_test]
async fn of_a_file_only_those_who_come_in_are_counted() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let lines = |range: std::ops::RangeInclusive<u16>| range.map(line).collect::<Vec<_>>();
    loaded(&clerk, file(&lines(1..=3)), "good_rows").await;
    // Three stand already, one comes twice, and one bears the number of somebody else.
    let mut mixed = lines(1..=6);
    mixed.push(line(6));
    mixed.push(line(4).replace("陈大勇", "陈小勇"));
    assert_eq!(figures(&loaded(&clerk, file(&mixed), "good_rows").await), (3, 4, 1));
    let page = clerk.api_get(&format!("/api/v1/people?area={VILLAGE}")).await.is(Status::Ok).json();
    assert_eq!((&page["total"], ids(&page).len()), (&json!(6), 6));
}

#[rocket::async_test]
async fn in_a_province_names_come_county_by_county_and_a_phone_is_found_in_any() {
    let app = App::start().await;
    // 奉新县, 上高县 and a county of another prefecture, filled across one another.
    let villages = ["360921101201", VILLAGE, "361102003200"];
    let mut due: Vec<(&str, String, String)> = Vec::new();
    for n in 0..24_u16 {
        let village = villages[usize::from(n) % 3];
        let name = format!("赵{}", ["一", "丁", "七"][usize::from(n / 3) % 3]);
        let id = app.given_person_in(n, village).await;
        app.change_person(id, |row, _| row.name.clone_from(&name)).await;
        due.push((&village[..6], name, id.to_string()));
    }
    due.sort();
    let clerk = app.sign_in_at(Role::CountyClerk, "360000").await;
    for limit in [1, 5, 7, 200] {
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let body = json!({ "name_prefix": "赵", "limit": limit, "after": after });
            let page = clerk.api_post("/api/v1/people/names", body).await.is(Status::Ok).json();
            found.extend(ids(&page));
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(found, due.iter().map(|(.., id)| id.clone()).collect::<Vec<_>>(), "{limit} a page");
    }
    let prefecture = json!({ "name_prefix": "赵七", "area": "360900" });
    let page = clerk.api_post("/api/v1/people/names", prefecture).await.is(Status::Ok).json();
    assert_eq!(
        ids(&page).len(),
        due.iter().filter(|(county, name, _)| county.starts_with("3609") && name == "赵七").count()
    );

    let by_phone = |n: u16| json!({ "phone": format!("154{n:08}") });
    for n in 0..3 {
        let found = clerk.api_post("/api/v1/people/search", by_phone(n)).await.is(Status::Ok).json();
        assert_eq!(found.as_array().unwrap().len(), 1, "the phone of {n}");
    }
    let neighbour = app.sign_in_at(Role::CountyClerk, "360921").await;
    for (n, seen) in [(0, 1), (1, 0), (2, 0)] {
        let found = neighbour.api_post("/api/v1/people/search", by_phone(n)).await.is(Status::Ok).json();
        assert_eq!(found.as_array().unwrap().len(), seen, "the phone of {n} in another county");
    }
}

#[rocket::async_test]
async fn the_next_page_of_a_name_is_asked_by_a_form() {
    let app = App::start().await;
    for n in 0..60 {
        app.given_person(n).await;
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    let page = clerk.post_form("/people/search", &[("number", "陈福")]).await.is(Status::Ok).text;
    assert!(page.contains("查到的前50人"));
    let after = page.split("name=\"after\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let rest = clerk.post_form("/people/search", &[("number", "陈福"), ("after", after)]).await.is(Status::Ok).text;
    assert!(rest.contains("查到10人") && !rest.contains("name=\"after\""));
}

#[rocket::async_test]
async fn who_sees_no_names_finds_none_by_name() {
    let app = App::start().await;
    app.given_person(1).await;
    for role in [Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        reader.api_post("/api/v1/people/names", json!({ "name_prefix": "陈" })).await.is(Status::Forbidden);
        let page = reader.post_form("/people/search", &[("number", "陈")]).await.is(Status::UnprocessableEntity);
        assert!(page.text.contains("您只能按完整的号码查人"));
    }
    let worker = app.sign_in(Role::VillageWorker).await;
    let found = worker.api_post("/api/v1/people/names", json!({ "name_prefix": "陈" })).await.is(Status::Ok).json();
    assert_eq!(found["items"][0]["area_code"], VILLAGE);
    let neighbour = app.sign_in_at(Role::VillageWorker, ELSEWHERE).await;
    let found = neighbour.api_post("/api/v1/people/names", json!({ "name_prefix": "陈" })).await.is(Status::Ok).json();
    assert_eq!(found["items"], json!([]));
}

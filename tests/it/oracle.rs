//! Ten thousand questions of people in random places, each answered by the house and by a plain list: who is seen in a list,
//! on a page, in a count, in a search, in a sheet and in a file is who stands in the asker's area, and nobody else.

use std::{collections::BTreeMap, sync::Arc};

use entities::{
    household, person,
    values::{HouseholdId, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Role, Sex},
};
use rocket::{futures::StreamExt, http::Status};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use sidan::{
    areas::{contains, line},
    base::IdNumber,
    data::Work,
    people::{NewPerson, Private, insert_many},
};

use crate::exports;
use crate::support::app::{App, Visitor};
use crate::support::given::day;

const PEOPLE: usize = 900;
const CASES: usize = 10_000;
const NAMES: [&str; 9] = ["张三", "张三丰", "张", "李%四", "李_五", "王麻子", "欧阳修", "欧阳", "\u{20BB7}野家"];
const BEGINNINGS: [&str; 12] = ["张", "张三", "张三丰", "李", "李%", "李_", "%", "_", "欧", "欧阳", "\u{20BB7}", "赵"];

/// Chance that repeats itself.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % n
    }

    fn of<T: Clone>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())].clone()
    }
}

/// Whom the plain list knows.
struct Known {
    row: person::Model,
    private: Private,
}

impl Known {
    fn code(&self, field: &str) -> String {
        let row = &self.row;
        match field {
            "status" => row.status.to_string(),
            "sex" => row.sex.to_string(),
            "ethnicity" => row.ethnicity.clone(),
            "education" => row.education.clone(),
            "labour_capacity" => row.labour_capacity.to_string(),
            "training_wish" => row.training_wish.clone(),
            "startup_wish" => if row.startup_wish { "yes" } else { "no" }.to_owned(),
            other => panic!("{other}"),
        }
    }

    /// A merged record is told only where merged ones are asked for.
    fn is_told(&self) -> bool {
        self.row.status != PersonStatus::Merged
    }

    fn is_registered(&self) -> bool {
        self.row.status == PersonStatus::Verified
            && self.row.labour_capacity != LabourCapacity::None
            && self.row.poverty_status != PovertyStatus::None
    }
}

const CODES: [(&str, &[&str]); 7] = [
    ("status", &["draft", "verified", "suspended", "merged"]),
    ("sex", &["male", "female"]),
    ("ethnicity", &["01", "03", "22", "41"]),
    ("education", &["0", "1", "2", "5"]),
    ("labour_capacity", &["ordinary", "skilled", "weak", "none"]),
    ("training_wish", &["16", "17", "18"]),
    ("startup_wish", &["yes", "no"]),
];

struct World {
    app: Arc<App>,
    /// In the order of a list.
    people: Vec<Known>,
    /// Areas that are asked for: those of people, and some where nobody lives.
    areas: Vec<String>,
    visitors: Vec<(String, Visitor)>,
}

async fn world() -> World {
    let app = App::start().await;
    let mut chance = Chance(0x005e_ed0f_11fe_2016);
    let today = "2016-11-01".parse().unwrap();
    let all: Vec<String> = app
        .atlas
        .children("360000", today)
        .into_iter()
        .flat_map(|area| app.atlas.children(&area.code, today))
        .flat_map(|area| app.atlas.children(&area.code, today))
        .flat_map(|area| app.atlas.children(&area.code, today))
        .map(|area| area.code.clone())
        .collect();
    // Half of them near one another, so that a township holds several.
    let near = chance.below(all.len() - 40);
    let mut villages: Vec<String> = all[near..near + 25].to_vec();
    villages.extend((0..25).map(|_| chance.of(&all)));

    let household = HouseholdId::new();
    let row = household::Model {
        id: household,
        number: "H-1".into(),
        area_code: villages[0].clone(),
        kind: "01".into(),
        members: 3,
        created_at: app.clock.now(),
    };
    household::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    let mut people: Vec<Known> = (0..PEOPLE).map(|n| somebody(&app, &mut chance, n, &villages, household)).collect();
    let work = Work::begin(&app.db, &app.clock).await.unwrap();
    let new = people.iter().map(|one| NewPerson { row: one.row.clone(), private: one.private.clone() }).collect();
    insert_many(&work, &app.vault, new).await.unwrap();
    work.finish().await.unwrap();
    people.sort_by(|a, b| (&a.row.area_code, a.row.id).cmp(&(&b.row.area_code, b.row.id)));

    let mut areas: Vec<String> = villages.iter().flat_map(|village| line(village)).collect();
    areas.extend((0..30).flat_map(|_| line(&chance.of(&all))));
    areas.sort();
    areas.dedup();
    let mut visitors = Vec::new();
    for _ in 0..24 {
        let village = chance.of(&villages);
        let area = chance.of(&line(&village));
        visitors.push((area.clone(), app.sign_in_at(Role::CountyClerk, &area).await));
    }
    World { app, people, areas, visitors }
}

fn somebody(app: &App, chance: &mut Chance, n: usize, villages: &[String], household: HouseholdId) -> Known {
    let n16 = u16::try_from(n).unwrap();
    let born = chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Days::new(u64::from(n16 / 400));
    let number = IdNumber::compose("369970", born, 1 + 2 * (n16 % 400)).unwrap();
    let labour: Vec<LabourCapacity> = LabourCapacity::all().collect();
    let poverty: Vec<PovertyStatus> = PovertyStatus::all().collect();
    let poverty_status = chance.of(&poverty);
    let status = match chance.below(10) {
        0 => PersonStatus::Draft,
        1 => PersonStatus::Suspended,
        2 => PersonStatus::Merged,
        _ => PersonStatus::Verified,
    };
    let row = person::Model {
        id: PersonId::new(),
        id_index: String::new(),
        phone_index: None,
        bank_index: None,
        bank_changed_on: None,
        name: chance.of(&NAMES).into(),
        sex: if chance.below(3) == 0 { Sex::Female } else { Sex::Male },
        birth_on: born,
        ethnicity: ["01", "01", "01", "01", "03", "22"][chance.below(6)].into(),
        education: chance.below(4).to_string(),
        political: "13".into(),
        marital: "20".into(),
        labour_capacity: chance.of(&labour),
        registration: "1".into(),
        area_code: chance.of(villages),
        household_id: Some(household),
        relation: "02".into(),
        poverty_status,
        exited_on: (poverty_status == PovertyStatus::Exited).then(|| day(9, 30)),
        employment_status: "5".into(),
        employment_wish: "2".into(),
        training_wish: ["", "16", "17", "18"][chance.below(4)].into(),
        startup_wish: chance.below(5) == 0,
        skills: String::new(),
        helper: String::new(),
        status,
        merged_into: None,
        verified_on: None,
        source: "test".into(),
        sealed: Vec::new(),
        created_at: app.clock.now(),
        version: 1,
    };
    let private = Private {
        id_number: number.as_str().to_owned(),
        phone: format!("154{:08}", n / 3),
        bank_account: String::new(),
        health: vec!["1".into()],
        main_cause: ["01", "02", "03"][chance.below(3)].into(),
        other_causes: Vec::new(),
        address: String::new(),
    };
    Known { row, private }
}

fn masked(number: &str) -> String {
    format!("{}********{}", &number[..6], &number[14..])
}

fn ids(page: &Value) -> Vec<String> {
    let lines = page.get("items").unwrap_or(page);
    lines.as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

impl World {
    /// The asker's people of an area, or of all that is theirs.
    fn seen<'a>(&'a self, own: &'a str, area: Option<&'a str>) -> impl Iterator<Item = &'a Known> {
        self.people
            .iter()
            .filter(move |one| contains(own, &one.row.area_code))
            .filter(move |one| area.is_none_or(|area| contains(area, &one.row.area_code)))
    }

    async fn list(&self, own: &str, who: &Visitor, chance: &mut Chance) {
        let area = (chance.below(3) > 0).then(|| chance.of(&self.areas));
        let conditions: BTreeMap<&str, &str> = (0..chance.below(4))
            .map(|_| {
                let (field, codes) = chance.of(&CODES);
                (field, chance.of(codes))
            })
            .collect();
        let mut path = format!("/api/v1/people?limit={}", chance.of(&[7, 50, 200]));
        path.extend(area.iter().map(|area| format!("&area={area}")));
        path.extend(conditions.iter().map(|(field, code)| format!("&{field}={code}")));
        let due: Vec<String> = self
            .seen(own, area.as_deref())
            .filter(|one| one.is_told() || conditions.get("status") == Some(&PersonStatus::Merged.as_str()))
            .filter(|one| conditions.iter().all(|(field, code)| one.code(field) == *code))
            .map(|one| one.row.id.to_string())
            .collect();
        let (mut found, mut after) = (Vec::new(), String::new());
        // Long lists are walked for a few pages: what was found is how they begin.
        for _ in 0..3 {
            let page = who.api_get(&format!("{path}{after}")).await.is(Status::Ok).json();
            if conditions.len() < 2 {
                assert_eq!(page["total"], json!(due.len()), "{own}: {path}");
            }
            found.extend(ids(&page));
            let Some(next) = page["next"].as_str() else {
                assert_eq!(found, due, "{own}: {path}");
                return;
            };
            after = format!("&after={next}");
        }
        assert!(due.starts_with(&found), "{own}: {path}");
        assert!(!found.is_empty() || due.is_empty(), "{own}: {path}");
    }

    async fn detail(&self, own: &str, who: &Visitor, chance: &mut Chance) {
        let one = &self.people[chance.below(PEOPLE)];
        let due = if contains(own, &one.row.area_code) { Status::Ok } else { Status::NotFound };
        who.api_get(&format!("/api/v1/people/{}", one.row.id)).await.is(due);
    }

    async fn number(&self, own: &str, who: &Visitor, chance: &mut Chance) {
        let sought = &self.people[chance.below(PEOPLE)].private;
        let by_phone = chance.below(2) == 0;
        let body = if by_phone { json!({ "phone": sought.phone }) } else { json!({ "id_number": sought.id_number }) };
        let mut found = ids(&who.api_post("/api/v1/people/search", body).await.is(Status::Ok).json());
        let mut due: Vec<String> = self
            .seen(own, None)
            .filter(|one| {
                let (mine, theirs) = (&one.private, sought);
                if by_phone { one.is_told() && mine.phone == theirs.phone } else { mine.id_number == theirs.id_number }
            })
            .map(|one| one.row.id.to_string())
            .collect();
        found.sort();
        due.sort();
        assert_eq!(found, due, "{own}");
    }

    async fn name(&self, own: &str, who: &Visitor, chance: &mut Chance) {
        let beginning = chance.of(&BEGINNINGS);
        let area = (chance.below(2) > 0).then(|| chance.of(&self.areas));
        let mut due: Vec<String> = self
            .seen(own, area.as_deref())
            .filter(|one| one.is_told() && one.row.name.starts_with(beginning))
            .map(|one| one.row.id.to_string())
            .collect();
        due.sort();
        let limit = chance.of(&[9, 200]);
        let (mut found, mut after) = (Vec::new(), Value::Null);
        for _ in 0..3 {
            let body = json!({ "name_prefix": beginning, "area": area, "limit": limit, "after": after });
            let page = who.api_post("/api/v1/people/names", body).await.is(Status::Ok).json();
            found.extend(ids(&page));
            after = page["next"].clone();
            if after.is_null() {
                found.sort();
                assert_eq!(found, due, "{own}: {beginning} in {area:?}");
                return;
            }
        }
        let (all, n) = (found.len(), limit * 3);
        found.sort();
        found.dedup();
        assert_eq!((found.len(), all), (n, n), "{own}: {beginning} in {area:?}");
        assert!(found.iter().all(|id| due.binary_search(id).is_ok()), "{own}: {beginning} in {area:?}");
    }

    async fn sheet(&self, own: &str, who: &Visitor, chance: &mut Chance) {
        let area = chance.of(&self.areas);
        let answer = who.api_get(&format!("/api/v1/villages/{area}")).await;
        if !contains(own, &area) {
            answer.is(Status::NotFound);
            return;
        }
        let sheet = answer.is(Status::Ok).json();
        let registered: Vec<&Known> = self.seen(own, Some(&area)).filter(|one| one.is_registered()).collect();
        let exits = registered.iter().filter(|one| one.row.exited_on.is_some()).count();
        assert_eq!((&sheet["people"], &sheet["exits"]), (&json!(registered.len()), &json!(exits)), "{area}");
        for cause in sheet["causes"].as_array().unwrap() {
            let due = registered.iter().filter(|one| cause["cause"] == one.private.main_cause.as_str()).count();
            assert_eq!(cause["people"], json!(due), "{area} {cause}");
        }
        for labour in sheet["labour"].as_array().unwrap() {
            let due = registered.iter().filter(|one| labour["code"] == one.code("labour_capacity").as_str()).count();
            assert_eq!(labour["people"], json!(due), "{area} {labour}");
        }
        let willing = registered.iter().filter(|one| !one.row.training_wish.is_empty()).count();
        assert_eq!(sheet["training"]["unserved"], json!(willing), "{area}");
        if let Some(below) = sheet["below"].as_array().filter(|below| !below.is_empty()) {
            let sum: i64 = below.iter().map(|line| line["people"].as_i64().unwrap()).sum();
            assert_eq!(sheet["people"], json!(sum), "{area}");
        }
    }

    async fn export(&self, own: &str, who: &Visitor, chance: &mut Chance) {
        let area = (chance.below(3) > 0).then(|| chance.of(&self.areas));
        let status = (chance.below(2) > 0).then(|| chance.of(CODES[0].1));
        let format = chance.of(&["csv", "xlsx"]);
        let wanted = json!({ "list": "people", "format": format, "purpose": "report", "area": area, "status": status });
        if area.as_deref().is_some_and(|area| !contains(own, area)) {
            who.api_post("/api/v1/exports", wanted).await.is(Status::UnprocessableEntity);
            return;
        }
        let mut due: Vec<[String; 2]> = self
            .seen(own, area.as_deref())
            .filter(|one| match status {
                Some(status) => one.code("status") == status,
                None => one.is_told(),
            })
            .map(|one| [one.row.area_code.clone(), masked(&one.private.id_number)])
            .collect();
        let mut rows = exports::rows(who, wanted.clone()).await;
        rows.sort();
        due.sort();
        assert_eq!(rows, due, "{own}: {wanted}");
    }

    async fn ask(&self, n: usize) {
        let mut chance =
            Chance(0x9e37_79b9_7f4a_7c15 ^ (u64::try_from(n).unwrap() + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9));
        chance.below(2);
        let (own, who) = &self.visitors[chance.below(self.visitors.len())];
        match n % 5 {
            // A file takes as long as a hundred other answers.
            _ if n % 40 == 7 => self.export(own, who, &mut chance).await,
            0 => self.list(own, who, &mut chance).await,
            1 => self.detail(own, who, &mut chance).await,
            2 => self.number(own, who, &mut chance).await,
            3 => self.name(own, who, &mut chance).await,
            _ => self.sheet(own, who, &mut chance).await,
        }
    }
}

#[rocket::async_test]
async fn nobody_sees_more_or_less_than_stands_in_his_area() {
    let world = world().await;
    assert_eq!(sidan::check::run(&world.app.db, &world.app.atlas, Some(&world.app.vault)).await.unwrap().findings, []);
    rocket::futures::stream::iter(0..CASES).for_each_concurrent(16, |n| world.ask(n)).await;
}

//! Exclusion lists: who is on one gets no seat and no money, whichever county loaded it.

use std::sync::Arc;

use entities::{
    audit_event, claim_line, exclusion_entry, exclusion_list, person,
    values::{ClaimId, ExclusionKind, LineStatus, PersonId, Role},
};
use rocket::http::{Header, Status};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sidan::people::unseal;

use crate::duplicates::merge;
use crate::funds::{is_refused, literal};
use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{FinishedClass, GivenClass, Graduate, day, given_rule};

const READERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const LOADERS: Who = Who::Roles(&[Role::CountyClerk, Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/exclusions", READERS),
    ("POST", "/exclusions", LOADERS),
    ("GET", "/exclusions/<id>", READERS),
    ("GET", "/exclusions/template.csv", LOADERS),
    ("GET", "/api/v1/exclusion-lists", READERS),
    ("GET", "/api/v1/exclusion-lists/<id>", READERS),
    ("POST", "/api/v1/exclusion-lists", LOADERS),
];

/// The identity number of a person, as an authority would write it into its list.
pub async fn number_of(app: &App, person: PersonId) -> String {
    let row = person::Entity::find_by_id(person).one(app.db.reader()).await.unwrap().unwrap();
    unseal(&app.vault, &row).unwrap().id_number
}

fn list(kind: &str, csv: String) -> Value {
    json!({ "kind": kind, "as_of": "2016-10-31", "document_no": "上人社函〔2016〕31号", "source": "上高县社会保险局", "csv": csv })
}

/// Loads a list of these lines, without a head.
pub async fn load(by: &Visitor, kind: &str, lines: &[String]) -> Answer {
    by.api_post("/api/v1/exclusion-lists", list(kind, format!("身份证号,起,止\n{}\n", lines.join("\n")))).await
}

struct Cast {
    app: Arc<App>,
    institution: Visitor,
    clerk: Visitor,
    checker: Visitor,
    finance: Visitor,
    class: FinishedClass,
}

impl Cast {
    /// A class of 14 to 16 November that is closed, with three who qualified, on the 20th.
    async fn gather() -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 20));
        let institution = app.sign_in(Role::Institution).await;
        let class = app.given_finished_class(institution.organisation.unwrap(), 1, &[Graduate::QUALIFIED; 3]).await;
        Self {
            institution,
            class,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            finance: app.sign_in(Role::FinanceOfficer).await,
            app,
        }
    }

    async fn claim(&self) -> Value {
        let path = format!("/api/v1/classes/{}/claim", self.class.class);
        self.institution.api_post(&path, json!({ "contract_no": "DL-2016-1" })).await.is(Status::Created).json()
    }

    async fn act(&self, who: &Visitor, claim: &Value, action: &str) -> Answer {
        let body = match action {
            "return" => json!({ "code": "people", "reason": "请核对参保情况" }),
            _ => json!({}),
        };
        let id = claim["id"].as_str().unwrap();
        if action == "authorise" {
            self.app.given_through_notice(id.parse().unwrap()).await;
        }
        who.api_post(&format!("/api/v1/claims/{id}/{action}"), body).await
    }

    async fn number(&self, n: usize) -> String {
        number_of(&self.app, self.class.people[n]).await
    }

    /// The lines of a claim: who, in which state, blocked or not.
    async fn lines(&self, claim: &Value) -> Vec<(LineStatus, Option<String>, bool)> {
        let id: ClaimId = claim["id"].as_str().unwrap().parse().unwrap();
        let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(id));
        let rows = rows.order_by_asc(claim_line::Column::Id).all(self.app.db.reader()).await.unwrap();
        rows.into_iter().map(|line| (line.status, line.reason, line.blocked_by.is_some())).collect()
    }
}

fn page_of(claim: &Value) -> String {
    format!("/claims/{}", claim["id"].as_str().unwrap())
}

#[rocket::async_test]
async fn every_kind_of_list_blocks_the_line_and_nobody_elses() {
    // That another fund paid is a question, not a verdict.
    for kind in ExclusionKind::all().filter(|kind| *kind != ExclusionKind::OtherFund) {
        let cast = Cast::gather().await;
        let from = "2016-06-01";
        load(&cast.clerk, kind.as_str(), &[format!("{},{from},", cast.number(1).await)]).await.is(Status::Created);
        let claim = cast.claim().await;
        assert_eq!((&claim["claimed_lines"], &claim["refused_lines"]), (&json!(2), &json!(1)), "{kind}");
        let line = &claim["lines"][0];
        assert_eq!((&line["status"], &line["reason"]), (&json!("refused"), &json!(format!("line.{kind}"))));
        // The institution is told the kind, not which list of whom.
        assert_eq!(line["block"], json!({ "kind": kind, "list_id": null, "as_of": null, "document_no": null }));
        let seen = cast.checker.api_get(&format!("/api/v1{}", page_of(&claim))).await.json();
        let block = &seen["lines"][0]["block"];
        assert_eq!((&block["as_of"], &block["document_no"]), (&json!("2016-10-31"), &json!("上人社函〔2016〕31号")));
        for (who, says) in
            [(&cast.clerk, true), (&cast.checker, true), (&cast.finance, true), (&cast.institution, false)]
        {
            let page = who.get(&page_of(&claim)).await.is(Status::Ok).text;
            assert!(page.contains("列入") && page.contains("名单"), "{kind}: {page}");
            assert_eq!(page.contains("（2016年10月31日，上人社函〔2016〕31号）"), says, "{kind}");
        }
        // The clerk cannot wave it through.
        let at = format!("/api/v1{}/lines/{}/allow", page_of(&claim), line["id"].as_str().unwrap());
        cast.clerk.api_post(&at, json!({})).await.refuses("line.not_payable");
        cast.act(&cast.clerk, &claim, "approve").await.is(Status::Ok);
        cast.act(&cast.checker, &claim, "confirm").await.is(Status::Ok);
        let paid = cast.act(&cast.finance, &claim, "authorise").await.is(Status::Ok).json();
        assert_eq!(paid["total_fen"], json!(160_000), "{kind}");
    }
}

#[rocket::async_test]
async fn a_list_loaded_after_the_first_approval_blocks_the_second_and_one_after_it_the_payment() {
    let cast = Cast::gather().await;
    let claim = cast.claim().await;
    cast.act(&cast.clerk, &claim, "approve").await.is(Status::Ok);
    load(&cast.clerk, "insured", &[format!("{},2016-05-01,", cast.number(0).await)]).await.is(Status::Created);
    let page = cast.checker.get(&page_of(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("列入参保职工名单（2016年10月31日，上人社函〔2016〕31号）"), "{page}");
    let confirmed = cast.act(&cast.checker, &claim, "confirm").await.is(Status::Ok).json();
    assert_eq!((&confirmed["claimed_lines"], &confirmed["total_fen"]), (&json!(2), &json!(160_000)));
    load(&cast.clerk, "student", &[format!("{},2016-09-01,2017-06-30", cast.number(1).await)])
        .await
        .is(Status::Created);
    // The payer meant to pay for two; the sum is told anew and nothing is paid.
    cast.app.given_through_notice(claim["id"].as_str().unwrap().parse().unwrap()).await;
    let body = json!({ "amount_fen": 160_000 });
    let at = format!("/api/v1{}/authorise", page_of(&claim));
    cast.finance.api_post(&at, body).await.refuses("claim.amount_changed");
    let paid = cast.act(&cast.finance, &claim, "authorise").await.is(Status::Ok).json();
    assert_eq!(paid["total_fen"], json!(80_000));
    let refused = |kind: &str| (LineStatus::Refused, Some(format!("line.{kind}")), true);
    assert_eq!(cast.lines(&claim).await, [refused("insured"), refused("student"), (LineStatus::Approved, None, false)]);
}

#[rocket::async_test]
async fn a_claim_of_which_every_line_is_blocked_goes_no_further() {
    let cast = Cast::gather().await;
    let claim = cast.claim().await;
    cast.act(&cast.clerk, &claim, "approve").await.is(Status::Ok);
    cast.act(&cast.checker, &claim, "confirm").await.is(Status::Ok);
    let mut all = Vec::new();
    for n in 0..3 {
        all.push(format!("{},,", cast.number(n).await));
    }
    load(&cast.clerk, "public_payroll", &all).await.is(Status::Created);
    cast.act(&cast.finance, &claim, "authorise").await.refuses("claim.nothing_payable");
    assert!(cast.lines(&claim).await.iter().all(|line| line.0 == LineStatus::Cleared), "nothing was written");
}

const BLOCKED: &str = "line.pensioner";

#[rocket::async_test]
async fn a_number_of_the_record_that_went_blocks_the_line_of_the_one_that_stays() {
    let cast = Cast::gather().await;
    let went = cast.app.given_person(5).await;
    let number = number_of(&cast.app, went).await;
    merge(&cast.app, went, cast.class.people[0]).await;
    let of_another = number_of(&cast.app, cast.app.given_person(6).await).await;
    load(&cast.clerk, "pensioner", &[format!("{number},,"), format!("{of_another},,")]).await.is(Status::Created);
    let claim = cast.claim().await;
    let blocked = (LineStatus::Refused, Some(BLOCKED.to_owned()), true);
    let free = (LineStatus::Claimed, None, false);
    assert_eq!(cast.lines(&claim).await, [blocked, free.clone(), free], "nobody else's");
}

#[rocket::async_test]
async fn a_line_in_the_name_of_the_record_that_went_is_blocked_by_both_numbers() {
    for of_keeper in [true, false] {
        let cast = Cast::gather().await;
        let (went, keeper) = (cast.class.people[0], cast.app.given_person(5).await);
        let number = number_of(&cast.app, if of_keeper { keeper } else { went }).await;
        let claim = cast.claim().await;
        merge(&cast.app, went, keeper).await;
        load(&cast.clerk, "pensioner", &[format!("{number},,")]).await.is(Status::Created);
        cast.act(&cast.clerk, &claim, "approve").await.is(Status::Ok);
        let line = cast.lines(&claim).await.remove(0);
        assert_eq!(line, (LineStatus::Refused, Some(BLOCKED.to_owned()), true), "of the keeper: {of_keeper}");
    }
}

#[rocket::async_test]
async fn who_went_and_who_stays_are_found_by_each_others_numbers() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let (went, also, keeper) = (app.given_person(1).await, app.given_person(9).await, app.given_person(5).await);
    let stranger = app.given_person(6).await;
    let number = number_of(&app, went).await;
    merge(&app, went, also).await;
    merge(&app, also, keeper).await;
    load(&clerk, "deceased", &[format!("{number},2016-06-01,")]).await.is(Status::Created);
    for (person, listed) in [(went, true), (also, true), (keeper, true), (stranger, false)] {
        let told = clerk.api_get(&format!("/api/v1/people/{person}/eligibility")).await.is(Status::Ok).text;
        assert_eq!(told.contains("enrolment.excluded"), listed, "{told}");
    }
}

#[rocket::async_test]
async fn a_list_that_was_superseded_blocks_no_longer_and_stays_as_history() {
    let cast = Cast::gather().await;
    let first = load(&cast.clerk, "insured", &[format!("{},,", cast.number(0).await)]).await.is(Status::Created).json();
    let claim = cast.claim().await;
    assert_eq!(cast.lines(&claim).await[0], (LineStatus::Refused, Some("line.insured".to_owned()), true));
    // The bureau mends its list: another was meant.
    let second =
        load(&cast.clerk, "insured", &[format!("{},,", cast.number(1).await)]).await.is(Status::Created).json();
    cast.act(&cast.clerk, &claim, "return").await.is(Status::Ok);
    cast.act(&cast.institution, &claim, "submit").await.is(Status::Ok);
    let lines = cast.lines(&claim).await;
    assert_eq!(lines[0], (LineStatus::Claimed, None, false));
    assert_eq!(lines[1], (LineStatus::Refused, Some("line.insured".to_owned()), true));
    let at = |list: &Value| format!("/api/v1/exclusion-lists/{}", list["id"].as_str().unwrap());
    let old = cast.clerk.api_get(&at(&first)).await.is(Status::Ok).json();
    assert_eq!((&old["superseded_by"], &old["blocked_lines"]), (&second["id"], &json!(0)));
    let new = cast.clerk.api_get(&at(&second)).await.is(Status::Ok).json();
    assert_eq!((&new["superseded_by"], &new["blocked_lines"]), (&Value::Null, &json!(1)));
    let page = cast.clerk.get(&format!("/exclusions/{}", first["id"].as_str().unwrap())).await.is(Status::Ok).text;
    assert!(page.contains("已被新名单代替") && page.contains(second["id"].as_str().unwrap()));
    let page = cast.clerk.get(&format!("/exclusions/{}", second["id"].as_str().unwrap())).await.is(Status::Ok).text;
    assert!(page.contains("陈**") && page.contains(&page_of(&claim)), "{page}");
}

#[rocket::async_test]
async fn a_number_in_the_list_hits_however_it_is_written() {
    let cast = Cast::gather().await;
    // A person whose number ends with X.
    let mut n = 10;
    let number = loop {
        let number = number_of(&cast.app, cast.app.given_person(n).await).await;
        if number.ends_with('X') {
            break number;
        }
        n += 1;
    };
    let person = person::Entity::find()
        .filter(person::Column::IdIndex.eq(cast.app.vault.index("id", &number)))
        .one(cast.app.db.reader())
        .await
        .unwrap()
        .unwrap();
    let worker = cast.app.sign_in(Role::VillageWorker).await;
    let class = cast
        .app
        .given_class(GivenClass { starts_on: day(12, 5), ..GivenClass::of(cast.institution.organisation.unwrap()) })
        .await;
    let wide: String = number.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
    for (written, kind) in [(number.to_lowercase(), "student"), (wide, "pensioner")] {
        load(&cast.clerk, kind, &[format!("{written},,")]).await.is(Status::Created);
        let ask = json!({ "person_id": person.id, "consent_note": "当面问过，本人同意" });
        let told = worker.api_post(&format!("/api/v1/classes/{class}/enrolments"), ask).await;
        assert!(told.refuses("enrolment.excluded").text.contains("2016-10-31"));
        // Somebody else is named by the next list of the kind, so that each way of writing is tried alone.
        load(&cast.clerk, kind, &[format!("{},,", cast.number(0).await)]).await.is(Status::Created);
    }
    // Nothing of the numbers stands in the tables.
    let entries = exclusion_entry::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(entries.iter().all(|entry| entry.id_index.len() == 32 && !entry.id_index.contains("369970")));
}

#[rocket::async_test]
async fn who_is_listed_on_the_first_day_takes_no_seat_and_the_page_says_why() {
    let cast = Cast::gather().await;
    let person = cast.app.given_person(20).await;
    let number = number_of(&cast.app, person).await;
    let worker = cast.app.sign_in(Role::VillageWorker).await;
    let school = cast.institution.organisation.unwrap();
    let class = async |starts_on| cast.app.given_class(GivenClass { starts_on, ..GivenClass::of(school) }).await;
    let (before, during) = (class(day(12, 5)).await, class(day(12, 12)).await);
    load(&cast.clerk, "insured", &[format!("{number},2016-12-10,2016-12-31")]).await.is(Status::Created);
    let ask = json!({ "person_id": person, "consent_note": "当面问过，本人同意" });
    worker.api_post(&format!("/api/v1/classes/{during}/enrolments"), ask.clone()).await.refuses("enrolment.excluded");
    let page = worker.get(&format!("/classes/{during}?person={person}")).await.is(Status::Ok).text;
    assert!(page.contains("列入参保职工名单（2016-10-31，上人社函〔2016〕31号）"), "{page}");
    worker.api_post(&format!("/api/v1/classes/{before}/enrolments"), ask).await.is(Status::Created);
}

#[rocket::async_test]
async fn a_list_of_another_county_is_out_of_sight_but_counts() {
    let cast = Cast::gather().await;
    let neighbour = cast.app.sign_in_at(Role::CountyClerk, "360922").await;
    let loaded = load(&neighbour, "insured", &[format!("{},,", cast.number(2).await)]).await.is(Status::Created).json();
    let id = loaded["id"].as_str().unwrap();
    let claim = cast.claim().await;
    assert_eq!(claim["refused_lines"], json!(1));
    // Here the list is not seen; there the villager is not.
    cast.clerk.get(&format!("/exclusions/{id}")).await.is(Status::NotFound);
    cast.clerk.api_get(&format!("/api/v1/exclusion-lists/{id}")).await.is(Status::NotFound);
    assert_eq!(cast.clerk.api_get("/api/v1/exclusion-lists").await.json()["items"], json!([]));
    let page = neighbour.get(&format!("/exclusions/{id}")).await.is(Status::Ok).text;
    assert!(!page.contains("陈") && !page.contains(&page_of(&claim)), "{page}");
    assert_eq!(neighbour.api_get(&format!("/api/v1/exclusion-lists/{id}")).await.json()["blocked_lines"], json!(0));
    // A list of the province is seen in every county, and what it blocks there.
    let supervisor = cast.app.sign_in(Role::Supervisor).await;
    let wide =
        load(&supervisor, "deceased", &[format!("{},2016-11-15,", cast.number(1).await)]).await.is(Status::Created);
    let at = format!("/exclusions/{}", wide.json()["id"].as_str().unwrap());
    cast.act(&cast.clerk, &claim, "approve").await.is(Status::Ok);
    for clerk in [&cast.clerk, &neighbour] {
        let page = clerk.get(&at).await.is(Status::Ok).text;
        assert_eq!(page.contains(&page_of(&claim)), clerk.account == cast.clerk.account, "{page}");
    }
}

#[rocket::async_test]
async fn the_table_itself_pays_no_line_that_is_blocked() {
    let cast = Cast::gather().await;
    load(&cast.clerk, "insured", &[format!("{},,", cast.number(0).await)]).await.is(Status::Created);
    cast.claim().await;
    for status in ["claimed", "paid"] {
        let change = format!("UPDATE claim_line SET status = '{status}' WHERE blocked_by IS NOT NULL");
        assert!(is_refused(&cast.app, &change).await, "{status}");
    }
    let id = literal(&cast.app, uuid::Uuid::now_v7());
    let columns = "claim_id, enrolment_id, person_id, occupation, standard_id, fen, blocked_by";
    let second = format!(
        "INSERT INTO claim_line (id, level, status, {columns}) SELECT {id}, 1, 'paid', {columns} FROM claim_line WHERE blocked_by IS NOT NULL"
    );
    assert!(is_refused(&cast.app, &second).await);
    assert!(!is_refused(&cast.app, "UPDATE claim_line SET status = 'void' WHERE blocked_by IS NOT NULL").await);
}

#[rocket::async_test]
async fn a_file_with_one_fault_loads_nothing_and_every_fault_is_told() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let good = number_of(&app, app.given_person(1).await).await;
    let lines = [format!("{good},,"), "12345,,".to_owned(), format!("{good},2016-02-30,")];
    let told = load(&clerk, "insured", &lines).await;
    let told = told.blames("line 3, 身份证号", "invalid.id_format").blames("line 4, 起", "invalid.date");
    assert!(!told.text.contains(&good));
    assert_eq!(exclusion_list::Entity::find().count(app.db.reader()).await.unwrap(), 0);
    let future = json!({ "kind": "insured", "as_of": "2016-11-02", "document_no": "", "source": "社保局", "csv": format!("身份证号\n{good}") });
    let told = clerk.api_post("/api/v1/exclusion-lists", future).await;
    told.blames("as_of", "invalid.date_future").blames("document_no", "invalid.length");
    clerk.api_post("/api/v1/exclusion-lists", list("insured", String::new())).await.blames("csv", "file.empty");
}

#[rocket::async_test]
async fn an_older_list_and_the_same_file_again_take_nobodys_place() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let (one, two) =
        (number_of(&app, app.given_person(1).await).await, number_of(&app, app.given_person(2).await).await);
    let at = |as_of: &str, number: &str| {
        let mut list = list("insured", format!("身份证号\n{number}\n"));
        list["as_of"] = json!(as_of);
        list
    };
    clerk.api_post("/api/v1/exclusion-lists", at("2016-10-31", &one)).await.is(Status::Created);
    clerk.api_post("/api/v1/exclusion-lists", at("2016-10-31", &one)).await.refuses("exclusion.same_file");
    clerk.api_post("/api/v1/exclusion-lists", at("2016-09-30", &two)).await.refuses("exclusion.older");
    clerk.api_post("/api/v1/exclusion-lists", at("2016-10-31", &two)).await.is(Status::Created);
    let standing = exclusion_list::Entity::find().filter(exclusion_list::Column::SupersededBy.is_null());
    assert_eq!(standing.count(app.db.reader()).await.unwrap(), 1);
    let second = "INSERT INTO exclusion_list (id, kind, area_code, as_of, document_no, source, file_name, file_hash, rows, loaded_by, begun_at, loaded_at) \
                  SELECT {id}, kind, area_code, as_of, document_no, source, file_name, file_hash, rows, loaded_by, begun_at, loaded_at \
                  FROM exclusion_list WHERE superseded_by IS NULL";
    assert!(is_refused(&app, &second.replace("{id}", &literal(&app, uuid::Uuid::now_v7()))).await);
    let loads = audit_event::Entity::find().filter(audit_event::Column::Noun.eq("exclusion_list"));
    let loads = loads.all(app.db.reader()).await.unwrap();
    assert_eq!(loads.len(), 2);
    assert!(loads.iter().all(|deed| !deed.detail.as_ref().unwrap().contains(&one)));
}

#[rocket::async_test]
async fn a_list_that_was_half_loaded_counts_for_nobody_and_goes_with_the_next() {
    let cast = Cast::gather().await;
    let number = cast.number(0).await;
    load(&cast.clerk, "insured", &[format!("{number},,")]).await.is(Status::Created);
    // As if the house had fallen before the last row was in.
    cast.app.db.writer().execute_unprepared("UPDATE exclusion_list SET loaded_at = NULL").await.unwrap();
    assert_eq!(cast.claim().await["refused_lines"], json!(0));
    let half = exclusion_list::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    cast.clerk.get(&format!("/exclusions/{}", half.id)).await.is(Status::NotFound);
    load(&cast.clerk, "insured", &[format!("{},,", cast.number(1).await)]).await.is(Status::Created);
    let left = exclusion_entry::Entity::find().filter(exclusion_entry::Column::ListId.eq(half.id));
    assert_eq!(left.count(cast.app.db.reader()).await.unwrap(), 0);
}

fn upload<'a>(
    clerk: &'a Visitor,
    fields: &[(&str, &str)],
    file: impl AsRef<[u8]>,
) -> rocket::local::asynchronous::LocalRequest<'a> {
    let mut sent = Vec::new();
    let mut part = |name: &str, rest: &str, body: &[u8]| {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n");
        sent.extend_from_slice(head.as_bytes());
        sent.extend_from_slice(body);
        sent.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        part(name, "", value.as_bytes());
    }
    part("file", "; filename=\"C:\\参保\\10月.csv\"\r\nContent-Type: text/csv", file.as_ref());
    sent.extend_from_slice(b"--edge--\r\n");
    let kind = Header::new("Content-Type", "multipart/form-data; boundary=edge");
    clerk.with_session(clerk.app.client.post("/exclusions")).header(kind).body(sent)
}

/// The fields beside the file.
fn fields<'a>(csrf: &'a str, kind: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("_csrf", csrf),
        ("kind", kind),
        ("as_of", "2016-10-31"),
        ("document_no", "上人社函〔2016〕31号"),
        ("source", "上高县社会保险局"),
    ]
}

#[rocket::async_test]
async fn a_list_comes_in_in_any_encoding_and_as_a_workbook() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let number = number_of(&app, app.given_person(1).await).await;
    let rows = [["身份证号", "姓名", "起", "止"], [number.as_str(), "陈𠮷来", "2016-01-01", ""]];
    let text = rows.map(|row| row.join(",")).join("\r\n");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (n, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            sheet.write_string(n, column, cell).unwrap();
        }
    }
    let files = [
        ("student", text.clone().into_bytes()),
        ("insured", encoding_rs::GB18030.encode(&text).0.into_owned()),
        ("pensioner", format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("public_payroll", book.save_to_buffer().unwrap()),
    ];
    let csrf = clerk.csrf();
    for (kind, bytes) in files {
        Answer::of(upload(&clerk, &fields(&csrf, kind), bytes)).await.is(Status::SeeOther);
    }
    let entries = exclusion_entry::Entity::find().all(app.db.reader()).await.unwrap();
    let hash = app.vault.index("id", &number);
    assert_eq!(entries.len(), 4);
    assert!(entries.iter().all(|entry| entry.id_index == hash && entry.valid_from == "2016-01-01".parse().ok()));
}

#[rocket::async_test]
async fn a_hostile_list_is_refused_and_so_is_one_longer_than_the_rule() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let csrf = clerk.csrf();
    let hostile: [&[u8]; 5] =
        [b"", b"MZ\x90\x00\x03", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"PK\x03\x04broken", b"\xFF\xFE\x00"];
    for bytes in hostile {
        let page = Answer::of(upload(&clerk, &fields(&csrf, "insured"), bytes)).await;
        assert!(page.is(Status::UnprocessableEntity).text.contains("href=\"#csv\""), "{bytes:?}");
    }
    clerk.get("/exclusions").await.is(Status::Ok);
    given_rule(&app, "exclusion_rows", 1).await;
    let (one, two) =
        (number_of(&app, app.given_person(1).await).await, number_of(&app, app.given_person(2).await).await);
    let told = load(&clerk, "insured", &[format!("{one},,"), format!("{two},,")]).await;
    assert!(told.blames("csv", "file.too_many_rows").text.contains("最多1行"));
    assert!(clerk.get("/exclusions").await.text.contains("最多1行"));
    assert_eq!(exclusion_list::Entity::find().count(app.db.reader()).await.unwrap(), 0);
    load(&clerk, "insured", &[format!("{one},,")]).await.is(Status::Created);
}

#[rocket::async_test]
async fn a_clerk_loads_a_list_on_the_page_and_keeps_what_was_typed_when_it_is_wrong() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let number = number_of(&app, app.given_person(1).await).await;
    let csrf = clerk.csrf();
    let fields = fields(&csrf, "insured");
    assert!(clerk.get("/people").await.text.contains("href=\"/exclusions\""));
    let page = clerk.get("/exclusions").await.is(Status::Ok).text;
    assert!(page.contains("还没有名单") && page.contains("enctype=\"multipart/form-data\""));
    Answer::of(upload(&clerk, &fields[1..], "x")).await.is(Status::Forbidden);
    let page = Answer::of(upload(&clerk, &fields, "身份证号\n1\n")).await.is(Status::UnprocessableEntity).text;
    assert!(page.contains("第2行") && page.contains("上高县社会保险局") && page.contains("checked"), "{page}");
    let page = Answer::of(upload(&clerk, &fields[..4], format!("身份证号\n{number}\n"))).await;
    assert!(page.is(Status::UnprocessableEntity).text.contains("href=\"#source\""));
    let page = Answer::of(upload(&clerk, &fields, "")).await.is(Status::UnprocessableEntity).text;
    assert!(page.contains("href=\"#csv\""), "{page}");
    let answer = Answer::of(upload(&clerk, &fields, format!("身份证号\n{number}\n"))).await.is(Status::SeeOther);
    let page = clerk.get(&answer.location.unwrap()).await.is(Status::Ok).text;
    assert!(page.contains("参保职工名单") && page.contains("10月.csv") && !page.contains("C:"), "{page}");
    let page = clerk.get_in("en", "/exclusions").await.is(Status::Ok).text;
    assert!(page.contains("List of insured workers") && page.contains("Counts"));
    let row = exclusion_list::Entity::find().one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!((row.area_code.as_str(), row.rows, row.loaded_by), (COUNTY, 1, clerk.account));
    assert!(clerk.get("/exclusions/template.csv").await.is(Status::Ok).text.contains("身份证号,姓名,起,止"));
}

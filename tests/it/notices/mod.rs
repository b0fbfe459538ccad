//! Public notices: what everybody may read, for how long, and not a byte more.

mod objections;
mod rounds;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::{
    claim, claim_line, notice, person, role_grant,
    values::{ClaimId, ClaimStatus, LineStatus, NoticeStatus, PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use sidan::{
    check,
    notices::{Round, go_round},
    people::{NewPerson, rewrite, unseal},
};

use crate::funds::{is_refused, literal};
use crate::support::app::{App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{FinishedClass, Graduate, given_rule};

const READERS: Who = Who::Roles(&[
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::FinanceOfficer,
    Role::Supervisor,
    Role::Auditor,
]);
const COUNTY_OFFICE: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker]);
const OBJECTIONS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const CLERK: Who = Who::Roles(&[Role::CountyClerk]);
const CHECKER: Who = Who::Roles(&[Role::CountyChecker]);

pub const DOORS: &[Door] = &[
    ("GET", "/notices", Who::Everybody),
    ("GET", "/notices/<number>", Who::Everybody),
    ("GET", "/notices/<number>/list.csv", COUNTY_OFFICE),
    ("GET", "/notices/<number>/object", Who::Everybody),
    ("POST", "/notices/<number>/object", Who::Everybody),
    ("GET", "/objection", Who::Everybody),
    ("POST", "/objection", Who::Everybody),
    ("GET", "/claims/<id>/notice", READERS),
    ("GET", "/objections", OBJECTIONS),
    ("GET", "/objections/<id>", OBJECTIONS),
    ("POST", "/objections/<id>/investigate", CLERK),
    ("POST", "/objections/<id>/decide", CHECKER),
    ("GET", "/api/v1/notices", Who::Everybody),
    ("GET", "/api/v1/notices/<number>", Who::Everybody),
    ("POST", "/api/v1/notices/<number>/objections", Who::Everybody),
    ("POST", "/api/v1/objections/look-up", Who::Everybody),
    ("GET", "/api/v1/objections", OBJECTIONS),
    ("GET", "/api/v1/objections/<id>", OBJECTIONS),
    ("POST", "/api/v1/objections/<id>/investigate", CLERK),
    ("POST", "/api/v1/objections/<id>/decide", CHECKER),
];

/// 800 yuan
const UNIT: i64 = 80_000;

/// Everybody who has a part in a notice.
struct Cast {
    app: Arc<App>,
    institution: Visitor,
    clerk: Visitor,
    checker: Visitor,
    passer_by: Visitor,
}

/// A claim whose list lies open.
struct Noticed {
    class: FinishedClass,
    claim: ClaimId,
    number: String,
}

impl Cast {
    /// On Monday, 21 November 2016.
    async fn gather() -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 21));
        Self {
            institution: app.sign_in(Role::Institution).await,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            passer_by: app.passer_by(),
            app,
        }
    }

    /// A claim for so many people that was approved twice; nothing is published yet.
    async fn approved(&self, first: u16, people: usize) -> (FinishedClass, ClaimId) {
        let class = self
            .app
            .given_finished_class(self.institution.organisation.unwrap(), first, &vec![Graduate::QUALIFIED; people])
            .await;
        let at = format!("/api/v1/classes/{}/claim", class.class);
        let claim =
            self.institution.api_post(&at, json!({ "contract_no": "DL-2016-1" })).await.is(Status::Created).json();
        let id: ClaimId = claim["id"].as_str().unwrap().parse().unwrap();
        self.clerk.api_post(&format!("/api/v1/claims/{id}/approve"), json!({})).await.is(Status::Ok);
        self.checker.api_post(&format!("/api/v1/claims/{id}/confirm"), json!({})).await.is(Status::Ok);
        (class, id)
    }

    async fn noticed(&self, first: u16, people: usize) -> Noticed {
        let (class, claim) = self.approved(first, people).await;
        assert_eq!(self.round().await.published, 1);
        Noticed { class, claim, number: self.latest(claim).await.number }
    }

    async fn round(&self) -> Round {
        let round = go_round(&self.app.db, &self.app.desk, &self.app.vault, &self.app.clock).await.unwrap();
        assert_eq!(round.failed, 0);
        round
    }

    /// The latest round of a claim.
    async fn latest(&self, claim: ClaimId) -> notice::Model {
        let rows =
            notice::Entity::find().filter(notice::Column::ClaimId.eq(claim)).order_by_desc(notice::Column::Round);
        rows.one(self.app.db.reader()).await.unwrap().unwrap()
    }

    async fn rounds(&self, claim: ClaimId) -> Vec<NoticeStatus> {
        let rows = notice::Entity::find().filter(notice::Column::ClaimId.eq(claim)).order_by_asc(notice::Column::Round);
        rows.all(self.app.db.reader()).await.unwrap().into_iter().map(|row| row.status).collect()
    }

    async fn lines(&self, claim: ClaimId) -> Vec<claim_line::Model> {
        let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(claim));
        rows.order_by_asc(claim_line::Column::Id).all(self.app.db.reader()).await.unwrap()
    }

    async fn states(&self, claim: ClaimId) -> Vec<LineStatus> {
        self.lines(claim).await.into_iter().map(|line| line.status).collect()
    }

    async fn status(&self, claim: ClaimId) -> ClaimStatus {
        claim::Entity::find_by_id(claim).one(self.app.db.reader()).await.unwrap().unwrap().status
    }

    async fn time_is(&self, now: DateTime<Utc>) {
        self.app.time_is(now).await;
    }

    /// What `sidan check` says of notices.
    async fn findings(&self) -> Vec<String> {
        let report =
            check::run(&self.app.db, &check::atlas(&self.app.db).await.unwrap(), Some(&self.app.vault)).await.unwrap();
        let of_notices = ["claim.notice", "notice.", "line.unnoticed", "line.disputed", "objection."];
        let mut found: Vec<String> = report.findings.iter().map(|finding| finding.rule.to_owned()).collect();
        found.retain(|rule| of_notices.iter().any(|start| rule.starts_with(start)));
        found
    }

    async fn rename(&self, id: PersonId, name: &str) {
        let row = person::Entity::find_by_id(id).one(self.app.db.reader()).await.unwrap().unwrap();
        let private = unseal(&self.app.vault, &row).unwrap();
        let after = NewPerson { row: person::Model { name: name.into(), ..row.clone() }, private };
        let written = self.app.desk.write(async |work| rewrite(work, &self.app.vault, &row, after.clone()).await);
        written.await.unwrap();
    }
}

#[rocket::async_test]
async fn a_list_lies_open_for_five_working_days_and_everybody_may_read_it() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 3).await;
    let row = cast.latest(claim).await;
    // The day of publishing does not count, nor does the weekend: 22 to 25, then Monday the 28th.
    assert_eq!((row.starts_on.to_string(), row.last_day.to_string()), ("2016-11-21".into(), "2016-11-28".into()));
    assert_eq!(number, "G-2016-000001");
    assert_eq!(cast.status(claim).await, ClaimStatus::InNotice);

    let told = cast.passer_by.api_get(&format!("/api/v1/notices/{number}")).await.is(Status::Ok).json();
    assert_eq!(
        (&told["lines"], &told["total_fen"], &told["last_day"]),
        (&json!(3), &json!(3 * UNIT), &json!("2016-11-28"))
    );
    assert_eq!(told["list"][0]["name"], "陈*");
    assert_eq!(told["list"][0]["item"], "电子商务师 五级");
    assert_eq!(told["list"][0]["fen"], UNIT);
    let list = cast.passer_by.get("/notices").await.is(Status::Ok).text;
    assert!(list.contains(&number) && list.contains("锦江职业培训学校"), "{list}");
    let page = cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::Ok).text;
    assert!(page.contains("陈*") && page.contains("11月28日以前可以提出异议"), "{page}");
    assert!(!page.contains("导出名单"), "{page}");
    let claim_page = cast.institution.get(&format!("/claims/{claim}")).await.is(Status::Ok).text;
    assert!(claim_page.contains(&format!("/claims/{claim}/notice")), "{claim_page}");
    assert!(cast.institution.get(&format!("/claims/{claim}/notice")).await.is(Status::Ok).text.contains(&number));
    // Once a round, and no second time.
    assert_eq!(cast.round().await, Round::default());
    assert_eq!(cast.findings().await, Vec::<String>::new());
}

#[rocket::async_test]
async fn no_public_byte_tells_a_full_number_a_phone_an_account_a_health_or_a_cause() {
    let cast = Cast::gather().await;
    let Noticed { class, number, .. } = cast.noticed(7, 4).await;
    let mut public = Vec::new();
    for path in ["/notices".to_owned(), format!("/notices/{number}"), format!("/notices/{number}/object?line=1")] {
        for language in ["zh-CN", "en"] {
            public.push(cast.passer_by.get_in(language, &path).await.is(Status::Ok).text);
        }
    }
    for path in ["/api/v1/notices".to_owned(), format!("/api/v1/notices/{number}")] {
        public.push(cast.passer_by.api_get(&path).await.is(Status::Ok).text);
    }
    public.push(cast.clerk.get(&format!("/notices/{number}/list.csv")).await.is(Status::Ok).text);
    for id in &class.people {
        let row = person::Entity::find_by_id(*id).one(cast.app.db.reader()).await.unwrap().unwrap();
        let private = unseal(&cast.app.vault, &row).unwrap();
        let number = private.id_number.as_str();
        // The birth date and the sequence, the whole and every longer piece than what may be shown.
        let longer = format!("*{}", &number[15..]);
        let birth = row.birth_on.format("%Y%m%d").to_string();
        let canaries = [
            number,
            &number[..7],
            longer.as_str(),
            &number[6..16],
            birth.as_str(),
            private.phone.as_str(),
            private.bank_account.as_str(),
            private.address.as_str(),
            row.name.as_str(),
        ];
        for text in &public {
            for canary in canaries {
                assert!(!text.contains(canary), "{canary} in {text}");
            }
            assert!(!text.contains(&id.to_string()), "{text}");
        }
    }
    for text in &public[2..] {
        for word in ["致贫", "因病", "健康", "残疾", "银行", "建档立卡"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}

#[rocket::async_test]
async fn page_api_and_file_show_the_same_rows_and_the_file_holds_no_formula() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.approved(1, 2).await;
    cast.rename(class.people[0], "=1+1").await;
    assert_eq!(cast.round().await.published, 1);
    let number = cast.latest(claim).await.number;
    let told = cast.passer_by.api_get(&format!("/api/v1/notices/{number}")).await.json();
    let file = cast.clerk.get(&format!("/notices/{number}/list.csv")).await.is(Status::Ok);
    assert_eq!(file.header("Content-Type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = file.text.trim_start_matches('\u{FEFF}').trim_end().split("\r\n").collect();
    assert_eq!(lines[0], "\"序号\",\"姓名\",\"身份证号\",\"补贴项目\",\"金额（元）\"");
    assert!(lines[1].starts_with("\"1\",\"'=*\","), "{}", lines[1]);
    let second = &told["list"][1];
    let due = format!("\"2\",\"陈*\",{},\"电子商务师 五级\",\"800.00\"", second["number"]);
    assert_eq!(lines[2], due);
    assert_eq!(lines.len(), 3);
    // Another county neither posts it nor reads it once it is over; nobody posts what has ended.
    let stranger = cast.app.sign_in_at(Role::CountyClerk, "360924").await;
    stranger.get(&format!("/notices/{number}/list.csv")).await.is(Status::NotFound);
    cast.time_is(nine_on(11, 29)).await;
    cast.clerk.get(&format!("/notices/{number}/list.csv")).await.is(Status::Conflict);
}

#[rocket::async_test]
async fn no_search_engine_lists_it_and_no_cache_keeps_it() {
    let cast = Cast::gather().await;
    let Noticed { number, .. } = cast.noticed(1, 1).await;
    let pages = [
        cast.passer_by.get("/notices").await,
        cast.passer_by.get(&format!("/notices/{number}")).await,
        cast.passer_by.get(&format!("/notices/{number}/object")).await,
        cast.passer_by.get("/objection").await,
        cast.passer_by.get("/notices/G-2016-999999").await,
    ];
    let programs = [
        cast.passer_by.api_get("/api/v1/notices").await,
        cast.passer_by.api_get(&format!("/api/v1/notices/{number}")).await,
        cast.clerk.get(&format!("/notices/{number}/list.csv")).await,
    ];
    for page in &pages {
        assert!(page.text.contains("<meta name=\"robots\" content=\"noindex, nofollow\">"), "{}", page.text);
    }
    for answer in pages.iter().chain(&programs) {
        assert_eq!(answer.header("X-Robots-Tag"), Some("noindex, nofollow"));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    }
}

#[rocket::async_test]
async fn it_ends_by_itself_and_then_nobody_outside_the_offices_reads_it() {
    let cast = Cast::gather().await;
    let Noticed { class, claim, number } = cast.noticed(1, 2).await;
    cast.time_is(nine_on(11, 28)).await;
    assert_eq!(cast.round().await, Round::default(), "the last day is one of its days");
    cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::Ok);

    cast.time_is(nine_on(11, 29)).await;
    // Gone before anybody ended it.
    let gone = cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::NotFound).text;
    assert!(gone.contains("公示期已满") && !gone.contains("陈*"), "{gone}");
    assert_eq!(cast.round().await.over, 1);
    assert_eq!((cast.status(claim).await, cast.rounds(claim).await), (ClaimStatus::Cleared, vec![NoticeStatus::Over]));
    assert_eq!(cast.states(claim).await, [LineStatus::Cleared; 2]);
    cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::NotFound);
    cast.passer_by.api_get(&format!("/api/v1/notices/{number}")).await.is(Status::NotFound);
    assert_eq!(cast.passer_by.api_get("/api/v1/notices").await.json()["items"], json!([]));
    assert!(!cast.passer_by.get("/notices?status=over").await.text.contains(&number));
    // A trainee is no office.
    let trainee = cast.app.sign_in_person(class.people[0]).await;
    trainee.get(&format!("/notices/{number}")).await.is(Status::NotFound);
    // The offices and the auditor still read what was shown, another county does not.
    let auditor = cast.app.sign_in(Role::Auditor).await;
    for who in [&cast.clerk, &auditor, &cast.institution] {
        assert!(who.get(&format!("/notices/{number}")).await.is(Status::Ok).text.contains("陈*"));
        assert!(who.get("/notices?status=over").await.is(Status::Ok).text.contains(&number));
        who.api_get(&format!("/api/v1/notices/{number}")).await.is(Status::Ok);
    }
    let stranger = cast.app.sign_in_at(Role::CountyClerk, "360924").await;
    stranger.get(&format!("/notices/{number}")).await.is(Status::NotFound);
    stranger.get(&format!("/claims/{claim}/notice")).await.is(Status::NotFound);
    assert!(!stranger.get("/notices?status=over").await.text.contains(&number));
    assert_eq!(cast.round().await, Round::default());
    assert_eq!(cast.findings().await, Vec::<String>::new());
}

#[rocket::async_test]
async fn working_days_leave_out_the_national_holiday_and_count_the_saturday_that_makes_up_for_it() {
    let cast = Cast::gather().await;
    let (_, claim) = cast.approved(1, 1).await;
    cast.time_is(nine_on(9, 29)).await;
    cast.round().await;
    // 30 September; 8, 9, 10 and 11 October.
    assert_eq!(cast.latest(claim).await.last_day.to_string(), "2016-10-11");
}

#[rocket::async_test]
async fn a_county_has_its_own_number_of_days_between_three_and_seven() {
    let cast = Cast::gather().await;
    given_rule(&cast.app, "notices.days", 3).await;
    let Noticed { claim, .. } = cast.noticed(1, 1).await;
    assert_eq!(cast.latest(claim).await.last_day.to_string(), "2016-11-24");
    let id = literal(&cast.app, uuid::Uuid::now_v7());
    for (days, refused) in [(2, true), (8, true), (7, false)] {
        let rule = format!(
            "INSERT INTO rule (id, code, area_code, valid_from, value, document_no) VALUES ({id}, 'notices.days', '{COUNTY}', \
             '2016-12-01', {days}, '')"
        );
        assert_eq!(is_refused(&cast.app, &rule).await, refused, "{days}");
    }
    assert!(is_refused(&cast.app, "UPDATE rule SET value = 1 WHERE code = 'notices.days'").await);
}

#[rocket::async_test]
async fn the_tables_keep_what_was_published() {
    let cast = Cast::gather().await;
    let Noticed { claim, .. } = cast.noticed(1, 2).await;
    for change in [
        "UPDATE notice SET last_day = starts_on",
        "UPDATE notice SET list_hash = 'x'",
        "UPDATE notice SET title = 'x'",
        "DELETE FROM notice",
        "UPDATE notice_line SET masked_name = '陈福生'",
        "UPDATE notice_line SET fen = 1",
        "DELETE FROM notice_line",
        // An ended one has its moment, and an open one has none.
        "UPDATE notice SET status = 'over'",
    ] {
        assert!(is_refused(&cast.app, change).await, "{change}");
    }
    let (id, of) = (literal(&cast.app, uuid::Uuid::now_v7()), literal(&cast.app, cast.latest(claim).await.id.0));
    let line = literal(&cast.app, cast.lines(claim).await[0].id.0);
    let columns = "id, notice_id, ordinal, line_id, masked_name, masked_number, item, fen";
    for (name, number) in [("陈福生", "360923**********34"), ("陈*", "360923198001011234")] {
        let unmasked =
            format!("INSERT INTO notice_line ({columns}) VALUES ({id}, {of}, 9, {line}, '{name}', '{number}', 'x', 1)");
        assert!(is_refused(&cast.app, &unmasked).await, "{name} {number}");
    }
    let second = "claim_id, organisation_id, area_code, title, institution, list_hash, lines, total_fen, starts_on, last_day, \
                  status, published_at, ended_at, version";
    let twice = format!("INSERT INTO notice (id, number, round, {second}) SELECT {id}, 'G-2', 2, {second} FROM notice");
    assert!(is_refused(&cast.app, &twice).await, "one claim lies open once");
    cast.time_is(nine_on(11, 29)).await;
    cast.round().await;
    assert!(is_refused(&cast.app, "UPDATE notice SET status = 'open', ended_at = NULL").await);
}

#[rocket::async_test]
async fn the_check_names_what_is_not_as_it_was_published() {
    let cast = Cast::gather().await;
    let Noticed { claim, .. } = cast.noticed(1, 2).await;
    let (of, line) = (literal(&cast.app, claim.0), literal(&cast.app, cast.lines(claim).await[0].id.0));
    let go = |sql: String| {
        let app = cast.app.clone();
        async move { assert!(!is_refused(&app, &sql).await, "{sql}") }
    };
    go(format!("UPDATE claim SET status = 'second_approved' WHERE id = {of}")).await;
    assert_eq!(cast.findings().await, ["notice.claim"]);
    go(format!("UPDATE claim SET status = 'in_notice' WHERE id = {of}")).await;
    go(format!("UPDATE claim_line SET status = 'cleared' WHERE id = {line}")).await;
    assert_eq!(cast.findings().await, ["notice.list", "line.unnoticed"]);
    go(format!("UPDATE claim_line SET status = 'claimed' WHERE id = {line}")).await;
    let ended = "UPDATE notice SET status = 'withdrawn', ended_at = published_at".to_owned();
    go(ended).await;
    assert_eq!(cast.findings().await, ["claim.notice"]);
    let (id, notice) = (literal(&cast.app, uuid::Uuid::now_v7()), literal(&cast.app, cast.latest(claim).await.id.0));
    let columns = "id, notice_id, ordinal, line_id, masked_name, masked_number, item, fen";
    let other = literal(&cast.app, uuid::Uuid::now_v7());
    // A row that nobody published.
    go(format!(
        "INSERT INTO claim_line (id, claim_id, enrolment_id, person_id, occupation, level, standard_id, fen, status, kind, \
         tranche) SELECT {other}, claim_id, enrolment_id, person_id, occupation, level, standard_id, fen, 'refused', kind, \
         tranche FROM claim_line WHERE id = {line}"
    ))
    .await;
    go(format!(
        "INSERT INTO notice_line ({columns}) VALUES ({id}, {notice}, 9, {other}, '陈*', '{}', 'x', 1)",
        "*".repeat(18)
    ))
    .await;
    assert_eq!(cast.findings().await, ["claim.notice", "notice.sum", "notice.hash"]);
}

/// The same person in another office from now on.
async fn transfer(cast: &Cast, who: &Visitor, role: Role) {
    role_grant::Entity::update_many()
        .col_expr(role_grant::Column::Role, Expr::value(role))
        .filter(role_grant::Column::AccountId.eq(who.account))
        .exec(cast.app.db.writer())
        .await
        .unwrap();
}

/// The rows of a list as a program reads them.
async fn list(who: &Visitor, number: &str) -> Vec<Value> {
    let told = who.api_get(&format!("/api/v1/notices/{number}")).await.is(Status::Ok).json();
    told["list"].as_array().unwrap().clone()
}

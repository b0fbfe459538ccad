//! The demonstration: the year as it was published, recomputed from the rows, and somebody for every role.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Weak},
};

use entities::values::{Programme, Role};
use rocket::{
    http::{ContentType, Status},
    local::asynchronous::Client,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sidan::{
    access::Token,
    accounts::Hasher,
    areas::Atlas,
    base::{Clock, clock::morning_of, rate::Rate},
    data::{Database, Vault},
    demo::{self, Filled, Found, Ground, SignIn},
    house::House,
    web::Settings,
};
use tokio::sync::Mutex;

use super::support::{
    app::Answer,
    db::{TestDatabase, fresh_database},
};

const SCALE: u32 = 1_000;
pub const SEED: u64 = 20_170_120;

/// A demonstration that was filled.
pub struct Demo {
    _database: TestDatabase,
    pub url: String,
    keys: BTreeMap<String, String>,
    filled: Filled,
}

pub async fn make(seed: u64) -> Demo {
    let home = fresh_database().await;
    let database = Database::open(&home.url).await.unwrap();
    let keys = Vault::fresh_keys().unwrap();
    let ground = Ground {
        database: database.clone(),
        atlas: Arc::new(Atlas::from_rows(Atlas::embedded_rows())),
        vault: Arc::new(Vault::new(&keys).unwrap()),
        hasher: Hasher::cheap().unwrap(),
    };
    assert_eq!(demo::find(&database).await.unwrap(), Found::Nothing);
    let filled = demo::fill(&ground, SCALE, seed, &|_| {}).await.unwrap();
    assert_eq!(demo::find(&database).await.unwrap(), Found::Whole { scale: SCALE });
    assert!(demo::fill(&ground, SCALE, seed, &|_| {}).await.is_err(), "a house is filled once");
    database.close().await.unwrap();
    Demo { url: home.url.clone(), _database: home, keys, filled }
}

/// Those who run at the same moment share one; it goes with the last of them.
async fn shared() -> Arc<Demo> {
    static DEMO: Mutex<Weak<Demo>> = Mutex::const_new(Weak::new());
    let mut kept = DEMO.lock().await;
    if let Some(demo) = kept.upgrade() {
        return demo;
    }
    let made = Arc::new(make(SEED).await);
    *kept = Arc::downgrade(&made);
    made
}

impl Demo {
    /// The house on this year, on its last day.
    pub async fn serve(&self) -> Client {
        let settings: Settings = rocket::figment::Figment::from(("base_url", "http://localhost")).extract().unwrap();
        let clock: Clock = morning_of(demo::TODAY);
        let hasher = Hasher::cheap().unwrap();
        let house = House::open(settings, clock, &self.url, self.keys.clone(), hasher).await.unwrap();
        let figment = rocket::figment::Figment::from(rocket::Config::debug_default())
            .merge(("log_level", "off"))
            .merge(("ip_header", false));
        Client::untracked(house.rocket(figment).unwrap()).await.unwrap()
    }

    async fn open(&self) -> DatabaseConnection {
        let mut options = sea_orm::ConnectOptions::new(&self.url);
        options.max_connections(1).sqlx_logging(false);
        sea_orm::Database::connect(options).await.unwrap()
    }

    pub fn sign_in(&self, role: Role) -> &SignIn {
        self.filled.sign_ins.iter().find(|one| one.role == role).unwrap()
    }
}

/// The first column of every row, as a number.
async fn numbers(db: &DatabaseConnection, sql: &str) -> Vec<i64> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<i64>(0).unwrap()).collect()
}

async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    numbers(db, sql).await[0]
}

#[track_caller]
fn none(found: &[i64], what: &str) {
    assert!(found.is_empty(), "{what}: {found:?}");
}

#[rocket::async_test]
async fn what_is_not_true_in_it_is_found_and_some_of_it_is_decided() {
    let demo = shared().await;
    let db = demo.open().await;
    let kinds = "SELECT COUNT(DISTINCT kind) FROM doubt WHERE area_code LIKE '360923%'";
    assert!(number(&db, kinds).await >= 4);
    for status in ["open", "dismissed", "confirmed", "in_case"] {
        let some = format!("SELECT COUNT(*) FROM doubt WHERE area_code LIKE '360923%' AND status = '{status}'");
        assert!(number(&db, &some).await > 0, "{status}");
    }
    assert_eq!(number(&db, "SELECT COUNT(*) FROM supervision_case WHERE status = 'opened'").await, 1);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM supervision_case WHERE status = 'decided'").await, 1);
}

#[rocket::async_test]
async fn one_school_is_warned_and_has_to_mend_and_one_is_risky() {
    let demo = shared().await;
    let db = demo.open().await;
    let warned = "SELECT COUNT(*) FROM sanction WHERE status = 'in_force' AND kind IN ('warn', 'rectify')";
    assert_eq!(number(&db, warned).await, 2);
    let high = number(&db, "SELECT CAST(MAX(points) AS bigint) FROM risk_standing WHERE band = 'high'").await;
    assert!((50..=100).contains(&high), "{high} points");
}

#[rocket::async_test]
async fn the_year_counts_as_many_distinct_people_as_were_published() {
    let demo = shared().await;
    let db = demo.open().await;
    for (programme, done, target) in [(Programme::Entrepreneurship, 149, 120), (Programme::Ecommerce, 60, 50)] {
        let people = format!(
            "SELECT COUNT(DISTINCT person_id) FROM completion WHERE qualified AND year = 2016 AND programme = '{programme}'"
        );
        assert_eq!(number(&db, &people).await, done);
        assert_eq!(demo.filled.year.rate(programme), Some(Rate::new(done, target)));
    }
    assert_eq!(demo.filled.year.areas.len(), 12);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM person").await, 1_100);
    let table = demo.filled.year.to_string();
    assert!(table.contains("149 / 120 = 124.2 %") && table.contains("60 / 50 = 120.00 %"), "{table}");
}

#[rocket::async_test]
async fn every_level_adds_up_to_the_one_above() {
    let demo = shared().await;
    let db = demo.open().await;
    for programme in ["entrepreneurship", "ecommerce"] {
        for (table, value, rest) in [
            ("target", "value", " AND measure = 'people'"),
            ("progress", "people", ""),
            ("progress", "person_times", ""),
        ] {
            let of = |like: &str| {
                format!(
                    "SELECT CAST(SUM({value}) AS BIGINT) FROM {table} \
                     WHERE year = 2016 AND programme = '{programme}' AND area_code LIKE '{like}'{rest}"
                )
            };
            let province = number(&db, &of("360000")).await;
            // Prefectures without the province; counties without both.
            let prefectures = number(&db, &(of("36__00") + " AND area_code <> '360000'")).await;
            let counties = number(&db, &(of("36____") + " AND area_code NOT LIKE '36__00'")).await;
            assert_eq!((prefectures, counties), (province, province), "{table}.{value} of {programme}");
        }
        let villages = format!(
            "SELECT p.people - COUNT(DISTINCT c.person_id) FROM progress p LEFT JOIN completion c ON c.qualified \
             AND c.programme = p.programme AND c.year = p.year AND c.area_code LIKE p.area_code || '%' \
             WHERE p.programme = '{programme}' AND LENGTH(p.area_code) >= 9 GROUP BY p.area_code, p.people \
             HAVING p.people <> COUNT(DISTINCT c.person_id)"
        );
        none(&numbers(&db, &villages).await, "counters of townships and villages");
    }
}

#[rocket::async_test]
async fn who_signs_in_finds_in_the_mailbox_what_led_to_where_things_stand() {
    let demo = shared().await;
    let db = demo.open().await;
    for (login, kinds) in [
        ("trainee", ["certificate_issued", "waitlisted"].as_slice()),
        ("enterprise", &["order_accepted", "order_returned"]),
        ("institution", &["course_returned", "class_approved", "class_returned", "claim_paid", "claim_returned"]),
    ] {
        for kind in kinds {
            let told = format!(
                "SELECT COUNT(*) FROM message m JOIN account a ON a.id = m.account_id \
                 WHERE a.login = '{login}' AND m.kind = '{kind}'"
            );
            assert!(number(&db, &told).await > 0, "{login} was not told {kind}");
        }
    }
}

#[rocket::async_test]
async fn the_people_of_jingshan_are_told_as_in_the_news() {
    let demo = shared().await;
    let db = demo.open().await;
    let of_village = "FROM person WHERE area_code = '360923106206'";
    assert_eq!(number(&db, &format!("SELECT COUNT(*) {of_village}")).await, 29);
    assert_eq!(number(&db, &format!("SELECT COUNT(*) {of_village} AND exited_on IS NOT NULL")).await, 3);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM service_event WHERE area_code = '360923106206'").await, 68);

    let vault = Vault::new(&demo.keys).unwrap();
    let statement = Statement::from_string(db.get_database_backend(), format!("SELECT id, sealed {of_village}"));
    let mut causes = [0; 4];
    for row in db.query_all_raw(statement).await.unwrap() {
        let id: uuid::Uuid = row.try_get("", "id").unwrap();
        let open = vault.open("person.sealed", id, &row.try_get::<Vec<u8>>("", "sealed").unwrap()).unwrap();
        let private: serde_json::Value = serde_json::from_slice(&open).unwrap();
        let place = ["01", "04", "03", "02"].iter().position(|cause| private["main_cause"] == *cause).unwrap();
        causes[place] += 1;
    }
    assert_eq!(causes, [15, 2, 4, 8]);
}

#[rocket::async_test]
async fn forty_one_people_of_wudoujiang_completed_three_days_of_ecommerce() {
    let demo = shared().await;
    let db = demo.open().await;
    let class = "FROM training_class WHERE area_code = '360827206' AND programme = 'ecommerce' AND taken = 41";
    assert_eq!(number(&db, &format!("SELECT COUNT(*) {class} AND status = 'closed'")).await, 1);
    let completed = format!(
        "SELECT COUNT(DISTINCT c.person_id) FROM completion c WHERE c.qualified AND c.area_code LIKE '360827206%' \
         AND c.class_id IN (SELECT id {class})"
    );
    assert_eq!(number(&db, &completed).await, 41);
    let sessions = format!("SELECT COUNT(*) FROM class_session WHERE class_id IN (SELECT id {class})");
    assert_eq!(number(&db, &sessions).await, 6);
}

#[rocket::async_test]
async fn seats_quotas_and_sizes_agree() {
    let demo = shared().await;
    let db = demo.open().await;
    let seats = "SELECT CAST(t.taken AS BIGINT) FROM training_class t WHERE t.taken <> (SELECT COUNT(*) FROM enrolment e \
                 WHERE e.class_id = t.id AND e.status IN ('seated', 'started', 'completed', 'failed'))";
    none(&numbers(&db, seats).await, "seats taken");
    let quotas = "SELECT COUNT(q.n) FROM enrolment e LEFT JOIN quota_use q ON q.enrolment_id = e.id \
                  WHERE e.status IN ('seated', 'started', 'completed', 'failed') GROUP BY e.id HAVING COUNT(q.n) <> 1";
    none(&numbers(&db, quotas).await, "one quota for each seat");
    let sizes = "SELECT CAST(taken AS BIGINT) FROM training_class WHERE (programme = 'entrepreneurship' AND seats > 30) \
                 OR (programme = 'ecommerce' AND seats > 41)";
    none(&numbers(&db, sizes).await, "sizes of classes");
    let twice = "SELECT COUNT(*) FROM class_session s JOIN enrolment e ON e.class_id = s.class_id \
                 AND e.status <> 'waitlisted' GROUP BY e.person_id, s.starts_at HAVING COUNT(*) > 1";
    none(&numbers(&db, twice).await, "nobody sits in two classes at once");
    let trainers = "SELECT COUNT(*) FROM class_session s JOIN training_class t ON t.id = s.class_id \
                    GROUP BY t.organisation_id, t.trainer, s.starts_at HAVING COUNT(*) > 1";
    none(&numbers(&db, trainers).await, "no trainer teaches two classes at once");
    let venues = "SELECT COUNT(*) FROM class_session s JOIN training_class t ON t.id = s.class_id \
                  GROUP BY t.area_code, t.venue, s.starts_at HAVING COUNT(*) > 1";
    none(&numbers(&db, venues).await, "no two classes meet in one room at once");
}

#[rocket::async_test]
async fn attendance_carries_every_completion() {
    let demo = shared().await;
    let db = demo.open().await;
    let minutes = "SELECT CAST(c.credited_minutes AS BIGINT) FROM completion c WHERE c.credited_minutes <> \
                   (SELECT COALESCE(SUM(m.minutes), 0) FROM attendance_mark m WHERE m.enrolment_id = c.enrolment_id)";
    none(&numbers(&db, minutes).await, "credited minutes");
    let qualified = "SELECT CAST(c.credited_minutes AS BIGINT) FROM completion c \
                     JOIN training_class t ON t.id = c.class_id WHERE c.qualified <> \
                     (c.passed AND c.credited_minutes * 100 >= c.held_minutes * t.attendance_percent)";
    none(&numbers(&db, qualified).await, "who qualified");
    let passed = "SELECT COUNT(a.id) FROM completion c LEFT JOIN assessment a ON a.enrolment_id = c.enrolment_id \
                  AND a.result <> 'failed' WHERE c.passed GROUP BY c.enrolment_id HAVING COUNT(a.id) <> 1";
    none(&numbers(&db, passed).await, "a passed assessment");
    let marks = "SELECT COUNT(*) FROM attendance_mark m JOIN class_session s ON s.id = m.session_id \
                 WHERE s.status <> 'held' OR m.marked_at < s.ends_at";
    assert_eq!(number(&db, marks).await, 0, "marks of sessions that were held");
    let certificates = "SELECT COUNT(x.id) FROM completion c LEFT JOIN certificate x ON x.enrolment_id = c.enrolment_id \
                        AND x.status <> 'replaced' WHERE c.qualified GROUP BY c.enrolment_id HAVING COUNT(x.id) <> 1";
    none(&numbers(&db, certificates).await, "a certificate for each");
}

#[rocket::async_test]
async fn the_money_adds_up_to_the_fen() {
    let demo = shared().await;
    let db = demo.open().await;
    for (column, account) in
        [("available_fen", "available"), ("reserved_fen", "reserved"), ("payable_fen", "payable"), ("paid_fen", "paid")]
    {
        let pots = format!(
            "SELECT p.{column} FROM pot p WHERE p.{column} <> (SELECT COALESCE(SUM(CASE WHEN x.credit = '{account}' \
             THEN x.fen WHEN x.debit = '{account}' THEN -x.fen ELSE 0 END), 0) FROM posting x WHERE x.pot_id = p.id)"
        );
        none(&numbers(&db, &pots).await, account);
    }
    let reserved = "SELECT CAST(SUM(p.fen) AS BIGINT) FROM posting p JOIN training_class t ON t.id = p.class_id \
                    WHERE p.cause = 'class_approved' GROUP BY t.id, t.seats, t.unit_fen \
                    HAVING SUM(p.fen) <> t.seats * t.unit_fen";
    none(&numbers(&db, reserved).await, "what is set aside for a class");
    let lines = "SELECT c.total_fen FROM claim c WHERE c.total_fen <> \
                 (SELECT SUM(l.fen) FROM claim_line l WHERE l.claim_id = c.id AND l.status NOT IN ('refused', 'void'))";
    none(&numbers(&db, lines).await, "claims and their lines");
    let payments = "SELECT c.total_fen FROM claim c LEFT JOIN payment p ON p.claim_id = c.id AND p.status = 'paid' \
                    WHERE (c.status = 'paid') <> (p.fen IS NOT NULL AND p.fen = c.total_fen)";
    none(&numbers(&db, payments).await, "claims and their payments");
    let owed = "SELECT c.total_fen FROM claim c WHERE c.status IN ('in_notice', 'paid', 'pay_failed') AND c.total_fen <> \
                (SELECT COALESCE(SUM(CASE WHEN p.credit = 'payable' THEN p.fen WHEN p.credit = 'reserved' THEN -p.fen \
                ELSE 0 END), 0) FROM posting p WHERE p.claim_id = c.id)";
    none(&numbers(&db, owed).await, "claims and the ledger");
    let unqualified = "SELECT COUNT(*) FROM claim_line l LEFT JOIN completion c ON c.enrolment_id = l.enrolment_id \
                       WHERE l.status IN ('claimed', 'paid') AND (c.qualified IS NULL OR NOT c.qualified)";
    assert_eq!(number(&db, unqualified).await, 0, "nobody is paid for who did not qualify");
}

#[rocket::async_test]
async fn in_shanggao_something_waits_in_every_state() {
    let demo = shared().await;
    let db = demo.open().await;
    let states = async |table: &str| -> BTreeSet<String> {
        let sql = format!("SELECT DISTINCT status FROM {table} WHERE area_code LIKE '360923%'");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
    };
    let set = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<BTreeSet<String>>();
    assert!(states("claim").await.is_superset(&set(&["submitted", "returned", "first_approved", "in_notice"])));
    let classes = set(&["draft", "applied", "returned", "approved", "running", "ended", "closed"]);
    assert_eq!(states("training_class").await, classes);
    assert!(states("enterprise_order").await.is_superset(&set(&["draft", "submitted", "returned", "accepted"])));
    assert!(states("course").await.is_superset(&set(&["draft", "submitted", "returned", "listed"])));
    let unclaimed = "SELECT COUNT(*) FROM training_class t LEFT JOIN claim c ON c.class_id = t.id \
                     WHERE t.status = 'closed' AND t.area_code LIKE '360923%' AND c.id IS NULL";
    assert!(number(&db, unclaimed).await >= 1, "a class that nobody claimed for yet");
    let full = "SELECT COUNT(*) FROM training_class t WHERE t.status = 'approved' AND t.taken = t.seats AND \
                (SELECT COUNT(*) FROM enrolment e WHERE e.class_id = t.id AND e.status = 'waitlisted') = 4";
    assert_eq!(number(&db, full).await, 1, "a full class with four who wait");
    let open = "SELECT COUNT(*) FROM training_class WHERE status = 'approved' AND taken < seats";
    assert_eq!(number(&db, open).await, 3);
}

#[rocket::async_test]
async fn the_same_seed_makes_the_same_year() {
    let (one, other, third) = (shared().await, make(SEED).await, make(7).await);
    assert_eq!(one.filled.year, other.filled.year);
    let figures = async |demo: &Demo| {
        let db = demo.open().await;
        let mut figures = Vec::new();
        for sql in [
            "SELECT CAST(SUM(credited_minutes) AS BIGINT) FROM completion",
            "SELECT CAST(SUM(paid_fen) AS BIGINT) FROM pot",
            "SELECT COUNT(*) FROM attendance_mark",
            "SELECT COUNT(*) FROM person WHERE sex = 'male'",
        ] {
            figures.push(number(&db, sql).await);
        }
        figures
    };
    assert_eq!(figures(&one).await, figures(&other).await);
    assert_ne!(figures(&one).await, figures(&third).await);
    assert_eq!(
        third.filled.year.rate(Programme::Entrepreneurship),
        one.filled.year.rate(Programme::Entrepreneurship),
        "whoever they are, as many as were published"
    );
}

#[rocket::async_test]
async fn whoever_the_demo_names_can_sign_in_and_only_those() {
    let demo = make(SEED).await;
    let client = demo.serve().await;
    let tokens = async |login: &str, password: &str| {
        let body = serde_json::json!({ "login": login, "password": password }).to_string();
        Answer::of(client.post("/api/v1/tokens").header(ContentType::JSON).body(body)).await
    };
    for role in Role::all() {
        let SignIn { login, password, area, name, .. } = demo.sign_in(role);
        assert!(password.len() >= 12, "{password}");
        let json = tokens(login, password).await.is(Status::Created).json();
        assert_eq!(
            (json["account"]["role"].as_str(), json["account"]["name"].as_str()),
            (Some(role.as_str()), Some(name.as_str()))
        );
        assert_eq!(json["account"]["area_code"].as_str(), Some(area.as_str()));
    }
    tokens("county_clerk-360102", "-").await.refuses("account.wrong_password");

    // A browser of today must not take the cookie of a past year for one that has ended.
    let SignIn { login, password, .. } = demo.sign_in(Role::Auditor);
    let csrf = Token::from_visitor("a-passer-by").form_token();
    let form = format!("_csrf={csrf}&login={login}&password={password}");
    let request = client.post("/sign-in").cookie(("sidan-visitor", "a-passer-by")).header(ContentType::Form).body(form);
    let answer = Answer::of(request).await.goes_to("/");
    let cookie = answer.header("Set-Cookie").unwrap();
    assert!(cookie.contains("Max-Age=") && !cookie.contains("Expires="), "{cookie}");
}

#[rocket::async_test]
async fn the_check_of_the_house_finds_nothing() {
    let demo = shared().await;
    let database = Database::open(&demo.url).await.unwrap();
    let vault = Vault::new(&demo.keys).unwrap();
    let atlas = Atlas::from_rows(Atlas::embedded_rows());
    let report = sidan::check::run(&database, &atlas, Some(&vault)).await.unwrap();
    assert!(report.is_clean(), "{:#?}", report.findings);
    database.close().await.unwrap();
}

//! The real server is killed fifty times while claims are handed in, approved, let be paid and taken to the bank, and people
//! are marked present: what was acknowledged is there when it comes back, what was not is there as a whole or not at all.
//!
//! `SIDAN_ROUNDS=n` kills it so often.
#![expect(clippy::print_stdout, reason = "what the program said, and how much was asked of it")]

use std::{
    collections::HashMap,
    env,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use entities::{
    attendance_mark, claim, decision, mark_try, payment_batch,
    values::{BatchStatus, ClaimStatus, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, PotId, Presence, Role},
};
use rocket::tokio::task::spawn_blocking;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sidan::{check, seals::verify};

use super::{account, contract, id};
use crate::support::app::{App, Visitor, nine_on};
use crate::support::given::{GivenClass, Graduate, day};
use crate::support::server::Server;

const ROUNDS: u32 = 50;
const LANES: usize = 6;
/// What the scene leaves undone: its classes were closed without their sessions, and nobody counted who sat in them.
const OF_THE_SCENE: [&str; 3] = ["class.sessions", "progress.count", "quota.missing"];
/// How long a round asks of the server before it is killed, in milliseconds.
const LOAD: [u64; 5] = [250, 400, 700, 900, 1_200];

/// What may be done next for a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Claim,
    Approve,
    Reject,
    CheckerReturns,
    Submit,
    Confirm,
    Authorise,
    FinanceReturns,
    Build,
    Freeze,
    Fetch,
    Send,
}

/// Where the money of a class is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    claim: Option<ClaimStatus>,
    batch: Option<BatchStatus>,
    fetched: bool,
}

/// A finished class with a pot of its own, and what was acknowledged of it.
#[derive(Debug)]
struct Slot {
    class: ClassId,
    pot: PotId,
    place: Place,
    claim: String,
    batch: String,
    /// Decisions that were acknowledged.
    decisions: usize,
    /// What was asked for when the server died.
    open: Option<Step>,
    turns: u32,
}

impl Slot {
    /// Every kind of way is gone in turn; what waits for the public notice waits until the server is down.
    fn next(&self) -> Option<Step> {
        let way = self.turns % 5;
        match (self.place.claim, self.place.batch) {
            (None | Some(ClaimStatus::Rejected), _) => Some(Step::Claim),
            (Some(ClaimStatus::Submitted), _) => Some(if way == 4 { Step::Reject } else { Step::Approve }),
            (Some(ClaimStatus::FirstApproved), _) => Some(if way == 1 { Step::CheckerReturns } else { Step::Confirm }),
            (Some(ClaimStatus::Returned), _) => Some(Step::Submit),
            (Some(ClaimStatus::Cleared), _) => Some(if way < 2 { Step::FinanceReturns } else { Step::Authorise }),
            (Some(ClaimStatus::FinanceApproved), _) => Some(Step::Build),
            (Some(ClaimStatus::Paying), Some(BatchStatus::Building)) => Some(Step::Freeze),
            (Some(ClaimStatus::Paying), Some(BatchStatus::Frozen)) => {
                Some(if self.place.fetched { Step::Send } else { Step::Fetch })
            }
            _ => None,
        }
    }

    /// Where a step leads.
    fn after(&self, step: Step) -> Place {
        let claim = |status| Place { claim: Some(status), ..self.place };
        let batch = |status| Place { batch: Some(status), ..self.place };
        match step {
            Step::Claim | Step::Submit => claim(ClaimStatus::Submitted),
            Step::Approve => claim(ClaimStatus::FirstApproved),
            Step::Reject => claim(ClaimStatus::Rejected),
            Step::CheckerReturns | Step::FinanceReturns => claim(ClaimStatus::Returned),
            Step::Confirm => claim(ClaimStatus::SecondApproved),
            Step::Authorise => claim(ClaimStatus::FinanceApproved),
            Step::Build => Place { batch: Some(BatchStatus::Building), ..claim(ClaimStatus::Paying) },
            Step::Freeze => batch(BatchStatus::Frozen),
            Step::Fetch => Place { fetched: true, ..self.place },
            Step::Send => batch(BatchStatus::Sent),
        }
    }
}

/// The API keys of those who work.
struct Staff {
    school: String,
    clerk: String,
    checker: String,
    finance: String,
    payer: String,
}

fn bearer(who: &Visitor) -> String {
    who.api.as_ref().unwrap().reveal().to_owned()
}

/// What the server answered, as far as it got to answer.
fn ask(port: u16, token: &str, verb: &str, path: &str, body: &Value) -> Option<(u16, String)> {
    let body = if verb == "GET" { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let head = format!(
        "{verb} /api/v1{path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    // Whoever reads the status is told, even where the rest does not come any more.
    let whole = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    whole.ok().map_or(Some((status, String::new())), |_| Some((status, answer)))
}

/// Takes the next step for one class; false once the server is gone.
fn take(port: u16, staff: &Staff, slot: &mut Slot) -> bool {
    let Some(step) = slot.next() else { return true };
    slot.open = Some(step);
    let (claim, batch) = (&slot.claim, &slot.batch);
    let back = json!({ "code": "papers", "reason": "代领协议没有盖章" });
    let of_claim = |step: &str| format!("/claims/{claim}/{step}");
    let of_batch = |step: &str| format!("/batches/{batch}/{step}");
    let (who, verb, path, body) = match step {
        Step::Claim => (&staff.school, "POST", format!("/classes/{}/claim", slot.class), contract()),
        Step::Approve => (&staff.clerk, "POST", of_claim("approve"), json!({})),
        Step::Reject => (&staff.clerk, "POST", of_claim("reject"), json!({ "reason": "重新申领" })),
        Step::CheckerReturns => (&staff.checker, "POST", of_claim("return"), back),
        Step::Submit => (&staff.school, "POST", of_claim("submit"), json!({})),
        Step::Confirm => (&staff.checker, "POST", of_claim("confirm"), json!({})),
        Step::Authorise => (&staff.finance, "POST", of_claim("authorise"), json!({})),
        Step::FinanceReturns => (&staff.finance, "POST", of_claim("return"), back),
        Step::Build => (&staff.payer, "POST", "/batches".to_owned(), json!({ "pot_id": slot.pot, "layout": "rural" })),
        Step::Freeze => (&staff.payer, "POST", of_batch("freeze"), json!({})),
        Step::Fetch => (&staff.payer, "GET", of_batch("file"), json!({})),
        Step::Send => (&staff.payer, "POST", of_batch("send"), json!({})),
    };
    let Some((status, answer)) = ask(port, who, verb, &path, &body) else { return false };
    // The house is busy, or going down: nothing was done.
    if status == 503 {
        slot.open = None;
        return true;
    }
    assert!((200..300).contains(&status), "{step:?}: {answer}");
    slot.place = slot.after(step);
    let new = answer.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str::<Value>(body).ok());
    match (step, new) {
        (Step::Claim, Some(new)) => id(&new).clone_into(&mut slot.claim),
        (Step::Build, Some(new)) => id(&new).clone_into(&mut slot.batch),
        // The answer broke off: its id is read from the tables.
        (Step::Claim, None) => slot.claim.clear(),
        (Step::Build, None) => slot.batch.clear(),
        _ => {}
    }
    slot.decisions += usize::from(!matches!(step, Step::Freeze | Step::Fetch | Step::Send));
    slot.turns += u32::from(matches!(step, Step::Claim | Step::Submit));
    slot.open = None;
    true
}

/// Somebody who is marked, over and over.
#[derive(Debug)]
struct Marked {
    session: String,
    seats: Vec<EnrolmentId>,
    /// What was acknowledged of each, and how many marks.
    stands: HashMap<EnrolmentId, (Presence, usize)>,
    open: Option<(EnrolmentId, Presence)>,
}

impl Marked {
    fn mark(&mut self, port: u16, staff: &Staff, turn: usize) -> bool {
        let seat = self.seats[turn % self.seats.len()];
        let before = self.stands.get(&seat).copied();
        let says = if before.is_some_and(|(stands, _)| stands == Presence::Present) {
            Presence::Absent
        } else {
            Presence::Present
        };
        self.open = Some((seat, says));
        let body = json!({ "marks": [{ "enrolment_id": seat, "presence": says }] });
        let path = format!("/class-sessions/{}/attendance", self.session);
        let Some((status, answer)) = ask(port, &staff.school, "POST", &path, &body) else { return false };
        if status != 503 {
            assert_eq!(status, 200, "{answer}");
            self.stands.insert(seat, (says, before.map_or(0, |(_, count)| count) + 1));
        }
        self.open = None;
        true
    }
}

/// The county whose server is killed.
struct Scene {
    app: Arc<App>,
    staff: Arc<Staff>,
    school: Visitor,
    lanes: Vec<Vec<Slot>>,
    marked: Vec<Marked>,
    people: u16,
}

impl Scene {
    async fn set() -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 20));
        let school = app.sign_in(Role::Institution).await;
        app.given_payee_account(school.organisation.unwrap(), &account(1)).await;
        let staff = Staff {
            school: bearer(&school),
            clerk: bearer(&app.sign_in(Role::CountyClerk).await),
            checker: bearer(&app.sign_in(Role::CountyChecker).await),
            finance: bearer(&app.sign_in(Role::FinanceOfficer).await),
            payer: bearer(&app.sign_in(Role::FinanceOfficer).await),
        };
        let mut scene = Self { app, staff: Arc::new(staff), school, lanes: Vec::new(), marked: Vec::new(), people: 1 };
        for _ in 0..LANES {
            let mut lane = Vec::new();
            for _ in 0..3 {
                lane.push(scene.finished().await);
            }
            scene.lanes.push(lane);
        }
        scene.in_session().await;
        scene
    }

    async fn finished(&mut self) -> Slot {
        let own = self.school.organisation.unwrap();
        let class = self.app.given_finished_class(own, self.people, &[Graduate::QUALIFIED]).await;
        self.people += 1;
        let place = Place { claim: None, batch: None, fetched: false };
        Slot {
            class: class.class,
            pot: class.pot,
            place,
            claim: String::new(),
            batch: String::new(),
            decisions: 0,
            open: None,
            turns: u32::from(self.people),
        }
    }

    /// A class of ten that sits in its first session.
    async fn in_session(&mut self) {
        let own = self.school.organisation.unwrap();
        let given =
            GivenClass { status: ClassStatus::Approved, seats: 10, starts_on: day(11, 20), ..GivenClass::of(own) };
        let class = self.app.given_class(given).await;
        let mut people = Vec::new();
        for _ in 0..10 {
            people.push(self.app.given_person(self.people).await);
            self.people += 1;
        }
        let seats = self.app.given_enrolments(class, &people, EnrolmentStatus::Seated).await;
        let sessions = self.school.api_get(&format!("/api/v1/classes/{class}/sessions")).await.json();
        let session = id(&sessions["items"][0]).to_owned();
        self.marked.push(Marked { session, seats, stands: HashMap::new(), open: None });
    }

    /// Works until the server is gone; it is killed so many milliseconds after its first answer.
    async fn load(&mut self, server: Server, millis: u64) {
        let (port, end) = (server.port, Instant::now() + Duration::from_secs(30));
        let begun = Arc::new(AtomicBool::new(false));
        let mut works = Vec::new();
        for mut lane in std::mem::take(&mut self.lanes) {
            let (staff, begun) = (Arc::clone(&self.staff), Arc::clone(&begun));
            works.push(spawn_blocking(move || {
                let mut turn = 0;
                // Where nothing is left to do nobody asks.
                while Instant::now() < end && lane.iter().any(|slot| slot.next().is_some()) {
                    let n = turn % lane.len();
                    turn += 1;
                    if lane[n].next().is_some() {
                        if !take(port, &staff, &mut lane[n]) {
                            break;
                        }
                        begun.store(true, Ordering::Relaxed);
                    }
                }
                lane
            }));
        }
        let (staff, mut marked) = (Arc::clone(&self.staff), self.marked.pop().unwrap());
        let answered = Arc::clone(&begun);
        let marking = spawn_blocking(move || {
            let mut turn = 0;
            while Instant::now() < end && marked.mark(port, &staff, turn) {
                turn += 1;
                answered.store(true, Ordering::Relaxed);
            }
            marked
        });
        let killing = spawn_blocking(move || {
            while !begun.load(Ordering::Relaxed) && Instant::now() < end {
                thread::sleep(Duration::from_millis(10));
            }
            thread::sleep(Duration::from_millis(millis));
            // Dropping it kills it.
            drop(server);
        });
        killing.await.unwrap();
        for work in works {
            self.lanes.push(work.await.unwrap());
        }
        self.marked.push(marking.await.unwrap());
    }

    /// What was acknowledged stands, what was not may stand; the classes go on from where they are.
    async fn nothing_is_lost(&mut self) {
        let db = self.app.db.writer();
        let claims = claim::Entity::find().order_by_asc(claim::Column::Id).all(db).await.unwrap();
        let batches = payment_batch::Entity::find().order_by_asc(payment_batch::Column::Id).all(db).await.unwrap();
        let decisions = decision::Entity::find().all(db).await.unwrap();
        for slot in self.lanes.iter_mut().flatten() {
            let own: Vec<&claim::Model> = claims.iter().filter(|claim| claim.class_id == slot.class).collect();
            let batch = batches.iter().rfind(|batch| batch.pot_id == slot.pot);
            let stands = Place {
                claim: own.last().map(|claim| claim.status),
                batch: batch.map(|batch| batch.status),
                fetched: batch.is_some_and(|batch| batch.fetches > 0),
            };
            let told: Vec<Place> =
                [Some(slot.place), slot.open.map(|step| slot.after(step))].into_iter().flatten().collect();
            // What was approved twice the server publishes by itself.
            let published = stands.claim == Some(ClaimStatus::InNotice)
                && told.iter().any(|place| place.claim == Some(ClaimStatus::SecondApproved));
            assert!(told.contains(&stands) || published, "{stands:?} stands, told was {slot:?}");
            let count = decisions.iter().filter(|row| own.iter().any(|claim| claim.id == row.claim_id)).count();
            let most = slot.decisions + usize::from(slot.open.is_some());
            assert!((slot.decisions..=most).contains(&count), "{count} decisions, told was {slot:?}");
            (slot.place, slot.decisions, slot.open) = (stands, count, None);
            slot.claim = own.last().map(|claim| claim.id.to_string()).unwrap_or_default();
            slot.batch = batch.map(|batch| batch.id.to_string()).unwrap_or_default();
        }
        self.no_mark_is_lost().await;
    }

    async fn no_mark_is_lost(&mut self) {
        let db = self.app.db.writer();
        let marked = self.marked.last_mut().unwrap();
        for seat in &marked.seats {
            let mark = attendance_mark::Entity::find().filter(attendance_mark::Column::EnrolmentId.eq(*seat));
            let stands = mark.one(db).await.unwrap().map(|mark| mark.presence);
            let tries =
                mark_try::Entity::find().filter(mark_try::Column::EnrolmentId.eq(*seat)).all(db).await.unwrap().len();
            let told = marked.stands.get(seat).copied();
            let open = marked.open.filter(|(open, _)| open == seat).map(|(_, says)| says);
            assert!(
                stands == told.map(|(says, _)| says) || (open.is_some() && stands == open),
                "{stands:?}, told {told:?}"
            );
            let count = told.map_or(0, |(_, count)| count);
            assert!((count..=count + usize::from(open.is_some())).contains(&tries), "{tries} marks, told {count}");
            if let Some(stands) = stands {
                marked.stands.insert(*seat, (stands, tries));
            }
        }
        marked.open = None;
    }

    /// While the server is down, the notices of what was approved twice are over.
    async fn notices_are_over(&mut self) {
        for slot in self.lanes.iter_mut().flatten() {
            if slot.place.claim == Some(ClaimStatus::SecondApproved) {
                self.app.given_through_notice(slot.claim.parse().unwrap()).await;
                slot.place.claim = Some(ClaimStatus::Cleared);
            }
        }
    }

    /// What `sidan check` and `sidan audit verify` find.
    async fn all_agrees(&self) {
        let atlas = check::atlas(&self.app.db).await.unwrap();
        let report = check::run(&self.app.db, &atlas, Some(&self.app.vault)).await.unwrap();
        let found = report.findings.iter().filter(|found| !OF_THE_SCENE.contains(&found.rule));
        let found: Vec<String> = found.map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:#?}");
        let sealed = verify(&self.app.db, &self.app.vault, std::iter::empty()).await.unwrap();
        assert!(sealed.is_clean(), "{:?}", sealed.faults);
    }

    /// The program itself says that all is well.
    fn says(&self, words: &[&str]) {
        let keys: Vec<String> = self.app.keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
        command.args(words).env("ROCKET_DATABASE_URL", self.app.url()).env("ROCKET_TODAY", "\"2016-11-20\"");
        let output = command.env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(","))).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {told}");
        println!("{words:?}: {told}");
    }
}

#[rocket::async_test]
async fn whenever_the_power_fails_nothing_that_was_acknowledged_is_lost() {
    let rounds = env::var("SIDAN_ROUNDS").map_or(ROUNDS, |text| text.parse().unwrap());
    let mut scene = Scene::set().await;
    scene.all_agrees().await;
    let (url, keys) = (scene.app.url(), scene.app.keys.clone());
    let quiet = [("ROCKET_TODAY", "\"2016-11-20\""), ("ROCKET_LOG_LEVEL", "off"), ("RUST_LOG", "error")];
    for round in 0..rounds {
        let (url, keys) = (url.clone(), keys.clone());
        let server = spawn_blocking(move || Server::start_with(&url, &keys, &quiet)).await.unwrap();
        scene.load(server, LOAD[usize::try_from(round).unwrap() % LOAD.len()]).await;
        scene.nothing_is_lost().await;
        scene.all_agrees().await;
        scene.notices_are_over().await;
        let new = scene.finished().await;
        scene.lanes[usize::try_from(round).unwrap() % LANES].push(new);
    }
    let slots: Vec<&Slot> = scene.lanes.iter().flatten().collect();
    let (decisions, sent) = (
        slots.iter().map(|slot| slot.decisions).sum::<usize>(),
        slots.iter().filter(|slot| slot.place.batch == Some(BatchStatus::Sent)).count(),
    );
    let marks: usize = scene.marked[0].stands.values().map(|(_, count)| count).sum();
    println!("{rounds} rounds: {decisions} decisions, {sent} batches sent, {marks} marks");
    assert!(decisions > 10 && marks > 10, "a server that does nothing loses nothing");
    scene.says(&["audit", "seal"]);
    scene.says(&["audit", "verify"]);
}

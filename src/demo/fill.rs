//! Filling a house with the year: counties are told on a thread of their own, one ahead of the writer.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use entities::{
    setting, target,
    values::{AccountId, Measure, PersonId, Programme, Role, TargetId},
};
use sea_orm::{ConnectionTrait, DbBackend};
use tokio::sync::mpsc;

use crate::accounts::Hasher;
use crate::areas::Atlas;
use crate::base::clock::morning_of;
use crate::base::money::grouped;
use crate::base::{Error, Result};
use crate::data::database::WRITER_CACHE;
use crate::data::{Audit, Database, Vault, Work};
use crate::demo::afterwards;
use crate::demo::calendar::{TODAY, YEAR, at, day};
use crate::demo::checks;
use crate::demo::classes::Common;
use crate::demo::county::{self, County};
use crate::demo::dice::Dice;
use crate::demo::doubts;
use crate::demo::figures::{CountyFigures, PROGRAMMES, SHANGGAO, SUICHUAN, figures};
use crate::demo::known_places::{jingshan, wudoujiang};
use crate::demo::letters;
use crate::demo::lists;
use crate::demo::numbers::Series;
use crate::demo::objections;
use crate::demo::offers::Standards;
use crate::demo::offices::Office;
use crate::demo::papers;
use crate::demo::payees;
use crate::demo::people::{People, Share};
use crate::demo::rows::Rows;
use crate::demo::sign_ins::{self, Behind, SignIn};
use crate::demo::store::{self, PROVINCE};
use crate::demo::tally::Tally;
use crate::demo::untrue;
use crate::demo::year::Year;
use crate::duplicates;
use crate::policy::{Rule, RuleBook};
use crate::villages;

/// Settings that mark a demonstration: that it is one, and, once it is whole, how large it is and what chance made it.
const DEMO: &str = "demo";
const SCALE: &str = "demo.scale";
const SEED: &str = "demo.seed";

/// Counties that may be told ahead of the writer.
const AHEAD: usize = 2;
/// Rows to a transaction, about.
const BATCH: usize = 100_000;
/// SQLite's pages in memory while indexes grow at random places: 256 MiB.
const LARGE_CACHE: &str = "PRAGMA cache_size = -262144";
/// Lines about the progress come no faster.
const PACE: Duration = Duration::from_millis(500);

/// The ground on which the year is told: a database that was prepared, and what belongs to it.
#[derive(Clone, Debug)]
pub struct Ground {
    pub database: Database,
    pub atlas: Arc<Atlas>,
    pub vault: Arc<Vault>,
    pub hasher: Hasher,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Filled {
    pub year: Year,
    pub sign_ins: Vec<SignIn>,
}

/// Whether a database holds the year already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    /// It was begun and not ended.
    Half,
    Whole {
        scale: u32,
    },
}

/// # Errors
/// Of the database.
pub async fn find(database: &Database) -> Result<Found> {
    let scale = store::setting(database.reader(), SCALE).await?.and_then(|text| text.parse().ok());
    Ok(match (scale, store::setting(database.reader(), DEMO).await?) {
        (Some(scale), _) => Found::Whole { scale },
        (None, Some(_)) => Found::Half,
        (None, None) => Found::Nothing,
    })
}

/// The year's table, from the counters.
///
/// # Errors
/// Of the database.
pub async fn table(database: &Database, atlas: &Atlas) -> Result<Year> {
    store::year(database.reader(), atlas).await
}

/// Fills an empty database with the year at `1/scale`; the same seed gives the same year. `tell` hears how far it is.
///
/// # Errors
/// `Invalid` for a scale that is none; `Internal` when something stands there already.
pub async fn fill(ground: &Ground, scale: u32, seed: u64, tell: &(dyn Fn(&str) + Sync)) -> Result<Filled> {
    if find(&ground.database).await? != Found::Nothing {
        return Err(Error::internal("the database holds a demonstration already"));
    }
    let figures = Arc::new(figures(scale, seed, &ground.atlas)?);
    let mut offices: Vec<Office> =
        figures.iter().enumerate().map(|(n, county)| Office::new(county.county, n, &ground.atlas)).collect();
    let standards = Standards::new();
    let mut series = Series::default();
    let (mut made, supervisor) = open_offices(ground, &mut offices, standards, &mut series, seed).await?;
    let attendance = {
        let rules = RuleBook::load(ground.database.reader()).await?;
        rules.value(Rule::AttendancePercent, PROVINCE, day(YEAR, 1, 1))?
    };
    let attendance = i32::try_from(attendance).map_err(Error::internal)?;
    tell(&format!("{} counties, their offices, institutions and courses", offices.len()));

    let (counties, told) = mpsc::channel(AHEAD);
    let offices = Arc::new(offices);
    let teller = {
        let (ground, figures, offices) = (ground.clone(), figures.clone(), offices.clone());
        tokio::task::spawn_blocking(move || {
            let common = Common { atlas: &ground.atlas, vault: &ground.vault, standards, attendance };
            let mut tally = Tally::default();
            let mut thread = Thread { ground: &ground, common: &common, seed, series: &mut series, tally: &mut tally };
            tell_counties(&mut thread, &figures, &offices, &counties)?;
            Ok::<_, Error>((series, tally))
        })
    };
    let written = write(ground, told, tell).await;
    let (series, tally) = teller.await.map_err(Error::internal)??;
    let trainee = written?;

    let work = Work::begin(&ground.database, &morning_of(TODAY)).await?;
    let (name, person) = trainee.ok_or_else(|| Error::internal("镜山村 has nobody to sign in"))?;
    let behind = Behind { person: Some(person), ..Behind::default() };
    let (sign_in, account) = sign_ins::make(&work, ground, Role::Trainee, &name, behind).await?;
    made.insert(0, sign_in);
    letters::write(&work, account, person).await?;
    let mut rows = Rows::default();
    targets(&figures, supervisor, &mut rows);
    tally.tell(&ground.atlas, &mut rows);
    for (programme, county) in PROGRAMMES.into_iter().zip([0, 1]) {
        let planned: u64 = figures.iter().filter_map(|f| f.completions.get(county)).sum();
        if tally.people(programme) != planned {
            return Err(Error::internal(format!(
                "{} people completed {programme}, not {planned}",
                tally.people(programme)
            )));
        }
    }
    series.tell(&mut rows);
    rows.setting.push(mark(SEED, &seed));
    rows.setting.push(mark(SCALE, &scale));
    rows.write(&work).await?;
    villages::recount_in(&work, &ground.atlas).await?;
    if ground.database.backend() == DbBackend::Sqlite {
        work.db().execute_unprepared(&format!("PRAGMA cache_size = {WRITER_CACHE}")).await?;
    }
    let office = offices.iter().find(|office| office.county == SHANGGAO);
    let office = office.ok_or_else(|| Error::internal("上高县 is not in the list"))?;
    doubts::tell(&work, ground, office, person).await?;
    papers::tell(&work, ground, office, person).await?;
    payees::tell_of_today(&work, &ground.vault, &offices).await?;
    work.record(Audit::of("load", "demo", YEAR).area(PROVINCE).detail(serde_json::json!({ "scale": scale })));
    work.finish().await?;
    objections::tell(ground, office).await?;
    checks::tell(ground, office, supervisor, (account, person)).await?;
    let work = Work::begin(&ground.database, &morning_of(TODAY)).await?;
    untrue::tell(&work, &ground.vault, office, supervisor).await?;
    afterwards::tell(&work, office, supervisor).await?;
    work.finish().await?;
    duplicates::load(&ground.database, &ground.vault, &morning_of(TODAY), SHANGGAO).await?;
    Ok(Filled { year: table(&ground.database, &ground.atlas).await?, sign_ins: made })
}

fn mark(name: &str, value: &impl ToString) -> setting::Model {
    setting::Model { name: name.to_owned(), value: value.to_string() }
}

/// Organisations, accounts, standards and courses, as they stood when the year began. Who can sign in, but for the trainee;
/// and the supervisor, who sets the targets.
async fn open_offices(
    ground: &Ground,
    offices: &mut [Office],
    standards: Standards,
    series: &mut Series,
    seed: u64,
) -> Result<(Vec<SignIn>, AccountId)> {
    let work = Work::begin(&ground.database, &morning_of(day(YEAR, 1, 4))).await?;
    let mut dice = Dice::new(seed);
    let mut rows = Rows::default();
    rows.setting.push(mark(DEMO, &"yes"));
    for (n, office) in offices.iter().enumerate() {
        office.organisations(n, &mut dice, &mut rows);
    }
    standards.tell(&mut rows);
    rows.write(&work).await?;

    let mut made = Vec::new();
    let mut known = Vec::new();
    let mut supervisor = None;
    for role in Role::all().filter(|role| *role != Role::Trainee) {
        let office = offices.iter_mut().find(|office| office.county == SHANGGAO);
        let office = office.ok_or_else(|| Error::internal("上高县 is not in the list"))?;
        let [school, _] = &mut office.schools;
        let organisation = match role {
            Role::Institution => Some(school.id),
            Role::Enterprise => Some(office.enterprise.id),
            Role::Assessor => Some(office.assessor.id),
            _ => None,
        };
        let behind = Behind { organisation, person: None };
        let name = sign_ins::name(role);
        let (sign_in, id) = sign_ins::make(&work, ground, role, name, behind).await?;
        match role {
            Role::VillageWorker => office.village_worker = id,
            Role::Enterprise => office.enterprise.contact = id,
            Role::Institution => school.head = id,
            Role::Assessor => office.assessor.contact = id,
            Role::CountyClerk => office.clerk = id,
            Role::CountyChecker => office.checker = id,
            Role::FinanceOfficer => office.finance = id,
            Role::Supervisor => supervisor = Some(id),
            Role::Trainee | Role::Auditor | Role::Administrator => {}
        }
        made.push(sign_in);
        known.push(id);
    }
    let mut rows = Rows::default();
    for office in &*offices {
        office.staff(&known, &ground.vault, &mut dice, &mut rows)?;
        office.courses(series, &mut rows);
    }
    let supervisor = supervisor.ok_or_else(|| Error::internal("no supervisor"))?;
    let clerk = offices.iter().find(|office| office.county == SHANGGAO).map(|office| office.clerk);
    lists::tell(clerk.unwrap_or(supervisor), supervisor, &ground.vault, &mut rows)?;
    rows.write(&work).await?;
    payees::tell(&work, &ground.vault, offices).await?;
    work.finish().await?;
    Ok((made, supervisor))
}

/// Somebody by name.
type Named = (String, PersonId);

/// A county on its way to the writer.
struct Batch {
    county: &'static str,
    rows: Rows,
    /// Who of it signs in as a trainee.
    trainee: Option<Named>,
}

/// What chance and numbering go through all counties with.
struct Thread<'a> {
    ground: &'a Ground,
    common: &'a Common<'a>,
    seed: u64,
    series: &'a mut Series,
    tally: &'a mut Tally,
}

/// Tells one county after the other until all are told or nobody listens.
fn tell_counties(
    thread: &mut Thread<'_>,
    figures: &[CountyFigures],
    offices: &[Office],
    counties: &mpsc::Sender<Batch>,
) -> Result<()> {
    let Thread { ground, common, seed, series, tally } = thread;
    let shares: Vec<Share> = figures.iter().map(|county| county.share.clone()).collect();
    let mut people = People::spread(*seed, &shares, &ground.atlas);
    for (figures, office) in figures.iter().zip(offices) {
        let some = people.by_ref().take(usize::try_from(figures.share.people).unwrap_or(usize::MAX)).collect();
        let named = match figures.county {
            SHANGGAO => jingshan(),
            SUICHUAN => wudoujiang(),
            _ => Vec::new(),
        };
        let dice = Dice::new(*seed ^ figures.county.parse::<u64>().unwrap_or_default());
        let county = County { figures, office, common, vault: &ground.vault, dice };
        let (rows, trainee) = county::tell(county, some, named, series, tally)?;
        if counties.blocking_send(Batch { county: figures.county, rows, trainee }).is_err() {
            break;
        }
    }
    Ok(())
}

/// How far the writer is.
#[derive(Default)]
struct Written {
    people: usize,
    classes: usize,
    completions: usize,
    marks: usize,
}

impl Written {
    fn add(&mut self, rows: &Rows) {
        self.people += rows.person.len();
        self.classes += rows.training_class.len();
        self.completions += rows.certificate.len();
        self.marks += rows.attendance_mark.len();
    }

    fn line(&self, began: Instant) -> String {
        let number = |n: usize| grouped(i64::try_from(n).unwrap_or(i64::MAX));
        let (people, classes) = (number(self.people), number(self.classes));
        let (completions, marks) = (number(self.completions), number(self.marks));
        let seconds = began.elapsed().as_secs_f32();
        format!("people {people}, classes {classes}, completions {completions}, marks {marks} … {seconds:.1} s")
    }
}

/// Writes the counties as they come, some to a transaction.
async fn write(
    ground: &Ground,
    mut told: mpsc::Receiver<Batch>,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Option<Named>> {
    let (began, mut spoke) = (Instant::now(), Instant::now());
    let clock = morning_of(TODAY);
    let (mut written, mut trainee) = (Written::default(), None);
    let mut next = told.recv().await;
    while next.is_some() {
        let work = Work::begin(&ground.database, &clock).await?;
        if ground.database.backend() == DbBackend::Sqlite {
            work.db().execute_unprepared(LARGE_CACHE).await?;
        }
        let mut rows = 0;
        while let Some(batch) = next.take() {
            rows += batch.rows.len();
            written.add(&batch.rows);
            trainee = trainee.or(batch.trainee);
            let detail = serde_json::json!({ "people": batch.rows.person.len(), "rows": batch.rows.len() });
            work.record(Audit::of("load", "person", batch.county).area(batch.county).detail(detail));
            batch.rows.write(&work).await?;
            if spoke.elapsed() > PACE {
                spoke = Instant::now();
                tell(&written.line(began));
            }
            next = told.recv().await;
            if rows >= BATCH {
                break;
            }
        }
        work.finish().await?;
    }
    tell(&written.line(began));
    Ok(trainee)
}

/// What was asked of the counties, and of what they add up to.
fn targets(figures: &[CountyFigures], supervisor: AccountId, rows: &mut Rows) {
    let mut sums: BTreeMap<(String, Programme), u64> = BTreeMap::new();
    for county in figures {
        let prefecture = format!("{}00", county.county.get(..4).unwrap_or_default());
        for area in [PROVINCE, &prefecture, county.county] {
            for (programme, value) in PROGRAMMES.into_iter().zip(county.targets) {
                *sums.entry((area.to_owned(), programme)).or_default() += value;
            }
        }
    }
    let asked = sums.into_iter().filter(|(_, value)| *value > 0);
    rows.target.extend(asked.map(|((area_code, programme), value)| target::Model {
        id: TargetId::new(),
        year: YEAR,
        area_code,
        programme,
        measure: Measure::People,
        value: i64::try_from(value).unwrap_or(i64::MAX),
        document_no: "赣人社字〔2016〕8号".to_owned(),
        reason: None,
        issued_by: Some(supervisor),
        issued_at: at(day(YEAR, 1, 29), 10, 0),
        superseded_at: None,
    }));
}

//! The command line: one binary, exit code 0 when it worked, 1 when the work failed, 2 when it was asked wrongly.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on the terminal")]

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use entities::values::{OrganisationId, PersonId, Role};
use rocket::figment::Figment;

use crate::accounts::{self, Hasher, NewAccount};
use crate::base::{Clock, Error, Result};
use crate::check;
use crate::data::Work;
use crate::demo;
use crate::duplicates::{self, Office};
use crate::house::{House, TEXTS, figment, settings};
use crate::openapi;
use crate::people::{self, Judging, Landed, Sheet};
use crate::rooms;
use crate::web::Settings;
use crate::web::{Lexicon, Locale};

/// 四单: the system behind a training year, from an enterprise's order to the government's payment.
#[derive(Parser)]
#[command(name = "sidan", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve what is there.
    Serve,
    /// Bring the schema up or down, or tell where it stands.
    Migrate {
        #[command(subcommand)]
        step: Step,
    },
    /// Accounts of those who sign in.
    Account {
        #[command(subcommand)]
        deed: AccountDeed,
    },
    /// Make the embedded database, fill it with the Jiangxi year 2016, print the year's table and serve it.
    Demo(Demo),
    /// Load files into the registry.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Search the registry for records that may be one person's, county by county. No decision is undone.
    Duplicates {
        /// Division code of what is searched.
        #[arg(long, default_value = "360000")]
        area: String,
    },
    /// Recompute every invariant from the rows and name each row that breaks one.
    Check,
    /// Print the contract of the API.
    Openapi,
}

#[derive(Args)]
struct Demo {
    /// The year at one N-th of its size; 1 is the full year.
    #[arg(long, value_name = "N", default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(demo::SMALLEST_SCALE)))]
    scale: u32,
    /// Fill only.
    #[arg(long)]
    no_serve: bool,
    /// Remove what an earlier demo made, and make it anew.
    #[arg(long)]
    fresh: bool,
    /// Another seed makes other people.
    #[arg(long, default_value_t = 20_170_120)]
    seed: u64,
}

#[derive(Subcommand)]
enum Step {
    /// Apply what is missing, and load divisions and default rules where none stand.
    Up,
    /// Take the last step back. What it held is gone.
    Down,
    /// Which steps are applied.
    Status,
}

#[derive(Subcommand)]
enum AccountDeed {
    /// Make an account; the password is read from the terminal or from standard input.
    Create(Create),
    /// Set a new password, read as above, and end the account's sessions.
    Reset { login: String },
    /// Disable an account and end its sessions.
    Disable { login: String },
}

#[derive(Args)]
struct Create {
    login: String,
    #[arg(long)]
    name: String,
    /// `trainee`, `village_worker`, `enterprise`, `institution`, `county_clerk`, `county_checker`, `finance_officer`,
    /// `supervisor`, `auditor` or `administrator`
    #[arg(long, value_parser = role)]
    role: Role,
    /// Division code that the role covers.
    #[arg(long)]
    area: String,
    #[arg(long)]
    email: Option<String>,
    #[arg(long, value_parser = organisation)]
    organisation: Option<OrganisationId>,
    #[arg(long, value_parser = person)]
    person: Option<PersonId>,
}

#[derive(Subcommand)]
enum Import {
    /// People, from a CSV file with a line of 25 columns in Chinese or English. All of them come in, or none.
    People {
        file: PathBuf,
        /// Judge the file and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Division code that all the people must live in.
        #[arg(long, default_value = "360000")]
        area: String,
    },
}

fn role(text: &str) -> std::result::Result<Role, String> {
    text.parse().map_err(|()| format!("no role is called {text}"))
}

fn organisation(text: &str) -> std::result::Result<OrganisationId, String> {
    text.parse().map_err(|_| format!("{text} is no id"))
}

fn person(text: &str) -> std::result::Result<PersonId, String> {
    text.parse().map_err(|_| format!("{text} is no id"))
}

/// Runs what the arguments ask for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("sidan: {e}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(obey(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("sidan: {}", plain(&e));
            ExitCode::FAILURE
        }
    }
}

/// An error as one line for the terminal: the fields of the input named, no row values.
fn plain(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => {
            let told: Vec<String> = fields.iter().map(|e| format!("{}: {}", e.field, e.code)).collect();
            format!("invalid input: {}", told.join(", "))
        }
        other => other.to_string(),
    }
}

async fn obey(command: Command) -> Result<()> {
    match command {
        Command::Serve => serve(figment()).await,
        Command::Migrate { step } => migrate(step).await,
        Command::Account { deed } => account(deed).await,
        Command::Demo(order) => make_demo(&order).await,
        Command::Import { what: Import::People { file, dry_run, area } } => import_people(&file, dry_run, &area).await,
        Command::Duplicates { area } => search_duplicates(&area).await,
        Command::Check => check().await,
        Command::Openapi => {
            println!("{}", openapi::document().to_pretty_json().map_err(Error::internal)?);
            Ok(())
        }
    }
}

/// Opens the house and serves it until it is told to stop.
pub(crate) async fn serve(figment: Figment) -> Result<()> {
    log();
    let settings = settings(&figment)?;
    let clock = settings.today.map_or(Clock::System, crate::base::clock::morning_of);
    let house = House::from_settings(settings, clock).await?;
    rooms::serve(house, figment).await
}

fn log() {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,sidan=info".into()),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

/// Fills the embedded database unless it is filled, tells what is in it, and serves it.
async fn make_demo(order: &Demo) -> Result<()> {
    let figment = figment();
    let mut settings = settings(&figment)?;
    settings.today = Some(demo::TODAY);
    if settings.database_url.is_some() {
        return Err(Error::internal("the demo fills the embedded database only: unset database_url"));
    }
    let folder = demo::Folder::open(&settings.data_dir)?;
    if order.fresh {
        folder.clear()?;
    }
    let mut house = open_demo(&folder, settings.clone()).await?;
    if demo::find(&house.database).await? == demo::Found::Half {
        eprintln!("an earlier demo was not filled to the end: it is made anew");
        house.close().await?;
        folder.clear()?;
        house = open_demo(&folder, settings).await?;
    }
    if let demo::Found::Whole { scale } = demo::find(&house.database).await? {
        println!("\n{}", demo::table(&house.database, &house.atlas).await?);
        println!("This is the demo of scale {scale} that stood here; --fresh makes another.");
    } else {
        let ground = demo::Ground {
            database: house.database.clone(),
            atlas: house.atlas.clone(),
            vault: house.vault.clone(),
            hasher: house.hasher.clone(),
        };
        let filled = demo::fill(&ground, order.scale, order.seed, &progress).await?;
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        folder.keep_sign_ins(&filled.sign_ins)?;
        println!("\n{}", filled.year);
        println!("账号 Sign-ins");
        for one in &filled.sign_ins {
            println!("  {:<16} {:<20} {:<14} {}", one.login, one.password, one.area, one.name);
        }
    }
    println!("账号文件 Sign-ins are kept in {}", folder.sign_ins().display());
    if order.no_serve {
        return house.close().await;
    }
    let address: String = figment.extract_inner("address").map_err(|e| Error::internal(e.to_string()))?;
    let port: u16 = figment.extract_inner("port").map_err(|e| Error::internal(e.to_string()))?;
    println!("网址 Address  http://{address}:{port}/");
    log();
    demo::run(house.clock.clone());
    rooms::serve(house, figment).await
}

async fn open_demo(folder: &demo::Folder, settings: Settings) -> Result<House> {
    let (keys, url, permits) = (folder.keys()?, settings.database_url(), settings.hash_permits);
    let clock = crate::base::clock::morning_of(demo::TODAY);
    let database = crate::data::Database::open(&url).await?;
    crate::house::prepare(&database, &clock).await?;
    database.close().await?;
    House::open(settings, clock, &url, keys, Hasher::new(permits)).await
}

/// One line that grows on a terminal, one after the other elsewhere.
fn progress(line: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{line}\x1b[K");
    } else {
        eprintln!("{line}");
    }
}

async fn migrate(step: Step) -> Result<()> {
    let settings = settings(&figment())?;
    std::fs::create_dir_all(&settings.data_dir).map_err(Error::internal)?;
    let database = crate::data::Database::open(&settings.database_url()).await?;
    match step {
        Step::Up => crate::house::prepare(&database, &Clock::System).await?,
        Step::Down => database.step_back().await?,
        Step::Status => {
            for (name, applied) in database.steps().await? {
                println!("{} {name}", if applied { "applied" } else { "missing" });
            }
        }
    }
    database.close().await
}

/// Prints what was found and the table of every year, counted again.
async fn check() -> Result<()> {
    let settings = settings(&figment())?;
    let database = crate::data::Database::open(&settings.database_url()).await?;
    if database.steps().await?.iter().any(|(_, applied)| !applied) {
        return Err(Error::internal("the schema is not up to date: run `sidan migrate up`"));
    }
    let report = check::run(&database, &check::atlas(&database).await?).await?;
    database.close().await?;
    for finding in &report.findings {
        println!("{finding}");
    }
    for line in &report.years {
        println!("{line}");
    }
    println!("{} qualified completions counted again, {} rows at fault", report.completions, report.findings.len());
    if report.is_clean() { Ok(()) } else { Err(Error::internal("there are rows that break a rule")) }
}

/// A password from the terminal or from a pipe; never an argument, which every process could see.
fn password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("password (shown as you type): ");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(Error::internal)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn account(deed: AccountDeed) -> Result<()> {
    let settings = settings(&figment())?;
    let house = House::from_settings(settings, Clock::System).await?;
    match deed {
        AccountDeed::Create(new) => {
            let new = NewAccount {
                login: new.login,
                name: new.name,
                role: new.role,
                area_code: new.area,
                organisation_id: new.organisation,
                person_id: new.person,
                email: new.email,
                password: password()?,
            };
            let id = house
                .desk
                .write(async |work| accounts::create(None, work, &house.atlas, &house.hasher, &new).await)
                .await?;
            println!("{id}");
        }
        AccountDeed::Reset { login } => {
            let password = password()?;
            house.desk.write(async |work| accounts::reset(None, work, &house.hasher, &login, &password).await).await?;
        }
        AccountDeed::Disable { login } => {
            house.desk.write(async |work| accounts::disable_login(work, &login).await).await?;
        }
    }
    house.close().await
}

/// Searches every county of an area and tells what came of it, in Chinese, for the bureaus.
async fn search_duplicates(area: &str) -> Result<()> {
    let settings = settings(&figment())?;
    let clock = settings.today.map_or(Clock::System, crate::base::clock::morning_of);
    let house = House::from_settings(settings, clock).await?;
    let lexicon = Lexicon::new(TEXTS).map_err(Error::internal)?;
    let today = house.clock.today();
    if !house.atlas.exists(area, today) {
        return Err(Error::invalid("area", "invalid.area"));
    }
    let office = Office { db: &house.database, desk: &house.desk, vault: &house.vault, clock: &house.clock };
    for county in duplicates::counties(&house.atlas, area, today) {
        let tally = duplicates::recompute(office, None, &county).await?;
        let name = house.atlas.name(&county, today).unwrap_or(&county);
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("area", &name), ("new", &(tally.new + tally.again)), ("gone", &tally.gone)];
        println!("{}", lexicon.say(Locale::Zh, "duplicate-county", &args));
    }
    house.close().await
}

/// Loads people past the desk: nobody waits for a turn while a whole county comes in. The report is in Chinese, for the
/// bureau that made the file.
async fn import_people(file: &Path, dry_run: bool, area: &str) -> Result<()> {
    let settings = settings(&figment())?;
    let clock = settings.today.map_or(Clock::System, crate::base::clock::morning_of);
    let house = House::from_settings(settings, clock).await?;
    let lexicon = Lexicon::new(TEXTS).map_err(Error::internal)?;
    let say = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| lexicon.say(Locale::Zh, key, args);
    if !house.atlas.exists(area, house.clock.today()) {
        return Err(Error::invalid("area", "invalid.area"));
    }
    let bytes = std::fs::read(file).map_err(|e| Error::internal(format!("{}: {e}", file.display())))?;
    let judging = Judging {
        atlas: &house.atlas,
        now: house.clock.now(),
        today: house.clock.today(),
        within: area,
        test_numbers: people::takes_test_numbers(house.database.reader()).await?,
        most: None,
    };
    let landed = match Sheet::read(&bytes, judging) {
        Ok(sheet) => {
            let work = Work::begin(&house.database, &house.clock).await?;
            let landed = people::load(None, &work, &house.vault, sheet).await?;
            // Dropped unfinished, the work is undone.
            if !dry_run && matches!(landed, Landed::Added(_)) {
                work.finish().await?;
            }
            landed
        }
        Err(Error::Invalid(faults)) => {
            for fault in &faults {
                println!("{}", lexicon.explain(Locale::Zh, &fault.code, &fault.args));
            }
            house.close().await?;
            return Err(Error::refused("import.faults"));
        }
        Err(e) => return Err(e),
    };
    house.close().await?;
    match landed {
        Landed::Added(added) if dry_run => println!("{}", say("import-would_add", &[("count", &added)])),
        Landed::Added(added) => println!("{}", say("person-imported", &[("count", &added)])),
        Landed::Faults(faults) => {
            for fault in &faults {
                let why = lexicon.explain(Locale::Zh, &fault.code, &fault.args);
                let place = format!("{} {}", fault.column, fault.value);
                println!("{}", say("import-fault", &[("line", &fault.line), ("place", &place.trim()), ("why", &why)]));
            }
            println!("{}", say("person-import-faults", &[("count", &faults.len())]));
            return Err(Error::refused("import.faults"));
        }
    }
    Ok(())
}

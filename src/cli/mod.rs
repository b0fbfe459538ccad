//! The command line: one binary, exit code 0 when it worked, 1 when the work failed, 2 when it was asked wrongly.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on the terminal")]

mod accounts;
mod audit;
mod demo;
mod keys;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use entities::values::{ImportMode, ImportSubject};
use rocket::figment::Figment;

use crate::base::{Clock, Error, Result};
use crate::check;
use crate::cli::accounts::AccountDeed;
use crate::cli::audit::AuditDeed;
use crate::cli::demo::{Demo, PeopleFile};
use crate::cli::keys::KeysDeed;
use crate::data::Vault;
use crate::duplicates::{self, Office};
use crate::house::{House, TEXTS, figment, settings};
use crate::imports;
use crate::openapi;
use crate::rooms;
use crate::sheets;
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
    /// Write a file of people who never lived, for trials of the import.
    PeopleFile(PeopleFile),
    /// The keys of personal data: a new one takes over beside the server.
    Keys {
        #[command(subcommand)]
        deed: KeysDeed,
    },
    /// The audit log and the ledger: whether they are as they were sealed.
    Audit {
        #[command(subcommand)]
        deed: AuditDeed,
    },
    /// Recompute every invariant from the rows and name each row that breaks one.
    Check,
    /// Print the contract of the API.
    Openapi,
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
enum Import {
    /// People, from a CSV file or a workbook whose first line names its columns in Chinese or English. The command that was
    /// stopped goes on where it was when it is given again. Refused rows go to FILE.rejects.csv; then the exit code is 1.
    People(FileToLoad),
    /// Services of people who are registered, in the same way: identity number, name, kind, date, provider and note. A service
    /// that stands, of the same person, kind and day, is not recorded twice.
    Services(FileToLoad),
}

#[derive(Args)]
struct FileToLoad {
    file: PathBuf,
    /// Judge the file and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// One refused row keeps all the others out.
    #[arg(long)]
    all_or_nothing: bool,
    /// Division code that all the people must live in.
    #[arg(long, default_value = "360000")]
    area: String,
    /// Rows of one transaction: so many are read again at most when the command was stopped.
    #[arg(long, value_name = "ROWS", default_value_t = imports::COMMIT)]
    commit: usize,
}

/// Runs what the arguments ask for.
pub fn run() -> ExitCode {
    // Before anything else is done: the child that reads files has nothing but its limits.
    if std::env::args_os().nth(1).is_some_and(|command| command == sheets::COMMAND) {
        return sheets::run();
    }
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
        Command::Account { deed } => accounts::obey(deed).await,
        Command::Demo(order) => demo::make(&order).await,
        Command::Import { what: Import::People(order) } => import_file(ImportSubject::People, &order).await,
        Command::Import { what: Import::Services(order) } => import_file(ImportSubject::Services, &order).await,
        Command::Duplicates { area } => search_duplicates(&area).await,
        Command::PeopleFile(order) => demo::write_people(&order),
        Command::Keys { deed } => keys::obey(deed).await,
        Command::Audit { deed } => audit::obey(deed).await,
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
    let vault = match &settings.data_keys {
        keys if keys.is_empty() => None,
        keys => Some(Vault::new(keys).map_err(Error::internal)?),
    };
    let report = check::run(&database, &check::atlas(&database).await?, vault.as_ref()).await?;
    database.close().await?;
    for finding in &report.findings {
        println!("{finding}");
    }
    for line in &report.years {
        println!("{line}");
    }
    if !report.causes {
        println!("data_keys is not set: causes of poverty were not counted again");
    }
    if !report.training {
        println!("figures of training were not counted again: something was written since they were counted last");
    }
    println!(
        "{} qualified completions and the people of {} areas counted again, {} rows at fault",
        report.completions,
        report.areas,
        report.findings.len()
    );
    if report.is_clean() { Ok(()) } else { Err(Error::internal("there are rows that break a rule")) }
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
async fn import_file(subject: ImportSubject, order: &FileToLoad) -> Result<()> {
    let settings = settings(&figment())?;
    let clock = settings.today.map_or(Clock::System, crate::base::clock::morning_of);
    let house = House::from_settings(settings, clock).await?;
    let lexicon = Lexicon::new(TEXTS).map_err(Error::internal)?;
    let told = load_file(&house, &lexicon, subject, order).await;
    house.close().await?;
    let told = match told {
        Err(Error::Invalid(faults)) => {
            for fault in &faults {
                println!("{} {}", fault.field, lexicon.explain(Locale::Zh, &fault.code, &fault.args));
            }
            return Err(Error::refused("import.unreadable"));
        }
        told => told?,
    };
    let say = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| println!("{}", lexicon.say(Locale::Zh, key, args));
    if let Some(finished) = told.finished_before {
        say("import-told_before", &[("day", &crate::base::clock::day_of(finished))]);
    }
    if let Some(rows) = told.resumed_at {
        say("import-told_resumed", &[("rows", &rows)]);
    }
    let key = match (order.dry_run, told.nothing_kept) {
        (true, _) => "import-told_dry",
        (false, true) => "import-told_nothing",
        (false, false) => "import-told",
    };
    let (added, standing, rejected) = (&told.added, &told.standing, &told.rejected);
    let rows = &told.rows;
    say(
        key,
        &[("subject", &subject), ("rows", rows), ("added", added), ("standing", standing), ("rejected", rejected)],
    );
    if let Some(file) = &told.rejects {
        say("import-told_rejects", &[("file", &file.display())]);
    }
    if told.rejected == 0 { Ok(()) } else { Err(Error::refused("import.rejects_left")) }
}

async fn load_file(
    house: &House,
    lexicon: &Lexicon,
    subject: ImportSubject,
    order: &FileToLoad,
) -> Result<imports::Told> {
    if !house.atlas.exists(&order.area, house.clock.today()) {
        return Err(Error::invalid("area", "invalid.area_unknown"));
    }
    let explain = |code: &str, args: &[(String, String)]| {
        let args: Vec<(&str, &dyn std::fmt::Display)> =
            args.iter().map(|(name, value)| (name.as_str(), value as &dyn std::fmt::Display)).collect();
        lexicon.say(Locale::Zh, code, &args)
    };
    let heads = ["import-line", "import-why"].map(|key| lexicon.say(Locale::Zh, key, &[]));
    let heads = heads.each_ref().map(String::as_str);
    let mode = if order.all_or_nothing { ImportMode::AllOrNothing } else { ImportMode::GoodRows };
    let wanted = imports::Order {
        file: &order.file,
        subject,
        area: &order.area,
        dry_run: order.dry_run,
        mode,
        commit: order.commit,
    };
    let said = std::sync::Mutex::new(std::time::Instant::now());
    let tell = |now: imports::Progress| {
        // A terminal may be written anew at once; a log gets a line every few seconds.
        let pause = if std::io::stderr().is_terminal() { 100 } else { 5_000 };
        let mut last = said.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.elapsed() >= std::time::Duration::from_millis(pause) {
            *last = std::time::Instant::now();
            let (rate, left) = (now.rate.unwrap_or_default(), now.left.unwrap_or_default());
            let args: [(&str, &dyn std::fmt::Display); 4] =
                [("done", &now.done), ("rows", &now.rows), ("rate", &rate), ("left", &left)];
            progress(&lexicon.say(Locale::Zh, "import-told_progress", &args));
        }
    };
    let told = imports::from_file(&house.import_works(), &wanted, &explain, heads, &tell).await;
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    told
}

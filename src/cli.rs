//! The command line: one binary, exit code 0 when it worked, 1 when the work failed, 2 when it was asked wrongly.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on the terminal")]

use std::{collections::BTreeSet, io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use entities::values::{ImportMode, ImportSubject, OrganisationId, PersonId, Role};
use rocket::figment::Figment;

use crate::accounts::{self, Hasher, NewAccount};
use crate::areas::Atlas;
use crate::base::{Clock, Error, Result};
use crate::check;
use crate::data::Vault;
use crate::data::rekeying::Status;
use crate::demo;
use crate::duplicates::{self, Office};
use crate::house::{House, TEXTS, figment, settings};
use crate::imports;
use crate::openapi;
use crate::rooms;
use crate::sheets;
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
    /// Write a file of people who never lived, for trials of the import.
    PeopleFile(PeopleFile),
    /// The keys of personal data: a new one takes over beside the server.
    Keys {
        #[command(subcommand)]
        deed: KeysDeed,
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

#[derive(Args)]
struct PeopleFile {
    /// Where to write; a file that stands there is kept.
    file: PathBuf,
    #[arg(long, default_value_t = 1_100_000)]
    people: u64,
    /// Another seed makes other people.
    #[arg(long, default_value_t = 20_170_120)]
    seed: u64,
    /// Sow the faults of real files, and tell how many of each.
    #[arg(long)]
    dirt: bool,
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
enum KeysDeed {
    /// Bring everything under the keys that seal and find anew. A run that was stopped goes on where it stood.
    Rotate {
        #[arg(long, value_name = "N")]
        rows_per_second: Option<u32>,
    },
    /// How many values each key seals, and which keys may be removed from the settings.
    Status,
    /// Print a fresh key for the settings.
    Fresh,
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
        Command::Account { deed } => account(deed).await,
        Command::Demo(order) => make_demo(&order).await,
        Command::Import { what: Import::People(order) } => import_file(ImportSubject::People, &order).await,
        Command::Import { what: Import::Services(order) } => import_file(ImportSubject::Services, &order).await,
        Command::Duplicates { area } => search_duplicates(&area).await,
        Command::PeopleFile(order) => write_people(&order),
        Command::Keys { deed } => keys(deed).await,
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
    println!(
        "{} qualified completions and the people of {} areas counted again, {} rows at fault",
        report.completions,
        report.areas,
        report.findings.len()
    );
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

fn write_people(order: &PeopleFile) -> Result<()> {
    let trouble = |e| Error::internal(format!("{}: {e}", order.file.display()));
    let file = std::fs::File::create_new(&order.file).map_err(trouble)?;
    let atlas = Atlas::from_rows(Atlas::embedded_rows());
    let written = demo::write_people(file, order.seed, order.people, order.dirt, &atlas).map_err(trouble)?;
    println!("{}\n{written}", order.file.display());
    Ok(())
}

/// Rows that do not come under the new keys are named by their ids, and the exit code tells of them.
async fn keys(deed: KeysDeed) -> Result<()> {
    if matches!(deed, KeysDeed::Fresh) {
        println!("{}", Vault::fresh_key()?);
        return Ok(());
    }
    let house = House::from_settings(settings(&figment())?, Clock::System).await?;
    let KeysDeed::Rotate { rows_per_second } = deed else {
        let status = house.rekeying(1).status().await?;
        print!("{}", key_report(&status, &house.vault));
        return house.close().await;
    };
    let work = house.rekeying(rows_per_second.unwrap_or(house.settings.rekey_rows_per_second));
    work.again().await?;
    let (mut looked, mut changed, mut left) = (0_u64, 0_u64, BTreeSet::new());
    work.run(|step| {
        looked += u64::from(step.looked);
        changed += u64::from(step.changed);
        left.extend(step.left.iter().copied());
        progress(&format!("{looked} rows looked at, {changed} brought under the new keys"));
    })
    .await?;
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    for (table, id) in &left {
        println!("{table} {id} was left as it is");
    }
    print!("{}", key_report(&work.status().await?, &house.vault));
    house.close().await?;
    if left.is_empty() { Ok(()) } else { Err(Error::internal("there are rows that do not come under the new keys")) }
}

fn key_report(status: &Status, vault: &Vault) -> String {
    let mut lines = Vec::new();
    for count in &status.counts {
        lines.push(format!("{}.{}", count.table, count.column));
        for (key, rows) in &count.by_key {
            let anew = if key == vault.current() { " (seals anew)" } else { "" };
            lines.push(format!("  {key}{anew}: {rows} rows"));
        }
    }
    let hashes = if status.done { "all stand under the key that finds anew" } else { "are not all hashed anew yet" };
    lines.push(format!("hashes {hashes}; {} rows brought under new keys", status.in_all));
    for key in vault.sealing_keys().filter(|key| *key != vault.current()) {
        let rows = status.sealed_with(key);
        lines.push(match rows {
            0 => format!("data_keys.{key} seals nothing: it may be removed from the settings"),
            rows => format!("data_keys.{key} is needed by {rows} rows"),
        });
    }
    if vault.has_old_index() {
        let verdict =
            if status.done { "finds nothing: it may be removed from the settings" } else { "is still needed" };
        lines.push(format!("data_keys.index_old {verdict}"));
    }
    lines.join("\n") + "\n"
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

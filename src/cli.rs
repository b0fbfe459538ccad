//! The command line: one binary, exit code 0 when it worked, 1 when the work failed, 2 when it was asked wrongly.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on the terminal")]

use std::{io::IsTerminal, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use entities::values::{OrganisationId, PersonId, Role};
use rocket::figment::Figment;

use crate::accounts::{self, NewAccount};
use crate::base::{Clock, Error, Result};
use crate::check;
use crate::house::{House, figment, settings};
use crate::openapi;
use crate::rooms;

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
    /// trainee, village_worker, enterprise, institution, county_clerk, county_checker, finance_officer, supervisor, auditor
    /// or administrator
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
        Command::Check => check().await,
        Command::Openapi => {
            println!("{}", openapi::document().to_pretty_json().map_err(Error::internal)?);
            Ok(())
        }
    }
}

/// Opens the house and serves it until it is told to stop.
pub(crate) async fn serve(figment: Figment) -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,sidan=info".into()),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let settings = settings(&figment)?;
    let clock = settings.today.map_or(Clock::System, crate::base::clock::morning_of);
    let house = House::from_settings(settings, clock).await?;
    rooms::serve(house, figment).await
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

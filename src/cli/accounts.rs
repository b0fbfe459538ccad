//! `sidan account`: accounts of those who sign in.

use std::io::IsTerminal;

use clap::{Args, Subcommand};
use entities::values::{OrganisationId, PersonId, Role};

use crate::accounts::{self, NewAccount};
use crate::base::{Clock, Error, Result};
use crate::house::{House, figment, settings};

#[derive(Subcommand)]
pub(super) enum AccountDeed {
    /// Make an account; the password is read from the terminal or from standard input.
    Create(Create),
    /// Set a new password, read as above, and end the account's sessions.
    Reset { login: String },
    /// Disable an account and end its sessions.
    Disable { login: String },
    /// Say who is behind an account; the identity number is read as a password is. It is said once.
    Identify { login: String },
}

#[derive(Args)]
pub(super) struct Create {
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
    /// Ask for the identity number of whoever is behind it too, on the line before the password.
    #[arg(long, conflicts_with = "person")]
    identity: bool,
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

fn password() -> Result<String> {
    secret("password")
}

fn identity() -> Result<String> {
    secret("identity number")
}

/// A line from the terminal or from a pipe; never an argument, which every process could see.
fn secret(what: &str) -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("{what} (shown as you type): ");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(Error::internal)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) async fn obey(deed: AccountDeed) -> Result<()> {
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
                identity: if new.identity { Some(identity()?) } else { None },
                password: password()?,
            };
            let id = house
                .desk
                .write(async |work| accounts::create(None, work, &house.vault, &house.atlas, &house.hasher, &new).await)
                .await?;
            println!("{id}");
        }
        AccountDeed::Reset { login } => {
            let password = password()?;
            house.desk.write(async |work| accounts::reset(None, work, &house.hasher, &login, &password).await).await?;
        }
        AccountDeed::Identify { login } => {
            let identity = identity()?;
            house
                .desk
                .write(async |work| accounts::identify_login(work, &house.vault, &login, &identity).await)
                .await?;
        }
        AccountDeed::Disable { login } => {
            house.desk.write(async |work| accounts::disable_login(work, &login).await).await?;
        }
    }
    house.close().await
}

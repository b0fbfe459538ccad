//! The house put together: state, routes, catchers. Here stands the URL map.
#![expect(clippy::disallowed_methods, reason = "the divisions belong to nobody: everybody sees them")]

use std::{collections::BTreeMap, sync::Arc};

use entities::area;
use rocket::{
    Build, Rocket, Route,
    figment::{
        Figment,
        providers::{Env, Format, Toml},
    },
};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::access::SessionLookup;
use crate::accounts::{self, Hasher};
use crate::areas::Atlas;
use crate::attendance::{self, CheckIn, MARKS_AT_ONCE};
use crate::audits;
use crate::base::{Clock, Error, Result};
use crate::callbacks;
use crate::certificates;
use crate::claims;
use crate::classes::{self, CatalogueLookup};
use crate::clawbacks;
use crate::complaints;
use crate::completion;
use crate::corrections;
use crate::courses;
use crate::data::rekeying::{Follower, Passing, Rekeying};
use crate::data::{Database, Desk, Gather, Mailing, Rush, SealedColumn, Vault, Work};
use crate::delegations;
use crate::duplicates;
use crate::eligibility;
use crate::enrolments::{self, SEATS_AT_ONCE, TakeSeat};
use crate::exclusions;
use crate::exports;
use crate::funds;
use crate::home;
use crate::imports;
use crate::inspections;
use crate::mailbox;
use crate::mydata;
use crate::notices;
use crate::openapi;
use crate::orders;
use crate::organisations;
use crate::payees;
use crate::payments;
use crate::people;
use crate::policy;
use crate::reveals;
use crate::risk;
use crate::samples;
use crate::sanctions;
use crate::seals;
use crate::sheets::Reader;
use crate::standards;
use crate::supervision;
use crate::tallies;
use crate::targets;
use crate::teaching;
use crate::villages;
use crate::web::{self, Lexicon, Settings, Texts, UploadRoom};

/// Every feature with its texts and its doors, from the ground up.
macro_rules! features {
    ($($feature:ident),* $(,)?) => {
        /// The texts of all storeys.
        pub const TEXTS: &[Texts] = &[web::TEXTS, $($feature::TEXTS),*];

        fn pages() -> Vec<Route> {
            [web::assets::routes(), web::preferences::routes(), $($feature::page_routes()),*].concat()
        }

        fn api() -> Vec<Route> {
            [$($feature::api_routes()),*].concat()
        }

        /// The documents of all features, in one.
        pub(crate) fn documents() -> Vec<utoipa::openapi::OpenApi> {
            use utoipa::OpenApi;
            vec![$($feature::Docs::openapi()),*]
        }
    };
}

features![
    policy,
    accounts,
    delegations,
    standards,
    organisations,
    people,
    payees,
    corrections,
    imports,
    reveals,
    exclusions,
    eligibility,
    orders,
    courses,
    teaching,
    targets,
    funds,
    classes,
    enrolments,
    attendance,
    certificates,
    completion,
    supervision,
    sanctions,
    claims,
    notices,
    payments,
    inspections,
    callbacks,
    complaints,
    risk,
    samples,
    clawbacks,
    duplicates,
    mailbox,
    villages,
    mydata,
    audits,
    exports,
    home,
];

/// Every column of sealed values: a change of keys reaches what stands here.
pub const SEALED: &[SealedColumn] = &[
    accounts::SEALED,
    people::SEALED,
    people::SEALED_CHANGES,
    payees::SEALED,
    corrections::SEALED,
    teaching::SEALED,
    imports::SEALED_PARTS,
    imports::SEALED_REJECTS,
    attendance::SEALED_PHOTOS,
    certificates::SEALED_KEYS,
    inspections::SEALED_NOTES,
    inspections::SEALED_PHOTOS,
    callbacks::SEALED,
    complaints::SEALED_TEXTS,
    complaints::SEALED_ANSWERS,
    notices::SEALED_TEXTS,
    notices::SEALED_CONTACTS,
    notices::SEALED_FINDINGS,
    notices::SEALED_ANSWERS,
    certificates::SEALED_HOLDERS,
    seals::SEALED_KEY,
    payments::SEALED,
];

/// Hashes that come under a new key with the rows of [`SEALED`] that hold their values.
pub const FOLLOWERS: &[Follower] = &[exclusions::LISTED];

/// Sealed values that go before a change of keys needs them.
pub const PASSING: &[Passing] = &[exports::PIECES];

/// What the routes work with.
#[derive(Clone, Debug)]
pub struct House {
    pub settings: Settings,
    pub clock: Clock,
    pub database: Database,
    pub desk: Desk,
    pub atlas: Arc<Atlas>,
    pub vault: Arc<Vault>,
    pub hasher: Hasher,
}

/// `Rocket.toml` and `ROCKET_*` over what stands here. Rocket is always told that it runs for real: its debug profile would
/// forgive missing secrets and show its inside.
pub fn figment() -> Figment {
    Figment::from(rocket::Config::release_default())
        .merge(("address", "127.0.0.1"))
        .merge(("port", 8000))
        // Anybody can send X-Real-IP; a proxy's header is trusted only when the settings name it.
        .merge(("ip_header", false))
        .merge(("cli_colors", false))
        .merge(("log_level", "critical"))
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE", "CONFIG"]).global())
        .select("default")
}

/// # Errors
/// `Internal` with a line that names the setting.
pub fn settings(figment: &Figment) -> Result<Settings> {
    Settings::read(figment).map_err(Error::internal)
}

/// Brings the schema up to date and loads what every database needs: divisions, and default rules where none stand.
///
/// # Errors
/// Of the database.
pub async fn prepare(database: &Database, clock: &Clock) -> Result<()> {
    database.migrate().await?;
    let work = Work::begin(database, clock).await?;
    if area::Entity::find().count(work.db()).await? == 0 {
        for rows in Atlas::embedded_rows().chunks(1_000) {
            let rows = rows.iter().cloned().map(area::ActiveModel::from);
            area::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
        }
    }
    policy::load_defaults(&work).await?;
    eligibility::load_defaults(&work).await?;
    risk::load_defaults(&work).await?;
    payments::load_defaults(&work).await?;
    work.finish().await
}

/// Counts the people of a database that is older than its tallies. It takes the keys: a cause stands sealed.
async fn count_people(database: &Database, clock: &Clock, vault: &Vault) -> Result<()> {
    if tallies::is_lacking(database.reader()).await? {
        let work = Work::begin(database, clock).await?;
        tallies::rebuild(&work, |row| Ok(people::unseal(vault, row)?.main_cause)).await?;
        work.finish().await?;
    }
    Ok(())
}

impl House {
    /// # Errors
    /// When settings lack what a real house needs, or the schema is not the one that this program knows.
    pub async fn from_settings(settings: Settings, clock: Clock) -> Result<Self> {
        let (url, keys, permits) = (settings.database_url(), settings.data_keys.clone(), settings.hash_permits);
        Self::open(settings, clock, &url, keys, Hasher::new(permits)).await
    }

    /// Opens a database that was prepared.
    ///
    /// # Errors
    /// When the schema is not the one that this program knows, or a key is no key.
    pub async fn open(
        settings: Settings,
        clock: Clock,
        database_url: &str,
        keys: BTreeMap<String, String>,
        hasher: Hasher,
    ) -> Result<Self> {
        let vault = Arc::new(Vault::new(&keys).map_err(Error::internal)?);
        let database = Database::open(database_url).await?;
        if database.steps().await?.iter().any(|(_, applied)| !applied) {
            return Err(Error::internal("the schema is not up to date: run `sidan migrate up`"));
        }
        count_people(&database, &clock, &vault).await?;
        let areas = area::Entity::find().all(database.reader()).await?;
        let mailing = if settings.smtp_url.is_some() { Mailing::On } else { Mailing::Off };
        let desk = Desk::open(&database, clock.clone(), mailing);
        Ok(Self { settings, clock, desk, atlas: Arc::new(Atlas::from_rows(areas)), vault, hasher, database })
    }

    /// The work at files that were sent.
    pub fn import_works(&self) -> imports::Works {
        imports::Works {
            database: self.database.clone(),
            desk: self.desk.clone(),
            vault: self.vault.clone(),
            atlas: self.atlas.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Brings what is sealed under new keys, at so many rows a second.
    pub fn rekeying(&self, pace: u32) -> Rekeying {
        Rekeying {
            database: self.database.clone(),
            desk: self.desk.clone(),
            vault: self.vault.clone(),
            columns: SEALED,
            followers: FOLLOWERS,
            passing: PASSING,
            pace,
        }
    }

    /// Who seals the audit log and the ledger.
    pub fn sealing(&self) -> seals::Sealing {
        seals::Sealing {
            database: self.database.clone(),
            desk: self.desk.clone(),
            vault: self.vault.clone(),
            clock: self.clock.clone(),
            base_url: self.settings.base_url.clone(),
        }
    }

    /// Serves who still waits, then lets the database go.
    ///
    /// # Errors
    /// Of the database.
    pub async fn close(&self) -> Result<()> {
        self.desk.close().await;
        self.database.close().await
    }

    /// Who makes files of lists.
    pub(crate) fn builder(&self, lexicon: Arc<Lexicon>) -> exports::Builder {
        exports::Builder {
            database: self.database.clone(),
            desk: self.desk.clone(),
            clock: self.clock.clone(),
            vault: self.vault.clone(),
            atlas: self.atlas.clone(),
            lexicon,
        }
    }

    /// The server, ready to launch.
    ///
    /// # Errors
    /// A line per broken text.
    pub fn rocket(&self, figment: Figment) -> Result<Rocket<Build>, String> {
        let lexicon = Arc::new(Lexicon::new(TEXTS)?);
        let reader = match &self.settings.reader {
            Some(program) => Reader::new(program.clone()),
            None => Reader::of_this_program(),
        };
        let builder = self.builder(lexicon.clone());
        Ok(rocket::custom(figment)
            .manage(self.settings.clone())
            .manage(self.clock.clone())
            .manage(self.database.clone())
            .manage(self.desk.clone())
            .manage(self.atlas.clone())
            .manage(self.vault.clone())
            .manage(self.hasher.clone())
            .manage(lexicon)
            .manage(reader)
            .manage(UploadRoom::new(self.settings.uploads_at_once))
            .manage(builder)
            .manage(self.sealing())
            .manage(Gather::<SessionLookup>::open(&self.database))
            .manage(Gather::<CatalogueLookup>::open(&self.database))
            .manage(Rush::<TakeSeat>::open(self.desk.clone(), SEATS_AT_ONCE))
            .manage(Rush::<CheckIn>::open(self.desk.clone(), MARKS_AT_ONCE))
            .attach(web::headers::SecurityHeaders { secure: self.settings.secure() })
            .mount("/", pages())
            .mount("/", health::routes())
            .mount("/", openapi::routes())
            .mount("/api/v1", api())
            .register("/api", web::reply::api_catchers())
            .register("/", web::reply::page_catchers()))
    }
}

/// Whether the server lives, and whether it can serve.
mod health {
    use rocket::{Route, State, get, http::Status, routes};
    use sea_orm::ConnectionTrait;

    use crate::data::Database;

    #[get("/health/live")]
    fn live() -> &'static str {
        "live\n"
    }

    #[get("/health/ready")]
    async fn ready(db: &State<Database>) -> (Status, &'static str) {
        match db.reader().execute_unprepared("SELECT 1").await {
            Ok(_) => (Status::Ok, "ready\n"),
            Err(_) => (Status::ServiceUnavailable, "no database\n"),
        }
    }

    pub(super) fn routes() -> Vec<Route> {
        routes![live, ready]
    }
}

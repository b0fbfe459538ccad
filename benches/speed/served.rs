//! A whole house on a port, over a fresh database of the engine that is measured, and those who sign in.

use std::{
    env,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::{Days, NaiveDate, NaiveTime};
use entities::{
    account, holder, role_grant, setting,
    values::{AccountId, GrantId, HolderId, OrganisationId, PersonId, Role, SessionKind},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use sidan::{
    access::open_session,
    accounts::{Hasher, holder_row},
    base::{Clock, IdNumber, clock},
    data::{Database, Vault, Work, bulk},
    house::{House, prepare},
    web::Settings,
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::wire;

pub(crate) struct Served {
    pub house: House,
    pub address: SocketAddr,
    pub folder: TempDir,
    /// Where PostgreSQL listens, if it is what is measured.
    pub server: Option<String>,
    serving: JoinHandle<()>,
}

pub(crate) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, month, day).unwrap()
}

/// Nine in the morning of a day.
pub(crate) fn nine_on(day: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    clock::instant(day, NaiveTime::from_hms_opt(9, 0, 0).unwrap())
}

/// Rows as they are, many at once.
pub(crate) async fn insert<E>(work: &Work, rows: Vec<E::Model>)
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    bulk::insert::<E>(work, rows).await.unwrap();
}

impl Served {
    /// A house of that name on the morning of a day, in which trials may be made.
    pub(crate) async fn open(name: &str, on: NaiveDate) -> Self {
        let folder = TempDir::new().unwrap();
        let server = env::var("TEST_DATABASE_URL").ok();
        let url = match &server {
            None => format!("sqlite://{}?mode=rwc", folder.path().join(format!("{name}.db")).display()),
            Some(server) => {
                let admin = sea_orm::Database::connect(server).await.unwrap();
                admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS sidan_{name}")).await.unwrap();
                admin.execute_unprepared(&format!("CREATE DATABASE sidan_{name}")).await.unwrap();
                format!("{}/sidan_{name}", server.rsplit_once('/').unwrap().0)
            }
        };
        let clock = Clock::fixed_at(nine_on(on));
        let database = Database::open(&url).await.unwrap();
        prepare(&database, &clock).await.unwrap();
        database.close().await.unwrap();
        let mut settings: Settings =
            rocket::figment::Figment::from(("base_url", "http://localhost")).extract().unwrap();
        settings.reader = Some(env!("CARGO_BIN_EXE_sidan").into());
        let house =
            House::open(settings, clock, &url, Vault::fresh_keys().unwrap(), Hasher::cheap().unwrap()).await.unwrap();
        let port = wire::free_port().await;
        let figment = rocket::figment::Figment::from(rocket::Config::release_default())
            .merge(("address", "127.0.0.1"))
            .merge(("port", port))
            .merge(("log_level", "off"))
            .merge(("ip_header", false))
            .merge(("shutdown.ctrlc", false));
        let rocket = house.rocket(figment).unwrap();
        let serving = tokio::spawn(async move { drop(rocket.launch().await) });
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        wire::wait_for(address).await;
        let served = Self { house, address, folder, server, serving };
        let work = served.work().await;
        insert::<setting::Entity>(&work, vec![setting::Model { name: "demo".into(), value: "yes".into() }]).await;
        work.finish().await.unwrap();
        served
    }

    pub(crate) fn engine_name(&self) -> &'static str {
        if self.server.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub(crate) async fn work(&self) -> Work {
        Work::begin(&self.house.database, &self.house.clock).await.unwrap()
    }

    /// PostgreSQL looks at what was loaded, as it would by itself within minutes; of a table in which nothing was ever written it
    /// goes on to believe that it may be large.
    pub(crate) async fn analyse(&self) {
        const FILLED: &str = "DO $$ DECLARE filled regclass; BEGIN FOR filled IN SELECT oid FROM pg_class \
                              WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0 \
                              LOOP EXECUTE format('ANALYZE %s', filled); END LOOP; END $$";
        if self.server.is_some() {
            self.house.database.writer().execute_unprepared(FILLED).await.unwrap();
        }
    }

    /// Somebody of a role, another natural person each time.
    pub(crate) async fn official(
        &self,
        work: &Work,
        role: Role,
        area: &str,
        organisation: Option<OrganisationId>,
    ) -> (AccountId, HolderId) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let born = NaiveDate::from_ymd_opt(1960, 1, 1).unwrap().checked_add_days(Days::new(n)).unwrap();
        let number = IdNumber::compose("369971", born, 1).unwrap();
        let (id, who) = (AccountId::new(), HolderId::new());
        let row = holder_row(&self.house.vault, who, &number, work.now).unwrap();
        insert::<holder::Entity>(work, vec![row]).await;
        insert::<account::Entity>(work, vec![account_row(id, Some(who), None, work.now)]).await;
        insert::<role_grant::Entity>(work, vec![grant_row(id, role, area, organisation, work.now)]).await;
        (id, who)
    }

    /// Somebody of a role for the whole province, and the token of a session.
    pub(crate) async fn signed_in(
        &self,
        work: &Work,
        role: Role,
        organisation: Option<OrganisationId>,
        kind: SessionKind,
    ) -> String {
        let (id, _) = self.official(work, role, "360000", organisation).await;
        sign_in(work, id, kind).await
    }

    pub(crate) async fn close(self) {
        self.serving.abort();
        self.house.close().await.unwrap();
    }
}

/// The token of a session whose password was typed just now.
pub(crate) async fn sign_in(work: &Work, account: AccountId, kind: SessionKind) -> String {
    open_session(work, account, kind).await.unwrap().0.reveal().to_owned()
}

pub(crate) fn account_row(
    id: AccountId,
    holder_id: Option<HolderId>,
    person_id: Option<PersonId>,
    now: chrono::DateTime<chrono::Utc>,
) -> account::Model {
    account::Model {
        id,
        login: format!("a-{id}"),
        password_hash: "-".into(),
        name: "刘敏".into(),
        email: None,
        locale: "zh-CN".into(),
        person_id,
        holder_id,
        disabled_at: None,
        created_at: now,
        version: 1,
    }
}

pub(crate) fn grant_row(
    account_id: AccountId,
    role: Role,
    area: &str,
    organisation_id: Option<OrganisationId>,
    now: chrono::DateTime<chrono::Utc>,
) -> role_grant::Model {
    role_grant::Model {
        id: GrantId::new(),
        account_id,
        role,
        area_code: area.to_owned(),
        organisation_id,
        granted_at: now,
        ended_at: None,
    }
}

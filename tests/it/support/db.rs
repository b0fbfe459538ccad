//! A database for one test: a copy of one that was migrated once, and gone when the test is over.

use std::{env, fs, path::PathBuf, thread, time::UNIX_EPOCH};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use sidan::{base::Clock, data::Database};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// A migrated database of one's own. Keep it as long as it is used: it goes when this is dropped.
pub struct TestDatabase {
    pub url: String,
    home: Home,
}

enum Home {
    /// The folder of the file, deleted with it.
    File {
        _folder: TempDir,
    },
    Server {
        name: String,
    },
}

/// A fresh, migrated database, on the server of `TEST_DATABASE_URL` or else in a file.
pub async fn fresh_database() -> TestDatabase {
    match env::var("TEST_DATABASE_URL") {
        Ok(_) => on_the_server().await,
        Err(_) => in_a_file().await,
    }
}

impl TestDatabase {
    pub async fn open(&self) -> Database {
        Database::open(&self.url).await.unwrap()
    }
}

/// A database without a schema.
pub async fn empty_database() -> TestDatabase {
    if env::var("TEST_DATABASE_URL").is_ok() {
        let name = format!("sidan_test_{}", Uuid::now_v7().simple());
        let server = server().await;
        server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        server.close().await.unwrap();
        TestDatabase { url: url_of(&name), home: Home::Server { name } }
    } else {
        let folder = TempDir::new().unwrap();
        let (_, url) = file_in(&folder);
        TestDatabase { url: format!("{url}?mode=rwc"), home: Home::File { _folder: folder } }
    }
}

/// What every test begins with.
async fn prepare(database: &Database) {
    sidan::house::prepare(database, &Clock::System).await.unwrap();
}

async fn in_a_file() -> TestDatabase {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = TempDir::new().unwrap();
            let (file, url) = file_in(&folder);
            let database = Database::open(&url).await.unwrap();
            prepare(&database).await;
            database.close().await.unwrap();
            fs::read(file).unwrap()
        })
        .await;
    let folder = TempDir::new().unwrap();
    let (file, url) = file_in(&folder);
    fs::write(file, template).unwrap();
    TestDatabase { url, home: Home::File { _folder: folder } }
}

fn file_in(folder: &TempDir) -> (PathBuf, String) {
    let file = folder.path().join("sidan.db");
    let url = format!("sqlite://{}", file.display());
    (file, url)
}

async fn on_the_server() -> TestDatabase {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(template_on_the_server).await;
    let name = format!("sidan_test_{}", Uuid::now_v7().simple());
    let server = server().await;
    server.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    server.close().await.unwrap();
    TestDatabase { url: url_of(&name), home: Home::Server { name } }
}

/// Made by the first test process that comes; the others wait for its lock. It is named after the test program, which is
/// built anew whenever a migration changes.
async fn template_on_the_server() -> String {
    let program = fs::metadata(env::current_exe().unwrap()).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let name = format!("sidan_template_{built}_{}", program.len());
    let server = server().await;
    // One connection, so that lock and unlock meet in the same session.
    server.execute_unprepared("SELECT pg_advisory_lock(4004)").await.unwrap();
    let known = format!("SELECT datname FROM pg_database WHERE datname = '{name}'");
    let known = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, known);
    if server.query_one_raw(known).await.unwrap().is_none() {
        server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}_begun WITH (FORCE)")).await.unwrap();
        server.execute_unprepared(&format!("CREATE DATABASE {name}_begun")).await.unwrap();
        let database = Database::open(&url_of(&format!("{name}_begun"))).await.unwrap();
        prepare(&database).await;
        database.close().await.unwrap();
        // Renamed when it is whole: a test process that died midway leaves no half template.
        server.execute_unprepared(&format!("ALTER DATABASE {name}_begun RENAME TO {name}")).await.unwrap();
    }
    server.close().await.unwrap();
    name
}

async fn server() -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(env::var("TEST_DATABASE_URL").unwrap());
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

/// The same server, another database: the path of the URL is its name.
fn url_of(name: &str) -> String {
    let url = env::var("TEST_DATABASE_URL").unwrap();
    let (address, options) = url.split_once('?').map_or((url.as_str(), String::new()), |(a, o)| (a, format!("?{o}")));
    let (server, _) = address.rsplit_once('/').unwrap();
    format!("{server}/{name}{options}")
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Home::Server { name } = &self.home else { return };
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // The test's own runtime may be gone by now, or must not block.
        let goodbye = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { server().await.execute_unprepared(&drop).await.map(|_| ()) })
        });
        goodbye.join().unwrap().unwrap();
    }
}

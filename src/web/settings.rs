//! Settings, read once from `Rocket.toml` and `ROCKET_*` variables.

use std::{collections::BTreeMap, path::PathBuf};

use rocket::figment::{self, Figment, error::Kind};
use serde::Deserialize;

#[derive(Clone, Deserialize)]
pub struct Settings {
    /// Where the embedded database and everything local lives.
    #[serde(default = "data_dir")]
    pub data_dir: PathBuf,
    /// `sqlite://…` or `postgres://…`; the embedded database in `data_dir` when it is not set.
    pub database_url: Option<String>,
    /// How visitors reach this server; links in mail start with it.
    #[serde(default = "base_url")]
    pub base_url: String,
    /// `smtps://user:password@host` or `smtp://…`; without it messages stay in the mailbox.
    pub smtp_url: Option<String>,
    #[serde(default = "mail_from")]
    pub mail_from: String,
    /// Keys by id, base64 of 32 random bytes each: `index` finds people, `index_old` is the one before, every other one seals;
    /// the last by name seals anew.
    #[serde(default)]
    pub data_keys: BTreeMap<String, String>,
    /// Password hashes that may be computed at once; each takes 19 MiB.
    #[serde(default = "hash_permits")]
    pub hash_permits: usize,
    /// Files of visitors that are held in memory at once; each takes up to 20 MiB, and about as much again when it is read.
    #[serde(default = "uploads_at_once")]
    pub uploads_at_once: usize,
    /// A file or folder of fonts with Han characters, where the fonts of the system are not to be used.
    pub font_path: Option<PathBuf>,
    /// The program that reads files which were sent, where it is not this one.
    pub reader: Option<PathBuf>,
    /// Rows that a change of keys looks at in a second; what is left of the machine is the readers'.
    #[serde(default = "rekey_rows_per_second")]
    pub rekey_rows_per_second: u32,
    /// Seconds after which the head of the audit log is written down again, where it moved.
    #[serde(default = "audit_head_seconds")]
    pub audit_head_seconds: u64,
    /// The day on which the clock stands, for a demo of a past year.
    pub today: Option<chrono::NaiveDate>,
}

impl Settings {
    /// # Errors
    /// One line that names the setting that cannot be read, or the file of a secret that everybody may read.
    pub fn read(figment: &Figment) -> Result<Self, String> {
        let settings: Self = figment.extract().map_err(plain)?;
        let told = |url: &Option<String>| url.as_ref().is_some_and(|url| url.contains('@'));
        let secrets = [
            ("data_keys", !settings.data_keys.is_empty()),
            ("smtp_url", told(&settings.smtp_url)),
            ("database_url", told(&settings.database_url)),
        ];
        let mut open = secrets.into_iter().filter(|(_, secret)| *secret);
        match open.find_map(|(name, _)| Some((name, open_file(figment, name)?))) {
            Some((name, file)) => {
                Err(format!("{name} stands in {}, which everybody may read: chmod o= it", file.display()))
            }
            None => Ok(settings),
        }
    }

    /// Whether visitors come over TLS.
    pub fn secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("sidan.db").display()))
    }
}

fn rekey_rows_per_second() -> u32 {
    2_000
}

fn audit_head_seconds() -> u64 {
    300
}

/// What is wrong with a setting: its name, and what should stand there. Never what stands there, it may be a secret.
fn plain(error: figment::Error) -> String {
    let name = error.path.join(".");
    match error.kind {
        Kind::InvalidType(_, due) | Kind::InvalidValue(_, due) => format!("{name} cannot be read: it should be {due}"),
        Kind::MissingField(field) => format!("{field} is not set"),
        _ if name.is_empty() => "the settings cannot be read".to_owned(),
        _ => format!("{name} cannot be read"),
    }
}

/// Files that hold a secret and that everybody on this machine may read.
#[cfg(unix)]
fn open_file(figment: &Figment, name: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let file = figment.find_metadata(name)?.source.as_ref()?.file_path()?;
    let mode = std::fs::metadata(file).ok()?.permissions().mode();
    (mode & 0o007 != 0).then(|| file.to_owned())
}

#[cfg(not(unix))]
fn open_file(_: &Figment, _: &str) -> Option<PathBuf> {
    None
}

fn data_dir() -> PathBuf {
    "sidan-data".into()
}

fn base_url() -> String {
    "http://127.0.0.1:8000".to_owned()
}

fn mail_from() -> String {
    "sidan@localhost".to_owned()
}

fn uploads_at_once() -> usize {
    4
}

fn hash_permits() -> usize {
    2 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Tells nothing of keys and passwords.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("data_dir", &self.data_dir)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

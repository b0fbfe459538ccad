//! Settings, read once from `Rocket.toml` and `ROCKET_*` variables.

use std::{collections::BTreeMap, path::PathBuf};

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
    /// Keys by id, base64 of 32 bytes each: `index` finds people, every other one seals; the last by name seals anew.
    #[serde(default)]
    pub data_keys: BTreeMap<String, String>,
    /// Password hashes that may be computed at once; each takes 19 MiB.
    #[serde(default = "hash_permits")]
    pub hash_permits: usize,
    /// The program that reads files which were sent, where it is not this one.
    pub reader: Option<PathBuf>,
    /// The day on which the clock stands, for a demo of a past year.
    pub today: Option<chrono::NaiveDate>,
}

impl Settings {
    /// Whether visitors come over TLS.
    pub fn secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("sidan.db").display()))
    }
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

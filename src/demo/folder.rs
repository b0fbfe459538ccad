//! What the demonstration keeps in the data folder: its keys, its sign-ins, and the database that it made.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::base::{Error, Result};
use crate::data::Vault;
use crate::demo::sign_ins::SignIn;
use crate::seals::HEADS;

const KEYS: &str = "demo-keys.json";
const ACCOUNTS: &str = "demo-accounts.json";
/// The embedded database with its journal and the journal's index.
const DATABASE: [&str; 3] = ["sidan.db", "sidan.db-wal", "sidan.db-shm"];

/// The data folder. The keys stand there before the database does, so a database without them is somebody else's.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens the folder and makes it where it is missing.
    ///
    /// # Errors
    /// `Internal` when the folder cannot be made, or holds a database that the demonstration did not make.
    pub fn open(data_dir: &Path) -> Result<Self> {
        fs::create_dir_all(data_dir).map_err(Error::internal)?;
        let folder = Self(data_dir.to_owned());
        if folder.has_database() && !folder.path(KEYS).exists() {
            let message = format!(
                "{} holds a database that the demonstration did not make; set another data_dir",
                data_dir.display()
            );
            return Err(Error::internal(message));
        }
        Ok(folder)
    }

    pub fn has_database(&self) -> bool {
        DATABASE.iter().any(|name| self.path(name).exists())
    }

    /// Removes what the demonstration made, and nothing else.
    ///
    /// # Errors
    /// `Internal` when a file does not go.
    pub fn clear(&self) -> Result<()> {
        if !self.path(KEYS).exists() {
            return Ok(());
        }
        // The keys go last: what is left of an interrupted removal still counts as the demonstration's own.
        for name in DATABASE.into_iter().chain([HEADS, ACCOUNTS, KEYS]) {
            match fs::remove_file(self.path(name)) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::internal(e)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The keys that seal this database; made where none stand.
    ///
    /// # Errors
    /// `Internal` when they cannot be read or written.
    pub fn keys(&self) -> Result<BTreeMap<String, String>> {
        #[cfg(unix)]
        if let Ok(file) = fs::metadata(self.path(KEYS))
            && std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o007 != 0
        {
            let line =
                format!("data_keys stand in {}, which everybody may read: chmod o= it", self.path(KEYS).display());
            return Err(Error::internal(line));
        }
        match fs::read(self.path(KEYS)) {
            Ok(text) => serde_json::from_slice(&text).map_err(Error::internal),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let keys = Vault::fresh_keys()?;
                self.keep(KEYS, &serde_json::to_vec_pretty(&keys).map_err(Error::internal)?)?;
                Ok(keys)
            }
            Err(e) => Err(Error::internal(e)),
        }
    }

    /// Keeps the sign-ins for programs that try the demonstration out.
    ///
    /// # Errors
    /// `Internal` when they cannot be written.
    pub fn keep_sign_ins(&self, sign_ins: &[SignIn]) -> Result<()> {
        self.keep(ACCOUNTS, &serde_json::to_vec_pretty(sign_ins).map_err(Error::internal)?)
    }

    /// Where the sign-ins stand.
    pub fn sign_ins(&self) -> PathBuf {
        self.path(ACCOUNTS)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file that only its owner reads; it appears whole or not at all.
    fn keep(&self, name: &str, text: &[u8]) -> Result<()> {
        let begun = self.path(&format!("{name}.new"));
        match fs::remove_file(&begun) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::internal(e)),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&begun).map_err(Error::internal)?;
        file.write_all(text).and_then(|()| file.sync_all()).map_err(Error::internal)?;
        fs::rename(&begun, self.path(name)).map_err(Error::internal)
    }
}

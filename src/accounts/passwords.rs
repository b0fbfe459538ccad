//! Password hashing: slow on purpose, so it runs beside the async threads and behind a gate.

use std::sync::{Arc, LazyLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::base::{Error, Result};

/// How many may wait for the gate; who comes later is told to try again.
const QUEUE: usize = 64;

/// Argon2id behind a gate of so many hashes at once.
#[derive(Clone, Debug)]
pub struct Hasher {
    cost: Params,
    gate: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// Verified against when there is no such account, so that both cases cost the same.
static NOBODY: LazyLock<&str> =
    LazyLock::new(|| "$argon2id$v=19$m=19456,t=2,p=1$c2lkYW5zaWRhbnNpZGFu$N0yLqJmVd5uKT1cWvN3kXtQm1qz0P8oG1uVYb2o5rIo");

impl Hasher {
    /// The strength that OWASP asks for at least: 19 MiB, two passes.
    pub fn new(permits: usize) -> Self {
        Self::with_cost(permits, Params::default())
    }

    /// # Errors
    /// Never for the cost used here; the library checks it.
    pub fn cheap() -> Result<Self> {
        Ok(Self::with_cost(4, Params::new(8, 1, 1, None).map_err(|e| Error::internal(e.to_string()))?))
    }

    fn with_cost(permits: usize, cost: Params) -> Self {
        Self { cost, gate: Arc::new(Semaphore::new(permits)), queue: Arc::new(Semaphore::new(permits + QUEUE)) }
    }

    async fn behind_gate<T: Send + 'static>(
        &self,
        work: impl FnOnce(Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| Error::Busy)?;
        let _permit = self.gate.acquire().await.map_err(|_| Error::Busy)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost.clone());
        tokio::task::spawn_blocking(move || work(argon)).await.map_err(Error::internal)
    }

    /// # Errors
    /// `Busy` when too many wait.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.behind_gate(move |argon| argon.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(|e| Error::internal(e.to_string()))
    }

    /// Whether `password` is the one that was hashed; takes as long when there is no hash.
    ///
    /// # Errors
    /// `Busy` when too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let known = hash.is_some();
        let (password, hash) = (password.to_owned(), hash.unwrap_or(&NOBODY).to_owned());
        let same = self
            .behind_gate(move |argon| {
                PasswordHash::new(&hash).is_ok_and(|hash| argon.verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(same && known)
    }
}

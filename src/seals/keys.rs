//! The key of the chain: made once, sealed like everything secret, never seen outside of here.

use entities::{seal_key, values::SealKeyId};
use ring::rand::{SecureRandom, SystemRandom};

use crate::base::{Error, Result};
use crate::data::Work;
use crate::data::{Database, Desk, Vault};
use crate::seals::chain::ChainKey;
use crate::seals::store;

/// What the key is sealed for.
pub(super) const PLACE: &str = "seal_key.sealed";

/// The key, where one was made.
pub(super) async fn key(database: &Database, vault: &Vault) -> Result<Option<ChainKey>> {
    store::key(database.reader()).await?.map(|row| open(vault, &row)).transpose()
}

/// The key; it is made at the first need.
pub(super) async fn need_key(database: &Database, desk: &Desk, vault: &Vault) -> Result<ChainKey> {
    match key(database, vault).await? {
        Some(key) => Ok(key),
        None => desk.write(async |work| make(work, vault).await).await,
    }
}

fn open(vault: &Vault, row: &seal_key::Model) -> Result<ChainKey> {
    Ok(ChainKey::new(&vault.open(PLACE, row.id, &row.sealed)?))
}

async fn make(work: &Work, vault: &Vault) -> Result<ChainKey> {
    if store::is_sealed(work.db()).await? {
        // A new key would let everything that stands look forged, and what comes look whole.
        return Err(Error::internal("there are seals, but their key is gone"));
    }
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
    let id = SealKeyId::new();
    let row = seal_key::Model { id, sealed: vault.seal(PLACE, id, &bytes)?, created_at: work.now };
    store::insert_key(work, row).await?;
    let key = store::key(work.db()).await?.ok_or_else(|| Error::internal("no key of the seals"))?;
    open(vault, &key)
}

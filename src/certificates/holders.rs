//! Whom a certificate was printed for: name and identity number as they stood that day, sealed with it.

use std::collections::HashMap;

use entities::{
    certificate, certificate_holder,
    values::{CertificateId, PersonId},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::base::{Error, Result};
use crate::certificates::store;
use crate::data::{SealedColumn, Vault};
use crate::people::{self, Brief};

/// Where they are sealed; the bytes open nowhere else.
const PLACE: &str = "certificate_holder.sealed";

/// Where a change of keys finds them.
pub(crate) const SEALED_HOLDERS: SealedColumn = SealedColumn {
    table: "certificate_holder",
    column: "sealed",
    place: PLACE,
    hashes: &[],
    hash: |_, _| Ok(Vec::new()),
};

/// Name and identity number in full. It has no Debug.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    pub name: String,
    pub id_number: String,
}

impl Holder {
    pub(super) fn seal(&self, vault: &Vault, id: CertificateId) -> Result<certificate_holder::Model> {
        let plain = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(certificate_holder::Model { id, sealed: vault.seal(PLACE, id, &plain)? })
    }

    fn open(vault: &Vault, row: &certificate_holder::Model) -> Result<Self> {
        serde_json::from_slice(&vault.open(PLACE, row.id, &row.sealed)?).map_err(Error::internal)
    }
}

/// A holder as it stands with a certificate that was printed.
///
/// # Errors
/// `Internal` when the system gives no random bytes.
pub(crate) fn as_printed(
    vault: &Vault,
    id: CertificateId,
    name: &str,
    id_number: &str,
) -> Result<certificate_holder::Model> {
    Holder { name: name.to_owned(), id_number: id_number.to_owned() }.seal(vault, id)
}

/// As the registry has them now, of those whose numbers open.
pub(super) async fn registered(
    db: &impl ConnectionTrait,
    vault: &Vault,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Holder>> {
    let known = people::identities(db, vault, people).await?;
    Ok(known.into_iter().map(|(id, (name, id_number))| (id, Holder { name, id_number })).collect())
}

/// As they were printed; `None` on a certificate with which nothing was kept yet.
pub(super) async fn printed(
    db: &impl ConnectionTrait,
    vault: &Vault,
    certificate: CertificateId,
) -> Result<Option<Holder>> {
    let row = store::holders(db, &[certificate]).await?.pop();
    row.map(|row| Holder::open(vault, &row)).transpose()
}

/// How the holders of these certificates are called on pages: as printed, else as the registry has them.
pub(super) async fn briefs(
    db: &impl ConnectionTrait,
    vault: &Vault,
    certificates: &[&certificate::Model],
) -> Result<HashMap<CertificateId, Brief>> {
    let ids: Vec<CertificateId> = certificates.iter().map(|one| one.id).collect();
    let mut briefs = HashMap::with_capacity(ids.len());
    for row in store::holders(db, &ids).await? {
        let holder = Holder::open(vault, &row)?;
        briefs.insert(row.id, Brief::printed(&holder.name, &holder.id_number));
    }
    let older: Vec<&&certificate::Model> = certificates.iter().filter(|one| !briefs.contains_key(&one.id)).collect();
    let people: Vec<PersonId> = older.iter().map(|one| one.person_id).collect();
    let registered = if people.is_empty() { HashMap::new() } else { people::briefs(db, vault, &people).await? };
    let named = older.into_iter().filter_map(|one| Some((one.id, registered.get(&one.person_id)?.clone())));
    briefs.extend(named);
    Ok(briefs)
}

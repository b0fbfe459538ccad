//! Makes the dossier of a claim.

use std::{collections::BTreeSet, path::Path};

use chrono::SecondsFormat;
use entities::values::PersonId;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::access::hex;
use crate::areas::Atlas;
use crate::base::{Error, Result};
use crate::certificates::{self, Ground};
use crate::data::Audit;
use crate::dossiers::archive::{self, Files};
use crate::dossiers::manifest::{KIND, Manifest, NAME};
use crate::dossiers::store;
use crate::dossiers::tables::{
    AUDIT, CERTIFICATES, CREDENTIALS, HEAD, KEYS, LINES, OBJECTS, PEOPLE, PERSONAL, POSTINGS, README, SEALS, TABLES,
};
use crate::seals::{self, Sealed, Sealing};
use crate::web::Lexicon;

/// What a dossier is made with.
pub struct Office<'o> {
    pub sealing: &'o Sealing,
    pub atlas: &'o Atlas,
    pub lexicon: &'o Lexicon,
}

/// Writes the dossier of a claim and tells how many rows are in it. That it was made is a deed.
///
/// # Errors
/// `NotFound` where no claim has the number; of the database or of the file.
pub async fn export(office: &Office<'_>, number: &str, path: &Path) -> Result<usize> {
    let house = office.sealing;
    // What is settled is sealed first; where a server does so at this moment, it does so for both.
    match house.seal().await {
        Ok(_) | Err(Error::Stale | Error::Busy) => {}
        Err(e) => return Err(e),
    }
    let db = house.database.at_one_moment().await?;
    let claim = store::claim(&db, number).await?;
    let mut gathered = Gathered::default();
    for table in TABLES {
        gathered.table(table.file, store::rows(&db, table, claim.id).await?);
    }
    let ids: BTreeSet<PersonId> = gathered.values(LINES, "person_id").iter().filter_map(|id| id.parse().ok()).collect();
    let ids: Vec<PersonId> = ids.into_iter().collect();
    gathered.table(PEOPLE, store::people(&db, &house.vault, &ids).await?);
    let objects: BTreeSet<String> = OBJECTS.iter().flat_map(|(file, column)| gathered.values(file, column)).collect();
    let objects: Vec<String> = objects.into_iter().collect();
    gathered.sealed(POSTINGS, seals::postings_of(&db, claim.class_id).await?);
    gathered.sealed(AUDIT, seals::deeds_on(&db, &objects).await?);
    let seals = std::mem::take(&mut gathered.seals);
    gathered.table(SEALS, seals);
    gathered.credentials(office, &db).await?;
    db.rollback().await?;

    let head = seals::head(house).await?;
    gathered.put(HEAD, serde_json::to_string_pretty(&head).map_err(Error::internal)?);
    gathered.put(README, include_str!("README.txt"));
    let (rows, files) = (gathered.rows, sign(house, number, gathered.files).await?);
    archive::write(path, &files)?;
    let made = Audit::of("export", "claim", claim.id).area(&claim.area_code).detail(json!({ "rows": rows }));
    house
        .desk
        .write(async |work| {
            work.record(made.clone());
            Ok(())
        })
        .await?;
    Ok(rows)
}

#[derive(Default)]
struct Gathered {
    files: Files,
    rows: usize,
    seals: Vec<Value>,
}

impl Gathered {
    fn put(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.files.insert(name.into(), text.into().into_bytes());
    }

    fn table(&mut self, name: &str, rows: Vec<Value>) {
        self.rows += rows.len();
        let mut lines = String::new();
        for row in rows {
            lines.push_str(&row.to_string());
            lines.push('\n');
        }
        self.put(name, lines);
    }

    /// What stands in a column of a table that was gathered.
    fn values(&self, file: &str, column: &str) -> Vec<String> {
        let lines = self.files.get(file).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter_map(|row| Some(row.get(column)?.as_str()?.to_owned()))
            .collect()
    }

    fn sealed(&mut self, name: &str, rows: Vec<Sealed>) {
        let mut out = Vec::with_capacity(rows.len());
        for Sealed { row, seal } in rows {
            self.seals.extend(seal.map(|seal| {
                json!({
                    "stream": seal.stream, "seq": seal.seq, "row_id": seal.row_id, "row_hash": hex(&seal.row_hash),
                    "link": hex(&seal.link), "sealed_at": seal.sealed_at.to_rfc3339_opts(SecondsFormat::Micros, true),
                })
            }));
            let personal = row.field("noun").is_some_and(|noun| PERSONAL.contains(&noun.as_str()));
            out.push(if personal { row.without_detail() } else { row }.json());
        }
        self.table(name, out);
    }

    /// The credentials of the certificates, and every key that may have signed one.
    async fn credentials(&mut self, office: &Office<'_>, db: &impl ConnectionTrait) -> Result<()> {
        let house = office.sealing;
        let ground =
            Ground { vault: &house.vault, atlas: office.atlas, lexicon: office.lexicon, base_url: &house.base_url };
        let key = seals::signing_key(house).await?;
        for serial in self.values(CERTIFICATES, "serial") {
            if let Some(signed) = certificates::credential_of(db, &ground, &key, &serial).await? {
                self.put(format!("{CREDENTIALS}{serial}.jwt"), signed);
            }
        }
        let signers = certificates::signers(house.database.reader()).await?;
        let keys: Result<Vec<Value>> = signers.iter().map(|(kid, point)| certificates::jwk(point, kid)).collect();
        self.put(KEYS, serde_json::to_string_pretty(&json!({ "keys": keys? })).map_err(Error::internal)?);
        Ok(())
    }
}

async fn sign(house: &Sealing, number: &str, mut files: Files) -> Result<Files> {
    let key = seals::signing_key(house).await?;
    let signers = certificates::signers(house.database.reader()).await?;
    let point = signers.get(&key.kid).ok_or_else(|| Error::internal("no public key"))?;
    let mut manifest = Manifest {
        claim: number.to_owned(),
        at: house.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true),
        files: Manifest::of(&files),
        key: certificates::jwk(point, &key.kid)?,
        signed: None,
    };
    let payload = manifest.payload()?;
    manifest.signed = Some(certificates::sign(&house.vault, &house.base_url, &key, KIND, &payload)?);
    let text = serde_json::to_string_pretty(&manifest).map_err(Error::internal)?;
    files.insert(NAME.to_owned(), text.into_bytes());
    Ok(files)
}

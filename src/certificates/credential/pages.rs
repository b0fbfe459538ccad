//! The signed file of a certificate, and the public keys that prove it.

use std::sync::Arc;

use rocket::{
    Responder, Route, State, get,
    http::{ContentType, Header},
    routes,
    serde::json::Json,
};
use serde_json::Value;

use crate::access::Can;
use crate::base::Result;
use crate::certificates::credential::payload::Site;
use crate::certificates::credential::service::{self, Ground};
use crate::certificates::rights::ReadCertificates;
use crate::certificates::service as certificates;
use crate::data::Database;
use crate::web::{Lexicon, Settings, Tools};

/// A signed file.
#[derive(Responder)]
struct Signed {
    text: String,
    kind: ContentType,
    disposition: Header<'static>,
}

/// A certificate that no longer holds gives no new file; the one that somebody has leads to the word that it does not.
#[get("/certificates/<serial>/credential")]
async fn credential(
    by: Can<ReadCertificates>,
    serial: &str,
    tools: Tools<'_>,
    lexicon: &State<Arc<Lexicon>>,
    settings: &State<Settings>,
) -> Result<Signed> {
    let sheet = certificates::certificate(tools.db.reader(), tools.vault, &by, serial).await?;
    sheet.require_valid()?;
    let key = match service::key(tools.db.reader()).await? {
        Some(key) => key,
        None => tools.desk.write(async |work| service::need_key(work, tools.vault).await).await?,
    };
    let ground = Ground { vault: tools.vault, atlas: tools.atlas, lexicon, base_url: &settings.base_url };
    let text = service::credential(tools.db.reader(), &ground, &key, &sheet).await?;
    let disposition = format!("attachment; filename=\"{}.jwt\"", sheet.issued.certificate.serial);
    Ok(Signed {
        text,
        kind: ContentType::new("application", "vc+jwt"),
        disposition: Header::new("Content-Disposition", disposition),
    })
}

#[get("/.well-known/jwks.json")]
async fn key_set(db: &State<Database>, settings: &State<Settings>) -> Result<Json<Value>> {
    Ok(Json(service::key_set(db.reader(), &Site::at(&settings.base_url)).await?))
}

#[get("/.well-known/did.json")]
async fn did_document(db: &State<Database>, settings: &State<Settings>) -> Result<Json<Value>> {
    Ok(Json(service::did_document(db.reader(), &Site::at(&settings.base_url)).await?))
}

pub(in crate::certificates) fn routes() -> Vec<Route> {
    routes![credential, key_set, did_document]
}

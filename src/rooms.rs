//! Serving: the routes on top, the courier beside them, and an orderly end.

use std::sync::Arc;

use rocket::figment::Figment;

use crate::base::{Error, Result};
use crate::data::courier::Smtp;
use crate::data::outbox::{Outbox, Sending};
use crate::house::{House, TEXTS};
use crate::mailbox;
use crate::villages;
use crate::web::Lexicon;

/// Serves until told to stop, then drains the outbox and the desk: who was promised an answer gets it.
pub(crate) async fn serve(house: House, figment: Figment) -> Result<()> {
    let rocket = house.rocket(figment).map_err(Error::internal)?;
    let sending = post(&house)?;
    let counting = villages::keep_counting(
        house.database.clone(),
        house.desk.clone(),
        house.clock.clone(),
        Arc::clone(&house.atlas),
    );
    let launched = rocket.launch().await;
    counting.close().await;
    if let Some(sending) = sending {
        sending.close().await;
    }
    house.close().await?;
    launched.map(drop).map_err(|e| Error::internal(e.to_string()))
}

/// The worker that carries letters, where a mail server is set. It stands beside the routes: a dead server slows no page.
///
/// # Errors
/// When the server's address or the sender's cannot be read.
fn post(house: &House) -> Result<Option<Sending>> {
    let Some(url) = &house.settings.smtp_url else { return Ok(None) };
    let courier = Smtp::open(url, &house.settings.mail_from)?;
    let lexicon = Arc::new(Lexicon::new(TEXTS).map_err(Error::internal)?);
    let letters = mailbox::letters(lexicon, &house.settings.base_url);
    let outbox = Outbox::new(house.database.clone(), house.desk.clone(), house.clock.clone(), courier, letters);
    Ok(Some(outbox.start()))
}

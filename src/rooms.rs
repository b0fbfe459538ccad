//! Serving: the routes on top; beside them the courier, the work at files that came and that go, the watch, the search, the
//! sealer, the keeper of notices and the change of keys; an orderly end.

use std::{sync::Arc, time::Duration};

use rocket::figment::Figment;

use crate::attendance::Warner;
use crate::base::{Error, Result};
use crate::claims::Lapser;
use crate::data::courier::Smtp;
use crate::data::outbox::{Outbox, Sending};
use crate::eligibility::Watch;
use crate::house::{House, TEXTS};
use crate::inspections::Comparer;
use crate::mailbox;
use crate::notices::Keeper;
use crate::risk::Scorer;
use crate::sanctions::Ender;
use crate::seals::{HEADS, Sealer};
use crate::supervision::Searcher;
use crate::villages;
use crate::web::Lexicon;

/// Serves until told to stop, then drains the outbox and the desk: who was promised an answer gets it.
pub(crate) async fn serve(house: House, figment: Figment) -> Result<()> {
    let rocket = house.rocket(figment).map_err(Error::internal)?;
    let lexicon = Arc::new(Lexicon::new(TEXTS).map_err(Error::internal)?);
    let sending = post(&house, lexicon.clone())?;
    let importing = house.import_works().start();
    let building = house.builder(lexicon).start();
    let watch = Watch::start(house.database.clone(), house.desk.clone(), house.clock.clone());
    let warner = Warner::start(house.database.clone(), house.desk.clone());
    let comparer = Comparer::start(house.database.clone(), house.desk.clone());
    let searcher = Searcher::start(house.database.clone(), house.desk.clone());
    let ender = Ender::start(house.database.clone(), house.desk.clone(), house.clock.clone());
    let lapser = Lapser::start(house.database.clone(), house.desk.clone(), house.clock.clone());
    let scorer = Scorer::start(house.database.clone(), house.desk.clone(), house.clock.clone());
    let every = Duration::from_secs(house.settings.audit_head_seconds);
    let sealer = Sealer::start(house.sealing(), house.settings.data_dir.join(HEADS), every);
    let keeper =
        Keeper::start(house.database.clone(), house.desk.clone(), Arc::clone(&house.vault), house.clock.clone());
    let rekeying = house.rekeying(house.settings.rekey_rows_per_second).start();
    let counting = villages::keep_counting(
        house.database.clone(),
        house.desk.clone(),
        house.clock.clone(),
        Arc::clone(&house.atlas),
    );
    let launched = rocket.launch().await;
    counting.close().await;
    importing.close().await;
    building.close().await;
    if let Some(sending) = sending {
        sending.close().await;
    }
    watch.close().await;
    warner.close().await;
    comparer.close().await;
    searcher.close().await;
    ender.close().await;
    lapser.close().await;
    scorer.close().await;
    sealer.close().await;
    keeper.close().await;
    rekeying.close().await;
    house.close().await?;
    launched.map(drop).map_err(|e| Error::internal(e.to_string()))
}

/// The worker that carries letters, where a mail server is set. It stands beside the routes: a dead server slows no page.
///
/// # Errors
/// When the server's address or the sender's cannot be read.
fn post(house: &House, lexicon: Arc<Lexicon>) -> Result<Option<Sending>> {
    let Some(url) = &house.settings.smtp_url else { return Ok(None) };
    let courier = Smtp::open(url, &house.settings.mail_from)?;
    let letters = mailbox::letters(lexicon, &house.settings.base_url);
    let outbox = Outbox::new(house.database.clone(), house.desk.clone(), house.clock.clone(), courier, letters);
    Ok(Some(outbox.start()))
}

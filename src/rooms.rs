//! Serving: the routes on top, the courier beside them, and an orderly end.

use rocket::figment::Figment;

use crate::base::{Error, Result};
use crate::house::House;

/// Serves until told to stop, then drains the desk: who was promised an answer gets it.
pub(crate) async fn serve(house: House, figment: Figment) -> Result<()> {
    let rocket = house.rocket(figment).map_err(Error::internal)?;
    let launched = rocket.launch().await;
    house.close().await?;
    launched.map(drop).map_err(|e| Error::internal(e.to_string()))
}

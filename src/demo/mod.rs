//! What a demonstration is filled with: people who never lived, spread over real places.

mod dice;
mod names;
mod people;

pub use people::{JINGSHAN, People, SynthHousehold, SynthPerson, WUDOUJIANG, jingshan, wudoujiang};

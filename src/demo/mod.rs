//! What a demonstration is filled with: people who never lived, spread over real places, and the training year 2016 as it was
//! published, told from the plan of a class to its payment.
//!
//! The year is planned in memory, county by county, and written in bulk: [`fill`]. What is told never goes through the
//! services, so its sums are checked here: people against the plan, pots against their postings, attendance against the
//! threshold. [`Folder`] keeps the keys and the sign-ins of the demonstration beside its database.

mod afterwards;
mod attendance;
mod batches;
mod calendar;
mod checks;
mod choice;
mod claims;
mod classes;
mod county;
mod dice;
mod doubts;
mod figures;
mod fill;
mod folder;
mod holders;
mod households;
mod known_places;
mod letters;
mod lists;
mod names;
mod notices;
mod numbers;
mod objections;
mod offers;
mod offices;
mod papers;
mod payees;
mod people;
mod people_file;
mod punished;
mod purse;
mod registers;
mod registry;
mod rows;
mod sign_ins;
mod store;
mod tally;
mod untrue;
mod waiting;
mod weights;
mod year;

pub use calendar::{TODAY, run};
pub use figures::SMALLEST_SCALE;
pub use fill::{Filled, Found, Ground, fill, find, table};
pub use folder::Folder;
pub use known_places::{JINGSHAN, WUDOUJIANG, jingshan, wudoujiang};
pub use people::{People, SynthHousehold, SynthPerson};
pub use people_file::{Dirt, Written, write_people};
pub use sign_ins::SignIn;
pub use year::{Year, YearOfArea};

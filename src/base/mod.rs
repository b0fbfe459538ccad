//! The ground floor: pure words and rules that every storey shares. No Rocket, no I/O.

pub mod bank_card;
pub mod cells;
pub mod clock;
pub mod columns;
pub mod credit_code;
pub mod error;
pub mod heads;
pub mod identity;
pub mod lifecycle;
pub mod money;
pub mod paging;
pub mod phone;
pub mod place;
pub mod rate;

pub use bank_card::BankCard;
pub use clock::Clock;
pub use credit_code::CreditCode;
pub use error::{Error, FieldError, Refusal, Result};
pub use heads::{Heads, Part};
pub use identity::IdNumber;
pub use phone::Phone;
pub use place::Place;

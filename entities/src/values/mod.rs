//! Values that rows are made of: ids, money, words with a fixed meaning.

mod fen;
mod ids;
mod words;

pub use fen::Fen;
pub use ids::*;
pub use words::*;

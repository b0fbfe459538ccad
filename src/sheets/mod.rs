//! Tables that people send or keep as files: delimited text and workbooks.
//!
//! A file is a line of heads and rows below it. What it is is told by its bytes, never by its name: [`Format`]. Either it
//! is read byte-exact or it is refused with a [`Trouble`] that names the place; nothing is guessed or put in for what
//! cannot be read.
//!
//! - [`Table`] reads in this process, row by row with flat memory: for files of the operator;
//! - [`Reader`] has a file read by a child process that can do nothing else, for files that anybody may send. [`child`]
//!   is that process.
//!
//! Both keep to [`Limits`].

mod child;
mod format;
mod limits;
mod lines;
mod package;
mod reader;
mod table;
mod text;
mod trouble;
mod wire;
mod workbook;

pub use child::{COMMAND, run};
pub use format::Format;
pub use limits::Limits;
pub use reader::{Reader, Row, Rows};
pub use table::Table;
pub use trouble::Trouble;

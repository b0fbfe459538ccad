//! Marking oneself: a code on the trainer's screen, and the phone that reads it.

mod check_in;
pub(in crate::attendance) mod digits;
mod pages;
mod service;

pub(crate) use check_in::{CheckIn, MOST};
pub(in crate::attendance) use pages::routes;

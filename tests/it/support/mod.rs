//! What the stories are told with.

pub mod after;
pub mod app;
pub mod claims;
pub mod db;
pub mod doors;
pub mod files;
pub mod given;
pub mod paying;
pub mod post;
pub mod server;

//! Tests of the house itself: who may stand on whom, who may open which door, and that nothing is said in one language only.

mod access;
mod crowd;
mod floorplan;
mod look;
mod openapi;
mod plans;
mod schema;
mod texts;
mod tour;

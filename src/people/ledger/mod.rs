//! The service ledger (服务台账): one service of one person, one service of many people of a village, and many at once from a
//! file. Each row is one person-time.

pub(super) mod forms;
pub(super) mod pages;
pub(super) mod service;

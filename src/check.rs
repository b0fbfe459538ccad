//! `sidan check`: recomputes every invariant from the rows and names each row that breaks one.

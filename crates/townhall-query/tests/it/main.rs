//! Questions about a small table, asked as URLs ask them, against answers worked out by hand or by brute force.

mod cursors;
mod questions;
mod refusals;
mod support;

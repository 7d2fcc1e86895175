//! Questions about a small table, asked as URLs ask them, against answers worked out by hand or by brute force.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod bytes;
mod ckan;
mod cursors;
mod differences;
mod fuzz_corpus;
mod hot;
mod limits;
mod logic;
mod qu;
mod questions;
mod recipes;
mod refusals;
mod sentinels;
mod shelf;
mod soda;
mod sparse;
mod sql;
mod support;

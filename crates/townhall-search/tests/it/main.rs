//! The index as its users meet it: what is found, in which order, with which counts, and what survives.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod durability;
mod facets;
mod fuzz_corpus;
mod odd_input;
mod place_time_order;
mod rows;
mod support;
mod words;

//! The routes as their clients see them, over a portal in memory or over real sockets.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod catalogue;
mod charts;
mod dashboard;
mod data_pages;
mod dialects_ckan;
mod dialects_others;
mod dialects_soda;
mod dictionary;
mod fuzz_corpus;
mod large;
mod mcp;
mod portal;
mod routes;
mod scores;
mod search;
mod sockets;
mod sql;
mod tables;
mod tools;

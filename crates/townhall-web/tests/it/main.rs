//! The routes as their clients see them, over a portal in memory or over real sockets.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod agreement;
mod catalogue;
mod charts;
mod console;
mod crawls;
mod csv_to_api;
mod dashboard;
mod data_pages;
mod databases;
mod dialect_tables;
mod dialects_ckan;
mod dialects_others;
mod dialects_qu;
mod dialects_soda;
mod dictionary;
mod fuzz_corpus;
mod harvest;
mod hmda;
mod large;
mod limits;
mod links;
#[path = "../../../townhall-pdf/tests/it/made.rs"]
#[allow(dead_code, reason = "tests of pages use the rest")]
mod made;
#[path = "../../../townhall-pdf/tests/it/made_form.rs"]
#[allow(dead_code, reason = "tests of forms use the rest")]
mod made_form;
mod mcp;
mod pdf;
mod portal;
mod recipes;
mod routes;
mod row_search;
mod saved_queries;
mod scorecard;
mod scores;
mod search;
#[path = "../../../townhall-harvest/tests/it/site.rs"]
mod site;
mod sockets;
mod sql;
mod tables;
mod tools;

//! The real program, from the outside: commands, exit codes, pages, and what is left after a crash.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod clients;
mod cluster;
mod crash;
mod crawl;
mod databases;
mod files;
mod harness;
mod harvest;
mod hogs;
mod import;
mod kept;
mod links;
#[path = "../../../townhall-pdf/tests/it/made.rs"]
#[allow(dead_code, reason = "tests of pages use the rest")]
mod made;
#[path = "../../../townhall-pdf/tests/it/made_form.rs"]
#[allow(dead_code, reason = "tests of forms use the rest")]
mod made_form;
#[path = "../../../townhall-pdf/tests/it/made_scan.rs"]
mod made_scan;
mod pdf;
mod recipes;
mod registers;
mod scorecard;
mod serve;
#[path = "../../../townhall-harvest/tests/it/site.rs"]
mod site;
mod workshop;

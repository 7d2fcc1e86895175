//! The store as its users meet it. What is told of records, tables, jobs and blobs holds on SQLite and on PostgreSQL:
//! every case of `on_both!` runs on each.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::zombie_processes,
    reason = "tests say what they skip and stop when they can't go on"
)]

mod blobs;
mod changes;
mod derived;
mod doctor;
mod documents;
mod faults;
mod files;
mod harvest;
mod jobs;
mod links;
mod objects;
mod opening;
mod organizations;
mod race;
mod records;
mod reports;
mod revising;
mod scorecard;
mod support;
mod tables;

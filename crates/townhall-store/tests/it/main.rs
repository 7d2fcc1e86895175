//! The store as its users meet it. What is told of records, tables, jobs and blobs holds on SQLite and on PostgreSQL:
//! every case of `on_both!` runs on each.

mod blobs;
mod changes;
mod doctor;
mod faults;
mod files;
mod jobs;
mod objects;
mod opening;
mod organizations;
mod race;
mod records;
mod revising;
mod support;
mod tables;

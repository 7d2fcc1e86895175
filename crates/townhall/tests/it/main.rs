//! The real program, from the outside: commands, exit codes, pages, and what is left after a crash.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod cluster;
mod crash;
mod files;
mod harness;
mod hogs;
mod import;
mod serve;
mod workshop;

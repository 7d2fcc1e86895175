//! A scheduler, two executors, a bucket and two portals, all on this machine's own addresses.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod answers;
mod bucket;
mod machines;
mod strangers;

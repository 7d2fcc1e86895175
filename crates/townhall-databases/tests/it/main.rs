//! Databases of every kind, asked in the same way. Servers are there when the environment names them: scripts/with-test-env.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod agreement;
#[cfg(feature = "odbc")]
mod odbc;
mod pushing;
mod streaming;
mod support;
mod types;
mod words;

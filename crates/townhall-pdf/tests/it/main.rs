//! Files in, pages and tables out: small files of our own, and the tables of the ICDAR 2013 competition where they are at hand.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod hostile;
mod made;
mod reading;
mod shapes;
mod shared;
mod tables;

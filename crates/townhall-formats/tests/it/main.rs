//! Tests of the formats through their public face.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod conformance;
mod fuzz_corpus;
mod geojson;
mod guessing;
mod html;
mod limits;
mod parallel;
mod profiles;
mod reading;
mod rejects;
mod round_trip;
mod support;
mod typed;
mod typing;
mod writing;
mod xml;

//! Tests of the formats through their public face.

mod conformance;
mod guessing;
mod limits;
mod parallel;
mod profiles;
mod rejects;
mod round_trip;
mod support;
mod typing;
mod writing;

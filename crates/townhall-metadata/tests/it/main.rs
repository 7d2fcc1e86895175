//! Catalogues in, records out, catalogues back: what is promised of every file, good or bad.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod api;
mod compare;
mod convert;
mod csv_wide;
mod dashboard;
mod fix;
mod fix_and_rules;
mod fixtures;
mod frictionless;
mod fuzz_corpus;
mod geo;
mod html;
mod json_table;
mod license;
mod linked;
mod linked_round_trip;
mod merge;
mod pod_xml;
mod portals;
mod repairs;
mod round_trip;
mod scanner;
mod schema_org;
mod score;
mod score_files;
mod scorecard;
mod sheet;
mod validate_edges;
mod validate_harvest;
mod validate_oracle;
mod validate_properties;
mod validate_reports;
mod validate_rules;
mod validate_stream;
mod values;
mod write;

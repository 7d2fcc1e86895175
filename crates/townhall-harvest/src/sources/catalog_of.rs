//! Writes records that a source made itself as a catalog, which is then read like any other.

use bytes::Bytes;
use serde_json::{Value, json};
use townhall_metadata::SCHEMA_1_1;

/// A catalog of DCAT-US 1.1 with these datasets.
pub fn catalog_of(datasets: Vec<Value>) -> Bytes {
    json!({"conformsTo": SCHEMA_1_1, "dataset": datasets}).to_string().into()
}

//! The header of a catalogue as rows of two cells: a property and its value.

use serde_json::{Map, Value};
use townhall_model::record::{Catalog, RecordKind};

use super::cell::{guard, read_any, unguard, write_any};

/// The header as rows, the first of which is `property`, `value`. Its lists of records are left out.
pub fn catalog_to_rows(header: &Catalog) -> Vec<Vec<String>> {
    let is_list = |key: &str| RecordKind::ALL.iter().any(|kind| kind.catalog_key() == key);
    let members = header.to_json();
    let members = members.iter().filter(|(key, _)| !is_list(key));
    let rows = members.map(|(key, value)| vec![guard(key.clone()), guard(write_any(value))]);
    [vec!["property".to_owned(), "value".to_owned()]].into_iter().chain(rows).collect()
}

/// The header that the rows mean, the first of which is passed over.
pub fn catalog_from_rows(rows: &[Vec<String>]) -> Catalog {
    let members = rows.iter().skip(1).filter_map(|row| {
        let [key, value, ..] = row.as_slice() else { return None };
        Some((unguard(key).to_owned(), read_any(unguard(value))?))
    });
    let members = members.collect::<Map<String, Value>>();
    Catalog::from_json(members, &mut Vec::new())
}

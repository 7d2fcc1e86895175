//! The columns of rows that name their values, in the order of the rows.

use std::collections::{HashMap, HashSet};

use crate::limits::COLUMNS_MAX;

/// Names of columns: one that a later row has first stands behind the one before it there.
#[derive(Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    known: HashSet<String>,
    /// The column of the value before, in the same row.
    before: Option<String>,
}

impl Columns {
    /// Begins another row.
    pub(crate) fn begin_row(&mut self) {
        self.before = None;
    }

    /// Takes the column of the next value; false when there are more than a table may have.
    pub(crate) fn see(&mut self, name: &str) -> bool {
        if !self.known.contains(name) {
            if self.names.len() == COLUMNS_MAX {
                return false;
            }
            let behind =
                self.before.as_ref().and_then(|before| self.names.iter().position(|known| known == before));
            self.names.insert(behind.map_or(0, |at| at + 1), name.to_owned());
            self.known.insert(name.to_owned());
        }
        let before = self.before.get_or_insert_default();
        before.clear();
        before.push_str(name);
        true
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Where each column stands.
    pub(crate) fn places(&self) -> HashMap<&str, usize> {
        self.names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect()
    }
}

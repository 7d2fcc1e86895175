//! What differs between the tables of two editions of a document.

use std::collections::HashMap;

use serde::Serialize;

use super::{Record, Sheet};
use crate::recipe::is_same_landmark;

/// What differs between a table and the one of the same name in another edition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetDifference {
    /// The title of the table.
    pub title: Option<String>,
    /// Its page in the older edition, counted from 1; nothing where it is new.
    pub old_page: Option<usize>,
    /// Its page in the newer edition; nothing where it is gone.
    pub new_page: Option<usize>,
    /// Columns that only the newer one has.
    pub added_columns: Vec<String>,
    /// Columns that only the older one has.
    pub removed_columns: Vec<String>,
    /// The labels of rows that only the newer one has.
    pub added_rows: Vec<String>,
    /// The labels of rows that only the older one has.
    pub removed_rows: Vec<String>,
    /// Cells that both have, and that differ.
    pub changed: Vec<ChangedCell>,
}

/// A cell that is another one in a newer edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedCell {
    /// The label of its row.
    pub row: String,
    /// The name of its column.
    pub column: String,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

impl SheetDifference {
    /// Whether both say the same.
    pub fn is_same(&self) -> bool {
        self.old_page.is_some()
            && self.new_page.is_some()
            && self.added_columns.is_empty()
            && self.removed_columns.is_empty()
            && self.added_rows.is_empty()
            && self.removed_rows.is_empty()
            && self.changed.is_empty()
    }
}

/// Compares the tables of two editions: those of the same title, numbers and months aside, else those of the same columns in order.
pub fn compare(old: &[Sheet], new: &[Sheet]) -> Vec<SheetDifference> {
    let mut free: Vec<bool> = vec![true; new.len()];
    let mut out = Vec::new();
    for sheet in old {
        let by_title = (0..new.len()).find(|at| {
            free[*at]
                && matches!((&sheet.title, &new[*at].title), (Some(one), Some(other)) if is_same_landmark(one, other))
        });
        let by_columns = || (0..new.len()).find(|at| free[*at] && are_columns_alike(sheet, &new[*at]));
        match by_title.or_else(by_columns) {
            Some(at) => {
                free[at] = false;
                out.push(difference(sheet, &new[at]));
            }
            None => out.push(lone(sheet, true)),
        }
    }
    out.extend(new.iter().zip(&free).filter(|(_, free)| **free).map(|(sheet, _)| lone(sheet, false)));
    out
}

fn are_columns_alike(one: &Sheet, other: &Sheet) -> bool {
    let common = one
        .columns
        .iter()
        .filter(|column| other.columns.iter().any(|known| known.name == column.name))
        .count();
    common * 2 > one.columns.len().max(other.columns.len())
}

fn lone(sheet: &Sheet, is_old: bool) -> SheetDifference {
    SheetDifference {
        title: sheet.title.clone(),
        old_page: is_old.then_some(sheet.page),
        new_page: (!is_old).then_some(sheet.page),
        added_columns: Vec::new(),
        removed_columns: Vec::new(),
        added_rows: Vec::new(),
        removed_rows: Vec::new(),
        changed: Vec::new(),
    }
}

/// The rows of a table by their labels; one that comes again has its number behind it.
fn labelled(sheet: &Sheet) -> Vec<(String, Record)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    sheet
        .records()
        .into_iter()
        .filter(|record| record.rect.is_some())
        .map(|record| {
            let label = record.texts.iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
            let count = seen.entry(label.clone()).or_insert(0);
            *count += 1;
            let label = if *count > 1 { format!("{label} ({count})") } else { label };
            (label, record)
        })
        .collect()
}

fn difference(old: &Sheet, new: &Sheet) -> SheetDifference {
    let names =
        |sheet: &Sheet| -> Vec<String> { sheet.columns.iter().map(|column| column.name.clone()).collect() };
    let (old_names, new_names) = (names(old), names(new));
    // Headers that name months or years differ from edition to edition; then the places of columns tell which is which.
    let is_by_place = old_names.len() == new_names.len()
        && old_names.iter().filter(|name| new_names.contains(name)).count() * 2 < old_names.len();
    let pairs: Vec<(usize, usize)> = match is_by_place {
        true => (0..old_names.len()).map(|at| (at, at)).collect(),
        false => old_names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((at, new_names.iter().position(|known| known == name)?)))
            .collect(),
    };
    let missing = |names: &[String], is_known: &dyn Fn(usize) -> bool| -> Vec<String> {
        names.iter().enumerate().filter(|(at, _)| !is_known(*at)).map(|(_, name)| name.clone()).collect()
    };
    let (old_rows, new_rows) = (labelled(old), labelled(new));
    let by_label: HashMap<&str, &Record> =
        new_rows.iter().map(|(label, record)| (label.as_str(), record)).collect();
    let known: HashMap<&str, ()> = old_rows.iter().map(|(label, _)| (label.as_str(), ())).collect();
    let mut removed_rows = Vec::new();
    let mut changed = Vec::new();
    for (label, record) in &old_rows {
        let Some(other) = by_label.get(label.as_str()) else {
            removed_rows.push(label.clone());
            continue;
        };
        changed.extend(pairs.iter().filter(|(at, to)| record.texts[*at] != other.texts[*to]).map(
            |(at, to)| ChangedCell {
                row: label.clone(),
                column: new_names[*to].clone(),
                old: record.texts[*at].clone(),
                new: other.texts[*to].clone(),
            },
        ));
    }
    SheetDifference {
        title: new.title.clone().or_else(|| old.title.clone()),
        old_page: Some(old.page),
        new_page: Some(new.page),
        added_columns: missing(&new_names, &|at| pairs.iter().any(|(_, to)| *to == at)),
        removed_columns: missing(&old_names, &|at| pairs.iter().any(|(from, _)| *from == at)),
        added_rows: new_rows
            .iter()
            .filter(|(label, _)| !known.contains_key(label.as_str()))
            .map(|(label, _)| label.clone())
            .collect(),
        removed_rows,
        changed,
    }
}

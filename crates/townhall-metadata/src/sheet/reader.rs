//! Rows as records.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use townhall_model::record::{Body, RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::cell::{CellKind, unguard};
use super::columns::{DISTRIBUTION_COLUMNS, Holds, SHEET_COLUMNS, SheetColumn, wide_columns};

/// A record that was read from its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRecord {
    /// The schema that it is written for.
    pub version: Version,
    /// The record.
    pub body: Body,
    /// Cells that could not be read, with their row and column as position.
    pub findings: Vec<Finding>,
}

/// Reads the sheets back: first the rows of distributions, if they have a sheet, then those of records.
///
/// Columns may stand in any order. A column of a name that is not known becomes a property of that name. Empty rows
/// are passed over.
#[derive(Debug, Clone)]
pub struct SheetReader {
    columns: Vec<Column>,
    distribution_columns: Vec<Column>,
    /// The distributions that wait for their records.
    waiting: HashMap<Owner, Vec<Waiting>>,
    /// The version of records that don't say theirs.
    version: Version,
    row: u64,
    distribution_row: u64,
    findings: Vec<Finding>,
}

/// The record that a distribution belongs to: by number, else by identifier.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Owner {
    Number(String),
    Identifier(String),
}

/// A distribution with the row that it stood in.
#[derive(Debug, Clone)]
struct Waiting {
    row: u64,
    map: Map<String, Value>,
}

/// What a column of the file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Known(Holds),
    /// A column of the distribution with this number, in the wide form.
    Wide(usize, Holds),
    Unknown(String),
}

impl SheetReader {
    /// A reader for a sheet of records with this first row; `version` is that of records that don't say theirs.
    pub fn new(header: &[String], version: Version) -> Self {
        let known = |name: &str| SHEET_COLUMNS.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        let columns = header.iter().map(|name| {
            let name = unguard(name).trim();
            match (known(name), wide(name)) {
                (Some(column), _) => Column::Known(column.holds),
                (None, Some((number, column))) => Column::Wide(number, column.holds),
                (None, None) => Column::Unknown(name.to_owned()),
            }
        });
        Self {
            columns: columns.collect(),
            distribution_columns: Vec::new(),
            waiting: HashMap::new(),
            version,
            row: 1,
            distribution_row: 1,
            findings: Vec::new(),
        }
    }

    /// Whether the first row is that of a sheet of records, wide or not.
    pub fn recognises(header: &[String]) -> bool {
        let has = |name: &str| header.iter().any(|cell| unguard(cell).trim().eq_ignore_ascii_case(name));
        has("title") && (has("record") || has("contactName") || has("other"))
    }

    /// Begins the sheet of distributions, with its first row.
    pub fn distributions(&mut self, header: &[String]) {
        let known =
            |name: &str| DISTRIBUTION_COLUMNS.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        let columns = header.iter().map(|name| {
            let name = unguard(name).trim();
            known(name).map_or_else(|| Column::Unknown(name.to_owned()), |column| Column::Known(column.holds))
        });
        self.distribution_columns = columns.collect();
    }

    /// Takes a row of the sheet of distributions; it is handed out with its record.
    pub fn distribution(&mut self, row: &[String]) {
        self.distribution_row += 1;
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let mut cells = Cells::default();
        for (column, cell) in self.distribution_columns.iter().zip(row) {
            match column {
                Column::Known(holds) => cells.take(*holds, unguard(cell)),
                Column::Wide(..) => {}
                Column::Unknown(name) => cells.unknown(name, unguard(cell)),
            }
        }
        let owner = match cells.record.as_str() {
            "" => Owner::Identifier(cells.dataset.clone()),
            record => Owner::Number(record.to_owned()),
        };
        let (map, mut findings) = cells.finish(self.version);
        place(&mut findings, self.distribution_row, "distributions");
        self.findings.append(&mut findings);
        self.waiting.entry(owner).or_default().push(Waiting { row: self.distribution_row, map });
    }

    /// Reads a row of the sheet of records; none for an empty one.
    pub fn record(&mut self, row: &[String]) -> Option<SheetRecord> {
        self.row += 1;
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let mut cells = Cells::default();
        let mut wide: Vec<Cells> = Vec::new();
        for (column, cell) in self.columns.iter().zip(row) {
            match column {
                Column::Known(holds) => cells.take(*holds, unguard(cell)),
                Column::Unknown(name) => cells.unknown(name, unguard(cell)),
                Column::Wide(number, holds) if !cell.is_empty() => {
                    wide.resize_with(wide.len().max(number + 1), Cells::default);
                    wide[*number].take(*holds, unguard(cell));
                }
                Column::Wide(..) => {}
            }
        }
        let version = cells.version.unwrap_or(self.version);
        let kind = cells.kind.unwrap_or(RecordKind::Dataset);
        let record = std::mem::take(&mut cells.record);
        let (mut map, mut findings) = cells.finish(version);
        let mut items = Vec::new();
        for cells in wide.into_iter().filter(|cells| !cells.is_empty()) {
            let (item, mut found) = cells.finish(version);
            findings.append(&mut found);
            items.push(Value::Object(item));
        }
        let identifier = map.get("identifier").and_then(Value::as_str).unwrap_or_default().to_owned();
        for owner in [Owner::Number(record), Owner::Identifier(identifier)] {
            if !matches!(&owner, Owner::Number(name) | Owner::Identifier(name) if name.is_empty()) {
                let waiting = self.waiting.remove(&owner).unwrap_or_default();
                items.extend(waiting.into_iter().map(|waiting| Value::Object(waiting.map)));
            }
        }
        match map.get_mut("distribution") {
            Some(Value::Array(given)) => given.append(&mut items),
            _ if items.is_empty() => {}
            _ => drop(map.insert("distribution".to_owned(), Value::Array(items))),
        }
        place(&mut findings, self.row, "records");
        // What does not fit its type is for the rules to say.
        let body = Body::from_json(kind, map, &mut Vec::new());
        Some(SheetRecord { version, body, findings })
    }

    /// What is left when all rows are read: distributions whose record is in no row, and cells of theirs that could
    /// not be read.
    pub fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let left = self.waiting.into_iter();
        let left =
            left.flat_map(|(owner, items)| items.into_iter().map(move |item| (item.row, owner.clone())));
        let mut left = left.collect::<Vec<_>>();
        left.sort();
        findings.extend(left.into_iter().map(|(row, owner)| {
            let (name, column) = match owner {
                Owner::Number(name) => (name, "number"),
                Owner::Identifier(name) => (name, "identifier"),
            };
            let message = format!("this distribution belongs to `{name}`, but no record has that {column}");
            Finding::new("SHEET-NO-RECORD", Severity::Error, message)
                .with_position(Position { line: row, column: 1 })
                .with_fix("write the number of its record in the column `record`")
        }));
        findings
    }
}

/// The number, from 0, and the column that the name of a column of the wide form means.
fn wide(name: &str) -> Option<(usize, &'static SheetColumn)> {
    /// More than any dataset has; a header is hostile too.
    const NUMBER_MAX: usize = 16_384;
    let (number, name) = name.strip_prefix("distribution ")?.split_once(' ')?;
    let number = number.parse::<usize>().ok().filter(|number| (1..=NUMBER_MAX).contains(number))?;
    Some((number - 1, wide_columns().find(|column| column.name.eq_ignore_ascii_case(name))?))
}

fn place(findings: &mut [Finding], row: u64, sheet: &str) {
    for finding in findings {
        finding.message = format!("row {row} of the sheet of {sheet}: {}", finding.message);
        finding.position = Some(Position { line: row, column: 1 });
    }
}

/// The cells of one row on their way to an object.
#[derive(Debug, Default)]
struct Cells {
    record: String,
    dataset: String,
    kind: Option<RecordKind>,
    version: Option<Version>,
    publisher: [String; 2],
    contact: [String; 3],
    other: String,
    map: Map<String, Value>,
    findings: Vec<Finding>,
}

impl Cells {
    fn take(&mut self, holds: Holds, cell: &str) {
        if cell.is_empty() {
            return;
        }
        match holds {
            // Spreadsheets write whole numbers with a point, too.
            Holds::Record => cell.trim().trim_end_matches(".0").clone_into(&mut self.record),
            Holds::Dataset => cell.clone_into(&mut self.dataset),
            Holds::Kind => self.kind = self.name(cell, "kind"),
            Holds::Schema => self.version = self.name(cell, "schema"),
            Holds::Property(key, kind) => match kind.read(cell) {
                Some(value) => drop(self.map.insert(key.to_owned(), value)),
                None if cell.trim().is_empty() => {}
                None => self.problem(key, cell, "is neither `true` nor `false`"),
            },
            Holds::Publisher => cell.clone_into(&mut self.publisher[0]),
            Holds::PublisherParents => cell.clone_into(&mut self.publisher[1]),
            Holds::ContactName => cell.clone_into(&mut self.contact[0]),
            Holds::ContactEmail => cell.clone_into(&mut self.contact[1]),
            Holds::ContactRest => cell.clone_into(&mut self.contact[2]),
            Holds::Distributions => {
                let value = CellKind::Text.read(cell);
                self.map.extend(value.map(|value| ("distribution".to_owned(), value)));
            }
            Holds::Other => cell.clone_into(&mut self.other),
        }
    }

    fn name<T: std::str::FromStr>(&mut self, cell: &str, column: &str) -> Option<T> {
        let read = cell.trim().parse().ok();
        if read.is_none() {
            self.problem(column, cell, "is not known and was passed over");
        }
        read
    }

    fn unknown(&mut self, name: &str, cell: &str) {
        if !cell.is_empty() && !name.is_empty() {
            self.map.insert(name.to_owned(), Value::from(cell));
        }
    }

    fn is_empty(&self) -> bool {
        self.map.is_empty() && self.other.is_empty() && self.findings.is_empty()
    }

    fn problem(&mut self, column: &str, cell: &str, what: &str) {
        let finding =
            Finding::new("SHEET-CELL", Severity::Error, format!("the cell in the column `{column}` {what}"));
        self.findings.push(finding.with_pointer(format!("/{column}")).with_value(cell));
    }

    fn finish(mut self, version: Version) -> (Map<String, Value>, Vec<Finding>) {
        let [name, parents] = &self.publisher;
        if let Some(publisher) = read_publisher(name, parents, version) {
            self.map.insert("publisher".to_owned(), publisher);
        }
        let [name, email, rest] = &self.contact;
        if let Some(contact) = read_contact(name, email, rest, version) {
            self.map.insert("contactPoint".to_owned(), contact);
        }
        if !self.other.trim().is_empty() {
            match serde_json::from_str::<Map<String, Value>>(&self.other) {
                Ok(other) => {
                    for (key, value) in other {
                        self.map.entry(key).or_insert(value);
                    }
                }
                Err(_) => {
                    let cell = self.other.clone();
                    self.problem("other", &cell, "is not a JSON object in braces");
                }
            }
        }
        (self.map, self.findings)
    }
}

/// The publisher that the cells mean.
pub(super) fn read_publisher(name: &str, parents: &str, version: Version) -> Option<Value> {
    let whole = CellKind::Text.read(name)?;
    let Value::String(name) = whole else { return Some(whole) };
    let is_modern = version == Version::DcatUs30;
    let class = if is_modern { "Organization" } else { "org:Organization" };
    let mut organization = None;
    let parents = CellKind::List.read(parents);
    let parents = parents.as_ref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for name in parents.iter().rev().chain([&Value::String(name)]) {
        let mut next = json!({"@type": class, "name": name});
        if let Some(parent) = organization.take() {
            next["subOrganizationOf"] = if is_modern { Value::Array(vec![parent]) } else { parent };
        }
        organization = Some(next);
    }
    organization
}

/// The contact that the cells mean.
pub(super) fn read_contact(name: &str, email: &str, rest: &str, version: Version) -> Option<Value> {
    let name = CellKind::Text.read(name);
    let mut contact = match CellKind::Text.read(rest) {
        Some(Value::Object(rest)) => rest,
        Some(whole) if name.is_none() && email.is_empty() => return Some(whole),
        None if name.is_none() && email.is_empty() => return None,
        _ => {
            let class = if version == Version::DcatUs30 { "Kind" } else { "vcard:Contact" };
            Map::from_iter([("@type".to_owned(), json!(class))])
        }
    };
    contact.extend(name.map(|name| ("fn".to_owned(), name)));
    if !email.is_empty() {
        let is_ready = email.starts_with("mailto:") || email.starts_with("[[REDACTED");
        let email = if is_ready { email.to_owned() } else { format!("mailto:{email}") };
        contact.insert("hasEmail".to_owned(), Value::String(email));
    }
    Some(Value::Object(contact))
}

//! Records as rows.

use serde_json::{Map, Value, json};
use townhall_model::record::{Body, RecordKind, Version};

use super::cell::{CellKind, guard};
use super::columns::{DISTRIBUTION_COLUMNS, Holds, SHEET_COLUMNS, SheetColumn, wide_columns};
use super::reader::{read_contact, read_publisher};

/// The rows of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRows {
    /// Its row in the sheet of records.
    pub record: Vec<String>,
    /// The rows of its distributions in their sheet.
    pub distributions: Vec<Vec<String>>,
}

/// The first row of the sheet of records.
pub fn sheet_header() -> Vec<String> {
    SHEET_COLUMNS.iter().map(|column| column.name.to_owned()).collect()
}

/// The first row of the sheet of distributions.
pub fn distribution_header() -> Vec<String> {
    DISTRIBUTION_COLUMNS.iter().map(|column| column.name.to_owned()).collect()
}

/// A record as rows; `number` joins them, and must be another for each record.
pub fn record_to_rows(number: u64, body: &Body, version: Version) -> SheetRows {
    let mut map = body.to_json();
    let identifier = body.view().identifier.unwrap_or_default();
    let items = take_distributions(&mut map, usize::MAX);
    let join = Join { number, kind: body.kind(), version, identifier: &identifier };
    SheetRows {
        record: row(map, SHEET_COLUMNS.iter(), &join),
        distributions: items.into_iter().map(|item| row(item, DISTRIBUTION_COLUMNS.iter(), &join)).collect(),
    }
}

/// The wide form: one row a record, with its distributions behind each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WideSheet {
    /// How many distributions have columns. Those of a record with more travel as JSON in `distribution`.
    pub distributions: usize,
}

impl WideSheet {
    /// The first row.
    pub fn header(&self) -> Vec<String> {
        let mut header = sheet_header();
        for number in 1..=self.distributions {
            header.extend(wide_columns().map(|column| format!("distribution {number} {}", column.name)));
        }
        header
    }

    /// A record as one row.
    pub fn row(&self, number: u64, body: &Body, version: Version) -> Vec<String> {
        let mut map = body.to_json();
        let items = take_distributions(&mut map, self.distributions);
        let join = Join { number, kind: body.kind(), version, identifier: "" };
        let mut cells = row(map, SHEET_COLUMNS.iter(), &join);
        for item in items {
            let mut item = row(item, wide_columns(), &join);
            // A distribution that says nothing still counts.
            if item.iter().all(String::is_empty)
                && let Some(other) = item.last_mut()
            {
                other.push_str("{}");
            }
            cells.extend(item);
        }
        cells.resize(SHEET_COLUMNS.len() + self.distributions * wide_columns().count(), String::new());
        cells
    }
}

/// What the cells that join the sheets say.
struct Join<'j> {
    number: u64,
    kind: RecordKind,
    version: Version,
    identifier: &'j str,
}

/// Takes the distributions out if they can have rows: a list of objects, and not too many.
fn take_distributions(map: &mut Map<String, Value>, most: usize) -> Vec<Map<String, Value>> {
    let Some(Value::Array(items)) = map.get("distribution") else { return Vec::new() };
    if items.is_empty() || items.len() > most || !items.iter().all(Value::is_object) {
        return Vec::new();
    }
    let Some(Value::Array(items)) = map.shift_remove("distribution") else { return Vec::new() };
    let objects = items.into_iter().filter_map(|item| match item {
        Value::Object(map) => Some(map),
        _ => None,
    });
    objects.collect()
}

/// Moves what fits into the columns; what is left goes to the last of them.
fn row(
    mut map: Map<String, Value>,
    columns: impl Iterator<Item = &'static SheetColumn>,
    join: &Join<'_>,
) -> Vec<String> {
    let publisher = Publisher::take(&mut map, join.version);
    let contact = Contact::take(&mut map, join.version);
    let cells = columns.map(|column| match column.holds {
        Holds::Record => join.number.to_string(),
        Holds::Dataset => join.identifier.to_owned(),
        Holds::Kind => join.kind.name().to_owned(),
        Holds::Schema => join.version.id().to_owned(),
        Holds::Property(key, kind) => take(&mut map, key, kind),
        Holds::Publisher => publisher.name.clone(),
        Holds::PublisherParents => publisher.parents.clone(),
        Holds::ContactName => contact.name.clone(),
        Holds::ContactEmail => contact.email.clone(),
        Holds::ContactRest => contact.rest.clone(),
        Holds::Distributions => take(&mut map, "distribution", CellKind::Text),
        Holds::Other if map.is_empty() => String::new(),
        Holds::Other => Value::Object(std::mem::take(&mut map)).to_string(),
    });
    cells.map(guard).collect()
}

fn take(map: &mut Map<String, Value>, key: &str, kind: CellKind) -> String {
    let cell = map.get(key).and_then(|value| kind.write(value));
    if cell.is_some() {
        map.shift_remove(key);
    }
    cell.unwrap_or_default()
}

#[derive(Default)]
struct Publisher {
    name: String,
    parents: String,
}

impl Publisher {
    /// Takes the publisher out if its cells give the same one back.
    fn take(map: &mut Map<String, Value>, version: Version) -> Self {
        let Some(value) = map.get("publisher") else { return Self::default() };
        let names = Self::names(value);
        let split = names.split_first().map(|(name, parents)| Self {
            name: name.clone(),
            parents: CellKind::List
                .write(&json!(parents))
                .filter(|_| !parents.is_empty())
                .unwrap_or_default(),
        });
        let whole = || CellKind::Text.write(value).map(|name| Self { name, parents: String::new() });
        let is_same =
            |cells: &Self| read_publisher(&cells.name, &cells.parents, version).as_ref() == Some(value);
        match split.filter(is_same).or_else(whole).filter(is_same) {
            Some(cells) => {
                map.shift_remove("publisher");
                cells
            }
            None => Self::default(),
        }
    }

    /// The name of the organization and of those above it.
    fn names(value: &Value) -> Vec<String> {
        let mut names = Vec::new();
        let mut next = Some(value);
        while let Some(Value::Object(organization)) = next {
            names.push(organization.get("name").and_then(Value::as_str).unwrap_or_default().to_owned());
            next = match organization.get("subOrganizationOf") {
                Some(Value::Array(parents)) => parents.first(),
                parent => parent,
            };
        }
        names
    }
}

#[derive(Default)]
struct Contact {
    name: String,
    email: String,
    rest: String,
}

impl Contact {
    /// Takes the contact out if its cells give the same one back.
    fn take(map: &mut Map<String, Value>, version: Version) -> Self {
        let Some(value) = map.get("contactPoint") else { return Self::default() };
        let split = value.as_object().map(|contact| {
            let mut rest = contact.clone();
            let name = take(&mut rest, "fn", CellKind::Text);
            let email = match rest.get("hasEmail").and_then(Value::as_str) {
                Some(mail) if mail.starts_with("mailto:") => mail["mailto:".len()..].to_owned(),
                Some(mail) if mail.starts_with("[[REDACTED") => mail.to_owned(),
                _ => String::new(),
            };
            if !email.is_empty() {
                rest.shift_remove("hasEmail");
            }
            Self { name, email, rest: Value::Object(rest).to_string() }
        });
        let short = split.as_ref().map(|cells| Self {
            name: cells.name.clone(),
            email: cells.email.clone(),
            rest: String::new(),
        });
        let whole = || Some(Self { rest: CellKind::Text.write(value)?, ..Self::default() });
        let is_same = |cells: &Self| {
            read_contact(&cells.name, &cells.email, &cells.rest, version).as_ref() == Some(value)
        };
        match short.filter(is_same).or_else(|| split.filter(is_same)).or_else(|| whole().filter(is_same)) {
            Some(cells) => {
                map.shift_remove("contactPoint");
                cells
            }
            None => Self::default(),
        }
    }
}

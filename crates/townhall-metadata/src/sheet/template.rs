//! The templates that the guidance gives for data calls: one row a dataset, in plain words.
//!
//! A template has less than a record: one distribution, and lists with commas. So it is read, and written for those
//! who ask for it, but it does not bring everything back.

use serde_json::{Map, Value, json};
use townhall_model::record::{AccessLevel, Body, RecordKind, Version};
use townhall_model::{Finding, Severity};

use super::cell::{guard, unguard};
use crate::{Fixed, convert_body, fix_record};

/// The columns of the data call of 2013, in the order that the procedure asks for: A to I required, J to R if
/// applicable, S to AB optional. (Project Open Data, `catalog-template-extended.csv` of version 1.0.)
pub const DATA_CALL_COLUMNS: [&str; 28] = [
    "title",
    "description",
    "keyword",
    "modified",
    "publisher",
    "contactPoint",
    "mbox",
    "identifier",
    "accessLevel",
    "bureauCode",
    "programCode",
    "accessLevelComment",
    "accessURL",
    "webService",
    "format",
    "license",
    "spatial",
    "temporal",
    "theme",
    "dataDictionary",
    "dataQuality",
    "accrualPeriodicity",
    "landingPage",
    "language",
    "PrimaryITInvestmentUII",
    "references",
    "issued",
    "systemOfRecords",
];

/// The columns of the template of version 1.1, in its order. (Project Open Data, `catalog-sample-extended.csv`.)
pub const TEMPLATE_COLUMNS: [&str; 30] = [
    "accessLevel",
    "accrualPeriodicity",
    "bureauCode",
    "conformsTo",
    "fn",
    "hasEmail",
    "describedBy",
    "dataQuality",
    "description",
    "downloadURL",
    "format",
    "mediaType",
    "identifier",
    "issued",
    "keyword",
    "landingPage",
    "language",
    "license",
    "modified",
    "primaryITInvestmentUII",
    "programCode",
    "publisher",
    "references",
    "rights",
    "spatial",
    "systemOfRecords",
    "temporal",
    "theme",
    "title",
    "isPartOf",
];

/// The columns whose cells are lists with commas.
const LISTS: [&str; 6] = ["keyword", "bureauCode", "programCode", "language", "references", "theme"];

/// The columns of 1.1 that belong to the one distribution.
const FILE: [&str; 4] = ["downloadURL", "accessURL", "format", "mediaType"];

/// A template with the columns of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    columns: Vec<String>,
    version: Version,
}

impl Template {
    /// The template that a first row announces: one of 1.0 by `mbox`, one of 1.1 by `hasEmail` or `fn`.
    pub fn recognise(header: &[String]) -> Option<Self> {
        let proper = |name: &str| {
            let known = DATA_CALL_COLUMNS.iter().chain(&TEMPLATE_COLUMNS).chain(&FILE);
            known.copied().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name).to_owned()
        };
        let columns = header.iter().map(|name| proper(unguard(name).trim())).collect::<Vec<_>>();
        let has = |name: &str| columns.iter().any(|column| column == name);
        let version = match () {
            () if !has("title") => return None,
            () if has("hasEmail") || has("fn") => Version::DcatUs11,
            () if has("mbox") || has("contactPoint") && has("publisher") && !has("contactName") => {
                Version::Pod10
            }
            () => return None,
        };
        Some(Self { columns, version })
    }

    /// The template of the data call, for a file that has its columns in the documented order but no first row.
    pub fn data_call() -> Self {
        let columns = DATA_CALL_COLUMNS.map(str::to_owned).to_vec();
        Self { columns, version: Version::Pod10 }
    }

    /// The version in which the rows are written.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The dataset of a row in the forms of 1.1; none for an empty row. People write templates, so it is mended at
    /// once: what was changed, and what needs a person, comes with it.
    pub fn record(&self, row: &[String]) -> Option<Fixed> {
        Some(fix_record(self.as_written(row)?, RecordKind::Dataset, self.version))
    }

    fn as_written(&self, row: &[String]) -> Option<Map<String, Value>> {
        let cells =
            self.columns.iter().zip(row).map(|(column, cell)| (column.as_str(), unguard(cell).trim()));
        let cells = cells.filter(|(column, cell)| !column.is_empty() && !cell.is_empty()).collect::<Vec<_>>();
        match self.version {
            _ if cells.is_empty() => None,
            Version::Pod10 => Some(old(&cells)),
            _ => Some(new(&cells)),
        }
    }
}

/// The value of a cell of either template.
fn value(column: &str, cell: &str) -> Value {
    if LISTS.contains(&column) {
        return cell.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect();
    }
    match column {
        "dataQuality" => match cell.to_ascii_lowercase().as_str() {
            "true" | "yes" => Value::Bool(true),
            "false" | "no" => Value::Bool(false),
            _ => Value::from(cell),
        },
        // The template writes `Public`.
        "accessLevel" => match AccessLevel::read(cell) {
            Some(level) => Value::from(level.name()),
            None => Value::from(cell),
        },
        _ => Value::from(cell),
    }
}

fn old(cells: &[(&str, &str)]) -> Map<String, Value> {
    let mut map = Map::from_iter([("@type".to_owned(), json!("dcat:Dataset"))]);
    let has_service = cells.iter().any(|(column, _)| *column == "webService");
    for (column, cell) in cells {
        let value = match *column {
            // Of two formats the first is that of the file, the second that of the service.
            "format" if has_service => Value::from(cell.split(',').next().unwrap_or(cell).trim()),
            column => value(column, cell),
        };
        map.insert((*column).to_owned(), value);
    }
    map
}

fn new(cells: &[(&str, &str)]) -> Map<String, Value> {
    let mut map = Map::from_iter([("@type".to_owned(), json!("dcat:Dataset"))]);
    let mut file = Map::new();
    let mut contact = Map::new();
    for (column, cell) in cells {
        match *column {
            "fn" => drop(contact.insert("fn".to_owned(), json!(cell))),
            "hasEmail" => {
                let is_ready = cell.starts_with("mailto:") || cell.starts_with("[[REDACTED");
                let mail = if is_ready { (*cell).to_owned() } else { format!("mailto:{cell}") };
                contact.insert("hasEmail".to_owned(), json!(mail));
            }
            "publisher" => drop(map.insert("publisher".to_owned(), publisher(cell))),
            column if FILE.contains(&column) => drop(file.insert(column.to_owned(), json!(cell))),
            column => drop(map.insert(column.to_owned(), value(column, cell))),
        }
    }
    for (key, class, object) in
        [("contactPoint", "vcard:Contact", contact), ("distribution", "dcat:Distribution", file)]
    {
        if !object.is_empty() {
            let typed = [("@type".to_owned(), json!(class))].into_iter().chain(object).collect();
            let value =
                if key == "distribution" { json!([Value::Object(typed)]) } else { Value::Object(typed) };
            map.insert(key.to_owned(), value);
        }
    }
    map
}

/// `Office,Agency,U.S. Government`: the publisher, and the organizations above it.
fn publisher(cell: &str) -> Value {
    let mut above = None;
    for name in cell.split(',').map(str::trim).filter(|name| !name.is_empty()).rev() {
        let mut organization = json!({"@type": "org:Organization", "name": name});
        if let Some(parent) = above.take() {
            organization["subOrganizationOf"] = parent;
        }
        above = Some(organization);
    }
    above.unwrap_or(Value::Null)
}

/// A record as a row of the template of 1.1, in the order of [`TEMPLATE_COLUMNS`]. The findings say what the
/// template has no place for.
pub fn template_row(body: &Body, version: Version) -> (Vec<String>, Vec<Finding>) {
    let (body, _) = convert_body(body, version, Version::DcatUs11);
    let map = body.to_json();
    let files = map.get("distribution").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let file = files.first().and_then(Value::as_object);
    let contact = map.get("contactPoint").and_then(Value::as_object);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let cells = TEMPLATE_COLUMNS.map(|column| match column {
        "fn" | "hasEmail" => text(contact.and_then(|contact| contact.get(column))),
        "publisher" => body.view().publishers.join(","),
        column if FILE.contains(&column) => text(file.and_then(|file| file.get(column))),
        column => match map.get(column) {
            Some(Value::Array(items)) => {
                items.iter().map(|item| text(Some(item))).collect::<Vec<_>>().join(",")
            }
            Some(Value::Bool(truth)) => truth.to_string(),
            value => text(value),
        },
    });
    let template =
        Template { columns: TEMPLATE_COLUMNS.map(str::to_owned).to_vec(), version: Version::DcatUs11 };
    let read = template.as_written(&cells).unwrap_or_default();
    let lost = map.iter().filter(|(key, value)| read.get(*key) != Some(value) && !value.is_null());
    let findings = lost.map(|(key, _)| {
        let message = format!("the template has no place for all of `{key}`");
        Finding::new("SHEET-TEMPLATE-LOSS", Severity::Warning, message).with_pointer(format!("/{key}"))
    });
    (cells.iter().cloned().map(guard).collect(), findings.collect())
}

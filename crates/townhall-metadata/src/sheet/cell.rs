//! How a JSON value stands in a cell, and how a cell is read.

use serde_json::Value;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// A text as it is; objects, lists and texts that look like JSON as JSON.
    Text,
    /// Texts with semicolons between; other lists as JSON.
    List,
    /// `true` or `false`.
    Truth,
}

impl CellKind {
    /// The value as a cell, if the cell gives the same value back.
    pub fn write(self, value: &Value) -> Option<String> {
        let cell = match (self, value) {
            (_, Value::String(text)) if text.is_empty() => return None,
            (Self::Text, Value::String(text)) if is_plain(text) => text.clone(),
            (Self::List, Value::String(text)) if is_redacted(text) => text.clone(),
            (Self::List, Value::Array(items)) => list(items).unwrap_or_else(|| value.to_string()),
            (Self::Truth, Value::Bool(_)) => value.to_string(),
            (Self::Text | Self::List, Value::String(_) | Value::Array(_) | Value::Object(_)) => {
                value.to_string()
            }
            _ => return None,
        };
        (self.read(&cell).as_ref() == Some(value)).then_some(cell)
    }

    /// The value of a cell; none when it is empty or, for truth values, neither true nor false.
    pub fn read(self, cell: &str) -> Option<Value> {
        if cell.trim().is_empty() && (self != Self::Text || cell.is_empty()) {
            return None;
        }
        if self == Self::Truth {
            return match cell.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(Value::Bool(true)),
                "false" | "no" | "0" => Some(Value::Bool(false)),
                _ => None,
            };
        }
        if cell.starts_with(['{', '[', '"'])
            && let Ok(value) = serde_json::from_str(cell)
        {
            return Some(value);
        }
        match self {
            Self::List if !is_redacted(cell) => {
                let items = cell.split([';', '\n']).map(str::trim).filter(|item| !item.is_empty());
                Some(items.map(Value::from).collect())
            }
            _ => Some(Value::from(cell)),
        }
    }
}

fn is_redacted(text: &str) -> bool {
    text.starts_with("[[REDACTED")
}

/// Whether a text can stand in a cell as it is. Control characters can't be written in XLSX.
fn is_plain(text: &str) -> bool {
    let is_control = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    !(text.starts_with('"') || text.contains(is_control))
}

fn list(items: &[Value]) -> Option<String> {
    let texts = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    let is_item = |text: &&str| is_plain(text) && !text.contains([';', '\n', '\t']) && !text.is_empty();
    (!texts.is_empty() && texts.iter().all(is_item)).then(|| texts.join(super::LIST_SEPARATOR))
}

/// Any value as a cell: a text as it is unless it could be taken for JSON, everything else as JSON.
pub fn write_any(value: &Value) -> String {
    match value {
        Value::String(text)
            if is_plain(text) && serde_json::from_str::<Value>(text).is_err() && !text.is_empty() =>
        {
            text.clone()
        }
        _ => value.to_string(),
    }
}

/// The value of a cell that any value may stand in; none when it is empty.
pub fn read_any(cell: &str) -> Option<Value> {
    if cell.is_empty() {
        return None;
    }
    Some(serde_json::from_str(cell).unwrap_or_else(|_| Value::from(cell)))
}

/// The cell with an apostrophe before what a spreadsheet would take for a formula (CWE-1236).
pub fn guard(cell: String) -> String {
    if looks_like_formula(cell.trim_start_matches('\'')) { format!("'{cell}") } else { cell }
}

/// The cell without the apostrophe that [`guard`] put there.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn looks_like_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

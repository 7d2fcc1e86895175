//! Persons and organizations of schema.org.

use serde_json::{Map, Value, json};

use super::normal::{text, text_of};
use crate::convert::is_iri;

/// Most organizations above a publisher.
const LEVELS_MAX: usize = 8;

/// A creator or another agent: its name and, where it has one, its IRI.
pub fn agent(value: &Value) -> Option<Value> {
    named(value, "Agent")
}

/// A publisher with the organizations above it.
pub fn organization(value: &Value) -> Option<Value> {
    organization_at(value, 0)
}

fn organization_at(value: &Value, level: usize) -> Option<Value> {
    let mut organization = named(value, "Organization")?;
    let above = value.get("parentOrganization").filter(|_| level < LEVELS_MAX);
    if let Some(above) = above.and_then(|above| organization_at(above, level + 1)) {
        organization["subOrganizationOf"] = json!([above]);
    }
    Some(organization)
}

fn named(value: &Value, class: &str) -> Option<Value> {
    let name = match value {
        Value::Object(map) => text_of(map, "name").or_else(|| full_name(map)).or_else(|| text(value)),
        other => text(other),
    }?;
    let mut agent = json!({"@type": class, "name": name});
    let iri = value.get("@id").and_then(Value::as_str).filter(|iri| is_iri(iri) && *iri != name);
    if let Some(iri) = iri {
        agent["@id"] = json!(iri);
    }
    Some(agent)
}

fn full_name(map: &Map<String, Value>) -> Option<String> {
    let parts = ["givenName", "familyName"].iter().filter_map(|key| text_of(map, key)).collect::<Vec<_>>();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Whom to ask: one who has an address, under this name unless it has its own.
pub fn contact(value: &Value, name: Option<&str>) -> Option<Value> {
    let map = value.as_object()?;
    let email = text_of(map, "email")?;
    let email = email.strip_prefix("mailto:").unwrap_or(&email).to_owned();
    let own = text_of(map, "name").or_else(|| text_of(map, "contactType"));
    let label = own.as_deref().or(name).unwrap_or(&email);
    let mut contact = json!({"@type": "Kind", "fn": label, "hasEmail": format!("mailto:{email}")});
    if let Some(telephone) = text_of(map, "telephone") {
        contact["tel"] = json!(telephone);
    }
    Some(contact)
}

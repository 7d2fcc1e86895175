//! Values of fields in a file of their own, in the format that forms are sent in (FDF; ISO 32000-1, 12.7.7).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId, Writer};

use super::document::guarded;
use super::draft::Draft;
use super::field::{Field, FieldKind};
use super::nested::{Nested, nest};
use super::read;
use super::room::Room;
use super::value::{Value, encode};
use crate::error::PdfError;
use crate::limits::{FIELD_DEPTH_MAX, FIELDS_MAX, VALUES_BYTES_MAX};

/// Writes the values of fields as FDF. Fields without a value are left out.
///
/// # Errors
///
/// When they can't be written.
pub fn to_fdf(fields: &[Field]) -> Result<Vec<u8>, PdfError> {
    let mut values = Dictionary::new();
    values.set(
        "Fields",
        Object::Array(nest(fields).iter().map(|(name, nested)| dictionary(name, nested)).collect()),
    );
    let mut root = Dictionary::new();
    root.set("FDF", values);
    // The second line says that the file is not text alone.
    let mut bytes = b"%FDF-1.2\n%\xe2\xe3\xcf\xd3\n1 0 obj\n".to_vec();
    Writer::write_object(&mut bytes, &Object::Dictionary(root)).map_err(|_| PdfError::Unwritable)?;
    bytes.extend(b"\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");
    Ok(bytes)
}

fn dictionary(name: &str, nested: &Nested) -> Object {
    let mut dictionary = Dictionary::new();
    dictionary.set("T", encode(name));
    if let Some(field) = nested.field {
        let value = field.value.as_ref().map(|value| field.state_or_text(value)).unwrap_or_default();
        let is_button = matches!(field.kind, FieldKind::CheckBox | FieldKind::Radio);
        let object = |text: &str| match is_button {
            true => Object::Name(text.as_bytes().to_vec()),
            false => encode(text),
        };
        dictionary.set(
            "V",
            match value.as_slice() {
                [one] => object(one),
                several => Object::Array(several.iter().map(|text| object(text)).collect()),
            },
        );
    }
    if !nested.kids.is_empty() {
        let kids: Vec<Object> = nested.kids.iter().map(|(name, kid)| self::dictionary(name, kid)).collect();
        dictionary.set("Kids", kids);
    }
    Object::Dictionary(dictionary)
}

/// Reads the values of fields from FDF, by their full names.
///
/// # Errors
///
/// When it is no FDF, or too large.
pub fn from_fdf(bytes: &[u8]) -> Result<BTreeMap<String, Value>, PdfError> {
    if bytes.len() > VALUES_BYTES_MAX {
        return Err(PdfError::TooLarge { limit_bytes: VALUES_BYTES_MAX });
    }
    let start =
        bytes.windows(5).take(1024).position(|window| window == b"%FDF-").ok_or(PdfError::NotValues)?;
    // But for its first line, it is made as a PDF is.
    let mut bytes = bytes[start..].to_vec();
    bytes[1] = b'P';
    guarded(|| {
        let mut draft = Draft::open(&bytes, "").map_err(|_| PdfError::NotValues)?;
        let mut values = BTreeMap::new();
        let fdf = draft.catalog().and_then(|root| root.get(b"FDF").ok()).cloned();
        let fdf = match fdf.ok_or(PdfError::NotValues)? {
            Object::Reference(id) => id,
            object => draft.add(object)?,
        };
        let room = Room::default();
        for id in draft.children(fdf, b"Fields", FIELDS_MAX) {
            read_field(&mut draft, id, "", 0, &room, &mut values);
        }
        Ok(values)
    })
    .map_err(|_| PdfError::NotValues)
}

fn read_field(
    draft: &mut Draft,
    id: ObjectId,
    above: &str,
    depth: usize,
    room: &Room,
    values: &mut BTreeMap<String, Value>,
) {
    // Dictionaries may list one another, or one of them many times: each time takes room.
    if room.take(0).is_none() || depth >= FIELD_DEPTH_MAX || values.len() >= FIELDS_MAX {
        return;
    }
    let Some(dictionary) = draft.dictionary(id) else { return };
    let own = draft.get(dictionary, b"T").and_then(|name| read::text(name, room)).unwrap_or_default();
    let name = if above.is_empty() { own } else { format!("{above}.{own}") };
    if room.take(name.len()).is_none() {
        return;
    }
    // Whatever the field is, a name, a text or several of them can be told apart without it.
    let value =
        draft.get(dictionary, b"V").and_then(|value| read::value(draft, FieldKind::List, value, room));
    if let Some(value) = value.filter(|_| !name.is_empty()) {
        values.insert(name.clone(), value);
    }
    for kid in draft.children(id, b"Kids", FIELDS_MAX) {
        read_field(draft, kid, &name, depth + 1, room, values);
    }
}

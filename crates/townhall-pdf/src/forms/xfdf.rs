//! Values of fields in an XML file of their own (XFDF, ISO 19444-1).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write;

use quick_xml::escape::{escape, resolve_xml_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::field::Field;
use super::nested::{Nested, nest};
use super::room::Room;
use super::value::Value;
use crate::error::PdfError;
use crate::limits::{FIELD_DEPTH_MAX, FIELDS_MAX, VALUES_BYTES_MAX};

/// Writes the values of fields as XFDF. Fields without a value are left out.
pub fn to_xfdf(fields: &[Field]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <xfdf xmlns=\"http://ns.adobe.com/xfdf/\" xml:space=\"preserve\">\n<fields>\n",
    );
    for (name, nested) in nest(fields) {
        write_field(name, &nested, &mut out);
    }
    out.push_str("</fields>\n</xfdf>\n");
    out
}

fn write_field(name: &str, nested: &Nested, out: &mut String) {
    // Whitespace in attributes would be read as spaces.
    let name = escape(clean(name)).replace('\n', "&#10;").replace('\t', "&#9;").replace('\r', "&#13;");
    let _ = write!(out, "<field name=\"{name}\">");
    if let Some((field, value)) = nested.field.and_then(|field| Some((field, field.value.as_ref()?))) {
        for text in field.state_or_text(value) {
            let _ = write!(out, "<value>{}</value>", escape(clean(&text)));
        }
    }
    for (name, kid) in &nested.kids {
        write_field(name, kid, out);
    }
    out.push_str("</field>\n");
}

/// XML has no room for most control characters.
fn clean(text: &str) -> String {
    let fits = |character: &char| {
        matches!(character, '\t' | '\n' | '\r')
            || !(character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(fits).collect()
}

/// Reads the values of fields from XFDF, by their full names.
///
/// # Errors
///
/// When it is no XFDF, or too large.
pub fn from_xfdf(bytes: &[u8]) -> Result<BTreeMap<String, Value>, PdfError> {
    if bytes.len() > VALUES_BYTES_MAX {
        return Err(PdfError::TooLarge { limit_bytes: VALUES_BYTES_MAX });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| PdfError::NotValues)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|_| PdfError::NotValues)? {
            Event::Start(start) => reading.begin(&start)?,
            Event::End(_) => reading.end()?,
            Event::Text(text) => reading.take(&text.xml10_content()),
            Event::CData(text) => reading.take(&text.xml10_content()),
            Event::GeneralRef(name) => {
                if let Some(character) = name.resolve_char_ref().ok().flatten() {
                    reading.take(character.encode_utf8(&mut [0; 4]));
                } else if let Some(text) = resolve_xml_entity(&name) {
                    reading.take(text);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    reading.is_xfdf.then_some(reading.values).ok_or(PdfError::NotValues)
}

/// What was read up to now.
#[derive(Default)]
struct Reading {
    is_xfdf: bool,
    values: BTreeMap<String, Value>,
    /// The elements that are open: names of fields, or none for others.
    open: Vec<Option<String>>,
    /// The text of the value that is open.
    text: Option<String>,
    /// How much more is taken of full names, which are longer than what stands in the file.
    room: Room,
}

impl Reading {
    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), PdfError> {
        if self.open.len() > 2 * FIELD_DEPTH_MAX {
            return Err(PdfError::NotValues);
        }
        let local = start.local_name();
        self.is_xfdf |= local.as_ref() == "xfdf";
        let name = match local.as_ref() {
            "field" => start.try_get_attribute("name").ok().flatten().and_then(|name| {
                name.normalized_value(XmlVersion::Implicit1_0).ok().map(|name| name.into_owned())
            }),
            _ => None,
        };
        if local.as_ref() == "value" && self.text.is_none() {
            self.text = Some(String::new());
        }
        self.open.push(name);
        Ok(())
    }

    fn take(&mut self, text: &str) {
        if let Some(value) = &mut self.text {
            value.push_str(text);
        }
    }

    fn end(&mut self) -> Result<(), PdfError> {
        self.open.pop().ok_or(PdfError::NotValues)?;
        // Only a value can be open while its text is.
        let Some(text) = self.text.take() else { return Ok(()) };
        let names: Vec<&str> = self.open.iter().flatten().map(String::as_str).collect();
        let length = names.iter().map(|name| name.len() + 1).sum();
        if names.is_empty() || self.values.len() >= FIELDS_MAX || self.room.take(length).is_none() {
            return Ok(());
        }
        match self.values.entry(names.join(".")) {
            Entry::Vacant(place) => {
                place.insert(Value::Text(text));
            }
            Entry::Occupied(mut place) => match place.get_mut() {
                Value::List(texts) => texts.push(text),
                before => *before = Value::List(vec![before.to_string(), text]),
            },
        }
        Ok(())
    }
}

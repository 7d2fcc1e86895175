//! What stands in a field, and how files write texts (ISO 32000-1, 7.9.2.2).

use std::fmt;

use lopdf::{Object, StringFormat};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// What stands in a field. In JSON: a text, true or false, or a list of texts; numbers are taken as texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A text, a choice, or the state of a group of buttons.
    Text(String),
    /// Whether a check box is ticked.
    Checked(bool),
    /// Several choices of a list.
    List(Vec<String>),
}

impl Value {
    /// Its texts: one, or as many as were chosen.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Checked(true) => vec!["true"],
            Self::Checked(false) => vec!["false"],
            Self::List(texts) => texts.iter().map(String::as_str).collect(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(is_checked: bool) -> Self {
        Self::Checked(is_checked)
    }
}

/// Several choices are parted by commas.
impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.texts().join(", "))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text, true or false, a number, or a list of texts")
    }

    fn visit_bool<E: de::Error>(self, is_checked: bool) -> Result<Value, E> {
        Ok(Value::Checked(is_checked))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Text(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = items.next_element::<Value>()? {
            match item {
                Value::List(_) => return Err(de::Error::custom("a list of lists is no value of a field")),
                item => texts.push(item.to_string()),
            }
        }
        Ok(Value::List(texts))
    }
}

/// Reads a text; what is no text is none.
pub(super) fn text_of(object: &Object) -> Option<String> {
    match object {
        Object::String(bytes, _) => Some(decode(bytes)),
        Object::Name(bytes) => Some(name_text(bytes)),
        _ => None,
    }
}

/// Reads the text of a name. It is UTF-8 by the standard, but older files have Latin letters as single bytes.
pub(super) fn name_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => decode(bytes),
    }
}

/// Reads the bytes of a text string: UTF-16 or UTF-8 with a mark in front, else PDFDocEncoding.
pub(super) fn decode(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|unit| read(*unit)).collect();
        without_escapes(&String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        // Little-endian is not in the standard, but it is in files.
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| doc_character(*byte)).collect(),
    }
}

/// Language codes may stand between escape characters in UTF-16 texts.
fn without_escapes(text: &str) -> String {
    text.split('\u{1b}').step_by(2).collect()
}

/// Writes a text string: single bytes where they do, else UTF-16.
pub(super) fn encode(text: &str) -> Object {
    let bytes: Option<Vec<u8>> = text.chars().map(doc_byte).collect();
    // A text that begins as a mark does would be read as something else.
    let bytes = bytes.filter(|bytes| {
        !bytes.starts_with(&[0xFE, 0xFF])
            && !bytes.starts_with(&[0xFF, 0xFE])
            && !bytes.starts_with(&[0xEF, 0xBB, 0xBF])
    });
    match bytes {
        Some(bytes) => Object::String(bytes, StringFormat::Literal),
        None => {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            Object::String(units.flat_map(u16::to_be_bytes).collect(), StringFormat::Hexadecimal)
        }
    }
}

/// The byte of a character that PDFDocEncoding and Latin-1 have in common; the rest goes as UTF-16, which all programs read alike.
fn doc_byte(character: char) -> Option<u8> {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}')
        .then_some(character as u32 as u8)
}

/// The character of a byte in PDFDocEncoding (ISO 32000-1, D.3): that of Latin-1, but for a few.
fn doc_character(byte: u8) -> char {
    let (first, characters) = match byte {
        0x18..=0x1F => (0x18, "˘ˇˆ˙˝˛˚˜"),
        0x80..=0x9E => (0x80, "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž"),
        0xA0 => (0xA0, "€"),
        _ => return char::from(byte),
    };
    characters.chars().nth(usize::from(byte - first)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

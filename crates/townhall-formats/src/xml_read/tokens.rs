//! The XML reader, as much of it as tables need: tags with local names, and text.

use std::io::ErrorKind;
use std::path::Path;

use encoding_rs::Encoding;
use memchr::memmem;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::decoded::Decoded;
use crate::limits::{XML_ATTRIBUTES_MAX, XML_DEPTH_MAX, XML_NAME_BYTES_MAX, XML_ROW_BYTES_MAX};
use crate::{FormatError, FormatInfo};

/// A piece of a file.
pub(super) enum Token {
    Start(Tag),
    End,
    Text(String),
    Eof,
}

/// The beginning of an element.
pub(super) struct Tag {
    /// Its name without prefix; of a generic element such as `field`, what its attribute `name` says.
    pub(super) name: String,
    /// Its attributes with names without prefix; those that speak of the XML are left out.
    pub(super) attributes: Vec<(String, String)>,
    /// Whether white space around its text counts.
    pub(super) keeps_space: bool,
}

/// Reads tokens.
pub(super) struct Tokens {
    reader: Reader<Decoded>,
    buffer: Vec<u8>,
    name: String,
    info: &'static FormatInfo,
    depth: usize,
}

impl Tokens {
    pub(super) fn open(
        path: &Path,
        name: &str,
        encoding: Option<&str>,
        info: &'static FormatInfo,
    ) -> Result<Self, FormatError> {
        let decoded = Decoded::open(path, name, encoding, declared, XML_ROW_BYTES_MAX)?;
        let mut reader = Reader::from_reader(decoded);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Ok(Self { reader, buffer: Vec::new(), name: name.to_owned(), info, depth: 0 })
    }

    pub(super) fn encoding(&mut self) -> &'static Encoding {
        self.reader.get_mut().encoding
    }

    /// The line that is being read, from 1.
    pub(super) fn line(&mut self) -> u64 {
        self.reader.get_mut().line
    }

    /// Bytes that have been read.
    pub(super) fn passed(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next tag or text. The end of the file comes only after all elements have ended.
    pub(super) fn next(&mut self) -> Result<Token, FormatError> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().piece_bytes = 0;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(quick_xml::Error::Io(error)) if error.kind() != ErrorKind::InvalidData => {
                    let source = std::io::Error::new(error.kind(), error);
                    return Err(FormatError::Io { doing: "read", name: self.name.clone(), source });
                }
                Err(error) => {
                    let reason = error.to_string();
                    return Err(self.damaged(&reason));
                }
            };
            let token = match event {
                Event::Start(start) if start.name().0.len() > XML_NAME_BYTES_MAX => {
                    let reason = format!("the name of an element has more than {XML_NAME_BYTES_MAX} bytes");
                    return Err(self.damaged(&reason));
                }
                Event::Start(start) => {
                    self.depth += 1;
                    Token::Start(tag(&start))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::End
                }
                Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                    let known = || quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                    Token::Text(character.or_else(known).unwrap_or_else(|| format!("&{};", &*reference)))
                }
                Event::Eof if self.depth > 0 => {
                    return Err(self.damaged("the file ends in the middle of an element; get it again"));
                }
                Event::Eof => Token::Eof,
                _ => continue,
            };
            if self.depth > XML_DEPTH_MAX {
                let reason = format!("its elements nest deeper than {XML_DEPTH_MAX}, too deep for a table");
                return Err(self.damaged(&reason));
            }
            return Ok(token);
        }
    }

    fn damaged(&mut self, what: &str) -> FormatError {
        let reason = format!("line {}: {what}", self.line());
        FormatError::Damaged { name: self.name.clone(), format: self.info.label, reason }
    }
}

/// The encoding that an XML declaration names (XML 1.0, section 4.3.3).
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memmem::find(declaration, b"?>")?];
    let behind = &declaration[memmem::find(declaration, b"encoding")? + b"encoding".len()..];
    let value = behind.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let end = memchr::memchr(*quote, value)?;
    Encoding::for_label(&value[..end])
}

/// Elements that are called after what stands in them.
const GENERIC: [&str; 9] =
    ["field", "column", "col", "cell", "attribute", "property", "value", "simpledata", "data"];

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= XML_NAME_BYTES_MAX
}

fn tag(start: &BytesStart<'_>) -> Tag {
    let mut name = start.local_name().into_inner().to_owned();
    let is_generic = GENERIC.iter().any(|generic| name.eq_ignore_ascii_case(generic));
    let mut tag = Tag { name: String::new(), attributes: Vec::new(), keeps_space: false };
    let mut attributes = start.attributes();
    // Whether one stands twice is not asked, as that takes a look at all others for each.
    for attribute in attributes.with_checks(false).take(XML_ATTRIBUTES_MAX).flatten() {
        let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.clone().into_owned(),
        };
        let key = attribute.key.0;
        match key.split_once(':') {
            Some(("xml", "space")) => tag.keeps_space = value == "preserve",
            Some(("xmlns" | "xml" | "xsi", _)) => {}
            None if key == "xmlns" => {}
            None if key == "name" && is_generic && is_name(&value) => name = value,
            _ if key.len() > XML_NAME_BYTES_MAX => {}
            Some((_, local)) => tag.attributes.push((local.to_owned(), value)),
            None => tag.attributes.push((key.to_owned(), value)),
        }
    }
    tag.name = name;
    tag
}

//! The XML reader, as much of it as is needed here: tokens that own their text, and a way on behind every error.

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};

use super::node::Name;
use super::tape::Tape;

/// A tag with the attributes that mean something here.
#[derive(Debug, Default)]
pub struct Tag {
    /// Its name as it stands, with its prefix.
    pub whole: String,
    /// Its name without prefix.
    pub local: String,
    /// `property`, in which version 1.0 says what an `attribute` is.
    pub property: Option<String>,
    /// `key`, in which we say it.
    pub key: Option<String>,
    /// `type="json"`.
    pub is_json: bool,
    /// `xml:space="preserve"`.
    pub keeps_space: bool,
    /// `id`, by which version 1.0 told datasets apart.
    pub id: Option<String>,
}

/// A piece of the file.
#[derive(Debug)]
pub enum Token {
    Start(Tag),
    /// An element that ends in its own tag.
    Empty(Tag),
    End(String),
    Text(String),
    /// A reference to an entity that is not predefined, with the name of it.
    Entity(String),
    DocType,
    /// Something that is not well-formed, and what is wrong with it. The reading goes on behind it.
    Broken(String),
    Other,
    Eof,
}

/// Reads tokens. Nothing is expanded but references to characters and the five predefined entities.
pub struct Tokens<R> {
    reader: Option<Reader<Tape<R>>>,
    buffer: Vec<u8>,
    /// Where the last error was.
    stuck_at: Option<u64>,
}

impl<R: Read> Tokens<R> {
    /// Reads from the tape.
    pub fn new(tape: Tape<R>) -> Self {
        Self { reader: Some(open(tape)), buffer: Vec::new(), stuck_at: None }
    }

    /// The tape.
    pub fn tape(&mut self) -> &mut Tape<R> {
        self.reader().get_mut()
    }

    fn reader(&mut self) -> &mut Reader<Tape<R>> {
        self.reader.as_mut().expect("it is taken only while it is replaced")
    }

    /// The next token; an error only when the bytes can't be had.
    pub fn next(&mut self) -> io::Result<Token> {
        Ok(self.event(token)?.unwrap_or_else(Token::Broken))
    }

    /// What is made of the next event, or what is not well-formed there.
    pub fn event<T>(&mut self, make: impl FnOnce(Event<'_>) -> T) -> io::Result<Result<T, String>> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.tape().token();
        let read = self.reader().read_event_into(&mut buffer).map(make);
        self.buffer = buffer;
        match read {
            Ok(made) => Ok(Ok(made)),
            Err(Error::Io(error)) => Err(io::Error::new(error.kind(), error.to_string())),
            Err(error @ Error::IllFormed(_)) => Ok(Err(error.to_string())),
            Err(error) => {
                self.go_on()?;
                Ok(Err(error.to_string()))
            }
        }
    }

    /// Begins anew behind a syntax error, after which the reader itself would stop.
    fn go_on(&mut self) -> io::Result<()> {
        if let Some(reader) = self.reader.take() {
            let mut tape = reader.into_inner();
            if self.stuck_at == Some(tape.passed()) {
                // The bracket that is in the way; anything else is text and can be read.
                let first = tape.fill_buf()?.len().min(1);
                tape.consume(first);
            }
            self.stuck_at = Some(tape.passed());
            self.reader = Some(open(tape));
        }
        Ok(())
    }
}

fn open<R: Read>(tape: Tape<R>) -> Reader<Tape<R>> {
    let mut reader = Reader::from_reader(tape);
    let config = reader.config_mut();
    // The tags of broken records are matched by the one who knows what a record is.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

fn token(event: Event<'_>) -> Token {
    match event {
        Event::Start(start) => Token::Start(tag(&start)),
        Event::Empty(start) => Token::Empty(tag(&start)),
        Event::End(end) => Token::End(end.name().0.to_owned()),
        Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
        Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
            Ok(Some(character)) => Token::Text(character.to_string()),
            Ok(None) => match quick_xml::escape::resolve_xml_entity(&reference) {
                Some(text) => Token::Text(text.to_owned()),
                None => Token::Entity(reference.into_inner().into_owned()),
            },
            Err(_) => Token::Entity(reference.into_inner().into_owned()),
        },
        Event::DocType(_) => Token::DocType,
        Event::Eof => Token::Eof,
        _ => Token::Other,
    }
}

/// Most attributes of one element that are looked at.
const ATTRIBUTES_MAX: usize = 64;

fn tag(start: &BytesStart<'_>) -> Tag {
    let whole = start.name().0.to_owned();
    let local = start.local_name().into_inner().to_owned();
    let mut tag = Tag { whole, local, ..Tag::default() };
    let mut attributes = start.attributes();
    // Whether one stands twice is not asked, as that takes a look at all others for each.
    let attributes = attributes.with_checks(false).take(ATTRIBUTES_MAX).flatten();
    for attribute in attributes {
        let value = || match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.clone().into_owned(),
        };
        match attribute.key.0 {
            "property" => tag.property = Some(value()),
            "key" => tag.key = Some(value()),
            "jsonKey" => tag.key = serde_json::from_str(&value()).ok(),
            "type" => tag.is_json = value() == "json",
            "xml:space" => tag.keeps_space = value() == "preserve",
            "id" => tag.id = Some(value()).filter(|id| !id.trim().is_empty()),
            _ => {}
        }
    }
    tag
}

impl Tag {
    /// What the element is called.
    pub fn into_name(self) -> Name {
        let is_attribute = self.local.eq_ignore_ascii_case("attribute");
        match (self.key, self.property) {
            (Some(key), _) if is_attribute => Name::Key(key),
            (None, Some(property)) if is_attribute => Name::Property(property),
            _ => Name::Tag(self.local),
        }
    }
}

//! Reads records of XML out of a file, each by itself: alone, in a list, or in the answer of a catalogue service.
//!
//! Nothing outside the file is asked for, and no entity is expanded but those that XML knows by itself.

use std::cell::RefCell;
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use townhall_model::record::{RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::draft::Draft;
use super::element::Element;
use crate::limits::{
    FILE_FINDINGS_MAX, RECORD_DEPTH_MAX, XML_ATTRIBUTES_MAX, XML_ELEMENTS_MAX, XML_LEVELS_MAX,
};
use crate::pod_xml::{Tape, Tokens};
use crate::rdf::typed;
use crate::reader::{Plain, Transcoder, broken, cut_off, too_deep, too_large};
use crate::{Item, ReadError, ReadOptions, Refused, Summary};

/// What a dialect says of its records.
pub struct Form {
    /// The name of the dialect, for messages.
    pub name: &'static str,
    /// Whether a record may begin with an element of this name.
    pub may_begin: fn(&str) -> bool,
    /// Whether such elements stand in each other.
    pub may_nest: bool,
    /// The record that such an element is, or has in it.
    pub record: fn(&Element) -> Option<&Element>,
    /// The record in DCAT-US 3.0.
    pub describe: fn(&Element) -> Draft,
}

/// Answers of services that may well have no record in them.
const ANSWERS: &[&str] =
    &["GetRecordsResponse", "GetRecordByIdResponse", "OAI-PMH", "ListRecords", "searchRetrieveResponse"];

/// Reads the records of a file.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    form: &Form,
) -> Result<Summary, ReadError> {
    let mut summary = Summary { version: Some(Version::DcatUs30), ..Summary::default() };
    let mut plain = Plain::open(input, options, &mut summary)?;
    let kept = Rc::new(RefCell::new(Some(Vec::new())));
    let walked = {
        let keeping =
            Keeping { input: &mut plain, kept: Rc::clone(&kept), bytes_max: options.record_bytes_max };
        declared(keeping).map_err(Halt::Io).and_then(|text| {
            let tokens = Tokens::new(Tape::new(text, options.record_bytes_max));
            let mut walk = Walk {
                tokens,
                options,
                sink,
                form,
                kept,
                summary: &mut summary,
                indexes: [0; RecordKind::ALL.len()],
                around: Vec::new(),
                beyond: 0,
                root: None,
            };
            let walked = walk.document();
            walk.notice_mended();
            walked
        })
    };
    let ended = match walked {
        Ok(()) => Ok(()),
        Err(Halt::Stopped) => {
            summary.is_stopped = true;
            Ok(())
        }
        Err(Halt::Io(error)) => Err(error),
        Err(Halt::Failed(error)) => return Err(error),
    };
    plain.close(ended, &mut summary)?;
    Ok(summary)
}

/// Why the walk ends early.
enum Halt {
    Stopped,
    Io(io::Error),
    Failed(ReadError),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The bytes from the start of the file, as long as the file may be one record.
type Kept = Rc<RefCell<Option<Vec<u8>>>>;

struct Keeping<R> {
    input: R,
    kept: Kept,
    bytes_max: usize,
}

impl<R: Read> Read for Keeping<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(output)?;
        let mut kept = self.kept.borrow_mut();
        if let Some(bytes) = kept.as_mut() {
            if bytes.len() + read > self.bytes_max {
                *kept = None;
            } else {
                bytes.extend_from_slice(&output[..read]);
            }
        }
        Ok(read)
    }
}

/// How much of a file is looked at for its declaration.
const DECLARATION_BYTES: u64 = 512;

/// The text of a file in the encoding that it declares. Without one it is UTF-8, or UTF-16 that was converted before.
fn declared<'r>(mut input: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut head = Vec::new();
    input.by_ref().take(DECLARATION_BYTES).read_to_end(&mut head)?;
    let encoding = encoding(&head).filter(|it| ![UTF_8, UTF_16LE, UTF_16BE].contains(it));
    let whole = Cursor::new(head).chain(input);
    Ok(match encoding {
        Some(encoding) => Box::new(Transcoder::new(whole, encoding)),
        None => Box::new(whole),
    })
}

fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let declaration = head[start..].strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|two| two == b"?>")?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::for_label(value[1..].split(quote).next()?.as_bytes())
}

/// A piece of the file.
enum Token {
    Start(String, Element),
    Empty(Element),
    End(String),
    Text(String),
    Entity(String),
    DocType,
    Other,
    Eof,
}

fn token(event: Event<'_>) -> Token {
    match event {
        Event::Start(start) => Token::Start(start.name().0.to_owned(), element(&start)),
        Event::Empty(start) => Token::Empty(element(&start)),
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

fn element(start: &BytesStart<'_>) -> Element {
    let mut element = Element { name: start.local_name().into_inner().into(), ..Element::default() };
    let mut attributes = start.attributes();
    // Whether one stands twice is not asked, as that takes a look at all others for each.
    for attribute in attributes.with_checks(false).take(XML_ATTRIBUTES_MAX).flatten() {
        if attribute.key.0.starts_with("xmlns") {
            continue;
        }
        let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.clone().into_owned(),
        };
        element.attributes.push((attribute.key.local_name().into_inner().into(), value.into()));
    }
    element
}

struct Walk<'w, R> {
    tokens: Tokens<R>,
    options: &'w ReadOptions,
    sink: &'w mut dyn FnMut(Item) -> ControlFlow<()>,
    form: &'w Form,
    kept: Kept,
    summary: &'w mut Summary,
    /// How many records of each kind have been met.
    indexes: [u64; RecordKind::ALL.len()],
    /// The names of the open elements around records, and how many more are open in them.
    around: Vec<String>,
    beyond: u64,
    /// The name of the first element.
    root: Option<Box<str>>,
}

/// A record that was read, or not.
struct Candidate {
    outcome: Result<Element, Finding>,
    original: Vec<u8>,
    /// A record that began where this one should have ended.
    next: Option<(String, Element, Position)>,
    /// Names of entities that were not replaced.
    entities: Vec<String>,
    is_cut_off: bool,
}

impl<R: Read> Walk<'_, R> {
    fn document(&mut self) -> Result<(), Halt> {
        let mut complaint = None;
        loop {
            self.tokens.tape().mark();
            let start = self.tokens.tape().position();
            let is_root = self.around.is_empty() && self.root.is_none();
            match self.tokens.event(token)? {
                Ok(Token::Start(_, element)) if is_root && element.name.eq_ignore_ascii_case("html") => {
                    return Err(Halt::Failed(ReadError::WebPage));
                }
                Ok(Token::Start(whole, element)) => {
                    if is_root {
                        self.root = Some(element.name.clone());
                    }
                    if (self.form.may_begin)(&element.name) {
                        self.records(whole, element, start, is_root)?;
                        continue;
                    }
                    *self.kept.borrow_mut() = None;
                    if self.around.len() < XML_LEVELS_MAX {
                        self.around.push(whole);
                    } else {
                        self.beyond += 1;
                    }
                }
                Ok(Token::Empty(element)) => {
                    if is_root {
                        self.root = Some(element.name);
                    }
                }
                Ok(Token::End(name)) => self.end(&name),
                Ok(Token::DocType) => self.notice(
                    Finding::new(
                        "READ-XML-DOCTYPE",
                        Severity::Warning,
                        "the document type is not read, and entities that it declares are not replaced",
                    )
                    .with_position(start)
                    .with_fix("write the characters themselves instead of entities"),
                ),
                Ok(Token::Eof) => {
                    if !self.around.is_empty() {
                        self.notice(cut_off(start));
                        self.summary.is_truncated = true;
                    }
                    return self.ended(complaint);
                }
                Ok(Token::Text(_) | Token::Entity(_) | Token::Other) => {}
                Err(message) => {
                    let Position { line, column } = start;
                    let finding = Finding::new(
                        "READ-XML",
                        Severity::Warning,
                        format!("the XML is broken here: {message}"),
                    );
                    self.notice(finding.with_position(start).with_source("XML 1.0, section 2.1"));
                    complaint.get_or_insert_with(|| format!("{message} at line {line}, column {column}"));
                }
            }
        }
    }

    /// Judges a file that has come to its end.
    fn ended(&self, complaint: Option<String>) -> Result<(), Halt> {
        if self.indexes.iter().any(|count| *count > 0) {
            return Ok(());
        }
        Err(Halt::Failed(match (&self.root, complaint) {
            (_, Some(complaint)) => ReadError::Syntax { format: "XML", complaint },
            (Some(root), None) if ANSWERS.contains(&&**root) => return Ok(()),
            (Some(root), None) => ReadError::NoRecords {
                found: format!("`{}`, in which there is no record of {}", shortened(root), self.form.name),
            },
            (None, None) => ReadError::Empty,
        }))
    }

    fn end(&mut self, name: &str) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(level) = self.around.iter().rposition(|open| open == name) {
            self.around.truncate(level);
        }
    }

    /// Reads a record, and those that begin in it because it was not closed.
    fn records(
        &mut self,
        whole: String,
        element: Element,
        start: Position,
        is_root: bool,
    ) -> Result<(), Halt> {
        let mut next = Some((whole, element, start));
        let mut is_alone = is_root;
        while let Some((whole, element, start)) = next.take() {
            let mut read = self.candidate(whole, element, start)?;
            next = read.next.take();
            is_alone &= next.is_none();
            if is_alone && !read.is_cut_off {
                self.pass_rest()?;
            }
            // A record that is all of its file keeps all of its file: the declaration, comments, its own encoding.
            if is_alone && let Some(whole) = self.kept.borrow_mut().take() {
                read.original = whole;
            }
            *self.kept.borrow_mut() = None;
            self.hand_out(read, start, is_alone)?;
        }
        Ok(())
    }

    /// Reads on behind the only record, where nothing of meaning may stand.
    fn pass_rest(&mut self) -> Result<(), Halt> {
        let mut is_told = false;
        loop {
            self.tokens.tape().mark();
            let at = self.tokens.tape().position();
            let is_spare = match self.tokens.event(token)? {
                Ok(Token::Eof) => return Ok(()),
                Ok(Token::Text(text)) => !text.trim().is_empty(),
                Ok(Token::Other | Token::DocType) => false,
                Ok(_) | Err(_) => true,
            };
            if is_spare && !is_told {
                is_told = true;
                let message = "something stands behind the end of the record and was not read";
                let finding = Finding::new("READ-TRAILING", Severity::Warning, message).with_position(at);
                self.notice(finding.with_fix("remove what stands behind it"));
            }
        }
    }

    /// Reads one element from behind its first tag up to its last.
    fn candidate(&mut self, whole: String, root: Element, start: Position) -> Result<Candidate, Halt> {
        let mut open = vec![(whole, root)];
        let mut refusal: Option<Finding> = None;
        let (mut elements, mut beyond) = (1_usize, 0_u64);
        let mut entities = Vec::new();
        loop {
            let at = self.tokens.tape().position();
            let before = self.tokens.tape().kept().len();
            let token = self.tokens.event(token)?;
            if self.tokens.tape().is_too_long() {
                refuse(&mut refusal, &mut open, too_large(start, self.options.record_bytes_max));
            }
            let (ended, next) = match token {
                Ok(Token::Start(whole, element)) => {
                    let begins = (self.form.may_begin)(&element.name);
                    if begins && (refusal.is_some() || !self.form.may_nest) {
                        refuse(&mut refusal, &mut open, broken(start, at));
                        (true, Some((whole, element, at)))
                    } else {
                        elements += 1;
                        if elements > XML_ELEMENTS_MAX {
                            refuse(&mut refusal, &mut open, too_many(start));
                        }
                        if open.len() > RECORD_DEPTH_MAX as usize {
                            refuse(&mut refusal, &mut open, too_deep(start));
                            beyond += 1;
                        } else {
                            open.push((whole, element));
                        }
                        (false, None)
                    }
                }
                Ok(Token::Empty(element)) => {
                    elements += 1;
                    if elements > XML_ELEMENTS_MAX {
                        refuse(&mut refusal, &mut open, too_many(start));
                    }
                    push(&refusal, &mut open, element);
                    (false, None)
                }
                Ok(Token::End(_)) if beyond > 0 => {
                    beyond -= 1;
                    (false, None)
                }
                Ok(Token::End(name)) => match open.iter().rposition(|(open, _)| *open == name) {
                    None => {
                        refuse(&mut refusal, &mut open, mismatch(start, at, &name));
                        let is_around = self.around.contains(&name);
                        if is_around {
                            self.end(&name);
                        }
                        (is_around, None)
                    }
                    Some(level) => {
                        if level + 1 < open.len() {
                            refuse(&mut refusal, &mut open, mismatch(start, at, &name));
                            open.truncate(level + 1);
                        }
                        let closed = open.pop();
                        if open.is_empty() {
                            let original = self.tokens.tape().kept().to_vec();
                            let outcome = match (refusal, closed) {
                                (None, Some((_, element))) => Ok(element),
                                (refusal, _) => Err(refusal.unwrap_or_else(|| broken(start, at))),
                            };
                            return Ok(Candidate {
                                outcome,
                                original,
                                next: None,
                                entities,
                                is_cut_off: false,
                            });
                        }
                        if let Some((_, element)) = closed {
                            push(&refusal, &mut open, element);
                        }
                        (false, None)
                    }
                },
                Ok(Token::Text(text)) => {
                    say(&refusal, &mut open, &text);
                    (false, None)
                }
                Ok(Token::Entity(name)) => {
                    say(&refusal, &mut open, &format!("&{name};"));
                    if entities.len() < ENTITIES_TOLD_MAX && !entities.contains(&name) {
                        entities.push(name);
                    }
                    (false, None)
                }
                Ok(Token::DocType | Token::Other) => (false, None),
                Err(complaint) => {
                    let mut reason = broken(start, at);
                    reason.message = format!("{}: {complaint}", reason.message);
                    refuse(&mut refusal, &mut open, reason);
                    (false, None)
                }
                Ok(Token::Eof) => {
                    let original = self.tokens.tape().kept().to_vec();
                    self.summary.is_truncated = true;
                    self.notice(cut_off(at));
                    let outcome = Err(cut_off(at));
                    return Ok(Candidate { outcome, original, next: None, entities, is_cut_off: true });
                }
            };
            if ended {
                let kept = self.tokens.tape().kept();
                let original = kept[..before.min(kept.len())].to_vec();
                self.tokens.tape().forget(before);
                let outcome = Err(refusal.take().unwrap_or_else(|| broken(start, at)));
                return Ok(Candidate { outcome, original, next, entities, is_cut_off: false });
            }
        }
    }

    fn hand_out(&mut self, read: Candidate, start: Position, is_alone: bool) -> Result<(), Halt> {
        let Candidate { outcome, original, entities, .. } = read;
        let element = match outcome {
            Ok(element) => element,
            Err(reason) => {
                let kind = RecordKind::Dataset;
                let (index, pointer) = self.next(kind, is_alone);
                let reason = reason.with_pointer(pointer.as_str()).with_dataset(index, None, None);
                self.summary.refused += 1;
                let position = start;
                return self.give(Item::Refused(Refused {
                    index,
                    kind,
                    pointer,
                    position,
                    reason,
                    original,
                }));
            }
        };
        let Some(record) = (self.form.record)(&element) else { return Ok(()) };
        let Draft { kind, map, mut findings } = (self.form.describe)(record);
        for name in entities {
            let message = format!("`&{name};` is no entity that XML knows by itself and was not replaced");
            findings.push(Finding::new("READ-XML-ENTITY", Severity::Warning, message).with_value(&name));
        }
        let (index, pointer) = self.next(kind, is_alone);
        for finding in &mut findings {
            finding.pointer.insert_str(0, &pointer);
            finding.position = Some(start);
        }
        self.summary.count(kind);
        let mut read = typed(map, findings, kind, index, pointer, original);
        read.position = start;
        self.give(Item::Record(read))
    }

    fn next(&mut self, kind: RecordKind, is_alone: bool) -> (u64, String) {
        let index = &mut self.indexes[kind as usize];
        *index += 1;
        let index = *index - 1;
        (index, if is_alone { String::new() } else { format!("/{}/{index}", kind.catalog_key()) })
    }

    fn give(&mut self, item: Item) -> Result<(), Halt> {
        match (self.sink)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    fn notice(&mut self, finding: Finding) {
        if self.summary.findings.len() < FILE_FINDINGS_MAX {
            self.summary.findings.push(finding);
        }
    }

    fn notice_mended(&mut self) {
        let mended = self.tokens.tape().mended;
        if mended > 0 {
            let message = format!("{mended} bytes are not UTF-8 and were read as Windows-1252");
            let finding = Finding::new("READ-WINDOWS-1252", Severity::Warning, message);
            self.notice(finding.with_source("XML 1.0, section 4.3.3").with_fix("save the file as UTF-8"));
        }
    }
}

/// Most entities that are told of one record.
const ENTITIES_TOLD_MAX: usize = 20;

/// Refuses the record, unless it was refused already, and lets go of what was read of it.
fn refuse(refusal: &mut Option<Finding>, open: &mut [(String, Element)], reason: Finding) {
    if refusal.is_none() {
        *refusal = Some(reason);
        for (_, element) in open {
            element.children = Vec::new();
            element.text = String::new();
        }
    }
}

fn push(refusal: &Option<Finding>, open: &mut [(String, Element)], element: Element) {
    if refusal.is_none()
        && let Some((_, parent)) = open.last_mut()
    {
        parent.children.push(element);
    }
}

fn say(refusal: &Option<Finding>, open: &mut [(String, Element)], text: &str) {
    if refusal.is_none()
        && let Some((_, element)) = open.last_mut()
    {
        element.text.push_str(text);
    }
}

fn mismatch(start: Position, at: Position, name: &str) -> Finding {
    let mut reason = broken(start, at);
    reason.message = format!("{}: `</{}>` ends nothing here", reason.message, shortened(name));
    reason
}

fn too_many(start: Position) -> Finding {
    let message = format!("the record has more than {XML_ELEMENTS_MAX} elements");
    Finding::new("READ-TOO-LARGE", Severity::Error, message).with_position(start)
}

fn shortened(name: &str) -> String {
    name.chars().take(80).collect()
}

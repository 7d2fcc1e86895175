//! Turns the bytes of one record into a typed record, or says why it can't.

use std::borrow::Cow;

use serde_json::{Map, Value};
use townhall_model::record::{Body, Record, RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::locate::locate;
use super::parse::parse;
use super::repair::{decode, mend};
use super::window::advance;
use crate::limits::RECORD_DEPTH_MAX;
use crate::version::guess;

/// Parses the bytes of one record, mending what can be mended. Pointers in findings begin at the record.
#[allow(clippy::result_large_err, reason = "a refusal is rare, and a record costs far more")]
pub fn read_object(raw: &[u8], start: Position) -> Result<(Map<String, Value>, Vec<Finding>), Finding> {
    let (text, decoded) = decode(raw);
    let mut findings = decoded.iter().map(|repair| repair.finding(start, raw)).collect::<Vec<_>>();
    let (value, doubled) = match parse(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let (mended, repairs) = mend(&text);
            if repairs.is_empty() {
                return Err(unparseable(&error, start, &text));
            }
            // The place in the mended text would mislead, so the first complaint is the one that is told.
            let parsed = parse(&mended).map_err(|_| unparseable(&error, start, &text))?;
            findings.extend(repairs.iter().map(|repair| repair.finding(start, text.as_bytes())));
            parsed
        }
    };
    findings.extend(doubled.iter().map(|key| doubled_key(key, start)));
    match value {
        Value::Object(map) => Ok((map, findings)),
        other => Err(not_an_object(&other.to_string(), start)),
    }
}

/// What is noticed about a key that stands twice.
pub fn doubled_key(key: &str, at: Position) -> Finding {
    let message = format!("`{key}` stands twice in one object; the last one counts");
    Finding::new("READ-DOUBLED-KEY", Severity::Warning, message)
        .with_position(at)
        .with_source("RFC 8259, section 4")
        .with_fix(format!("keep one `{key}`"))
}

/// The text of a record in which a strict parser may still refuse something, mended as far as needed.
///
/// `parses` says whether a text is well-formed. Gives the text, whether it differs from the bytes, and what was
/// repaired.
#[allow(clippy::result_large_err, reason = "a refusal is rare, and a record costs far more")]
pub fn decoded_text<'r>(
    raw: &'r [u8],
    start: Position,
    parses: &mut dyn FnMut(&str) -> bool,
) -> Result<(Cow<'r, str>, Vec<Finding>), Finding> {
    let (text, decoded) = decode(raw);
    let mut findings = decoded.iter().map(|repair| repair.finding(start, raw)).collect::<Vec<_>>();
    if parses(&text) {
        return Ok((text, findings));
    }
    let (mended, repairs) = mend(&text);
    if !repairs.is_empty() && parses(&mended) {
        findings.extend(repairs.iter().map(|repair| repair.finding(start, text.as_bytes())));
        return Ok((Cow::Owned(mended), findings));
    }
    match parse(&text) {
        Err(error) => Err(unparseable(&error, start, &text)),
        // The two parsers agree on JSON; a text on which they did not would be refused all the same.
        Ok(_) => Err(broken(start, start)),
    }
}

/// Types a parsed record and completes its findings: pointers and positions become those of the file.
pub fn type_record(
    map: Map<String, Value>,
    mut findings: Vec<Finding>,
    place: Place<'_>,
    raw: Vec<u8>,
) -> (Record, Vec<Finding>) {
    let repaired = findings.len();
    let body = Body::from_json(place.kind, map, &mut findings);
    for (number, finding) in findings.iter_mut().enumerate() {
        if number >= repaired {
            finding.position = Some(
                locate(&raw, &finding.pointer).map_or(place.start, |at| advance(place.start, &raw[..at])),
            );
        }
        finding.pointer.insert_str(0, place.pointer);
    }
    if !findings.is_empty() && place.kind == RecordKind::Dataset {
        let view = body.view();
        findings.iter_mut().for_each(|finding| {
            *finding =
                finding.clone().with_dataset(place.index, view.identifier.as_deref(), view.title.as_deref());
        });
    }
    let version = place.version.unwrap_or_else(|| guess(&body));
    (Record { version, body, original: raw }, findings)
}

/// Where a record stands and what is known of it from there.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    pub kind: RecordKind,
    pub index: u64,
    pub pointer: &'p str,
    pub start: Position,
    pub version: Option<Version>,
}

/// The reason against something that is no object.
pub fn not_an_object(value: &str, start: Position) -> Finding {
    Finding::new(
        "READ-NOT-AN-OBJECT",
        Severity::Error,
        "a record must be an object in braces; this is not one",
    )
    .with_position(start)
    .with_value(value)
}

/// The reason against a record that nests too deeply.
pub fn too_deep(start: Position) -> Finding {
    let message = format!("the record nests deeper than {RECORD_DEPTH_MAX} levels");
    Finding::new("READ-TOO-DEEP", Severity::Error, message).with_position(start)
}

/// The reason against a record that is too large.
pub fn too_large(start: Position, bytes_max: usize) -> Finding {
    let message = format!("the record is larger than {bytes_max} bytes");
    Finding::new("READ-TOO-LARGE", Severity::Error, message).with_position(start)
}

/// The reason against a record whose brackets don't match, or whose end is missing.
pub fn broken(start: Position, at: Position) -> Finding {
    let message = format!(
        "the record that begins at line {}, column {} is not closed properly; a quote or bracket is missing or spare",
        start.line, start.column
    );
    Finding::new("READ-BROKEN", Severity::Error, message)
        .with_position(at)
        .with_fix("check the quotes and brackets up to here")
}

/// The reason against the record in which the file breaks off.
pub fn cut_off(at: Position) -> Finding {
    let message = format!(
        "the file breaks off here, at line {}, column {}, in the middle of a record",
        at.line, at.column
    );
    Finding::new("READ-TRUNCATED", Severity::Error, message)
        .with_position(at)
        .with_fix("fetch the file again; what stands before this place was read")
}

fn unparseable(error: &serde_json::Error, start: Position, text: &str) -> Finding {
    let complaint = error.to_string();
    let complaint = complaint.split(" at line ").next().unwrap_or(&complaint);
    let line_start = match error.line() {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 2).map_or(0, |at| at + 1),
    };
    let at = (line_start + error.column().saturating_sub(1)).min(text.len());
    Finding::new("READ-JSON", Severity::Error, format!("the record is not JSON: {complaint}"))
        .with_position(advance(start, &text.as_bytes()[..at]))
        .with_source("RFC 8259")
}

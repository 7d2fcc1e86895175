//! What the reader notices about a file. Whatever a strict JSON parser would refuse is part of every verdict.

use townhall_model::Severity;

use super::{Profiles, Rule, rules};

const OFFICIAL: bool = false;

rules! {
    READING: "What the reader notices.";

    READ_BARE_LIST = "READ-BARE-LIST", Warning, ALL, "The file is a catalogue object and not a bare list", "Project Open Data metadata schema, catalog", "put the list under `dataset` in a catalogue object";
    READ_BOM = "READ-BOM", Warning, ALL, "The file does not begin with a byte order mark", "RFC 8259, section 8.1", "save the file as UTF-8 without a byte order mark";
    READ_BROKEN = "READ-BROKEN", Error, ALL, "Every record is closed where it ends", "RFC 8259", "check the quotes and brackets";
    READ_COMMA = "READ-COMMA", Error, ALL, "There are no spare commas", "RFC 8259", "remove the comma before the bracket";
    READ_CONTROL = "READ-CONTROL", Error, ALL, "Texts have no raw control characters", "RFC 8259, section 7", "write line breaks as `\\n` and tabs as `\\t`";
    READ_DOUBLED_KEY = "READ-DOUBLED-KEY", Warning, ALL, "No key stands twice in one object", "RFC 8259, section 4", "keep one of them";
    READ_ESCAPE = "READ-ESCAPE", Error, ALL, "A backslash begins an escape", "RFC 8259, section 7", "write a backslash as `\\\\`";
    READ_GZIP = "READ-GZIP", Info, ALL, "The file is not packed", "RFC 1952", "serve the file with `Content-Encoding: gzip` instead";
    READ_GZIP_DAMAGED = "READ-GZIP-DAMAGED", Error, ALL, "A packed file is whole", "RFC 1952", "fetch the file again";
    READ_JSON = "READ-JSON", Error, ALL, "Every record is JSON", "RFC 8259", "correct the record";
    READ_JSON_LINES = "READ-JSON-LINES", Error, ALL, "The file is one JSON document and not a line for each record", "RFC 8259", "put the records in the list `dataset` of a catalogue object";
    READ_MISSING_COMMA = "READ-MISSING-COMMA", Error, ALL, "A comma stands between two records", "RFC 8259, section 5", "add the comma";
    READ_NOT_A_LIST = "READ-NOT-A-LIST", Error, ALL, "`dataset` is a list", "DCAT-US schema, catalog", "put the object in square brackets";
    READ_NOT_AN_OBJECT = "READ-NOT-AN-OBJECT", Error, ALL, "A record is an object in braces", "DCAT-US schema, catalog", "remove what is not a record";
    READ_SURROGATE = "READ-SURROGATE", Warning, ALL, "Texts have no half characters", "RFC 8259, section 8.2", "write the character itself, or both halves of it";
    READ_TOO_DEEP = "READ-TOO-DEEP", Error, ALL, "A record does not nest too deeply", "RFC 8259, section 9", "flatten the record";
    READ_TOO_LARGE = "READ-TOO-LARGE", Error, ALL, "A record is not too large", "RFC 8259, section 9", "split the record";
    READ_TRAILING = "READ-TRAILING", Error, ALL, "Nothing stands behind the end of the catalogue", "RFC 8259, section 2", "remove what stands behind it";
    READ_TRUNCATED = "READ-TRUNCATED", Error, ALL, "The file is whole", "RFC 8259", "fetch the file again";
    READ_UTF16 = "READ-UTF16", Warning, ALL, "The file is UTF-8", "RFC 8259, section 8.1", "save the file as UTF-8";
    READ_WINDOWS_1252 = "READ-WINDOWS-1252", Error, ALL, "The file is UTF-8 throughout", "RFC 8259, section 8.1", "save the file as UTF-8";
}

/// The codes of what a strict JSON parser refuses, so that the official tools would refuse the whole file.
pub fn refuses_file(code: &str) -> bool {
    [
        &READ_BROKEN,
        &READ_COMMA,
        &READ_CONTROL,
        &READ_ESCAPE,
        &READ_GZIP_DAMAGED,
        &READ_JSON,
        &READ_JSON_LINES,
        &READ_MISSING_COMMA,
        &READ_TOO_DEEP,
        &READ_TRAILING,
        &READ_TRUNCATED,
        &READ_WINDOWS_1252,
    ]
    .iter()
    .any(|rule| rule.code == code)
}

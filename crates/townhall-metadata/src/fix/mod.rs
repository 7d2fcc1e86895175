//! Mends what can be mended in a record without asking anybody, and says what needs a person.
//!
//! [`FIXES`] lists every repair. Each looks at every object of a record (the record itself, its distributions,
//! its contact) and either changes what it is sure of, or leaves it and raises a [`Doubt`]. Keys keep their
//! order, unknown keys and redacted values stay as they are. What has been mended is not mended again.

mod access;
mod catalog;
mod codes;
mod contact;
mod dates;
mod empty;
mod keys;
mod language;
mod leftovers;
mod license;
mod lists;
mod media;
mod mojibake;
mod object;
mod periods;
mod rhythm;
mod scalars;
mod spaces;
mod tree;
mod urls;

use serde::Serialize;
use serde_json::{Map, Value};
use townhall_model::record::{RecordKind, Version};

pub use catalog::{FixError, FixOptions, FixReport, FixSummary, Fixing, fix_catalog};
pub(crate) use license::by_name as license_by_name;
use object::{Log, Object, each_object};

/// A repair.
#[derive(Debug, Clone, Copy)]
pub struct Fix {
    /// Its stable name, such as `FIX-DATE`.
    pub code: &'static str,
    /// What it does, in one sentence.
    pub what: &'static str,
    /// The document that asks for the mended form.
    pub source: &'static str,
    apply: fn(&mut Object<'_>),
}

/// Something that was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mended {
    /// Which repair did it: a code of [`FIXES`], or of the tolerant reader (`READ-...`).
    pub code: &'static str,
    /// The JSON pointer within the record, as it was when the repair began.
    pub pointer: String,
    /// What stood there; absent when the value is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What stands there now; absent when it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Why, in one sentence for people.
    pub why: String,
}

/// Something that looks wrong and that only a person can put right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Doubt {
    /// Which repair noticed it.
    pub code: &'static str,
    /// The JSON pointer within the mended record.
    pub pointer: String,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// What is wrong or unclear, in one sentence for people.
    pub why: String,
    /// What it may have been meant to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Value>,
}

/// A record after its repair.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// The record; keys in the order in which they came.
    pub record: Map<String, Value>,
    /// Its version: leftovers of 1.0 have been written as 1.1 has them.
    pub version: Version,
    /// What was changed, in the order in which it was done.
    pub changes: Vec<Mended>,
    /// What needs a person.
    pub doubts: Vec<Doubt>,
}

const POD: &str = "DCAT-US Schema v1.1 (Project Open Data)";

/// Every repair, in the order in which they run.
pub const FIXES: &[Fix] = &[
    Fix {
        code: "FIX-KEY",
        what: "Writes a key as the schema spells it: `Title` becomes `title`, `download_url` becomes `downloadURL`.",
        source: "DCAT-US Schema v1.1: field names are case sensitive",
        apply: keys::spelling,
    },
    Fix {
        code: "FIX-LEFTOVER",
        what: "Moves what version 1.0 wrote elsewhere (`mbox`, `dataDictionary`, `webService`, ...) to its place in 1.1.",
        source: "Project Open Data, metadata changelog 1.0 to 1.1",
        apply: leftovers::upgrade_leftovers,
    },
    Fix {
        code: "FIX-MOJIBAKE",
        what: "Restores characters that were read in the wrong encoding: `donâ€™t` becomes `don’t`.",
        source: "DCAT-US Schema v1.1: the file must be UTF-8",
        apply: mojibake::restore,
    },
    Fix {
        code: "FIX-ENTITY",
        what: "Writes characters themselves instead of HTML entities: `Health &amp; Safety` becomes `Health & Safety`.",
        source: "DCAT-US Schema v1.1: values are plain text",
        apply: spaces::entities,
    },
    Fix {
        code: "FIX-SPACE",
        what: "Trims texts, and drops invisible characters from addresses, dates and codes.",
        source: "resources.data.gov, harvester guide: email format errors",
        apply: spaces::trim,
    },
    Fix {
        code: "FIX-EMPTY",
        what: "Removes empty texts, empty list items and placeholders such as `N/A` where the field may be absent.",
        source: "DCAT-US Schema v1.1: optional fields may be null but not empty",
        apply: empty::remove,
    },
    Fix {
        code: "FIX-TYPE",
        what: "Writes numbers and true or false as the JSON type that the field has.",
        source: POD,
        apply: scalars::types,
    },
    Fix {
        code: "FIX-LIST",
        what: "Makes lists of fields that are lists, splitting keywords and codes, and single values of those that are not.",
        source: "resources.data.gov, harvester guide: keyword format errors",
        apply: lists::shapes,
    },
    Fix {
        code: "FIX-DUPLICATE",
        what: "Keeps one of several equal keywords, codes, themes, languages and references.",
        source: "DCAT-US Schema v1.1: unique items",
        apply: lists::duplicates,
    },
    Fix {
        code: "FIX-ACCESS-LEVEL",
        what: "Spells `accessLevel` as one of `public`, `restricted public` and `non-public`.",
        source: POD,
        apply: access::spelling,
    },
    Fix {
        code: "FIX-DATE",
        what: "Writes dates as ISO 8601 where only one day can be meant: `12/15/2012` becomes `2012-12-15`.",
        source: "resources.data.gov, harvester guide: date format errors",
        apply: dates::fields,
    },
    Fix {
        code: "FIX-TEMPORAL",
        what: "Writes the time covered as an ISO 8601 interval: `2001 - 2012` becomes `2001/2012`.",
        source: "DCAT-US Schema v1.1: temporal",
        apply: periods::temporal,
    },
    Fix {
        code: "FIX-FREQUENCY",
        what: "Writes how often data is renewed as an ISO 8601 duration: `Weekly` becomes `R/P1W`.",
        source: "resources.data.gov, harvester guide: accrualPeriodicity errors",
        apply: rhythm::periodicity,
    },
    Fix {
        code: "FIX-LICENSE",
        what: "Writes the address of a license for its name: `CC0` becomes the address of CC0 1.0.",
        source: "resources.data.gov, harvester guide: license field errors",
        apply: license::addresses,
    },
    Fix {
        code: "FIX-EMAIL",
        what: "Writes an email address as one `mailto:` without anything else.",
        source: "resources.data.gov, harvester guide: email format errors",
        apply: contact::mail,
    },
    Fix {
        code: "FIX-URL",
        what: "Escapes what an address can't contain, and mends its slashes.",
        source: "RFC 3986",
        apply: urls::addresses,
    },
    Fix {
        code: "FIX-MEDIA-TYPE",
        what: "Writes media types as IANA has them, and finds missing ones from the format or the extension.",
        source: "DCAT-US Schema v1.1: mediaType is required with downloadURL",
        apply: media::types,
    },
    Fix {
        code: "FIX-LANGUAGE",
        what: "Writes languages as codes: `English` becomes `en`, `en_US` becomes `en-US`.",
        source: "RFC 5646; ISO 639-1 in DCAT-US 3.0",
        apply: language::codes,
    },
    Fix {
        code: "FIX-CODE",
        what: "Restores leading zeros and the colon of bureau and program codes: `18:10` becomes `018:10`.",
        source: "OMB Circular A-11, Appendix C; Federal Program Inventory",
        apply: codes::bureaus_and_programs,
    },
    Fix {
        code: "FIX-CONFORMS-TO",
        what: "Writes the address of the schema in the catalog to the letter.",
        source: "DCAT-US Schema v1.1: conformsTo",
        apply: keys::conforms_to,
    },
];

/// Repairs build on each other (a trimmed date is a date), so they run again until nothing changes.
const ROUNDS_MAX: usize = 8;

/// Mends a record. What it can't be sure of is left as it is and told.
pub fn fix_record(record: Map<String, Value>, kind: RecordKind, version: Version) -> Fixed {
    let mut fixed = Fixed { record, version, changes: Vec::new(), doubts: Vec::new() };
    for _ in 0..ROUNDS_MAX {
        let mut log = Log::new(fixed.version);
        each_object(&mut fixed.record, kind, &mut log, mend);
        let is_done = log.changes.is_empty();
        fixed.changes.append(&mut log.changes);
        // Doubts of an earlier round may have been settled since.
        fixed.doubts = log.doubts;
        if fixed.version == Version::Pod10 {
            fixed.version = Version::DcatUs11;
        }
        if is_done {
            break;
        }
    }
    fixed
}

/// Runs every repair on one object.
fn mend(object: &mut Object<'_>) {
    for fix in FIXES {
        object.log.code = fix.code;
        (fix.apply)(object);
    }
}

//! Redacted values: whether they name an exemption, are explained, and are redacted at all.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::validate::engine::{Check, Members};
use crate::validate::rule;
use crate::validate::tree::{Kind, Value};
use crate::validate::words::{Words, quote};

/// The mark that begins a redaction, and the one that ends a stretch that is still to be cut.
const MARK: &str = "[[REDACTED";
const END_MARK: &str = "[[/REDACTED";

/// The exemptions of the Freedom of Information Act that the guidance takes.
const MARKS: &[&str] =
    &["[[REDACTED-EX B3]]", "[[REDACTED-EX B4]]", "[[REDACTED-EX B5]]", "[[REDACTED-EX B6]]"];

/// The rules on redaction for a dataset of 1.1.
pub fn dataset<'r>(check: &mut Check<'_, '_, 'r>, members: &Members<'_, 'r>) {
    // Hardly any file has one, so the whole record is searched before it is walked.
    static FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("REDACTED"));
    if FINDER.find(members.object.shown().as_bytes()).is_none() {
        return;
    }
    let mut first = None;
    check.each_text(members.object, &mut |check, value, text| {
        if text.contains(MARK) || text.contains(END_MARK) {
            first.get_or_insert(value);
            redacted(check, value, text);
        }
    });
    let Some(first) = first else { return };
    if members.text("accessLevel") == Some("public") {
        check.note(&rule::REDACTION_PUBLIC, "accessLevel", first, || {
            Words::new(format!("the dataset is public, but has a redacted value: {}", quote(first.shown())))
        });
    }
    if members.text("rights").is_none_or(|rights| rights.trim().is_empty() || rights.starts_with(MARK)) {
        check.note(&rule::REDACTION_UNEXPLAINED, "rights", members.object, || {
            Words::absent("values are redacted, but `rights` does not explain it")
        });
    }
}

fn redacted(check: &mut Check<'_, '_, '_>, value: Value<'_>, text: &str) {
    if text.contains(END_MARK) {
        check.note_here(&rule::REDACTION_LEFT, value, || {
            // The text itself is what must not be told.
            Words::absent("between the marks of a redaction, the redacted text is still there")
        });
        return;
    }
    let odd =
        text.match_indices(MARK).find(|(at, _)| !MARKS.iter().any(|mark| text[*at..].starts_with(mark)));
    if let Some((at, _)) = odd {
        let end = text[at..].find("]]").map_or(text.len(), |length| at + length + 2);
        check.note_here(&rule::REDACTION_EXEMPTION, value, || {
            Words::new(format!("{} names none of the exemptions B3, B4, B5 and B6", quote(&text[at..end])))
        });
    }
    debug_assert!(value.kind() == Kind::Text, "only texts are looked at");
}

//! Text in XML and HTML: what would be taken for markup is escaped, what a document may not hold is replaced.

use memchr::memchr3;

/// Stands for characters that a document may not hold.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Appends text as the content of an XML element, or as the value of an attribute in double quotes.
///
/// Control characters, `U+FFFE` and `U+FFFF`, which XML 1.0 (section 2.2) forbids, become `U+FFFD`. White space that an
/// attribute would fold (section 3.3.3) and carriage returns, which every reader drops (section 2.11), are written as
/// references.
pub(crate) fn push_xml(text: &str, place: Place, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (written, length): (&[u8], usize) = match byte {
            b'&' => (b"&amp;", 1),
            b'<' => (b"&lt;", 1),
            // `]]>` may not stand in content.
            b'>' => (b"&gt;", 1),
            b'"' if place == Place::Attribute => (b"&quot;", 1),
            b'\n' if place == Place::Attribute => (b"&#10;", 1),
            b'\t' if place == Place::Attribute => (b"&#9;", 1),
            b'\r' => (b"&#13;", 1),
            b'\n' | b'\t' => continue,
            0..0x20 => (REPLACEMENT, 1),
            0xEF if matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])) => (REPLACEMENT, 3),
            _ => continue,
        };
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(written);
        done = at + length;
    }
    out.extend_from_slice(&bytes[done..]);
}

/// Where text stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Content,
    Attribute,
}

/// Appends text as the content of an HTML element; a line break becomes `<br>`.
pub(crate) fn push_html(text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '\n', '\r', '\0']) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let (written, length): (&[u8], usize) = match &rest.as_bytes()[at..] {
            [b'&', ..] => (b"&amp;", 1),
            [b'<', ..] => (b"&lt;", 1),
            [b'>', ..] => (b"&gt;", 1),
            [b'\r', b'\n', ..] => (b"<br>", 2),
            [b'\n' | b'\r', ..] => (b"<br>", 1),
            // No page can hold it, not even as a reference (HTML, section 13.2.5.80).
            _ => (REPLACEMENT, 1),
        };
        out.extend_from_slice(written);
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Whether this is a name that an XML element may have, without a namespace (Namespaces in XML 1.0, section 4), and not
/// one of those that XML keeps for itself.
pub(crate) fn is_xml_name(name: &str) -> bool {
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(starts_xml_name);
    let is_reserved = name.as_bytes().get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"xml"));
    starts && !is_reserved && characters.all(continues_xml_name)
}

/// XML 1.0, section 2.3, `NameStartChar` without the colon.
fn starts_xml_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}' | '\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// XML 1.0, section 2.3, `NameChar` without the colon.
fn continues_xml_name(c: char) -> bool {
    starts_xml_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}' | '\u{2040}')
}

/// Whether a reader that trims would change this text.
pub(crate) fn has_space_around(text: &str) -> bool {
    let is_space = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    is_space(text.as_bytes().first()) || is_space(text.as_bytes().last())
}

/// Whether the text can stand in XML as it is, for all that a look at its bytes tells.
pub(crate) fn is_plain_xml(text: &[u8]) -> bool {
    // `U+FFFE` and `U+FFFF` begin with 0xEF.
    memchr3(b'&', b'<', b'>', text).is_none() && text.iter().all(|byte| *byte >= 0x20 && *byte != 0xEF)
}

//! Addresses on the web.

use std::fmt::Write;

use super::object::{Object, Verdict, is_address};

/// Escapes what an address can't contain, and mends its slashes.
pub fn addresses(object: &mut Object<'_>) {
    object.judge_texts(is_address, |field, text| {
        // Licences have a repair of their own, and describedBy may be a text in 1.0.
        let is_license_in_words = field.key == "license" && (!text.contains("://") || text.contains(' '));
        if text.is_empty() || is_license_in_words {
            return Verdict::Fine;
        }
        let slashed = slashes(text);
        let Some((scheme, rest)) = slashed.split_once("://") else { return without_scheme(field.key, text) };
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ftp" | "ftps" | "sftp" | "s3")
        {
            return Verdict::Fine;
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || host.chars().any(|character| character.is_whitespace() || !character.is_ascii())
        {
            return Verdict::doubt("the host of this address can't be one; write the address again");
        }
        if rest[1..].contains("://") && text.contains([' ', ',', ';']) {
            return Verdict::doubt("this seems to be more than one address; keep one");
        }
        Verdict::text(text, escape(&slashed), "an address can't contain these characters")
    });
}

fn without_scheme(key: &str, text: &str) -> Verdict {
    let looks_like_host = text.starts_with("www.")
        || text.split_once('/').is_some_and(|(host, _)| host.contains(".gov") || host.contains(".org"));
    if looks_like_host && !text.contains(char::is_whitespace) {
        return Verdict::suggest(
            "the address has no scheme; write it with `https://`, and try it",
            format!("https://{text}"),
        );
    }
    // Standards and series may be named in words.
    if matches!(key, "conformsTo" | "license") || text.contains(':') {
        return Verdict::Fine;
    }
    Verdict::doubt("this is no address; write one that begins with `https://`")
}

/// `http:\\host`, `http:/host` and `http//host` with the slashes that were meant.
fn slashes(text: &str) -> String {
    for scheme in ["https", "http"] {
        let Some(rest) = text.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme)) else {
            continue;
        };
        let rest = &text[rest.len()..];
        let host = match rest.strip_prefix(':') {
            Some(rest) => rest.trim_start_matches(['/', '\\']),
            None => match rest.strip_prefix("//") {
                Some(host) => host,
                None => continue,
            },
        };
        // Of `http://https://host` the inner one is meant.
        let inner =
            host.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http")) && host.contains("://");
        let is_right = rest.strip_prefix("://") == Some(host);
        return match (inner, is_right) {
            (true, _) => slashes(host),
            (false, true) => text.to_owned(),
            (false, false) => format!("{scheme}://{host}"),
        };
    }
    text.to_owned()
}

/// Percent-encodes the characters that RFC 3986 has no place for; what is encoded stays as it is.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_percent = character == '%' && !is_encoded(&text.as_bytes()[at..]);
        if character.is_ascii_graphic() && !"\"<>\\^`{|}".contains(character) && !is_percent {
            escaped.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                write!(escaped, "%{byte:02X}").expect("a string takes everything");
            }
        }
    }
    escaped
}

fn is_encoded(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

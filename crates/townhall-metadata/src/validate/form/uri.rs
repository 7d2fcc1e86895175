//! Absolute addresses: URI (RFC 3986) and IRI (RFC 3987), by their grammar and not by what browsers forgive.

/// Whether the text is a URI with a scheme.
pub fn is_uri(text: &str) -> bool {
    is_plain_http(text.as_bytes()) || (text.is_ascii() && is_absolute(text))
}

/// Whether the text is an IRI with a scheme: a URI that may hold characters of all scripts.
pub fn is_iri(text: &str) -> bool {
    is_plain_http(text.as_bytes()) || is_absolute(text)
}

/// Whether this is a web address as nearly all are: a name, a path, perhaps a query, and nothing escaped.
fn is_plain_http(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"https://").or_else(|| text.strip_prefix(b"http://")) else {
        return false;
    };
    let host = rest.iter().take_while(|byte| is_plain(**byte)).count();
    let rest = &rest[host..];
    let path = rest.iter().take_while(|byte| is_plain(**byte) || matches!(byte, b'/' | b':' | b'@')).count();
    match (rest.first(), &rest[path..]) {
        (None, _) => true,
        (Some(b'/' | b'?'), []) => true,
        (Some(b'/' | b'?'), [b'?', query @ ..]) => {
            query.iter().all(|byte| is_plain(*byte) || matches!(byte, b'/' | b':' | b'@' | b'?'))
        }
        _ => false,
    }
}

fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    if !is_scheme {
        return false;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !has_only(fragment, ":@/?", Private::No) || !has_only(query, ":@/?", Private::Yes) {
        return false;
    }
    match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let path = rest.find('/').unwrap_or(rest.len());
            is_authority(&rest[..path]) && has_only(&rest[path..], ":@/", Private::No)
        }
        None => has_only(hierarchy, ":@/", Private::No),
    }
}

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.split_once('@').unwrap_or(("", authority));
    if !has_only(user, ":", Private::No) {
        return false;
    }
    let port = if let Some(literal) = host.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else { return false };
        if !is_ip_literal(address) {
            return false;
        }
        port
    } else {
        let end = host.find(':').unwrap_or(host.len());
        if !has_only(&host[..end], "", Private::No) {
            return false;
        }
        &host[end..]
    };
    port.strip_prefix(':').unwrap_or(port).bytes().all(|byte| byte.is_ascii_digit())
}

fn is_ip_literal(address: &str) -> bool {
    if let Some(future) = address.strip_prefix('v') {
        let Some((version, rest)) = future.split_once('.') else { return false };
        let is_hexadecimal = |byte: u8| byte.is_ascii_hexdigit();
        return !version.is_empty()
            && version.bytes().all(is_hexadecimal)
            && !rest.is_empty()
            && !rest.contains('%')
            && rest.is_ascii()
            && has_only(rest, ":", Private::No);
    }
    address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Whether characters of the private areas may stand there, as they may in the query of an IRI.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Private {
    Yes,
    No,
}

/// Whether all characters are unreserved, sub-delimiters, whole percent escapes, or among `also`.
fn has_only(text: &str, also: &str, private: Private) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let length = match byte {
            b'%' => {
                let digits = bytes.get(at + 1..at + 3);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return false;
                }
                3
            }
            byte if byte.is_ascii() => {
                if !is_plain(*byte) && !also.as_bytes().contains(byte) {
                    return false;
                }
                1
            }
            _ => match text[at..].chars().next() {
                Some(other) if is_international(other, private) => other.len_utf8(),
                _ => return false,
            },
        };
        at += length;
    }
    true
}

/// `unreserved` and `sub-delims` of RFC 3986, section 2.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            plain[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        let others = b"-._~!$&'()*+,;=";
        let mut index = 0;
        while index < others.len() {
            plain[others[index] as usize] = true;
            index += 1;
        }
        plain
    };
    PLAIN[byte as usize]
}

/// `ucschar` of RFC 3987, section 2.2, and where it is allowed `iprivate`.
fn is_international(character: char, private: Private) -> bool {
    match character as u32 {
        0xa0..=0xd7ff | 0xf900..=0xfdcf | 0xfdf0..=0xffef => true,
        0xe000..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd => private == Private::Yes,
        code @ 0x1_0000..=0xd_fffd => code & 0xffff <= 0xfffd,
        0xe_1000..=0xe_fffd => true,
        _ => false,
    }
}

//! Finds the blocks of JSON-LD in a web page (JSON-LD 1.1, section 7).

use std::borrow::Cow;

use memchr::memmem;

/// The text of each `script` of JSON-LD with the place where it begins.
pub fn scripts(page: &str) -> Vec<(usize, &str)> {
    let bytes = page.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]).map(|offset| at + offset) {
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            let Some(length) = memmem::find(rest, b"-->") else { break };
            at = start + length;
            continue;
        }
        let is_script = rest.get(1..7).is_some_and(|name| name.eq_ignore_ascii_case(b"script"))
            && rest.get(7).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'));
        at = start + 1;
        if !is_script {
            continue;
        }
        let Some(tag_length) = tag_length(rest) else { break };
        let content = start + tag_length;
        let length = end_of_script(&bytes[content..]).unwrap_or(bytes.len() - content);
        // Tags begin and end with ASCII, so these are boundaries of characters.
        if is_json_ld(&page[start..content]) {
            found.push((content, &page[content..content + length]));
        }
        at = content + length;
    }
    found
}

/// The bytes of a tag to its `>`, quotes in between respected.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

fn end_of_script(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, b"</")
        .find(|at| bytes.get(at + 2..at + 8).is_some_and(|name| name.eq_ignore_ascii_case(b"script")))
}

fn is_json_ld(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let mut types = tag.match_indices("type").filter_map(|(at, _)| {
        let value = tag[at + 4..].trim_start().strip_prefix('=')?.trim_start();
        Some(value.trim_start_matches(['"', '\'']).trim_start())
    });
    types.any(|value| value.starts_with("application/ld+json"))
}

/// The JSON of a block, without the comments and sections that hide it from old browsers.
pub fn json_of(script: &str) -> &str {
    let mut json = script.trim();
    loop {
        let before = json;
        for opening in
            ["<!--", "<![CDATA[", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */"]
        {
            json = json.strip_prefix(opening).unwrap_or(json).trim_start();
        }
        for closing in ["-->", "]]>", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "//-->", "// -->", ";"] {
            json = json.strip_suffix(closing).unwrap_or(json).trim_end();
        }
        json = json.strip_suffix("//").unwrap_or(json).trim_end();
        if json == before {
            return json;
        }
    }
}

/// The text with entities of HTML resolved, which some pages write where none are meant.
pub fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // No entity that is known here is longer.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "quot" => '"',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

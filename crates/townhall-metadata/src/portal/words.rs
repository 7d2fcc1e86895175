//! The small habits that answers of portals share: numbers as texts, times in milliseconds, texts in HTML.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// The text that a value comes to; nothing for what says nothing.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The first of these fields that says something.
pub fn first(map: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| map.get(*key).and_then(text))
}

/// The values of a list, or the one value.
pub fn list<'m>(map: &'m Map<String, Value>, key: &str) -> &'m [Value] {
    match map.get(key) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(values)) => values,
        Some(single) => std::slice::from_ref(single),
    }
}

/// The texts of a list, each once; one text may hold several between commas.
pub fn texts(values: &[Value]) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let single = values.len() == 1;
    for value in values {
        let named =
            value.as_object().and_then(|map| first(map, &["display_name", "title", "name", "subject"]));
        let Some(all) = named.or_else(|| text(value)) else { continue };
        let parts: Vec<&str> =
            if single && value.is_string() { all.split([',', ';']).collect() } else { vec![&all] };
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            if seen.insert(part.to_owned()) {
                found.push(Value::from(part));
            }
        }
    }
    found
}

/// A moment: ISO 8601 as it is, numbers as seconds or milliseconds since 1970.
pub fn moment(value: &Value) -> Option<String> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().ok()?
        }
        Value::String(text) => return Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        _ => return None,
    };
    // Seconds have ten digits until the year 2286, milliseconds twelve since 1973.
    let seconds = if number.abs() >= 1e11 { number / 1000.0 } else { number };
    Timestamp::from_second(seconds as i64).ok().map(|moment| moment.to_string())
}

/// Plain text of a little HTML: paragraphs and lists become lines.
pub fn plain(html: &str) -> String {
    if !html.contains('<') || !html.contains('>') {
        return unescaped(html.trim());
    }
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        plain.push_str(&rest[..start]);
        let tag = &rest[start..];
        let Some(end) = tag
            .find('>')
            .filter(|_| tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c)))
        else {
            plain.push('<');
            rest = &tag[1..];
            continue;
        };
        let name: String =
            tag[1..end].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                plain.push('\n')
            }
            _ => {}
        }
        rest = &tag[end + 1..];
    }
    plain.push_str(rest);
    let plain = unescaped(&plain);
    let mut lines = Vec::new();
    for line in plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")) {
        if !line.is_empty() || lines.last().is_some_and(|last: &String| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

fn unescaped(text: &str) -> String {
    let entities = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(text.to_owned(), |text, (entity, plain)| {
        if text.contains(entity) { text.replace(entity, plain) } else { text }
    })
}

/// A mail address as DCAT-US writes it.
pub fn mail(address: &str) -> String {
    let bare = address.trim().trim_start_matches("mailto:");
    format!("mailto:{bare}")
}

//! Reads a specification from JSON. What is not drawn here is listed, not refused.

use serde_json::{Map, Value};

use super::{Aggregate, Channel, FieldType, Kind, Sort, Spec, SpecProblem, Stack, TimeUnit};
use crate::limits::{BINS, BINS_MAX, SPEC_BYTES_MAX, TEXT_CHARS_MAX};
use crate::values::Format;

/// Members at the top that change nothing of what is drawn here.
const IGNORED: [&str; 11] = [
    "$schema",
    "title",
    "description",
    "data",
    "mark",
    "encoding",
    "usermeta",
    "width",
    "height",
    "name",
    "autosize",
];

/// Members at the top that say how it looks.
const LOOKS: [&str; 4] = ["config", "background", "padding", "projection"];

/// Channels that only add to what is drawn.
const SILENT_CHANNELS: [&str; 6] = ["tooltip", "href", "url", "description", "key", "order"];

impl Spec {
    /// Reads a specification in JSON.
    pub fn from_json(text: &str) -> Result<Self, SpecProblem> {
        if text.len() > SPEC_BYTES_MAX {
            return Err(SpecProblem::new(format!(
                "the specification has {} bytes, more than the {SPEC_BYTES_MAX} allowed",
                text.len()
            )));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| {
            SpecProblem::new(format!("the specification is not JSON: {error}"))
                .with_hint("write it like {\"mark\": \"bar\", \"encoding\": {\"y\": {\"field\": \"state\"}}}")
        })?;
        Self::from_value(&value)
    }

    /// Reads a specification.
    pub fn from_value(value: &Value) -> Result<Self, SpecProblem> {
        let object =
            value.as_object().ok_or_else(|| SpecProblem::new("the specification is not a JSON object"))?;
        for composed in ["layer", "hconcat", "vconcat", "concat", "facet", "repeat", "spec"] {
            if object.contains_key(composed) {
                return Err(SpecProblem::new(format!(
                    "the specification is composed with `{composed}`; one view can be drawn"
                ))
                .with_hint("give it one `mark` and one `encoding`"));
            }
        }
        let mark = match object.get("mark") {
            Some(Value::String(mark)) => mark.as_str(),
            Some(Value::Object(mark)) => mark.get("type").and_then(Value::as_str).unwrap_or_default(),
            _ => "",
        };
        let named = object.get("usermeta").and_then(|meta| meta["townhall"]["kind"].as_str());
        let mut spec = Self::new(Kind::Bar);
        spec.title = text(object.get("title"));
        spec.description = text(object.get("description"));
        let encoding = match object.get("encoding") {
            Some(Value::Object(encoding)) => encoding,
            _ => return Err(SpecProblem::new("the specification has no `encoding`")
                .with_hint("say which column decides what, like {\"x\": {\"field\": \"year\"}, \"y\": {\"aggregate\": \"count\"}}")),
        };
        for (name, value) in encoding {
            spec.take_channel(name, value);
        }
        let kind = Kind::of_mark(mark, &spec).ok_or_else(|| {
            SpecProblem::new(match mark {
                "" => "the specification has no `mark`".to_owned(),
                mark => format!("the mark `{}` can't be drawn", short(mark)),
            })
            .with_hint("use bar, line, area, arc, rect, point, circle or text")
        })?;
        spec.kind = named.and_then(Kind::by_name).filter(|named| named.mark() == kind.mark()).unwrap_or(kind);
        spec.filters = object.get("data").map(filters).unwrap_or_default();
        for name in object.keys() {
            if LOOKS.contains(&name.as_str()) {
                continue;
            }
            if !IGNORED.contains(&name.as_str()) {
                spec.beyond.push(format!("`{}`", short(name)));
            }
        }
        Ok(spec)
    }

    fn take_channel(&mut self, name: &str, value: &Value) {
        let Some(object) = value.as_object() else {
            self.beyond.push(format!("the channel `{}`", short(name)));
            return;
        };
        if SILENT_CHANNELS.contains(&name) {
            return;
        }
        // Detail splits lines as colour does, without telling them apart.
        let place = match name {
            "fill" | "stroke" | "detail" | "shape" => "color",
            name => name,
        };
        if !object.contains_key("field") && !object.contains_key("aggregate") {
            // A constant colour or size says nothing of the data.
            if !matches!(place, "color" | "size") {
                self.beyond.push(format!("the channel `{}` without a field", short(name)));
            }
            return;
        }
        if place == "x" || place == "y" {
            match object.get("stack") {
                Some(Value::String(stack)) if stack == "normalize" => self.stack = Stack::Normalize,
                Some(Value::String(stack)) if stack == "center" => {
                    self.beyond.push("centred stacks".to_owned());
                }
                _ => {}
            }
            if object.get("scale").is_some_and(|scale| scale.get("type").is_some_and(|t| t != "linear")) {
                self.beyond.push(format!("the scale of `{}`", short(name)));
            }
        }
        let channel = channel(object);
        match self.channel_mut(place) {
            Some(place) if place.is_none() => *place = Some(channel),
            Some(place) if place.as_ref() == Some(&channel) => {}
            _ => self.beyond.push(format!("the channel `{}`", short(name))),
        }
    }
}

fn channel(object: &Map<String, Value>) -> Channel {
    let word = |name: &str| object.get(name).and_then(Value::as_str);
    let format = word("format")
        .or_else(|| ["axis", "legend"].iter().find_map(|guide| object.get(*guide)?.get("format")?.as_str()));
    Channel {
        field: word("field").map(field_name),
        kind: word("type").and_then(FieldType::by_name),
        aggregate: word("aggregate").and_then(Aggregate::by_name),
        bin: match object.get("bin") {
            Some(Value::Bool(true)) => Some(BINS),
            Some(Value::Object(bin)) => Some(bin.get("maxbins").and_then(Value::as_u64).map_or(BINS, bins)),
            _ => None,
        },
        time_unit: word("timeUnit").and_then(TimeUnit::by_name),
        title: text(object.get("title"))
            .or_else(|| object.get("axis").and_then(|axis| text(axis.get("title")))),
        sort: match object.get("sort") {
            Some(Value::String(sort)) => match sort.as_str() {
                "ascending" => Some(Sort::Ascending),
                "descending" => Some(Sort::Descending),
                "x" | "y" | "theta" | "color" => Some(Sort::Measure),
                "-x" | "-y" | "-theta" | "-color" => Some(Sort::MeasureDescending),
                _ => None,
            },
            Some(Value::Object(sort)) => Some(match sort.get("order").and_then(Value::as_str) {
                Some("descending") => Sort::MeasureDescending,
                _ => Sort::Measure,
            }),
            _ => None,
        },
        format: format.and_then(Format::read),
    }
}

pub(super) fn bins(wanted: u64) -> u16 {
    u16::try_from(wanted).unwrap_or(BINS_MAX).clamp(1, BINS_MAX)
}

/// Which rows: the question in the address of the data.
fn filters(data: &Value) -> Vec<(String, String)> {
    let Some((_, query)) = data["url"].as_str().and_then(|url| url.split_once('?')) else {
        return Vec::new();
    };
    query
        .split('&')
        .filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            Some((plain(key), plain(value)))
        })
        .filter(|(key, _)| !matches!(key.as_str(), "_select" | "_limit"))
        .collect()
}

/// A part of a query string without its escapes.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let pair = [ahead.next().unwrap_or(0), ahead.next().unwrap_or(0)];
                match std::str::from_utf8(&pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                    Some(byte) => {
                        bytes.push(byte);
                        rest = ahead;
                    }
                    None => bytes.push(b'%'),
                }
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A column's name: Vega-Lite puts a backslash before dots and brackets that belong to it.
fn field_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '\\' && !escaped {
            escaped = true;
            continue;
        }
        escaped = false;
        name.push(c);
    }
    name
}

/// A text, or the lines of one.
fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Value::Object(title) => return text(title.get("text")),
        _ => return None,
    };
    let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
    (!text.trim().is_empty()).then_some(text)
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

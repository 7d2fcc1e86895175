//! Media types.

use serde_json::Value;
use townhall_model::record::{format_label, is_service_label, media_type_of};

use super::object::{Object, Verdict};

/// Writes media types as IANA has them, and finds those that 1.1 requires.
pub fn types(object: &mut Object<'_>) {
    for key in ["mediaType", "describedByType"] {
        if object.class.field(key).is_some() {
            object.judge(key, |value| value.as_str().map_or(Verdict::Fine, written));
        }
    }
    if object.class.name == "Distribution" && object.is_classic() {
        missing(object);
    }
}

fn written(text: &str) -> Verdict {
    if is_media_type(text) && text == text.to_ascii_lowercase() && correction(text).is_none() {
        return Verdict::Fine;
    }
    // Parameters such as the charset are not taken by the schema; the registry is also written as an address.
    let bare = text.split(';').next().unwrap_or(text).trim().replace('\\', "/").to_ascii_lowercase();
    let bare = bare.rsplit_once("/media-types/").map_or(bare.as_str(), |(_, name)| name);
    let bare = bare.split_whitespace().collect::<String>();
    let bare = correction(&bare).unwrap_or(&bare);
    if is_media_type(bare) {
        return Verdict::text(text, bare, "the field is a media type of IANA, without parameters");
    }
    match format_label(Some(text), None, None).as_deref().and_then(media_type_of) {
        Some(media_type) => Verdict::text(text, media_type, "the field is a media type of IANA"),
        None => Verdict::doubt("this is no media type; write one of IANA's list, such as `text/csv`"),
    }
}

/// Names that are not registered and surely mean another.
fn correction(text: &str) -> Option<&'static str> {
    Some(match text {
        "application/octet-steam" => "application/octet-stream",
        "application/csv" | "text/comma-separated-values" | "test/csv" | "text/cvs" => "text/csv",
        "text/json" | "applicaton/json" | "application/jason" => "application/json",
        "application/excel" | "application/x-excel" => "application/vnd.ms-excel",
        "application/x-zip-compressed" | "application/x-zip" => "application/zip",
        "image/jpg" => "image/jpeg",
        "application/vnd.geo+json" => "application/geo+json",
        _ => return None,
    })
}

/// The pattern of the schema: `type/subtype`, no parameters.
fn is_media_type(text: &str) -> bool {
    let is_word = |part: &str| {
        let is_letter = |character: char| character.is_ascii_alphanumeric() || "_-.+".contains(character);
        !part.is_empty()
            && part.chars().all(is_letter)
            && part.starts_with(|first: char| first.is_ascii_alphanumeric())
    };
    text.split_once('/')
        .is_some_and(|(kind, name)| is_word(kind) && is_word(name) && !kind.contains(['.', '+']))
}

/// A file needs a media type: the extension says it, or else the format, unless they contradict each other.
fn missing(object: &mut Object<'_>) {
    let Some(url) = object.text("downloadURL").map(str::to_owned) else { return };
    if object.has("mediaType") || url.trim().is_empty() {
        return;
    }
    let by_url = format_label(None, None, Some(&url));
    let by_format = object.text("format").and_then(|format| format_label(Some(format), None, None));
    let by_format = by_format.filter(|label| !is_service_label(label));
    let label = match (&by_url, &by_format) {
        (Some(url), Some(format)) if url == format || is_wrapping(url) => Some(url),
        (Some(_), Some(_)) => None,
        (Some(label), None) | (None, Some(label)) => Some(label),
        (None, None) => None,
    };
    match label.and_then(|label| media_type_of(label)) {
        Some(media_type) => {
            object.set(
                "mediaType",
                Value::String(media_type.to_owned()),
                "it is required with `downloadURL`",
            );
        }
        None if by_url.is_some() && by_format.is_some() => object.doubt(
            "downloadURL",
            "`mediaType` is required, and the format contradicts the extension; write the media type",
            None,
        ),
        None => object.doubt("downloadURL", "`mediaType` is required with `downloadURL`; write it", None),
    }
}

/// Whether files of any format come in it.
fn is_wrapping(label: &str) -> bool {
    matches!(label, "ZIP" | "GZIP" | "TAR" | "7Z")
}

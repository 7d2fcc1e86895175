//! What a distribution offers, and whether it is what it says.

use std::borrow::Cow;

use crate::validate::engine::{Check, Members};
use crate::validate::list;
use crate::validate::rule;
use crate::validate::seen::Seen;
use crate::validate::tree::Value;
use crate::validate::words::{Words, quote};

/// The rules for one distribution, of any version.
pub fn distribution(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let download = members.get("downloadURL");
    let access = members.get("accessURL");
    if download.is_none() && access.is_none() && members.get("accessService").is_none() {
        check.note(&rule::DISTRIBUTION_WITHOUT_URL, "", members.object, || {
            Words::absent("the distribution has neither `downloadURL` nor `accessURL`")
        });
    }
    for (key, url) in [("downloadURL", download), ("accessURL", access)] {
        if let Some(url) = url {
            insecure(check, key, url);
        }
    }
    let media_type = members.get("mediaType");
    if let Some(value) = media_type {
        known(check, value);
    }
    if let Some(url) = download {
        self::download(check, url, media_type);
    }
}

/// The rules for the distributions of a dataset together.
pub fn all(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let Some(list) = members.get("distribution") else { return };
    let mut seen = Seen::default();
    for (index, item) in list.items().enumerate() {
        let Some(url) = item.get("downloadURL").and_then(Value::text) else { continue };
        if !seen.is_new(url) {
            check.note_item(&rule::DISTRIBUTION_REPEATED, "distribution", index, item, || {
                Words::absent(format!("{} stands twice among the distributions", quote(url)))
            });
        }
    }
}

/// Whether IANA knows a media type. Redacted ones and what the schema refuses are left alone.
pub fn known(check: &mut Check<'_, '_, '_>, value: Value<'_>) {
    let Some(name) = value.text().filter(|name| name.contains('/') && !name.starts_with("[[")) else {
        return;
    };
    if !list::is_media_type(name) {
        check.note(&rule::MEDIA_TYPE_UNKNOWN, "mediaType", value, || {
            Words::new(format!("{} is not registered with IANA", quote(name)))
        });
    }
}

/// Whether an address is http alone.
pub fn insecure(check: &mut Check<'_, '_, '_>, key: &'static str, url: Value<'_>) {
    if url.text().is_some_and(|text| text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://")))
    {
        check.note(&rule::INSECURE_URL, key, url, || {
            Words::new(format!("`{key}` is not https: {}", quote(url.shown())))
        });
    }
}

fn download(check: &mut Check<'_, '_, '_>, value: Value<'_>, media_type: Option<Value<'_>>) {
    let Some(url) = value.text() else { return };
    let extension = extension(url);
    let essence = media_type.and_then(Value::text).map(list::essence);
    let is_either = |extensions: &[&str], types: &[&str]| {
        extension.as_deref().is_some_and(|extension| extensions.contains(&extension))
            || essence.as_deref().is_some_and(|essence| types.contains(&essence))
    };
    if is_either(&["html", "htm"], &["text/html", "application/xhtml+xml"]) {
        check.note(&rule::HTML_DOWNLOAD, "downloadURL", value, || {
            Words::new(format!("the download is a web page: {}", quote(url)))
        });
    } else if is_either(&["pdf"], &["application/pdf"]) {
        check.note(&rule::PDF_DOWNLOAD, "downloadURL", value, || {
            Words::new(format!("the download is a PDF: {}", quote(url)))
        });
    }
    if let (Some(extension), Some(essence), Some(media_type)) = (extension, essence, media_type)
        && let Some(types) = list::media_types_of(&extension)
        && essence.contains('/')
        && !types.split(' ').any(|fitting| fitting == essence)
        && essence != "application/octet-stream"
    {
        check.note(&rule::TYPE_CONTRADICTS, "mediaType", media_type, || {
            let best = types.split(' ').next().unwrap_or_default();
            Words::with(
                format!("`mediaType` is `{essence}`, but the file ends in `.{extension}`"),
                format!("write `{best}`, or correct the address"),
            )
        });
    }
}

/// The extension of the file that an address names, in lower case.
fn extension(url: &str) -> Option<Cow<'_, str>> {
    let (_, rest) = url.split_once("://")?;
    let path = rest.split(['?', '#']).next()?.split_once('/')?.1;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    (extension.len() <= 8).then(|| list::lower(extension))
}

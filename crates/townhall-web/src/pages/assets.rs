//! Styles, scripts and icons: built from `web/`, embedded, named by their content, compressed beforehand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// A file as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticFile {
    /// Its bytes, compressed as `encoding` says.
    pub bytes: Cow<'static, [u8]>,
    /// For `Content-Type`.
    pub media_type: &'static str,
    /// For `Content-Encoding`: `br`, `gzip` or nothing.
    pub encoding: Option<&'static str>,
    /// Its name is made from its content: it may be kept for ever.
    pub is_immutable: bool,
    /// For `ETag`, without quotes.
    pub etag: String,
}

/// What `web/dist` holds, by plain name.
#[derive(Debug)]
pub(crate) struct Assets {
    /// Plain name to hashed name.
    names: BTreeMap<String, String>,
    /// The icons of the sprite.
    icons: Vec<String>,
}

impl Assets {
    /// Reads the list that the build of `web/` left behind.
    pub(crate) fn embedded() -> Self {
        let manifest: serde_json::Value = Dist::get("manifest.json")
            .and_then(|file| serde_json::from_slice(&file.data).ok())
            .unwrap_or_default();
        let names = manifest["files"].as_object().into_iter().flatten();
        let icons = manifest["icons"].as_array().into_iter().flatten();
        Self {
            names: names
                .filter_map(|(name, hashed)| Some((name.clone(), hashed.as_str()?.to_owned())))
                .collect(),
            icons: icons.filter_map(|icon| Some(icon.as_str()?.to_owned())).collect(),
        }
    }

    /// The address of a file by its plain name, such as `main.css`.
    pub(crate) fn url(&self, name: &str) -> Option<String> {
        self.names.get(name).map(|hashed| format!("/assets/{hashed}"))
    }

    /// Whether the sprite has an icon.
    pub(crate) fn has_icon(&self, name: &str) -> bool {
        self.icons.iter().any(|icon| icon == name)
    }

    /// The fonts of pictures, which browsers never ask for.
    pub(crate) fn fonts(&self) -> Vec<Vec<u8>> {
        Dist::iter()
            .filter(|name| name.ends_with(".ttf"))
            .filter_map(|name| Some(Dist::get(&name)?.data.into_owned()))
            .collect()
    }

    /// A file by its hashed name, in the best form that `accept_encoding` allows.
    pub(crate) fn file(&self, hashed: &str, accept_encoding: &str) -> Option<StaticFile> {
        self.names.values().find(|name| *name == hashed)?;
        let forms = [("br", ".br"), ("gzip", ".gz")];
        let compressed = forms
            .into_iter()
            .filter(|(encoding, _)| accepts(accept_encoding, encoding))
            .find_map(|(encoding, suffix)| Some((Some(encoding), Dist::get(&format!("{hashed}{suffix}"))?)));
        let (encoding, file) = match compressed {
            Some(found) => found,
            None => (None, Dist::get(hashed)?),
        };
        Some(StaticFile {
            bytes: file.data,
            media_type: media_type(hashed),
            encoding,
            is_immutable: true,
            etag: format!("{hashed}{}", encoding.map(|e| format!("-{e}")).unwrap_or_default()),
        })
    }
}

/// Whether an `Accept-Encoding` header allows an encoding.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        is_named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// The media type of a file by its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_the_pages_need_is_there_in_three_forms() {
        let assets = Assets::embedded();
        for name in ["main.css", "main.js", "icons.svg", "favicon.svg"] {
            let url = assets.url(name).unwrap_or_else(|| panic!("`{name}` is missing"));
            let hashed = url.strip_prefix("/assets/").unwrap();
            let plain = assets.file(hashed, "").unwrap();
            let br = assets.file(hashed, "gzip, deflate, br").unwrap();
            let gzip = assets.file(hashed, "gzip;q=0.5, br;q=0").unwrap();
            assert_eq!(
                (plain.encoding, br.encoding, gzip.encoding),
                (None, Some("br"), Some("gzip")),
                "{name}"
            );
            assert!(br.bytes.len() < plain.bytes.len(), "{name}");
        }
    }

    #[test]
    fn only_listed_files_go_out() {
        let assets = Assets::embedded();
        for name in ["manifest.json", "../package.json", "", "main.css", "/etc/passwd"] {
            assert_eq!(assets.file(name, "br"), None, "{name}");
        }
    }
}

//! The theme folder: the installation's own templates and files, in the place of ours or beside them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tracing::warn;

use super::assets::{StaticFile, media_type};
use super::colour::{Colour, brand_css};
use super::limits::{THEME_FILE_BYTES_MAX, THEME_FILES_MAX};

/// How the pages are to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PagesSettings {
    /// The folder with `templates/*.html` and `static/*`; it need not exist.
    pub theme_dir: Option<PathBuf>,
    /// The colour of links, buttons and the like, as `#rrggbb`.
    pub primary_color: Option<String>,
    /// Templates are read anew for every page: for people who write them.
    pub reload: bool,
}

/// What was found in the theme folder.
#[derive(Debug, Default)]
pub(crate) struct Theme {
    /// Templates by name, such as `base.html`.
    pub(crate) templates: BTreeMap<String, String>,
    /// Files by their path beneath `static/`.
    files: BTreeMap<String, Vec<u8>>,
    /// The colours of the settings and then `static/theme.css`.
    css: String,
    etag: String,
}

impl Theme {
    /// Reads the folder. What can't be read is left out with a warning.
    pub(crate) fn read(settings: &PagesSettings) -> Self {
        let mut theme = Self::default();
        if let Some(folder) = &settings.theme_dir {
            for (name, bytes) in files_in(&folder.join("templates")) {
                match String::from_utf8(bytes) {
                    Ok(text) if name.ends_with(".html") => drop(theme.templates.insert(name, text)),
                    _ => warn!(
                        "the theme's template `{name}` is not UTF-8 text ending in `.html` and is left out"
                    ),
                }
            }
            theme.files = files_in(&folder.join("static"));
        }
        if let Some(colour) = &settings.primary_color {
            match Colour::read(colour) {
                Some(colour) => theme.css = brand_css(colour),
                None => warn!("`{colour}` is not a colour like `#0b6b6b`, so the usual one is used"),
            }
        }
        if let Some(own) = theme.files.get("theme.css") {
            theme.css.push_str(&String::from_utf8_lossy(own));
        }
        theme.etag = format!("{:016x}", fingerprint(theme.css.as_bytes()));
        theme
    }

    /// The address of the style sheet, when there is anything in it.
    pub(crate) fn css_url(&self) -> Option<String> {
        (!self.css.is_empty()).then(|| format!("/theme.css?v={}", self.etag))
    }

    /// The style sheet.
    pub(crate) fn css(&self) -> StaticFile {
        StaticFile {
            bytes: self.css.clone().into_bytes().into(),
            media_type: "text/css; charset=utf-8",
            encoding: None,
            is_immutable: false,
            etag: self.etag.clone(),
        }
    }

    /// A file by its path beneath `static/`.
    pub(crate) fn file(&self, path: &str) -> Option<StaticFile> {
        let bytes = self.files.get(path)?;
        Some(StaticFile {
            bytes: bytes.clone().into(),
            media_type: media_type(path),
            encoding: None,
            is_immutable: false,
            etag: format!("{:016x}", fingerprint(bytes)),
        })
    }
}

/// All files beneath a folder by their path with `/`, links not followed.
fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let Ok(entries) = fs::read_dir(&current) else { continue };
        for entry in entries.flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let Some(name) =
                path.strip_prefix(folder).ok().and_then(Path::to_str).map(|n| n.replace('\\', "/"))
            else {
                continue;
            };
            let is_small =
                entry.metadata().is_ok_and(|meta| meta.is_file() && meta.len() <= THEME_FILE_BYTES_MAX);
            match fs::read(&path) {
                Ok(bytes) if is_small && found.len() < THEME_FILES_MAX => drop(found.insert(name, bytes)),
                _ => warn!(
                    "the theme's file `{name}` is too large, one too many or unreadable, and is left out"
                ),
            }
        }
    }
    found
}

/// A short name for some bytes (FNV-1a): enough to tell an old style sheet from a new one.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

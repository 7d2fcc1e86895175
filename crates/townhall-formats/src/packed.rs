//! Files that are packed: gzip, Zstandard, bzip2, and archives of which one file is the table.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value, json};
use tempfile::TempPath;
use zip::ZipArchive;

use crate::format::{by_file_name, readable_by_name};
use crate::limits::{UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX, UNPACKED_SMALL_BYTES};
use crate::unfold::temporary;
use crate::{FormatError, Progress, ReadOptions, Stage};

/// A way to pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Zip,
}

/// A file that came out.
pub(crate) struct Unpacked {
    pub(crate) path: TempPath,
    /// What it was called inside, or without the ending of its packing.
    pub(crate) name: String,
    /// How it was packed, for the manifest.
    pub(crate) read_as: Map<String, Value>,
}

impl Packing {
    /// How a file that begins so is packed. Workbooks are archives too, and are not meant.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Zip => "zip",
        }
    }

    /// Unpacks a file beside the table at `out`.
    pub(crate) fn unpack(
        self,
        source: &Path,
        name: &str,
        options: &ReadOptions,
        out: &Path,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Unpacked, FormatError> {
        let file = File::open(source).map_err(FormatError::io("open", name))?;
        let total_bytes = file.metadata().map_err(FormatError::io("read", name))?.len();
        let mut read_as = Map::from_iter([("packed".to_owned(), json!(self.name()))]);
        let mut copy = Copy { packing: self, name, total_bytes, out, progress };
        let bare = || without_packing(name).to_owned();
        let (path, name) = match self {
            Self::Gzip => (copy.run(MultiGzDecoder::new(BufReader::new(file)))?, bare()),
            Self::Bzip2 => (copy.run(MultiBzDecoder::new(BufReader::new(file)))?, bare()),
            Self::Zstd => {
                let decoder = zstd::Decoder::new(file).map_err(|error| copy.damaged(&error))?;
                (copy.run(decoder)?, bare())
            }
            Self::Zip => {
                let mut archive =
                    ZipArchive::new(BufReader::new(file)).map_err(|error| copy.damaged(&error))?;
                let (chosen, others) = choose(&archive, name, options.part.as_deref())?;
                let part = archive.by_name(&chosen).map_err(|error| copy.damaged(&error))?;
                let path = copy.run(part)?;
                read_as.insert("part".to_owned(), json!(chosen));
                if !others.is_empty() {
                    read_as.insert("other_parts".to_owned(), json!(others));
                }
                (path, chosen)
            }
        };
        Ok(Unpacked { path, name, read_as })
    }
}

/// What copying needs to know.
struct Copy<'a, 'p> {
    packing: Packing,
    name: &'a str,
    total_bytes: u64,
    out: &'a Path,
    progress: &'p mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl Copy<'_, '_> {
    fn run(&mut self, mut from: impl Read) -> Result<TempPath, FormatError> {
        let limit = self
            .total_bytes
            .saturating_mul(UNPACKED_RATIO_MAX)
            .clamp(UNPACKED_SMALL_BYTES, UNPACKED_BYTES_MAX);
        let mut file = temporary(self.out, self.name)?;
        let mut buffer = vec![0; 1 << 18];
        let mut written = 0;
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.damaged(&error)),
            };
            written += read as u64;
            if written > limit {
                return Err(FormatError::TooLarge {
                    name: self.name.to_owned(),
                    what: "content",
                    unit: "bytes when unpacked",
                    line: 1,
                    limit,
                    hint: "send it unpacked, or in several files",
                });
            }
            file.write_all(&buffer[..read]).map_err(FormatError::io("unpack", self.name))?;
            let step =
                Progress { stage: Stage::Unpacking, done_bytes: 0, total_bytes: self.total_bytes, rows: 0 };
            if (self.progress)(step).is_break() {
                return Err(FormatError::Cancelled { name: self.name.to_owned() });
            }
        }
        Ok(file.into_temp_path())
    }

    fn damaged(&self, error: &dyn std::fmt::Display) -> FormatError {
        FormatError::Damaged {
            name: self.name.to_owned(),
            format: self.packing.name(),
            reason: error.to_string(),
        }
    }
}

/// The file of an archive that is the table: the one that was asked for, or the largest whose name says that it is one.
/// The others that could be follow.
fn choose(
    archive: &ZipArchive<BufReader<File>>,
    name: &str,
    wanted: Option<&str>,
) -> Result<(String, Vec<String>), FormatError> {
    let is_own = |part: &str| {
        let file = part.rsplit('/').next().unwrap_or(part);
        !part.starts_with("__MACOSX/") && !file.starts_with('.') && !file.is_empty()
    };
    let names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
    let parts: Vec<String> = names.filter(|part| is_own(part)).collect();
    if let Some(wanted) = wanted {
        let by_number = wanted.parse::<usize>().ok().and_then(|number| parts.get(number.checked_sub(1)?));
        let found = parts.iter().find(|part| part.as_str() == wanted).or(by_number).cloned();
        return match found {
            Some(found) => Ok((found, Vec::new())),
            None => Err(FormatError::BadOption {
                option: "part",
                reason: format!("`{name}` has no file `{wanted}`; it has {}", listed(&parts)),
            }),
        };
    }
    let is_table = |part: &&String| by_file_name(part).is_some();
    let size = |part: &str| {
        let entry = archive.index_for_name(part).and_then(|index| archive.by_index_data(index).ok());
        entry.map_or(0, |entry| entry.size())
    };
    let mut tables: Vec<String> = parts.iter().filter(is_table).cloned().collect();
    if tables.is_empty() {
        let may_be_table = |part: &&String| readable_by_name(part).is_some();
        tables = parts.iter().filter(may_be_table).cloned().collect();
    }
    tables.sort_by_key(|part| Reverse(size(part)));
    if tables.is_empty() && parts.len() == 1 {
        tables = parts;
    }
    match tables.is_empty() {
        true => {
            Err(FormatError::NotATable { name: name.to_owned(), looks_like: "an archive without a table" })
        }
        false => {
            let chosen = tables.remove(0);
            Ok((chosen, tables))
        }
    }
}

fn listed(parts: &[String]) -> String {
    let shown: Vec<String> = parts.iter().take(10).map(|part| format!("`{part}`")).collect();
    match parts.len() {
        0 => "none".to_owned(),
        1..=10 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), more - 10),
    }
}

/// The name without the ending of a packing.
pub(crate) fn without_packing(name: &str) -> &str {
    let endings = [".gz", ".gzip", ".zst", ".bz2"];
    let found = endings.iter().find_map(|ending| {
        let cut = name.len().checked_sub(ending.len())?;
        name.get(cut..).filter(|end| end.eq_ignore_ascii_case(ending)).map(|_| &name[..cut])
    });
    found.unwrap_or(name)
}

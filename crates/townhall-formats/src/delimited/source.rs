//! Finds out how a file's bytes spell text, and makes it UTF-8 where it is something else.

use std::{
    fs::File,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use tempfile::TempPath;

use crate::{
    FormatError, ReadOptions,
    limits::{HEAD_BYTES_MAX, SNIFF_BYTES},
};

/// A file as UTF-8: itself, or a copy beside the output that goes when this is dropped.
pub(super) struct Source {
    path: PathBuf,
    copy: Option<TempPath>,
    /// What it was written in.
    pub(super) encoding: &'static Encoding,
    /// Characters that its encoding does not know and that became `U+FFFD`.
    pub(super) has_replacements: bool,
    /// Bytes of the UTF-8.
    pub(super) size: u64,
    /// Bytes of the original.
    pub(super) original_size: u64,
    /// Where the text begins, after a byte-order mark.
    pub(super) start: u64,
}

impl Source {
    pub(super) fn open(
        path: &Path,
        name: &str,
        options: &ReadOptions,
        beside: &Path,
    ) -> Result<Self, FormatError> {
        let mut file = File::open(path).map_err(FormatError::io("open", name))?;
        let original_size = file.metadata().map_err(FormatError::io("read", name))?.len();
        let head = read_up_to(&mut file, SNIFF_BYTES, name)?;
        if let Some(looks_like) = what_else(&head) {
            return Err(FormatError::NotATable { name: name.to_owned(), looks_like });
        }
        let (encoding, mark) = match &options.encoding {
            Some(label) => (named(label)?, Encoding::for_bom(&head).map_or(0, |(_, length)| length)),
            None => guess_encoding(&head),
        };
        let is_whole = head.len() as u64 == original_size;
        if encoding == UTF_8 || (is_whole && head.is_ascii() && encoding.is_ascii_compatible()) {
            let path = path.to_owned();
            let size = original_size;
            let start = mark as u64;
            return Ok(Self {
                path,
                copy: None,
                encoding,
                has_replacements: false,
                size,
                original_size,
                start,
            });
        }

        let (copy, size, has_replacements) = transcode(path, name, encoding, mark, beside)?;
        Ok(Self {
            path: copy.to_path_buf(),
            copy: Some(copy),
            encoding,
            has_replacements,
            size,
            original_size,
            start: 0,
        })
    }

    /// Opens the UTF-8.
    pub(super) fn reader(&self, name: &str) -> Result<File, FormatError> {
        debug_assert!(self.copy.as_ref().is_none_or(|copy| copy.exists()));
        File::open(&self.path).map_err(FormatError::io("open", name))
    }

    /// The first bytes of the UTF-8 after the byte-order mark.
    pub(super) fn head(&self, name: &str) -> Result<Vec<u8>, FormatError> {
        let mut file = self.reader(name)?;
        std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(self.start))
            .map_err(FormatError::io("read", name))?;
        read_up_to(&mut file, HEAD_BYTES_MAX, name)
    }
}

/// Decodes a cell: UTF-8, or else Windows-1252, in which every byte means something. The second value says which.
pub(super) fn decode(bytes: &[u8]) -> (std::borrow::Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

fn read_up_to(file: &mut File, max: usize, name: &str) -> Result<Vec<u8>, FormatError> {
    let mut head = Vec::new();
    file.take(max as u64).read_to_end(&mut head).map_err(FormatError::io("read", name))?;
    Ok(head)
}

/// Returns the encoding of this label.
pub(crate) fn named(label: &str) -> Result<&'static Encoding, FormatError> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| FormatError::BadOption {
        option: "encoding",
        reason: format!("`{label}` is not an encoding; use a label such as `utf-8` or `windows-1252`"),
    })
}

/// What the first bytes are when they are certainly no table.
fn what_else(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 14] = [
        (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"%PDF-", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"PAR1", "a Parquet file"),
        (b"\xD0\xCF\x11\xE0", "an old Office document"),
        (b"SQLite format 3\0", "a database"),
        (b"7z\xBC\xAF", "a 7-Zip archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
        (b"\xFD7zXZ", "an XZ archive"),
        (b"\x7FELF", "a program"),
    ];
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Some(what);
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins = |with: &[u8]| text.len() >= with.len() && text[..with.len()].eq_ignore_ascii_case(with);
    if begins(b"<!doctype html") || begins(b"<html") {
        return Some("a web page");
    }
    if begins(b"<?xml") {
        return Some("XML");
    }
    if begins(b"{\"") || begins(b"[{\"") || begins(b"{\n") {
        return Some("JSON");
    }
    None
}

/// The encoding of the text that begins so, and the bytes of its byte-order mark.
pub(crate) fn guess_encoding(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some((encoding, length)) = Encoding::for_bom(head) {
        return (encoding, length);
    }
    if let Some(encoding) = looks_like_utf16(head) {
        return (encoding, 0);
    }
    // The end of the head may cut a character in two.
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if is_utf8 || mostly_utf8(head) {
        return (UTF_8, 0);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    (detector.guess(None, Utf8Detection::Deny), 0)
}

/// Whether more lines with other than ASCII characters are UTF-8 than are not: such a file was pasted together, and its
/// odd cells are decoded one by one.
fn mostly_utf8(head: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for line in head.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
    }
    good > bad
}

/// Text of mostly Latin letters in UTF-16 has a NUL in every other byte.
fn looks_like_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    if pairs < 4 {
        return None;
    }
    let nuls = |offset: usize| head[offset..].iter().step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    if odd * 10 > pairs * 6 && even * 10 < pairs {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 6 && odd * 10 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn transcode(
    path: &Path,
    name: &str,
    encoding: &'static Encoding,
    mark: usize,
    beside: &Path,
) -> Result<(TempPath, u64, bool), FormatError> {
    let failed = |source| FormatError::Io { doing: "decode", name: name.to_owned(), source };
    let folder = beside.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (copy, copy_path) = tempfile::NamedTempFile::new_in(folder).map_err(failed)?.into_parts();
    let mut out = BufWriter::new(copy);
    let mut file = File::open(path).map_err(failed)?;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(mark as u64)).map_err(failed)?;

    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut bytes = vec![0; 256 * 1024];
    let mut text = vec![0; 512 * 1024];
    let (mut size, mut has_replacements) = (0, false);
    loop {
        let read = file.read(&mut bytes).map_err(failed)?;
        let mut rest = &bytes[..read];
        loop {
            let (result, consumed, written, replaced) = decoder.decode_to_utf8(rest, &mut text, read == 0);
            out.write_all(&text[..written]).map_err(failed)?;
            size += written as u64;
            has_replacements |= replaced;
            rest = &rest[consumed..];
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if read == 0 {
            break;
        }
    }
    out.flush().map_err(failed)?;
    Ok((copy_path, size, has_replacements))
}

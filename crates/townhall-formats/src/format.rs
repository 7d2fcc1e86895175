//! What a format is, and how one is found by name, extension, media type or content.

use std::{io::Write, ops::ControlFlow, path::Path};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::limits::{PACKINGS_MAX, SNIFF_BYTES};
use crate::packed::{Packing, without_packing};
use crate::{FORMATS, FixedWidth, FormatError, Ingested, Progress, ReadOptions, WriteOptions};

/// A kind of file. Implementations are unit structs in [`FORMATS`].
pub trait Format: Sync {
    /// Returns its names and abilities.
    fn info(&self) -> &'static FormatInfo;

    /// Returns how much the first bytes and the name look like it.
    fn sniff(&self, head: &[u8], name: &str) -> Likelihood;

    /// Whether files of this kind are wanted as tables only now and then, so that the name alone tells nothing: web pages,
    /// XML, maps.
    fn may_hold_anything(&self) -> bool {
        false
    }

    /// Whether a table of this schema can be written, so that menus leave out what can't be had: places on a map need
    /// columns that say where.
    fn suits(&self, schema: &SchemaRef) -> bool {
        let _ = schema;
        true
    }

    /// Turns a file of this kind into Parquet. Call [`ingest`] instead, which finds the format first.
    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        Err(FormatError::CannotRead { name: task.name.to_owned(), format: self.info().label })
    }

    /// Starts a file of this kind. The writer hands its bytes to `out` at least once a batch.
    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let _ = (schema, options, out);
        Err(FormatError::CannotWrite { format: self.info().name })
    }
}

/// What a format is called and what it can do.
#[derive(Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// The word in URLs, options and manifests.
    pub name: &'static str,
    /// The words for people.
    pub label: &'static str,
    /// File name extensions without the dot, the usual one first.
    pub extensions: &'static [&'static str],
    /// Media types, the one to send first.
    pub media_types: &'static [&'static str],
    /// Whether files of this kind become tables.
    pub can_read: bool,
    /// Whether tables become files of this kind.
    pub can_write: bool,
    /// Whether the first bytes are sent while later rows are still being computed.
    pub streams: bool,
}

impl FormatInfo {
    /// Returns the value of the `Content-Type` header, with the character set where it is text.
    pub fn content_type(&self) -> String {
        let media_type = self.media_types[0];
        if media_type.starts_with("text/") {
            format!("{media_type}; charset=utf-8")
        } else {
            media_type.to_owned()
        }
    }
}

/// How sure a format is that some bytes are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// They contradict it.
    No,
    /// Nothing speaks against it.
    Possible,
    /// The content or the name suggests it.
    Likely,
    /// A signature proves it.
    Certain,
}

/// Everything that reading one file needs.
pub struct Ingest<'a> {
    /// The file.
    pub source: &'a Path,
    /// Its name, for people and for its extension.
    pub name: &'a str,
    /// How to read it.
    pub options: &'a ReadOptions,
    /// The Parquet file to write.
    pub out: &'a Path,
    /// Told how far it is, from the calling thread; breaking stops the work with [`FormatError::Cancelled`].
    pub progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
}

/// A file being written.
pub trait BatchWriter: Send {
    /// Writes rows. The schema must be the one that the writer was made with.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError>;

    /// Ends the file: without it, the file is not complete.
    fn finish(self: Box<Self>) -> Result<(), FormatError>;
}

/// Turns a file into Parquet at `out`, and says what every column holds.
///
/// The format is the one in `options`, or guessed from the content and the name. The rejects, when there are any, are
/// written beside `out`. Fails when the file is no table, or meets a limit; never because of single cells. What stands at
/// `out` after a failure is of no use and should be deleted.
pub fn ingest(
    source: &Path,
    name: &str,
    options: &ReadOptions,
    out: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Ingested, FormatError> {
    ingest_packed(Ingest { source, name, options, out, progress }, 0)
}

fn ingest_packed(task: Ingest<'_>, depth: usize) -> Result<Ingested, FormatError> {
    let Ingest { source, name, options, out, progress } = task;
    let head = read_head(source, name)?;
    let format = match &options.format {
        Some(wanted) => by_name(wanted).ok_or_else(|| unknown(wanted))?,
        // Only the layout tells, unless it is packed.
        None if !options.layout.is_empty() && Packing::of(&head).is_none() => &FixedWidth,
        None => guess(&head, name).ok_or_else(|| unknown(name))?,
    };
    let packing = Packing::of(&head).filter(|_| format.sniff(&head, name) < Likelihood::Certain);
    let Some(packing) = packing.filter(|_| depth < PACKINGS_MAX) else {
        return format.ingest(Ingest { source, name, options, out, progress });
    };
    let unpacked = packing.unpack(source, name, options, out, progress)?;
    // The part of an archive was chosen; what is in it has parts of its own.
    let options = &ReadOptions { part: None, ..options.clone() };
    let inner = Ingest { source: &unpacked.path, name: &unpacked.name, options, out, progress };
    let mut ingested = ingest_packed(inner, depth + 1)?;
    for (key, value) in unpacked.read_as {
        ingested.read_as.entry(key).or_insert(value);
    }
    ingested.source_bytes = std::fs::metadata(source).map_err(FormatError::io("read", name))?.len();
    Ok(ingested)
}

/// Starts a file of the named format.
pub fn batch_writer(
    format: &str,
    schema: SchemaRef,
    options: &WriteOptions,
    out: Box<dyn Write + Send>,
) -> Result<Box<dyn BatchWriter>, FormatError> {
    by_name(format).ok_or_else(|| unknown(format))?.writer(schema, options, out)
}

/// Returns the format of this name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.info().name.eq_ignore_ascii_case(name))
}

/// Returns the format of this file name extension; the dot may be there or not.
pub fn by_extension(extension: &str) -> Option<&'static dyn Format> {
    let extension = extension.trim_start_matches('.');
    FORMATS
        .iter()
        .copied()
        .find(|format| format.info().extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// Returns the format that a file of this name is read as, packed or not. Names of web pages, XML and maps promise no table.
pub fn by_file_name(name: &str) -> Option<&'static dyn Format> {
    readable_by_name(name).filter(|format| !format.may_hold_anything())
}

/// Returns the format that a file of this name is read as, though it may turn out to be no table.
pub(crate) fn readable_by_name(name: &str) -> Option<&'static dyn Format> {
    let (_, extension) = without_packing(name).rsplit_once('.')?;
    by_extension(extension).filter(|format| format.info().can_read)
}

/// Returns the format of this media type; parameters such as `charset` are ignored.
pub fn by_media_type(media_type: &str) -> Option<&'static dyn Format> {
    let media_type = bare(media_type);
    FORMATS
        .iter()
        .copied()
        .find(|format| format.info().media_types.iter().any(|known| known.eq_ignore_ascii_case(media_type)))
}

/// A media type without parameters.
fn bare(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// What browsers ask for. They name XML beside web pages, but want a page.
const OF_BROWSERS: [&str; 4] = ["text/html", "application/xhtml+xml", "application/xml", "text/xml"];

/// Returns the writable format that an `Accept` header prefers by name (RFC 9110, section 12.5.1). Wildcards prefer nothing,
/// and neither do web pages: whoever asks for one means that of the door.
pub fn by_accept(accept: &str) -> Option<&'static dyn Format> {
    let is_browser = accept.split(',').any(|range| OF_BROWSERS[..2].contains(&bare(range)));
    let mut best: Option<(f32, &'static dyn Format)> = None;
    for range in accept.split(',') {
        if is_browser && OF_BROWSERS.contains(&bare(range)) {
            continue;
        }
        let Some(format) = by_media_type(range).filter(|format| format.info().can_write) else { continue };
        let quality = range
            .split(';')
            .skip(1)
            .find_map(|parameter| parameter.trim().strip_prefix("q="))
            .map_or(1.0, |value| value.trim().parse::<f32>().unwrap_or(0.0));
        if quality > 0.0 && best.is_none_or(|(so_far, _)| quality > so_far) {
            best = Some((quality, format));
        }
    }
    best.map(|(_, format)| format)
}

/// Returns the format that these first bytes and this name look most like, the first of [`FORMATS`] when several do.
pub fn guess(head: &[u8], name: &str) -> Option<&'static dyn Format> {
    let mut best: Option<(Likelihood, &'static dyn Format)> = None;
    for format in FORMATS {
        let likelihood = format.sniff(head, name);
        if likelihood > best.map_or(Likelihood::No, |(so_far, _)| so_far) {
            best = Some((likelihood, *format));
        }
    }
    best.map(|(_, format)| format)
}

/// Whether the file name ends in one of the format's extensions.
pub(crate) fn has_extension(info: &FormatInfo, name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        info.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

fn read_head(source: &Path, name: &str) -> Result<Vec<u8>, FormatError> {
    use std::io::Read;
    let file = std::fs::File::open(source).map_err(FormatError::io("open", name))?;
    let mut head = Vec::new();
    file.take(SNIFF_BYTES as u64).read_to_end(&mut head).map_err(FormatError::io("read", name))?;
    Ok(head)
}

fn unknown(name: &str) -> FormatError {
    let known: Vec<_> = FORMATS.iter().map(|format| format!("`{}`", format.info().name)).collect();
    FormatError::UnknownFormat { name: name.to_owned(), known: known.join(", ") }
}

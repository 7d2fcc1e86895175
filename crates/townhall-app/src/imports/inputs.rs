//! Turns the arguments of an import into files: walks folders, and tells catalogues from data files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use townhall_metadata::{SHEET_COLUMNS, TEMPLATE_COLUMNS};
use townhall_model::record::Version;

use crate::limits::{FOLDER_DEPTH_MAX, FOLDER_FILES_MAX};
use crate::workshop::Material;

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A catalogue in any dialect.
    Catalogue,
    /// A workbook, which may hold a catalogue.
    Workbook,
    /// A file that holds a table.
    Data,
    /// Neither; left alone.
    Other,
}

/// One file to import.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Where it is on this machine.
    pub path: PathBuf,
    /// Where it came from, for people and for the record's `source`: the path as given, or the address.
    pub source: String,
    /// The same as a catalogue that can be read record by record, where that is another file.
    pub unfolded: Option<Material>,
    /// The address it was fetched from, which relative addresses inside it are resolved against.
    pub url: Option<url::Url>,
    /// What it is taken for.
    pub kind: Kind,
}

impl InputFile {
    /// The file's own name, for titles and downloads.
    pub fn name(&self) -> String {
        let path = match &self.url {
            Some(url) => PathBuf::from(url.path()),
            None => self.path.clone(),
        };
        path.file_name().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

/// Files of one local argument, folders walked, in a stable order.
pub fn expand(path: &Path) -> io::Result<Vec<InputFile>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![local(path)]);
    }
    let mut files = Vec::new();
    walk(path, 0, &mut files)?;
    Ok(files.into_iter().map(|path| local(&path)).filter(|file| file.kind != Kind::Other).collect())
}

fn local(path: &Path) -> InputFile {
    InputFile {
        kind: classify(path, &path.to_string_lossy()),
        path: path.to_owned(),
        source: path.to_string_lossy().into_owned(),
        unfolded: None,
        url: None,
    }
}

/// Symbolic links are not followed: they could lead out of the folder or around in circles.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden || files.len() >= FOLDER_FILES_MAX {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() && depth < FOLDER_DEPTH_MAX {
            walk(&entry.path(), depth + 1, files)?;
        }
    }
    Ok(())
}

/// Decides by the name and the first bytes what a file is.
pub fn classify(path: &Path, name: &str) -> Kind {
    let Ok(head) = head_of(path) else { return Kind::Other };
    let dialect = townhall_metadata::recognize(&head).info().id;
    let is_foreign = dialect.parse::<Version>().is_err();
    if is_foreign && (dialect != "csv-wide" || is_catalog_sheet(&head)) {
        return Kind::Catalogue;
    }
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
    match bare.rsplit_once('.').map(|(_, extension)| extension) {
        Some("json" | "jsonl" | "ndjson") => {
            classify_json(&head, bare.ends_with('l') || bare.ends_with("ndjson"))
        }
        Some("xlsx") => Kind::Workbook,
        Some("zip") => Kind::Data,
        // Texts of any sort have these names.
        Some("txt" | "dat") => Kind::Other,
        _ if townhall_formats::by_file_name(&lower).is_some() => Kind::Data,
        _ => Kind::Other,
    }
}

/// Whether a table has enough columns of a catalog. Tables of books and pictures have titles and identifiers too.
fn is_catalog_sheet(head: &[u8]) -> bool {
    const OWN_COLUMNS_MIN: usize = 5;
    let head = String::from_utf8_lossy(head);
    let first = head.lines().next().unwrap_or_default();
    let cells = first.split([',', ';', '\t']).map(|cell| cell.trim_matches(['"', ' ', '\u{feff}']));
    let is_own = |cell: &&str| {
        let is_column = SHEET_COLUMNS.iter().any(|column| column.name.eq_ignore_ascii_case(cell));
        is_column || TEMPLATE_COLUMNS.iter().any(|column| column.eq_ignore_ascii_case(cell))
    };
    cells.filter(is_own).count() >= OWN_COLUMNS_MIN
}

/// A catalogue shows itself early: by `dataset`, by `conformsTo`, or by a record's own required fields. A list of anything
/// else is a table; an object may be anything.
fn classify_json(head: &[u8], is_lines: bool) -> Kind {
    let head = String::from_utf8_lossy(head);
    const MARKS: [&str; 6] = [
        "\"dataset\"",
        "project-open-data",
        "dcat-us",
        "dcat:Dataset",
        "\"accessLevel\"",
        "\"contactPoint\"",
    ];
    match MARKS.iter().any(|mark| head.contains(mark)) {
        true => Kind::Catalogue,
        false if is_lines || head.trim_start().starts_with('[') => Kind::Data,
        false => Kind::Other,
    }
}

/// How much of a JSON file is looked at to see whether it is a catalogue.
const HEAD_BYTES: u64 = 64 * 1024;

fn head_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut start = [0; 2];
    let is_gzip = File::open(path)?.read(&mut start)? == 2 && start == [0x1f, 0x8b];
    let file = File::open(path)?;
    if is_gzip {
        MultiGzDecoder::new(file).take(HEAD_BYTES).read_to_end(&mut head)?;
    } else {
        file.take(HEAD_BYTES).read_to_end(&mut head)?;
    }
    // UTF-16 shows every second byte of ASCII text.
    head.retain(|byte| *byte != 0);
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_catalogues_and_data_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        put("b.csv", "x\n1\n");
        put("a.json", r#"{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": []}"#);
        put("package.json", r#"{"name": "x"}"#);
        put("c.json", r#"[{"x": 1}]"#);
        put("d.jsonl", "{\"x\": 1}\n");
        put("e.csv.gz", "packed");
        put("f.csv", "title,identifier,author,keyword\nEmma,1,Austen,love\n");
        put(
            "g.csv",
            "title,identifier,description,accessLevel,keyword,modified\nWells,1,All,public,water,2024\n",
        );
        put(".hidden.csv", "x\n");
        put("notes.txt", "hello");
        let found: Vec<_> =
            expand(folder.path()).unwrap().into_iter().map(|file| (file.name(), file.kind)).collect();
        let expected = [
            ("a.json", Kind::Catalogue),
            ("b.csv", Kind::Data),
            ("c.json", Kind::Data),
            ("d.jsonl", Kind::Data),
            ("e.csv.gz", Kind::Data),
            ("f.csv", Kind::Data),
            ("g.csv", Kind::Catalogue),
        ];
        assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }
}

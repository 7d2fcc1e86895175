//! Tells what a file is by its first bytes, whatever its server says of it. Labels are those of [`format_label`].

use std::io::Read;

use flate2::read::GzDecoder;
use townhall_model::record::format_label;

use crate::limits::{SNIFF_UNPACKED_MAX, ZIP_NAMES_MAX};

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    /// The label of the format, such as `CSV`.
    pub label: &'static str,
    /// The label of what is packed inside, where that can be told.
    pub inside: Option<&'static str>,
}

impl Sniffed {
    const fn plain(label: &'static str) -> Self {
        Self { label, inside: None }
    }
}

/// Bytes that files of a format begin with: where, which, and its label.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"%PDF-", "PDF"),
    (0, b"PAR1", "PARQUET"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF"),
    (0, b"\x0e\x03\x13\x01", "HDF"),
    (0, b"CDF\x01", "NETCDF"),
    (0, b"CDF\x02", "NETCDF"),
    (0, b"CDF\x05", "NETCDF"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"7z\xbc\xaf\x27\x1c", "7Z"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"BZh", "BZIP2"),
    (0, b"\xfd7zXZ\0", "XZ"),
    (0, b"\x28\xb5\x2f\xfd", "ZSTD"),
    (0, b"ARROW1", "ARROW"),
    (0, b"Obj\x01", "AVRO"),
    (4, b"Standard Jet DB", "MDB"),
    (4, b"Standard ACE DB", "MDB"),
    (0, b"\0\0\x27\x0a", "SHP"),
    (257, b"ustar", "TAR"),
];

/// What the ends of names inside an archive say it is, the most certain first.
const PACKED: &[(&str, &str)] = &[
    (".shp", "SHP"),
    (".gdbtable", "GDB"),
    (".kml", "KML"),
    (".gpkg", "GPKG"),
    (".geojson", "GEOJSON"),
    (".parquet", "PARQUET"),
    (".csv", "CSV"),
    (".tsv", "TSV"),
    (".xlsx", "XLSX"),
    (".xls", "XLS"),
    (".json", "JSON"),
    (".xml", "XML"),
    (".txt", "TXT"),
    (".dbf", "DBF"),
    (".sas7bdat", "SAS"),
    (".dta", "STATA"),
    (".sav", "SPSS"),
    (".mdb", "MDB"),
    (".accdb", "MDB"),
    (".tif", "TIFF"),
    (".nc", "NETCDF"),
];

/// Tells what a file is. `None`: nothing known, which says nothing against it.
pub fn sniff(head: &[u8]) -> Option<Sniffed> {
    if head.is_empty() {
        return None;
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some(archive(head));
    }
    if head.starts_with(b"PK\x05\x06") {
        return Some(Sniffed::plain("ZIP"));
    }
    if head.starts_with(GZIP) {
        return Some(Sniffed { label: "GZIP", inside: unpacked(head).and_then(|text| sniff_plain(&text)) });
    }
    sniff_plain(head).map(Sniffed::plain)
}

/// What a file that is no archive is.
fn sniff_plain(head: &[u8]) -> Option<&'static str> {
    let magic =
        MAGIC.iter().find(|(at, bytes, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)));
    if let Some((_, _, label)) = magic {
        return Some(label);
    }
    if head.starts_with(b"SQLite format 3\0") {
        // The application id of GeoPackage, in the header of the database.
        let is_gpkg = matches!(head.get(68..72), Some(b"GPKG" | b"GP10" | b"GP11"));
        return Some(if is_gpkg { "GPKG" } else { "SQLITE" });
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(old_office(head));
    }
    text(head)
}

/// Which of the older Office formats it is: the names of their streams are in the folder of the file, as UTF-16.
fn old_office(head: &[u8]) -> &'static str {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        head.windows(wide.len()).any(|window| window == wide)
    };
    if has("WordDocument") {
        "DOC"
    } else if has("PowerPoint Document") {
        "PPT"
    } else {
        // Its folder often stands at the end, which is not at hand; a spreadsheet is what data comes in.
        "XLS"
    }
}

/// What a zip file is, by the names of what is in it as far as they are at hand.
fn archive(head: &[u8]) -> Sniffed {
    let names = names(head);
    let has = |what: &str| names.iter().any(|name| name.starts_with(what));
    if has("[Content_Types].xml") || has("_rels/") {
        let office = [("xl/", "XLSX"), ("word/", "DOCX"), ("ppt/", "PPTX")];
        if let Some((_, label)) = office.iter().find(|(folder, _)| has(folder)) {
            return Sniffed::plain(label);
        }
        // The list of contents comes first and says it in so many words, packed or not.
        return Sniffed::plain("XLSX");
    }
    if names.first().is_some_and(|name| name == "mimetype") {
        let text = head.get(38..120).unwrap_or_default();
        let says = |what: &[u8]| text.windows(what.len()).any(|window| window == what);
        if says(b"opendocument.spreadsheet") {
            return Sniffed::plain("ODS");
        }
    }
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let inside = PACKED.iter().find(|(end, _)| lower.iter().any(|name| name.ends_with(end)));
    let inside = inside.map(|(_, label)| *label);
    if inside == Some("KML") && lower.iter().any(|name| name == "doc.kml") {
        return Sniffed { label: "KMZ", inside };
    }
    Sniffed { label: "ZIP", inside }
}

/// The names in the local headers of a zip file, as far as they are at hand.
fn names(head: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(header) = head.get(at..at + 30) {
        if names.len() >= ZIP_NAMES_MAX {
            break;
        }
        if !header.starts_with(b"PK\x03\x04") {
            // Sizes that were not known when the header was written: the next header is looked for.
            match head[at..].windows(4).position(|window| window == b"PK\x03\x04") {
                Some(next) => at += next,
                None => break,
            }
            continue;
        }
        let number = |from: usize| usize::from(u16::from_le_bytes([header[from], header[from + 1]]));
        let packed = u32::from_le_bytes([header[18], header[19], header[20], header[21]]) as usize;
        let (name_bytes, extra_bytes) = (number(26), number(28));
        let Some(name) = head.get(at + 30..at + 30 + name_bytes) else { break };
        names.push(String::from_utf8_lossy(name).into_owned());
        at += 30 + name_bytes + extra_bytes + packed;
    }
    names
}

/// How a gzip file begins (RFC 1952, section 2.3.1).
pub(crate) const GZIP: &[u8] = b"\x1f\x8b";

/// The beginning of what is in a gzip file. However much it would grow to, so many bytes are unpacked.
pub(crate) fn unpacked(head: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; SNIFF_UNPACKED_MAX];
    let mut decoder = GzDecoder::new(head);
    let mut filled = 0;
    while filled < out.len() {
        match decoder.read(&mut out[filled..]) {
            // What is at hand breaks off; what came until then is enough.
            Ok(0) | Err(_) => break,
            Ok(count) => filled += count,
        }
    }
    out.truncate(filled);
    (filled > 0).then_some(out)
}

/// What a text is; `None` when it is no text.
fn text(head: &[u8]) -> Option<&'static str> {
    let decoded;
    let text: &str = match head {
        [0xff, 0xfe, rest @ ..] => {
            decoded = wide(rest, u16::from_le_bytes);
            &decoded
        }
        [0xfe, 0xff, rest @ ..] => {
            decoded = wide(rest, u16::from_be_bytes);
            &decoded
        }
        _ => {
            let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
            let is_control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c);
            if head.iter().any(|byte| is_control(&byte)) {
                return None;
            }
            decoded = String::from_utf8_lossy(head).into_owned();
            &decoded
        }
    };
    let text = text.trim_start();
    let lower: String = text.chars().take(2_000).collect::<String>().to_ascii_lowercase();
    if lower.starts_with('<') {
        return Some(markup(&lower));
    }
    if lower.starts_with(['{', '[']) {
        return Some(notation(&lower));
    }
    Some(delimited(text))
}

fn wide(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// What pages without a head begin with.
const PAGE_TAGS: [&str; 14] = [
    "<div", "<p>", "<table", "<script", "<meta", "<title", "<center", "<h1", "<h2", "<form", "<a ", "<link",
    "<style", "<base",
];

/// Which sort of markup a text is, by its first elements.
fn markup(lower: &str) -> &'static str {
    let roots = [
        ("<!doctype html", "HTML"),
        ("<html", "HTML"),
        ("<head", "HTML"),
        ("<body", "HTML"),
        ("<kml", "KML"),
        ("<rss", "RSS"),
        ("<feed", "ATOM"),
        ("<rdf:rdf", "RDF"),
        ("<gml:", "GML"),
        ("<wms_capabilities", "WMS"),
        ("<wmt_ms_capabilities", "WMS"),
        ("<wfs:wfs_capabilities", "WFS"),
        ("<wfs_capabilities", "WFS"),
        ("<capabilities", "WMTS"),
    ];
    let first = roots.iter().filter_map(|(root, label)| Some((lower.find(root)?, *label))).min();
    match first {
        Some((_, label)) => label,
        None if lower.starts_with("<?xml") => "XML",
        None if PAGE_TAGS.iter().any(|tag| lower.starts_with(tag)) => "HTML",
        None => "XML",
    }
}

/// Which sort of JSON a text is.
fn notation(lower: &str) -> &'static str {
    let compact: String = lower.chars().filter(|character| !character.is_whitespace()).collect();
    let says = |what: &str| compact.contains(what);
    if says("\"type\":\"featurecollection\"") || (says("\"type\":\"feature\"") && says("\"geometry\"")) {
        "GEOJSON"
    } else if says("\"type\":\"topology\"") {
        "TOPOJSON"
    } else if says("\"openapi\":\"") || says("\"swagger\":\"") {
        "OPENAPI"
    } else {
        "JSON"
    }
}

/// Whether lines of text are rows of cells: the first ones have the same delimiter equally often.
fn delimited(text: &str) -> &'static str {
    let lines: Vec<&str> = text.lines().take(6).filter(|line| !line.trim().is_empty()).collect();
    // The last line may be cut.
    let whole = if lines.len() > 2 { &lines[..lines.len() - 1] } else { &lines[..] };
    let count = |delimiter: char| {
        let counts: Vec<usize> = whole.iter().map(|line| outside_quotes(line, delimiter)).collect();
        let first = counts.first().copied().unwrap_or(0);
        (first > 0 && counts.iter().all(|count| *count == first)).then_some(first)
    };
    if count('\t').is_some() {
        return "TSV";
    }
    let is_rows = [',', ';', '|'].into_iter().any(|delimiter| count(delimiter).is_some());
    // A sentence has commas, too, but no second line with as many.
    if is_rows && (whole.len() > 1 || !whole[0].contains(". ")) { "CSV" } else { "TXT" }
}

fn outside_quotes(line: &str, delimiter: char) -> usize {
    let mut is_quoted = false;
    line.chars()
        .filter(|character| {
            if *character == '"' {
                is_quoted = !is_quoted;
            }
            *character == delimiter && !is_quoted
        })
        .count()
}

/// The label for what a server says in its `Content-Type`, unless it says nothing: a stream of bytes is anything.
pub fn label_of_type(content_type: &str) -> Option<String> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_vague = matches!(
        essence.as_str(),
        "" | "application/octet-stream"
            | "binary/octet-stream"
            | "application/force-download"
            | "application/download"
            | "application/x-download"
            | "application/unknown"
    );
    if is_vague { None } else { format_label(None, Some(&essence), None) }
}

/// Whether what was found can be what was declared. Where either is not known well enough, it can.
pub fn fits(declared: &str, found: Sniffed) -> bool {
    // What is packed counts as what is inside it.
    if declared == found.label || found.inside == Some(declared) {
        return true;
    }
    let group = |label: &str| GROUPS.iter().position(|group| group.contains(&label));
    match (declared, found.label) {
        // Services answer with whatever fits the question, and words that nobody knows say nothing.
        (declared, _) if townhall_model::record::is_service_label(declared) => true,
        (declared, _) if !is_known(declared) => true,
        // Rows in a text without a delimiter that we know, with one column, or with a heading of prose.
        ("CSV" | "TSV" | "TXT", "CSV" | "TSV" | "TXT") => true,
        // A plain text can be anything that is text, except a page that is not asked for.
        ("TXT", label) => label != "HTML" && group(label).is_some(),
        ("JSONL" | "JSON-LD" | "JSON", "JSON" | "GEOJSON" | "TOPOJSON" | "OPENAPI") => true,
        ("N-TRIPLES" | "TTL", "TXT" | "CSV" | "TSV" | "XML") => true,
        ("XML", "KML" | "RSS" | "ATOM" | "RDF" | "GML" | "WMS" | "WFS" | "WMTS") => true,
        ("KML" | "RSS" | "ATOM" | "RDF" | "GML", "XML") => true,
        ("JSON-LD" | "RDF", "JSON" | "XML" | "TXT") => true,
        ("SHP" | "GDB" | "SAS" | "SPSS" | "STATA" | "MDB" | "DBF" | "TIFF" | "GEOTIFF", "ZIP") => {
            found.inside.is_none()
        }
        ("ZIP", "XLSX" | "KMZ" | "DOCX" | "PPTX" | "ODS") => true,
        ("KML", "KMZ") | ("KMZ", "ZIP") => true,
        ("GEOTIFF", "TIFF") | ("NETCDF", "HDF") | ("HDF", "NETCDF") => true,
        ("GPKG", "SQLITE") | ("SQLITE", "GPKG") => true,
        ("DOC" | "PPT" | "XLS", "XLS" | "DOC" | "PPT") => true,
        // "Excel" is written for both.
        ("XLS", "XLSX") | ("XLSX", "XLS") => true,
        // Formats without marks that we know: nothing to hold against them but a page.
        ("SAS" | "SPSS" | "STATA" | "DBF" | "GDB" | "TAR", label) => label != "HTML",
        _ => false,
    }
}

/// Formats that are kept as text.
const GROUPS: &[&[&str]] = &[
    &["CSV", "TSV", "TXT"],
    &["JSON", "GEOJSON", "TOPOJSON", "OPENAPI"],
    &["XML", "KML", "RSS", "ATOM", "RDF", "GML"],
];

/// Whether we would know files of this format if we saw them, or know that we would not.
fn is_known(label: &str) -> bool {
    townhall_model::record::media_type_of(label).is_some()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, bytes) in files {
            out.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend((name.len() as u16).to_le_bytes());
            out.extend([0, 0]);
            out.extend(name.as_bytes());
            out.extend(*bytes);
        }
        out
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[track_caller]
    fn check(head: &[u8], label: &str, inside: Option<&str>) {
        let found = sniff(head).unwrap();
        assert_eq!((found.label, found.inside), (label, inside));
    }

    #[test]
    fn first_bytes_tell_what_a_file_is() {
        check(b"id,name\n1,Ada\n2,Ben\n", "CSV", None);
        check(b"\xef\xbb\xbfid;name\r\n1;Ada\r\n", "CSV", None);
        check(b"id\tname\n1\tAda\n", "TSV", None);
        check(b"a,\"b,c\"\n1,\"2,3\"\n", "CSV", None);
        check(b"\xff\xfei\0d\0,\0n\0\n\0\x31\0,\0\x32\0\n\0", "CSV", None);
        check(b"Once upon a time, there was. A file\nof prose\n", "TXT", None);
        check(b"{\"a\": 1}", "JSON", None);
        check(b" {\n \"type\" : \"FeatureCollection\", \"features\": []}", "GEOJSON", None);
        check(b"<?xml version=\"1.0\"?><kml xmlns=\"x\"/>", "KML", None);
        check(b"<?xml version=\"1.0\"?><data/>", "XML", None);
        check(b"<?xml version=\"1.0\"?><!DOCTYPE html><html><body>", "HTML", None);
        check(b"\r\n\r\n<!DOCTYPE HTML PUBLIC>\n<HTML>", "HTML", None);
        check(b"%PDF-1.7", "PDF", None);
        check(b"PAR1\0\0", "PARQUET", None);
        check(b"SQLite format 3\0", "SQLITE", None);
        check(b"\x89HDF\r\n\x1a\n", "HDF", None);
        check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "XLS", None);
        assert_eq!(sniff(b""), None);
        assert_eq!(sniff(b"\x01\x02\x03"), None);
    }

    #[test]
    fn names_in_an_archive_tell_what_it_is() {
        check(&stored(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"")]), "XLSX", None);
        check(&stored(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"")]), "DOCX", None);
        check(&stored(&[("doc.kml", b"<kml/>")]), "KMZ", Some("KML"));
        check(&stored(&[("a/roads.DBF", b""), ("a/roads.SHP", b"")]), "ZIP", Some("SHP"));
        check(&stored(&[("x.gdb/a00000001.gdbtable", b"")]), "ZIP", Some("GDB"));
        check(&stored(&[("readme.md", b""), ("rows.csv", b"a,b")]), "ZIP", Some("CSV"));
        check(&stored(&[("picture.png", b"")]), "ZIP", None);
        check(&gzip(b"id,name\n1,Ada\n"), "GZIP", Some("CSV"));
    }

    #[test]
    fn a_bomb_is_unpacked_a_little() {
        let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
        assert_eq!(unpacked(&bomb).unwrap().len(), SNIFF_UNPACKED_MAX);
        check(&bomb, "GZIP", Some("TXT"));
    }

    #[test]
    fn what_was_found_fits_what_was_declared_or_not() {
        let plain = Sniffed::plain;
        for (declared, found) in [
            ("CSV", plain("TXT")),
            ("CSV", Sniffed { label: "ZIP", inside: Some("CSV") }),
            ("SHP", Sniffed { label: "ZIP", inside: Some("SHP") }),
            ("XLS", plain("XLSX")),
            ("API", plain("HTML")),
            ("E00", plain("HTML")),
            ("JSON", plain("GEOJSON")),
            ("ZIP", plain("XLSX")),
            ("TXT", plain("JSON")),
        ] {
            assert!(fits(declared, found), "{declared} {found:?}");
        }
        for (declared, found) in [
            ("CSV", plain("HTML")),
            ("CSV", plain("PDF")),
            ("CSV", Sniffed { label: "ZIP", inside: Some("SHP") }),
            ("PDF", plain("HTML")),
            ("XLSX", plain("CSV")),
            ("SAS", plain("HTML")),
            ("TXT", plain("HTML")),
            ("SHP", Sniffed { label: "ZIP", inside: Some("CSV") }),
        ] {
            assert!(!fits(declared, found), "{declared} {found:?}");
        }
    }
}

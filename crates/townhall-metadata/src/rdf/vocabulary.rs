//! Terms of published vocabularies for the words of DCAT-US, and the words for the terms.
//!
//! DCAT-AP 3.0 (section "Controlled vocabularies to be used") names the authority tables of the EU Publications
//! Office; checksums are those of SPDX 2.

use oxrdf::NamedNode;

use crate::convert::{iso_rhythm, two_letters};

const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/";
const SPDX_ALGORITHM: &str = "http://spdx.org/rdf/terms#checksumAlgorithm_";
const DUBLIN_CORE_FREQUENCY: &str = "http://purl.org/cld/freq/";
const MEDIA_TYPES: &str = "www.iana.org/assignments/media-types/";

/// The term for a word of this property.
pub fn term_of(property: &str, text: &str) -> Option<NamedNode> {
    let (table, words) = table_of(property)?;
    let known = |word: &str| words.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    let (_, code) = match table {
        // A dialect of a language is more than the tables tell apart.
        "language/" => known(two_letters(text)?.as_str()),
        "frequency/" => known(text).or_else(|| known(&iso_rhythm(text)?)),
        "access-right/" => known(text).or_else(|| words.iter().find(|(word, _)| begins(text, word))),
        _ => known(text),
    }?;
    Some(NamedNode::new_unchecked(format!("{}{code}", namespace(table))))
}

/// The word for a term of this property, whose own term is `term` again.
pub fn word_of(property: &str, iri: &str) -> Option<String> {
    let (table, words) = table_of(property)?;
    let word =
        |code: &str| words.iter().find(|(_, known)| *known == code).map(|(word, _)| (*word).to_owned());
    if let Some(code) = iri.strip_prefix(namespace(table).as_str()) {
        return word(code);
    }
    let last = iri.rsplit(['/', '#']).next().unwrap_or_default();
    match table {
        "language/" if iri.contains("id.loc.gov/") || iri.contains("lexvo.org/") => two_letters(last),
        "frequency/" if iri.starts_with(DUBLIN_CORE_FREQUENCY) => Some(last.to_owned()),
        _ => None,
    }
}

/// The media type that an address of the registry of IANA stands for.
pub fn media_type_of(iri: &str) -> Option<&str> {
    let (_, rest) = iri.split_once("://")?;
    rest.strip_prefix(MEDIA_TYPES).filter(|name| name.contains('/'))
}

fn begins(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text[word.len()..].starts_with([':', ' ', ',', ';'])
}

fn namespace(table: &str) -> String {
    if table.is_empty() { SPDX_ALGORITHM.to_owned() } else { format!("{AUTHORITY}{table}") }
}

type Words = &'static [(&'static str, &'static str)];

fn table_of(property: &str) -> Option<(&'static str, Words)> {
    Some(match property {
        "dcterms:accrualPeriodicity" => ("frequency/", FREQUENCIES),
        "dcterms:language" => ("language/", LANGUAGES),
        "dcterms:accessRights" => ("access-right/", ACCESS_RIGHTS),
        "dcterms:format" => ("file-type/", FILE_TYPES),
        "dcat:theme" => ("data-theme/", THEMES),
        "spdx:algorithm" => ("", ALGORITHMS),
        _ => return None,
    })
}

const FREQUENCIES: Words = &[
    ("R/PT1S", "UPDATE_CONT"),
    ("continual", "UPDATE_CONT"),
    ("continuous", "CONT"),
    ("R/PT1H", "HOURLY"),
    ("R/PT12H", "DAILY_2"),
    ("R/P1D", "DAILY"),
    ("R/P0.33W", "WEEKLY_3"),
    ("R/P3.5D", "WEEKLY_2"),
    ("R/P1W", "WEEKLY"),
    ("R/P7D", "WEEKLY"),
    ("R/P0.33M", "MONTHLY_3"),
    ("R/P2W", "BIWEEKLY"),
    ("R/P0.5M", "MONTHLY_2"),
    ("R/P1M", "MONTHLY"),
    ("R/P2M", "BIMONTHLY"),
    ("R/P3M", "QUARTERLY"),
    ("R/P4M", "ANNUAL_3"),
    ("R/P6M", "ANNUAL_2"),
    ("R/P1Y", "ANNUAL"),
    ("R/P2Y", "BIENNIAL"),
    ("R/P3Y", "TRIENNIAL"),
    ("R/P4Y", "QUADRENNIAL"),
    ("R/P5Y", "QUINQUENNIAL"),
    ("R/P10Y", "DECENNIAL"),
    ("irregular", "IRREG"),
    ("asNeeded", "AS_NEEDED"),
    ("notPlanned", "NOT_PLANNED"),
    ("notPlanned", "NEVER"),
    ("unknown", "UNKNOWN"),
    ("unknown", "OTHER"),
];

const ACCESS_RIGHTS: Words = &[
    ("public", "PUBLIC"),
    ("restricted public", "RESTRICTED"),
    ("restricted", "RESTRICTED"),
    ("non-public", "NON_PUBLIC"),
    ("not available for public release", "NON_PUBLIC"),
    ("confidential", "CONFIDENTIAL"),
    ("sensitive", "SENSITIVE"),
];

const ALGORITHMS: Words = &[
    ("MD5", "md5"),
    ("SHA-1", "sha1"),
    ("SHA1", "sha1"),
    ("SHA-224", "sha224"),
    ("SHA-256", "sha256"),
    ("SHA256", "sha256"),
    ("SHA-384", "sha384"),
    ("SHA-512", "sha512"),
    ("SHA512", "sha512"),
];

const THEMES: Words = &[
    ("Agriculture, fisheries, forestry and food", "AGRI"),
    ("Agriculture", "AGRI"),
    ("Economy and finance", "ECON"),
    ("Education, culture and sport", "EDUC"),
    ("Education", "EDUC"),
    ("Energy", "ENER"),
    ("Environment", "ENVI"),
    ("Government and public sector", "GOVE"),
    ("Health", "HEAL"),
    ("International issues", "INTR"),
    ("Justice, legal system and public safety", "JUST"),
    ("Provisional data", "OP_DATPRO"),
    ("Regions and cities", "REGI"),
    ("Population and society", "SOCI"),
    ("Science and technology", "TECH"),
    ("Transport", "TRAN"),
    ("Transportation", "TRAN"),
];

const FILE_TYPES: Words = &[
    ("ATOM", "ATOM"),
    ("CSV", "CSV"),
    ("DBF", "DBF"),
    ("DOC", "DOC"),
    ("DOCX", "DOCX"),
    ("GDB", "GDB"),
    ("GEOJSON", "GEOJSON"),
    ("GML", "GML"),
    ("GPKG", "GPKG"),
    ("GZIP", "GZIP"),
    ("HTML", "HTML"),
    ("ICS", "ICS"),
    ("JPEG", "JPEG"),
    ("JSON", "JSON"),
    ("JSON-LD", "JSON_LD"),
    ("KML", "KML"),
    ("KMZ", "KMZ"),
    ("MDB", "MDB"),
    ("N-Triples", "RDF_N_TRIPLES"),
    ("NETCDF", "NETCDF"),
    ("ODS", "ODS"),
    ("ODT", "ODT"),
    ("PARQUET", "PARQUET"),
    ("PDF", "PDF"),
    ("PNG", "PNG"),
    ("PPT", "PPT"),
    ("PPTX", "PPTX"),
    ("RDF/XML", "RDF_XML"),
    ("RSS", "RSS"),
    ("SHP", "SHP"),
    ("TIFF", "TIFF"),
    ("TSV", "TSV"),
    ("Turtle", "RDF_TURTLE"),
    ("TXT", "TXT"),
    ("WFS", "WFS_SRVC"),
    ("WMS", "WMS_SRVC"),
    ("XLS", "XLS"),
    ("XLSX", "XLSX"),
    ("XML", "XML"),
    ("ZIP", "ZIP"),
];

const LANGUAGES: Words = &[
    ("ar", "ARA"),
    ("bg", "BUL"),
    ("bn", "BEN"),
    ("ca", "CAT"),
    ("cs", "CES"),
    ("cy", "CYM"),
    ("da", "DAN"),
    ("de", "DEU"),
    ("el", "ELL"),
    ("en", "ENG"),
    ("es", "SPA"),
    ("et", "EST"),
    ("eu", "EUS"),
    ("fa", "FAS"),
    ("fi", "FIN"),
    ("fr", "FRA"),
    ("ga", "GLE"),
    ("gl", "GLG"),
    ("he", "HEB"),
    ("hi", "HIN"),
    ("hr", "HRV"),
    ("ht", "HAT"),
    ("hu", "HUN"),
    ("hy", "HYE"),
    ("id", "IND"),
    ("is", "ISL"),
    ("it", "ITA"),
    ("ja", "JPN"),
    ("ko", "KOR"),
    ("lt", "LIT"),
    ("lv", "LAV"),
    ("mt", "MLT"),
    ("nl", "NLD"),
    ("no", "NOR"),
    ("pa", "PAN"),
    ("pl", "POL"),
    ("pt", "POR"),
    ("ro", "RON"),
    ("ru", "RUS"),
    ("sk", "SLK"),
    ("sl", "SLV"),
    ("sr", "SRP"),
    ("sv", "SWE"),
    ("th", "THA"),
    ("tl", "TGL"),
    ("tr", "TUR"),
    ("uk", "UKR"),
    ("ur", "URD"),
    ("vi", "VIE"),
    ("zh", "ZHO"),
];

//! Gives a distribution's format one short name, whichever way the publisher wrote it.

/// A format: its label, then the words, media types and file extensions that mean it, in lower case.
struct Known {
    label: &'static str,
    words: &'static [&'static str],
    media_types: &'static [&'static str],
    extensions: &'static [&'static str],
}

const fn known(
    label: &'static str,
    words: &'static [&'static str],
    media_types: &'static [&'static str],
    extensions: &'static [&'static str],
) -> Known {
    Known { label, words, media_types, extensions }
}

/// The formats that have a label of ours, in the order in which extensions are tried.
const KNOWN: &[Known] = &[
    known(
        "CSV",
        &["csv", "csv file", "comma separated values", "comma-separated values"],
        &["text/csv", "application/csv", "text/comma-separated-values"],
        &["csv"],
    ),
    known(
        "TSV",
        &["tsv", "tab separated values", "tab delimited"],
        &["text/tab-separated-values"],
        &["tsv", "tab"],
    ),
    known("GEOJSON", &["geojson"], &["application/geo+json", "application/vnd.geo+json"], &["geojson"]),
    known("TOPOJSON", &["topojson"], &["application/topo+json"], &["topojson"]),
    known("JSON-LD", &["json-ld", "jsonld"], &["application/ld+json"], &["jsonld"]),
    known("JSON", &["json"], &["application/json", "text/json"], &["json"]),
    known(
        "JSONL",
        &["jsonl", "json lines", "ndjson"],
        &["application/jsonl", "application/x-ndjson", "application/jsonlines"],
        &["jsonl", "ndjson"],
    ),
    known(
        "XLSX",
        &["xlsx", "excel xlsx"],
        &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
        &["xlsx", "xlsm"],
    ),
    known(
        "XLS",
        &["xls", "excel", "ms excel", "microsoft excel"],
        &["application/vnd.ms-excel", "application/excel", "application/x-excel"],
        &["xls"],
    ),
    known("ODS", &["ods"], &["application/vnd.oasis.opendocument.spreadsheet"], &["ods"]),
    known("PDF", &["pdf"], &["application/pdf"], &["pdf"]),
    known(
        "HTML",
        &["html", "htm", "web page", "website", "webpage"],
        &["text/html", "application/xhtml+xml"],
        &["html", "htm", "xhtml"],
    ),
    known(
        "SHP",
        &["shp", "shapefile", "esri shapefile", "shape file", "shape", "zipped shapefile"],
        &["application/x-shapefile", "application/vnd.shp", "x-gis/x-shapefile"],
        &["shp"],
    ),
    known(
        "GDB",
        &["gdb", "file geodatabase", "fgdb", "esri file geodatabase"],
        &["application/x-filegdb"],
        &["gdb"],
    ),
    known(
        "GPKG",
        &["gpkg", "geopackage"],
        &["application/geopackage+sqlite3", "application/geopackage+vnd.sqlite3"],
        &["gpkg"],
    ),
    known(
        "KML",
        &["kml"],
        &["application/vnd.google-earth.kml+xml", "application/vnd.google-earth.kml"],
        &["kml"],
    ),
    known(
        "KMZ",
        &["kmz", "zipped kmz"],
        &["application/vnd.google-earth.kmz", "application/vnd.google-earth.kmz+xml"],
        &["kmz"],
    ),
    known("GML", &["gml"], &["application/gml+xml"], &["gml"]),
    known("RSS", &["rss", "georss"], &["application/rss+xml"], &["rss"]),
    known("ATOM", &["atom"], &["application/atom+xml"], &["atom"]),
    known("RDF", &["rdf", "rdf/xml"], &["application/rdf+xml"], &["rdf", "owl"]),
    known("TTL", &["ttl", "turtle"], &["text/turtle"], &["ttl"]),
    known("N-TRIPLES", &["n-triples", "nt"], &["application/n-triples"], &["nt"]),
    known("XML", &["xml"], &["application/xml", "text/xml"], &["xml"]),
    known("TXT", &["txt", "text", "plain text", "ascii"], &["text/plain"], &["txt"]),
    known(
        "PARQUET",
        &["parquet"],
        &["application/vnd.apache.parquet", "application/x-parquet"],
        &["parquet"],
    ),
    known("NETCDF", &["netcdf"], &["application/x-netcdf", "application/netcdf"], &["nc", "nc4"]),
    known("HDF", &["hdf", "hdf5"], &["application/x-hdf", "application/x-hdf5"], &["hdf", "h5", "hdf5"]),
    known("GEOTIFF", &["geotiff"], &["image/tiff;application=geotiff", "image/geotiff"], &[]),
    known("TIFF", &["tiff", "tif"], &["image/tiff"], &["tif", "tiff"]),
    known("JPEG", &["jpeg", "jpg"], &["image/jpeg", "image/jpg"], &["jpg", "jpeg"]),
    known("PNG", &["png"], &["image/png"], &["png"]),
    known(
        "SAS",
        &["sas", "sas7bdat"],
        &["application/x-sas", "application/x-sas-data"],
        &["sas7bdat", "xpt"],
    ),
    known("SPSS", &["spss", "sav"], &["application/x-spss-sav"], &["sav"]),
    known("STATA", &["stata", "dta"], &["application/x-stata", "application/x-stata-dta"], &["dta"]),
    known(
        "MDB",
        &["mdb", "accdb", "access", "ms access", "microsoft access"],
        &["application/msaccess", "application/x-msaccess", "application/vnd.ms-access"],
        &["mdb", "accdb"],
    ),
    known(
        "SQLITE",
        &["sqlite"],
        &["application/vnd.sqlite3", "application/x-sqlite3"],
        &["sqlite", "sqlite3"],
    ),
    known("DBF", &["dbf"], &["application/dbf", "application/x-dbf"], &["dbf"]),
    known(
        "DOCX",
        &["docx"],
        &["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
        &["docx"],
    ),
    known("DOC", &["doc", "word", "ms word"], &["application/msword"], &["doc"]),
    known(
        "PPTX",
        &["pptx"],
        &["application/vnd.openxmlformats-officedocument.presentationml.presentation"],
        &["pptx"],
    ),
    known("PPT", &["ppt", "powerpoint"], &["application/vnd.ms-powerpoint"], &["ppt"]),
    known("WMS", &["wms", "ogc wms", "ogc:wms"], &["application/vnd.ogc.wms_xml"], &[]),
    known("WFS", &["wfs", "ogc wfs", "ogc:wfs"], &["application/vnd.ogc.wfs_xml"], &[]),
    known("WMTS", &["wmts"], &[], &[]),
    known(
        "ARCGIS",
        &["arcgis geoservices rest api", "arcgis rest", "esri rest", "arcgis online"],
        &["application/vnd.geoservices+json"],
        &[],
    ),
    known(
        "OPENAPI",
        &["openapi", "swagger"],
        &["application/vnd.oai.openapi", "application/vnd.oai.openapi+json", "application/swagger+json"],
        &[],
    ),
    known(
        "API",
        &["api", "rest", "rest api", "web service", "webservice", "soap", "sparql", "odata"],
        &[],
        &[],
    ),
    known(
        "ZIP",
        &["zip", "zipped csv", "zipped txt", "zip file"],
        &["application/zip", "application/x-zip-compressed", "application/x-zip"],
        &["zip"],
    ),
    known("GZIP", &["gz", "gzip"], &["application/gzip", "application/x-gzip"], &["gz", "tgz"]),
    known("TAR", &["tar"], &["application/x-tar"], &["tar"]),
    known("7Z", &["7z"], &["application/x-7z-compressed"], &["7z"]),
];

/// The labels of what is asked rather than fetched.
const SERVICES: &[&str] = &["API", "WMS", "WFS", "WMTS", "ARCGIS", "OPENAPI"];

/// Longest text of a publisher's own that still makes a label.
const OWN_LABEL_CHARACTERS_MAX: usize = 12;

/// The label for what is known of a distribution: its format as written, media type and URL, in that order of trust.
pub fn format_label(format: Option<&str>, media_type: Option<&str>, url: Option<&str>) -> Option<String> {
    let format = format.map(|text| text.trim().trim_start_matches('.').to_ascii_lowercase());
    let media_type = media_type.map(|text| text.trim().to_ascii_lowercase());
    let by_word = |word: &str| KNOWN.iter().find(|known| known.words.contains(&word));
    let label = format
        .as_deref()
        .and_then(|text| by_word(text).or_else(|| by_media_type(text)))
        .or_else(|| media_type.as_deref().and_then(|text| by_media_type(text).or_else(|| by_word(text))))
        .or_else(|| by_extension(url?));
    if let Some(known) = label {
        return Some(known.label.to_owned());
    }
    let is_short = |text: &&str| {
        !text.is_empty()
            && text.chars().count() <= OWN_LABEL_CHARACTERS_MAX
            && text.chars().all(|character| character.is_alphanumeric() || "-.+".contains(character))
            && text.chars().any(char::is_alphabetic)
    };
    format.as_deref().filter(is_short).map(str::to_uppercase)
}

/// Whether the label means a service that is asked rather than a file that is fetched.
pub fn is_service_label(label: &str) -> bool {
    SERVICES.contains(&label)
}

/// The media type that files of the format with this label have, such as `text/csv` for `CSV`.
pub fn media_type_of(label: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.label == label)?.media_types.first().copied()
}

fn by_media_type(text: &str) -> Option<&'static Known> {
    let find = |text: &str| KNOWN.iter().find(|known| known.media_types.contains(&text));
    let compact = text.replace(' ', "");
    // IANA's registry is also written as a URL, in DCAT proper.
    let compact = compact.rsplit_once("/media-types/").map_or(compact.as_str(), |(_, name)| name);
    find(compact).or_else(|| find(compact.split(';').next().unwrap_or(compact)))
}

fn by_extension(url: &str) -> Option<&'static Known> {
    let path = url.split(['?', '#']).next()?;
    let (_, after_host) = path.split_once("://").map_or(("", path), |(scheme, rest)| (scheme, rest));
    let (_, name) = after_host.rsplit_once('/')?;
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    KNOWN.iter().find(|known| known.extensions.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: Option<&str>, media_type: Option<&str>, url: &str, expected: Option<&str>) {
        assert_eq!(format_label(format, media_type, Some(url)).as_deref(), expected);
    }

    #[test]
    fn the_same_format_has_one_label_however_it_is_written() {
        check(Some("csv"), None, "", Some("CSV"));
        check(Some("text/csv"), None, "", Some("CSV"));
        check(None, Some("text/csv; charset=utf-8"), "", Some("CSV"));
        check(Some(".CSV"), Some("application/octet-stream"), "", Some("CSV"));
        check(None, None, "https://a.gov/x/y.CSV?download=1", Some("CSV"));
        check(None, Some("https://www.iana.org/assignments/media-types/text/csv"), "", Some("CSV"));
        check(Some("Interactive on-screen"), Some("text/html"), "", Some("HTML"));
        check(Some("Excel"), Some("application/vnd.ms-excel"), "", Some("XLS"));
        check(Some("shapefile"), Some("application/zip"), "", Some("SHP"));
    }

    #[test]
    fn an_unknown_format_keeps_its_short_name_or_has_none() {
        check(Some("e00"), None, "", Some("E00"));
        check(Some("Something long and vague"), None, "", None);
        check(None, None, "https://agency.gov", None);
        check(None, None, "https://agency.csv", None);
    }
}

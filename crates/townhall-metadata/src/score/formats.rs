//! How good formats are for those who use data.

/// How good a format is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// For reading only, or a picture: programs can't use the data.
    ForPeople,
    /// It is not known, or an archive of unknown content.
    Unknown,
    /// Programs can use it, but it belongs to one maker, or is hard to read without their programs.
    Proprietary,
    /// Programs can use it, and its specification is free for all.
    Open,
}

/// The quality of a format by its label, such as `CSV`.
pub fn quality(label: &str) -> Quality {
    let label = label.to_ascii_uppercase();
    let has = |labels: &[&str]| labels.contains(&label.as_str());
    match () {
        () if has(OPEN) => Quality::Open,
        () if has(PROPRIETARY) => Quality::Proprietary,
        () if has(FOR_PEOPLE) => Quality::ForPeople,
        () => Quality::Unknown,
    }
}

const OPEN: &[&str] = &[
    "CSV",
    "TSV",
    "JSON",
    "JSONL",
    "GEOJSON",
    "TOPOJSON",
    "JSON-LD",
    "XML",
    "RDF",
    "TTL",
    "N-TRIPLES",
    "RSS",
    "ATOM",
    "ODS",
    "GPKG",
    "KML",
    "KMZ",
    "GML",
    "PARQUET",
    "NETCDF",
    "HDF",
    "GEOTIFF",
    "TIFF",
    "SQLITE",
    "TXT",
    "API",
    "OPENAPI",
    "WMS",
    "WFS",
    "WMTS",
    "ARROW",
    "AVRO",
    "FGB",
    "COG",
    "GRIB",
    "FITS",
    "SPARQL",
    "ODATA",
];

const PROPRIETARY: &[&str] =
    &["XLSX", "XLS", "XLSM", "SHP", "GDB", "MDB", "SAS", "SPSS", "STATA", "DBF", "ARCGIS", "DWG", "DXF"];

const FOR_PEOPLE: &[&str] = &["PDF", "HTML", "DOC", "DOCX", "PPT", "PPTX", "JPEG", "PNG", "GIF", "RTF"];

/// Whether data in the format says by itself what it means: RDF in one of its forms.
pub fn is_linked(label: &str) -> bool {
    ["RDF", "TTL", "N-TRIPLES", "JSON-LD", "SPARQL"].contains(&label.to_ascii_uppercase().as_str())
}

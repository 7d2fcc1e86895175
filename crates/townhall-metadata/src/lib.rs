#![doc = include_str!("../README.md")]

pub mod api;
mod canonical;
mod compare;
mod convert;
mod csv;
mod dashboard;
mod dialect;
mod dictionary;
mod diff;
mod error;
mod fix;
mod fuzz;
mod geo;
mod glossary;
mod html;
mod input;
mod json_table;
pub mod license;
pub mod limits;
mod lists;
mod merge;
mod package;
mod pod_xml;
mod portal;
mod qu;
mod rdf;
mod reader;
mod schema_org;
pub mod score;
pub mod scorecard;
mod self_record;
mod sheet;
pub mod validate;
mod version;
mod write;

pub use canonical::canonical_hash;
pub use compare::{
    AtomFeed, ChangedRecord, CompareOptions, Comparison, Detail, Edition, Entry, FieldChange, ListOrder,
    compare, comparison_as_atom, comparison_as_html, comparison_as_json, comparison_as_text, details,
};
pub use convert::{SCHEMA_1_1, SCHEMA_3_0, convert, convert_body, convert_header};
pub use csv::{read_csv_rows, write_csv_row};
pub use dashboard::{DASHBOARD_SCHEMAS, DashboardQa, dashboard_answer, dashboard_qa, dashboard_schema};
pub use dialect::{CatalogWriter, DIALECTS, Dialect, DialectInfo, dialect, read_any, recognize};
pub use dictionary::{
    DICTIONARY_FORMS, DICTIONARY_HEADER, Described, DictionaryError, DictionaryForm, read_dictionary,
};
pub use diff::{Change, ChangeKind, changed_fields, changes};
pub use error::{ReadError, WriteError};
pub use fix::{
    Doubt, FIXES, Fix, FixError, FixOptions, FixReport, FixSummary, Fixed, Fixing, Mended, fix_catalog,
    fix_record,
};
#[doc(hidden)]
pub use fuzz::{
    fuzz_catalog, fuzz_convert, fuzz_dialects, fuzz_fix, fuzz_merge, fuzz_packages, fuzz_qu_definition,
    fuzz_score, fuzz_sheet, fuzz_table, fuzz_validate,
};
pub use geo::{DublinCore, FgdcCsdgm, GEO_KEY, Iso19115Part3, Iso19139};
pub use glossary::{FIELDS, FieldHelp, field_help};
pub use html::message_as_html;
pub use input::{InMemory, Rereadable};
pub use json_table::{JsonTable, JsonTableError, JsonTableOptions, json_to_csv, json_to_rows};
pub use license::{Combination, LICENSES, License, Recognition, combine, recognize_license};
pub use merge::{
    Conflict, MergeError, MergeOptions, MergeReport, MergedConflict, MergedInput, Orphan, Outcome,
    PROVENANCE_KEY, merge,
};
pub use package::Frictionless;
pub use pod_xml::PodXml;
pub use portal::{ArcGisHub, CKAN_KEY, Ckan, DataCite, Socrata};
pub use qu::{
    QU_DEFINITION_BYTES_MAX, QU_GROUP_FIELDS_MAX, QuAggregation, QuColumn, QuConcept, QuDefinition,
    QuDefinitionError, QuMade, QuReference, QuSlice, QuTable, QuType, read_qu_definition,
};
pub use rdf::{JsonLd, JsonLdWriter, LINKED_KEY, RdfXml, RdfXmlWriter, Turtle, TurtleWriter};
pub use reader::{Item, ReadOptions, ReadRecord, Refused, Summary, locate, read_catalog};
pub use schema_org::{CROISSANT_KEY, CatalogLink, Croissant, SCHEMA_ORG_KEY, SchemaOrg, schema_org};
pub use self_record::{SelfRecord, self_record};
pub use sheet::{
    CELL_CHARACTERS_MAX, CsvWide, DATA_CALL_COLUMNS, DISTRIBUTION_COLUMNS, LIST_SEPARATOR, SHEET_COLUMNS,
    SheetColumn, SheetReader, SheetRecord, SheetRows, TEMPLATE_COLUMNS, Template, WideSheet,
    catalog_from_rows, catalog_to_rows, distribution_header, read_sheets, record_to_rows, sheet_header,
    template_row,
};
pub use version::{declared, guess};
pub use write::{DcatUs, DcatUsWriter};

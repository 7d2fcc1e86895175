//! The four as dialects, and how each knows its own.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use townhall_model::Finding;
use townhall_model::record::{Body, Version};

use super::xml::{Form, read};
use super::{dublin_core, fgdc, iso};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::{Item, ReadError, ReadOptions, Summary, WriteError};

/// ISO 19139: ISO 19115:2003 and 19115-2 in XML.
pub struct Iso19139;

/// ISO 19115-3: ISO 19115-1 in XML.
pub struct Iso19115Part3;

/// The CSDGM of the FGDC.
pub struct FgdcCsdgm;

/// Dublin Core in XML, as catalogue services answer with it.
pub struct DublinCore;

const ISO_19139: DialectInfo = DialectInfo {
    id: "iso-19139",
    name: "ISO 19139",
    description: "Metadata of geodata by ISO 19115 and 19115-2 in XML: `MD_Metadata` or `MI_Metadata`, alone or in the answer of a CSW.",
    media_types: &["application/vnd.iso.19139+xml", "application/xml", "text/xml"],
    extension: "xml",
    specification: "https://www.iso.org/standard/32557.html",
    can_read: true,
    can_write_record: false,
    can_write_catalog: false,
};

const ISO_19115_3: DialectInfo = DialectInfo {
    id: "iso-19115-3",
    name: "ISO 19115-3",
    description: "Metadata of geodata by ISO 19115-1 in XML: `mdb:MD_Metadata`, alone or in the answer of a CSW.",
    media_types: &["application/vnd.iso.19115-3+xml", "application/xml", "text/xml"],
    specification: "https://www.iso.org/standard/80874.html",
    ..ISO_19139
};

const FGDC: DialectInfo = DialectInfo {
    id: "fgdc-csdgm",
    name: "FGDC CSDGM",
    description: "The Content Standard for Digital Geospatial Metadata, which federal agencies wrote from 1994 on.",
    media_types: &["application/xml", "text/xml"],
    specification: "https://www.fgdc.gov/metadata/csdgm-standard",
    ..ISO_19139
};

const DUBLIN_CORE: DialectInfo = DialectInfo {
    id: "dublin-core",
    name: "Dublin Core in XML",
    description: "Short records as catalogue services (`csw:Record`) and OAI-PMH (`oai_dc:dc`) answer with.",
    media_types: &["application/xml", "text/xml"],
    specification: "https://www.dublincore.org/specifications/dublin-core/dc-xml-guidelines/",
    ..ISO_19139
};

const ISO_FORM: Form = Form {
    name: "ISO 19139 or ISO 19115-3",
    may_begin: iso::may_begin,
    may_nest: false,
    record: iso::record,
    describe: iso::describe,
};

const FGDC_FORM: Form = Form {
    name: "FGDC CSDGM",
    may_begin: fgdc::may_begin,
    may_nest: true,
    record: fgdc::record,
    describe: fgdc::describe,
};

const DUBLIN_CORE_FORM: Form = Form {
    name: "Dublin Core",
    may_begin: dublin_core::may_begin,
    may_nest: true,
    record: dublin_core::record,
    describe: dublin_core::describe,
};

/// What the beginning of a file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Iso19139,
    Iso19115Part3,
    Fgdc,
    DublinCore,
}

/// The elements of a beginning that are looked at. Answers of services have a few around the first record.
const ELEMENTS_SEEN_MAX: usize = 300;

const DUBLIN_CORE_ELEMENTS: &str = "http://purl.org/dc/elements/1.1/";

/// The kind of the first record, behind whatever stands around it.
fn seen(beginning: &str) -> Option<Seen> {
    let beginning = beginning.trim_start_matches('\u{feff}').trim_start();
    if !beginning.starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(beginning);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut namespaces: Vec<(String, String)> = Vec::new();
    let has_elements = beginning.contains(DUBLIN_CORE_ELEMENTS);
    let mut root: Option<String> = None;
    let mut is_in_metadata = false;
    for _ in 0..ELEMENTS_SEEN_MAX * 4 {
        let start = match reader.read_event().ok()? {
            Event::Start(start) => start,
            // An element without anything in it names a class, as exchange formats do; it is no record.
            Event::Empty(start) if root.is_none() => start,
            Event::Eof => return None,
            _ => continue,
        };
        declare(&start, &mut namespaces);
        let name = start.local_name().into_inner();
        let root = root.get_or_insert_with(|| name.to_owned());
        if root.eq_ignore_ascii_case("html") {
            return None;
        }
        match name {
            name if iso::may_begin(name) => {
                let is_part_3 = namespace(&start, &namespaces).is_some_and(|it| it.contains("/19115/-3"));
                return Some(if is_part_3 { Seen::Iso19115Part3 } else { Seen::Iso19139 });
            }
            "metadata" => is_in_metadata = true,
            "idinfo" if is_in_metadata => return Some(Seen::Fgdc),
            "title" | "identifier" if is_in_metadata && is_of_elements(&start, &namespaces) => {
                return Some(Seen::DublinCore);
            }
            "Record" | "SummaryRecord" | "BriefRecord" | "dc" | "simpledc" | "qualifieddc"
                if has_elements =>
            {
                return Some(Seen::DublinCore);
            }
            // Descriptions with a class, or of DCAT, are linked data and have a reader of their own.
            "Description" if root == "RDF" => {
                let is_linked =
                    ["http://www.w3.org/ns/dcat", "rdf:type"].iter().any(|it| beginning.contains(it));
                return Some(Seen::DublinCore).filter(|_| has_elements && !is_linked);
            }
            _ if root == "RDF" && name != "RDF" => return None,
            _ => {}
        }
    }
    None
}

fn declare(start: &BytesStart<'_>, namespaces: &mut Vec<(String, String)>) {
    for attribute in start.attributes().with_checks(false).flatten() {
        let prefix = match attribute.key.0 {
            "xmlns" => "",
            key => match key.strip_prefix("xmlns:") {
                Some(prefix) => prefix,
                None => continue,
            },
        };
        namespaces.push((prefix.to_owned(), attribute.value.clone().into_owned()));
    }
}

fn namespace<'n>(start: &BytesStart<'_>, namespaces: &'n [(String, String)]) -> Option<&'n str> {
    let name = start.name().0.to_owned();
    let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
    namespaces.iter().rev().find(|(own, _)| own == prefix).map(|(_, address)| address.as_str())
}

fn is_of_elements(start: &BytesStart<'_>, namespaces: &[(String, String)]) -> bool {
    namespace(start, namespaces).is_some_and(|it| it.starts_with("http://purl.org/dc/"))
}

macro_rules! dialects {
    ($($dialect:ident $info:ident $form:ident $seen:ident;)*) => {$(
        impl Dialect for $dialect {
            fn info(&self) -> &'static DialectInfo {
                &$info
            }

            fn recognizes(&self, beginning: &str) -> bool {
                seen(beginning) == Some(Seen::$seen)
            }

            fn read(
                &self,
                input: &mut dyn Read,
                options: &ReadOptions,
                sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
            ) -> Result<Summary, ReadError> {
                read(input, options, sink, &$form)
            }

            fn write_record(&self, _: &Body, _: Version, _: &mut dyn Write) -> Result<Vec<Finding>, WriteError> {
                Err(WriteError::ReadOnly { dialect: $info.id })
            }

            fn catalog_writer<'w>(
                &self,
                _: Box<dyn Write + 'w>,
            ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
                Err(WriteError::ReadOnly { dialect: $info.id })
            }
        }
    )*};
}

dialects! {
    Iso19139 ISO_19139 ISO_FORM Iso19139;
    Iso19115Part3 ISO_19115_3 ISO_FORM Iso19115Part3;
    FgdcCsdgm FGDC FGDC_FORM Fgdc;
    DublinCore DUBLIN_CORE DUBLIN_CORE_FORM DublinCore;
}

//! KML (OGC 12-007r2), for globes and maps: a placemark for every row of a table whose columns say where it is.
//!
//! The values of a row are its extended data. A row without a place is a placemark without a geometry.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    markup::{Place, push_xml},
    places::Places,
    text::{Cells, plain},
};

/// KML placemarks.
pub struct Kml;

const INFO: FormatInfo = FormatInfo {
    name: "kml",
    label: "KML",
    extensions: &["kml"],
    media_types: &["application/vnd.google-earth.kml+xml"],
    can_read: false,
    can_write: true,
    streams: true,
};

/// Names of columns that hold what people call a thing, the best first.
const NAMES: [&str; 4] = ["name", "title", "label", "facility_name"];

impl Format for Kml {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let is_markup = head.trim_ascii_start().starts_with(b"<");
        match (is_markup, has_extension(&INFO, name)) {
            (true, true) => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            _ => Likelihood::No,
        }
    }

    fn suits(&self, schema: &SchemaRef) -> bool {
        Places::find(schema).is_some()
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let places = Places::require(&schema, INFO.label)?;
        let tag = |name: String| {
            let mut tag = b"<Data name=\"".to_vec();
            push_xml(&name, Place::Attribute, &mut tag);
            tag.extend_from_slice(b"\"><value>");
            tag
        };
        let tags = headers(&schema, options).into_iter().map(tag).collect();
        let name = NAMES.iter().find_map(|name| schema.index_of(name).ok());
        let mut head = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n"
            .to_vec();
        if let Some(title) = &options.title {
            push_name(title, &mut head);
            head.push(b'\n');
        }
        out.write_all(&head).map_err(FormatError::io("write", INFO.name))?;
        Ok(Box::new(KmlWriter { out, places, tags, name, buffer: Vec::new(), text: Vec::new() }))
    }
}

struct KmlWriter {
    out: Box<dyn Write + Send>,
    places: Places,
    tags: Vec<Vec<u8>>,
    /// The column that names the rows.
    name: Option<usize>,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

impl BatchWriter for KmlWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            self.push_placemark(&columns, row);
        }
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", INFO.name))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.write_all(b"</Document>\n</kml>\n").map_err(FormatError::io("write", INFO.name))?;
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

impl KmlWriter {
    /// The elements stand in the order of the schema: name, extended data, geometry.
    fn push_placemark(&mut self, columns: &[Cells<'_>], row: usize) {
        let out = &mut self.buffer;
        out.extend_from_slice(b"<Placemark>");
        self.text.clear();
        if self.name.and_then(|at| columns.get(at)).is_some_and(|name| name.append(row, &mut self.text)) {
            push_name(&String::from_utf8_lossy(&self.text), out);
        }
        let shape = self.places.of_row(columns, row);
        let mut is_first = true;
        for (index, (tag, column)) in self.tags.iter().zip(columns).enumerate() {
            self.text.clear();
            let is_told = shape.is_some() && self.places.is_told_by_shape(index);
            if is_told || !column.append(row, &mut self.text) {
                continue;
            }
            if std::mem::take(&mut is_first) {
                out.extend_from_slice(b"<ExtendedData>");
            }
            out.extend_from_slice(tag);
            push_xml(&String::from_utf8_lossy(&self.text), Place::Content, out);
            out.extend_from_slice(b"</value></Data>");
        }
        if !is_first {
            out.extend_from_slice(b"</ExtendedData>");
        }
        if let Some(shape) = shape {
            shape.push_kml(out);
        }
        out.extend_from_slice(b"</Placemark>\n");
    }
}

fn push_name(name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<name>");
    push_xml(name, Place::Content, out);
    out.extend_from_slice(b"</name>");
}

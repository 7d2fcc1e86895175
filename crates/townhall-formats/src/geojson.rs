//! GeoJSON (RFC 7946): a feature for every row of a table whose columns say where it is.
//!
//! Positions in degrees stay among the properties; a column of geometries becomes the geometry, and is a property only
//! where it could not be read. A row without a place has the geometry `null`.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    geojson_read,
    json::{push_string, push_value},
    places::Places,
    text::{Cells, plain},
};

/// GeoJSON features.
pub struct GeoJson;

const INFO: FormatInfo = FormatInfo {
    name: "geojson",
    label: "GeoJSON",
    extensions: &["geojson"],
    media_types: &["application/geo+json", "application/vnd.geo+json"],
    can_read: true,
    can_write: true,
    streams: true,
};

impl Format for GeoJson {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let is_object = head.trim_ascii_start().first() == Some(&b'{');
        match (is_object, has_extension(&INFO, name)) {
            (true, true) => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            _ => Likelihood::No,
        }
    }

    /// A map may be drawn of features that nobody wants for a table.
    fn may_hold_anything(&self) -> bool {
        true
    }

    fn suits(&self, schema: &SchemaRef) -> bool {
        Places::find(schema).is_some()
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        geojson_read::ingest(task, &INFO)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let places = Places::require(&schema, INFO.label)?;
        let key = |name: String| {
            let mut key = Vec::new();
            push_string(&name, &mut key);
            key.push(b':');
            key
        };
        let keys = headers(&schema, options).into_iter().map(key).collect();
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")
            .map_err(FormatError::io("write", INFO.name))?;
        Ok(Box::new(GeoJsonWriter { out, places, keys, buffer: Vec::new(), is_first: true }))
    }
}

struct GeoJsonWriter {
    out: Box<dyn Write + Send>,
    places: Places,
    keys: Vec<Vec<u8>>,
    buffer: Vec<u8>,
    is_first: bool,
}

impl BatchWriter for GeoJsonWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            self.buffer.extend_from_slice(if self.is_first { b"\n" } else { b",\n" });
            self.is_first = false;
            self.push_feature(&columns, row);
        }
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", INFO.name))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.write_all(b"\n]}\n").map_err(FormatError::io("write", INFO.name))?;
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

impl GeoJsonWriter {
    fn push_feature(&mut self, columns: &[Cells<'_>], row: usize) {
        let out = &mut self.buffer;
        out.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":");
        let shape = self.places.of_row(columns, row);
        match &shape {
            Some(shape) => shape.push_json(out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"properties\":{");
        let mut is_first = true;
        for (index, (key, column)) in self.keys.iter().zip(columns).enumerate() {
            if shape.is_some() && self.places.is_told_by_shape(index) {
                continue;
            }
            if !is_first {
                out.push(b',');
            }
            is_first = false;
            out.extend_from_slice(key);
            push_value(column, row, out);
        }
        out.extend_from_slice(b"}}");
    }
}

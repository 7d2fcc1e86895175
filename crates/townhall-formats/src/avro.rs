//! Apache Avro's object container files (Avro 1.12, "Object Container Files").

use std::fs::File;
use std::io::BufReader;

use arrow_avro::reader::ReaderBuilder;
use serde_json::Map;

use crate::format::has_extension;
use crate::limits::TYPED_BATCH_ROWS;
use crate::typed::{Typed, careful, ingest_batches};
use crate::{Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood};

/// Avro.
pub struct Avro;

const INFO: FormatInfo = FormatInfo {
    name: "avro",
    label: "Avro",
    extensions: &["avro"],
    media_types: &["application/vnd.apache.avro", "avro/binary"],
    can_read: true,
    can_write: false,
    streams: false,
};

impl Format for Avro {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        match (head.starts_with(b"Obj\x01"), has_extension(&INFO, name)) {
            (true, _) => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            (false, false) => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let name = task.name;
        let damaged = |error: arrow_schema::ArrowError| FormatError::damaged(name, &INFO, &error);
        let file = File::open(task.source).map_err(FormatError::io("open", name))?;
        let file = BufReader::with_capacity(1 << 20, file);
        let builder = ReaderBuilder::new().with_batch_size(TYPED_BATCH_ROWS);
        let mut reader = careful(name, &INFO, || builder.build(file).map_err(damaged))?;
        let schema = reader.schema();
        let next = || careful(name, &INFO, || reader.next().transpose().map_err(damaged)).transpose();
        let typed = Typed { schema, batches: std::iter::from_fn(next), rows: None, read_as: Map::new() };
        ingest_batches(task, &INFO, typed)
    }
}

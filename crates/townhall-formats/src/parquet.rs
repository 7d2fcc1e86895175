//! Apache Parquet: files of others are read, and tables are kept and handed over.

use std::fs::File;
use std::io::Write;

use ::parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    basic::{Compression, Encoding},
    file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
    schema::types::ColumnPath,
};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use serde_json::Map;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, Purpose, WriteOptions,
    format::has_extension,
    limits::{GROUP_ROWS_MAX, UNPACKED_BYTES_MAX},
    typed::{Typed, batch_rows, careful, ingest_batches},
};

/// Apache Parquet.
pub struct Parquet;

const INFO: FormatInfo = FormatInfo {
    name: "parquet",
    label: "Parquet",
    extensions: &["parquet", "pq"],
    media_types: &["application/vnd.apache.parquet", "application/x-parquet"],
    can_read: true,
    can_write: true,
    streams: true,
};

impl Format for Parquet {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        match (head.starts_with(b"PAR1"), has_extension(&INFO, name)) {
            (true, _) => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            (false, false) => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let name = task.name;
        let file = File::open(task.source).map_err(FormatError::io("open", name))?;
        let damaged = |error: ::parquet::errors::ParquetError| FormatError::damaged(name, &INFO, &error);
        let reader =
            careful(name, &INFO, || ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged))?;
        let groups = reader.metadata().row_groups().iter();
        let bytes: u64 = groups.map(|group| group.total_byte_size().max(0) as u64).sum();
        if bytes > UNPACKED_BYTES_MAX {
            return Err(FormatError::TooLarge {
                name: name.to_owned(),
                what: "table",
                unit: "bytes",
                line: 1,
                limit: UNPACKED_BYTES_MAX,
                hint: "send it in several files",
            });
        }
        let rows = u64::try_from(reader.metadata().file_metadata().num_rows()).ok();
        let schema = reader.schema().clone();
        let reader = reader.with_batch_size(batch_rows(schema.fields().len()));
        let mut reader = careful(name, &INFO, || reader.build().map_err(damaged))?;
        let next = || {
            careful(name, &INFO, || {
                reader.next().transpose().map_err(|error| FormatError::damaged(name, &INFO, &error))
            })
            .transpose()
        };
        let typed = Typed { schema, batches: std::iter::from_fn(next), rows, read_as: Map::new() };
        ingest_batches(task, &INFO, typed)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let _ = options;
        let writer = ArrowWriter::try_new(
            out,
            schema,
            Some(properties(Purpose::File, GROUP_ROWS_MAX, std::iter::empty())),
        )
        .map_err(|source| FormatError::encode(INFO.label)(source.into()))?;
        Ok(Box::new(ParquetWriter { writer }))
    }
}

/// The column of a table file that numbers its rows, from 1: the tie-break of cursors and the address of a row. Names of
/// other columns never begin with `_`.
pub const ROW_COLUMN: &str = "_row";

/// How tables are laid out: snappy, because it decodes fastest; small pages with an index, so that a look-up reads a page
/// and not a group. Columns named in `diverse` have next to no repeated values, so that a dictionary would only cost.
pub(crate) fn properties<'a>(
    purpose: Purpose,
    group_rows: usize,
    diverse: impl Iterator<Item = &'a str>,
) -> WriterProperties {
    if purpose == Purpose::Scratch {
        return WriterProperties::builder()
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_max_row_group_row_count(Some(group_rows))
            .build();
    }
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(group_rows))
        .set_data_page_row_count_limit((group_rows / 16).clamp(1_024, 4_096))
        .set_write_batch_size(1_024)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by("townhall".to_owned())
        // Differences of consecutive numbers take no room.
        .set_column_dictionary_enabled(ColumnPath::from(ROW_COLUMN), false)
        .set_column_encoding(ColumnPath::from(ROW_COLUMN), Encoding::DELTA_BINARY_PACKED);
    let plain = |properties: WriterPropertiesBuilder, name: &str| {
        properties.set_column_dictionary_enabled(ColumnPath::from(name.to_owned()), false)
    };
    diverse.fold(properties, plain).build()
}

struct ParquetWriter {
    writer: ArrowWriter<Box<dyn Write + Send>>,
}

impl BatchWriter for ParquetWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        self.writer.write(batch).map_err(|source| FormatError::encode(INFO.label)(source.into()))
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        let mut out =
            self.writer.into_inner().map_err(|source| FormatError::encode(INFO.label)(source.into()))?;
        out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

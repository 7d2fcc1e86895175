//! A Parquet file whose row groups are encoded by several threads and stand in order.

use std::{fs::File, io::BufWriter, path::Path, sync::Arc};

use ::parquet::{
    arrow::{
        ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata,
        arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves},
    },
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
};
use arrow_array::ArrayRef;
use arrow_schema::SchemaRef;

use crate::FormatError;

/// The file, to which finished row groups are appended one after the other.
pub(crate) struct GroupFile {
    writer: SerializedFileWriter<BufWriter<File>>,
}

/// Makes encoders for the columns of a row group, on any thread.
pub(crate) struct GroupEncoder {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
}

/// A row group being encoded, column by column.
pub(crate) struct Group<'a> {
    schema: &'a SchemaRef,
    encoders: std::vec::IntoIter<ArrowColumnWriter>,
    chunks: Vec<ArrowColumnChunk>,
}

impl GroupFile {
    pub(crate) fn create(
        path: &Path,
        schema: &SchemaRef,
        mut properties: WriterProperties,
    ) -> Result<(Self, GroupEncoder), FormatError> {
        let file = File::create(path).map_err(|source| FormatError::io_path("create", path, source))?;
        let descriptor = ArrowSchemaConverter::new().convert(schema).map_err(encode)?;
        add_encoded_arrow_schema_to_metadata(schema, &mut properties);
        let out = BufWriter::with_capacity(1 << 20, file);
        let writer = SerializedFileWriter::new(out, descriptor.root_schema_ptr(), Arc::new(properties))
            .map_err(encode)?;
        let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(schema));
        Ok((Self { writer }, GroupEncoder { factory, schema: Arc::clone(schema) }))
    }

    pub(crate) fn append(&mut self, chunks: Vec<ArrowColumnChunk>) -> Result<(), FormatError> {
        let mut group = self.writer.next_row_group().map_err(encode)?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group).map_err(encode)?;
        }
        group.close().map_err(encode)?;
        Ok(())
    }

    /// Writes the footer, and returns the bytes of the file.
    pub(crate) fn finish(mut self) -> Result<u64, FormatError> {
        self.writer.finish().map_err(encode)?;
        Ok(self.writer.bytes_written() as u64)
    }
}

impl GroupEncoder {
    /// Starts the row group with this index.
    pub(crate) fn start(&self, index: usize) -> Result<Group<'_>, FormatError> {
        let encoders = self.factory.create_column_writers(index).map_err(encode)?;
        Ok(Group {
            schema: &self.schema,
            chunks: Vec::with_capacity(encoders.len()),
            encoders: encoders.into_iter(),
        })
    }
}

impl Group<'_> {
    /// Encodes the next column.
    pub(crate) fn add(&mut self, array: &ArrayRef) -> Result<(), FormatError> {
        let field = &self.schema.fields()[self.chunks.len()];
        let mut encoder =
            self.encoders.next().expect("there is one encoder for each of the schema's flat columns");
        for leaf in compute_leaves(field, array).map_err(encode)? {
            encoder.write(&leaf).map_err(encode)?;
        }
        self.chunks.push(encoder.close().map_err(encode)?);
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<ArrowColumnChunk> {
        self.chunks
    }
}

fn encode(source: ParquetError) -> FormatError {
    FormatError::encode("Parquet")(source.into())
}

//! Labels in the place of codes.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::FormatError;
use crate::text::value_text;

/// What the codes of columns stand for: by the name of the column, then by the code as the API prints it.
#[derive(Debug, Clone, Default)]
pub struct Labels(pub HashMap<String, HashMap<String, String>>);

impl Labels {
    /// The schema of rows whose codes have been replaced: such columns are text.
    pub fn schema(&self, schema: &SchemaRef) -> SchemaRef {
        let fields = schema.fields().iter().map(|field| match self.0.contains_key(field.name()) {
            true => Arc::new(Field::new(field.name(), DataType::Utf8, true)),
            false => Arc::clone(field),
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The rows with labels in the place of codes; a value without a label stays as it is printed.
    pub fn put(&self, batch: &RecordBatch) -> Result<RecordBatch, FormatError> {
        let schema = batch.schema();
        let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| -> ArrayRef {
            let Some(labels) = self.0.get(field.name()) else { return Arc::clone(column) };
            let label = |row| value_text(column, row).map(|text| labels.get(&text).cloned().unwrap_or(text));
            Arc::new((0..batch.num_rows()).map(label).collect::<StringArray>())
        });
        RecordBatch::try_new(self.schema(&schema), columns.collect())
            .map_err(|error| FormatError::encode("Arrow")(error.into()))
    }
}

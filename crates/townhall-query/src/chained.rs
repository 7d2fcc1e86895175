//! Questions about the answers of questions: what columns such an answer has, and its rows as a table.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use datafusion::dataframe::DataFrame;
use townhall_model::table::{Column, ColumnType};

use crate::answer::{gather, outputs};
use crate::engine::{Engine, engine};
use crate::error::{QueryError, QueryProblem};
use crate::limits::ANSWER_ROWS_MAX;
use crate::literal::Literal;
use crate::query::{AggregateFunction, ROW, RowsQuery, TableSource};
use crate::value::{Function, Value};

impl TableSource {
    /// The answer to a question as a table, as far as is known without answering it.
    pub(crate) fn answering(&self, query: &RowsQuery) -> Self {
        let base;
        let table = match &query.of {
            Some(inner) => {
                base = self.answering(inner);
                &base
            }
            None => self,
        };
        let outputs = outputs(table, query);
        let column = |name: &str, value: &Value| match value {
            Value::Column(of) if of == name && table.column(of).is_some() => {
                table.column(of).cloned().unwrap_or_else(|| Column::bare(name, ColumnType::Text))
            }
            value => Column::bare(name, kind_of(value, table, &outputs)),
        };
        let columns = outputs.iter().map(|output| column(&output.name, &output.value)).collect();
        Self { columns, ..self.clone() }
    }
}

/// What a value holds.
fn kind_of(value: &Value, table: &TableSource, outputs: &[crate::query::Output]) -> ColumnType {
    let of = |value: &Value| kind_of(value, table, outputs);
    match value {
        Value::Column(name) if name == ROW => ColumnType::Integer,
        Value::Column(name) => match table.column(name) {
            Some(column) => column.kind,
            None => {
                let meant = outputs.iter().find(|output| output.name == *name && output.value != *value);
                meant.map_or(ColumnType::Text, |output| of(&output.value))
            }
        },
        Value::Literal(literal) => match literal {
            Literal::Text(_) => ColumnType::Text,
            Literal::Integer(_) => ColumnType::Integer,
            Literal::Number(_) => ColumnType::Number,
            Literal::Boolean(_) => ColumnType::Boolean,
            Literal::Date(_) => ColumnType::Date,
            Literal::Timestamp(_) => ColumnType::Timestamp,
            Literal::Datetime(_) => ColumnType::Datetime,
        },
        Value::Null => ColumnType::Text,
        Value::Aggregate(function, inner) => match (function, inner) {
            (AggregateFunction::Count | AggregateFunction::CountDistinct, _) | (_, None) => {
                ColumnType::Integer
            }
            (AggregateFunction::Avg | AggregateFunction::Stddev, _) => ColumnType::Number,
            (_, Some(inner)) => of(inner),
        },
        Value::Case(branches, otherwise) => match branches.first() {
            Some((_, Value::Null)) | None => otherwise.as_ref().map_or(ColumnType::Text, |value| of(value)),
            Some((_, value)) => of(value),
        },
        Value::Call(function, arguments) => {
            let first = || arguments.first().map_or(ColumnType::Text, of);
            match function {
                Function::Lower
                | Function::Upper
                | Function::Trim
                | Function::Substring
                | Function::Concat
                | Function::Replace
                | Function::FormatTime
                | Function::ToText => ColumnType::Text,
                Function::Length | Function::Part(_) | Function::ToInteger => ColumnType::Integer,
                Function::Add | Function::Subtract | Function::Multiply | Function::Modulo => {
                    let is_whole = arguments.iter().all(|value| of(value) == ColumnType::Integer);
                    if is_whole { ColumnType::Integer } else { ColumnType::Number }
                }
                Function::Divide | Function::Sqrt | Function::Power | Function::Ln | Function::ToNumber => {
                    ColumnType::Number
                }
                Function::ToDate => ColumnType::Date,
                Function::ToTimestamp => ColumnType::Timestamp,
                Function::Truncate(_) => match first() {
                    ColumnType::Date => ColumnType::Datetime,
                    other => other,
                },
                Function::Negate
                | Function::Abs
                | Function::Round
                | Function::Floor
                | Function::Ceil
                | Function::Coalesce
                | Function::NullIf => first(),
            }
        }
    }
}

impl Engine {
    /// The answer to a question with its rows numbered, for the question that is about it.
    pub(crate) async fn answered(
        &self,
        table: &TableSource,
        query: &RowsQuery,
    ) -> Result<DataFrame, QueryError> {
        let frame = Box::pin(self.all(table, query)).await?;
        let rows = gather(frame.limit(0, Some(ANSWER_ROWS_MAX + 1))?).await?;
        if rows.num_rows() > ANSWER_ROWS_MAX {
            let message = format!("the first part answers with more than {ANSWER_ROWS_MAX} rows");
            return Err(QueryProblem::new("query", message)
                .with_hint("narrow it by a condition, or group its rows")
                .into());
        }
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=rows.num_rows() as i64));
        let schema = rows.schema();
        let named =
            schema.fields().iter().map(|field| field.name().clone()).zip(rows.columns().iter().cloned());
        let named = named.filter(|(name, _)| name != ROW).chain([(ROW.to_owned(), numbers)]);
        let named = named.map(|(name, column)| (name, column, true));
        let rows = RecordBatch::try_from_iter_with_nullable(named);
        let rows = rows.map_err(|error| engine(&error.to_string()))?;
        Ok(self.session()?.read_batch(rows)?)
    }
}

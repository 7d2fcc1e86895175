//! SQL over the tables that its reader may see.

use std::sync::Arc;

use futures::StreamExt;
use townhall_formats::WriteOptions;
use townhall_model::{ErrorKind, TableId};
use townhall_query::{Granted, RecordBatch, RowStream, SchemaRef, Sql, TableName};

use super::{AnswerColumn, Export, TableSummary, Tables};
use crate::{Audience, Error};

/// Rows of an answer that is held before it is sent.
pub const SQL_ROWS_MAX: usize = 32_000;

/// The rows that answer an SQL query.
#[derive(Debug, Clone)]
pub struct SqlAnswer {
    /// The results of each row, in order.
    pub columns: Vec<AnswerColumn>,
    /// The tables that were read.
    pub tables: Vec<TableSummary>,
    /// Whether there are more rows than are here.
    pub truncated: bool,
    rows: RecordBatch,
}

impl SqlAnswer {
    /// How many rows are here.
    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }

    /// Whether no row is here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows as the text of a JSON array of objects.
    pub fn objects(&self) -> String {
        let mut text = vec![b'['];
        townhall_formats::json_objects(&self.rows, &mut text);
        text.push(b']');
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The cells as they are printed; none where there is no value.
    pub fn texts(&self) -> Vec<Vec<Option<String>>> {
        let columns = self.rows.columns();
        let cells = |row| columns.iter().map(|column| townhall_formats::value_text(column, row)).collect();
        (0..self.len()).map(cells).collect()
    }
}

impl Tables<'_> {
    /// Answers an SQL query with at most so many rows.
    pub async fn sql(&self, audience: Audience, text: &str, rows_max: usize) -> Result<SqlAnswer, Error> {
        let rows_max = rows_max.min(SQL_ROWS_MAX);
        let (tables, schema, mut rows) = self.run_sql(audience, text, rows_max).await?;
        let mut batches = Vec::new();
        while let Some(batch) = rows.next().await {
            batches.push(batch?);
        }
        let rows = townhall_query::joined(&schema, &batches)?;
        let truncated = rows.num_rows() > rows_max;
        let columns = schema.fields().iter();
        let columns = columns.map(|field| AnswerColumn {
            name: field.name().clone(),
            label: None,
            kind: townhall_formats::column_type(field.data_type()),
        });
        Ok(SqlAnswer {
            columns: columns.collect(),
            tables,
            truncated,
            rows: rows.slice(0, rows.num_rows().min(rows_max)),
        })
    }

    /// Answers an SQL query with a file of a format by its name, sent as it is made, with all its rows.
    pub async fn sql_file(&self, audience: Audience, text: &str, format: &str) -> Result<Export, Error> {
        let format = super::writable(format)?;
        let (_, schema, rows) = self.run_sql(audience, text, usize::MAX).await?;
        super::exported(format, schema, rows, WriteOptions::default(), "query".to_owned(), None)
    }

    /// The name by which queries call a table.
    pub async fn sql_name(&self, audience: Audience, table: &TableSummary) -> Result<String, Error> {
        let dataset = table.dataset_slug.replace('-', "_");
        let is_plain = dataset.starts_with(|c: char| c.is_ascii_lowercase());
        let dataset = if is_plain { dataset } else { format!("\"{}\"", table.dataset_slug) };
        let tables = self.app.catalog().dataset(audience, &table.dataset_slug).await?.tables;
        let place = tables.iter().position(|known| known.id == table.id).unwrap_or(0);
        Ok(if place == 0 { dataset } else { format!("{dataset}.\"{}\"", place + 1) })
    }

    /// The table of a dataset by the words of its title, its number, its id, or the name of the dataset for the first.
    pub async fn in_dataset(
        &self,
        audience: Audience,
        dataset: &str,
        table: &str,
    ) -> Result<TableSummary, Error> {
        if dataset == table {
            return self.named(audience, dataset).await;
        }
        if table.parse::<TableId>().is_ok() {
            let found = self.named(audience, table).await?;
            if found.dataset_slug == dataset {
                return Ok(found);
            }
        }
        self.sql_table(audience, &TableName { dataset: Some(dataset.to_owned()), table: table.to_owned() })
            .await
    }

    async fn run_sql(
        &self,
        audience: Audience,
        text: &str,
        rows_max: usize,
    ) -> Result<(Vec<TableSummary>, SchemaRef, RowStream), Error> {
        let sql = Sql::read(text)?;
        let (mut granted, mut tables) = (Vec::new(), Vec::new());
        for name in sql.tables() {
            let table = self.sql_table(audience, name).await?;
            let known = self.known(audience, table.id, None).await?;
            granted.push(Granted { name: name.clone(), source: Arc::clone(&known.source) });
            tables.push(table);
        }
        let large = self.large(&sql, &granted, rows_max).await?;
        let (schema, rows) = match (large, self.app.query_workers()) {
            (Some(answer), _) => answer,
            (None, Some(workers)) => workers.sql(&sql, &granted, rows_max).await?,
            (None, None) => self.app.engine().sql(&sql, &granted, rows_max).await?,
        };
        Ok((tables, schema, rows))
    }

    /// The table that a name in a query stands for: `dataset`, with `_` for `-` where that is more convenient, for its first
    /// table; `dataset.table` for one of several, by the words of its title or by its number; or the id of a table.
    async fn sql_table(&self, audience: Audience, name: &TableName) -> Result<TableSummary, Error> {
        let whole = match &name.dataset {
            Some(dataset) => format!("{dataset}.{}", name.table),
            None => name.table.clone(),
        };
        let missing = || {
            Error::new(ErrorKind::NotFound, format!("there is no table `{whole}`"))
                .with_hint("tables are listed at /api/tables; a name with a hyphen stands in double quotes")
        };
        let Some(dataset) = &name.dataset else {
            for name in [name.table.clone(), name.table.replace('_', "-")] {
                match self.named(audience, &name).await {
                    Ok(table) => return Ok(table),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            return Err(missing());
        };
        for dataset in [dataset.clone(), dataset.replace('_', "-")] {
            let tables = match self.app.catalog().dataset(audience, &dataset).await {
                Ok(dataset) => dataset.tables,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let number = name.table.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let by_number = number.and_then(|number| tables.get(number));
            let wanted = table_word(&name.table);
            let by_title = || tables.iter().find(|table| table_word(&table.title) == wanted);
            return by_number.or_else(by_title).cloned().ok_or_else(missing);
        }
        Err(missing())
    }
}

/// A title as a name: its words in small letters with `_` between them.
pub fn table_word(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

//! SQL over the tables that its reader may see.

use std::sync::Arc;

use futures::StreamExt;
use townhall_formats::WriteOptions;
use townhall_model::{ErrorKind, TableId};
use townhall_query::{Allowance, Class, Granted, RecordBatch, RowStream, SchemaRef, Sql, TableName};

use super::{AnswerColumn, AnswerQuestion, Export, TableSummary, Tables, class_of};
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
        self.sql_of(audience, &Sql::read(text)?, rows_max).await
    }

    /// The same for a query that was read, with the values of its parameters.
    pub async fn sql_of(&self, audience: Audience, sql: &Sql, rows_max: usize) -> Result<SqlAnswer, Error> {
        let rows_max = rows_max.min(SQL_ROWS_MAX);
        let class = class_of(audience);
        let (tables, granted) = self.granted(audience, sql).await?;
        let rows = match self.sql_at_once(class, sql, &granted, rows_max).await? {
            None => self.kept_rows(&AnswerQuestion::sql(sql, &granted, rows_max, None)).await?,
            Some((schema, mut rows)) => {
                let mut batches = Vec::new();
                while let Some(batch) = rows.next().await {
                    batches.push(batch?);
                }
                townhall_query::joined(&schema, &batches)?
            }
        };
        let schema = rows.schema();
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
        self.sql_file_of(audience, &Sql::read(text)?, format, "query").await
    }

    /// The same for a query that was read; `name` is what the file is called.
    pub async fn sql_file_of(
        &self,
        audience: Audience,
        sql: &Sql,
        format: &str,
        name: &str,
    ) -> Result<Export, Error> {
        let info = super::writable(format)?.info();
        let class = class_of(audience);
        let (_, granted) = self.granted(audience, sql).await?;
        let Some((schema, rows)) = self.sql_at_once(class, sql, &granted, usize::MAX).await? else {
            let asked = AnswerQuestion::sql(sql, &granted, usize::MAX, Some(info.name));
            let export = Export {
                content_type: info.content_type(),
                name: format!("{name}.{}", info.extensions[0]),
                bytes: super::later::nothing(),
                cut: super::Cut::default(),
            };
            return self.kept_file(&asked, export).await;
        };
        let allowance = Allowance::new(self.app.engine().of(class).limits());
        sql_export(format, schema, rows, name, Some(allowance))
    }

    /// The rows that answer a query whose asker waits: from other machines when it is large, else from here; none when it is
    /// too much for those of a class to wait for.
    async fn sql_at_once(
        &self,
        class: Class,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<Option<(SchemaRef, RowStream)>, Error> {
        if let Some(answer) = self.large(class, sql, granted, rows_max).await? {
            return Ok(Some(answer));
        }
        if self.is_heavy_sql(class, sql, granted).await? {
            return Ok(None);
        }
        self.sql_now(class, sql, granted, rows_max).await.map(Some)
    }

    /// Whether a query is too much for those of a class to wait for.
    async fn is_heavy_sql(&self, class: Class, sql: &Sql, granted: &[Granted]) -> Result<bool, Error> {
        let engine = self.app.engine().of(class);
        let mut is_light = true;
        for grant in granted {
            is_light &= engine.is_light(&grant.source).await?;
        }
        // Of few small tables nothing heavy is asked but by what limits of time and memory end.
        if is_light && granted.len() < 2 {
            return Ok(false);
        }
        Ok(engine.sql_cost(sql, granted).await?.is_heavy(engine.limits()))
    }

    /// How a query would be answered: its steps, the last one first, each line a step of those above it.
    pub async fn sql_plan(&self, audience: Audience, sql: &Sql) -> Result<String, Error> {
        let (_, granted) = self.granted(audience, sql).await?;
        let (schema, mut rows) =
            self.sql_now(class_of(audience), &sql.clone().explained(), &granted, 1).await?;
        let mut batches = Vec::new();
        while let Some(batch) = rows.next().await {
            batches.push(batch?);
        }
        // A row for each stage of planning: its name, and the plan. Names of files are nobody's business.
        let rows = townhall_query::joined(&schema, &batches)?;
        let cell = |column: usize, row| townhall_formats::value_text(rows.column(column), row);
        let plan = (0..rows.num_rows()).find(|row| cell(0, *row).as_deref() == Some("logical_plan"));
        Ok(plan.and_then(|row| cell(1, row)).unwrap_or_default().replace("townhall.public.", ""))
    }

    /// The same query where names of tables alone are those of a dataset's, and `:name` stands for a value of that name.
    pub fn sql_in(&self, dataset: &str, text: &str, values: &[(String, String)]) -> Result<String, Error> {
        Ok(Sql::read(text)?.within(dataset).bound(values)?.text().to_owned())
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
        if let Some(found) = self.app.databases().table(audience, dataset, table).await? {
            return found;
        }
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

    /// The tables that a query names, as far as its reader may see them.
    pub(super) async fn granted(
        &self,
        audience: Audience,
        sql: &Sql,
    ) -> Result<(Vec<TableSummary>, Vec<Granted>), Error> {
        let (mut granted, mut tables) = (Vec::new(), Vec::new());
        for name in sql.tables() {
            let table = self.sql_table(audience, name).await?;
            let known = self.known(audience, table.id, None).await?;
            if known.source.live.is_some() {
                return Err(Error::invalid(format!(
                    "the rows of `{}` stay in a database and are asked of it each time, which SQL can't do here",
                    table.title
                ))
                .with_hint("ask for them at /api/tables/…/rows, or publish a copy: townhall database add … --snapshot"));
            }
            granted.push(Granted { name: name.clone(), source: Arc::clone(&known.source) });
            tables.push(table);
        }
        Ok((tables, granted))
    }

    /// The rows that answer a query, as they come, without other machines.
    pub(super) async fn sql_now(
        &self,
        class: Class,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<(SchemaRef, RowStream), Error> {
        Ok(match self.app.query_workers() {
            Some(workers) => workers.of(class).sql(sql, granted, rows_max).await?,
            None => self.app.engine().of(class).sql(sql, granted, rows_max).await?,
        })
    }

    /// The table that a name in a query stands for: `dataset`, with `_` for `-` where that is more convenient, for its first
    /// table; `dataset.table` for one of several, by the words of its title or by its number; or the id of a table.
    pub(crate) async fn sql_table(
        &self,
        audience: Audience,
        name: &TableName,
    ) -> Result<TableSummary, Error> {
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

/// The rows of a query as a file.
pub(super) fn sql_export(
    format: &str,
    schema: SchemaRef,
    rows: RowStream,
    name: &str,
    allowance: Option<Allowance>,
) -> Result<Export, Error> {
    let format = super::writable(format)?;
    super::exported(format, schema, rows, WriteOptions::default(), name.to_owned(), None, allowance)
}

/// A title as a name: its words in small letters with `_` between them.
pub fn table_word(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

//! Questions in any dialect, and their answers in any form.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use townhall_formats::{WriteOptions, value_text};
use townhall_model::TableId;
use townhall_model::table::{Column, ColumnType};
use townhall_query::{Class, Joined, Page, RowsQuery, TableSource, dialect_by_name};

use super::{Export, Known, TableDetail, TableSummary, Tables};
use crate::limits::CATALOGUE_BYTES_MAX;
use crate::{Audience, Error, Material};

/// A question about a version of a table, read in the words of a dialect.
#[derive(Debug, Clone)]
pub struct Question {
    /// The table and its version.
    pub table: Arc<TableDetail>,
    pub(super) known: Known,
    pub(super) class: Class,
    pub(super) query: RowsQuery,
}

impl Question {
    /// How many rows the engine is to give and how, for those who write answers of their own.
    pub(crate) fn parts(&self) -> (&TableSource, &RowsQuery) {
        (&self.known.source, &self.query)
    }

    /// Whether the rows stay in a database, so that the answer may be another the next moment.
    pub fn is_live(&self) -> bool {
        self.known.source.live.is_some()
    }

    /// How many rows are wanted, when it says so.
    pub fn limit(&self) -> Option<usize> {
        self.query.limit
    }

    /// How many rows are passed over.
    pub fn offset(&self) -> u64 {
        self.query.offset
    }

    /// The headings of the results, as the source has them.
    pub fn labels(&self) -> Vec<String> {
        let label = |name: &String| {
            let column = self.table.manifest.columns.iter().find(|column| column.name == *name);
            column.and_then(|column| column.label.clone()).unwrap_or_else(|| name.clone())
        };
        match self.query.select.as_slice() {
            [] => self.table.manifest.columns.iter().map(|column| label(&column.name)).collect(),
            results => results.iter().map(|result| label(&result.name)).collect(),
        }
    }

    /// The same question for all rows, however many: for files.
    #[must_use]
    pub fn without_limit(mut self) -> Self {
        self.query.limit = None;
        self
    }

    /// The same question for so many rows at most.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.query.limit = Some(limit);
        self
    }
}

/// What a result of an answer is called and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerColumn {
    /// Its name.
    pub name: String,
    /// Its heading in the source, where that differs.
    pub label: Option<String>,
    /// What it holds.
    pub kind: ColumnType,
}

/// The rows or groups that answer a question.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The results of each row, in order.
    pub columns: Vec<AnswerColumn>,
    pub(super) page: Arc<Page>,
}

impl Answer {
    /// The same with labels in the place of codes.
    pub(crate) fn labelled(self, labels: &townhall_formats::Labels) -> Result<Self, Error> {
        let rows = labels.put(&self.page.rows)?;
        let page = Arc::new(Page { rows, ..Page::clone(&self.page) });
        let columns = columns(&page, &[]).into_iter().zip(self.columns);
        let columns = columns.map(|(new, old)| AnswerColumn { kind: new.kind, ..old }).collect();
        Ok(Self { columns, page })
    }

    /// Where the rows are, longitude before latitude, when two columns say so; rows without a place are left out.
    pub fn places(&self) -> Option<Vec<(f64, f64)>> {
        let columns = self.columns.iter().map(|column| (column.name.as_str(), column.kind));
        let degrees = townhall_query::place::Degrees::among(columns)?;
        let at = |name: &str| self.columns.iter().position(|column| column.name == name);
        let (longitude, latitude) = (at(&degrees.longitude)?, at(&degrees.latitude)?);
        let number = |row: &[Option<String>], at: usize| row[at].as_deref()?.parse::<f64>().ok();
        let place = |row: Vec<Option<String>>| Some((number(&row, longitude)?, number(&row, latitude)?));
        Some(self.texts().into_iter().filter_map(place).collect())
    }

    /// The rows as a file of a format by its name.
    pub fn written(&self, format: &str, options: &WriteOptions) -> Result<Vec<u8>, Error> {
        let out = Written::default();
        let format = super::writable(format)?;
        let schema = self.page.rows.schema();
        if !format.suits(&schema) {
            return Err(townhall_formats::FormatError::NoPlaces { format: format.info().label }.into());
        }
        let mut writer = format.writer(schema, options, Box::new(out.clone()))?;
        writer.write(&self.page.rows)?;
        writer.finish()?;
        Ok(out.take())
    }

    /// How many rows there are in all, when it was counted.
    pub fn total(&self) -> Option<u64> {
        self.page.total
    }

    /// How many rows are here.
    pub fn len(&self) -> usize {
        self.page.rows.num_rows()
    }

    /// Whether no row is here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether more follow.
    pub fn has_more(&self) -> bool {
        self.page.has_more
    }

    /// The cursor of the next page.
    pub fn next(&self) -> Option<&str> {
        self.page.next.as_deref()
    }

    /// The numbers of the rows in their table, from 1; none for groups.
    pub fn numbers(&self) -> &[u64] {
        &self.page.numbers
    }

    /// The rows as the text of a JSON array of objects.
    pub fn objects(&self) -> String {
        let mut text = vec![b'['];
        townhall_formats::json_objects(&self.page.rows, &mut text);
        text.push(b']');
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The rows as the text of a JSON array of arrays.
    pub fn arrays(&self) -> String {
        let mut text = vec![b'['];
        townhall_formats::json_arrays(&self.page.rows, &mut text);
        text.push(b']');
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The rows as JSON values, for dialects that shape them anew.
    pub fn values(&self) -> Result<Vec<Vec<Value>>, Error> {
        serde_json::from_str(&self.arrays()).map_err(|error| {
            Error::new(townhall_model::ErrorKind::Internal, format!("rows are no JSON: {error}"))
        })
    }

    /// The cells as they are printed; none where there is no value.
    pub fn texts(&self) -> Vec<Vec<Option<String>>> {
        let cells = |row| self.page.rows.columns().iter().map(|column| value_text(column, row)).collect();
        (0..self.len()).map(cells).collect()
    }

    /// The values of a column that were asked to be counted, most frequent first, and how often each stands.
    pub fn facets(&self) -> Vec<(String, Vec<(Value, u64)>)> {
        self.page
            .facets
            .iter()
            .map(|facet| {
                let counted = (0..facet.counts.num_rows()).map(|row| {
                    let value = value_text(facet.counts.column(0), row).map_or(Value::Null, Value::String);
                    let count = value_text(facet.counts.column(1), row).and_then(|text| text.parse().ok());
                    (value, count.unwrap_or(0))
                });
                (facet.column.clone(), counted.collect())
            })
            .collect()
    }
}

impl Tables<'_> {
    /// The table that a name stands for: its own id, or the slug, id or identifier of a dataset with a table.
    pub async fn named(&self, audience: Audience, name: &str) -> Result<TableSummary, Error> {
        if let Ok(id) = name.parse::<TableId>()
            && let Ok(table) = self.find(audience, id).await
        {
            return Ok(super::summary(table));
        }
        let missing = || Error::not_found("table", name);
        let dataset = self.app.catalog().dataset(audience, name).await.map_err(|error| {
            if error.kind() == townhall_model::ErrorKind::NotFound { missing() } else { error }
        })?;
        dataset.tables.into_iter().next().ok_or_else(missing)
    }

    /// Reads a question in the words of a dialect by its name.
    pub async fn question(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
        dialect: &str,
        pairs: &[(String, String)],
    ) -> Result<Question, Error> {
        let mut known = self.known(audience, id, as_of).await?;
        known.source = super::as_asked(known.source, pairs);
        let dialect = dialect_by_name(dialect).ok_or_else(|| Error::not_found("query dialect", dialect))?;
        let query = dialect.parse(pairs, &known.source)?;
        Ok(Question { table: known.detail.clone(), known, class: super::class_of(audience), query })
    }

    /// A question that `read` makes of what is known of the table.
    pub(crate) async fn question_of<T>(
        &self,
        audience: Audience,
        id: TableId,
        read: impl FnOnce(&TableSource) -> (RowsQuery, T),
    ) -> Result<(Question, T), Error> {
        let known = self.known(audience, id, None).await?;
        let (query, more) = read(&known.source);
        let class = super::class_of(audience);
        Ok((Question { table: known.detail.clone(), known, class, query }, more))
    }

    /// Reads a question about joined tables in the words of a dialect: the first with its alias, then each other with its
    /// alias, a column of those before as `alias.column`, and its own.
    pub async fn joined_question(
        &self,
        audience: Audience,
        (first, alias): (TableId, &str),
        others: &[(TableId, String, [String; 2])],
        dialect: &str,
        pairs: &[(String, String)],
    ) -> Result<Question, Error> {
        let mut known = self.known(audience, first, None).await?;
        let mut joined = Joined::new(alias, known.source);
        for (id, alias, [before, own]) in others {
            let other = self.known(audience, *id, None).await?;
            joined = joined.and(alias, other.source, [before, own])?;
        }
        let dialect = dialect_by_name(dialect).ok_or_else(|| Error::not_found("query dialect", dialect))?;
        known.source = Arc::new(joined.table());
        let query = RowsQuery { joined: Some(Arc::new(joined)), ..dialect.parse(pairs, &known.source)? };
        Ok(Question { table: known.detail.clone(), known, class: super::class_of(audience), query })
    }

    /// Answers a question.
    pub async fn answer(&self, question: &Question) -> Result<Answer, Error> {
        let page = self.page_of(question.class, &question.known.source, &question.query).await?;
        Ok(Answer { columns: columns(&page, &question.table.manifest.columns), page })
    }

    /// Answers a question with a file of a format by its name, sent as it is made.
    pub async fn file(&self, question: &Question, format: &str) -> Result<Export, Error> {
        self.file_with(question, format, WriteOptions::default()).await
    }

    /// The same, written in a way of its own.
    pub async fn file_with(
        &self,
        question: &Question,
        format: &str,
        options: WriteOptions,
    ) -> Result<Export, Error> {
        self.written(question.class, &question.known, &question.query, format, options, false).await
    }

    /// The rows of the table that a name stands for ([`Tables::named`]), at most so many, as material for the tools: CSV with the headings
    /// that its source has.
    pub async fn material(&self, audience: Audience, name: &str, rows: usize) -> Result<Material, Error> {
        let table = self.named(audience, name).await?;
        let (known, query) = self.asked(audience, table.id, &[]).await?;
        let class = super::class_of(audience);
        let question = Question { table: known.detail.clone(), known, class, query }.with_limit(rows);
        let options = WriteOptions { headers: Some(question.labels()), ..WriteOptions::default() };
        let export = self.file_with(&question, "csv", options).await?;
        self.app.workshop().receive(&export.name, export.bytes, CATALOGUE_BYTES_MAX).await
    }
}

/// Bytes that a writer is done with while others hold on to them.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(super) fn columns(page: &Page, known: &[Column]) -> Vec<AnswerColumn> {
    page.rows
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let known = known.iter().find(|column| column.name == *field.name());
            AnswerColumn {
                name: field.name().clone(),
                label: known.and_then(|column| column.label.clone()),
                kind: townhall_formats::column_type(field.data_type()),
            }
        })
        .collect()
}

//! Rows a page at a time, for people and for programs.

use townhall_formats::value_text;
use townhall_model::TableId;
use townhall_model::table::Column;
use townhall_query::Page;

use super::dictionary::{self, labels_of};
use super::later::class_of;
use super::{Known, TableDetail, TableSummary, Tables};
use crate::catalog::DatasetDetail;
use crate::{Audience, Error};

/// How many rows and columns a preview has.
const PREVIEW: (usize, usize) = (5, 8);

/// How many tables a dataset's page previews.
const PREVIEWS_MAX: usize = 6;

/// The first rows of a table.
#[derive(Debug, Clone)]
pub struct TablePreview {
    /// The table.
    pub table: TableSummary,
    /// The columns shown.
    pub columns: Vec<Column>,
    /// The cells as the API prints them.
    pub rows: Vec<Vec<Option<String>>>,
    /// Cells or rows that did not fit.
    pub rejects: u64,
}

/// A page of a table for people.
#[derive(Debug, Clone)]
pub struct TablePage {
    /// The version it is of.
    pub version: u32,
    /// The columns shown, in order.
    pub columns: Vec<Column>,
    /// All columns.
    pub all_columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// How many rows the table has.
    pub rows_total: u64,
    /// How many rows match.
    pub total: Option<u64>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
    /// How many matching rows stand before these.
    pub offset: u64,
    /// Cells or rows that did not fit.
    pub rejects: u64,
    /// Whether the numbers of the rows are their addresses; among some rows of a database they only count.
    pub has_addresses: bool,
}

/// A row for people.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Its number, from 1.
    pub number: u64,
    /// Its cells as the API prints them.
    pub cells: Vec<Option<String>>,
}

/// A page of a table for programs.
#[derive(Debug, Clone)]
pub struct JsonPage {
    /// The names of the results, in order.
    pub columns: Vec<String>,
    /// The rows as a JSON array.
    pub rows: String,
    /// How many rows match.
    pub total: Option<u64>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
    /// The version it is of.
    pub version: u32,
    /// Whether groups were cut.
    pub truncated: bool,
    /// The counts of the facets asked for.
    pub facets: serde_json::Value,
}

/// How the rows of a page stand in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Each as an object.
    #[default]
    Objects,
    /// Each as an array.
    Arrays,
}

impl Tables<'_> {
    /// The first rows of a dataset's tables.
    pub async fn previews(
        &self,
        audience: Audience,
        dataset: &DatasetDetail,
    ) -> Result<Vec<TablePreview>, Error> {
        let mut previews = Vec::new();
        for table in dataset.tables.iter().take(PREVIEWS_MAX) {
            let page = self.page(audience, table.id, &[("_limit".to_owned(), PREVIEW.0.to_string())]).await?;
            previews.push(TablePreview {
                table: table.clone(),
                columns: page.columns.into_iter().take(PREVIEW.1).collect(),
                rows: page
                    .rows
                    .into_iter()
                    .map(|row| row.cells.into_iter().take(PREVIEW.1).collect())
                    .collect(),
                rejects: page.rejects,
            });
        }
        Ok(previews)
    }

    /// A page of rows for people.
    pub async fn page(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
    ) -> Result<TablePage, Error> {
        let (Known { detail, source, .. }, query) = self.asked(audience, id, pairs).await?;
        let page = self.page_of(class_of(audience), &source, &query).await?;
        Ok(table_page(&detail, &page))
    }

    /// One row for people.
    pub async fn row(
        &self,
        audience: Audience,
        id: TableId,
        number: u64,
        as_of: Option<&str>,
    ) -> Result<TablePage, Error> {
        let Known { detail, source, .. } = self.known(audience, id, as_of).await?;
        let page = self.app.engine().of(class_of(audience)).row(&source, number).await?;
        Ok(table_page(&detail, &page))
    }

    /// A page of rows for programs.
    pub async fn page_json(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
    ) -> Result<JsonPage, Error> {
        self.page_json_in(audience, id, pairs, Shape::Objects).await
    }

    /// The same, its rows in a shape.
    pub async fn page_json_in(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        shape: Shape,
    ) -> Result<JsonPage, Error> {
        let (Known { detail, source, dictionary, .. }, query) = self.asked(audience, id, pairs).await?;
        let page = self.page_of(class_of(audience), &source, &query).await?;
        let labelled = match dictionary::wants_labels(pairs) {
            true => Some(labels_of(&dictionary).put(&page.rows)?),
            false => None,
        };
        let batch = labelled.as_ref().unwrap_or(&page.rows);
        let mut rows = vec![b'['];
        match shape {
            Shape::Objects => townhall_formats::json_objects(batch, &mut rows),
            Shape::Arrays => townhall_formats::json_arrays(batch, &mut rows),
        }
        rows.push(b']');
        let columns = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        let facets = page
            .facets
            .iter()
            .map(|facet| {
                let (values, counts) = (facet.counts.column(0), facet.counts.column(1));
                let listed: Vec<serde_json::Value> = (0..facet.counts.num_rows())
                    .map(|row| {
                        let count = value_text(counts, row).and_then(|text| text.parse::<u64>().ok());
                        serde_json::json!({"value": value_text(values, row), "count": count})
                    })
                    .collect();
                (facet.column.clone(), serde_json::Value::Array(listed))
            })
            .collect();
        Ok(JsonPage {
            columns,
            rows: String::from_utf8_lossy(&rows).into_owned(),
            total: page.total,
            next: page.next.clone(),
            previous: page.previous.clone(),
            version: detail.number,
            truncated: page.has_more && query.is_grouped(),
            facets: serde_json::Value::Object(facets),
        })
    }
}

fn table_page(detail: &TableDetail, page: &Page) -> TablePage {
    let schema = page.rows.schema();
    let columns: Vec<Column> = schema
        .fields()
        .iter()
        .map(|field| match detail.manifest.columns.iter().find(|column| column.name == *field.name()) {
            Some(column) => column.clone(),
            None => Column::bare(field.name(), townhall_formats::column_type(field.data_type())),
        })
        .collect();
    let rows = (0..page.rows.num_rows())
        .map(|row| TableRow {
            number: page.numbers.get(row).copied().unwrap_or(page.offset + row as u64 + 1),
            cells: page.rows.columns().iter().map(|column| value_text(column, row)).collect(),
        })
        .collect();
    TablePage {
        version: detail.number,
        columns,
        all_columns: detail.manifest.columns.clone(),
        rows,
        rows_total: detail.manifest.rows,
        total: page.total,
        next: page.next.clone(),
        previous: page.previous.clone(),
        offset: page.offset,
        rejects: detail.manifest.rejects_total,
        has_addresses: page.numbers.len() == page.rows.num_rows()
            || detail.manifest.database.as_ref().is_none_or(|database| !database.live),
    }
}

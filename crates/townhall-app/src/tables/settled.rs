//! How the columns of a table are to be read, as people settled it: kept for every later file of the table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use townhall_formats::{DateOrder, Decimal, ReadOptions, Settled};
use townhall_model::{RecordId, TableId};
use townhall_store::{Actor, NewDocument};

use super::{TableSummary, Tables};
use crate::jobs::{IngestTable, options_of};
use crate::{Audience, Error};

/// The word for this among documents.
const TYPES: &str = "types";

/// What is settled of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableTypes {
    /// Of single columns, by name.
    pub columns: BTreeMap<String, Settled>,
    /// What stands before decimals, in all other columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// The order of day and month, in all other columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}

/// What is to be changed of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retyping {
    /// `COLUMN=TYPE`, `COLUMN=TYPE:FORMAT`, or `COLUMN=auto` to let the rows decide again.
    pub columns: Vec<String>,
    /// What stands before decimals in the whole table.
    pub decimal: Option<Decimal>,
    /// The order of day and month in the whole table.
    pub date_order: Option<DateOrder>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retyped {
    /// The version that is served now.
    pub version: u32,
    /// Whether it is a new one.
    pub is_new: bool,
    /// Cells that did not fit.
    pub rejects: u64,
}

/// The word of a format, and what it says.
const FORMATS: [(&str, Option<Decimal>, Option<DateOrder>); 4] = [
    ("comma", Some(Decimal::Comma), None),
    ("point", Some(Decimal::Point), None),
    ("day-first", None, Some(DateOrder::DayFirst)),
    ("month-first", None, Some(DateOrder::MonthFirst)),
];

impl Tables<'_> {
    /// What people settled of a table.
    pub async fn types(&self, audience: Audience, id: TableId) -> Result<TableTypes, Error> {
        self.find(audience, id).await?;
        self.settled(id).await
    }

    async fn settled(&self, id: TableId) -> Result<TableTypes, Error> {
        let document = self.app.store().document(TYPES, &id.to_string()).await?;
        let Some(document) = document else { return Ok(TableTypes::default()) };
        serde_json::from_str(&document.text).map_err(|error| {
            Error::new(
                townhall_model::ErrorKind::Internal,
                format!("the types of `{id}` can't be read: {error}"),
            )
        })
    }

    /// How a file of a distribution is read, with what was settled of its table.
    pub(crate) async fn as_settled(
        &self,
        dataset: RecordId,
        distribution: &str,
        read: &ReadOptions,
    ) -> Result<ReadOptions, Error> {
        let tables = self.app.store().tables_of(&[dataset]).await?;
        let Some(table) = tables.into_iter().find(|table| table.distribution == distribution) else {
            return Ok(read.clone());
        };
        let types = self.settled(table.id).await?;
        let mut read = read.clone();
        read.settled.extend(types.columns);
        read.decimal = types.decimal.or(read.decimal);
        read.date_order = types.date_order.or(read.date_order);
        Ok(read)
    }

    /// Changes how columns are read, for the file that is here and all that come: makes a version of the stored file.
    pub async fn retype(&self, actor: &Actor, id: TableId, change: &Retyping) -> Result<Retyped, Error> {
        let known = self.known(Audience::Staff, id, None).await?;
        let (table, manifest) = (&known.detail.table, &known.detail.manifest);
        if let Some(recipe) = crate::recipes::recipe_of(&table.distribution) {
            return Err(Error::invalid("this table was made by a recipe, so there is no file to read again")
                .with_hint(format!("add a step `cast` to the recipe `{recipe}`")));
        }
        let mut types = self.settled(id).await?;
        for text in &change.columns {
            let (column, settled) = read_change(text)?;
            let columns = &manifest.columns;
            let found = columns
                .iter()
                .find(|known| known.name == column)
                .or_else(|| columns.iter().find(|known| known.label.as_deref() == Some(column)));
            let Some(found) = found else {
                let names: Vec<&str> = columns.iter().take(20).map(|column| column.name.as_str()).collect();
                return Err(Error::invalid(format!("the table has no column `{column}`"))
                    .with_hint(format!("its columns are {}", names.join(", "))));
            };
            match settled {
                Some(settled) => types.columns.insert(found.name.clone(), settled),
                None => types.columns.remove(&found.name),
            };
        }
        types.decimal = change.decimal.or(types.decimal);
        types.date_order = change.date_order.or(types.date_order);
        let text = serde_json::to_string_pretty(&types).unwrap_or_default();
        let document = NewDocument {
            kind: TYPES.to_owned(),
            name: id.to_string(),
            subject: Some(id.to_string()),
            title: table.title.clone(),
            text,
        };
        self.app.store().put_document(actor, &document).await?;
        let job = IngestTable {
            dataset: table.dataset,
            distribution: table.distribution.clone(),
            file_name: manifest.source_name.clone(),
            title: table.title.clone(),
            source: manifest.source,
            read: options_of(manifest),
            describe: false,
        };
        self.app.jobs().run_here(actor, job).await?;
        let now = self.known(Audience::Staff, id, None).await?;
        Ok(Retyped {
            version: now.detail.number,
            is_new: now.detail.number != known.detail.number,
            rejects: now.detail.manifest.rejects_total,
        })
    }

    /// The tables of a name: one of an id, or all of a dataset.
    pub async fn all_named(&self, audience: Audience, name: &str) -> Result<Vec<TableSummary>, Error> {
        if let Ok(id) = name.parse::<TableId>()
            && let Ok(table) = self.find(audience, id).await
        {
            return Ok(vec![super::summary(table)]);
        }
        let dataset = self.app.catalog().dataset(audience, name).await?;
        if dataset.tables.is_empty() {
            return Err(Error::not_found("table", name));
        }
        Ok(dataset.tables)
    }
}

/// Reads `COLUMN=TYPE:FORMAT`; nothing for `COLUMN=auto`.
fn read_change(text: &str) -> Result<(&str, Option<Settled>), Error> {
    let hint = "write it like `fee=number:comma`, `day=date:day-first`, `zip=text` or `zip=auto`";
    let (column, kind) = text
        .rsplit_once('=')
        .ok_or_else(|| Error::invalid(format!("`{text}` names no type")).with_hint(hint))?;
    let (kind, format) = match kind.split_once(':') {
        Some((kind, format)) => (kind, Some(format)),
        None => (kind, None),
    };
    if kind == "auto" && format.is_none() {
        return Ok((column, None));
    }
    let kind = crate::column_type(kind).ok_or_else(|| {
        Error::invalid(format!("`{kind}` is not a column type"))
            .with_hint("one of text, integer, number, boolean, date, timestamp, datetime, auto")
    })?;
    let mut settled = Settled { kind: Some(kind), ..Settled::default() };
    if let Some(format) = format {
        let known = FORMATS.iter().find(|(name, ..)| *name == format);
        let (_, decimal, date_order) = known.ok_or_else(|| {
            Error::invalid(format!("`{format}` is not a format of columns")).with_hint(hint)
        })?;
        settled.decimal = *decimal;
        settled.date_order = *date_order;
    }
    Ok((column, Some(settled)))
}

//! Real values of this portal, for examples: a dataset, a table, its columns and what stands in them.

use townhall_app::TableSummary;
use townhall_model::table::ColumnType;

use crate::handlers::Site;
use crate::server::Problem;

/// Tables that are looked at for one that makes good examples.
const LOOKED_AT: u32 = 8;

/// Longest value that makes an example.
const VALUE_CHARS_MAX: usize = 40;

/// Values that are there; empty where the portal has none.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// The slug of a dataset.
    pub dataset: String,
    /// The id of one of its tables.
    pub table: String,
    /// The words of the table's title.
    pub word: String,
    /// What SQL calls it.
    pub name: String,
    /// A column of texts.
    pub text: String,
    /// A value in it.
    pub value: String,
    /// A column of numbers; the first column when there is none.
    pub number: String,
}

impl Samples {
    /// What this portal has.
    pub async fn of(site: &Site) -> Result<Self, Problem> {
        let tables = site.app().tables().list(site.audience(), None, LOOKED_AT).await?;
        let mut best: Option<(u32, Self)> = None;
        for table in &tables {
            let found = Self::of_table(site, table).await?;
            let worth = u32::from(!found.value.is_empty()) * 2 + u32::from(found.number != found.text);
            if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                best = Some((worth, found));
            }
            if worth == 3 {
                break;
            }
        }
        if let Some((_, found)) = best {
            return Ok(found);
        }
        Ok(Self::default())
    }

    async fn of_table(site: &Site, table: &TableSummary) -> Result<Self, Problem> {
        let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
        let columns = &known.manifest.columns;
        let text = columns.iter().find_map(|column| {
            let (value, _) = column.top.first()?;
            let is_good = column.kind == ColumnType::Text
                && column.distinct > 1
                && !value.is_empty()
                && value.chars().count() <= VALUE_CHARS_MAX;
            is_good.then(|| (column.name.clone(), value.clone()))
        });
        let number = columns.iter().find(|column| column.kind.is_numeric());
        let number = number.or(columns.first()).map(|column| column.name.clone()).unwrap_or_default();
        let (text, value) = text.unwrap_or_else(|| (number.clone(), String::new()));
        Ok(Self {
            dataset: table.dataset_slug.clone(),
            table: table.id.to_string(),
            word: townhall_app::table_word(&table.title),
            name: site.app().tables().sql_name(site.audience(), table).await?,
            text,
            value,
            number,
        })
    }

    /// A query that is answered.
    pub fn sql(&self) -> String {
        match self.name.is_empty() {
            true => "select 1 as one".to_owned(),
            false => format!("select * from {} limit 5", self.name),
        }
    }
}

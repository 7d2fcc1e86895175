//! What assistants can ask.

use std::future::Future;
use std::pin::Pin;

use serde_json::{Map, Value, json};
use townhall_app::TableSummary;
use townhall_model::{ErrorKind, TableId};

use super::Site;
use crate::handlers::params::Params;
use crate::handlers::{search as datasets, wire};
use crate::server::Problem;

/// Rows of an answer: what an assistant can read.
const ROWS_MAX: usize = 500;

/// Rows unless asked otherwise.
const ROWS: usize = 50;

/// Hits of a search.
const HITS_MAX: u64 = 50;

/// Characters of a document that is fetched.
const TEXT_MAX: usize = 40_000;

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value, Problem>> + Send + 'a>>;

/// A question that assistants can ask.
pub(super) struct Ask {
    pub name: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub input: fn() -> Value,
    pub run: for<'a> fn(&'a Site, Value) -> Answer<'a>,
}

/// Every tool, in the order that they are listed.
pub(super) const TOOLS: &[Ask] = &[
    Ask {
        name: "search",
        title: "Search datasets",
        about: "Finds datasets by words, place, time, organization or format. Gives their titles, what they are, and the ids of \
                their tables.",
        input: || {
            object(
                &["query"],
                json!({
                    "query": {"type": "string", "description": "Words, \"phrases\", -exclusions"},
                    "place": {"type": "string", "description": "A U.S. state or county by name or Census FIPS code"},
                    "from": {"type": "string", "description": "The first day, month or year of interest"},
                    "to": {"type": "string", "description": "The last day, month or year of interest"},
                    "organization": {"type": "string", "description": "The slug of an organization"},
                    "format": {"type": "string", "description": "Such as csv"},
                    "limit": {"type": "integer", "minimum": 1, "maximum": HITS_MAX},
                    "cursor": {"type": "string", "description": "`meta.next` of the page before"},
                }),
            )
        },
        run: |site, arguments| Box::pin(search(site, arguments)),
    },
    Ask {
        name: "describe",
        title: "Describe a dataset or table",
        about: "Tells everything known of a dataset (its metadata, its tables) or of a table (each column's type, meaning, codes, \
                range and most frequent values). Use it before `query` or `sql`.",
        input: || {
            object(
                &["id"],
                json!({"id": {"type": "string", "description": "The id of a table, or the id, slug or identifier of a dataset"}}),
            )
        },
        run: |site, arguments| Box::pin(describe(site, arguments)),
    },
    Ask {
        name: "query",
        title: "Ask one table",
        about: "Rows, or groups with counts and sums, of one table. `filters` has members such as {\"state\": \"MD\"} or \
                {\"amount__gt\": 100}; operators: eq ne lt lte gt gte contains startswith endswith icontains in null between.",
        input: || {
            object(
                &["table"],
                json!({
                    "table": {"type": "string", "description": "The id of a table, or of a dataset for its first"},
                    "filters": {"type": "object", "description": "Conditions that all hold, as column or column__operator"},
                    "where": {"type": "string", "description": "A condition such as state = 'MD' and (amount > 100 or amount is null)"},
                    "search": {"type": "string", "description": "Words that must stand in any text column"},
                    "select": list("Columns; all unless said"),
                    "group": list("Columns to group by"),
                    "aggregate": list("count, count_distinct(column), sum(column), avg(column), min(column), max(column), median(column)"),
                    "sort": list("Columns; -column for the largest first"),
                    "limit": {"type": "integer", "minimum": 1, "maximum": ROWS_MAX},
                    "cursor": {"type": "string", "description": "`meta.next` of the page before"},
                    "as_of": {"type": "string", "description": "A version number or a day"},
                    "labels": {"type": "boolean", "description": "Show what codes stand for instead of the codes"},
                }),
            )
        },
        run: |site, arguments| Box::pin(query(site, arguments)),
    },
    Ask {
        name: "sql",
        title: "Ask in SQL",
        about: "One SELECT over any tables, with joins, groups and windows. `describe` tells the name of a table in `sql_name`.",
        input: || {
            object(
                &["query"],
                json!({
                    "query": {"type": "string", "description": "One SELECT statement"},
                    "limit": {"type": "integer", "minimum": 1, "maximum": ROWS_MAX},
                }),
            )
        },
        run: |site, arguments| Box::pin(sql(site, arguments)),
    },
    Ask {
        name: "fetch",
        title: "Fetch a document",
        about: "The metadata of a dataset as text, or the first rows of a table as CSV, with the address to cite.",
        input: || {
            object(
                &["id"],
                json!({"id": {"type": "string", "description": "The id of a dataset or table, as `search` gives it"}}),
            )
        },
        run: |site, arguments| Box::pin(fetch(site, arguments)),
    },
];

fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

fn list(about: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": about})
}

/// A required text.
fn text<'a>(arguments: &'a Value, name: &str) -> Result<&'a str, Problem> {
    let missing = || Problem::new(ErrorKind::Invalid, format!("`{name}` is missing, or is no text"));
    arguments.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).ok_or_else(missing)
}

/// A value as it stands in an address.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn bounded(arguments: &Value, usual: usize, most: usize) -> Result<usize, Problem> {
    match arguments.get("limit") {
        None | Some(Value::Null) => Ok(usual),
        Some(limit) => limit
            .as_u64()
            .and_then(|limit| usize::try_from(limit).ok())
            .filter(|limit| (1..=most).contains(limit))
            .ok_or_else(|| {
                Problem::new(ErrorKind::Invalid, format!("`limit` is not a number from 1 to {most}"))
            }),
    }
}

async fn search(site: &Site, arguments: Value) -> Result<Value, Problem> {
    let mut pairs = vec![("q".to_owned(), arguments.get("query").map(plain).unwrap_or_default())];
    for name in ["place", "from", "to", "organization", "format", "cursor"] {
        if let Some(value) = arguments.get(name).filter(|value| !value.is_null()) {
            pairs.push((name.to_owned(), plain(value)));
        }
    }
    pairs.push(("limit".to_owned(), bounded(&arguments, 10, HITS_MAX as usize)?.to_string()));
    let found = datasets::for_programs(site, &Params(pairs)).await?;
    let mut page = wire::search(&found, site);
    if let Some(meta) = page["meta"].as_object_mut() {
        meta.remove("facets");
    }
    for hit in page["data"].as_array_mut().into_iter().flatten() {
        let dataset =
            site.app().catalog().dataset(site.audience(), hit["slug"].as_str().unwrap_or_default()).await?;
        hit["tables"] = dataset
            .tables
            .iter()
            .map(|table| json!({"id": table.id, "title": table.title, "rows": table.rows}))
            .collect();
    }
    Ok(page)
}

async fn table(site: &Site, name: &str) -> Result<TableSummary, Problem> {
    Ok(site.app().tables().named(site.audience(), name).await?)
}

/// The table that has just this id: those of datasets look alike.
async fn table_of_id(site: &Site, id: &str) -> Result<Option<TableSummary>, Problem> {
    let Ok(id) = id.parse::<TableId>() else { return Ok(None) };
    match site.app().tables().manifest(site.audience(), id, None).await {
        Ok(found) => Ok(Some(found.table.clone())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn describe(site: &Site, arguments: Value) -> Result<Value, Problem> {
    let name = text(&arguments, "id")?;
    if let Some(table) = table_of_id(site, name).await? {
        return described_table(site, &table).await;
    }
    let dataset = site.app().catalog().dataset(site.audience(), name).await?;
    let mut value = wire::dataset(&dataset, site);
    let mut tables = Vec::new();
    for table in &dataset.tables {
        tables.push(described_table(site, table).await?);
    }
    value["tables"] = Value::Array(tables);
    Ok(value)
}

async fn described_table(site: &Site, table: &TableSummary) -> Result<Value, Problem> {
    let tables = site.app().tables();
    let found = tables.dictionary(site.audience(), table.id).await?;
    let mut value = wire::table(table, site);
    value["sql_name"] = json!(tables.sql_name(site.audience(), table).await?);
    value["columns"] = found
        .table
        .manifest
        .columns
        .iter()
        .map(|column| {
            let mut shown = Map::new();
            shown.insert("name".to_owned(), json!(column.name));
            shown.insert("type".to_owned(), json!(column.kind.name()));
            let meaning = found.dictionary.columns.get(&column.name).cloned().unwrap_or_default();
            if let Value::Object(said) = json!(meaning) {
                shown.extend(said);
            }
            if let Some(label) = &column.label {
                shown.entry("label").or_insert_with(|| json!(label));
            }
            shown.insert("empty".to_owned(), json!(column.nulls));
            shown.insert("distinct".to_owned(), json!(column.distinct));
            shown.insert("min".to_owned(), json!(column.min));
            shown.insert("max".to_owned(), json!(column.max));
            shown.insert("most_frequent".to_owned(), json!(column.top.iter().take(10).collect::<Vec<_>>()));
            Value::Object(shown)
        })
        .collect();
    Ok(value)
}

async fn query(site: &Site, arguments: Value) -> Result<Value, Problem> {
    let table = table(site, text(&arguments, "table")?).await?;
    let mut pairs = Vec::new();
    for (name, value) in arguments.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        match name.as_str() {
            "table" | "limit" => {}
            "filters" => {
                let filters = value.as_object().ok_or_else(|| {
                    Problem::new(ErrorKind::Invalid, "`filters` is no object of conditions")
                })?;
                if let Some(control) = filters.keys().find(|key| key.starts_with('_')) {
                    return Err(Problem::new(ErrorKind::Invalid, format!("`{control}` is no column")));
                }
                pairs.extend(filters.iter().map(|(key, value)| (key.clone(), plain(value))));
            }
            "labels" => pairs.push(("_labels".to_owned(), u8::from(value == &json!(true)).to_string())),
            "where" | "search" | "select" | "group" | "aggregate" | "sort" | "cursor" | "as_of" => {
                pairs.push((format!("_{name}"), plain(value)));
            }
            other => return Err(Problem::new(ErrorKind::Invalid, format!("there is no argument `{other}`"))),
        }
    }
    pairs.push(("_limit".to_owned(), bounded(&arguments, ROWS, ROWS_MAX)?.to_string()));
    let page = site.app().tables().page_json(site.audience(), table.id, &pairs).await?;
    let rows: Value = serde_json::from_str(&page.rows)
        .map_err(|error| Problem::new(ErrorKind::Internal, format!("rows are no JSON: {error}")))?;
    Ok(json!({
        "data": rows,
        "meta": {
            "total": page.total, "next": page.next, "version": page.version, "truncated": page.truncated,
            "dataset": table.dataset_title, "cite": format!("{}/data/{}", site.base_url(), table.dataset_slug),
            "url": Params(pairs).link(&format!("{}/api/tables/{}/rows", site.base_url(), table.id)),
        },
    }))
}

async fn sql(site: &Site, arguments: Value) -> Result<Value, Problem> {
    let limit = bounded(&arguments, ROWS, ROWS_MAX)?;
    let answer = site.app().tables().sql(site.audience(), text(&arguments, "query")?, limit).await?;
    let rows: Value = serde_json::from_str(&answer.objects())
        .map_err(|error| Problem::new(ErrorKind::Internal, format!("rows are no JSON: {error}")))?;
    let read: Vec<Value> = answer
        .tables
        .iter()
        .map(|table| json!({"dataset": table.dataset_title, "cite": format!("{}/data/{}", site.base_url(), table.dataset_slug)}))
        .collect();
    Ok(json!({"data": rows, "meta": {"truncated": answer.truncated, "tables": read}}))
}

async fn fetch(site: &Site, arguments: Value) -> Result<Value, Problem> {
    let id = text(&arguments, "id")?;
    if let Some(table) = table_of_id(site, id).await? {
        let pairs = [("_limit".to_owned(), ROWS_MAX.to_string())];
        let page = site.app().tables().page(site.audience(), table.id, &pairs).await?;
        let mut csv = row(page.columns.iter().map(|column| column.name.as_str()));
        for cells in &page.rows {
            csv.push_str(&row(cells.cells.iter().map(|cell| cell.as_deref().unwrap_or_default())));
        }
        let (text, is_cut) = cut(csv);
        return Ok(json!({
            "id": id, "title": table.title, "text": text, "url": format!("{}/api/tables/{id}/rows.csv", site.base_url()),
            "metadata": {"rows": table.rows, "truncated": is_cut || page.rows.len() as u64 != table.rows},
        }));
    }
    let dataset = site.app().catalog().dataset(site.audience(), id).await?;
    let (text, is_cut) = cut(format!("{:#}", wire::dataset(&dataset, site)));
    Ok(json!({
        "id": id, "title": dataset.title(), "text": text, "url": format!("{}/data/{}", site.base_url(), dataset.slug),
        "metadata": {"truncated": is_cut},
    }))
}

/// A line of CSV (RFC 4180).
fn row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quoted = cells.map(|cell| match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

fn cut(mut text: String) -> (String, bool) {
    match text.char_indices().nth(TEXT_MAX) {
        Some((at, _)) => {
            text.truncate(at);
            (text, true)
        }
        None => (text, false),
    }
}

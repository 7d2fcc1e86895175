//! `/api/openapi.json`: the API described for programs (OpenAPI 3.1). Operators, formats, facets and orders come from the
//! lists that the code itself works with.

use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{Facet, SearchOrder};

use super::{Site, respond, tools};
use crate::pages::views::ToolForm;

/// The description, with this site's address.
pub async fn document(site: Site) -> Response {
    let mut description = description(site.name(), site.base_url());
    for (listed, form) in tools::described(&site) {
        description["paths"][format!("/api/{}", listed.name)] = tool(listed.lead, &form);
    }
    respond::json(&description)
}

fn parameter(name: &str, place: &str, about: &str, kind: &str) -> Value {
    json!({
        "name": name, "in": place, "required": place == "path", "description": about, "schema": {"type": kind},
    })
}

fn query(name: &str, about: &str) -> Value {
    parameter(name, "query", about, "string")
}

fn get(id: &str, summary: &str, parameters: Vec<Value>, answer: &str) -> Value {
    json!({
        "get": {
            "operationId": id,
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {"description": answer, "content": {"application/json": {"schema": {"type": "object"}}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        },
    })
}

/// A tool: files, texts or addresses are sent with its choices, in the order of the page's form.
fn tool(lead: &str, form: &ToolForm) -> Value {
    let count = form.sources.len();
    let labels: Vec<_> = form.sources.iter().map(|source| source.label.as_str()).collect();
    let material = |what: &str, format: &str| {
        json!({
            "type": "array", "maxItems": count.max(1), "description": format!("{what}: {}", labels.join(", then ")),
            "items": {"type": "string", "format": format},
        })
    };
    let mut properties = json!({
        "file": material("Files", "binary"),
        "text": material("Texts", "text"),
        "url": material("Addresses to fetch", "uri"),
        "report": {"type": "string", "description": "`yes`: tell what was done instead of giving the file that was made"},
        "job": {"type": "string", "description": "`yes`: answer 202 at once with the address of the report to come"},
    });
    for field in &form.selects {
        let values: Vec<_> = field.choices.iter().map(|choice| choice.value.as_str()).collect();
        properties[&field.name] = json!({"type": "string", "description": field.label, "enum": values});
    }
    for field in &form.texts {
        let about = format!("{}. {}", field.label, field.hint);
        properties[&field.name] = json!({"type": "string", "description": about});
    }
    for field in &form.checks {
        let about = format!("`yes`: {}", field.label);
        properties[&field.name] = json!({"type": "string", "description": about});
    }
    json!({
        "post": {
            "summary": lead,
            "requestBody": {
                "required": true,
                "content": {"multipart/form-data": {"schema": {"type": "object", "properties": properties}}},
            },
            "responses": {
                "200": {"description": "The file that was made, or what was found", "content": {"*/*": {}}},
                "202": {"description": "The address of the report to come, for `job=yes`"},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        },
    })
}

fn search_parameters() -> Vec<Value> {
    let orders = SearchOrder::ALL.map(SearchOrder::name).join(", ");
    let mut parameters = vec![
        query("q", "Words, \"phrases\", -exclusions, field:word"),
        query("place", "A state or county by name or Census FIPS code"),
        query("bbox", "West,south,east,north in degrees"),
        query("from", "The first day, month or year of interest"),
        query("to", "The last day, month or year of interest"),
        query("sort", &format!("One of {orders}")),
        parameter("limit", "query", "Hits of a page, at most 100", "integer"),
        query("cursor", "`meta.next` of the page before"),
    ];
    parameters.extend(Facet::ALL.map(|facet| {
        query(facet.name(), &format!("{}; repeat it for either", townhall_app::facet_label(facet)))
    }));
    parameters
}

fn row_parameters() -> Vec<Value> {
    let operators =
        townhall_app::row_operators().iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let formats = townhall_app::table_formats().map(|format| format.name).collect::<Vec<_>>().join(", ");
    vec![
        parameter("id", "path", "The table", "string"),
        query("column", &format!("`column=value` or `column__op=value`; operators: {operators}")),
        query("_select", "Columns, with commas between them"),
        query("_where", "A condition such as state = 'MD' and amount > 100"),
        query("_search", "Words that must stand in any text column"),
        query("_sort", "Columns, with commas; -column for the largest first"),
        query("_group", "Columns to group by"),
        query(
            "_aggregate",
            "count, sum(column), avg(column), min(column), max(column), count_distinct(column)",
        ),
        query("_facet", "Columns whose values are counted"),
        parameter("_limit", "query", "Rows of a page, at most 10,000", "integer"),
        query("_cursor", "`meta.next` of the page before"),
        query("_as_of", "A version number or a day"),
        query("_labels", "1: what the dictionary's codes stand for instead of the codes"),
        query("_format", &format!("One of {formats}")),
    ]
}

fn chart_parameters() -> Vec<Value> {
    use townhall_app::charts::{Aggregate, Kind, TimeUnit};
    let kinds = Kind::ALL.map(Kind::name).join(", ");
    let functions = Aggregate::ALL.map(Aggregate::name).join(", ");
    let units = TimeUnit::ALL.map(TimeUnit::name).join(", ");
    let channel = format!(
        "A column, bin(column), function(column) with one of {functions}, or unit(column) with one of {units}"
    );
    vec![
        parameter("id", "path", "The table", "string"),
        query("mark", &format!("One of {kinds}")),
        query("x", &channel),
        query("y", &channel),
        query("color", "The column that splits the chart, or for a heat map the number"),
        query("theta", "The number of a pie"),
        query("text", "The number of a key figure"),
        query("longitude", "For a map"),
        query("latitude", "For a map"),
        query("sort", "ascending, descending, largest or smallest"),
        query("stack", "normalize: shares of the whole"),
        query("title", "The title"),
        query("spec", "A Vega-Lite specification instead of all these"),
        query("column", "Which rows, as for rows"),
        parameter("_width", "query", "The width of the drawing", "number"),
        parameter("_scale", "query", "Pixels for each unit of a picture", "number"),
    ]
}

fn dictionary_forms() -> String {
    let forms: Vec<_> = townhall_app::DICTIONARY_FORMS.iter().map(|form| form.name).collect();
    format!("One of {}, or a format of tables such as xlsx", forms.join(", "))
}

/// The whole description.
fn description(title: &str, base_url: &str) -> Value {
    let id = || parameter("id", "path", "Its id, slug or identifier", "string");
    let table = || parameter("id", "path", "The table", "string");
    json!({
        "openapi": "3.1.0",
        "info": {"title": title, "version": env!("CARGO_PKG_VERSION"), "license": {"name": "See each dataset"}},
        "servers": [{"url": base_url}],
        "paths": {
            "/api/datasets": get("searchDatasets", "Search datasets", search_parameters(), "A page of datasets"),
            "/api/datasets/{id}": get("getDataset", "One dataset", vec![id()], "The dataset with its tables and files"),
            "/api/datasets/{id}/revisions/{number}": get(
                "getRevision", "A record as it was",
                vec![id(), parameter("number", "path", "The revision", "integer")], "The revision"
            ),
            "/api/tables": get("listTables", "All tables", vec![query("cursor", "`meta.next`")], "A page of tables"),
            "/api/tables/{id}": get("getTable", "A table's columns and versions", vec![table()], "The table"),
            "/api/tables/{id}/rows": get("getRows", "Rows", row_parameters(), "A page of rows, or all as a file"),
            "/api/tables/{id}/rejects": get("getRejects", "Cells that did not fit", vec![table()], "The cells"),
            "/api/tables/{id}/dictionary": get("getDictionary", "What the columns mean", vec![
                table(), query("_form", &dictionary_forms()),
            ], "The dictionary, in the form asked for"),
            "/api/tables/{id}/chart.svg": get("drawChart", "A chart as SVG", chart_parameters(), "The drawing"),
            "/api/tables/{id}/chart.png": get("drawChartAsPicture", "A chart as PNG", chart_parameters(), "The picture"),
            "/api/tables/{id}/chart.json": get("getChart", "A chart as Vega-Lite", chart_parameters(), "The specification"),
            "/api/tables/{id}/chart.csv": get("getChartNumbers", "The numbers of a chart", chart_parameters(), "The numbers"),
            "/api/sql": get("runSql", "Rows that answer one SELECT over any tables", vec![
                query("sql", "The query"),
                query("_limit", "The most rows of JSON, 1,000 unless said"),
                query("_format", "A file with all rows instead: csv, jsonl, parquet and so on"),
            ], "The rows"),
            "/api/jobs/{id}": get("getJob", "A job", vec![parameter("id", "path", "The job", "string")], "The job"),
        },
        "components": {
            "responses": {
                "Problem": {
                    "description": "What was wrong, where, and how to mend it (RFC 9457)",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                },
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "request_id"],
                    "properties": {
                        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                        "detail": {"type": "string"}, "hint": {"type": "string"}, "request_id": {"type": "string"},
                    },
                },
            },
        },
    })
}

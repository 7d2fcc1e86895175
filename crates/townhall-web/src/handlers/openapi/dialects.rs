//! The table APIs of other systems, as their clients ask them. Their documentation is elsewhere; here is what can be tried.

use serde_json::{Map, Value, json};

use super::build::Operation;
use super::samples::Samples;

type Paths = Map<String, Value>;

/// Puts them among the paths.
pub(super) fn put(paths: &mut Paths, samples: &Samples) {
    ckan(paths, samples);
    soda(paths, samples);
    opendatasoft(paths, samples);
    dkan(paths, samples);
    datasette(paths, samples);
    db_to_api(paths, samples);
    dataviz_wiz(paths, samples);
}

/// `column = 'value'`, when there are values.
fn condition(samples: &Samples, quote: char) -> String {
    if samples.value.is_empty() {
        return String::new();
    }
    let value = samples.value.replace(quote, &format!("{quote}{quote}"));
    format!("{} = {quote}{value}{quote}", samples.text)
}

fn ckan(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "CKAN DataStore";
    let filters = match samples.value.is_empty() {
        true => String::new(),
        false => json!({samples.text.as_str(): samples.value}).to_string(),
    };
    Operation::get("/api/3/action/datastore_search", "ckanSearch", "Search the rows of a table")
        .needed("resource_id", "The table", &samples.table)
        .query_as("filters", "Values that columns must have, as JSON", &filters)
        .query("q", "Words to find")
        .query("fields", "Columns, with commas between them")
        .query("sort", "Columns, each with `asc` or `desc`")
        .integer("limit", "Rows of a page, 100 unless said", "5")
        .integer("offset", "Rows to pass over", "")
        .one_of("distinct", "Each row once", ["true"])
        .one_of("include_total", "Whether the rows are counted", ["true", "false"])
        .one_of("records_format", "How rows are written", ["objects", "lists", "csv", "tsv"])
        .put(paths, TAG, "Fields and records in CKAN's envelope");
    Operation::post(
        "/api/3/action/datastore_search",
        "ckanSearchPost",
        "Search the rows of a table, with a body",
    )
    .json_body("What the search takes", json!({"resource_id": samples.table, "limit": 5}))
    .put(paths, TAG, "Fields and records in CKAN's envelope");
    let sql = format!("SELECT * FROM \"{}\" LIMIT 5", samples.table);
    Operation::get("/api/3/action/datastore_search_sql", "ckanSql", "Ask in SQL")
        .needed("sql", "The query; a table's id stands in double quotes", &sql)
        .put(paths, TAG, "Fields and records in CKAN's envelope");
    Operation::get("/api/3/action/datastore_info", "ckanInfo", "Read a table's columns")
        .needed("id", "The table", &samples.table)
        .put(paths, TAG, "Columns and the number of rows");
    Operation::get("/datastore/dump/{id}", "ckanDump", "Download a table")
        .path("id", "The table", &samples.table)
        .one_of("format", "The form of the file", ["csv", "tsv", "json", "xml"])
        .one_of("bom", "With a byte-order mark", ["true"])
        .query("filters", "Values that columns must have, as JSON")
        .integer("limit", "The most rows", "")
        .as_media("*/*")
        .put(paths, TAG, "The rows as a file");
}

fn soda(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "SODA 2 (Socrata)";
    let formats: Vec<&str> = townhall_app::table_formats().map(|format| format.name).collect();
    Operation::get("/resource/{id}.{format}", "soda", "Query a table")
        .path("id", "A table's id, or the slug of a dataset", &samples.dataset)
        .with("format", "path", "The form of the answer", json!({"type": "string", "enum": formats}), "json")
        .query("$select", "Columns and expressions")
        .query_as("$where", "A condition", &condition(samples, '\''))
        .query("$group", "Columns to group by")
        .query("$having", "A condition on groups")
        .query("$order", "Columns, each with `asc` or `desc`")
        .integer("$limit", "Rows, 1,000 unless said, 50,000 at most", "5")
        .integer("$offset", "Rows to pass over", "")
        .query("$q", "Words to find")
        .query("$query", "All of these in one")
        .any("column", "Filters: `column=value`")
        .put(paths, TAG, "The rows");
    Operation::get("/api/v3/views/{id}/{answer}", "soda3", "Query a table, as SODA 3")
        .path("id", "A table's id, or the slug of a dataset", &samples.dataset)
        .path("answer", "`query` or `export`, and the form of the answer", "query.json")
        .query("query", "The query as one text")
        .put(paths, TAG, "The rows");
}

fn opendatasoft(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "Opendatasoft (Explore 2.1)";
    const BASE: &str = "/api/explore/v2.1/catalog/datasets";
    let dataset = |rest: &str, id: &str, summary: &str| {
        Operation::get(&format!("{BASE}/{{dataset_id}}{rest}"), id, summary).path(
            "dataset_id",
            "The dataset",
            &samples.dataset,
        )
    };
    let filters = |operation: Operation, example: &str| {
        operation
            .query_as("where", "A condition", example)
            .query("refine", "`column:value`")
            .query("exclude", "`column:value`")
    };
    Operation::get(BASE, "odsDatasets", "List the datasets that have tables")
        .integer("limit", "Datasets of a page, at most 100", "5")
        .integer("offset", "Datasets to pass over", "")
        .put(paths, TAG, "A page of datasets");
    dataset("", "odsDataset", "Read a dataset with its fields").put(paths, TAG, "The dataset");
    filters(
        dataset("/records", "odsRecords", "Query records")
            .query("select", "Columns and expressions")
            .query("group_by", "Columns to group by")
            .query("order_by", "Columns, each with `asc` or `desc`")
            .integer("limit", "Rows of a page, at most 100", "5")
            .integer("offset", "Rows to pass over", ""),
        &condition(samples, '"'),
    )
    .put(paths, TAG, "A page of records");
    dataset("/records/{number}", "odsRecord", "Read a record")
        .with("number", "path", "The number of the row", json!({"type": "integer"}), "1")
        .put(paths, TAG, "The record");
    filters(
        dataset("/facets", "odsFacets", "Count how often values stand").query_as(
            "facet",
            "The column",
            &samples.text,
        ),
        "",
    )
    .put(paths, TAG, "The counts");
    dataset("/exports", "odsExports", "List the forms of exports").put(paths, TAG, "The forms");
    let formats: Vec<&str> = townhall_app::table_formats().map(|format| format.name).collect();
    filters(
        dataset("/exports/{format}", "odsExport", "Export all records")
            .with("format", "path", "The form of the file", json!({"type": "string", "enum": formats}), "csv")
            .query("select", "Columns and expressions")
            .integer("limit", "The most rows", "")
            .query("delimiter", "What stands between cells of CSV")
            .one_of("use_labels", "Labels for the names of columns", ["true"]),
        "",
    )
    .as_media("*/*")
    .put(paths, TAG, "The records as a file");
}

fn dkan(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "DKAN";
    const QUERY: &str = "/api/1/datastore/query";
    let conditions = match samples.value.is_empty() {
        true => json!([]),
        false => json!([{"property": samples.text, "value": samples.value, "operator": "="}]),
    };
    let of_one = json!({"conditions": conditions, "limit": 5});
    let of_many =
        json!({"resources": [{"id": samples.table, "alias": "t"}], "conditions": conditions, "limit": 5});
    let by_address = |operation: Operation| {
        operation
            .integer("limit", "Rows of a page, at most 500", "5")
            .integer("offset", "Rows to pass over", "")
            .any("brackets", "The rest of a question, such as `conditions[0][property]`")
    };
    let one = |path: String, id: &str, summary: &str, is_post: bool| {
        let operation =
            if is_post { Operation::post(&path, id, summary) } else { Operation::get(&path, id, summary) };
        operation.path("id", "A table, or a dataset whose first table is meant", &samples.table)
    };
    let index = |operation: Operation| {
        operation.with("index", "path", "Which of its tables, from 0", json!({"type": "integer"}), "0")
    };
    by_address(Operation::get(QUERY, "dkanQuery", "Query the table that the question names"))
        .query_as("resources[0][id]", "The table", &samples.table)
        .put(paths, TAG, "The rows");
    Operation::post(QUERY, "dkanQueryPost", "Query the table that the question names, with a body")
        .json_body("The question", of_many.clone())
        .put(paths, TAG, "The rows");
    by_address(one(format!("{QUERY}/{{id}}"), "dkanQueryTable", "Query a table", false))
        .put(paths, TAG, "The rows");
    one(format!("{QUERY}/{{id}}"), "dkanQueryTablePost", "Query a table, with a body", true)
        .json_body("The question", of_one.clone())
        .put(paths, TAG, "The rows");
    // A dataset is named by its slug here.
    let of_dataset = |path: String, id: &str, summary: &str, is_post: bool| {
        let operation =
            if is_post { Operation::post(&path, id, summary) } else { Operation::get(&path, id, summary) };
        index(operation.path("id", "The dataset", &samples.dataset))
    };
    by_address(of_dataset(
        format!("{QUERY}/{{id}}/{{index}}"),
        "dkanQueryIndex",
        "Query a table of a dataset",
        false,
    ))
    .put(paths, TAG, "The rows");
    of_dataset(
        format!("{QUERY}/{{id}}/{{index}}"),
        "dkanQueryIndexPost",
        "Query a table of a dataset, with a body",
        true,
    )
    .json_body("The question", of_one.clone())
    .put(paths, TAG, "The rows");
    by_address(Operation::get(
        &format!("{QUERY}/download"),
        "dkanDownload",
        "Download the rows that a question names",
    ))
    .query_as("resources[0][id]", "The table", &samples.table)
    .as_media("text/csv")
    .put(paths, TAG, "The rows as CSV");
    Operation::post(
        &format!("{QUERY}/download"),
        "dkanDownloadPost",
        "Download the rows that a question names, with a body",
    )
    .json_body("The question", of_many)
    .as_media("text/csv")
    .put(paths, TAG, "The rows as CSV");
    by_address(one(format!("{QUERY}/{{id}}/download"), "dkanDownloadTable", "Download a table", false))
        .as_media("text/csv")
        .put(paths, TAG, "The rows as CSV");
    one(format!("{QUERY}/{{id}}/download"), "dkanDownloadTablePost", "Download a table, with a body", true)
        .json_body("The question", of_one.clone())
        .as_media("text/csv")
        .put(paths, TAG, "The rows as CSV");
    by_address(of_dataset(
        format!("{QUERY}/{{id}}/{{index}}/download"),
        "dkanDownloadIndex",
        "Download a table of a dataset",
        false,
    ))
    .as_media("text/csv")
    .put(paths, TAG, "The rows as CSV");
    of_dataset(
        format!("{QUERY}/{{id}}/{{index}}/download"),
        "dkanDownloadIndexPost",
        "Download a table of a dataset, with a body",
        true,
    )
    .json_body("The question", of_one)
    .as_media("text/csv")
    .put(paths, TAG, "The rows as CSV");
    Operation::get("/api/1/datastore/imports/{id}", "dkanImport", "Read a table's columns")
        .path("id", "The table", &samples.table)
        .put(paths, TAG, "Columns and the number of rows");
    let sql = format!("[SELECT * FROM {}][LIMIT 5];", samples.table);
    Operation::get("/api/1/datastore/sql", "dkanSql", "Ask in SQL")
        .needed("query", "The query, each clause in square brackets; texts stand in double quotes", &sql)
        .put(paths, TAG, "The rows");
    Operation::post("/api/1/datastore/sql", "dkanSqlPost", "Ask in SQL, with a body")
        .json_body("The query", json!({"query": sql}))
        .put(paths, TAG, "The rows");
}

fn datasette(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "Datasette";
    let database = |path: &str, id: &str, summary: &str| {
        Operation::get(path, id, summary).path("database", "The dataset", &samples.dataset)
    };
    let table = |path: &str, id: &str, summary: &str| {
        database(path, id, summary).path("table", "The words of the table's title", &samples.word)
    };
    let filters = |operation: Operation| {
        operation
            .any("column", "Filters: `column=value` or `column__contains=value` and the like")
            .query("_where", "A condition in SQL")
            .query("_search", "Words to find")
            .query("_sort", "The column to sort by")
            .query("_sort_desc", "The column to sort by, the largest first")
            .query("_col", "A column to show")
            .query("_nocol", "A column to leave out")
            .query("_facet", "A column whose values are counted")
            .integer("_size", "Rows of a page", "5")
            .query("_next", "`next` of the page before")
    };
    let shapes = ["objects", "arrays", "array", "arrayfirst", "object"];
    Operation::get(
        "/datasette/-/databases.json",
        "datasetteDatabases",
        "List the databases: each dataset is one",
    )
    .put(paths, TAG, "The databases");
    Operation::get("/datasette/-/versions.json", "datasetteVersions", "Read what answers").put(
        paths,
        TAG,
        "The versions of Datasette's API and of this program",
    );
    database(
        "/datasette/{database}.json",
        "datasetteDatabase",
        "List the tables of a database, or ask in SQL",
    )
    .query("sql", "A query")
    .put(paths, TAG, "Tables, or the rows that answer the query");
    filters(table("/datasette/{database}/{table}.json", "datasetteTable", "Query a table"))
        .one_of("_shape", "How rows are written", shapes)
        .one_of("_nl", "A line each, with `_shape=array`", ["on"])
        .put(paths, TAG, "A page of rows");
    filters(table("/datasette/{database}/{table}.csv", "datasetteCsv", "Query a table, as CSV"))
        .one_of("_stream", "All rows", ["on"])
        .as_media("text/csv")
        .put(paths, TAG, "Rows as CSV");
    table("/datasette/{database}/{table}/{rowid}.json", "datasetteRow", "Read a row")
        .with("rowid", "path", "The number of the row", json!({"type": "integer"}), "1")
        .put(paths, TAG, "The row");
}

fn db_to_api(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "db-to-api";
    let table = |path: &str, id: &str, summary: &str| {
        let format = json!({"type": "string", "enum": ["json", "xml", "html"]});
        Operation::get(path, id, summary)
            .path("database", "The dataset", &samples.dataset)
            .path("table", "The words of the table's title", &samples.word)
            .with("format", "path", "The form of the answer", format, "json")
    };
    let order = |operation: Operation| {
        operation
            .query("order_by", "The column to sort by")
            .one_of("direction", "The order", ["asc", "desc"])
            .integer("limit", "The most rows", "5")
            .query("callback", "A function to wrap the answer in a call of")
    };
    order(table("/db-to-api/{database}/{table}.{format}", "dbToApiAll", "Read rows"))
        .as_media("*/*")
        .put(paths, TAG, "The rows");
    order(table("/db-to-api/{database}/{table}/{id}.{format}", "dbToApiId", "Read the rows of an id").path(
        "id",
        "A value of the first column",
        "",
    ))
    .as_media("*/*")
    .put(paths, TAG, "The rows");
    order(
        table(
            "/db-to-api/{database}/{table}/{column}/{value}.{format}",
            "dbToApiValue",
            "Read the rows of a value",
        )
        .path("column", "The column", &samples.text)
        .path("value", "The value", &samples.value),
    )
    .as_media("*/*")
    .put(paths, TAG, "The rows");
    order(
        Operation::get("/db-to-api/index.php", "dbToApiParameters", "Read rows, all in parameters")
            .needed("db", "The dataset", &samples.dataset)
            .needed("table", "The words of the table's title", &samples.word)
            .query("column", "The column")
            .query("value", "The value")
            .one_of("format", "The form of the answer", ["json", "xml", "html"]),
    )
    .as_media("*/*")
    .put(paths, TAG, "The rows");
}

fn dataviz_wiz(paths: &mut Paths, samples: &Samples) {
    Operation::get("/dvwapi/{table}/{form}", "dvwRows", "Read rows")
        .path("table", "The dataset", &samples.dataset)
        .with(
            "form",
            "path",
            "The form of the answer",
            json!({"type": "string", "enum": ["csv", "json", "xml", "geojson"]}),
            "json",
        )
        .as_media("*/*")
        .put(paths, "DataVizWiz", "The rows");
}

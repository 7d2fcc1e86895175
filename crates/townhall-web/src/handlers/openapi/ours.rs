//! Our own operations: datasets, tables, SQL, jobs, scores, tools.

use serde_json::{Map, Value, json};
use townhall_app::{Facet, SearchOrder};

use super::build::Operation;
use super::samples::Samples;
use crate::handlers::{Site, tools as portal_tools};
use crate::pages::views::ToolForm;

type Paths = Map<String, Value>;

/// Searching and reading records.
pub(super) fn datasets(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "Datasets";
    const ID: &str = "Its id, slug or identifier";
    let orders = SearchOrder::ALL.map(SearchOrder::name);
    let search = |path: &str, id: &str, summary: &str| {
        let mut search = Operation::get(path, id, summary)
            .query_as("q", "Words, \"phrases\", -exclusions, field:word", "data")
            .query("place", "A state or county by name or Census FIPS code")
            .query("bbox", "West,south,east,north in degrees")
            .query("from", "The first day, month or year of interest")
            .query("to", "The last day, month or year of interest")
            .one_of("sort", "The order", orders);
        for facet in Facet::ALL {
            let about = format!("{}; repeat it for either", townhall_app::facet_label(facet));
            search = search.query(facet.name(), about);
        }
        search
            .integer("limit", "Hits of a page, at most 100", "")
            .query("cursor", "`meta.next` of the page before")
    };
    search("/api/datasets", "searchDatasets", "Search datasets").put(paths, TAG, "A page of datasets");
    Operation::get("/api/datasets/{id}", "getDataset", "Read a dataset")
        .path("id", ID, &samples.dataset)
        .put(paths, TAG, "The dataset with its tables and files");
    Operation::get("/api/datasets/{id}/revisions/{number}", "getRevision", "Read a record as it was")
        .path("id", ID, &samples.dataset)
        .with("number", "path", "The revision", json!({"type": "integer"}), "1")
        .put(paths, TAG, "The revision");
    search("/data/search.csv", "searchAsCsv", "Search datasets, as CSV").in_media("text/csv").put(
        paths,
        TAG,
        "The hits as a file",
    );
    search("/data/search.atom", "searchAsFeed", "Follow a search, as a feed")
        .in_media("application/atom+xml")
        .put(paths, TAG, "The hits as a feed");
    search("/data/search.json", "searchAsJson", "Search datasets, as a file of JSON").put(
        paths,
        TAG,
        "The hits as a file",
    );
}

/// The parameters of rows that are not columns.
pub(super) fn controls(operation: Operation, order: &str) -> Operation {
    operation
        .query("_select", "Columns, with commas between them")
        .query("_where", "A condition such as `state = 'MD' and amount > 100`")
        .query(
            "_search",
            "Words, or beginnings of words, that must stand in the text columns; the best matches come first",
        )
        .query_as(
            "_sort",
            "Columns, with commas; `-column` for the largest first; `_rank` for the best matches",
            order,
        )
        .query("_group", "Columns to group by")
        .query(
            "_aggregate",
            "count, sum(column), avg(column), min(column), max(column), count_distinct(column)",
        )
        .query("_facet", "Columns whose values are counted")
        .one_of("_shape", "Rows of JSON as arrays instead of objects", ["arrays"])
        .query("_callback", "JSON as a call of this function")
        .one_of("_explain", "What the question would take, without asking it", ["1"])
        .query("_as_of", "A version number or a day")
        .one_of("_raw", "Sentinels of the dictionary count as the values that they are written as", ["1"])
        .one_of("_labels", "What the dictionary's codes stand for instead of the codes", ["1"])
}

/// Tables, their rows, what did not fit, what they mean.
pub(super) fn tables(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "Tables";
    let operators: Vec<&str> = townhall_app::row_operators().iter().map(|(name, _)| *name).collect();
    let filters =
        format!("Filters: `column=value` or `column__op=value`; operators: {}", operators.join(", "));
    let formats = || townhall_app::table_formats().map(|format| format.name);
    let order = match samples.number.is_empty() {
        true => String::new(),
        false => format!("-{}", samples.number),
    };
    let table = |path: &str, id: &str, summary: &str| {
        Operation::get(path, id, summary).path("id", "The table", &samples.table)
    };
    Operation::get("/api/tables", "listTables", "List all tables")
        .query("cursor", "`meta.next` of the page before")
        .put(paths, TAG, "A page of tables");
    table("/api/tables/{id}", "getTable", "Read a table's columns and versions")
        .query("_as_of", "A version number or a day")
        .put(paths, TAG, "The table");
    controls(table("/api/tables/{id}/rows", "getRows", "Read rows").any("column", &filters), &order)
        .integer("_limit", "Rows of a page, at most 10,000", "5")
        .query("_cursor", "`meta.next` of the page before")
        .one_of("_format", "A file of all rows instead of a page", formats())
        .put(paths, TAG, "A page of rows, or all as a file");
    let format = json!({"type": "string", "enum": formats().collect::<Vec<_>>()});
    controls(
        table("/api/tables/{id}/rows.{format}", "downloadRows", "Download rows")
            .with("format", "path", "The form of the file", format, "csv")
            .any("column", &filters),
        &order,
    )
    .in_media("*/*")
    .put(paths, TAG, "All rows that match, as a file");
    table("/api/tables/{id}/rejects", "getRejects", "Read the cells that did not fit")
        .query("_as_of", "A version number or a day")
        .integer("_limit", "Cells of a page, at most 1,000", "")
        .query("_cursor", "`meta.next` of the page before")
        .one_of("_format", "A file with all of them instead", formats())
        .put(paths, TAG, "The cells");
    table("/api/tables/{id}/diff", "getDifferences", "Read what differs between two versions")
        .query("from", "The older version, by number or day; the one before `to` unless said")
        .query("to", "The newer version; the current one unless said")
        .query(
            "key",
            "Columns by which rows are known again, with commas; without it whole rows are compared",
        )
        .integer("_limit", "Rows of a page, at most 1,000", "")
        .query("_cursor", "`meta.next` of the page before")
        .one_of("_format", "A file with all of them instead", formats())
        .put(paths, TAG, "The rows that differ, and how many");
    Operation::get("/api/recipes", "listRecipes", "List the recipes by which tables are made of others").put(
        paths,
        TAG,
        "The recipes",
    );
    Operation::get("/api/recipes/{name}", "getRecipe", "Read a recipe")
        .path("name", "The recipe; with `.yaml` as it was written", "")
        .put(paths, TAG, "The recipe and its tables");
    let forms: Vec<&str> =
        townhall_app::DICTIONARY_FORMS.iter().map(|form| form.name).chain(["xlsx", "html"]).collect();
    table("/api/tables/{id}/dictionary", "getDictionary", "Read what the columns mean")
        .one_of("_form", "The form; JSON unless said", forms)
        .put(paths, TAG, "The dictionary, in the form asked for");
    table("/api/tables/{id}/columns", "listColumns", "List the columns of a table").put(
        paths,
        TAG,
        "The columns",
    );
    table("/api/tables/{id}/columns/{name}", "getColumn", "Read the profile of a column")
        .path("name", "The column", &samples.number)
        .put(paths, TAG, "Counts, extremes, quantiles, histogram, most frequent values");
    table("/api/tables/{id}/reports", "listReports", "List the reports that a table can answer").put(
        paths,
        TAG,
        "The reports",
    );
    table("/api/tables/{id}/reports/{name}", "getReport", "Read a report")
        .path("name", "The report", "")
        .one_of("_labels", "What the dictionary's codes stand for instead of the codes", ["1"])
        .one_of("_format", "A file instead", formats())
        .put(paths, TAG, "The rows, with what the report is and how it is drawn");
    table("/api/tables/{id}/openapi.json", "describeTable", "Read this description for one table").put(
        paths,
        TAG,
        "An OpenAPI document with a parameter for each column",
    );
}

/// SQL over all tables, and the queries that staff have saved.
pub(super) fn sql(paths: &mut Paths, samples: &Samples, saved: &str) {
    const TAG: &str = "SQL";
    let formats = || townhall_app::table_formats().map(|format| format.name);
    let rest = |operation: Operation| {
        operation
            .integer("_limit", "The most rows of JSON, 1,000 unless said", "")
            .one_of("_format", "A file with all rows instead", formats())
            .one_of(
                "_explain",
                "How it would be answered and what it would take, instead of the answer",
                ["1"],
            )
    };
    rest(Operation::get("/api/sql", "runSql", "Run a query").needed(
        "sql",
        "One `SELECT` over any tables",
        &samples.sql(),
    ))
    .put(paths, TAG, "The rows");
    Operation::post("/api/sql", "sendSql", "Run a query, with a body")
        .json_body("The query, and what else `GET` takes", json!({"sql": samples.sql(), "_limit": 5}))
        .put(paths, TAG, "The rows");
    Operation::get("/api/sql/schema", "getSqlSchema", "Read the names of tables and columns, for editors")
        .put(paths, TAG, "Tables and columns as queries write them");
    Operation::get("/api/queries", "listQueries", "List the saved queries")
        .query("cursor", "`meta.next` of the page before")
        .put(paths, TAG, "A page of queries with their parameters");
    rest(
        Operation::get("/api/sql/{name}", "runQuery", "Run a saved query")
            .path("name", "The query", saved)
            .any("parameter", "The parameters of the query, by their names"),
    )
    .put(paths, TAG, "The rows");
}

/// Harvest sources and what harvests did.
pub(super) fn sources(paths: &mut Paths) {
    const TAG: &str = "Harvests";
    Operation::get("/api/changes", "getChanges", "Follow every change of a record")
        .query("since", "The number of the last change that is known; `meta.next` of the page before")
        .put(paths, TAG, "A page of changes, withdrawals with their reasons");
    Operation::get("/api/harvest/sources", "listSources", "List the sources that are harvested").put(
        paths,
        TAG,
        "The sources, each with its last harvest",
    );
    let of_source = |path: &str, id: &str, summary: &str| {
        Operation::get(path, id, summary).path("name", "The source", "")
    };
    let of_run = |path: &str, id: &str, summary: &str| {
        of_source(path, id, summary).with("number", "path", "The harvest", json!({"type": "integer"}), "1")
    };
    of_source("/api/harvest/sources/{name}", "getSource", "Read a source").put(paths, TAG, "The source");
    of_source(
        "/api/harvest/sources/{name}/runs",
        "listHarvests",
        "List the harvests of a source, newest first",
    )
    .integer("limit", "Harvests of a page, at most 1000", "")
    .query("cursor", "`meta.next` of the page before")
    .put(paths, TAG, "A page of harvests");
    of_run("/api/harvest/sources/{name}/runs/{number}", "getHarvest", "Read what a harvest counted").put(
        paths,
        TAG,
        "The harvest",
    );
    of_run(
        "/api/harvest/sources/{name}/runs/{number}/records",
        "listHarvestedRecords",
        "List what a harvest did with records",
    )
    .query("action", "Only this, such as `added` or `deleted`")
    .integer("limit", "Records of a page, at most 1000", "")
    .query("cursor", "`meta.next` of the page before")
    .put(paths, TAG, "A page of records, each with its revision before and after");
    of_run(
        "/api/harvest/sources/{name}/runs/{number}/findings",
        "listHarvestFindings",
        "List what a harvest noticed",
    )
    .integer("limit", "Findings of a page, at most 1000", "")
    .query("cursor", "`meta.next` of the page before")
    .put(paths, TAG, "A page of findings");
}

/// Slow work.
pub(super) fn jobs(paths: &mut Paths) {
    Operation::get("/api/jobs/{id}", "getJob", "Read how a job is getting on")
        .path("id", "The job, as the answer that started it says", "")
        .put(paths, "Jobs", "The job");
}

/// How well offices publish.
pub(super) fn scorecard(paths: &mut Paths) {
    const TAG: &str = "Scorecard";
    const QUARTER: &str = "The last day of the quarter, such as 2026-11-30; the one under way without";
    Operation::get("/api/scorecard", "getScorecard", "Read where all offices stand")
        .query("milestone", QUARTER)
        .query("group", "all, cfo-act or omb-monitored")
        .put(paths, TAG, "The offices");
    Operation::get("/api/scorecard/{office}", "getOffice", "Read where an office stands, and why")
        .path("office", "Its id, number or short name", "")
        .query("milestone", QUARTER)
        .put(paths, TAG, "The office");
    Operation::get(
        "/api/scorecard/{office}/compare",
        "compareOffice",
        "Compare two days of an office's listing",
    )
    .path("office", "Its id, number or short name", "")
    .query("from", "The earlier day")
    .query("to", "The later day")
    .put(paths, TAG, "What appeared, vanished and broke");
    Operation::get("/api/scorecard/regressions", "getRegressions", "Read what got worse")
        .query("office", "Only of this office")
        .put(paths, TAG, "What got worse, the newest first");
}

/// Whether the links of the catalog work.
pub(super) fn links(paths: &mut Paths) {
    const TAG: &str = "Links";
    Operation::get("/api/links", "listLinks", "List the links that don't work")
        .query("state", "works, doubtful, broken, closed or unknown, with commas; all for every link")
        .query("verdict", "What the last check found, such as missing or moved, with commas")
        .query("organization", "The slug of an organization; its parts count, too")
        .query("host", "The host of the links")
        .integer("limit", "Links of a page, at most 1000", "")
        .query("cursor", "`meta.next` of the page before")
        .put(paths, TAG, "A page of links, each with the dataset that names it");
    Operation::get("/api/links/counts", "countLinks", "Count the links by what is held of them")
        .query("organization", "The slug of an organization; its parts count, too")
        .put(paths, TAG, "The counts, and those of the Project Open Data Dashboard");
    Operation::get("/mirror/{link}", "getCopy", "Download the copy that is kept of a file on another server")
        .path("link", "The link, by the last part of `copy.url` in the list of links", "")
        .put(paths, TAG, "The file as its server gave it, with its address there as the link `original`");
}

/// How well datasets are published.
pub(super) fn scores(paths: &mut Paths, samples: &Samples) {
    const TAG: &str = "Scores";
    Operation::get("/api/scores", "getScores", "Read the scores of the catalog")
        .query("organization", "The slug of one organization")
        .put(paths, TAG, "The sums");
    Operation::get("/api/datasets/{id}/score", "getScore", "Read the score of a dataset")
        .path("id", "Its id, slug or identifier", &samples.dataset)
        .put(paths, TAG, "The score by each measure");
    Operation::get("/data/{slug}/badge.svg", "getBadge", "Show a dataset's score as a badge")
        .path("slug", "The dataset", &samples.dataset)
        .query("scheme", "The measure")
        .in_media("image/svg+xml")
        .put(paths, TAG, "A picture");
    Operation::get(
        "/orgs/{slug}/badge.svg",
        "getOrganizationBadge",
        "Show an organization's score as a badge",
    )
    .path("slug", "The organization", "")
    .query("scheme", "The measure")
    .in_media("image/svg+xml")
    .put(paths, TAG, "A picture");
}

/// The tools: files, texts or addresses are sent with the choices of each, in the order of its page's form.
pub(super) fn tools(paths: &mut Paths, site: &Site) {
    const TAG: &str = "Tools";
    for (listed, form) in portal_tools::described(site) {
        let path = format!("/api/{}", listed.api);
        let id = listed.name.split('-').map(capital).collect::<String>();
        Operation::post(&path, &format!("tool{id}"), listed.title)
            .about(listed.lead)
            .body("What to work on, and how", json!({"multipart/form-data": {"schema": tool(&form)}}))
            .in_media("*/*")
            .put(paths, TAG, "The file that was made, or what was found");
    }
    let filling = json!({"multipart/form-data": {"schema": {"type": "object", "properties": {
        "file": {"type": "array", "maxItems": 2, "items": {"type": "string", "format": "binary"},
            "description": "The form; then its values (JSON, FDF, XFDF), or a table with a row for each form"},
        "url": {"type": "string", "format": "uri", "description": "The address of the form"},
        "data": {"type": "string", "description": "Values as JSON: {\"fields\": {…}, \"stamps\": [{\"page\", \"x\", \"y\", \"text\"}], \"flatten\": true}"},
        "flatten": {"type": "string", "enum": ["yes"], "description": "`yes`: make fields part of the page"},
        "append": {"type": "string", "enum": ["yes"], "description": "`yes`: write changes after what is there"},
        "table": {"type": "string", "description": "A table of this portal with a row for each form: its id, or the id or name of its dataset"},
        "merge": {"type": "string", "enum": ["yes"], "description": "`yes`: one file for all rows"},
        "want": {"type": "string", "enum": ["report"], "description": "`report`: tell what would become of it, as JSON"},
        "password": {"type": "string", "description": "The password of a locked file"},
    }}}});
    Operation::post("/api/pdf/fill", "fillForm", "Fill in a PDF form")
        .about("What is worth knowing comes in the header `Townhall-Remarks`: unknown names, options that there are not, texts that do not fit.")
        .body("The form and its values", filling)
        .in_media("application/pdf")
        .put(paths, TAG, "The filled form");
    Operation::get("/api/pdf/form", "showForm", "Show a PDF form as a page of the web")
        .needed("url", "The address of the form", "")
        .in_media("text/html")
        .put(paths, TAG, "The page, under its own address");
    Operation::get("/tools/reports/{report}/tables", "reportTables", "Take tables of a PDF that is held")
        .path("report", "The report, as `/tools/pdf-tables` gives it", "")
        .query("format", "xlsx, csv, tsv, zip, parquet, package, json, html or markdown; xlsx unless said")
        .query("only", "The number of a table, counted from 1; may be repeated")
        .one_of("clean", "Plain numbers, one row of headers", ["yes"])
        .in_media("*/*")
        .put(paths, TAG, "The file");
    Operation::get(
        "/tools/reports/{report}/template.json",
        "reportTemplate",
        "Where the tables of a PDF are",
    )
    .path("report", "The report", "")
    .put(paths, TAG, "A template for other editions, which Tabula reads, too");
    Operation::get(
        "/tools/reports/{report}/pages/{page}",
        "reportPage",
        "The picture of a page of a PDF that is held",
    )
    .path("report", "The report", "")
    .path("page", "The number of the page, and .png", "1.png")
    .in_media("image/png")
    .put(paths, TAG, "The picture");
    Operation::get("/api/validate/rules", "listRules", "List the rules of validation").put(
        paths,
        TAG,
        "The rules",
    );
    Operation::get("/api/license/list", "listLicenses", "List the licenses that are known").put(
        paths,
        TAG,
        "The licenses",
    );
    Operation::get("/validate", "dashboardValidate", "Validate as the Project Open Data Dashboard did")
        .needed("output", "`json`", "json")
        .needed("datajson_url", "The address of a data.json", "")
        .query("schema", "The schema; federal-v1.1 unless said")
        .one_of("qa", "With counts", ["true"])
        .put(paths, TAG, "The dashboard's answer");
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn tool(form: &ToolForm) -> Value {
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
        properties[&field.name] = json!({"type": "string", "description": about, "enum": ["yes"]});
    }
    properties["report"] = json!({
        "type": "string", "enum": ["yes"], "description": "`yes`: tell what was done instead of giving the file that was made",
    });
    properties["job"] = json!({
        "type": "string", "enum": ["yes"], "description": "`yes`: answer 202 at once with the address of the report to come",
    });
    json!({"type": "object", "properties": properties})
}

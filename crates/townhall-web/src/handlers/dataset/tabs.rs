//! The smaller tabs of a dataset: dictionary, map, API, versions, cite, feedback.

use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use townhall_model::dictionary::Dictionary;
use townhall_model::table::Column;

use super::cite::Citation;
use super::head::{head, meta};
use super::{find, overview, snippets, table_url};
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::charts;
use crate::pages::views::{
    ApiView, CiteView, CodeRow, ColumnRow, DictionaryTable, DictionaryView, Download, EndpointRow, Fact,
    FeedbackView, Link, MapView, Place, ValueCount,
};
use crate::server::Problem;

/// Gets the dataset or returns from the handler with the redirect to where it is now.
macro_rules! dataset_or_redirect {
    ($site:expr, $slug:expr, $uri:expr) => {
        match find($site, $slug, $uri).await? {
            Ok(dataset) => dataset,
            Err(redirect) => return Ok(redirect),
        }
    };
}
pub(in crate::handlers) use dataset_or_redirect;

/// The forms of a dictionary that are tables, beside [`townhall_app::DICTIONARY_FORMS`].
const DICTIONARY_FILES: [(&str, &str); 2] = [("Excel", "xlsx"), ("HTML", "html")];

/// Codes of a column that the page shows; the files have all.
const CODES_SHOWN: usize = 40;

/// `/data/{slug}/dictionary`.
pub async fn dictionary(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let mut tables = Vec::new();
    let mut downloads = Vec::new();
    for table in &dataset.tables {
        let known = site.app().tables().dictionary(site.audience(), table.id).await?;
        let manifest = &known.table.manifest;
        let url = table_url(&dataset, table);
        let address = format!("/api/tables/{}/dictionary", table.id);
        let several = if dataset.tables.len() > 1 { format!("{}: ", table.title) } else { String::new() };
        downloads.extend(
            townhall_app::DICTIONARY_FORMS
                .iter()
                .map(|form| (form.label, form.extension))
                .chain(DICTIONARY_FILES)
                .map(|(label, extension)| Download {
                    label: format!("{several}{label}"),
                    url: format!("{address}.{extension}"),
                    ..Download::default()
                }),
        );
        tables.push(DictionaryTable {
            title: table.title.clone(),
            rows: manifest.rows,
            columns: manifest
                .columns
                .iter()
                .map(|column| column_row(column, &known.dictionary, &url))
                .collect(),
            described: table.described,
            url,
        });
    }
    let view = DictionaryView {
        head: head(&dataset, "dictionary", &params),
        tables,
        downloads,
        publishers: dataset
            .view
            .described_by
            .as_ref()
            .map(|url| Link::new("The publisher's data dictionary", url)),
    };
    site.page(
        "dataset_dictionary.html",
        meta(&dataset, Some(("dictionary", "Dictionary")), uri.path()),
        &view,
    )
}

fn column_row(column: &Column, dictionary: &Dictionary, table_url: &str) -> ColumnRow {
    let meaning = dictionary.columns.get(&column.name).cloned().unwrap_or_default();
    let rows_with = |value: &str| {
        let glue = if table_url.contains('?') { '&' } else { '?' };
        let pair = Params(vec![(column.name.clone(), value.to_owned())]).link("");
        format!("{table_url}{glue}{}", &pair[1..])
    };
    // What means that there is no value is no part of how values are spread.
    let is_sentinel = |value: &str| meaning.sentinels.iter().any(|code| code.value == value);
    let valued: Vec<_> = column.top.iter().filter(|(value, _)| !is_sentinel(value)).cloned().collect();
    ColumnRow {
        name: column.name.clone(),
        label: meaning.label.clone().or_else(|| column.label.clone()),
        kind: column.kind.name().to_owned(),
        kind_reason: column.type_reason.clone(),
        codes: meaning
            .codes
            .iter()
            .map(|code| (code, false))
            .chain(meaning.sentinels.iter().map(|code| (code, true)))
            .take(CODES_SHOWN)
            .map(|(code, is_sentinel)| CodeRow {
                value: code.value.clone(),
                label: code.label.clone(),
                is_sentinel,
                url: rows_with(&code.value),
            })
            .collect(),
        codes_more: (meaning.codes.len() + meaning.sentinels.len()).saturating_sub(CODES_SHOWN) as u64,
        sensitivity: meaning.sensitivity,
        description: meaning.description,
        unit: meaning.unit,
        values: column.values,
        nulls: column.nulls,
        rejects: column.rejects,
        distinct: Some(column.distinct),
        distinct_exact: column.distinct_exact,
        min: column.min.clone(),
        max: column.max.clone(),
        mean: column.mean,
        top: column
            .top
            .iter()
            .map(|(value, count)| ValueCount {
                value: match dictionary.columns.get(&column.name).and_then(|meaning| meaning.label_of(value))
                {
                    Some(label) => format!("{value}, {label}"),
                    None => value.clone(),
                },
                count: *count,
                url: Some(rows_with(value)),
            })
            .collect(),
        spread: charts::spread(&valued),
    }
}

/// `/data/{slug}/map`.
pub async fn map(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let bbox = dataset.view.bounding_box.as_ref().map(|b| [b.west, b.south, b.east, b.north]);
    let locator = bbox.and_then(|[west, south, east, north]| {
        charts::locator(&[charts::Extent { west, south, east, north }])
    });
    let facts = bbox.map(|bbox| {
        ["West", "South", "East", "North"]
            .iter()
            .zip(bbox)
            .map(|(term, value)| Fact {
                term: (*term).into(), value: format!("{value}°"), ..Fact::default()
            })
            .collect()
    });
    let view = MapView {
        head: head(&dataset, "map", &params),
        place: Place {
            names: dataset.view.places.clone(),
            locator,
            search_url: bbox.map(|bbox| {
                Params(vec![("bbox".into(), bbox.map(|edge| edge.to_string()).join(","))]).link("/data")
            }),
        },
        facts: facts.unwrap_or_default(),
    };
    site.page("dataset_map.html", meta(&dataset, Some(("map", "Map")), uri.path()), &view)
}

/// `/data/{slug}/api`.
pub async fn api(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let base = site.base_url();
    let record = format!("{base}/api/datasets/{}", dataset.id);
    let mut endpoints = vec![EndpointRow {
        method: "GET".into(),
        url: record.clone(),
        description: "The record of this dataset".into(),
    }];
    let (mut examples, mut consoles) = (Vec::new(), Vec::new());
    let mut code = snippets::of_json(&record);
    for (index, table) in dataset.tables.iter().enumerate() {
        let rows = format!("{base}/api/tables/{}/rows", table.id);
        endpoints.push(EndpointRow {
            method: "GET".into(),
            url: format!("{base}/api/tables/{}", table.id),
            description: format!("The columns of “{}” and what is in them", table.title),
        });
        endpoints.push(EndpointRow {
            method: "GET".into(),
            url: rows.clone(),
            description: format!("The rows of “{}”; also .csv, .jsonl, .parquet, .xlsx", table.title),
        });
        endpoints.push(EndpointRow {
            method: "GET".into(),
            url: format!("{base}/api/tables/{}/openapi.json", table.id),
            description: format!(
                "“{}” described for programs, a parameter for each column (OpenAPI)",
                table.title
            ),
        });
        consoles.push(Link::new(
            format!("Try “{}” in the console", table.title),
            crate::handlers::console::address(&table.id.to_string(), "getRows"),
        ));
        if index == 0 {
            let manifest =
                site.app().tables().manifest(site.audience(), table.id, None).await?.manifest.clone();
            examples =
                super::table::example_questions(&manifest.columns, &format!("/api/tables/{}/rows", table.id));
            let asked =
                examples.get(1).or(examples.first()).map_or(rows, |link| format!("{base}{}", link.url));
            code = snippets::of_rows(&asked);
        }
    }
    let view = ApiView {
        head: head(&dataset, "api", &params),
        endpoints,
        snippets: code,
        examples,
        consoles,
        notes: crate::handlers::text::api_notes(),
    };
    site.page("dataset_api.html", meta(&dataset, Some(("api", "API")), uri.path()), &view)
}

/// `/data/{slug}/cite`.
pub async fn cite(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let today = jiff::Timestamp::now().to_string().chars().take(10).collect::<String>();
    let citation = Citation::new(&dataset, site.name(), site.base_url(), &today);
    match params.get("_format") {
        Some("bib") => {
            return Ok(crate::handlers::respond::document("application/x-bibtex", citation.bibtex().into()));
        }
        Some("ris") => {
            return Ok(crate::handlers::respond::document(
                "application/x-research-info-systems",
                citation.ris().into(),
            ));
        }
        _ => {}
    }
    let url = format!("/data/{}/cite", dataset.slug);
    let view = CiteView {
        head: head(&dataset, "cite", &params),
        text: citation.sentence(),
        bibtex: citation.bibtex(),
        ris: citation.ris(),
        downloads: [("BibTeX", "bib"), ("RIS", "ris")]
            .map(|(label, form)| Download {
                label: label.into(),
                url: format!("{url}?_format={form}"),
                ..Download::default()
            })
            .into(),
        permalink: format!("{}/data/{}", site.base_url(), dataset.slug),
        version: dataset.tables.first().map(|table| table.version.to_string()),
    };
    site.page("dataset_cite.html", meta(&dataset, Some(("cite", "Cite")), uri.path()), &view)
}

/// `/data/{slug}/feedback`.
pub async fn feedback(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let view = FeedbackView {
        head: head(&dataset, "feedback", &params),
        contacts: overview::contacts(&dataset),
        subject: format!("About the dataset “{}”", dataset.title()),
    };
    site.page("dataset_feedback.html", meta(&dataset, Some(("feedback", "Feedback")), uri.path()), &view)
}

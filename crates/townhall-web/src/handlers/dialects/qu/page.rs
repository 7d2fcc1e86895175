//! Qu's datasets for people: a page for each resource, and a form that asks a slice.

use axum::response::Response;
use serde_json::{Map, Value};
use townhall_app::{QuAnswer, QuConcept, QuDataset, QuMade, QuQuestion, QuSlice};

use super::slice::link;
use super::{BASE, concept_path, dataset_path, slice_path};
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{
    ColumnHead, Download, Fact, Link, Notice, NoticeKind, PageMeta, Pager, QuClause, QuItem, QuList, QuTable,
    QuView, Section,
};
use crate::server::Problem;

/// The most rows that a page shows.
pub const ROWS_MAX: u64 = 100;

/// Rows of a table of codes that a page shows.
const CODES_SHOWN_MAX: usize = 1_000;

/// The clauses of the form: name, words, and what they are for.
const CLAUSES: [(&str, &str, &str); 6] = [
    (
        "select",
        "Select",
        "Columns to give, with commas; in groups also SUM(column), AVG, MIN, MAX and COUNT()",
    ),
    ("where", "Where", "Such as population > 1000 AND state = 'MD'"),
    ("group", "Group by", "Dimensions, with commas"),
    ("orderBy", "Order by", "Columns, each with ASC or DESC behind it"),
    ("limit", "Limit", "Rows of a page: 100 unless said"),
    ("offset", "Offset", "Rows to pass over"),
];

fn meta(title: &str, path: &str, crumbs: &[(&str, String)]) -> PageMeta {
    let mut meta = PageMeta::new(title, path, Section::Developers);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Developers", "/developers")];
    meta.breadcrumbs.extend(crumbs.iter().map(|(label, url)| Link::new(*label, url)));
    meta
}

fn info<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// Other forms of the page.
fn forms(path: &str, endings: &[(&str, &str)]) -> Vec<Download> {
    let form = |(label, ending): &(&str, &str)| Download {
        label: (*label).to_owned(),
        url: format!("{path}.{ending}"),
        ..Download::default()
    };
    endings.iter().map(form).collect()
}

/// All datasets.
pub fn index(site: &Site, datasets: &[QuDataset]) -> Result<Response, Problem> {
    let item = |dataset: &QuDataset| QuItem {
        title: dataset.definition.name().unwrap_or(&dataset.name).to_owned(),
        url: dataset_path(dataset),
        text: dataset.description(),
    };
    let view = QuView {
        title: "Datasets with slices".to_owned(),
        lead: "Large tables that can be asked in the words of CFPB's Qu: by page, CSV, JSON, XML and script."
            .to_owned(),
        lists: vec![QuList {
            title: "Datasets".to_owned(),
            items: datasets.iter().map(item).collect(),
            none: "No dataset has been loaded yet.".to_owned(),
        }],
        downloads: forms(BASE, &[("JSON", "json"), ("XML", "xml")]),
        ..QuView::default()
    };
    site.page("qu.html", meta("Datasets with slices", BASE, &[]), &view)
}

/// A dataset.
pub fn dataset(site: &Site, dataset: &QuDataset) -> Result<Response, Problem> {
    let definition = &dataset.definition;
    let title = definition.name().unwrap_or(&dataset.name).to_owned();
    let path = dataset_path(dataset);
    let slices = definition.slices.iter().map(|slice| QuItem {
        title: slice.info("name").unwrap_or(&slice.id).to_owned(),
        url: slice_path(dataset, slice),
        text: slice.info("description").unwrap_or_default().to_owned(),
    });
    let concepts = definition.concepts.iter().map(|concept| QuItem {
        title: concept.name().to_owned(),
        url: concept_path(dataset, concept),
        text: concept.description().unwrap_or_default().to_owned(),
    });
    let mut facts = vec![Fact {
        term: "In the catalog".to_owned(),
        value: title.clone(),
        url: Some(format!("/data/{}", dataset.slug)),
        ..Fact::default()
    }];
    if let Some(url) = info(&definition.info, "url") {
        let url = url.to_owned();
        facts.push(Fact { term: "Source".to_owned(), value: url.clone(), url: Some(url), ..Fact::default() });
    }
    let view = QuView {
        title: title.clone(),
        lead: dataset.description(),
        facts,
        lists: vec![
            QuList { title: "Slices".to_owned(), items: slices.collect(), none: String::new() },
            QuList {
                title: "Concepts".to_owned(),
                items: concepts.collect(),
                none: "Its columns are not described.".to_owned(),
            },
        ],
        downloads: forms(&path, &[("JSON", "json"), ("XML", "xml")]),
        ..QuView::default()
    };
    site.page("qu.html", meta(&title, &path, &[("Datasets with slices", BASE.to_owned())]), &view)
}

fn above(dataset: &QuDataset) -> [(&str, String); 2] {
    let title = dataset.definition.name().unwrap_or(&dataset.name);
    [("Datasets with slices", BASE.to_owned()), (title, dataset_path(dataset))]
}

/// A concept with its codes.
pub fn concept(
    site: &Site,
    dataset: &QuDataset,
    concept: &QuConcept,
    codes: Option<&[Map<String, Value>]>,
) -> Result<Response, Problem> {
    let path = concept_path(dataset, concept);
    let mut view = QuView {
        title: concept.name().to_owned(),
        lead: concept.description().unwrap_or_default().to_owned(),
        downloads: forms(&path, &[("JSON", "json"), ("XML", "xml")]),
        ..QuView::default()
    };
    if let Some(kind) = info(&concept.definition, "type") {
        view.facts.push(Fact { term: "Type".to_owned(), value: kind.to_owned(), ..Fact::default() });
    }
    if let Some(codes) = codes {
        let table = concept.table.as_deref().and_then(|name| dataset.definition.table(name));
        let columns: Vec<&str> =
            table.iter().flat_map(|table| &table.columns).map(|column| column.name.as_str()).collect();
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let row = |code: &Map<String, Value>| {
            columns.iter().map(|column| code.get(*column).map(text)).collect::<Vec<_>>()
        };
        view.table = Some(QuTable {
            caption: "Codes".to_owned(),
            columns: columns.iter().map(|name| head(name, "")).collect(),
            rows: codes.iter().take(CODES_SHOWN_MAX).map(row).collect(),
            note: (codes.len() > CODES_SHOWN_MAX)
                .then(|| format!("The first {CODES_SHOWN_MAX} of {} are shown.", codes.len())),
        });
    }
    site.page("qu.html", meta(concept.name(), &path, &above(dataset)), &view)
}

fn head(name: &str, kind: &str) -> ColumnHead {
    ColumnHead {
        label: name.to_owned(),
        kind: kind.to_owned(),
        is_numeric: matches!(kind, "integer" | "number" | "dollars"),
        ..ColumnHead::default()
    }
}

/// What a slice has.
pub fn metadata(
    site: &Site,
    dataset: &QuDataset,
    slice: &QuSlice,
    types: &Map<String, Value>,
) -> Result<Response, Problem> {
    let title = format!("{}: columns", slice.info("name").unwrap_or(&slice.id));
    let path = format!("{}/metadata", slice_path(dataset, slice));
    let row = |name: &str| {
        let role = if slice.dimensions.iter().any(|known| known == name) { "dimension" } else { "metric" };
        let of = slice.references.iter().find(|reference| reference.name == name).map(|reference| {
            let columns = reference.columns.join(", ");
            format!("{} of {} by {columns}", reference.value, reference.concept)
        });
        let about = dataset.definition.concept(name).and_then(QuConcept::description);
        vec![
            Some(name.to_owned()),
            Some(role.to_owned()),
            types.get(name).and_then(Value::as_str).map(str::to_owned),
            about.map(str::to_owned).or(of),
        ]
    };
    let made = match &slice.made {
        QuMade::Table(table) => format!("the table {table}"),
        QuMade::Derived { slice, .. } => format!("groups of the slice {slice}"),
    };
    let view = QuView {
        title: title.clone(),
        lead: slice.info("description").unwrap_or_default().to_owned(),
        facts: vec![
            Fact { term: "Made of".to_owned(), value: made, ..Fact::default() },
            Fact {
                term: "Fields of a group".to_owned(),
                value: format!("at most {}", slice.max_group_fields),
                ..Fact::default()
            },
        ],
        table: Some(QuTable {
            caption: "Columns".to_owned(),
            columns: ["Column", "Role", "Type", "Meaning"].map(|name| head(name, "")).into(),
            rows: slice.fields().map(row).collect(),
            note: None,
        }),
        downloads: forms(&path, &[("JSON", "json"), ("XML", "xml")]),
        ..QuView::default()
    };
    let [index, above] = above(dataset);
    let name = slice.info("name").unwrap_or(&slice.id);
    site.page("qu.html", meta(&title, &path, &[index, above, (name, slice_path(dataset, slice))]), &view)
}

/// A slice: the form, and the answer to what it asked.
pub fn slice(
    site: &Site,
    dataset: &QuDataset,
    slice: &QuSlice,
    asked: &QuQuestion,
    answer: &QuAnswer,
    params: &Params,
) -> Result<Response, Problem> {
    let title = slice.info("name").unwrap_or(&slice.id).to_owned();
    let reading = &asked.reading;
    let clause = |(name, label, hint): (&str, &str, &str)| QuClause {
        name: format!("${name}"),
        id: format!("qu-{name}"),
        label: label.to_owned(),
        hint: hint.to_owned(),
        value: reading.clause(name).unwrap_or_default().to_owned(),
        errors: reading
            .errors
            .iter()
            .filter(|(clause, _)| *clause == name)
            .map(|(_, message)| message.clone())
            .collect(),
    };
    let kind = |name: &String| {
        let is_field = slice.fields().any(|field| field == name);
        let is_count = name == "count" || name.starts_with("count_") || name.starts_with("sum_");
        match (is_field, is_count) {
            (true, _) => dataset.definition.kind_of(slice, name).name(),
            (false, true) => "number",
            (false, false) => "",
        }
    };
    let bare = params.without("$format");
    let forms = [("CSV", "csv"), ("JSON", "json"), ("XML", "xml"), ("Script", "js")];
    let mut view = QuView {
        title: title.clone(),
        lead: slice.info("description").unwrap_or_default().to_owned(),
        action: slice_path(dataset, slice),
        clauses: CLAUSES.map(clause).into(),
        facts: vec![
            Fact { term: "Dimensions".to_owned(), value: slice.dimensions.join(", "), ..Fact::default() },
            Fact { term: "Metrics".to_owned(), value: slice.metrics.join(", "), ..Fact::default() },
            Fact {
                term: "Columns".to_owned(),
                value: "What each column means".to_owned(),
                url: Some(format!("{}/metadata", slice_path(dataset, slice))),
                ..Fact::default()
            },
        ],
        downloads: forms
            .iter()
            .map(|(label, ending)| Download {
                label: (*label).to_owned(),
                url: link(dataset, slice, ending, &bare),
                ..Download::default()
            })
            .collect(),
        ..QuView::default()
    };
    if answer.computing {
        view.notices.push(Notice {
            kind: NoticeKind::Info,
            title: Some("The answer is being computed.".to_owned()),
            text: "Ask again in a moment.".to_owned(),
            link: Some(Link::new("Ask again", link(dataset, slice, "", &bare))),
        });
    } else if asked.is_valid() {
        view.table = Some(QuTable {
            caption: "Rows".to_owned(),
            columns: reading.columns.iter().map(|name| head(name, kind(name))).collect(),
            rows: answer.texts(),
            note: None,
        });
        view.pager = pager(dataset, slice, asked, answer, &bare);
    } else {
        view.notices.push(Notice {
            kind: NoticeKind::Error,
            title: Some("The question could not be answered.".to_owned()),
            text: reading.errors.iter().map(|(_, message)| message.as_str()).collect::<Vec<_>>().join(" "),
            link: None,
        });
    }
    let mut page_meta = meta(&title, &bare.link(&slice_path(dataset, slice)), &above(dataset));
    page_meta.noindex = !bare.0.is_empty();
    site.page("qu.html", page_meta, &view)
}

fn pager(
    dataset: &QuDataset,
    slice: &QuSlice,
    asked: &QuQuestion,
    answer: &QuAnswer,
    params: &Params,
) -> Pager {
    let (offset, limit) = (asked.reading.offset, asked.reading.limit);
    let (size, total) = (answer.size.unwrap_or(0), answer.total.unwrap_or(0));
    let without = params.without("$page").without("$offset");
    let at = |offset: u64| {
        let params = if offset == 0 { without.clone() } else { without.with("$offset", &offset.to_string()) };
        link(dataset, slice, "", &params)
    };
    Pager {
        from: (size > 0).then_some(offset + 1),
        to: (size > 0).then_some(offset + size),
        total: Some(total),
        first_url: (offset > 0).then(|| at(0)),
        previous_url: (offset > 0).then(|| at(offset.saturating_sub(limit))),
        next_url: (offset + size < total).then(|| at(offset + size)),
    }
}

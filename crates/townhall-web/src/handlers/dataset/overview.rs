//! A dataset's first page.

use serde_json::Value;
use townhall_app::{DatasetDetail, Openness, TablePreview, recognize_license};

use super::head::{head, meta};
use crate::handlers::cards;
use crate::handlers::params::Params;
use crate::pages::charts;
use crate::pages::views::{
    Alternate, Contact, DatasetView, Distribution, Download, Fact, Field, KeptCopy, License, Link, OpenGraph,
    PageMeta, Place, QualitySummary, TableCard, TimeSpan,
};

/// Everything that the first page shows.
pub struct Material {
    /// The dataset.
    pub dataset: DatasetDetail,
    /// The first rows of its tables.
    pub previews: Vec<TablePreview>,
    /// Datasets like it.
    pub related: Vec<townhall_app::DatasetCard>,
    /// The schema.org description.
    pub json_ld: Option<Value>,
    /// How well it is published.
    pub quality: Option<QualitySummary>,
    /// Its links.
    pub links: Vec<townhall_app::LinkView>,
}

/// What the page says of itself.
pub fn page_meta(dataset: &DatasetDetail, path: &str) -> PageMeta {
    let mut page = meta(dataset, None, path);
    page.open_graph = Some(OpenGraph {
        kind: "article".into(),
        modified: dataset.view.modified.as_ref().map(|when| when.text.clone()),
    });
    page.alternates = other_formats(&dataset.slug)
        .into_iter()
        .map(|(label, url, media_type)| Alternate { media_type: media_type.into(), url, title: label.into() })
        .collect();
    page
}

/// The page.
pub fn view(material: Material, params: &Params) -> DatasetView {
    let Material { dataset, previews, related, json_ld, quality, links } = material;
    let view = &dataset.view;
    let search = |key: &str, value: &str| Params(vec![(key.to_owned(), value.to_owned())]).link("/data");
    DatasetView {
        head: head(&dataset, "", params),
        description: view.description.clone(),
        suggested: dataset.suggested.clone(),
        keywords: view.keywords.iter().map(|word| Link::new(word, search("keyword", word))).collect(),
        topics: dataset
            .topics
            .iter()
            .map(|topic| Link::new(&topic.label, format!("/topics/{}", topic.value)))
            .collect(),
        data_updated: view.modified.as_ref().map(|when| when.text.clone()),
        metadata_checked: Some(dataset.checked_at.to_string()),
        issued: view.issued.as_ref().map(|when| when.text.clone()),
        frequency: view.periodicity.clone(),
        access: view.access_level.map(|level| townhall_app::access::in_plain_words(level).to_owned()),
        rights: (!view.rights.is_empty()).then(|| view.rights.join("\n\n")),
        license: view.license.as_deref().map(license),
        temporal: time_span(&dataset),
        place: place(&dataset),
        contacts: contacts(&dataset),
        facts: facts(&dataset),
        distributions: view
            .distributions
            .iter()
            .map(|distribution| self::distribution(&dataset, distribution, &links))
            .collect(),
        tables: previews.iter().map(|preview| table_card(&dataset, preview)).collect(),
        references: references(&dataset),
        related: related.iter().map(cards::dataset).collect(),
        metadata: fields(&dataset.document),
        quality,
        provenance: Some(provenance(&dataset)),
        other_formats: other_formats(&dataset.slug)
            .into_iter()
            .map(|(label, url, _)| Download { label: label.into(), url, ..Download::default() })
            .collect(),
        json_ld,
    }
}

/// The record in other forms: label, address, media type.
pub fn other_formats(slug: &str) -> Vec<(&'static str, String, &'static str)> {
    vec![
        ("DCAT-US 1.1", format!("/data/{slug}.json"), "application/json"),
        ("DCAT-US 3.0", format!("/data/{slug}.dcat-us-3.0.json"), "application/json"),
        ("JSON-LD", format!("/data/{slug}.jsonld"), "application/ld+json"),
        ("Turtle", format!("/data/{slug}.ttl"), "text/turtle"),
    ]
}

fn license(text: &str) -> License {
    let known = recognize_license(text).certain();
    License {
        label: known.map_or_else(|| text.to_owned(), |license| license.name.to_owned()),
        plain: known.map(|license| license.explain().summary.to_owned()),
        url: text.contains("://").then(|| text.to_owned()),
        is_open: known
            .filter(|license| license.openness != Openness::Unclear)
            .map(|license| license.is_open()),
    }
}

fn time_span(dataset: &DatasetDetail) -> Option<TimeSpan> {
    let extent = dataset.view.temporal.as_ref();
    let text = dataset.view.temporal_texts.first().cloned();
    if extent.is_none() && text.is_none() {
        return None;
    }
    Some(TimeSpan {
        start: extent.and_then(|extent| extent.start).map(|day| day.to_string()),
        end: extent.and_then(|extent| extent.end).map(|day| day.to_string()),
        text: text.filter(|_| extent.is_none()),
    })
}

fn place(dataset: &DatasetDetail) -> Option<Place> {
    let bbox = dataset.view.bounding_box.as_ref().map(|b| [b.west, b.south, b.east, b.north]);
    let locator = bbox.and_then(|[west, south, east, north]| {
        charts::locator(&[charts::Extent { west, south, east, north }])
    });
    if bbox.is_none() && dataset.view.places.is_empty() {
        return None;
    }
    Some(Place {
        names: dataset.view.places.clone(),
        locator,
        search_url: bbox.map(|bbox| {
            let text = bbox.map(|edge| edge.to_string()).join(",");
            Params(vec![("bbox".to_owned(), text)]).link("/data")
        }),
    })
}

/// Whom to ask.
pub fn contacts(dataset: &DatasetDetail) -> Vec<Contact> {
    dataset
        .view
        .contacts
        .iter()
        .map(|contact| Contact {
            name: contact.name.clone(),
            email: contact.email.clone(),
            telephone: contact.telephone.clone(),
            url: None,
        })
        .collect()
}

fn facts(dataset: &DatasetDetail) -> Vec<Fact> {
    let view = &dataset.view;
    let mut facts = Vec::new();
    let mut add = |term: &str, value: Option<String>, url: Option<String>| {
        if let Some(value) = value {
            facts.push(Fact { term: term.into(), value, url, note: None, is_date: false });
        }
    };
    add("Identifier", view.identifier.clone(), None);
    add("Publisher", (!view.publishers.is_empty()).then(|| view.publishers.join(", part of ")), None);
    for parent in &view.parents {
        add("Part of", Some(parent.title.clone().unwrap_or_else(|| parent.identifier.clone())), None);
    }
    add("Language", (!view.languages.is_empty()).then(|| view.languages.join(", ")), None);
    add("Version", view.version.clone(), None);
    for standard in &view.conforms_to {
        add(
            "Follows",
            Some(standard.title.clone().unwrap_or_else(|| standard.url.clone())),
            Some(standard.url.clone()),
        );
    }
    facts
}

fn references(dataset: &DatasetDetail) -> Vec<Link> {
    let view = &dataset.view;
    let landing = view.landing_page.iter().map(|url| Link::new("Publisher's page", url));
    let dictionary = view.described_by.iter().map(|url| Link::new("Data dictionary", url));
    let others =
        view.references.iter().map(|link| Link::new(link.title.as_deref().unwrap_or(&link.url), &link.url));
    landing.chain(dictionary).chain(others).collect()
}

fn distribution(
    dataset: &DatasetDetail,
    view: &townhall_model::record::DistributionView,
    links: &[townhall_app::LinkView],
) -> Distribution {
    let address = view.url().unwrap_or_default();
    let hosted = dataset.files.iter().find(|file| file.distribution == address);
    let table = dataset.tables.iter().find(|table| table.distribution == address);
    let url = match hosted {
        Some(file) => Some(super::file_url(&dataset.slug, &file.name)),
        None => (!address.is_empty()).then(|| address.to_owned()),
    };
    let host =
        hosted.is_none().then(|| url::Url::parse(address).ok()?.host_str().map(str::to_owned)).flatten();
    // What we host is there.
    let link =
        links.iter().find(|link| hosted.is_none() && link.url == address.trim() && link.checked_at.is_some());
    let name = address.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
    Distribution {
        title: view
            .title
            .clone()
            .or_else(|| hosted.map(|file| file.name.clone()))
            .or(name)
            .unwrap_or_else(|| "Data".to_owned()),
        description: view.description.clone(),
        format: view.format.clone(),
        bytes: hosted.map(|file| file.bytes).or(view.byte_size),
        checksum: hosted
            .map(|file| format!("SHA-256 {}", file.blob))
            .or_else(|| view.checksum.as_ref().map(|(algorithm, value)| format!("{algorithm} {value}"))),
        is_api: view.is_api,
        is_page: view.download_url.is_none() && !view.is_api,
        pdf_tables: table
            .is_none()
            .then(|| {
                crate::handlers::tools::offer_tables(view.format.as_deref().unwrap_or_default(), address)
            })
            .flatten(),
        host,
        conversions: table.map(conversions).unwrap_or_default(),
        table_url: table.map(|table| super::table_url(dataset, table)),
        notes: Vec::new(),
        copy: link.and_then(|link| link.copy.as_ref()).map(|copy| KeptCopy {
            url: copy.path.clone(),
            bytes: copy.bytes,
            at: copy.copied_at.to_string(),
        }),
        link: link.map(crate::handlers::links::badge),
        url,
    }
}

/// The whole table in every format that any table can be written in; its own page knows those for maps, too.
fn conversions(table: &townhall_app::TableSummary) -> Vec<Download> {
    townhall_app::table_formats_of([])
        .map(|format| Download {
            label: format.label.to_owned(),
            url: format!("/api/tables/{}/rows.{}", table.id, format.extensions[0]),
            bytes: None,
            note: None,
        })
        .collect()
}

fn table_card(dataset: &DatasetDetail, preview: &TablePreview) -> TableCard {
    let table = &preview.table;
    TableCard {
        title: table.title.clone(),
        url: super::table_url(dataset, table),
        rows: table.rows,
        column_count: table.columns,
        columns: preview
            .columns
            .iter()
            .map(|column| column.label.as_ref().unwrap_or(&column.name).clone())
            .collect(),
        numeric: preview.columns.iter().map(|column| column.kind.is_numeric()).collect(),
        preview: preview.rows.clone(),
        problems: preview.rejects,
        problems_url: (preview.rejects > 0)
            .then(|| format!("/data/{}/rejects?table={}", dataset.slug, table.id)),
    }
}

fn provenance(dataset: &DatasetDetail) -> String {
    let day = |text: String| text.chars().take(10).collect::<String>();
    format!(
        "Read from {} as {} on {}; last changed here on {}.",
        dataset.source,
        dataset.dialect,
        day(dataset.added_at.to_string()),
        day(dataset.changed_at.to_string())
    )
}

/// The document as nested fields, as deep as it goes.
fn fields(document: &serde_json::Map<String, Value>) -> Vec<Field> {
    document.iter().map(|(name, value)| field(name, value)).collect()
}

fn field(name: &str, value: &Value) -> Field {
    let mut field = Field { name: name.to_owned(), ..Field::default() };
    match value {
        Value::Object(map) => field.children = fields(map),
        Value::Array(items) => field.children = items.iter().map(|item| self::field("", item)).collect(),
        Value::String(text) => field.value = Some(text.clone()),
        Value::Null => field.value = Some("—".to_owned()),
        other => field.value = Some(other.to_string()),
    }
    field
}

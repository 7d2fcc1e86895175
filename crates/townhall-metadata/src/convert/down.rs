//! From 3.0 to 1.1, property by property.

use townhall_model::record::{
    AccessLevel, BoundingBox, Concept, Dataset, Distribution, Document, Identifier, OneOrMany, Organization,
    PeriodOfTime, Place, Reference, Standard, format_label,
};

use super::dates::iso_rhythm;
use super::parts::{access_words, document_url, is_iri, listed, retype};

/// The dataset as 1.1 writes it. Properties that 1.1 does not know stay as they are.
pub fn down(source: &Dataset) -> Dataset {
    let mut dataset = source.clone();
    retype(&mut dataset.types, "Dataset", "dcat:Dataset");
    if dataset.access_level.is_none() {
        dataset.access_level = dataset.openness().map(|level| level.name().to_owned());
    }
    let said = dataset.access_level.as_deref().and_then(AccessLevel::read).map(access_words);
    if said.is_some() && dataset.access_rights.as_deref() == said {
        dataset.access_rights = None;
    }
    dataset.keyword = listed(dataset.keyword);
    dataset.language = listed(dataset.language);
    dataset.rights = one_text(dataset.rights);
    dataset.publisher = dataset.publisher.map(organization);
    dataset.contact_point = dataset
        .contact_point
        .and_then(|contacts| contacts.into_vec().into_iter().next())
        .map(|mut contact| {
            if let Reference::Inline(kind) = &mut contact {
                retype(&mut kind.types, "Kind", "vcard:Contact");
            }
            OneOrMany::One(contact)
        });
    dataset.identifier = dataset.identifier.map(identifier);
    dataset.theme = dataset.theme.map(themes);
    dataset.spatial = dataset.spatial.and_then(|places| spatial(places.as_slice()));
    dataset.temporal = dataset.temporal.and_then(|periods| temporal(periods.as_slice()));
    dataset.accrual_periodicity = dataset.accrual_periodicity.and_then(|text| iso_rhythm(&text));
    dataset.conforms_to = standard(dataset.conforms_to);
    dictionary(&mut dataset.described_by, &mut dataset.described_by_type);
    dataset.landing_page = dataset.landing_page.as_ref().and_then(document_url).map(Reference::Text);
    references(&mut dataset);
    parent(&mut dataset);
    dataset.distribution = dataset.distribution.map(|distributions| {
        OneOrMany::Many(distributions.into_vec().into_iter().map(distribution).collect())
    });
    license(&mut dataset);
    dataset
}

fn one_text(texts: Option<OneOrMany<String>>) -> Option<OneOrMany<String>> {
    texts
        .map(OneOrMany::into_vec)
        .filter(|texts| !texts.is_empty())
        .map(|texts| OneOrMany::One(texts.join("; ")))
}

fn organization(publisher: Reference<Organization>) -> Reference<Organization> {
    let mut organization = match publisher {
        Reference::Text(name) => Organization { name: Some(name), ..Organization::default() },
        Reference::Inline(organization) => *organization,
    };
    retype(&mut organization.types, "Organization", "org:Organization");
    organization.sub_organization_of = organization
        .sub_organization_of
        .and_then(|parents| parents.into_vec().into_iter().next())
        .map(|parent| OneOrMany::One(self::organization(parent)));
    Reference::inline_of(organization)
}

fn identifier(value: Reference<Identifier>) -> Reference<Identifier> {
    match &value {
        Reference::Text(_) => value,
        Reference::Inline(inner) => match inner.id.as_ref().or(inner.notation.as_ref()) {
            Some(text) => Reference::Text(text.clone()),
            None => value,
        },
    }
}

fn themes(themes: OneOrMany<Reference<Concept>>) -> OneOrMany<Reference<Concept>> {
    let label = |theme: Reference<Concept>| match theme {
        Reference::Text(label) => Some(label),
        Reference::Inline(concept) => concept.pref_label.or(concept.alt_label).or(concept.id),
    };
    OneOrMany::Many(themes.into_vec().into_iter().filter_map(label).map(Reference::Text).collect())
}

/// The first box, else the names of the places.
fn spatial(places: &[Place]) -> Option<OneOrMany<Place>> {
    let names = || {
        let names = places.iter().filter_map(|place| match place {
            Place::Text(text) => Some(text.as_str()),
            Place::GeoJson(_) => None,
            Place::Location(location) => location.pref_label.as_deref(),
        });
        names.collect::<Vec<_>>().join("; ")
    };
    let text = match places.iter().find_map(BoundingBox::of_place) {
        Some(BoundingBox { west, south, east, north }) => format!("{west},{south},{east},{north}"),
        None => names(),
    };
    (!text.is_empty()).then_some(OneOrMany::One(Place::Text(text)))
}

/// The first period that has both ends; 1.1 can't leave one open.
fn temporal(periods: &[Reference<PeriodOfTime>]) -> Option<OneOrMany<Reference<PeriodOfTime>>> {
    let text = periods.iter().find_map(|period| match period {
        Reference::Text(text) => Some(text.clone()),
        Reference::Inline(period) => {
            Some(format!("{}/{}", period.start_date.as_ref()?, period.end_date.as_ref()?))
        }
    });
    text.map(|text| OneOrMany::One(Reference::Text(text)))
}

fn standard(standards: Option<OneOrMany<Reference<Standard>>>) -> Option<OneOrMany<Reference<Standard>>> {
    let address = |standard: &Reference<Standard>| match standard {
        Reference::Text(url) => Some(url.clone()),
        Reference::Inline(standard) => match &standard.identifier {
            Some(Reference::Text(url)) => Some(url.clone()),
            Some(Reference::Inline(identifier)) => identifier.id.clone(),
            None => standard.id.clone(),
        }
        .filter(|url| is_iri(url)),
    };
    standards?.iter().find_map(address).map(|url| OneOrMany::One(Reference::Text(url)))
}

fn dictionary(described_by: &mut Option<Reference<Distribution>>, media_type: &mut Option<String>) {
    if let Some(Reference::Inline(dictionary)) = described_by {
        let url =
            [&dictionary.download_url, &dictionary.access_url, &dictionary.id].into_iter().flatten().next();
        let url = url.cloned();
        if media_type.is_none() {
            media_type.clone_from(&dictionary.media_type);
        }
        *described_by = url.map(Reference::Text);
    }
}

/// Pages that are nothing but an address become references; the others stay.
fn references(dataset: &mut Dataset) {
    let Some(pages) = dataset.page.take() else { return };
    let mut references = dataset.references.take().map(OneOrMany::into_vec).unwrap_or_default();
    let mut others = Vec::new();
    for page in pages.into_vec() {
        match bare_address(&page) {
            Some(url) => references.push(url),
            None => others.push(page),
        }
    }
    dataset.page = (!others.is_empty()).then_some(OneOrMany::Many(others));
    dataset.references = (!references.is_empty()).then_some(OneOrMany::Many(references));
}

fn bare_address(page: &Reference<Document>) -> Option<String> {
    let document = page.inline()?;
    let url = document.access_url.clone().filter(|url| document.title.as_ref() == Some(url))?;
    let bare = Document {
        types: document.types.clone(),
        title: Some(url.clone()),
        access_url: Some(url),
        ..Document::default()
    };
    (*document == bare).then_some(bare.access_url)?
}

/// In 1.1 a dataset names its collection by identifier.
fn parent(dataset: &mut Dataset) {
    if let Some(Reference::Inline(parent)) = &dataset.is_part_of {
        dataset.is_part_of = parent.identifier_text().map(Reference::Text);
    }
    if dataset.is_part_of.is_none() {
        let series = dataset.in_series.as_ref().and_then(OneOrMany::first);
        dataset.is_part_of = series
            .and_then(|series| match series {
                Reference::Text(iri) => Some(iri.clone()),
                Reference::Inline(series) => series.id.clone(),
            })
            .map(Reference::Text);
    }
}

fn distribution(item: Reference<Distribution>) -> Reference<Distribution> {
    let Reference::Inline(mut distribution) = item else { return item };
    retype(&mut distribution.types, "Distribution", "dcat:Distribution");
    distribution.conforms_to = standard(distribution.conforms_to);
    dictionary(&mut distribution.described_by, &mut distribution.described_by_type);
    if distribution.extra.get("downloadURL").is_some_and(serde_json::Value::is_null) {
        // 1.1 may leave it out but not say null.
        distribution.extra.shift_remove("downloadURL");
    }
    if distribution.download_url.is_some() && distribution.media_type.is_none() {
        let label = format_label(distribution.format.as_deref(), None, distribution.download_url.as_deref());
        distribution.media_type = label.as_deref().and_then(media_type).map(str::to_owned);
    }
    Reference::Inline(distribution)
}

/// The media type that 1.1 requires beside a download address, for the formats of which it is beyond doubt.
fn media_type(label: &str) -> Option<&'static str> {
    Some(match label {
        "CSV" => "text/csv",
        "TSV" => "text/tab-separated-values",
        "JSON" => "application/json",
        "GEOJSON" => "application/geo+json",
        "XML" => "application/xml",
        "HTML" => "text/html",
        "PDF" => "application/pdf",
        "TXT" => "text/plain",
        "ZIP" | "SHP" => "application/zip",
        "XLS" => "application/vnd.ms-excel",
        "XLSX" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "KML" => "application/vnd.google-earth.kml+xml",
        "KMZ" => "application/vnd.google-earth.kmz",
        _ => return None,
    })
}

/// In 1.1 the license is the dataset's: the one that all distributions share moves up.
fn license(dataset: &mut Dataset) {
    if dataset.license.is_none() {
        let mut licenses = dataset
            .distribution
            .iter()
            .flat_map(OneOrMany::as_slice)
            .filter_map(Reference::inline)
            .map(|distribution| distribution.license.clone());
        let first = licenses.next().flatten();
        if licenses.all(|license| license == first) {
            dataset.license = first;
        }
    }
    let license = dataset.license.clone();
    for distribution in dataset.distribution.iter_mut().flat_map(OneOrMany::as_mut_slice) {
        if let Reference::Inline(distribution) = distribution
            && distribution.license == license
        {
            distribution.license = None;
        }
    }
}

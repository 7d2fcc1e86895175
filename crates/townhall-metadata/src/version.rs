//! Tells which version of the schema a catalogue or a record was written for.

use townhall_model::record::{Body, Catalog, Dataset, OneOrMany, Reference, Version};

/// The version that a catalogue says it conforms to.
pub fn declared(catalog: &Catalog) -> Option<Version> {
    let conforms = match catalog.conforms_to.as_ref()? {
        Reference::Text(url) => url.clone(),
        Reference::Inline(standard) => {
            let identifier = match &standard.identifier {
                Some(Reference::Text(text)) => text.clone(),
                Some(Reference::Inline(identifier)) => identifier.id.clone().unwrap_or_default(),
                None => String::new(),
            };
            let parts = [&standard.id, &standard.title].into_iter().flatten().cloned();
            parts.chain([identifier]).collect::<Vec<_>>().join(" ")
        }
    };
    let conforms = conforms.to_ascii_lowercase();
    let is_dcat_us = conforms.contains("dcat-us") || conforms.contains("dcat us");
    if conforms.contains("v1.1") || (is_dcat_us && conforms.contains("1.1")) {
        Some(Version::DcatUs11)
    } else if is_dcat_us && conforms.contains('3') {
        Some(Version::DcatUs30)
    } else if conforms.contains("/v1.0") {
        Some(Version::Pod10)
    } else {
        None
    }
}

/// The version that the shape of a record suggests; 1.1, which nearly everybody writes, when nothing does.
pub fn guess(body: &Body) -> Version {
    match body {
        Body::Dataset(dataset) => guess_dataset(dataset),
        Body::Catalog(catalog) => declared(catalog).unwrap_or(Version::DcatUs11),
        Body::DataService(_) | Body::DatasetSeries(_) | Body::CatalogRecord(_) => Version::DcatUs30,
    }
}

fn guess_dataset(dataset: &Dataset) -> Version {
    let has = |key: &str| dataset.extra.contains_key(key);
    let is_plain =
        |value: &Option<OneOrMany<Reference<_>>>| matches!(value, Some(OneOrMany::One(Reference::Text(_))));
    if has("mbox") || has("dataDictionary") || has("webService") || is_plain(&dataset.contact_point) {
        return Version::Pod10;
    }
    let says_prefix = dataset.types.as_ref().and_then(OneOrMany::first).map(|name| name.starts_with("dcat:"));
    if dataset.bureau_code.is_some() || dataset.program_code.is_some() || says_prefix == Some(true) {
        return Version::DcatUs11;
    }
    // In 1.1 these are plain texts, and these properties don't exist.
    let is_modern = matches!(dataset.contact_point, Some(OneOrMany::Many(_)))
        || matches!(dataset.landing_page, Some(Reference::Inline(_)))
        || matches!(dataset.described_by, Some(Reference::Inline(_)))
        || matches!(dataset.identifier, Some(Reference::Inline(_)))
        || matches!(dataset.temporal, Some(OneOrMany::Many(_)))
        || matches!(dataset.rights, Some(OneOrMany::Many(_)))
        || dataset.in_series.is_some()
        || dataset.access_rights.is_some()
        || dataset.version.is_some()
        || (says_prefix == Some(false) && dataset.access_level.is_none());
    if is_modern { Version::DcatUs30 } else { Version::DcatUs11 }
}

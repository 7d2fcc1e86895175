//! From Project Open Data 1.0 to 1.1, after the changelog of the metadata schema.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use townhall_model::record::{Dataset, Distribution, Kind, OneOrMany, Organization, Reference};

use super::parts::{class, is_iri};

/// What is written as it is in a fragment.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The dataset as 1.1 writes it. Keys that are not of 1.0 stay as they are.
pub fn upgrade(source: &Dataset) -> Dataset {
    let mut dataset = source.clone();
    dataset.types = dataset.types.or_else(|| class("dcat:Dataset"));
    dataset.keyword = dataset.keyword.map(|words| match words {
        // 1.0 files often have one text with commas.
        OneOrMany::One(text) => OneOrMany::Many(
            text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        ),
        many => many,
    });
    for codes in [&mut dataset.bureau_code, &mut dataset.program_code, &mut dataset.language] {
        *codes = codes.take().map(|codes| OneOrMany::Many(codes.into_vec()));
    }
    if let Some(Reference::Text(name)) = dataset.publisher {
        let organization =
            Organization { types: class("org:Organization"), name: Some(name), ..Organization::default() };
        dataset.publisher = Some(Reference::inline_of(organization));
    }
    contact(&mut dataset);
    if let Some(comment) = text(&mut dataset, "accessLevelComment") {
        dataset.rights.get_or_insert(OneOrMany::One(comment));
    }
    if let Some(url) = text(&mut dataset, "dataDictionary") {
        dataset.described_by.get_or_insert(Reference::Text(url));
    }
    if let Some(number) = text(&mut dataset, "PrimaryITInvestmentUII") {
        dataset.primary_it_investment_uii.get_or_insert(number);
    }
    dataset.license =
        dataset.license.map(|license| if is_iri(&license) { license } else { unknown_license(&license) });
    dataset.accrual_periodicity = dataset.accrual_periodicity.map(|text| iso(&text));
    distributions(&mut dataset);
    dataset
}

/// The address that the changelog of 1.1 gives a licence of which 1.0 had only words.
pub fn unknown_license(words: &str) -> String {
    let words = utf8_percent_encode(words, FRAGMENT);
    format!("https://project-open-data.cio.gov/unknown-license/#v1-legacy/{words}")
}

/// Takes a text out of the keys that 1.1 does not know; an empty one is nothing.
fn text(dataset: &mut Dataset, key: &str) -> Option<String> {
    if !dataset.extra.get(key)?.is_string() {
        return None;
    }
    match dataset.extra.shift_remove(key) {
        Some(Value::String(text)) => Some(text).filter(|text| !text.trim().is_empty()),
        _ => None,
    }
}

fn contact(dataset: &mut Dataset) {
    let email = text(dataset, "mbox").map(|address| {
        let is_ready = address.starts_with("mailto:") || address.starts_with("[[REDACTED");
        if is_ready { address } else { format!("mailto:{address}") }
    });
    let name = match &dataset.contact_point {
        Some(OneOrMany::One(Reference::Text(name))) => Some(name.clone()),
        Some(_) => return,
        None => None,
    };
    if name.is_some() || email.is_some() {
        let kind = Kind { types: class("vcard:Contact"), fn_: name, has_email: email, ..Kind::default() };
        dataset.contact_point = Some(OneOrMany::One(Reference::inline_of(kind)));
    }
}

/// The words of 1.0 as ISO 8601 durations; a text that is neither stays.
pub fn iso(text: &str) -> String {
    let known = match text.trim().to_ascii_lowercase().as_str() {
        "decennial" => "R/P10Y",
        "quadrennial" => "R/P4Y",
        "triennial" => "R/P3Y",
        "biennial" => "R/P2Y",
        "annual" | "annually" | "yearly" => "R/P1Y",
        "semiannual" => "R/P6M",
        "three times a year" => "R/P4M",
        "quarterly" => "R/P3M",
        "bimonthly" => "R/P2M",
        "monthly" => "R/P1M",
        "semimonthly" => "R/P0.5M",
        "biweekly" => "R/P2W",
        "three times a month" => "R/P0.33M",
        "weekly" => "R/P1W",
        "semiweekly" => "R/P3.5D",
        "three times a week" => "R/P0.33W",
        "daily" => "R/P1D",
        "hourly" => "R/PT1H",
        "continuously updated" | "continuous" => "R/PT1S",
        "irregular" => "irregular",
        _ => return text.to_owned(),
    };
    known.to_owned()
}

/// Addresses beside the title become distributions; those of the list get their names of 1.1.
fn distributions(dataset: &mut Dataset) {
    let is_given = dataset.distribution.is_some();
    let mut distributions = dataset.distribution.take().map(OneOrMany::into_vec).unwrap_or_default();
    for item in &mut distributions {
        if let Reference::Inline(distribution) = item {
            distribution.types = distribution.types.take().or_else(|| class("dcat:Distribution"));
            if distribution.download_url.is_none()
                && distribution.format.as_deref().is_some_and(is_media_type)
            {
                distribution.media_type = distribution.format.take();
                distribution.download_url = distribution.access_url.take();
            }
        }
    }
    let new = || Distribution { types: class("dcat:Distribution"), ..Distribution::default() };
    let media_type = text(dataset, "format");
    if let Some(url) = text(dataset, "accessURL") {
        let page = media_type.as_deref().is_none_or(|name| !is_media_type(name));
        let distribution = if page {
            Distribution { access_url: Some(url), format: media_type, ..new() }
        } else {
            Distribution { download_url: Some(url), media_type, ..new() }
        };
        distributions.push(Reference::inline_of(distribution));
    }
    if let Some(url) = text(dataset, "webService") {
        let service = Distribution { access_url: Some(url), format: Some("API".to_owned()), ..new() };
        distributions.push(Reference::inline_of(service));
    }
    dataset.distribution = (is_given || !distributions.is_empty()).then_some(OneOrMany::Many(distributions));
}

fn is_media_type(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty() && !text.contains(' '))
}

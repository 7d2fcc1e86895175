//! From 1.1 to 3.0, property by property.

use serde_json::{Map, Value};
use townhall_model::record::{
    AccessLevel, BoundingBox, Concept, Dataset, Distribution, Extent, Geometry, Location, OneOrMany,
    Organization, PeriodOfTime, Place, Reference, Standard,
};

use super::dates::{is_modern, is_modern_rhythm, modern, rhythm};
use super::language::two_letters;
use super::parts::{access_words, class, document, is_iri, listed, retype};

/// The dataset as 3.0 writes it. Properties that 3.0 does not know stay as they are.
pub fn up(source: &Dataset) -> Dataset {
    let mut dataset = source.clone();
    retype(&mut dataset.types, "dcat:Dataset", "Dataset");
    dataset.keyword = listed(dataset.keyword);
    dataset.rights = listed(dataset.rights);
    dataset.publisher = dataset.publisher.map(organization);
    for contact in dataset.contact_point.iter_mut().flat_map(OneOrMany::as_mut_slice) {
        if let Reference::Inline(kind) = contact {
            retype(&mut kind.types, "vcard:Contact", "Kind");
        }
    }
    dataset.theme =
        dataset.theme.map(|themes| OneOrMany::Many(themes.into_vec().into_iter().map(concept).collect()));
    if dataset.access_rights.is_none() {
        let level = dataset.access_level.as_deref().and_then(AccessLevel::read);
        dataset.access_rights = level.map(|level| access_words(level).to_owned());
    }
    dataset.spatial =
        dataset.spatial.map(|places| OneOrMany::Many(places.into_vec().into_iter().map(place).collect()));
    dataset.temporal = dataset.temporal.and_then(|periods| {
        let periods = periods.into_vec().into_iter().filter_map(period).collect::<Vec<_>>();
        (!periods.is_empty()).then_some(OneOrMany::Many(periods))
    });
    times(&mut dataset);
    dataset.language = dataset.language.and_then(languages);
    dataset.conforms_to = standards(dataset.conforms_to);
    dataset.described_by = dictionary(dataset.described_by, &mut dataset.described_by_type);
    dataset.landing_page = dataset.landing_page.map(|page| match page {
        Reference::Text(url) => {
            Reference::inline_of(document(&url, dataset.title.as_deref().unwrap_or("Landing page")))
        }
        inline => inline,
    });
    pages(&mut dataset);
    let license = dataset.license.clone();
    dataset.distribution = dataset.distribution.map(|distributions| {
        let distributions = distributions.into_vec().into_iter();
        OneOrMany::Many(distributions.map(|item| distribution(item, license.as_deref())).collect())
    });
    dataset
}

/// A publisher; in 3.0 the organizations above it are a list.
fn organization(publisher: Reference<Organization>) -> Reference<Organization> {
    let mut organization = match publisher {
        Reference::Text(name) => {
            Organization { types: class("Organization"), name: Some(name), ..Organization::default() }
        }
        Reference::Inline(organization) => *organization,
    };
    retype(&mut organization.types, "org:Organization", "Organization");
    organization.sub_organization_of = organization
        .sub_organization_of
        .map(|parents| OneOrMany::Many(parents.into_vec().into_iter().map(self::organization).collect()));
    Reference::inline_of(organization)
}

fn concept(theme: Reference<Concept>) -> Reference<Concept> {
    match theme {
        Reference::Text(label) => Reference::inline_of(Concept {
            types: class("Concept"),
            pref_label: Some(label),
            ..Concept::default()
        }),
        inline => inline,
    }
}

fn place(place: Place) -> Place {
    let mut location = Location { types: class("Location"), ..Location::default() };
    match place {
        Place::Location(_) => return place,
        Place::GeoJson(map) => location.geometry = Some(Geometry::GeoJson(map)),
        Place::Text(text) => {
            match (serde_json::from_str::<Map<String, Value>>(&text), BoundingBox::read(&text)) {
                (Ok(map), _) => location.geometry = Some(Geometry::GeoJson(map)),
                (_, Some(found)) => draw(&mut location, &text, found),
                (_, None) => location.pref_label = Some(text),
            }
        }
    }
    Place::Location(Box::new(location))
}

/// Writes a box or point as WKT; other WKT is taken as it is.
fn draw(location: &mut Location, text: &str, found: BoundingBox) {
    let BoundingBox { west, south, east, north } = found;
    let is_wkt = text.trim_start().starts_with(|first: char| first.is_ascii_alphabetic());
    let is_envelope = text.trim_start().get(..8).is_some_and(|word| word.eq_ignore_ascii_case("envelope"));
    if is_wkt && !is_envelope {
        location.geometry = Some(Geometry::Text(text.to_owned()));
    } else if west == east && south == north {
        location.geometry = Some(Geometry::Text(format!("POINT({west} {south})")));
    } else {
        let wkt = format!(
            "POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
        );
        location.bbox = Some(Geometry::Text(wkt));
    }
}

fn period(period: Reference<PeriodOfTime>) -> Option<Reference<PeriodOfTime>> {
    let Reference::Text(text) = period else { return Some(period) };
    let (start_date, end_date) = match text.split_once('/') {
        Some((start, end)) if is_modern(start) && is_modern(end) => {
            (Some(start.to_owned()), Some(end.to_owned()))
        }
        _ => {
            let extent = Extent::read(&text)?;
            (extent.start.map(|day| day.to_string()), extent.end.map(|day| day.to_string()))
        }
    };
    Some(Reference::inline_of(PeriodOfTime {
        types: class("PeriodOfTime"),
        start_date,
        end_date,
        ..PeriodOfTime::default()
    }))
}

/// Dates as 3.0 accepts them. Where 1.1 gave a rhythm as the date of change, it moves to where it belongs.
fn times(dataset: &mut Dataset) {
    if let Some(text) = dataset.modified.take() {
        dataset.modified = modern(&text);
        if dataset.modified.is_none() && dataset.accrual_periodicity.is_none() {
            dataset.accrual_periodicity = rhythm(&text);
        }
    }
    dataset.issued = dataset.issued.take().and_then(|text| modern(&text));
    dataset.accrual_periodicity = dataset
        .accrual_periodicity
        .take()
        .and_then(|text| if is_modern_rhythm(&text) { Some(text) } else { rhythm(&text) });
}

fn languages(tags: OneOrMany<String>) -> Option<OneOrMany<String>> {
    let mut codes = Vec::new();
    for code in tags.iter().filter_map(|tag| two_letters(tag)) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    (!codes.is_empty()).then_some(OneOrMany::Many(codes))
}

fn standards(standards: Option<OneOrMany<Reference<Standard>>>) -> Option<OneOrMany<Reference<Standard>>> {
    let standard = |standard| match standard {
        Reference::Text(text) => {
            let (identifier, title) =
                if is_iri(&text) { (Some(Reference::Text(text)), None) } else { (None, Some(text)) };
            Reference::inline_of(Standard {
                types: class("Standard"),
                identifier,
                title,
                ..Standard::default()
            })
        }
        inline => inline,
    };
    standards.map(|standards| OneOrMany::Many(standards.into_vec().into_iter().map(standard).collect()))
}

/// A data dictionary: an address and a media type become one distribution.
fn dictionary(
    described_by: Option<Reference<Distribution>>,
    media_type: &mut Option<String>,
) -> Option<Reference<Distribution>> {
    let Some(Reference::Text(url)) = described_by else { return described_by };
    let mut dictionary = Distribution {
        types: class("Distribution"),
        media_type: media_type.take(),
        ..Distribution::default()
    };
    if is_iri(&url) {
        dictionary.access_url = Some(url);
    } else {
        dictionary.description = Some(url);
    }
    Some(Reference::inline_of(dictionary))
}

/// References become pages, unless one of them is no address.
fn pages(dataset: &mut Dataset) {
    let are_addresses = dataset
        .references
        .as_ref()
        .is_some_and(|urls| !urls.as_slice().is_empty() && urls.iter().all(|url| is_iri(url)));
    if !are_addresses {
        return;
    }
    let urls = dataset.references.take().map(OneOrMany::into_vec).unwrap_or_default();
    let mut pages = dataset.page.take().map(OneOrMany::into_vec).unwrap_or_default();
    pages.extend(urls.iter().map(|url| Reference::inline_of(document(url, url))));
    dataset.page = Some(OneOrMany::Many(pages));
}

fn distribution(item: Reference<Distribution>, license: Option<&str>) -> Reference<Distribution> {
    let mut distribution = match item {
        // Of a redacted distribution there is only a text.
        Reference::Text(text) => {
            Distribution { types: class("Distribution"), title: Some(text), ..Distribution::default() }
        }
        Reference::Inline(distribution) => *distribution,
    };
    retype(&mut distribution.types, "dcat:Distribution", "Distribution");
    distribution.conforms_to = standards(distribution.conforms_to);
    distribution.described_by = dictionary(distribution.described_by, &mut distribution.described_by_type);
    distribution.rights = listed(distribution.rights);
    distribution.issued = distribution.issued.and_then(|text| modern(&text));
    distribution.modified = distribution.modified.and_then(|text| modern(&text));
    distribution.language = distribution.language.and_then(languages);
    if distribution.license.is_none() {
        distribution.license = license.map(str::to_owned);
    }
    Reference::inline_of(distribution)
}

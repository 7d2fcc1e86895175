//! The same questions asked of every record, whichever version it was written in.

use serde_json::Value;
use url::Url;

use super::dates::periodicity_in_words;
use super::format::{format_label, is_service_label};
use super::{
    AccessRestriction, Body, BoundingBox, Catalog, CatalogRecord, Concept, DataService, Dataset,
    DatasetSeries, Distribution, Document, Extent, Identifier, Kind, OneOrMany, Organization, PeriodOfTime,
    Place, RecordKind, Reference, Standard, When,
};

/// Whether data could be made public: the three levels of the Open Data Policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Data that is or could be available to all.
    Public,
    /// Data that is available under conditions.
    RestrictedPublic,
    /// Data that is not available to the public.
    NonPublic,
}

impl AccessLevel {
    /// The words of DCAT-US 1.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::RestrictedPublic => "restricted public",
            Self::NonPublic => "non-public",
        }
    }

    /// Reads the words of 1.1, in any case, or the European authority table that DCAT recommends.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        match text.rsplit('/').next().unwrap_or(&text).replace(['_', ' '], "-").as_str() {
            "public" => Some(Self::Public),
            "restricted-public" | "restricted" => Some(Self::RestrictedPublic),
            "non-public" | "nonpublic" => Some(Self::NonPublic),
            _ => None,
        }
    }
}

/// Whom to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// The person or office.
    pub name: Option<String>,
    /// The address without `mailto:`.
    pub email: Option<String>,
    /// The telephone number.
    pub telephone: Option<String>,
}

/// A page that a record points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its address.
    pub url: String,
    /// Its title, if it was given one.
    pub title: Option<String>,
}

/// A thing that a record belongs to: a collection (1.1) or a series (3.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Its identifier, or the IRI of the series.
    pub identifier: String,
    /// Its title, if it was given with the reference.
    pub title: Option<String>,
}

/// One way to get at the data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DistributionView {
    /// Which of the record's distributions it is, counted from 0.
    pub index: usize,
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The address of the file itself.
    pub download_url: Option<String>,
    /// The address of a page or service that leads to the data.
    pub access_url: Option<String>,
    /// The media type as it was written.
    pub media_type: Option<String>,
    /// A short name such as `CSV`, `API` or `PDF`.
    pub format: Option<String>,
    /// The size in bytes.
    pub byte_size: Option<u64>,
    /// The name of the algorithm and the value of the checksum.
    pub checksum: Option<(String, String)>,
    /// The license, where it has one of its own.
    pub license: Option<String>,
    /// The data dictionary of this distribution.
    pub described_by: Option<String>,
    /// Whether it is asked rather than fetched.
    pub is_api: bool,
}

impl DistributionView {
    /// The address to offer: the file itself, else what leads to it.
    pub fn url(&self) -> Option<&str> {
        self.download_url.as_deref().or(self.access_url.as_deref())
    }
}

/// What pages and search need to know of a record, the same for every version and kind.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Which sort of thing it is.
    pub kind: RecordKind,
    /// The identifier within its catalogue; for 3.0 series and catalogue records the `@id`.
    pub identifier: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The keywords.
    pub keywords: Vec<String>,
    /// The labels of the themes.
    pub themes: Vec<String>,
    /// The name of the publisher, then the organizations above it, the highest last.
    pub publishers: Vec<String>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// How open the data is; in 3.0 derived from restrictions and access rights.
    pub access_level: Option<AccessLevel>,
    /// What is said about access in words (3.0).
    pub access_rights: Option<String>,
    /// The license, as a URL where it is one; in 3.0 the first that a distribution has.
    pub license: Option<String>,
    /// What is said about rights and restrictions.
    pub rights: Vec<String>,
    /// When it was created (3.0).
    pub created: Option<When>,
    /// When it was released.
    pub issued: Option<When>,
    /// When it changed last.
    pub modified: Option<When>,
    /// The days that the data covers.
    pub temporal: Option<Extent>,
    /// What is said about the time covered, as written.
    pub temporal_texts: Vec<String>,
    /// The box that the data covers.
    pub bounding_box: Option<BoundingBox>,
    /// The names of the places that the data covers.
    pub places: Vec<String>,
    /// The languages, as written.
    pub languages: Vec<String>,
    /// How often it is renewed, in plain words.
    pub periodicity: Option<String>,
    /// The page for people.
    pub landing_page: Option<String>,
    /// The data dictionary.
    pub described_by: Option<String>,
    /// Standards that the data keeps to.
    pub conforms_to: Vec<Link>,
    /// Pages and papers about it.
    pub references: Vec<Link>,
    /// What it is part of.
    pub parents: Vec<Parent>,
    /// The version of the data.
    pub version: Option<String>,
    /// The ways to get at the data.
    pub distributions: Vec<DistributionView>,
}

impl View {
    fn of(kind: RecordKind) -> Self {
        Self {
            kind,
            identifier: None,
            title: None,
            description: None,
            keywords: Vec::new(),
            themes: Vec::new(),
            publishers: Vec::new(),
            contacts: Vec::new(),
            access_level: None,
            access_rights: None,
            license: None,
            rights: Vec::new(),
            created: None,
            issued: None,
            modified: None,
            temporal: None,
            temporal_texts: Vec::new(),
            bounding_box: None,
            places: Vec::new(),
            languages: Vec::new(),
            periodicity: None,
            landing_page: None,
            described_by: None,
            conforms_to: Vec::new(),
            references: Vec::new(),
            parents: Vec::new(),
            version: None,
            distributions: Vec::new(),
        }
    }

    /// The name of the publisher.
    pub fn publisher(&self) -> Option<&str> {
        self.publishers.first().map(String::as_str)
    }

    /// The labels of all formats, each once, in the order of the distributions.
    pub fn formats(&self) -> Vec<&str> {
        let mut formats = Vec::new();
        for format in self.distributions.iter().filter_map(|distribution| distribution.format.as_deref()) {
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        formats
    }

    /// Whether there is a file to fetch.
    pub fn has_download(&self) -> bool {
        self.distributions.iter().any(|distribution| distribution.download_url.is_some())
    }

    /// Whether there is a service to ask.
    pub fn has_api(&self) -> bool {
        self.distributions.iter().any(|distribution| distribution.is_api)
    }
}

impl Body {
    /// What pages and search need to know.
    pub fn view(&self) -> View {
        match self {
            Self::Catalog(catalog) => catalog.view(),
            Self::Dataset(dataset) => dataset.view(),
            Self::DataService(service) => service.view(),
            Self::DatasetSeries(series) => series.view(),
            Self::CatalogRecord(record) => record.view(),
        }
    }
}

impl Dataset {
    /// The identifier within its catalogue.
    pub fn identifier_text(&self) -> Option<String> {
        identifier(self.identifier.as_ref()).or_else(|| filled(&self.id))
    }

    /// How open the data is, as 1.1 says it or as the restrictions and access rights of 3.0 imply.
    pub fn openness(&self) -> Option<AccessLevel> {
        let said = self.access_level.as_deref().and_then(AccessLevel::read);
        said.or_else(|| implied_level(self.access_restriction.as_ref(), self.access_rights.as_deref()))
            .or_else(|| self.cui_restriction.as_ref().map(|_| AccessLevel::RestrictedPublic))
    }

    /// What pages and search need to know.
    pub fn view(&self) -> View {
        let distributions = self.distributions();
        let license = filled(&self.license)
            .or_else(|| distributions.iter().find_map(|distribution| distribution.license.clone()));
        let mut contacts = contacts(self.contact_point.as_ref());
        if let [only] = contacts.as_mut_slice() {
            // The first schema had the address beside the name.
            only.email = only.email.take().or_else(|| self.leftover("mbox"));
        }
        let mut rights = texts(self.rights.as_ref());
        rights.extend(self.leftover("accessLevelComment"));
        rights.extend(restriction_notes(self.access_restriction.as_ref()));
        let mut references = links_of_texts(self.references.as_ref());
        references.extend(items(self.page.as_ref()).filter_map(document_link));
        View {
            identifier: self.identifier_text(),
            title: filled(&self.title).or_else(|| self.leftover("title")),
            description: filled(&self.description),
            keywords: texts(self.keyword.as_ref()),
            themes: labels(self.theme.as_ref()),
            publishers: publishers(self.publisher.as_ref()),
            contacts,
            access_level: self.openness(),
            access_rights: filled(&self.access_rights),
            license,
            rights,
            created: when(&self.created),
            issued: when(&self.issued),
            modified: when(&self.modified),
            temporal: extent(self.temporal.as_ref()),
            temporal_texts: temporal_texts(self.temporal.as_ref()),
            bounding_box: bounding_box(self.spatial.as_ref()),
            places: place_names(self.spatial.as_ref()),
            languages: texts(self.language.as_ref()),
            periodicity: filled(&self.accrual_periodicity).map(|text| periodicity_in_words(&text)),
            landing_page: self.landing_page.as_ref().and_then(document_link).map(|link| link.url),
            described_by: described_by(self.described_by.as_ref())
                .or_else(|| self.leftover("dataDictionary")),
            conforms_to: items(self.conforms_to.as_ref()).filter_map(standard_link).collect(),
            references,
            parents: self.parents(),
            version: filled(&self.version),
            distributions,
            ..View::of(RecordKind::Dataset)
        }
    }

    fn parents(&self) -> Vec<Parent> {
        let collection = self.is_part_of.as_ref().and_then(|parent| match parent {
            Reference::Text(identifier) => {
                some_text(identifier).map(|identifier| Parent { identifier, title: None })
            }
            Reference::Inline(dataset) => {
                Some(Parent { identifier: dataset.identifier_text()?, title: filled(&dataset.title) })
            }
        });
        let series = items(self.in_series.as_ref()).filter_map(|series| match series {
            Reference::Text(iri) => some_text(iri).map(|identifier| Parent { identifier, title: None }),
            Reference::Inline(series) => Some(Parent {
                identifier: filled(&series.id).or_else(|| filled(&series.title))?,
                title: filled(&series.title),
            }),
        });
        collection.into_iter().chain(series).collect()
    }

    fn distributions(&self) -> Vec<DistributionView> {
        let mut views = items(self.distribution.as_ref())
            .enumerate()
            .filter_map(|(index, distribution)| Some(distribution.inline()?.view(index)))
            .collect::<Vec<_>>();
        // The first schema had one address, and one service, beside the title; some files still do.
        if let Some(url) = self.leftover("accessURL")
            && !views.iter().any(|view| view.url() == Some(url.as_str()))
        {
            let media_type = self.leftover("format");
            views.push(DistributionView {
                index: views.len(),
                format: format_label(None, media_type.as_deref(), Some(&url)),
                media_type,
                access_url: Some(url),
                ..DistributionView::default()
            });
        }
        if let Some(url) = self.leftover("webService") {
            views.push(DistributionView {
                index: views.len(),
                format: Some("API".to_owned()),
                access_url: Some(url),
                is_api: true,
                ..DistributionView::default()
            });
        }
        views
    }

    /// A text or number among the keys that this model does not know or could not type.
    fn leftover(&self, key: &str) -> Option<String> {
        match self.extra.get(key)? {
            Value::String(text) => some_text(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl Distribution {
    /// What pages and search need to know of it; `index` says which of the dataset's it is.
    pub fn view(&self, index: usize) -> DistributionView {
        let (download_url, access_url) = (filled(&self.download_url), filled(&self.access_url));
        let media_type = filled(&self.media_type);
        let url = download_url.as_deref().or(access_url.as_deref());
        let has_service =
            self.access_service.as_ref().is_some_and(|services| !services.as_slice().is_empty());
        let format = format_label(self.format.as_deref(), media_type.as_deref(), url)
            .or_else(|| has_service.then(|| "API".to_owned()));
        let is_api = has_service || format.as_deref().is_some_and(is_service_label);
        let checksum = self.checksum.as_ref().and_then(Reference::inline).and_then(|checksum| {
            let algorithm = filled(&checksum.algorithm)?;
            let algorithm = algorithm.rsplit(['#', '/']).next().unwrap_or(&algorithm);
            let algorithm = algorithm.strip_prefix("checksumAlgorithm_").unwrap_or(algorithm).to_owned();
            Some((algorithm, filled(&checksum.checksum_value)?))
        });
        DistributionView {
            index,
            title: filled(&self.title),
            description: filled(&self.description),
            download_url,
            access_url,
            media_type,
            format,
            byte_size: self.byte_size.as_ref().and_then(super::Quantity::as_u64),
            checksum,
            license: filled(&self.license),
            described_by: described_by(self.described_by.as_ref()),
            is_api,
        }
    }
}

impl DataService {
    /// What pages and search need to know; the endpoints appear as distributions.
    pub fn view(&self) -> View {
        let description = self.endpoint_description.as_ref().and_then(|descriptions| descriptions.first());
        let distributions = texts(self.endpoint_url.as_ref())
            .into_iter()
            .enumerate()
            .map(|(index, url)| DistributionView {
                index,
                access_url: Some(url),
                format: Some("API".to_owned()),
                described_by: description.and_then(|url| some_text(url)),
                is_api: true,
                ..DistributionView::default()
            })
            .collect();
        View {
            identifier: identifier(self.identifier.as_ref()).or_else(|| filled(&self.id)),
            title: filled(&self.title),
            description: filled(&self.description),
            keywords: texts(self.keyword.as_ref()),
            themes: labels(self.theme.as_ref()),
            publishers: publishers(self.publisher.as_ref()),
            contacts: contacts(self.contact_point.as_ref()),
            access_level: implied_level(self.access_restriction.as_ref(), self.access_rights.as_deref()),
            access_rights: filled(&self.access_rights),
            license: filled(&self.license),
            rights: texts(self.rights.as_ref()),
            created: when(&self.created),
            modified: when(&self.modified),
            temporal: extent(self.temporal.as_ref()),
            temporal_texts: temporal_texts(self.temporal.as_ref()),
            bounding_box: bounding_box(self.spatial.as_ref()),
            places: place_names(self.spatial.as_ref()),
            languages: texts(self.language.as_ref()),
            conforms_to: items(self.conforms_to.as_ref()).filter_map(standard_link).collect(),
            distributions,
            ..View::of(RecordKind::DataService)
        }
    }
}

impl DatasetSeries {
    /// What pages and search need to know.
    pub fn view(&self) -> View {
        View {
            identifier: filled(&self.id),
            title: filled(&self.title),
            description: filled(&self.description),
            publishers: publishers(self.publisher.as_ref()),
            contacts: contacts(self.contact_point.as_ref()),
            issued: when(&self.issued),
            modified: when(&self.modified),
            temporal: extent(self.temporal.as_ref()),
            temporal_texts: temporal_texts(self.temporal.as_ref()),
            bounding_box: bounding_box(self.spatial.as_ref()),
            places: place_names(self.spatial.as_ref()),
            periodicity: filled(&self.accrual_periodicity).map(|text| periodicity_in_words(&text)),
            ..View::of(RecordKind::DatasetSeries)
        }
    }
}

impl CatalogRecord {
    /// The IRI of what it is about.
    pub fn topic(&self) -> Option<String> {
        match self.primary_topic.as_ref()? {
            Reference::Text(iri) => some_text(iri),
            Reference::Inline(dataset) => dataset.identifier_text(),
        }
    }

    /// What pages and search need to know.
    pub fn view(&self) -> View {
        View {
            identifier: filled(&self.id).or_else(|| self.topic()),
            title: filled(&self.title),
            description: texts(self.description.as_ref()).into_iter().next(),
            issued: texts(self.issued.as_ref()).first().map(|text| When::read(text)),
            modified: when(&self.modified),
            languages: texts(self.language.as_ref()),
            conforms_to: items(self.conforms_to.as_ref()).filter_map(standard_link).collect(),
            ..View::of(RecordKind::CatalogRecord)
        }
    }
}

impl Catalog {
    /// What pages and search need to know.
    pub fn view(&self) -> View {
        View {
            identifier: identifier(self.identifier.as_ref()).or_else(|| filled(&self.id)),
            title: filled(&self.title),
            description: filled(&self.description),
            keywords: texts(self.keyword.as_ref()),
            themes: labels(self.theme.as_ref()),
            publishers: publishers(self.publisher.as_ref()),
            contacts: contacts(self.contact_point.as_ref()),
            access_rights: filled(&self.access_rights),
            license: filled(&self.license),
            rights: texts(self.rights.as_ref()),
            issued: when(&self.issued),
            modified: when(&self.modified),
            temporal: extent(self.temporal.as_ref()),
            temporal_texts: temporal_texts(self.temporal.as_ref()),
            bounding_box: bounding_box(self.spatial.as_ref()),
            places: place_names(self.spatial.as_ref()),
            languages: texts(self.language.as_ref()),
            landing_page: self.homepage.as_ref().and_then(document_link).map(|link| link.url),
            conforms_to: self.conforms_to.as_ref().and_then(standard_link).into_iter().collect(),
            ..View::of(RecordKind::Catalog)
        }
    }
}

fn some_text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn filled(text: &Option<String>) -> Option<String> {
    text.as_deref().and_then(some_text)
}

fn items<T>(values: Option<&OneOrMany<T>>) -> std::slice::Iter<'_, T> {
    values.map(OneOrMany::as_slice).unwrap_or_default().iter()
}

fn texts(values: Option<&OneOrMany<String>>) -> Vec<String> {
    items(values).filter_map(|text| some_text(text)).collect()
}

fn links_of_texts(values: Option<&OneOrMany<String>>) -> Vec<Link> {
    texts(values).into_iter().map(|url| Link { url, title: None }).collect()
}

fn when(text: &Option<String>) -> Option<When> {
    filled(text).map(|text| When::read(&text))
}

fn identifier(value: Option<&Reference<Identifier>>) -> Option<String> {
    match value? {
        Reference::Text(text) => some_text(text),
        Reference::Inline(identifier) => filled(&identifier.id).or_else(|| filled(&identifier.notation)),
    }
}

fn label(concept: &Reference<Concept>) -> Option<String> {
    match concept {
        Reference::Text(text) => some_text(text),
        Reference::Inline(concept) => {
            [&concept.pref_label, &concept.alt_label, &concept.id].into_iter().find_map(filled)
        }
    }
}

fn labels(values: Option<&OneOrMany<Reference<Concept>>>) -> Vec<String> {
    items(values).filter_map(label).collect()
}

/// Deepest chain of organizations that is followed; deeper ones are somebody's mistake or malice.
const ORGANIZATION_LEVELS_MAX: usize = 16;

fn publishers(publisher: Option<&Reference<Organization>>) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = publisher;
    while let Some(organization) = next.filter(|_| names.len() < ORGANIZATION_LEVELS_MAX) {
        match organization {
            Reference::Text(name) => {
                names.extend(some_text(name));
                next = None;
            }
            Reference::Inline(organization) => {
                names.extend(filled(&organization.name).or_else(|| filled(&organization.pref_label)));
                next = organization.sub_organization_of.as_ref().and_then(OneOrMany::first);
                if names.is_empty() {
                    // A nameless publisher has no place in a chain of names.
                    next = None;
                }
            }
        }
    }
    names
}

fn contacts(values: Option<&OneOrMany<Reference<Kind>>>) -> Vec<Contact> {
    items(values)
        .map(|contact| match contact {
            Reference::Text(name) => Contact { name: some_text(name), ..Contact::default() },
            Reference::Inline(kind) => Contact {
                name: filled(&kind.fn_).or_else(|| filled(&kind.organization_name)),
                email: filled(&kind.has_email).map(|email| without_mailto(&email)),
                telephone: filled(&kind.tel),
            },
        })
        .filter(|contact| *contact != Contact::default())
        .collect()
}

fn without_mailto(email: &str) -> String {
    match email.split_at_checked(7) {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto:") => address.trim().to_owned(),
        _ => email.to_owned(),
    }
}

fn document_link(document: &Reference<Document>) -> Option<Link> {
    match document {
        Reference::Text(url) => some_text(url).map(|url| Link { url, title: None }),
        Reference::Inline(document) => {
            let url =
                [&document.access_url, &document.download_url, &document.id].into_iter().find_map(filled)?;
            Some(Link { url, title: filled(&document.title) })
        }
    }
}

fn standard_link(standard: &Reference<Standard>) -> Option<Link> {
    match standard {
        Reference::Text(url) => some_text(url).map(|url| Link { url, title: None }),
        Reference::Inline(standard) => {
            let title = filled(&standard.title);
            let url = identifier(standard.identifier.as_ref()).or_else(|| filled(&standard.id));
            Some(Link { url: url.or_else(|| title.clone())?, title })
        }
    }
}

fn described_by(dictionary: Option<&Reference<Distribution>>) -> Option<String> {
    match dictionary? {
        Reference::Text(url) => some_text(url),
        Reference::Inline(distribution) => {
            [&distribution.download_url, &distribution.access_url, &distribution.id]
                .into_iter()
                .find_map(filled)
        }
    }
}

fn implied_level(
    restrictions: Option<&OneOrMany<Reference<AccessRestriction>>>,
    access_rights: Option<&str>,
) -> Option<AccessLevel> {
    let strictest = items(restrictions)
        .filter_map(|restriction| label(restriction.inline()?.restriction_status.as_ref()?))
        .filter_map(|status| level_of_status(&status))
        .max();
    strictest.or_else(|| level_of_words(access_rights?))
}

/// The statuses of the National Archives' authority list.
fn level_of_status(status: &str) -> Option<AccessLevel> {
    let status = status.to_ascii_lowercase();
    if status.contains("unrestricted") {
        Some(AccessLevel::Public)
    } else if status.contains("fully") {
        Some(AccessLevel::NonPublic)
    } else if status.contains("restricted") {
        Some(AccessLevel::RestrictedPublic)
    } else {
        None
    }
}

/// `accessRights` is free text; only plain statements are taken at their word.
fn level_of_words(text: &str) -> Option<AccessLevel> {
    if let Some(level) = AccessLevel::read(text) {
        return Some(level);
    }
    let text = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["not available for public", "non-public", "nonpublic", "not public", "not publicly available"])
    {
        Some(AccessLevel::NonPublic)
    } else if says(&["no restriction", "without restriction", "unrestricted", "not restricted"]) {
        Some(AccessLevel::Public)
    } else if says(&["restricted"]) {
        Some(AccessLevel::RestrictedPublic)
    } else if text.starts_with("public") || says(&["open to the public", "publicly available"]) {
        Some(AccessLevel::Public)
    } else {
        None
    }
}

fn restriction_notes(restrictions: Option<&OneOrMany<Reference<AccessRestriction>>>) -> Vec<String> {
    items(restrictions).filter_map(|restriction| filled(&restriction.inline()?.restriction_note)).collect()
}

fn extent(values: Option<&OneOrMany<Reference<PeriodOfTime>>>) -> Option<Extent> {
    items(values).filter_map(period).reduce(Extent::join)
}

fn period(period: &Reference<PeriodOfTime>) -> Option<Extent> {
    match period {
        Reference::Text(text) => Extent::read(text),
        Reference::Inline(period) => {
            let start = when(&period.start_date).and_then(|when| when.date);
            let end = when(&period.end_date).and_then(|when| when.last);
            (start.is_some() || end.is_some()).then_some(Extent { start, end })
        }
    }
}

fn temporal_texts(values: Option<&OneOrMany<Reference<PeriodOfTime>>>) -> Vec<String> {
    items(values)
        .filter_map(|period| match period {
            Reference::Text(text) => some_text(text),
            Reference::Inline(period) => match (filled(&period.start_date), filled(&period.end_date)) {
                (None, None) => None,
                (start, end) => Some(format!("{}/{}", start.unwrap_or_default(), end.unwrap_or_default())),
            },
        })
        .collect()
}

fn bounding_box(values: Option<&OneOrMany<Place>>) -> Option<BoundingBox> {
    items(values).filter_map(BoundingBox::of_place).reduce(BoundingBox::join)
}

fn place_names(values: Option<&OneOrMany<Place>>) -> Vec<String> {
    items(values)
        .filter_map(|place| match place {
            Place::Text(text) if BoundingBox::read(text).is_some() || Url::parse(text).is_ok() => None,
            Place::Text(text) => some_text(text),
            Place::GeoJson(_) => None,
            Place::Location(location) => filled(&location.pref_label).or_else(|| filled(&location.alt_label)),
        })
        .collect()
}

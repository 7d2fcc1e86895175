//! The indicators of the RDA FAIR Data Maturity Model (findable, accessible, interoperable, reusable).
//!
//! All 41 are listed. Those on data that no description can show are not judged, unless the portal knows. The model
//! names priorities and no weights; essential counts three here, important two, useful one.

use townhall_model::record::{Reference, Version};

use super::check::{Answer, Criterion, Scheme};
use super::formats::{Quality, is_linked, quality};
use super::principles::missing_fields;
use super::subject::{Subject, counted, has, items, quote};
use crate::license::Openness;
use crate::validate::list::is_media_type;

/// The forty-one indicators.
pub static FAIR: Scheme = Scheme {
    id: "fair",
    name: "FAIR data maturity",
    description: "How findable, accessible, interoperable and reusable the data is, for people and programs.",
    source: "RDA FAIR Data Maturity Model, doi:10.15497/rda00050",
    criteria: CRITERIA,
};

const ESSENTIAL: u32 = 3;
const IMPORTANT: u32 = 2;
const USEFUL: u32 = 1;

const fn indicator(
    id: &'static str,
    group: &'static str,
    weight: u32,
    title: &'static str,
    advice: &'static str,
    judge: fn(&Subject<'_>) -> Answer,
) -> Criterion {
    let source = match weight {
        ESSENTIAL => "RDA FAIR Data Maturity Model, essential indicator",
        IMPORTANT => "RDA FAIR Data Maturity Model, important indicator",
        _ => "RDA FAIR Data Maturity Model, useful indicator",
    };
    Criterion { id, group, title, weight, source, advice, unknown: None, judge }
}

const F: &str = "Findable";
const A: &str = "Accessible";
const I: &str = "Interoperable";
const R: &str = "Reusable";

const PERSISTENT: &str = "Register a persistent identifier and write it into `identifier`, such as https://doi.org/10.5066/F7P55KJN.";
const UNIQUE: &str = "Write an identifier that nobody else can have into `identifier`: the address of the dataset's page, a DOI or a UUID.";
const LINK: &str = "Add the address of the data in `downloadURL` or `accessURL` of a distribution.";
const SERVE: &str = "Publish the record in a catalog file, such as https://agency.gov/data.json.";
const RELATE: &str = "Link related datasets: the collection in `isPartOf`, in version 3 the series in `inSeries` and what it was made from in `source`.";
const STANDARD: &str = "Name the standard that the data keeps to in `conformsTo`, such as https://www.w3.org/TR/tabular-data-model/.";
const LICENSE: &str = "Write the address of a standard license into `license`, such as https://creativecommons.org/publicdomain/zero/1.0/.";
const PROVENANCE: &str =
    "Say in `provenance` how the data came about, and in version 3 name the activity in `wasGeneratedBy`.";
const NONE: &str = "";

const CRITERIA: &[Criterion] = &[
    indicator(
        "RDA-F1-01M",
        F,
        ESSENTIAL,
        "Metadata is identified by a persistent identifier",
        PERSISTENT,
        metadata_persistent,
    ),
    indicator(
        "RDA-F1-01D",
        F,
        ESSENTIAL,
        "Data is identified by a persistent identifier",
        PERSISTENT,
        data_persistent,
    ),
    indicator(
        "RDA-F1-02M",
        F,
        ESSENTIAL,
        "Metadata is identified by a globally unique identifier",
        UNIQUE,
        metadata_unique,
    ),
    indicator(
        "RDA-F1-02D",
        F,
        ESSENTIAL,
        "Data is identified by a globally unique identifier",
        UNIQUE,
        data_unique,
    ),
    indicator(
        "RDA-F2-01M",
        F,
        ESSENTIAL,
        "Rich metadata is provided to allow discovery",
        "Fill the fields by which people search: `keyword`, `theme`, `spatial`, `temporal`, `modified`.",
        rich,
    ),
    indicator("RDA-F3-01M", F, ESSENTIAL, "Metadata includes the identifier for the data", LINK, names_data),
    indicator(
        "RDA-F4-01M",
        F,
        ESSENTIAL,
        "Metadata is offered in such a way that it can be harvested and indexed",
        SERVE,
        harvestable,
    ),
    indicator("RDA-A1-01M", A, IMPORTANT, "Metadata tells how to get access to the data", LINK, tells_access),
    indicator(
        "RDA-A1-02M",
        A,
        ESSENTIAL,
        "Metadata can be accessed by people",
        "Give the page about the dataset in `landingPage`.",
        page,
    ),
    indicator("RDA-A1-02D", A, ESSENTIAL, "Data can be accessed by people", LINK, links),
    indicator(
        "RDA-A1-03M",
        A,
        ESSENTIAL,
        "The identifier of the metadata leads to the metadata",
        UNIQUE,
        resolves,
    ),
    indicator("RDA-A1-03D", A, ESSENTIAL, "The identifier of the data leads to the data", LINK, links),
    indicator(
        "RDA-A1-04M",
        A,
        ESSENTIAL,
        "Metadata is accessed through a standardized protocol",
        SERVE,
        harvestable,
    ),
    indicator(
        "RDA-A1-04D",
        A,
        ESSENTIAL,
        "Data is accessed through a standardized protocol",
        "Offer the data over HTTPS and give that address in `downloadURL`.",
        protocol,
    ),
    indicator(
        "RDA-A1-05D",
        A,
        IMPORTANT,
        "Data can be accessed by programs",
        "Give the address of the file itself in `downloadURL`, or add an API.",
        automatic,
    ),
    indicator(
        "RDA-A1.1-01M",
        A,
        ESSENTIAL,
        "Metadata is accessed through a free protocol",
        SERVE,
        harvestable,
    ),
    indicator(
        "RDA-A1.1-01D",
        A,
        IMPORTANT,
        "Data is accessed through a free protocol",
        "Offer the data over HTTPS and give that address in `downloadURL`.",
        protocol,
    ),
    indicator(
        "RDA-A1.2-01D",
        A,
        USEFUL,
        "Data that is withheld is accessed through a protocol that knows who asks",
        "Offer withheld data over HTTPS with a login, and give that address in `accessURL`.",
        authentication,
    ),
    indicator(
        "RDA-A2-01M",
        A,
        ESSENTIAL,
        "Metadata stays available after data is gone",
        "Keep the record when the data is withdrawn, and say so in `description`.",
        archived,
    ),
    indicator(
        "RDA-I1-01M",
        I,
        IMPORTANT,
        "Metadata is expressed in a standardized format",
        SERVE,
        standard_metadata,
    ),
    indicator(
        "RDA-I1-01D",
        I,
        IMPORTANT,
        "Data is expressed in a standardized format",
        "Offer the data as CSV, JSON or XML, with `mediaType` such as text/csv.",
        standard_data,
    ),
    indicator(
        "RDA-I1-02M",
        I,
        IMPORTANT,
        "Metadata says what it means to programs",
        "Write the record in DCAT-US 1.1 or 3.0.",
        meaningful_metadata,
    ),
    indicator(
        "RDA-I1-02D",
        I,
        IMPORTANT,
        "Data says what it means to programs",
        "Offer the data as RDF too, with `mediaType` text/turtle, or link a machine-readable dictionary in `describedBy`.",
        meaningful_data,
    ),
    indicator(
        "RDA-I2-01M",
        I,
        IMPORTANT,
        "Metadata uses vocabularies that others know",
        "Use terms with addresses in `theme`, such as http://publications.europa.eu/resource/authority/data-theme/ENVI, and registered types in `mediaType`.",
        vocabularies,
    ),
    indicator("RDA-I2-01D", I, USEFUL, "Data uses vocabularies that others know", NONE, unseen),
    indicator("RDA-I3-01M", I, IMPORTANT, "Metadata refers to other metadata", RELATE, refers),
    indicator("RDA-I3-01D", I, USEFUL, "Data refers to other data", NONE, unseen),
    indicator("RDA-I3-02M", I, USEFUL, "Metadata refers to other data", RELATE, refers_to_data),
    indicator(
        "RDA-I3-02D",
        I,
        USEFUL,
        "Data refers to other data and says how they are related",
        NONE,
        unseen,
    ),
    indicator(
        "RDA-I3-03M",
        I,
        IMPORTANT,
        "Metadata refers to other metadata and says how they are related",
        RELATE,
        qualified,
    ),
    indicator(
        "RDA-I3-04M",
        I,
        USEFUL,
        "Metadata refers to other data and says how they are related",
        RELATE,
        refers_to_data,
    ),
    indicator(
        "RDA-R1-01M",
        R,
        ESSENTIAL,
        "Enough is said to use the data again",
        "Fill the fields that users of the data need: `describedBy`, `accrualPeriodicity`, `temporal`, `spatial`, `references`.",
        attributes,
    ),
    indicator("RDA-R1.1-01M", R, ESSENTIAL, "Metadata tells the license", LICENSE, license),
    indicator("RDA-R1.1-02M", R, IMPORTANT, "The license is a standard one", LICENSE, standard_license),
    indicator(
        "RDA-R1.1-03M",
        R,
        IMPORTANT,
        "Programs can tell which license it is",
        LICENSE,
        machine_license,
    ),
    indicator(
        "RDA-R1.2-01M",
        R,
        IMPORTANT,
        "Metadata tells where the data comes from",
        PROVENANCE,
        provenance,
    ),
    indicator("RDA-R1.2-02M", R, USEFUL, "It tells so in a language that all fields share", PROVENANCE, prov),
    indicator(
        "RDA-R1.3-01M",
        R,
        ESSENTIAL,
        "Metadata keeps to a standard of its community",
        "Fill the fields that DCAT-US requires.",
        community_metadata,
    ),
    indicator(
        "RDA-R1.3-01D",
        R,
        ESSENTIAL,
        "Data keeps to a standard of its community",
        STANDARD,
        community_data,
    ),
    indicator(
        "RDA-R1.3-02M",
        R,
        ESSENTIAL,
        "Metadata keeps to a standard that programs understand",
        "Write the record in DCAT-US 1.1 or 3.0.",
        meaningful_metadata,
    ),
    indicator(
        "RDA-R1.3-02D",
        R,
        IMPORTANT,
        "Data keeps to a standard that programs understand",
        STANDARD,
        community_data,
    ),
];

/// How well an identifier names its thing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Local,
    Unique,
    Persistent,
}

fn name(identifier: &str) -> Name {
    let text = identifier.trim().to_ascii_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let is_doi = |text: &str| text.starts_with("10.") && text.contains('/');
    let hosts = [
        "doi.org/",
        "dx.doi.org/",
        "hdl.handle.net/",
        "purl.org/",
        "w3id.org/",
        "n2t.net/",
        "identifiers.org/",
        "purl.",
        "ark:",
    ];
    let is_persistent = hosts.iter().any(|host| rest.starts_with(host))
        || rest.starts_with("doi:")
        || text.starts_with("urn:doi:")
        || text.starts_with("hdl:")
        || text.starts_with("info:doi/")
        || rest.contains("/ark:/")
        || is_doi(rest);
    let bare = text.trim_start_matches("urn:uuid:").trim_matches(['{', '}']);
    let is_uuid = bare.len() == 36
        && bare.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    let is_address = text.contains("://") && rest.contains('.');
    match () {
        () if is_persistent => Name::Persistent,
        () if is_uuid || is_address || text.starts_with("urn:") => Name::Unique,
        () => Name::Local,
    }
}

/// The identifier that says most, of the dataset's own and its other ones.
fn best<'a>(texts: impl Iterator<Item = &'a str>) -> Option<(&'a str, Name)> {
    texts.map(|text| (text, name(text))).max_by_key(|(_, name)| *name)
}

fn metadata_identifier<'a>(s: &'a Subject<'_>) -> Option<(&'a str, Name)> {
    best(s.dataset.id.as_deref().into_iter().chain(s.view.identifier.as_deref()))
}

fn data_identifier<'a>(s: &'a Subject<'_>) -> Option<(&'a str, Name)> {
    let others = items(s.dataset.other_identifier.as_ref()).filter_map(|other| match other {
        Reference::Text(text) => Some(text.as_str()),
        Reference::Inline(other) => other.id.as_deref().or(other.notation.as_deref()),
    });
    best(s.view.identifier.as_deref().into_iter().chain(others).chain(s.urls()))
}

fn persistent(found: Option<(&str, Name)>) -> Answer {
    match found {
        Some((text, Name::Persistent)) => Answer::met(format!("{} is made to last", quote(text))),
        Some((text, Name::Unique)) => {
            Answer::partly(format!("{} is unique, but nobody promises that it lasts", quote(text)))
        }
        Some((text, Name::Local)) => {
            Answer::not_met(format!("{} means something in this catalog only", quote(text)))
        }
        None => Answer::not_met("`identifier` is missing"),
    }
}

fn unique(found: Option<(&str, Name)>) -> Answer {
    match found {
        Some((text, Name::Persistent | Name::Unique)) => Answer::met(format!("{} is unique", quote(text))),
        Some((text, Name::Local)) => {
            Answer::not_met(format!("{} means something in this catalog only", quote(text)))
        }
        None => Answer::not_met("`identifier` is missing"),
    }
}

fn metadata_persistent(s: &Subject<'_>) -> Answer {
    persistent(metadata_identifier(s))
}

fn data_persistent(s: &Subject<'_>) -> Answer {
    persistent(data_identifier(s))
}

fn metadata_unique(s: &Subject<'_>) -> Answer {
    unique(metadata_identifier(s))
}

fn data_unique(s: &Subject<'_>) -> Answer {
    unique(data_identifier(s))
}

/// Met from one number of fields on, partly from another.
fn fields(rows: &[(&str, bool)], met: usize, partly: usize) -> Answer {
    let there = rows.iter().filter(|(_, is_there)| *is_there).count();
    let missing = rows.iter().filter(|(_, is_there)| !is_there).map(|(field, _)| format!("`{field}`"));
    let missing = missing.collect::<Vec<_>>().join(", ");
    let seen = match missing.as_str() {
        "" => format!("all {} fields are filled", rows.len()),
        missing => format!("{there} of {} fields are filled; missing: {missing}", rows.len()),
    };
    match there {
        enough if enough >= met => Answer::met(seen),
        some if some >= partly => Answer::partly(seen),
        _ => Answer::not_met(seen),
    }
}

fn rich(s: &Subject<'_>) -> Answer {
    let rows = [
        ("title", s.view.title.is_some()),
        ("description", s.view.description.is_some()),
        ("keyword", !s.view.keywords.is_empty()),
        ("theme", !s.view.themes.is_empty()),
        ("publisher", s.view.publisher().is_some()),
        ("contactPoint", !s.view.contacts.is_empty()),
        ("spatial", has(&s.dataset.spatial)),
        ("temporal", !s.view.temporal_texts.is_empty() || s.view.temporal.is_some()),
        ("modified", s.view.modified.is_some()),
        ("language", !s.view.languages.is_empty()),
    ];
    fields(&rows, 8, 5)
}

fn attributes(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    let rows = [
        ("describedBy", s.dictionary().is_some()),
        ("accrualPeriodicity", d.accrual_periodicity.is_some()),
        ("temporal", has(&d.temporal)),
        ("spatial", has(&d.spatial)),
        ("references", has(&d.references) || has(&d.page)),
        ("conformsTo", has(&d.conforms_to)),
        ("language", has(&d.language)),
        ("issued", d.issued.is_some()),
    ];
    fields(&rows, 5, 2)
}

fn names_data(s: &Subject<'_>) -> Answer {
    match s.urls().next() {
        Some(url) => Answer::met(format!("a distribution names {}", quote(url))),
        None => Answer::not_met("no distribution has an address"),
    }
}

fn harvestable(s: &Subject<'_>) -> Answer {
    match s.facts.is_harvestable {
        Some(true) => Answer::met("the record can be harvested over HTTP"),
        Some(false) => Answer::not_met("the record can't be harvested"),
        None => Answer::not_judged("a record does not show where it is published"),
    }
}

fn tells_access(s: &Subject<'_>) -> Answer {
    match (s.urls().next(), s.view.rights.first()) {
        (Some(url), _) => Answer::met(format!("a distribution leads to {}", quote(url))),
        (None, Some(rights)) if s.is_withheld() => Answer::met(format!("`rights` says {}", quote(rights))),
        (None, _) if s.view.landing_page.is_some() => Answer::partly("there is only `landingPage`"),
        (None, _) => Answer::not_met("no distribution has an address"),
    }
}

fn page(s: &Subject<'_>) -> Answer {
    match (s.facts.has_page, &s.view.landing_page) {
        (Some(true), _) => Answer::met("there is a page about the dataset"),
        (_, Some(page)) => Answer::met(format!("`landingPage` is {}", quote(page))),
        (Some(false), None) => Answer::not_met("there is no page about the dataset"),
        (None, None) => Answer::not_judged("`landingPage` is missing; the portal may have a page"),
    }
}

fn links(s: &Subject<'_>) -> Answer {
    match s.facts.links.as_ref().filter(|links| links.tried > 0) {
        _ if !s.has_url() => match s.is_non_public() {
            true => Answer::not_applicable("the data is not public"),
            false => Answer::not_met("no distribution has an address"),
        },
        None => Answer::not_judged("nobody has tried the addresses"),
        Some(links) => {
            let seen = format!("{} of {} addresses work", links.working, links.tried);
            match links.working {
                0 => Answer::not_met(seen),
                all if all >= links.tried => Answer::met(seen),
                _ => Answer::partly(seen),
            }
        }
    }
}

fn resolves(s: &Subject<'_>) -> Answer {
    match s.facts.identifier_resolves {
        Some(true) => Answer::met("the identifier leads to the record"),
        Some(false) => Answer::not_met("the identifier leads nowhere"),
        None => match metadata_identifier(s) {
            Some((text, Name::Local)) => Answer::not_met(format!("{} is no address", quote(text))),
            None => Answer::not_met("`identifier` is missing"),
            Some(_) => Answer::not_judged("nobody has tried the identifier"),
        },
    }
}

fn scheme_of(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}

fn protocol(s: &Subject<'_>) -> Answer {
    let free = ["http", "https", "ftp", "ftps", "sftp"];
    let mut other = s.urls().filter(|url| !free.contains(&scheme_of(url).to_ascii_lowercase().as_str()));
    match (s.urls().next(), other.next()) {
        (None, _) if s.is_non_public() => Answer::not_applicable("the data is not public"),
        (None, _) => Answer::not_met("no distribution has an address"),
        (Some(url), None) => Answer::met(format!("{} and all others are on the web", quote(url))),
        (Some(_), Some(url)) => Answer::partly(format!("{} is not on the web", quote(url))),
    }
}

fn automatic(s: &Subject<'_>) -> Answer {
    match s.view.distributions.iter().find(|view| view.download_url.is_some() || view.is_api) {
        Some(view) => Answer::met(format!("programs can fetch {}", quote(view.url().unwrap_or_default()))),
        None if s.is_non_public() => Answer::not_applicable("the data is not public"),
        None if s.has_url() => Answer::not_met("there is only a page for people"),
        None => Answer::not_met("no distribution has an address"),
    }
}

fn authentication(s: &Subject<'_>) -> Answer {
    match s.urls().next() {
        _ if !s.is_withheld() => Answer::not_applicable("the data is for everybody"),
        Some(url) if url.starts_with("https:") => Answer::met(format!("{} is over HTTPS", quote(url))),
        Some(url) => Answer::partly(format!("{} is not over HTTPS", quote(url))),
        None => Answer::not_judged("the record names no way to the data"),
    }
}

fn archived(s: &Subject<'_>) -> Answer {
    match s.facts.is_archived {
        Some(true) => Answer::met("the portal keeps the record"),
        Some(false) => Answer::not_met("the portal does not keep records"),
        None => Answer::not_judged("a record does not show how long it is kept"),
    }
}

fn standard_metadata(s: &Subject<'_>) -> Answer {
    Answer::met(format!("the record is {} in JSON", s.version))
}

fn standard_data(s: &Subject<'_>) -> Answer {
    match s.best_format() {
        Some((label, Quality::Open)) => Answer::met(format!("{} has an open specification", quote(label))),
        Some((label, Quality::Proprietary)) => {
            Answer::partly(format!("{} belongs to one maker", quote(label)))
        }
        Some((label, Quality::ForPeople)) => Answer::not_met(format!("{} is for reading only", quote(label))),
        Some((label, Quality::Unknown)) => {
            Answer::not_judged(format!("{} does not say what is inside", quote(label)))
        }
        None => Answer::not_judged("no distribution says its format"),
    }
}

fn meaningful_metadata(s: &Subject<'_>) -> Answer {
    match s.version {
        Version::DcatUs30 | Version::DcatUs11 => {
            Answer::met(format!("{} has a JSON-LD context, which says what each field means", s.version))
        }
        Version::Pod10 => Answer::partly(format!("{} has no JSON-LD context", s.version)),
    }
}

fn meaningful_data(s: &Subject<'_>) -> Answer {
    let formats = &s.formats;
    if let Some(label) = formats.iter().find(|label| is_linked(label)) {
        return Answer::met(format!("{} says what it means", quote(label)));
    }
    match (&s.dataset.described_by_type, s.dictionary()) {
        (Some(kind), Some(_)) if kind.contains("json") || kind.contains("xml") || kind.contains("turtle") => {
            Answer::partly(format!("a dictionary of the type {} says what the data means", quote(kind)))
        }
        _ if formats.is_empty() => Answer::not_judged("no distribution says its format"),
        _ => Answer::not_met(format!("{} does not say what it means", quote(&formats[0]))),
    }
}

fn vocabularies(s: &Subject<'_>) -> Answer {
    let is_term = |text: &str| text.contains("://");
    let theme = items(s.dataset.theme.as_ref()).find_map(|theme| match theme {
        Reference::Text(text) => is_term(text).then_some(text.as_str()),
        Reference::Inline(concept) => match (&concept.id, &concept.in_scheme) {
            (Some(id), _) => Some(id.as_str()),
            (None, Some(_)) => concept.pref_label.as_deref(),
            (None, None) => None,
        },
    });
    let media_type = s
        .view
        .distributions
        .iter()
        .filter_map(|view| view.media_type.as_deref())
        .find(|name| is_media_type(name));
    match (theme, media_type, s.view.languages.first()) {
        (Some(term), ..) => Answer::met(format!("`theme` has {}", quote(term))),
        (None, Some(name), _) => Answer::partly(format!(
            "`mediaType` is {}, which is registered; `theme` has no such term",
            quote(name)
        )),
        (None, None, Some(tag)) => Answer::partly(format!(
            "`language` is {}, which is registered; `theme` has no such term",
            quote(tag)
        )),
        (None, None, None) => Answer::not_met("no term of a known vocabulary is used"),
    }
}

fn unseen(_: &Subject<'_>) -> Answer {
    Answer::not_judged("only the data itself can show it")
}

/// The fields by which a record refers to others, whether they say how they are related, and whether that is data.
fn relations(s: &Subject<'_>) -> [(&'static str, bool, bool, bool); 15] {
    let d = s.dataset;
    [
        ("isPartOf", d.is_part_of.is_some(), true, false),
        ("inSeries", has(&d.in_series), true, false),
        ("hasPart", has(&d.has_part), true, true),
        ("hasVersion", has(&d.has_version), true, false),
        ("hasCurrentVersion", d.has_current_version.is_some(), true, false),
        ("previousVersion", d.previous_version.is_some(), true, true),
        ("first", d.first.is_some(), true, false),
        ("qualifiedRelation", has(&d.qualified_relation), true, true),
        ("qualifiedAttribution", has(&d.qualified_attribution), true, false),
        ("source", has(&d.source), true, true),
        ("replaces", has(&d.replaces), true, true),
        ("isReferencedBy", has(&d.is_referenced_by), true, false),
        ("supportedSchema", d.supported_schema.is_some(), true, false),
        ("relation", has(&d.relation), false, true),
        ("references", has(&d.references), false, false),
    ]
}

fn related(s: &Subject<'_>, counts: fn(bool, bool) -> bool) -> Answer {
    let rows = relations(s);
    let found = rows.iter().filter(|(_, is_there, is_said, is_data)| *is_there && counts(*is_said, *is_data));
    let found = found.map(|(field, ..)| format!("`{field}`")).collect::<Vec<_>>();
    match found.as_slice() {
        [] => {
            let fields = rows.iter().filter(|(_, _, is_said, is_data)| counts(*is_said, *is_data)).take(2);
            let fields = fields.map(|(field, ..)| format!("`{field}`")).collect::<Vec<_>>().join(" or ");
            Answer::not_met(format!("there is no field such as {fields}"))
        }
        fields => Answer::met(format!("there is {}", fields.join(", "))),
    }
}

fn refers(s: &Subject<'_>) -> Answer {
    related(s, |_, _| true)
}

fn qualified(s: &Subject<'_>) -> Answer {
    related(s, |is_said, _| is_said)
}

fn refers_to_data(s: &Subject<'_>) -> Answer {
    related(s, |_, is_data| is_data)
}

fn license(s: &Subject<'_>) -> Answer {
    match &s.view.license {
        Some(text) => Answer::met(format!("`license` is {}", quote(text))),
        None => Answer::not_met("`license` is missing"),
    }
}

fn standard_license(s: &Subject<'_>) -> Answer {
    let Some(text) = &s.view.license else { return Answer::not_met("`license` is missing") };
    match s.known_license() {
        Some(license) if license.openness != Openness::Unclear && license.url.is_some() => {
            Answer::met(format!("`license` is {}: {}", quote(text), license.name))
        }
        _ => Answer::not_met(format!("`license` is {}, which is no standard license", quote(text))),
    }
}

fn machine_license(s: &Subject<'_>) -> Answer {
    let (Some(text), Some(said)) = (&s.view.license, &s.license) else {
        return Answer::not_met("`license` is missing");
    };
    match said.certain() {
        Some(license) if license.openness != Openness::Unclear && text.contains("://") => {
            Answer::met(format!("`license` is {}, an address that programs know", quote(text)))
        }
        Some(license) if license.openness != Openness::Unclear => {
            Answer::partly(format!("`license` is {}, which is a name and no address", quote(text)))
        }
        _ => Answer::not_met(format!("`license` is {}, which programs don't know", quote(text))),
    }
}

fn provenance(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    let rows = [
        ("provenance", has(&d.provenance)),
        ("source", has(&d.source)),
        ("wasGeneratedBy", has(&d.was_generated_by)),
        ("wasAttributedTo", has(&d.was_attributed_to)),
        ("qualifiedAttribution", has(&d.qualified_attribution)),
    ];
    match rows.iter().find(|(_, is_there)| *is_there) {
        Some((field, _)) => Answer::met(format!("`{field}` is there")),
        None if s.view.publisher().is_some() && s.view.modified.is_some() => {
            Answer::partly("only `publisher` and `modified` tell where the data comes from")
        }
        None => Answer::not_met("no field tells where the data comes from"),
    }
}

fn prov(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    let rows = [
        ("wasGeneratedBy", has(&d.was_generated_by)),
        ("wasAttributedTo", has(&d.was_attributed_to)),
        ("wasUsedBy", has(&d.was_used_by)),
        ("qualifiedAttribution", has(&d.qualified_attribution)),
    ];
    match rows.iter().find(|(_, is_there)| *is_there) {
        Some((field, _)) => Answer::met(format!("`{field}` is of the W3C's PROV")),
        None => Answer::not_met("no field of the W3C's PROV is there"),
    }
}

fn community_metadata(s: &Subject<'_>) -> Answer {
    match missing_fields(s).as_slice() {
        [] => Answer::met(format!("the record has what {} requires", s.version)),
        missing => {
            let list = missing.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
            Answer::partly(format!("the record is {}, but has no {list}", s.version))
                .improve(format!("Fill {list}."))
        }
    }
}

fn community_data(s: &Subject<'_>) -> Answer {
    let files = items(s.dataset.distribution.as_ref()).filter_map(Reference::inline);
    let of_files = files.filter(|file| has(&file.conforms_to)).count();
    match s.view.conforms_to.first() {
        Some(standard) => Answer::met(format!("`conformsTo` is {}", quote(&standard.url))),
        None if of_files > 0 => {
            Answer::met(format!("{} has `conformsTo`", counted(of_files, "distribution")))
        }
        None if s.formats.iter().any(|label| quality(label) == Quality::Open) => Answer::not_judged(
            "`conformsTo` is missing; only the data itself can show whether it keeps to a standard",
        ),
        None => Answer::not_judged("only the data itself can show whether it keeps to a standard"),
    }
}

//! The record of a catalogue for itself: the guidance asks that a listing lists itself.

use townhall_model::record::{Dataset, Distribution, Kind, OneOrMany, Organization, Reference};

/// What the house knows of its own catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelfRecord {
    /// The title, such as `Data catalog of the Department of Wells`.
    pub title: String,
    /// The description.
    pub description: String,
    /// The name of the publisher.
    pub publisher: String,
    /// The name of the contact.
    pub contact_name: String,
    /// The address of the contact, without `mailto:`.
    pub contact_email: String,
    /// The address of the catalogue file, which is its identifier too.
    pub url: String,
    /// The page for people, if there is one.
    pub landing_page: Option<String>,
    /// When the catalogue changed last, as a date or instant of ISO 8601.
    pub modified: String,
    /// The publisher's bureau codes; federal agencies have some.
    pub bureau_codes: Vec<String>,
    /// The publisher's program codes; federal agencies have some.
    pub program_codes: Vec<String>,
}

/// The dataset, in the forms of DCAT-US 1.1, that stands for the catalogue itself.
pub fn self_record(about: &SelfRecord) -> Dataset {
    let class = |name: &str| Some(OneOrMany::One(name.to_owned()));
    let text = |text: &str| Some(text.to_owned());
    let codes = |codes: &[String]| (!codes.is_empty()).then(|| OneOrMany::Many(codes.to_vec()));
    let publisher = Organization {
        types: class("org:Organization"),
        name: text(&about.publisher),
        ..Organization::default()
    };
    let contact = Kind {
        types: class("vcard:Contact"),
        fn_: text(&about.contact_name),
        has_email: Some(format!("mailto:{}", about.contact_email)),
        ..Kind::default()
    };
    let distribution = Distribution {
        types: class("dcat:Distribution"),
        title: text("Catalog file (DCAT-US 1.1)"),
        download_url: text(&about.url),
        media_type: text("application/json"),
        format: text("JSON"),
        ..Distribution::default()
    };
    Dataset {
        types: class("dcat:Dataset"),
        title: text(&about.title),
        description: text(&about.description),
        keyword: Some(OneOrMany::Many(["catalog", "inventory", "metadata"].map(str::to_owned).to_vec())),
        modified: text(&about.modified),
        publisher: Some(Reference::inline_of(publisher)),
        contact_point: Some(OneOrMany::One(Reference::inline_of(contact))),
        identifier: Some(Reference::Text(about.url.clone())),
        access_level: text("public"),
        bureau_code: codes(&about.bureau_codes),
        program_code: codes(&about.program_codes),
        license: text("https://creativecommons.org/publicdomain/zero/1.0/"),
        distribution: Some(OneOrMany::Many(vec![Reference::inline_of(distribution)])),
        landing_page: about.landing_page.clone().map(Reference::Text),
        ..Dataset::default()
    }
}

//! DCAT-US 1.1 (Project Open Data metadata schema 1.1), in each of the variants that are in use.
//!
//! They share the fields and differ in what is required, where null and redacted texts are taken, and in a few
//! lengths. [`Variant`] has the differences, [`schema`] the rest.

use super::form::Form;
use super::shape::{
    Class, Schema, Shape, ShapeId, Slot, filled, like, list, list_of, number, object, optional, required,
    set, text, text_of, truth, word,
};

/// What sets one published schema apart from the others.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Asks for the bureau and program codes.
    pub codes: bool,
    /// Asks for keywords and the date of the last change.
    pub keyword_and_modified: bool,
    /// Asks for the address of the contact.
    pub email: bool,
    /// Takes redacted texts.
    pub redaction: Redaction,
    /// Takes null for `isPartOf`.
    pub part_of_null: bool,
    /// Takes null for the codes.
    pub codes_null: bool,
    /// Has the lengths that the harvester of data.gov asks for.
    pub lengths: bool,
    /// The field that takes a geometry: the schema of resources.data.gov has it in the wrong place.
    pub geometry: Option<&'static str>,
}

/// How far a variant takes redacted texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Redaction {
    /// Nowhere.
    None,
    /// In most optional fields.
    Fields,
    /// Also instead of the codes, of single distributions, and of their titles and descriptions.
    Everywhere,
}

/// The schema at project-open-data.cio.gov.
pub const CANONICAL: Variant = Variant {
    codes: true,
    keyword_and_modified: true,
    email: true,
    redaction: Redaction::None,
    part_of_null: false,
    codes_null: false,
    lengths: false,
    geometry: None,
};

/// The schema at resources.data.gov.
pub const RESOURCES: Variant = Variant { geometry: Some("systemOfRecords"), ..CANONICAL };

/// The schema of the Project Open Data Dashboard for federal agencies.
pub const DASHBOARD_FEDERAL: Variant =
    Variant { redaction: Redaction::Fields, part_of_null: true, ..CANONICAL };

/// The schema of the Project Open Data Dashboard for everybody else.
pub const DASHBOARD_NON_FEDERAL: Variant =
    Variant { codes: false, keyword_and_modified: false, email: false, ..CANONICAL };

/// The schema of ckanext-datajson for federal agencies.
pub const CKAN_FEDERAL: Variant = Variant { redaction: Redaction::Everywhere, ..DASHBOARD_FEDERAL };

/// The schema of ckanext-datajson for everybody else.
pub const CKAN_NON_FEDERAL: Variant = DASHBOARD_NON_FEDERAL;

/// The schema of the harvester of data.gov for federal agencies.
pub const HARVESTER_FEDERAL: Variant = Variant { lengths: true, geometry: Some("spatial"), ..CKAN_FEDERAL };

/// The schema of the harvester of data.gov for everybody else.
pub const HARVESTER_NON_FEDERAL: Variant = Variant { codes: false, codes_null: true, ..HARVESTER_FEDERAL };

/// The shapes to begin with.
#[derive(Debug)]
pub struct Roots {
    /// All shapes.
    pub schema: Schema,
    /// What stands around the datasets.
    pub catalog: ShapeId,
    /// A dataset.
    pub dataset: ShapeId,
}

/// The levels of access; case counts.
pub const ACCESS_LEVELS: &[&str] = &["public", "restricted public", "non-public"];

/// The URL that `conformsTo` of a catalogue must be.
pub const CONFORMS_TO: &str = "https://project-open-data.cio.gov/v1.1/schema";

/// The longest description that the harvester takes.
const DESCRIPTION_CHARACTERS_MAX: usize = 10_000;

/// The most and the longest keywords that the harvester takes.
const KEYWORDS_MAX: usize = 1_000;
const KEYWORD_CHARACTERS_MAX: usize = 1_000;

/// The longest `rights`.
const RIGHTS_CHARACTERS_MAX: usize = 255;

/// The shapes of a variant.
pub fn schema(variant: &Variant) -> Roots {
    let mut schema = Schema::default();
    let dataset = dataset(variant, &mut schema);
    let catalog = schema.add(
        Shape::new(
            "Catalog",
            Class::Catalog11,
            vec![
                optional("@context", like(Form::Uri)),
                optional("@id", like(Form::Uri)),
                optional("@type", word(&["dcat:Catalog"])),
                required("conformsTo", word(&[CONFORMS_TO])),
                optional("describedBy", like(Form::Uri)),
                required("dataset", list(object(dataset))),
            ],
        )
        .needs("@type", "@context", false),
    );
    Roots { schema, catalog, dataset }
}

fn dataset(variant: &Variant, schema: &mut Schema) -> ShapeId {
    let organization = organization(schema);
    let contact = contact(variant, schema);
    let geometry = geometry(schema);
    let distribution = distribution(variant, schema);
    let open = variant.redaction >= Redaction::Fields;
    let wide = variant.redaction >= Redaction::Everywhere;
    // Null and a redacted text instead of the value: the rule for nearly all optional fields.
    let soft = |slot: Slot| slot.or_null().or_redacted_if(open);
    let codes = |form| set(like(form)).or_redacted_if(wide).or_null_if(variant.codes_null);
    let with_geometry = |name: &str, slot: Slot| match variant.geometry {
        Some(field) if field == name => slot.or_object(geometry),
        _ => slot,
    };
    let (description_max, keywords_max, keyword_max) = match variant.lengths {
        true => (DESCRIPTION_CHARACTERS_MAX, KEYWORDS_MAX, KEYWORD_CHARACTERS_MAX),
        false => (usize::MAX, usize::MAX, usize::MAX),
    };
    let if_asked = |is_asked: bool, name, slot| match is_asked {
        true => required(name, slot),
        false => optional(name, slot),
    };
    let keyword = list_of(text_of(1, keyword_max), 1, keywords_max).or_redacted_if(open);
    let each_distribution = object(distribution).or_redacted_if(wide);
    let reference = like(Form::Uri).or_redacted_if(open);
    schema.add(Shape::new(
        "Dataset",
        Class::Dataset11,
        vec![
            optional("@type", word(&["dcat:Dataset"])),
            required("title", filled()),
            required("description", text_of(1, description_max)),
            if_asked(variant.keyword_and_modified, "keyword", keyword),
            if_asked(variant.keyword_and_modified, "modified", like(Form::Modified).or_redacted_if(open)),
            required("publisher", object(organization)),
            required("contactPoint", object(contact)),
            required("identifier", filled()),
            required("accessLevel", word(ACCESS_LEVELS)),
            if_asked(variant.codes, "bureauCode", codes(Form::BureauCode)),
            if_asked(variant.codes, "programCode", codes(Form::ProgramCode)),
            optional("license", soft(like(Form::Uri))),
            optional("rights", text_of(1, RIGHTS_CHARACTERS_MAX).or_null()),
            optional("spatial", with_geometry("spatial", filled().or_null())),
            optional("temporal", soft(like(Form::Temporal))),
            optional("distribution", soft(list(each_distribution))),
            optional("accrualPeriodicity", soft(like(Form::Frequency))),
            optional("conformsTo", soft(like(Form::Uri))),
            optional("dataQuality", soft(truth())),
            optional("describedBy", soft(like(Form::Uri))),
            optional("describedByType", soft(like(Form::MediaType))),
            optional("isPartOf", filled().or_null_if(variant.part_of_null)),
            optional("issued", soft(like(Form::Date))),
            optional("language", soft(list(like(Form::Language)))),
            optional("landingPage", soft(like(Form::Uri))),
            optional("primaryITInvestmentUII", soft(like(Form::InvestmentId))),
            optional("references", soft(set(reference))),
            optional("systemOfRecords", with_geometry("systemOfRecords", filled().or_null())),
            optional("theme", soft(set(filled()))),
        ],
    ))
}

fn distribution(variant: &Variant, schema: &mut Schema) -> ShapeId {
    let open = variant.redaction >= Redaction::Fields;
    let wide = variant.redaction >= Redaction::Everywhere;
    let soft = |slot: Slot| slot.or_null().or_redacted_if(open);
    let description_max = if variant.lengths { DESCRIPTION_CHARACTERS_MAX } else { usize::MAX };
    schema.add(
        Shape::new(
            "Distribution",
            Class::Distribution11,
            vec![
                optional("@type", word(&["dcat:Distribution"])),
                optional("downloadURL", like(Form::Uri).or_redacted_if(open)),
                optional("mediaType", soft(like(Form::MediaType))),
                optional("format", filled().or_null()),
                optional("accessURL", soft(like(Form::Uri))),
                optional("description", text_of(1, description_max).or_null().or_redacted_if(wide)),
                optional("title", filled().or_null().or_redacted_if(wide)),
                optional("conformsTo", soft(like(Form::Uri))),
                optional("describedBy", soft(like(Form::Uri))),
                optional("describedByType", soft(like(Form::MediaType))),
            ],
        )
        .needs("downloadURL", "mediaType", true),
    )
}

fn organization(schema: &mut Schema) -> ShapeId {
    let organization = schema.reserve();
    let fields = vec![
        optional("@type", word(&["org:Organization"])),
        required("name", filled()),
        optional("subOrganizationOf", object(organization)),
    ];
    schema.set(organization, Shape::new("Publisher", Class::Organization11, fields));
    organization
}

fn contact(variant: &Variant, schema: &mut Schema) -> ShapeId {
    let email = like(Form::MailTo).or_redacted_if(variant.redaction >= Redaction::Fields);
    let email = if variant.email { required("hasEmail", email) } else { optional("hasEmail", email) };
    let fields = vec![optional("@type", word(&["vcard:Contact"])), required("fn", filled()), email];
    schema.add(Shape::new("Contact", Class::Contact11, fields))
}

/// A geometry as the schemas have it: two levels of lists, so that no real polygon fits.
fn geometry(schema: &mut Schema) -> ShapeId {
    let fields = vec![optional("type", text()), optional("coordinates", list(list(number())))];
    schema.add(Shape::new("Geometry", Class::Other, fields))
}

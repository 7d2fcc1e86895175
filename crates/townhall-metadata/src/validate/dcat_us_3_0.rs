//! DCAT-US 3.0: its 26 classes, as the harvester of data.gov has them.

use super::dcat_us_1_1::Roots;
use super::form::Form;
use super::shape::{
    Class, Field, Schema, Shape, ShapeId, Slot, filled, like, list, list_of, number, object, optional,
    required, text, word,
};

/// A class of DCAT-US 3.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are those of the standard")]
pub enum Class30 {
    AccessRestriction,
    Activity,
    Address,
    Agent,
    Attribution,
    Catalog,
    CatalogRecord,
    Checksum,
    Concept,
    ConceptScheme,
    CuiRestriction,
    DataService,
    Dataset,
    DatasetSeries,
    Distribution,
    Document,
    Identifier,
    Kind,
    Location,
    Metric,
    Organization,
    PeriodOfTime,
    QualityMeasurement,
    Relationship,
    Standard,
    UseRestriction,
}

use Class30 as C;

impl Class30 {
    /// Every class, in the order of their names.
    pub const ALL: &[Self] = &[
        C::AccessRestriction,
        C::Activity,
        C::Address,
        C::Agent,
        C::Attribution,
        C::Catalog,
        C::CatalogRecord,
        C::Checksum,
        C::Concept,
        C::ConceptScheme,
        C::CuiRestriction,
        C::DataService,
        C::Dataset,
        C::DatasetSeries,
        C::Distribution,
        C::Document,
        C::Identifier,
        C::Kind,
        C::Location,
        C::Metric,
        C::Organization,
        C::PeriodOfTime,
        C::QualityMeasurement,
        C::Relationship,
        C::Standard,
        C::UseRestriction,
    ];

    /// The name in the standard and in `@type`.
    pub fn name(self) -> &'static str {
        match self {
            C::AccessRestriction => "AccessRestriction",
            C::Activity => "Activity",
            C::Address => "Address",
            C::Agent => "Agent",
            C::Attribution => "Attribution",
            C::Catalog => "Catalog",
            C::CatalogRecord => "CatalogRecord",
            C::Checksum => "Checksum",
            C::Concept => "Concept",
            C::ConceptScheme => "ConceptScheme",
            C::CuiRestriction => "CUIRestriction",
            C::DataService => "DataService",
            C::Dataset => "Dataset",
            C::DatasetSeries => "DatasetSeries",
            C::Distribution => "Distribution",
            C::Document => "Document",
            C::Identifier => "Identifier",
            C::Kind => "Kind",
            C::Location => "Location",
            C::Metric => "Metric",
            C::Organization => "Organization",
            C::PeriodOfTime => "PeriodOfTime",
            C::QualityMeasurement => "QualityMeasurement",
            C::Relationship => "Relationship",
            C::Standard => "Standard",
            C::UseRestriction => "UseRestriction",
        }
    }
}

/// The shapes of 3.0, and the one of each class.
pub struct Classes {
    /// The shapes.
    pub roots: Roots,
    ids: Vec<ShapeId>,
}

impl Classes {
    /// The shape of a class; of a concept or an identifier, of those that are objects.
    pub fn shape(&self, class: Class30) -> ShapeId {
        self.ids[class as usize]
    }
}

/// What stands where a document of this class may stand: some may be a text instead.
pub fn slot(ids: &Classes, class: Class30) -> Slot {
    one(&ids.ids, class)
}

/// The shapes of 3.0.
pub fn schema() -> Classes {
    let mut schema = Schema::default();
    let ids = Class30::ALL.iter().map(|_| schema.reserve()).collect::<Vec<_>>();
    for class in Class30::ALL {
        let mut fields = vec![optional("@id", like(Form::Iri)), optional("@type", text())];
        fields.extend(fields_of(*class, &ids));
        let shape = Shape::new(class.name(), Class::DcatUs30(*class), fields);
        let shape = if *class == C::PeriodOfTime { shape.one_of(&["startDate", "endDate"]) } else { shape };
        schema.set(ids[*class as usize], shape);
    }
    // Locations alone have geometries; these are objects of GeoJSON, not classes of the standard.
    let location = geometries(&mut schema, &ids);
    schema.set(ids[C::Location as usize], location);
    let roots = Roots { schema, catalog: ids[C::Catalog as usize], dataset: ids[C::Dataset as usize] };
    Classes { roots, ids }
}

/// The properties that 3.0 takes a list for, each with the name of its class.
pub fn list_fields() -> std::collections::HashSet<(&'static str, &'static str)> {
    let classes = schema();
    let lists = |class: &Class30| {
        let fields = &classes.roots.schema.shape(classes.shape(*class)).fields;
        let lists = fields.iter().filter(|field| field.slot.list.is_some());
        lists.map(|field| (class.name(), field.name)).collect::<Vec<_>>()
    };
    Class30::ALL.iter().flat_map(lists).collect()
}

/// One thing of a class. Concepts and identifiers may be a text instead.
fn one(ids: &[ShapeId], class: Class30) -> Slot {
    let slot = object(ids[class as usize]);
    if matches!(class, C::Concept | C::Identifier) { slot.or_text() } else { slot }
}

fn maybe_text(name: &'static str) -> Field {
    optional(name, text().or_null())
}

fn maybe_texts(name: &'static str) -> Field {
    optional(name, list(text()).or_null())
}

fn maybe_date(name: &'static str) -> Field {
    optional(name, like(Form::Date30).or_null())
}

fn maybe_iri(name: &'static str) -> Field {
    optional(name, like(Form::Iri).or_null())
}

fn maybe_iris(name: &'static str) -> Field {
    optional(name, list(like(Form::Iri)).or_null())
}

fn language() -> Field {
    optional("language", like(Form::ShortLanguage).or_list(like(Form::ShortLanguage)).or_null())
}

fn keyword() -> Field {
    optional("keyword", list(filled()).or_null())
}

fn frequency() -> Field {
    optional("accrualPeriodicity", like(Form::Frequency30).or_null())
}

fn fields_of(class: Class30, ids: &[ShapeId]) -> Vec<Field> {
    let maybe = |name, class| optional(name, one(ids, class).or_null());
    let maybe_many = |name, class| optional(name, list(one(ids, class)).or_null());
    match class {
        C::AccessRestriction | C::UseRestriction => vec![
            required("restrictionStatus", one(ids, C::Concept)),
            maybe_text("restrictionNote"),
            maybe("specificRestriction", C::Concept),
        ],
        C::Activity => vec![required("label", text()), maybe_many("category", C::Concept)],
        C::Address => {
            ["country-name", "locality", "postal-code", "region", "street-address"].map(maybe_text).into()
        }
        C::Agent => vec![required("name", text()), maybe_many("category", C::Concept)],
        C::Attribution => vec![required("hadRole", text()), required("agent", one(ids, C::Agent))],
        C::Catalog => vec![
            required("dataset", list(one(ids, C::Dataset))),
            maybe_many("catalog", C::Catalog),
            maybe_many("contactPoint", C::Kind),
            keyword(),
            maybe_many("record", C::CatalogRecord),
            maybe_many("service", C::DataService),
            maybe_many("theme", C::Concept),
            maybe_many("themeTaxonomy", C::ConceptScheme),
            maybe_text("accessRights"),
            maybe("conformsTo", C::Standard),
            maybe_many("creator", C::Agent),
            maybe_text("description"),
            maybe_many("hasPart", C::Catalog),
            maybe("identifier", C::Identifier),
            maybe_many("otherIdentifier", C::Identifier),
            maybe_date("issued"),
            language(),
            maybe_text("license"),
            maybe_date("modified"),
            maybe("publisher", C::Agent),
            maybe_texts("rights"),
            maybe_many("rightsHolder", C::Organization),
            maybe_many("spatial", C::Location),
            maybe_many("subject", C::Concept),
            maybe_many("temporal", C::PeriodOfTime),
            maybe_text("title"),
            maybe_many("category", C::Concept),
            maybe("homepage", C::Document),
            maybe_many("qualifiedAttribution", C::Attribution),
        ],
        C::CatalogRecord => vec![
            required("modified", like(Form::Date30)),
            required("primaryTopic", text()),
            maybe("status", C::Concept),
            maybe("conformsTo", C::Standard),
            maybe_texts("description"),
            optional("issued", list(like(Form::Date30)).or_null()),
            language(),
            maybe_text("source"),
            maybe_text("title"),
        ],
        C::Checksum => vec![required("algorithm", text()), required("checksumValue", text())],
        C::Concept => vec![
            required("prefLabel", text()),
            maybe_text("altLabel"),
            maybe_text("definition"),
            optional("inScheme", one(ids, C::ConceptScheme)),
            maybe_texts("notation"),
        ],
        C::ConceptScheme => vec![
            required("title", text()),
            maybe_text("version"),
            maybe_date("created"),
            maybe_text("description"),
            maybe_date("issued"),
            maybe_date("modified"),
        ],
        C::CuiRestriction => vec![
            required("cuiBannerMarking", text()),
            required("designationIndicator", text()),
            maybe_texts("requiredIndicatorPerAuthority"),
        ],
        C::DataService => vec![
            required("title", text()),
            required("publisher", one(ids, C::Agent)),
            required("contactPoint", list(one(ids, C::Kind))),
            required("endpointURL", list(like(Form::Iri))),
            maybe_texts("endpointDescription"),
            keyword(),
            maybe_many("servesDataset", C::Dataset),
            maybe_text("spatialResolutionInMeters"),
            maybe_text("temporalResolution"),
            maybe_many("theme", C::Concept),
            maybe_text("accessRights"),
            maybe_many("conformsTo", C::Standard),
            maybe_date("created"),
            maybe_many("creator", C::Agent),
            maybe_text("description"),
            maybe("identifier", C::Identifier),
            maybe_many("otherIdentifier", C::Identifier),
            language(),
            maybe_text("license"),
            maybe_date("modified"),
            maybe_texts("rights"),
            maybe_many("rightsHolder", C::Organization),
            maybe_many("spatial", C::Location),
            maybe_many("temporal", C::PeriodOfTime),
            maybe_many("category", C::Concept),
            maybe_many("hasQualityMeasurement", C::QualityMeasurement),
            maybe_many("qualifiedAttribution", C::Attribution),
            maybe_many("wasUsedBy", C::Activity),
        ],
        C::Dataset => dataset(ids),
        C::DatasetSeries => vec![
            required("title", text()),
            required("description", text()),
            maybe_many("contactPoint", C::Kind),
            maybe("first", C::Dataset),
            maybe("last", C::Dataset),
            maybe_many("seriesMember", C::Dataset),
            frequency(),
            maybe_date("issued"),
            maybe_date("modified"),
            maybe("publisher", C::Agent),
            maybe_many("spatial", C::Location),
            maybe_many("temporal", C::PeriodOfTime),
        ],
        C::Distribution => distribution(ids),
        C::Document => vec![
            required("title", text()),
            maybe_iri("accessURL"),
            maybe_iri("downloadURL"),
            maybe_many("creator", C::Kind),
            maybe_text("mediaType"),
            maybe_text("abstract"),
            maybe_text("bibliographicCitation"),
            maybe_many("conformsTo", C::Standard),
            maybe_many("corporateCreator", C::Organization),
            maybe_text("description"),
            maybe("identifier", C::Identifier),
            maybe_many("otherIdentifier", C::Identifier),
            maybe_date("issued"),
            maybe_many("publisher", C::Organization),
            maybe_many("category", C::Concept),
        ],
        C::Identifier => vec![
            maybe_text("schemaAgency"),
            maybe("creator", C::Organization),
            maybe_date("issued"),
            maybe_text("version"),
            maybe_text("notation"),
        ],
        C::Kind => vec![
            required("fn", text()),
            required("hasEmail", like(Form::MailTo)),
            maybe_many("address", C::Address),
            maybe_text("family-name"),
            maybe_text("given-name"),
            maybe_text("organization-name"),
            maybe_text("tel"),
            maybe_text("title"),
        ],
        C::Location => vec![
            maybe("identifier", C::Identifier),
            maybe_many("otherIdentifier", C::Identifier),
            maybe("inScheme", C::ConceptScheme),
            maybe_text("altLabel"),
            maybe_text("prefLabel"),
        ],
        C::Metric => {
            vec![
                required("expectedDataType", text()),
                required("inDimension", text()),
                maybe_text("definition"),
            ]
        }
        C::Organization => vec![
            required("name", text()),
            maybe_many("subOrganizationOf", C::Organization),
            maybe_text("altLabel"),
            maybe_texts("notation"),
            maybe_text("prefLabel"),
        ],
        C::PeriodOfTime => vec![maybe_date("startDate"), maybe_date("endDate")],
        C::QualityMeasurement => vec![
            required("isMeasurementOf", one(ids, C::Metric)),
            required("value", text()),
            maybe_text("unitMeasure"),
        ],
        C::Relationship => vec![required("hadRole", text()), required("relation", text())],
        C::Standard => vec![
            maybe_date("created"),
            maybe_text("description"),
            maybe("identifier", C::Identifier),
            maybe_many("otherIdentifier", C::Identifier),
            maybe_date("issued"),
            maybe_date("modified"),
            maybe_text("title"),
            maybe_many("category", C::Concept),
            maybe("inScheme", C::ConceptScheme),
        ],
    }
}

fn dataset(ids: &[ShapeId]) -> Vec<Field> {
    let maybe = |name, class| optional(name, one(ids, class).or_null());
    let maybe_many = |name, class| optional(name, list(one(ids, class)).or_null());
    vec![
        required("title", text()),
        required("description", text()),
        // Null is taken, and what is required is so only as a key; the harvester wants more.
        required("identifier", one(ids, C::Identifier).or_null()),
        required("contactPoint", one(ids, C::Kind).or_list(one(ids, C::Kind))),
        maybe_many("otherIdentifier", C::Identifier),
        maybe_many("sample", C::Distribution),
        maybe("status", C::Concept),
        maybe("supportedSchema", C::Dataset),
        maybe_text("versionNotes"),
        maybe_many("distribution", C::Distribution),
        maybe("first", C::Dataset),
        maybe("hasCurrentVersion", C::Dataset),
        maybe_many("hasVersion", C::Dataset),
        maybe_many("inSeries", C::DatasetSeries),
        keyword(),
        maybe("landingPage", C::Document),
        maybe("previousVersion", C::Dataset),
        maybe_many("qualifiedRelation", C::Relationship),
        maybe_text("spatialResolutionInMeters"),
        maybe_text("temporalResolution"),
        maybe_many("theme", C::Concept),
        maybe_text("version"),
        maybe("describedBy", C::Distribution),
        maybe_text("liabilityStatement"),
        maybe_many("metadataDistribution", C::Distribution),
        maybe_text("purpose"),
        maybe_text("accessRights"),
        frequency(),
        maybe_many("conformsTo", C::Standard),
        maybe_many("contributor", C::Agent),
        maybe_date("created"),
        maybe("creator", C::Agent),
        maybe_many("hasPart", C::Dataset),
        maybe_iris("isReferencedBy"),
        maybe_date("issued"),
        language(),
        maybe_date("modified"),
        maybe_texts("provenance"),
        maybe("publisher", C::Organization),
        maybe_iris("relation"),
        maybe_many("replaces", C::Dataset),
        maybe_texts("rights"),
        maybe_many("rightsHolder", C::Organization),
        maybe_many("source", C::Dataset),
        optional("spatial", one(ids, C::Location).or_list(one(ids, C::Location)).or_null()),
        maybe_many("subject", C::Concept),
        maybe_many("temporal", C::PeriodOfTime),
        maybe_many("category", C::Concept),
        maybe_many("hasQualityMeasurement", C::QualityMeasurement),
        maybe_many("page", C::Document),
        maybe_many("qualifiedAttribution", C::Attribution),
        maybe_many("wasAttributedTo", C::Agent),
        maybe_many("wasGeneratedBy", C::Activity),
        maybe_many("wasUsedBy", C::Activity),
        maybe_iri("image"),
        maybe_text("scopeNote"),
    ]
}

fn distribution(ids: &[ShapeId]) -> Vec<Field> {
    let maybe = |name, class| optional(name, one(ids, class).or_null());
    let maybe_many = |name, class| optional(name, list(one(ids, class)).or_null());
    vec![
        maybe("representationTechnique", C::Concept),
        maybe("status", C::Concept),
        maybe_texts("characterEncoding"),
        maybe_many("accessService", C::DataService),
        maybe_iri("accessURL"),
        maybe_text("byteSize"),
        maybe_text("compressFormat"),
        maybe_iri("downloadURL"),
        maybe_text("mediaType"),
        maybe_text("packageFormat"),
        maybe_text("spatialResolutionInMeters"),
        maybe_text("temporalResolution"),
        maybe("availability", C::Concept),
        maybe_many("accessRestriction", C::AccessRestriction),
        maybe("cuiRestriction", C::CuiRestriction),
        maybe("describedBy", C::Distribution),
        maybe_many("useRestriction", C::UseRestriction),
        maybe_text("accessRights"),
        maybe_many("conformsTo", C::Standard),
        maybe_text("description"),
        maybe_text("format"),
        maybe("identifier", C::Identifier),
        maybe_many("otherIdentifier", C::Identifier),
        maybe_date("issued"),
        language(),
        maybe_text("license"),
        maybe_date("modified"),
        maybe_texts("rights"),
        maybe_text("title"),
        maybe_many("hasQualityMeasurement", C::QualityMeasurement),
        maybe_many("page", C::Document),
        maybe_iri("image"),
        maybe("checksum", C::Checksum),
    ]
}

/// The shape of a location, with the three geometries that it may have.
fn geometries(schema: &mut Schema, ids: &[ShapeId]) -> Shape {
    let mut geometry = |name, kind: Slot, coordinates: Slot| {
        let fields = vec![required("type", kind), required("coordinates", coordinates)];
        schema.add(Shape::new(name, Class::Other, fields))
    };
    let polygon = geometry("Polygon", word(&["Polygon"]), list(Slot::default()));
    let point = geometry("Point", word(&["Point"]), list_of(number(), 2, 2));
    let any = geometry("Geometry", Slot::default(), Slot::default());
    let mut fields = vec![optional("@id", like(Form::Iri)), optional("@type", text())];
    fields.extend(fields_of(C::Location, ids));
    fields.push(optional("bbox", text().or_object(polygon).or_null()));
    fields.push(optional("centroid", text().or_object(point).or_null()));
    fields.push(optional("geometry", text().or_object(any).or_null()));
    Shape::new(C::Location.name(), Class::DcatUs30(C::Location), fields)
}

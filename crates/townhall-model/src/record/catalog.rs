//! Catalogues and what they say of their own records.

use super::class::class;
use super::{
    Agent, Attribution, Concept, ConceptScheme, DataService, Dataset, DatasetSeries, Document, Identifier,
    Kind, OneOrMany, Organization, PeriodOfTime, Place, Reference, Standard,
};

class! {
    /// A catalogue: what stands around the records of a `data.json` file, or the whole of a small one.
    Catalog "Catalog" "dcat:Catalog" {
        context: serde_json::Value = "@context" "@context" Nothing;
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        conforms_to: Reference<Standard> = "conformsTo" "dcterms:conformsTo" Thing;
        described_by: String = "describedBy" "dcat-us:describedBy" Iri;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        publisher: Reference<Organization> = "publisher" "dcterms:publisher" Thing;
        creator: OneOrMany<Reference<Agent>> = "creator" "dcterms:creator" Thing;
        contact_point: OneOrMany<Reference<Kind>> = "contactPoint" "dcat:contactPoint" Thing;
        issued: String = "issued" "dcterms:issued" Date;
        modified: String = "modified" "dcterms:modified" Date;
        language: OneOrMany<String> = "language" "dcterms:language" Text;
        homepage: Reference<Document> = "homepage" "foaf:homepage" Thing;
        license: String = "license" "dcterms:license" Iri;
        rights: OneOrMany<String> = "rights" "dcterms:rights" Text;
        rights_holder: OneOrMany<Reference<Organization>> = "rightsHolder" "dcterms:rightsHolder" Thing;
        access_rights: String = "accessRights" "dcterms:accessRights" Text;
        keyword: OneOrMany<String> = "keyword" "dcat:keyword" Text;
        theme: OneOrMany<Reference<Concept>> = "theme" "dcat:theme" Thing;
        theme_taxonomy: OneOrMany<Reference<ConceptScheme>> = "themeTaxonomy" "dcat:themeTaxonomy" Thing;
        subject: OneOrMany<Reference<Concept>> = "subject" "dcterms:subject" Thing;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
        spatial: OneOrMany<Place> = "spatial" "dcterms:spatial" Thing;
        temporal: OneOrMany<Reference<PeriodOfTime>> = "temporal" "dcterms:temporal" Thing;
        qualified_attribution: OneOrMany<Reference<Attribution>> = "qualifiedAttribution" "prov:qualifiedAttribution" Thing;
        has_part: OneOrMany<Reference<Catalog>> = "hasPart" "dcterms:hasPart" Thing;
        catalog: OneOrMany<Reference<Catalog>> = "catalog" "dcat:catalog" Thing;
        record: OneOrMany<Reference<CatalogRecord>> = "record" "dcat:record" Thing;
        service: OneOrMany<Reference<DataService>> = "service" "dcat:service" Thing;
        dataset_series: OneOrMany<Reference<DatasetSeries>> = "datasetSeries" "dcat:dataset" Thing;
        dataset: OneOrMany<Reference<Dataset>> = "dataset" "dcat:dataset" Thing;
    }
}

class! {
    /// What a catalogue says about its entry for something: since when, and in which state.
    CatalogRecord "CatalogRecord" "dcat:CatalogRecord" {
        title: String = "title" "dcterms:title" Text;
        description: OneOrMany<String> = "description" "dcterms:description" Text;
        primary_topic: Reference<Dataset> = "primaryTopic" "foaf:primaryTopic" Thing;
        modified: String = "modified" "dcterms:modified" Date;
        issued: OneOrMany<String> = "issued" "dcterms:issued" Date;
        status: Reference<Concept> = "status" "adms:status" Thing;
        conforms_to: OneOrMany<Reference<Standard>> = "conformsTo" "dcterms:conformsTo" Thing;
        language: OneOrMany<String> = "language" "dcterms:language" Text;
        source: String = "source" "dcterms:source" Iri;
    }
}

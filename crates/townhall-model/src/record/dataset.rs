//! Datasets and series of them.

use super::class::class;
use super::{
    AccessRestriction, Activity, Agent, Attribution, Concept, CuiRestriction, Distribution, Document,
    Identifier, Kind, OneOrMany, Organization, PeriodOfTime, Place, QualityMeasurement, Quantity, Reference,
    Relationship, Standard, UseRestriction,
};

class! {
    /// A collection of data, published or curated by one body. The properties of 1.1 come first, in its order.
    Dataset "Dataset" "dcat:Dataset" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        keyword: OneOrMany<String> = "keyword" "dcat:keyword" Text;
        modified: String = "modified" "dcterms:modified" Date;
        publisher: Reference<Organization> = "publisher" "dcterms:publisher" Thing;
        contact_point: OneOrMany<Reference<Kind>> = "contactPoint" "dcat:contactPoint" Thing;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        access_level: String = "accessLevel" "pod:accessLevel" Text;
        bureau_code: OneOrMany<String> = "bureauCode" "pod:bureauCode" Text;
        program_code: OneOrMany<String> = "programCode" "pod:programCode" Text;
        license: String = "license" "dcterms:license" Iri;
        rights: OneOrMany<String> = "rights" "dcterms:rights" Text;
        spatial: OneOrMany<Place> = "spatial" "dcterms:spatial" Thing;
        temporal: OneOrMany<Reference<PeriodOfTime>> = "temporal" "dcterms:temporal" Thing;
        distribution: OneOrMany<Reference<Distribution>> = "distribution" "dcat:distribution" Thing;
        accrual_periodicity: String = "accrualPeriodicity" "dcterms:accrualPeriodicity" Text;
        conforms_to: OneOrMany<Reference<Standard>> = "conformsTo" "dcterms:conformsTo" Thing;
        data_quality: bool = "dataQuality" "pod:dataQuality" Truth;
        described_by: Reference<Distribution> = "describedBy" "dcat-us:describedBy" Thing;
        described_by_type: String = "describedByType" "pod:describedByType" Text;
        is_part_of: Reference<Dataset> = "isPartOf" "dcterms:isPartOf" Thing;
        issued: String = "issued" "dcterms:issued" Date;
        language: OneOrMany<String> = "language" "dcterms:language" Text;
        landing_page: Reference<Document> = "landingPage" "dcat:landingPage" Thing;
        primary_it_investment_uii: String = "primaryITInvestmentUII" "pod:primaryITInvestmentUII" Text;
        references: OneOrMany<String> = "references" "dcterms:references" Iri;
        system_of_records: String = "systemOfRecords" "pod:systemOfRecords" Text;
        theme: OneOrMany<Reference<Concept>> = "theme" "dcat:theme" Thing;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        sample: OneOrMany<Reference<Distribution>> = "sample" "adms:sample" Thing;
        status: Reference<Concept> = "status" "adms:status" Thing;
        supported_schema: Reference<Dataset> = "supportedSchema" "adms:supportedSchema" Thing;
        version_notes: String = "versionNotes" "adms:versionNotes" Text;
        first: Reference<Dataset> = "first" "dcat:first" Thing;
        has_current_version: Reference<Dataset> = "hasCurrentVersion" "dcat:hasCurrentVersion" Thing;
        has_version: OneOrMany<Reference<Dataset>> = "hasVersion" "dcat:hasVersion" Thing;
        in_series: OneOrMany<Reference<DatasetSeries>> = "inSeries" "dcat:inSeries" Thing;
        previous_version: Reference<Dataset> = "previousVersion" "dcat:previousVersion" Thing;
        qualified_relation: OneOrMany<Reference<Relationship>> = "qualifiedRelation" "dcat:qualifiedRelation" Thing;
        spatial_resolution_in_meters: Quantity = "spatialResolutionInMeters" "dcat:spatialResolutionInMeters" Decimal;
        temporal_resolution: String = "temporalResolution" "dcat:temporalResolution" Duration;
        version: String = "version" "dcat:version" Text;
        liability_statement: String = "liabilityStatement" "dcat-us:liabilityStatement" Text;
        metadata_distribution: OneOrMany<Reference<Distribution>> = "metadataDistribution" "dcat-us:metadataDistribution" Thing;
        purpose: String = "purpose" "dcat-us:purpose" Text;
        access_rights: String = "accessRights" "dcterms:accessRights" Text;
        access_restriction: OneOrMany<Reference<AccessRestriction>> = "accessRestriction" "dcat-us:accessRestriction" Thing;
        use_restriction: OneOrMany<Reference<UseRestriction>> = "useRestriction" "dcat-us:useRestriction" Thing;
        cui_restriction: Reference<CuiRestriction> = "cuiRestriction" "dcat-us:cuiRestriction" Thing;
        contributor: OneOrMany<Reference<Agent>> = "contributor" "dcterms:contributor" Thing;
        created: String = "created" "dcterms:created" Date;
        creator: OneOrMany<Reference<Agent>> = "creator" "dcterms:creator" Thing;
        has_part: OneOrMany<Reference<Dataset>> = "hasPart" "dcterms:hasPart" Thing;
        is_referenced_by: OneOrMany<String> = "isReferencedBy" "dcterms:isReferencedBy" Iri;
        provenance: OneOrMany<String> = "provenance" "dcterms:provenance" Text;
        relation: OneOrMany<String> = "relation" "dcterms:relation" Iri;
        replaces: OneOrMany<Reference<Dataset>> = "replaces" "dcterms:replaces" Thing;
        rights_holder: OneOrMany<Reference<Organization>> = "rightsHolder" "dcterms:rightsHolder" Thing;
        source: OneOrMany<Reference<Dataset>> = "source" "dcterms:source" Thing;
        subject: OneOrMany<Reference<Concept>> = "subject" "dcterms:subject" Thing;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
        has_quality_measurement: OneOrMany<Reference<QualityMeasurement>> = "hasQualityMeasurement" "dqv:hasQualityMeasurement" Thing;
        page: OneOrMany<Reference<Document>> = "page" "foaf:page" Thing;
        qualified_attribution: OneOrMany<Reference<Attribution>> = "qualifiedAttribution" "prov:qualifiedAttribution" Thing;
        was_attributed_to: OneOrMany<Reference<Agent>> = "wasAttributedTo" "prov:wasAttributedTo" Thing;
        was_generated_by: OneOrMany<Reference<Activity>> = "wasGeneratedBy" "prov:wasGeneratedBy" Thing;
        was_used_by: OneOrMany<Reference<Activity>> = "wasUsedBy" "prov:wasUsedBy" Thing;
        image: String = "image" "schema:image" Iri;
        scope_note: String = "scopeNote" "skos:scopeNote" Text;
    }
}

class! {
    /// Datasets that belong together, such as the yearly editions of a survey.
    DatasetSeries "DatasetSeries" "dcat:DatasetSeries" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        contact_point: OneOrMany<Reference<Kind>> = "contactPoint" "dcat:contactPoint" Thing;
        publisher: Reference<Organization> = "publisher" "dcterms:publisher" Thing;
        issued: String = "issued" "dcterms:issued" Date;
        modified: String = "modified" "dcterms:modified" Date;
        accrual_periodicity: String = "accrualPeriodicity" "dcterms:accrualPeriodicity" Text;
        spatial: OneOrMany<Place> = "spatial" "dcterms:spatial" Thing;
        temporal: OneOrMany<Reference<PeriodOfTime>> = "temporal" "dcterms:temporal" Thing;
        first: Reference<Dataset> = "first" "dcat:first" Thing;
        last: Reference<Dataset> = "last" "dcat:last" Thing;
        series_member: OneOrMany<Reference<Dataset>> = "seriesMember" "dcat:seriesMember" Thing;
    }
}

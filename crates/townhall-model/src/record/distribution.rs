//! The ways to get at data: distributions and data services.

use super::class::class;
use super::{
    AccessRestriction, Activity, Agent, Attribution, Concept, CuiRestriction, Dataset, Document, Identifier,
    Kind, OneOrMany, Organization, PeriodOfTime, Place, QualityMeasurement, Quantity, Reference, Standard,
    UseRestriction,
};

class! {
    /// One form in which a dataset can be had: a file, a page or an API.
    Distribution "Distribution" "dcat:Distribution" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        download_url: String = "downloadURL" "dcat:downloadURL" Iri;
        access_url: String = "accessURL" "dcat:accessURL" Iri;
        media_type: String = "mediaType" "dcat:mediaType" Text;
        format: String = "format" "dcterms:format" Text;
        conforms_to: OneOrMany<Reference<Standard>> = "conformsTo" "dcterms:conformsTo" Thing;
        described_by: Reference<Distribution> = "describedBy" "dcat-us:describedBy" Thing;
        described_by_type: String = "describedByType" "pod:describedByType" Text;
        license: String = "license" "dcterms:license" Iri;
        rights: OneOrMany<String> = "rights" "dcterms:rights" Text;
        issued: String = "issued" "dcterms:issued" Date;
        modified: String = "modified" "dcterms:modified" Date;
        language: OneOrMany<String> = "language" "dcterms:language" Text;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        byte_size: Quantity = "byteSize" "dcat:byteSize" Count;
        checksum: Reference<Checksum> = "checksum" "spdx:checksum" Thing;
        character_encoding: OneOrMany<String> = "characterEncoding" "cnt:characterEncoding" Text;
        compress_format: String = "compressFormat" "dcat:compressFormat" Text;
        package_format: String = "packageFormat" "dcat:packageFormat" Text;
        access_service: OneOrMany<Reference<DataService>> = "accessService" "dcat:accessService" Thing;
        availability: Reference<Concept> = "availability" "dcatap:availability" Thing;
        access_rights: String = "accessRights" "dcterms:accessRights" Text;
        access_restriction: OneOrMany<Reference<AccessRestriction>> = "accessRestriction" "dcat-us:accessRestriction" Thing;
        use_restriction: OneOrMany<Reference<UseRestriction>> = "useRestriction" "dcat-us:useRestriction" Thing;
        cui_restriction: Reference<CuiRestriction> = "cuiRestriction" "dcat-us:cuiRestriction" Thing;
        representation_technique: Reference<Concept> = "representationTechnique" "adms:representationTechnique" Thing;
        status: Reference<Concept> = "status" "adms:status" Thing;
        spatial_resolution_in_meters: Quantity = "spatialResolutionInMeters" "dcat:spatialResolutionInMeters" Decimal;
        temporal_resolution: String = "temporalResolution" "dcat:temporalResolution" Duration;
        has_quality_measurement: OneOrMany<Reference<QualityMeasurement>> = "hasQualityMeasurement" "dqv:hasQualityMeasurement" Thing;
        page: OneOrMany<Reference<Document>> = "page" "foaf:page" Thing;
        image: String = "image" "schema:image" Iri;
    }
}

class! {
    /// An API that serves one dataset or more.
    DataService "DataService" "dcat:DataService" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        endpoint_url: OneOrMany<String> = "endpointURL" "dcat:endpointURL" Iri;
        endpoint_description: OneOrMany<String> = "endpointDescription" "dcat:endpointDescription" Iri;
        publisher: Reference<Organization> = "publisher" "dcterms:publisher" Thing;
        contact_point: OneOrMany<Reference<Kind>> = "contactPoint" "dcat:contactPoint" Thing;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        keyword: OneOrMany<String> = "keyword" "dcat:keyword" Text;
        theme: OneOrMany<Reference<Concept>> = "theme" "dcat:theme" Thing;
        serves_dataset: OneOrMany<Reference<Dataset>> = "servesDataset" "dcat:servesDataset" Thing;
        license: String = "license" "dcterms:license" Iri;
        rights: OneOrMany<String> = "rights" "dcterms:rights" Text;
        access_rights: String = "accessRights" "dcterms:accessRights" Text;
        access_restriction: OneOrMany<Reference<AccessRestriction>> = "accessRestriction" "dcat-us:accessRestriction" Thing;
        use_restriction: OneOrMany<Reference<UseRestriction>> = "useRestriction" "dcat-us:useRestriction" Thing;
        cui_restriction: Reference<CuiRestriction> = "cuiRestriction" "dcat-us:cuiRestriction" Thing;
        conforms_to: OneOrMany<Reference<Standard>> = "conformsTo" "dcterms:conformsTo" Thing;
        created: String = "created" "dcterms:created" Date;
        modified: String = "modified" "dcterms:modified" Date;
        creator: OneOrMany<Reference<Agent>> = "creator" "dcterms:creator" Thing;
        rights_holder: OneOrMany<Reference<Organization>> = "rightsHolder" "dcterms:rightsHolder" Thing;
        language: OneOrMany<String> = "language" "dcterms:language" Text;
        spatial: OneOrMany<Place> = "spatial" "dcterms:spatial" Thing;
        temporal: OneOrMany<Reference<PeriodOfTime>> = "temporal" "dcterms:temporal" Thing;
        spatial_resolution_in_meters: Quantity = "spatialResolutionInMeters" "dcat:spatialResolutionInMeters" Decimal;
        temporal_resolution: String = "temporalResolution" "dcat:temporalResolution" Duration;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
        has_quality_measurement: OneOrMany<Reference<QualityMeasurement>> = "hasQualityMeasurement" "dqv:hasQualityMeasurement" Thing;
        qualified_attribution: OneOrMany<Reference<Attribution>> = "qualifiedAttribution" "prov:qualifiedAttribution" Thing;
        was_used_by: OneOrMany<Reference<Activity>> = "wasUsedBy" "prov:wasUsedBy" Thing;
    }
}

class! {
    /// The fingerprint of a file.
    Checksum "Checksum" "spdx:Checksum" {
        algorithm: String = "algorithm" "spdx:algorithm" Text;
        checksum_value: String = "checksumValue" "spdx:checksumValue" Text;
    }
}

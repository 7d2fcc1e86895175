//! What records refer to: documents, standards, concepts, identifiers, other datasets.

use super::class::class;
use super::{Kind, OneOrMany, Organization, Reference};

class! {
    /// A page or paper about data.
    Document "Document" "foaf:Document" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        access_url: String = "accessURL" "dcat:accessURL" Iri;
        download_url: String = "downloadURL" "dcat:downloadURL" Iri;
        media_type: String = "mediaType" "dcat:mediaType" Text;
        abstract_: String = "abstract" "dcterms:abstract" Text;
        bibliographic_citation: String = "bibliographicCitation" "dcterms:bibliographicCitation" Text;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        issued: String = "issued" "dcterms:issued" Date;
        creator: OneOrMany<Reference<Kind>> = "creator" "dcterms:creator" Thing;
        corporate_creator: OneOrMany<Reference<Organization>> = "corporateCreator" "dcat-us:corporateCreator" Thing;
        publisher: OneOrMany<Reference<Organization>> = "publisher" "dcterms:publisher" Thing;
        conforms_to: OneOrMany<Reference<Standard>> = "conformsTo" "dcterms:conformsTo" Thing;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
    }
}

class! {
    /// A standard that data or metadata keep to.
    Standard "Standard" "dcterms:Standard" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        created: String = "created" "dcterms:created" Date;
        issued: String = "issued" "dcterms:issued" Date;
        modified: String = "modified" "dcterms:modified" Date;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
        in_scheme: Reference<ConceptScheme> = "inScheme" "skos:inScheme" Thing;
    }
}

class! {
    /// A term of a controlled vocabulary.
    Concept "Concept" "skos:Concept" {
        pref_label: String = "prefLabel" "skos:prefLabel" Text;
        alt_label: String = "altLabel" "skos:altLabel" Text;
        definition: String = "definition" "skos:definition" Text;
        notation: OneOrMany<String> = "notation" "skos:notation" Text;
        in_scheme: Reference<ConceptScheme> = "inScheme" "skos:inScheme" Thing;
    }
}

class! {
    /// A controlled vocabulary.
    ConceptScheme "ConceptScheme" "skos:ConceptScheme" {
        title: String = "title" "dcterms:title" Text;
        description: String = "description" "dcterms:description" Text;
        version: String = "version" "dcat:version" Text;
        created: String = "created" "dcterms:created" Date;
        issued: String = "issued" "dcterms:issued" Date;
        modified: String = "modified" "dcterms:modified" Date;
    }
}

class! {
    /// An identifier with the body that gave it.
    Identifier "Identifier" "adms:Identifier" {
        notation: String = "notation" "skos:notation" Text;
        schema_agency: String = "schemaAgency" "adms:schemaAgency" Text;
        creator: Reference<Organization> = "creator" "dcterms:creator" Thing;
        issued: String = "issued" "dcterms:issued" Date;
        version: String = "version" "dcat:version" Text;
    }
}

class! {
    /// How one resource bears on another.
    Relationship "Relationship" "dcat:Relationship" {
        had_role: String = "hadRole" "dcat:hadRole" Text;
        relation: String = "relation" "dcterms:relation" Iri;
    }
}

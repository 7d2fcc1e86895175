//! Who is behind the data: organizations, agents, contacts, and their parts in it.

use super::class::class;
use super::{Concept, OneOrMany, Reference};

class! {
    /// An organization, with the one it belongs to.
    Organization "Organization" "org:Organization" {
        name: String = "name" "foaf:name" Text;
        sub_organization_of: OneOrMany<Reference<Organization>> = "subOrganizationOf" "org:subOrganizationOf" Thing;
        alt_label: String = "altLabel" "skos:altLabel" Text;
        notation: OneOrMany<String> = "notation" "skos:notation" Text;
        pref_label: String = "prefLabel" "skos:prefLabel" Text;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
    }
}

class! {
    /// A person, group or program.
    Agent "Agent" "foaf:Agent" {
        name: String = "name" "foaf:name" Text;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
    }
}

class! {
    /// Whom to ask, as a vCard.
    Kind "Kind" "vcard:Kind" {
        fn_: String = "fn" "vcard:fn" Text;
        has_email: String = "hasEmail" "vcard:hasEmail" Iri;
        tel: String = "tel" "vcard:tel" Text;
        title: String = "title" "vcard:title" Text;
        organization_name: String = "organization-name" "vcard:organization-name" Text;
        given_name: String = "given-name" "vcard:given-name" Text;
        family_name: String = "family-name" "vcard:family-name" Text;
        address: OneOrMany<Reference<Address>> = "address" "vcard:hasAddress" Thing;
    }
}

class! {
    /// A postal address.
    Address "Address" "vcard:Address" {
        street_address: String = "street-address" "vcard:street-address" Text;
        locality: String = "locality" "vcard:locality" Text;
        region: String = "region" "vcard:region" Text;
        postal_code: String = "postal-code" "vcard:postal-code" Text;
        country_name: String = "country-name" "vcard:country-name" Text;
    }
}

class! {
    /// The part that an agent has in a dataset.
    Attribution "Attribution" "prov:Attribution" {
        agent: Reference<Agent> = "agent" "prov:agent" Thing;
        had_role: String = "hadRole" "dcat:hadRole" Text;
    }
}

class! {
    /// Something that made or used data: a survey, a project.
    Activity "Activity" "prov:Activity" {
        label: String = "label" "rdfs:label" Text;
        category: OneOrMany<Reference<Concept>> = "category" "dcterms:type" Thing;
    }
}

//! What the fields of DCAT-US mean, in plain words, each with an example as it should be written.

/// A field in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldHelp {
    /// The class; empty for a field that means the same wherever it stands.
    pub class: &'static str,
    /// The field.
    pub field: &'static str,
    /// What it tells.
    pub meaning: &'static str,
    /// An example, as JSON.
    pub example: &'static str,
}

macro_rules! fields {
    ($($class:literal $field:literal: $meaning:literal, $example:literal;)+) => {
        &[$(FieldHelp { class: $class, field: $field, meaning: $meaning, example: $example }),+]
    };
}

/// The words for a field of a class, if there are any.
pub fn field_help(class: &str, field: &str) -> Option<&'static FieldHelp> {
    let of = |class: &str| FIELDS.iter().find(|help| help.class == class && help.field == field);
    of(class).or_else(|| of(""))
}

/// Every field that has words.
pub const FIELDS: &[FieldHelp] = fields! {
    "Catalog" "conformsTo": "Which version of the standard the file follows; tools choose their rules by it.", r#""https://project-open-data.cio.gov/v1.1/schema""#;
    "Catalog" "dataset": "The list of all datasets.", r#"[{"title": "…"}]"#;
    "Catalog" "describedBy": "Where the schema of the file is.", r#""https://project-open-data.cio.gov/v1.1/schema/catalog.json""#;
    "" "@context": "Where programs find what the names of the fields mean.", r#""https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld""#;
    "" "@id": "The address that names this thing for programs.", r#""https://data.example.gov/data.json""#;
    "" "@type": "What sort of thing this is, in the words of the standard.", r#""dcat:Dataset""#;
    "" "title": "The name that people read, in plain words; no file name and no abbreviation that only the office knows.", r#""Street trees of Riverton""#;
    "" "description": "What is in it, why it was gathered and what it does not have, in a few sentences for somebody who has never seen it.", r#""Every tree on city land, with species and height, surveyed each fall since 2015.""#;
    "" "keyword": "Words that people search by, each on its own in a list.", r#"["trees", "parks", "forestry"]"#;
    "" "modified": "When the data were last changed, or how often they change.", r#""2026-03-31""#;
    "" "issued": "When the data were first published.", r#""2015-10-01""#;
    "" "publisher": "The office that publishes the data, with those above it.", r#"{"name": "Parks Department", "subOrganizationOf": {"name": "City of Riverton"}}"#;
    "" "contactPoint": "Whom to ask about the data: a name and an address of mail that somebody reads.", r#"{"fn": "Tree Desk", "hasEmail": "mailto:trees@example.gov"}"#;
    "" "fn": "The name of the person or desk to ask.", r#""Tree Desk""#;
    "" "hasEmail": "The address of mail, with `mailto:` in front.", r#""mailto:trees@example.gov""#;
    "" "name": "The name of the organization.", r#""Parks Department""#;
    "" "subOrganizationOf": "The organization that this one belongs to.", r#"{"name": "City of Riverton"}"#;
    "" "identifier": "What tells this dataset from all others, and never changes; an address is best.", r#""https://data.example.gov/id/street-trees""#;
    "" "accessLevel": "Whether the data can be public: `public`, `restricted public` or `non-public`.", r#""public""#;
    "" "accessRights": "Who may have the data, and under which conditions.", r#""public""#;
    "" "rights": "Why the data are not public, and how somebody may still get them.", r#""Names of applicants are private; ask the Tree Desk for a copy without them.""#;
    "" "bureauCode": "The bureau in the budget: agency and bureau code of OMB Circular A-11, Appendix C.", r#"["015:11"]"#;
    "" "programCode": "The program in the Federal Program Inventory.", r#"["015:001"]"#;
    "" "license": "The address of the license, so that people know what they may do with the data.", r#""https://creativecommons.org/publicdomain/zero/1.0/""#;
    "" "spatial": "The place that the data are about: a name, or west, south, east, north in degrees.", r#""-77.12,38.80,-76.91,39.00""#;
    "" "temporal": "The time that the data are about: beginning and end.", r#""2015-01-01/2025-12-31""#;
    "" "distribution": "The files and interfaces by which the data can be had.", r#"[{"downloadURL": "https://data.example.gov/trees.csv", "mediaType": "text/csv"}]"#;
    "" "accrualPeriodicity": "How often the data are updated, as a repeating duration.", r#""R/P1M""#;
    "" "landingPage": "The page about the data, for people.", r#""https://data.example.gov/street-trees""#;
    "" "conformsTo": "The standard that the data follow.", r#""https://www.opengis.net/def/crs/EPSG/0/4326""#;
    "" "describedBy": "The address of the data dictionary.", r#""https://data.example.gov/trees-dictionary.html""#;
    "" "describedByType": "The media type of the data dictionary.", r#""text/html""#;
    "" "isPartOf": "The identifier of the collection that the dataset belongs to.", r#""https://data.example.gov/id/parks""#;
    "" "inSeries": "The series that the dataset belongs to.", r#""https://data.example.gov/id/tree-surveys""#;
    "" "language": "The languages of the data.", r#"["en-US", "es"]"#;
    "" "references": "Addresses of documents that help to understand the data.", r#"["https://data.example.gov/trees-method.pdf"]"#;
    "" "theme": "The main subjects of the data.", r#"["Environment"]"#;
    "" "dataQuality": "Whether the data meet the agency's guidelines on the quality of information: `true` or `false`.", "true";
    "" "primaryITInvestmentUII": "The number of the IT investment that the data belong to.", r#""015-000000001""#;
    "" "systemOfRecords": "The address of the notice on the system of records, if the data come from one under the Privacy Act.", r#""https://www.federalregister.gov/documents/2015/01/01/2015-00001/notice""#;
    "" "downloadURL": "The address of the file itself, so that one click downloads it.", r#""https://data.example.gov/trees.csv""#;
    "" "accessURL": "The address of a page or an interface that leads to the data, where there is no file to download.", r#""https://data.example.gov/api/trees""#;
    "" "mediaType": "What sort of file the address gives, as servers name it.", r#""text/csv""#;
    "" "format": "What people call the format.", r#""CSV""#;
    "" "byteSize": "The size of the file in bytes.", "1048576";
    "" "checksum": "A number that shows whether the file arrived as it was published.", r#"{"algorithm": "SHA256", "checksumValue": "…"}"#;
    "" "endpointURL": "The address at which programs reach the service.", r#""https://data.example.gov/api""#;
    "" "endpointDescription": "The address of the description of the service, such as OpenAPI.", r#""https://data.example.gov/api/openapi.json""#;
    "" "servesDataset": "The datasets that the service gives access to.", r#"["https://data.example.gov/id/street-trees"]"#;
    "" "primaryTopic": "The record that an entry of the catalog is about.", r#""https://data.example.gov/id/street-trees""#;
    "" "startDate": "The first day of the period.", r#""2015-01-01""#;
    "" "endDate": "The last day of the period.", r#""2025-12-31""#;
    "" "bbox": "The rectangle around the place.", r#""POLYGON((-77.12 38.80, -76.91 38.80, -76.91 39.00, -77.12 39.00, -77.12 38.80))""#;
    "" "prefLabel": "The word for it that people read.", r#""Environment""#;
    "" "restrictionStatus": "Whether and how access or use is restricted.", r#""restricted""#;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_json_and_every_field_stands_once() {
        for (index, help) in FIELDS.iter().enumerate() {
            serde_json::from_str::<serde_json::Value>(help.example).expect(help.field);
            let again =
                FIELDS[..index].iter().any(|other| (other.class, other.field) == (help.class, help.field));
            assert!(!again, "{} stands twice", help.field);
            assert!(help.meaning.ends_with('.'), "{}", help.field);
        }
        assert_eq!(field_help("Catalog", "conformsTo").unwrap().class, "Catalog");
        assert_eq!(field_help("Dataset", "conformsTo").unwrap().class, "");
        assert!(field_help("Dataset", "nothing").is_none());
    }
}

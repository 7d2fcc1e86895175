//! Small catalogues of our own.

use serde_json::{Value, json};

/// A good DCAT-US 1.1 dataset, the `n`th of its kind. Change what a test is about.
pub fn dataset(n: usize) -> Value {
    json!({
        "@type": "dcat:Dataset",
        "identifier": format!("https://example.gov/id/{n}"),
        "title": format!("Readings of gauge {n}"),
        "description": format!("Water level of gauge {n}, **hourly**."),
        "keyword": ["water", "gauges", format!("gauge {n}")],
        "modified": "2025-02-03",
        "publisher": {"@type": "org:Organization", "name": "Bureau of Rivers"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "River Desk", "hasEmail": "mailto:rivers@example.gov"},
        "accessLevel": "public",
        "bureauCode": ["010:12"],
        "programCode": ["010:001"],
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    })
}

/// A DCAT-US 1.1 catalogue of these datasets.
pub fn catalogue(datasets: Vec<Value>) -> Value {
    json!({
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": datasets,
    })
}

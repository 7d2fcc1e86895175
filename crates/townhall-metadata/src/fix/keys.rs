//! Keys that are spelt otherwise, and the address of the schema.

use serde_json::Value;
use townhall_model::record::ClassInfo;

use super::object::{Object, Verdict};
use crate::convert::SCHEMA_1_1;

/// The properties of 1.1. Of 3.0 a property such as `source` could as well be a publisher's own.
const CLASSIC: &[(&str, &[&str])] = &[
    (
        "Dataset",
        &[
            "title",
            "description",
            "keyword",
            "modified",
            "publisher",
            "contactPoint",
            "identifier",
            "accessLevel",
            "bureauCode",
            "programCode",
            "license",
            "rights",
            "spatial",
            "temporal",
            "distribution",
            "accrualPeriodicity",
            "conformsTo",
            "dataQuality",
            "describedBy",
            "describedByType",
            "isPartOf",
            "issued",
            "language",
            "landingPage",
            "primaryITInvestmentUII",
            "references",
            "systemOfRecords",
            "theme",
        ],
    ),
    (
        "Distribution",
        &[
            "title",
            "description",
            "downloadURL",
            "accessURL",
            "mediaType",
            "format",
            "conformsTo",
            "describedBy",
            "describedByType",
        ],
    ),
    ("Kind", &["fn", "hasEmail"]),
    ("Organization", &["name", "subOrganizationOf"]),
    ("Catalog", &["conformsTo", "describedBy"]),
];

fn known(class: &ClassInfo, is_classic: bool) -> Vec<&'static str> {
    if is_classic {
        CLASSIC.iter().find(|(name, _)| *name == class.name).map_or(Vec::new(), |(_, keys)| keys.to_vec())
    } else {
        class.fields.iter().map(|field| field.key).collect()
    }
}

/// Writes keys as the schema spells them.
pub fn spelling(object: &mut Object<'_>) {
    let known = known(object.class, object.is_classic());
    let keys = object.map.keys().filter(|key| object.class.field(key).is_none());
    for key in keys.cloned().collect::<Vec<_>>() {
        let bare = bare(&key);
        let Some(proper) = known.iter().find(|proper| self::bare(proper) == bare) else { continue };
        if !object.has(proper) {
            object.rename(&key, proper, &format!("the schema spells this key `{proper}`"));
        } else if object.map[&key] == object.map[*proper] {
            object.remove(&key, format!("it repeats `{proper}`"));
        } else {
            object.doubt(
                &key,
                format!("this key stands beside `{proper}` with another value; keep one"),
                None,
            );
        }
    }
}

/// The letters of a key: `Download_URL` and `downloadURL` are the same.
fn bare(key: &str) -> String {
    let letters = key.chars().filter(|character| !matches!(character, '_' | '-' | ' '));
    letters.collect::<String>().to_ascii_lowercase()
}

/// Writes the address of the 1.1 schema to the letter, as validators compare it.
pub fn conforms_to(object: &mut Object<'_>) {
    if object.is_record("Catalog") {
        object.judge("conformsTo", |value| {
            let text = value.as_str().unwrap_or_default();
            let bare = text.trim().trim_end_matches(['/', '#']).trim_end_matches(".json");
            let bare = bare.trim_end_matches("/catalog").to_ascii_lowercase();
            let rest = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
            if rest.is_some_and(|rest| Some(rest) == SCHEMA_1_1.strip_prefix("https://"))
                && text != SCHEMA_1_1
            {
                let why = "validators compare this address to the letter".to_owned();
                Verdict::Becomes(Value::String(SCHEMA_1_1.to_owned()), why)
            } else {
                Verdict::Fine
            }
        });
    }
}

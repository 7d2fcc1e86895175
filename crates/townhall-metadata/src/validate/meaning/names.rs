//! Keys that the schema does not know, and which are probably meant to be others.

use townhall_model::record::Version;

use crate::validate::dcat_us_3_0::Class30;
use crate::validate::engine::Check;
use crate::validate::rule;
use crate::validate::shape::{Class, Shape};
use crate::validate::tree::Value;
use crate::validate::words::Words;

/// Fields of 1.0, and what became of them in 1.1.
const OLD: &[(&str, &str)] = &[
    ("mbox", "contactPoint.hasEmail"),
    ("accessLevelComment", "rights"),
    ("dataDictionary", "describedBy"),
    ("PrimaryITInvestmentUII", "primaryITInvestmentUII"),
    ("webService", "distribution.accessURL, with `format` as `API`"),
    ("accessURL", "distribution.downloadURL or distribution.accessURL"),
    ("downloadURL", "distribution.downloadURL"),
    ("format", "distribution.mediaType"),
];

/// Fields of 1.1 that 3.0 does not know, and where their values belong.
const OF_1_1: &[(&str, &str)] = &[
    ("accessLevel", "accessRights"),
    ("bureauCode", "publisher"),
    ("programCode", "publisher"),
    ("isPartOf", "inSeries"),
    ("references", "page or isReferencedBy"),
    ("systemOfRecords", "rights"),
    ("dataQuality", "hasQualityMeasurement"),
    ("primaryITInvestmentUII", "otherIdentifier"),
    ("describedByType", "describedBy.mediaType"),
];

/// Looks at a key that the shape does not know.
pub fn unknown_field<'r>(check: &mut Check<'_, '_, 'r>, shape: &Shape, key: &'r str, value: Value<'r>) {
    let moved = |list: &[(&str, &'static str)]| list.iter().find(|(old, _)| *old == key).map(|(_, new)| *new);
    let is_dataset = matches!(shape.class, Class::Dataset11 | Class::DcatUs30(Class30::Dataset));
    if is_dataset && let Some(new) = moved(OLD) {
        // 3.0 has its own note on what is left from 1.1.
        if check.profile.version() == Version::DcatUs11 {
            return check.note_key(&rule::FIELD_OLD, key, value, || {
                Words::with(format!("`{key}` is of version 1.0"), format!("move the value to `{new}`"))
            });
        }
    }
    if is_dataset
        && check.profile.version() == Version::DcatUs30
        && let Some(new) = moved(OF_1_1)
    {
        return check.note_key(&rule::FIELD_OF_1_1, key, value, || {
            Words::with(format!("`{key}` is of version 1.1"), format!("its value belongs in `{new}`"))
        });
    }
    let meant = shape.fields.iter().find(|field| is_alike(field.name, key));
    if let Some(field) = meant {
        let name = field.name;
        check.note_key(&rule::FIELD_MISSPELT, key, value, || {
            Words::with(format!("`{key}` is no field; `{name}` is"), format!("rename it to `{name}`"))
        });
    }
}

/// Whether two names differ only in case, hyphens, underscores and spaces.
fn is_alike(name: &str, key: &str) -> bool {
    name.len().abs_diff(key.len()) <= 3 && letters(name).eq(letters(key))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    let letters = text.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b' ' | b'@'));
    letters.map(|byte| byte.to_ascii_lowercase())
}

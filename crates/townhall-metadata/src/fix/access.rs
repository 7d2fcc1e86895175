//! The access level.

use serde_json::Value;
use townhall_model::record::AccessLevel;

use super::object::{Object, Verdict};

/// Spells the level as the schema does.
pub fn spelling(object: &mut Object<'_>) {
    if !object.is_record("Dataset") {
        return;
    }
    object.judge("accessLevel", |value| {
        let Value::String(text) = value else { return Verdict::Fine };
        let compact =
            text.split_whitespace().collect::<Vec<_>>().join(" ").replace("- ", "-").replace(" -", "-");
        let level = match compact.to_ascii_lowercase().as_str() {
            "restrictedpublic" => Some(AccessLevel::RestrictedPublic),
            _ => AccessLevel::read(&compact),
        };
        match level {
            Some(level) => Verdict::text(text, level.name(), "the schema spells it so"),
            None => {
                Verdict::doubt("the level must be `public`, `restricted public` or `non-public`; choose one")
            }
        }
    });
}

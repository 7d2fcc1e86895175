//! The fields of a form as pdftk tells them, for those who used PDF Filler: the same words, but all states of buttons.

use serde::Serialize;

use super::field::{Align, Field, FieldKind};
use super::read::OFF;

/// What pdftk tells of a field (`dump_data_fields_utf8`). All of it is text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FieldListing {
    /// `Text`, `Button`, `Choice` or `Signature`.
    pub field_type: String,
    /// The full name.
    pub field_name: String,
    /// What the form calls it before people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_name_alt: Option<String>,
    /// The number that its flags are in the file.
    pub field_flags: String,
    /// What stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_value: Option<String>,
    /// What stands in it after a reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_value_default: Option<String>,
    /// `Left`, `Center` or `Right`.
    pub field_justification: String,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_max_length: Option<String>,
    /// The states of a button, or the options of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub field_state_option: Vec<String>,
}

/// Tells of a field as pdftk does.
pub fn listing(field: &Field) -> FieldListing {
    let is_button = matches!(field.kind, FieldKind::CheckBox | FieldKind::Radio);
    let mut options: Vec<String> = field.options.iter().map(|option| option.value.clone()).collect();
    if is_button {
        options.push(OFF.to_owned());
        options.sort();
        options.dedup();
    }
    let value =
        |value: &Option<super::Value>| value.as_ref().map(|value| field.state_or_text(value).join(", "));
    FieldListing {
        field_type: match field.kind {
            FieldKind::Text => "Text",
            FieldKind::CheckBox | FieldKind::Radio | FieldKind::PushButton => "Button",
            FieldKind::Combo | FieldKind::List => "Choice",
            FieldKind::Signature => "Signature",
        }
        .to_owned(),
        field_name: field.name.clone(),
        field_name_alt: field.label.clone(),
        field_flags: field.flags.bits.to_string(),
        field_value: value(&field.value),
        field_value_default: value(&field.default),
        field_justification: match field.align {
            Align::Left => "Left",
            Align::Center => "Center",
            Align::Right => "Right",
        }
        .to_owned(),
        field_max_length: field.max_length.map(|length| length.to_string()),
        field_state_option: options,
    }
}

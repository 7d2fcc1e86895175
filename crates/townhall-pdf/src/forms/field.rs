//! What a form asks for: its fields, as they are told to others (ISO 32000-1, 12.7.3 and 12.7.4).

use std::ops::Not;

use serde::Serialize;

use super::value::Value;
use crate::page::Rect;

/// A field of a form. Field dictionaries of one full name are one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its full name: the names of what it is part of and its own, parted by dots.
    pub name: String,
    /// What sort of field it is.
    pub kind: FieldKind,
    /// What the form calls it before people, where it says so (`TU`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The name under which it is to be exported, where there is another one (`TM`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_name: Option<String>,
    /// What may be done with it and how it behaves.
    pub flags: FieldFlags,
    /// What stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// What stands in it after a reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What can be chosen: the options of a choice, or the states in which buttons are on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
    /// Most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// To which side its text goes.
    pub align: Align,
    /// Where it is shown; none of them, and it can be set but not seen.
    pub widgets: Vec<Widget>,
}

impl Field {
    /// A value as the file has it: the name of its state for a button, else its texts.
    pub(super) fn state_or_text(&self, value: &Value) -> Vec<String> {
        match (value, self.options.first()) {
            (Value::Checked(true), Some(option)) => vec![option.value.clone()],
            (Value::Checked(false), _) => vec![super::read::OFF.to_owned()],
            (value, _) => value.texts().into_iter().map(str::to_owned).collect(),
        }
    }
}

/// What sort of field it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A text to write.
    Text,
    /// A box to tick.
    CheckBox,
    /// Buttons of which one is on.
    Radio,
    /// Options of which one is chosen, one of them shown.
    Combo,
    /// Options of which one or more are chosen, several of them shown.
    List,
    /// A button that does something and keeps nothing.
    PushButton,
    /// A place for a signature.
    Signature,
}

/// What may be done with a field and how it behaves (ISO 32000-1, tables 221, 226, 228 and 230).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "they are flags in the file as well")]
pub struct FieldFlags {
    /// The number that the flags are in the file.
    pub bits: u32,
    /// It is not to be changed by people.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_read_only: bool,
    /// It has to have a value before it is sent.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_required: bool,
    /// It is not to be sent.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_not_exported: bool,
    /// A text of several lines.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_multiline: bool,
    /// A text that is not to be seen.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_password: bool,
    /// A text that is the name of a file.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_file: bool,
    /// A text whose characters stand in cells of one width.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_comb: bool,
    /// A text with formatting.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_rich: bool,
    /// A choice that lets write something else.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_editable: bool,
    /// A choice of several options.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_multi_select: bool,
    /// Buttons of which one is always on.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_always_on: bool,
    /// Buttons of one state go on and off together.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_in_unison: bool,
    /// A script looks at it: what it computes, checks or formats is not done here.
    #[serde(skip_serializing_if = "Not::not")]
    pub has_script: bool,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldOption {
    /// The value that stands for it.
    pub value: String,
    /// What people see.
    pub label: String,
}

/// To which side a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// To the left.
    #[default]
    Left,
    /// To the middle.
    Center,
    /// To the right.
    Right,
}

impl Align {
    /// The share of the space left over that goes before the text.
    pub(super) fn share(self) -> f64 {
        match self {
            Self::Left => 0.0,
            Self::Center => 0.5,
            Self::Right => 1.0,
        }
    }

    /// By its number in the file (ISO 32000-1, table 222).
    pub(super) fn of(number: i64) -> Self {
        match number {
            1 => Self::Center,
            2 => Self::Right,
            _ => Self::Left,
        }
    }
}

/// A place at which a field is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Widget {
    /// The page, counted from 1; none where no page shows it.
    pub page: Option<usize>,
    /// The box on the page as it is seen, in points from its upper left corner.
    pub rect: Rect,
    /// The box as the file has it: left, lower, right and upper side in points of the page before it is turned.
    pub points: [f64; 4],
    /// The state that it stands for, where it is a button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Whether it is kept from being seen.
    pub is_hidden: bool,
}

impl FieldFlags {
    pub(super) fn of(bits: u32, kind: FieldKind, has_script: bool) -> Self {
        let has = |bit: u32| bits & (1 << (bit - 1)) != 0;
        let is_text = kind == FieldKind::Text;
        let is_choice = matches!(kind, FieldKind::Combo | FieldKind::List);
        let is_radio = kind == FieldKind::Radio;
        Self {
            bits,
            is_read_only: has(1),
            is_required: has(2),
            is_not_exported: has(3),
            is_multiline: is_text && has(13),
            is_password: is_text && has(14),
            is_file: is_text && has(21),
            // The flag means nothing together with these others.
            is_comb: is_text && has(25) && !has(13) && !has(14) && !has(21),
            is_rich: is_text && has(26),
            is_editable: kind == FieldKind::Combo && has(19),
            is_multi_select: is_choice && has(22),
            is_always_on: is_radio && has(15),
            is_in_unison: is_radio && has(26),
            has_script,
        }
    }
}

//! What a page of the web needs to ask for the fields of a form: labels that people can read, and the order in which they read.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::captions::Caption;
use super::field::{Field, FieldFlags, FieldKind, FieldOption, Widget};
use super::value::Value;

/// A field as a page of the web asks for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// The full name of the field.
    pub name: String,
    /// What it is called before people: by the form, by what is printed beside it, or else by its name made readable.
    pub label: String,
    /// How it is asked for.
    pub kind: ControlKind,
    /// What can be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
    /// What stands in it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Whether it has to be filled in.
    pub is_required: bool,
    /// Whether it can only be looked at.
    pub is_read_only: bool,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The page that shows it first, counted from 1; none where none does.
    pub page: Option<usize>,
}

/// How a field is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// A text of one line.
    Line,
    /// A text of several lines.
    Lines,
    /// A text that is not to be seen.
    Password,
    /// A box to tick.
    Check,
    /// One of several, all of them seen.
    Radio,
    /// One of several, in a list that opens.
    Select,
    /// One of several, or something else.
    SelectOrWrite,
    /// Some of several.
    SelectSeveral,
    /// A picture of a signature.
    Signature,
}

/// The controls for the fields of a form, page by page and from above; those that no page shows, or that are hidden, are left out, and so
/// are buttons that keep nothing. What is printed beside fields is given by their full names.
pub fn controls(fields: &[Field], captions: &BTreeMap<String, Caption>) -> Vec<Control> {
    let mut placed: Vec<(&Widget, Control)> = fields
        .iter()
        .filter_map(|field| {
            let seen = field.widgets.iter().filter(|widget| widget.page.is_some() && !widget.is_hidden);
            let first = seen.min_by(|one, other| from_above(one, other))?;
            Some((first, control(field, first.page, captions.get(&field.name))?))
        })
        .collect();
    placed.sort_by(|(one, _), (other, _)| from_above(one, other));
    for row in placed.chunk_by_mut(|(one, _), (other, _)| are_level(one, other)) {
        row.sort_by(|(one, _), (other, _)| one.rect.x0.total_cmp(&other.rect.x0));
    }
    let mut controls: Vec<Control> = placed.into_iter().map(|(_, control)| control).collect();
    // Boxes beside one text are told apart by numbers.
    let mut seen: HashMap<String, usize> = HashMap::new();
    for control in &mut controls {
        let count = seen.entry(control.label.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            control.label = format!("{} ({count})", control.label);
        }
    }
    controls
}

fn from_above(one: &Widget, other: &Widget) -> Ordering {
    let middle = |widget: &Widget| widget.rect.center().1;
    one.page.cmp(&other.page).then_with(|| middle(one).total_cmp(&middle(other)))
}

/// What is on one line is read from the left, though boxes of one line are rarely at quite the same height.
fn are_level(one: &Widget, other: &Widget) -> bool {
    let lower = one.rect.height().min(other.rect.height());
    one.page == other.page && (one.rect.center().1 - other.rect.center().1).abs() < 0.4 * lower
}

fn control(field: &Field, page: Option<usize>, caption: Option<&Caption>) -> Option<Control> {
    let FieldFlags { is_multiline, is_password, is_editable, is_multi_select, .. } = field.flags;
    let kind = match field.kind {
        FieldKind::PushButton => return None,
        FieldKind::Text if is_password => ControlKind::Password,
        FieldKind::Text if is_multiline => ControlKind::Lines,
        FieldKind::Text => ControlKind::Line,
        FieldKind::CheckBox if field.options.len() > 1 => ControlKind::Radio,
        FieldKind::CheckBox => ControlKind::Check,
        FieldKind::Radio => ControlKind::Radio,
        FieldKind::Combo if is_editable => ControlKind::SelectOrWrite,
        FieldKind::Combo | FieldKind::List if is_multi_select => ControlKind::SelectSeveral,
        FieldKind::Combo | FieldKind::List => ControlKind::Select,
        FieldKind::Signature => ControlKind::Signature,
    };
    Some(Control {
        name: field.name.clone(),
        label: label(field, caption),
        kind,
        options: if kind == ControlKind::Check { Vec::new() } else { options(field, caption) },
        value: field.value.clone(),
        is_required: field.flags.is_required,
        is_read_only: field.flags.is_read_only,
        max_length: field.max_length,
        page,
    })
}

fn label(field: &Field, caption: Option<&Caption>) -> String {
    let told = field.label.as_deref().map(str::trim).filter(|label| !label.is_empty());
    if let Some(told) = told {
        return told.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let name = readable(&field.name);
    let printed = caption.and_then(|caption| caption.label.as_deref());
    // What is printed nearby may belong to another field: it has to agree with a name that says something.
    printed.filter(|printed| agree(&name, printed)).map_or(name.clone(), str::to_owned)
}

/// Words that programs call fields by.
const GENERIC: [&str; 18] = [
    "box",
    "button",
    "check",
    "checkbox",
    "choice",
    "combo",
    "combobox",
    "dropdown",
    "field",
    "fill",
    "group",
    "input",
    "list",
    "listbox",
    "radio",
    "text",
    "textfield",
    "undefined",
];

/// Whether most words of a name, if there are any but those of the program that made the form, are words of a text, or parts of them, or have
/// them as parts.
fn agree(name: &str, text: &str) -> bool {
    let (name, text) = (folded(name), folded(text));
    let is_telling = |word: &&str| {
        word.len() >= 3
            && word.chars().all(char::is_alphabetic)
            && word.contains(|c| "aeiouy".contains(c))
            && !GENERIC.contains(word)
    };
    let is_in = |short: &str, long: &str| short == long || (short.len() >= 4 && long.contains(short));
    let is_said = |word: &&str| text.split_whitespace().any(|other| is_in(word, other) || is_in(other, word));
    let telling: Vec<&str> = name.split_whitespace().filter(is_telling).collect();
    2 * telling.iter().filter(|word| is_said(word)).count() > telling.len() || telling.is_empty()
}

/// A text in small plain letters, all else as space.
fn folded(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    plain.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

/// The options of a field. Buttons whose states are all that the file tells of them are called by what is printed beside them.
fn options(field: &Field, caption: Option<&Caption>) -> Vec<FieldOption> {
    let named = |option: &FieldOption| {
        let printed = caption.and_then(|caption| caption.options.get(&option.value));
        let label = printed.filter(|_| option.label == option.value).unwrap_or(&option.label);
        FieldOption { value: option.value.clone(), label: label.clone() }
    };
    field.options.iter().map(named).collect()
}

/// A name made readable: its last part, without the numbers that programs put there, its words apart.
fn readable(name: &str) -> String {
    let last = name.rsplit('.').find(|part| !part.is_empty()).unwrap_or(name);
    let last = last.split('[').next().filter(|part| !part.is_empty()).unwrap_or(last);
    let mut out = String::new();
    let mut before = ' ';
    let mut letters = 0;
    for character in last.chars() {
        let is_gap = matches!(character, '_' | '-' | ' ' | '.');
        // A number after a word stands apart; one after a letter or two is part of a sign such as `f1`.
        let is_start = character.is_uppercase() && before.is_lowercase()
            || character.is_ascii_digit() && before.is_alphabetic() && letters > 2;
        letters = if character.is_alphabetic() { letters + 1 } else { 0 };
        if (is_gap || is_start) && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
        if !is_gap {
            out.push(character);
        }
        before = character;
    }
    let out = out.trim();
    let mut characters = out.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name.to_owned(),
    }
}

//! What a page of the web needs to ask for the fields of a form: labels that people can read, and the order in which they read.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::captions::Caption;
use super::field::{Field, FieldFlags, FieldKind, FieldOption, Widget};
use super::labels::label;
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

/// The options of a field. Buttons whose states are all that the file tells of them are called by what is printed beside them.
fn options(field: &Field, caption: Option<&Caption>) -> Vec<FieldOption> {
    let named = |option: &FieldOption| {
        let printed = caption.and_then(|caption| caption.options.get(&option.value));
        let label = printed.filter(|_| option.label == option.value).unwrap_or(&option.label);
        FieldOption { value: option.value.clone(), label: label.clone() }
    };
    field.options.iter().map(named).collect()
}

//! Reads what stands in a field and what may stand in it (ISO 32000-1, 12.7.4).

use std::collections::HashSet;

use lopdf::{Dictionary, Object};

use super::draft::{Draft, as_dictionary, integer};
use super::field::{FieldKind, FieldOption};
use super::tree::{Entry, is_name};
use super::value::{Value, decode, name_text, text_of};
use crate::limits::{OPTIONS_MAX, TEXT_BYTES_MAX, VALUE_CHARS_MAX};

/// The name of the state in which a button is off.
pub(super) const OFF: &str = "Off";

/// Reads a value. The states of buttons stay as they are here; see [`complete`].
pub(super) fn value(draft: &Draft, kind: FieldKind, object: &Object) -> Option<Value> {
    let one = |object: &Object| -> Option<String> {
        let text = match object {
            // A long text may be a stream.
            Object::Stream(stream) => decode(&stream.get_plain_content_with_limit(TEXT_BYTES_MAX).ok()?),
            object => text_of(object)?,
        };
        Some(text.chars().take(VALUE_CHARS_MAX).collect::<String>().replace("\r\n", "\n").replace('\r', "\n"))
    };
    match (kind, object) {
        (FieldKind::PushButton | FieldKind::Signature, _) => None,
        (FieldKind::Combo | FieldKind::List, Object::Array(items)) => {
            let items = items.iter().take(OPTIONS_MAX);
            let mut texts: Vec<String> = items.filter_map(|item| one(draft.resolve(item)?)).collect();
            match texts.len() {
                1 => texts.pop().map(Value::Text),
                _ => Some(Value::List(texts)),
            }
        }
        (_, object) => one(object).map(Value::Text),
    }
}

/// Reads the options of a choice, or the labels of buttons.
pub(super) fn options(draft: &Draft, object: &Object) -> Vec<FieldOption> {
    let Ok(array) = object.as_array() else { return Vec::new() };
    let text = |object: &Object| text_of(draft.resolve(object)?);
    let option = |object: &Object| match draft.resolve(object)? {
        Object::Array(pair) => {
            let value = text(pair.first()?)?;
            let label = pair.get(1).and_then(text).unwrap_or_else(|| value.clone());
            Some(FieldOption { value, label })
        }
        object => text_of(object).map(|value| FieldOption { label: value.clone(), value }),
    };
    array.iter().take(OPTIONS_MAX).filter_map(option).collect()
}

/// The state of a button in which it is on: the appearance that it has beside the one for off.
pub(super) fn on_state(draft: &Draft, widget: &Dictionary) -> Option<String> {
    let states = draft
        .get_dictionary(widget, b"AP")
        .and_then(|appearances| draft.get(appearances, b"N"))
        .and_then(|normal| normal.as_dict().ok())
        .map(|normal| normal.iter().take(OPTIONS_MAX).map(|(name, _)| name_text(name)));
    let state = states.and_then(|mut states| states.find(|state| state != OFF));
    state.or_else(|| {
        let state = name_text(draft.get(widget, b"AS")?.as_name().ok()?);
        (state != OFF).then_some(state)
    })
}

/// Whether a field or widget does something by JavaScript when it is changed.
pub(super) fn has_script(draft: &Draft, dictionary: &Dictionary) -> bool {
    let Some(actions) = draft.get_dictionary(dictionary, b"AA") else { return false };
    actions.iter().take(32).any(|(_, action)| {
        draft
            .resolve(action)
            .and_then(as_dictionary)
            .is_some_and(|action| is_name(draft, action, b"S", b"JavaScript"))
    })
}

/// What can only be told once all widgets of a field are known: the states of its buttons, and what is on among them.
pub(super) fn complete(draft: &Draft, entry: &mut Entry) {
    match entry.field.kind {
        FieldKind::CheckBox | FieldKind::Radio => complete_buttons(draft, entry),
        FieldKind::Combo | FieldKind::List if entry.field.value.is_none() => {
            entry.field.value = chosen_by_number(draft, entry);
        }
        // Texts are not formatted here; a value without one is none.
        FieldKind::Signature | FieldKind::PushButton => entry.field.value = None,
        _ => {}
    }
}

fn complete_buttons(draft: &Draft, entry: &mut Entry) {
    let Entry { field, places, dictionaries } = entry;
    let labels: Vec<String> = field.options.drain(..).map(|option| option.label).collect();
    let mut known = HashSet::new();
    let own: HashSet<_> = dictionaries.iter().collect();
    for (number, widget) in field.widgets.iter_mut().enumerate() {
        // A button that nobody has drawn yet has the state that is usual.
        let state = widget.state.get_or_insert_with(|| match field.kind {
            FieldKind::Radio => number.to_string(),
            _ => "Yes".to_owned(),
        });
        if field.options.len() >= OPTIONS_MAX || !known.insert(state.clone()) {
            continue;
        }
        // A button that is no field itself may tell what it alone stands for.
        let told = places.get(number).filter(|place| !own.contains(&place.id)).and_then(|place| {
            let label = text_of(draft.get(draft.dictionary(place.id)?, b"TU")?)?;
            (!label.trim().is_empty()).then_some(label)
        });
        let label = labels.get(number).filter(|label| !label.is_empty()).cloned().or(told);
        field
            .options
            .push(FieldOption { label: label.unwrap_or_else(|| state.clone()), value: state.clone() });
    }
    // Without a value, what the widgets show counts.
    let shown = places.iter().find_map(|place| {
        let state = name_text(draft.get(draft.dictionary(place.id)?, b"AS")?.as_name().ok()?);
        (state != OFF).then_some(state)
    });
    let state = match field.value.take() {
        Some(value) => Some(value.to_string()),
        None => shown,
    };
    let is_single = field.kind == FieldKind::CheckBox && field.options.len() <= 1;
    let told = |state: String| match (is_single, state.as_str()) {
        (true, state) => Some(Value::Checked(state != OFF && !state.is_empty())),
        (false, OFF | "") => None,
        (false, _) => Some(Value::Text(state)),
    };
    field.value = match state {
        Some(state) => told(state),
        None => is_single.then_some(Value::Checked(false)),
    };
    field.default = field.default.take().and_then(|value| told(value.to_string()));
}

/// Choices may be told by their numbers alone (`I`).
fn chosen_by_number(draft: &Draft, entry: &Entry) -> Option<Value> {
    let dictionary = draft.dictionary(*entry.dictionaries.first()?)?;
    let numbers = draft.get_array(dictionary, b"I").iter().take(OPTIONS_MAX);
    let mut chosen: Vec<String> = numbers
        .filter_map(|number| usize::try_from(integer(draft.resolve(number)?)?).ok())
        .filter_map(|number| Some(entry.field.options.get(number)?.value.clone()))
        .collect();
    match chosen.len() {
        0 => None,
        1 => chosen.pop().map(Value::Text),
        _ => Some(Value::List(chosen)),
    }
}

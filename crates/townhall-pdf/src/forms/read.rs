//! Reads what stands in a field and what may stand in it (ISO 32000-1, 12.7.4).

use std::collections::HashSet;

use lopdf::{Dictionary, Object};

use super::buttons::state_name;
use super::draft::{Draft, as_dictionary, integer};
use super::field::{FieldKind, FieldOption};
use super::room::Room;
use super::tree::{Entry, is_name};
use super::value::{Value, decode, name_text, text_of};
use crate::limits::{OPTIONS_MAX, TEXT_BYTES_MAX, VALUE_CHARS_MAX};

/// The name of the state in which a button is off.
pub(super) const OFF: &str = "Off";

/// Reads a value, if there is room for it. The states of buttons stay as they are here; see [`complete`].
pub(super) fn value(draft: &Draft, kind: FieldKind, object: &Object, room: &Room) -> Option<Value> {
    let one = |object: &Object| -> Option<String> {
        if room.is_used_up() {
            return None;
        }
        let text = match object {
            // A long text may be a stream.
            Object::Stream(stream) => {
                let bytes = stream.get_plain_content_with_limit(TEXT_BYTES_MAX).ok()?;
                room.take(bytes.len())?;
                decode(&bytes)
            }
            object => text(object, room)?,
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

/// Reads the options of a choice, or the labels of buttons, while there is room for them.
pub(super) fn options(draft: &Draft, object: &Object, room: &Room) -> Vec<FieldOption> {
    let Ok(array) = object.as_array() else { return Vec::new() };
    let part = |object: &Object| text(draft.resolve(object)?, room);
    let option = |object: &Object| match draft.resolve(object)? {
        Object::Array(pair) => {
            let value = part(pair.first()?)?;
            let label = pair.get(1).and_then(part).unwrap_or_else(|| value.clone());
            Some(FieldOption { value, label })
        }
        object => text(object, room).map(|value| FieldOption { label: value.clone(), value }),
    };
    array.iter().take(OPTIONS_MAX).filter_map(option).collect()
}

/// Reads a text, if there is room for it.
pub(super) fn text(object: &Object, room: &Room) -> Option<String> {
    match object {
        Object::String(bytes, _) | Object::Name(bytes) => room.take(bytes.len())?,
        _ => return None,
    }
    text_of(object)
}

/// The state of a button in which it is on: the appearance that it has beside the one for off.
pub(super) fn on_state(draft: &Draft, widget: &Dictionary, room: &Room) -> Option<String> {
    let state = state_name(draft, widget).or_else(|| shown_state(draft, widget))?;
    room.take(state.len())?;
    Some(name_text(state))
}

/// The state in which a button is shown, where it is on.
fn shown_state<'a>(draft: &'a Draft, widget: &'a Dictionary) -> Option<&'a [u8]> {
    let state = draft.get(widget, b"AS")?.as_name().ok()?;
    (state != OFF.as_bytes()).then_some(state)
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
pub(super) fn complete(draft: &Draft, entry: &mut Entry, room: &Room) {
    match entry.field.kind {
        FieldKind::CheckBox | FieldKind::Radio => complete_buttons(draft, entry, room),
        FieldKind::Combo | FieldKind::List if entry.field.value.is_none() => {
            entry.field.value = chosen_by_number(draft, entry, room);
        }
        // Texts are not formatted here; a value without one is none.
        FieldKind::Signature | FieldKind::PushButton => entry.field.value = None,
        _ => {}
    }
}

fn complete_buttons(draft: &Draft, entry: &mut Entry, room: &Room) {
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
            let label = text(draft.get(draft.dictionary(place.id)?, b"TU")?, room)?;
            (!label.trim().is_empty()).then_some(label)
        });
        let label = labels.get(number).filter(|label| !label.is_empty()).cloned().or(told);
        field
            .options
            .push(FieldOption { label: label.unwrap_or_else(|| state.clone()), value: state.clone() });
    }
    // Without a value, what the widgets show counts.
    let shown =
        places.iter().find_map(|place| shown_state(draft, draft.dictionary(place.id)?).map(name_text));
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
fn chosen_by_number(draft: &Draft, entry: &Entry, room: &Room) -> Option<Value> {
    let dictionary = draft.dictionary(*entry.dictionaries.first()?)?;
    let numbers = draft.get_array(dictionary, b"I").iter().take(OPTIONS_MAX);
    let mut chosen: Vec<String> = numbers
        .filter_map(|number| usize::try_from(integer(draft.resolve(number)?)?).ok())
        .filter_map(|number| {
            let value = &entry.field.options.get(number)?.value;
            room.take(value.len())?;
            Some(value.clone())
        })
        .collect();
    match chosen.len() {
        0 => None,
        1 => chosen.pop().map(Value::Text),
        _ => Some(Value::List(chosen)),
    }
}

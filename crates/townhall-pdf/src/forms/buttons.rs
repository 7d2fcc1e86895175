//! Which buttons of a field are on for a value (ISO 32000-1, 12.7.4.2).

use lopdf::{Dictionary, Object};

use super::draft::Draft;
use super::field::{Field, FieldKind};
use super::read::OFF;
use super::report::Remark;
use super::value::Value;

/// What becomes of the buttons of a field.
#[derive(Debug, PartialEq)]
pub(super) struct States {
    /// The state that is the field's value; none where all are off.
    pub value: Option<String>,
    /// Whether each widget is on.
    pub shown: Vec<bool>,
}

/// What becomes of the buttons of a field by a value: the name of a state, its label, or whether it is ticked.
pub(super) fn states(field: &Field, value: &Value) -> Result<States, Remark> {
    let state = match value {
        Value::Checked(false) => None,
        Value::Checked(true) => match field.options.as_slice() {
            [only] => Some(only.value.clone()),
            // Of several, which one is meant can't be told, unless they are one box shown twice.
            _ => return Err(bad(field, value)),
        },
        value => named(field, value)?,
    };
    let is_together = field.kind == FieldKind::CheckBox || field.flags.is_in_unison;
    let mut is_taken = false;
    let shown = field
        .widgets
        .iter()
        .map(|widget| {
            let is_on = state.is_some() && widget.state == state && (is_together || !is_taken);
            is_taken |= is_on;
            is_on
        })
        .collect();
    Ok(States { value: state, shown })
}

fn named(field: &Field, value: &Value) -> Result<Option<String>, Remark> {
    let text = value.to_string();
    let by = |is_meant: &dyn Fn(&super::field::FieldOption) -> bool| {
        field.options.iter().find(|option| is_meant(option)).map(|option| option.value.clone())
    };
    if let Some(state) = by(&|option| option.value == text).or_else(|| by(&|option| option.label == text)) {
        return Ok(Some(state));
    }
    if text.is_empty() || text == OFF {
        return Ok(None);
    }
    // A box with one state is ticked or not, whatever its state is called.
    match (field.kind, field.options.as_slice(), text.to_lowercase().as_str()) {
        (FieldKind::CheckBox, [only], "true" | "yes" | "on" | "x" | "1" | "checked") => {
            Ok(Some(only.value.clone()))
        }
        (FieldKind::CheckBox, [_], "false" | "no" | "off" | "0" | "unchecked") => Ok(None),
        _ => Err(bad(field, value)),
    }
}

fn bad(field: &Field, value: &Value) -> Remark {
    let mut options: Vec<String> = field.options.iter().map(|option| option.value.clone()).collect();
    if !field.flags.is_always_on {
        options.push(OFF.to_owned());
    }
    Remark::BadOption { name: field.name.clone(), value: value.to_string(), options }
}

/// The normal appearances of a widget, by its states.
pub(super) fn appearances<'a>(draft: &'a Draft, widget: &'a Dictionary) -> Option<&'a Dictionary> {
    let appearances = draft.get_dictionary(widget, b"AP")?;
    draft.get(appearances, b"N")?.as_dict().ok()
}

/// Those of them that a widget is given of its own: a button has few, and many buttons may have a long list of them in common.
pub(super) fn few_appearances(draft: &Draft, widget: &Dictionary) -> Dictionary {
    const FEW: usize = 16;
    let states = appearances(draft, widget).into_iter().flatten().take(FEW);
    // Appearances are streams, which never stand in the list itself.
    let streams = states.filter(|(_, state)| state.as_reference().is_ok());
    streams.map(|(name, state)| (name.clone(), state.clone())).collect()
}

/// The name of the appearance in which a widget is on; none where it has none.
pub(super) fn state_name<'a>(draft: &'a Draft, widget: &'a Dictionary) -> Option<&'a [u8]> {
    let mut states = appearances(draft, widget)?.iter().map(|(name, _)| name.as_slice());
    states.find(|name| *name != OFF.as_bytes())
}

/// Whether an appearance can be drawn: it is there, has a size, and so are the fonts that it shows its sign with. Forms that leave the
/// drawing to others have appearances that can't.
pub(super) fn can_be_drawn(draft: &Draft, states: &Dictionary, state: &[u8]) -> bool {
    let Some(Object::Stream(stream)) = draft.get(states, state) else { return false };
    if !draft.get_box(&stream.dict, b"BBox").is_some_and(|[x0, y0, x1, y1]| x1 > x0 && y1 > y0) {
        return false;
    }
    let Ok(content) = stream.get_plain_content_with_limit(SIGN_BYTES_MAX) else { return true };
    let content = String::from_utf8_lossy(&content);
    let words: Vec<&str> = content.split_ascii_whitespace().collect();
    let fonts = draft
        .get_dictionary(&stream.dict, b"Resources")
        .or_else(|| draft.get_dictionary(draft.form()?, b"DR"))
        .and_then(|resources| draft.get_dictionary(resources, b"Font"));
    words.windows(3).filter(|words| words[2] == "Tf").all(|words| {
        let name = words[0].rsplit('/').next().unwrap_or_default();
        fonts.is_some_and(|fonts| draft.get(fonts, name.as_bytes()).is_some())
    })
}

/// The longest content that is looked through for fonts: signs are short.
const SIGN_BYTES_MAX: usize = 64 * 1024;

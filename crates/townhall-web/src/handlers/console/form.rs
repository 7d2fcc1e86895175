//! The form of an operation, with what was filled in.

use townhall_app::api::{BODY_KEY, Field, Kind, Operation, Place};

use crate::handlers::params::Params;
use crate::pages::views::{Choice, ConsoleBody, ConsoleField, ConsolePair};

/// Parameters of the console itself.
const OWN: &str = "console.";

/// Says that the call is to be made.
pub const SEND: &str = "console.send";

/// What a visitor typed as a key.
pub const KEY: &str = "console.key";

/// The names and values of parameters that no field has.
const NAME: &str = "console.name.";
const VALUE: &str = "console.value.";

/// Empty rows for such parameters.
const ROWS_FREE: usize = 2;

/// Such parameters that are read at most.
const ROWS_MAX: usize = 40;

/// Fields that are shown before the rest is folded away.
const SHOWN_MAX: usize = 6;

/// What was filled in, without the console's own parameters; pairs that were named by hand are parameters like others.
pub fn filled(params: &Params) -> Params {
    let mut pairs: Vec<(String, String)> =
        params.0.iter().filter(|(key, _)| !key.starts_with(OWN)).cloned().collect();
    for row in 0..ROWS_MAX {
        let named = (params.get(&format!("{NAME}{row}")), params.get(&format!("{VALUE}{row}")));
        if let (Some(name), Some(value)) = named {
            pairs.push((name.to_owned(), value.to_owned()));
        }
    }
    Params(pairs)
}

/// Whether a query string is longer than it has to be: forms send what was left empty, too.
pub fn is_untidy(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes())
        .any(|(key, value)| value.is_empty() || key.starts_with(NAME) || key.starts_with(VALUE))
}

/// What the form begins with: the values that the description gives.
pub fn begun(operation: &Operation) -> Params {
    let mut pairs: Vec<(String, String)> =
        operation.fields.iter().filter_map(|field| Some((field.key(), field.value.clone()?))).collect();
    if let Some(body) = operation.body.as_ref().filter(|body| !body.is_form() && !body.example.is_empty()) {
        pairs.push((BODY_KEY.to_owned(), body.example.clone()));
    }
    Params(pairs)
}

/// The fields: those that come first, and those that are folded away.
pub fn fields(operation: &Operation, filled: &Params) -> (Vec<ConsoleField>, Vec<ConsoleField>) {
    let usual = operation.fields.iter().filter(|field| field.kind != Kind::Pairs);
    let mut all: Vec<ConsoleField> =
        usual.enumerate().map(|(number, field)| shown(number, field, filled)).collect();
    all.sort_by_key(|field| !field.required);
    let mut count = 0;
    let (first, rest) = all.into_iter().partition(|field| {
        count += 1;
        count <= SHOWN_MAX || field.required || !field.value.is_empty()
    });
    (first, rest)
}

fn shown(number: usize, field: &Field, filled: &Params) -> ConsoleField {
    let key = field.key();
    let value = filled.all(&key).collect::<Vec<_>>().join(",");
    let mut choices: Vec<Choice> = field
        .choices
        .iter()
        .map(|choice| Choice {
            label: choice.label.clone(),
            value: choice.value.clone(),
            url: String::new(),
            selected: choice.value == value,
        })
        .collect();
    if field.kind == Kind::Boolean && choices.is_empty() {
        choices = ["true", "false"]
            .map(|word| Choice {
                label: word.into(),
                value: word.into(),
                selected: value == word,
                ..Choice::default()
            })
            .into();
    }
    // Something else than the values that are known may still be asked for.
    if !value.is_empty() && !choices.is_empty() && choices.iter().all(|choice| !choice.selected) {
        choices.push(Choice {
            label: value.clone(),
            value: value.clone(),
            selected: true,
            ..Choice::default()
        });
    }
    ConsoleField {
        id: format!("field-{number}"),
        place: match field.place {
            Place::Path => "in the path",
            Place::Query => "",
            Place::Header => "as a header",
            Place::Form => "in the body",
        }
        .to_owned(),
        kind: field.kind_name().to_owned(),
        required: field.required,
        about: field.about.clone(),
        hint: field.hint.clone().unwrap_or_default(),
        is_long: field.kind == Kind::LongText,
        label: field.name.clone(),
        name: key,
        choices,
        value,
    }
}

/// The body that is written as a whole.
pub fn body(operation: &Operation, filled: &Params) -> Option<ConsoleBody> {
    let body = operation.body.as_ref().filter(|body| !body.is_form())?;
    Some(ConsoleBody {
        name: BODY_KEY.to_owned(),
        media_type: body.media_type.clone(),
        about: body.about.clone(),
        value: filled.get(BODY_KEY).unwrap_or_default().to_owned(),
    })
}

/// The rows for parameters that no field has, and what they are for; none when the operation takes no others.
pub fn pairs(operation: &Operation, filled: &Params) -> (String, Vec<ConsolePair>) {
    let about =
        operation.fields.iter().find(|field| field.kind == Kind::Pairs).map(|field| field.about.clone());
    let known = operation.unknown(&filled.0);
    let mut rows: Vec<(String, String)> =
        known.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if about.is_some() {
        rows.extend(std::iter::repeat_n(Default::default(), ROWS_FREE));
    }
    let row = |(number, (name, value)): (usize, (String, String))| ConsolePair {
        name_field: format!("{NAME}{number}"),
        value_field: format!("{VALUE}{number}"),
        name,
        value,
    };
    (about.unwrap_or_default(), rows.into_iter().take(ROWS_MAX).enumerate().map(row).collect())
}

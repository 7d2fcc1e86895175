//! What is said to people about a value that the schema refuses.

use super::form::Form;
use super::shape::{List, Slot, Text};
use super::suggest::suggestion;
use super::tree::Value;

/// The words of a finding.
pub struct Words {
    /// One sentence.
    pub message: String,
    /// What to do; if nothing better is known, what the rule says.
    pub fix: Option<String>,
    /// Whether the matter is that something is not there, so that there is no value to show.
    pub is_absent: bool,
}

impl Words {
    /// A sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), fix: None, is_absent: false }
    }

    /// A sentence, and what to do.
    pub fn with(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { message: message.into(), fix: Some(fix.into()), is_absent: false }
    }

    /// A sentence about something that is not there.
    pub fn absent(message: impl Into<String>) -> Self {
        Self { is_absent: true, ..Self::new(message) }
    }

    /// Says what to do, if that is known.
    pub fn fixed(self, fix: Option<String>) -> Self {
        Self { fix: fix.or(self.fix), ..self }
    }
}

/// How much of a value stands in a sentence.
const QUOTED_CHARACTERS_MAX: usize = 60;

/// The longest text that is shown as the list that it was meant to be.
const LISTED_BYTES_MAX: usize = 300;

/// A value within a sentence.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS_MAX) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

pub fn missing(class: &str, field: &str) -> Words {
    let article = if class.starts_with(['A', 'O', 'I', 'U']) { "an" } else { "a" };
    let name = spaced(class);
    let fix = example(field).map(|example| format!("add `{field}`, {example}"));
    Words::absent(format!("`{field}` is missing; {article} {name} must have it")).fixed(fix)
}

pub fn null(field: &str) -> Words {
    Words::new(format!("`{field}` is null, which is not allowed here"))
        .fixed(Some(format!("leave `{field}` out, or give it a value")))
}

pub fn wrong_type(field: &str, slot: &Slot, value: Value<'_>) -> Words {
    let wanted = wanted(slot);
    let is = value.kind().name();
    let fix = match (slot.list.is_some(), value.text()) {
        (true, Some(text)) if slot.object.is_none() && text.len() <= LISTED_BYTES_MAX => {
            let items = text.split([',', ';']).map(str::trim).filter(|item| !item.is_empty());
            let items = items.take(5).map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ");
            Some(format!("put it in square brackets: [{items}]"))
        }
        _ if slot.list.is_some() && slot.object.is_none() => Some("put it in square brackets".to_owned()),
        _ => None,
    };
    Words::new(format!("`{field}` is {is}, but must be {wanted}")).fixed(fix)
}

/// What fits, in words.
fn wanted(slot: &Slot) -> String {
    let mut kinds = Vec::new();
    if slot.text.is_some() {
        kinds.push("a text");
    }
    if slot.list.is_some() {
        kinds.push("a list");
    }
    if slot.object.is_some() {
        kinds.push("an object");
    }
    if slot.truth {
        kinds.push("true or false");
    }
    if slot.number {
        kinds.push("a number");
    }
    if slot.null {
        kinds.push("null");
    }
    kinds.join(" or ")
}

pub fn text(field: &str, wanted: Text, text: &str) -> Words {
    let quoted = quote(text);
    match wanted {
        Text::Of { min, .. } if min > 0 && text.is_empty() => Words::new(format!("`{field}` is empty")),
        Text::Of { max, .. } => {
            let count = text.chars().count();
            Words::with(
                format!("`{field}` has {count} characters, but may have {max}"),
                format!("shorten it to {max} characters"),
            )
        }
        Text::OneOf(words) if text.is_empty() => {
            Words { message: format!("`{field}` is empty"), ..one_of_words(field, words, text) }
        }
        Text::OneOf(words) => one_of_words(field, words, text),
        Text::Like(_) if text.is_empty() => {
            Words::with(format!("`{field}` is empty"), format!("leave `{field}` out, or give it a value"))
        }
        Text::Like(form) => {
            let fix = suggestion(form, text);
            Words::new(format!("`{field}` is {quoted}, which is not {}", name(form))).fixed(fix)
        }
    }
}

fn one_of_words(field: &str, words: &[&str], text: &str) -> Words {
    let plain =
        |word: &str| word.chars().filter(|other| other.is_alphanumeric()).collect::<String>().to_lowercase();
    let near = words.iter().find(|word| plain(word) == plain(text) || plain(word).starts_with(&plain(text)));
    let fix = match near {
        Some(word) if !text.is_empty() => format!("write `{word}`"),
        _ if words.len() == 1 => format!("write `{}`", words[0]),
        _ => format!(
            "write one of {}",
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        ),
    };
    let message = match words {
        [word] => format!("`{field}` is {}, but must be `{word}`", quote(text)),
        _ => format!("`{field}` is {}, which is none of the allowed words", quote(text)),
    };
    Words::with(message, fix)
}

fn name(form: Form) -> &'static str {
    match form {
        Form::Uri | Form::Iri => "a whole URL",
        Form::MailTo => "`mailto:` and one mail address",
        Form::Mail => "a mail address",
        Form::MediaType => "a media type",
        Form::Language => "a language tag",
        Form::ShortLanguage => "a language code of two letters",
        Form::BureauCode => "a bureau code",
        Form::ProgramCode => "a program code",
        Form::InvestmentId => "an investment identifier",
        Form::Identifier10 => "an identifier",
        Form::Date | Form::Date30 => "a date",
        Form::Modified => "a date or a repeated duration",
        Form::Date10 => "a date, an interval or a duration",
        Form::Temporal => "a period with start and end",
        Form::Frequency | Form::Frequency30 => "a frequency",
    }
}

pub fn count(field: &str, count: usize, list: &List) -> Words {
    if count == 0 {
        return Words::new(format!("`{field}` is an empty list"));
    }
    let allowed =
        if count < list.min { format!("at least {}", list.min) } else { format!("at most {}", list.max) };
    Words::new(format!("`{field}` has {count} items, but must have {allowed}"))
}

pub fn repeated(field: &str, item: Value<'_>) -> Words {
    Words::new(format!("{} stands twice in `{field}`", quote(item.shown())))
}

pub fn one_of(class: &str, keys: &[&str]) -> Words {
    let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
    Words::absent(format!("{keys} are both missing; a {} must have one of them", spaced(class)))
}

pub fn needs(when: &str, then: &str) -> Words {
    let fix = example(then).map(|example| format!("add `{then}`, {example}"));
    Words::absent(format!("`{then}` is missing; `{when}` needs it beside it")).fixed(fix)
}

/// The name of a class in plain letters: `PeriodOfTime` is a period of time.
fn spaced(class: &str) -> String {
    let mut name = String::new();
    for character in class.chars() {
        if character.is_uppercase() && name.chars().last().is_some_and(char::is_lowercase) {
            name.push(' ');
        }
        name.extend(character.to_lowercase());
    }
    name
}

/// How a field may look, to follow a comma.
fn example(field: &str) -> Option<&'static str> {
    Some(match field {
        "accessLevel" => "one of `public`, `restricted public` and `non-public`",
        "bureauCode" => "such as [\"015:11\"]",
        "programCode" => "such as [\"015:001\"]",
        "conformsTo" => "which is \"https://project-open-data.cio.gov/v1.1/schema\"",
        "contactPoint" => "with `fn`, a name, and `hasEmail`, an address such as \"mailto:data@agency.gov\"",
        "hasEmail" => "such as \"mailto:data@agency.gov\"",
        "description" => "a paragraph about the data",
        "identifier" => "a text that never changes, best a URL",
        "keyword" => "such as [\"budget\", \"spending\"]",
        "mediaType" => "such as \"text/csv\"",
        "modified" => "the date of the last change, such as \"2014-01-31\"",
        "publisher" => "with `name`, the name of the office",
        "@context" => "which is \"https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld\"",
        _ => return None,
    })
}

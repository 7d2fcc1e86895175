//! Which options of a choice a value means (ISO 32000-1, 12.7.4.4).

use std::collections::HashMap;

use super::field::Field;
use super::report::Remark;
use super::value::Value;

/// What was chosen.
#[derive(Debug, PartialEq)]
pub(super) struct Chosen {
    /// The values that go into the file.
    pub values: Vec<String>,
    /// The numbers of the options, counted from 0, in their order.
    pub numbers: Vec<usize>,
    /// What a combo box shows.
    pub label: String,
}

/// Which options a value means: those with these values, or else with these labels.
pub(super) fn chosen(field: &Field, value: &Value) -> Result<Chosen, Remark> {
    let numbers = Numbers::of(field);
    let mut wanted: Vec<&str> = value.texts().into_iter().filter(|text| !text.is_empty()).collect();
    if let ([text], true) = (wanted.as_slice(), field.flags.is_multi_select) {
        // Several choices in a cell of a table are parted by commas, as they are told.
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if numbers.get(text).is_none() && parts.iter().all(|part| numbers.get(part).is_some()) {
            wanted = parts;
        }
    }
    let mut chosen = Chosen { values: Vec::new(), numbers: Vec::new(), label: String::new() };
    for text in &wanted {
        match numbers.get(text) {
            Some(number) => {
                chosen.values.push(field.options[number].value.clone());
                chosen.label.clone_from(&field.options[number].label);
                chosen.numbers.push(number);
            }
            None if field.flags.is_editable => {
                chosen.values.push((*text).to_owned());
                chosen.label = (*text).to_owned();
            }
            None => return Err(bad(field, text)),
        }
    }
    if wanted.len() > 1 && !field.flags.is_multi_select {
        return Err(bad(field, &value.to_string()));
    }
    if wanted.is_empty() {
        chosen.values.push(String::new());
    }
    chosen.numbers.sort_unstable();
    chosen.numbers.dedup();
    Ok(chosen)
}

/// The numbers of options: there may be thousands of them, and as many that are wanted.
struct Numbers<'a> {
    by_value: HashMap<&'a str, usize>,
    by_label: HashMap<&'a str, usize>,
}

impl<'a> Numbers<'a> {
    fn of(field: &'a Field) -> Self {
        // Of several that are alike, the first one stands.
        let last_first = || field.options.iter().enumerate().rev();
        Self {
            by_value: last_first().map(|(number, option)| (option.value.as_str(), number)).collect(),
            by_label: last_first().map(|(number, option)| (option.label.as_str(), number)).collect(),
        }
    }

    /// That of the option that has this value, or else this label.
    fn get(&self, text: &str) -> Option<usize> {
        self.by_value.get(text).or_else(|| self.by_label.get(text)).copied()
    }
}

fn bad(field: &Field, value: &str) -> Remark {
    let options = field.options.iter().take(100).map(|option| option.value.clone()).collect();
    Remark::BadOption { name: field.name.clone(), value: value.to_owned(), options }
}

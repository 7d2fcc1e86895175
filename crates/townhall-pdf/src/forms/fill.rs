//! Fills a form: sets the values of its fields, and tells what became of them. What is seen of them is drawn by the methods in `show`.

use std::collections::{HashMap, HashSet};

use lopdf::{Object, ObjectId};

use super::appearance::picture;
use super::buttons;
use super::choices;
use super::draft::Draft;
use super::field::{Field, FieldKind};
use super::fonts::Fonts;
use super::images::Image;
use super::names::nearest;
use super::options::{FillOptions, TextSizes};
use super::read::OFF;
use super::report::{Remark, Report};
use super::tree::Entry;
use super::value::{Value, encode};
use crate::error::PdfError;
use crate::limits::{DRAWN_CHARS_MAX, VALUE_CHARS_MAX};

/// A form that is being filled.
pub(super) struct Filler<'a> {
    pub draft: Draft,
    pub fonts: Fonts,
    pub report: Report,
    pub entries: &'a [Entry],
    pub sizes: TextSizes,
    /// How many characters may still be drawn.
    pub room: usize,
}

impl<'a> Filler<'a> {
    pub fn new(draft: Draft, entries: &'a [Entry], options: &FillOptions) -> Self {
        Self {
            draft,
            fonts: Fonts::new(options.fonts.clone()),
            report: Report::default(),
            entries,
            sizes: options.sizes,
            room: DRAWN_CHARS_MAX,
        }
    }

    /// Sets fields by their full names.
    pub fn set_all<'v>(
        &mut self,
        values: impl Iterator<Item = (&'v String, &'v Value)>,
        by_name: &HashMap<String, usize>,
    ) -> Result<(), PdfError> {
        for (name, value) in values {
            match by_name.get(name) {
                Some(at) => self.set(&self.entries[*at], value)?,
                None => self.tell_unknown(name),
            }
        }
        Ok(())
    }

    /// Puts pictures into the boxes of fields.
    pub fn set_images<'v>(
        &mut self,
        images: impl Iterator<Item = (&'v String, &'v Vec<u8>)>,
        by_name: &HashMap<String, usize>,
    ) -> Result<(), PdfError> {
        for (name, bytes) in images {
            let Some(at) = by_name.get(name) else {
                self.tell_unknown(name);
                continue;
            };
            let Some(image) = Image::read(bytes) else {
                self.report.remarks.push(Remark::BadImage { name: Some(name.clone()) });
                continue;
            };
            let entry = &self.entries[*at];
            let object = image.put(&mut self.draft)?;
            for place in &entry.places {
                let frame = self.frame(place.id);
                let drawn = self.draft.add(picture::draw(&frame, &image, object.clone()))?;
                self.show(place.id, Object::Reference(drawn));
            }
            self.tell_set(&entry.field);
        }
        Ok(())
    }

    fn tell_unknown(&mut self, name: &str) {
        // Looking for what was meant takes time; so many wrong names are of another form.
        let is_first = self.report.remarks.len() < 50;
        let names = self.entries.iter().map(|entry| entry.field.name.as_str());
        let nearest = is_first.then(|| nearest(name, names)).flatten().map(str::to_owned);
        self.report.remarks.push(Remark::UnknownField { name: name.to_owned(), nearest });
    }

    fn tell_set(&mut self, field: &Field) {
        let name = field.name.clone();
        if field.flags.is_read_only {
            self.report.remarks.push(Remark::ReadOnly { name: name.clone() });
        }
        if !field.widgets.iter().any(|widget| widget.page.is_some()) {
            self.report.remarks.push(Remark::NotShown { name: name.clone() });
        }
        self.report.set.push(name);
    }

    fn set(&mut self, entry: &Entry, value: &Value) -> Result<(), PdfError> {
        let field = &entry.field;
        let is_set = match field.kind {
            FieldKind::Text => self.set_text(entry, &value.to_string())?,
            FieldKind::CheckBox | FieldKind::Radio => self.set_button(entry, value)?,
            FieldKind::Combo | FieldKind::List => self.set_choice(entry, value)?,
            FieldKind::PushButton | FieldKind::Signature => {
                self.report.remarks.push(Remark::BadValue { name: field.name.clone() });
                false
            }
        };
        if is_set {
            self.tell_set(field);
        }
        Ok(())
    }

    fn set_text(&mut self, entry: &Entry, text: &str) -> Result<bool, PdfError> {
        let field = &entry.field;
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let most =
            field.max_length.filter(|length| *length > 0).unwrap_or(VALUE_CHARS_MAX).min(VALUE_CHARS_MAX);
        let (kept, dropped) = match text.char_indices().nth(most) {
            Some((end, _)) => text.split_at(end),
            None => (text.as_str(), ""),
        };
        if !dropped.is_empty() {
            let dropped = dropped.chars().take(100).collect();
            self.report.remarks.push(Remark::Truncated {
                name: field.name.clone(),
                max_length: most,
                dropped,
            });
        }
        self.store(entry, encode(kept), &[b"RV"])?;
        self.draw_texts(entry, kept)?;
        Ok(true)
    }

    fn set_choice(&mut self, entry: &Entry, value: &Value) -> Result<bool, PdfError> {
        let field = &entry.field;
        let chosen = match choices::chosen(field, value) {
            Ok(chosen) => chosen,
            Err(remark) => {
                self.report.remarks.push(remark);
                return Ok(false);
            }
        };
        let object = match chosen.values.as_slice() {
            [one] => encode(one),
            several => Object::Array(several.iter().map(|value| encode(value)).collect()),
        };
        self.store(entry, object, &[b"RV", b"I"])?;
        if field.kind == FieldKind::Combo {
            self.draw_texts(entry, &chosen.label)?;
            return Ok(true);
        }
        let numbers: Vec<Object> =
            chosen.numbers.iter().map(|number| Object::Integer(*number as i64)).collect();
        self.set_in_all(entry, "I", Object::Array(numbers))?;
        self.draw_lists(entry, &chosen.numbers)?;
        Ok(true)
    }

    fn set_button(&mut self, entry: &Entry, value: &Value) -> Result<bool, PdfError> {
        let states = match buttons::states(&entry.field, value) {
            Ok(states) => states,
            Err(remark) => {
                self.report.remarks.push(remark);
                return Ok(false);
            }
        };
        let name = |state: &str| Object::Name(state.as_bytes().to_vec());
        // The name in the file may be of other bytes than its text; the widgets have it.
        let stored = states.value.as_deref().map_or_else(
            || name(OFF),
            |state| {
                let place = entry.places.iter().zip(&states.shown).find(|(_, shown)| **shown);
                place
                    .and_then(|(place, _)| buttons::state_name(&self.draft, self.draft.dictionary(place.id)?))
                    .map_or_else(|| name(state), |name| Object::Name(name.to_vec()))
            },
        );
        self.store(entry, stored, &[])?;
        for ((place, widget), is_on) in entry.places.iter().zip(&entry.field.widgets).zip(&states.shown) {
            self.draw_button(entry, place, widget.state.as_deref().unwrap_or("Yes"), *is_on)?;
        }
        Ok(true)
    }

    /// Puts a value into all dictionaries of a field, and takes out what would contradict it.
    fn store(&mut self, entry: &Entry, value: Object, obsolete: &[&[u8]]) -> Result<(), PdfError> {
        self.set_in_all(entry, "V", value)?;
        for id in &entry.dictionaries {
            if let Some(dictionary) = self.draft.change(*id) {
                for key in obsolete {
                    dictionary.remove(key);
                }
            }
        }
        let own: HashSet<&ObjectId> = entry.dictionaries.iter().collect();
        for place in &entry.places {
            let is_its_own = own.contains(&place.id);
            let has_value = self.draft.dictionary(place.id).is_some_and(|widget| widget.has(b"V"));
            if has_value
                && !is_its_own
                && let Some(dictionary) = self.draft.change(place.id)
            {
                dictionary.remove(b"V");
            }
        }
        Ok(())
    }

    /// Puts something into all dictionaries of a field: where there are many, into an object that they have in common.
    fn set_in_all(&mut self, entry: &Entry, key: &str, value: Object) -> Result<(), PdfError> {
        const FEW: usize = 8;
        let value = match (&value, entry.dictionaries.len()) {
            (Object::Name(_), _) | (_, ..=FEW) => value,
            _ => Object::Reference(self.draft.add(value)?),
        };
        for id in &entry.dictionaries {
            if let Some(dictionary) = self.draft.change(*id) {
                dictionary.set(key, value.clone());
            }
        }
        Ok(())
    }
}

//! Fills a form: values, appearances, and what must not stay in a form that was filled by another program than its maker's.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId};
use unicode_normalization::UnicodeNormalization;

use super::appearance::choice::List;
use super::appearance::frame::Frame;
use super::appearance::text::{Setting, Text};
use super::appearance::{button, picture};
use super::buttons;
use super::choices;
use super::content::TextStyle;
use super::draft::Draft;
use super::field::{Field, FieldKind};
use super::fonts::Fonts;
use super::images::Image;
use super::layout::Fit;
use super::names::nearest;
use super::options::TextSizes;
use super::read::OFF;
use super::report::{Remark, Report};
use super::tree::{Entry, Place};
use super::value::{Value, encode};
use crate::error::PdfError;
use crate::limits::{DRAWN_CHARS_MAX, VALUE_CHARS_MAX};

/// A form that is being filled.
pub(super) struct Filler<'a> {
    pub draft: Draft,
    pub fonts: Fonts,
    pub report: Report,
    entries: &'a [Entry],
    sizes: TextSizes,
    /// How many characters may still be drawn.
    room: usize,
}

impl<'a> Filler<'a> {
    pub fn new(draft: Draft, entries: &'a [Entry], sizes: TextSizes) -> Self {
        Self {
            draft,
            fonts: Fonts::default(),
            report: Report::default(),
            entries,
            sizes,
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
        self.store(entry, encode(kept), &[b"RV"]);
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
        self.store(entry, object, &[b"RV", b"I"]);
        if field.kind == FieldKind::Combo {
            self.draw_texts(entry, &chosen.label)?;
            return Ok(true);
        }
        let numbers: Vec<Object> =
            chosen.numbers.iter().map(|number| Object::Integer(*number as i64)).collect();
        for id in &entry.dictionaries {
            if let Some(dictionary) = self.draft.change(*id) {
                dictionary.set("I", numbers.clone());
            }
        }
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
                    .map_or_else(|| name(state), Object::Name)
            },
        );
        self.store(entry, stored, &[]);
        for ((place, widget), is_on) in entry.places.iter().zip(&entry.field.widgets).zip(&states.shown) {
            self.draw_button(entry, place, widget.state.as_deref().unwrap_or("Yes"), *is_on)?;
        }
        Ok(true)
    }

    /// Puts a value into all dictionaries of a field, and takes out what would contradict it.
    fn store(&mut self, entry: &Entry, value: Object, obsolete: &[&[u8]]) {
        for id in &entry.dictionaries {
            if let Some(dictionary) = self.draft.change(*id) {
                dictionary.set("V", value.clone());
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
    }

    /// Shows a text in all places of a field.
    fn draw_texts(&mut self, entry: &Entry, text: &str) -> Result<(), PdfError> {
        let field = &entry.field;
        let mut text = drawable(text, field.flags.is_multiline);
        if field.flags.is_password {
            text = "*".repeat(text.chars().count());
        }
        let setting = match field.max_length {
            Some(cells) if field.flags.is_comb && cells > 0 => Setting::Comb(cells.min(1000)),
            _ if field.flags.is_multiline => Setting::Lines,
            _ => Setting::Line,
        };
        let mut worst = Fit::Whole;
        let length = text.chars().count();
        for place in &entry.places {
            if length > self.room {
                worst = Fit::Cut;
                text.clear();
            }
            self.room = self.room.saturating_sub(length);
            let frame = self.frame(place.id);
            let drawn = Text { text: &text, style: TextStyle::of(&place.style), align: place.align, setting };
            let (stream, fit) = drawn.draw(&frame, &self.sizes, &mut self.draft, &mut self.fonts)?;
            let id = self.draft.add(stream)?;
            self.show(place.id, Object::Reference(id));
            worst = match (worst, fit) {
                (Fit::Cut, _) | (_, Fit::Cut) => Fit::Cut,
                (Fit::Smaller(one), Fit::Smaller(other)) => Fit::Smaller(one.min(other)),
                (Fit::Whole, fit) => fit,
                (fit, Fit::Whole) => fit,
            };
        }
        let name = field.name.clone();
        match worst {
            Fit::Whole => {}
            Fit::Smaller(size) => self.report.remarks.push(Remark::Shrunk { name: name.clone(), size }),
            Fit::Cut => self.report.remarks.push(Remark::Overflow { name: name.clone() }),
        }
        let missing = self.fonts.take_missing();
        if !missing.is_empty() {
            let characters = missing.into_iter().collect();
            self.report.remarks.push(Remark::NoGlyphs { name: Some(name), characters });
        }
        Ok(())
    }

    fn draw_lists(&mut self, entry: &Entry, numbers: &[usize]) -> Result<(), PdfError> {
        let labels: Vec<&str> = entry.field.options.iter().map(|option| option.label.as_str()).collect();
        for place in &entry.places {
            let frame = self.frame(place.id);
            let list = List {
                labels: &labels,
                chosen: numbers,
                style: TextStyle::of(&place.style),
                align: place.align,
            };
            let top = list.top(&frame) as i64;
            let drawn = list.draw(&frame, &mut self.draft, &mut self.fonts)?;
            let id = self.draft.add(drawn)?;
            self.show(place.id, Object::Reference(id));
            if let Some(dictionary) = entry.dictionaries.first().and_then(|id| self.draft.change(*id)) {
                dictionary.set("TI", top);
            }
        }
        Ok(())
    }

    /// Turns a button on or off, and draws it where nobody has.
    fn draw_button(
        &mut self,
        entry: &Entry,
        place: &Place,
        state: &str,
        is_on: bool,
    ) -> Result<(), PdfError> {
        let Some(widget) = self.draft.dictionary(place.id) else { return Ok(()) };
        let own = buttons::state_name(&self.draft, widget);
        let name = own.clone().unwrap_or_else(|| state.as_bytes().to_vec());
        let mut states = buttons::appearances(&self.draft, widget).cloned().unwrap_or_default();
        if !buttons::can_be_drawn(&self.draft, &states, &name) {
            let frame = self.frame(place.id);
            let (on, off) = button::draw(&frame, entry.field.kind, &TextStyle::of(&place.style).color);
            states.set(name.clone(), Object::Reference(self.draft.add(on)?));
            if !buttons::can_be_drawn(&self.draft, &states, OFF.as_bytes()) {
                states.set(OFF, Object::Reference(self.draft.add(off)?));
            }
        }
        // Some programs look for the states in the widget itself and follow no reference to them.
        self.show(place.id, Object::Dictionary(states));
        if let Some(widget) = self.draft.change(place.id) {
            widget.set("AS", Object::Name(if is_on { name } else { OFF.as_bytes().to_vec() }));
        }
        Ok(())
    }

    fn frame(&self, widget: ObjectId) -> Frame {
        let empty = Dictionary::new();
        Frame::of(&self.draft, self.draft.dictionary(widget).unwrap_or(&empty))
    }

    /// Gives a widget its normal appearance.
    fn show(&mut self, widget: ObjectId, normal: Object) {
        let mut appearances = Dictionary::new();
        appearances.set("N", normal);
        if let Some(widget) = self.draft.change(widget) {
            widget.set("AP", appearances);
        }
    }

    /// Draws what other programs were to draw, of a form that asks for it (`NeedAppearances`): fields without an appearance, and buttons
    /// whose appearances can't be seen.
    pub fn draw_missing(&mut self) -> Result<(), PdfError> {
        let asks = self.draft.form().and_then(|form| self.draft.get(form, b"NeedAppearances"));
        if !asks.is_some_and(|asks| asks.as_bool().unwrap_or(false)) {
            return Ok(());
        }
        for entry in self.entries {
            let is_drawn = |place: &Place| {
                self.draft.dictionary(place.id).is_some_and(|widget| {
                    self.draft
                        .get_dictionary(widget, b"AP")
                        .is_some_and(|it| self.draft.get(it, b"N").is_some())
                })
            };
            let field = &entry.field;
            let is_button = matches!(field.kind, FieldKind::CheckBox | FieldKind::Radio);
            if entry.places.iter().all(is_drawn) && !is_button {
                continue;
            }
            match (field.kind, &field.value) {
                (FieldKind::Text, value) => {
                    self.draw_texts(entry, &value.as_ref().map(Value::to_string).unwrap_or_default())?;
                }
                (FieldKind::Combo | FieldKind::List, value) => {
                    let empty = Value::List(Vec::new());
                    let Ok(chosen) = choices::chosen(field, value.as_ref().unwrap_or(&empty)) else {
                        continue;
                    };
                    match field.kind {
                        FieldKind::Combo => self.draw_texts(entry, &chosen.label)?,
                        _ => self.draw_lists(entry, &chosen.numbers)?,
                    }
                }
                (FieldKind::CheckBox | FieldKind::Radio, value) => {
                    let off = Value::Checked(false);
                    let Ok(states) = buttons::states(field, value.as_ref().unwrap_or(&off)) else { continue };
                    for ((place, widget), is_on) in entry.places.iter().zip(&field.widgets).zip(states.shown)
                    {
                        self.draw_button(entry, place, widget.state.as_deref().unwrap_or("Yes"), is_on)?;
                    }
                }
                (FieldKind::PushButton | FieldKind::Signature, _) => {}
            }
        }
        Ok(())
    }
}

/// A text as it can be drawn: accents joined to their letters, no control characters, and line breaks only where they are of use.
pub(super) fn drawable(text: &str, has_lines: bool) -> String {
    text.nfc()
        .filter_map(|character| match character {
            '\n' if has_lines => Some('\n'),
            '\n' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            character if character.is_control() => None,
            character => Some(character),
        })
        .collect()
}

//! Shows what stands in fields: draws it into the boxes of their widgets (ISO 32000-1, 12.5.5).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId};
use unicode_normalization::UnicodeNormalization;

use super::appearance::button;
use super::appearance::choice::List;
use super::appearance::frame::Frame;
use super::appearance::text::{Setting, Text};
use super::buttons;
use super::choices;
use super::content::TextStyle;
use super::field::FieldKind;
use super::fill::Filler;
use super::layout::Fit;
use super::read::OFF;
use super::report::Remark;
use super::tree::{Entry, Place};
use super::value::Value;
use crate::error::PdfError;

impl Filler<'_> {
    /// Shows a text in all places of a field.
    pub(super) fn draw_texts(&mut self, entry: &Entry, text: &str) -> Result<(), PdfError> {
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
        self.tell_missing(name);
        Ok(())
    }

    fn tell_missing(&mut self, name: String) {
        let missing = self.fonts.take_missing();
        if !missing.is_empty() {
            let characters = missing.into_iter().collect();
            self.report.remarks.push(Remark::NoGlyphs { name: Some(name), characters });
        }
    }

    pub(super) fn draw_lists(&mut self, entry: &Entry, numbers: &[usize]) -> Result<(), PdfError> {
        let labels: Vec<&str> = entry.field.options.iter().map(|option| option.label.as_str()).collect();
        let mut is_cut = false;
        for place in &entry.places {
            let frame = self.frame(place.id);
            let mut list = List {
                labels: &labels,
                chosen: numbers,
                style: TextStyle::of(&place.style),
                align: place.align,
            };
            let top = list.top(&frame) as i64;
            let length = list.length(&frame);
            if length > self.room {
                is_cut = true;
                list.labels = &[];
            }
            self.room = self.room.saturating_sub(length);
            let drawn = list.draw(&frame, &mut self.draft, &mut self.fonts)?;
            let id = self.draft.add(drawn)?;
            self.show(place.id, Object::Reference(id));
            if let Some(dictionary) = entry.dictionaries.first().and_then(|id| self.draft.change(*id)) {
                dictionary.set("TI", top);
            }
        }
        if is_cut {
            self.report.remarks.push(Remark::Overflow { name: entry.field.name.clone() });
        }
        self.tell_missing(entry.field.name.clone());
        Ok(())
    }

    /// Turns a button on or off, and draws it where nobody has.
    pub(super) fn draw_button(
        &mut self,
        entry: &Entry,
        place: &Place,
        state: &str,
        is_on: bool,
    ) -> Result<(), PdfError> {
        let Some(widget) = self.draft.dictionary(place.id) else { return Ok(()) };
        let name = buttons::state_name(&self.draft, widget).unwrap_or(state.as_bytes()).to_vec();
        let mut states = buttons::few_appearances(&self.draft, widget);
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

    pub(super) fn frame(&self, widget: ObjectId) -> Frame {
        let empty = Dictionary::new();
        Frame::of(&self.draft, self.draft.dictionary(widget).unwrap_or(&empty))
    }

    /// Gives a widget its normal appearance.
    pub(super) fn show(&mut self, widget: ObjectId, normal: Object) {
        let mut appearances = Dictionary::new();
        appearances.set("N", normal);
        if let Some(widget) = self.draft.change(widget) {
            widget.set("AP", appearances);
        }
    }

    /// Draws what other programs were to draw: values that have no appearance, and all of them in a form that asks for it
    /// (`NeedAppearances`), where what is there may be of older values. Fields that are to be set are left to that.
    pub(super) fn draw_missing(&mut self, values: &BTreeMap<String, Value>) -> Result<(), PdfError> {
        let asks = self.draft.form().and_then(|form| self.draft.get(form, b"NeedAppearances"));
        let asks = asks.is_some_and(|asks| asks.as_bool().unwrap_or(false));
        // Nobody asked for these fields; what is to be said of them was known before.
        let remarks = std::mem::take(&mut self.report.remarks);
        for entry in self.entries.iter().filter(|entry| !values.contains_key(&entry.field.name)) {
            let undrawn: Vec<usize> =
                (0..entry.places.len()).filter(|at| !self.is_drawn(&entry.places[*at])).collect();
            let is_button = matches!(entry.field.kind, FieldKind::CheckBox | FieldKind::Radio);
            let has_value = match &entry.field.value {
                None | Some(Value::Checked(false)) => false,
                Some(value) => !value.to_string().is_empty(),
            };
            if asks && (has_value || is_button || !undrawn.is_empty()) {
                self.draw_as_it_is(entry)?;
            } else if has_value && !undrawn.is_empty() {
                self.draw_as_it_is(&entry.with_places(&undrawn))?;
            }
        }
        self.report.remarks = remarks;
        Ok(())
    }

    fn is_drawn(&self, place: &Place) -> bool {
        let appearances =
            self.draft.dictionary(place.id).and_then(|widget| self.draft.get_dictionary(widget, b"AP"));
        appearances.is_some_and(|appearances| self.draft.get(appearances, b"N").is_some())
    }

    /// Draws a field with the value that it has.
    fn draw_as_it_is(&mut self, entry: &Entry) -> Result<(), PdfError> {
        let field = &entry.field;
        match (field.kind, &field.value) {
            (FieldKind::Text, value) => {
                let text = value.as_ref().map(Value::to_string).unwrap_or_default();
                self.draw_texts(entry, &text)?;
            }
            (FieldKind::Combo | FieldKind::List, value) => {
                let empty = Value::List(Vec::new());
                match (choices::chosen(field, value.as_ref().unwrap_or(&empty)), field.kind) {
                    (Ok(chosen), FieldKind::Combo) => self.draw_texts(entry, &chosen.label)?,
                    (Ok(chosen), _) => self.draw_lists(entry, &chosen.numbers)?,
                    // What is not among the options is left as it is.
                    (Err(_), _) => {}
                }
            }
            (FieldKind::CheckBox | FieldKind::Radio, value) => {
                let off = Value::Checked(false);
                let states = buttons::states(field, value.as_ref().unwrap_or(&off));
                let shown = states.map_or_else(|_| vec![false; entry.places.len()], |states| states.shown);
                for ((place, widget), is_on) in entry.places.iter().zip(&field.widgets).zip(shown) {
                    // A button that says whether it is on, stays so.
                    let own = self.draft.dictionary(place.id).and_then(|it| self.draft.get(it, b"AS"));
                    let own = own.and_then(|state| state.as_name().ok()).map(|state| state != OFF.as_bytes());
                    let state = widget.state.as_deref().unwrap_or("Yes");
                    self.draw_button(entry, place, state, own.unwrap_or(is_on))?;
                }
            }
            (FieldKind::PushButton | FieldKind::Signature, _) => {}
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

//! Fonts with one byte for each character (ISO 32000-1, 9.6): those that a form brings, and Helvetica.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::super::draft::{Draft, integer, number};
use super::super::value::name_text;
use super::encoding::{codes, win_ansi};
use super::widths;
use super::{Glyphs, Part};

/// The flag of a font with characters of its own (ISO 32000-1, table 123).
const SYMBOLIC: i64 = 4;

/// A font with one byte for each character.
pub(in crate::forms) struct Simple {
    /// What goes into the resources.
    pub font: Object,
    /// How far its letters rise above the baseline, as a share of the size.
    pub ascent: f64,
    /// How far they reach below it; not above zero.
    pub descent: f64,
    /// Code and width of each character.
    characters: HashMap<char, (u8, f64)>,
}

impl Simple {
    /// Helvetica, which every program has.
    pub fn helvetica(font: ObjectId) -> Self {
        let characters = (' '..='\u{2122}')
            .filter_map(|character| {
                let code = win_ansi(character)?;
                Some((character, (code, f64::from(widths::helvetica(code)) / 1000.0)))
            })
            .collect();
        Self { font: Object::Reference(font), ascent: 0.718, descent: -0.207, characters }
    }

    /// The dictionary of Helvetica.
    pub fn helvetica_dictionary() -> Dictionary {
        dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding"
        }
    }

    /// A font of the form, where it is one that texts can be set in.
    pub fn of(draft: &Draft, resource: &Object) -> Option<Self> {
        let font = draft.resolve(resource)?.as_dict().ok()?;
        let name = |key: &[u8]| draft.get(font, key).and_then(|name| name.as_name().ok());
        if !matches!(name(b"Subtype")?, b"Type1" | b"MMType1" | b"TrueType") {
            return None;
        }
        let base = name_text(name(b"BaseFont")?);
        // A part of a font has only the letters that the form itself needed.
        let is_part = base.as_bytes().get(6) == Some(&b'+');
        let is_of_signs =
            ["ZapfDingbats", "Symbol", "Wingdings", "Webdings"].iter().any(|n| base.contains(n));
        let descriptor = draft.get_dictionary(font, b"FontDescriptor");
        let flags = descriptor.and_then(|it| integer(draft.get(it, b"Flags")?)).unwrap_or(0);
        let says_codes = font.has(b"Encoding");
        if is_part || is_of_signs || (flags & SYMBOLIC != 0 && !says_codes) {
            return None;
        }
        let told = Told::of(draft, font);
        let standard = widths::of(&base);
        if told.is_none() && standard.is_none() {
            return None;
        }
        let width = |code: u8, character: char| match (&told, standard) {
            (Some(told), _) => told.width(code),
            (None, Some(standard)) => win_ansi(character).map_or(0.0, |code| f64::from(standard(code))),
            (None, None) => 0.0,
        };
        let characters: HashMap<char, (u8, f64)> = codes(draft, font)?
            .into_iter()
            .map(|(character, code)| (character, (code, width(code, character) / 1000.0)))
            .filter(|(_, (_, width))| *width > 0.0)
            .collect();
        let height = |key: &[u8], from: f64, to: f64| {
            let height = number(draft.get(descriptor?, key)?)? / 1000.0;
            (from..=to).contains(&height).then_some(height)
        };
        Some(Self {
            font: resource.clone(),
            ascent: height(b"Ascent", 0.5, 1.1).unwrap_or(0.718),
            descent: height(b"Descent", -0.4, -0.05).unwrap_or(-0.207),
            characters,
        })
    }

    /// Whether it has all characters of a text.
    pub fn covers(&self, text: &str) -> bool {
        text.chars().all(|character| self.characters.contains_key(&character) || character == '\n')
    }

    /// How wide a text is, as a share of the size.
    pub fn width(&self, text: &str) -> f64 {
        text.chars().filter_map(|character| Some(self.characters.get(&character)?.1)).sum()
    }

    /// Sets a line.
    pub fn set(&self, line: &str) -> Glyphs {
        let codes = line.chars().filter_map(|character| Some(self.characters.get(&character)?.0)).collect();
        Glyphs { width: self.width(line), parts: vec![Part::Codes(codes)] }
    }
}

/// The widths that a font tells.
struct Told {
    first: i64,
    widths: Vec<f64>,
    missing: f64,
}

impl Told {
    fn of(draft: &Draft, font: &Dictionary) -> Option<Self> {
        let widths: Vec<f64> = draft
            .get_array(font, b"Widths")
            .iter()
            .take(256)
            .map(|width| draft.resolve(width).and_then(number).unwrap_or(0.0))
            .collect();
        let missing = draft
            .get_dictionary(font, b"FontDescriptor")
            .and_then(|descriptor| number(draft.get(descriptor, b"MissingWidth")?))
            .unwrap_or(0.0);
        let first = draft.get(font, b"FirstChar").and_then(integer)?;
        (!widths.is_empty()).then_some(Self { first, widths, missing })
    }

    fn width(&self, code: u8) -> f64 {
        let at = usize::try_from(i64::from(code).saturating_sub(self.first)).ok();
        at.and_then(|at| self.widths.get(at)).copied().unwrap_or(self.missing)
    }
}

//! Finds the font for a text: the form's own where it does, Helvetica where that does, and else one that is put into the file.

mod encoding;
mod fallback;
mod simple;
mod widths;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::rc::Rc;

use lopdf::{Object, ObjectId};

use self::fallback::Fallback;
use self::simple::Simple;
use super::content::number;
use super::draft::Draft;
use crate::error::PdfError;

/// The fonts of a form.
#[derive(Default)]
pub(super) struct Fonts {
    own: HashMap<Vec<u8>, Option<Rc<Simple>>>,
    helvetica: Option<Rc<Simple>>,
    fallback: Fallback,
    fallback_id: Option<ObjectId>,
}

/// A font that was found for a text.
#[derive(Clone)]
pub(super) enum Face {
    /// With one byte for each character.
    Simple(Rc<Simple>),
    /// The one that is put into the file.
    Fallback,
}

/// Glyphs of a line, ready to be shown. Lengths are shares of the size.
pub(super) struct Glyphs {
    /// How wide the line is.
    pub width: f64,
    parts: Vec<Part>,
}

enum Part {
    /// Codes to show.
    Codes(Vec<u8>),
    /// A step to the right before the next code.
    Shift(f64),
    /// How high above the baseline what follows stands.
    Rise(f64),
}

impl Glyphs {
    fn code(&mut self, code: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Codes(codes)) => codes.extend(code),
            _ => self.parts.push(Part::Codes(code.to_vec())),
        }
    }

    fn shift(&mut self, by: f64) {
        if by.abs() > 1e-4 {
            self.parts.push(Part::Shift(by));
        }
    }

    /// The operators that show them (ISO 32000-1, 9.4.3).
    pub fn show(&self, size: f64) -> String {
        let mut out = String::from("[");
        for part in &self.parts {
            match part {
                Part::Codes(codes) => {
                    out.push('<');
                    for code in codes {
                        let _ = write!(out, "{code:02X}");
                    }
                    out.push('>');
                }
                Part::Shift(by) => {
                    let _ = write!(out, " {} ", number(-by * 1000.0));
                }
                Part::Rise(by) => {
                    let _ = write!(out, "] TJ {} Ts [", number(by * size));
                }
            }
        }
        out.push_str("] TJ");
        out
    }
}

impl Fonts {
    /// The font for a text: the form's own of this name where it has all characters.
    pub fn choose(&mut self, draft: &mut Draft, name: &[u8], text: &str) -> Result<Face, PdfError> {
        let own = self.own.entry(name.to_vec()).or_insert_with(|| {
            let resources = draft.get_dictionary(draft.form()?, b"DR")?;
            let fonts = draft.get_dictionary(resources, b"Font")?;
            Simple::of(draft, fonts.get(name).ok()?).map(Rc::new)
        });
        if let Some(own) = own.as_ref().filter(|own| own.covers(text)) {
            return Ok(Face::Simple(own.clone()));
        }
        let helvetica = match &self.helvetica {
            Some(helvetica) => helvetica.clone(),
            None => {
                let helvetica = Rc::new(Simple::helvetica(draft.reserve()?));
                self.helvetica.insert(helvetica).clone()
            }
        };
        if helvetica.covers(text) {
            if let Object::Reference(id) = helvetica.font
                && draft.dictionary(id).is_none()
            {
                draft.put(id, Simple::helvetica_dictionary());
            }
            return Ok(Face::Simple(helvetica));
        }
        if self.fallback_id.is_none() {
            self.fallback_id = Some(draft.reserve()?);
        }
        Ok(Face::Fallback)
    }

    /// What goes into the resources for a font.
    pub fn resource(&self, face: &Face) -> Object {
        match (face, self.fallback_id) {
            (Face::Simple(simple), _) => simple.font.clone(),
            (Face::Fallback, Some(id)) => Object::Reference(id),
            (Face::Fallback, None) => Object::Null,
        }
    }

    /// Sets a line of a text.
    pub fn set(&mut self, face: &Face, line: &str, text: &str) -> Glyphs {
        match face {
            Face::Simple(simple) => simple.set(line),
            Face::Fallback => self.fallback.set(line, text),
        }
    }

    /// The characters that no font has, of all that was set since this was asked last.
    pub fn take_missing(&mut self) -> BTreeSet<char> {
        std::mem::take(&mut self.fallback.missing)
    }

    /// Puts into the file what is used of the font that is put there.
    pub fn finish(self, draft: &mut Draft) -> Result<(), PdfError> {
        match self.fallback_id {
            Some(id) if self.fallback.is_used() => self.fallback.write(draft, id),
            _ => Ok(()),
        }
    }
}

impl Face {
    /// How wide a text is, as a share of the size.
    pub fn width(&self, text: &str) -> f64 {
        match self {
            Self::Simple(simple) => simple.width(text),
            Self::Fallback => Fallback::width(text),
        }
    }

    /// How far letters rise above the baseline, as a share of the size.
    pub fn ascent(&self) -> f64 {
        match self {
            Self::Simple(simple) => simple.ascent,
            Self::Fallback => fallback::ASCENT,
        }
    }

    /// How far letters reach below the baseline; not above zero.
    pub fn descent(&self) -> f64 {
        match self {
            Self::Simple(simple) => simple.descent,
            Self::Fallback => fallback::DESCENT,
        }
    }
}

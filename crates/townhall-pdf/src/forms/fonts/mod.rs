//! Finds the font for a text: the form's own where it does, Helvetica where that does, and else one that is put into the file: DejaVu, or one of
//! the machine.

mod embedded;
mod encoding;
mod simple;
mod source;
mod widths;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;

use lopdf::Object;

use self::embedded::{Embedded, Program};
use self::simple::Simple;
use super::content::number;
use super::draft::Draft;
use crate::error::PdfError;

pub use source::{FontFile, FontSource, font_covers};

/// The fonts of a form.
#[derive(Default)]
pub(super) struct Fonts {
    own: HashMap<Vec<u8>, Option<Rc<Simple>>>,
    helvetica: Option<Rc<Simple>>,
    /// Those that are put into the file.
    embedded: Vec<Embedded>,
    /// Whoever knows more of them.
    source: Option<Arc<dyn FontSource>>,
    /// The characters that no font has, of all texts for which one was chosen since somebody asked last.
    missing: BTreeSet<char>,
}

/// A font that was found for a text.
#[derive(Clone)]
pub(super) enum Face {
    /// With one byte for each character.
    Simple(Rc<Simple>),
    /// One that is put into the file, with its number among those.
    Embedded(usize, Arc<Program>),
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
    /// The fonts of a form, and those that somebody else knows.
    pub fn new(source: Option<Arc<dyn FontSource>>) -> Self {
        Self { source, ..Self::default() }
    }

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
        if self.embedded.is_empty() {
            self.embed(draft, Program::dejavu().ok_or(PdfError::Unwritable)?)?;
        }
        // One font for the whole text, so that its letters go together: the first one that lacks fewest of them.
        let lacks = |program: &Arc<Program>| program.lacking(text).len();
        let programs = self.embedded.iter().map(|embedded| &embedded.program).enumerate();
        let best = programs.map(|(at, program)| (lacks(program), at)).min().unwrap_or_default();
        let at = match best {
            (0, at) => at,
            (fewest, at) => match self.more(text).filter(|program| lacks(program) < fewest) {
                Some(program) => self.embed(draft, program)?,
                None => at,
            },
        };
        let program = self.embedded[at].program.clone();
        self.missing.extend(program.lacking(text));
        Ok(Face::Embedded(at, program))
    }

    /// A font from elsewhere for a text, other than those that are in use.
    fn more(&self, text: &str) -> Option<Arc<Program>> {
        let seen: BTreeSet<char> = text.chars().filter(|character| !character.is_control()).collect();
        let FontFile(program) = self.source.as_ref()?.font_for(&seen)?;
        let is_known = self.embedded.iter().any(|known| Arc::ptr_eq(&known.program, &program));
        (!is_known).then_some(program)
    }

    /// Puts a font among those that are in use. Returns its number there.
    fn embed(&mut self, draft: &mut Draft, program: Arc<Program>) -> Result<usize, PdfError> {
        self.embedded.push(Embedded::new(program, draft.reserve()?));
        Ok(self.embedded.len() - 1)
    }

    /// What goes into the resources for a font.
    pub fn resource(&self, face: &Face) -> Object {
        match face {
            Face::Simple(simple) => simple.font.clone(),
            Face::Embedded(at, _) => Object::Reference(self.embedded[*at].id),
        }
    }

    /// Sets a line of a text.
    pub fn set(&mut self, face: &Face, line: &str, text: &str) -> Glyphs {
        match face {
            Face::Simple(simple) => simple.set(line),
            Face::Embedded(at, _) => self.embedded[*at].set(line, text),
        }
    }

    /// The characters that no font has, of all texts for which one was chosen since this was asked last.
    pub fn take_missing(&mut self) -> BTreeSet<char> {
        std::mem::take(&mut self.missing)
    }

    /// Puts into the file what is used of the fonts that are put there.
    pub fn finish(self, draft: &mut Draft) -> Result<(), PdfError> {
        self.embedded.iter().try_for_each(|embedded| embedded.write(draft))
    }
}

impl Face {
    /// How wide a text is, as a share of the size.
    pub fn width(&self, text: &str) -> f64 {
        match self {
            Self::Simple(simple) => simple.width(text),
            Self::Embedded(_, program) => program.width(text),
        }
    }

    /// How far letters rise above the baseline, as a share of the size.
    pub fn ascent(&self) -> f64 {
        match self {
            Self::Simple(simple) => simple.ascent,
            Self::Embedded(_, program) => program.ascent,
        }
    }

    /// How far letters reach below the baseline; not above zero.
    pub fn descent(&self) -> f64 {
        match self {
            Self::Simple(simple) => simple.descent,
            Self::Embedded(_, program) => program.descent,
        }
    }
}

//! The font for what the form's own fonts lack: DejaVu, of which the glyphs that are used are put into the file (ISO 32000-1, 9.7.4).
//!
//! Texts are shaped, so that Arabic letters join and accents find their letters, and set in the order in which they are seen, so that
//! what runs from right to left does so.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use harfrust::{BufferClusterLevel, Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use lopdf::{Object, ObjectId, Stream, dictionary};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use subsetter::GlyphRemapper;
use unicode_bidi::{BidiInfo, LTR_LEVEL, RTL_LEVEL};

use super::super::content::packed;
use super::super::draft::Draft;
use super::{Glyphs, Part};
use crate::error::PdfError;

/// How far its letters rise above the baseline, as a share of the size.
pub(super) const ASCENT: f64 = 0.76;

/// How far they reach below it.
pub(super) const DESCENT: f64 = -0.236;

/// Its glyphs are drawn on a grid of this many units.
const UNITS: f64 = 2048.0;

/// The font, and what of it is used.
#[derive(Default)]
pub(super) struct Fallback {
    /// The glyphs in use by their codes, which count from 1.
    used: Vec<Used>,
    codes: HashMap<(u16, String), u16>,
    /// Characters that were asked for and that it lacks.
    pub missing: BTreeSet<char>,
}

struct Used {
    glyph: u16,
    text: String,
    width: f64,
}

fn data() -> &'static [u8] {
    dejavu::sans_condensed::regular()
}

impl Fallback {
    /// Whether any of it is used.
    pub fn is_used(&self) -> bool {
        !self.used.is_empty()
    }

    /// About how wide a text is, as a share of the size: that of its characters when they stand alone.
    pub fn width(text: &str) -> f64 {
        let Ok(font) = FontRef::new(data()) else { return 0.0 };
        let charmap = font.charmap();
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let width = |character: char| {
            metrics.advance_width(charmap.map(character).unwrap_or_default()).unwrap_or_default()
        };
        f64::from(text.chars().map(width).sum::<f32>()) / UNITS
    }

    /// Sets a line of a text. All lines run in the direction in which the text begins.
    pub fn set(&mut self, line: &str, text: &str) -> Glyphs {
        let mut glyphs = Glyphs { width: 0.0, parts: Vec::new() };
        if let Ok(font) = FontRef::new(data()) {
            let charmap = font.charmap();
            let lacking = line.chars().filter(|character| charmap.map(*character).is_none());
            self.missing.extend(lacking.filter(|character| !character.is_control()));
        }
        let level = match unicode_bidi::get_base_direction(text) {
            unicode_bidi::Direction::Rtl => Some(RTL_LEVEL),
            unicode_bidi::Direction::Ltr => Some(LTR_LEVEL),
            unicode_bidi::Direction::Mixed => None,
        };
        let bidi = BidiInfo::new(line, level);
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let direction = match levels.get(run.start).is_some_and(unicode_bidi::Level::is_rtl) {
                    true => Direction::RightToLeft,
                    false => Direction::LeftToRight,
                };
                self.shape(&line[run], direction, &mut glyphs);
            }
        }
        glyphs
    }

    fn shape(&mut self, run: &str, direction: Direction, glyphs: &mut Glyphs) {
        static SHAPER: OnceLock<ShaperData> = OnceLock::new();
        let Ok(font) = harfrust::FontRef::new(data()) else { return };
        let shaper = SHAPER.get_or_init(|| ShaperData::new(&font)).shaper(&font).build();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(run);
        buffer.set_direction(direction);
        // Each character is to keep the glyph that it alone became.
        buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
        buffer.guess_segment_properties();
        let shaped = shaper.shape(buffer, ShapeOptions::new());
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut told = BTreeSet::new();
        let mut rise = 0;
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = info.cluster as usize;
            let end =
                starts.get(starts.partition_point(|other| *other <= start)).copied().unwrap_or(run.len());
            // Of several glyphs for one character, one tells what it is.
            let text = run.get(start..end).filter(|_| told.insert(start)).unwrap_or_default();
            let Some(code) = self.code(info.glyph_id as u16, text) else { continue };
            if position.y_offset != rise {
                rise = position.y_offset;
                glyphs.parts.push(Part::Rise(f64::from(rise) / UNITS));
            }
            let (before, own) = (f64::from(position.x_offset), self.used[usize::from(code) - 1].width);
            let after = f64::from(position.x_advance) - before - own;
            glyphs.shift(before / UNITS);
            glyphs.code(&code.to_be_bytes());
            glyphs.shift(after / UNITS);
            glyphs.width += f64::from(position.x_advance) / UNITS;
        }
        if rise != 0 {
            glyphs.parts.push(Part::Rise(0.0));
        }
    }

    /// The code of a glyph that stands for a text.
    fn code(&mut self, glyph: u16, text: &str) -> Option<u16> {
        if let Some(code) = self.codes.get(&(glyph, text.to_owned())) {
            return Some(*code);
        }
        let code = u16::try_from(self.used.len() + 1).ok()?;
        let font = FontRef::new(data()).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let width = f64::from(metrics.advance_width(skrifa::GlyphId::from(glyph)).unwrap_or_default());
        self.used.push(Used { glyph, text: text.to_owned(), width });
        self.codes.insert((glyph, text.to_owned()), code);
        Some(code)
    }

    /// Puts the font into the file, under a number that was kept for it.
    pub fn write(&self, draft: &mut Draft, font: ObjectId) -> Result<(), PdfError> {
        let mut remapper = GlyphRemapper::new();
        let mut places = vec![0_u8; 2];
        for used in &self.used {
            places.extend(remapper.remap(used.glyph).to_be_bytes());
        }
        let program = subsetter::subset(data(), 0, &remapper).map_err(|_| PdfError::Unwritable)?;
        let name = self.name();
        let length = program.len() as i64;
        let program = draft.add(packed(Stream::new(dictionary! { "Length1" => length }, program)))?;
        let descriptor = draft.add(dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => name.as_str(),
            "Flags" => 32,
            "FontBBox" => vec![Object::Integer(-918), Object::Integer(-463), 1614.into(), 1232.into()],
            "ItalicAngle" => 0,
            "Ascent" => 928,
            "Descent" => -236,
            "CapHeight" => 729,
            "StemV" => 80,
            "FontFile2" => Object::Reference(program),
        })?;
        let places = draft.add(packed(Stream::new(dictionary! {}, places)))?;
        let widths: Vec<Object> = self
            .used
            .iter()
            .map(|used| Object::Integer((used.width / UNITS * 1000.0).round() as i64))
            .collect();
        let descendant = draft.add(dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => name.as_str(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => Object::Reference(descriptor),
            "DW" => 600,
            "W" => vec![Object::Integer(1), Object::Array(widths)],
            "CIDToGIDMap" => Object::Reference(places),
        })?;
        let texts = draft.add(packed(Stream::new(dictionary! {}, self.texts().into_bytes())))?;
        draft.put(
            font,
            dictionary! {
                "Type" => "Font",
                "Subtype" => "Type0",
                "BaseFont" => name.as_str(),
                "Encoding" => "Identity-H",
                "DescendantFonts" => vec![Object::Reference(descendant)],
                "ToUnicode" => Object::Reference(texts),
            },
        );
        Ok(())
    }

    /// Parts of a font are told apart by six letters before its name (ISO 32000-1, 9.6.4).
    fn name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.used.iter().for_each(|used| (used.glyph, &used.text).hash(&mut hasher));
        let hash = hasher.finish();
        let letters = (0..6).map(|at| char::from(b'A' + ((hash >> (8 * at)) % 26) as u8));
        format!("{}+DejaVuSansCondensed", letters.collect::<String>())
    }

    /// What the codes stand for (ISO 32000-1, 9.10.3).
    fn texts(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let told: Vec<(usize, &Used)> =
            self.used.iter().enumerate().filter(|(_, used)| !used.text.is_empty()).collect();
        for part in told.chunks(100) {
            let _ = writeln!(map, "{} beginbfchar", part.len());
            for (at, used) in part {
                let _ = write!(map, "<{:04X}> <", at + 1);
                for unit in used.text.encode_utf16() {
                    let _ = write!(map, "{unit:04X}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

//! A font for what the form's own fonts lack, of which the glyphs that are used are put into the file (ISO 32000-1, 9.7.4): DejaVu, or another one.
//!
//! Texts are shaped, so that Arabic letters join and accents find their letters, and set in the order in which they are seen, so that
//! what runs from right to left does so.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use harfrust::{BufferClusterLevel, Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider, Tag};
use subsetter::GlyphRemapper;
use unicode_bidi::{BidiInfo, LTR_LEVEL, RTL_LEVEL};

use super::super::content::packed;
use super::super::draft::Draft;
use super::source::{font_covers, is_embeddable};
use super::{Glyphs, Part};
use crate::error::PdfError;

/// A font program, with its measures as shares of the size.
pub(in crate::forms) struct Program {
    data: Arc<[u8]>,
    /// Its number in the file, counted from 0.
    index: u32,
    /// How far its letters rise above the baseline.
    pub ascent: f64,
    /// How far they reach below it; not above zero.
    pub descent: f64,
    /// Its glyphs are drawn on a grid of this many units.
    units: f64,
    /// What it is called.
    name: String,
    /// Where all its glyphs fit in, in thousandths of the size.
    bounds: [i64; 4],
    shaper: ShaperData,
}

impl Program {
    /// The font that comes with this crate.
    pub fn dejavu() -> Option<Arc<Self>> {
        static DEJAVU: OnceLock<Option<Arc<Program>>> = OnceLock::new();
        let read = || {
            let program = Self::of(dejavu::sans_condensed::regular().into(), 0)?;
            // Its capital letters and its descenders; what stands above is for accents that few lines have.
            Some(Arc::new(Self { ascent: 0.76, descent: -0.236, ..program }))
        };
        DEJAVU.get_or_init(read).clone()
    }

    /// Another one, unless it, or parts of it, can't be put into documents.
    pub fn of(data: Arc<[u8]>, index: u32) -> Option<Self> {
        let font = FontRef::from_index(&data, index).ok().filter(is_embeddable)?;
        subsetter::subset(&data, index, &GlyphRemapper::new()).ok()?;
        let head = font.head().ok()?;
        let units = f64::from(head.units_per_em().max(1));
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        let thousandths = |length: i16| (f64::from(length) / units * 1000.0).round() as i64;
        let bounds = [head.x_min(), head.y_min(), head.x_max(), head.y_max()].map(thousandths);
        let name = font.localized_strings(StringId::POSTSCRIPT_NAME).english_or_first();
        let name: String = name
            .into_iter()
            .flat_map(|name| name.chars().collect::<Vec<_>>())
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let shaper = ShaperData::new(&harfrust::FontRef::from_index(&data, index).ok()?);
        let (ascent, descent) = (f64::from(metrics.ascent) / units, f64::from(metrics.descent) / units);
        Some(Self {
            ascent: ascent.clamp(0.5, 0.9),
            descent: descent.clamp(-0.3, 0.0),
            units,
            name: if name.is_empty() { "Font".to_owned() } else { name },
            bounds,
            shaper,
            data,
            index,
        })
    }

    fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.data, self.index).ok()
    }

    /// How many of these characters it has.
    pub fn covered(&self, characters: &BTreeSet<char>) -> usize {
        font_covers(&self.data, self.index, characters)
    }

    /// What it is called, in plain letters.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// About how wide a text is, as a share of the size: that of its characters when they stand alone.
    pub fn width(&self, text: &str) -> f64 {
        let Some(font) = self.font() else { return 0.0 };
        let charmap = font.charmap();
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let width = |character: char| {
            metrics.advance_width(charmap.map(character).unwrap_or_default()).unwrap_or_default()
        };
        f64::from(text.chars().map(width).sum::<f32>()) / self.units
    }

    /// The characters of a text that it lacks; those that nobody sees don't count.
    pub fn lacking(&self, text: &str) -> BTreeSet<char> {
        let Some(font) = self.font() else { return BTreeSet::new() };
        let charmap = font.charmap();
        let seen = text.chars().filter(|character| !character.is_control());
        seen.filter(|character| charmap.map(*character).is_none()).collect()
    }
}

/// A font that is put into the file, and what of it is used.
pub(super) struct Embedded {
    pub program: Arc<Program>,
    /// The number that is kept for it.
    pub id: ObjectId,
    /// The glyphs in use by their codes, which count from 1.
    used: Vec<Used>,
    codes: HashMap<(u16, String), u16>,
}

struct Used {
    glyph: u16,
    text: String,
    width: f64,
}

impl Embedded {
    /// A font of which nothing is used yet.
    pub fn new(program: Arc<Program>, id: ObjectId) -> Self {
        Self { program, id, used: Vec::new(), codes: HashMap::new() }
    }

    /// Sets a line of a text. All lines run in the direction in which the text begins.
    pub fn set(&mut self, line: &str, text: &str) -> Glyphs {
        let mut glyphs = Glyphs { width: 0.0, parts: Vec::new() };
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
        let program = self.program.clone();
        let Ok(font) = harfrust::FontRef::from_index(&program.data, program.index) else { return };
        let shaper = program.shaper.shaper(&font).build();
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
                glyphs.parts.push(Part::Rise(f64::from(rise) / program.units));
            }
            let (before, own) = (f64::from(position.x_offset), self.used[usize::from(code) - 1].width);
            let after = f64::from(position.x_advance) - before - own;
            glyphs.shift(before / program.units);
            glyphs.code(&code.to_be_bytes());
            glyphs.shift(after / program.units);
            glyphs.width += f64::from(position.x_advance) / program.units;
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
        let font = self.program.font()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let width = f64::from(metrics.advance_width(skrifa::GlyphId::from(glyph)).unwrap_or_default());
        self.used.push(Used { glyph, text: text.to_owned(), width });
        self.codes.insert((glyph, text.to_owned()), code);
        Some(code)
    }

    /// Puts what is used of the font into the file.
    pub fn write(&self, draft: &mut Draft) -> Result<(), PdfError> {
        if self.used.is_empty() {
            return Ok(());
        }
        let Program { data, index, units, bounds, ascent, descent, .. } = &*self.program;
        let mut remapper = GlyphRemapper::new();
        // By their codes, the numbers that glyphs have in the part that is put into the file.
        let glyphs: Vec<u16> = self.used.iter().map(|used| remapper.remap(used.glyph)).collect();
        let part = subsetter::subset(data, *index, &remapper).map_err(|_| PdfError::Unwritable)?;
        let name = self.name();
        let outlines = FontRef::new(&part)
            .ok()
            .and_then(|font| Some(font.table_data(Tag::new(b"CFF "))?.as_bytes().to_vec()));
        let is_compact = outlines.is_some();
        let program = match outlines {
            Some(outlines) => Stream::new(dictionary! { "Subtype" => "CIDFontType0C" }, outlines),
            None => Stream::new(dictionary! { "Length1" => part.len() as i64 }, part),
        };
        let program = draft.add(packed(program))?;
        let thousandths = |share: f64| (share * 1000.0).round() as i64;
        let mut descriptor = dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => name.as_str(),
            "Flags" => 32,
            "FontBBox" => bounds.map(Object::Integer).to_vec(),
            "ItalicAngle" => 0,
            "Ascent" => thousandths(*ascent),
            "Descent" => thousandths(*descent),
            "CapHeight" => 729,
            "StemV" => 80,
        };
        descriptor.set(if is_compact { "FontFile3" } else { "FontFile2" }, Object::Reference(program));
        let descriptor = draft.add(descriptor)?;
        let mut descendant = dictionary! {
            "Type" => "Font",
            "Subtype" => if is_compact { "CIDFontType0" } else { "CIDFontType2" },
            "BaseFont" => name.as_str(),
            "CIDSystemInfo" => system_info(),
            "FontDescriptor" => Object::Reference(descriptor),
            "DW" => 600,
        };
        let width = |used: &Used| Object::Integer(thousandths(used.width / units));
        // Glyphs of TrueType are found by a list; in compact outlines they have the numbers by which they are asked for, so that codes have
        // to be told apart from those.
        let encoding = match is_compact {
            true => {
                let by_glyph: BTreeMap<u16, Object> =
                    glyphs.iter().zip(&self.used).map(|(glyph, used)| (*glyph, width(used))).collect();
                let widths = by_glyph
                    .into_iter()
                    .flat_map(|(glyph, width)| [i64::from(glyph).into(), Object::Array(vec![width])]);
                descendant.set("W", widths.collect::<Vec<Object>>());
                let codes = Stream::new(
                    dictionary! { "Type" => "CMap", "CMapName" => ENCODING, "CIDSystemInfo" => system_info() },
                    encoding(&glyphs).into_bytes(),
                );
                Object::Reference(draft.add(packed(codes))?)
            }
            false => {
                let widths: Vec<Object> = self.used.iter().map(width).collect();
                descendant.set("W", vec![Object::Integer(1), Object::Array(widths)]);
                let places = [0].iter().chain(&glyphs).flat_map(|glyph| glyph.to_be_bytes()).collect();
                let places = draft.add(packed(Stream::new(dictionary! {}, places)))?;
                descendant.set("CIDToGIDMap", Object::Reference(places));
                Object::Name(b"Identity-H".to_vec())
            }
        };
        let descendant = draft.add(descendant)?;
        let texts = draft.add(packed(Stream::new(dictionary! {}, self.texts().into_bytes())))?;
        draft.put(
            self.id,
            dictionary! {
                "Type" => "Font",
                "Subtype" => "Type0",
                "BaseFont" => name.as_str(),
                "Encoding" => encoding,
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
        format!("{}+{}", letters.collect::<String>(), self.program.name)
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

/// What the map from codes to glyphs is called.
const ENCODING: &str = "Townhall-Codes";

/// The map from codes, which count from 1, to the numbers of glyphs (ISO 32000-1, 9.7.5.4).
fn encoding(glyphs: &[u16]) -> String {
    let mut map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering (Identity) def /Supplement 0 def end def\n\
         /CMapName /{ENCODING} def\n/CMapType 1 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    );
    for (part, glyphs) in glyphs.chunks(100).enumerate() {
        let _ = writeln!(map, "{} begincidchar", glyphs.len());
        for (at, glyph) in glyphs.iter().enumerate() {
            let _ = writeln!(map, "<{:04X}> {glyph}", 100 * part + at + 1);
        }
        map.push_str("endcidchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

/// What the numbers of glyphs mean: nothing outside of the font.
fn system_info() -> Dictionary {
    dictionary! {
        "Registry" => Object::string_literal("Adobe"),
        "Ordering" => Object::string_literal("Identity"),
        "Supplement" => 0,
    }
}

//! Collects what a page draws. What cannot be seen because it is clipped away, empty or white on white is left out.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect as KurboRect, Shape, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};
use hayro_syntax::object::{Dict, Name};

use crate::direction::runs_left;
use crate::limits::{GLYPHS_MAX, LINES_MAX, OPERATIONS_MAX};
use crate::page::{Fill, Glyph, Page, Rect, Ruling};
use crate::sideways::texts;
use crate::structure::PageTags;
use crate::turner::Turner;

/// What a font's letters reach above and below the line they stand on, as shares of its size; few files say it reliably.
const ASCENT: f64 = 0.75;
const DESCENT: f64 = 0.22;

/// A filled box that is no thicker than this is a line.
const LINE_WIDTH_MAX: f64 = 3.0;

/// How far a line may lean, in points, and still run along the page.
const LEAN_MAX: f64 = 0.6;

/// The shortest line that counts.
const LINE_LENGTH_MIN: f64 = 1.0;

/// The colour of the paper.
const WHITE: [u8; 3] = [255; 3];

/// A character with the direction in which its text runs: the number of quarter turns clockwise from left to right.
struct Placed {
    glyph: Glyph,
    quarter: usize,
    /// The number of the marked content that it is part of (ISO 32000-1, 14.7.4.2).
    mark: Option<u32>,
}

/// What the content that is drawn is marked as.
#[derive(Clone, Copy, Default)]
struct Marked {
    number: Option<u32>,
    is_furniture: bool,
}

/// Collects a page.
pub struct Collector {
    bounds: Rect,
    clips: Vec<Rect>,
    glyphs: Vec<Placed>,
    rulings: Vec<Ruling>,
    fills: Vec<Fill>,
    images: Vec<Rect>,
    fonts: HashMap<u128, (u32, bool)>,
    /// The marked content that is open, the innermost last.
    marked: Vec<Marked>,
    is_cut: bool,
    operations: usize,
}

/// What unwinds out of a page that draws too much: the interpreter can't be stopped otherwise.
struct Enough;

impl Collector {
    /// Counts what is drawn, and leaves the page where that is too much.
    fn count(&mut self) {
        self.operations += 1;
        if self.operations > OPERATIONS_MAX {
            self.is_cut = true;
            std::panic::resume_unwind(Box::new(Enough));
        }
    }

    /// Whether the reading of a page ended because it draws too much.
    pub fn is_enough(reason: &(dyn std::any::Any + Send)) -> bool {
        reason.is::<Enough>()
    }

    pub fn new(width: f64, height: f64) -> Self {
        let bounds = Rect::new(0.0, 0.0, width, height);
        Self {
            bounds,
            clips: vec![bounds],
            glyphs: Vec::new(),
            rulings: Vec::new(),
            fills: Vec::new(),
            images: Vec::new(),
            fonts: HashMap::new(),
            marked: Vec::new(),
            is_cut: false,
            operations: 0,
        }
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.bounds)
    }

    /// The number of a font and whether it is bold.
    fn font(&mut self, glyph: &Drawn<'_>) -> (u32, bool) {
        let Drawn::Outline(outline) = glyph else { return (0, false) };
        // The program of a font, not one of its glyphs, is what makes it the same.
        let data = outline.font_data();
        let key = data.as_ref().map_or(1, |data| data.cache_key);
        let next = u32::try_from(self.fonts.len()).unwrap_or(u32::MAX).saturating_add(1);
        *self.fonts.entry(key).or_insert_with(|| {
            let is_bold = data.is_some_and(|data| {
                let name = data.postscript_name.unwrap_or_default().to_lowercase();
                data.weight.is_some_and(|weight| weight >= 600)
                    || ["bold", "black", "heavy", "demi"].iter().any(|word| name.contains(word))
            });
            (next, is_bold)
        })
    }

    fn add_glyph(&mut self, glyph: &Drawn<'_>, to_page: Affine, is_visible: bool) {
        if self.glyphs.len() >= GLYPHS_MAX {
            self.is_cut = true;
            return;
        }
        let advance = match glyph {
            Drawn::Outline(outline) => outline.advance_width(),
            Drawn::Type3(type3) => type3.advance_width(),
        };
        let advance = f64::from(advance.filter(|advance| advance.is_finite()).unwrap_or(500.0));
        let origin = to_page * Point::ZERO;
        let along = (to_page * Point::new(advance, 0.0)) - origin;
        let up = (to_page * Point::new(0.0, 1_000.0)) - origin;
        let size = up.hypot();
        if !size.is_finite() || size <= 0.1 || !origin.is_finite() {
            return;
        }
        let reach = KurboRect::from_points(origin, origin + along)
            .union_pt(origin + up * ASCENT)
            .union_pt(origin - up * DESCENT)
            .union_pt(origin + along + up * ASCENT)
            .union_pt(origin + along - up * DESCENT);
        let rect = rect_of(reach);
        let (x, y) = rect.center();
        if !self.clip().grown(1.0).contains(x, y) {
            return;
        }
        let quarter = quarter_of(to_page, up);
        let (font, is_bold) = self.font(glyph);
        let baseline = match quarter {
            0 | 2 => origin.y,
            _ => origin.x,
        };
        let Marked { number: mark, is_furniture } = self.marked.last().copied().unwrap_or_default();
        let mut add = |text: char, rect: Rect| {
            let glyph = Glyph {
                text,
                rect,
                baseline,
                size,
                font,
                is_bold,
                is_visible,
                is_furniture,
                cell: None,
                is_uncertain: false,
            };
            self.glyphs.push(Placed { glyph, quarter, mark });
        };
        match glyph.as_unicode() {
            Some(BfString::Char(text)) => add(text, rect),
            Some(BfString::String(text)) => {
                // A ligature is as many characters side by side.
                let mut texts: Vec<char> = text.chars().collect();
                if texts.iter().copied().any(runs_left) {
                    texts.reverse();
                }
                let count = texts.len().max(1) as f64;
                for (at, text) in texts.into_iter().enumerate() {
                    add(text, part(&rect, quarter, at as f64 / count, (at + 1) as f64 / count));
                }
            }
            None => add('\u{fffd}', rect),
        }
    }

    fn add_ruling(&mut self, from: Point, to: Point, width: f64) {
        let (dx, dy) = ((to.x - from.x).abs(), (to.y - from.y).abs());
        let is_horizontal = dy <= LEAN_MAX && dx > dy;
        let is_upright = dx <= LEAN_MAX && dy > dx;
        if !is_horizontal && !is_upright {
            return;
        }
        let clip = self.clip().grown(width / 2.0 + 0.5);
        let ruling = match is_horizontal {
            true => Ruling {
                is_horizontal,
                at: f64::midpoint(from.y, to.y),
                from: from.x.min(to.x).max(clip.x0),
                to: from.x.max(to.x).min(clip.x1),
                width,
            },
            false => Ruling {
                is_horizontal,
                at: f64::midpoint(from.x, to.x),
                from: from.y.min(to.y).max(clip.y0),
                to: from.y.max(to.y).min(clip.y1),
                width,
            },
        };
        let is_inside = match is_horizontal {
            true => ruling.at >= clip.y0 && ruling.at <= clip.y1,
            false => ruling.at >= clip.x0 && ruling.at <= clip.x1,
        };
        if !is_inside || ruling.length() < LINE_LENGTH_MIN {
            return;
        }
        match self.rulings.len() < LINES_MAX {
            true => self.rulings.push(ruling),
            false => self.is_cut = true,
        }
    }

    /// A box that is filled: a line where it is thin.
    fn add_box(&mut self, rect: Rect, color: [u8; 3]) {
        let (width, height) = (rect.width(), rect.height());
        if height <= LINE_WIDTH_MAX && width > 2.0 * height {
            let y = f64::midpoint(rect.y0, rect.y1);
            self.add_ruling(Point::new(rect.x0, y), Point::new(rect.x1, y), height);
        } else if width <= LINE_WIDTH_MAX && height > 2.0 * width {
            let x = f64::midpoint(rect.x0, rect.x1);
            self.add_ruling(Point::new(x, rect.y0), Point::new(x, rect.y1), width);
        } else if width > 1.0 && height > 1.0 {
            let rect = rect.intersection(&self.clip());
            if rect.width() <= 1.0 || rect.height() <= 1.0 {
                return;
            }
            match self.fills.len() < LINES_MAX {
                true => self.fills.push(Fill { rect, color }),
                false => self.is_cut = true,
            }
        }
    }

    fn stroke(&mut self, path: &BezPath, width: f64) {
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(to) => (start, last) = (to, to),
                PathEl::LineTo(to) => {
                    self.add_ruling(last, to, width);
                    last = to;
                }
                PathEl::ClosePath => {
                    self.add_ruling(last, start, width);
                    last = start;
                }
                PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => last = to,
            }
        }
    }

    fn fill(&mut self, path: &BezPath, color: [u8; 3]) {
        let mut piece = BezPath::new();
        let elements = path.elements();
        for (at, element) in elements.iter().enumerate() {
            piece.push(*element);
            let is_last = elements.get(at + 1).is_none_or(|next| matches!(next, PathEl::MoveTo(_)));
            if is_last {
                if let Some(rect) = upright_box(&piece) {
                    self.add_box(rect, color);
                }
                piece = BezPath::new();
            }
        }
    }

    fn draw(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode) {
        let path = props.transform * path;
        match color_of(&props.paint) {
            Some(WHITE) => self.draw_white(&path, props, mode),
            Some(color) => self.draw_seen(&path, color, props, mode),
            None => {}
        }
    }

    /// White lines part what has a colour; white boxes are the paper.
    fn draw_white(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode) {
        let (rulings, fills) = (self.rulings.len(), self.fills.len());
        self.draw_seen(path, WHITE, props, mode);
        self.fills.truncate(fills);
        let drawn = self.rulings.split_off(rulings);
        let seen: Vec<Ruling> = drawn.into_iter().filter(|ruling| self.is_over_color(ruling)).collect();
        self.rulings.extend(seen);
    }

    /// Whether the middle of a line lies on one of the boxes that were filled last.
    fn is_over_color(&self, ruling: &Ruling) -> bool {
        const LAST: usize = 64;
        let middle = f64::midpoint(ruling.from, ruling.to);
        let (x, y) = if ruling.is_horizontal { (middle, ruling.at) } else { (ruling.at, middle) };
        self.fills.iter().rev().take(LAST).any(|fill| fill.rect.grown(0.5).contains(x, y))
    }

    fn draw_seen(&mut self, path: &BezPath, color: [u8; 3], props: &DrawProps<'_>, mode: &DrawMode) {
        match mode {
            DrawMode::Fill(_) => self.fill(path, color),
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) => {
                if matches!(mode, DrawMode::FillAndStroke(..)) {
                    self.fill(path, color);
                }
                let scale = props.transform.determinant().abs().sqrt();
                self.stroke(path, f64::from(stroke.line_width) * scale);
            }
            DrawMode::Invisible => {}
        }
    }

    /// The page, turned so that most of its text is upright, with what its file says of the tables on it.
    pub fn finish(mut self, number: usize, tags: Option<&PageTags>) -> Page {
        if let Some(tags) = tags {
            for Placed { glyph, mark, .. } in &mut self.glyphs {
                glyph.cell = mark.and_then(|mark| tags.marks.get(&mark).copied());
            }
        }
        let mut counts = [0_usize; 4];
        for placed in self.glyphs.iter().filter(|placed| !placed.glyph.text.is_whitespace()) {
            counts[placed.quarter] += 1;
        }
        let quarter = (0..4).max_by_key(|quarter| (counts[*quarter], 4 - quarter)).unwrap_or(0);
        let turner = Turner { quarter, width: self.bounds.x1, height: self.bounds.y1 };
        let (width, height) = turner.size();
        let (glyphs, others): (Vec<Placed>, Vec<Placed>) =
            self.glyphs.into_iter().partition(|placed| placed.quarter == quarter);
        let others: Vec<(usize, Glyph)> =
            others.into_iter().map(|placed| (placed.quarter, placed.glyph)).collect();
        Page {
            number,
            width,
            height,
            turn: [0, 270, 180, 90][quarter],
            glyphs: glyphs.into_iter().map(|placed| turner.glyph(placed.glyph)).collect(),
            sideways: texts(&others, &turner),
            rulings: self.rulings.into_iter().map(|ruling| turner.ruling(ruling)).collect(),
            fills: self.fills.into_iter().map(|fill| Fill { rect: turner.rect(fill.rect), ..fill }).collect(),
            images: self.images.into_iter().map(|rect| turner.rect(rect)).collect(),
            tagged: tags.map_or_else(Vec::new, |tags| tags.cells.clone()),
            is_cut: self.is_cut,
        }
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count();
        self.draw(path, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.count();
        let clip = rect_of(clip.path.bounding_box()).intersection(&self.clip());
        self.clips.push(clip);
    }

    fn pop_clip(&mut self) {
        // The page itself stays.
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        self.count();
        let around = self.marked.last().copied().unwrap_or_default();
        let number = properties.and_then(|properties| properties.get::<i32>("MCID"));
        let is_paged = tag == b"Artifact"
            && properties.is_some_and(|properties| {
                properties.get::<Name<'_>>("Type").is_some_and(|kind| &*kind == b"Pagination")
            });
        self.marked.push(Marked {
            number: number.and_then(|number| u32::try_from(number).ok()).or(around.number),
            is_furniture: around.is_furniture || is_paged,
        });
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn pop_transparency_group(&mut self) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let is_visible = !matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            self.count();
            self.add_glyph(glyph, props.transform * glyph.transform(), is_visible);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count();
        let whole = KurboRect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let rect = rect_of(props.transform.transform_rect_bbox(whole)).intersection(&self.clip());
        if rect.width() > 1.0 && rect.height() > 1.0 && self.images.len() < LINES_MAX {
            self.images.push(rect);
        }
    }
}

/// The colour, if it can be seen. What is nearly white is white; patterns have a colour, whichever.
fn color_of(paint: &Paint<'_>) -> Option<[u8; 3]> {
    let Paint::Color(color) = paint else { return Some([128; 3]) };
    let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
    let is_white = red >= 250 && green >= 250 && blue >= 250;
    (alpha > 8).then_some(if is_white { WHITE } else { [red, green, blue] })
}

/// The box that a path is, if it is one with its sides along the page.
fn upright_box(path: &BezPath) -> Option<Rect> {
    let rect = rect_of(path.bounding_box());
    let near = |a: f64, b: f64| (a - b).abs() <= LEAN_MAX;
    let is_corner =
        |p: Point| (near(p.x, rect.x0) || near(p.x, rect.x1)) && (near(p.y, rect.y0) || near(p.y, rect.y1));
    let is_box = path.elements().iter().all(|element| match *element {
        PathEl::MoveTo(point) | PathEl::LineTo(point) => is_corner(point),
        PathEl::ClosePath => true,
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => false,
    });
    (is_box && rect.width().is_finite() && rect.height().is_finite()).then_some(rect)
}

/// The direction of text, in quarter turns clockwise on the page.
fn quarter_of(to_page: Affine, up: Vec2) -> usize {
    let [a, b, ..] = to_page.as_coeffs();
    let mut along = Vec2::new(a, b);
    if along.hypot() < 1e-9 {
        along = Vec2::new(-up.y, up.x);
    }
    match along.x.abs() >= along.y.abs() {
        true if along.x >= 0.0 => 0,
        true => 2,
        false if along.y >= 0.0 => 1,
        false => 3,
    }
}

/// A part of the box of a ligature, from one share of its length to another.
fn part(rect: &Rect, quarter: usize, from: f64, to: f64) -> Rect {
    let (width, height) = (rect.width(), rect.height());
    match quarter {
        0 => Rect { x0: rect.x0 + width * from, x1: rect.x0 + width * to, ..*rect },
        2 => Rect { x0: rect.x1 - width * to, x1: rect.x1 - width * from, ..*rect },
        1 => Rect { y0: rect.y0 + height * from, y1: rect.y0 + height * to, ..*rect },
        _ => Rect { y0: rect.y1 - height * to, y1: rect.y1 - height * from, ..*rect },
    }
}

fn rect_of(rect: KurboRect) -> Rect {
    Rect::new(rect.x0, rect.y0, rect.x1, rect.y1)
}

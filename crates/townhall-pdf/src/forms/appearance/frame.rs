//! The box around a field: its background, border and turn (ISO 32000-1, 12.5.4 and table 189).

use std::fmt::Write;

use lopdf::{Dictionary, Object, Stream};

use super::super::content::{color, form, number, numbers};
use super::super::draft::{Draft, integer, number as number_of};
use super::super::sheet::Matrix;
use super::super::value::decode;

/// The box around a field.
pub(in crate::forms) struct Frame {
    /// How wide it is to one who reads it upright.
    pub width: f64,
    /// How high it is.
    pub height: f64,
    /// The sign of a button (`CA`).
    pub caption: String,
    matrix: Matrix,
    background: Vec<f64>,
    border: Vec<f64>,
    line: f64,
    style: u8,
    dashes: Vec<f64>,
}

impl Frame {
    /// That of a widget.
    pub fn of(draft: &Draft, widget: &Dictionary) -> Self {
        let [x0, y0, x1, y1] = draft.get_box(widget, b"Rect").unwrap_or_default();
        let (width, height) = ((x1 - x0).max(1.0), (y1 - y0).max(1.0));
        let empty = Dictionary::new();
        let look = draft.get_dictionary(widget, b"MK").unwrap_or(&empty);
        let turn = draft.get(look, b"R").and_then(integer).unwrap_or(0).rem_euclid(360);
        let (matrix, is_on_side) = match turn {
            90 => ([0.0, 1.0, -1.0, 0.0, width, 0.0], true),
            180 => ([-1.0, 0.0, 0.0, -1.0, width, height], false),
            270 => ([0.0, -1.0, 1.0, 0.0, 0.0, height], true),
            _ => ([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], false),
        };
        let (width, height) = if is_on_side { (height, width) } else { (width, height) };
        let border = draft.get_numbers(look, b"BC");
        let styles = draft.get_dictionary(widget, b"BS");
        // The width may also be told by the older way, as the last of three numbers.
        let older = draft.get_numbers(widget, b"Border");
        let line = styles
            .and_then(|styles| draft.get(styles, b"W").and_then(number_of))
            .or_else(|| older.get(2).copied().filter(|_| styles.is_none()))
            .unwrap_or(1.0);
        let style = styles
            .and_then(|styles| draft.get(styles, b"S")?.as_name().ok()?.first().copied())
            .unwrap_or(b'S');
        let dashes = styles.map(|styles| draft.get_numbers(styles, b"D")).unwrap_or_default();
        // Signs are of one character; other captions tell nothing here.
        let caption = draft.get(look, b"CA").and_then(|it| it.as_str().ok()).filter(|it| it.len() <= 8);
        Self {
            width,
            height,
            caption: caption.map(decode).unwrap_or_default(),
            matrix,
            background: draft.get_numbers(look, b"BG"),
            border,
            line: line.clamp(0.0, 0.25 * width.min(height)),
            style,
            dashes,
        }
    }

    /// How far its inside is from its sides.
    pub fn inset(&self) -> f64 {
        match self.style {
            b'B' | b'I' => 2.0 * self.line,
            _ => self.line,
        }
    }

    /// Its shorter side, without the border.
    pub fn inner_side(&self) -> f64 {
        (self.width.min(self.height) - 2.0 * self.inset()).max(1.0)
    }

    /// The operators that draw background and border.
    pub fn draw(&self) -> String {
        let mut out = String::new();
        let all = numbers(&[0.0, 0.0, self.width, self.height]);
        if let Some(color) = color(&self.background, false) {
            let _ = writeln!(out, "q {color} {all} re f Q");
        }
        let Some(stroke) = color(&self.border, true).filter(|_| self.line > 0.0) else { return out };
        let half = self.line / 2.0;
        let width = number(self.line);
        match self.style {
            b'U' => {
                let y = number(half);
                let _ = writeln!(out, "q {stroke} {width} w 0 {y} m {} {y} l S Q", number(self.width));
            }
            style => {
                let dash = match style {
                    b'D' if self.dashes.is_empty() => "[3] 0 d ".to_owned(),
                    b'D' => format!("[{}] 0 d ", numbers(&self.dashes)),
                    _ => String::new(),
                };
                let inner = numbers(&[half, half, self.width - self.line, self.height - self.line]);
                let _ = writeln!(out, "q {stroke} {width} w {dash}{inner} re S Q");
                if matches!(style, b'B' | b'I') {
                    self.draw_bevel(&mut out);
                }
            }
        }
        out
    }

    /// Light on two sides and shade on the others, as if it stood out or was sunk in.
    fn draw_bevel(&self, out: &mut String) {
        let (light, shade) = if self.style == b'B' { ("1 g", "0.5 g") } else { ("0.5 g", "0.75 g") };
        let (near, far) = (self.line, 2.0 * self.line);
        let (right, top) = (self.width - near, self.height - near);
        let (inner_right, inner_top) = (self.width - far, self.height - far);
        let edge = |points: [f64; 12]| {
            let mut corners = points.chunks(2).map(numbers);
            let first = corners.next().unwrap_or_default();
            format!("{first} m {} l f", corners.collect::<Vec<_>>().join(" l "))
        };
        let upper_left =
            edge([near, near, near, top, right, top, inner_right, inner_top, far, inner_top, far, far]);
        let lower_right =
            edge([right, top, right, near, near, near, far, far, inner_right, far, inner_right, inner_top]);
        let _ = writeln!(out, "q {light} {upper_left} {shade} {lower_right} Q");
    }

    /// An appearance with this box and something in it.
    pub fn appearance(&self, resources: Dictionary, content: &str) -> Stream {
        let sides = [0.0, 0.0, self.width, self.height];
        form(sides, self.matrix, resources, format!("{}{content}", self.draw()))
    }
}

/// Resources with one font.
pub(in crate::forms) fn with_font(font: Object) -> Dictionary {
    let mut fonts = Dictionary::new();
    fonts.set("F", font);
    let mut resources = Dictionary::new();
    resources.set("Font", fonts);
    resources
}

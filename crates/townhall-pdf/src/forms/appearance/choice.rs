//! Draws a list of options with those that were chosen (ISO 32000-1, 12.7.4.4). A combo box shows its choice as a text.

use std::fmt::Write;

use lopdf::Stream;

use super::super::content::{TextStyle, number, numbers};
use super::super::draft::Draft;
use super::super::field::Align;
use super::super::fonts::Fonts;
use super::super::layout::LEADING;
use super::frame::{Frame, with_font};
use super::text::place;
use crate::error::PdfError;

/// A list to draw.
pub(in crate::forms) struct List<'a> {
    /// The texts of all options.
    pub labels: &'a [&'a str],
    /// The numbers of those that were chosen, counted from 0, in their order.
    pub chosen: &'a [usize],
    /// Font, size and colour.
    pub style: TextStyle,
    /// To which side texts go.
    pub align: Align,
}

/// The colour behind what was chosen, as other programs have it.
const HIGHLIGHT: &str = "0.6 0.757 0.855 rg";

impl List<'_> {
    /// How many options are seen at once at this size.
    fn seen(frame: &Frame, size: f64) -> usize {
        (((frame.height - 2.0 * frame.inset()) / (size * LEADING)) as usize).max(1)
    }

    fn size(&self) -> f64 {
        if self.style.size > 0.0 { self.style.size } else { 12.0 }
    }

    /// The number of the first option that is seen, so that what was chosen is among those seen.
    pub fn top(&self, frame: &Frame) -> usize {
        let seen = Self::seen(frame, self.size());
        match (self.chosen.first(), self.chosen.last()) {
            (Some(first), Some(last)) if *last >= seen => (*last + 1 - seen).min(*first),
            _ => 0,
        }
    }

    /// The options that are seen, and the first below them, which may be in part.
    fn shown(&self, frame: &Frame) -> impl Iterator<Item = (usize, &str)> {
        let count = Self::seen(frame, self.size()).saturating_add(1);
        self.labels.iter().copied().enumerate().skip(self.top(frame)).take(count)
    }

    /// How many characters are drawn. To put an option in its place counts as some more.
    pub fn length(&self, frame: &Frame) -> usize {
        const PLACE: usize = 16;
        self.shown(frame).map(|(_, label)| PLACE + label.chars().count()).sum()
    }

    /// Draws it into a box.
    pub fn draw(&self, frame: &Frame, draft: &mut Draft, fonts: &mut Fonts) -> Result<Stream, PdfError> {
        let size = self.size();
        let shown: Vec<(usize, &str)> = self.shown(frame).collect();
        let all: String = shown.iter().map(|(_, label)| *label).collect();
        let face = fonts.choose(draft, &self.style.font, &all)?;
        let inset = frame.inset();
        let width = frame.width - 2.0 * inset;
        let (mut behind, mut texts) = (String::new(), String::new());
        for (at, (option, label)) in shown.iter().enumerate() {
            let lower = frame.height - inset - (at as f64 + 1.0) * size * LEADING;
            if self.chosen.binary_search(option).is_ok() {
                let row = numbers(&[inset, lower, width, size * LEADING]);
                let _ = writeln!(behind, "{HIGHLIGHT} {row} re f");
            }
            let glyphs = fonts.set(&face, label, label);
            let room = (width - 4.0 - glyphs.width * size).max(0.0);
            let x = inset + 2.0 + self.align.share() * room;
            let y = lower + size * (LEADING - face.ascent() - face.descent()) / 2.0;
            place(&mut texts, x, y, &glyphs.show(size));
        }
        let clip = numbers(&[inset, inset, width, frame.height - 2.0 * inset]);
        let content = format!(
            "/Tx BMC\nq\n{clip} re W n\n{behind}BT\n{}\n/F {} Tf\n{texts}ET\nQ\nEMC\n",
            self.style.color,
            number(size)
        );
        Ok(frame.appearance(with_font(fonts.resource(&face)), &content))
    }
}

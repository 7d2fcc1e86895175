//! Puts texts and pictures onto pages, beside the fields.

use std::fmt::Write;

use lopdf::ObjectId;
use serde::{Deserialize, Serialize};

use super::appearance::frame::with_font;
use super::appearance::picture;
use super::content::{color, form, number};
use super::draft::Draft;
use super::field::Align;
use super::fonts::Fonts;
use super::images::Image;
use super::layout::{LEADING, Measured};
use super::paint::Paint;
use super::report::Remark;
use super::sheet::Sheet;
use crate::error::PdfError;
use crate::limits::{SIDE_MAX, STAMPS_MAX};

/// Something that is put onto a page. Places are points from the lower left corner of the page as it is seen.
#[derive(Debug, Clone, PartialEq)]
pub enum Stamp {
    /// A text.
    Text(TextStamp),
    /// A picture.
    Image(ImageStamp),
}

/// A text that is put onto a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextStamp {
    /// The page, counted from 1; the first one where nothing is said.
    #[serde(default)]
    pub page: Option<usize>,
    /// How far from the left side it begins.
    pub x: f64,
    /// How far above the lower side its (first) baseline is.
    pub y: f64,
    /// What it says.
    pub text: String,
    /// The size of its font, in points; 10 where nothing is said.
    #[serde(default)]
    pub size: Option<f64>,
    /// The width in which it is broken into lines and aligned, where it is to be.
    #[serde(default)]
    pub width: Option<f64>,
    /// To which side it goes, within its width.
    #[serde(default)]
    pub align: Align,
    /// Red, green and blue, each from 0 to 1; black where nothing is said.
    #[serde(default)]
    pub color: Option<[f64; 3]>,
}

/// A picture that is put onto a page, as large as it fits into a box without being stretched.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageStamp {
    /// The page, counted from 1; the first one where nothing is said.
    pub page: Option<usize>,
    /// Left, lower, right and upper side of the box.
    pub rect: [f64; 4],
    /// The picture, as PNG or JPEG.
    pub bytes: Vec<u8>,
}

impl TextStamp {
    /// A text at a place on the first page, black and of size 10.
    pub fn new(x: f64, y: f64, text: impl Into<String>) -> Self {
        Self { page: None, x, y, text: text.into(), size: None, width: None, align: Align::Left, color: None }
    }

    /// Reads a place as PDF Filler wrote it in the place of a field's name: `x,y` or `x,y,page`. None where it is no such place.
    pub fn at(place: &str, text: impl Into<String>) -> Option<Self> {
        let numbers: Vec<u16> = place.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let (x, y, page) = match *numbers.as_slice() {
            [x, y] => (x, y, None),
            [x, y, page] => (x, y, Some(page.into())),
            _ => return None,
        };
        Some(Self { page, ..Self::new(x.into(), y.into(), text) })
    }
}

impl Stamp {
    fn page(&self) -> usize {
        match self {
            Self::Text(stamp) => stamp.page,
            Self::Image(stamp) => stamp.page,
        }
        .unwrap_or(1)
    }
}

/// Puts stamps onto their pages, in their order.
pub(super) fn draw(
    stamps: &[Stamp],
    draft: &mut Draft,
    fonts: &mut Fonts,
    paint: &mut Paint,
    remarks: &mut Vec<Remark>,
) -> Result<(), PdfError> {
    if stamps.len() > STAMPS_MAX {
        remarks.push(Remark::TooManyStamps);
    }
    for stamp in stamps.iter().take(STAMPS_MAX) {
        let number = stamp.page();
        let page = number.checked_sub(1).and_then(|at| draft.pages().get(at).copied());
        let Some(page) = page else {
            remarks.push(Remark::NoSuchPage { page: number });
            continue;
        };
        match stamp {
            Stamp::Text(stamp) => draw_text(stamp, page, draft, fonts, paint)?,
            Stamp::Image(stamp) => match Image::read(&stamp.bytes) {
                Some(image) => draw_image(stamp, &image, page, draft, paint)?,
                None => remarks.push(Remark::BadImage { name: None }),
            },
        }
        let missing = fonts.take_missing();
        if !missing.is_empty() {
            remarks.push(Remark::NoGlyphs { name: None, characters: missing.into_iter().collect() });
        }
    }
    Ok(())
}

fn draw_text(
    stamp: &TextStamp,
    page: ObjectId,
    draft: &mut Draft,
    fonts: &mut Fonts,
    paint: &mut Paint,
) -> Result<(), PdfError> {
    let sheet = Sheet::of(draft, page);
    let text = super::show::drawable(&stamp.text, true);
    let face = fonts.choose(draft, b"", &text)?;
    let size = stamp.size.unwrap_or(10.0).clamp(0.5, 1000.0);
    let lines = match stamp.width {
        Some(width) => Measured::of(&face, &text).lines(size, width.clamp(1.0, SIDE_MAX)),
        None => text.split('\n').map(str::to_owned).collect(),
    };
    let color = stamp.color.and_then(|color_| color(&color_, false)).unwrap_or_else(|| "0 g".to_owned());
    let mut content = format!("BT\n{color}\n/F {} Tf\n", number(size));
    for (at, line) in lines.iter().enumerate() {
        let glyphs = fonts.set(&face, line, &text);
        // Without a width, the place is where the text begins, stands in the middle or ends.
        let room = stamp.width.unwrap_or(0.0) - glyphs.width * size;
        let x = stamp.x + stamp.align.share() * room;
        let y = (at as f64).mul_add(-LEADING * size, stamp.y);
        let _ = writeln!(content, "1 0 0 1 {} {} Tm {}", number(x), number(y), glyphs.show(size));
    }
    content.push_str("ET\n");
    let resources = with_font(fonts.resource(&face));
    let sides = [0.0, 0.0, sheet.width(), sheet.height()];
    let drawn = draft.add(form(sides, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], resources, content))?;
    paint.add(page, sheet.upright(), drawn);
    Ok(())
}

fn draw_image(
    stamp: &ImageStamp,
    image: &Image,
    page: ObjectId,
    draft: &mut Draft,
    paint: &mut Paint,
) -> Result<(), PdfError> {
    let sheet = Sheet::of(draft, page);
    let object = image.put(draft)?;
    let (resources, content) = picture::drawn(image, object, stamp.rect);
    let sides = [0.0, 0.0, sheet.width(), sheet.height()];
    let drawn = draft.add(form(sides, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], resources, content))?;
    paint.add(page, sheet.upright(), drawn);
    Ok(())
}

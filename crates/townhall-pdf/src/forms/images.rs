//! Pictures for pages: PNG is unpacked, JPEG goes in as it is (ISO 32000-1, 7.4.8 and 8.9.5).

use std::io::Cursor;

use lopdf::{Object, Stream, dictionary};
use png::{ColorType, Decoder, Limits, Transformations};

use super::content::packed;
use super::draft::Draft;
use crate::error::PdfError;
use crate::limits::{IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX};

/// A picture.
pub(super) struct Image {
    width: u32,
    height: u32,
    stream: Stream,
    /// How opaque each of its points is, where they are not all.
    mask: Option<Stream>,
}

impl Image {
    /// Reads a picture; none where it is neither PNG nor JPEG, or damaged, or too large.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > IMAGE_BYTES_MAX {
            return None;
        }
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => read_png(bytes),
            [0xFF, 0xD8, 0xFF, ..] => read_jpeg(bytes),
            _ => None,
        }
    }

    /// Puts it into the file.
    pub fn put(&self, draft: &mut Draft) -> Result<Object, PdfError> {
        let mut stream = self.stream.clone();
        if let Some(mask) = &self.mask {
            stream.dict.set("SMask", Object::Reference(draft.add(mask.clone())?));
        }
        Ok(Object::Reference(draft.add(stream)?))
    }

    /// As large as it fits into a box without being stretched, in its middle.
    pub fn placed(&self, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
        let (width, height) = ((x1 - x0).max(0.0), (y1 - y0).max(0.0));
        let scale = (width / f64::from(self.width)).min(height / f64::from(self.height));
        let (wide, high) = (scale * f64::from(self.width), scale * f64::from(self.height));
        let (x, y) = (x0 + (width - wide) / 2.0, y0 + (height - high) / 2.0);
        [x, y, x + wide, y + high]
    }
}

fn stream(width: u32, height: u32, colors: &str, content: Vec<u8>) -> Stream {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(width),
        "Height" => i64::from(height),
        "ColorSpace" => colors,
        "BitsPerComponent" => 8,
    };
    Stream::new(dictionary, content)
}

fn is_of_fair_size(width: u32, height: u32) -> bool {
    width > 0 && height > 0 && u64::from(width) * u64::from(height) <= IMAGE_PIXELS_MAX
}

fn read_png(bytes: &[u8]) -> Option<Image> {
    let mut decoder =
        Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 8 * IMAGE_PIXELS_MAX as usize });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if !is_of_fair_size(width, height) {
        return None;
    }
    let mut points = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut points).ok()?;
    points.truncate(frame.buffer_size());
    // Colours and opacity are kept apart in a PDF.
    let (colors, amounts, has_mask) = match frame.color_type {
        ColorType::Grayscale => ("DeviceGray", 1, false),
        ColorType::GrayscaleAlpha => ("DeviceGray", 1, true),
        ColorType::Rgb => ("DeviceRGB", 3, false),
        ColorType::Rgba => ("DeviceRGB", 3, true),
        ColorType::Indexed => return None,
    };
    if !has_mask {
        return Some(Image {
            width,
            height,
            stream: packed(stream(width, height, colors, points)),
            mask: None,
        });
    }
    let mask: Vec<u8> = points.iter().copied().skip(amounts).step_by(amounts + 1).collect();
    let opaque: Vec<u8> =
        points.chunks(amounts + 1).flat_map(|point| &point[..amounts.min(point.len())]).copied().collect();
    Some(Image {
        width,
        height,
        stream: packed(stream(width, height, colors, opaque)),
        mask: Some(packed(stream(width, height, "DeviceGray", mask))),
    })
}

/// Only the head is read: how large it is and of what colours.
fn read_jpeg(bytes: &[u8]) -> Option<Image> {
    let mut at = 2;
    let mut is_adobe = false;
    loop {
        let [0xFF, marker] = *bytes.get(at..at + 2)? else { return None };
        // Fill bytes, and marks that have no length.
        if marker == 0xFF {
            at += 1;
            continue;
        }
        if matches!(marker, 0x01 | 0xD0..=0xD8) {
            at += 2;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let segment = bytes.get(at + 4..at + 2 + length)?;
        match marker {
            0xD9 | 0xDA => return None,
            0xEE => is_adobe = segment.starts_with(b"Adobe"),
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let [8, h1, h0, w1, w0, amounts, ..] = *segment else { return None };
                let (width, height) =
                    (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
                let colors = match amounts {
                    1 => "DeviceGray",
                    3 => "DeviceRGB",
                    4 => "DeviceCMYK",
                    _ => return None,
                };
                if !is_of_fair_size(width, height) {
                    return None;
                }
                let mut stream = stream(width, height, colors, bytes.to_vec());
                stream.dict.set("Filter", "DCTDecode");
                stream.allows_compression = false;
                if amounts == 4 && is_adobe {
                    // Adobe's programs write these amounts the other way round.
                    let flipped = [1, 0].into_iter().cycle().take(8).map(Object::Integer).collect::<Vec<_>>();
                    stream.dict.set("Decode", flipped);
                }
                return Some(Image { width, height, stream, mask: None });
            }
            _ => {}
        }
        at += 2 + length;
    }
}

//! Scanned pages that tests make.

use std::fmt::Write;

use townhall_pdf::Picture;

use crate::made::file_of_objects;

/// A file with a page of 612 by 792 points that is a picture, turned clockwise by so many degrees.
pub fn scanned(picture: &Picture, degrees: f64) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&picture.png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let samples = info.color_type.samples();
    let mut content = String::with_capacity(2 * pixels.len() / samples + 1);
    for pixel in pixels.chunks_exact(samples) {
        write!(content, "{:02x}", pixel[0]).unwrap();
    }
    content.push('>');
    let (sin, cos) = degrees.to_radians().sin_cos();
    // The corners of the page, turned around its middle.
    let (x, y) = (306.0 - cos * 306.0 - sin * 396.0, 396.0 + sin * 306.0 - cos * 396.0);
    let matrix = format!("{} {} {} {} {x} {y}", cos * 612.0, -sin * 612.0, sin * 792.0, cos * 792.0);
    let drawn = format!("q {matrix} cm /I Do Q");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        format!(
            "<< /Type /XObject /Subtype /Image /Width {} /Height {} /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /ASCIIHexDecode /Length {} >>\nstream\n{content}\nendstream",
            info.width, info.height, content.len()
        ),
    ];
    file_of_objects(&objects)
}

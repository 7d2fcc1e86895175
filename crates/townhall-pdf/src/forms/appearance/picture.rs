//! Draws a picture into the box of a field, as a signature is.

use lopdf::{Dictionary, Object, Stream};

use super::super::content::numbers;
use super::super::images::Image;
use super::frame::Frame;

/// An appearance with a picture as large as it fits without being stretched, in the middle.
pub(in crate::forms) fn draw(frame: &Frame, image: &Image, object: Object) -> Stream {
    let inset = frame.inset();
    let room = [inset, inset, frame.width - inset, frame.height - inset];
    let mut pictures = Dictionary::new();
    pictures.set("I", object);
    let mut resources = Dictionary::new();
    resources.set("XObject", pictures);
    let [x0, y0, x1, y1] = image.placed(room);
    let place = numbers(&[x1 - x0, 0.0, 0.0, y1 - y0, x0, y0]);
    frame.appearance(resources, &format!("q {place} cm /I Do Q\n"))
}

//! Draws a picture into a box: that of a field, as a signature is, or one on a page.

use lopdf::{Dictionary, Object, Stream};

use super::super::content::numbers;
use super::super::images::Image;
use super::frame::Frame;

/// An appearance with a picture as large as it fits without being stretched, in the middle.
pub(in crate::forms) fn draw(frame: &Frame, image: &Image, object: Object) -> Stream {
    let inset = frame.inset();
    let (resources, content) =
        drawn(image, object, [inset, inset, frame.width - inset, frame.height - inset]);
    frame.appearance(resources, &content)
}

/// The resources and operators that draw a picture into a box.
pub(in crate::forms) fn drawn(image: &Image, object: Object, room: [f64; 4]) -> (Dictionary, String) {
    let mut pictures = Dictionary::new();
    pictures.set("I", object);
    let mut resources = Dictionary::new();
    resources.set("XObject", pictures);
    let [x0, y0, x1, y1] = image.placed(room);
    let place = numbers(&[x1 - x0, 0.0, 0.0, y1 - y0, x0, y0]);
    (resources, format!("q {place} cm /I Do Q\n"))
}

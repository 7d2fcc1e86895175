//! A drawing as a picture.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::limits::PIXELS_MAX;

/// The family that drawings are written in.
const FAMILY: &str = "Public Sans";

/// The fonts of pictures. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Fonts(Arc<fontdb::Database>);

impl Fonts {
    /// Fonts from the bytes of their files (TrueType or OpenType).
    pub fn new(files: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut database = fontdb::Database::new();
        for file in files {
            database.load_font_data(file);
        }
        database.set_sans_serif_family(FAMILY);
        Self(Arc::new(database))
    }
}

/// A drawing as PNG, each of its units as `scale` pixels; none when it has too many pixels or is no SVG.
pub fn png(svg: &str, fonts: &Fonts, scale: f32) -> Option<Vec<u8>> {
    let options =
        Options { font_family: FAMILY.to_owned(), fontdb: Arc::clone(&fonts.0), ..Options::default() };
    let tree = Tree::from_str(svg, &options).ok()?;
    let size = tree.size().to_int_size().scale_by(scale)?;
    if u64::from(size.width()) * u64::from(size.height()) > PIXELS_MAX {
        return None;
    }
    let mut picture = Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().ok()
}

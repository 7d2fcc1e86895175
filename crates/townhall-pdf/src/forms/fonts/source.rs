//! Fonts from elsewhere, for characters that neither the form's own fonts nor the one that comes with this crate have.

use std::collections::BTreeSet;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};

/// Something that knows fonts, such as those of a machine.
pub trait FontSource: Debug + Send + Sync {
    /// A font that has these characters, or as many of them as one has.
    fn font_for(&self, characters: &BTreeSet<char>) -> Option<FontFile>;
}

/// A font, TrueType or OpenType, perhaps one of a collection. Cheap to clone.
#[derive(Clone)]
pub struct FontFile {
    data: Arc<[u8]>,
    index: u32,
}

impl FontFile {
    /// The font of this number, counted from 0, in a file; nothing where it can't be put into documents.
    pub fn of(data: impl Into<Arc<[u8]>>, index: u32) -> Option<Self> {
        let file = Self { data: data.into(), index };
        is_embeddable(&file.font()?).then_some(file)
    }

    /// How many of these characters it has.
    pub fn covered(&self, characters: &BTreeSet<char>) -> usize {
        font_covers(&self.data, self.index, characters)
    }

    pub(super) fn data(&self) -> &[u8] {
        &self.data
    }

    pub(super) fn index(&self) -> u32 {
        self.index
    }

    pub(super) fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.data, self.index).ok()
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.data, &other.data) && self.index == other.index
    }
}

impl Debug for FontFile {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "FontFile({} bytes, {})", self.data.len(), self.index)
    }
}

/// How many of these characters the font of this number has, counted from 0, in a file; none where it can't be put into documents.
pub fn font_covers(data: &[u8], index: u32, characters: &BTreeSet<char>) -> usize {
    let Some(font) = FontRef::from_index(data, index).ok().filter(is_embeddable) else { return 0 };
    let charmap = font.charmap();
    characters.iter().filter(|character| charmap.map(**character).is_some()).count()
}

/// Whether a font may be put into documents, by what it says of itself (`fsType` of its `OS/2` table), and has outlines of a kind for which
/// PDF has a place.
fn is_embeddable(font: &FontRef<'_>) -> bool {
    const RIGHTS: u16 = 0xf;
    const RESTRICTED: u16 = 2;
    let has_outlines = font.glyf().is_ok() || font.cff().is_ok();
    has_outlines && font.os2().map_or(true, |os2| os2.fs_type() & RIGHTS != RESTRICTED)
}

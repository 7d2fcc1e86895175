//! Fonts from elsewhere, for characters that neither the form's own fonts nor the one that comes with this crate have.

use std::collections::BTreeSet;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};

use super::embedded::Program;

/// Something that knows fonts, such as those of a machine.
pub trait FontSource: Debug + Send + Sync {
    /// A font that has these characters, or as many of them as one has.
    fn font_for(&self, characters: &BTreeSet<char>) -> Option<FontFile>;
}

/// A font, TrueType or OpenType, read once for all forms. Cheap to clone.
#[derive(Clone)]
pub struct FontFile(pub(super) Arc<Program>);

impl FontFile {
    /// The font of this number, counted from 0, in a file; nothing where it can't be put into documents.
    pub fn of(data: impl Into<Arc<[u8]>>, index: u32) -> Option<Self> {
        Program::of(data.into(), index).map(|program| Self(Arc::new(program)))
    }

    /// How many of these characters it has.
    pub fn covered(&self, characters: &BTreeSet<char>) -> usize {
        self.0.covered(characters)
    }
}

impl Debug for FontFile {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "FontFile({})", self.0.name())
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
pub(super) fn is_embeddable(font: &FontRef<'_>) -> bool {
    const RIGHTS: u16 = 0xf;
    const RESTRICTED: u16 = 2;
    let has_outlines = font.glyf().is_ok() || font.cff().is_ok();
    has_outlines && font.os2().map_or(true, |os2| os2.fs_type() & RIGHTS != RESTRICTED)
}

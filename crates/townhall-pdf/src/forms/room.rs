//! How much text is taken of a form. One text, or one list of them, may be named in thousands of places of a small file, and each of them
//! would be a copy.

use std::cell::Cell;

/// The most text that is taken of the fields of a form, or of a file of values, in bytes as it stands there: names, labels, options and
/// values together. Fields that come after that are left out. All forms among the samples have less than 1 MiB.
const TEXTS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What a text takes beside its bytes.
const TEXT_BYTES: usize = 32;

/// How much more text is taken.
pub(super) struct Room(Cell<usize>);

impl Default for Room {
    fn default() -> Self {
        Self(Cell::new(TEXTS_BYTES_MAX))
    }
}

impl Room {
    /// Takes a text of so many bytes, if there is room for it. After the first for which there is none, there is none for any.
    pub fn take(&self, bytes: usize) -> Option<()> {
        let left = self.0.get().checked_sub(bytes.saturating_add(TEXT_BYTES));
        self.0.set(left.unwrap_or(0));
        left.map(|_| ())
    }

    /// Whether there was no room for something.
    pub fn is_used_up(&self) -> bool {
        self.0.get() == 0
    }
}

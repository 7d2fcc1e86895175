//! Tells whether a text was met before, in a list that is short in most cases and may be very long.

use std::collections::HashSet;

/// As many are compared one by one; from then on they are hashed.
const COMPARED_MAX: usize = 16;

/// The texts that were met.
#[derive(Default)]
pub struct Seen<'t> {
    few: [&'t str; COMPARED_MAX],
    count: usize,
    many: Option<HashSet<&'t str>>,
}

impl<'t> Seen<'t> {
    /// Whether the text is met for the first time.
    pub fn is_new(&mut self, text: &'t str) -> bool {
        if let Some(many) = &mut self.many {
            return many.insert(text);
        }
        if self.few[..self.count].contains(&text) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(place) => {
                *place = text;
                self.count += 1;
                true
            }
            None => self.many.insert(self.few.iter().copied().collect()).insert(text),
        }
    }
}

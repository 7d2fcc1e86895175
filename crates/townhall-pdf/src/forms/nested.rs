//! Full names, taken apart again: the fields of files with values are nested as those of forms are.

use std::collections::HashMap;

use super::field::Field;
use crate::limits::FIELD_DEPTH_MAX;

/// What a part of a name stands for: a field, or others below it.
#[derive(Default)]
pub(super) struct Nested<'a> {
    /// The field, where the name ends here.
    pub field: Option<&'a Field>,
    /// What is below, in the order of the form.
    pub kids: Vec<(&'a str, Nested<'a>)>,
    by_name: HashMap<&'a str, usize>,
}

/// The fields that have a value, by the parts of their names.
pub(super) fn nest(fields: &[Field]) -> Vec<(&str, Nested<'_>)> {
    let mut top = Nested::default();
    for field in fields.iter().filter(|field| field.value.is_some()) {
        let mut place = &mut top;
        for part in field.name.splitn(FIELD_DEPTH_MAX, '.') {
            let next = place.kids.len();
            let at = *place.by_name.entry(part).or_insert(next);
            if at == next {
                place.kids.push((part, Nested::default()));
            }
            place = &mut place.kids[at].1;
        }
        place.field = Some(field);
    }
    top.kids
}

//! The rules on meaning: what no schema asks for.
//!
//! They run beside the comparison with the shapes, for each object once, and see only its known members. [`across`]
//! compares records with each other.

mod access;
mod across;
mod codes;
mod dates;
mod distribution;
mod names;
mod redaction;
mod space;
mod texts;
mod three;

pub use across::Across;
pub use names::unknown_field;

use super::engine::{Check, Members};
use super::shape::Class;

/// Looks at an object whose members were compared with its shape.
pub fn object<'r>(check: &mut Check<'_, '_, 'r>, class: Class, members: &Members<'_, 'r>) {
    match class {
        Class::Dataset11 => {
            access::dataset(check, members);
            codes::dataset(check, members);
            dates::dataset(check, members);
            space::dataset(check, members);
            texts::dataset(check, members);
            texts::keywords(check, members);
            redaction::dataset(check, members);
        }
        Class::Dataset10 => {
            access::dataset(check, members);
            codes::dataset(check, members);
            texts::dataset(check, members);
            texts::keywords(check, members);
        }
        Class::Distribution11 => {
            distribution::distribution(check, members);
            texts::distribution(check, members);
        }
        Class::Contact11 => texts::email(check, members),
        Class::DcatUs30(class) => three::object(check, class, members),
        Class::Catalog11 | Class::Organization11 | Class::Other => {}
    }
}

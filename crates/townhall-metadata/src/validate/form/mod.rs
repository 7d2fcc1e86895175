//! The forms that a text must have: written by hand, because some of the published expressions look back and ahead,
//! and because only a parser can tell what is wrong.
//!
//! Each takes exactly what the published schema takes in the validator that is in use for it, oddities included;
//! what is odd about a value that was taken, the rules on meaning say.

mod chars;
mod date;
mod duration;
mod language;
mod parse;
mod uri;

pub use date::{rfc3339, sensible};
pub use parse::{Form, is_redacted};

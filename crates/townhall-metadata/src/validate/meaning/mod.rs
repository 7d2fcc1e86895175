//! The rules on meaning: what no schema asks for.

mod across;

pub use across::Across;

use super::engine::{Check, Members};
use super::shape::{Class, Shape};
use super::tree::Value;

/// Looks at an object whose members were compared with its shape.
pub fn object(_check: &mut Check<'_, '_, '_>, _class: Class, _members: &Members<'_, '_>) {}

/// Looks at a key that the shape does not know.
pub fn unknown_field<'r>(_check: &mut Check<'_, '_, 'r>, _shape: &Shape, _key: &'r str, _value: Value<'r>) {}

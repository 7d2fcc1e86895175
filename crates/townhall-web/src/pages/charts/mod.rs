//! Drawings made on the server: where each mark goes is worked out here, how it looks is the templates' affair.
//!
//! Every drawing has a description in words and stands beside its numbers.

mod locator;
mod scale;
mod spread;

pub use locator::{Extent, ExtentBox, LocatorView, Marker, locator};
pub use spread::{SpreadBar, SpreadView, spread};

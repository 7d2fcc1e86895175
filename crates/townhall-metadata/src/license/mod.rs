//! The license service: which license a text means, what it lets people do, and what becomes of several together.
//!
//! One bundled table ([`LICENSES`]) is behind everything here, behind the rules on licenses of
//! [`validate`](crate::validate), and behind what [`fix_record`](crate::fix_record) mends.

mod address;
mod combine;
mod explain;
mod name;
mod recognize;
mod table;
mod text;

pub(crate) use address::by_address;
pub use combine::{Combination, Conflict, Obligation, Outcome, Source, attribution, combine};
pub use explain::{Explanation, Fitness, Suitability};
pub(crate) use name::by_name;
pub use recognize::{Certainty, Evidence, Recognition, recognize_license};
pub(crate) use table::TABLE;
pub use table::{Conditions, LICENSES, License, MadeFor, Openness, license};

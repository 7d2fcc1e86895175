//! Links: whether what a catalog names can be had, and is what it is said to be.

mod check;
mod error_pages;
mod rounds;
mod standing;
mod verdict;

pub use check::{CheckSettings, Checker, Known, Link};
pub use rounds::{Lane, Rounds, host_of, lanes_of, run_rounds};
pub use standing::{Standing, StandingRules, State};
pub use verdict::{Checked, Hop, Trouble, Verdict};

//! What the tests share: a server to play a source, and a harvest that is written down.

mod harvest;
// The crate that has it needs the whole house to be compiled; these tests do not.
#[path = "../../../../townhall-testkit/src/site.rs"]
mod site;

pub use harvest::{Known, fetcher, fetcher_with, harvest_all, harvest_with, options};
pub use site::{Answer, Request, Site as Server};

//! What the tests share: a server to play a source, and a harvest that is written down.

mod harvest;
mod server;

pub use harvest::{Known, fetcher, harvest_all, options};
pub use server::{Answer, Request, Server};

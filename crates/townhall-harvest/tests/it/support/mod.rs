//! What the tests share: a server to play a source, and a harvest that is written down.

mod harvest;
mod server;

pub use harvest::{Known, fetcher, fetcher_with, harvest_all, harvest_with, options};
pub use server::{Answer, Request, Server};

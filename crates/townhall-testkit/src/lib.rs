#![doc = include_str!("../README.md")]

mod answer;
mod app;
mod catalogue;
mod database;
mod site;
mod world;

pub use answer::{Answer, gunzip};
pub use app::TestApp;
pub use catalogue::{catalogue, dataset};
pub use database::sqlite;
pub use site::{Answer as SiteAnswer, Request as SiteRequest, Site};
pub use world::World;

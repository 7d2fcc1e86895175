#![doc = include_str!("../README.md")]

mod answer;
mod app;
mod catalogue;
mod database;
mod world;

pub use answer::{Answer, gunzip};
pub use app::TestApp;
pub use catalogue::{catalogue, dataset};
pub use database::sqlite;
pub use world::World;

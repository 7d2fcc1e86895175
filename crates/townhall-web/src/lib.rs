#![doc = include_str!("../README.md")]

pub mod handlers;
pub mod pages;
pub mod server;

//! Pages, the JSON API, protocols

pub mod pages;

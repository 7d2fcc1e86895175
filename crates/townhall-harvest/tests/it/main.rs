//! Each kind of source against a small server of its own on loopback.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod arcgis;
mod bucket;
mod catalog;
mod ckan;
mod detect;
mod folders;
mod local;
mod opendatasoft;
mod sitemap;
mod socrata;
mod support;

//! Charts as those who ask for them see them: drawings, words, tables, pictures, documents.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod any;
mod drawings;
mod pages;
mod specs;
mod support;

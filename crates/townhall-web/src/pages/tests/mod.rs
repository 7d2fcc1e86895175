//! All pages, rendered with good, empty and hostile content.

mod fixtures;
mod gallery;
mod hostile;
mod theme;

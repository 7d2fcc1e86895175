//! Draws what is seen of a field (ISO 32000-1, 12.5.5 and 12.7.3.3).

pub(super) mod button;
pub(super) mod choice;
pub(super) mod frame;
pub(super) mod picture;
pub(super) mod text;

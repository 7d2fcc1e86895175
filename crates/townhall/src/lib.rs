//! The parts of the program that tests and tools use as a library: the settings.

pub mod settings;

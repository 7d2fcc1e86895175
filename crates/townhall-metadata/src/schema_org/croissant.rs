//! Croissant 1.0 of MLCommons: schema.org with the files and records of a dataset, for machine learning.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use townhall_model::Finding;
use townhall_model::record::{Body, Version};

use super::read::read;
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::{Item, ReadError, ReadOptions, Summary};

/// Croissant, which is read. The schema.org dialect writes again what was kept of it.
pub struct Croissant;

const INFO: DialectInfo = DialectInfo {
    id: "croissant",
    name: "Croissant 1.0",
    description: "Datasets for machine learning: files, and the fields of their records.",
    media_types: &["application/ld+json"],
    extension: "croissant.json",
    specification: "https://docs.mlcommons.org/croissant/docs/croissant-spec.html",
    can_read: true,
    can_write_record: false,
    can_write_catalog: false,
};

impl Dialect for Croissant {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        beginning.starts_with('{') && beginning.contains("://mlcommons.org/croissant/")
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        read(input, options, sink)
    }

    fn write_record(&self, _: &Body, _: Version, _: &mut dyn Write) -> Result<Vec<Finding>, WriteError> {
        Err(WriteError::ReadOnly { dialect: INFO.id })
    }

    fn catalog_writer<'w>(&self, _: Box<dyn Write + 'w>) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Err(WriteError::ReadOnly { dialect: INFO.id })
    }
}

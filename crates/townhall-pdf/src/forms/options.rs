//! What is put into a form, and how.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fonts::FontSource;
use super::stamp::Stamp;
use super::value::Value;

/// What is put into a form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filling {
    /// Values by the full names of fields.
    pub values: BTreeMap<String, Value>,
    /// Pictures (PNG or JPEG) by the full names of the signature fields, or of other fields, in whose boxes they go.
    pub images: BTreeMap<String, Vec<u8>>,
    /// What is put onto pages beside the fields.
    pub stamps: Vec<Stamp>,
}

/// How a form is filled.
#[derive(Debug, Clone, Default)]
pub struct FillOptions {
    /// Whether fields become part of the page, so that nobody can change them.
    pub flatten: bool,
    /// How the file is written.
    pub save: Save,
    /// What becomes of the lock of a locked file.
    pub lock: Lock,
    /// The sizes of texts.
    pub sizes: TextSizes,
    /// Where more fonts come from, for characters that neither the form's fonts nor DejaVu have.
    pub fonts: Option<Arc<dyn FontSource>>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Save {
    /// All of it anew.
    #[default]
    Rewrite,
    /// As it was, with the changes after it (ISO 32000-1, 7.5.6): what was signed stays as it was. Not for locked or damaged files,
    /// which are written anew all the same.
    Append,
}

/// What becomes of the lock of a locked file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lock {
    /// It keeps its passwords and what it lets people do.
    #[default]
    Keep,
    /// Anybody may open and change it.
    Drop,
}

/// The sizes of texts, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextSizes {
    /// The largest size of a text whose field leaves the size open. 12 unless it is set.
    pub most: f64,
    /// The smallest share of its size that a text of a fixed size is made smaller to, before it is cut off. A half unless it is set; 1
    /// never makes it smaller.
    pub least_share: f64,
}

impl Default for TextSizes {
    fn default() -> Self {
        Self { most: 12.0, least_share: 0.5 }
    }
}

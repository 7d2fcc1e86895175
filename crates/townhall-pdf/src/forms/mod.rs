//! Forms in PDF files: their fields, filling them in, and making them part of the page (ISO 32000-1, 12.7).

mod appearance;
mod buttons;
mod choices;
mod clean;
mod content;
mod document;
mod draft;
mod field;
mod fill;
mod flatten;
mod fonts;
mod images;
mod layout;
mod names;
mod options;
mod paint;
mod read;
mod report;
mod sheet;
mod stamp;
mod tree;
mod value;

pub use document::{FormDocument, flatten_fields};
pub use field::{Align, Field, FieldFlags, FieldKind, FieldOption, Widget};
pub use options::{FillOptions, Filling, Lock, Save, TextSizes};
pub use report::{Filled, Remark, Report};
pub use stamp::{ImageStamp, Stamp, TextStamp};
pub use value::Value;

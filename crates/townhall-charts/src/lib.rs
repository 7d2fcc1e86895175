#![doc = include_str!("../README.md")]

mod chart;
mod cube;
mod describe;
mod draw;
mod land;
pub mod limits;
mod page;
mod plan;
mod png;
mod scale;
mod spec;
mod suggest;
mod svg;
mod table;
mod values;
mod words;

pub use chart::{Chart, Rows};
pub use draw::Look;
pub use land::LAND;
pub use page::{DataPage, DetailPage, PageFilter, PageProblem, Pane, Roles, Summary};
pub use plan::{Field, Output, Plan, PlanProblem, Source};
pub use png::{Fonts, png};
pub use spec::{Aggregate, Channel, FieldType, Kind, Sort, Spec, SpecProblem, Stack, TimeUnit};
pub use suggest::{Suggestion, explore, suggest};
pub use table::Table;
pub use values::Format;

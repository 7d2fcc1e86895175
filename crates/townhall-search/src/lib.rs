#![doc = include_str!("../README.md")]

mod answer;
mod bits;
mod collect;
mod columns;
mod counts;
mod document;
mod error;
mod excluded;
mod expand;
mod facet;
#[doc(hidden)]
pub mod fuzz;
mod highlight;
mod index;
pub mod limits;
mod merges;
mod parse;
mod plan;
mod query;
mod rows;
mod schema;
mod search;
mod suggest;
mod text;
mod view;

pub use answer::{FacetValue, Hit, SearchAnswer, Segment, Suggestion, SuggestionKind};
pub use document::{IndexDocument, Named};
pub use error::SearchError;
pub use facet::Facet;
pub use index::{IndexStatus, SearchIndex};

pub use query::{Direction, PlaceFilter, PlaceRelation, SearchQuery, Sort};
pub use rows::{RowIndex, RowIndexWriter};

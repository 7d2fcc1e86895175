#![doc = include_str!("../README.md")]

mod answer;
mod bits;
mod columns;
mod counts;
mod document;
mod error;
mod facet;
mod index;
pub mod limits;
mod merges;
mod query;
mod schema;
mod search;
mod text;
mod view;

pub use answer::{FacetValue, Hit, SearchAnswer, Segment, Suggestion, SuggestionKind};
pub use document::{IndexDocument, Named};
pub use error::SearchError;
pub use facet::Facet;
pub use index::{IndexStatus, SearchIndex};
pub use query::{Direction, PlaceFilter, PlaceRelation, SearchQuery, Sort};

//! The scorecard of a government: which office publishes what, how well, and since when.
//!
//! What was seen of an office on a day are its [`LookFacts`]; [`judge_listing`] and its kin make them of bytes, and
//! [`public_listing`] and [`enterprise_inventory`] give the verdicts, each with reasons in words. Quarters end at
//! [`Milestones`]; what people add by hand are the [`TRACKED_FIELDS`].

mod facts;
mod fields;
mod judge;
mod milestone;
mod office;
mod page;
mod regression;
mod rubric;
mod strategy;

pub use facts::{AddressFacts, LinkCounts, ListingFacts, LookFacts, PageFacts, StrategyFacts, StrategyItem};
pub use fields::{FieldKind, REVIEW_FIELDS, SECTIONS, Section, TRACKED_FIELDS, TrackedField, tracked_field};
pub use judge::{ERRORS_KEPT_MAX, LISTING_SCHEMAS, ListingJudgement, Sample, judge_listing, listing_profile};
pub use milestone::{Milestone, Milestones};
pub use office::{Office, federal_offices, find_office, read_offices};
pub use page::judge_page;
pub use regression::{Regression, regressions};
pub use rubric::{
    Given, Standing, Verdict, enterprise_inventory, growth_percent, is_best_practice, public_listing,
};
pub use strategy::judge_strategy;

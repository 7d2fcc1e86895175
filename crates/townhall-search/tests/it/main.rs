//! The index as its users meet it: what is found, in which order, with which counts, and what survives.

mod durability;
mod facets;
mod odd_input;
mod place_time_order;
mod support;
mod words;

#![doc = include_str!("../README.md")]

mod client;
mod executor;
mod failure;
pub mod limits;
mod scheduler;
mod session;

pub use client::{Cluster, ClusterSettings};
pub use executor::{ExecutorSettings, run_executor};
pub use failure::ClusterError;
pub use scheduler::{SchedulerSettings, run_scheduler};

//! The query cluster, as far as this program was built with it: it is large, so that is a choice (`--features cluster`).

#[cfg(not(feature = "cluster"))]
mod without;
#[cfg(not(feature = "cluster"))]
pub use without::{execute, large_queries, schedule};

#[cfg(feature = "cluster")]
mod with;
#[cfg(feature = "cluster")]
pub use with::{execute, large_queries, schedule};

//! What stands around every request: connections, limits, headers, problems, metrics.

mod admin;
mod around;
mod headers;
pub mod limits;
mod listener;
mod problem;

pub use admin::{Check, admin_routes, install_metrics};
pub use around::{Around, ErrorPage, wrap};
pub use limits::ServerLimits;
pub use listener::serve;
pub use problem::Problem;

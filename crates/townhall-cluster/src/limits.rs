//! Bounds of what passes between the machines of a cluster.

use std::time::Duration;

/// The largest message, in bytes: a plan, a batch of rows.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long a machine may take to accept a connection and to say that it is ready.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How often an executor tells the scheduler that it is there, in seconds.
pub const HEARTBEAT_S: u64 = 2;

/// How long an executor may be silent until its work is given to others, in seconds.
pub const SILENCE_S: u64 = 8;

/// How long what was computed for an answer is kept on executors if nobody says that it was fetched, in seconds.
pub const LEFTOVERS_S: u64 = 600;

/// How long a question whose asker has left is waited for, so that it can be ended.
pub const ENDING_TIMEOUT: Duration = Duration::from_secs(10);

/// How many plans may wait in the scheduler.
pub const PLANS_WAITING_MAX: u32 = 1_000;

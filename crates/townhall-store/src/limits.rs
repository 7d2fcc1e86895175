//! Bounds of the store.

/// The longest slug, in characters.
pub const SLUG_CHARACTERS_MAX: usize = 90;

/// How many keys one look-up names: SQLite allows 32,766 parameters, and long statements are no faster.
pub const KEYS_PER_LOOKUP: usize = 500;

/// Connections that read at the same time.
pub const READERS_MAX: u32 = 8;

/// How long a statement waits for another process's lock, in milliseconds.
pub const BUSY_TIMEOUT_MS: u64 = 10_000;

/// How often a job is tried before it is parked.
pub const JOB_ATTEMPTS_MAX: i64 = 5;

/// The longest pause between two tries of a job, in seconds.
pub const JOB_PAUSE_SECONDS_MAX: i64 = 3_600;

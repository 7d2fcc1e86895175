//! Bounds of every request, with their reasons.

use std::time::Duration;

/// How many redirects are followed.
pub const REDIRECTS_MAX: usize = 5;

/// How long a connection may take to be made.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a server may stay silent between two pieces of an answer.
pub const SILENCE_MAX: Duration = Duration::from_secs(30);

/// How long an answer may take in all.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(3_600);

/// How many requests one host gets at the same time.
pub const PER_HOST_MAX: usize = 2;

/// How many hosts' counters are kept; idle ones are dropped beyond it.
pub const HOSTS_KEPT_MAX: usize = 4_096;

/// Ports that may be asked.
pub const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Most headers of an answer that are kept.
pub const ANSWER_HEADERS_MAX: usize = 100;

/// The longest time between two requests to a host that its robots.txt or a setting can ask for.
pub const DELAY_MAX: Duration = Duration::from_secs(60);

/// The longest time that a host can make us stay away; what takes longer is tried another day.
pub const STAY_AWAY_MAX: Duration = Duration::from_secs(300);

/// The largest robots.txt that is read (RFC 9309, section 2.5, asks for at least 500 KiB).
pub const ROBOTS_BYTES_MAX: u64 = 512 * 1024;

/// How long a robots.txt holds (RFC 9309, section 2.4).
pub const ROBOTS_AGE: Duration = Duration::from_secs(86_400);

/// How long a request waits before it is tried again after a broken connection.
pub const RETRY_PAUSE: Duration = Duration::from_secs(1);

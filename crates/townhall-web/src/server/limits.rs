//! Bounds of connections and requests.

use std::time::Duration;

/// How much clients may ask of the server at once. Every field is a setting under `http`.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address.
    pub connections_per_address: usize,
    /// How long a client may take to send its headers: slow ones would hold connections for nothing.
    pub header_timeout: Duration,
    /// How long a request may take until its answer begins.
    pub request_timeout: Duration,
    /// The largest body of a request, in bytes.
    pub body_bytes: u64,
    /// How long open requests may go on after the server was told to stop.
    pub shutdown_grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            connections_per_address: 512,
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            body_bytes: 1024 * 1024,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// Requests that one HTTP/2 connection may have open.
pub const STREAMS_MAX: u32 = 100;

/// The largest headers of a request, in bytes.
pub const HEADER_BYTES_MAX: usize = 32 * 1024;

//! How often one client may have other APIs asked: they should not be overrun from here.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls of a client in a window.
pub const CALLS_MAX: u32 = 30;

/// The window.
pub const WINDOW: Duration = Duration::from_secs(60);

/// Clients that are remembered; who has not called for a window is forgotten first.
const CLIENTS_MAX: usize = 10_000;

/// The calls of each client.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<Option<IpAddr>, Window>>);

#[derive(Debug, Clone, Copy)]
struct Window {
    begun: Instant,
    calls: u32,
}

impl Pace {
    /// Whether a client may call once more now. Clients whose address is not known share one count.
    pub fn admits(&self, client: Option<IpAddr>) -> bool {
        self.admits_at(client.map(network), Instant::now())
    }

    fn admits_at(&self, client: Option<IpAddr>, now: Instant) -> bool {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS_MAX && !clients.contains_key(&client) {
            clients.retain(|_, window| now.duration_since(window.begun) < WINDOW);
            if clients.len() >= CLIENTS_MAX {
                return false;
            }
        }
        let window = clients.entry(client).or_insert(Window { begun: now, calls: 0 });
        if now.duration_since(window.begun) >= WINDOW {
            *window = Window { begun: now, calls: 0 };
        }
        window.calls += 1;
        window.calls <= CALLS_MAX
    }
}

/// One household has a whole network of IPv6 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let mut segments = v6.segments();
            segments[4..].fill(0);
            IpAddr::from(segments)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_waits_after_its_calls_and_others_do_not() {
        let (pace, now) = (Pace::default(), Instant::now());
        let one: Option<IpAddr> = Some("192.0.2.1".parse().unwrap());
        for _ in 0..CALLS_MAX {
            assert!(pace.admits_at(one, now));
        }
        assert!(!pace.admits_at(one, now));
        assert!(pace.admits_at(Some("192.0.2.2".parse().unwrap()), now));
        assert!(pace.admits_at(None, now));
        assert!(pace.admits_at(one, now + WINDOW));
    }
}

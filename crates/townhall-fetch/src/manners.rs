//! How a host is treated: how many requests at a time, how far apart, and when it asked us to stay away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

use crate::limits::{DELAY_MAX, HOSTS_KEPT_MAX, STAY_AWAY_MAX};
use crate::robots::Robots;

/// How the hosts that a fetcher asks are treated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manners {
    /// The least time between the beginnings of two requests to a host. What its robots.txt asks for is added where it is obeyed.
    pub delay: Duration,
    /// Whether robots.txt is obeyed (RFC 9309).
    pub obeys_robots: bool,
    /// How often a request is tried again after the host has asked for patience (429, 503) or the connection broke.
    pub retries: u32,
}

/// What is known of the hosts that were asked.
#[derive(Default)]
pub(crate) struct Hosts {
    known: Mutex<HashMap<String, Arc<Host>>>,
}

/// One host, as its origin (scheme, name and port).
pub(crate) struct Host {
    room: Arc<Semaphore>,
    /// Before this moment no other request begins.
    next: Mutex<Instant>,
    pub(crate) robots: tokio::sync::Mutex<Option<(Instant, Arc<Robots>)>>,
}

impl Hosts {
    /// The host of an address.
    pub(crate) fn of(&self, url: &Url, per_host: usize) -> Arc<Host> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= HOSTS_KEPT_MAX {
            known.retain(|_, host| Arc::strong_count(host) > 1 || host.is_waiting());
        }
        let fresh = || {
            Arc::new(Host {
                room: Arc::new(Semaphore::new(per_host.max(1))),
                next: Mutex::new(Instant::now()),
                robots: tokio::sync::Mutex::new(None),
            })
        };
        known.entry(url.origin().ascii_serialization()).or_insert_with(fresh).clone()
    }
}

impl Host {
    /// Waits until the host has room for one more request, and its time has come.
    pub(crate) async fn turn(&self, delay: Duration) -> OwnedSemaphorePermit {
        let permit = self.room.clone().acquire_owned().await.expect("nobody closes the semaphore");
        let begin = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = (*next).max(Instant::now());
            *next = begin + delay.min(DELAY_MAX);
            begin
        };
        tokio::time::sleep_until(begin).await;
        permit
    }

    /// The host asked us to stay away for a while.
    pub(crate) fn stay_away(&self, time: Duration) {
        let until = Instant::now() + time.min(STAY_AWAY_MAX);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(until);
    }

    fn is_waiting(&self) -> bool {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) > Instant::now()
    }
}

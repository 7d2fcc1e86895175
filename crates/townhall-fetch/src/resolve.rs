//! Names to addresses, those that may not be reached left out.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use hickory_resolver::TokioResolver;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard::is_allowed;

/// Finds the addresses of a name.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses; an error or none means that there is no such name.
    fn lookup(&self, name: String) -> Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, String>> + Send>>;
}

/// The look-up that the machine's own settings ask for: its hosts file, then its name servers.
pub struct SystemLookup {
    resolver: Option<TokioResolver>,
}

impl SystemLookup {
    /// Reads the machine's settings. Without any, no name can be resolved, only literal addresses work.
    pub fn new() -> Self {
        let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        if let Err(error) = &resolver {
            tracing::warn!("names can't be resolved on this machine: {error}");
        }
        Self { resolver: resolver.ok() }
    }
}

impl Default for SystemLookup {
    fn default() -> Self {
        Self::new()
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, String>> + Send>> {
        let resolver = self.resolver.clone();
        Box::pin(async move {
            let resolver = resolver.ok_or("this machine has no name servers")?;
            let found = resolver.lookup_ip(name).await.map_err(|error| error.to_string())?;
            Ok(found.iter().collect())
        })
    }
}

/// What the HTTP client resolves with: it never learns of an address that may not be reached.
pub(crate) struct GuardedResolver {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) allow: Arc<[IpNet]>,
}

/// A name has addresses, and none may be reached.
#[derive(Debug, thiserror::Error)]
#[error("no public address")]
pub(crate) struct NoPublicAddress;

/// A name has no address.
#[derive(Debug, thiserror::Error)]
#[error("no such name: {0}")]
pub(crate) struct NoSuchName(String);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lookup.lookup(name.as_str().to_owned());
        let allow = self.allow.clone();
        Box::pin(async move {
            let found = found.await.map_err(NoSuchName)?;
            if found.is_empty() {
                return Err(NoSuchName("no addresses".into()).into());
            }
            let reachable: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| is_allowed(*address, &allow))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if reachable.is_empty() {
                return Err(NoPublicAddress.into());
            }
            Ok(Box::new(reachable.into_iter()) as Addrs)
        })
    }
}

//! What the owner of a source can do about the trouble that a harvest had with it.

use townhall_fetch::FetchError;
use townhall_harvest::HarvestError;

/// One sentence of advice, where there is any.
pub(super) fn advice(error: &HarvestError) -> Option<&'static str> {
    let HarvestError::Fetch(error) = error else { return None };
    Some(match error {
        FetchError::Status { blocked_by: Some(_), .. } | FetchError::Status { status: 403, .. } => {
            "the site keeps programs out: ask its operator to let the user agent of this portal through its firewall, or to publish \
             the catalog at an address without one"
        }
        FetchError::Status { status: 401, .. } => {
            "the address asks for a password: catalogs are for everybody"
        }
        FetchError::Status { status: 404 | 410, .. } => {
            "there is nothing at the address any more: ask the publisher where the catalog is now"
        }
        FetchError::Status { status: 429, .. } => {
            "the site wants fewer requests: set a longer `delay_ms` for the source"
        }
        FetchError::Status { status: 500.., .. } => {
            "the site has trouble of its own: the next harvest tries again"
        }
        FetchError::Robots { .. } => {
            "the site's robots.txt asks programs to leave the address alone: ask its operator to allow it, or set `robots` off for \
             the source where the operator has agreed"
        }
        FetchError::Unresolved { .. } => "the name of the site is not known: is the address spelled right?",
        FetchError::TimedOut { .. } => "the site did not answer in time: the next harvest tries again",
        FetchError::NotPublic { .. } => {
            "the address is on a private network: name its range in `fetch.allow` if that is meant"
        }
        FetchError::TooLarge { .. } => "ask the publisher to split the catalog",
        _ => return None,
    })
}

//! What the sources of portals share: addresses, small questions, options.

use serde_json::Value;
use townhall_fetch::{Conditions, Look};
use url::Url;

use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{ANSWER_BYTES_MAX, LOOK_SECONDS};

/// The address that a portal is at, cut off before the first of these pages of it; it ends with a slash.
pub fn cut_at(url: &Url, pages: &[&str]) -> Url {
    let mut base = url.clone();
    base.set_query(None);
    base.set_fragment(None);
    let path = url.path();
    let begins = |page: &&str| {
        let mut at = path.match_indices(*page).map(|(at, _)| at);
        at.find(|at| matches!(path.as_bytes().get(at + page.len()), None | Some(b'/')))
    };
    let end = pages.iter().filter_map(begins).min().unwrap_or(path.len());
    base.set_path(&format!("{}/", path[..end].trim_end_matches('/')));
    base
}

/// The first page of the host of an address, where portals that are a service of their makers always are.
pub fn root(url: &Url) -> Url {
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    root.set_fragment(None);
    root
}

/// An address below another, with what is asked of it.
pub fn with_query(base: &Url, path: &str, query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path()));
    url.set_query(None);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// Whether an address is that of a file, by the end of its name: then it is no page of a portal.
pub fn is_file(url: &Url) -> bool {
    const ENDINGS: [&str; 9] =
        [".json", ".jsonl", ".ndjson", ".jsonld", ".ttl", ".rdf", ".xml", ".gz", ".csv"];
    let path = url.path().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// Whether what begins so is a web page.
pub fn begins_html(head: &str) -> bool {
    let start: String = head.trim_start().chars().take(1_000).collect::<String>().to_ascii_lowercase();
    start.starts_with('<') && (start.contains("<html") || start.contains("<!doctype html"))
}

/// Asks something small whose answer tells a kind of portal, and takes no answer for a no.
pub async fn answer(asking: &Asking<'_>, url: &Url) -> Option<Value> {
    let time = std::time::Duration::from_secs(LOOK_SECONDS);
    let look = Look::Whole { bytes: ANSWER_BYTES_MAX as usize };
    let seen = asking.fetcher.look(url, look, time).await.ok()?;
    (seen.status == 200).then(|| serde_json::from_slice(&seen.body).ok()).flatten()
}

/// Asks for JSON that the harvest can't go on without.
pub async fn json(asking: &Asking<'_>, url: &Url, wanted: &'static str) -> Result<Value, HarvestError> {
    let (_, body) = asking.fetcher.get(url, &Conditions::default(), ANSWER_BYTES_MAX).await?;
    let unexpected = |why| HarvestError::Unexpected { url: url.to_string(), wanted, why };
    serde_json::from_slice(&body).map_err(|error| unexpected(format!("it answered something else: {error}")))
}

/// A number among the options, from 1 to `max`, which it is when it is not set.
pub fn number_option(asking: &Asking<'_>, option: &'static str, max: usize) -> Result<usize, HarvestError> {
    let Some(text) = asking.option(option) else { return Ok(max) };
    match text.parse() {
        Ok(number) if (1..=max).contains(&number) => Ok(number),
        _ => Err(HarvestError::Option {
            option,
            value: text.to_owned(),
            why: format!("it is a number from 1 to {max}"),
        }),
    }
}

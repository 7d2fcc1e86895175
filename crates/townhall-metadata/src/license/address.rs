//! Licenses by their addresses, in every way that people write one.

use percent_encoding::percent_decode_str;

use super::License;
use super::name::{Stated, by_name};
use super::recognize::Certainty;
use super::table::INDEX;

/// Longer addresses are no licenses of ours.
const ADDRESS_BYTES_MAX: usize = 500;

/// Most steps of a path that are looked at.
const STEPS_MAX: usize = 12;

/// The license at an address. The scheme, `www.`, case, languages, legal codes and what stands behind a known address
/// don't count. Certain unless the address leaves the version open.
pub(crate) fn by_address(url: &str) -> Option<(&'static License, Certainty)> {
    let url = url.trim();
    if url.len() > ADDRESS_BYTES_MAX || url.contains(char::is_whitespace) {
        return None;
    }
    let address = bare(url);
    let (host, path) = address.split_once('/').unwrap_or((&address, ""));
    let found = match host {
        "creativecommons.org" => creative_commons(path),
        "spdx.org" => listed(path, "licenses/"),
        "opendefinition.org" => listed(path, "licenses/"),
        "publications.europa.eu" => listed(path, "resource/authority/licence/"),
        _ => None,
    };
    found.or_else(|| beginning(&address))
}

/// An address without scheme, `www.` and closing slash, in small letters.
pub(super) fn bare(url: &str) -> String {
    let lower = url.trim().to_ascii_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest).trim_start_matches('/');
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let rest = rest.trim_end_matches(['/', '.', ',', ';', ')']);
    // An escaped or doubled slash, and the port of the scheme, are slips.
    let rest = percent_decode_str(rest).decode_utf8_lossy().replace("//", "/");
    rest.replacen(":443/", "/", 1).replacen(":80/", "/", 1)
}

/// The longest known address that this one begins with, step by step.
fn beginning(address: &str) -> Option<(&'static License, Certainty)> {
    let mut rest = address;
    for _ in 0..STEPS_MAX {
        if let Some(license) = INDEX.addresses.get(rest.trim_end_matches('/')) {
            return Some((*license, Certainty::Certain));
        }
        rest = &rest[..rest.rfind(['/', '?', '#'])?];
    }
    None
}

/// `licenses/by-sa/4.0/deed.de` and the like; also with parts in another order, or with the British spelling.
fn creative_commons(path: &str) -> Option<(&'static License, Certainty)> {
    let mut steps = path.split(['/', '?', '#']).filter(|step| !step.is_empty());
    if !matches!(steps.next()?, "licenses" | "licences" | "license" | "licence") {
        return None;
    }
    let mut stated = Stated::default();
    for part in steps.next()?.split(['-', '_', '+']) {
        stated.part(part).then_some(())?;
    }
    stated.version = steps.next().and_then(super::name::version);
    stated.license()
}

/// A license that a registry lists under its id.
fn listed(path: &str, folder: &str) -> Option<(&'static License, Certainty)> {
    let id = path.strip_prefix(folder)?;
    let id = id.split(['/', '?', '#']).next()?;
    let id = [".html", ".json", ".txt", ".rdf"].iter().find_map(|end| id.strip_suffix(end)).unwrap_or(id);
    by_name(id)
}

//! Tells pages that stand in for something else: "not found" in friendly words, and doors that want a name and password.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use url::Url;

use crate::limits::SIBLINGS_KEPT_MAX;
use crate::page::Page;

/// What pages say in their title or first heading when nothing is there, in lower case.
const MISSING_WORDS: [&str; 18] = [
    "page not found",
    "file not found",
    "not found",
    "404",
    "no longer available",
    "no longer exists",
    "can't be found",
    "cannot be found",
    "could not be found",
    "couldn't find",
    "could not find",
    "does not exist",
    "doesn't exist",
    "page unavailable",
    "has been removed",
    "resource is unavailable",
    "no encontrada",
    "page introuvable",
];

/// Ends of paths to which servers lead whoever asks for what is not there.
const MISSING_PATHS: [&str; 8] = [
    "/404",
    "/404.html",
    "/404.aspx",
    "/notfound",
    "/not-found",
    "/page-not-found",
    "/pagenotfound",
    "/error/404",
];

/// Words in the parts of an address that is a door.
const DOOR_WORDS: [&str; 15] = [
    "login",
    "signin",
    "sign-in",
    "sign_in",
    "logon",
    "sso",
    "saml",
    "saml2",
    "oauth",
    "oauth2",
    "adfs",
    "cas",
    "idp",
    "authenticate",
    "siteminder",
];

/// Hosts that are nothing but doors.
const DOOR_HOSTS: [&str; 9] = [
    "login.gov",
    "login.microsoftonline.com",
    "login.live.com",
    "accounts.google.com",
    "okta.com",
    "auth0.com",
    "onelogin.com",
    "id.me",
    "duosecurity.com",
];

/// Whether a page says that nothing is there.
pub(crate) fn says_missing(page: &Page) -> bool {
    let says = |text: &str| {
        let text = text.to_lowercase().replace('’', "'");
        MISSING_WORDS.iter().any(|words| match *words {
            // A number may be part of a name: it counts where it stands alone.
            "404" => text.split(|character: char| !character.is_alphanumeric()).any(|word| word == "404"),
            words => text.contains(words),
        })
    };
    says(&page.title) || says(&page.heading)
}

/// Whether a redirect from one address to another says that nothing is there: it leads to a page of errors, or from deep within
/// a site to its front page.
pub(crate) fn leads_nowhere(from: &Url, to: &Url) -> bool {
    if from == to {
        return false;
    }
    let path = to.path().trim_end_matches('/').to_ascii_lowercase();
    if MISSING_PATHS.iter().any(|end| path.ends_with(end)) {
        return true;
    }
    let is_front =
        path.is_empty() || matches!(path.as_str(), "/index.html" | "/home" | "/en" | "/default.aspx");
    let is_file = from.path_segments().and_then(Iterator::last).is_some_and(|name| name.contains('.'));
    // Whoever moves a whole site leads its front page here, too; a file is not found on one.
    is_front && to.query().is_none() && is_file
}

/// Whether an address is a door.
pub(crate) fn is_door(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_of = |known: &str| host == known || host.ends_with(&format!(".{known}"));
    if DOOR_HOSTS.iter().any(|known| is_of(known)) {
        return true;
    }
    let first_label = host.split('.').next().unwrap_or_default();
    if matches!(first_label, "login" | "sso" | "signin" | "idp" | "adfs" | "auth") {
        return true;
    }
    let path = url.path().to_ascii_lowercase();
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or_default();
        DOOR_WORDS.contains(&stem)
    })
}

/// What a host answers to an address that can't be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sibling {
    /// Whether it says that something is there.
    pub(crate) is_there: bool,
    /// Where it ends after redirects, if there were any.
    pub(crate) leads_to: Option<Url>,
    /// The title and heading of the page.
    pub(crate) words: (String, String),
}

impl Sibling {
    /// Whether a page is the same as what stands where nothing can be.
    pub(crate) fn is_like(&self, page: &Page, leads_to: Option<&Url>) -> bool {
        let same_place = self.leads_to.is_some() && self.leads_to.as_ref() == leads_to;
        let same_words = (&self.words.0, &self.words.1) == (&page.title, &page.heading)
            && !(page.title.is_empty() && page.heading.is_empty());
        self.is_there && (same_place || same_words)
    }
}

/// The siblings that were asked for, by host and by the end of the name: some hosts answer differently for files.
#[derive(Debug, Default)]
pub(crate) struct Siblings(Mutex<HashMap<String, Arc<OnceCell<Option<Sibling>>>>>);

impl Siblings {
    /// Where what is known of a host is put.
    pub(crate) fn of(&self, url: &Url) -> Arc<OnceCell<Option<Sibling>>> {
        let key = format!("{} {}", url.origin().ascii_serialization(), extension(url));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SIBLINGS_KEPT_MAX {
            // It is asked anew where it is wanted.
            known.clear();
        }
        known.entry(key).or_default().clone()
    }
}

/// An address beside another at which nothing can be: in the same folder, with a name that nobody would give.
pub(crate) fn sibling_of(url: &Url) -> Url {
    let digest = Sha256::digest(url.as_str().as_bytes());
    let name: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let mut sibling = url.clone();
    sibling.set_query(None);
    let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    sibling.set_path(&format!("{folder}/no-such-{name}{}", extension(url)));
    sibling
}

fn extension(url: &Url) -> String {
    let name = url.path_segments().and_then(Iterator::last).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 8 => format!(".{end}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_door_is_known_by_its_address() {
        for door in [
            "https://secure.login.gov/",
            "https://login.microsoftonline.com/x/oauth2/authorize",
            "https://a.gov/Account/Login.aspx?ReturnUrl=%2fdata.csv",
            "https://sso.a.gov/",
            "https://a.gov/adfs/ls/",
        ] {
            assert!(is_door(&url(door)), "{door}");
        }
        for other in
            ["https://a.gov/logins-by-year.csv", "https://a.gov/data/catalog", "https://authority.a.gov/"]
        {
            assert!(!is_door(&url(other)), "{other}");
        }
    }

    #[test]
    fn friendly_words_say_that_nothing_is_there() {
        let page = |title: &str, heading: &str| Page {
            title: title.to_owned(),
            heading: heading.to_owned(),
            ..Page::default()
        };
        assert!(says_missing(&page("Agency | Page Not Found", "")));
        assert!(says_missing(&page("Agency", "Sorry, we couldn’t find that")));
        assert!(says_missing(&page("Error 404", "")));
        assert!(!says_missing(&page("Form 4040 by county", "Permits")));
    }

    #[test]
    fn a_redirect_may_lead_nowhere() {
        let file = url("https://a.gov/data/2019/x.csv");
        assert!(leads_nowhere(&file, &url("https://a.gov/")));
        assert!(leads_nowhere(&file, &url("https://www.a.gov/error/404?from=x")));
        assert!(!leads_nowhere(&file, &url("https://a.gov/new/x.csv")));
        assert!(!leads_nowhere(&url("http://a.gov/"), &url("https://www.a.gov/")));
        assert!(!leads_nowhere(&url("https://a.gov/program"), &url("https://www.a.gov/")));
    }

    #[test]
    fn a_sibling_stands_in_the_same_folder() {
        let sibling = sibling_of(&url("https://a.gov/x/y.csv?z=1"));
        assert!(sibling.path().starts_with("/x/no-such-") && sibling.path().ends_with(".csv"), "{sibling}");
        assert_eq!(sibling.query(), None);
        assert_eq!(sibling, sibling_of(&url("https://a.gov/x/y.csv?z=1")));
    }
}

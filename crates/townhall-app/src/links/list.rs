//! Links as people see them: of a dataset, or listed, with what could be done about those that don't work.

use std::collections::HashMap;

use jiff::Timestamp;
use townhall_harvest::links::{Checked, State, Verdict};
use townhall_model::RecordId;
use townhall_store::{LinkFilter, NamedLink};

use super::Links;
use super::mirror::{MirrorView, view_of_mirror};
use super::rounds::detail;
use crate::Error;
use crate::catalog::OrganizationName;
use crate::limits::{LINK_SUGGESTIONS_MAX, LINKS_LISTED_MAX};

/// A link in a place that names it.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkView {
    /// The address.
    pub url: String,
    /// What is held of it: `works`, `doubtful`, `broken`, `closed` or `unknown`.
    pub state: State,
    /// What was found the last time.
    pub verdict: Verdict,
    /// The same in a sentence; empty before the first check.
    pub reason: String,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// When it was checked last.
    pub checked_at: Option<Timestamp>,
    /// When it will be checked next.
    pub next_at: Timestamp,
    /// When it first did not work, if it does not.
    pub failing_since: Option<Timestamp>,
    /// When it worked last.
    pub worked_at: Option<Timestamp>,
    /// How many bad answers in a row there were.
    pub failures: u32,
    /// Everything that the last check found.
    pub checked: Option<Checked>,
    /// What it is to its record: `download`, `access`, `landing`, `dictionary`.
    pub role: String,
    /// Which distribution it is of, counted from 0.
    pub distribution: Option<u32>,
    /// The title of the distribution.
    pub title: Option<String>,
    /// The format that is declared.
    pub format: Option<String>,
    /// The record that names it.
    pub record: RecordId,
    /// Its name in URLs and its title.
    pub dataset: (String, String),
    /// The copy of its file that is kept here.
    pub copy: Option<MirrorView>,
    /// Who publishes it.
    pub organization: Option<OrganizationName>,
    /// What could be done; only in lists, and only for what does not work.
    pub suggestions: Vec<LinkSuggestion>,
}

/// What could be done about a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSuggestion {
    /// The word for programs: `copy`, `https`, `moved`, `elsewhere`, `archive`.
    pub kind: &'static str,
    /// The same for people.
    pub label: &'static str,
    /// The address; that of a copy is a path on this portal.
    pub url: String,
}

/// Which links are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkRequest {
    /// In these states; any when empty.
    pub states: Vec<State>,
    /// Found to be so; any when empty.
    pub verdicts: Vec<Verdict>,
    /// Of an organization and its parts, by its slug.
    pub organization: Option<String>,
    /// On this host.
    pub host: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many.
    pub limit: u32,
}

/// A page of links.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkPage {
    /// The links.
    pub links: Vec<LinkView>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<String>,
}

impl Links<'_> {
    /// The links that a dataset names, in its order.
    pub async fn of_dataset(&self, record: RecordId) -> Result<Vec<LinkView>, Error> {
        self.with_copies(self.app.store().links_of(record).await?).await
    }

    /// Links as people see them, with the copies of their files.
    async fn with_copies(&self, named: Vec<NamedLink>) -> Result<Vec<LinkView>, Error> {
        let files: Vec<String> = named
            .iter()
            .filter(|named| named.role == "download")
            .map(|named| named.link.id.clone())
            .collect();
        let mut copies: HashMap<String, MirrorView> = HashMap::new();
        for mirror in self.app.store().public_mirrors(&files).await? {
            let id = mirror.link.clone();
            copies.extend(view_of_mirror(mirror).map(|copy| (id, copy)));
        }
        let links = named.into_iter().map(|named| {
            let copy = copies.get(&named.link.id).filter(|_| named.role == "download").cloned();
            LinkView { copy, ..view(named) }
        });
        Ok(links.collect())
    }

    /// A page of the links that published datasets name, in the order of the datasets, with suggestions.
    pub async fn list(&self, request: &LinkRequest) -> Result<LinkPage, Error> {
        let after = match request.cursor.as_deref() {
            None => (-1, -1),
            Some(text) => {
                let parts = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
                parts.ok_or_else(|| Error::invalid("the cursor is none that this list gave"))?
            }
        };
        let filter = LinkFilter {
            states: request.states.iter().map(|state| state.name()).collect(),
            verdicts: request.verdicts.iter().map(|verdict| verdict.name()).collect(),
            organizations: self
                .parts(request.organization.as_deref())
                .await?
                .map(|parts| parts.into_iter().collect()),
            host: request.host.clone(),
        };
        let limit = request.limit.clamp(1, LINKS_LISTED_MAX);
        let mut found = self.app.store().named_links(&filter, after, limit + 1).await?;
        let is_last = found.len() <= limit as usize;
        found.truncate(limit as usize);
        let next =
            found.last().filter(|_| !is_last).map(|last| format!("{}-{}", last.cursor.0, last.cursor.1));
        let mut links = self.with_copies(found).await?;
        let mut known = HashMap::new();
        for link in &mut links {
            if matches!(link.state, State::Doubtful | State::Broken) || link.verdict == Verdict::Moved {
                link.suggestions = self.suggestions(link, &mut known).await?;
            }
        }
        Ok(LinkPage { links, next })
    }

    /// What could be done about a link.
    async fn suggestions(
        &self,
        link: &LinkView,
        known: &mut HashMap<String, Vec<String>>,
    ) -> Result<Vec<LinkSuggestion>, Error> {
        let mut found = Vec::new();
        let is_lost = matches!(link.state, State::Doubtful | State::Broken);
        if let Some(copy) = link.copy.as_ref().filter(|_| is_lost) {
            let label = "A copy is kept here";
            found.push(LinkSuggestion { kind: "copy", label, url: copy.path.clone() });
        }
        if let Some(url) = link.checked.as_ref().and_then(|checked| checked.https.clone()) {
            found.push(LinkSuggestion { kind: "https", label: "The same address with https answers", url });
        }
        if link.verdict == Verdict::Moved {
            if let Some(url) = link.checked.as_ref().and_then(|checked| checked.leads_to.clone()) {
                found.push(LinkSuggestion { kind: "moved", label: "It has moved for good to", url });
            }
            return Ok(found);
        }
        let name = file_name(&link.url);
        if !name.is_empty() {
            if !known.contains_key(&name) {
                let links = self.app.store().working_links_named(&name, LINK_SUGGESTIONS_MAX).await?;
                known.insert(name.clone(), links);
            }
            for url in known.get(&name).into_iter().flatten().filter(|url| **url != link.url) {
                let label = "A file of the same name works at";
                found.push(LinkSuggestion { kind: "elsewhere", label, url: url.clone() });
            }
        }
        let day = link.worked_at.or(link.failing_since).map(|time| time.strftime("%Y%m%d").to_string());
        let url = format!("https://web.archive.org/web/{}/{}", day.as_deref().unwrap_or("2"), link.url);
        found.push(LinkSuggestion { kind: "archive", label: "The Internet Archive may have a copy", url });
        Ok(found)
    }
}

/// The last part of an address's path, where it is a file's name that tells something.
fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let tells = name.rsplit_once('.').is_some_and(|(stem, _)| {
        stem.len() > 4 && !matches!(stem, "index" | "default" | "download" | "export" | "query")
    });
    if tells { name } else { String::new() }
}

fn view(named: NamedLink) -> LinkView {
    let standing = named.link.standing;
    let checked = detail(&standing);
    LinkView {
        url: named.link.url,
        state: State::read(&standing.state).unwrap_or_default(),
        verdict: Verdict::read(&standing.verdict).unwrap_or(Verdict::Unchecked),
        reason: checked.as_ref().map(|checked| checked.reason.clone()).unwrap_or_default(),
        status: (standing.status > 0).then_some(standing.status),
        checked_at: standing.checked_at,
        next_at: standing.next_at,
        failing_since: standing.failing_since,
        worked_at: standing.worked_at,
        failures: standing.failures,
        checked,
        role: named.role,
        distribution: named.distribution,
        title: named.title,
        format: named.format,
        record: named.record.0,
        dataset: (named.record.1, named.record.2),
        copy: None,
        organization: named.organization.map(|(slug, name)| OrganizationName { slug, name }),
        suggestions: Vec::new(),
    }
}
